"""Reads and writes of projects, their assets, money and rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.projects.model import PartyKind, Project, ProjectLine, Right
from insurance.projects.parties import name_key
from insurance.projects.tables import AssetTable, FundingTable, ImpairmentTable, PartyTable, ProjectTable, RightHoldingTable

# order → its column, the type of its key; every one ends with the id
SORTS: Mapping[str, tuple[str, str]] = {
    "code": ("p.code", "text"),
    "name": ("p.name", "text"),
    "town": ("p.town_code", "text"),
    "registered": ("p.registered_at", "timestamptz"),
}
SORT_KEYS: Mapping[str, tuple[type, ...]] = {"code": (str, int), "name": (str, int), "town": (str, int), "registered": (datetime, int)}


async def project(project_id: int) -> Project | None:
    """One project with all that hangs on it, as far as the scope shows it."""
    whole = await db.fetchval(db.statement(__package__, "project_whole"), project_id)
    return None if whole is None else msgspec.convert(whole, Project)


async def lock(project_id: int) -> int | None:
    """Hold the project until the end of the transaction; answers its version, None when it is not in scope."""
    version = await db.fetchval("SELECT version FROM project WHERE id = $1 FOR UPDATE", project_id)
    return None if version is None else int(version)


async def search(
    actor: Actor,
    *,
    sort: str = "town",
    descending: bool = False,
    after: Sequence[Any] | None = None,
    limit: int = 50,
    towns: Sequence[str] | None = None,
    q: str = "",
    within: Sequence[int] | None = None,
    without: Sequence[int] | None = None,
) -> list[ProjectLine]:
    """A page of the register in the actor's scope, by key.

    `towns` are codes of towns or counties, `within` and `without` ids an upper context has chosen (insured, eligible …);
    `after` is the key of the last row seen: the order's column and the id.
    """
    column, kind = SORTS[sort]
    query = db.statement(__package__, "project_search")
    for mark, text in (
        ("order", column),
        ("type", kind),
        ("direction", "DESC" if descending else "ASC"),
        ("beyond", "<" if descending else ">"),
    ):
        query = query.replace(f"/*{mark}*/", text)
    like = None if not q else "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    key, last_id = after or (None, None)
    rows = await db.fetch(query, actor.county_code, actor.town_code, towns, like, within, without, key, last_id, limit)
    return [msgspec.convert(dict(row), ProjectLine) for row in rows]


def sort_key(line: ProjectLine, sort: str) -> tuple[Any, ...]:
    """The key of a row in an order, for the cursor after it."""
    return {"code": line.code, "name": line.name, "town": line.town_code, "registered": line.registered_at}[sort], line.id


async def town(code: str) -> dict[str, Any] | None:
    """A town by its code: its path and name."""
    row = await db.fetchrow("SELECT code, name, path FROM region WHERE code = $1 AND level = 'township'", code)
    return dict(row) if row else None


async def village_path(town_code: str, name: str) -> str:
    """The path of a village, made when it is new: its code is the town's, `v` and a number."""
    found: str | None = await db.fetchval("SELECT path FROM region WHERE parent_code = $1 AND name = $2", town_code, name)
    if found is None:
        await lock_places()
        await db.execute(db.statement(__package__, "village_add"), [town_code], [name])
        found = await db.fetchval("SELECT path FROM region WHERE parent_code = $1 AND name = $2", town_code, name)
        assert found is not None
    return found


async def lock_places() -> None:
    """One transaction at a time gives out village numbers and takes in registers; waits as long as a large register takes."""
    await db.execute("SET LOCAL lock_timeout = '25s'")
    await db.execute("SELECT pg_advisory_xact_lock(370402)")
    await db.execute("SET LOCAL lock_timeout = '2s'")


async def party(town_path: str, name: str, kind: PartyKind | None, credit_code: str | None) -> int:
    """The party of this name in the town, made when it is new; without a kind, whichever of that name is known."""
    key = name_key(name)
    found = await db.fetchval(db.statement(__package__, "party_find"), town_path, key, kind)
    if found is None:
        row = PartyTable(region_path=town_path, kind=kind or PartyKind.OTHER, name=name, name_key=key, credit_code=credit_code)
        made = (
            await PartyTable.insert(row)
            .on_conflict(
                target=(PartyTable.region_path, PartyTable.kind, PartyTable.name_key), action="DO UPDATE", values=[PartyTable.name]
            )
            .returning(PartyTable.id)
        )
        found = made[0]["id"]
    if credit_code is not None:
        await PartyTable.update({PartyTable.credit_code: credit_code}).where(PartyTable.id == found)
    return int(found)


async def add_project(columns: Mapping[str, Any]) -> int:
    """A new project; answers its id."""
    return int(await db.fetchval(db.statement(__package__, "project_add"), columns))


async def keep_change(project_ids: Sequence[int], *, on: date, by: int | None) -> None:
    """Keep what stands, before an edit."""
    await db.execute(db.statement(__package__, "project_keep_change"), project_ids, on, by)


async def change_project(project_id: int, columns: Mapping[str, Any]) -> None:
    """Set columns of a project and raise its version."""
    values: dict[Any, Any] = {**columns, "version": ProjectTable.version + 1}
    await ProjectTable.update(values).where(ProjectTable.id == project_id)


async def add_asset(columns: Mapping[str, Any]) -> int:
    """A new asset; answers its id."""
    return int(await db.fetchval(db.statement(__package__, "asset_add"), columns))


async def change_asset(asset_id: int, columns: Mapping[str, Any]) -> None:
    """Set columns of an asset."""
    values: dict[Any, Any] = dict(columns)
    await AssetTable.update(values).where(AssetTable.id == asset_id)


async def set_funds(project_id: int, asset_id: int, region_path: str, funds: Sequence[tuple[str, str, int]]) -> None:
    """Replace the money of an asset: (source, level, fen)."""
    await FundingTable.delete().where(FundingTable.asset_id == asset_id)
    if funds:
        rows = [
            FundingTable(project_id=project_id, asset_id=asset_id, region_path=region_path, fund=fund, level=level, amount_fen=fen)
            for fund, level, fen in funds
        ]
        await FundingTable.insert(*rows)


async def set_holder(project_id: int, region_path: str, right: Right, party_id: int | None, *, from_on: date | None, on: date) -> None:
    """End the open holdings of a right on a day and begin the new one; the same holder goes on."""
    open_ones = (
        await RightHoldingTable.select(RightHoldingTable.id, RightHoldingTable.party_id)
        .where(RightHoldingTable.project_id == project_id)
        .where(RightHoldingTable.right_kind == right.value)
        .where(RightHoldingTable.until_on.is_null())
    )
    if [row["party_id"] for row in open_ones] == [party_id]:
        return
    await RightHoldingTable.update({RightHoldingTable.until_on: on}).where(RightHoldingTable.id.is_in([0, *(r["id"] for r in open_ones)]))
    if party_id is not None:
        row = RightHoldingTable(project_id=project_id, region_path=region_path, right_kind=right, party_id=party_id, from_on=from_on)
        await RightHoldingTable.insert(row)


async def add_impairment(project_id: int, asset_id: int, region_path: str, *, from_on: date, amount_fen: int, reason: str) -> None:
    """减值准备 of an asset."""
    row = ImpairmentTable(
        project_id=project_id, asset_id=asset_id, region_path=region_path, from_on=from_on, amount_fen=amount_fen, reason=reason
    )
    await ImpairmentTable.insert(row)


async def declared_covers(project_id: int, cover: str, on: date) -> list[Any]:
    """Covers by insurers outside the system that hold on a day, as far as the scope shows them."""
    return await db.fetch(
        "SELECT insurer_name, sum_insured_fen FROM declared_cover WHERE project_id = $1 AND cover = $2 AND period @> $3::date ORDER BY id",
        project_id, cover, on,
    )  # fmt: skip


async def add_declared_cover(
    project_id: int, region_path: str, insurer_name: str, cover: str, starts_on: date, last_day: date, sum_insured_fen: int | None
) -> None:
    """Cover by an insurer outside the system."""
    await db.execute(
        "INSERT INTO declared_cover (project_id, region_path, insurer_name, cover, period, sum_insured_fen)"
        " VALUES ($1, $2, $3, $4, daterange($5, $6, '[]'), $7)",
        project_id, region_path, insurer_name, cover, starts_on, last_day, sum_insured_fen,
    )  # fmt: skip
