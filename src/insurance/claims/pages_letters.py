"""Letters on pages: their section of the claim, each as it is printed with its way, and the forms of delivery and of a letter by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.access.uploads import handed_out
from insurance.base.errors import FieldFault, Forbidden, Invalid, Refused
from insurance.base.files import Media
from insurance.base.text import Text, render, t
from insurance.claims import actions, actions_letters, actions_third_party
from insurance.claims.actions_letters import ISSUERS
from insurance.claims.model import Claim
from insurance.claims.model_letters import Delivery, DeliveryHow, DeliveryStep, LetterIssue, LetterKind, LetterLine
from insurance.claims.pages_forms import carried_out
from insurance.claims.store import Row
from insurance.web.forms import FormState, kept, read
from insurance.web.render import onward
from insurance.web.view import Note

STEPS: dict[DeliveryStep, Text] = {DeliveryStep.SENT: t("发出"), DeliveryStep.RECEIVED: t("签收")}
HOWS: dict[DeliveryHow, Text] = {
    DeliveryHow.BY_HAND: t("当面送交"), DeliveryHow.POST: t("邮寄"), DeliveryHow.ELECTRONIC: t("系统送达"), DeliveryHow.BOARD: t("张贴"),
}  # fmt: skip
_HERE = "/claims/{claim_id:int}/letters"
_DONE: dict[str, Text] = {"issued": t("函件已出具"), "delivered": t("送达情况已登记")}


async def letters_section(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """函件: what was issued on the claim, newest first, each with its last record of delivery."""
    del row
    lines = await actions_letters.of_claim(claim.id, actor=actor)
    told = [{"line": line, "told": _last_told(line, actor.language), "to_send": _to_send(line)} for line in reversed(lines)]
    transferred = any(line.kind is LetterKind.SUBROGATION for line in lines)
    may_transfer = actor.role in ISSUERS[LetterKind.SUBROGATION] and claim.approved_fen is not None and not transferred
    return {"letters": told, "may_transfer": may_transfer}


def _to_send(line: LetterLine) -> bool:
    """A refusal whose three days still run, as far as anybody recorded (保险法 24)."""
    return line.kind is LetterKind.REFUSAL and not line.deliveries and line.replaced_by is None


def _last_told(line: LetterLine, language: str) -> str:
    """The last that is known of a letter's way."""
    if not line.deliveries:
        return ""
    last = line.deliveries[-1]
    return render(t("{on} {step}（{how}）", on=last.on.isoformat(), step=STEPS[last.step], how=HOWS[last.how]), language)


async def _page(
    request: Req, claim_id: int, letter_id: int, *, form: FormState | None = None, status: int = 200, notes: tuple[Note, ...] = ()
) -> Response[str]:
    """A letter as it is printed, beside it what is known of its way and what may be done with it."""
    actor = request.user
    letter = await actions_letters.one(claim_id, letter_id, actor=actor)
    say = actor.language
    return show(
        request, "letters/letter.html", status=status, notes=notes, letter=letter, form=form or FormState(),
        steps=[(step.value, render(word, say)) for step, word in STEPS.items()], step_names=STEPS,
        hows=[(how.value, render(word, say)) for how, word in HOWS.items()], how_names=HOWS,
        may_deliver=may(actor.role, "letter.deliver"), may_correct=actor.role in ISSUERS[letter.kind] and letter.replaced_by is None,
    )  # fmt: skip


@get(_HERE, guards=[needs("claim.read")])
async def letters_again(request: Req, claim_id: Id) -> Response[str]:
    """The address of a form that came back, asked for anew: the letters of the claim."""
    await actions.one(claim_id, actor=request.user)
    return onward(f"/claims/{claim_id}#letters", view(request))


@get(_HERE + "/{letter_id:int}", guards=[needs("claim.read")])
async def letter_page(request: Req, claim_id: Id, letter_id: Id) -> Response[str]:
    """One letter, to read and to print."""
    done = request.query_params.get("done", "")
    return await _page(request, claim_id, letter_id, notes=(Note(_DONE[done]),) if done in _DONE else ())


@get(_HERE + "/{letter_id:int}/pdf", guards=[needs("claim.read")], media_type="application/pdf")
async def letter_file(request: Req, claim_id: Id, letter_id: Id) -> Response[bytes]:
    """The letter's PDF as a download."""
    name, content = await actions_letters.pdf(claim_id, letter_id, actor=request.user)
    return handed_out(content, name, Media.PDF)


@get(_HERE + "/{letter_id:int}/delivery", guards=[needs("claim.read")])
async def delivery_again(request: Req, claim_id: Id, letter_id: Id) -> Response[str]:
    """The address of a form that came back, asked for anew: the letter."""
    await actions_letters.one(claim_id, letter_id, actor=request.user)
    return onward(f"/claims/{claim_id}/letters/{letter_id}", view(request))


@post(_HERE + "/{letter_id:int}/delivery", guards=[needs("letter.deliver")], status_code=303)
async def deliver(request: Req, claim_id: Id, letter_id: Id) -> Response[str]:
    """Record that the letter was sent or received."""
    body: Mapping[str, list[str]] = await typed(request)
    try:
        given = read(body, Delivery)

        async def act() -> str:
            await actions_letters.deliver(claim_id, letter_id, given, actor=request.user)
            return f"/claims/{claim_id}/letters/{letter_id}?done=delivered"

        return await carried_out(request, act)
    except Invalid as fault:
        return await _page(request, claim_id, letter_id, form=kept(body, list(fault.faults)), status=fault.status)


async def _transfer_page(request: Req, claim_id: int, *, form: FormState, status: int = 200) -> Response[str]:
    claim = await actions.one(claim_id, actor=request.user)
    return show(request, "letters/transfer.html", status=status, claim=claim, form=form)


@get(_HERE + "/new", guards=[needs("letter.issue")])
async def transfer_form(request: Req, claim_id: Id) -> Response[str]:
    """The form of a 权益转让书, with the third party that is known."""
    known = await actions_third_party.answers(claim_id, actor=request.user)
    return await _transfer_page(request, claim_id, form=FormState({"third_party": [known.name]} if known.caused else {}))


@post(_HERE, guards=[needs("letter.issue")], status_code=303)
async def issue(request: Req, claim_id: Id) -> Response[str]:
    """Issue a 权益转让书, or a new letter in place of one."""
    body: Mapping[str, list[str]] = await typed(request)
    given = LetterIssue()
    try:
        given = read(body, LetterIssue)

        async def act() -> str:
            made = await actions_letters.issue_by_hand(claim_id, given, actor=request.user)
            return f"/claims/{claim_id}/letters/{made.id}?done=issued"

        return await carried_out(request, act)
    except (Invalid, Refused, Forbidden) as fault:
        faults = list(fault.faults) or [FieldFault("", fault.text)]
        if given.replaces_id is not None:
            return await _page(request, claim_id, given.replaces_id, form=FormState(faults=faults), status=fault.status)
        return await _transfer_page(request, claim_id, form=kept(body, faults), status=fault.status)


class NoticeFilter(msgspec.Struct, frozen=True):
    """Which public notices are put on one sheet: of a disaster, a town, a village; only those whose days still run."""

    disaster_id: int | None = None
    town: str = ""
    village: str = ""
    current: bool = False


def _filter(request: Req) -> NoticeFilter:
    asked = request.query_params
    number = asked.get("disaster", "")
    return NoticeFilter(
        int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None, asked.get("town", "")[:20],
        asked.get("village", "").strip()[:100], asked.get("current", "") == "1",
    )  # fmt: skip


@get("/notices", guards=[needs("claim.read")])
async def notices(request: Req) -> Response[str]:
    """The public notices of a village, a town or a disaster on one sheet for the board."""
    asked = _filter(request)
    found = await actions_letters.notices(asked.disaster_id, asked.town, asked.village, current=asked.current, actor=request.user)
    return show(request, "letters/notices.html", found=found, asked=asked, form=FormState({"village": [asked.village]}))


HANDLERS = [letters_again, letter_page, letter_file, delivery_again, deliver, transfer_form, issue, notices]
