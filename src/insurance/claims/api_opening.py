"""JSON of a real office's start (期初): workbooks of policies in force and past claims, tried and taken in."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_page
from insurance.access.uploads import handed_out, once_uploaded, read_upload, require_key
from insurance.base.files import Media
from insurance.claims import actions_opening as actions_opening_claims
from insurance.claims import openings
from insurance.claims.model import Claim
from insurance.claims.model_opening import OpeningCorrection, OpeningVersion
from insurance.policies import actions_opening
from insurance.policies.actions_opening import OpeningLine, OpeningReport
from insurance.projects.api_imports import Confirmation, confirmed_version


class OpeningShown(msgspec.Struct):
    """One opening import: its line and its faults."""

    line: OpeningLine
    report: OpeningReport


class OpeningPage(msgspec.Struct):
    """A page of opening imports, newest first."""

    items: list[OpeningLine]
    next_cursor: str | None


_CONFIRM = {"body": Confirmation, "example": {"version": 1}, "answers": OpeningReport}
_UPLOAD = {"form": ["file", "kind"], "answers": OpeningReport}


@post("/opening-imports", guards=[needs("opening.import")], status_code=201, opt=_UPLOAD)
async def try_opening(request: Req) -> Response[bytes]:
    """Dry run of a workbook (.xlsx, .xls, .csv) of policies in force (`kind` policies) or past claims (`kind` claims): nothing changes.

    rows = created + unchanged + faulty. `faults` are by cell and hold no personal data; `notes` say how cells were read, one line
    per kind and column. The same file that waits for its commit answers the same import.
    """
    require_key(request)
    upload = await read_upload(request, ("kind",))
    kind = openings.kind_of(upload.fields.get("kind"))
    reading = await actions_opening.read(kind, upload.content, upload.name, actor=request.user)
    return await once_uploaded(
        request, upload, lambda: actions_opening.report(kind, reading, actor=request.user), status=201,
        location=lambda report: f"/api/v1/opening-imports/{report.id}",
    )  # fmt: skip


@get(
    "/opening-imports",
    guards=[needs("opening.import")],
    opt={"answers": OpeningPage, "query": {"limit": "1–200", "cursor": "next_cursor"}},
)
async def list_openings(request: Req) -> Response[bytes]:
    """The opening imports of the reader's region, newest first."""
    before, limit = asked_page(request)
    lines = await actions_opening.listed(before, limit + 1, actor=request.user)
    more = str(lines[limit - 1].id) if len(lines) > limit else None
    return Response(msgspec.json.encode(OpeningPage(lines[:limit], more)), media_type="application/json")


@get("/opening-imports/{opening_id:int}", guards=[needs("opening.import")], opt={"answers": OpeningShown})
async def read_opening(request: Req, opening_id: Id) -> Response[bytes]:
    """One opening import with every fault."""
    line, report = await actions_opening.shown(opening_id, actor=request.user)
    return Response(msgspec.json.encode(OpeningShown(line, report)), media_type="application/json")


@get("/opening-imports/{opening_id:int}/annotated", guards=[needs("opening.import")])
async def annotated(request: Req, opening_id: Id) -> Response[bytes]:
    """The workbook as it came, with every fault and note at its cell (xlsx)."""
    kind = await openings.kind_stored(opening_id, actor=request.user)
    name, content = await actions_opening.annotated(kind, opening_id, actor=request.user)
    return handed_out(content, name, Media.XLSX)


@post("/opening-imports/{opening_id:int}/commit", guards=[needs("opening.import")], status_code=200, opt=_CONFIRM)
async def commit_opening(request: Req, opening_id: Id) -> Response[bytes]:
    """Store the good rows of exactly the file that was tried, as opening facts. 409 when it is in already; there is no undoing."""
    version = await confirmed_version(request)
    require_key(request)
    kind = await openings.kind_stored(opening_id, actor=request.user)
    reading = await actions_opening.reading_of(kind, opening_id, actor=request.user)
    return await once(request, lambda: actions_opening.commit(kind, opening_id, reading, actor=request.user, version=version))


_CORRECTION = {
    "version": 1, "reason": "原台账漏记一笔赔款", "approved_fen": 3_200_000, "paid_fen": 3_200_000, "paid_on": "2019-06-20",
}  # fmt: skip


@get("/claims/{claim_id:int}/opening", guards=[needs("claim.read")], opt={"answers": list[OpeningVersion]})
async def claim_opening(request: Req, claim_id: Id) -> Response[bytes]:
    """What was stated of a past claim that was taken over: every version, oldest first. Empty for any other claim."""
    found = await actions_opening_claims.versions(claim_id, actor=request.user)
    return Response(msgspec.json.encode(found), media_type="application/json")


@post(
    "/claims/{claim_id:int}/opening-corrections",
    guards=[needs("claim.opening-correction")],
    status_code=200,
    opt=takes(OpeningCorrection, _CORRECTION, Claim),
)
async def correct_opening(request: Req, claim_id: Id) -> Response[bytes]:
    """State a past claim anew, with the reason: a new version and a new event. What was stated before stays visible."""
    given = await read_json(request, OpeningCorrection)
    return await once(request, lambda: actions_opening_claims.correction(claim_id, given, actor=request.user))


handlers: list[Any] = [try_opening, list_openings, read_opening, annotated, commit_opening, claim_opening, correct_opening]
