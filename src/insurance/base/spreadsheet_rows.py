"""A workbook written row by row as XML: typed columns, text that stays text, and nothing kept but the file itself (docs/decisions/0021)."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from insurance.base.text import Text, render

MOST_ROWS = 1_048_575  # below the heading, in one sheet
_LONGEST_TEXT = 32_767  # characters Excel keeps in one cell
_AT_ONCE = 1_000  # rows that go to the compressor together
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_NEVER_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_DAY_NOUGHT, _MARCH_1900 = dt.date(1899, 12, 30), dt.date(1900, 3, 1)


class Shape(Enum):
    """How a column is typed in the workbook."""

    TEXT = "@"  # also every id, code and account number
    MONEY = "#,##0.00"  # whole fen in, yuan with two decimals out
    COUNT = "#,##0"
    RATE = "0.00%"
    DATE = "yyyy-mm-dd"


class Column(msgspec.Struct, frozen=True):
    """One column of a list: its heading, how it is typed, its width in characters."""

    title: Text | str
    shape: Shape = Shape.TEXT
    width: int = 16


# -- cells --------------------------------------------------------------------------------------------------------------


def _words(text: str) -> str:
    """Text as XML holds it; signs that XML has no place for as Excel spells them (`_x0001_`)."""
    if text.isalnum() or not _ODD.search(text):
        return text
    return escape(_NEVER_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text))


def _text(style: int, cell: Any) -> str:
    words = _words(str(cell)[:_LONGEST_TEXT])
    kept = ' xml:space="preserve"' if words != words.strip() else ""
    return f'" s="{style}" t="inlineStr"><is><t{kept}>{words}</t></is></c>'


def _money(style: int, fen: int) -> str:
    """Whole fen as yuan: written digit by digit, so that no amount passes through a float."""
    yuan, rest = divmod(abs(fen), 100)
    return f'" s="{style}"><v>{"-" if fen < 0 else ""}{yuan}.{rest:02d}</v></c>'


def _number(style: int, cell: Any) -> str:
    return f'" s="{style}"><v>{cell if type(cell) is int else repr(float(cell))}</v></c>'


def _date(style: int, day: dt.date) -> str:
    """The day's number as Excel counts: it knows a 29 February 1900."""
    plain = day.date() if isinstance(day, dt.datetime) else day
    number = (plain - _DAY_NOUGHT).days - (plain < _MARCH_1900)
    return f'" s="{style}"><v>{number}</v></c>'


_WRITERS: dict[Shape, Callable[[int, Any], str]] = {
    Shape.TEXT: _text, Shape.MONEY: _money, Shape.COUNT: _number, Shape.RATE: _number, Shape.DATE: _date,
}  # fmt: skip
_STYLES = {shape: number for number, shape in enumerate(Shape, 2)}  # after the plain cell and the heading


def _letters(number: int) -> str:
    """The name of a column, from 0: A … Z, AA …"""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


# -- sheets -------------------------------------------------------------------------------------------------------------


class Page:
    """One sheet being written: rows go in as they come, in pieces of any size."""

    def __init__(self, member: IO[bytes], columns: Sequence[Column], language: str, *, first: bool) -> None:
        self._member = member
        self._columns = [
            (f'<c r="{_letters(n)}', partial(_WRITERS[column.shape], _STYLES[column.shape])) for n, column in enumerate(columns)
        ]
        self._held: list[str] = []
        self.rows = 0
        chosen = ' tabSelected="1"' if first else ""
        self._write(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{chosen} workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
            ' activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
            '<sheetFormatPr defaultRowHeight="15"/>'
        )
        if columns:
            widths = (
                f'<col min="{n}" max="{n}" width="{column.width + 0.7109375}" style="{_STYLES[column.shape]}" customWidth="1"/>'
                for n, column in enumerate(columns, 1)
            )
            self._write(f"<cols>{''.join(widths)}</cols>")
        heads = (f"{cell}1{_text(1, render(column.title, language))}" for (cell, _), column in zip(self._columns, columns, strict=True))
        self._write(f'<sheetData><row r="1">{"".join(heads)}</row>')

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """More rows, a cell a column; None leaves a blank. Raises ValueError for a row that is longer or shorter than the columns."""
        columns, held, line = self._columns, self._held, self.rows + 1
        for line, cells in enumerate(rows, self.rows + 2):
            row = [f"{start}{line}{write(cell)}" for (start, write), cell in zip(columns, cells, strict=True) if cell is not None]
            held.append(f'<row r="{line}">{"".join(row)}</row>')
            if len(held) >= _AT_ONCE:
                self._write("".join(held))
                held.clear()
        self.rows = line - 1

    def _write(self, text: str) -> None:
        self._member.write(text.encode())

    def close(self) -> str | None:
        """Write the end; answers what the filter covers (`$A$1:$C$3`)."""
        self._write("".join(self._held) + "</sheetData>")
        last = f"{_letters(len(self._columns) - 1)}${self.rows + 1}" if self._columns and self.rows else None
        if last:
            self._write(f'<autoFilter ref="A1:{last.replace("$", "")}"/>')
        self._write('<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>')
        return f"$A$1:${last}" if last else None


class Book:
    """A workbook being written into a file that can be sought in; closed, it is whole.

    It holds no clock but `made_at`: the same rows give the same bytes.
    """

    def __init__(self, out: IO[bytes], *, language: str = "zh", made_at: dt.datetime | None = None) -> None:
        # A file that must come out the same byte for byte is not compressed: another build of deflate would give other bytes.
        how = zipfile.ZIP_DEFLATED if made_at is None else zipfile.ZIP_STORED
        self._zip = zipfile.ZipFile(out, "w", how, compresslevel=1)
        self._language, self._made_at = language, made_at
        self._sheets: list[tuple[str, str | None]] = []
        self._taken: set[str] = set()

    @contextlib.contextmanager
    def sheet(self, title: Text | str, columns: Sequence[Column]) -> Iterator[Page]:
        """The next sheet, open for rows: headings frozen, each column typed down to what somebody adds below."""
        number = len(self._sheets) + 1
        name = sheet_name(render(title, self._language), number, self._taken)
        with self._zip.open(f"xl/worksheets/sheet{number}.xml", "w") as member:
            page = Page(member, columns, self._language, first=number == 1)
            yield page
            self._sheets.append((name, page.close()))

    def close(self) -> None:
        """Write what names the sheets and end the file."""
        for path, text in _parts(self._sheets, self._made_at).items():
            with self._zip.open(path, "w") as member:  # unlike `writestr` it puts no clock into the member
                member.write((_XML + text).encode())
        self._zip.close()


def sheet_name(wanted: str, number: int, taken: set[str]) -> str:
    """A name Excel takes: at most 31 characters, no signs, not used before."""
    name = _NOT_IN_A_SHEET_NAME.sub("", wanted).strip("' ")[:31] or f"Sheet{number}"
    if name.lower() in taken or name.lower() == "history":
        name = f"{name[:25]} ({number})"
    taken.add(name.lower())
    return name


# -- what stands around the sheets --------------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = "application/vnd.openxmlformats-package"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_INK, _PAPER = "FF1F2933", "FFE8EEF2"


def _parts(sheets: Sequence[tuple[str, str | None]], made_at: dt.datetime | None) -> dict[str, str]:
    numbers = range(1, len(sheets) + 1)
    overrides = {"/xl/workbook.xml": f"{_KIND}.sheet.main+xml", "/xl/styles.xml": f"{_KIND}.styles+xml"}
    overrides |= {f"/xl/worksheets/sheet{n}.xml": f"{_KIND}.worksheet+xml" for n in numbers}
    overrides |= {"/docProps/core.xml": f"{_PARTS}.core-properties+xml"}
    types = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    links = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("styles", "styles.xml")]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_PARTS}.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _links([
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"), (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _links([(f"{_OFFICE}/{kind}", target) for kind, target in links]),
        "xl/styles.xml": _styles(),
        "docProps/core.xml": _core(made_at),
    }  # fmt: skip


def _links(links: Sequence[tuple[str, str]]) -> str:
    each = (f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(links, 1))
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'


def _workbook(sheets: Sequence[tuple[str, str | None]]) -> str:
    names = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, (name, _) in enumerate(sheets, 1))
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">{escape(_quoted(name))}!{covered}</definedName>'
        for n, (name, covered) in enumerate(sheets)
        if covered
    )
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr/><bookViews><workbookView/></bookViews><sheets>{names}</sheets>'
        + (f"<definedNames>{filters}</definedNames>" if filters else "")
        + "</workbook>"
    )


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _styles() -> str:
    """The plain cell, the heading, then a style a shape."""
    custom = {shape: 164 + n for n, shape in enumerate(Shape)}
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode="{shape.value}"/>' for shape, number in custom.items())
    plain = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    shaped = "".join(
        f'<xf numFmtId="{custom[shape]}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
        '<alignment vertical="top"/></xf>'
        for shape in Shape
    )
    none = "<left/><right/><top/>"
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(custom)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{plain}</font><font><b/><color rgb="{_INK}"/>{plain}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        f'<fill><patternFill patternType="solid"><fgColor rgb="{_PAPER}"/><bgColor indexed="64"/></patternFill></fill></fills>'
        f'<borders count="2"><border>{none}<bottom/><diagonal/></border><border>{none}<bottom style="thin"><color auto="1"/></bottom>'
        '<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(custom) + 2}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment wrapText="1"/></xf>{shaped}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _core(made_at: dt.datetime | None) -> str:
    day = "" if made_at is None else f"{made_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    made = f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>' if day else ""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{made}</cp:coreProperties>'
    )
