"""Where claims and money meet: orders of approved parts, their cancellation and return, and what the bank settled pulled back to claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, NotFound, Refused, WrongState
from insurance.base.text import t
from insurance.claims import store
from insurance.claims.actions_fraud import stops_payment
from insurance.claims.actions_move import locked, lost_update, moment, planned, put, put_all
from insurance.claims.model import ClaimState, PartKind, Verb
from insurance.claims.model_verbs import Cancellation, HandMatch, Order
from insurance.claims.store import Move, Row
from insurance.finance import actions as finance
from insurance.finance import actions_batch as batch
from insurance.finance import actions_cases as cases
from insurance.finance import actions_matching as bank
from insurance.finance.model import PayoutState, Rule
from insurance.finance.model import Side as BankSide
from insurance.finance.model_cases import Dealt, Picks, Resolution
from insurance.finance.model_payments import Return
from insurance.finance.rules import name_key
from insurance.finance.rules_overlap import Overlap
from insurance.finance.views import MATCHED_BY_HAND, LineView, PayoutView, StatementView
from insurance.projects import store_payees
from insurance.projects.store_payees import Account

_MAY_BE_ORDERED = (None, "CANCELLED", "RETURNED")
_SETTLED = "SETTLED"
_AWAITED = (PayoutState.RELEASED, PayoutState.PARTIAL)
_AT_ONCE = 2_000  # claims held in memory together: other requests have their turn in between
# Money that came back is owed still; it reopens the payment, not the claim.
_OWED_AGAIN = frozenset({ClaimState.PAYING, ClaimState.CLOSED})
# A refused, withdrawn or closed claim owes nothing more, whatever was approved ahead.
_NO_INTERIM = frozenset({ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.ZERO, ClaimState.CLOSED})


async def order_payout(given: Order, *, actor: Actor) -> PayoutView:
    """Order the payment of a part (制单): the final one after agreement, an approved interim one before.

    Amount and payee are the approval's. Without `part_id` the oldest part that awaits an order. Raises NotFound,
    WrongState when none does, LostUpdate, Refused when the part has a live order (the database decides).
    """
    _may("payout.order", actor)
    async with db.transaction(actor.scope):
        row = await locked(given.claim_id)
        parts = await store.parts(given.claim_id)
        if given.part_id is not None and given.part_id not in {part["id"] for part in parts}:
            raise Invalid.field("part_id", t("这不是该案件的赔款"))
        part = next((p for p in parts if given.part_id in (None, p["id"]) and awaits_order(p, row.state)), None)
        if part is None:
            raise WrongState(t("该案件没有可以制单的赔款"))
        if row["version"] != given.version:
            raise lost_update()
        if await stops_payment(given.claim_id):
            raise Refused(t("本案已认定谎称或故意制造事故，不得付款（保险法第二十七条）"))
        return await _order(row, part, given.paying_account_id, actor)


def _may(act: str, actor: Actor) -> None:
    """Finance itself does not ask who orders or matches."""
    if not may(actor.role, act):
        raise Forbidden(t("您的角色不能进行此操作"))


def awaits_order(part: Any, state: ClaimState) -> bool:
    """Whether a part may be ordered now: after agreement, or ahead of it as an interim payment; again after a return."""
    if part["payout_state"] not in _MAY_BE_ORDERED:
        return False
    if part["payout_state"] == "RETURNED" and state in _OWED_AGAIN:
        return True
    if part["kind"] == PartKind.INTERIM:
        return state not in _NO_INTERIM
    return state is ClaimState.AGREED


async def _order(row: Row, part: Any, paying_account_id: int | None, actor: Actor) -> PayoutView:
    account = await _account_of(part, actor)
    made = await finance.order(
        part["id"], (part["part_version"] or 0) + 1, row["region_path"], row["insurer_id"], part["amount_fen"], account.holder_name,
        account.bank_name, account.account_cipher, account.account_digest, account.account_tail, f"赔款 {row['number']}",
        payee_bank_code=account.bank_code, paying_account_id=paying_account_id, actor=actor,
    )  # fmt: skip
    if part["kind"] == PartKind.FINAL and row.state is ClaimState.AGREED:
        await put(row, Verb.PAYOUT, actor=actor, facts={"payout_id": made.id, "amount_fen": made.amount_fen})
    return made


async def _account_of(part: Any, actor: Actor) -> Account:
    """Where the part is paid: the account of the approval, or the one that has replaced it since (two persons agreed to that)."""
    account = await store_payees.one(part["payee_account_id"])
    if account is None:
        raise NotFound(t("没有这个账户，或不在您的范围内"))
    if account.payable(actor.on):
        return account
    current = (await store_payees.payable_accounts([account.party.id], actor.on)).get(account.party.id)
    if current is None or name_key(current.holder_name) != name_key(account.party.name):
        raise Refused(t("核定的收款账户已停用，请先登记并核定新的收款账户"))
    return current


async def cancel_payout(payout_id: int, given: Cancellation, *, actor: Actor) -> PayoutView:
    """Cancel an order before its release (作废); the claim is agreed again and may be ordered anew."""
    _may("payout.cancel", actor)
    async with db.transaction(actor.scope):
        row, part = await _claim_of(await finance.payout(payout_id, actor=actor))
        cancelled = await finance.cancel(payout_id, given.version, given.reason, actor=actor)
        if part["kind"] == PartKind.FINAL and row.state is ClaimState.PAYING:
            await put(row, Verb.ORDER_CANCELLED, actor=actor, reason=given.reason.strip(), facts={"payout_id": payout_id})
        return cancelled


async def return_payout(payout_id: int, given: Return, *, actor: Actor) -> PayoutView:
    """The bank sent the money back (退汇): the part is owed again and may be ordered anew; a closed claim stays closed."""
    _may("payout.return", actor)
    async with db.transaction(actor.scope):
        row, _ = await _claim_of(await finance.payout(payout_id, actor=actor))
        returned = await finance.give_back(payout_id, given, actor=actor)
        await _settle([row["id"]], actor)
        return returned


async def _claim_of(payout: PayoutView) -> tuple[Row, Any]:
    """The claim of a payout, locked, and the part that is paid."""
    claim_id = await store.claim_of_part(payout.part_id)
    row = None if claim_id is None else await store.lock(claim_id)
    if claim_id is None or row is None:
        raise NotFound(t("没有这笔付款指令，或不在您的范围内"))
    return row, next(part for part in await store.parts(claim_id) if part["id"] == payout.part_id)


# -- what the bank says -------------------------------------------------------------------------------------------------


async def settle(*, actor: Actor) -> int:
    """Pull what finance has settled: claims whose every part has arrived are paid. Answers how many moved; twice changes nothing."""
    async with db.transaction(actor.scope):
        ids = await store.to_settle()
        return sum([await _settle(ids[at : at + _AT_ONCE], actor) for at in range(0, len(ids), _AT_ONCE)])


async def _settle(claim_ids: Sequence[int], actor: Actor) -> int:
    """The claims moved to what their parts say, each held before its parts are read; by as many statements as one takes."""
    rows = await store.lock_all(claim_ids)
    parts = await store.parts_of([row["id"] for row in rows])
    moves = [move for row in rows if (move := _by_parts(row, parts[row["id"]], actor)) is not None]
    if moves:
        await put_all(moves, actor=actor)
    return len(moves)


def _by_parts(row: Row, parts: Sequence[Any], actor: Actor) -> Move | None:
    """What the parts that have arrived mean for their claim; None where it says so already."""
    arrived = [part for part in parts if part["payout_state"] == _SETTLED]
    paid = row["opening_paid_fen"] + sum(part["amount_fen"] for part in arrived)
    whole = len(arrived) == len(parts) and any(part["kind"] == PartKind.FINAL for part in parts)
    last = max((part["settled_on"] for part in arrived), default=None)
    if row.state is ClaimState.PAYING and whole:
        return _moved(row, Verb.SETTLED, ClaimState.PAID, paid, last, actor, reserve_fen=0)
    if row.state is ClaimState.PAID and not whole:
        return _moved(row, Verb.UNSETTLED, ClaimState.PAYING, paid, None, actor, reserve_fen=max(0, (row["approved_fen"] or 0) - paid))
    if paid > row["paid_fen"]:
        return _moved(row, Verb.SETTLED, row.state, paid, last, actor)
    return _moved(row, Verb.UNSETTLED, row.state, paid, None, actor) if paid < row["paid_fen"] else None


def _moved(
    row: Row, verb: Verb, to: ClaimState, paid_fen: int, booked_on: date | None, actor: Actor, reserve_fen: int | None = None
) -> Move:
    facts: dict[str, Any] = {"paid_fen": paid_fen} | ({"booked_on": booked_on} if booked_on else {})
    at = None if booked_on is None else moment(min(booked_on, actor.on), actor)
    return planned(row, verb, actor=actor, to=to, at=at, facts=facts, paid_fen=paid_fen, reserve_fen=reserve_fen)


async def read_statement(
    content: bytes, file_name: str, side: BankSide, account: str, overlap: Overlap | None = None, *, actor: Actor
) -> StatementView:  # fmt: skip
    """Take in a bank's file, match what can be matched, and pay the claims it settles, all in one transaction."""
    _may("statement.write", actor)
    async with db.transaction(actor.scope):
        found = await bank.read_file(content, file_name, side, account, overlap, actor=actor)
        await settle(actor=actor)
        return found


async def match(statement_id: int, given: HandMatch, *, actor: Actor) -> LineView:
    """A person says what a line pays: one order, what the rules propose, or shares of lines and orders; the claims follow."""
    _may("statement.write", actor)
    async with db.transaction(actor.scope):
        if given.shares:
            await bank.confirm(given.shares, Rule.HAND, MATCHED_BY_HAND, actor=actor)
            line_id = given.shares[0].line_id
        elif given.line_id is None or (given.payout_id is None and given.rule is None):
            raise Invalid.field("line_id" if given.line_id is None else "payout_id", t("请同时给出流水和付款指令"))
        elif given.rule is not None:
            line_id = await bank.match_proposed(statement_id, given.line_id, given.rule, actor=actor)
        else:
            assert given.payout_id is not None
            line_id = await bank.match(statement_id, given.line_id, given.payout_id, actor=actor)
        await settle(actor=actor)
        return await _line(statement_id, line_id, actor)


async def _line(statement_id: int, line_id: int, actor: Actor) -> LineView:
    found = next((one for one in await cases.lines_of(statement_id, actor) if one.id == line_id), None)
    if found is None:
        raise NotFound(t("没有这笔流水"))
    return found


async def resolve_line(statement_id: int, line_id: int, given: Resolution, *, actor: Actor) -> LineView:
    """A person does something about a line that pays no order; the claim of an order that came back, was paid or reversed follows."""
    _may("statement.write", actor)
    async with db.transaction(actor.scope):
        returned = await cases.resolve(statement_id, line_id, given, actor=actor)
        if returned is not None:
            await _follow(returned, actor)
        return await _line(statement_id, line_id, actor)


async def _follow(payout: PayoutView, actor: Actor) -> None:
    """The claim of an order that came back, or is awaited again; a closed one must be reopened before a payment is taken from it."""
    row, _ = await _claim_of(payout)
    if row.state is ClaimState.CLOSED and payout.state in _AWAITED:
        raise _closed()
    await _settle([row["id"]], actor)


def _closed() -> Refused:
    return Refused(t("案件已结案，不能撤销到账；请先重开案件"))


async def deal(given: Picks, *, actor: Actor) -> Dealt:
    """Everything a person ticked, confirmed and dealt with in one transaction; the claims follow."""
    _may("statement.write", actor)
    async with db.transaction(actor.scope):
        dealt, returned = await batch.deal(given, actor=actor)
        for payout in returned:
            await _follow(payout, actor)
        await settle(actor=actor)
        return dealt


async def match_waiting(*, actor: Actor) -> int:
    """Match by rule what still waits on any statement; the claims follow. Answers how many lines were matched."""
    _may("statement.write", actor)
    async with db.transaction(actor.scope):
        found = await bank.match_waiting(actor=actor)
        await settle(actor=actor)
        return found


async def undo_match(match_id: int, reason: str, *, actor: Actor) -> PayoutView:
    """Take a match apart; the claim is being paid again. Refused once the claim is closed: it must be reopened first."""
    _may("statement.write", actor)
    async with db.transaction(actor.scope):
        payouts = await bank.undo(match_id, reason, actor=actor)
        for payout in payouts:
            await _follow(payout, actor)
        return payouts[0]
