"""The page of one statement: what is matched and why, what waits with one step each, and how far the books are from the bank."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.access.uploads import handed_out
from insurance.base.errors import NotFound
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import render, t
from insurance.finance import actions_cases, actions_months
from insurance.finance.actions_cases import MATCHED, SUGGESTED
from insurance.finance.pages_lines import BUCKETS, groups, pile, shown, signed_fen, ticks
from insurance.finance.views import LineView, StatementView
from insurance.web.view import Note

_VIEWS = ("open", "matched", "all")


class Standing(msgspec.Struct, frozen=True):
    """How far the books are from the bank at the end of the statement's month; `left`: lines of the account that are not booked."""

    month: date
    as_of: date
    book_fen: int
    bank_fen: int | None
    difference_fen: int | None
    left: int
    closed: bool


async def _standing(statement: StatementView, actor: Actor) -> Standing | None:
    """Of the programme's own account, which alone has books here."""
    if not statement.programme or statement.until_on is None or not may(actor.role, "ledger.read"):
        return None
    month = min(statement.until_on, actor.on).replace(day=1)
    found = await actions_months.reconciliation(month, actor=actor)
    closed = any(one.month == month and one.reopened_at is None for one in await actions_months.closings(actor=actor))
    off = None if found.bank_fen is None else found.bank_fen - found.book_fen
    return Standing(month, found.as_of, found.book_fen, found.bank_fen, off, len(found.bank_in) + len(found.bank_out), closed)


def _next(standing: Standing | None) -> tuple[str, str, Any]:
    """Where to go on to when nothing of this statement waits: address, icon, word."""
    if standing is None:
        return "/statements", "arrow-left-right", t("回到银行对账")
    if standing.left:
        return "/exceptions", "triangle-alert", t("专户还有 {n} 笔待处理", n=standing.left)
    return f"/months?month={standing.month}", "scale", t("{month} 余额调节表", month=f"{standing.month:%Y-%m}")


async def statement_answer(request: Req, statement_id: int, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    """The page, also after a refusal, with what it said."""
    actor = request.user
    head, lines = await actions_cases.statement(statement_id, actor=actor)
    view = request.query_params.get("view", "open" if head.open else "all")
    if view not in _VIEWS:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    counts = Counter(pile(line) for line in lines)
    tabs = [
        {"word": render(word, actor.language), "href": f"/statements/{statement_id}?view={name}", "n": n, "here": view == name}
        for name, word, n in (
            ("open", t("要处理"), counts[SUGGESTED] + counts["OTHER"]),
            ("matched", t("已匹配和已处理"), counts[MATCHED]),
            ("all", t("全部"), len(lines)),
        )
    ]
    waiting = [line for line in lines if pile(line) != MATCHED]
    boxes = ticks(waiting, head.side) if may(actor.role, "statement.write") else {}
    standing = await _standing(head, actor)
    left_fen = sum(signed_fen(line) for line in waiting) if standing is None else standing.difference_fen
    onward = _next(standing)
    return show(
        request,
        "finance/statement.html",
        status=status,
        notes=(*notes, *_told(request, onward, len(waiting))),
        statement=head,
        view_name=view,
        groups=groups(waiting, boxes) if view != "matched" else [],
        settled=[line for line in lines if pile(line) == MATCHED] if view != "open" else [],
        boxes=boxes,
        counts={name: counts[name] for name in (MATCHED, SUGGESTED, "OTHER")},
        tabs=tabs,
        standing=standing,
        left_fen=left_fen,
        onward=onward,
        here=f"/statements/{statement_id}",
        **shown(request),
    )


def _told(request: Req, onward: tuple[str, str, Any], waiting: int) -> tuple[Note, ...]:
    """After an act: how many lines it was, and where to go on to once none waits."""
    done = request.query_params.get("done", "")
    if not (done.isascii() and done.isdigit() and len(done) < 4):
        return ()
    if waiting:
        return (Note(t("已处理 {n} 笔，还有 {left} 笔。", n=int(done), left=waiting)),)
    return (Note(t("已处理 {n} 笔，这份对账单全部处理完毕。", n=int(done)), href=onward[0], link=onward[2]),)


@get("/statements/{statement_id:int}", guards=[needs("statement.read")])
async def statement_page(request: Req, statement_id: Id) -> Response[str]:
    """One statement, what waits first."""
    return await statement_answer(request, statement_id)


LINE_COLUMNS = (
    Column(t("入账日"), Shape.DATE, 12), Column(t("收（元）"), Shape.MONEY), Column(t("支（元）"), Shape.MONEY),
    Column(t("余额（元）"), Shape.MONEY), Column(t("对方户名"), width=28), Column(t("对方账号"), width=14),
    Column(t("附言"), width=36), Column(t("流水号"), width=20),
    Column(t("流水情况"), width=12), Column(t("付款指令"), width=24), Column(t("依据"), width=48), Column(t("下一步"), width=36),
)  # fmt: skip


def line_cells(line: LineView, language: str) -> list[Any]:
    """One line as a row of `LINE_COLUMNS`."""
    into = line.direction == "IN"
    orders = [one.number for one in line.pays] or [one.number for one in line.candidates]
    return [
        line.booked_on, line.amount_fen if into else None, None if into else line.amount_fen, line.balance_fen, line.counterparty_name,
        line.counterparty_account, line.narrative, line.reference, render(BUCKETS[line.bucket][0], language), " ".join(orders),
        line.reason, line.next_step,
    ]  # fmt: skip


def lines_workbook(lines: Sequence[LineView], title: Any, language: str) -> bytes:
    """The lines with their sums."""
    into, out = (sum(line.amount_fen for line in lines if line.direction == side) for side in ("IN", "OUT"))
    foot = [None, into, out, None, render(t("合计 {n} 笔", n=len(lines)), language), *[None] * 7]
    return write_workbook(LINE_COLUMNS, [*(line_cells(line, language) for line in lines), foot], title=title, language=language)


@get("/statements/{statement_id:int}/export", guards=[needs("statement.read")])
async def statement_export(request: Req, statement_id: Id) -> Response[bytes]:
    """The lines of the view as a workbook."""
    head, lines = await actions_cases.statement(statement_id, actor=request.user)
    view = request.query_params.get("view", "all")
    if view not in _VIEWS:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    seen = [line for line in lines if view == "all" or (pile(line) == MATCHED) == (view == "matched")]
    content = await asyncio.to_thread(lines_workbook, seen, t("对账单流水"), request.user.language)
    return handed_out(content, f"{head.file_name.rsplit('.', 1)[0]}_{request.user.on.isoformat()}.xlsx", Media.XLSX)


HANDLERS = [statement_page, statement_export]
