"""JSON of premium and subsidy: how policies and payers stand, arrears, a payer's account, bank lines that are premium."""

from __future__ import annotations

import datetime as dt

import msgspec
from litestar import Response, delete, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_day, asked_number
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.policies import actions_premium as actions
from insurance.policies import actions_premium_read as reads
from insurance.policies.actions_premium_read import HOW, Asked, Wanted
from insurance.policies.api_projects import answer
from insurance.policies.model import Payer
from insurance.policies.model_premium import MoveEntry
from insurance.policies.views_premium import Account, Arrears, MoveView, Position
from insurance.web.listing import decode_cursor, encode_cursor

_ORDER = "due"
_KEY = (dt.date, int, str)
_LATEST = dt.date(9999, 1, 1)
_FILTERS = {
    "payer": "CENTRAL, PROVINCE, CITY, COUNTY or INSURED", "county": "code", "insurer": "code", "as_of": "a day, usually today",
}  # fmt: skip
_EXAMPLE = {"line_id": 31, "kind": "RECEIVED", "payer": "COUNTY", "county_code": "370481", "expected_fen": 1_032_360}
_LIST = {"limit": "1…200, usually 50", "cursor": "next_cursor of the page before"}


class Positions(msgspec.Struct, frozen=True):
    """A page of policies and payers."""

    items: list[Position]
    next_cursor: str | None


class ArrearsPage(msgspec.Struct, frozen=True):
    """All payers of the scope by county and insurer."""

    items: list[Arrears]
    next_cursor: str | None = None


class Moves(msgspec.Struct, frozen=True):
    """A page of movements, newest first, without their shares."""

    items: list[MoveView]
    next_cursor: str | None


def _number(request: Req, name: str) -> int | None:
    return asked_number(request, name, None, 2**62) if request.query_params.get(name) else None


def payer_of(text: str | None) -> Payer | None:
    """A payer by its code. Raises Invalid (`payer`)."""
    if text and text not in Payer.__members__:
        raise Invalid.field("payer", t("没有这种付款方"))
    return Payer(text) if text else None


def wanted(request: Req) -> Wanted:
    """What the address asks for. Raises Invalid by name."""
    query = request.query_params
    how = query.get("state") or None
    if how not in (None, *HOW):
        raise Invalid.field("state", t("没有这种状态"))
    return Wanted(
        payer=payer_of(query.get("payer")), county=query.get("county") or None, insurer=query.get("insurer") or None, how=how,
        q=query.get("q", "")[:100], as_of=asked_day(request, "as_of"), policy=_number(request, "policy"),
    )  # fmt: skip


def asked(request: Req) -> Asked:
    """Whose account, and for which days: of this year to today where it does not say. Raises Invalid by name."""
    query, today = request.query_params, request.user.on
    payer = payer_of(query.get("payer"))
    if payer is None:
        raise Invalid.field("payer", t("请选择付款方"))
    until = asked_day(request, "until") or today
    return Asked(
        payer=payer, from_on=asked_day(request, "from") or until.replace(month=1, day=1), until_on=until,
        county=query.get("county") or None, insurer=query.get("insurer") or None, party=_number(request, "party"),
    )  # fmt: skip


@get(
    "/premiums",
    guards=[needs("premium.read")],
    opt={
        "answers": Positions,
        "query": _FILTERS
        | {"state": "open, credit (to go back), held or refund (owed by the insurer)", "policy": "id", "q": "number or project"}
        | _LIST,
    },
)
async def list_premiums(request: Req) -> Response[bytes]:
    """How each policy and payer stands: due, given back, received, paid back, open since when; the oldest due first."""
    limit = asked_number(request, "limit", 50, 200) or 50
    text = request.query_params.get("cursor")
    after = decode_cursor(text, _ORDER, _KEY)[1] if text else None
    items = await reads.positions(wanted(request), actor=request.user, after=after, limit=limit + 1)
    more = encode_cursor(_ORDER, 0, key_of(items[limit - 1])) if len(items) > limit else None
    return answer(Positions(items[:limit], more))


def key_of(one: Position) -> tuple[dt.date, int, str]:
    """Where a row stands in the list."""
    return one.due_on or one.first_on or _LATEST, one.policy, one.payer.value


@get("/premiums/arrears", guards=[needs("premium.read")], opt={"answers": ArrearsPage, "query": _FILTERS})
async def list_arrears(request: Req) -> Response[bytes]:
    """What each payer owes, by county and insurer, by age (0-30, 31-60, 61-90, over 90 days since it was booked as due)."""
    return answer(ArrearsPage(await reads.arrears(wanted(request), actor=request.user)))


@get(
    "/premiums/statement",
    guards=[needs("premium.read")],
    opt={
        "answers": Account,
        "query": {"payer": _FILTERS["payer"], "from": "first day, usually 1 January", "until": "last day, usually today", "county": "code",
                  "insurer": "code", "party": "id of an insured party"},
    },
)  # fmt: skip
async def premium_statement(request: Req) -> Response[bytes]:
    """A payer's account for a period, policy by policy: opening + due - given back - received + paid back = closing."""
    return answer(await reads.statement(asked(request), actor=request.user))


@get("/premiums/moves", guards=[needs("premium.move-read")], opt={"answers": Moves, "query": _LIST})
async def list_moves(request: Req) -> Response[bytes]:
    """Bank lines that are premium, newest first; those taken back too."""
    limit = asked_number(request, "limit", 50, 200) or 50
    items = await actions.moves(actor=request.user, before=asked_number(request, "cursor", None, 2**62), limit=limit)
    return answer(Moves(items, str(items[-1].id) if len(items) == limit else None))


@get("/premiums/moves/{move_id:int}", guards=[needs("premium.move-read")], opt={"answers": MoveView})
async def one_move(request: Req, move_id: Id) -> Response[bytes]:
    """A bank line that is premium, with its shares."""
    return answer(await actions.one(move_id, actor=request.user))


@post(
    "/premiums/moves",
    guards=[needs("premium.move")],
    status_code=201,
    opt=takes(
        MoveEntry, {"line_id": 31, "kind": "RECEIVED", "payer": "COUNTY", "county_code": "370481", "expected_fen": 1_032_360}, MoveView
    ),
)
async def make_move(request: Req) -> Response[bytes]:
    """Say whose premium a bank line is; it is shared out among the dues, the oldest first, what is left over is in suspense.

    With `expected_fen` it is refused where policies would by now take another amount of it.
    """
    given = await read_json(request, MoveEntry)
    return await once(
        request, lambda: actions.move(given, actor=request.user), status=201, location=lambda made: f"/api/v1/premiums/moves/{made.id}"
    )  # fmt: skip


@delete("/premiums/moves/{move_id:int}", guards=[needs("premium.move")], status_code=200, opt={"answers": MoveView})
async def undo_move(request: Req, move_id: Id) -> Response[bytes]:
    """Take it back (`reason` in the address, if any); the line waits again. Refused where later money rests on it."""
    reason = request.query_params.get("reason", "")[:500]
    return await once(request, lambda: actions.undo(move_id, reason, actor=request.user))


handlers = [list_premiums, list_arrears, premium_statement, list_moves, one_move, make_move, undo_move]
