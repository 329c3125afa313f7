"""The calculators (试算) over HTTP: an object in gives an object out, an array an array of the same length."""

from __future__ import annotations

import asyncio

import msgspec
from litestar import Response, Router, post
from litestar.params import FromPath

from insurance.access.guards import needs
from insurance.access.http import Req
from insurance.base.errors import WrongMediaType
from insurance.base.text import t
from insurance.claims import trials

_EXAMPLE = {
    "value_fen": 68_979_167,
    "sum_insured_fen": 73_740_000,
    "loss_fen": 4_567_890,
    "salvage_fen": 120_000,
    "deductible": {"fixed_fen": 100_000, "rate": "0.10"},
}


@post(
    "/trials/{kind:str}",
    guards=[needs("trial.run")],
    status_code=200,
    opt={"example": _EXAMPLE, "exempt": "idempotency"},
    request_max_body_size=12 * 1024 * 1024,
)
async def run_trial(request: Req, kind: FromPath[str]) -> Response[bytes]:
    """Try a case before it exists. An array is always 200; a single bad object is 422 with its error. Nothing is stored."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise WrongMediaType(t("请求体须为 application/json"))
    raw = await request.body()
    answer = await asyncio.to_thread(lambda: trials.run(kind, trials.read(raw), request.user.language))
    status = 422 if not isinstance(answer, list) and trials.failed(answer) else 200
    return Response(msgspec.json.encode(answer), status_code=status, media_type="application/json")


router = Router(path="/api/v1", route_handlers=[run_trial])
