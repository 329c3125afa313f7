"""JSON: every bank line that waits for a person with its next step and age, money in suspense, and taking back what was done."""

from __future__ import annotations

import datetime as dt

import msgspec
from litestar import Response, delete, get

from insurance.access.guards import needs
from insurance.access.http import Id, Req
from insurance.access.once import once
from insurance.finance import actions_cases as actions
from insurance.finance.views import LineView

JSON = "application/json"


class Exceptions(msgspec.Struct):
    """Lines that wait, the oldest first."""

    items: list[LineView]
    next_cursor: str | None = None


class Suspended(msgspec.Struct, frozen=True):
    """Money in suspense (暂收款), and for how long."""

    case_id: int
    statement_id: int
    line_id: int
    booked_on: dt.date
    amount_fen: int
    counterparty_name: str
    narrative: str
    note: str
    days: int
    age: int


class Suspense(msgspec.Struct):
    """All money in suspense, the oldest first."""

    items: list[Suspended]
    total_fen: int
    next_cursor: str | None = None


class TakenBack(msgspec.Struct, frozen=True):
    """The line that waits again."""

    line_id: int


async def suspense(request: Req) -> Suspense:
    """Money in suspense with its age."""
    items = [
        Suspended(
            row["case_id"], row["statement_id"], row["line_id"], row["booked_on"], row["amount_fen"], row["counterparty_name"],
            row["narrative"], row["note"], *age,
        )
        for row, age in await actions.suspense(actor=request.user)
    ]  # fmt: skip
    return Suspense(items, sum(item.amount_fen for item in items))


@get("/exceptions", guards=[needs("statement.read")], opt={"answers": Exceptions})
async def list_exceptions(request: Req) -> Response[bytes]:
    """Lines of every statement that wait: why, the next step, since when."""
    return Response(msgspec.json.encode(Exceptions(await actions.exceptions(actor=request.user))), media_type=JSON)


@get("/suspense", guards=[needs("statement.read")], opt={"answers": Suspense})
async def list_suspense(request: Req) -> Response[bytes]:
    """Money in suspense, the oldest first."""
    return Response(msgspec.json.encode(await suspense(request)), media_type=JSON)


@delete("/resolutions/{case_id:int}", guards=[needs("statement.write")], status_code=200, opt={"answers": TakenBack})
async def take_back(request: Req, case_id: Id) -> Response[bytes]:
    """Take back what was done about a line (`reason` in the address, if any); it waits again."""
    reason = request.query_params.get("reason", "")[:500]

    async def act() -> TakenBack:
        return TakenBack(await actions.take_back(case_id, reason, actor=request.user))

    return await once(request, act)


handlers = [list_exceptions, list_suspense, take_back]
