"""年度收益 of a project on a page: what is on file year by year, and the form that adds a year."""

from __future__ import annotations

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused
from insurance.base.text import Text, render, t
from insurance.projects import actions_annual, documents, store
from insurance.projects.entries import AnnualEntry
from insurance.projects.model import PaperKind
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.view import Note

_EMPTY = FormState()
_LABELS: dict[str, Text] = {"year": t("年度"), "net_income_fen": t("净收益"), "document_id": t("年度收益报表"), "note": t("说明")}


async def _shown(request: Req, project_id: int, form: FormState = _EMPTY, *, status: int = 200) -> Response[str]:
    actor = request.user
    async with db.transaction(actor.scope):
        project = await store.project(project_id)
        if project is None:
            raise NotFound(t("没有这个项目，或不在您的范围内"))
        accounts = await actions_annual.annual_accounts(project_id, actor=actor)
        papers = await documents.papers_of("project", project_id, actor=actor)
    done = (Note(t("年度收益已登记")),) if request.query_params.get("done") else ()
    return show(
        request,
        "projects/annual.html",
        status=status,
        notes=done,
        project=project,
        accounts=accounts,
        papers=[(paper.id, f"{paper.name} {paper.dated_on or ''}".strip()) for paper in papers if paper.kind == PaperKind.ACCOUNTS],
        form=form,
        labels={name: render(word, actor.language) for name, word in _LABELS.items()},
        may_write=may(actor.role, "project.write"),
    )


@get("/projects/{project_id:int}/annual-accounts", guards=[needs("project.read")])
async def annual_page(request: Req, project_id: Id) -> Response[str]:
    """The past years' incomes of a project."""
    return await _shown(request, project_id)


@post("/projects/{project_id:int}/annual-accounts", guards=[needs("project.write")], status_code=303)
async def file_annual(request: Req, project_id: Id) -> Response[str]:
    """Add a year."""
    body = await typed(request)
    try:
        entry = forms.read(body, AnnualEntry)

        async def act() -> str:
            await actions_annual.file_annual(project_id, entry, actor=request.user)
            return f"/projects/{project_id}/annual-accounts?done=1"

        return await submit(request, act)
    except (Invalid, Refused) as wrong:
        faults = list(wrong.faults) or [FieldFault("", wrong.text)]
        return await _shown(request, project_id, forms.kept(body, faults), status=wrong.status)


handlers = [annual_page, file_annual]
