"""The form of a project and its assets: flat fields as people type them, made into entries and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import Text, t
from insurance.projects.entries import (
    Amount,
    AssetEdit,
    AssetEntry,
    BigId,
    Code,
    Count,
    FundEntry,
    Life,
    Long,
    Name,
    PartyEntry,
    ProjectEdit,
    ProjectEntry,
    RegionCode,
    Short,
    Version,
    Year,
)
from insurance.projects.model import Asset, AssetKind, Fund, Operation, Ownership, Party, PartyKind, Project, Regime, Status, Taxonomy
from insurance.projects.register_rows import FUND_FIELDS
from insurance.web.forms import FormState, filled

YesNo = Literal["yes", "no"]
_FLAGS = ("title_disputed", "link_agreement", "insurable_interest")
_PARTIES = ("owner", "operator")
_SAME = (
    "name", "taxonomy", "asset_kind", "ownership", "operation", "situation", "built_year", "title_on", "title_paper", "contract_number",
    "contract_from", "contract_until", "households", "people", "annual_income_fen", "income_basis", "income_basis_on", "distribution",
)  # fmt: skip
_OF_ASSET = (
    "name", "code", "specification", "place", "unit", "asset_class", "cost_fen", "life_months", "in_use_on", "regime", "situation",
)  # fmt: skip
_PLACES = 6


class AssetForm(msgspec.Struct, frozen=True):
    """One asset as typed; money by source without its level."""

    name: Name
    id: BigId | None = None
    code: Code | None = None
    specification: Short = ""
    place: Long = ""
    quantity: Decimal | None = None
    unit: Annotated[str, Meta(max_length=20)] = ""
    asset_class: Code | None = None
    cost_fen: Amount | None = None
    residual_rate: Decimal | None = None
    life_months: Life | None = None
    in_use_on: date | None = None
    regime: Regime | None = None
    situation: Status | None = None
    special_fen: Amount | None = None
    integrated_fen: Amount | None = None
    bond_fen: Amount | None = None
    east_west_fen: Amount | None = None
    designated_fen: Amount | None = None
    donation_fen: Amount | None = None
    self_fen: Amount | None = None
    loan_fen: Amount | None = None
    other_fiscal_fen: Amount | None = None


class ProjectForm(msgspec.Struct, frozen=True, kw_only=True):
    """A project as typed, but for where it is known by."""

    name: Name
    taxonomy: Taxonomy
    asset_kind: AssetKind | None = None
    ownership: Ownership | None = None
    operation: Operation | None = None
    situation: Status | None = None
    built_year: Year | None = None
    owner_name: Short = ""
    owner_kind: PartyKind | None = None
    owner_credit_code: Code | None = None
    operator_name: Short = ""
    operator_kind: PartyKind | None = None
    operator_credit_code: Code | None = None
    title_on: date | None = None
    title_paper: Short | None = None
    title_disputed: YesNo | None = None
    contract_number: Code | None = None
    contract_from: date | None = None
    contract_until: date | None = None
    link_agreement: YesNo | None = None
    insurable_interest: YesNo | None = None
    households: Count | None = None
    people: Count | None = None
    annual_income_fen: Amount | None = None
    income_basis: Literal["AGREEMENT", "ACCOUNTS"] | None = None
    income_basis_on: date | None = None
    distribution: Long | None = None
    assets: Annotated[list[AssetForm], Meta(max_length=500)] = []


class NewForm(ProjectForm, frozen=True, kw_only=True):
    """A new project: also where it lies and its number."""

    town_code: RegionCode
    village: Annotated[str, Meta(max_length=60)] = ""
    code: Code | None = None


class EditForm(ProjectForm, frozen=True, kw_only=True):
    """Changes of a project that was read at this version."""

    version: Version


def _flag(typed: YesNo | None) -> bool | None:
    return None if typed is None else typed == "yes"


def _facts(form: ProjectForm) -> dict[str, Any]:
    """What both entries share."""
    facts: dict[str, Any] = {name: getattr(form, name) for name in _SAME}
    facts |= {name: _flag(getattr(form, name)) for name in _FLAGS}
    for party in _PARTIES:
        name = getattr(form, f"{party}_name")
        kind, code = getattr(form, f"{party}_kind"), getattr(form, f"{party}_credit_code")
        facts[party] = PartyEntry(name=name, kind=kind, credit_code=code) if name else None
    return facts


def _exact(form: AssetForm, row: int) -> tuple[str | None, str | None]:
    """Quantity and residual rate as entries take them. Raises Invalid."""
    quantity, rate = form.quantity, form.residual_rate
    if quantity is not None and (quantity < 0 or quantity >= 10**12 or _decimals(quantity) > _PLACES):
        raise Invalid.field(f"assets-{row}-quantity", t("请填不小于零的数，最多六位小数"))
    if rate is not None and (not 0 <= rate <= 1 or _decimals(rate) > _PLACES):
        raise Invalid.field(f"assets-{row}-residual_rate", t("残值率应在 0 到 100% 之间，例如 5%"))
    return (None if quantity is None else f"{quantity:f}"), (None if rate is None else f"{rate:f}")


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _funds(form: AssetForm, known: Sequence[FundEntry]) -> list[FundEntry]:
    """The money typed; a source whose amount stays keeps its levels."""
    funds: list[FundEntry] = []
    for fund, field in FUND_FIELDS.items():
        amount = getattr(form, field) or 0
        parts = [entry for entry in known if entry.fund is fund]
        if amount and sum(part.amount_fen for part in parts) == amount:
            funds += parts
        elif amount:
            funds.append(FundEntry(fund, amount))
    return funds


def new_entry(form: NewForm, rows: Sequence[int]) -> ProjectEntry:
    """The entry of a new project; `rows` are the numbers the assets have on the form. Raises Invalid."""
    assets = []
    for row, asset in zip(rows, form.assets, strict=True):
        quantity, rate = _exact(asset, row)
        facts = {name: getattr(asset, name) for name in _OF_ASSET}
        assets.append(AssetEntry(**facts, quantity=quantity, residual_rate=rate, funds=_funds(asset, ())))
    return ProjectEntry(town_code=form.town_code, village=form.village, code=form.code, assets=assets, **_facts(form))


def edit_entry(form: EditForm, current: Project, rows: Sequence[int]) -> ProjectEdit:
    """The changes of a project; `rows` are the numbers the assets have on the form. Raises Invalid."""
    known = {asset.id: asset for asset in current.assets}
    assets = []
    for row, asset in zip(rows, form.assets, strict=True):
        quantity, rate = _exact(asset, row)
        before = known.get(asset.id) if asset.id else None
        parts = [FundEntry(f.fund, f.amount_fen, f.level) for f in before.funds] if before else []  # type: ignore[arg-type]  # levels as stored
        facts = {name: getattr(asset, name) for name in _OF_ASSET}
        assets.append(AssetEdit(id=asset.id, **facts, quantity=quantity, residual_rate=rate, funds=_funds(asset, parts)))
    return ProjectEdit(version=form.version, assets=assets, **_facts(form))


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


# -- back to the form ---------------------------------------------------------------------------------------------------


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _asset_form(asset: Asset) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(asset, name) for name in _OF_ASSET} | {"id": asset.id}
    facts |= {"quantity": _number(asset.quantity), "residual_rate": _percent(asset.residual_rate)}
    money: dict[Fund, int] = {}
    for fund in asset.funds:
        money[fund.fund] = money.get(fund.fund, 0) + fund.amount_fen
    return facts | {FUND_FIELDS[fund]: amount for fund, amount in money.items()}


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{(rate * 100).normalize():f}%"


def shown(project: Project) -> FormState:
    """The form of a project as it stands; assets that left the register are not on it."""
    facts: dict[str, Any] = {name: getattr(project, name) for name in _SAME} | {"version": project.version}
    facts |= {name: _yes_no(getattr(project, name)) for name in _FLAGS}
    for role in _PARTIES:
        party: Party | None = getattr(project, role)
        if party is not None:
            facts |= {f"{role}_name": party.name, f"{role}_kind": party.kind, f"{role}_credit_code": party.credit_code}
    for row, asset in enumerate(asset for asset in project.assets if asset.retired_on is None):
        facts |= {f"assets-{row}-{name}": value for name, value in _asset_form(asset).items() if value not in (None, "")}
    return filled(**facts)


def typed_rows(form: FormState) -> list[int]:
    """The numbers of the assets that are not wholly empty."""

    def is_typed(row: int) -> bool:
        return any(text.strip() for name, texts in form.values.items() if name.startswith(f"assets-{row}-") for text in texts)

    return [row for row in form.rows("assets") if is_typed(row)]


def on_the_form(faults: Sequence[FieldFault], rows: Sequence[int]) -> list[FieldFault]:
    """Faults of an entry by the names of the form's fields."""
    return [FieldFault(_field(fault.field, rows), fault.text) for fault in faults]


def _field(path: str, rows: Sequence[int]) -> str:
    found = re.fullmatch(r"assets\[(\d+)\]\.?(.*)", path)
    if found:
        place = int(found[1])
        row = rows[place] if place < len(rows) else place
        return f"assets-{row}-{'name' if not found[2] or found[2].startswith(('funds', 'id')) else found[2]}"
    if path in _PARTIES:
        return f"{path}_name"
    return path.replace(".", "_") if path.startswith(tuple(f"{party}." for party in _PARTIES)) else path


LABELS: dict[str, Text] = {
    "town_code": t("镇街"),
    "village": t("村"),
    "code": t("项目编号"),
    "name": t("项目名称"),
    "taxonomy": t("项目类型"),
    "asset_kind": t("资产类别"),
    "ownership": t("权属"),
    "operation": t("经营方式"),
    "situation": t("使用状态"),
    "built_year": t("建设年度"),
    "owner_name": t("所有权人"),
    "owner_kind": t("所有权人类别"),
    "owner_credit_code": t("所有权人信用代码"),
    "operator_name": t("经营权人"),
    "operator_kind": t("经营权人类别"),
    "operator_credit_code": t("经营权人信用代码"),
    "title_on": t("确权日期"),
    "title_paper": t("确权文号"),
    "title_disputed": t("权属有争议"),
    "contract_number": t("合同编号"),
    "contract_from": t("合同起始日"),
    "contract_until": t("合同终止日"),
    "link_agreement": t("有带贫协议"),
    "insurable_interest": t("有保险利益"),
    "households": t("带动户数"),
    "people": t("带动人数"),
    "annual_income_fen": t("年收益"),
    "income_basis": t("收益测算依据"),
    "income_basis_on": t("依据日期"),
    "distribution": t("收益分配"),
}
ASSET_LABELS: dict[str, Text] = {
    "name": t("资产名称"),
    "code": t("资产编号"),
    "specification": t("规格型号"),
    "place": t("坐落"),
    "quantity": t("数量"),
    "unit": t("单位"),
    "asset_class": t("生物资产类别"),
    "cost_fen": t("资产原值"),
    "residual_rate": t("残值率"),
    "life_months": t("使用年限"),
    "in_use_on": t("投入使用日期"),
    "regime": t("会计制度"),
    "situation": t("使用状态"),
}
