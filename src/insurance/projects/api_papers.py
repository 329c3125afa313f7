"""JSON of papers and payees: file, list, hand out; enter an account, approve its change."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import day_of
from insurance.access.uploads import handed_out, once_uploaded, require_key, streamed
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.text import t
from insurance.projects import actions_payees, documents, store
from insurance.projects.actions_payees import PayeeAccount
from insurance.projects.entries import AccountEntry
from insurance.projects.store_documents import FiledPaper


class Papers(msgspec.Struct):
    """The papers of a subject."""

    items: list[FiledPaper]
    next_cursor: str | None = None


class Accounts(msgspec.Struct):
    """The accounts of a project's holders of rights."""

    items: list[PayeeAccount]
    next_cursor: str | None = None


_ACCOUNT = {
    "holder_name": "石门村股份经济合作社", "bank_name": "峄城农村商业银行坛山支行", "account_number": "9140114010142050001234",
    "bank_code": "402454000016",
}  # fmt: skip


def _at(paper: FiledPaper) -> str:
    return f"/api/v1/documents/{paper.id}"


@post(
    "/projects/{project_id:int}/documents",
    guards=[needs("document.file")],
    status_code=201,
    opt={"form": ["file", "kind", "dated_on"], "answers": FiledPaper},
)
async def file_document(request: Req, project_id: Id) -> Response[bytes]:
    """File a paper of a project (PDF, JPG, PNG, Excel, CSV, at most 10 MB). The same content again answers the paper on file."""
    require_key(request)
    async with streamed(request, ("kind", "dated_on")) as sent:
        dated_on = day_of(sent.fields.get("dated_on"), "dated_on")
        kind = sent.fields.get("kind", "")
        brought = await documents.for_project(project_id, kind, sent.name, sent.arrived, actor=request.user)
    return await once_uploaded(
        request,
        sent,
        lambda: documents.file_for_project(project_id, kind, sent.name, brought, dated_on, actor=request.user),
        status=201,
        location=_at,
    )


@get("/projects/{project_id:int}/documents", guards=[needs("document.read")], opt={"answers": Papers})
async def list_documents(request: Req, project_id: Id) -> Response[bytes]:
    """The papers of a project."""
    async with db.transaction(request.user.scope):
        if await store.project(project_id) is None:
            raise NotFound(t("没有这个项目，或不在您的范围内"))
        papers = await documents.papers_of("project", project_id, actor=request.user)
    return _json(Papers(papers))


@get("/documents/{document_id:int}", guards=[needs("document.read")])
async def hand_out(request: Req, document_id: Id) -> Response[bytes]:
    """A paper's content as a download, never shown inside the site."""
    paper, content = await documents.hand_out(document_id, actor=request.user)
    return handed_out(content, paper.name, paper.media)


@get("/projects/{project_id:int}/payee-accounts", guards=[needs("payee.read")], opt={"answers": Accounts})
async def list_accounts(request: Req, project_id: Id) -> Response[bytes]:
    """Where the project's holders of rights are paid; numbers masked."""
    return _json(Accounts(await actions_payees.accounts_of(project_id, actor=request.user)))


@post(
    "/projects/{project_id:int}/payee-accounts",
    guards=[needs("payee.write")],
    status_code=201,
    opt=takes(AccountEntry, _ACCOUNT, PayeeAccount),
)
async def enter_account(request: Req, project_id: Id) -> Response[bytes]:
    """Enter an account of a holder of rights (the owner's unless `party_id` says). The first holds at once, a change waits for approval."""
    entry = await read_json(request, AccountEntry)
    return await once(
        request, lambda: actions_payees.enter_account(project_id, entry, actor=request.user), status=201,
        location=lambda made: f"/api/v1/payee-accounts/{made.id}",
    )  # fmt: skip


@get("/payee-accounts/{account_id:int}", guards=[needs("payee.read")], opt={"answers": PayeeAccount})
async def read_account(request: Req, account_id: Id) -> Response[bytes]:
    """One account, its number masked."""
    return _json(await actions_payees.account(account_id, actor=request.user))


@post(
    "/payee-accounts/{account_id:int}/documents",
    guards=[needs("payee.write")],
    status_code=201,
    opt={"form": ["file", "dated_on"], "answers": FiledPaper},
)
async def file_account_paper(request: Req, account_id: Id) -> Response[bytes]:
    """The sealed paper behind a change of account."""
    require_key(request)
    async with streamed(request, ("dated_on",)) as sent:
        dated_on = day_of(sent.fields.get("dated_on"), "dated_on")
        brought = await actions_payees.for_account(account_id, sent.name, sent.arrived, actor=request.user)
    return await once_uploaded(
        request,
        sent,
        lambda: actions_payees.file_for_account(account_id, sent.name, brought, dated_on, actor=request.user),
        status=201,
        location=_at,
    )


@post("/payee-accounts/{account_id:int}/approval", guards=[needs("payee.write")], status_code=200, opt={"answers": PayeeAccount})
async def approve_account(request: Req, account_id: Id) -> Response[bytes]:
    """The second person agrees to a change of account. 409 for who entered it, or without the sealed paper."""
    return await once(request, lambda: actions_payees.approve_account(account_id, actor=request.user))


def _json(answer: object) -> Response[bytes]:
    return Response(msgspec.json.encode(answer), media_type="application/json")


handlers: list[Any] = [
    file_document, list_documents, hand_out, list_accounts, enter_account, read_account, file_account_paper, approve_account,
]  # fmt: skip
