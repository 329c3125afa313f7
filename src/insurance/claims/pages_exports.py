"""The worklist and the list of claims as workbooks: the rows as seen, all pages of them, read and written piece by piece."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Req
from insurance.access.model import Actor
from insurance.access.uploads import handed_out
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.files import Media
from insurance.base.spreadsheet_rows import MOST_ROWS, Book, Column, Page, Shape
from insurance.base.text import Text, render, t
from insurance.claims import clocks, store_lists
from insurance.claims.names import STATE_NAMES, peril_name
from insurance.claims.pages_lists import claims_asked, claims_listing, worklist_asked, worklist_listing
from insurance.claims.pages_shown import pressing_of
from insurance.claims.procedure import procedure_of
from insurance.claims.rules_holders import holder_of
from insurance.claims.store import Row
from insurance.claims.store_lists import Wanted
from insurance.claims.views import lies
from insurance.policies.names import COVER_NAMES

_A_PIECE = 500  # rows: what a thread works off while the service answers others
_TURNS = asyncio.Semaphore(2)  # exports at a time: each holds a connection of the pool while it lasts
_COLUMNS = (
    Column(t("案件号")), Column(t("项目"), width=30), Column(t("镇街"), width=24), Column(t("险种"), width=10), Column(t("保单号")),
    Column(t("保险公司"), width=20), Column(t("灾害"), width=18), Column(t("事故原因"), width=12), Column(t("出险日"), Shape.DATE),
    Column(t("报案日"), Shape.DATE), Column(t("阶段"), width=14), Column(t("时限"), width=24), Column(t("剩余"), width=12),
    Column(t("报损（元）"), Shape.MONEY), Column(t("定损（元）"), Shape.MONEY), Column(t("核定（元）"), Shape.MONEY),
    Column(t("已付（元）"), Shape.MONEY),
)  # fmt: skip


def _cells(row: Row, actor: Actor) -> list[Any]:
    say, state = actor.language, row.state
    running = clocks.views(row.runs, procedure_of(row), actor.at, say)
    clock = pressing_of(state, running, holder_of(lies(row), actor.at), actor.at)
    town = "/".join(row["region_path"].split("/")[:3]) + "/"
    return [
        row["number"], row["project_name"], scopes.place(town), render(COVER_NAMES[row["cover"]], say), row["policy_number"],
        row["insurer_name"], row["disaster_name"], peril_name(row["peril"], say), row["loss_at"].astimezone(BEIJING).date(),
        row["reported_at"].astimezone(BEIJING).date(), render(STATE_NAMES[state], say), render(clock.basis, say) if clock else None,
        render(clock.word, say) if clock else None, row["reported_fen"], row["assessed_fen"], row["approved_fen"], row["paid_fen"],
    ]  # fmt: skip


def _add(page: Page, rows: Sequence[Row], actor: Actor) -> None:
    page.add(_cells(row, actor) for row in rows)


async def workbook(wanted: Wanted | None, title: Text, *, actor: Actor) -> bytes:
    """The claims wanted, all of them as they stand at one moment; None: no claim can be among them."""
    out = io.BytesIO()
    book = Book(out, language=actor.language, made_at=actor.at)
    async with _TURNS, db.transaction(actor.scope):
        with book.sheet(title, _COLUMNS) as page:
            if wanted is not None:
                async for rows in store_lists.claims_in_pieces(wanted, _A_PIECE, actor=actor):
                    await asyncio.to_thread(partial(_add, page, rows, actor))
    await asyncio.to_thread(book.close)
    return out.getvalue()


@get("/worklist/export", guards=[needs("claim.read")])
async def export_worklist(request: Req) -> Response[bytes]:
    """The worklist as seen, all pages of it, as a workbook."""
    actor = request.user
    content = await workbook(worklist_asked(worklist_listing(request), actor, MOST_ROWS), t("我的工作台"), actor=actor)
    return handed_out(content, f"worklist-{actor.on.isoformat()}.xlsx", Media.XLSX)


@get("/claims/export", guards=[needs("claim.read")])
async def export_claims(request: Req) -> Response[bytes]:
    """The list of claims as seen, all pages of it, as a workbook."""
    actor = request.user
    content = await workbook(claims_asked(claims_listing(request), MOST_ROWS), t("理赔案件"), actor=actor)
    return handed_out(content, f"claims-{actor.on.isoformat()}.xlsx", Media.XLSX)


HANDLERS = [export_worklist, export_claims]
