"""JSON: the reconciliation statement of a month, its closing and reopening."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import day_of
from insurance.finance import actions_months as actions
from insurance.finance.model_months import Closing, MonthView, Reconciliation, Reopening

JSON = "application/json"


class Months(msgspec.Struct):
    """Closed months, the newest first."""

    items: list[MonthView]
    next_cursor: str | None = None


@get(
    "/reconciliation",
    guards=[needs("ledger.read")],
    opt={"answers": Reconciliation, "query": {"month": "its first day, usually this month"}},
)
async def reconciliation(request: Req) -> Response[bytes]:
    """余额调节表 of the programme's account: book and bank, what each does not know, and the difference."""
    month = day_of(request.query_params.get("month"), "month") or request.user.on.replace(day=1)
    told: dict[str, Any] = actions.told(await actions.reconciliation(month, actor=request.user))
    return Response(msgspec.json.encode(told), media_type=JSON)


@get("/months", guards=[needs("ledger.read")], opt={"answers": Months})
async def list_months(request: Req) -> Response[bytes]:
    """Closed months with the statements they were closed by."""
    return Response(msgspec.json.encode(Months(await actions.closings(actor=request.user))), media_type=JSON)


@post("/months", guards=[needs("month.close")], status_code=201, opt=takes(Closing, {"month": "2019-07-01"}, MonthView))
async def close_month(request: Req) -> Response[bytes]:
    """Close a month: nothing is booked in it any more."""
    given = await read_json(request, Closing)
    return await once(request, lambda: actions.close(given, actor=request.user), status=201, location=lambda _: "/api/v1/months")


@post(
    "/months/{month_id:int}/reopening", guards=[needs("month.close")], status_code=200,
    opt=takes(Reopening, {"version": 1, "reason": "补录一笔手续费"}, MonthView),
)  # fmt: skip
async def reopen_month(request: Req, month_id: Id) -> Response[bytes]:
    """Open a closed month again: another person, with a reason."""
    given = await read_json(request, Reopening)
    return await once(request, lambda: actions.reopen(month_id, given, actor=request.user))


handlers = [reconciliation, list_months, close_month, reopen_month]
