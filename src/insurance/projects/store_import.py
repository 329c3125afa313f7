"""Registers taken in: their rows in the database, what they would change, what they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.projects import store, store_stage
from insurance.projects.register_places import Region, Regions
from insurance.projects.register_rows import ParsedRow


class Outcome(msgspec.Struct, frozen=True):
    """What became of the rows of a file; `clashes` are places in the list of rows."""

    created: int
    updated: int
    unchanged: int
    clashes: list[int]


class ImportRow(msgspec.Struct, frozen=True):
    """An import as it is stored; `faults` and `notes` are plain JSON."""

    id: int
    region_path: str
    file_name: str
    content_sha256: bytes
    state: str
    row_count: int
    created_count: int
    updated_count: int
    unchanged_count: int
    faulty_count: int
    skipped_count: int
    faults: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    made_at: datetime
    committed_at: datetime | None
    undone_at: datetime | None
    version: int
    made_by: str | None = None


_COLUMNS = ", ".join(ImportRow.__struct_fields__[:-1])
_ONE = f"SELECT {_COLUMNS}, (SELECT n.display_name FROM user_names(ARRAY[i.made_by]) n) AS made_by FROM register_import i"  # noqa: S608  # own columns


async def regions() -> Regions:
    """The divisions down to the towns, with their other names; villages are as offices write them."""
    rows = await db.fetch(db.statement(__package__, "register_regions"))
    return Regions([Region(r["code"], r["name"], r["parent_code"], tuple(r["aliases"])) for r in rows])


async def add(actor: Actor, columns: Mapping[str, Any]) -> int:
    """A dry run's row; answers its id."""
    return int(await db.fetchval(db.statement(__package__, "register_add"), columns, actor.user_id, actor.at, actor.on))


async def one(import_id: int) -> ImportRow | None:
    """One import as far as the scope shows it."""
    row = await db.fetchrow(f"{_ONE} WHERE i.id = $1", import_id)
    return None if row is None else msgspec.convert(dict(row), ImportRow)


async def lock(import_id: int) -> ImportRow | None:
    """One import, held until the end of the transaction."""
    held = await db.fetchval("SELECT id FROM register_import WHERE id = $1 FOR UPDATE", import_id)
    return None if held is None else await one(import_id)


async def page(before: int | None, limit: int) -> list[ImportRow]:
    """The newest imports in scope, before an id; without faults and notes."""
    query = f"{_ONE} WHERE $1::bigint IS NULL OR i.id < $1 ORDER BY i.id DESC LIMIT $2"
    rows = await db.fetch(query.replace("faults, notes", "'[]'::jsonb AS faults, '[]'::jsonb AS notes"), before, limit)
    return [msgspec.convert(dict(row), ImportRow) for row in rows]


async def committed_before(content_sha256: bytes) -> datetime | None:
    """When this very content was last taken in, if it still stands."""
    found: datetime | None = await db.fetchval(
        "SELECT max(committed_at) FROM register_import WHERE content_sha256 = $1 AND state = 'COMMITTED'", content_sha256
    )
    return found


async def compare(rows: Sequence[ParsedRow]) -> Outcome:
    """What the rows would change, changing nothing."""
    await _stage("staged_row", store_stage.KEY_COLUMNS, store_stage.keys(rows))
    outcome = await _place()
    await db.execute("DROP TABLE staged_row, placed")
    return outcome


async def take_in(import_id: int, rows: Sequence[ParsedRow], *, actor: Actor) -> Outcome:
    """Store what the rows say, set by set; rows that say what stands already touch nothing."""
    await store.lock_places()
    await db.execute("SET LOCAL work_mem = '64MB'")
    staged = await asyncio.to_thread(lambda: list(store_stage.whole_rows(rows)))
    await _stage("staged_row", store_stage.ROW_COLUMNS, staged)
    del staged
    await _place()
    kept_out = set(await db.fetchval("SELECT array_agg(ordinal) FROM placed WHERE outcome IN ('UNCHANGED', 'CLASH')") or ())
    changed = [ordinal for ordinal in range(len(rows)) if ordinal not in kept_out]
    projects, rights = await asyncio.to_thread(store_stage.projects, rows, changed)
    places = {(row.row.town_code, row.row.village) for row in map(rows.__getitem__, changed) if row.row.village}
    await db.execute(db.statement(__package__, "village_add"), [town for town, _ in places], [village for _, village in places])
    act = {"import_id": "bigint", "made_at": "timestamptz", "made_on": "date"}
    await _stage("staged_act", act, [(import_id, actor.at, actor.on)])
    await _stage("staged_project", store_stage.PROJECT_COLUMNS, projects)
    await _stage("staged_right", store_stage.RIGHT_COLUMNS, rights)
    await _stage("staged_fund", store_stage.FUND_COLUMNS, store_stage.money(rows, changed))
    await db.execute(db.statement(__package__, "register_projects"))
    touched: list[int] = await db.fetchval("SELECT array_agg(project_id) FROM touched") or []
    if touched:
        await store.keep_change(touched, on=actor.on, by=actor.user_id)
    await db.execute(db.statement(__package__, "register_store"))
    outcome = await _counts("register_counts_stored")
    await db.execute("DROP TABLE staged_row, staged_act, staged_project, staged_right, staged_fund, placed, stored, touched, held, passing")
    return outcome


async def _stage(table: str, columns: Mapping[str, str], rows: Any) -> None:
    await db.stage(table, ", ".join(f"{name} {kind}" for name, kind in columns.items()), list(columns), rows)
    await db.execute(f"ANALYZE {table}")


async def _place() -> Outcome:
    await db.execute(db.statement(__package__, "register_place"))
    return await _counts("register_counts")


async def _counts(statement: str) -> Outcome:
    rows = {row["outcome"]: row for row in await db.fetch(db.statement(__package__, statement))}
    numbers = {name: rows[name]["rows"] if name in rows else 0 for name in ("CREATED", "UPDATED", "UNCHANGED")}
    clashes = list(rows["CLASH"]["ordinals"]) if "CLASH" in rows else []
    return Outcome(numbers["CREATED"], numbers["UPDATED"], numbers["UNCHANGED"], clashes)


async def finish(import_id: int, outcome: Outcome, *, duplicates: int, faulty: int, faults: list[dict[str, Any]], actor: Actor) -> None:
    """The import is in: its counts as they came to be."""
    await db.execute(
        "UPDATE register_import SET state = 'COMMITTED', created_count = $2, updated_count = $3, unchanged_count = $4, faulty_count = $5,"
        " faults = $6, committed_at = $7, stored_at = now(), version = version + 1 WHERE id = $1",
        import_id, outcome.created, outcome.updated, outcome.unchanged + duplicates, faulty, faults, actor.at,
    )  # fmt: skip


async def rests(import_id: int) -> dict[str, int]:
    """What rests on an import: kind → how many; empty when nothing does."""
    rows = await db.fetch(db.statement(__package__, "register_rests"), import_id)
    return {row["what"]: row["number"] for row in rows if row["number"]}


async def take_back(import_id: int, *, actor: Actor) -> int:
    """Undo an import; answers how many rows were undone."""
    await store.lock_places()
    await db.execute("CREATE TEMP TABLE undoing ON COMMIT DROP AS SELECT * FROM register_row WHERE false")
    await db.execute("INSERT INTO undoing SELECT * FROM register_row WHERE import_id = $1", import_id)
    await db.execute("ANALYZE undoing")
    touched = await db.fetchval("SELECT array_agg(DISTINCT project_id) FROM undoing WHERE NOT project_created")
    if touched:
        await store.keep_change(touched, on=actor.on, by=actor.user_id)
    undone = int(await db.fetchval("SELECT count(*) FROM undoing"))
    await db.execute(db.statement(__package__, "register_undo"))
    await db.execute(
        "UPDATE register_import SET state = 'UNDONE', undone_at = $2, version = version + 1 WHERE id = $1", import_id, actor.at
    )
    return undone
