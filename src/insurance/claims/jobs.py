"""What the clock does to claims: opens what nobody opened, notes the day of advance, pulls what the bank settled, closes what has
lain ended long enough. Safe to run twice and by two at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, time, timedelta

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Refused
from insurance.claims import actions_calendar, actions_letters, settlement, store, store_drafts
from insurance.claims.actions import closure
from insurance.claims.model import Claim
from insurance.claims.model_verbs import Closure

# A paid claim stays open while the bank may still return the money (ten working days), an ended one while somebody may object.
PAID_FOR = timedelta(days=14)
ENDED_FOR = timedelta(days=30)
_LOCK = 370403


async def tick(*, actor: Actor) -> dict[str, int]:
    """One round of the system's actor; answers how many claims it moved, by what it did, how many letters got their file, how many
    drafts had lain too long.

    Safe to run twice: a second round at the same time finds nothing to move, and two files of one letter are the same.
    """
    async with db.transaction(actor.scope):
        done = await _moved(actor)
        done["drafts_forgotten"] = await store_drafts.expire()
    return done | {"letters_made": await actions_letters.make_waiting(actor=actor)}


async def _moved(actor: Actor) -> dict[str, int]:
    done = dict.fromkeys(("claims_opened", "advances_due", "claims_settled", "claims_closed"), 0)
    if not await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
        return done
    tomorrow = datetime.combine(actor.on + timedelta(days=1), time(), BEIJING)
    done["claims_opened"] = await _each(await store.to_open(actor.at), lambda one: actions_calendar.opening(one, actor=actor))
    done["advances_due"] = await _each(await store.to_advance(tomorrow), lambda one: actions_calendar.advance_due(one, actor=actor))
    done["claims_settled"] = await settlement.settle(actor=actor)
    ended = dict(await store.to_close(actor.on - PAID_FOR, actor.on - ENDED_FOR))
    done["claims_closed"] = await _each(ended, lambda one: closure(one, Closure(version=ended[one]), actor=actor))
    return done


async def _each(claim_ids: Iterable[int], act: Callable[[int], Awaitable[Claim]]) -> int:
    """The act on each claim in a savepoint of its own; one that somebody moved meanwhile is left to the next round."""
    moved = 0
    for claim_id in claim_ids:
        try:
            await act(claim_id)
        except Refused:
            continue
        moved += 1
    return moved
