"""JSON: changes of insurers and their handover packs."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req
from insurance.access.query import asked_day
from insurance.claims import actions_handover
from insurance.claims.model_handover import Change, Pack, Sums


class ChangePage(msgspec.Struct, frozen=True):
    """Every change of insurers the reader may know of."""

    items: list[Change]
    next_cursor: str | None = None


class PackWhole(msgspec.Struct, frozen=True):
    """The pack of a day, with its control totals."""

    totals: Sums
    pack: Pack


async def asked_pack(request: Req) -> Pack | None:
    """The pack an address asks for (`on`, `county`, `insurer`); None without a day. Raises Invalid, NotFound."""
    on = asked_day(request, "on")
    if on is None:
        return None
    query = request.query_params
    county, insurer = query.get("county") or None, query.get("insurer") or None
    return await actions_handover.pack(on, county=county, insurer=insurer, actor=request.user)


@get(
    "/handovers",
    guards=[needs("handover.read")],
    opt={"answers": PackWhole, "query": {
        "on": "the first day of the new insurer; without it the changes are listed", "county": "a county's code",
        "insurer": "the version of this insurer (an insurer always gets its own)"}},
)  # fmt: skip
async def handovers(request: Req) -> Response[bytes]:
    """The changes of insurers; with a day, the pack of that day: what stays with the old insurer and what goes to the new one."""
    pack = await asked_pack(request)
    found = ChangePage(await actions_handover.changes(actor=request.user)) if pack is None else PackWhole(pack.sums(), pack)
    return Response(msgspec.json.encode(found), media_type="application/json")


handlers: list[Any] = [handovers]
