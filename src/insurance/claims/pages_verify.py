"""The open door for whoever holds a letter: the code printed on it opens what was stored; nothing else does."""

from __future__ import annotations

import hmac
import re
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from insurance.access.guards import check_origin
from insurance.access.http import Req, show, view
from insurance.access.throttle import Throttle
from insurance.access.uploads import streamed
from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import t
from insurance.claims import actions_letters
from insurance.claims.model_letters import LetterView
from insurance.web.forms import FormState
from insurance.web.render import onward

_DOOR = Throttle(most=30, seconds=60, pace=0.2)
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_UNSEEN = {"X-Robots-Tag": "noindex, nofollow"}


def _caller(request: Req) -> str:
    return request.client.host if request.client else "-"


def _unindexed(response: Response[str]) -> Response[str]:
    response.headers.update(_UNSEEN)
    return response


async def _letter(request: Req, code: str) -> LetterView | None:
    """The letter with this code, None for a wrong one; both take the same time. Raises TooMany."""
    _DOOR.take(_caller(request))
    async with _DOOR.paced():
        return await actions_letters.verified(code[:100], view(request).language)


def _absent(request: Req, code: str) -> Response[str]:
    """404, with the form to type the code again."""
    fault = FieldFault("code", t("没有这份函件，请核对函件下方的核验码"))
    return _unindexed(show(request, "letters/verify.html", status=404, form=FormState({"code": [code[:40]]}, [fault])))


def _told(letter: LetterView) -> dict[str, Any]:
    """What anybody may see: no more than the paper itself says, a person's name masked."""
    facts = letter.facts
    return {
        "name": letter.name, "number": letter.number, "claim_number": facts["claim_number"], "issued_on": letter.issued_on,
        "insurer": facts["insurer"], "insured": facts["insured_masked"], "amount_fen": letter.amount_fen,
        "replaces": letter.replaces, "replaced_by": letter.replaced_by, "sha256": letter.pdf.sha256 if letter.pdf else "",
        "code": letter.content.code,
    }  # fmt: skip


def _shown(
    request: Req, letter: LetterView, *, same: bool | None = None, form: FormState | None = None, status: int = 200
) -> Response[str]:
    told = _told(letter)
    page = show(request, "letters/verified.html", status=status, letter=told, same=same, form=form or FormState(), asked=letter.code)
    return _unindexed(page)


@get("/verify")
async def ask(request: Req) -> Response[str]:
    """Where a code is typed in."""
    if code := request.query_params.get("code", "").strip():
        return _unindexed(onward(f"/verify/{quote(code[:100], safe='')}", view(request)))
    return _unindexed(show(request, "letters/verify.html", form=FormState()))


@get("/verify/{code:str}")
async def verify(request: Req, code: FromPath[str]) -> Response[str]:
    """What was stored under the code; with `?sha256=` whether a file's hash is the letter's."""
    letter = await _letter(request, code)
    if letter is None:
        return _absent(request, code)
    given = re.sub(r"\s", "", request.query_params.get("sha256", ""))[:200]
    if not given:
        return _shown(request, letter)
    if not _HASH.fullmatch(given):
        fault = Invalid.field("sha256", t("SHA-256 是 64 位十六进制数"))
        return _shown(request, letter, form=FormState({"sha256": [given]}, list(fault.faults)), status=fault.status)
    return _shown(request, letter, same=_equal(letter, given.lower()), form=FormState({"sha256": [given]}))


@post("/verify/{code:str}", status_code=200)
async def compare(request: Req, code: FromPath[str]) -> Response[str]:
    """Whether a file somebody was given is the letter's own; the file is not kept."""
    check_origin(request)
    letter = await _letter(request, code)
    if letter is None:
        return _absent(request, code)
    try:
        async with streamed(request) as sent:
            return _shown(request, letter, same=_equal(letter, sent.arrived.sha256.hex()))
    except Invalid as fault:
        return _shown(request, letter, form=FormState(faults=list(fault.faults)), status=fault.status)


def _equal(letter: LetterView, sha256: str) -> bool:
    return letter.pdf is not None and hmac.compare_digest(letter.pdf.sha256, sha256)


HANDLERS = [ask, verify, compare]
