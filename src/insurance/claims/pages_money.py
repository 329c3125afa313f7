"""Money that moves a claim: orders made and cancelled, bank files read, lines matched and taken apart again."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, typed, view
from insurance.access.model import Actor
from insurance.access.uploads import read_upload
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, Refused
from insurance.base.text import render, t
from insurance.claims import settlement
from insurance.claims.model_verbs import Cancellation, HandMatch, Order
from insurance.claims.pages_forms import carried_out
from insurance.claims.pages_offers import ready_parts
from insurance.claims.pages_payouts import payouts_answer
from insurance.finance import actions as finance
from insurance.finance import actions_cases as cases
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_payments import Return
from insurance.finance.pages import whole
from insurance.finance.pages_statements import statements_answer
from insurance.finance.rules_overlap import Overlap
from insurance.web.forms import kept, read
from insurance.web.render import onward
from insurance.web.view import Note

_PAGE = 50


class BankFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a bank's file beside its content: whose account, its number where the file does not print it, and once it was refused
    for that, whether lines in doubt stand already.
    """

    side: Side
    account: str = ""
    overlap: Overlap | None = None


def _before(request: Req) -> int | None:
    text = request.query_params.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


# -- 赔款支付 -----------------------------------------------------------------------------------------------------------


async def _ready_part(part_id: int, *, actor: Actor) -> Any:
    """The part that is to be ordered, with its claim and the version read."""
    async with db.transaction(actor.scope):
        part = next((one for one in await ready_parts() if one["part_id"] == part_id), None)
    if part is None:
        raise Refused(t("这笔赔款已不能制单，可能他人已经制单"))
    return part


@post("/payouts", guards=[needs("payout.order")], status_code=303)
async def order(request: Req) -> Response[str]:
    """The maker orders one part."""
    form = await typed(request)
    try:
        part_id = whole(form, "part_id")
        part = await _ready_part(part_id, actor=request.user)

        async def act() -> str:
            given = Order(claim_id=part["claim_id"], version=part["version"], part_id=part_id)
            await settlement.order_payout(given, actor=request.user)
            return "/payouts?state=ORDERED"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        return await payouts_answer(request, status=fault.status, notes=(Note(fault.text, "bad"),))


@post("/claims/{claim_id:int}/payout", guards=[needs("payout.order")], status_code=303)
async def order_for_claim(request: Req, claim_id: Id) -> Response[str]:
    """The same from the page of the claim: the part that awaits an order."""
    form = await typed(request)

    async def act() -> str:
        given = Order(claim_id=claim_id, version=whole(form, "version"))
        await settlement.order_payout(given, actor=request.user)
        return f"/claims/{claim_id}?done=payout"

    return await carried_out(request, act)


@post("/payouts/{payout_id:int}/cancellation", guards=[needs("payout.cancel")], status_code=303)
async def cancel(request: Req, payout_id: Id) -> Response[str]:
    """An order is cancelled before its release; the claim may be ordered anew."""
    form = await typed(request)
    try:
        given = Cancellation(version=whole(form, "version"), reason=form.get("reason", [""])[0][:200])

        async def act() -> str:
            await settlement.cancel_payout(payout_id, given, actor=request.user)
            return "/payouts?state=CANCELLED"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        return await payouts_answer(request, status=fault.status, notes=(Note(fault.text, "bad"),))


@post("/payouts/{payout_id:int}/return", guards=[needs("payout.return")], status_code=303)
async def give_back(request: Req, payout_id: Id) -> Response[str]:
    """The bank sent the money back; the part may be ordered anew."""
    form = await typed(request)
    try:
        given = read(form, Return)

        async def act() -> str:
            await settlement.return_payout(payout_id, given, actor=request.user)
            return "/payouts"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        told = fault.faults[0].text if fault.faults else fault.text
        return await payouts_answer(request, status=fault.status, notes=(Note(told, "bad"),))


@get("/payouts/{payout_id:int}/return", guards=[needs("payout.read")])
async def return_again(request: Req, payout_id: Id) -> Response[str]:
    """The address of a form that came back, asked for anew: the payouts; what lies elsewhere is not there."""
    await finance.payout(payout_id, actor=request.user)
    return onward("/payouts", view(request))


@get("/payouts/{payout_id:int}/cancellation", guards=[needs("payout.read")])
async def cancellation_again(request: Req, payout_id: Id) -> Response[str]:
    """The address of a form that came back, asked for anew: the payouts; what lies elsewhere is not there."""
    await finance.payout(payout_id, actor=request.user)
    return onward("/payouts", view(request))


# -- 银行对账 -----------------------------------------------------------------------------------------------------------


@post("/statements", guards=[needs("statement.write")], status_code=303)
async def read_statement(request: Req) -> Response[str]:
    """Read a bank's file, match what can be matched, pay the claims it settles."""
    body = await typed(request)
    try:
        upload = await read_upload(request, ("side", "account", "overlap"))
        said = read({name: [text] for name, text in upload.fields.items()}, BankFile)

        async def act() -> str:
            made = await settlement.read_statement(upload.content, upload.name, said.side, said.account, said.overlap, actor=request.user)
            return f"/statements?repeated={made.id}" if made.repeated else f"/statements/{made.id}"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        faults = list(fault.faults) or [FieldFault("file", fault.text)]
        return await statements_answer(request, form=kept(body, faults), status=fault.status)


@post("/statements/{statement_id:int}/rematch", guards=[needs("statement.write")], status_code=303)
async def rematch(request: Req, statement_id: Id) -> Response[str]:
    """Match by rule what still waits, on every statement."""
    await cases.statement(statement_id, actor=request.user)

    async def act() -> str:
        await settlement.match_waiting(actor=request.user)
        return f"/statements/{statement_id}"

    return await carried_out(request, act)


@post("/statements/{statement_id:int}/matches", guards=[needs("statement.write")], status_code=303)
async def match(request: Req, statement_id: Id) -> Response[str]:
    """A person says which payout a line pays."""
    form = await typed(request)
    await cases.statement(statement_id, actor=request.user)
    payout_id = whole(form, "payout_id") if form.get("payout_id") else None
    given = HandMatch(line_id=whole(form, "line_id"), payout_id=payout_id, rule=form.get("rule", [None])[0])

    async def act() -> str:
        await settlement.match(statement_id, given, actor=request.user)
        return f"/statements/{statement_id}"

    return await carried_out(request, act)


@post("/statements/{statement_id:int}/lines/{line_id:int}/resolution", guards=[needs("statement.write")], status_code=303)
async def resolve_line(request: Req, statement_id: Id, line_id: Id) -> Response[str]:
    """A person does something about a line that pays no order."""
    form = await typed(request)
    if form.get("action") != [CaseAction.PAIR]:
        form = {name: values for name, values in form.items() if name != "pair_line_id"}  # the form always knows the other half
    given = read(form, Resolution)

    async def act() -> str:
        await settlement.resolve_line(statement_id, line_id, given, actor=request.user)
        return f"/statements/{statement_id}"

    return await carried_out(request, act)


@post("/resolutions/{case_id:int}/undo", guards=[needs("statement.write")], status_code=303)
async def take_back(request: Req, case_id: Id) -> Response[str]:
    """What was done about a line is taken back; it waits again."""
    form = await typed(request)
    back = f"/statements/{whole(form, 'statement_id')}?view=open" if form.get("statement_id") else "/exceptions"

    async def act() -> str:
        await cases.take_back(case_id, render(t("人工撤销"), request.user.language), actor=request.user)
        return back

    return await carried_out(request, act)


@post("/matches/{match_id:int}/undo", guards=[needs("statement.write")], status_code=303)
async def undo(request: Req, match_id: Id) -> Response[str]:
    """Take a match apart; the claim is being paid again."""
    form = await typed(request)
    back = f"/statements/{whole(form, 'statement_id')}?view=open" if form.get("statement_id") else "/statements"

    async def act() -> str:
        await settlement.undo_match(match_id, render(t("人工撤销"), request.user.language), actor=request.user)
        return back

    return await carried_out(request, act)


HANDLERS = [
    order,
    order_for_claim,
    cancel,
    cancellation_again,
    give_back,
    return_again,
    read_statement,
    rematch,
    match,
    resolve_line,
    take_back,
    undo,
]
