"""JSON of letters: what was issued on a claim, one letter with its facts, its PDF, a letter by hand, its way."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.uploads import handed_out
from insurance.base.files import Media
from insurance.claims import actions_letters
from insurance.claims.model_letters import Delivery, LetterIssue, LetterLine, LetterView

_HERE = "/claims/{claim_id:int}/letters"


class LetterPage(msgspec.Struct, frozen=True):
    """The letters of a claim, oldest first; all of them on one page."""

    items: list[LetterLine]
    next_cursor: str | None = None


def _answer(told: LetterPage | LetterView) -> Response[bytes]:
    return Response(msgspec.json.encode(told), media_type="application/json")


@get(_HERE, guards=[needs("claim.read")], opt={"answers": LetterPage})
async def list_letters(request: Req, claim_id: Id) -> Response[bytes]:
    """The letters of a claim, each with its way and the hash of its PDF."""
    return _answer(LetterPage(await actions_letters.of_claim(claim_id, actor=request.user)))


@get(_HERE + "/{letter_id:int}", guards=[needs("claim.read")], opt={"answers": LetterView})
async def one_letter(request: Req, claim_id: Id, letter_id: Id) -> Response[bytes]:
    """One letter: the facts it states, amounts in fen, and how it is printed."""
    return _answer(await actions_letters.one(claim_id, letter_id, actor=request.user))


@get(_HERE + "/{letter_id:int}/pdf", guards=[needs("claim.read")], media_type="application/pdf")
async def letter_pdf(request: Req, claim_id: Id, letter_id: Id) -> Response[bytes]:
    """The letter as a PDF; always the same bytes."""
    name, content = await actions_letters.pdf(claim_id, letter_id, actor=request.user)
    return handed_out(content, name, Media.PDF)


@post(
    _HERE,
    guards=[needs("letter.issue")],
    status_code=201,
    opt=takes(LetterIssue, {"kind": "SUBROGATION", "third_party": "某运输公司"}, LetterView),
)
async def issue_letter(request: Req, claim_id: Id) -> Response[bytes]:
    """Issue a 权益转让书, or a new letter in place of one (`replaces_id`); all others come with their verb."""
    given = await read_json(request, LetterIssue)
    return await once(
        request, lambda: actions_letters.issue_by_hand(claim_id, given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/claims/{claim_id}/letters/{made.id}",
    )  # fmt: skip


_DELIVERY = {"step": "RECEIVED", "how": "BY_HAND", "on": "2019-08-30", "receiver": "石门村 李主任"}


@post(_HERE + "/{letter_id:int}/delivery", guards=[needs("letter.deliver")], status_code=201, opt=takes(Delivery, _DELIVERY, LetterView))
async def deliver_letter(request: Req, claim_id: Id, letter_id: Id) -> Response[bytes]:
    """Record that a letter was sent or received."""
    given = await read_json(request, Delivery)
    return await once(
        request, lambda: actions_letters.deliver(claim_id, letter_id, given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/claims/{claim_id}/letters/{made.id}",
    )  # fmt: skip


handlers = [list_letters, one_letter, letter_pdf, issue_letter, deliver_letter]
