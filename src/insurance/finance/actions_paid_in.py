"""Money paid in to the programme's account and how long it stayed there before the insured had it."""

from __future__ import annotations

import datetime as dt

import msgspec

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.finance import store_bank as bank
from insurance.finance import store_months as months
from insurance.finance.rules import name_key
from insurance.finance.rules_paid_in import Held, PaidIn, PassedOn, follow


class HeldView(msgspec.Struct, frozen=True):
    """One receipt and what became of it, in fen; `days` it was kept at most, `late` when anything stayed overnight."""

    line_id: int
    statement_id: int
    booked_on: dt.date
    insurer: str
    amount_fen: int
    returned: bool
    same_day_fen: int
    late_fen: int
    left_fen: int
    days: int
    late: bool


class PaidInView(msgspec.Struct, frozen=True):
    """Every receipt, those still held and the slowest first; the sums of all of them, in fen."""

    items: list[HeldView]
    amount_fen: int
    same_day_fen: int
    late_fen: int
    left_fen: int
    next_cursor: str | None = None


async def paid_in(*, actor: Actor) -> PaidInView:
    """Follow what insurers paid in, and what payees' banks sent back, to the payments made of it (农业保险条例 24)."""
    async with db.transaction(actor.scope):
        receipts, payments = await months.money_paid_in(), await months.money_passed_on()
        holders = await bank.insurer_holders()
    by_name = {name_key(name): insurer_id for name, insurer_id in holders}
    found = follow(
        [
            PaidIn(
                r["line_id"], r["statement_id"], r["insurer_id"] or by_name.get(name_key(r["counterparty_name"])), r["booked_on"],
                r["amount_fen"], r["counterparty_name"], r["returned"],
            )
            for r in receipts
        ],
        [PassedOn(r["insurer_id"], r["booked_on"], r["amount_fen"]) for r in payments],
        actor.on,
    )  # fmt: skip
    items = [_view(one) for one in sorted(found, key=lambda one: (-bool(one.left_fen), -one.days, one.paid_in.on, one.paid_in.line_id))]
    return PaidInView(
        items, *(sum(getattr(item, name) for item in items) for name in ("amount_fen", "same_day_fen", "late_fen", "left_fen"))
    )  # fmt: skip


def _view(held: Held) -> HeldView:
    one = held.paid_in
    insurer = scopes.insurers().get(one.insurer_id or 0, one.payer_name)
    return HeldView(
        one.line_id, one.statement_id, one.on, insurer, one.amount_fen, one.returned, held.same_day_fen, held.late_fen, held.left_fen,
        held.days, late=bool(held.late_fen or (held.left_fen and held.days)),
    )  # fmt: skip
