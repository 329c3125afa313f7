"""What is due of premium, received and in arrears: policies and payers of the reader's scope, by payer, and a payer's account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import render, t
from insurance.policies import actions_premium, views_premium
from insurance.policies import rules_premium as rules
from insurance.policies import store_premium as store
from insurance.policies.actions_underwriting import insurer_of
from insurance.policies.model import Cover, Payer
from insurance.policies.model_premium import MoveKind, Target, Unpaid
from insurance.policies.names import PAYER_NAMES
from insurance.policies.terms import terms_by
from insurance.policies.views_premium import Account, Arrears, Position

HOW = ("open", "credit", "held", "refund")  # owed by the payer, to go back to it, held by the programme, owed by the insurer


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What of the premium is asked for; None leaves a condition out, `as_of` None is the business day."""

    payer: Payer | None = None
    county: str | None = None
    insurer: str | None = None
    how: str | None = None
    q: str = ""
    as_of: dt.date | None = None
    policy: int | None = None


def day_of(as_of: dt.date | None, actor: Actor) -> dt.date:
    """The day asked for. Raises Invalid for one that has not come."""
    if as_of is not None and as_of > actor.on:
        raise Invalid.field("as_of", t("日期不能晚于今天"))
    return as_of or actor.on


async def _insurer(code: str | None, actor: Actor) -> int | None:
    """The insurer of a code; an insurer's own people see their own book only (row-level security), whatever they ask for."""
    return await insurer_of(code) or actor.insurer_id


async def positions(
    wanted: Wanted, *, actor: Actor, after: Sequence[Any] | None = None, limit: int | None = None
) -> list[Position]:  # fmt: skip
    """How policies and payers of the scope stand, the oldest due first."""
    day = day_of(wanted.as_of, actor)
    async with db.transaction(actor.scope):
        insurer_id = await _insurer(wanted.insurer, actor)
        rows = await store.positions(
            day, payer=wanted.payer, county=wanted.county or actor.county_code, insurer=insurer_id, how=wanted.how, q=wanted.q,
            ids=None if wanted.policy is None else [wanted.policy], town=actor.town_code, after=tuple(after) if after else None,
            limit=limit,
        )  # fmt: skip
    return [views_premium.position(row, day) for row in rows]


async def arrears(wanted: Wanted, *, actor: Actor) -> list[Arrears]:
    """What each payer owes, by county and insurer, and how old it is; the way of the money: central, province, city, county, insured."""
    day = day_of(wanted.as_of, actor)
    async with db.transaction(actor.scope):
        insurer_id = await _insurer(wanted.insurer, actor)
        rows = await store.arrears(day, payer=wanted.payer, county=wanted.county or actor.county_code, insurer=insurer_id)
    return [views_premium.arrears(row) for row in rows]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account, and for which days."""

    payer: Payer
    from_on: dt.date
    until_on: dt.date
    county: str | None = None
    insurer: str | None = None
    party: int | None = None


async def statement(asked: Asked, *, actor: Actor) -> Account:
    """A payer's account (对账单) for a period, policy by policy, as far as the reader's scope goes. Raises Invalid by field."""
    faults = []
    if asked.until_on > actor.on:
        faults.append(FieldFault("until", t("日期不能晚于今天")))
    if asked.from_on > asked.until_on:
        faults.append(FieldFault("from", t("起始日不能晚于终止日")))
    if asked.party is not None and asked.payer is not Payer.INSURED:
        faults.append(FieldFault("party", t("只有被保险人才填这一项")))
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    async with db.transaction(actor.scope):
        insurer_id = await _insurer(asked.insurer, actor)
        rows = await store.statement(
            asked.from_on - dt.timedelta(days=1), asked.until_on, asked.payer, county=asked.county or actor.county_code, insurer=insurer_id,
            party=asked.party,
        )  # fmt: skip
        name = None if asked.party is None else await store.party_name(asked.party)
        places = await actions_premium.known(actor)
    lines = [views_premium.statement_line(row) for row in rows]
    target = Target(MoveKind.RECEIVED, asked.payer, asked.county)
    named = name or (actions_premium.whose(target, places) if asked.county in places.counties else PAYER_NAMES[asked.payer])
    sums = {
        part: sum(getattr(line, part) for line in lines)
        for part in ("opening_fen", "due_fen", "refunded_fen", "received_fen", "paid_back_fen", "closing_fen")
    }
    return Account(
        payer=asked.payer, payer_name=named if isinstance(named, str) else render(named, actor.language), county_code=asked.county,
        insurer=asked.insurer, party=asked.party, from_on=asked.from_on, until_on=asked.until_on, items=lines, **sums,
    )  # fmt: skip


async def waits(policy_id: int, cover: Cover, version: str, checksum: str | None, day: dt.date) -> tuple[Unpaid, ...]:
    """The payers, of those a policy's wording makes its cover wait for, whose part had not come in in full on a day: who, how much, how
    many days. Empty where the wording does not wait. Runs inside the caller's transaction.
    """
    payers = terms_by(cover, version, checksum).wording.premium.cover_waits_for
    if not payers:
        return ()
    return rules.unpaid_on(await store.dues(policy_id, day), await store.paid(policy_id, day), payers, day)
