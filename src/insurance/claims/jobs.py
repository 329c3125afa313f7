"""What the clock does to claims: pulls what the bank settled, closes what has lain ended long enough. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims import actions_letters, settlement, store, store_drafts
from insurance.claims.actions import closure
from insurance.claims.model_verbs import Closure

# A paid claim stays open while the bank may still return the money (ten working days), an ended one while somebody may object.
PAID_FOR = timedelta(days=14)
ENDED_FOR = timedelta(days=30)
_LOCK = 370403


async def tick(*, actor: Actor) -> dict[str, int]:
    """One round of the system's actor; answers how many claims were settled and closed, how many letters got their file, how many
    drafts had lain too long.

    Safe to run twice: a second round at the same time finds nothing to move, and two files of one letter are the same.
    """
    async with db.transaction(actor.scope):
        done = await _moved(actor)
        done["drafts_forgotten"] = await store_drafts.expire()
    return done | {"letters_made": await actions_letters.make_waiting(actor=actor)}


async def _moved(actor: Actor) -> dict[str, int]:
    if not await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
        return {"claims_settled": 0, "claims_closed": 0}
    settled = await settlement.settle(actor=actor)
    due = await store.to_close(actor.on - PAID_FOR, actor.on - ENDED_FOR)
    for claim_id, version in due:
        await closure(claim_id, Closure(version=version), actor=actor)
    return {"claims_settled": settled, "claims_closed": len(due)}
