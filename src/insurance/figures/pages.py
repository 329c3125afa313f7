"""总览: what is covered, what was paid, what is late; and the table of the districts as a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, Router, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.model import Actor
from insurance.access.query import asked_day
from insurance.access.rules import may
from insurance.access.uploads import handed_out
from insurance.base import db
from insurance.base.files import Media
from insurance.base.text import render, t
from insurance.claims import disasters, store_pages
from insurance.figures import actions, pages_shown, pages_work
from insurance.figures.model import DisasterFigure, Figures

_DISASTERS = 3
_WEEKDAYS = (t("星期一"), t("星期二"), t("星期三"), t("星期四"), t("星期五"), t("星期六"), t("星期日"))


class Stricken(msgspec.Struct, frozen=True):
    """A disaster as its card shows it; the counts below `open` are of today and None on an earlier day."""

    figure: DisasterFigure
    href: str
    assessed: int | None = None
    decided: int | None = None
    paid_fen: int | None = None


@get("/", guards=[needs("figures.read")])
async def dashboard(request: Req) -> Response[str]:
    """The figures of the reader's scope, and today's work."""
    actor = request.user
    found = await actions.figures(asked_day(request, "as_of"), actor=actor)
    today = found.as_of == actor.on
    claims = await pages_work.claims_now(actor)
    judged = _judged(actor)
    maps = list(pages_shown.MAPS) if judged else ["claims"]
    by = request.query_params.get("map", "")
    by = by if by in maps else maps[0]
    return show(
        request,
        "figures/dashboard.html",
        figures=found,
        today=today,
        judged=judged,
        weekday=render(_WEEKDAYS[found.as_of.weekday()], actor.language),
        late=claims.late if today else None,
        tasks=await pages_work.tasks(claims, actor=actor) if today else [],
        covered=pages_shown.covered,
        beside=pages_shown.beside,
        total=pages_shown.summed(found),
        ramp=pages_shown.ramp(found.by_county, by),
        maps=_maps(request, maps, by),
        by=by,
        months=pages_shown.months(found.paid_by_month, found.as_of, actor.language),
        stricken=await _stricken(found, today, actor),
        export_href="/figures/export" if today else f"/figures/export?as_of={found.as_of.isoformat()}",
    )


def _judged(actor: Actor) -> bool:
    """Whether the reader sees all facts that decide what could be insured; an insurer sees only its own book."""
    return actor.insurer_id is None


def _maps(request: Req, maps: Sequence[str], by: str) -> list[dict[str, Any]]:
    """What the map may show; the day asked for is kept."""
    asked = request.query_params.get("as_of")
    kept = f"&as_of={asked}" if asked else ""
    return [
        {"word": render(pages_shown.MAPS[name], request.user.language), "href": f"/?map={name}{kept}#map", "here": name == by}
        for name in maps
    ]


async def _stricken(found: Figures, today: bool, actor: Actor) -> list[Stricken]:
    """The latest disasters with claims, how far their claims have come, and where they are shown."""
    figures = [one for one in found.claims_by_disaster if one.reported][:_DISASTERS]
    if not figures or not may(actor.role, "disaster.read"):
        return [Stricken(one, "") for one in figures]
    ids = {one.code: one.id for one in await disasters.many(actor=actor, limit=100)}
    shown = []
    async with db.transaction(actor.scope):
        for one in figures:
            disaster_id = ids.get(one.code)
            if disaster_id is None or not today:
                shown.append(Stricken(one, f"/disasters/{disaster_id}" if disaster_id else ""))
                continue
            rows = await store_pages.disaster_counts(disaster_id, actor=actor)
            assessed, decided, paid_fen = (sum(row[name] for row in rows) for name in ("assessed", "decided", "paid_fen"))
            shown.append(Stricken(one, f"/disasters/{disaster_id}", assessed, decided, paid_fen))
    return shown


@get("/figures/export", guards=[needs("figures.read")])
async def export(request: Req) -> Response[bytes]:
    """The table of the districts with its totals, of the same day."""
    found = await actions.figures(asked_day(request, "as_of"), actor=request.user)
    content = await asyncio.to_thread(pages_shown.workbook, found, _judged(request.user), request.user.language)
    name = render(t("各区（市）覆盖与理赔 {day}", day=found.as_of.isoformat()), request.user.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


router = Router(path="", route_handlers=[dashboard, export])
