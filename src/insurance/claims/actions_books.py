"""Insurers' payment lists taken in and withdrawn, and the three books compared as of a day.

The bank's lines are no insurer's to read. The program reads them itself and lets through only what concerns the claims the reader sees.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from insurance.access import audit, scopes
from insurance.access.actions import system
from insurance.access.keys import keys
from insurance.access.model import INSURER_ROLES, Actor
from insurance.access.rules import may
from insurance.access.store import insurer_by_code
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, WrongState
from insurance.base.spreadsheet import read_table_file
from insurance.base.text import t
from insurance.claims import store_books as store
from insurance.claims.insurer_list import claim_number_in, read_list, row_keys
from insurance.claims.model_books import Banked, Comparison, InsurerListView, ListHead, ListPeriod, ListRowView, Reach, Withdrawing
from insurance.claims.rules_books import compare
from insurance.finance import store_bank as bank
from insurance.finance.actions_matching import judged
from insurance.finance.model import BankLine, Direction, Side
from insurance.finance.model_cases import CaseKind
from insurance.finance.rules import name_key
from insurance.finance.rules_cases import judge
from insurance.settings import settings

_LONGEST_NAME = 200
_PAID = frozenset({CaseKind.DUPLICATE, CaseKind.SHORT, CaseKind.OVER, CaseKind.NOT_OPEN})
_UNCLEAR = frozenset({CaseKind.UNKNOWN, CaseKind.AMBIGUOUS})


# -- lists --------------------------------------------------------------------------------------------------------------------


async def insurer_named(wanted: str, *, actor: Actor) -> int | None:
    """The insurer by its id or code; an insurer's own where nothing is named, None for all. Raises Invalid, NotFound for another's."""
    if not wanted:
        return actor.insurer_id
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        insurer_id = int(wanted)
    else:
        async with db.transaction(actor.scope):
            insurer_id = ((await insurer_by_code(wanted)) or {"id": 0})["id"]
    if insurer_id not in scopes.insurers():
        raise Invalid.field("insurer", t("没有这家保险公司"))
    if actor.role in INSURER_ROLES and insurer_id != actor.insurer_id:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    return insurer_id


async def read_file(content: bytes, file_name: str, given: ListPeriod, *, actor: Actor) -> InsurerListView:
    """Take an insurer's list in, all or nothing. The same file again stores nothing and says so (`repeated`).

    Raises Forbidden, Invalid with a fault per cell or field, NotFound for another insurer's list.
    """
    _may(actor)
    insurer_id = await insurer_named(given.insurer, actor=actor)
    if insurer_id is None:
        raise Invalid.field("insurer", t("请选择清单是哪家保险公司的"))
    if given.until_on < given.from_on:
        raise Invalid.field("until_on", t("止期不能早于起期"))
    if given.until_on > actor.on:
        raise Invalid.field("until_on", t("日期不能晚于今天"))
    sha256 = hashlib.sha256(content).digest()
    table = await read_table_file(content)
    rows = await asyncio.to_thread(read_list, table.sheets, given.from_on, given.until_on)
    digests = [keys().equality_digest(row.account) if row.account else None for row in rows]
    async with db.transaction(actor.scope):
        known = await store.list_of(insurer_id, sha256)
        if known is not None:
            return msgspec.structs.replace(await _one(known), repeated=True)
        with db.refusing({"insurer_list_once": t("同一份清单正在由他人导入")}):
            list_id = await store.add_list(
                insurer_id, sha256, file_name[:_LONGEST_NAME], (given.from_on, given.until_on), rows, row_keys(insurer_id, rows), digests,
                region_path=actor.region_path, actor=actor,
            )  # fmt: skip
        made = await _one(list_id)
        await audit.record(
            actor, "insurer-list.read", f"insurer-list:{list_id}", insurer=insurer_id, rows=made.rows, sum_fen=made.sum_fen,
            from_on=given.from_on, until_on=given.until_on,
        )  # fmt: skip
        return made


def _may(actor: Actor) -> None:
    if not may(actor.role, "insurer-list.write"):
        raise Forbidden(t("您的角色不能进行此操作"))


async def withdraw(list_id: int, given: Withdrawing, *, actor: Actor) -> InsurerListView:
    """Take a list back with the reason: it stays on record, its rows count no longer. Raises NotFound, WrongState, LostUpdate."""
    _may(actor)
    async with db.transaction(actor.scope):
        row = await store.lock_list(list_id)
        if row is None:
            raise _no_list()
        if row["withdrawn_at"] is not None:
            raise WrongState(t("这份清单已经撤回"))
        if row["version"] != given.version:
            raise LostUpdate(t("清单已被他人改动，请刷新后再办"))
        if not given.reason.strip():
            raise Invalid.field("reason", t("请写明撤回原因"))
        await store.withdraw(list_id, given.reason.strip(), actor=actor)
        await audit.record(actor, "insurer-list.withdrawn", f"insurer-list:{list_id}", rows=row["row_count"], sum_fen=row["sum_fen"])
        return await _one(list_id)


def _no_list() -> NotFound:
    return NotFound(t("没有这份清单，或不在您的范围内"))


async def _one(list_id: int) -> InsurerListView:
    rows = await store.lists(list_id=list_id)
    if not rows:
        raise _no_list()
    return (await _counted(rows))[0]


async def _counted(rows: Sequence[Any]) -> list[InsurerListView]:
    new = await store.new_rows([row["id"] for row in rows])
    return [InsurerListView(**msgspec.structs.asdict(_head(row)), new_rows=new.get(row["id"], 0)) for row in rows]


def _head(row: Any) -> ListHead:
    return ListHead(
        id=row["id"], insurer_id=row["insurer_id"], insurer=scopes.insurer_name(row["insurer_id"]), file_name=row["file_name"],
        from_on=row["from_on"], until_on=row["until_on"], rows=row["row_count"], sum_fen=row["sum_fen"],
        read_by=row["read_name"], read_at=row["read_at"], withdrawn_by=row["withdrawn_name"], withdrawn_at=row["withdrawn_at"],
        withdrawn_reason=row["withdrawn_reason"], version=row["version"],
    )  # fmt: skip


async def lists(*, actor: Actor, insurer_id: int | None = None, before: int | None = None, limit: int = 50) -> list[InsurerListView]:
    """Lists of the reader's scope, newest first, the withdrawn ones too."""
    async with db.transaction(actor.scope):
        return await _counted(await store.lists(insurer_id=actor.insurer_id or insurer_id, before=before, limit=limit))


async def list_heads(*, actor: Actor, insurer_id: int | None = None, limit: int = 50) -> list[ListHead]:
    """The same without counting what is new of each."""
    async with db.transaction(actor.scope):
        return [_head(row) for row in await store.lists(insurer_id=actor.insurer_id or insurer_id, limit=limit)]


async def one_list(list_id: int, *, actor: Actor, after: int = 0, limit: int = 200) -> tuple[InsurerListView, list[ListRowView]]:
    """A list with its rows in file order after an ordinal. Raises NotFound."""
    async with db.transaction(actor.scope):
        return await _one(list_id), [
            ListRowView(
                id=r["id"], place=r["place"], claim_number=r["claim_number"], claim_id=r["claim_id"], token=r["token"],
                name=r["payee_name"],
                account="****" + r["account_tail"] if r["account_tail"] else "", amount_fen=r["amount_fen"], paid_on=r["paid_on"],
                remark=r["remark"], ordinal=r["ordinal"],
            )
            for r in await store.rows_of(list_id, after, limit)
        ]  # fmt: skip


# -- the three books ----------------------------------------------------------------------------------------------------------


async def comparison(*, actor: Actor, insurer_id: int | None = None, as_of: dt.date | None = None) -> Comparison:
    """The three books as of a day (today), of one insurer or of all the reader may see. Raises Invalid for a day that lies ahead."""
    on = as_of or actor.on
    if on > actor.on:
        raise Invalid.field("as_of", t("日期不能晚于今天"))
    wanted = actor.insurer_id or insurer_id
    async with db.transaction(system(settings().city).scope):
        stored = await store.banked(on)
        lines = [*stored, *await _waiting(on, stored)]
        bank_until = await store.bank_reach()
    async with db.transaction(actor.scope):
        own = await store.own(wanted, on)
        listed = await store.listed(wanted, on)
        reach = Reach(await store.periods(wanted), bank_until)
        named = {row.claim_number for row in listed} | {line.claim_number for line in lines}
        claims = await store.claims_named(sorted(named - {""}))
    visible = {payout for one in own for payout in one.payouts}
    numbers = {number for insurer, number in claims if wanted in (None, insurer)}
    mine = [line for line in lines if line.payout_id in visible or (line.payout_id is None and line.claim_number in numbers)]
    return await asyncio.to_thread(compare, own, listed, mine, claims, reach, on)


async def _waiting(as_of: dt.date, stored: Sequence[Banked]) -> list[Banked]:
    """Lines nobody has dealt with yet, as finance classes them: a match still to be stored or confirmed, money that came back, a second or
    differing payment of an order, the reversal of a payment; and payments that name no order but a claim. `stored`: what is matched.
    """
    rows = [row for row in await bank.open_rows() if row["booked_on"] <= as_of]
    near = [row for row in await bank.rows_near(rows) if row["booked_on"] <= as_of]
    waiting = [row for row in near if row["waits"]]
    lines = bank.as_lines(waiting)
    matching, payouts, _ = await judged(lines)
    insurers = frozenset(name_key(name) for name in await bank.insurer_names())
    cases = await asyncio.to_thread(judge, bank.as_lines(near), {one.line_key: one for one in matching.findings}, payouts, insurers)
    matched = {one.line_key: one.payout_id for one in matching.matches}
    ids, paid = {row["line_key"]: row["id"] for row in near}, {one.line_id: one.payout_id for one in stored if one.matched}
    found = []
    for row, line in zip(waiting, lines, strict=True):
        case = cases.get(line.key)
        one = case.payout_ids[0] if case is not None and len(case.payout_ids) == 1 else None
        if line.key in matched:
            found.append(_banked(row, line, matched[line.key], line.amount_fen))
        elif case is not None and case.kind in _PAID and one is not None:
            found.append(_banked(row, line, one, line.amount_fen))
        elif case is not None and case.kind is CaseKind.RETURNED and one is not None:
            found.append(_banked(row, line, one, -line.amount_fen))
        elif case is not None and case.kind is CaseKind.REVERSAL and case.pair_key is not None and ids[case.pair_key] in paid:
            found.append(_banked(row, line, paid[ids[case.pair_key]], -line.amount_fen))
        elif case is not None and case.kind in _UNCLEAR and line.side is Side.PAYER and line.direction is Direction.OUT:
            found.append(_banked(row, line, None, line.amount_fen))
    return [one for one in found if one.payout_id is not None or one.claim_number]


def _banked(row: Any, line: BankLine, payout_id: int | None, signed_fen: int) -> Banked:
    payer = line.side is Side.PAYER
    return Banked(
        line_id=row["id"], statement_id=row["statement_id"], payout_id=payout_id, claim_number=claim_number_in(line.narrative),
        signed_fen=signed_fen, booked_on=line.booked_on, name=line.counterparty_name if payer else "",
        account=line.counterparty_account if payer else "", account_tail=row["counterparty_tail"], matched=False,
    )  # fmt: skip
