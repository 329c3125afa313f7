"""The books as they stood on a day, and the balances they were opened with."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.money import MOST_FEN
from insurance.base.text import render, t
from insurance.finance import rules, store
from insurance.finance.model import CHART
from insurance.finance.rules_ledger import opening_entries


class Balance(msgspec.Struct, frozen=True):
    """One account: turnover in fen, and its balance, debit positive."""

    code: str
    name: str
    memo: bool
    debit_fen: int
    credit_fen: int
    balance_fen: int


class Balances(msgspec.Struct, frozen=True):
    """试算平衡表: booked by a day, recorded by an instant; the balances add up to 0, the memo accounts by themselves."""

    as_of: dt.date
    recorded_by: dt.datetime | None
    items: list[Balance]
    total_fen: int


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """期初余额: account → fen (debit positive, credit negative). A correction replaces all of them and says why."""

    on: dt.date
    balances: dict[str, Annotated[int, Meta(ge=-MOST_FEN, le=MOST_FEN)]]
    reason: str = ""


async def balances(as_of: dt.date, recorded_by: dt.datetime | None = None, *, actor: Actor) -> Balances:
    """The trial balance of a day, as it was known at an instant. Raises Invalid for a day that has not come."""
    if as_of > actor.on:
        raise Invalid.field("as_of", t("日期不能晚于今天"))
    async with db.transaction(actor.scope):
        rows = await store.trial_balance(as_of, recorded_by)
    items = [
        Balance(
            r["code"], render(CHART[r["code"]].name, actor.language), r["memo"], r["debit_fen"], r["credit_fen"],
            r["debit_fen"] - r["credit_fen"],
        )
        for r in rows
    ]  # fmt: skip
    return Balances(as_of, recorded_by, items, sum(item.balance_fen for item in items))


class Opened(msgspec.Struct, frozen=True):
    """What the books were opened with, as it stands: account → fen (debit positive); `on` None where nothing was entered."""

    on: dt.date | None
    balances: dict[str, int]


async def opened(*, actor: Actor) -> Opened:
    """The opening balances that stand."""
    found: dict[str, int] = {}
    async with db.transaction(actor.scope):
        on = await store.opened_on()
        for one in await store.opening_transfers():
            found[one.debit] = found.get(one.debit, 0) + one.amount_fen
            found[one.credit] = found.get(one.credit, 0) - one.amount_fen
    return Opened(on, {code: fen for code, fen in sorted(found.items()) if fen})


async def open_books(given: Opening, *, actor: Actor) -> Balances:
    """Enter what the books stood at before (期初余额). Entered again, the old entries are reversed, never changed; a reason is needed."""
    if given.on > actor.on:
        raise Invalid.field("on", t("日期不能晚于今天"))
    entries = opening_entries(given.balances)
    async with db.transaction(actor.scope):
        standing = await store.opening_transfers()
        if standing and not given.reason.strip():
            raise Invalid.field("reason", t("已有期初余额，更正须写明原因"))
        await store.post_transfers(
            [*rules.reversing(standing), *entries], subject="opening", region_path=actor.region_path, insurer_id=None, booked_on=given.on,
            made_by=actor.user_id,
        )  # fmt: skip
        await audit.record(actor, "ledger.opened", "ledger:opening", accounts=len(given.balances), corrected=bool(standing))
        return await balances(actor.on, actor=actor)
