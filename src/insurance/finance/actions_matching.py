"""Bank statements in, and which payout each line pays: by rule with its reason, or by a person, and undone again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from insurance.access import audit
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.spreadsheet import read_table_file
from insurance.base.text import render, t
from insurance.finance import actions, lifecycle, rules, store
from insurance.finance.bank import read_statement
from insurance.finance.model import (
    BankLine,
    Confidence,
    Direction,
    Match,
    Matching,
    PayoutState,
    PayoutVerb,
    Rule,
    Side,
    Statement,
)
from insurance.finance.model_payments import PayoutMode
from insurance.finance.views import MATCHED_BY_HAND, Candidate, LineView, PayoutView, StatementView, statement_view

MATCHED, SUGGESTED = "MATCHED", "SUGGESTED"
_SHOWN = ("id", "booked_on", "direction", "amount_fen", "balance_fen", "counterparty_name", "narrative", "reference")


async def read_file(content: bytes, file_name: str, side: Side, account: str, *, actor: Actor) -> StatementView:
    """Read a bank's file, all or nothing, store what is new and match what can be matched.

    The same file again stores nothing and says so (`repeated`); overlapping rows are stored once. Raises Invalid with a
    fault per cell.
    """
    sha256 = hashlib.sha256(content).digest()
    table = await read_table_file(content)
    found = await asyncio.to_thread(read_statement, table.sheets, side, account)
    digest = keys().equality_digest(found.account)
    digests = [keys().equality_digest(line.counterparty_account) if line.counterparty_account else None for line in found.lines]
    async with db.transaction(actor.scope):
        known = await store.statement_of(sha256)
        if known is not None:
            return statement_view((await store.statements(statement_id=known))[0], repeated=True)
        with db.refusing({"bank_statement_content_sha256_key": t("同一份对账单正在由他人导入")}):
            statement_id = await store.add_statement(
                found, sha256, file_name, digest, digests, read_by=actor.user_id, read_at=actor.at
            )  # fmt: skip
        await audit.record(actor, "statement.read", f"statement:{statement_id}", lines=len(found.lines), **_totals(found))
        await _match_open(statement_id, actor)
        return statement_view((await store.statements(statement_id=statement_id))[0])


def _totals(found: Statement) -> dict[str, int]:
    return {"in_fen": found.in_fen, "out_fen": found.out_fen}


async def _judge(lines: Sequence[BankLine]) -> tuple[Matching, dict[int, Any]]:
    """Run the rules over lines and every payout that may concern them; answers those payouts' rows by id too."""
    tokens = [token for line in lines for token in rules.find_tokens(line.narrative)]
    accounts = {
        (bytes.fromhex(account), line.amount_fen)
        for line in lines
        if (account := line.counterparty_account if line.side is Side.PAYER else line.account)
    }
    payouts_found, rows = await store.payouts_concerned(tokens, sorted(accounts))
    undone = await store.undone_pairs([line.key for line in lines])
    return await asyncio.to_thread(rules.match_lines, lines, payouts_found, undone), rows


async def _match_open(statement_id: int | None, actor: Actor) -> list[Any]:
    """Store every automatic match of the lines still open; answers the settled payouts' rows."""
    waiting = await store.open_lines(statement_id)
    matching, _ = await _judge(waiting.lines)
    sure = [m for m in matching.matches if m.confidence is Confidence.AUTO]
    if not sure:
        return []
    days = {line.key: line.booked_on for line in waiting.lines}
    settled = await store.settle(sure, waiting.ids, days, made_by=actor.user_id, made_at=actor.at)
    by_payout = {m.payout_id: m.rule.value for m in sure}
    await audit.record_many(
        actor, "payout.settled", [(f"payout:{r['id']}", {"amount_fen": r["amount_fen"], "rule": by_payout[r["id"]]}) for r in settled]
    )
    return settled


async def match_waiting(*, actor: Actor) -> int:
    """Match lines of all statements that still wait (orders released after the file came in); answers how many."""
    async with db.transaction(actor.scope):
        return len(await _match_open(None, actor))


async def match(statement_id: int, line_id: int, payout_id: int, *, actor: Actor) -> LineView:
    """A person confirms which payout a line pays. The amount must be equal and the direction right; the payout released."""
    async with db.transaction(actor.scope):
        found = await store.line(line_id)
        if found is None or line_id not in {r["id"] for r in await store.statement_lines(statement_id)}:
            raise NotFound(t("没有这笔流水"))
        bank_line, ids = found
        row = await store.lock_payout(payout_id)
        if row is None:
            raise Invalid.field("payout_id", t("没有这笔付款指令"))
        lifecycle.after(PayoutVerb.SETTLE, PayoutState(row["state"]))
        if row["amount_fen"] != bank_line.amount_fen:
            raise Invalid.field("payout_id", t("金额不同，不能匹配"))
        if _paying(bank_line) is not bank_line.direction:
            raise Invalid.field("line_id", t("收付方向不符，不能匹配"))
        matching, _ = await _judge([bank_line])
        seen = next((m for m in matching.matches if m.payout_id == payout_id), None)
        chosen = Match(
            bank_line.key, payout_id, seen.rule if seen else Rule.HAND, Confidence.CONFIRMED, seen.reason if seen else MATCHED_BY_HAND
        )
        with db.refusing({"bank_match_line": t("这笔流水已经匹配"), "bank_match_payout": t("这笔付款指令已经匹配")}):
            settled = await store.settle(
                [chosen], ids, {bank_line.key: bank_line.booked_on}, made_by=actor.user_id, made_at=actor.at
            )  # fmt: skip
        if not settled:
            raise Refused(t("这笔付款指令已经匹配"))
        await audit.record(actor, "payout.settled", f"payout:{payout_id}", amount_fen=row["amount_fen"], rule=chosen.rule.value)
        return next(view for view in await _lines(statement_id, actor) if view.id == line_id)


def _paying(line: BankLine) -> Direction:
    return Direction.OUT if line.side is Side.PAYER else Direction.IN


async def undo(match_id: int, reason: str, *, actor: Actor) -> PayoutView:
    """Take a match apart: the line is open again, the payout released again, the books reversed."""
    async with db.transaction(actor.scope):
        row = await store.lock_match(match_id)
        if row is None or row["undone_at"] is not None:
            raise NotFound(t("没有这条匹配，或已经撤销"))
        target = lifecycle.after(PayoutVerb.UNDO, PayoutState(row["state"]))
        await store.undo_match(match_id, undone_by=actor.user_id, undone_at=actor.at, reason=reason)
        await store.move_payout(row["payout_id"], target, settled_on=None)
        await actions.book(
            PayoutVerb.UNDO,
            PayoutState(row["state"]),
            row["payout_id"],
            row["amount_fen"],
            row["region_path"],
            row["insurer_id"],
            actor,
            mode=PayoutMode(row["mode"]),
        )
        await audit.record(actor, "payout.match-undone", f"payout:{row['payout_id']}", match=match_id)
        return await actions.payout(row["payout_id"], actor=actor)


async def statements(*, actor: Actor, before: int | None = None, limit: int = 50) -> list[StatementView]:
    """Statements, newest first."""
    async with db.transaction(actor.scope):
        return [statement_view(r) for r in await store.statements(before=before, limit=limit)]


async def statement(statement_id: int, *, actor: Actor) -> tuple[StatementView, list[LineView]]:
    """One statement with its lines, each in exactly one bucket."""
    async with db.transaction(actor.scope):
        rows = await store.statements(statement_id=statement_id)
        if not rows:
            raise NotFound(t("没有这份对账单"))
        return statement_view(rows[0]), await _lines(statement_id, actor)


async def _lines(statement_id: int, actor: Actor) -> list[LineView]:
    rows = await store.statement_lines(statement_id)
    matching, named = await _judge(store.as_lines([r for r in rows if r["match_id"] is None]))
    suggested = {m.line_key: m for m in matching.matches}
    findings = {f.line_key: f for f in matching.findings}
    views = []
    for row in rows:
        common = {name: row[name] for name in _SHOWN}
        common["counterparty_account"] = "****" + row["counterparty_tail"] if row["counterparty_tail"] else ""
        if row["match_id"] is not None:
            found = {name: row[name] for name in ("match_id", "payout_id", "payout_number", "rule")}
            views.append(LineView(**common, **found, bucket=MATCHED, reason=render(store.unpacked(row["reason"]), actor.language)))
        elif (key := row["line_key"]) in suggested:
            match = suggested[key]
            views.append(
                LineView(
                    **common, bucket=SUGGESTED, rule=match.rule.value, reason=render(match.reason, actor.language),
                    candidates=_candidates([match.payout_id], named, match.rule.value),
                )
            )  # fmt: skip
        else:
            finding = findings[key]
            views.append(
                LineView(
                    **common, bucket=finding.kind.value, reason=render(finding.reason, actor.language),
                    candidates=_candidates(finding.payout_ids, named, ""),
                )
            )  # fmt: skip
    return views


def _candidates(ids: Sequence[int], named: dict[int, Any], rule: str) -> list[Candidate]:
    return [
        Candidate(i, named[i]["number"], named[i]["token"], named[i]["payee_name"], named[i]["amount_fen"], rule) for i in ids if i in named
    ]
