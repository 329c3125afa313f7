"""期初导入: a city or county office's workbooks of policies in force and past claims, reviewed cell by cell and taken in."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed, view
from insurance.access.once import perform
from insurance.access.query import asked_page
from insurance.access.uploads import handed_out, read_upload
from insurance.base.errors import Invalid, LostUpdate, NotFound, Refused
from insurance.base.files import Media
from insurance.base.text import render, t
from insurance.claims import openings
from insurance.claims.model_verbs import Version
from insurance.policies import actions_opening
from insurance.policies.actions_opening import Kind
from insurance.projects.pages_grid import Grid, GridShape, grids
from insurance.projects.pages_imports import STATES
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.render import onward
from insurance.web.view import Note

_USUAL = {
    "policies": ("cover", "project_code", "project_name", "insurer", "starts_on", "last_on", "sum_insured_fen", "premium_fen"),
    "claims": ("policy_number", "loss_on", "peril", "reported_on", "approved_fen", "paid_fen", "outcome"),
}


class Looked(msgspec.Struct, frozen=True):
    """The version somebody looked at before the button was pressed."""

    version: Version


def _kinds(language: str) -> list[tuple[str, str]]:
    return [(name, render(kind.shape.name, language)) for name, kind in openings.KINDS.items()]


async def _listed(request: Req, form: FormState, status: int = 200) -> Response[str]:
    """The opening imports with the upload form and the templates."""
    before, limit = asked_page(request)
    lines = await actions_opening.listed(before, limit + 1, actor=request.user)
    more = lines[limit - 1].id if len(lines) > limit else None
    kinds = _kinds(request.user.language)
    return show(
        request, "claims/openings.html", status=status, lines=lines[:limit], more=more, states=STATES, form=form, paged=before, kinds=kinds,
        kind_names=dict(kinds),
    )  # fmt: skip


@get("/imports/opening", guards=[needs("opening.import")])
async def openings_page(request: Req) -> Response[str]:
    """The opening imports of the reader's region, newest first."""
    return await _listed(request, FormState())


@post("/imports/opening", guards=[needs("opening.import")], status_code=303)
async def upload_opening(request: Req) -> Response[str]:
    """Read a workbook and show what it would bring in; a file that is none shows why, and the page stays."""
    actor = request.user
    try:
        upload = await read_upload(request, ("kind",))
        kind = openings.kind_of(upload.fields.get("kind"))
        reading = await actions_opening.read(kind, upload.content, upload.name, actor=actor)
    except Invalid as wrong:
        return await _listed(request, forms.kept(await typed(request), wrong.faults), wrong.status)
    form = await request.form()
    key = str(form.get("key") or "")[:255] or upload.digest.hex()

    async def run() -> tuple[int, str | None, bytes]:
        report = await actions_opening.report(kind, reading, actor=actor)
        return 303, f"/imports/opening/{report.id}", b""

    _, location, _ = await perform(actor, "POST /imports/opening", key, upload.digest, run)
    return onward(location or "/imports/opening", view(request))


@get("/imports/opening/templates/{kind:str}", guards=[needs("opening.import")])
async def opening_template(request: Req, kind: FromPath[str]) -> Response[bytes]:
    """An empty workbook with the headings of a kind."""
    if kind not in openings.KINDS:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    name, content = await actions_opening.template(openings.KINDS[kind], language=request.user.language)
    return handed_out(content, name, Media.XLSX)


async def _grids(kind: Kind, import_id: int, faults: list[Any], request: Req) -> list[Grid]:
    """The problem rows with their cells, read from the file as it came."""
    if not faults:
        return []
    layout = kind.shape.layout
    shape = GridShape(layout.headings, layout.anchor, _USUAL[kind.shape.kind], ("number", "project_name"))
    return grids(await actions_opening.sheets_of(import_id, actor=request.user), faults, shape)


async def _review(request: Req, import_id: int, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    line, report = await actions_opening.shown(import_id, actor=request.user)
    kind = openings.KINDS[line.kind]
    return show(
        request, "claims/opening.html", status=status, notes=notes, line=line, report=report, states=STATES,
        kind_name=render(kind.shape.name, request.user.language), grids=await _grids(kind, import_id, report.faults, request),
    )  # fmt: skip


@get("/imports/opening/{opening_id:int}", guards=[needs("opening.import")])
async def opening_page(request: Req, opening_id: Id) -> Response[str]:
    """One opening import: counts that tie, the problem rows with their cells, how the rest was read."""
    return await _review(request, opening_id)


@get("/imports/opening/{opening_id:int}/annotated", guards=[needs("opening.import")])
async def opening_annotated(request: Req, opening_id: Id) -> Response[bytes]:
    """The workbook as it came, every fault at its cell."""
    kind = await openings.kind_stored(opening_id, actor=request.user)
    name, content = await actions_opening.annotated(kind, opening_id, actor=request.user)
    return handed_out(content, name, Media.XLSX)


@post("/imports/opening/{opening_id:int}/commit", guards=[needs("opening.import")], status_code=303)
async def commit_opening_page(request: Req, opening_id: Id) -> Response[str]:
    """Take the good rows in as opening facts; the faulty ones hold nothing back. A refusal shows the import as it now stands."""
    body = await typed(request)
    kind = await openings.kind_stored(opening_id, actor=request.user)
    reading = await actions_opening.reading_of(kind, opening_id, actor=request.user)

    async def act() -> str:
        looked = forms.read(body, Looked)
        await actions_opening.commit(kind, opening_id, reading, actor=request.user, version=looked.version)
        return f"/imports/opening/{opening_id}"

    try:
        return await submit(request, act)
    except (LostUpdate, Refused) as refused:
        return await _review(request, opening_id, status=refused.status, notes=(Note(refused.text, "bad"),))


HANDLERS = [openings_page, upload_opening, opening_template, opening_page, opening_annotated, commit_opening_page]
