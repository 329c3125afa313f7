"""JSON of the imports: upload for a dry run, commit, undo, the annotated workbook."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json
from insurance.access.once import once
from insurance.access.query import asked_page
from insurance.access.uploads import handed_out, once_uploaded, read_upload, require_key
from insurance.base.files import Media
from insurance.projects import actions_import
from insurance.projects.actions_import import ImportLine, ImportReport
from insurance.projects.entries import Version


class Confirmation(msgspec.Struct, forbid_unknown_fields=True):
    """The version that was looked at; left out, whatever stands is meant."""

    version: Version | None = None


class ImportShown(msgspec.Struct):
    """One import: its line and its faults."""

    line: ImportLine
    report: ImportReport


class ImportPage(msgspec.Struct):
    """A page of imports, newest first."""

    items: list[ImportLine]
    next_cursor: str | None


_CONFIRM = {"body": Confirmation, "example": {"version": 1}, "answers": ImportReport}


@post("/register-imports", guards=[needs("register.import")], status_code=201, opt={"form": ["file"], "answers": ImportReport})
async def try_register(request: Req) -> Response[bytes]:
    """Dry run of an office's register (.xlsx, .xls, .csv): nothing changes. rows = created + updated + unchanged + faulty.

    `faults` are by cell and hold no personal data; `notes` say how cells were read, one line per kind and column.
    """
    require_key(request)
    upload = await read_upload(request)
    reading = await actions_import.read(upload.content, upload.name, actor=request.user)
    return await once_uploaded(
        request, upload, lambda: actions_import.report(reading, actor=request.user), status=201,
        location=lambda report: f"/api/v1/register-imports/{report.id}",
    )  # fmt: skip


@get(
    "/register-imports",
    guards=[needs("register.import")],
    opt={"answers": ImportPage, "query": {"limit": "1–200", "cursor": "next_cursor"}},
)
async def list_imports(request: Req) -> Response[bytes]:
    """The imports of the reader's region, newest first."""
    before, limit = asked_page(request)
    lines = await actions_import.listed(before, limit + 1, actor=request.user)
    more = str(lines[limit - 1].id) if len(lines) > limit else None
    return Response(msgspec.json.encode(ImportPage(lines[:limit], more)), media_type="application/json")


@get("/register-imports/{import_id:int}", guards=[needs("register.import")], opt={"answers": ImportShown})
async def read_import(request: Req, import_id: Id) -> Response[bytes]:
    """One import with every fault."""
    line, report = await actions_import.shown(import_id, actor=request.user)
    return Response(msgspec.json.encode(ImportShown(line, report)), media_type="application/json")


@get("/register-imports/{import_id:int}/annotated", guards=[needs("register.import")])
async def annotated(request: Req, import_id: Id) -> Response[bytes]:
    """The workbook as it came, with every fault and note at its cell (xlsx)."""
    name, content = await actions_import.annotated(import_id, actor=request.user)
    return handed_out(content, name, Media.XLSX)


@post("/register-imports/{import_id:int}/commit", guards=[needs("register.import")], status_code=200, opt=_CONFIRM)
async def commit_import(request: Req, import_id: Id) -> Response[bytes]:
    """Store the good rows of exactly the file that was tried. 409 when it is in already."""
    version = await confirmed_version(request)
    require_key(request)
    reading = await actions_import.reading_of(import_id, actor=request.user)
    return await once(request, lambda: actions_import.commit(import_id, actor=request.user, version=version, reading=reading))


@post("/register-imports/{import_id:int}/undo", guards=[needs("register.import")], status_code=200, opt=_CONFIRM)
async def undo_import(request: Req, import_id: Id) -> Response[bytes]:
    """Undo a committed import. 409 naming what rests on it."""
    version = await confirmed_version(request)
    return await once(request, lambda: actions_import.undo(import_id, actor=request.user, version=version))


async def confirmed_version(request: Req) -> int | None:
    """The version a body without anything else names; None without a body."""
    if not await request.body():
        return None
    return (await read_json(request, Confirmation)).version


handlers: list[Any] = [try_register, list_imports, read_import, annotated, commit_import, undo_import]
