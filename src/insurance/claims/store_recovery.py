"""Reads and writes of recoveries, third parties and findings of fraud."""

from __future__ import annotations

from datetime import date
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.model_recovery import FraudKind, MovementKind, NewFinding, RecoveryKind, ThirdPartyAnswers
from insurance.claims.store import Row


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def of_claim(claim_id: int) -> list[Any]:
    """The recoveries of a claim, oldest first."""
    return await db.fetch(_sql("recoveries") + "WHERE r.claim_id = $1 ORDER BY r.id", claim_id)


async def one(recovery_id: int) -> Any:
    """One recovery, or None outside the scope."""
    return await db.fetchrow(_sql("recoveries") + "WHERE r.id = $1", recovery_id)


async def add(
    row: Row, kind: RecoveryKind, counterparty: str, basis: str, expected_fen: int, since_on: date, *, actor: Actor,
    decision_id: int | None = None, finding_id: int | None = None,
) -> int:  # fmt: skip
    """One recovery more; answers its id. `row` is the claim as it was read."""
    found: int = await db.fetchval(
        "INSERT INTO recovery (claim_id, region_path, insurer_id, claim_version, kind, counterparty, basis, expected_fen, since_on,"
        " decision_id, fraud_finding_id, opened_by, opened_on, opened_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        row["id"], row["region_path"], row["insurer_id"], row["version"], kind, counterparty, basis, expected_fen, since_on, decision_id,
        finding_id, actor.user_id, actor.on, actor.at,
    )  # fmt: skip
    return found


async def move(
    row: Row, recovery_id: int, kind: MovementKind, amount_fen: int, moved_on: date, reason: str, *, actor: Actor, place: int | None = None
) -> None:  # fmt: skip
    """One movement, at the place its maker has seen free, or the next; the balance is the database's, which refuses to go below zero."""
    await db.execute(
        "INSERT INTO recovery_movement (recovery_id, claim_id, region_path, insurer_id, claim_version, kind, amount_fen, moved_on, reason,"
        " made_by, made_at, ordinal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        recovery_id, row["id"], row["region_path"], row["insurer_id"], row["version"], kind, amount_fen, moved_on, reason, actor.user_id,
        actor.at, place,
    )  # fmt: skip


async def came_back(claim_id: int) -> int:
    """What the insured gave back of what was paid, in fen."""
    found: int = await db.fetchval(_sql("came_back"), claim_id)
    return found


async def first_paid_on(claim_id: int) -> date | None:
    """The day on which the first money of a claim arrived; None before."""
    found: date | None = await db.fetchval(_sql("first_paid"), claim_id)
    return found


async def party_name(party_id: int | None) -> str | None:
    """The name of the insured."""
    found: str | None = await db.fetchval("SELECT name FROM party WHERE id = $1", party_id)
    return found


async def third_party(claim_id: int) -> Any:
    """The newest answers, or None."""
    return await db.fetchrow(_sql("third_party"), claim_id)


async def add_third_party(row: Row, given: ThirdPartyAnswers, *, actor: Actor) -> None:
    """The answers as they are now."""
    await db.execute(
        "INSERT INTO third_party (claim_id, region_path, insurer_id, caused, name, family, intent, paid_fen, waived, waived_on, note,"
        " answered_by, answered_on, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row["id"], row["region_path"], row["insurer_id"], given.caused, given.name.strip(), given.family, given.intent, given.paid_fen,
        given.waived, given.waived_on, given.note.strip(), actor.user_id, actor.on, actor.at,
    )  # fmt: skip


async def findings(claim_id: int) -> list[Any]:
    """What was found on a claim, oldest first."""
    return await db.fetch(_sql("fraud_findings") + "WHERE f.claim_id = $1 ORDER BY f.id", claim_id)


async def finding(finding_id: int) -> Any:
    """One finding, or None outside the scope."""
    return await db.fetchrow(_sql("fraud_findings") + "WHERE f.id = $1", finding_id)


async def found_kinds(claim_id: int) -> frozenset[FraudKind]:
    """What kinds of fraud were found on a claim."""
    rows = await db.fetch("SELECT DISTINCT kind FROM fraud_finding WHERE claim_id = $1", claim_id)
    return frozenset(FraudKind(row["kind"]) for row in rows)


async def add_finding(row: Row, given: NewFinding, *, actor: Actor) -> int:
    """A finding; answers its id."""
    found: int = await db.fetchval(
        "INSERT INTO fraud_finding (claim_id, policy_id, region_path, insurer_id, claim_version, kind, facts, document_ids, false_fen,"
        " found_by, found_on, found_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        row["id"], row["policy_id"], row["region_path"], row["insurer_id"], row["version"], given.kind, given.facts.strip(),
        list(given.document_ids), given.false_fen, actor.user_id, actor.on, actor.at,
    )  # fmt: skip
    return found
