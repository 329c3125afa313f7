"""移交: the changes of insurers, the pack of one of them on a page, and as a workbook."""

from __future__ import annotations

import asyncio

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.uploads import handed_out
from insurance.base.errors import NotFound
from insurance.base.files import Media
from insurance.base.text import render, t
from insurance.claims import actions_handover
from insurance.claims.api_handover import asked_pack
from insurance.claims.model_handover import Change, Pack
from insurance.claims.names import STATE_NAMES
from insurance.claims.pages_handover_book import workbook
from insurance.policies.names import COVER_NAMES
from insurance.web.listing import read_listing

_MOST_SHOWN = 50  # open claims on the page; the workbook has them all


def _versions(changes: list[Change]) -> list[tuple[str, str]]:
    """The insurers of a day, each of which gets a version of its own."""
    named = {one.old: one.old_name for one in changes} | {one.new: one.new_name for one in changes}
    return sorted(named.items())


@get("/handovers", guards=[needs("handover.read")])
async def handovers_page(request: Req) -> Response[str]:
    """The changes of insurers by their day; of one day what stays and what goes, with control totals."""
    actor = request.user
    changes = await actions_handover.changes(actor=actor)
    pack: Pack | None = await asked_pack(request)
    listing = read_listing(
        "/handovers", request.query_params.multi_items(), sorts={"on": (int,)}, usual_sort="on",
        filters={"on": None, "county": None, "insurer": None},
    )  # fmt: skip
    of_day = [one for one in changes if pack is not None and one.on == pack.on]
    return show(
        request,
        "claims/handovers.html",
        changes=changes,
        pack=pack,
        listing=listing,
        cover_names=COVER_NAMES,
        states=STATE_NAMES,
        of_pair=[(one, pack.sums(one.pair)) for one in pack.changes] if pack else [],
        totals=pack.sums() if pack else None,
        keeps=pack is not None and any(pack.insurer in (None, one.old) for one in pack.changes),
        claims=pack.claims[:_MOST_SHOWN] if pack else [],
        county_options=sorted({(one.county_code, one.county) for one in of_day}) if actor.county_code is None else [],
        insurer_options=_versions(of_day) if actor.insurer_id is None else [],
        export_href=listing.export_href("/handovers/export"),
    )


@get("/handovers/export", guards=[needs("handover.read")])
async def handover_export(request: Req) -> Response[bytes]:
    """The pack as a workbook, as the page shows it."""
    pack = await asked_pack(request)
    if pack is None:
        raise NotFound(t("请先选择换保日"))
    language = request.user.language
    content = await asyncio.to_thread(workbook, pack, language)
    name = t("移交包_{day}_{who}", day=pack.on.isoformat(), who=pack.insurer or t("扶贫办"))
    return handed_out(content, f"{render(name, language)}.xlsx", Media.XLSX)


HANDLERS = [handovers_page, handover_export]
