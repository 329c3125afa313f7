"""Lists: claims by their most urgent clock, disasters, silent projects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims import lifecycle
from insurance.claims.store import Row


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which claims: each filter that is given must hold. `q` is in the number of the claim or policy, or in the project's name.

    `after` is the key of the last row seen: its most urgent end (None: no clock presses) and its id.
    """

    states: Sequence[str] = ()
    insurer_id: int | None = None
    county: str | None = None
    town: str | None = None
    disaster_id: int | None = None
    project_id: int | None = None
    due_before: datetime | None = None
    advance_due: bool = False
    q: str = ""
    after: tuple[datetime | None, int] | None = None
    limit: int = 50


_NEVER = "'infinity'::timestamptz"
_KEY = f"coalesce(c.due_at, {_NEVER})"
_SEARCH = (
    "(strpos(c.number, upper(?)) > 0 OR c.policy_id IN (SELECT p.id FROM policy p WHERE strpos(p.number, upper(?)) > 0)"
    " OR c.project_id IN (SELECT j.id FROM project j WHERE strpos(j.name, ?) > 0))"
)


def _conditions(wanted: Wanted, actor: Actor) -> tuple[list[str], list[Any]]:
    """Only what is asked for stands in the statement, so that each has a plan of its own."""
    texts: list[str] = []
    values: list[Any] = []

    def must(text: str, value: Any) -> None:
        values.append(value)
        texts.append(text.replace("?", f"${len(values)}"))

    if len(wanted.states) > 1:
        must("c.state = ANY (?::text[])", list(wanted.states))
    equal: list[tuple[str, Any]] = [
        ("state", wanted.states[0] if len(wanted.states) == 1 else None),
        ("insurer_id", actor.insurer_id),
        ("insurer_id", wanted.insurer_id if wanted.insurer_id != actor.insurer_id else None),
        ("county_code", actor.county_code),
        ("county_code", wanted.county if wanted.county != actor.county_code else None),
        ("town_code", actor.town_code),
        ("town_code", wanted.town if wanted.town != actor.town_code else None),
        ("disaster_id", wanted.disaster_id),
        ("project_id", wanted.project_id),
    ]
    for column, value in equal:
        if value is not None:
            must(f"c.{column} = ?", value)
    if wanted.due_before is not None:
        must(f"{_KEY} < ?", wanted.due_before)
    if wanted.advance_due:
        texts.append("jsonb_exists(c.facts, 'advance_due')")
    if wanted.q:
        must(_SEARCH, wanted.q)
    if wanted.after is not None:
        due_at, last_id = wanted.after
        values += [due_at, last_id]
        texts.append(f"({_KEY}, c.id) > (coalesce(${len(values) - 1}::timestamptz, {_NEVER}), ${len(values)}::bigint)")
    return texts, values


def _asked(wanted: Wanted, actor: Actor) -> tuple[str, list[Any]]:
    """The page is cut before names are joined to it."""
    texts, values = _conditions(wanted, actor)
    where = f"WHERE {' AND '.join(texts)} " if texts else ""
    page = f"FROM (SELECT c.* FROM claim c {where}ORDER BY {_KEY}, c.id LIMIT ${len(values) + 1}) c\n"  # noqa: S608  # our own words
    query = db.statement(__package__, "claim").replace("FROM claim c\n", page)
    return f"{query}ORDER BY {_KEY}, c.id", [*values, wanted.limit]


async def claims(wanted: Wanted, *, actor: Actor) -> list[Row]:
    """A page of claims of the scope, the most urgent first."""
    query, values = _asked(wanted, actor)
    return [Row(row) for row in await db.fetch(query, *values)]


async def claims_in_pieces(wanted: Wanted, size: int, *, actor: Actor) -> AsyncIterator[list[Row]]:
    """The same claims, so many at a time."""
    query, values = _asked(wanted, actor)
    async for rows in db.pieces(query, *values, size=size):
        yield [Row(row) for row in rows]


async def disasters(*, disaster_id: int | None = None, before: int | None = None, limit: int = 50) -> list[Any]:
    """Disasters of the scope, newest first."""
    ended = [state.value for state in lifecycle.ENDED]
    return await db.fetch(db.statement(__package__, "disasters"), disaster_id, before, limit, ended)


async def add_disaster(*columns: Any) -> int:
    """Insert a disaster with its towns (columns in the order of `sql/disaster_add.sql`); answers its id."""
    return int(await db.fetchval(db.statement(__package__, "disaster_add"), *columns))


async def towns(codes: Sequence[str], region_path: str) -> dict[str, str]:
    """Paths of towns inside a region, by code."""
    return {row["code"]: row["path"] for row in await db.fetch(db.statement(__package__, "towns"), list(codes), region_path)}


async def unreported(disaster_id: int, *, after: int, limit: int, actor: Actor) -> list[Any]:
    """Insured projects of a disaster's towns without a claim for it, by project."""
    return await db.fetch(
        db.statement(__package__, "unreported"), disaster_id, actor.county_code, actor.town_code, after, limit
    )  # fmt: skip


async def disaster_by_code(code: str) -> int | None:
    """The id of a disaster the scope shows, by its code."""
    found: int | None = await db.fetchval("SELECT id FROM disaster WHERE code = $1", code)
    return found
