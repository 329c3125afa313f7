"""What people and programs hand in for the register: one struct per act, unknown fields refused, everything bounded."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from insurance.base.codes import uscc_fault
from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import MOST_FEN
from insurance.base.text import t
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, PartyKind, Regime, Status, Taxonomy

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=500)]
Code = Annotated[str, Meta(max_length=60)]
Amount = Annotated[int, Meta(ge=0, le=MOST_FEN)]
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Positive = Annotated[int, Meta(ge=1, le=MOST_FEN)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Year = Annotated[int, Meta(ge=1990, le=2100)]
Life = Annotated[int, Meta(ge=1, le=1200)]
BigId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
# Decimals travel as texts; at most six places, so that a million assets can be valued in whole numbers.
Rate = Annotated[str, Meta(pattern=r"\A(?:0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)\Z")]
Quantity = Annotated[str, Meta(pattern=r"\A[0-9]{1,12}(?:\.[0-9]{1,6})?\Z")]
RegionCode = Annotated[str, Meta(pattern=r"\A[0-9]{9}\Z")]
Level = Literal["", "CENTRAL", "PROVINCE", "CITY", "COUNTY"]
Gone = Literal["DISPOSED", "SCRAPPED", "LOST"]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YEARS = range(1949, 2200)


class PartyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A holder of rights; without a kind it is told from the name."""

    name: Name
    kind: PartyKind | None = None
    credit_code: Code | None = None


class FundEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money of one source in an asset."""

    fund: Fund
    amount_fen: Positive
    level: Level = ""


class AssetEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An asset entered by hand."""

    name: Name
    code: Code | None = None
    specification: Short = ""
    place: Long = ""
    quantity: Quantity | None = None
    unit: Annotated[str, Meta(max_length=20)] = ""
    asset_class: Code | None = None
    cost_fen: Amount | None = None
    residual_rate: Rate | None = None
    life_months: Life | None = None
    in_use_on: date | None = None
    regime: Regime | None = None
    situation: Status | None = None
    funds: Annotated[list[FundEntry], Meta(max_length=40)] = []


class AnnualEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """年度收益: the net income of a past year in fen (negative for a loss), and the accounts on file that prove it."""

    year: Year
    net_income_fen: Annotated[int, Meta(ge=-MOST_FEN, le=MOST_FEN)]
    document_id: RowId
    note: Short = ""


class ProjectEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A project entered by hand; what is not known stays out."""

    town_code: RegionCode
    name: Name
    taxonomy: Taxonomy
    village: Annotated[str, Meta(max_length=60)] = ""
    code: Code | None = None
    asset_kind: AssetKind | None = None
    ownership: Ownership | None = None
    operation: Operation | None = None
    situation: Status | None = None
    built_year: Year | None = None
    owner: PartyEntry | None = None
    operator: PartyEntry | None = None
    title_on: date | None = None
    title_paper: Short | None = None
    title_disputed: bool | None = None
    contract_number: Code | None = None
    contract_from: date | None = None
    contract_until: date | None = None
    link_agreement: bool | None = None
    insurable_interest: bool | None = None
    households: Count | None = None
    people: Count | None = None
    annual_income_fen: Amount | None = None
    income_basis: Literal["AGREEMENT", "ACCOUNTS"] | None = None
    income_basis_on: date | None = None
    distribution: Long | None = None
    assets: Annotated[list[AssetEntry], Meta(max_length=500)] = []


class AssetEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of one asset, or (without `id`) a new one; a field left out stays, null clears it. `funds` replaces them all."""

    id: BigId | None = None
    name: Name | UnsetType = UNSET
    code: Code | UnsetType | None = UNSET
    specification: Short | UnsetType = UNSET
    place: Long | UnsetType = UNSET
    quantity: Quantity | UnsetType | None = UNSET
    unit: Annotated[str, Meta(max_length=20)] | UnsetType = UNSET
    asset_class: Code | UnsetType | None = UNSET
    cost_fen: Amount | UnsetType | None = UNSET
    residual_rate: Rate | UnsetType | None = UNSET
    life_months: Life | UnsetType | None = UNSET
    in_use_on: date | UnsetType | None = UNSET
    regime: Regime | UnsetType | None = UNSET
    situation: Status | UnsetType | None = UNSET
    funds: Annotated[list[FundEntry], Meta(max_length=40)] | UnsetType = UNSET


class ProjectEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a project; a field left out stays, null clears it. Town, village and code are where it is known by: they stay."""

    version: Version
    name: Name | UnsetType = UNSET
    taxonomy: Taxonomy | UnsetType = UNSET
    asset_kind: AssetKind | UnsetType | None = UNSET
    ownership: Ownership | UnsetType | None = UNSET
    operation: Operation | UnsetType | None = UNSET
    situation: Status | UnsetType | None = UNSET
    built_year: Year | UnsetType | None = UNSET
    owner: PartyEntry | UnsetType | None = UNSET
    operator: PartyEntry | UnsetType | None = UNSET
    title_on: date | UnsetType | None = UNSET
    title_paper: Short | UnsetType | None = UNSET
    title_disputed: bool | UnsetType | None = UNSET
    contract_number: Code | UnsetType | None = UNSET
    contract_from: date | UnsetType | None = UNSET
    contract_until: date | UnsetType | None = UNSET
    link_agreement: bool | UnsetType | None = UNSET
    insurable_interest: bool | UnsetType | None = UNSET
    households: Count | UnsetType | None = UNSET
    people: Count | UnsetType | None = UNSET
    annual_income_fen: Amount | UnsetType | None = UNSET
    income_basis: Literal["AGREEMENT", "ACCOUNTS"] | UnsetType | None = UNSET
    income_basis_on: date | UnsetType | None = UNSET
    distribution: Long | UnsetType | None = UNSET
    retired_on: date | UnsetType | None = UNSET
    assets: Annotated[list[AssetEdit], Meta(max_length=500)] = []


class ImpairmentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """减值准备 of one asset."""

    version: Version
    asset_id: BigId
    from_on: date
    amount_fen: Positive
    reason: Name


class RetirementEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An asset leaves: disposed of, scrapped or lost. It has no value from its day on."""

    version: Version
    retired_on: date
    situation: Gone


class DeclaredCoverEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cover by an insurer outside the system; `last_day` is the last day with cover."""

    version: Version
    insurer_name: Name
    cover: Literal["INDUSTRY", "INCOME"]
    starts_on: date
    last_day: date
    sum_insured_fen: Positive | None = None


class AccountEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payee's account. Without `party_id` it is the owner's."""

    holder_name: Name
    bank_name: Name
    account_number: Annotated[str, Meta(min_length=6, max_length=60)]
    bank_code: Annotated[str, Meta(pattern=r"\A[0-9]{12}\Z")] | None = None
    party_id: BigId | None = None


def checked(entry: msgspec.Struct) -> None:
    """What no struct can say: texts that are not blank, days of our time, terms in order, codes that are codes.

    Raises Invalid with a fault for every field that is wrong.
    """
    faults: list[FieldFault] = []
    _check(entry, "", faults)
    start, end = getattr(entry, "contract_from", None), getattr(entry, "contract_until", None)
    if isinstance(start, date) and isinstance(end, date) and end < start:
        faults.append(FieldFault("contract_until", t("合同终止日不能早于起始日")))
    if faults:
        raise Invalid(t("有 {n} 处要改", n=len(faults)), faults)


def _check(entry: msgspec.Struct, prefix: str, faults: list[FieldFault]) -> None:
    for name in entry.__struct_fields__:
        value, where = getattr(entry, name), prefix + name
        if isinstance(value, str):
            if _CONTROL.search(value) or (value and not value.strip()):
                faults.append(FieldFault(where, t("不能只有空格，也不能含有控制字符")))
            elif name == "credit_code" and uscc_fault(value):
                faults.append(FieldFault(where, t("统一社会信用代码不正确")))
        elif isinstance(value, date) and value.year not in _YEARS:
            faults.append(FieldFault(where, t("请填真实的日期，例如 2019-08-30")))
        elif isinstance(value, msgspec.Struct):
            _check(value, where + ".", faults)
        elif isinstance(value, list):
            for place, part in enumerate(value):
                if isinstance(part, msgspec.Struct):
                    _check(part, f"{where}[{place}].", faults)
            if name == "funds" and len({(fund.fund, fund.level) for fund in value}) < len(value):
                faults.append(FieldFault(where, t("同一资金来源只填一次")))


def columns_of(entry: msgspec.Struct, names: frozenset[str]) -> dict[str, Any]:
    """The given fields among `names` as database values: texts stripped, codes as texts, decimals exact."""
    found: dict[str, Any] = {}
    for name in entry.__struct_fields__:
        value = getattr(entry, name)
        if name not in names or value is UNSET:
            continue
        if name in ("residual_rate", "quantity") and value is not None:
            value = Decimal(value)
        elif isinstance(value, str):
            value = str(value).strip()
        found[name] = value
    return found
