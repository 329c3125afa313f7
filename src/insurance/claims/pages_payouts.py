"""赔款支付: the orders, filtered by their address, with the claim of each, their sum, and the same as a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.access.uploads import handed_out
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import Text, render, t
from insurance.claims import store
from insurance.claims.pages_offers import ready_parts
from insurance.finance import actions as finance
from insurance.finance.model import PayoutState
from insurance.finance.model_payments import RETURN_REASONS, PayoutMode
from insurance.finance.pages import STATES
from insurance.finance.views import PayoutView
from insurance.projects.pages_names import counties
from insurance.web.listing import Listing, read_listing
from insurance.web.view import Note

_ALL = 1_000_000
MODES: dict[PayoutMode, Text] = {PayoutMode.DIRECT: t("保险公司直付"), PayoutMode.AGENT: t("专户代付")}


def _listing(request: Req) -> Listing:
    state = request.query_params.get("state")
    if state is not None and state not in PayoutState.__members__:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    return read_listing(
        "/payouts", request.query_params.multi_items(), sorts={"newest": (int,)}, usual_sort="newest",
        filters={"state": set(PayoutState), "insurer": None, "county": None, "mode": set(PayoutMode)},
    )  # fmt: skip


def _wanted(listing: Listing, actor: Actor) -> dict[str, Any]:
    insurer = listing.chosen("insurer")
    known = insurer is not None and insurer.isascii() and insurer.isdigit() and len(insurer) < 19
    return {
        "state": listing.chosen("state"), "mode": listing.chosen("mode"), "q": listing.q or None,
        "county": actor.county_code or listing.chosen("county"), "insurer": (int(insurer or 0) if known else 0) if insurer else None,
    }  # fmt: skip


def _tabs(listing: Listing, language: str) -> list[dict[str, object]]:
    """All states, the other filters kept."""
    bare = listing.without("state")

    def href(state: PayoutState) -> str:
        return f"{bare}{'&' if '?' in bare else '?'}state={state}"

    here = listing.chosen("state")
    tabs: list[dict[str, object]] = [{"word": render(t("全部"), language), "href": bare, "here": here is None}]
    return tabs + [{"word": render(word, language), "href": href(one), "here": here == one} for one, (word, _) in STATES.items()]


async def _claims_of(found: Sequence[PayoutView], actor: Actor) -> dict[int, tuple[int, str]]:
    async with db.transaction(actor.scope):
        return await store.claims_of_parts([one.part_id for one in found])


async def payouts_answer(request: Req, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    """The page, also after a refusal, with what it said."""
    actor, listing = request.user, _listing(request)
    wanted = _wanted(listing, actor)
    before = listing.after[0] if listing.after else None
    found = await finance.payouts(actor=actor, before=before, limit=listing.limit + 1, **wanted)
    shown, more = found[: listing.limit], len(found) > listing.limit
    ready: list[Any] = []
    if may(actor.role, "payout.order") and not listing.narrowed:
        async with db.transaction(actor.scope):
            ready = await ready_parts()
    number, total_fen = await finance.payouts_total(actor=actor, **wanted)
    return show(
        request,
        "finance/payouts.html",
        status=status,
        notes=notes,
        listing=listing,
        payouts=shown,
        claims=await _claims_of(shown, actor) if may(actor.role, "claim.read") else {},
        ready=ready,
        tabs=_tabs(listing, actor.language),
        states=STATES,
        modes=MODES,
        mode_options=[(mode.value, render(word, actor.language)) for mode, word in MODES.items()],
        insurer_options=[] if actor.insurer_id is not None else [(str(key), name) for key, name in scopes.insurers().items()],
        county_options=counties(actor),
        return_reasons=[(one.code, f"{render(one.name, actor.language)} {one.code}") for one in RETURN_REASONS.values()],
        number=number,
        total_fen=total_fen,
        pages=listing.pages(len(shown), (shown[-1].id,) if more else None, total=number),
        export_href=listing.export_href("/payouts/export"),
    )


@get("/payouts", guards=[needs("payout.read")])
async def payouts_page(request: Req) -> Response[str]:
    """Orders by state, and before them the money that awaits one."""
    return await payouts_answer(request)


_COLUMNS = (
    Column(t("付款指令"), width=16), Column(t("付款编号"), width=18), Column(t("赔案"), width=16), Column(t("收款人"), width=30),
    Column(t("开户行"), width=28), Column(t("账号"), width=12), Column(t("金额（元）"), Shape.MONEY, 16), Column(t("付款方式"), width=14),
    Column(t("状态"), width=10), Column(t("制单人"), width=16), Column(t("制单日"), Shape.DATE, 12), Column(t("复核人"), width=16),
    Column(t("入账日"), Shape.DATE, 12), Column(t("退汇日"), Shape.DATE, 12), Column(t("原因"), width=24),
)  # fmt: skip


def _workbook(found: Sequence[PayoutView], claims: Mapping[int, tuple[int, str]], language: str) -> bytes:
    def cells(one: PayoutView) -> list[Any]:
        return [
            one.number, one.token, claims.get(one.part_id, (0, ""))[1], one.payee_name, one.payee_bank, one.payee_account, one.amount_fen,
            render(MODES[one.mode], language), render(STATES[one.state][0], language), one.ordered_by, one.ordered_on, one.released_by,
            one.settled_on, one.returned_on, one.closed_reason,
        ]  # fmt: skip

    foot = [render(t("合计 {n} 笔", n=len(found)), language), *[None] * 5, sum(one.amount_fen for one in found), *[None] * 8]
    return write_workbook(_COLUMNS, [*map(cells, found), foot], title=t("赔款支付"), language=language)


@get("/payouts/export", guards=[needs("payout.read")])
async def payouts_export(request: Req) -> Response[bytes]:
    """The same orders in the same order, all pages of them."""
    actor = request.user
    found = await finance.payouts(actor=actor, limit=_ALL, **_wanted(_listing(request), actor))
    claims = await _claims_of(found, actor) if may(actor.role, "claim.read") else {}
    content = await asyncio.to_thread(_workbook, found, claims, actor.language)
    name = render(t("赔款支付_{day}", day=actor.on.isoformat()), actor.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


HANDLERS = [payouts_page, payouts_export]
