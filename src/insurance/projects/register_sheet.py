"""One sheet of a register, column by column and then row by row: what is read, what is skipped, what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import msgspec

from insurance.base.spreadsheet import Sheet
from insurance.base.text import t
from insurance.projects import register_dates
from insurance.projects.model import AssetKind, Operation, Ownership, Status, Taxonomy
from insurance.projects.register_cells import (
    ERROR,
    NOTE,
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
from insurance.projects.register_columns import Heading, scale_of
from insurance.projects.register_places import Located, Place, Regions
from insurance.projects.register_rows import ParsedRow, RegisterRow
from insurance.projects.register_words import REGISTER, plain
from insurance.projects.sheet_reader import PLACE_FIELDS, Counts, Layout, SheetReader

_IDLE = frozenset(["serial", *PLACE_FIELDS])
_LAYOUT = Layout(REGISTER.headings, "project_name", _IDLE, _IDLE | {"project_name", "asset_name"})
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


class Tally(Counts):
    """What has been read so far, over all sheets of the register."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ParsedRow] = []
        self.duplicates = 0
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
        return amount_reader(scale_of(unit, money_unit), lenient=field in _ROUNDED)
    if field.endswith("_rate"):
        return rate_reader(unit)
    return months_reader(unit) if field == "life_months" else _PLAIN[field]


class RegisterReader(SheetReader):
    """Reads one sheet of a register once."""

    def __init__(self, sheet: Sheet, number: int, heading: Heading, *, several: bool) -> None:
        super().__init__(sheet, number, heading, _LAYOUT, several=several)

    def read(self, regions: Regions, within: str, tally: Tally) -> None:
        """Add this sheet's rows, faults and counts to the tally."""
        self.skip(tally)
        self.note_headings()
        located = self.locate(regions, within)
        columns = [self._read(field) for field in _FIELDS]
        missing = t("缺少项目名称。若原表是合并单元格，请取消合并并逐行填写。")
        self.require("project_name", Flaw("project-name-missing", ERROR, missing))
        self.note_cells()
        self._assemble(located, columns, tally)
        self.close(tally)

    def _read(self, field: str) -> Any:
        if field not in self.index:
            return repeat(None)
        return self.read_column(field, reader_for(field, self.heading.columns[field].unit, self.heading.money_unit))

    def _assemble(self, located: Sequence[Located | None], columns: list[Any], tally: Tally) -> None:
        checks = [check for needs, check in CHECKS if needs(self.index.keys())]
        for line, here, values in zip(self.lines(), located, zip(*columns, strict=False), strict=False):
            if line in self.skipped:
                continue
            row = RegisterRow(*((here and here.place) or _NOWHERE), *values)
            for check in checks:
                if remark := check(row):
                    self.fault(line, remark.field, remark.flaw)
            if row.asset_name is None:
                row.asset_name = row.project_name
                if "asset_name" in self.index and line not in self.bad:
                    text = t("缺少资产名称，按项目名称读取。")
                    self.fault(line, "asset_name", Flaw("asset-name-missing", NOTE, text))
            tally.read += 1
            if line not in self.bad:
                self._keep(line, row, tally)
            if line in self.bad:
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
            self.fault(line, "project_code", Flaw("project-code-clash", ERROR, text))
            return
        if name != row.project_name and plain(name) != plain(row.project_name):
            text = t("同一项目编号下项目名称不同，以先出现的为准。")
            self.fault(line, "project_name", Flaw("project-name-differs", NOTE, text))
        digest = hashlib.sha256(_encoder.encode(row)).digest()
        asset = asset_key(row)
        key = f"{project}\n{asset}"
        stated = tally.digests.setdefault(key, digest)
        if stated is not digest:
            others = tally.others.setdefault(key, [stated])
            if digest in others:
                tally.duplicates += 1
                self.fault(line, "project_name", Flaw("duplicate-row", NOTE, t("与本文件中前面的一行完全相同，不重复登记。")))
                return
            if row.asset_code:
                text = t("资产编号与本文件中前面的一行相同，内容却不同。请核对编号。")
                self.fault(line, "asset_code", Flaw("asset-code-clash", ERROR, text))
                return
            others.append(digest)
            asset = f"{asset}|{len(others)}"
        tally.rows.append(ParsedRow(row, project, asset, digest, self.number, line + 1))


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
