"""JSON: claims and disasters, read and reported; the verbs and the money stand in `api_verbs` and `api_settlement`."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import msgspec
from litestar import Response, Router, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_page, asked_whole, day_of
from insurance.access.store import insurer_by_code
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims import (
    actions,
    actions_holders,
    actions_report,
    api_books,
    api_decision,
    api_evidence,
    api_handover,
    api_income,
    api_letters,
    api_opening,
    api_recovery,
    api_settlement,
    api_verbs,
    disasters,
    lifecycle,
    store_lists,
)
from insurance.claims.actions_assessment import Assessed, assessed
from insurance.claims.actions_holders import Holders
from insurance.claims.actions_report import Outcomes
from insurance.claims.model import Claim, ClaimState, Disaster, Event, Unreported, WorkingStep
from insurance.claims.model_verbs import Declaration, Report, Reports
from insurance.claims.store_lists import Wanted
from insurance.claims.views import claim_view
from insurance.web.listing import Listing, encode_cursor, read_listing

JSON = "application/json"
OPEN = "OPEN"  # every state in which something is left to decide or to pay
_SORTS: dict[str, tuple[type, ...]] = {"clock": (datetime, int)}
_STATES = {state.value for state in ClaimState} | {OPEN}
_FILTERS = {"state": _STATES, "insurer": None, "county": None, "town": None, "disaster": None, "project": None, "due_before": None}
_QUERY = {
    "state": f"a state, or {OPEN}; may be repeated", "insurer": "id or code", "county": "division code", "town": "division code",
    "disaster": "id or code", "project": "id", "due_before": "a day or an instant: most urgent term before it",
    "q": "in the number of claim or policy, or in the project's name", "limit": "1…200, usually 50", "cursor": "next_cursor",
}  # fmt: skip
_PAGE = {"limit": "1…200, usually 50", "cursor": "next_cursor of the page before"}


class ClaimPage(msgspec.Struct):
    """A page of claims, the most urgent clock first."""

    items: list[Claim]
    next_cursor: str | None


class EventPage(msgspec.Struct):
    """The history of a claim, oldest first."""

    items: list[Event]
    next_cursor: str | None = None


class DisasterPage(msgspec.Struct):
    """A page of disasters, newest first."""

    items: list[Disaster]
    next_cursor: str | None


class UnreportedPage(msgspec.Struct):
    """A page of insured projects that have not reported."""

    items: list[Unreported]
    next_cursor: str | None


def answer(told: Any) -> Response[bytes]:
    """A read answer."""
    return Response(msgspec.json.encode(told), media_type=JSON)


# -- claims -------------------------------------------------------------------------------------------------------------


def _number(listing: Listing, name: str) -> int | None:
    text = listing.chosen(name)
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return int(text)


def _due_before(text: str | None) -> datetime | None:
    """A day (its beginning, Beijing time) or an instant with offset."""
    if text is None:
        return None
    if len(text) <= 10:
        day = day_of(text, "due_before")
        return None if day is None else datetime.combine(day, time(), BEIJING)
    try:
        instant = datetime.fromisoformat(text.replace(" ", "+"))
        return instant.astimezone(BEIJING) if instant.tzinfo else instant.replace(tzinfo=BEIJING)
    except (ValueError, OverflowError):
        raise Invalid.field("due_before", t("请填日期，或带时区的时间")) from None


async def wanted(listing: Listing) -> Wanted | None:
    """What a list's address asks for; None when it names an insurer or disaster that does not exist. Inside a transaction."""
    insurer_id, disaster_id = _number(listing, "insurer"), _number(listing, "disaster")
    if insurer_id is None and (code := listing.chosen("insurer")):
        found = await insurer_by_code(code)
        if found is None:
            return None
        insurer_id = found["id"]
    if disaster_id is None and (code := listing.chosen("disaster")):
        disaster_id = await store_lists.disaster_by_code(code)
        if disaster_id is None:
            return None
    if listing.chosen("project") and _number(listing, "project") is None:
        return None
    states = listing.filters.get("state", [])
    if OPEN in states:
        states = sorted({*states, *lifecycle.OPEN} - {OPEN})
    return Wanted(
        states=states, insurer_id=insurer_id, county=listing.chosen("county"), town=listing.chosen("town"), disaster_id=disaster_id,
        project_id=_number(listing, "project"), due_before=_due_before(listing.chosen("due_before")), q=listing.q,
        after=listing.after, limit=listing.limit,  # type: ignore[arg-type]  # the key of `_SORTS`
    )  # fmt: skip


async def claims_page(request: Req, **fixed: Any) -> ClaimPage:
    """The page of claims that the address asks for, narrowed by `fixed` filters."""
    actor = request.user
    listing = read_listing(request.url.path, request.query_params.multi_items(), sorts=_SORTS, usual_sort="clock", filters=_FILTERS)
    async with db.transaction(actor.scope):
        asked = await wanted(listing)
        rows = [] if asked is None else await store_lists.claims(msgspec.structs.replace(asked, **fixed), actor=actor)
    more = None
    if len(rows) == listing.limit:
        more = encode_cursor(listing.order, listing.before + len(rows), (rows[-1]["due_at"], rows[-1]["id"]))
    return ClaimPage([claim_view(row, actor) for row in rows], more)


@get("/claims", guards=[needs("claim.read")], opt={"answers": ClaimPage, "query": _QUERY})
async def list_claims(request: Req) -> Response[bytes]:
    """Claims of the scope, the most urgent clock first."""
    return answer(await claims_page(request))


_REPORT = {
    "policy_id": 7, "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 4_600_000, "peril": "RAINSTORM", "disaster_id": 1,
    "account_of_loss": "暴雨积水，棚体东侧倒塌",
}  # fmt: skip


@post("/claims", guards=[needs("claim.report")], status_code=201, opt=takes(Report, _REPORT, Claim))
async def report(request: Req) -> Response[bytes]:
    """Report a loss under a policy, or under a project (id or code) and cover."""
    given = await read_json(request, Report)
    return await once(
        request, lambda: actions_report.report(given, actor=request.user), status=201, location=lambda made: f"/api/v1/claims/{made.id}"
    )


@get("/claims/{claim_id:int}", guards=[needs("claim.read")], opt={"answers": Claim})
async def one_claim(request: Req, claim_id: Id) -> Response[bytes]:
    """One claim."""
    return answer(await actions.one(claim_id, actor=request.user))


_VERSION = {"version": "of the assessment, usually the newest"}


@get("/claims/{claim_id:int}/working", guards=[needs("claim.read")], opt={"answers": list[WorkingStep], "query": _VERSION})
async def claim_working(request: Req, claim_id: Id) -> Response[bytes]:
    """The amount of an assessment step by step; empty before the first."""
    return answer(await actions.working(claim_id, version=asked_whole(request, "version"), actor=request.user))


@get("/claims/{claim_id:int}/assessment", guards=[needs("claim.read")], opt={"answers": Assessed, "query": _VERSION})
async def claim_assessment(request: Req, claim_id: Id) -> Response[bytes]:
    """An assessment with its lines and what was filled in. 404 before the first."""
    return answer(await assessed(claim_id, version=asked_whole(request, "version"), actor=request.user))


@get("/claims/{claim_id:int}/history", guards=[needs("claim.read")], opt={"answers": EventPage})
async def claim_history(request: Req, claim_id: Id) -> Response[bytes]:
    """What happened to the claim, oldest first."""
    return answer(EventPage(await actions.history(claim_id, actor=request.user)))


@get("/claims/{claim_id:int}/holders", guards=[needs("claim.read")], opt={"answers": Holders})
async def claim_holders(request: Req, claim_id: Id) -> Response[bytes]:
    """In whose hands the claim lay since its report, span by span; the spans add up to the time that has passed."""
    return answer(await actions_holders.holders(claim_id, actor=request.user))


# -- disasters ------------------------------------------------------------------------------------------------------------

_DISASTER = {
    "code": "LEKIMA-2019", "name": "台风“利奇马”", "peril": "TYPHOON", "from_on": "2019-08-10", "until_on": "2019-08-12",
    "towns": ["370404001", "370481001"],
}  # fmt: skip


@get("/disasters", guards=[needs("disaster.read")], opt={"answers": DisasterPage, "query": _PAGE})
async def list_disasters(request: Req) -> Response[bytes]:
    """Disasters of the scope, newest first."""
    before, limit = asked_page(request)
    found = await disasters.many(actor=request.user, before=before, limit=limit)
    return answer(DisasterPage(found, str(found[-1].id) if len(found) == limit else None))


@post("/disasters", guards=[needs("disaster.declare")], status_code=201, opt=takes(Declaration, _DISASTER, Disaster))
async def declare_disaster(request: Req) -> Response[bytes]:
    """Declare a disaster with its window and towns."""
    given = await read_json(request, Declaration)
    return await once(
        request, lambda: disasters.declare(given, actor=request.user), status=201, location=lambda made: f"/api/v1/disasters/{made.id}"
    )


@get("/disasters/{disaster_id:int}", guards=[needs("disaster.read")], opt={"answers": Disaster})
async def one_disaster(request: Req, disaster_id: Id) -> Response[bytes]:
    """One disaster with its counts."""
    return answer(await disasters.one(disaster_id, actor=request.user))


@get("/disasters/{disaster_id:int}/unreported", guards=[needs("disaster.read")], opt={"answers": UnreportedPage, "query": _PAGE})
async def unreported(request: Req, disaster_id: Id) -> Response[bytes]:
    """Insured projects in the towns, with cover in the window, that have no claim for it."""
    after, limit = asked_page(request)
    found = await disasters.unreported(disaster_id, after=after or 0, limit=limit, actor=request.user)
    return answer(UnreportedPage(found, str(found[-1].project.id) if len(found) == limit else None))


@get("/disasters/{disaster_id:int}/reports", guards=[needs("disaster.read")], opt={"answers": ClaimPage, "query": _QUERY})
async def disaster_reports(request: Req, disaster_id: Id) -> Response[bytes]:
    """The claims of a disaster."""
    await disasters.one(disaster_id, actor=request.user)
    return answer(await claims_page(request, disaster_id=disaster_id))


_REPORTS = {
    "reports": [
        {"policy_id": 7, "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 4_600_000, "peril": "RAINSTORM"},
        {"project_code": "XM-0012", "cover": "INDUSTRY", "loss_at": "2019-08-11T08:00:00+08:00", "reported_fen": 820_000},
    ]
}


@post("/disasters/{disaster_id:int}/reports", guards=[needs("claim.report")], status_code=201, opt=takes(Reports, _REPORTS, Outcomes))
async def report_many(request: Req, disaster_id: Id) -> Response[bytes]:
    """Many loss reports at once, each its own claim; a refused line says why and undoes no other."""
    given = await read_json(request, Reports)

    async def act() -> Outcomes:
        await disasters.one(disaster_id, actor=request.user)
        return await actions_report.reports(disaster_id, given, actor=request.user)

    return await once(request, act, status=201, location=lambda _: f"/api/v1/disasters/{disaster_id}/reports")


router = Router(
    path="/api/v1",
    route_handlers=[
        list_claims, report, one_claim, claim_working, claim_assessment, claim_history, claim_holders, *api_evidence.handlers,
        *api_verbs.handlers, *api_income.handlers, *api_letters.handlers,
        list_disasters, declare_disaster, one_disaster, unreported, disaster_reports, report_many, *api_settlement.handlers,
        *api_decision.handlers, *api_recovery.handlers,
        *api_opening.handlers, *api_handover.handlers, *api_books.handlers,
    ],
)  # fmt: skip
