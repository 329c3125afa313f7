"""JSON of sharing: plans, lists of households, distributions with their verbs, lists for the bank, uses."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.handlers import HTTPRouteHandler

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_number, asked_page, day_of
from insurance.access.uploads import handed_out, once_uploaded, read_upload, require_key
from insurance.base.errors import Invalid
from insurance.base.files import Media
from insurance.base.text import t
from insurance.sharing import actions, actions_plans, actions_uses, shown
from insurance.sharing.model import (
    Payment,
    PlanEntry,
    Reasoned,
    Return,
    Seen,
    SharingEntry,
    SharingState,
)
from insurance.sharing.verbs import VERBS, WHY
from insurance.sharing.views import HouseholdView, ListView, PlanView, SharingLine, SharingView

JSON = "application/json"


class Plans(msgspec.Struct):
    """The versions of a plan, the newest first."""

    items: list[PlanView]
    next_cursor: str | None = None


class Lists(msgspec.Struct):
    """The lists of a project's households, the newest check first."""

    items: list[ListView]
    next_cursor: str | None = None


class Households(msgspec.Struct):
    """A list with its households, masked."""

    head: ListView
    items: list[HouseholdView]
    next_cursor: str | None = None


class Sharings(msgspec.Struct):
    """A page of distributions."""

    items: list[SharingLine]
    next_cursor: str | None


def _json(found: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(found), media_type=JSON)


# -- plans and lists ----------------------------------------------------------------------------------------------------------


@get("/sharing-plans", guards=[needs("sharing.read")], opt={"answers": Plans, "query": {"project": "whose plan"}})
async def list_plans(request: Req) -> Response[bytes]:
    """The versions of a project's plan."""
    return _json(Plans(await actions_plans.plans(asked_number(request, "project", None, 2**62), actor=request.user)))


_PLAN = {
    "project_id": 17, "shown_on": "2019-01-05", "voted_on": "2019-01-20", "from_on": "2019-01-20", "document_id": 31,
    "purposes": [
        {"purpose": "DIVIDEND", "weight": 70},
        {"purpose": "MUTUAL_AID", "weight": 30, "payee_name": "仙坛老年公寓", "payee_bank": "示范银行峄城支行",
         "payee_account": "3700160808059990001"},
    ],
}  # fmt: skip


@post("/sharing-plans", guards=[needs("sharing.write")], status_code=201, opt=takes(PlanEntry, _PLAN, PlanView))
async def file_plan(request: Req) -> Response[bytes]:
    """File a further version of a project's plan; earlier ones stay."""
    given = await read_json(request, PlanEntry)
    return await once(
        request, lambda: actions_plans.file_plan(given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/sharing-plans/{made.id}",
    )  # fmt: skip


@get("/sharing-plans/{plan_id:int}", guards=[needs("sharing.read")], opt={"answers": PlanView})
async def one_plan(request: Req, plan_id: Id) -> Response[bytes]:
    """One version of a plan."""
    return _json(await actions_plans.plan(plan_id, actor=request.user))


@get("/beneficiary-lists", guards=[needs("sharing.read")], opt={"answers": Lists, "query": {"project": "whose households"}})
async def list_lists(request: Req) -> Response[bytes]:
    """The lists of a project's households."""
    return _json(Lists(await actions_plans.lists(asked_number(request, "project", None, 2**62), actor=request.user)))


@post(
    "/beneficiary-lists", guards=[needs("sharing.write")], status_code=201,
    opt={"form": ["file", "project", "checked_on"], "answers": ListView},
)  # fmt: skip
async def bring_in_list(request: Req) -> Response[bytes]:
    """Read a list of households (Excel, CSV): all of it, or every fault by its cell. The same file twice changes nothing."""
    require_key(request)
    sent = await read_upload(request, ("project", "checked_on"))
    project = sent.fields.get("project", "")
    if not (project.isascii() and project.isdigit() and len(project) < 19):
        raise Invalid.field("project", t("请指明项目"))
    day = day_of(sent.fields.get("checked_on"), "checked_on")
    return await once_uploaded(
        request, sent, lambda: actions_plans.bring_in_list(int(project), day, sent.content, actor=request.user), status=201,
        location=lambda made: f"/api/v1/beneficiary-lists/{made.id}",
    )  # fmt: skip


@get("/beneficiary-lists/{list_id:int}", guards=[needs("sharing.read")], opt={"answers": Households})
async def one_list(request: Req, list_id: Id) -> Response[bytes]:
    """One list with its households; names, numbers and cards masked."""
    head, households = await actions_plans.household_list(list_id, actor=request.user)
    return _json(Households(head, households))


@post(
    "/beneficiary-lists/{list_id:int}/confirmation", guards=[needs("sharing.confirm")], status_code=200,
    opt=takes(Seen, {"version": 1}, ListView),
)  # fmt: skip
async def confirm_list(request: Req, list_id: Id) -> Response[bytes]:
    """The second person agrees to a list."""
    given = await read_json(request, Seen)
    return await once(request, lambda: actions_plans.confirm_list(list_id, given.version, actor=request.user))


# -- distributions ------------------------------------------------------------------------------------------------------------

_FILTERS = {"project": "id", "claim": "id", "state": "DRAFT, PUBLISHED, CONFIRMED, CANCELLED", "limit": "1…200", "cursor": "next_cursor"}


@get("/sharings", guards=[needs("sharing.read")], opt={"answers": Sharings, "query": _FILTERS})
async def list_sharings(request: Req) -> Response[bytes]:
    """Distributions of the scope, the newest first."""
    state = request.query_params.get("state")
    if state is not None and state not in SharingState.__members__:
        raise Invalid.field("state", t("没有这种状态"))
    before, limit = asked_page(request)
    items = await shown.lines(
        actor=request.user, project_id=asked_number(request, "project", None, 2**62), claim_id=asked_number(request, "claim", None, 2**62),
        state=state, before=before, limit=limit,
    )  # fmt: skip
    return _json(Sharings(items, str(items[-1].id) if len(items) == limit else None))


_DRAFT = {"project_id": 17, "source": "INCOME_COVER", "payout_id": 12}


@post("/sharings", guards=[needs("sharing.write")], status_code=201, opt=takes(SharingEntry, _DRAFT, SharingView))
async def draft(request: Req) -> Response[bytes]:
    """Draft a distribution: what accounts or bank say is pulled, and shared by the plan on file."""
    given = await read_json(request, SharingEntry)
    return await once(
        request, lambda: actions.draft(given, actor=request.user), status=201, location=lambda made: f"/api/v1/sharings/{made.head.id}"
    )  # fmt: skip


@get("/sharings/{sharing_id:int}", guards=[needs("sharing.read")], opt={"answers": SharingView})
async def one_sharing(request: Req, sharing_id: Id) -> Response[bytes]:
    """One distribution with its steps, shares and uses; persons masked."""
    return _json(await shown.whole(sharing_id, actor=request.user))


def _verb(name: str) -> HTTPRouteHandler:
    act, shape, example, do, said = VERBS[name]

    async def verb(request: Req, sharing_id: Id) -> Response[bytes]:
        given = await read_json(request, shape)
        return await once(request, lambda: do(sharing_id, given, request.user))

    verb.__doc__ = said
    verb.__name__ = f"sharing_{name.replace('-', '_')}"
    path = f"/sharings/{{sharing_id:int}}/{name}"
    return post(path, guards=[needs(act)], status_code=200, opt=takes(shape, example, SharingView))(verb)


@get("/sharings/{sharing_id:int}/pay-lists/{pay_list_id:int}/workbook", guards=[needs("sharing.pay-list")])
async def pay_workbook(request: Req, sharing_id: Id, pay_list_id: Id) -> Response[bytes]:
    """A list as the bank's Excel, full numbers: the same bytes each time, each time audited."""
    number, content = await actions_uses.workbook(sharing_id, pay_list_id, actor=request.user)
    return handed_out(content, f"{number}.xlsx", Media.XLSX)


@post(
    "/sharings/{sharing_id:int}/pay-lists/{pay_list_id:int}/payment", guards=[needs("sharing.use")], status_code=200,
    opt=takes(Payment, {"version": 4, "paid_on": "2019-08-26", "document_id": 33}, SharingView),
)  # fmt: skip
async def pay(request: Req, sharing_id: Id, pay_list_id: Id) -> Response[bytes]:
    """The bank has paid a list: every line is used."""
    given = await read_json(request, Payment)
    return await once(request, lambda: actions_uses.pay(sharing_id, pay_list_id, given, actor=request.user))


@post(
    "/sharings/{sharing_id:int}/pay-lists/{pay_list_id:int}/cancellation", guards=[needs("sharing.pay-list")], status_code=200,
    opt=takes(Reasoned, WHY, SharingView),
)  # fmt: skip
async def void_list(request: Req, sharing_id: Id, pay_list_id: Id) -> Response[bytes]:
    """A list is void before it was paid; its shares wait for another."""
    given = await read_json(request, Reasoned)
    return await once(request, lambda: actions_uses.void_list(sharing_id, pay_list_id, given, actor=request.user))


@post(
    "/sharings/{sharing_id:int}/uses/{use_id:int}/return", guards=[needs("sharing.use")], status_code=200,
    opt=takes(Return, {"version": 5, "returned_on": "2019-08-28", "reason": "卡已销户"}, SharingView),
)  # fmt: skip
async def take_back(request: Req, sharing_id: Id, use_id: Id) -> Response[bytes]:
    """A use came back; the share may be paid anew."""
    given = await read_json(request, Return)
    return await once(request, lambda: actions_uses.take_back(sharing_id, use_id, given, actor=request.user))


router = Router(
    path="/api/v1",
    route_handlers=[
        list_plans, file_plan, one_plan, list_lists, bring_in_list, one_list, confirm_list, list_sharings, draft, one_sharing,
        *(_verb(name) for name in VERBS), pay_workbook, pay, void_list, take_back,
    ],
)  # fmt: skip
