"""JSON: the trial balance of any past moment, and opening balances."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import day_of
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.finance import actions_ledger as actions
from insurance.finance.actions_ledger import Balances, Opening

JSON = "application/json"


def instant_of(text: str | None, name: str) -> datetime | None:
    """An instant with its offset. Raises Invalid by its name."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid.field(name, t("请填带时区的时间"))
    return found


@get(
    "/ledger/balances", guards=[needs("ledger.read")],
    opt={"answers": Balances, "query": {"as_of": "a day, usually today", "recorded_by": "an instant: as it was known then"}},
)  # fmt: skip
async def ledger_balances(request: Req) -> Response[bytes]:
    """The trial balance of a day, as it was known at an instant."""
    as_of = day_of(request.query_params.get("as_of"), "as_of") or request.user.on
    known = instant_of(request.query_params.get("recorded_by"), "recorded_by")
    return Response(msgspec.json.encode(await actions.balances(as_of, known, actor=request.user)), media_type=JSON)


_OPENING = {"on": "2018-12-31", "balances": {"1001": 5_000_000, "2001": -5_000_000}}


@post("/ledger/opening", guards=[needs("ledger.open")], status_code=201, opt=takes(Opening, _OPENING, Balances))
async def open_books(request: Req) -> Response[bytes]:
    """Enter or correct the opening balances."""
    given = await read_json(request, Opening)
    return await once(
        request, lambda: actions.open_books(given, actor=request.user), status=201, location=lambda _: "/api/v1/ledger/balances"
    )  # fmt: skip


handlers = [ledger_balances, open_books]
