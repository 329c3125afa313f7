"""JSON: money insurers paid in to be passed on, and how long it was kept."""

from __future__ import annotations

import msgspec
from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req
from insurance.finance import actions_paid_in as actions
from insurance.finance.actions_paid_in import PaidInView


@get("/paid-in", guards=[needs("statement.read")], opt={"answers": PaidInView})
async def list_paid_in(request: Req) -> Response[bytes]:
    """Every receipt of the programme's account with what was passed on the same day, later, and what is still there."""
    return Response(msgspec.json.encode(await actions.paid_in(actor=request.user)), media_type="application/json")


handlers = [list_paid_in]
