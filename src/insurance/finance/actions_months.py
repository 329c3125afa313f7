"""The month's end: the reconciliation statement (余额调节表) of the programme's account, closing and reopening."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import add_months
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.finance import store
from insurance.finance import store_months as months
from insurance.finance.model import Direction
from insurance.finance.model_months import Closing, Item, MonthView, Reconciliation, Reopening


def last_day(month: dt.date) -> dt.date:
    """The last day of a month given by its first."""
    return add_months(month, 1) - dt.timedelta(days=1)


def check_month(month: dt.date, field: str, actor: Actor) -> None:
    """A month is named by its first day and does not lie ahead."""
    if month.day != 1:
        raise Invalid.field(field, t("请填月份的第一天，例如 2019-08-01"))
    if month > actor.on:
        raise Invalid.field(field, t("日期不能晚于今天"))


async def reconciliation(month: dt.date, *, actor: Actor) -> Reconciliation:
    """The statement of a month's last day, or of today within the month. Refused without a programme account."""
    check_month(month, "month", actor)
    as_of = min(last_day(month), actor.on)
    async with db.transaction(actor.scope):
        account = await months.programme_account()
        if account is None:
            raise Refused(t("还没有专户，请先登记并核定代付账户"))
        rows = await store.trial_balance(as_of)
        book = next(r["debit_fen"] - r["credit_fen"] for r in rows if r["code"] == "1001")
        bank = await months.bank_balance(account["account_digest"], as_of)
        lines = [
            (r["direction"], Item(r["booked_on"], r["counterparty_name"] or r["narrative"] or r["reference"], r["amount_fen"], r["id"]))
            for r in await months.lines_unbooked(account["account_digest"], as_of)
        ]
        posted = await months.bookings_unbanked(as_of)
    return Reconciliation(
        month=month, as_of=as_of, account=f"{account['holder_name']} ****{account['account_tail']}", book_fen=book, bank_fen=bank,
        bank_in=tuple(item for side, item in lines if side == Direction.IN),
        bank_out=tuple(item for side, item in lines if side == Direction.OUT),
        booked_in=tuple(_booked(r, actor) for r in posted if r["fen"] > 0),
        booked_out=tuple(_booked(r, actor) for r in posted if r["fen"] < 0),
    )  # fmt: skip


def _booked(row: Any, actor: Actor) -> Item:
    return Item(row["booked_on"], render(t("已记账，银行未到"), actor.language), abs(row["fen"]), subject=row["subject"])


def told(found: Reconciliation) -> dict[str, Any]:
    """The statement with its sums, as programs read it and as it is frozen."""
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return plain | {
        "book_adjusted_fen": found.book_adjusted_fen, "bank_adjusted_fen": found.bank_adjusted_fen, "difference_fen": found.difference_fen,
    }  # fmt: skip


def _view(row: Any) -> MonthView:
    return MonthView(
        id=row["id"], month=row["month"], closed_by=row["closed_name"], closed_at=row["closed_at"], reopened_by=row["reopened_name"],
        reopened_at=row["reopened_at"], reopened_reason=row["reopened_reason"], facts=row["facts"], version=row["version"],
    )  # fmt: skip


async def closings(*, actor: Actor) -> list[MonthView]:
    """All closings, the newest month first."""
    async with db.transaction(actor.scope):
        return [_view(row) for row in await months.months()]


async def month_to_close(*, actor: Actor) -> dt.date | None:
    """The month that is over and should be closed next: the one after the last closed, else last month; None while there is none."""
    async with db.transaction(actor.scope):
        account = await months.programme_account()
    standing = [one.month for one in await closings(actor=actor) if one.reopened_at is None]
    month = add_months(max(standing), 1) if standing else add_months(actor.on.replace(day=1), -1)
    return month if account is not None and last_day(month) < actor.on else None


class Check(NamedTuple):
    """One condition of closing: whether it holds, in words, what is said when it does not, and where it is mended."""

    passed: bool
    word: Text
    refusal: Text
    href: str


async def in_the_way(found: Reconciliation, *, actor: Actor) -> list[Check]:
    """What closing the month asks for, each with whether it holds (domain.md 6.5: the difference must be 0)."""
    day = last_day(found.month)
    async with db.transaction(actor.scope):
        account = await months.programme_account()
        reached = account is not None and await months.statement_reaches(account["account_digest"], day)
    waiting = len(found.bank_in) + len(found.bank_out)
    off = found.difference_fen
    return [
        Check(day < actor.on, t("这个月已经结束"), t("这个月还没有结束"), ""),
        Check(reached, t("专户对账单已导入到月末"), t("专户对账单还没有导入到 {day}", day=day.isoformat()), "/statements"),
        Check(not waiting, t("专户流水都已处理"), t("还有 {count} 笔专户流水没有处理", count=waiting), "/exceptions"),
        Check(off == 0, t("调节后差额为零"), _off(off), "/ledger"),
    ]  # fmt: skip


def _off(difference_fen: int | None) -> Text:
    if difference_fen is None:
        return t("没有银行余额，差额无法核对")
    return t("余额调节后仍相差 {amount} 元，不能结账", amount=yuan(difference_fen))


async def close(given: Closing, *, actor: Actor) -> MonthView:
    """Close a month (月结): only when it is over, its statements reach its end, every line is dealt with and the difference is 0.

    Raises Invalid for a month that is not over, Refused with what is in the way, WrongState when it is closed already.
    """
    check_month(given.month, "month", actor)
    if last_day(given.month) >= actor.on:
        raise Invalid.field("month", t("这个月还没有结束"))
    async with db.transaction(actor.scope):
        found = await reconciliation(given.month, actor=actor)
        for check in await in_the_way(found, actor=actor):
            if not check.passed:
                raise Refused(check.refusal)
        with db.refusing({"month_close_once": t("这个月已经结账")}):
            month_id = await months.close_month(given.month, told(found), by=actor.user_id, at=actor.at)
        await audit.record(actor, "month.closed", f"month:{month_id}", month=given.month, book_fen=found.book_fen)
        return await _one(month_id)


async def _one(month_id: int) -> MonthView:
    row = next((r for r in await months.months() if r["id"] == month_id), None)
    if row is None:
        raise NotFound(t("没有这次月结"))
    return _view(row)


async def reopen(month_id: int, given: Reopening, *, actor: Actor) -> MonthView:
    """Open a closed month again, by another person than who closed it, with a reason that stays."""
    async with db.transaction(actor.scope):
        row = await months.lock_month(month_id)
        if row is None:
            raise NotFound(t("没有这次月结"))
        if row["reopened_at"] is not None:
            raise WrongState(t("这个月已经重开"))
        if row["version"] != given.version:
            raise LostUpdate(t("月结已被他人改动，请刷新后再办"))
        if row["closed_by"] == actor.user_id:
            raise Forbidden(t("结账人不能自己重开，须由另一人办理"))
        if not given.reason.strip():
            raise Invalid.field("reason", t("请写明重开原因"))
        await months.reopen_month(month_id, given.reason.strip(), by=actor.user_id, at=actor.at)
        await audit.record(actor, "month.reopened", f"month:{month_id}", month=row["month"])
        return await _one(month_id)
