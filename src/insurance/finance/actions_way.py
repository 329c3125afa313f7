"""What the rules matched gives way to what comes before it, and payments found after their return: so that files may come in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.finance import rules, store
from insurance.finance import store_bank as bank
from insurance.finance.model import BankLine, Confidence, FindingKind, Match, Matching, Payout, PayoutState
from insurance.finance.model_payments import PayoutMode
from insurance.finance.rules_payments import posting_day

_SECOND = (FindingKind.DUPLICATE, FindingKind.OTHER_SIDE)
MADE_WAY = "让位于更符合的一笔流水"
Judge = Callable[[Sequence[BankLine]], Awaitable[tuple[Matching, list[Payout], dict[int, Any]]]]


async def make_way(lines: Sequence[BankLine], matching: Matching, said_more: Sequence[int], judge: Judge, *, actor: Actor) -> bool:
    """Take matches of the rules apart that another line of the same order comes before, or whose line now asks for another order.

    What a person confirmed stays, and so does what lies in a closed month. The books move on the days of the lines, as if the
    files had come in the other order. Answers whether any made way.
    """
    contested = {i for finding in matching.findings if finding.kind in _SECOND for i in finding.payout_ids}
    if not contested and not said_more:
        return False
    held = await bank.matched_by_rule(sorted(contested), said_more)
    if not held:
        return False
    everything = [*lines, *bank.as_lines(held)]
    wanted = await _as_if_free(everything, {row["payout_id"] for row in held}, judge)
    closed = await bank.closed_months()
    days = {line.key: line.booked_on for line in everything}
    stays = {(row["line_key"], row["payout_id"]) for row in held} & {(key, payout_id) for payout_id, key in wanted.items()}
    asks = set(wanted.values())
    going = [
        row
        for row in held
        if (row["line_key"], row["payout_id"]) not in stays
        and (row["payout_id"] in wanted or row["line_key"] in asks)
        and not closed & {_month(row["booked_on"]), _month(days[wanted.get(row["payout_id"], row["line_key"])])}
    ]
    await _free(going, actor)
    return bool(going)


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)


async def _as_if_free(lines: Sequence[BankLine], freed: set[int], judge: Judge) -> dict[int, bytes]:
    """Which line each order would go to if the rules had matched nothing of these orders yet: order → line key, the certain ones."""
    _, payouts, _ = await judge(lines)
    undone = await bank.undone_pairs([line.key for line in lines])
    free = [msgspec.structs.replace(one, state=PayoutState.RELEASED, matched_accounts=()) if one.id in freed else one for one in payouts]
    found = rules.match_lines(lines, free, undone)
    return {one.payout_id: one.line_key for one in found.matches if one.confidence is Confidence.AUTO}


async def _free(rows: Sequence[Any], actor: Actor) -> None:
    if not rows:
        return
    payouts = await bank.lock_payouts([row["payout_id"] for row in rows])
    await bank.undo_matches([row["match_id"] for row in rows], undone_by=actor.user_id, undone_at=actor.at, reason=MADE_WAY)
    await bank.arrived(dict.fromkeys(payouts, (PayoutState.RELEASED, None)))
    entries = []
    for row in rows:
        payout = payouts[row["payout_id"]]
        moved = rules.part_undone(0, [payout["amount_fen"]], PayoutMode(payout["mode"]))
        entries += [store.entry_of(payout, one, row["booked_on"]) for one in moved]
    await store.post(entries, made_by=actor.user_id)
    facts = [(f"payout:{row['payout_id']}", {"match": row["match_id"], "amount_fen": row["amount_fen"], "made_way": True}) for row in rows]
    await audit.record_many(actor, "payout.match-undone", facts)


async def match_returned(matches: Sequence[Match], ids: dict[bytes, int], days: dict[bytes, dt.date], *, actor: Actor) -> None:
    """The payment of an order that has come back is found after its return: the order stays returned, the books show both ways."""
    if not matches:
        return
    payouts = await bank.lock_payouts([one.payout_id for one in matches])
    late = [one for one in matches if (row := payouts[one.payout_id])["state"] == PayoutState.RETURNED and not row["covered_fen"]]
    closed, entries = await bank.closed_months(), []
    for one in late:
        payout = payouts[one.payout_id]
        mode = PayoutMode(payout["mode"])
        for transfers, day in zip(
            rules.paid_before_return(payout["amount_fen"], mode), (days[one.line_key], payout["returned_on"]), strict=True
        ):
            entries += [store.entry_of(payout, moved, posting_day(day, mode, closed, actor.on)) for moved in transfers]
    await bank.add_matches(late, ids, made_by=actor.user_id, made_at=actor.at)
    await store.post(entries, made_by=actor.user_id)
    facts = [(f"payout:{one.payout_id}", {"amount_fen": payouts[one.payout_id]["amount_fen"], "rule": one.rule.value}) for one in late]
    await audit.record_many(actor, "payout.settled", facts)
