"""What may come back to the insurer, how much, and until when; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from insurance.base.calendar import add_months
from insurance.base.money import Fen

# The general term (民法总则 188, since 2021 民法典 188); of a subrogation it runs from the payment (保险法司法解释二 16).
PRESCRIPTION_YEARS = 3


class Held(msgspec.Struct, frozen=True):
    """A recovery as far as a new decision touches it, in fen: expected less what fell away, received, and what is still expected."""

    id: int
    due_fen: Fen
    received_fen: Fen
    left_fen: Fen


class Change(msgspec.Struct, frozen=True):
    """What a new decision does to the money that is to come back: a recovery more, or less expected of those there are (fen by id)."""

    more_fen: Fen
    less_fen: dict[int, Fen]


def prescribed_on(since_on: date) -> date:
    """The last day on which the insurer can still claim it; rest days do not move it."""
    return add_months(since_on, 12 * PRESCRIPTION_YEARS)


def change(held: Iterable[Held], wanted_fen: Fen) -> Change:
    """Bring what is to come back, ever, to `wanted_fen`: received money counts, what was given up stays given up.

    The newest recoveries shrink first, and none below what was received or given up of it.
    """
    known = sorted(held, key=lambda one: one.id, reverse=True)
    surplus = sum(one.due_fen for one in known) - wanted_fen
    if surplus <= 0:
        return Change(-surplus, {})
    less: dict[int, Fen] = {}
    for one in known:
        taken = min(surplus, one.left_fen)
        if taken > 0:
            less[one.id] = taken
            surplus -= taken
    return Change(0, less)


def subrogation_most(paid_fen: Fen, got_fen: Fen, deducted_fen: Fen, held_fen: Fen) -> Fen:
    """The most that can still be claimed from a third party (保险法 60): what was paid, less what the insured got from it and the
    assessment did not already take off, less what is being claimed already.
    """
    return max(0, paid_fen - max(0, got_fen - deducted_fen) - held_fen)
