"""JSON: what stands around a decision: objections and their answers."""

from __future__ import annotations

import msgspec
from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Id, Req
from insurance.claims import actions_dispute
from insurance.claims.model_decision import Objections

JSON = "application/json"


@get("/claims/{claim_id:int}/objections", guards=[needs("claim.read")], opt={"answers": Objections})
async def claim_objections(request: Req, claim_id: Id) -> Response[bytes]:
    """What was said against the results of a claim and how it was answered, newest first."""
    return Response(msgspec.json.encode(await actions_dispute.objections(claim_id, actor=request.user)), media_type=JSON)


handlers = [claim_objections]
