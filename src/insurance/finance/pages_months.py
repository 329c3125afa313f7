"""The page of the month's end: what is in the way, the reconciliation statement to print and to take along, closing and reopening."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.access.model import Actor
from insurance.access.query import day_of
from insurance.access.uploads import handed_out
from insurance.base.calendar import add_months
from insurance.base.errors import InsuranceError, Invalid, Refused
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import Text, render, t
from insurance.finance import actions_months as actions
from insurance.finance.model_months import Closing, Item, MonthView, Reconciliation, Reopening
from insurance.web.forms import read
from insurance.web.view import Note

_LISTED = 18  # months one can go to


class _Seen(msgspec.Struct, frozen=True):
    """A month as the page shows it: its statement, frozen if it is closed, and what is in the way of closing it."""

    month: dt.date
    statement: Reconciliation | None
    closings: list[MonthView]
    closed: MonthView | None
    checks: list[actions.Check]
    notes: tuple[Note, ...]


async def _seen(request: Req, asked: str) -> _Seen:
    """`asked`: the month's first day, or the month alone ("2019-08")."""
    actor = request.user
    closings = await actions.closings(actor=actor)
    found: Reconciliation | None = None
    checks: list[actions.Check] = []
    notes: tuple[Note, ...] = ()
    month = _usual(closings, actor.on)
    try:
        month = day_of(f"{asked}-01" if len(asked) == len("2019-08") else asked or None, "month") or month
        found = await actions.reconciliation(month, actor=actor)
        checks = await actions.in_the_way(found, actor=actor)
    except (Invalid, Refused) as fault:
        notes = (Note(fault.faults[0].text if fault.faults else fault.text, "due"),)
    closed = next((one for one in closings if one.month == month and one.reopened_at is None), None)
    if closed is not None:
        found = msgspec.convert(closed.facts, Reconciliation)
    return _Seen(month, found, closings, closed, checks, notes)


def _usual(closings: list[MonthView], on: dt.date) -> dt.date:
    """The month after the last closed one: the next to close; without any, this month."""
    standing = [one.month for one in closings if one.reopened_at is None]
    return min(add_months(max(standing), 1), on.replace(day=1)) if standing else on.replace(day=1)


def _months(on: dt.date, closings: list[MonthView], month: dt.date) -> list[tuple[str, str, bool]]:
    """Months to choose from, the newest first, each with whether it is closed."""
    closed = {one.month for one in closings if one.reopened_at is None}
    listed = {add_months(on.replace(day=1), -back) for back in range(_LISTED)} | closed | {month}
    return [(one.isoformat(), f"{one:%Y-%m}", one in closed) for one in sorted(listed, reverse=True)]


async def _page(request: Req, asked: str, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    seen, actor = await _seen(request, asked), request.user
    return show(
        request,
        "finance/months.html",
        status=status,
        notes=(*notes, *seen.notes),
        statement=seen.statement,
        month=seen.month,
        months=_months(actor.on, seen.closings, seen.month),
        closings=seen.closings,
        closed=seen.closed,
        checks=[] if seen.closed else seen.checks,
        may_close=seen.closed is None and bool(seen.checks) and all(check.passed for check in seen.checks),
        export_href=f"/months/export?month={seen.month}",
    )


@get("/months", guards=[needs("ledger.read")])
async def months_page(request: Req) -> Response[str]:
    """The statement of a month, and what was closed."""
    return await _page(request, request.query_params.get("month", ""))


_COLUMNS = (Column(t("项目"), width=40), Column(t("日期"), Shape.DATE, 12), Column(t("金额（元）"), Shape.MONEY, 18))
_LINES: tuple[tuple[str, Text], ...] = (
    ("bank_in", t("加：银行已收未记账")), ("bank_out", t("减：银行已付未记账")), ("booked_in", t("加：已记账银行未收")),
    ("booked_out", t("减：已记账银行未付")),
)  # fmt: skip


def _workbook(found: Reconciliation, actor: Actor) -> bytes:
    """The statement line by line, as it is printed."""
    say = actor.language

    def row(word: Text, fen: int | None) -> list[Any]:
        return [render(word, say), None, fen]

    def items(name: str, word: Text) -> list[list[Any]]:
        entries: tuple[Item, ...] = getattr(found, name)
        return [[f"{render(word, say)} {one.text}", one.on, one.amount_fen] for one in entries]

    lines = dict(_LINES)
    rows = [
        [found.account, found.as_of, None],
        row(t("账面余额"), found.book_fen), *items("bank_in", lines["bank_in"]), *items("bank_out", lines["bank_out"]),
        row(t("调节后余额"), found.book_adjusted_fen), row(t("银行余额"), found.bank_fen), *items("booked_in", lines["booked_in"]),
        *items("booked_out", lines["booked_out"]), row(t("调节后余额"), found.bank_adjusted_fen), row(t("差额"), found.difference_fen),
    ]  # fmt: skip
    return write_workbook(_COLUMNS, rows, title=t("余额调节表"), language=say)


@get("/months/export", guards=[needs("ledger.read")])
async def months_export(request: Req) -> Response[bytes]:
    """The statement of the month as a workbook."""
    seen = await _seen(request, request.query_params.get("month", ""))
    if seen.statement is None:
        raise Refused(t("还没有专户，请先登记并核定代付账户"))
    content = await asyncio.to_thread(_workbook, seen.statement, request.user)
    name = render(t("余额调节表_{month}", month=f"{seen.month:%Y-%m}"), request.user.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


async def _done(request: Req, act: Callable[[dict[str, list[str]]], Awaitable[str]]) -> Response[str]:
    body = await typed(request)

    async def run() -> str:
        try:
            return await act(body)
        except InsuranceError as refused:
            refused.extra["unstored"] = True
            raise

    try:
        return await submit(request, run)
    except (Invalid, Refused) as fault:
        asked = body.get("month", [""])[0]
        return await _page(request, asked, status=fault.status, notes=(Note(fault.faults[0].text if fault.faults else fault.text, "bad"),))


@post("/months", guards=[needs("month.close")], status_code=303)
async def close(request: Req) -> Response[str]:
    """Close the month."""

    async def act(body: dict[str, list[str]]) -> str:
        given = read(body, Closing)
        await actions.close(given, actor=request.user)
        return f"/months?month={given.month}"

    return await _done(request, act)


@post("/months/{month_id:int}/reopening", guards=[needs("month.close")], status_code=303)
async def reopen(request: Req, month_id: Id) -> Response[str]:
    """Open it again."""

    async def act(body: dict[str, list[str]]) -> str:
        opened = await actions.reopen(month_id, read(body, Reopening, ignore=("month",)), actor=request.user)
        return f"/months?month={opened.month}"

    return await _done(request, act)


HANDLERS = [months_page, months_export, close, reopen]
