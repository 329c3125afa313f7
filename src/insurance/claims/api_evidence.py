"""JSON: papers and photos of a claim."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req
from insurance.access.query import day_of
from insurance.access.uploads import once_uploaded, require_key, streamed
from insurance.claims import actions_evidence
from insurance.claims.actions_evidence import Evidence
from insurance.claims.model import Claim

JSON = "application/json"


@get("/claims/{claim_id:int}/evidence", guards=[needs("document.read")], opt={"answers": Evidence})
async def claim_evidence(request: Req, claim_id: Id) -> Response[bytes]:
    """Papers on file, what the procedure asks for, and what is missing."""
    found = await actions_evidence.on_file(claim_id, actor=request.user)
    return Response(msgspec.json.encode(found), media_type=JSON)


@post(
    "/claims/{claim_id:int}/evidence",
    guards=[needs("document.file")],
    status_code=200,
    opt={"form": ["file", "kind", "dated_on"], "answers": Claim},
)
async def file_evidence(request: Req, claim_id: Id) -> Response[bytes]:
    """File a paper or photo (PDF, JPG, PNG, Excel, CSV; 10 MB each, 20 a claim); the first claim form starts the insurer's terms."""
    require_key(request)
    async with streamed(request, ("kind", "dated_on")) as sent:
        dated_on = day_of(sent.fields.get("dated_on"), "dated_on")
        kind = sent.fields.get("kind", "")
        brought = await actions_evidence.for_claim(claim_id, kind, sent.name, sent.arrived, actor=request.user)
    return await once_uploaded(
        request, sent, lambda: actions_evidence.file(claim_id, kind, sent.name, brought, dated_on, actor=request.user)
    )  # fmt: skip


handlers: list[Any] = [claim_evidence, file_evidence]
