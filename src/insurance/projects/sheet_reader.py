"""One sheet of an office's workbook, column by column: what is read, what is skipped, what is wrong with which cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

import msgspec

from insurance.base.spreadsheet import Cell, Sheet, address, column_letters
from insurance.base.text import t
from insurance.projects.register_cells import ERROR, NOTE, Column, Flaw, Reader
from insurance.projects.register_columns import Heading
from insurance.projects.register_places import Located, Regions
from insurance.projects.register_rows import CellFault, SheetUse
from insurance.projects.register_words import plain

PLACE_FIELDS = ("county", "town", "village")
_TOTAL = re.compile(r".{0,12}(?:合计|小计|总计|共计|累计)[:]?(?:\(.*\))?")
_FOOTER = re.compile(r"(?:填表|制表|填报|审核|复核|审批|单位负责|负责人|经办|联系人|注|说明|备注)[^:]{0,8}:.*", re.DOTALL)
_LONGEST_HEADING = 12
MOST_LISTED = 5_000  # faults of one column and severity: a column that is wrong throughout needs no longer list


class Layout(msgspec.Struct, frozen=True):
    """A kind of workbook: its headings (word as compared → field) and the column no row can be without.

    A row with nothing in it but `idle` fields is blank; totals and footers stand no further right than the `leading` ones.
    """

    headings: Mapping[str, str]
    anchor: str
    idle: frozenset[str]
    leading: frozenset[str]


class Counts:
    """What has been read so far, over all sheets of the file."""

    def __init__(self) -> None:
        self.faults: list[CellFault] = []
        self.read = self.faulty = self.totals = self.blank = self.remarks = self.unlisted = 0
        self.sheets: list[SheetUse] = []


class SheetReader:
    """Reads one sheet once."""

    def __init__(self, sheet: Sheet, number: int, heading: Heading, layout: Layout, *, several: bool) -> None:
        self.sheet, self.number, self.heading, self.layout = sheet, number, heading, layout
        self.name = sheet.name if several else ""
        self.first = heading.first_data_row
        self.index = {field: column.index for field, column in heading.columns.items()}
        self.bad: set[int] = set()
        self.skipped: set[int] = set()
        self._faults: list[CellFault] = []
        self._listed: dict[tuple[int, str], int] = {}  # column and severity → faults so far
        self._filled: dict[int, set[int]] = {}  # column → rows that only repeat a merged cell above
        for top, left, bottom, _ in sheet.merged:
            if bottom >= self.first:
                self._filled.setdefault(left, set()).update(range(max(top, self.first - 1) + 1, bottom + 1))

    def close(self, counts: Counts) -> None:
        """Add this sheet's faults, and how it was read, to the counts."""
        counts.faults += self._faults
        counts.unlisted += sum(max(listed - MOST_LISTED, 0) for listed in self._listed.values())
        letters = {field: column_letters(index) for field, index in self.index.items()}
        counts.sheets.append(SheetUse(self.number, self.sheet.name, self.heading.last_row + 1, letters))

    def cells(self, field: str) -> Iterator[Cell]:
        """The cells of a field's column from the first row of data on; blanks without end where there is no such column."""
        return iter(self.sheet.columns[self.index[field]][self.first :]) if field in self.index else repeat("")

    def lines(self) -> range:
        """The rows below the heading."""
        return range(self.first, self.sheet.height)

    def fault(self, row: int, field_or_column: str | int, flaw: Flaw) -> None:
        """A remark on a cell; a field without a column is told at the column no row can be without."""
        column = field_or_column
        if isinstance(column, str):
            column = self.index.get(column, self.index[self.layout.anchor])
        if flaw.severity == ERROR:
            self.bad.add(row)
        listed = self._listed[column, flaw.severity] = self._listed.get((column, flaw.severity), 0) + 1
        if listed <= MOST_LISTED:
            cell = address(row, column, self.name)
            self._faults.append(CellFault(cell, flaw.code, flaw.severity, flaw.text, self.number, row, column))

    def skip(self, counts: Counts) -> None:
        """Totals, footers, headings that come again, blank rows: no data rows, but counted."""
        anchor = self.index[self.layout.anchor]
        last = max(index for field, index in self.index.items() if field in self.layout.leading)
        totals, remarks = set[int](), set[int]()
        for index, column in enumerate(self.sheet.columns[: last + 1]):
            words = [word for word in set(column) if isinstance(word, str)]
            totals |= self._rows_with(column, {word for word in words if "计" in word and _TOTAL.fullmatch(plain(word))})
            footers = {word for word in words if (":" in word or "\uff1a" in word) and _FOOTER.fullmatch(plain(word))}
            if index == anchor:
                footers |= {word for word in words if len(word) < _LONGEST_HEADING and self._is_heading(word)}
            remarks |= self._rows_with(column, footers)
        blank = {row for row in self.lines() if self._is_blank(row, anchor)}
        self.skipped = totals | remarks | blank
        counts.totals += len(totals)
        counts.remarks += len(remarks - totals)
        counts.blank += len(blank - remarks - totals)

    def _is_heading(self, word: str) -> bool:
        return self.layout.headings.get(plain(word)) == self.layout.anchor

    def _rows_with(self, column: list[Cell], words: set[str]) -> set[int]:
        return {row for row in self.lines() if column[row] in words} if words else set()

    def _is_blank(self, row: int, anchor: int) -> bool:
        """Nothing but a serial number and a place, or what merged cells repeat from above."""
        columns = self.sheet.columns
        if columns[anchor][row] != "" and row not in self._filled.get(anchor, ()):
            return False
        return all(
            field in self.layout.idle or columns[index][row] == "" or row in self._filled.get(index, ())
            for field, index in self.index.items()
        )

    def note_headings(self) -> None:
        """Columns that are not read, and why."""
        row = self.heading.last_row
        for column in self.heading.unknown:
            self.fault(row, column, Flaw("unknown-column", NOTE, t("未识别的列，没有读取。")))
        for column in self.heading.repeated:
            self.fault(row, column, Flaw("repeated-column", NOTE, t("与左侧某列含义相同，没有读取。")))

    def locate(self, regions: Regions, within: str, wanted: Iterable[bool] = repeat(True)) -> list[Located | None]:
        """Where each row lies, for an office of the region `within`; None for a row that is not `wanted`."""
        known: dict[tuple[Cell, Cell, Cell], Located] = {}
        located: list[Located | None] = []
        county, town, village = (self.cells(field) for field in PLACE_FIELDS)
        for row, needed, *written in zip(self.lines(), wanted, county, town, village, strict=False):
            if not needed:
                located.append(None)
                continue
            key = written[0], written[1], written[2]
            place = known.get(key)
            if place is None:
                place = known[key] = regions.locate(*key, within)
            located.append(place)
            if place.flaws and row not in self.skipped:
                for field, flaw in place.flaws:
                    self.fault(row, field, flaw)
        return located

    def read_column(self, field: str, reader: Reader) -> Any:
        """The values of a field, row by row; each different content is read once."""
        if field not in self.index:
            return repeat(None)
        column = Column(reader)
        values = column.read(self.cells(field))
        if column.flaws:
            for row, cell in enumerate(self.cells(field), start=self.first):
                for flaw in column.flaws.get(cell, ()):
                    if row not in self.skipped:
                        self.fault(row, field, flaw)
        return values

    def require(self, field: str, flaw: Flaw) -> None:
        """A cell that must not be blank."""
        for row, cell in zip(self.lines(), self.cells(field), strict=False):
            if cell == "" and row not in self.skipped:
                self.fault(row, field, flaw)

    def note_cells(self) -> None:
        """Formulas, Excel errors, and amounts that a merged cell repeats."""
        formula = Flaw("formula", NOTE, t("公式单元格，按保存的计算结果读取。"))
        uncomputed = Flaw("formula-without-result", ERROR, t("公式没有保存计算结果。请在 Excel 中打开、保存后再上传。"))
        broken = Flaw("excel-error", ERROR, t("单元格显示 Excel 错误值。请改正公式或直接填写。"))
        repeated = Flaw("merged-amount", NOTE, t("合并单元格的金额按每行重复读取。若是几行的合计，请取消合并并逐行填写。"))
        for field, index in self.index.items():
            column, wrong = self.sheet.columns[index], self.sheet.broken.get(index, set())
            if field == "serial":
                continue
            for row in self._data_rows(wrong):
                self.fault(row, index, broken)
            for row in self._data_rows(self.sheet.formulas.get(index, set()) - wrong):
                self.fault(row, index, formula if column[row] != "" else uncomputed)
            if field.endswith("_fen"):
                for row in self._data_rows(self._filled.get(index, set())):
                    if column[row] != "":
                        self.fault(row, index, repeated)

    def _data_rows(self, rows: set[int]) -> list[int]:
        return [row for row in sorted(rows) if row >= self.first and row not in self.skipped]
