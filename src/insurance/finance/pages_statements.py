"""银行对账: the statements read so far, filtered and exported as seen, and the form for the next one."""

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
from insurance.finance import actions_statements as bank
from insurance.finance.model import Side
from insurance.finance.views import StatementView
from insurance.web.forms import FormState
from insurance.web.listing import Listing, read_listing
from insurance.web.view import Note

_ALL = 1_000_000
_AT_FIRST = FormState(values={"side": [Side.PAYER.value]})


def _listing(request: Req) -> Listing:
    return read_listing(
        "/statements", request.query_params.multi_items(), sorts={"newest": (int,)}, usual_sort="newest",
        filters={"account": None, "waiting": {"1"}},
    )  # fmt: skip


def _wanted(listing: Listing) -> dict[str, Any]:
    return {"tail": listing.chosen("account"), "q": listing.q or None, "waiting": listing.chosen("waiting") is not None}


async def statements_answer(request: Req, *, form: FormState = _AT_FIRST, status: int = 200) -> Response[str]:
    """The page, also after a file that was refused, with what was typed."""
    actor, listing = request.user, _listing(request)
    before = listing.after[0] if listing.after else None
    assert before is None or isinstance(before, int)
    found = await bank.statements(actor=actor, before=before, limit=listing.limit + 1, **_wanted(listing))
    shown, more = found[: listing.limit], len(found) > listing.limit
    repeated = request.query_params.get("repeated", "")
    notes: tuple[Note, ...] = ()
    if repeated.isascii() and repeated.isdigit():
        notes = (Note(t("这份对账单已经导入过，没有重复入库。"), "due", href=f"/statements/{repeated}", link=t("查看")),)
    accounts = await bank.statement_accounts(actor=actor)
    return show(
        request,
        "finance/statements.html",
        status=status,
        notes=notes,
        form=form,
        listing=listing,
        statements=shown,
        account_options=[(tail, f"{holder} ****{tail}".strip()) for tail, holder in accounts],
        waiting_options=[("1", render(t("有待处理"), actor.language))],
        pages=listing.pages(len(shown), (shown[-1].id,) if more else None),
        export_href=listing.export_href("/statements/export"),
    )


@get("/statements", guards=[needs("statement.read")])
async def statements_page(request: Req) -> Response[str]:
    """The statements read so far, and the form for the next one."""
    return await statements_answer(request)


_COLUMNS = (
    Column(t("对账单"), width=36), Column(t("户名"), width=28), Column(t("账号"), width=12), Column(t("起"), Shape.DATE, 12),
    Column(t("止"), Shape.DATE, 12), Column(t("流水（笔）"), Shape.COUNT, 10), Column(t("已处理"), Shape.COUNT, 10),
    Column(t("待处理"), Shape.COUNT, 10), Column(t("收（元）"), Shape.MONEY), Column(t("支（元）"), Shape.MONEY),
    Column(t("期末余额（元）"), Shape.MONEY), Column(t("导入人"), width=18),
)  # fmt: skip


def _workbook(found: Sequence[StatementView], language: str) -> bytes:
    def cells(one: StatementView) -> list[Any]:
        return [
            one.file_name, one.holder, one.account, one.from_on, one.until_on, one.lines, one.matched, one.open, one.in_fen, one.out_fen,
            one.closing_fen, one.read_by,
        ]  # fmt: skip

    counts = [sum(getattr(one, name) for one in found) for name in ("lines", "matched", "open", "in_fen", "out_fen")]
    foot = [render(t("合计 {n} 份", n=len(found)), language), *[None] * 4, *counts, None, None]
    return write_workbook(_COLUMNS, [*map(cells, found), foot], title=t("银行对账"), language=language)


@get("/statements/export", guards=[needs("statement.read")])
async def statements_export(request: Req) -> Response[bytes]:
    """The same statements in the same order, all pages of them."""
    actor = request.user
    found = await bank.statements(actor=actor, limit=_ALL, **_wanted(_listing(request)))
    content = await asyncio.to_thread(_workbook, found, actor.language)
    name = render(t("对账单_{day}", day=actor.on.isoformat()), actor.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


HANDLERS = [statements_page, statements_export]
