"""The rows of an opening workbook (期初): each with its cells, what is wrong with them, and what became of it; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import Cell, Sheet
from insurance.base.spreadsheet_out import Column
from insurance.base.spreadsheet_out import Shape as Typed
from insurance.base.text import Text, t
from insurance.projects import register_dates
from insurance.projects.register_cells import ERROR, NOTE, Flaw, Reader, Reading, amount_reader, code_reader, flawed
from insurance.projects.register_columns import find_heading, scale_of
from insurance.projects.register_places import Place, Regions
from insurance.projects.register_words import Vocabulary
from insurance.projects.sheet_reader import PLACE_FIELDS, Counts, Layout, SheetReader

Row = TypeVar("Row", bound=msgspec.Struct)
LONGEST_NUMBER = 60
_IDLE = frozenset(["serial", *PLACE_FIELDS])


class Shape(msgspec.Struct, Generic[Row], frozen=True):
    """A kind of opening workbook: its words, what a row becomes, and how each field is read (amounts end in `_fen`)."""

    kind: str
    name: Text
    vocabulary: Vocabulary
    row: type[Row]
    readers: Mapping[str, Reader]
    placed: Callable[[Row], bool] = lambda _: False  # whether a row must say where it lies

    @property
    def layout(self) -> Layout:
        """Where the heading and the rows that are no data are known by."""
        return Layout(self.vocabulary.headings, "number", _IDLE, _IDLE | {"number"})

    def heading(self, field: str) -> str:
        """A field as the template heads it."""
        return self.vocabulary.titles[field]


class Line(msgspec.Struct, Generic[Row]):
    """A row of the file. `created` once the plan would store it; what is wrong with it shows in `sound`."""

    reader: SheetReader
    place: int
    said: Row
    located: Place | None = None
    created: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing keeps the row out."""
        return self.place not in self.reader.bad

    @property
    def number(self) -> int:
        """The row as Excel numbers it."""
        return self.place + 1

    def fault(self, field: str, code: str, text: Text) -> None:
        """What keeps the row out, at the cell of a field."""
        self.reader.fault(self.place, field, Flaw(code, ERROR, text))

    def note(self, field: str, code: str, text: Text) -> None:
        """How the row was read, at the cell of a field."""
        self.reader.fault(self.place, field, Flaw(code, NOTE, text))


class OpeningFile(Generic[Row]):
    """A workbook as it was read; the plan adds its own faults to the lines."""

    def __init__(self, shape: Shape[Row], lines: list[Line[Row]], readers: list[SheetReader], counts: Counts) -> None:
        self.shape, self.lines = shape, lines
        self._readers, self._counts = readers, counts

    @property
    def skipped(self) -> int:
        """Totals, blank rows, footers."""
        return self._counts.totals + self._counts.blank + self._counts.remarks

    def closed(self) -> Counts:
        """Every fault and note, in the order of the file; to be asked once, at the end."""
        for reader in self._readers:
            reader.close(self._counts)
        self._counts.faults.sort(key=lambda fault: (fault.sheet, fault.row, fault.column))
        self._counts.read = len(self.lines)
        self._counts.faulty = sum(not line.sound for line in self.lines)
        return self._counts


def read_file(shape: Shape[Row], sheets: Sequence[Sheet], regions: Regions, within: str) -> OpeningFile[Row]:
    """Read every sheet that has the heading of this kind, for the office of the region `within`.

    Raises Invalid when no sheet has one. Call it off the event loop.
    """
    counts, lines, readers = Counts(), list[Line[Row]](), list[SheetReader]()
    layout = shape.layout
    for number, sheet in enumerate(sheets):
        heading = find_heading(sheet, layout.headings, layout.anchor)
        if heading is None:
            continue
        reader = SheetReader(sheet, number, heading, layout, several=len(sheets) > 1)
        readers.append(reader)
        lines += _read_sheet(shape, reader, counts, regions, within)
    if not readers:
        words = "”“".join(shape.heading(field) for field in list(shape.vocabulary.titles)[1:4])
        text = t("没有找到{kind}的表头。前 15 行中应有一行写明“{words}”等列名，至少三个。", kind=shape.name, words=words)
        raise Invalid.field("file", text)
    return OpeningFile(shape, lines, readers, counts)


def _read_sheet(shape: Shape[Row], reader: SheetReader, counts: Counts, regions: Regions, within: str) -> Iterator[Line[Row]]:
    reader.skip(counts)
    reader.note_headings()
    fields = shape.row.__struct_fields__
    columns = [reader.read_column(field, _reader_for(shape, reader, field)) for field in fields]
    rows = [shape.row(*values) for values, _ in zip(zip(*columns, strict=False), reader.lines(), strict=False)]
    wanted = (shape.placed(row) or town != "" for row, town in zip(rows, reader.cells("town"), strict=False))
    located = reader.locate(regions, within, wanted)
    reader.note_cells()
    for place, row, here in zip(reader.lines(), rows, located, strict=False):
        if place not in reader.skipped:
            yield Line(reader, place, row, here.place if here else None)


def _reader_for(shape: Shape[Row], reader: SheetReader, field: str) -> Reader:
    if not field.endswith("_fen"):
        return shape.readers[field]
    column = reader.heading.columns.get(field)
    return amount_reader(scale_of(column.unit if column else None, reader.heading.money_unit))


_WIDE = frozenset(["number", "policy_number", "project_name", "insurer", "insured", "asset_name", "payee", "remark"])
_UNREAD = frozenset(["serial", "remarks_of_a_check"])


def template_columns(shape: Shape[Any]) -> list[Column]:
    """The headings of a kind as an office fills them in: amounts in yuan, days as days, everything else as text."""

    def column(field: str, title: str) -> Column:
        if field.endswith("_fen"):
            return Column(f"{title}（元）", Typed.MONEY, 16)
        return Column(title, Typed.DATE if field.endswith("_on") else Typed.TEXT, 26 if field in _WIDE else 14)

    return [column(field, title) for field, title in shape.vocabulary.titles.items() if field not in _UNREAD]


def exact_day(cell: Cell) -> Reading:
    """A day written out: a month alone says neither where cover begins nor when money came."""
    reading = register_dates.day(cell)
    if any(flaw.code == "day-missing" for flaw in reading.flaws):
        return flawed("date-without-day", t("只有年月。请补上日，如 {example}。", example="2019-03-01"))
    return reading


def day_text(cell: Cell) -> Reading:
    """A day as its ISO text: how versions of terms are called."""
    reading = exact_day(cell)
    return Reading(reading.value.isoformat(), reading.flaws) if isinstance(reading.value, dt.date) else reading


def number_reader(own: Callable[[str], object], own_text: Text) -> Reader:
    """An old number: half width, without spaces; refuses the ones this program gives itself (`own` matches them)."""
    read = code_reader(LONGEST_NUMBER)

    def checked(cell: Cell) -> Reading:
        reading = read(cell)
        if isinstance(reading.value, str):
            if len(reading.value) > LONGEST_NUMBER or not reading.value.isprintable():
                return flawed("number-form", t("编号应为不超过 {most} 个字符的文字。", most=LONGEST_NUMBER))
            if own(reading.value):
                return flawed("number-of-this-system", own_text)
        return reading

    return checked


def require(line: Line[Any], shape: Shape[Any], fields: Iterable[str]) -> bool:
    """Whether the row states all of these; what is missing becomes a fault."""
    whole = True
    for field in fields:
        if getattr(line.said, field) is None:
            whole = False
            if not _flawed_already(line, field):
                line.fault(field, "missing", t("缺少{what}。", what=shape.heading(field)))
    return whole


def _flawed_already(line: Line[Any], field: str) -> bool:
    """Whether the cell holds something that could not be read: its own fault says so."""
    index = line.reader.index.get(field)
    return index is not None and line.reader.sheet.columns[index][line.place] != "" and not line.sound
