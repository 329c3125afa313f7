"""One sheet of a register, column by column and then row by row: what is read, what is skipped, what is wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import msgspec

from insurance.base.money import FEN_PER_YUAN
from insurance.base.spreadsheet import Cell, Sheet, address, column_letters
from insurance.base.text import t
from insurance.projects import register_dates
from insurance.projects.model import AssetKind, Operation, Ownership, Status, Taxonomy
from insurance.projects.register_cells import (
    ERROR,
    NOTE,
    Column,
    Flaw,
    Reader,
    amount_reader,
    choice_reader,
    code_reader,
    count_reader,
    flag,
    months_reader,
    quantity,
    rate_reader,
    text_reader,
)
from insurance.projects.register_checks import CHECKS
from insurance.projects.register_columns import MONEY_UNITS, Heading
from insurance.projects.register_places import Located, Place, Regions
from insurance.projects.register_rows import CellFault, ParsedRow, RegisterRow, SheetUse
from insurance.projects.register_words import HEADINGS, plain

_PLACE_FIELDS = ("county", "town", "village")
_NOT_A_FACT = frozenset(["serial", *_PLACE_FIELDS])  # a row with nothing else is blank
_TOTAL = re.compile(r".{0,12}(?:合计|小计|总计|共计|累计)[:]?(?:\(.*\))?")
_FOOTER = re.compile(r"(?:填表|制表|填报|审核|复核|审批|单位负责|负责人|经办|联系人|注|说明|备注)[^:]{0,8}:.*", re.DOTALL)
_LONGEST_HEADING = 12
MOST_LISTED = 5_000  # faults of one column and severity: a column that is wrong throughout needs no longer list
_NOWHERE = Place("", "", None, None)
_encoder = msgspec.msgpack.Encoder()

_TEXTS = {
    "project_name": 200, "asset_name": 200, "place": 500, "spec": 200, "measure": 20, "owner": 200, "title_paper": 200,
    "operator": 200, "income_owner": 200, "beneficiary": 500, "distribution": 500, "supervisor": 200, "keeper": 100,
    "period_stated": 100, "remark": 2000,
}  # fmt: skip
_CODES = {"project_code": 60, "asset_code": 60, "contract_no": 100, "policy_stated": 100, "phone": 60}
_CHOICES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "taxonomy": ("taxonomy", Taxonomy),
    "asset_kind": ("asset_kind", AssetKind),
    "ownership": ("ownership", Ownership),
    "operation": ("operation", lambda code: code if code == "OWN" else Operation(code)),
    "state": ("state", Status),
}
_PLAIN: dict[str, Reader] = {
    "quantity": quantity,
    "build_year": register_dates.year,
    "started_on": register_dates.day,
    "completed_on": register_dates.day,
    "in_use_on": register_dates.day,
    "title_on": register_dates.day,
    "contract_term": register_dates.term,
    "households": count_reader("户"),
    "people": count_reader("人"),
    "industry_stated": flag,
    "income_stated": flag,
}
_FIELDS = RegisterRow.__struct_fields__[len(_NOWHERE) :]
_ROUNDED = frozenset(["depreciation_fen", "net_value_fen"])  # only compared with one another, to the yuan


class Tally:
    """What has been read so far, over all sheets of the file."""

    def __init__(self) -> None:
        self.rows: list[ParsedRow] = []
        self.faults: list[CellFault] = []
        self.read = self.faulty = self.duplicates = self.totals = self.blank = self.remarks = self.unlisted = 0
        self.sheets: list[SheetUse] = []
        self.keys: dict[tuple[str | None, ...], str] = {}  # what a project key is made of → the key
        self.digests: dict[str, bytes] = {}  # project and asset key → what was stated first for it
        self.others: dict[str, list[bytes]] = {}  # … and later for equally named assets
        self.projects: dict[str, tuple[str, str]] = {}  # project key → town and name it was first given with


def reader_for(field: str, unit: str | None, money_unit: str | None) -> Reader:
    """How the cells of a field are read under a heading of that unit; `money_unit` stood above the table."""
    if field in _TEXTS:
        return text_reader(_TEXTS[field])
    if field in _CODES:
        return code_reader(_CODES[field])
    if field in _CHOICES:
        return choice_reader(*_CHOICES[field])
    if field.endswith("_fen"):
        scale = MONEY_UNITS.get(unit or "") or MONEY_UNITS.get(money_unit or "") or FEN_PER_YUAN
        return amount_reader(scale, lenient=field in _ROUNDED)
    if field.endswith("_rate"):
        return rate_reader(unit)
    return months_reader(unit) if field == "life_months" else _PLAIN[field]


class SheetReader:
    """Reads one sheet once."""

    def __init__(self, sheet: Sheet, number: int, heading: Heading, *, several: bool) -> None:
        self._sheet, self._number, self._heading = sheet, number, heading
        self._name = sheet.name if several else ""
        self._first = heading.first_data_row
        self._index = {field: column.index for field, column in heading.columns.items()}
        self._faults: list[CellFault] = []
        self._listed: dict[tuple[int, str], int] = {}  # column and severity → faults so far
        self._bad: set[int] = set()
        self._skipped: set[int] = set()
        self._filled: dict[int, set[int]] = {}  # column → rows that only repeat a merged cell above
        for top, left, bottom, _ in sheet.merged:
            if bottom >= self._first:
                self._filled.setdefault(left, set()).update(range(max(top, self._first - 1) + 1, bottom + 1))

    def read(self, regions: Regions, within: str, tally: Tally) -> None:
        """Add this sheet's rows, faults and counts to the tally."""
        self._skip(tally)
        self._note_headings()
        located = self._locate(regions, within)
        columns = [self._read_column(field) for field in _FIELDS]
        self._require_names()
        self._note_cells()
        self._assemble(located, columns, tally)
        tally.faults += self._faults
        tally.unlisted += sum(max(listed - MOST_LISTED, 0) for listed in self._listed.values())
        letters = {field: column_letters(index) for field, index in self._index.items()}
        tally.sheets.append(SheetUse(self._number, self._sheet.name, self._heading.last_row + 1, letters))

    def _cells(self, field: str) -> Iterator[Cell]:
        return iter(self._sheet.columns[self._index[field]][self._first :]) if field in self._index else repeat("")

    def _fault(self, row: int, field_or_column: str | int, flaw: Flaw) -> None:
        column = field_or_column
        if isinstance(column, str):
            column = self._index.get(column, self._index["project_name"])
        if flaw.severity == ERROR:
            self._bad.add(row)
        listed = self._listed[column, flaw.severity] = self._listed.get((column, flaw.severity), 0) + 1
        if listed <= MOST_LISTED:
            cell = address(row, column, self._name)
            self._faults.append(CellFault(cell, flaw.code, flaw.severity, flaw.text, self._number, row, column))

    def _skip(self, tally: Tally) -> None:
        """Totals, footers, headings that come again, blank rows: no data rows, but counted."""
        name = self._index["project_name"]
        last = max(index for field, index in self._index.items() if field in _NOT_A_FACT | {"project_name", "asset_name"})
        totals, remarks = set[int](), set[int]()
        for index, column in enumerate(self._sheet.columns[: last + 1]):
            words = [word for word in set(column) if isinstance(word, str)]
            totals |= self._rows_with(column, {word for word in words if "计" in word and _TOTAL.fullmatch(plain(word))})
            footers = {word for word in words if (":" in word or "\uff1a" in word) and _FOOTER.fullmatch(plain(word))}
            if index == name:
                footers |= {word for word in words if len(word) < _LONGEST_HEADING and HEADINGS.get(plain(word)) == "project_name"}
            remarks |= self._rows_with(column, footers)
        blank = {row for row in range(self._first, self._sheet.height) if self._is_blank(row, name)}
        self._skipped = totals | remarks | blank
        tally.totals += len(totals)
        tally.remarks += len(remarks - totals)
        tally.blank += len(blank - remarks - totals)

    def _rows_with(self, column: list[Cell], words: set[str]) -> set[int]:
        return {row for row in range(self._first, self._sheet.height) if column[row] in words} if words else set()

    def _is_blank(self, row: int, name: int) -> bool:
        """Nothing but a serial number and a place, or what merged cells repeat from above."""
        columns = self._sheet.columns
        if columns[name][row] != "" and row not in self._filled.get(name, ()):
            return False
        return all(
            field in _NOT_A_FACT or columns[index][row] == "" or row in self._filled.get(index, ()) for field, index in self._index.items()
        )

    def _note_headings(self) -> None:
        row = self._heading.last_row
        for column in self._heading.unknown:
            self._fault(row, column, Flaw("unknown-column", NOTE, t("未识别的列，没有读取。")))
        for column in self._heading.repeated:
            self._fault(row, column, Flaw("repeated-column", NOTE, t("与左侧某列含义相同，没有读取。")))

    def _locate(self, regions: Regions, within: str) -> list[Located]:
        known: dict[tuple[Cell, Cell, Cell], Located] = {}
        located: list[Located] = []
        county, town, village = (self._cells(field) for field in _PLACE_FIELDS)
        rows = range(self._first, self._sheet.height)
        for row, *written in zip(rows, county, town, village, strict=False):
            key = written[0], written[1], written[2]
            place = known.get(key)
            if place is None:
                place = known[key] = regions.locate(*key, within)
            located.append(place)
            if place.flaws and row not in self._skipped:
                for field, flaw in place.flaws:
                    self._fault(row, field, flaw)
        return located

    def _read_column(self, field: str) -> Any:
        if field not in self._index:
            return repeat(None)
        column = Column(reader_for(field, self._heading.columns[field].unit, self._heading.money_unit))
        values = column.read(self._cells(field))
        if column.flaws:
            for row, cell in enumerate(self._cells(field), start=self._first):
                for flaw in column.flaws.get(cell, ()):
                    if row not in self._skipped:
                        self._fault(row, field, flaw)
        return values

    def _require_names(self) -> None:
        name = self._index["project_name"]
        missing = Flaw("project-name-missing", ERROR, t("缺少项目名称。若原表是合并单元格，请取消合并并逐行填写。"))
        for row, cell in enumerate(self._cells("project_name"), start=self._first):
            if cell == "" and row not in self._skipped:
                self._fault(row, name, missing)

    def _note_cells(self) -> None:
        """Formulas, Excel errors, and amounts that a merged cell repeats."""
        formula = Flaw("formula", NOTE, t("公式单元格，按保存的计算结果读取。"))
        uncomputed = Flaw("formula-without-result", ERROR, t("公式没有保存计算结果。请在 Excel 中打开、保存后再上传。"))
        broken = Flaw("excel-error", ERROR, t("单元格显示 Excel 错误值。请改正公式或直接填写。"))
        repeated = Flaw("merged-amount", NOTE, t("合并单元格的金额按每行重复读取。若是几行的合计，请取消合并并逐行填写。"))
        for field, index in self._index.items():
            column, wrong = self._sheet.columns[index], self._sheet.broken.get(index, set())
            if field == "serial":
                continue
            for row in self._data_rows(wrong):
                self._fault(row, index, broken)
            for row in self._data_rows(self._sheet.formulas.get(index, set()) - wrong):
                self._fault(row, index, formula if column[row] != "" else uncomputed)
            if field.endswith("_fen"):
                for row in self._data_rows(self._filled.get(index, set())):
                    if column[row] != "":
                        self._fault(row, index, repeated)

    def _data_rows(self, rows: set[int]) -> list[int]:
        return [row for row in sorted(rows) if row >= self._first and row not in self._skipped]

    def _assemble(self, located: list[Located], columns: list[Any], tally: Tally) -> None:
        checks = [check for needs, check in CHECKS if needs(self._index.keys())]
        for line, here, values in zip(range(self._first, self._sheet.height), located, zip(*columns, strict=False), strict=False):
            if line in self._skipped:
                continue
            row = RegisterRow(*(here.place or _NOWHERE), *values)
            for check in checks:
                if remark := check(row):
                    self._fault(line, remark.field, remark.flaw)
            if row.asset_name is None:
                row.asset_name = row.project_name
                if "asset_name" in self._index and line not in self._bad:
                    text = t("缺少资产名称，按项目名称读取。")
                    self._fault(line, "asset_name", Flaw("asset-name-missing", NOTE, text))
            tally.read += 1
            if line not in self._bad:
                self._keep(line, row, tally)
            if line in self._bad:
                tally.faulty += 1

    def _keep(self, line: int, row: RegisterRow, tally: Tally) -> None:
        """Give the row its keys; a row that says the same as an earlier one is a duplicate, one that contradicts it a fault."""
        known = (row.county_code, row.project_code) if row.project_code else (row.town_code, row.village, row.project_name)
        project = tally.keys.get(known)
        if project is None:
            project = tally.keys[known] = project_key(row)
        town, name = tally.projects.setdefault(project, (row.town_code, row.project_name))
        if town != row.town_code:
            text = t("同一项目编号出现在两个镇街。请核对编号。")
            self._fault(line, "project_code", Flaw("project-code-clash", ERROR, text))
            return
        if name != row.project_name and plain(name) != plain(row.project_name):
            text = t("同一项目编号下项目名称不同，以先出现的为准。")
            self._fault(line, "project_name", Flaw("project-name-differs", NOTE, text))
        digest = hashlib.sha256(_encoder.encode(row)).digest()
        asset = asset_key(row)
        key = f"{project}\n{asset}"
        stated = tally.digests.setdefault(key, digest)
        if stated is not digest:
            others = tally.others.setdefault(key, [stated])
            if digest in others:
                tally.duplicates += 1
                self._fault(line, "project_name", Flaw("duplicate-row", NOTE, t("与本文件中前面的一行完全相同，不重复登记。")))
                return
            if row.asset_code:
                text = t("资产编号与本文件中前面的一行相同，内容却不同。请核对编号。")
                self._fault(line, "asset_code", Flaw("asset-code-clash", ERROR, text))
                return
            others.append(digest)
            asset = f"{asset}|{len(others)}"
        tally.rows.append(ParsedRow(row, project, asset, digest, self._number, line + 1))


def project_key(row: RegisterRow) -> str:
    """The project's code within its county, else its town, village and name."""
    if row.project_code:
        return f"{row.county_code}/{plain(row.project_code)}"
    return f"{row.town_code}/{plain(row.village or '')}/{plain(row.project_name)}"


def asset_key(row: RegisterRow) -> str:
    """The asset's code, else its name and specification; equal ones of a project are told apart by a number behind."""
    if row.asset_code:
        return f"code/{plain(row.asset_code)}"
    return f"name/{plain(row.asset_name or '')}|{plain(row.spec or '')}"
