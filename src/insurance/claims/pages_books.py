"""三方对账: our books, the insurer's list and the bank side by side; lists taken in, read and withdrawn."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response, get, post

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.query import day_of
from insurance.access.rules import may
from insurance.access.uploads import handed_out, read_upload
from insurance.base.errors import Invalid, Refused
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import render, t
from insurance.claims import actions_books as actions
from insurance.claims.api_books import stated
from insurance.claims.model_books import Comparison, Difference, Withdrawing
from insurance.claims.pages_forms import carried_out
from insurance.claims.views_books import DIFFERENCE_NAMES, BookItem, item_view, sums_views
from insurance.web.forms import FormState, kept, read
from insurance.web.listing import Listing, read_listing
from insurance.web.render import onward
from insurance.web.view import Note

_LISTS = 24
_ROWS = 200
_FIELDS = ("from_on", "until_on", "insurer")


def _listing(request: Req) -> Listing:
    return read_listing(
        "/books", request.query_params.multi_items(), sorts={"urgent": (int,)}, usual_sort="urgent",
        filters={"kind": list(Difference), "insurer": None, "as_of": None},
    )  # fmt: skip


async def _compared(request: Req, listing: Listing) -> tuple[Comparison, list[BookItem]]:
    """The comparison the address asks for, and its differences of the class it names."""
    actor = request.user
    insurer = await actions.insurer_named(listing.chosen("insurer") or "", actor=actor)
    found = await actions.comparison(actor=actor, insurer_id=insurer, as_of=day_of(listing.chosen("as_of"), "as_of"))
    kind = listing.chosen("kind")
    return found, [item_view(one, actor) for one in found.items if kind is None or one.kind == kind]


async def _page(request: Req, *, form: FormState, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    actor, say = request.user, request.user.language
    listing = _listing(request)
    found, items = await _compared(request, listing)
    begin = listing.after[0] if listing.after else 0
    assert isinstance(begin, int)
    shown = items[begin : begin + listing.limit]
    whole = listing.without("kind")
    lead = whole + ("&" if "?" in whole else "?") + "kind="
    tabs: list[dict[str, Any]] = [
        {"word": render(t("全部差异"), say), "href": whole, "n": len(found.items), "here": listing.chosen("kind") is None}
    ]  # fmt: skip
    tabs += [
        {"word": render(word, say), "href": lead + kind, "n": found.by_kind[kind].number, "here": listing.chosen("kind") == kind}
        for kind, (word, _) in DIFFERENCE_NAMES.items()
    ]
    insurer = await actions.insurer_named(listing.chosen("insurer") or "", actor=actor)
    return show(
        request,
        "claims/books.html",
        status=status,
        notes=notes,
        listing=listing,
        items=shown,
        sums=sums_views(found),
        tabs=tabs,
        form=form,
        names=DIFFERENCE_NAMES,
        as_of=day_of(listing.chosen("as_of"), "as_of") or actor.on,
        export_href=listing.export_href("/books/export"),
        pages=listing.pages(len(shown), (begin + len(shown),) if begin + len(shown) < len(items) else None, len(items)),
        lists=await actions.list_heads(actor=actor, insurer_id=insurer, limit=_LISTS),
        insurers=[] if actor.insurer_id else list(scopes.insurers().items()),
    )


@get("/books", guards=[needs("books.read")])
async def books_page(request: Req) -> Response[str]:
    """Every difference as of a day, the sums that tie, and the lists taken in."""
    repeated = request.query_params.get("repeated", "")
    notes: tuple[Note, ...] = ()
    if repeated.isascii() and repeated.isdigit():
        notes = (Note(t("这份清单已经导入过，没有重复入库。"), "due", href=f"/insurer-lists/{repeated}", link=t("查看")),)
    return await _page(request, form=FormState(), notes=notes)


_COLUMNS = (
    Column(t("类别"), width=12), Column(t("保险公司"), width=20), Column(t("案件号"), width=18), Column(t("收款人"), width=28),
    Column(t("付款指令"), width=18), Column(t("我方账（元）"), Shape.MONEY), Column(t("清单（元）"), Shape.MONEY),
    Column(t("银行（元）"), Shape.MONEY), Column(t("应付日"), Shape.DATE), Column(t("清单付款日"), Shape.DATE),
    Column(t("银行入账日"), Shape.DATE), Column(t("理由"), width=70),
)  # fmt: skip


@get("/books/export", guards=[needs("books.read")])
async def books_export(request: Req) -> Response[bytes]:
    """The differences as seen, all pages of them, as a workbook."""
    actor = request.user
    _, items = await _compared(request, _listing(request))
    say = actor.language
    cells: list[list[Any]] = [
        [
            render(DIFFERENCE_NAMES[one.kind][0], say), one.insurer, one.claim_number, one.payee, one.payout_number, one.ours_fen,
            one.insurer_fen, one.bank_fen, one.ours_on, one.insurer_on, one.bank_on, one.reason,
        ]
        for one in items
    ]  # fmt: skip
    content = await asyncio.to_thread(write_workbook, _COLUMNS, cells, title=t("三方对账差异"), language=say)
    return handed_out(content, f"books-{actor.on.isoformat()}.xlsx", Media.XLSX)


# -- lists --------------------------------------------------------------------------------------------------------------------


@post("/insurer-lists", guards=[needs("insurer-list.write")], status_code=303)
async def upload_list(request: Req) -> Response[str]:
    """Take a list in."""
    body = await typed(request)
    try:
        upload = await read_upload(request, _FIELDS)
        given = stated(upload.fields)

        async def act() -> str:
            made = await actions.read_file(upload.content, upload.name, given, actor=request.user)
            return f"/books?repeated={made.id}" if made.repeated else f"/insurer-lists/{made.id}"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        return await _page(request, form=kept(body, fault.faults), status=fault.status, notes=(Note(fault.text, "bad"),))


@get("/insurer-lists", guards=[needs("books.read")])
async def lists_again(request: Req) -> Response[str]:
    """The address of the form, asked for anew."""
    return onward("/books", view(request))


async def _list_page(request: Req, insurer_list_id: int, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    after = request.query_params.get("after", "")
    begin = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    head, rows = await actions.one_list(insurer_list_id, actor=request.user, after=begin, limit=_ROWS)
    return show(
        request, "claims/insurer_list.html", status=status, notes=notes, head=head, rows=rows,
        more=rows[-1].ordinal if len(rows) == _ROWS else None, may_withdraw=may(request.user.role, "insurer-list.write"),
    )  # fmt: skip


@get("/insurer-lists/{insurer_list_id:int}", guards=[needs("books.read")])
async def list_page(request: Req, insurer_list_id: Id) -> Response[str]:
    """One list with its rows as they stand in the file."""
    return await _list_page(request, insurer_list_id)


@post("/insurer-lists/{insurer_list_id:int}/withdrawal", guards=[needs("insurer-list.write")], status_code=303)
async def withdraw_list(request: Req, insurer_list_id: Id) -> Response[str]:
    """Take a list back."""
    body = await typed(request)
    try:
        given = read(body, Withdrawing)

        async def act() -> str:
            await actions.withdraw(insurer_list_id, given, actor=request.user)
            return f"/insurer-lists/{insurer_list_id}"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        told = fault.faults[0].text if fault.faults else fault.text
        return await _list_page(request, insurer_list_id, status=fault.status, notes=(Note(told, "bad"),))


@get("/insurer-lists/{insurer_list_id:int}/withdrawal", guards=[needs("books.read")])
async def withdrawal_again(request: Req, insurer_list_id: Id) -> Response[str]:
    """The address of a form that came back, asked for anew."""
    await actions.one_list(insurer_list_id, actor=request.user, limit=1)
    return onward(f"/insurer-lists/{insurer_list_id}", view(request))


HANDLERS = [books_page, books_export, upload_list, lists_again, list_page, withdraw_list, withdrawal_again]
