"""项目档案: one project whole, and what is handed in on its page: papers and payee accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from litestar import Response, get, post

from insurance.access import rules as access_rules
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed, view
from insurance.access.model import Actor
from insurance.access.once import perform
from insurance.access.query import day_of
from insurance.access.uploads import Digested, streamed
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import Text, t
from insurance.policies import actions_projects, store_register
from insurance.policies.model import Cover
from insurance.policies.names import OPERATION_NAMES, OWNERSHIP_NAMES, RESULT_NAMES, SITUATION_NAMES
from insurance.policies.pages_project_parts import happenings, money_by_source, panel
from insurance.policies.pages_register import register_lines
from insurance.policies.views import JudgementView, ReasonView
from insurance.policies.views_projects import ProjectWhole
from insurance.projects import actions_payees, documents, store_changes, store_values
from insurance.projects.entries import AccountEntry
from insurance.projects.model import Right, RightHolding
from insurance.projects.pages_names import PAPER_NAMES, REGIME_NAMES, RIGHT_NAMES, options
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.render import onward

_EMPTY = FormState()


def _reason(reason: ReasonView) -> dict[str, Any]:
    """One test for `ui.elig`: what it says, then the fact, its paper and day, and what would mend it."""
    evidence = reason.evidence
    parts = [evidence.fact, evidence.document or "", evidence.on.isoformat() if evidence.on else ""]
    small = " · ".join(part for part in parts if part)
    return {"passed": reason.passed, "word": reason.text, "small": small, "remedy": reason.remedy}


def _reasons(judged: JudgementView, enrolment: bool) -> list[dict[str, Any]]:
    return [_reason(reason) for reason in judged.reasons if reason.enrolment is enrolment]


def _rights(project: ProjectWhole) -> list[tuple[Text, list[RightHolding]]]:
    """All five rights, each with who holds it now."""
    return [(RIGHT_NAMES[right], [one for one in project.rights if one.right is right and one.until_on is None]) for right in Right]


def _headline(project: ProjectWhole) -> list[Text | str]:
    """What the project is in a line: number, whose, how it is run, whom it helps."""
    said: list[Text | str] = [project.code]
    said += [OWNERSHIP_NAMES[project.ownership]] if project.ownership else []
    said += [OPERATION_NAMES[project.operation]] if project.operation else []
    said += [SITUATION_NAMES[project.situation]] if project.situation else []
    said += [t("带动 {n} 户", n=project.households)] if project.households is not None else []
    return said + ([t("{n} 人", n=project.people)] if project.people is not None else [])


def _party_options(project: ProjectWhole) -> list[tuple[str, str]]:
    """Who may be paid: the owner first, then whoever holds a right now."""
    holders = ([project.owner] if project.owner else []) + [one.party for one in project.rights if one.until_on is None]
    return list({str(party.id): party.name for party in holders}.items())


async def project_shown(
    request: Req, project_id: int, *, status: int = 200, paper_form: FormState = _EMPTY, account_form: FormState = _EMPTY
) -> Response[str]:
    """The whole page, with a form as it was typed when it could not be taken."""
    actor: Actor = request.user
    project = await actions_projects.project(project_id, actor=actor)
    line = (await register_lines(actor, [project_id]))[0]
    payees = await actions_payees.accounts_of(project_id, actor=actor) if access_rules.may(actor.role, "payee.read") else []
    judged = None if actor.insurer_id is not None else project.eligibility  # an insurer sees too little of the papers to judge anew
    async with db.transaction(actor.scope):
        standing = (await store_register.covers_on(actor, actor.on, [project_id])).get(project_id, {})
        industry = standing.get(Cover.INDUSTRY)
        at_start = industry is not None and industry.begun and request.query_params.get("at") == "start"
        day: date = industry.period.starts_on if industry and at_start else actor.on
        values = (await store_values.net_values([project_id], day))[project_id] if at_start else project.net_value
        papers = await documents.papers_of("project", project_id, actor=actor)
        changes = await store_changes.changes(project_id)
        panels = [await panel(cover, line, standing.get(cover), project.policies, judged) for cover in Cover if line.held(cover)]
    owner = project.owner.name if project.owner else None
    return show(
        request,
        "policies/project.html",
        status=status,
        project=project,
        headline=_headline(project),
        regime=REGIME_NAMES,
        results=RESULT_NAMES,
        drawn={one.cover: one.held for one in panels},
        panels=panels,
        now=project.net_value,
        values=values,
        at_start=at_start,
        started=industry is not None and industry.begun,
        eligibility=judged,
        verdict=line.verdict,
        reasons_of=_reasons,
        rights=_rights(project),
        funds=money_by_source(project),
        papers=papers,
        paper_names={kind.value: name for kind, name in PAPER_NAMES.items()},
        paper_options=options(PAPER_NAMES, actor.language),
        paper_form=paper_form,
        accounts=payees,
        account_form=account_form if account_form.values or account_form.faults else forms.filled(holder_name=owner),
        party_options=_party_options(project),
        happenings=happenings(project, project.policies, papers, changes),
    )


@get("/projects/{project_id:int}", guards=[needs("project.read")])
async def project_page(request: Req, project_id: Id) -> Response[str]:
    """One project whole."""
    return await project_shown(request, project_id)


async def uploaded(request: Req, upload: Digested, act: Callable[[], Awaitable[object]], onto: str) -> Response[str]:
    """A form with a file, done once by its hidden key and its content, then on to `onto`."""
    form = await request.form()
    key = str(form.get("key") or "")[:255] or upload.digest.hex()

    async def run() -> tuple[int, str | None, bytes]:
        await act()
        return 303, onto, b""

    _, location, _ = await perform(request.user, f"POST {request.url.path}", key, upload.digest, run)
    return onward(location or onto, view(request))


@post("/projects/{project_id:int}/papers", guards=[needs("project.write")], status_code=303)
async def file_paper(request: Req, project_id: Id) -> Response[str]:
    """File a paper; a wrong file shows the page again with what is wrong, and what was typed."""
    actor = request.user
    try:
        async with streamed(request, ("kind", "dated_on")) as sent:
            dated_on = day_of(sent.fields.get("dated_on"), "dated_on")
            kind = sent.fields.get("kind", "")
            if not kind:
                raise Invalid.field("kind", t("请选择"))
            brought = await documents.for_project(project_id, kind, sent.name, sent.arrived, actor=actor)
        return await uploaded(
            request,
            sent,
            lambda: documents.file_for_project(project_id, kind, sent.name, brought, dated_on, actor=actor),
            f"/projects/{project_id}#papers",
        )
    except Invalid as wrong:
        form = forms.kept(await typed(request), wrong.faults)
        return await project_shown(request, project_id, status=wrong.status, paper_form=form)


@post("/projects/{project_id:int}/accounts", guards=[needs("payee.write")], status_code=303)
async def enter_account(request: Req, project_id: Id) -> Response[str]:
    """Enter where the project's holder of rights is paid; a change waits for a second person."""
    body = await typed(request)

    async def act() -> str:
        await actions_payees.enter_account(project_id, forms.read(body, AccountEntry), actor=request.user)
        return f"/projects/{project_id}#account"

    try:
        return await submit(request, act)
    except Invalid as wrong:
        return await project_shown(request, project_id, status=wrong.status, account_form=forms.kept(body, wrong.faults))


@post("/projects/{project_id:int}/accounts/{account_id:int}/papers", guards=[needs("payee.write")], status_code=303)
async def file_account_paper(request: Req, project_id: Id, account_id: Id) -> Response[str]:
    """The sealed paper behind a change of account."""
    async with streamed(request) as sent:
        brought = await actions_payees.for_account(account_id, sent.name, sent.arrived, actor=request.user)
    return await uploaded(
        request,
        sent,
        lambda: actions_payees.file_for_account(account_id, sent.name, brought, actor=request.user),
        f"/projects/{project_id}#account",
    )


@post("/projects/{project_id:int}/accounts/{account_id:int}/approval", guards=[needs("payee.write")], status_code=303)
async def approve_account(request: Req, project_id: Id, account_id: Id) -> Response[str]:
    """The second person agrees to a change of account."""

    async def act() -> str:
        await actions_payees.approve_account(account_id, actor=request.user)
        return f"/projects/{project_id}#account"

    return await submit(request, act)
