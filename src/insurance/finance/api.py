"""JSON: payouts (read, release) and bank statements (read). What also moves a claim stands on the claims floor."""

from __future__ import annotations

import msgspec
from litestar import Response, Router, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_number
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.finance import actions, actions_cases, actions_statements, api_exceptions, api_ledger, api_months, api_paid_in, api_payments
from insurance.finance.model import PayoutState
from insurance.finance.views import LineView, PayoutView, StatementView

JSON = "application/json"


class Version(msgspec.Struct, forbid_unknown_fields=True):
    """Which version was read."""

    version: int


class PayoutPage(msgspec.Struct):
    """A page of payouts."""

    items: list[PayoutView]
    next_cursor: str | None


class StatementPage(msgspec.Struct):
    """A page of statements."""

    items: list[StatementView]
    next_cursor: str | None


class StatementLines(msgspec.Struct):
    """A statement with its lines, each in exactly one bucket."""

    statement: StatementView
    items: list[LineView]
    next_cursor: str | None = None


_LIST = {"limit": "1…200, usually 50", "cursor": "next_cursor of the page before"}


@get(
    "/payouts",
    guards=[needs("payout.read")],
    opt={
        "answers": PayoutPage,
        "query": {"state": "of an order", "q": "number or token", **_LIST},
    },
)
async def list_payouts(request: Req) -> Response[bytes]:
    """Payouts of the scope, newest first."""
    state, limit = request.query_params.get("state"), asked_number(request, "limit", 50, 200) or 50
    if state is not None and state not in PayoutState.__members__:
        raise Invalid.field("state", t("没有这种状态"))
    actor = request.user
    items = await actions.payouts(
        actor=actor, state=state, q=request.query_params.get("q"), before=asked_number(request, "cursor", None, 2**62), limit=limit
    )  # fmt: skip
    more = str(items[-1].id) if len(items) == limit else None
    return Response(msgspec.json.encode(PayoutPage(items, more)), media_type=JSON)


@get("/payouts/{payout_id:int}", guards=[needs("payout.read")], opt={"answers": PayoutView})
async def one_payout(request: Req, payout_id: Id) -> Response[bytes]:
    """One payout."""
    return Response(msgspec.json.encode(await actions.payout(payout_id, actor=request.user)), media_type=JSON)


@post(
    "/payouts/{payout_id:int}/release",
    guards=[needs("payout.release")],
    status_code=200,
    opt=takes(Version, {"version": 1}, PayoutView),
)
async def release_payout(request: Req, payout_id: Id) -> Response[bytes]:
    """A second person releases the order to the bank."""
    given = await read_json(request, Version)
    return await once(request, lambda: actions.release(payout_id, given.version, actor=request.user))


@get("/statements", guards=[needs("statement.read")], opt={"answers": StatementPage, "query": _LIST})
async def list_statements(request: Req) -> Response[bytes]:
    """Statements, newest first."""
    limit = asked_number(request, "limit", 50, 200) or 50
    items = await actions_statements.statements(actor=request.user, before=asked_number(request, "cursor", None, 2**62), limit=limit)
    more = str(items[-1].id) if len(items) == limit else None
    return Response(msgspec.json.encode(StatementPage(items, more)), media_type=JSON)


@get("/statements/{statement_id:int}/matches", guards=[needs("statement.read")], opt={"answers": StatementLines})
async def statement_matches(request: Req, statement_id: Id) -> Response[bytes]:
    """Every line of the statement: matched by which rule and why, suggested, or an exception with its kind."""
    head, lines = await actions_cases.statement(statement_id, actor=request.user)
    return Response(msgspec.json.encode(StatementLines(head, lines)), media_type=JSON)


router = Router(
    path="/api/v1",
    route_handlers=[
        list_payouts, one_payout, release_payout, list_statements, statement_matches, *api_payments.handlers, *api_ledger.handlers,
        *api_exceptions.handlers,
        *api_months.handlers, *api_paid_in.handlers,
    ],
)  # fmt: skip
