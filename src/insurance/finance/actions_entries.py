"""凭证: the transfers of the books one by one, each opened to what it is about."""

from __future__ import annotations

import datetime as dt

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.text import Text, render, t
from insurance.finance import store
from insurance.finance.model import CHART, Event

EVENT_NAMES: dict[Event, Text] = {
    Event.PREMIUM_DUE: t("应收保费"), Event.SUBSIDY_RECEIVED: t("收到保费补贴"), Event.PREMIUM_RECEIVED: t("收到投保人保费"),
    Event.REFUND: t("退还保费"), Event.PREMIUM_PASSED_ON: t("保费付保险公司"), Event.PREMIUM_DIRECT: t("直接付给保险公司的保费"),
    Event.INSURER_REFUNDED: t("保险公司退来保费"), Event.PREMIUM_PAID_BACK: t("保费退还付款方"),
    Event.PREMIUM_BACK_DIRECT: t("保险公司直接退还付款方"), Event.CLAIM_AGREED: t("达成赔偿协议"),
    Event.INSURER_PAID_IN: t("保险公司拨入赔款"), Event.PAYOUT_SENT: t("付款指令发出"), Event.PAYOUT_BOOKED: t("银行记账"),
    Event.BANK_FEE: t("银行手续费"), Event.PAYOUT_RETURNED: t("银行退汇"), Event.RETURN_OWED: t("退汇仍应付"),
    Event.SUSPENDED: t("挂暂收款"), Event.RECOVERY_DUE: t("待追回"), Event.PAID_DIRECT: t("保险公司直付赔款"),
    Event.ESTIMATE_RAISED: t("估损设立或调增"), Event.ESTIMATE_CUT: t("估损调减"), Event.ESTIMATE_RELEASED: t("估损释放"),
    Event.REVERSAL: t("红字冲回"), Event.OPENING: t("期初余额"),
}  # fmt: skip


class Sought(msgspec.Struct, frozen=True):
    """Which entries: of an account, between two days, of an event, about a subject; each or None."""

    account: str | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    event: str | None = None
    subject: str | None = None

    def wanted(self) -> tuple[object, ...]:
        """In the order of the statements."""
        return self.account, self.from_on, self.until_on, self.event, self.subject


class EntryView(msgspec.Struct, frozen=True):
    """One transfer: amount in fen, from the credit to the debit account."""

    id: int
    booked_on: dt.date
    recorded_at: dt.datetime
    event: str
    debit: str
    credit: str
    amount_fen: int
    subject: str
    made_by: str | None


async def entries(
    sought: Sought, *, after: tuple[dt.date | None, int | None] = (None, None), limit: int = 50, actor: Actor
) -> list[EntryView]:
    """The entries, the latest day first."""
    async with db.transaction(actor.scope):
        rows = await store.transfers(sought.wanted(), after, limit)
    return [EntryView(*row.values()) for row in rows]


async def entries_total(sought: Sought, *, actor: Actor) -> tuple[int, int, int]:
    """How many there are, and what they come to in debit and credit."""
    async with db.transaction(actor.scope):
        return await store.transfers_total(sought.wanted())


def account_name(code: str, language: str) -> str:
    """An account as people read it: "1001 银行存款"."""
    return f"{code} {render(CHART[code].name, language)}" if code in CHART else code


_KINDS: dict[str, Text] = {
    "policy": t("保单 #{n}"), "claim": t("赔案 #{n}"), "payout": t("付款指令 #{n}"), "line": t("银行流水 #{n}"), "opening": t("期初余额"),
}  # fmt: skip


def about(subject: str, language: str) -> str:
    """What an entry is about, in words: the kind and its number; of premium the line and the policy ('line:9/policy:12')."""
    found = []
    for part in subject.split("/"):
        kind, _, number = part.partition(":")
        found.append(render(Text(_KINDS[kind].msgid, {"n": number}), language) if kind in _KINDS else part)
    return " · ".join(found)
