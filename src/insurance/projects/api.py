"""JSON of the register: projects by hand and their net value; imports, papers and payees are in `api_*`."""

from __future__ import annotations

from datetime import date

import msgspec
from litestar import Response, Router, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_day
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.text import t
from insurance.projects import actions, api_annual, api_imports, api_papers, store, store_values
from insurance.projects.entries import DeclaredCoverEntry, ImpairmentEntry, ProjectEntry, RetirementEntry
from insurance.projects.model import NetValue, Project

_ASSET = {
    "name": "钢架大棚", "cost_fen": 86_000_000, "residual_rate": "0.05", "life_months": 120, "in_use_on": "2017-06-15",
    "situation": "RUNNING", "funds": [{"fund": "SPECIAL", "amount_fen": 86_000_000, "level": "CENTRAL"}],
}  # fmt: skip
_NEW = {
    "town_code": "370404001", "village": "石门村", "name": "石榴大棚", "taxonomy": "GREENHOUSE", "asset_kind": "OPERATING",
    "ownership": "VILLAGE", "operation": "SELF", "situation": "RUNNING", "owner": {"name": "石门村股份经济合作社"},
    "title_on": "2018-03-01", "assets": [_ASSET],
}  # fmt: skip
_DECLARED = {"version": 1, "insurer_name": "某财产保险公司", "cover": "INDUSTRY", "starts_on": "2019-01-01", "last_day": "2019-12-31"}


def at(project: Project) -> str:
    """Where a project is found."""
    return f"/api/v1/projects/{project.id}"


@post("/projects", guards=[needs("project.write")], status_code=201, opt=takes(ProjectEntry, _NEW, Project))
async def register_project(request: Req) -> Response[bytes]:
    """Enter a project by hand, with its assets. 409 when the register has it already."""
    entry = await read_json(request, ProjectEntry)
    return await once(request, lambda: actions.register(entry, actor=request.user), status=201, location=at)


@get(
    "/projects/{project_id:int}/net-value",
    guards=[needs("project.read")],
    opt={"answers": NetValue, "query": {"as_of": "YYYY-MM-DD, the business date if left out"}},
)
async def net_value(request: Req, project_id: Id) -> Response[bytes]:
    """Cost, depreciation, impairment and net value on a day, asset by asset; assets that lack a fact have no value and are counted."""
    as_of = asked_day(request, "as_of") or request.user.on
    async with db.transaction(request.user.scope):
        return _json(await _value(project_id, as_of))


async def _value(project_id: int, as_of: date) -> NetValue:
    if await store.project(project_id) is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return (await store_values.net_values([project_id], as_of))[project_id]


@post(
    "/projects/{project_id:int}/impairments",
    guards=[needs("project.write")],
    status_code=201,
    opt=takes(
        ImpairmentEntry, {"version": 1, "asset_id": 1, "from_on": "2019-08-01", "amount_fen": 300_000, "reason": "雪灾后部分损坏"}, Project
    ),
)
async def impair(request: Req, project_id: Id) -> Response[bytes]:
    """减值准备 of one asset: its net value falls by it from its day on."""
    entry = await read_json(request, ImpairmentEntry)
    return await once(request, lambda: actions.impair(project_id, entry, actor=request.user), status=201, location=at)


@post(
    "/projects/{project_id:int}/assets/{asset_id:int}/retirement",
    guards=[needs("project.write")],
    status_code=200,
    opt=takes(RetirementEntry, {"version": 1, "retired_on": "2019-08-12", "situation": "LOST"}, Project),
)
async def retire_asset(request: Req, project_id: Id, asset_id: Id) -> Response[bytes]:
    """An asset is disposed of, scrapped or lost: from its day it has no value."""
    entry = await read_json(request, RetirementEntry)
    return await once(request, lambda: actions.retire(project_id, asset_id, entry, actor=request.user))


@post(
    "/projects/{project_id:int}/declared-covers",
    guards=[needs("project.write")],
    status_code=201,
    opt=takes(DeclaredCoverEntry, _DECLARED, Project),
)
async def declare_cover(request: Req, project_id: Id) -> Response[bytes]:
    """Cover by an insurer outside the system: eligibility asks for it, no policy comes of it."""
    entry = await read_json(request, DeclaredCoverEntry)
    return await once(request, lambda: actions.declare_cover(project_id, entry, actor=request.user), status=201, location=at)


def _json(answer: object) -> Response[bytes]:
    return Response(msgspec.json.encode(answer), media_type="application/json")


router = Router(
    path="/api/v1",
    route_handlers=[
        register_project, net_value, impair, retire_asset, declare_cover, *api_imports.handlers, *api_papers.handlers,
        *api_annual.handlers,
    ],
)  # fmt: skip
