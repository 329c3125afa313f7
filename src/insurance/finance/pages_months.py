"""The page of the month's end: the reconciliation statement to print, the closing and the reopening."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.access.query import day_of
from insurance.base.errors import InsuranceError, Invalid, Refused
from insurance.finance import actions_months as actions
from insurance.finance.model_months import Closing, Reconciliation, Reopening
from insurance.web.forms import read
from insurance.web.view import Note


async def _page(request: Req, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    actor = request.user
    this = actor.on.replace(day=1)
    found: Reconciliation | None = None
    try:
        month = day_of(request.query_params.get("month"), "month") or this
        found = await actions.reconciliation(month, actor=actor)
    except (Invalid, Refused) as fault:
        notes = (*notes, Note(fault.faults[0].text if fault.faults else fault.text, "due"))
        month = this
    closings = await actions.closings(actor=actor)
    return show(
        request,
        "finance/months.html",
        status=status,
        notes=notes,
        statement=found,
        month=month,
        closings=closings,
        closed=next((one for one in closings if one.month == month and one.reopened_at is None), None),
        may_close=found is not None and actions.last_day(month) < actor.on,
    )


@get("/months", guards=[needs("ledger.read")])
async def months_page(request: Req) -> Response[str]:
    """The statement of a month, and what was closed."""
    return await _page(request)


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
        return await _page(request, status=fault.status, notes=(Note(fault.faults[0].text if fault.faults else fault.text, "bad"),))


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
        opened = await actions.reopen(month_id, read(body, Reopening), actor=request.user)
        return f"/months?month={opened.month}"

    return await _done(request, act)


HANDLERS = [months_page, close, reopen]
