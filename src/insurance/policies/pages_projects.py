"""项目台账: the register with both covers and verdicts, viewed and filtered by its address, and exported as seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.model import Actor
from insurance.access.uploads import handed_out
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import Text, render, t
from insurance.policies import pages_register as register
from insurance.policies.model import Cover
from insurance.policies.names import COVER_NAMES
from insurance.policies.pages_register import DRAWN, IN_FORCE, NO, OPEN, REFER, VIEWS, Line
from insurance.projects.model import Taxonomy
from insurance.projects.pages_names import TAXONOMY_NAMES, counties, options, towns
from insurance.web.listing import Listing, read_listing

_HELD_NAMES: dict[str | None, Text] = {
    IN_FORCE: t("在保"),
    OPEN: t("可保未保"),
    REFER: t("待补资料"),
    NO: t("不适用"),
    None: t("不详"),
}
_SEALS = {"open-industry": (Cover.INDUSTRY, OPEN), "open-income": (Cover.INCOME, OPEN)}


class Seen(msgspec.Struct, frozen=True):
    """The register as one address shows it: the list, its view, all lines that fit the filters, and those of the view."""

    listing: Listing
    view: str
    fitting: list[Line]
    lines: list[Line]

    @property
    def cover(self) -> Cover:
        """The cover whose sums the view shows."""
        return register.focus(self.view)


async def register_seen(request: Req, path: str) -> Seen:
    """Read the address and the register behind it. Raises Invalid for what the list does not know."""
    listing = read_listing(
        path,
        request.query_params.multi_items(),
        sorts=register.SORTS,
        usual_sort="-net",
        filters={"view": set(VIEWS), "county": None, "town": None, "taxonomy": {one.value for one in Taxonomy}},
    )
    view = listing.chosen("view") or "all"
    fitting = register.narrowed(await register.register_lines(request.user), listing)
    return Seen(listing, view, fitting, register.seen(fitting, view))


def _tabs(found: Seen, actor: Actor) -> list[dict[str, Any]]:
    """The views as tabs with their counts; an insurer has no business with what is not insured."""
    number_of = register.counts(found.fitting)
    wanted = ["all"] if actor.insurer_id is not None else list(VIEWS)
    others = {name: values for name, values in found.listing.filters.items() if name != "view"}
    tabs = []
    for view in wanted:
        filters = others if view == "all" else {"view": [view], **others}
        tab = {
            "word": render(VIEWS[view], actor.language),
            "href": msgspec.structs.replace(found.listing, filters=filters, after=None).first_href,
            "n": number_of[view],
            "here": view == found.view,
        }
        tabs.append(tab | ({"seal": _SEALS[view]} if view in _SEALS else {}))
    return tabs


def _active(listing: Listing, view: str, language: str) -> list[str]:
    """The view and the filters in words, for the page that found nothing."""
    words = [render(VIEWS[view], language)] if view != "all" else []
    words += [_place_name(code) for name in ("county", "town") if (code := listing.chosen(name))]
    if taxonomy := listing.chosen("taxonomy"):
        words.append(render(TAXONOMY_NAMES[Taxonomy(taxonomy)], language))
    return [*words, *([f"“{listing.q}”"] if listing.q else [])]


def _place_name(code: str) -> str:
    return next((called for path, called in scopes.regions().items() if path.endswith(f"/{code}/")), code)


@get("/projects", guards=[needs("project.read")])
async def projects_page(request: Req) -> Response[str]:
    """The register."""
    actor = request.user
    found = await register_seen(request, "/projects")
    listing, cover = found.listing, found.cover
    rest = register.ordered(found.lines, listing, cover)
    lines = rest[: listing.limit]
    last = register.key_of(lines[-1], listing.sort, cover) if len(rest) > len(lines) else None
    bare = msgspec.structs.replace(listing, filters={name: values for name, values in listing.filters.items() if name != "view"})
    return show(
        request,
        "policies/projects.html",
        listing=listing,
        bare=bare,
        view_name=found.view,
        tabs=_tabs(found, actor),
        cover=cover,
        held=DRAWN,
        lines=lines,
        totals=register.totals(found.lines, cover),
        pages=listing.pages(len(lines), last, total=len(found.lines)),
        county_options=counties(actor),
        town_options=towns(actor, listing.chosen("county")),
        taxonomy_options=options(TAXONOMY_NAMES, actor.language),
        active=_active(listing, found.view, actor.language),
        export_href=listing.export_href("/projects/export"),
        enrol_all_href=listing.export_href("/policies/enrol") + f"&cover={cover.value}" if found.view in _SEALS else "",
    )


_COLUMNS = (
    Column(t("项目编号"), width=22),
    Column(t("项目名称"), width=32),
    Column(t("镇村"), width=28),
    Column(t("项目类型")),
    Column(t("权属")),
    Column(t("经营方式")),
    Column(t("资产净值（元）"), Shape.MONEY, 18),
    Column(t("产业保"), width=12),
    Column(t("收益保"), width=12),
    Column(t("资格判定"), width=14),
    Column(t("理由"), width=32),
)


def _exported(lines: Sequence[Line], cover: Cover, language: str) -> bytes:
    """The lines as a workbook, the totals last."""

    def say(text: Text | None) -> str | None:
        return None if text is None else render(text, language)

    asset = cover is Cover.INDUSTRY
    columns = [*_COLUMNS, Column(t("产业保保额（元）") if asset else t("保障收益（元/年）"), Shape.MONEY, 18)]
    columns += [Column(t("保额/净值"), Shape.RATE, 12)] if asset else []
    columns += [Column(t("年保费（元）"), Shape.MONEY, 16)]
    summed = register.totals(lines, cover)

    def cells(line: Line) -> list[Any]:
        return [
            line.code, line.name, line.place, say(TAXONOMY_NAMES[line.taxonomy]), say(line.ownership), say(line.operation), line.net_fen,
            say(_HELD_NAMES[line.industry]), say(_HELD_NAMES[line.income]), say(line.verdict.word), say(line.verdict.reason),
            line.sum_of(cover), *([line.ratio] if asset else []), line.premium_of(cover),
        ]  # fmt: skip

    total = render(t("合计 {n} 个", n=len(lines)), language)
    foot = [total, *[None] * 5, summed.net_fen, *[None] * 4, summed.sum_fen, *([summed.ratio] if asset else []), summed.premium_fen]
    title = render(t("项目台账 {cover}", cover=COVER_NAMES[cover]), language)
    return write_workbook(columns, [*map(cells, lines), foot], title=title, language=language)


@get("/projects/export", guards=[needs("project.read")])
async def projects_export(request: Req) -> Response[bytes]:
    """The same rows in the same order, all pages of them."""
    found = await register_seen(request, "/projects")
    lines = register.ordered(found.lines, msgspec.structs.replace(found.listing, after=None), found.cover)
    content = await asyncio.to_thread(_exported, lines, found.cover, request.user.language)
    name = render(t("项目台账_{day}", day=request.user.on.isoformat()), request.user.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)
