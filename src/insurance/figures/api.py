"""JSON: the figures."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
from litestar import Response, Router, get

from insurance.access.guards import needs
from insurance.access.http import Req
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.figures import actions
from insurance.figures.model import Figures

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def asked_day(request: Req) -> dt.date | None:
    """`as_of=YYYY-MM-DD` of the address, None when it is not given. Raises Invalid on the field."""
    given = request.query_params.get("as_of")
    if given is None:
        return None
    try:
        if _DAY.fullmatch(given):
            return dt.date.fromisoformat(given)
    except ValueError:
        pass
    raise Invalid.field("as_of", t("日期写作 YYYY-MM-DD"))


@get(
    "/figures",
    guards=[needs("figures.read")],
    opt={"answers": Figures, "query": {"as_of": "YYYY-MM-DD, not after the business date; usually the business date"}},
)
async def read_figures(request: Req) -> Response[bytes]:
    """The figures of the reader's scope as of a business day."""
    found = await actions.figures(asked_day(request), actor=request.user)
    return Response(msgspec.json.encode(found), media_type="application/json")


router = Router(path="/api/v1", route_handlers=[read_figures])
