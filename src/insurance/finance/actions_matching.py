"""Bank statements in, and which payouts each line pays: by rule with its reason, or by a person, in part or together, and undone again."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.spreadsheet import read_table_file
from insurance.base.text import Text, t
from insurance.finance import actions, lifecycle, rules, store
from insurance.finance import store_bank as bank
from insurance.finance.actions_overlap import told_apart
from insurance.finance.actions_way import make_way, match_returned
from insurance.finance.bank import read_statement
from insurance.finance.bank_message import is_message, read_message
from insurance.finance.fees import known_fees
from insurance.finance.model import (
    BankLine,
    Confidence,
    Direction,
    Event,
    Match,
    Matching,
    Payout,
    PayoutState,
    PayoutVerb,
    Rule,
    Side,
    Statement,
    TransferKind,
)
from insurance.finance.model_cases import Allocation, Proposal, Share
from insurance.finance.model_payments import PayoutMode
from insurance.finance.rules_overlap import Overlap
from insurance.finance.rules_payments import posting_day
from insurance.finance.rules_suggest import MOST_TOGETHER, proposals_by_line, suggest
from insurance.finance.views import MATCHED_BY_HAND, PayoutView, StatementView, statement_view

_ON_ITS_DAY = (TransferKind.POSTED, TransferKind.POST)


async def read_file(
    content: bytes, file_name: str, side: Side, account: str, overlap: Overlap | None = None, *, actor: Actor
) -> StatementView:  # fmt: skip
    """Read a bank's file (Excel, CSV, camt.053), all or nothing, store what is new and match what can be matched.

    The same file again stores nothing and says so (`repeated`); overlapping rows are stored once, `overlap` says whether those are that
    cannot be told apart. Raises Invalid with a fault per cell.
    """
    sha256 = hashlib.sha256(content).digest()
    if is_message(content):
        found = await asyncio.to_thread(read_message, content, side)
    else:
        table = await read_table_file(content)
        found = await asyncio.to_thread(read_statement, table.sheets, side, account)
    return await take_in(found, sha256, file_name, overlap, actor=actor)


async def take_in(found: Statement, sha256: bytes, file_name: str, overlap: Overlap | None = None, *, actor: Actor) -> StatementView:
    """Store what is new of a statement that was read, and match what can be matched; see `read_file`."""
    digest = keys().equality_digest(found.account)
    async with db.transaction(actor.scope):
        await bank.hold_account(digest)
        known = await bank.statement_of(sha256)
        if known is not None:
            return statement_view((await bank.statements(statement_id=known))[0], repeated=True)
        found, decided = await told_apart(found, digest, overlap)
        sought = await asyncio.to_thread(_sought, found.lines, closely=True, digest=lambda text: keys().equality_digest(text).hex())
        rows, (lines, staged) = await db.meanwhile(bank.payouts_concerned(sought.named, sought.accounts), lambda: _prepared(found, digest))
        statement_id, stand = await bank.stage_statement(
            found, sha256, file_name, digest, staged, read_by=actor.user_id, read_at=actor.at
        )  # fmt: skip
        await audit.record(actor, "statement.read", f"statement:{statement_id}", lines=len(found.lines), **_totals(found), **decided)
        if stand:
            said_more, _ = await bank.add_lines(statement_id, stand=True)
            await _match_open([line.key for line in lines], actor, said_more)
        else:
            await _match_new(statement_id, lines, sought.tokens, rows, actor)
        return statement_view((await bank.statements(statement_id=statement_id))[0])


def _prepared(found: Statement, account: bytes) -> tuple[list[BankLine], list[bank.Staged]]:
    """Lines of a file as they will be read again, accounts as digests, and as they are stored."""
    digest, own, replace = keys().equality_digest, account.hex(), msgspec.structs.replace
    others = [digest(line.counterparty_account) if line.counterparty_account else None for line in found.lines]
    lines = [
        replace(line, account=own, counterparty_account=other.hex() if other else "")
        for line, other in zip(found.lines, others, strict=True)
    ]
    return lines, bank.staged(found, account, others)


def _totals(found: Statement) -> dict[str, int]:
    return {"in_fen": found.in_fen, "out_fen": found.out_fen}


class _Sought(msgspec.Struct, frozen=True):
    """By what payouts are looked for that may concern lines; `tokens` by line."""

    tokens: dict[bytes, tuple[str, ...]]
    named: list[str]
    accounts: list[tuple[str, int]]


def _sought(lines: Sequence[BankLine], *, closely: bool, digest: Callable[[str], str] = str) -> _Sought:
    """`digest`: how an account as the lines have it becomes the digest it is looked for by; stored lines have that already."""
    tokens = {line.key: rules.find_tokens(line.narrative) for line in lines}
    named = [token for some in tokens.values() for token in some] + [line.end_to_end_id for line in lines if line.end_to_end_id]
    accounts = {
        (digest(account), line.amount_fen)
        for line in lines
        if not (closely and tokens[line.key]) and (account := line.counterparty_account if line.side is Side.PAYER else line.account)
    }
    return _Sought(tokens, named, sorted(accounts))


async def judged(
    lines: Sequence[BankLine], *, awaited: bool = False, closely: bool = False
) -> tuple[Matching, list[Payout], dict[int, Any]]:
    """Run the rules over lines and every payout that may concern them; answers those payouts and their rows by id too.

    `awaited`: also the payouts that are only awaited, for proposals. `closely`: of a line that names an order, that order alone.
    """
    sought = await asyncio.to_thread(_sought, lines, closely=closely)
    since = min((line.booked_on for line in lines), default=None) if awaited else None
    rows = await bank.payouts_concerned(sought.named, sought.accounts, since - bank.NEAR if since else None)
    undone = await bank.undone_pairs([line.key for line in lines])

    def judge() -> tuple[Matching, list[Payout]]:
        payouts = bank.as_payouts(rows)
        return rules.match_lines(lines, payouts, undone, sought.tokens), payouts

    return *await asyncio.to_thread(judge), {row["id"]: row for row in rows}


async def _match_new(statement_id: int, lines: list[BankLine], tokens: rules.Tokens, payouts: Sequence[Any], actor: Actor) -> int:
    """Store the staged lines, none of which stands yet, and every automatic match of them with the payouts (rows) that may concern them.

    They are judged while the database stores them. Answers how many orders were settled.
    """
    (_, new), matching = await db.meanwhile(
        bank.add_lines(statement_id, stand=False), lambda: rules.match_lines(lines, bank.as_payouts(payouts), tokens=tokens)
    )
    if await make_way(lines, matching, (), judged, actor=actor):
        return await _match_open([line.key for line in lines], actor)
    return await _store(matching, bank.Open(lines, new), {row["id"]: row["state"] for row in payouts}, actor)


async def _match_open(keys: Sequence[bytes] | None, actor: Actor, said_more: Sequence[int] = ()) -> int:
    """Store every automatic match of the lines still open, those with these keys or all; answers how many.

    A line of a rule's earlier match makes way for one that comes before it (`said_more`: lines of which another file tells more now).
    """
    waiting = await bank.open_lines(keys)
    matching, _, rows = await judged(waiting.lines, closely=True)
    if await make_way(waiting.lines, matching, said_more, judged, actor=actor):
        waiting = await bank.open_lines(keys)
        matching, _, rows = await judged(waiting.lines, closely=True)
    return await _store(matching, waiting, {payout_id: row["state"] for payout_id, row in rows.items()}, actor)


async def _store(matching: Matching, waiting: bank.Open, states: Mapping[int, str], actor: Actor) -> int:
    """Store the automatic matches among what was found, with the books and the trail; answers how many orders were settled."""
    lines = {line.key: line for line in waiting.lines}
    sure = [m for m in matching.matches if m.confidence is Confidence.AUTO]
    back = [m for m in sure if states[m.payout_id] == PayoutState.RETURNED]
    await match_returned(back, waiting.ids, {m.line_key: lines[m.line_key].booked_on for m in back}, actor=actor)
    sure = [m for m in sure if states[m.payout_id] == PayoutState.RELEASED]
    if not sure:
        return 0

    def trail(matches: Sequence[Match]) -> audit.Prepared:
        facts = [(f"payout:{m.payout_id}", {"amount_fen": lines[m.line_key].amount_fen, "rule": m.rule}) for m in matches]
        return audit.prepared(actor, "payout.settled", facts)

    await bank.stage_matches(sure, lines, waiting.ids)
    stored, told = await db.meanwhile(
        bank.settle(sure, made_by=actor.user_id, made_at=actor.at, today=actor.on), lambda: trail(sure)
    )  # fmt: skip
    await audit.write(told if len(stored) == len(sure) else trail(stored))
    return len(stored)


async def match_waiting(*, actor: Actor) -> int:
    """Match lines of all statements that still wait (orders released after the file came in); answers how many."""
    async with db.transaction(actor.scope):
        return await _match_open(None, actor)


def proposed(lines: Sequence[BankLine], matching: Matching, payouts: Sequence[Any]) -> dict[bytes, Proposal]:
    """What a person may confirm of each line: what a rule has found and nobody stored yet, then M4 to M7."""
    amounts = {line.key: line.amount_fen for line in lines}
    asked = {
        one.line_key: Proposal(one.rule, one.reason, (Allocation(one.line_key, one.payout_id, amounts[one.line_key]),))
        for one in matching.matches
    }
    spoken_for = {one.payout_id for proposal in asked.values() for one in proposal.allocations}
    open_kinds = {finding.line_key for finding in matching.findings if finding.kind.value in ("UNKNOWN", "AMOUNT")}
    left = [line for line in lines if line.key in open_kinds]
    found = suggest(left, [one for one in payouts if one.id not in spoken_for], known_fees())
    return asked | dict(proposals_by_line(found))


# -- by a person -----------------------------------------------------------------------------------------------------------


async def match(statement_id: int, line_id: int, payout_id: int, *, actor: Actor) -> int:
    """A person confirms which payout a line pays, the amount being just what it awaits. Answers the line's id."""
    async with db.transaction(actor.scope):
        rows = {r["id"]: r for r in await bank.statement_lines(statement_id)}
        if line_id not in rows:
            raise NotFound(t("没有这笔流水"))
        line = bank.as_line(rows[line_id])
        matching, *_ = await judged([line])
        seen = next((m for m in matching.matches if m.payout_id == payout_id), None)
        await bank.lock_lines([line_id])  # lines before orders, as everywhere
        awaited = (await bank.lock_payouts([payout_id])).get(payout_id)
        if awaited is not None and awaited["amount_fen"] - awaited["covered_fen"] not in (0, line.amount_fen):
            raise Invalid.field("payout_id", t("金额不同，不能匹配"))
        share = Share(line_id=line_id, payout_id=payout_id, amount_fen=line.amount_fen)
        rule, reason = (seen.rule, seen.reason) if seen else (Rule.HAND, MATCHED_BY_HAND)
        await confirm((share,), rule, reason, actor=actor)
        return line_id


async def match_proposed(statement_id: int, line_id: int, rule: str, *, actor: Actor) -> int:
    """A person confirms what the rules propose for a line. Refused when they no longer propose it. Answers the line's id."""
    async with db.transaction(actor.scope):
        rows = bank.waiting(await bank.statement_lines(statement_id))
        key = next((r["line_key"] for r in rows if r["id"] == line_id), None)
        if key is None:
            raise NotFound(t("没有这笔流水"))
        rows = [row for row in await bank.rows_near(rows) if row["waits"]]
        ids = {r["line_key"]: r["id"] for r in rows}
        lines = bank.as_lines(rows)
        matching, payouts, _ = await judged(lines, awaited=True)
        proposal = proposed(lines, matching, payouts).get(key)
        if proposal is None or proposal.rule != rule:
            raise Refused(t("这项建议已经变化，请刷新后再确认"))
        shares = [
            Share(line_id=ids[one.line_key], payout_id=one.payout_id, amount_fen=one.amount_fen, fee_fen=one.fee_fen)
            for one in proposal.allocations
        ]
        await confirm(shares, proposal.rule, proposal.reason, actor=actor)
        return line_id


async def confirm(shares: Sequence[Share], rule: Rule, reason: Text, *, actor: Actor) -> None:
    """Give lines away to orders, each line whole, no order more than it awaits; the books and the orders follow.

    Raises Invalid by field, Refused where a line or order is no longer free (the database decides).
    """
    if not 0 < len(shares) <= MOST_TOGETHER:
        raise Invalid.field("shares", t("一次确认 1 至 {most} 项", most=MOST_TOGETHER))
    async with db.transaction(actor.scope):
        lines = await bank.lock_lines([share.line_id for share in shares])
        payouts = await bank.lock_payouts([share.payout_id for share in shares])
        own = await bank.programme_accounts()
        _check(shares, lines, payouts, own)
        given: Counter[int] = Counter()
        for share in shares:
            given[share.payout_id] += share.amount_fen
        await bank.arrived(_standing(payouts, given, lines, shares))
        await store.post(_booked(shares, lines, payouts, await bank.closed_months(), actor.on), made_by=actor.user_id)
        await _book_fees(shares, lines, payouts, own, actor)
        refusals = {"bank_match_once": t("这笔流水已经匹配"), "bank_match_whole_payout": t("付款指令收到的超过其金额")}
        with db.refusing(refusals):
            await bank.add_shares(shares, rule.value, reason, made_by=actor.user_id, made_at=actor.at)
        facts = [(f"payout:{share.payout_id}", {"amount_fen": share.amount_fen, "rule": rule.value}) for share in shares]
        await audit.record_many(actor, "payout.settled", facts)


def _check(shares: Sequence[Share], lines: dict[int, Any], payouts: dict[int, Any], own: set[bytes]) -> None:
    given: Counter[int] = Counter()
    got: Counter[int] = Counter()
    for place, share in enumerate(shares):
        line, payout = lines.get(share.line_id), payouts.get(share.payout_id)
        if line is None or payout is None:
            field = "line_id" if line is None else "payout_id"
            raise Invalid.field(_named(field, place, shares), t("没有这笔流水") if line is None else t("没有这笔付款指令"))
        if line["matched"] or line["resolved"]:
            raise Refused(t("这笔流水已经匹配"))
        lifecycle.after(PayoutVerb.SETTLE, PayoutState(payout["state"]))
        if line["direction"] != (Direction.OUT if line["side"] == Side.PAYER else Direction.IN):
            raise Invalid.field(_named("line_id", place, shares), t("收付方向不符，不能匹配"))
        if payout["mode"] == PayoutMode.AGENT and line["side"] == Side.PAYER and line["account_digest"] not in own:
            raise Invalid.field(_named("payout_id", place, shares), t("不是从项目专户付出的，不能匹配代付的指令"))
        if share.fee_fen and abs(share.fee_fen) not in known_fees():
            raise Invalid.field(_named("fee_fen", place, shares), t("差额不是已知的手续费标准"))
        if share.surplus_fen and payout["covered_fen"] + share.amount_fen != payout["amount_fen"]:
            raise Invalid.field(_named("surplus_fen", place, shares), t("付清指令以后才有多付"))
        given[share.line_id] += share.amount_fen + share.fee_fen + share.surplus_fen
        got[share.payout_id] += share.amount_fen
    if any(given[line_id] != line["amount_fen"] for line_id, line in lines.items()):
        raise Invalid.field("amount_fen", t("每笔流水须全部分清，不能有余"))
    if any(payouts[i]["covered_fen"] + fen > payouts[i]["amount_fen"] for i, fen in got.items()):
        raise Invalid.field("payout_id", t("金额超过付款指令尚未到账的部分，不能匹配"))


def _named(field: str, place: int, shares: Sequence[Share]) -> str:
    return field if len(shares) == 1 else f"shares[{place}].{field}"


def _booked(
    shares: Sequence[Share], lines: dict[int, Any], payouts: dict[int, Any], closed: set[date], today: date
) -> list[store.Entry]:  # fmt: skip
    """What the books say of the shares: each posted on the day of its line, see `posting_day`."""
    entries = []
    for payout_id, payout in payouts.items():
        mine = [share for share in shares if share.payout_id == payout_id]
        mode = PayoutMode(payout["mode"])
        days = [posting_day(lines[share.line_id]["booked_on"], mode, closed, today) for share in mine]
        left = payout["amount_fen"] - payout["covered_fen"]
        moved = rules.part_booked(left, [share.amount_fen for share in mine], mode)
        posted = iter(days)
        entries += [store.entry_of(payout, one, next(posted) if one.kind in _ON_ITS_DAY else max(days)) for one in moved]
    return entries


def _standing(
    payouts: dict[int, Any], given: Counter[int], lines: dict[int, Any], shares: Sequence[Share]
) -> dict[int, tuple[PayoutState, date | None]]:
    """Orders become PARTIAL or SETTLED, the latter on the day of their last line."""
    states: dict[int, tuple[PayoutState, date | None]] = {}
    for payout_id, fen in given.items():
        payout = payouts[payout_id]
        whole = payout["covered_fen"] + fen == payout["amount_fen"]
        lifecycle.after(PayoutVerb.SETTLE if whole else PayoutVerb.SETTLE_PART, PayoutState(payout["state"]))
        days = [lines[share.line_id]["booked_on"] for share in shares if share.payout_id == payout_id]
        days += [payout["last_on"]] if payout["last_on"] else []
        states[payout_id] = (PayoutState.SETTLED, max(days)) if whole else (PayoutState.PARTIAL, None)
    return states


async def _book_fees(
    shares: Sequence[Share], lines: dict[int, Any], payouts: dict[int, Any], own: set[bytes], actor: Actor
) -> None:  # fmt: skip
    """Of the programme's account: a fee on top is its own cost (5001), what is over is owed back (1221); neither is part of the claim."""
    entries = [
        store.Entry(one, f"line:{share.line_id}", payouts[share.payout_id]["region_path"], None, lines[share.line_id]["booked_on"])
        for share in shares
        if lines[share.line_id]["account_digest"] in own
        for one in [*rules.postings(Event.BANK_FEE, max(0, share.fee_fen)), *rules.postings(Event.RECOVERY_DUE, share.surplus_fen)]
    ]
    await store.post(entries, made_by=actor.user_id)


async def open_day(booked_on: date, actor: Actor) -> date:
    """The day on which what was booked on a day is reversed: the same, so that the month shows neither; today once that month is closed."""
    return actor.on if booked_on.replace(day=1) in await bank.closed_months() else booked_on


async def undo(match_id: int, reason: str, *, actor: Actor) -> list[PayoutView]:
    """Take a match apart, with all that was confirmed together: the lines are open again, the orders awaited, the books reversed."""
    async with db.transaction(actor.scope):
        rows = await bank.lock_match(match_id)
        if not rows:
            raise NotFound(t("没有这条匹配，或已经撤销"))
        payouts = await bank.lock_payouts([row["payout_id"] for row in rows])
        taken: Counter[int] = Counter()
        for row in rows:
            taken[row["payout_id"]] += row["share_fen"]
        days = {row["id"]: await open_day(row["booked_on"], actor) for row in rows}
        entries = []
        for payout_id, payout in payouts.items():
            mine = [row for row in rows if row["payout_id"] == payout_id]
            left = payout["amount_fen"] - payout["covered_fen"]
            moved = rules.part_undone(left, [row["share_fen"] for row in mine], PayoutMode(payout["mode"]))
            on = [days[row["id"]] for row in mine]
            entries += [store.entry_of(payout, one, day) for one, day in zip(moved, [*on, *[max(on)] * len(moved)], strict=False)]
        await bank.undo_matches([row["id"] for row in rows], undone_by=actor.user_id, undone_at=actor.at, reason=reason)
        states: dict[int, tuple[PayoutState, Any]] = {}
        for payout_id, fen in taken.items():
            rest = payouts[payout_id]["covered_fen"] - fen
            verb = PayoutVerb.UNDO_PART if rest > 0 else PayoutVerb.UNDO
            states[payout_id] = (lifecycle.after(verb, PayoutState(payouts[payout_id]["state"])), None)
        await bank.arrived(states)
        await store.post(entries, made_by=actor.user_id)
        for row in {row["line_id"]: row for row in rows}.values():
            await store.reverse_subjects([f"line:{row['line_id']}"], booked_on=days[row["id"]], made_by=actor.user_id)
        await audit.record_many(
            actor,
            "payout.match-undone",
            [(f"payout:{row['payout_id']}", {"match": row["id"], "amount_fen": row["share_fen"]}) for row in rows],
        )
        return [await actions.payout(payout_id, actor=actor) for payout_id in taken]
