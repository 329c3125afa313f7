"""待处理流水: what waits on all statements, the oldest first, filtered, dealt with and exported as seen; and money in suspense."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.rules import may
from insurance.access.uploads import handed_out
from insurance.base.files import Media
from insurance.base.text import render, t
from insurance.finance import actions_cases, actions_statements, api_exceptions
from insurance.finance.actions_cases import DONE, MATCHED
from insurance.finance.model_cases import AGES
from insurance.finance.pages_lines import BUCKETS, Tick, shown, signed_fen, ticks
from insurance.finance.pages_statement import lines_workbook
from insurance.finance.views import LineView, StatementView
from insurance.web.listing import Listing, read_listing
from insurance.web.view import Note

_KINDS = tuple(bucket for bucket in BUCKETS if bucket not in (MATCHED, DONE))
_SORTS = {"waiting": (int,), "amount": (int,)}


def _listing(request: Req) -> Listing:
    return read_listing(
        "/exceptions", request.query_params.multi_items(), sorts=_SORTS, usual_sort="waiting",
        filters={"kind": set(_KINDS), "age": {"1", "2", "3"}, "account": None},
    )  # fmt: skip


def _seen(lines: list[LineView], statements: dict[int, StatementView], listing: Listing) -> list[LineView]:
    """The lines that the filters leave, in the order asked for."""
    kind, age, account = (listing.chosen(name) for name in ("kind", "age", "account"))

    def fits(line: LineView) -> bool:
        text = f"{line.counterparty_name} {line.narrative} {line.reference}"
        own = statements.get(line.statement_id)
        return (
            (kind is None or line.bucket == kind)
            and (age is None or line.age >= int(age))
            and (account is None or (own is not None and own.account == account))
            and listing.q in text
        )

    def place(line: LineView) -> tuple[Any, ...]:
        return (line.amount_fen, line.id) if listing.sort == "amount" else (line.booked_on, line.id)

    return sorted(filter(fits, lines), key=place, reverse=listing.descending)


async def _waiting(request: Req, listing: Listing) -> tuple[list[LineView], dict[int, StatementView]]:
    lines = await actions_cases.exceptions(actor=request.user)
    statements = await actions_statements.statements_of({line.statement_id for line in lines}, actor=request.user)
    return _seen(lines, statements, listing), statements


async def exceptions_answer(request: Req, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    """The page, also after a refusal, with what it said."""
    listing, say = _listing(request), request.user.language
    lines, statements = await _waiting(request, listing)
    write = may(request.user.role, "statement.write")
    boxes: dict[int, Tick] = {}
    for line in lines if write else ():
        boxes |= ticks([line], statements[line.statement_id].side)
    done = request.query_params.get("done", "")
    if done.isascii() and done.isdigit() and len(done) < 4:
        notes = (*notes, Note(t("已处理 {n} 笔，还有 {left} 笔。", n=int(done), left=len(lines))))
    return show(
        request,
        "finance/exceptions.html",
        status=status,
        notes=notes,
        listing=listing,
        lines=lines,
        statements=statements,
        boxes=boxes,
        total_fen=sum(signed_fen(line) for line in lines),
        kind_options=[(kind, render(BUCKETS[kind][0], say)) for kind in _KINDS],
        age_options=[(str(n), render(t("等了 {n} 天以上", n=days), say)) for n, days in enumerate(AGES, 1)],
        account_options=sorted({(one.account, f"{one.holder or ''} {one.account}".strip()) for one in statements.values()}),
        export_href=listing.export_href("/exceptions/export"),
        suspense=await api_exceptions.suspense(request),
        **shown(request),
    )


@get("/exceptions", guards=[needs("statement.read")])
async def exceptions_page(request: Req) -> Response[str]:
    """Every line that waits for a person, the oldest first, and money in suspense."""
    return await exceptions_answer(request)


@get("/exceptions/export", guards=[needs("statement.read")])
async def exceptions_export(request: Req) -> Response[bytes]:
    """The same lines in the same order."""
    lines, _ = await _waiting(request, _listing(request))
    content = await asyncio.to_thread(lines_workbook, lines, t("待处理流水"), request.user.language)
    name = render(t("待处理流水_{day}", day=request.user.on.isoformat()), request.user.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


HANDLERS = [exceptions_page, exceptions_export]
