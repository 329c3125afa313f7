"""Reads and writes of income claims: statements, days paid already, what the asset cover of the project answers for."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.model_income import PaidDays, SetOff, StatementEntry
from insurance.claims.store import Row
from insurance.policies.model import Period
from insurance.policies.wording import Joint


class Waiting(msgspec.Struct, frozen=True):
    """Whether an asset claim of the same days has no assessment yet: of crops and the like, or of anything."""

    of_yield: bool
    at_all: bool


async def add_statement(row: Row, given: StatementEntry, *, actor: Actor) -> int:
    """File a statement with its lines; answers its id. The constraints keep one chain and the papers of this very claim."""
    found: int = await db.fetchval(
        db.statement(__package__, "statement_add"), row["id"], row["region_path"], row["insurer_id"], given.from_on, given.last_on,
        given.closed_on or given.signed_on, given.signed_on, given.signed_by.strip(), given.supersedes_id, given.note.strip(),
        actor.user_id, actor.at, actor.on, [line.kind for line in given.lines], [line.amount_fen for line in given.lines],
        [line.document_id for line in given.lines], [line.note.strip() for line in given.lines],
    )  # fmt: skip
    return found


async def statements(claim_id: int) -> list[Any]:
    """The statements of a claim with their lines, the one that counts first."""
    return await db.fetch(db.statement(__package__, "statements"), claim_id)


async def paid_days(policy_id: int, claim_id: int) -> list[PaidDays]:
    """The days whose income other approved claims of the policy have paid."""
    rows = await db.fetch(db.statement(__package__, "paid_days"), policy_id, claim_id)
    return [PaidDays(row["number"], row["from_on"], row["last_on"]) for row in rows]


async def asset_cover(claim_id: int, days: Period, joint: Joint) -> tuple[SetOff, Waiting]:
    """What the project's asset cover answers for in these days, whoever insures it: totals only."""
    row: Any = await db.fetchrow(
        "SELECT * FROM asset_cover_set_off($1, $2, $3, $4, $5, $6)", claim_id, days.starts_on, days.last_day, *_rules(joint)
    )  # fmt: skip
    found = SetOff(row["yield_fen"] or 0, row["repair_fen"] or 0, row["rescue_fen"] or 0)
    return found, Waiting(bool(row["waiting_yield"]), bool(row["waiting_other"]))


async def income_beside(claim_id: int) -> int | None:
    """The income claim that a claim of either cover is settled together with, as far as the scope shows it."""
    found: int | None = await db.fetchval(db.statement(__package__, "joint_income"), claim_id)
    return found


async def assets_beside(income_claim_id: int, days: Period, joint: Joint) -> list[Any]:
    """The asset claims beside an income claim with their lines, as far as the scope shows them."""
    return await db.fetch(
        db.statement(__package__, "joint_assets"), income_claim_id, days.starts_on, days.last_day, *_rules(joint)
    )  # fmt: skip


def _rules(joint: Joint) -> tuple[list[str], list[str], list[str]]:
    return list(joint.yield_laws), list(joint.consumable_classes), list(joint.productive_classes)


class CoverEnd(msgspec.Struct, frozen=True):
    """Whether an income policy ended before its day, and the first day on which the collective no longer ran the project itself."""

    ended_early: bool
    mode_ended_on: date | None


async def cover_end(policy_id: int) -> CoverEnd:
    """Where the days of an income policy end by now, and whether the mode of operation ended them."""
    row: Any = await db.fetchrow(db.statement(__package__, "cover_end"), policy_id)
    return CoverEnd(row["ended_early"], row["mode_ended_on"])


async def mode_ended(policy_id: int | None, project_id: int | None, code: str | None, county: str | None, on: date) -> date | None:
    """When the mode of operation ended the income cover that would have held on a day; None where it did not."""
    found: date | None = await db.fetchval(db.statement(__package__, "cover_ended"), policy_id, project_id, code, county, on)
    return found
