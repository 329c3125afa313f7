"""Reads and writes where one insurer follows another: rules of many counties, what follows from a change, policies in conflict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.policies.model import Cover

Pair = tuple[str, Cover]  # a county and a cover
_RULES = 370418  # the lock that binding a policy shares and changing a rule takes alone


def _sql(name: str) -> str:
    return db.statement(__package__, name)


def _in_step(pairs: Sequence[Pair]) -> tuple[list[str], list[str]]:
    return [pair[0] for pair in pairs], [pair[1].value for pair in pairs]


async def keep_rules() -> None:
    """Nobody changes a rule until the end of the transaction; many may bind policies meanwhile."""
    await db.execute("SELECT pg_advisory_xact_lock_shared($1)", _RULES)


async def take_rules() -> None:
    """Nobody binds a policy or changes a rule until the end of the transaction: no policy slips past the search for conflicts."""
    await db.execute("SELECT pg_advisory_xact_lock($1)", _RULES)


async def hold_rules(pairs: Sequence[Pair], on: date) -> list[Any]:
    """The rules that hold on a day or begin after it, locked."""
    return await db.fetch(_sql("insurer_rules_hold"), *_in_step(pairs), on)


async def lock_rule(rule_id: int) -> Any:
    """One rule, locked; None where there is none."""
    return await db.fetchrow(_sql("insurer_rule_lock"), rule_id)


async def drop_rule(rule: Any) -> list[int]:
    """Take a rule away; those that gave way to it go on to the next one, or without an end. Answers their ids."""
    rows = await db.fetch("UPDATE insurer_rule SET ended_by = NULL WHERE ended_by = $1 RETURNING id", rule["id"])
    await db.execute("DELETE FROM insurer_rule WHERE id = $1", rule["id"])
    ids = [row["id"] for row in rows]
    after = await db.fetchrow(
        "SELECT id, lower(period) AS from_on FROM insurer_rule WHERE county_code = $1 AND cover = $2 AND lower(period) > $3"
        " ORDER BY lower(period) LIMIT 1",
        rule["county_code"], rule["cover"], rule["from_on"],
    )  # fmt: skip
    await db.execute(
        "UPDATE insurer_rule SET period = daterange(lower(period), $2::date), ended_by = $3 WHERE id = ANY ($1::bigint[])",
        ids, after and after["from_on"], after and after["id"],
    )  # fmt: skip
    return ids


async def foreseen(pairs: Sequence[Pair], on: date, insurer_id: int) -> list[Any]:
    """What follows where the insurer takes the counties from a day on, pair by pair."""
    return await db.fetch(_sql("change_foreseen"), *_in_step(pairs), on, insurer_id)


async def find_conflicts(
    actor: Actor, cause: str, *, pairs: Sequence[Pair] | None = None, policy_ids: Sequence[int] | None = None
) -> list[int]:  # fmt: skip
    """Write down the policies that differ from the rule of their first day; answers those that are newly found."""
    counties, covers = (None, None) if pairs is None else _in_step(pairs)
    ids = None if policy_ids is None else list(policy_ids)
    rows = await db.fetch(_sql("insurer_conflicts_add"), counties, covers, ids, cause, actor.on, actor.user_id)
    return sorted(row["policy_id"] for row in rows)


async def conflicts(actor: Actor, policy_ids: Sequence[int] | None = None) -> list[Any]:
    """The policies in conflict that the reader may see."""
    return await db.fetch(_sql("insurer_conflicts"), actor.county_code, None if policy_ids is None else list(policy_ids))
