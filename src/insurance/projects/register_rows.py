"""What a row of a register becomes: the asset with the facts of its project, its keys, its digest, its faults."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from insurance.base.money import Fen
from insurance.base.text import Text
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy

Term = tuple[dt.date, dt.date]


class RegisterRow(msgspec.Struct, omit_defaults=True, gc=False, kw_only=False):
    """One row = one asset, as the office states it; None = not stated. Money in whole fen.

    New fields go to the end and default to None: the digests of rows already stored stay as they are.
    """

    county_code: str
    town_code: str
    village_code: str | None
    village: str | None
    project_name: str
    project_code: str | None = None
    taxonomy: Taxonomy | None = None
    asset_name: str | None = None
    asset_kind: AssetKind | None = None
    asset_code: str | None = None
    place: str | None = None
    spec: str | None = None
    quantity: Decimal | None = None
    measure: str | None = None
    build_year: int | None = None
    started_on: dt.date | None = None
    completed_on: dt.date | None = None
    in_use_on: dt.date | None = None
    invested_fen: Fen | None = None
    special_fen: Fen | None = None  # the whole of 财政专项扶贫资金; the four below are its parts
    special_central_fen: Fen | None = None
    special_province_fen: Fen | None = None
    special_city_fen: Fen | None = None
    special_county_fen: Fen | None = None
    integrated_fen: Fen | None = None
    bond_fen: Fen | None = None
    east_west_fen: Fen | None = None
    designated_fen: Fen | None = None
    donation_fen: Fen | None = None
    self_fen: Fen | None = None
    loan_fen: Fen | None = None
    other_fiscal_fen: Fen | None = None
    cost_fen: Fen | None = None
    life_months: int | None = None
    residual_rate: Decimal | None = None
    depreciation_fen: Fen | None = None
    net_value_fen: Fen | None = None
    owner: str | None = None
    ownership: Ownership | None = None
    title_on: dt.date | None = None
    title_paper: str | None = None
    operator: str | None = None
    operation: Operation | None = None
    contract_no: str | None = None
    contract_term: Term | None = None
    income_owner: str | None = None
    beneficiary: str | None = None
    households: int | None = None
    people: int | None = None
    annual_income_fen: Fen | None = None
    yield_rate: Decimal | None = None
    distribution: str | None = None
    supervisor: str | None = None
    keeper: str | None = None
    phone: str | None = None
    state: Status | None = None
    industry_stated: bool | None = None  # stated cover never makes a policy
    income_stated: bool | None = None
    policy_stated: str | None = None
    period_stated: str | None = None
    remark: str | None = None

    @property
    def funds(self) -> dict[Fund, Fen]:
        """Money by source, only what is above nothing; the parts of 专项 are within SPECIAL."""
        return {fund: fen for fund, field in FUND_FIELDS.items() if (fen := getattr(self, field))}


FUND_FIELDS: dict[Fund, str] = {fund: f"{fund.value.lower()}_fen" for fund in Fund}
SPECIAL_PARTS = ("special_central_fen", "special_province_fen", "special_city_fen", "special_county_fen")


class CellFault(msgspec.Struct, frozen=True):
    """One remark on one cell; `text` never repeats names, numbers of people or accounts."""

    cell: str  # E9, or 台账!E9 where the file has several sheets
    code: str
    severity: str  # error: the row stays out; note: it goes in
    text: Text
    sheet: int  # place in the file, all from 0
    row: int
    column: int


class ParsedRow(msgspec.Struct, gc=False):
    """A row without errors."""

    row: RegisterRow
    project_key: str
    asset_key: str  # unique within the file and, with the project key, in the register
    digest: bytes  # SHA-256 of what the row states: equal digests mean that nothing changed
    sheet: int
    line: int  # row number as Excel shows it


class SheetUse(msgspec.Struct):
    """How one sheet was read."""

    sheet: int
    name: str
    heading_row: int  # as Excel shows it
    columns: dict[str, str]  # field → column letters


class ParsedRegister(msgspec.Struct):
    """A register file read whole. read = rows that will be created, updated or unchanged + duplicates + faulty."""

    rows: list[ParsedRow]
    faults: list[CellFault]
    read: int  # data rows: totals, blank rows, remarks and repeated headings are not among them
    faulty: int  # rows with at least one error
    duplicates: int  # rows that repeat another row of the file word for word: unchanged
    totals: int
    blank: int
    unlisted: int  # faults beyond the first 5,000 of a column and severity; their rows are counted all the same
    remarks: int  # footers and headings that come again
    sheets: list[SheetUse]
    unread_sheets: list[str]  # without a recognisable heading
