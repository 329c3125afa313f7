"""收益分配: every distribution of the scope by state and what is open, and money that waits to be shared; exported as seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.uploads import handed_out
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import render, t
from insurance.projects.pages_names import counties, options
from insurance.sharing import shown
from insurance.sharing.model import SOURCE_NAMES, STATE_NAMES, SharingState, Source
from insurance.sharing.names import STATE_TONES
from insurance.sharing.views import SharingLine
from insurance.web.listing import Listing, read_listing

_SORTS: dict[str, tuple[type, ...]] = {"made": (int,), "open": (int, int), "amount": (int, int)}
_MOST_WAITING = 20


def _read(request: Req, path: str) -> Listing:
    return read_listing(
        path, request.query_params.multi_items(), sorts=_SORTS, usual_sort="-made",
        filters={"state": {one.value for one in SharingState}, "source": {one.value for one in Source}, "open": {"1"}, "county": None,
                 "claim": None, "project": None},
    )  # fmt: skip


def _key(line: SharingLine, sort: str) -> tuple[Any, ...]:
    return {"made": (line.id,), "open": (_open(line), line.id), "amount": (line.amount_fen, line.id)}[sort]


def _open(line: SharingLine) -> int:
    """What still has to find its use; of a void one nothing."""
    return 0 if line.state is SharingState.CANCELLED else line.open_fen


def _fits(line: SharingLine, listing: Listing) -> bool:
    claim, project, county = (listing.chosen(name) for name in ("claim", "project", "county"))
    asked = {"state": line.state.value, "source": line.source.value}
    return (
        all(listing.chosen(name) in (None, value) for name, value in asked.items())
        and claim in (None, str(line.claim_id))
        and project in (None, str(line.project_id))
        and (county is None or f"/{county}/" in line.region_path)
        and (listing.chosen("open") is None or _open(line) > 0)
        and listing.q.casefold() in f"{line.number}\n{line.project_name}\n{line.project_code}\n{line.claim_number or ''}".casefold()
    )


async def _seen(request: Req, path: str) -> tuple[Listing, list[SharingLine]]:
    listing = _read(request, path)
    found = [line for line in await shown.lines(actor=request.user) if _fits(line, listing)]
    return listing, sorted(found, key=lambda line: _key(line, listing.sort), reverse=listing.descending)


@get("/sharing", guards=[needs("sharing.read")])
async def sharings_page(request: Req) -> Response[str]:
    """The distributions, and what waits to be shared."""
    actor = request.user
    listing, lines = await _seen(request, "/sharing")
    rest = lines
    if listing.after is not None:
        after: Any = listing.after
        rest = [one for one in lines if (_key(one, listing.sort) < after if listing.descending else _key(one, listing.sort) > after)]
    page = rest[: listing.limit]
    last = _key(page[-1], listing.sort) if len(rest) > len(page) else None
    claim = listing.chosen("claim")
    waiting = [] if listing.narrowed and claim is None else await shown.waiting(actor=actor, limit=_MOST_WAITING + 1)
    waiting = [one for one in waiting if claim in (None, str(one["claim_id"]))]
    return show(
        request, "sharing/sharings.html", listing=listing, lines=page, pages=listing.pages(len(page), last, total=len(lines)),
        waiting=waiting[:_MOST_WAITING], more_waiting=len(waiting) > _MOST_WAITING, totals=_totals(lines), states=STATE_NAMES,
        tones=STATE_TONES, sources=SOURCE_NAMES, state_options=options(STATE_NAMES, actor.language),
        source_options=options(SOURCE_NAMES, actor.language), county_options=counties(actor),
        export_href=listing.export_href("/sharing/export"), open_of=_open,
    )  # fmt: skip


def _totals(lines: Sequence[SharingLine]) -> dict[str, int]:
    live = [line for line in lines if line.state is not SharingState.CANCELLED]
    return {
        "n": len(lines), "amount_fen": sum(line.amount_fen for line in live), "used_fen": sum(line.used_fen for line in live),
        "open_fen": sum(line.open_fen for line in live),
    }  # fmt: skip


_COLUMNS = (
    Column(t("分配编号"), width=18), Column(t("项目编号"), width=22), Column(t("项目名称"), width=32), Column(t("镇村"), width=28),
    Column(t("资金来源")), Column(t("拟定日"), Shape.DATE, 12), Column(t("金额（元）"), Shape.MONEY, 18),
    Column(t("已用（元）"), Shape.MONEY, 18),
    Column(t("未用（元）"), Shape.MONEY, 18), Column(t("未用天数"), Shape.COUNT, 10), Column(t("状态")),
    Column(t("确认日"), Shape.DATE, 12),
    Column(t("赔案"), width=18),
)  # fmt: skip


def _exported(lines: Sequence[SharingLine], language: str) -> bytes:
    def cells(line: SharingLine) -> list[Any]:
        return [
            line.number, line.project_code, line.project_name, line.place, render(SOURCE_NAMES[line.source], language), line.made_on,
            line.amount_fen, line.used_fen, _open(line), line.open_days, render(STATE_NAMES[line.state], language), line.confirmed_on,
            line.claim_number,
        ]  # fmt: skip

    sums = _totals(lines)
    told = render(t("合计 {n} 笔（不含已作废）", n=len(lines)), language)
    foot = [told, *[None] * 5, sums["amount_fen"], sums["used_fen"], sums["open_fen"], *[None] * 4]
    return write_workbook(_COLUMNS, [*map(cells, lines), foot], title=t("收益分配"), language=language)


@get("/sharing/export", guards=[needs("sharing.read")])
async def sharings_export(request: Req) -> Response[bytes]:
    """The same rows in the same order, all pages of them."""
    _, lines = await _seen(request, "/sharing")
    content = await asyncio.to_thread(_exported, lines, request.user.language)
    name = render(t("收益分配_{day}", day=request.user.on.isoformat()), request.user.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


HANDLERS = [sharings_page, sharings_export]
