"""JSON: the insurers."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access import actions_insurers
from insurance.access.actions_insurers import InsurerView, NewInsurer
from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once


class InsurerPage(msgspec.Struct, frozen=True):
    """All insurers."""

    items: list[InsurerView]
    next_cursor: str | None = None


_EXAMPLE = {
    "code": "PICC-ZZ", "name": "保险公司丙枣庄中心支公司", "credit_code": "91110000600037341L", "short_name": "丙保险",
    "address": "枣庄市薛城区光明大道1号", "contact": "张经理", "telephone": "0632-3322110",
}  # fmt: skip


def _json(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type="application/json")


@get("/insurers", guards=[needs("insurer.read")], opt={"answers": InsurerPage})
async def list_insurers(request: Req) -> Response[bytes]:
    """All insurers."""
    return _json(InsurerPage(await actions_insurers.insurers(actor=request.user)))


@get("/insurers/{insurer_id:int}", guards=[needs("insurer.read")], opt={"answers": InsurerView})
async def one_insurer(request: Req, insurer_id: Id) -> Response[bytes]:
    """One insurer."""
    return _json(await actions_insurers.insurer(insurer_id, actor=request.user))


@post("/insurers", guards=[needs("insurer.write")], status_code=201, opt=takes(NewInsurer, _EXAMPLE, InsurerView))
async def make_insurer(request: Req) -> Response[bytes]:
    """Enter an insurer: its code, name and credit code are its own; accounts and rules may name it from then on."""
    given, actor = await read_json(request, NewInsurer), request.user

    async def act() -> InsurerView:
        return await actions_insurers.add_insurer(given, actor=actor)

    return await once(request, act, status=201, location=lambda made: f"/api/v1/insurers/{made.id}")


handlers: list[Any] = [list_insurers, one_insurer, make_insurer]
