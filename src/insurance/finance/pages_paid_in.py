"""The page of money paid in to be passed on: what was passed on the same day, what was kept, and its workbook."""

from __future__ import annotations

import asyncio

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.uploads import handed_out
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import render, t
from insurance.finance import actions_paid_in as actions

_TITLE = t("专户拨入与转付")
_COLUMNS = (
    Column(t("入账日"), Shape.DATE, 12), Column(t("保险公司"), width=28), Column(t("来源")), Column(t("拨入（元）"), Shape.MONEY),
    Column(t("当日转付（元）"), Shape.MONEY), Column(t("隔日转付（元）"), Shape.MONEY), Column(t("尚在专户（元）"), Shape.MONEY),
    Column(t("最长留存（天）"), Shape.COUNT),
)  # fmt: skip


@get("/paid-in", guards=[needs("statement.read")])
async def paid_in_page(request: Req) -> Response[str]:
    """Every receipt, those still held and the slowest first."""
    return show(request, "finance/paid_in.html", found=await actions.paid_in(actor=request.user))


@get("/paid-in/export", guards=[needs("statement.read")])
async def paid_in_workbook(request: Req) -> Response[bytes]:
    """The same as a workbook."""
    actor = request.user
    found = await actions.paid_in(actor=actor)
    sources = {False: render(t("保险公司拨入"), actor.language), True: render(t("退汇退回"), actor.language)}
    rows = [
        (
            one.booked_on, one.insurer, sources[one.returned], one.amount_fen, one.same_day_fen, one.late_fen, one.left_fen, one.days
        )
        for one in found.items
    ]  # fmt: skip
    content = await asyncio.to_thread(write_workbook, _COLUMNS, rows, title=_TITLE, language=actor.language)
    return handed_out(content, f"paid-in-{actor.on.isoformat()}.xlsx", Media.XLSX)


HANDLERS = [paid_in_page, paid_in_workbook]
