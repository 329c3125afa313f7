"""Excel 导入: upload an office's register, review what it would change, take it in, undo it, take the annotated copy."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed, view
from insurance.access.once import perform
from insurance.access.query import asked_page
from insurance.access.uploads import handed_out, read_upload
from insurance.base import db, files
from insurance.base.errors import Invalid, LostUpdate, Refused
from insurance.base.files import Media
from insurance.base.spreadsheet import read_table_file
from insurance.base.text import Text, t
from insurance.projects import actions_import, store_import
from insurance.projects.entries import Version
from insurance.projects.pages_grid import Grid, grids
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.render import onward
from insurance.web.view import Note

STATES: dict[str, tuple[Text, str]] = {
    "DRY": (t("待入库"), "due"),
    "COMMITTED": (t("已入库"), "ok"),
    "UNDONE": (t("已撤销"), ""),
}


class Looked(msgspec.Struct, frozen=True):
    """The version somebody looked at before the button was pressed."""

    version: Version


async def _listed(request: Req, form: FormState, status: int = 200) -> Response[str]:
    """The imports with the upload form."""
    before, limit = asked_page(request)
    lines = await actions_import.listed(before, limit + 1, actor=request.user)
    more = lines[limit - 1].id if len(lines) > limit else None
    return show(request, "projects/imports.html", status=status, lines=lines[:limit], more=more, states=STATES, form=form, paged=before)


@get("/imports", guards=[needs("register.import")])
async def imports_page(request: Req) -> Response[str]:
    """The imports of the reader's region, newest first."""
    return await _listed(request, FormState())


@post("/imports", guards=[needs("register.import")], status_code=303)
async def upload_register(request: Req) -> Response[str]:
    """Read a register and show what it would change; a file that is no register shows why, and the page stays."""
    actor = request.user
    try:
        upload = await read_upload(request)
        reading = await actions_import.read(upload.content, upload.name, actor=actor)
    except Invalid as wrong:
        return await _listed(request, forms.kept({}, wrong.faults), wrong.status)
    form = await request.form()
    key = str(form.get("key") or "")[:255] or upload.digest.hex()

    async def run() -> tuple[int, str | None, bytes]:
        report = await actions_import.report(reading, actor=actor)
        return 303, f"/imports/{report.id}", b""

    _, location, _ = await perform(actor, "POST /imports", key, upload.digest, run)
    return onward(location or "/imports", view(request))


async def _grids(import_id: int, faults: list[Any], request: Req) -> list[Grid]:
    """The problem rows with their cells, read from the file as it came."""
    if not faults:
        return []
    async with db.transaction(request.user.scope):
        found = await store_import.one(import_id)
    assert found is not None
    table = await read_table_file(await files.content_of(found.content_sha256))
    return grids(table.sheets, faults)


async def _review(request: Req, import_id: int, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    line, report = await actions_import.shown(import_id, actor=request.user)
    return show(
        request,
        "projects/import.html",
        status=status,
        notes=notes,
        line=line,
        report=report,
        states=STATES,
        grids=await _grids(import_id, report.faults, request),
        good=report.created + report.updated,
    )


@get("/imports/{import_id:int}", guards=[needs("register.import")])
async def import_page(request: Req, import_id: Id) -> Response[str]:
    """One import: counts that tie, the problem rows with their cells, how the rest was read."""
    return await _review(request, import_id)


@get("/imports/{import_id:int}/annotated", guards=[needs("register.import")])
async def annotated(request: Req, import_id: Id) -> Response[bytes]:
    """The workbook as it came, every fault at its cell."""
    name, content = await actions_import.annotated(import_id, actor=request.user)
    return handed_out(content, name, Media.XLSX)


@post("/imports/{import_id:int}/commit", guards=[needs("register.import")], status_code=303)
async def commit(request: Req, import_id: Id) -> Response[str]:
    """Take the good rows in; the faulty ones hold nothing back."""
    body = await typed(request)
    reading = await actions_import.reading_of(import_id, actor=request.user)

    async def act() -> str:
        looked = forms.read(body, Looked)
        await actions_import.commit(import_id, actor=request.user, version=looked.version, reading=reading)
        return f"/imports/{import_id}"

    return await _moved(request, import_id, act)


@post("/imports/{import_id:int}/undo", guards=[needs("register.import")], status_code=303)
async def undo(request: Req, import_id: Id) -> Response[str]:
    """Undo it while nothing rests on it."""
    body = await typed(request)

    async def act() -> str:
        await actions_import.undo(import_id, actor=request.user, version=forms.read(body, Looked).version)
        return f"/imports/{import_id}"

    return await _moved(request, import_id, act)


async def _moved(request: Req, import_id: int, act: Any) -> Response[str]:
    """Do it; a refusal shows the import as it now stands with the reason on top."""
    try:
        return await submit(request, act)
    except (LostUpdate, Refused) as refused:
        reasons = [refused.text, *(fault.text for fault in refused.faults[1:])]
        notes = tuple(Note(reason, "bad") for reason in reasons)
        return await _review(request, import_id, status=refused.status, notes=notes)


handlers: list[Any] = [imports_page, upload_register, import_page, annotated, commit, undo]
