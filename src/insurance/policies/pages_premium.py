"""保费与补贴: what each payer owes and since when, policy by policy, a payer's account to print, and bank lines that are premium."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access import store as access_store
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed, view
from insurance.access.model import Actor
from insurance.access.uploads import handed_out
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, Refused
from insurance.base.files import Media
from insurance.base.money import yuan
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import Text, render, t
from insurance.finance import actions_steps
from insurance.finance.pages import whole
from insurance.policies import actions_premium as actions
from insurance.policies import actions_premium_read as reads
from insurance.policies.actions_premium_read import HOW, Wanted
from insurance.policies.api_premium import asked, key_of
from insurance.policies.model import Cover, Payer
from insurance.policies.model_premium import MoveEntry
from insurance.policies.names import COVER_NAMES, PAYER_NAMES
from insurance.policies.views import PolicyWhole
from insurance.policies.views_premium import Account, Arrears, Position
from insurance.projects.pages_names import counties, options
from insurance.web.forms import FormState, kept, read
from insurance.web.listing import Listing, read_listing
from insurance.web.render import onward
from insurance.web.view import Note

HOW_NAMES: dict[str, Text] = {
    "open": t("未收齐"), "credit": t("应退还付款方"), "held": t("已收未付保险公司"), "refund": t("保险公司应退"),
}  # fmt: skip
_SUMS = ("due_fen", "refunded_fen", "received_fen", "paid_back_fen", "arrears_fen", "credit_fen", "days30_fen", "days60_fen",
         "days90_fen", "older_fen")  # fmt: skip


async def _choices(request: Req) -> dict[str, Any]:
    """What the filters offer this reader."""
    actor = request.user
    async with db.transaction(actor.scope):
        insurers = await access_store.insurers()
    return {
        "payer_options": options(PAYER_NAMES, actor.language), "county_options": counties(actor),
        "insurer_options": [] if actor.insurer_id is not None else [(one["code"], one["name"]) for one in insurers],
        "payers": PAYER_NAMES,
    }  # fmt: skip


def _listing(request: Req, path: str, **more: Any) -> Listing:
    filters = {"payer": set(Payer), "county": None, "insurer": None} | more
    return read_listing(
        path, request.query_params.multi_items(), sorts={"due": (dt.date, int, str)}, usual_sort="due", filters=filters
    )  # fmt: skip


def _wanted(listing: Listing) -> Wanted:
    payer = listing.chosen("payer")
    return Wanted(
        payer=Payer(payer) if payer else None, county=listing.chosen("county"), insurer=listing.chosen("insurer"),
        how=listing.chosen("state"), q=listing.q,
    )  # fmt: skip


# -- by payer -----------------------------------------------------------------------------------------------------------------


@get("/premiums", guards=[needs("premium.read")])
async def premiums_page(request: Req) -> Response[str]:
    """What each payer owes, by county and insurer, and how old it is."""
    listing = _listing(request, "/premiums")
    items = await reads.arrears(_wanted(listing), actor=request.user)
    return show(
        request, "policies/premiums.html", listing=listing, items=items, sums={part: _sum(items, part) for part in _SUMS},
        export_href=listing.export_href("/premiums/export"), year=request.user.on.replace(month=1, day=1), **await _choices(request),
    )  # fmt: skip


def _sum(items: Sequence[Any], part: str) -> int:
    return sum(getattr(one, part) for one in items)


_ARREARS = (
    Column(t("付款方"), width=14), Column(t("区（市）"), width=12), Column(t("保险公司"), width=20),
    Column(t("保单（份）"), Shape.COUNT, 12),
    Column(t("应收（元）"), Shape.MONEY), Column(t("退还（元）"), Shape.MONEY), Column(t("已收（元）"), Shape.MONEY),
    Column(t("已退（元）"), Shape.MONEY), Column(t("欠缴（元）"), Shape.MONEY), Column(t("应退还付款方（元）"), Shape.MONEY, 20),
    Column(t("最早到期"), Shape.DATE, 12), Column(t("30 天内（元）"), Shape.MONEY), Column(t("31–60 天（元）"), Shape.MONEY),
    Column(t("61–90 天（元）"), Shape.MONEY), Column(t("90 天以上（元）"), Shape.MONEY),
)  # fmt: skip


def _arrears_book(items: Sequence[Arrears], language: str) -> bytes:
    rows = [
        [
            render(PAYER_NAMES[one.payer], language), one.county, one.insurer_name, one.policies, one.due_fen, one.refunded_fen,
            one.received_fen, one.paid_back_fen, one.arrears_fen, one.credit_fen, one.due_on, one.days30_fen, one.days60_fen,
            one.days90_fen, one.older_fen,
        ]
        for one in items
    ]  # fmt: skip
    sums = {part: _sum(items, part) for part in _SUMS}
    foot = [render(t("合计"), language), None, None, None, *[sums[part] for part in _SUMS[:6]], None, *[sums[part] for part in _SUMS[6:]]]
    return write_workbook(_ARREARS, [*rows, foot], title=t("保费与补贴"), language=language)


@get("/premiums/export", guards=[needs("premium.read")])
async def premiums_export(request: Req) -> Response[bytes]:
    """The same as a workbook."""
    items = await reads.arrears(_wanted(_listing(request, "/premiums")), actor=request.user)
    content = await asyncio.to_thread(_arrears_book, items, request.user.language)
    return _file(request, t("保费与补贴_{day}", day=request.user.on.isoformat()), content)


def _file(request: Req, name: Text, content: bytes) -> Response[bytes]:
    return handed_out(content, f"{render(name, request.user.language)}.xlsx", Media.XLSX)


# -- policy by policy -----------------------------------------------------------------------------------------------------------


@get("/premiums/policies", guards=[needs("premium.read")])
async def positions_page(request: Req) -> Response[str]:
    """The policies behind a sum, the oldest due first."""
    listing = _listing(request, "/premiums/policies", state=set(HOW))
    found = await reads.positions(_wanted(listing), actor=request.user, after=listing.after, limit=listing.limit + 1)
    items = found[: listing.limit]
    last = key_of(items[-1]) if len(found) > listing.limit else None
    return show(
        request, "policies/premium_policies.html", listing=listing, items=items, pages=listing.pages(len(items), last),
        export_href=listing.export_href("/premiums/policies/export"), how_options=options(HOW_NAMES, request.user.language),
        **await _choices(request),
    )  # fmt: skip


_POSITIONS = (
    Column(t("保单号"), width=18), Column(t("险种"), width=10), Column(t("项目名称"), width=32), Column(t("付款方"), width=14),
    Column(t("被保险人"), width=28), Column(t("应收（元）"), Shape.MONEY), Column(t("退还（元）"), Shape.MONEY),
    Column(t("已收（元）"), Shape.MONEY), Column(t("已退（元）"), Shape.MONEY), Column(t("余额（元）"), Shape.MONEY),
    Column(t("最早到期"), Shape.DATE, 12), Column(t("已欠（天）"), Shape.COUNT, 10), Column(t("应付保险公司（元）"), Shape.MONEY, 20),
)  # fmt: skip


def _positions_book(items: Sequence[Position], language: str) -> bytes:
    rows = [
        [
            one.number, render(COVER_NAMES[Cover(one.cover)], language), one.project_name, render(PAYER_NAMES[one.payer], language),
            one.insured, one.due_fen,
            one.refunded_fen, one.received_fen, one.paid_back_fen, one.open_fen, one.due_on, one.days, one.owed_fen,
        ]
        for one in items
    ]  # fmt: skip
    return write_workbook(_POSITIONS, rows, title=t("保费应收明细"), language=language)


@get("/premiums/policies/export", guards=[needs("premium.read")])
async def positions_export(request: Req) -> Response[bytes]:
    """All pages of it as a workbook."""
    listing = _listing(request, "/premiums/policies", state=set(HOW))
    items = await reads.positions(_wanted(listing), actor=request.user)
    content = await asyncio.to_thread(_positions_book, items, request.user.language)
    return _file(request, t("保费应收明细_{day}", day=request.user.on.isoformat()), content)


async def premium_context(whole: PolicyWhole, actor: Actor) -> dict[str, Any]:
    """What a policy's page shows of its premium: how each payer stands, and whom its cover waits for."""
    async with db.transaction(actor.scope):
        unpaid = await reads.waits(whole.id, whole.cover, whole.terms_version, whole.terms_checksum, actor.on)
    return {
        "positions": await reads.positions(Wanted(policy=whole.id), actor=actor),
        "unpaid_premium": [
            t("{payer}欠 {amount} 元，已 {days} 天", payer=PAYER_NAMES[one.payer], amount=yuan(one.amount_fen), days=one.days)
            for one in unpaid
        ],
    }  # fmt: skip


# -- a payer's account ------------------------------------------------------------------------------------------------------------


@get("/premiums/statement", guards=[needs("premium.read")])
async def statement_page(request: Req) -> Response[str]:
    """A payer's account for a period, to look at and to print."""
    notes: tuple[Note, ...] = ()
    account: Account | None = None
    values = {name: [value] for name, value in request.query_params.items()}
    try:
        if request.query_params.get("payer"):
            account = await reads.statement(asked(request), actor=request.user)
    except Invalid as fault:
        notes = (Note(fault.faults[0].text if fault.faults else fault.text, "bad"),)
    if account is not None:
        values |= {"from": [account.from_on.isoformat()], "until": [account.until_on.isoformat()]}
    today = request.user.on
    usual = {"from": [today.replace(month=1, day=1).isoformat()], "until": [today.isoformat()]}
    return show(
        request, "policies/premium_statement.html", status=422 if notes else 200, notes=notes, account=account,
        form=FormState(values=usual | values), query=request.url.query, **await _choices(request),
    )  # fmt: skip


_ACCOUNT = (
    Column(t("保单号"), width=18), Column(t("项目名称"), width=32), Column(t("保险公司"), width=20),
    Column(t("期初余额（元）"), Shape.MONEY, 18),
    Column(t("应收（元）"), Shape.MONEY), Column(t("退还（元）"), Shape.MONEY), Column(t("已收（元）"), Shape.MONEY),
    Column(t("已退（元）"), Shape.MONEY), Column(t("期末余额（元）"), Shape.MONEY, 18),
)  # fmt: skip


def _account_book(account: Account, language: str) -> bytes:
    parts = ("opening_fen", "due_fen", "refunded_fen", "received_fen", "paid_back_fen", "closing_fen")
    rows = [[one.number, one.project_name, one.insurer_name, *[getattr(one, part) for part in parts]] for one in account.items]
    foot = [render(t("合计 {n} 份", n=len(account.items)), language), account.payer_name, None, *[getattr(account, part) for part in parts]]
    return write_workbook(_ACCOUNT, [*rows, foot], title=t("保费对账单"), language=language)


@get("/premiums/statement/export", guards=[needs("premium.read")])
async def statement_export(request: Req) -> Response[bytes]:
    """The account as a workbook."""
    account = await reads.statement(asked(request), actor=request.user)
    content = await asyncio.to_thread(_account_book, account, request.user.language)
    name = t(
        "保费对账单_{who}_{first}_{last}", who=account.payer_name, first=account.from_on.isoformat(), last=account.until_on.isoformat()
    )
    return _file(request, name, content)


# -- a bank line that is premium ----------------------------------------------------------------------------------------------------


async def _line(request: Req, line_id: int, form: FormState, *, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    actor = request.user
    async with db.transaction(actor.scope):
        line = await actions_steps.line(line_id)
        if line["matched"] or line["resolved"]:
            return onward(f"/statements/{line['statement_id']}?view=all", view(request))
        offer = (await actions.offers([line], actor))[line_id]
    look = None
    if form.values.get("kind") and not notes:
        try:
            look = await actions.look(_entry(form.values, line_id), actor=actor)
        except (Invalid, Refused) as fault:
            status, notes = fault.status, (Note(fault.faults[0].text if fault.faults else fault.text, "bad"),)
    return show(
        request, "policies/premium_line.html", status=status, notes=notes, line=line, offer=offer, look=look, form=form,
        kind_options=options({kind: actions.KIND_NAMES[kind] for kind in actions.kinds_of(line)}, actor.language),
        parties=await actions.parties(actor=actor), **await _choices(request),
    )  # fmt: skip


def _entry(body: dict[str, list[str]], line_id: int) -> MoveEntry:
    """A form of a line; the sum that was shown comes back in fen."""
    said = {name: values for name, values in body.items() if name in MoveEntry.__struct_fields__ and name != "expected_fen"}
    entry = read(said | {"line_id": [str(line_id)]}, MoveEntry)
    return msgspec.structs.replace(entry, expected_fen=whole(body, "expected_fen") if body.get("expected_fen") else None)


@get("/premiums/lines/{line_id:int}", guards=[needs("premium.move")])
async def line_page(request: Req, line_id: Id) -> Response[str]:
    """A line that waits: whose premium it would be, said before it is confirmed; another payer may be chosen."""
    values = {name: [value] for name, value in request.query_params.items() if value}
    return await _line(request, line_id, FormState(values=values))


@post("/premiums/moves", guards=[needs("premium.move")], status_code=303)
async def confirm(request: Req) -> Response[str]:
    """A person confirms whose premium a line is."""
    body = await typed(request)
    line_id = whole(body, "line_id")

    async def act() -> str:
        try:
            await actions.move(_entry(body, line_id), actor=request.user)
        except InsuranceError as refused:
            refused.extra["unstored"] = True
            raise
        return f"/statements/{whole(body, 'statement_id')}" if body.get("statement_id") else "/exceptions"

    try:
        return await submit(request, act)
    except (Invalid, Refused) as fault:
        told = fault.faults[0].text if fault.faults else fault.text
        return await _line(request, line_id, kept(body, list(fault.faults)), status=fault.status, notes=(Note(told, "bad"),))


@get("/premiums/moves", guards=[needs("premium.move-read")])
async def moves_page(request: Req) -> Response[str]:
    """What was done about lines that are premium, newest first."""
    before = request.query_params.get("before", "")
    items = await actions.moves(
        actor=request.user, before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    )
    return show(
        request, "policies/premium_moves.html", items=items, kinds=actions.KIND_NAMES, payers=PAYER_NAMES,
        more=items[-1].id if len(items) == actions.A_PAGE else None,
    )  # fmt: skip


handlers: list[Any] = [
    premiums_page, premiums_export, positions_page, positions_export, statement_page, statement_export, line_page, confirm, moves_page,
]  # fmt: skip
