"""The covers beside the register: what stands on a day for every project of a reader, and for how much; sums of a list of policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache

import msgspec

from insurance.access.model import Actor
from insurance.base import dated, db
from insurance.base.money import Fen
from insurance.policies.model import Basis, Cover, Period
from insurance.policies.store import period_of
from insurance.policies.terms import folder, terms_by


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that stands on a day, or (not `begun`) is bound and begins after it; the sum is that day's, before any claim."""

    policy_id: int
    number: str
    insurer_id: int
    period: Period
    premium_fen: Fen
    guaranteed_fen: Fen | None
    sum_insured_fen: Fen
    begun: bool


@cache
def _agreed_versions() -> list[str]:
    """Versions of 产业保 whose sum insured follows the month table."""
    every = [terms_by(Cover.INDUSTRY, effective.isoformat()) for effective, _ in dated.versions(folder(Cover.INDUSTRY))]
    return [terms.version for terms in every if terms.wording.sum_insured.basis is Basis.AGREED_NAV]


async def covers_on(actor: Actor, day: date, project_ids: Sequence[int] | None = None) -> dict[int, dict[Cover, Standing]]:
    """By project (None: all in the actor's scope), the policy of each cover that stands on the day, else the next one bound."""
    found: dict[int, dict[Cover, Standing]] = defaultdict(dict)
    rows = await db.fetch(
        db.statement(__package__, "covers_on_day"), day, actor.county_code, actor.town_code, actor.insurer_id,
        None if project_ids is None else list(project_ids), _agreed_versions(),
    )  # fmt: skip
    for row in rows:
        standing = Standing(
            policy_id=row["id"], number=row["number"], insurer_id=row["insurer_id"], period=period_of(row), premium_fen=row["premium_fen"],
            guaranteed_fen=row["guaranteed_fen"], sum_insured_fen=row["sum_insured_fen"], begun=row["starts_on"] <= day,
        )  # fmt: skip
        found[row["project_id"]].setdefault(Cover(row["cover"]), standing)
    return found


async def stamp(actor: Actor) -> tuple[int, ...]:
    """Changes with everything the register shows this actor; equal stamps mean equal registers of a day."""
    row = await db.fetchrow(db.statement(__package__, "register_stamp"), actor.county_code, actor.town_code, actor.insurer_id)
    assert row is not None
    return tuple(int(value or 0) for value in row.values())


class PolicyTotals(msgspec.Struct, frozen=True):
    """The sums of a whole list of policies."""

    number: int
    sum_insured_fen: Fen
    premium_fen: Fen


async def policy_totals(
    actor: Actor,
    *,
    cover: Cover | None,
    insurer: int | None,
    towns: Sequence[str] | None,
    states: Sequence[str] | None,
    q: str,
    ids: Sequence[int] | None = None,
) -> PolicyTotals:
    """How many policies the list of these filters has in the actor's scope, and their sums."""
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if q else None
    row = await db.fetchrow(
        db.statement(__package__, "policies_totals"),
        cover and cover.value,
        insurer,
        actor.county_code,
        actor.town_code,
        towns,
        states,
        like,
        None if ids is None else list(ids),
    )
    assert row is not None
    return PolicyTotals(**row)
