"""Many lines at once: what was ticked is confirmed or dealt with in one transaction, each proposal a group of its own to undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.text import t
from insurance.finance import store_bank as bank
from insurance.finance.actions_cases import MOST_WAITING, SUGGESTED, carry_out, waiting_lines
from insurance.finance.actions_matching import confirm
from insurance.finance.model import Rule, Side
from insurance.finance.model_cases import CaseAction, CaseKind, Dealt, Pick, Picks, Proposal, Resolution, Share
from insurance.finance.rules import name_key
from insurance.finance.views import LineView, PayoutView

_CHANGED = t("勾选的流水有的已经处理或已经变化，请核对后重新勾选")
_BY_NAME = frozenset({Rule.PAYEE_NAME, Rule.TOGETHER, Rule.IN_PARTS, Rule.WITH_FEE})
_SURE = frozenset({CaseKind.FEE, CaseKind.REVERSAL, CaseKind.PAID_IN, CaseKind.OTHER_SIDE})
_ASK_FIRST = frozenset({CaseKind.NOT_OPEN, CaseKind.AMBIGUOUS, CaseKind.PREMIUM})
_ONE_ORDER = frozenset({CaseAction.RETURN, CaseAction.PART, CaseAction.OVER})


class Choice(NamedTuple):
    """What one tick does about a line: a rule to confirm by or an action; `sure` ones are ticked already."""

    rule: str | None
    action: CaseAction | None
    sure: bool


def choice(line: LineView, side: Side | str) -> Choice | None:
    """The obvious step of a line that waits; None where a person must look first.

    Sure are proposals whose rule goes by the name that the bank prints, and the kinds that pay nobody. A return is not: it
    cannot be taken back.
    """
    if line.bucket == SUGGESTED:
        known = side == Side.PAYER and line.rule in _BY_NAME
        names = {name_key(one.payee_name) for one in line.candidates}
        return Choice(line.rule, None, known and names == {name_key(line.counterparty_name)})
    if not line.actions or line.bucket in _ASK_FIRST:
        return None
    action = CaseAction(line.actions[0])
    if line.bucket == CaseKind.UNKNOWN and action is not CaseAction.SUSPENSE:
        return None  # money that went out and nobody knows why
    if (action in _ONE_ORDER and len(line.candidates) != 1) or (action is CaseAction.PAIR and not line.pair_line_id):
        return None
    other = line.offer is not None and bool(line.offer.text)  # it may be somebody's premium: look first
    return Choice(None, action, line.bucket in _SURE and not other)


async def deal(given: Picks, *, actor: Actor) -> tuple[Dealt, list[PayoutView]]:
    """Confirm and deal with what was ticked, all or nothing. Answers the counts, and the orders that came back.

    The person's own picks, 200 at most, are carried out one after the other by the same functions as a single one, so that each
    leaves what a single one leaves. Raises NotFound, Invalid for a line ticked twice, Refused where a line is done with or no
    longer what it was when it was ticked.
    """
    picked = {one.line_id: one for one in given.picks}
    if len(picked) != len(given.picks):
        raise Invalid.field("picks", t("同一笔流水只能勾选一次"))
    async with db.transaction(actor.scope):
        await bank.lock_lines(sorted(picked))
        views, asked, ids = await waiting_lines(await _rows(given.statement_id), actor)
        if any(not _as_seen(one, views.get(line_id)) for line_id, one in picked.items()):
            raise Refused(_CHANGED)
        keys = {line_id: key for key, line_id in ids.items()}
        proposals = {id(one): one for line_id, pick in picked.items() if pick.rule is not None for one in [asked[keys[line_id]]]}
        for proposal in proposals.values():
            await confirm(_shares(proposal, ids), proposal.rule, proposal.reason, actor=actor)
        rest = [views[line_id] for line_id, pick in picked.items() if pick.action is not None]
        returned = await _resolve(rest, picked, actor)
        return Dealt(len(proposals), len(rest)), returned


async def _rows(statement_id: int | None) -> list[Any]:
    """The lines that wait, on a statement or on all, as the page asks for them."""
    if statement_id is None:
        return await bank.open_rows(limit=MOST_WAITING)
    rows = await bank.statement_lines(statement_id)
    if not rows:
        raise NotFound(t("没有这份对账单"))
    return bank.waiting(rows)


def _as_seen(pick: Pick, line: LineView | None) -> bool:
    """Whether the line still is what was ticked."""
    if line is None or (pick.rule is None) == (pick.action is None):
        return False
    if pick.rule is not None:
        return line.bucket == SUGGESTED and line.rule == pick.rule
    return line.bucket != SUGGESTED and pick.action is not None and pick.action.value in line.actions


def _shares(proposal: Proposal, ids: Mapping[bytes, int]) -> list[Share]:
    return [
        Share(line_id=ids[one.line_key], payout_id=one.payout_id, amount_fen=one.amount_fen, fee_fen=one.fee_fen)
        for one in proposal.allocations
    ]


async def _resolve(lines: Sequence[LineView], picked: Mapping[int, Pick], actor: Actor) -> list[PayoutView]:
    """Each line by the action ticked for it; the two halves of a reversal at once."""
    halves = {line.pair_line_id for line in lines if picked[line.id].action is CaseAction.PAIR and line.pair_line_id}
    wanted = sorted({line.id for line in lines} | halves)
    locked = await bank.lock_lines(wanted)
    if len(locked) != len(wanted) or any(row["resolved"] or (row["matched"] and line_id in picked) for line_id, row in locked.items()):
        raise Refused(_CHANGED)
    netted: set[int] = set()
    returned = []
    for line in lines:
        if line.id in netted:
            continue
        given = _resolution(line, picked[line.id])
        netted |= {given.pair_line_id} if given.pair_line_id else set()
        back = await carry_out(given, line, locked, actor=actor)
        returned += [back] if back else []
    return returned


def _resolution(line: LineView, pick: Pick) -> Resolution:
    """What the tick means in full: the only order it may concern, the other half, the reason for what is only noted."""
    assert pick.action is not None
    paired = line.pair_line_id if pick.action is CaseAction.PAIR else None
    only = line.candidates[0].payout_id if len(line.candidates) == 1 else None
    return Resolution(
        action=pick.action, payout_id=only, pair_line_id=paired, note=line.reason if pick.action is CaseAction.NOTE else ""
    )  # fmt: skip
