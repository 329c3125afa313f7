"""A project by hand: the form of a new one, and of one that is changed."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, LostUpdate, NotFound, Refused
from insurance.base.text import render, t
from insurance.projects import actions, store, store_changes
from insurance.projects import pages_entry as entry_form
from insurance.projects.model import Project
from insurance.projects.pages_names import (
    FUND_NAMES,
    KIND_NAMES,
    OPERATION_NAMES,
    OWNERSHIP_NAMES,
    PARTY_NAMES,
    REGIME_NAMES,
    SITUATION_NAMES,
    TAXONOMY_NAMES,
    all_towns,
    options,
)
from insurance.projects.register_rows import FUND_FIELDS
from insurance.web import forms
from insurance.web.forms import FormState

_MORE = "more"  # the button that asks for one more asset


async def _project(request: Req, project_id: int) -> Project:
    async with db.transaction(request.user.scope):
        found = await store.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return found


def _shown(
    request: Req,
    form: FormState,
    project: Project | None,
    *,
    status: int = 200,
    blank: int = 0,
    changed: store_changes.Change | None = None,
) -> Response[str]:
    """The form; `blank` further assets are empty, `changed` is what somebody else did meanwhile."""
    language = request.user.language
    rows = form.rows("assets")
    rows += [(rows[-1] if rows else -1) + 1 + place for place in range(blank)]
    labels = {name: render(text, language) for name, text in entry_form.LABELS.items()}
    of_asset = {name: render(text, language) for name, text in entry_form.ASSET_LABELS.items()}
    money = {field: render(FUND_NAMES[fund], language) for fund, field in FUND_FIELDS.items()}
    names: dict[str, Any] = {
        "taxonomy": TAXONOMY_NAMES, "asset_kind": KIND_NAMES, "ownership": OWNERSHIP_NAMES, "operation": OPERATION_NAMES,
        "situation": SITUATION_NAMES, "party": PARTY_NAMES, "regime": REGIME_NAMES,
    }  # fmt: skip
    return show(
        request,
        "projects/edit.html",
        status=status,
        form=form,
        project=project,
        rows=rows,
        labels=labels,
        asset_labels=of_asset,
        fund_labels=money,
        every_label=labels | {f"assets-{row}-{name}": word for row in rows for name, word in {**of_asset, **money}.items()},
        choices={name: options(codes, language) for name, codes in names.items()},
        towns=all_towns(request.user),
        changed=changed,
    )


@get("/projects/new", guards=[needs("project.write")])
async def new_page(request: Req) -> Response[str]:
    """The empty form."""
    return _shown(request, FormState(), None, blank=1)


@post("/projects/new", guards=[needs("project.write")], status_code=303)
async def register(request: Req) -> Response[str]:
    """Enter a project; what is wrong shows the form again with everything that was typed."""
    body = await typed(request)
    form = forms.kept(body, [])
    rows = entry_form.typed_rows(form)
    if _MORE in body:
        return _shown(request, form, None, blank=1)

    async def act() -> str:
        entry = entry_form.new_entry(forms.read(body, entry_form.NewForm), rows)
        made = await actions.register(entry, actor=request.user)
        return f"/projects/{made.id}"

    try:
        return await submit(request, act)
    except (Invalid, Refused) as wrong:
        return _shown(request, forms.kept(body, _faults(wrong, rows)), None, status=wrong.status)


@get("/projects/{project_id:int}/edit", guards=[needs("project.write")])
async def edit_page(request: Req, project_id: Id) -> Response[str]:
    """The form of a project as it stands."""
    project = await _project(request, project_id)
    return _shown(request, entry_form.shown(project), project)


@post("/projects/{project_id:int}/edit", guards=[needs("project.write")], status_code=303)
async def edit(request: Req, project_id: Id) -> Response[str]:
    """Change a project; when somebody else did so meanwhile, both values of each field are shown and nothing is stored."""
    body = await typed(request)
    project = await _project(request, project_id)
    form = forms.kept(body, [])
    rows = entry_form.typed_rows(form)
    if _MORE in body:
        return _shown(request, form, project, blank=1)

    async def act() -> str:
        entry = entry_form.edit_entry(forms.read(body, entry_form.EditForm), project, rows)
        await actions.edit(project_id, entry, actor=request.user)
        return f"/projects/{project_id}"

    try:
        return await submit(request, act)
    except LostUpdate as lost:
        async with db.transaction(request.user.scope):
            changed = (await store_changes.changes(project_id))[-1:]
        body["version"] = [str(project.version)]
        again = forms.kept(body, _faults(lost, rows))
        return _shown(request, again, project, status=lost.status, changed=changed[0] if changed else None)
    except (Invalid, Refused) as wrong:
        return _shown(request, forms.kept(body, _faults(wrong, rows)), project, status=wrong.status)


def _faults(wrong: InsuranceError, rows: list[int]) -> list[Any]:
    """Faults by the form's own names, in its order; a refusal without any is one of the whole form."""
    order = {name: place for place, name in enumerate(entry_form.LABELS)}
    found = entry_form.on_the_form(wrong.faults, rows) or Invalid.field("", wrong.text).faults
    return sorted(found, key=lambda fault: order.get(fault.field, len(order)))


handlers: list[Any] = [new_page, register, edit_page, edit]
