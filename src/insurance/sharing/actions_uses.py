"""Money on its way: lists for the bank, what was paid and spent with its paper, and what came back, until nothing is open."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from typing import Any

from insurance.access import audit
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused, WrongState
from insurance.base.money import yuan
from insurance.base.text import t
from insurance.sharing import actions_sources, store
from insurance.sharing.actions import locked, moved
from insurance.sharing.actions_plans import paper_fault
from insurance.sharing.model import ListWish, Payment, Purpose, Reasoned, Return, SharingVerb, UseEntry
from insurance.sharing.pay_workbook import Payee, pay_workbook
from insurance.sharing.shown import whole
from insurance.sharing.views import SharingView

MADE, PAID = "MADE", "PAID"
_USED_UP = {
    "sharing_use_within": t("用途合计不能超过这一份的金额，请刷新后再办"),
    "sharing_use_reversed_once": t("这笔用途已经退回"),
    "sharing_use_open": t("分配尚未确认，不能登记用途"),
}


def _workbook(number: str, made_at: dt.datetime, lines: list[Any]) -> bytes:
    payees = [Payee(one["holder_name"], keys().show(one["account_cipher"]), one["bank_name"], one["amount_fen"]) for one in lines]
    return pay_workbook(number, made_at, "收益分配", payees)


async def make_list(sharing_id: int, wish: ListWish, *, actor: Actor) -> SharingView:
    """Make a list for the bank (付款名单) of the shares that wait: each share is on one live list (the database decides).

    A household is paid on the card of the newest list that names the same person. Raises NotFound, WrongState, LostUpdate, Refused
    when nothing waits, or where an account is both a household's card and a unit's.
    """
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, wish.version, SharingVerb.LIST)
        await actions_sources.still_paid(row)
        lines = await store.payable(row, actor.on, with_units=wish.with_units)
        if not lines:
            raise Refused(t("没有待付的份额"))
        if any(one["mixed"] for one in lines):
            raise Refused(t("有受益户的银行卡就是方案中单位的账户，不能付款；请更正名单或方案"))
        number = await store.next_list_number(actor.on)
        content = await asyncio.to_thread(_workbook, number, actor.at, lines)
        with db.refusing({"sharing_pay_line_once": t("其中有份额刚被放入另一份付款名单")}):
            pay_list_id = await store.add_pay_list(row, number, lines, hashlib.sha256(content).digest(), actor=actor)
        told: dict[str, Any] = {"pay_list": pay_list_id, "lines": len(lines), "sum_fen": sum(one["amount_fen"] for one in lines)}
        await moved(row, SharingVerb.LIST, target, actor=actor, **told)
        return await whole(sharing_id, actor=actor)


async def workbook(sharing_id: int, pay_list_id: int, *, actor: Actor) -> tuple[str, bytes]:
    """A list as the bank's Excel, made again from its lines: its number and its bytes. It holds whole numbers: each time is audited.

    Raises NotFound, Refused when it was voided or is not what it was.
    """
    async with db.transaction(actor.scope):
        found = await store.pay_list(pay_list_id)
        _held(found, sharing_id)
        if found["state"] not in (MADE, PAID):
            raise WrongState(t("付款名单已作废"))
        lines = await store.pay_lines(pay_list_id)
        content = await asyncio.to_thread(_workbook, found["number"], found["made_at"], lines)
        if hashlib.sha256(content).digest() != found["workbook_sha256"]:
            raise Refused(t("付款名单与生成时不一致，请联系管理员"))
        await audit.record(actor, "sharing.pay-list-fetched", f"sharing:{sharing_id}", pay_list=pay_list_id)
    return found["number"], content


def _held(found: Any, sharing_id: int) -> None:
    if found is None or found["sharing_id"] != sharing_id:
        raise NotFound(t("没有这份付款名单，或不在您的范围内"))


async def pay(sharing_id: int, pay_list_id: int, given: Payment, *, actor: Actor) -> SharingView:
    """The bank has paid a list (登记付款): every line of it is used. Raises NotFound, WrongState, LostUpdate, Invalid by field."""
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.PAY)
        found = await store.lock_pay_list(pay_list_id)
        _held(found, sharing_id)
        if found["state"] != MADE:
            raise WrongState(t("付款名单已登记付款或已作废"))
        if not found["made_on"] <= given.paid_on <= actor.on:
            raise Invalid.field("paid_on", t("付款不能早于名单，也不能晚于今天"))
        await _paper(row, given.document_id)
        with db.refusing(_USED_UP):
            await store.pay(pay_list_id, given.paid_on, given.document_id, actor=actor)
            await store.check_deferred()
        told: dict[str, Any] = {
            "pay_list": pay_list_id,
            "sum_fen": found["sum_fen"],
            "paid_on": given.paid_on,
            "document": given.document_id,
        }
        await moved(row, SharingVerb.PAY, target, actor=actor, **told)
        return await whole(sharing_id, actor=actor)


async def void_list(sharing_id: int, pay_list_id: int, given: Reasoned, *, actor: Actor) -> SharingView:
    """A list is void (作废付款名单) before the bank paid it; its shares wait for another."""
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.VOID_LIST)
        found = await store.lock_pay_list(pay_list_id)
        _held(found, sharing_id)
        if found["state"] != MADE:
            raise WrongState(t("付款名单已登记付款或已作废"))
        await store.void_pay_list(pay_list_id, given.reason.strip())
        await moved(row, SharingVerb.VOID_LIST, target, actor=actor, reason=given.reason.strip(), pay_list=pay_list_id)
        return await whole(sharing_id, actor=actor)


async def use(sharing_id: int, given: UseEntry, *, actor: Actor) -> SharingView:
    """A use (登记用途) of a share that is on no list: spent for its purpose, handed to the fund, kept as reserve, repaid to the treasury.

    Households are paid by list alone. Raises NotFound, WrongState, LostUpdate, Invalid by field: never above what is left of the share.
    """
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.USE)
        if given.purpose is Purpose.DIVIDEND:
            raise Invalid.field("purpose", t("贫困户分红按付款名单发放，不能逐笔登记"))
        shares = await store.shares(sharing_id, row["working_no"])
        share = next((one for one in shares if (one["purpose"], one["key"]) == (given.purpose, given.key)), None)
        if share is None:
            raise Invalid.field("purpose", t("这次分配没有这一用途"))
        if share["pay_list_id"] is not None:
            raise Refused(t("这一份已在付款名单 {number} 中", number=share["pay_list_number"]))
        left = share["amount_fen"] - share["used_fen"]
        if given.amount_fen > left:
            raise Invalid.field("amount_fen", t("这一份只余 {left} 元", left=yuan(left)))
        _check_day(row, given.used_on, "used_on", actor)
        await _paper(row, given.document_id)
        with db.refusing(_USED_UP):
            await store.add_use(
                row, given.purpose, given.key, given.amount_fen, given.used_on, given.document_id, given.note.strip(), actor=actor
            )
            await store.check_deferred()
        told: dict[str, Any] = {
            "purpose": given.purpose.value,
            "amount_fen": given.amount_fen,
            "used_on": given.used_on,
            "document": given.document_id,
        }
        await moved(row, SharingVerb.USE, target, actor=actor, **told)
        return await whole(sharing_id, actor=actor)


async def take_back(sharing_id: int, use_id: int, given: Return, *, actor: Actor) -> SharingView:
    """A use came back (登记退回): a card was closed, a receipt was wrong. It stays on file, and the share may be paid anew."""
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.TAKE_BACK)
        found = await store.use(use_id)
        if found is None or found["sharing_id"] != sharing_id:
            raise NotFound(t("没有这笔用途，或不在您的范围内"))
        if found["reverses_id"] is not None:
            raise WrongState(t("这一笔本身就是退回"))
        if not found["used_on"] <= given.returned_on <= actor.on:
            raise Invalid.field("returned_on", t("退回不能早于用途之日，也不能晚于今天"))
        with db.refusing(_USED_UP):
            await store.take_back(use_id, given.returned_on, given.reason.strip(), actor=actor)
            await store.check_deferred()
        told: dict[str, Any] = {
            "use": use_id,
            "purpose": found["purpose"],
            "amount_fen": found["amount_fen"],
            "returned_on": given.returned_on,
        }
        await moved(row, SharingVerb.TAKE_BACK, target, actor=actor, reason=given.reason.strip(), **told)
        return await whole(sharing_id, actor=actor)


def _check_day(row: Any, day: dt.date, field: str, actor: Actor) -> None:
    if not row["confirmed_on"] <= day <= actor.on:
        raise Invalid.field(field, t("用途不能早于确认之日，也不能晚于今天"))


async def _paper(row: Any, document_id: int) -> None:
    if wrong := await paper_fault(row["project_id"], document_id, "document_id"):
        raise Invalid(wrong.text, [wrong])
