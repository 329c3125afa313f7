"""A project's plan, its households and the money that waits: what is filed there, and where a distribution begins."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed, view
from insurance.access.once import perform
from insurance.access.query import day_of
from insurance.access.uploads import handed_out, read_upload
from insurance.base.errors import FieldFault, Forbidden, Invalid, Refused
from insurance.base.files import Media
from insurance.base.spreadsheet_out import write_workbook
from insurance.base.text import render, t
from insurance.projects import documents
from insurance.projects.pages_names import PAPER_NAMES, options
from insurance.sharing import actions, actions_plans, shown
from insurance.sharing.households import template_columns
from insurance.sharing.model import BASIS_NAMES, PLANNED, PURPOSE_NAMES, SOURCE_NAMES, STATE_NAMES, PlanEntry, Seen, SharingEntry, Source
from insurance.sharing.names import STATE_TONES, form_faults, labels
from insurance.sharing.terms import terms_on
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.render import onward
from insurance.web.view import Note

_EMPTY = FormState()
_PURPOSE, _AT = re.compile(r"purposes-(\d{1,4})-(purpose$)?"), re.compile(r"^purposes\[(\d+)\]")
_DONE = {"plan": t("方案已登记"), "list": t("名单已导入，等另一人复核"), "confirmed": t("名单已复核")}
_FORMS = {"plan": "sharing.write", "list": "sharing.write", "draft": "sharing.write"}


async def paper_options(project_id: int, request: Req) -> list[tuple[int, str]]:
    """The papers of a project, to choose from."""
    actor = request.user
    papers = await documents.papers_of("project", project_id, actor=actor)
    names = dict(options(PAPER_NAMES, actor.language))
    return [(one.id, f"{names.get(one.kind, one.kind)} {one.name} {one.dated_on or ''}".strip()) for one in reversed(papers)]


async def plan_shown(
    request: Req, project_id: int, *, wanted: str | None = None, form: FormState = _EMPTY, status: int = 200
) -> Response[str]:
    """The page, with one form open at a time, as it was typed when it could not be taken."""
    actor = request.user
    project = await _project(project_id, request)
    wanted = wanted or request.query_params.get("form")
    done = _DONE.get(request.query_params.get("done", ""))
    if wanted == "draft" and not form.values and not form.faults:
        form = _start(request)
    return show(
        request, "sharing/plan.html", status=status, notes=(Note(done),) if done else (), project=project,
        place=scopes.place(project.region_path),
        plans=await actions_plans.plans(project_id, actor=actor), lists=await actions_plans.lists(project_id, actor=actor),
        waiting=await shown.waiting(actor=actor, project_id=project_id), lines=await shown.lines(actor=actor, project_id=project_id),
        wanted=wanted if wanted in _FORMS else None, form=form, labels=labels(actor.language), terms=terms_on(actor.on),
        papers=await paper_options(project_id, request), purposes=PURPOSE_NAMES, planned=PLANNED, sources=SOURCE_NAMES, states=STATE_NAMES,
        tones=STATE_TONES, source_options=options({one: SOURCE_NAMES[one] for one in (Source.FUND, Source.BACKSTOP)}, actor.language),
        basis_options=options(BASIS_NAMES, actor.language),
        claims=await shown.income_claims(project_id, actor=actor),
    )  # fmt: skip


def _start(request: Req) -> FormState:
    """A draft of fund or backstop, begun from a claim's page."""
    claim = request.query_params.get("claim")
    return forms.filled(source=Source.BACKSTOP, claim_id=claim) if claim else FormState()


async def _project(project_id: int, request: Req) -> Any:
    return await actions_plans.project(project_id, actor=request.user)


@get("/sharing/projects/{project_id:int}", guards=[needs("sharing.read")])
async def plan_page(request: Req, project_id: Id) -> Response[str]:
    """Plan, households and money of a project."""
    return await plan_shown(request, project_id)


async def _sent(request: Req, project_id: int, name: str, act: Callable[[dict[str, list[str]]], Awaitable[str]]) -> Response[str]:
    body = await typed(request)
    try:
        return await submit(request, lambda: act(body))
    except (Invalid, Refused, Forbidden) as wrong:
        return await plan_shown(request, project_id, wanted=name, form=forms.kept(body, form_faults(wrong)), status=wrong.status)


@post("/sharing/projects/{project_id:int}/plans", guards=[needs("sharing.write")], status_code=303)
async def file_plan(request: Req, project_id: Id) -> Response[str]:
    """File a further version of the plan; a row nothing was typed in is left out."""

    async def act(body: dict[str, list[str]]) -> str:
        typed_in = {found[1] for name, values in body.items() if (found := _PURPOSE.match(name)) and not found[2] and values[0].strip()}
        wanted = {name: values for name, values in body.items() if not (found := _PURPOSE.match(name)) or found[1] in typed_in}
        entry = forms.read(wanted | {"project_id": [str(project_id)]}, PlanEntry)
        rows = sorted(map(int, typed_in))
        try:
            await actions_plans.file_plan(entry, actor=request.user)
        except Invalid as wrong:  # told by the place among the purposes that are used, shown at the row that was typed
            faults = [FieldFault(_AT.sub(lambda at: f"purposes[{rows[int(at[1])]}]", one.field), one.text) for one in wrong.faults]
            raise Invalid(wrong.text, faults) from wrong
        return f"/sharing/projects/{project_id}?done=plan"

    return await _sent(request, project_id, "plan", act)


@post("/sharing/projects/{project_id:int}/drafts", guards=[needs("sharing.write")], status_code=303)
async def draft(request: Req, project_id: Id) -> Response[str]:
    """Draft a distribution of what waits, or of money with a paper of its own."""

    async def act(body: dict[str, list[str]]) -> str:
        entry = forms.read(body | {"project_id": [str(project_id)]}, SharingEntry)
        made = await actions.draft(entry, actor=request.user)
        return f"/sharing/{made.head.id}"

    return await _sent(request, project_id, "draft", act)


@post("/sharing/projects/{project_id:int}/lists", guards=[needs("sharing.write")], status_code=303)
async def bring_in_list(request: Req, project_id: Id) -> Response[str]:
    """Read a list of households; a file with faults shows every cell, and stores nothing."""
    try:
        sent = await read_upload(request, ("checked_on",))
        day = day_of(sent.fields.get("checked_on"), "checked_on")

        async def run() -> tuple[int, str | None, bytes]:
            await actions_plans.bring_in_list(project_id, day, sent.content, actor=request.user)
            return 303, f"/sharing/projects/{project_id}?done=list", b""

        form = await request.form()
        key = str(form.get("key") or "")[:255] or sent.digest.hex()
        _, location, _ = await perform(request.user, f"POST {request.url.path}", key, sent.digest, run, keep_refusals=False)
        return onward(location or "/sharing", view(request))
    except (Invalid, Refused) as wrong:
        body = await typed(request)
        return await plan_shown(request, project_id, wanted="list", form=forms.kept(body, form_faults(wrong)), status=wrong.status)


def _again(name: str) -> Any:
    """The address of a form asked for anew leads back to its page."""

    @get(f"/sharing/projects/{{project_id:int}}/{name}s", guards=[needs("sharing.read")], name=f"page-sharing-{name}-again")
    async def again(request: Req, project_id: Id) -> Response[str]:
        await _project(project_id, request)
        return onward(f"/sharing/projects/{project_id}?form={name}", view(request))

    return again


@get("/sharing/lists/{list_id:int}", guards=[needs("sharing.read")])
async def list_page(request: Req, list_id: Id) -> Response[str]:
    """One list with its households, masked."""
    head, households = await actions_plans.household_list(list_id, actor=request.user)
    return show(
        request, "sharing/households.html", head=head, households=households, project=await _project(head.project_id, request),
    )  # fmt: skip


@post("/sharing/lists/{list_id:int}/confirmation", guards=[needs("sharing.confirm")], status_code=303)
async def confirm_list(request: Req, list_id: Id) -> Response[str]:
    """The second person agrees to a list."""
    body = await typed(request)
    head, _ = await actions_plans.household_list(list_id, actor=request.user)

    async def act() -> str:
        await actions_plans.confirm_list(list_id, forms.read(body, Seen).version, actor=request.user)
        return f"/sharing/projects/{head.project_id}?done=confirmed"

    return await submit(request, act)


@get("/sharing/lists/template", guards=[needs("sharing.write")])
async def list_template(request: Req) -> Response[bytes]:
    """An empty list to fill in."""
    name = render(t("受益户名单模板"), request.user.language)
    return handed_out(write_workbook(template_columns(), [], title=t("受益户名单")), f"{name}.xlsx", Media.XLSX)


HANDLERS = [
    plan_page, file_plan, draft, bring_in_list, *(_again(name) for name in _FORMS), list_page, confirm_list, list_template,
]  # fmt: skip
