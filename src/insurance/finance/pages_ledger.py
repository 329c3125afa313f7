"""The page of the books: the trial balance of a day, exported as seen."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.query import day_of
from insurance.access.rules import may
from insurance.access.uploads import handed_out
from insurance.base.errors import Invalid
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import render, t
from insurance.finance import actions_ledger as actions
from insurance.finance.actions_ledger import Balances
from insurance.web.forms import FormState
from insurance.web.view import Note

_COLUMNS = (
    Column(t("科目"), width=8), Column(t("名称"), width=24), Column(t("借方（元）"), Shape.MONEY, 18),
    Column(t("贷方（元）"), Shape.MONEY, 18), Column(t("余额（元）"), Shape.MONEY, 18),
)  # fmt: skip


@get("/ledger", guards=[needs("ledger.read")])
async def ledger_page(request: Req) -> Response[str]:
    """The trial balance as of a day."""
    actor = request.user
    typed = request.query_params.get("as_of") or actor.on.isoformat()
    notes: tuple[Note, ...] = (Note(t("期初余额已记账。")),) if request.query_params.get("opened") else ()
    status = 200
    try:
        found = await actions.balances(day_of(typed, "as_of") or actor.on, actor=actor)
    except Invalid as fault:
        notes, status = (Note(fault.faults[0].text, "bad"),), 422
        found = await actions.balances(actor.on, actor=actor)
    return show(
        request, "finance/ledger.html", status=status, notes=notes, books=found, form=FormState(values={"as_of": [typed]}),
        may_open=may(actor.role, "ledger.open"),
    )  # fmt: skip


def _workbook(found: Balances, language: str) -> bytes:
    def cells(code: str, name: str, debit: int, credit: int, balance: int) -> list[Any]:
        return [code, name, debit, credit, balance]

    rows = [cells(one.code, one.name, one.debit_fen, one.credit_fen, one.balance_fen) for one in found.items]
    sums = [sum(one.debit_fen for one in found.items), sum(one.credit_fen for one in found.items), found.total_fen]
    return write_workbook(_COLUMNS, [*rows, [None, render(t("合计"), language), *sums]], title=t("试算平衡表"), language=language)


@get("/ledger/export", guards=[needs("ledger.read")])
async def ledger_export(request: Req) -> Response[bytes]:
    """The same balances as a workbook."""
    actor = request.user
    found = await actions.balances(day_of(request.query_params.get("as_of"), "as_of") or actor.on, actor=actor)
    content = await asyncio.to_thread(_workbook, found, actor.language)
    name = render(t("试算平衡表_{day}", day=found.as_of.isoformat()), actor.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


HANDLERS = [ledger_page, ledger_export]
