"""One distribution: its steps, shares, uses and the one form that is being filled in; the notice for the village; the bank's list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed, view
from insurance.access.model import Actor
from insurance.access.uploads import handed_out
from insurance.base.errors import Forbidden, Invalid, Refused
from insurance.base.files import Media
from insurance.base.money import Fen, yuan
from insurance.base.text import Text, render, t
from insurance.sharing import actions_plans, actions_uses, shown
from insurance.sharing.model import BASIS_NAMES, PURPOSE_NAMES, SOURCE_NAMES, STATE_NAMES, Payment, Purpose, Reasoned, Return
from insurance.sharing.names import EVENT_NAMES, PAY_STATES, STATE_TONES, form_faults, labels
from insurance.sharing.pages_plan import paper_options
from insurance.sharing.rules import parts
from insurance.sharing.verbs import VERBS
from insurance.sharing.views import SharingView, UseView
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.render import onward

_EMPTY = FormState()
# the forms that ask for more than a click: address → verb of the table
_ASKING = {"publication": "publication", "objection": "objection", "cancellation": "cancellation", "uses": "use"}
_OF_LIST = {"payment": "pay-list-payment", "void": "pay-list-cancellation"}


def workings(found: SharingView) -> dict[str, Text]:
    """How each household's share came about: total × weight ÷ sum, the remainder, and whether a left-over fen went to it."""
    dividend = sum(one.amount_fen for one in found.shares if one.purpose is Purpose.DIVIDEND)
    if not dividend:
        return {}
    whole = sum(found.inputs.households.values())
    return {
        part.key: t("{total} 元 × {weight} ÷ {sum} = {floor} 元，余 {rest}/{sum}；{extra}", total=yuan(dividend), weight=part.weight,
                    sum=whole, floor=yuan(part.floor_fen), rest=part.remainder,
                    extra=t("最大余额加 1 分") if part.extra else t("不加"))
        for part in parts(dividend, found.inputs.households)
    }  # fmt: skip


class Told(msgspec.Struct, frozen=True):
    """A row of the uses: one use, or all of a list that stand (`households` of them)."""

    use: UseView
    amount_fen: Fen
    households: int = 0


def told(found: SharingView) -> list[Told]:
    """The uses as the page tells them: what a list paid in one row, what came back each by itself."""
    rows: list[Told] = []
    for is_list, group in groupby(found.uses, key=lambda one: one.pay_list_id if one.amount_fen > 0 else None):
        uses = list(group)
        whole = sum(one.amount_fen for one in uses)
        rows += [Told(uses[0], whole, len(uses))] if is_list else [Told(one, one.amount_fen) for one in uses]
    return rows


async def sharing_shown(
    request: Req, sharing_id: int, *, wanted: str | None = None, part: int | None = None, form: FormState = _EMPTY, status: int = 200
) -> Response[str]:
    """The page, with one form open at a time."""
    actor = request.user
    found = await shown.whole(sharing_id, actor=actor)
    wanted = wanted or request.query_params.get("form")
    asked = request.query_params.get("of", "")
    part = part or (int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None)
    pay_list = next((one for one in found.pay_lists if one.id == part), None)
    use = next((one for one in found.uses if one.id == part), None)
    verb = (_ASKING | _OF_LIST | {"return": "return"}).get(wanted or "")
    if verb not in found.open_verbs or (wanted in _OF_LIST and pay_list is None) or (wanted == "return" and use is None):
        wanted = None
    left = [one for one in found.shares if one.purpose is not Purpose.DIVIDEND and one.payee_state == "OPEN"]
    return show(
        request, "sharing/sharing.html", status=status, found=found, head=found.head, wanted=wanted, pay_list=pay_list, use=use, form=form,
        labels=labels(actor.language), papers=await paper_options(found.head.project_id, request) if wanted else [],
        workings=workings(found),
        purposes=PURPOSE_NAMES, sources=SOURCE_NAMES, states=STATE_NAMES, tones=STATE_TONES, bases=BASIS_NAMES, events=EVENT_NAMES,
        pay_states=PAY_STATES, steps=[{"label": step.text, "fen": step.result_fen, "why": step.rule} for step in found.steps],
        told=told(found),
        back={(one.purpose, one.key): one.id for one in found.uses if one.pay_list_id and not one.reverses_id and not one.reversed_by_id},
        use_options=[(f"#{one.key}" if one.purpose is Purpose.REPAYMENT else one.purpose.value, _left(one, actor)) for one in left],
    )  # fmt: skip


def _left(share: Any, actor: Actor) -> str:
    told = t("{name}，余 {left} 元", name=PURPOSE_NAMES[share.purpose], left=yuan(share.amount_fen - share.used_fen))
    return render(told, actor.language)


@get("/sharing/{sharing_id:int}", guards=[needs("sharing.read")])
async def sharing_page(request: Req, sharing_id: Id) -> Response[str]:
    """One distribution whole."""
    return await sharing_shown(request, sharing_id)


@get("/sharing/{sharing_id:int}/notice", guards=[needs("sharing.read")])
async def notice_page(request: Req, sharing_id: Id) -> Response[str]:
    """公示表: the plan's numbers and every household with its name masked, to print and hang out."""
    found = await shown.whole(sharing_id, actor=request.user)
    project = await actions_plans.project(found.head.project_id, actor=request.user)
    return show(
        request, "sharing/notice.html", found=found, head=found.head, project=project, purposes=PURPOSE_NAMES, sources=SOURCE_NAMES
    )  # fmt: skip


async def _sent(
    request: Req, sharing_id: int, name: str, act: Callable[[dict[str, list[str]]], Awaitable[Any]], part: int | None = None
) -> Response[str]:
    body = await typed(request)

    async def run() -> str:
        await act(body)
        return f"/sharing/{sharing_id}"

    try:
        return await submit(request, run)
    except (Invalid, Refused, Forbidden) as wrong:
        return await sharing_shown(
            request, sharing_id, wanted=name, part=part, form=forms.kept(body, form_faults(wrong)), status=wrong.status
        )


def _verb(name: str) -> list[Any]:
    """The POST of one verb, and its address asked for anew."""
    act, shape, _, do, said = VERBS[name]

    async def send(request: Req, sharing_id: Id) -> Response[str]:
        async def carry_out(body: dict[str, list[str]]) -> None:
            await do(sharing_id, forms.read(_split(body), shape), request.user)

        return await _sent(request, sharing_id, name, carry_out)

    send.__doc__ = said
    path = f"/sharing/{{sharing_id:int}}/{name}"
    return [post(path, guards=[needs(act)], status_code=303, name=f"page-sharing-{name}")(send), _again(path, name)]


def _split(body: dict[str, list[str]]) -> dict[str, list[str]]:
    """The choice of a use names the purpose, of a repayment also which backstop."""
    chosen = body.get("purpose", [""])[0]
    return body | {"purpose": ["REPAYMENT"], "key": [chosen[1:]]} if chosen.startswith("#") else body


def _again(path: str, name: str) -> Any:
    @get(path, guards=[needs("sharing.read")], name=f"page-sharing-{name}-again")
    async def again(request: Req, sharing_id: Id) -> Response[str]:
        await shown.whole(sharing_id, actor=request.user)
        return onward(f"/sharing/{sharing_id}?form={name}", view(request))

    return again


@get("/sharing/{sharing_id:int}/pay-lists/{pay_list_id:int}/workbook", guards=[needs("sharing.pay-list")])
async def pay_workbook(request: Req, sharing_id: Id, pay_list_id: Id) -> Response[bytes]:
    """The list as the bank's Excel."""
    number, content = await actions_uses.workbook(sharing_id, pay_list_id, actor=request.user)
    return handed_out(content, f"{number}.xlsx", Media.XLSX)


@post("/sharing/{sharing_id:int}/pay-lists/{pay_list_id:int}/payment", guards=[needs("sharing.use")], status_code=303)
async def pay(request: Req, sharing_id: Id, pay_list_id: Id) -> Response[str]:
    """The bank has paid a list."""

    async def act(body: dict[str, list[str]]) -> None:
        await actions_uses.pay(sharing_id, pay_list_id, forms.read(body, Payment), actor=request.user)

    return await _sent(request, sharing_id, "payment", act, pay_list_id)


@post("/sharing/{sharing_id:int}/pay-lists/{pay_list_id:int}/cancellation", guards=[needs("sharing.pay-list")], status_code=303)
async def void_list(request: Req, sharing_id: Id, pay_list_id: Id) -> Response[str]:
    """A list is void."""

    async def act(body: dict[str, list[str]]) -> None:
        await actions_uses.void_list(sharing_id, pay_list_id, forms.read(body, Reasoned), actor=request.user)

    return await _sent(request, sharing_id, "void", act, pay_list_id)


@post("/sharing/{sharing_id:int}/uses/{use_id:int}/return", guards=[needs("sharing.use")], status_code=303)
async def take_back(request: Req, sharing_id: Id, use_id: Id) -> Response[str]:
    """A use came back."""

    async def act(body: dict[str, list[str]]) -> None:
        await actions_uses.take_back(sharing_id, use_id, forms.read(body, Return), actor=request.user)

    return await _sent(request, sharing_id, "return", act, use_id)


HANDLERS = [
    sharing_page, notice_page, *(handler for name in VERBS for handler in _verb(name)), pay_workbook, pay, void_list, take_back,
]  # fmt: skip
