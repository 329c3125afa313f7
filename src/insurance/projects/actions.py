"""The register by hand: register, edit, impair, retire, declare. Imports are in `actions_import`, payees in `actions_payees`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import UNSET, UnsetType

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, LostUpdate, NotFound, WrongState
from insurance.base.money import yuan
from insurance.base.text import Text, t
from insurance.projects import store
from insurance.projects.actions_import import commit, dry_run, undo
from insurance.projects.entries import (
    AssetEdit,
    AssetEntry,
    DeclaredCoverEntry,
    FundEntry,
    ImpairmentEntry,
    PartyEntry,
    ProjectEdit,
    ProjectEntry,
    RetirementEntry,
    checked,
    columns_of,
)
from insurance.projects.model import Asset, Ownership, Party, Project, Right
from insurance.projects.parties import kind_by_name, name_key, owner_kind
from insurance.projects.register_rows import RegisterRow
from insurance.projects.register_sheet import asset_key, project_key

__all__ = ["commit", "declare_cover", "dry_run", "edit", "impair", "register", "retire", "undo"]

_PROJECT_COLUMNS = frozenset(ProjectEdit.__struct_fields__) - {"version", "owner", "operator", "assets"}
_ASSET_COLUMNS = frozenset(AssetEntry.__struct_fields__) - {"funds"}
_TAKEN = {
    "project_register_key": t("台账中已有这个项目（镇街、村和名称相同，或编号相同）"),
    "project_code_once": t("本区（市）已有使用这个编号的项目"),
    "asset_register_key": t("该项目已有同名同规格或同编号的资产"),
}


async def register(entry: ProjectEntry, *, actor: Actor) -> Project:
    """A project entered by hand, with its assets. Raises Invalid, Refused (already in the register)."""
    checked(entry)
    async with db.transaction(actor.scope):
        town = await store.town(entry.town_code)
        if town is None or not town["path"].startswith(actor.region_path):
            raise Invalid.field("town_code", t("没有这个镇街，或不在您的辖区"))
        village = entry.village.strip()
        region_path = await store.village_path(entry.town_code, village) if village else town["path"]
        code = entry.code.strip() if entry.code else None
        row = RegisterRow(town["path"].split("/")[1], entry.town_code, None, village or None, entry.name.strip(), code)
        owner = await _party(town["path"], entry.owner, entry.ownership, owns=True)
        operator = await _party(town["path"], entry.operator, entry.ownership, owns=False, owner=entry.owner)
        columns = columns_of(entry, _PROJECT_COLUMNS) | {
            "code": code, "region_path": region_path, "village": village, "register_key": project_key(row),
            "owner_party_id": owner, "operator_party_id": operator, "registered_at": actor.at,
        }  # fmt: skip
        with db.refusing(_TAKEN):
            project_id = await store.add_project(columns)
        await store.set_holder(project_id, region_path, Right.OWNERSHIP, owner, from_on=entry.title_on, on=actor.on)
        await store.set_holder(project_id, region_path, Right.OPERATION, operator, from_on=entry.contract_from, on=actor.on)
        for asset in entry.assets:
            await _add_asset(project_id, region_path, columns_of(asset, _ASSET_COLUMNS), asset.funds)
        await audit.record(actor, "project.registered", f"project:{project_id}", town=entry.town_code, assets=len(entry.assets))
        return await _whole(project_id)


async def edit(project_id: int, entry: ProjectEdit, *, actor: Actor) -> Project:
    """Change a project and its assets; what stood before is kept. The same values again change nothing.

    Raises NotFound, LostUpdate (both values of every field in its faults), Invalid.
    """
    checked(entry)
    async with db.transaction(actor.scope):
        current = await _locked(project_id, entry.version, entry)
        columns = {name: value for name, value in columns_of(entry, _PROJECT_COLUMNS).items() if value != getattr(current, name)}
        holders = [right for right in (Right.OWNERSHIP, Right.OPERATION) if _new_holder(current, entry, right)]
        assets = list(_asset_changes(current, entry.assets))
        if not columns and not holders and not assets:
            return current
        await store.keep_change([project_id], on=actor.on, by=actor.user_id)
        for right in holders:
            columns |= await _set_holder(current, entry, right, actor)
        await store.change_project(project_id, columns)
        for asset_id, values, funds in assets:
            await _change_asset(current, asset_id, values, funds)
        changed = sorted(columns) + [f"asset:{asset_id or 'new'}" for asset_id, _, _ in assets]
        await audit.record(actor, "project.changed", f"project:{project_id}", version=current.version + 1, changed=changed)
        return await _whole(project_id)


async def impair(project_id: int, entry: ImpairmentEntry, *, actor: Actor) -> Project:
    """Enter 减值准备 of an asset: its net value falls by it from its day on. Raises NotFound, LostUpdate, Invalid."""
    checked(entry)
    async with db.transaction(actor.scope):
        current = await _locked(project_id, entry.version)
        asset = _asset(current, entry.asset_id, "asset_id")
        so_far = sum(i.amount_fen for i in current.impairments if i.asset_id == asset.id)
        if entry.from_on > actor.on:
            raise Invalid.field("from_on", t("减值日期不能晚于今天"))
        if asset.cost_fen is None or so_far + entry.amount_fen > asset.cost_fen:
            most = yuan(max(0, (asset.cost_fen or 0) - so_far))
            raise Invalid.field("amount_fen", t("减值准备合计不能超过资产原值，最多还可计提 {most} 元", most=most))
        await store.keep_change([project_id], on=actor.on, by=actor.user_id)
        await store.add_impairment(
            project_id,
            asset.id,
            current.region_path,
            from_on=entry.from_on,
            amount_fen=entry.amount_fen,
            reason=entry.reason.strip(),
        )
        await store.change_project(project_id, {})
        await audit.record(
            actor, "project.impaired", f"project:{project_id}", asset=asset.id, amount_fen=entry.amount_fen, from_on=entry.from_on
        )
        return await _whole(project_id)


async def retire(project_id: int, asset_id: int, entry: RetirementEntry, *, actor: Actor) -> Project:
    """An asset leaves the register on a day. Raises NotFound, LostUpdate, Invalid, WrongState (gone already)."""
    checked(entry)
    async with db.transaction(actor.scope):
        current = await _locked(project_id, entry.version)
        asset = _asset(current, asset_id)
        if asset.retired_on is not None:
            raise WrongState(t("该资产已于 {day} 退出台账", day=asset.retired_on.isoformat()))
        if entry.retired_on > actor.on:
            raise Invalid.field("retired_on", t("退出日期不能晚于今天"))
        await store.keep_change([project_id], on=actor.on, by=actor.user_id)
        await store.change_asset(asset_id, {"retired_on": entry.retired_on, "situation": entry.situation})
        await store.change_project(project_id, {})
        await audit.record(actor, "asset.retired", f"project:{project_id}", asset=asset_id, on=entry.retired_on, situation=entry.situation)
        return await _whole(project_id)


async def declare_cover(project_id: int, entry: DeclaredCoverEntry, *, actor: Actor) -> Project:
    """Declare cover by an insurer outside the system: a fact eligibility asks for, never a policy."""
    checked(entry)
    if entry.last_day < entry.starts_on:
        raise Invalid.field("last_day", t("止期不能早于起期"))
    async with db.transaction(actor.scope):
        current = await _locked(project_id, entry.version)
        await store.keep_change([project_id], on=actor.on, by=actor.user_id)
        await store.add_declared_cover(
            project_id, current.region_path, entry.insurer_name.strip(), entry.cover, entry.starts_on, entry.last_day, entry.sum_insured_fen
        )
        await store.change_project(project_id, {})
        await audit.record(actor, "project.cover-declared", f"project:{project_id}", cover=entry.cover, from_on=entry.starts_on)
        return await _whole(project_id)


async def _whole(project_id: int) -> Project:
    found = await store.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return found


async def _locked(project_id: int, version: int, entry: ProjectEdit | None = None) -> Project:
    if await store.lock(project_id) is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    current = await _whole(project_id)
    if current.version != version:
        faults = [] if entry is None else list(_both_values(current, entry))
        raise LostUpdate(t("您打开后有人改过这个项目，请核对后重新提交"), faults)
    return current


def _both_values(current: Project, entry: ProjectEdit) -> Iterable[FieldFault]:
    """For every field that would change: what stands now, and what was sent."""
    pairs = [(name, getattr(current, name), value) for name, value in columns_of(entry, _PROJECT_COLUMNS).items()]
    pairs += [(name, getattr(current, name), getattr(entry, name)) for name in ("owner", "operator") if getattr(entry, name) is not UNSET]
    known = {asset.id: asset for asset in current.assets}
    for place, asset in enumerate(entry.assets):
        if asset.id in known:
            given = columns_of(asset, _ASSET_COLUMNS)
            pairs += [(f"assets[{place}].{name}", getattr(known[asset.id], name), value) for name, value in given.items()]
    for field, now, yours in pairs:
        if _shown(now) != _shown(yours):
            yield FieldFault(field, t("现在是“{now}”，您提交的是“{yours}”", now=_shown(now), yours=_shown(yours)))


def _shown(value: Any) -> str | Text:
    if value is None:
        return t("空")
    if isinstance(value, bool):
        return t("是") if value else t("否")
    return str(value.name) if isinstance(value, Party | PartyEntry) else str(value)


def _asset(current: Project, asset_id: int, field: str | None = None) -> Asset:
    for asset in current.assets:
        if asset.id == asset_id:
            return asset
    gone = t("该项目没有这项资产")
    raise Invalid.field(field, gone) if field else NotFound(gone)


async def _party(
    town_path: str, entry: PartyEntry | None, ownership: Ownership | None, *, owns: bool, owner: PartyEntry | None = None
) -> int | None:
    if entry is None:
        return None
    name = entry.name.strip()
    kind = entry.kind
    if kind is None:
        is_owner = owns or (owner is not None and name_key(owner.name) == name_key(name))
        kind = owner_kind(ownership, name) if is_owner else kind_by_name(name)
    return await store.party(town_path, name, kind, entry.credit_code)


def _field_of(right: Right) -> str:
    return "owner" if right is Right.OWNERSHIP else "operator"


def _new_holder(current: Project, entry: ProjectEdit, right: Right) -> bool:
    """Whether the edit names another holder of the right, or says more of the same one."""
    given: PartyEntry | UnsetType | None = getattr(entry, _field_of(right))
    known: Party | None = getattr(current, _field_of(right))
    if isinstance(given, UnsetType) or (given is None and known is None):
        return False
    if given is None or known is None:
        return True
    same = name_key(given.name) == name_key(known.name) and given.kind in (None, known.kind)
    return not same or given.credit_code not in (None, known.credit_code)


async def _set_holder(current: Project, entry: ProjectEdit, right: Right, actor: Actor) -> dict[str, Any]:
    field = _field_of(right)
    town_path = "/".join(current.region_path.split("/")[:3]) + "/"
    ownership = current.ownership if isinstance(entry.ownership, UnsetType) else entry.ownership
    party_id = await _party(town_path, getattr(entry, field), ownership, owns=right is Right.OWNERSHIP)
    started: date | None = actor.on if getattr(current, field) else None
    await store.set_holder(current.id, current.region_path, right, party_id, from_on=started, on=actor.on)
    return {f"{field}_party_id": party_id}


AssetChange = tuple[int | None, dict[str, Any], Sequence[FundEntry] | None]


def _asset_changes(current: Project, edits: Sequence[AssetEdit]) -> Iterable[AssetChange]:
    """What really changes: (asset or None for a new one, columns, money or None where it stays)."""
    for place, given in enumerate(edits):
        columns = columns_of(given, _ASSET_COLUMNS)
        funds = None if isinstance(given.funds, UnsetType) else given.funds
        if given.id is None:
            if "name" not in columns:
                raise Invalid.field(f"assets[{place}].name", t("新资产须有名称"))
            yield None, columns, funds
            continue
        asset = _asset(current, given.id, f"assets[{place}].id")
        columns = {name: value for name, value in columns.items() if value != getattr(asset, name)}
        if funds is not None and {(f.fund, f.level): f.amount_fen for f in funds} == {(f.fund, f.level): f.amount_fen for f in asset.funds}:
            funds = None
        impaired = sum(i.amount_fen for i in current.impairments if i.asset_id == asset.id)
        if "cost_fen" in columns and (columns["cost_fen"] or 0) < impaired:
            raise Invalid.field(f"assets[{place}].cost_fen", t("资产原值不能低于已计提的减值准备 {yuan} 元", yuan=yuan(impaired)))
        if columns or funds is not None:
            yield asset.id, columns, funds


async def _change_asset(current: Project, asset_id: int | None, columns: dict[str, Any], funds: Sequence[FundEntry] | None) -> None:
    if asset_id is None:
        await _add_asset(current.id, current.region_path, columns, funds or ())
        return
    if columns:
        await store.change_asset(asset_id, columns)
    if funds is not None:
        await store.set_funds(current.id, asset_id, current.region_path, _amounts(funds))


async def _add_asset(project_id: int, region_path: str, columns: dict[str, Any], funds: Sequence[FundEntry]) -> None:
    name, code, specification = columns["name"], columns.get("code"), columns.get("specification")
    key = asset_key(RegisterRow("", "", None, None, "", asset_name=name, asset_code=code, spec=specification or None))
    with db.refusing(_TAKEN):
        asset_id = await store.add_asset(columns | {"project_id": project_id, "region_path": region_path, "register_key": key})
    await store.set_funds(project_id, asset_id, region_path, _amounts(funds))


def _amounts(funds: Sequence[FundEntry]) -> list[tuple[str, str, int]]:
    return [(fund.fund.value, fund.level, fund.amount_fen) for fund in funds]
