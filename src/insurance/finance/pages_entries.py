"""凭证: the entries of the books, filtered by their address, each with a way to what it is about, exported as seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.query import day_of
from insurance.access.uploads import handed_out
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import render, t
from insurance.finance import actions_entries as actions
from insurance.finance.actions_entries import EVENT_NAMES, EntryView, Sought, about, account_name
from insurance.finance.model import CHART, Event
from insurance.web.listing import Listing, read_listing

_ALL = 1_000_000
_WAYS = {"policy": "/policies/{}", "claim": "/claims/{}"}


def _listing(request: Req) -> Listing:
    return read_listing(
        "/ledger/entries", request.query_params.multi_items(), sorts={"day": (date, int)}, usual_sort="-day",
        filters={"account": set(CHART), "event": set(Event), "subject": None, "from": None, "until": None},
    )  # fmt: skip


def _sought(listing: Listing) -> Sought:
    chosen = listing.chosen
    return Sought(
        chosen("account"), day_of(chosen("from"), "from"), day_of(chosen("until"), "until"), chosen("event"),
        chosen("subject"),
    )  # fmt: skip


def way_to(subject: str) -> str:
    """Where what an entry is about is shown (of premium the policy); empty where there is no page of it."""
    kind, _, number = subject.rpartition("/")[2].partition(":")
    if subject == "opening":
        return "/ledger/opening"
    return _WAYS[kind].format(number) if kind in _WAYS and number.isdigit() else ""


@get("/ledger/entries", guards=[needs("ledger.read")])
async def entries_page(request: Req) -> Response[str]:
    """The entries, the latest day first."""
    actor, listing = request.user, _listing(request)
    sought = _sought(listing)
    after: Any = listing.after or (None, None)
    found = await actions.entries(sought, after=after, limit=listing.limit + 1, actor=actor)
    shown, more = found[: listing.limit], len(found) > listing.limit
    number, debit_fen, credit_fen = await actions.entries_total(sought, actor=actor)
    return show(
        request,
        "finance/entries.html",
        listing=listing,
        entries=shown,
        events=EVENT_NAMES,
        account_name=lambda code: account_name(code, actor.language),
        way_to=way_to,
        about=lambda subject: about(subject, actor.language),
        account_options=[(code, account_name(code, actor.language)) for code in CHART],
        event_options=[(event.value, render(word, actor.language)) for event, word in EVENT_NAMES.items()],
        number=number,
        debit_fen=debit_fen,
        credit_fen=credit_fen,
        pages=listing.pages(len(shown), (shown[-1].booked_on.isoformat(), shown[-1].id) if more else None, total=number),
        export_href=listing.export_href("/ledger/entries/export"),
    )


_COLUMNS = (
    Column(t("凭证号"), width=10), Column(t("记账日"), Shape.DATE, 12), Column(t("事由"), width=22), Column(t("借方科目"), width=24),
    Column(t("贷方科目"), width=24), Column(t("金额（元）"), Shape.MONEY, 18), Column(t("对象"), width=24), Column(t("记账人"), width=18),
)  # fmt: skip


def _workbook(found: Sequence[EntryView], language: str) -> bytes:
    def cells(one: EntryView) -> list[Any]:
        return [
            str(one.id), one.booked_on, render(EVENT_NAMES[Event(one.event)], language), account_name(one.debit, language),
            account_name(one.credit, language), one.amount_fen, about(one.subject, language), one.made_by,
        ]  # fmt: skip

    foot = [render(t("合计 {n} 笔", n=len(found)), language), *[None] * 4, sum(one.amount_fen for one in found), None, None]
    return write_workbook(_COLUMNS, [*map(cells, found), foot], title=t("记账凭证"), language=language)


@get("/ledger/entries/export", guards=[needs("ledger.read")])
async def entries_export(request: Req) -> Response[bytes]:
    """The same entries in the same order, all pages of them."""
    actor = request.user
    found = await actions.entries(_sought(_listing(request)), limit=_ALL, actor=actor)
    content = await asyncio.to_thread(_workbook, found, actor.language)
    name = render(t("凭证_{day}", day=actor.on.isoformat()), actor.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


HANDLERS = [entries_page, entries_export]
