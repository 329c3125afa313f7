"""Orders of money, their release by a second person, and money that came back. Finance knows claim parts only by number."""

from __future__ import annotations

from datetime import date
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound
from insurance.base.text import t
from insurance.finance import lifecycle, rules, store, store_bank, store_files
from insurance.finance.model import PayoutState, PayoutVerb
from insurance.finance.model_payments import RETURN_REASONS, PayoutMode, Return
from insurance.finance.rules_payments import posting_day
from insurance.finance.store_files import PayingAccount
from insurance.finance.views import PayoutView, payout_view

_MOST_PER_DAY = 99_999


async def order(
    part_id: int, part_version: int, region_path: str, insurer_id: int, amount_fen: int, payee_name: str, payee_bank: str,
    payee_account_cipher: bytes, payee_account_digest: bytes, payee_account_tail: str, memo: str, *,
    payee_bank_code: str | None = None, paying_account_id: int | None = None, actor: Actor,
) -> PayoutView:  # fmt: skip
    """Order the payment of one claim part (制单), from a paying account if one is named or known of the insurer.

    Refused when the part has a live order: the database decides.
    """
    lifecycle.after(PayoutVerb.ORDER, None)
    async with db.transaction(actor.scope):
        paying = await paying_for(insurer_id, paying_account_id, actor.on)
        mode = PayoutMode.AGENT if paying is not None and paying.insurer_id is None else PayoutMode.DIRECT
        place = await store.next_payout_number()
        token = rules.make_token(actor.on, (place - 1) % _MOST_PER_DAY + 1)
        with db.refusing({"payout_one_live": t("这一笔赔款已有在办的付款指令")}):
            payout_id = await store.add_payout(
                f"FK{actor.on:%Y}-{place:06d}", part_id, part_version, region_path, insurer_id, token, amount_fen, payee_name, payee_bank,
                payee_account_cipher, payee_account_digest, payee_account_tail, memo, actor.user_id, actor.at, actor.on, mode,
                None if paying is None else paying.id, payee_bank_code,
            )  # fmt: skip
        await book(PayoutVerb.ORDER, None, payout_id, amount_fen, region_path, insurer_id, actor, mode=mode)
        await audit.record(actor, "payout.ordered", f"payout:{payout_id}", amount_fen=amount_fen, part=part_id, token=token)
        return await payout(payout_id, actor=actor)


async def book(
    verb: PayoutVerb,
    before: PayoutState | None,
    payout_id: int,
    amount_fen: int,
    region_path: str,
    insurer_id: int,
    actor: Actor,
    *,
    mode: PayoutMode = PayoutMode.DIRECT,
    booked_on: date | None = None,
) -> None:
    """Write what a verb on an order means for the books, on the bank's day or else the business day."""
    await store.post_transfers(
        rules.payout_transfers(verb, before, amount_fen, mode), subject=f"payout:{payout_id}", region_path=region_path,
        insurer_id=insurer_id, booked_on=booked_on or actor.on, made_by=actor.user_id,
    )  # fmt: skip


async def paying_for(insurer_id: int, paying_account_id: int | None, on: date) -> PayingAccount | None:
    """The account an insurer's payouts leave: the one named, else the insurer's own if it has one.

    Raises Invalid (`paying_account_id`) for one that is unknown, not yet agreed to, ended, or another insurer's.
    """
    if paying_account_id is None:
        return await store_files.account_of_insurer(insurer_id, on)
    found = await store_files.account(paying_account_id)
    if found is None or not found.usable(on):
        raise Invalid.field("paying_account_id", t("没有这个付款账户，或尚未经第二人核定"))
    if found.insurer_id not in (None, insurer_id):
        raise Invalid.field("paying_account_id", t("这是另一家保险公司的付款账户"))
    return found


async def _locked(payout_id: int, version: int, verb: PayoutVerb) -> tuple[Any, PayoutState]:
    row = await store.lock_payout(payout_id)
    if row is None:
        raise NotFound(t("没有这笔付款指令，或不在您的范围内"))
    target = lifecycle.after(verb, PayoutState(row["state"]))
    if row["version"] != version:
        raise LostUpdate(t("这笔付款指令已被他人改动，请刷新后再办"))
    return row, target


async def release(payout_id: int, version: int, *, actor: Actor) -> PayoutView:
    """Release an order to the bank (复核放行): never by the person who ordered it."""
    async with db.transaction(actor.scope):
        row, target = await _locked(payout_id, version, PayoutVerb.RELEASE)
        if row["ordered_by"] == actor.user_id:
            raise Forbidden(t("制单人不能复核自己的付款指令"))
        await store.move_payout(payout_id, target, released_by=actor.user_id, released_at=actor.at)
        await _book_row(PayoutVerb.RELEASE, row, actor)
        await audit.record(actor, "payout.released", f"payout:{payout_id}", amount_fen=row["amount_fen"])
        return await payout(payout_id, actor=actor)


async def cancel(payout_id: int, version: int, reason: str, *, actor: Actor) -> PayoutView:
    """Cancel an order before its release; the reason stays with it."""
    if not reason.strip():
        raise Invalid.field("reason", t("请写明作废原因"))
    async with db.transaction(actor.scope):
        row, target = await _locked(payout_id, version, PayoutVerb.CANCEL)
        await store.move_payout(payout_id, target, closed_reason=reason.strip())
        await _book_row(PayoutVerb.CANCEL, row, actor)
        await audit.record(actor, "payout.cancelled", f"payout:{payout_id}", amount_fen=row["amount_fen"])
        return await payout(payout_id, actor=actor)


async def _book_row(verb: PayoutVerb, row: Any, actor: Actor, booked_on: date | None = None) -> None:
    await book(
        verb, PayoutState(row["state"]), row["id"], row["amount_fen"], row["region_path"], row["insurer_id"], actor,
        mode=PayoutMode(row["mode"]), booked_on=booked_on,
    )  # fmt: skip


async def give_back(payout_id: int, given: Return, *, actor: Actor) -> PayoutView:
    """The bank sent the money back (退汇): the order is over, what it paid is owed again, the part may be ordered anew.

    Only a payment on its way or arrived can come back, never before it was released. Raises Invalid by field.
    """
    async with db.transaction(actor.scope):
        row, target = await _locked(payout_id, given.version, PayoutVerb.RETURN)
        returned_on = given.returned_on or actor.on
        if given.code not in RETURN_REASONS:
            raise Invalid.field("code", t("没有这种退汇原因"))
        if not (row["settled_on"] or row["ordered_on"]) <= returned_on <= actor.on:
            raise Invalid.field("returned_on", t("退汇日不早于付款日，不晚于今天"))
        note = given.note.strip() or str(RETURN_REASONS[given.code].name)
        await store.move_payout(payout_id, target, returned_on=returned_on, return_code=given.code, closed_reason=note)
        await store_files.leave_file(payout_id)
        booked_on = posting_day(returned_on, PayoutMode(row["mode"]), await store_bank.closed_months(), actor.on)
        await _book_row(PayoutVerb.RETURN, row, actor, booked_on=booked_on)
        await audit.record(actor, "payout.returned", f"payout:{payout_id}", amount_fen=row["amount_fen"], code=given.code)
        return await payout(payout_id, actor=actor)


async def payout(payout_id: int, *, actor: Actor) -> PayoutView:
    """One payout of the actor's scope."""
    async with db.transaction(actor.scope):
        rows = await store.payouts(payout_id=payout_id, limit=1)
    if not rows:
        raise NotFound(t("没有这笔付款指令，或不在您的范围内"))
    return payout_view(rows[0], actor.role)


async def payouts(*, actor: Actor, **wanted: Any) -> list[PayoutView]:
    """Payouts of the actor's scope, newest first; see `store.payouts` for what may be wanted."""
    async with db.transaction(actor.scope):
        return [payout_view(r, actor.role) for r in await store.payouts(**wanted)]


async def payouts_total(*, actor: Actor, **wanted: Any) -> tuple[int, int]:
    """How many payouts of the scope are wanted, and their sum in fen."""
    async with db.transaction(actor.scope):
        return await store.payouts_total(**wanted)
