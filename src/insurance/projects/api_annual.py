"""JSON of past years' income: filed with the accounts that prove it, listed year by year."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.projects import actions_annual
from insurance.projects.actions_annual import AnnualAccount
from insurance.projects.entries import AnnualEntry


class AnnualAccounts(msgspec.Struct):
    """The past years' incomes of a project."""

    items: list[AnnualAccount]
    next_cursor: str | None = None


@get("/projects/{project_id:int}/annual-accounts", guards=[needs("project.read")], opt={"answers": AnnualAccounts})
async def list_accounts(request: Req, project_id: Id) -> Response[bytes]:
    """The net incomes of past years, the latest first; one with `superseded` false counts for its year."""
    found = await actions_annual.annual_accounts(project_id, actor=request.user)
    return Response(msgspec.json.encode(AnnualAccounts(found)), media_type="application/json")


@post(
    "/projects/{project_id:int}/annual-accounts",
    guards=[needs("project.write")],
    status_code=201,
    opt=takes(AnnualEntry, {"year": 2018, "net_income_fen": 5_120_000, "document_id": 31, "note": "经审计"}, AnnualAccount),
)
async def file_account(request: Req, project_id: Id) -> Response[bytes]:
    """File the net income of a past year, with the accounts (a paper of kind ACCOUNTS) that prove it."""
    entry = await read_json(request, AnnualEntry)
    return await once(
        request, lambda: actions_annual.file_annual(project_id, entry, actor=request.user), status=201,
        location=lambda _: f"/api/v1/projects/{project_id}/annual-accounts",
    )  # fmt: skip


handlers = [list_accounts, file_account]
