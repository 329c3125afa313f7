"""Opening imports (期初) in the database: their dry runs and commits, what a workbook of policies asks of the register, what it makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from insurance.access import store as access_store
from insurance.access.model import Actor
from insurance.base import db
from insurance.policies import store
from insurance.policies.model import Cover, PolicyState
from insurance.policies.opening_plan import Planned, Standing
from insurance.policies.opening_policies import Draft, Known
from insurance.projects import store_values
from insurance.projects.model import AssetValue
from insurance.projects.register_words import plain

_LOCK = 370407


class ImportRow(msgspec.Struct, frozen=True):
    """An opening import as it is stored; `faults` and `notes` are plain JSON."""

    id: int
    region_path: str
    kind: str
    file_name: str
    content_sha256: bytes
    state: str
    row_count: int
    created_count: int
    unchanged_count: int
    faulty_count: int
    skipped_count: int
    faults: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    made_at: datetime
    committed_at: datetime | None
    version: int
    made_by: str | None = None
    committed_by: str | None = None


_COLUMNS = ", ".join(ImportRow.__struct_fields__[:-2])
_ONE = (
    f"SELECT {_COLUMNS}, (SELECT n.display_name FROM user_names(ARRAY[i.made_by]) n) AS made_by,"  # noqa: S608  # own columns
    " (SELECT n.display_name FROM user_names(ARRAY[i.committed_by]) n) AS committed_by FROM opening_import i"
)


def _sql(name: str) -> str:
    return db.statement(__package__, name)


# -- imports ------------------------------------------------------------------------------------------------------------


async def take_turn() -> None:
    """Opening commits of the city go one after the other: each sees what the one before stored."""
    await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def keep(columns: Mapping[str, Any], *, actor: Actor) -> int:
    """A dry run's row (the one that waits already for the same file); answers its id."""
    return int(await db.fetchval(_sql("opening_import_keep"), columns, actor.user_id, actor.at))


async def one(import_id: int) -> ImportRow | None:
    """One import as far as the scope shows it."""
    row = await db.fetchrow(f"{_ONE} WHERE i.id = $1", import_id)
    return None if row is None else msgspec.convert(dict(row), ImportRow)


async def lock(import_id: int) -> ImportRow | None:
    """One import, held until the end of the transaction."""
    held = await db.fetchval("SELECT id FROM opening_import WHERE id = $1 FOR UPDATE", import_id)
    return None if held is None else await one(import_id)


async def page(before: int | None, limit: int) -> list[ImportRow]:
    """The newest imports in scope, before an id; without faults and notes."""
    query = f"{_ONE} WHERE $1::bigint IS NULL OR i.id < $1 ORDER BY i.id DESC LIMIT $2"
    rows = await db.fetch(query.replace("faults, notes", "'[]'::jsonb AS faults, '[]'::jsonb AS notes"), before, limit)
    return [msgspec.convert(dict(row), ImportRow) for row in rows]


async def committed_before(kind: str, content_sha256: bytes) -> datetime | None:
    """When this very content was last taken in."""
    found: datetime | None = await db.fetchval(
        "SELECT max(committed_at) FROM opening_import WHERE kind = $1 AND content_sha256 = $2 AND state = 'COMMITTED'", kind, content_sha256
    )
    return found


async def finish(import_id: int, columns: Mapping[str, Any], *, actor: Actor) -> None:
    """The import is in: its counts and faults as they came to be."""
    await db.execute(
        "UPDATE opening_import SET state = 'COMMITTED', row_count = $2, created_count = $3, unchanged_count = $4, faulty_count = $5,"
        " skipped_count = $6, faults = $7, notes = $8, committed_by = $9, committed_at = $10, version = version + 1 WHERE id = $1",
        import_id, *(columns[f"{name}_count"] for name in ("row", "created", "unchanged", "faulty", "skipped")), columns["faults"],
        columns["notes"], actor.user_id, actor.at,
    )  # fmt: skip


# -- what a workbook of policies asks -----------------------------------------------------------------------------------


async def known(drafts: Sequence[Draft]) -> Known:
    """Projects and insurers the drafts may mean."""
    codes = {plain(draft.said.project_code) for draft in drafts if draft.said.project_code}
    towns = {
        line.located.town_code for draft in drafts if not draft.said.project_code for line in draft.lines if line.located
    }  # fmt: skip
    by_code: dict[str, list[Any]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in await db.fetch(_sql("opening_projects"), sorted(codes), sorted(towns)):
        by_code[plain(row["code"])].append(row)
        by_name[row["town_code"], plain(row["name"])].append(row)
    insurers = {plain(word): row["id"] for row in await access_store.insurers() for word in (row["name"], row["code"])}
    return Known(by_code, by_name, insurers)


async def numbers(drafts: Iterable[Draft]) -> dict[str, bytes | None]:
    """Which of the numbers exist in scope, with the digest of what was stated (None: no opening policy)."""
    rows = await db.fetch(_sql("opening_numbers"), [draft.number for draft in drafts])
    return {row["number"]: row["digest"] for row in rows}


async def assets(drafts: Iterable[Draft]) -> dict[tuple[int, date], list[AssetValue]]:
    """The assets of each project that stand on its policy's first day, valued."""
    asked = [
        (draft.project["id"], draft.period.starts_on)
        for draft in drafts
        if draft.project is not None and draft.period is not None and draft.said.cover is Cover.INDUSTRY
    ]
    return await store_values.asset_values_by_day(asked)


async def standing(drafts: Iterable[Draft]) -> dict[tuple[int, Cover], list[Standing]]:
    """The policies that stand for the projects of the drafts."""
    found: dict[tuple[int, Cover], list[Standing]] = defaultdict(list)
    ids = sorted({draft.project["id"] for draft in drafts if draft.project is not None})
    for row in await db.fetch(_sql("opening_standing"), ids):
        found[row["project_id"], Cover(row["cover"])].append(Standing(row["number"], store.period_of(row)))
    return found


# -- what it makes ------------------------------------------------------------------------------------------------------


async def add_policies(planned: Sequence[Planned], *, actor: Actor) -> dict[str, int]:
    """Write the policies; answers the id of each number that was written. The others lost to one that stands already."""

    def state(one: Planned) -> str:
        return PolicyState.EXPIRED if one.stated.period.ends_before <= actor.on else PolicyState.IN_FORCE

    stated = [one.stated for one in planned]
    rows = await db.fetch(
        _sql("opening_policies_add"), [s.number for s in stated], [s.project_id for s in stated], [s.insurer_id for s in stated],
        [s.cover.value for s in stated], [state(one) for one in planned], [s.period.starts_on for s in stated],
        [s.period.ends_before for s in stated], [one.quote.terms_version for one in planned], [one.quote.terms_checksum for one in planned],
        [s.insured_party_id for s in stated], [s.sum_insured_fen for s in stated], [s.guaranteed_fen for s in stated],
        [s.premium_fen for s in stated], [store.packed(one.quote.steps) for one in planned], actor.user_id,
    )  # fmt: skip
    return {row["number"]: row["id"] for row in rows}


async def add_facts(written: Sequence[tuple[int, Planned]], import_id: int, *, actor: Actor) -> None:
    """What was stated of policies just written, their schedules, shares and events, and the insurers' view of the projects."""
    ids = [policy_id for policy_id, _ in written]
    plans = [one for _, one in written]
    await db.execute(
        _sql("opening_facts_add"), ids, [len(one.draft.lines) for one in plans], [store.packed(one.stated) for one in plans],
        [store.packed(one.assets) for one in plans], [one.stated.digest for one in plans], [one.stated.unpaid_fen for one in plans],
        import_id,
    )  # fmt: skip
    await store.add_parts([(policy_id, one.quote) for policy_id, one in written])
    facts = [
        store.packed({"import": import_id, "sum_insured_fen": one.stated.sum_insured_fen, "premium_fen": one.stated.premium_fen}
                     | ({"unpaid_fen": one.stated.unpaid_fen} if one.stated.unpaid_fen else {})
                     | ({"note": one.stated.note} if one.stated.note else {}))
        for one in plans
    ]  # fmt: skip
    await db.execute(_sql("opening_events_add"), ids, facts, actor.on, actor.user_id)
    await store.grant_register(ids, actor.on)
