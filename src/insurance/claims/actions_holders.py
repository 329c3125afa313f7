"""Who held a claim and for how long, read from its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims import actions
from insurance.claims.actions_move import seen
from insurance.claims.clocks import publicity_ends
from insurance.claims.model import BallHolder, Event, Side, Verb
from insurance.claims.names import holder_name
from insurance.claims.procedure import Procedure, procedure_of
from insurance.claims.rules_holders import Held, Passing, held


class HolderSpan(msgspec.Struct, frozen=True):
    """A time in one hand; `passed_by`: the verb that passed the claim on, null where the window of a public notice ran out."""

    holder: BallHolder
    name: str
    from_at: datetime
    until_at: datetime
    seconds: int
    passed_by: Verb | None


class HolderTime(msgspec.Struct, frozen=True):
    """All the time one hand held the claim."""

    holder: BallHolder
    name: str
    seconds: int


class Holders(msgspec.Struct, frozen=True):
    """From the report to the closing, or to now: spans without gap, whose seconds add up to `elapsed_seconds`."""

    elapsed_seconds: int
    holder: BallHolder
    spans: tuple[HolderSpan, ...]
    by_holder: tuple[HolderTime, ...]


def passings(history: Sequence[Event], procedure: Procedure) -> list[Passing]:
    """The events of a claim as the fold takes them."""
    found = []
    for event in history:
        side, posted_on = event.facts.get("side"), event.facts.get("posted_on")
        ends = publicity_ends(procedure, date.fromisoformat(posted_on)) if posted_on else None
        found.append(Passing(verb=event.verb, state=event.to_state, at=event.at, side=Side(side) if side else None, window_ends_at=ends))
    return found


def told(found: Held, language: str) -> Holders:
    """The fold with its names."""
    names = {one: holder_name(one, language) for one in BallHolder}
    return Holders(
        found.elapsed_seconds,
        found.spans[-1].holder,
        tuple(HolderSpan(s.holder, names[s.holder], s.from_at, s.until_at, s.seconds, s.passed_by) for s in found.spans),
        tuple(HolderTime(one, names[one], seconds) for one, seconds in found.by_holder().items()),
    )


async def holders(claim_id: int, *, actor: Actor) -> Holders:
    """In whose hands a claim lay, span by span. Raises NotFound."""
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        history = await actions.history(claim_id, actor=actor)
    return told(held(passings(history, procedure_of(row)), actor.at), actor.language)
