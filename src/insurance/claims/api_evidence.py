"""JSON: papers and photos of a claim."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import day_of
from insurance.access.uploads import once_uploaded, require_key, streamed
from insurance.claims import actions_evidence, actions_signals, rules_weather
from insurance.claims.model import Claim
from insurance.claims.model_evidence import Evidence, Explanation, Signal

JSON = "application/json"
_FIELDS = ("kind", "dated_on", *rules_weather.FIELDS)


class Signals(msgspec.Struct):
    """The signals about a claim's photos, those not explained first."""

    items: tuple[Signal, ...]
    next_cursor: str | None = None


@get("/claims/{claim_id:int}/evidence", guards=[needs("document.read")], opt={"answers": Evidence})
async def claim_evidence(request: Req, claim_id: Id) -> Response[bytes]:
    """Papers on file, what the procedure asks for, and what is missing."""
    found = await actions_evidence.on_file(claim_id, actor=request.user)
    return Response(msgspec.json.encode(found), media_type=JSON)


@post(
    "/claims/{claim_id:int}/evidence",
    guards=[needs("document.file")],
    status_code=200,
    opt={"form": ["file", *_FIELDS], "answers": Claim},
)
async def file_evidence(request: Req, claim_id: Id) -> Response[bytes]:
    """File a paper or photo (PDF, JPG, PNG, Excel, CSV; 10 MB each, 20 a claim); the first claim form starts the insurer's terms.

    A certificate of the meteorological office may say what it measured: station and number, then m/s and mm as decimals.
    """
    require_key(request)
    async with streamed(request, _FIELDS) as sent:
        dated_on = day_of(sent.fields.get("dated_on"), "dated_on")
        kind = sent.fields.get("kind", "")
        reading = rules_weather.reading_of(kind, sent.fields)
        brought = await actions_evidence.for_claim(claim_id, kind, sent.name, sent.arrived, actor=request.user)
    return await once_uploaded(
        request, sent, lambda: actions_evidence.file(claim_id, kind, sent.name, brought, dated_on, reading, actor=request.user)
    )  # fmt: skip


@get("/claims/{claim_id:int}/signals", guards=[needs("signal.read")], opt={"answers": Signals})
async def claim_signals(request: Req, claim_id: Id) -> Response[bytes]:
    """What about the claim's photos makes one ask, with the reason; never a verdict."""
    found = await actions_signals.of_claim(claim_id, actor=request.user)
    return Response(msgspec.json.encode(Signals(found)), media_type=JSON)


@post(
    "/claims/{claim_id:int}/signals/{signal_id:int}/notes",
    guards=[needs("signal.explain")],
    status_code=201,
    opt=takes(Explanation, {"note": "同一次灾害中相邻大棚由同一人拍摄，已电话核实"}, Signal),
)
async def explain_signal(request: Req, claim_id: Id, signal_id: Id) -> Response[bytes]:
    """Note why a signal is none after all. The signal and every note stay."""
    given = await read_json(request, Explanation)
    return await once(
        request,
        lambda: actions_signals.explain(claim_id, signal_id, given, actor=request.user),
        status=201,
        location=lambda _: f"/api/v1/claims/{claim_id}/signals",
    )


handlers: list[Any] = [claim_evidence, file_evidence, claim_signals, explain_signal]
