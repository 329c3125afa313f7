"""Reads and writes of objections and their answers, and what a refusal is held against."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.model_decision import Against, ObjectionOutcome
from insurance.claims.store import Row


async def add_objection(row: Row, against: Against, raised_by: str, reason: str, *, actor: Actor) -> None:
    """Keep an objection; `row` is the claim before the move that raises it."""
    await db.execute(
        "INSERT INTO objection (claim_id, region_path, insurer_id, claim_version, against, raised_by, reason, raised_on, raised_at,"
        " entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row["id"], row["region_path"], row["insurer_id"], row["version"] + 1, against, raised_by, reason, actor.on, actor.at, actor.user_id,
    )  # fmt: skip


async def open_objection(claim_id: int) -> Any:
    """The objection that waits for its answer, or None."""
    return await db.fetchrow(
        "SELECT id, against, raised_by, reason, raised_on FROM objection WHERE claim_id = $1 AND outcome IS NULL", claim_id
    )


async def answer_objection(objection_id: int, row: Row, outcome: ObjectionOutcome, answer: str, *, actor: Actor) -> None:
    """Write the answer; the database refuses a second one."""
    await db.execute(
        "UPDATE objection SET outcome = $2, answer = $3, answered_version = $4, answered_on = $5, answered_at = $6, answered_by = $7"
        " WHERE id = $1",
        objection_id, outcome, answer, row["version"] + 1, actor.on, actor.at, actor.user_id,
    )  # fmt: skip


async def objections(claim_id: int) -> list[Any]:
    """All objections with names, newest first."""
    return await db.fetch(db.statement(__package__, "objections"), claim_id)


async def assessors(claim_id: int) -> frozenset[int]:
    """Everybody who assessed any version of a claim: none of them decides it."""
    rows = await db.fetch("SELECT DISTINCT assessor_id FROM assessment WHERE claim_id = $1", claim_id)
    return frozenset(row["assessor_id"] for row in rows)


async def claimed_items(assessment_id: int) -> list[Any]:
    """The assets of an assessment with the law each falls under."""
    return await db.fetch(db.statement(__package__, "claimed_items"), assessment_id)
