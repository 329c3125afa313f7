"""How long an insurer's money stays on the programme's account before the insured has it; pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from insurance.base.money import Fen


class PaidIn(msgspec.Struct, frozen=True):
    """Money that came onto the programme's account to be passed on: from an insurer, or sent back by a payee's bank (`returned`)."""

    line_id: int
    statement_id: int
    insurer_id: int | None
    on: dt.date
    amount_fen: Fen
    payer_name: str
    returned: bool = False


class PassedOn(msgspec.Struct, frozen=True):
    """A payment to an insured out of the account, as the bank booked it."""

    insurer_id: int | None
    on: dt.date
    amount_fen: Fen


class Held(msgspec.Struct, frozen=True):
    """What became of money paid in, in fen: passed on by the evening of its day, passed on later, still there; `days` the longest of it."""

    paid_in: PaidIn
    same_day_fen: Fen
    late_fen: Fen
    left_fen: Fen
    days: int


def follow(paid_in: Iterable[PaidIn], passed_on: Iterable[PassedOn], today: dt.date) -> list[Held]:
    """Follow every receipt of an insurer to the payments made of it, first in first out (农业保险条例 24: nobody withholds).

    A payment made before its money came counts as passed on the same day. The oldest receipt comes first. Linear after sorting.
    """
    payments: dict[int | None, list[PassedOn]] = defaultdict(list)
    for payment in sorted(passed_on, key=lambda one: one.on, reverse=True):
        payments[payment.insurer_id].append(payment)  # the next to be used stands last
    return [
        _held(receipt, payments[receipt.insurer_id], today)
        for receipt in sorted(paid_in, key=lambda one: (one.on, one.line_id))
    ]  # fmt: skip


def _held(receipt: PaidIn, payments: list[PassedOn], today: dt.date) -> Held:
    left, same_day, days = receipt.amount_fen, 0, 0
    while left and payments:
        payment = payments.pop()
        used = min(left, payment.amount_fen)
        left -= used
        waited = max(0, (payment.on - receipt.on).days)
        days = max(days, waited)
        same_day += 0 if waited else used
        if payment.amount_fen > used:
            payments.append(PassedOn(payment.insurer_id, payment.on, payment.amount_fen - used))
    if left:
        days = max(days, (today - receipt.on).days)
    return Held(receipt, same_day, receipt.amount_fen - left - same_day, left, days)
