"""Paying accounts, agreed to by two persons, and the files that carry released orders to the bank."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.base.text import t
from insurance.finance import store_files as store
from insurance.finance.model import PayoutState
from insurance.finance.model_payments import AccountEntry, FileWish, Message, PayingAccountView, PaymentFileView, PayoutMode
from insurance.finance.payment_message import pain_001, payment_workbook
from insurance.finance.rules_payments import execution_day
from insurance.finance.store_files import PayingAccount

MADE = "MADE"
_BOOKED = (PayoutState.PARTIAL, PayoutState.SETTLED, PayoutState.RETURNED)
FORMS = {"message": pain_001, "workbook": payment_workbook}


# -- paying accounts -------------------------------------------------------------------------------------------------------


def _account_view(one: PayingAccount, actor: Actor) -> PayingAccountView:
    return PayingAccountView(
        id=one.id, mode=PayoutMode.AGENT if one.insurer_id is None else PayoutMode.DIRECT, insurer_id=one.insurer_id,
        holder_name=one.holder_name, bank_name=one.bank_name, bank_code=one.bank_code, account="****" + one.account_tail,
        cut_off=one.cut_off, from_on=one.from_on, until_on=one.until_on, entered_by=one.entered_name, approved_by=one.approved_name,
        usable=one.usable(actor.on), version=one.version,
    )  # fmt: skip


async def paying_accounts(*, actor: Actor) -> list[PayingAccountView]:
    """All of them, oldest first."""
    async with db.transaction(actor.scope):
        return [_account_view(one, actor) for one in await store.accounts()]


async def paying_account(account_id: int, *, actor: Actor) -> PayingAccountView:
    """One of them. Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await store.account(account_id)
    if found is None:
        raise NotFound(t("没有这个付款账户"))
    return _account_view(found, actor)


async def enter_account(entry: AccountEntry, *, actor: Actor) -> PayingAccountView:
    """Enter an account (登记付款账户); money leaves it once a second person has agreed."""
    async with db.transaction(actor.scope):
        refusals = {
            "paying_account_once": t("这个账号已经登记"),
            "paying_account_insurer_id_fkey": t("没有这家保险公司"),
        }
        with db.refusing(refusals):
            account_id = await store.add_account(entry, on=actor.on, entered_by=actor.user_id)
        await audit.record(actor, "paying-account.entered", f"paying-account:{account_id}", insurer_id=entry.insurer_id)
        return await paying_account(account_id, actor=actor)


async def approve_account(account_id: int, version: int, *, actor: Actor) -> PayingAccountView:
    """The second person agrees (核定付款账户), never the one who entered it."""
    async with db.transaction(actor.scope):
        found = await store.account(account_id)
        if found is None:
            raise NotFound(t("没有这个付款账户"))
        if found.entered_by == actor.user_id:
            raise Forbidden(t("登记人不能核定自己登记的账户"))
        if found.approved_by is not None:
            raise WrongState(t("这个账户已经核定"))
        if not await store.approve_account(account_id, version, actor.user_id):
            raise LostUpdate(t("这个账户已被他人改动，请刷新后再办"))
        await audit.record(actor, "paying-account.approved", f"paying-account:{account_id}")
        return await paying_account(account_id, actor=actor)


# -- payment files ---------------------------------------------------------------------------------------------------------


def _file_view(row: Any) -> PaymentFileView:
    return PaymentFileView(
        id=row["id"], number=row["number"], paying_account_id=row["paying_account_id"],
        account=f"{row['holder_name']} ****{row['account_tail']}", state=row["state"], execution_on=row["execution_on"],
        payments=row["line_count"], settled=row["settled_count"], sum_fen=row["sum_fen"], message_sha256=row["message_sha256"].hex(),
        workbook_sha256=row["workbook_sha256"].hex(), made_by=row["made_name"], made_at=row["made_at"],
        cancelled_by=row["cancelled_name"], cancelled_reason=row["cancelled_reason"], version=row["version"],
    )  # fmt: skip


async def payment_files(*, actor: Actor, before: int | None = None, limit: int = 50) -> list[PaymentFileView]:
    """Files, newest first."""
    async with db.transaction(actor.scope):
        return [_file_view(row) for row in await store.files(before=before, limit=limit)]


async def payment_file(file_id: int, *, actor: Actor) -> PaymentFileView:
    """One file. Raises NotFound."""
    async with db.transaction(actor.scope):
        rows = await store.files(file_id=file_id, limit=1)
    if not rows:
        raise NotFound(t("没有这个付款文件"))
    return _file_view(rows[0])


async def make_file(wish: FileWish, *, actor: Actor) -> PaymentFileView:
    """Put released orders of an account into a file (生成付款文件): each order in one live file (the database decides).

    Raises Invalid by field for an unknown account, an order that does not wait for a file, a day the bank cannot keep;
    Refused when nothing waits.
    """
    async with db.transaction(actor.scope):
        account = await store.account(wish.paying_account_id)
        if account is None or not account.usable(actor.on):
            raise Invalid.field("paying_account_id", t("没有这个付款账户，或尚未经第二人核定"))
        execution_on = execution_day(actor.at, account.cut_off, wish.execution_on)
        waiting = await store.waiting(account.id, wish.payout_ids)
        if not waiting:
            raise Refused(t("该账户没有待付的已放行指令"))
        if absent := set(wish.payout_ids) - {row["id"] for row in waiting}:
            raise Invalid.field("payout_ids", t("{count} 笔指令未放行、不属于该账户，或已在其他付款文件中", count=len(absent)))
        number = f"FKW{actor.on:%Y%m%d}-{await store.next_number():06d}"
        message = Message(number, actor.at, execution_on, account.payer(), tuple(store.payment_of(row) for row in waiting))
        made = await asyncio.to_thread(lambda: {name: hashlib.sha256(form(message)).digest() for name, form in FORMS.items()})
        with db.refusing({"payment_file_line_once": t("其中有指令刚被放入另一个付款文件")}):
            file_id = await store.add_file(
                [row["id"] for row in waiting], number, account.id, execution_on, message.sum_fen, made["message"], made["workbook"],
                actor.user_id, actor.at, actor.on,
            )  # fmt: skip
        await audit.record(
            actor, "payment-file.made", f"payment-file:{file_id}", payments=len(waiting), sum_fen=message.sum_fen, execution_on=execution_on
        )  # fmt: skip
        return await payment_file(file_id, actor=actor)


async def content(file_id: int, form: str, *, actor: Actor) -> tuple[str, bytes]:
    """The file as `message` (pain.001) or `workbook`, made again from its orders: its number and its bytes.

    Raises Refused when they are not the bytes of the day it was made. It holds full account numbers: each time is audited.
    """
    async with db.transaction(actor.scope):
        view = await payment_file(file_id, actor=actor)
        account = await store.account(view.paying_account_id)
        assert account is not None
        lines = await store.file_lines(file_id)
        message = Message(view.number, view.made_at, view.execution_on, account.payer(), tuple(store.payment_of(row) for row in lines))
        made = await asyncio.to_thread(FORMS[form], message)
        if hashlib.sha256(made).hexdigest() != getattr(view, f"{form}_sha256"):
            raise Refused(t("付款文件与生成时不一致，请联系管理员"))
        await audit.record(actor, "payment-file.fetched", f"payment-file:{file_id}", form=form)
        return view.number, made


async def cancel_file(file_id: int, version: int, reason: str, *, actor: Actor) -> PaymentFileView:
    """The file is void (作废付款文件), before anything of it was booked; its orders wait for another."""
    if not reason.strip():
        raise Invalid.field("reason", t("请写明作废原因"))
    async with db.transaction(actor.scope):
        row = await store.lock_file(file_id)
        if row is None:
            raise NotFound(t("没有这个付款文件"))
        if row["state"] != MADE:
            raise WrongState(t("付款文件已作废"))
        if row["version"] != version:
            raise LostUpdate(t("付款文件已被他人改动，请刷新后再办"))
        if any(line["state"] in _BOOKED for line in await store.file_lines(file_id)):
            raise Refused(t("银行已处理其中的付款，不能作废"))
        await store.cancel_file(file_id, actor.user_id, reason.strip())
        await audit.record(actor, "payment-file.cancelled", f"payment-file:{file_id}")
        return await payment_file(file_id, actor=actor)
