"""Drafts of a claim's forms: kept while somebody types and by a button, offered when the form is opened again, forgotten on demand."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from insurance.access.guards import needs
from insurance.access.http import Id, Req, typed, view
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.text import t
from insurance.claims import actions, actions_drafts, store
from insurance.claims.actions_drafts import REPORT, Draft
from insurance.claims.pages_forms import VERBS
from insurance.web.render import answer, onward

KEPT_DRAFT = "kept-draft"  # where a form says that it was kept: what htmx names as its target
_ABSENT = t("没有这个页面，或不在您的范围内")


def shown(draft: Draft | None, address: str, again: str, *, version: int, used: bool, kept: bool) -> dict[str, Any]:
    """What a form shows of its draft: where it is kept, whether there is one, whether it fills the form, what moved since."""
    return {
        "address": address, "again": again, "at": draft.saved_at if draft else None, "used": used, "kept": kept,
        "moved": draft is not None and draft.version not in (0, version),
    }  # fmt: skip


async def _of_claim(claim_id: int, verb: str, request: Req) -> str:
    """The subject of a draft. Raises NotFound for a form that is not there."""
    await actions.one(claim_id, actor=request.user)
    if verb not in VERBS:
        raise NotFound(_ABSENT)
    return f"claim:{claim_id}"


async def _of_policy(policy_id: int, request: Req) -> str:
    async with db.transaction(request.user.scope):
        if await store.policy_known(policy_id) is None:
            raise NotFound(_ABSENT)
    return f"policy:{policy_id}"


async def _kept(request: Req, subject: str, verb: str, back: str) -> Response[str]:
    """Keep the form as it is: a word for the page that saves by itself, else back to the form as it was."""
    draft = await actions_drafts.keep(subject, verb, await typed(request), actor=request.user)
    if view(request).htmx:
        return answer("claims/_draft_kept.html", view(request), at=draft.saved_at if draft else None)
    return onward(back if draft is None else f"{back}&draft=1", view(request))


@post("/claims/{claim_id:int}/drafts/{verb:str}", guards=[needs("claim.read")], status_code=200)
async def keep_of_claim(request: Req, claim_id: Id, verb: FromPath[str]) -> Response[str]:
    """Keep what is typed into the form of a verb."""
    return await _kept(request, await _of_claim(claim_id, verb, request), verb, f"/claims/{claim_id}?do={verb}")


@post("/claims/{claim_id:int}/drafts/{verb:str}/discard", guards=[needs("claim.read")], status_code=303)
async def discard_of_claim(request: Req, claim_id: Id, verb: FromPath[str]) -> Response[str]:
    """Forget the draft; the form is as it would be without."""
    await actions_drafts.drop(await _of_claim(claim_id, verb, request), verb, actor=request.user)
    return onward(f"/claims/{claim_id}?do={verb}", view(request))


@get(["/claims/{claim_id:int}/drafts/{verb:str}", "/claims/{claim_id:int}/drafts/{verb:str}/discard"], guards=[needs("claim.read")])
async def form_of_claim(request: Req, claim_id: Id, verb: FromPath[str]) -> Response[str]:
    """After a sign-in in between: the form, which offers the draft."""
    await actions.one(claim_id, actor=request.user)
    return onward(f"/claims/{claim_id}?do={verb}", view(request))


@post("/policies/{policy_id:int}/report-draft", guards=[needs("claim.report")], status_code=200)
async def keep_report(request: Req, policy_id: Id) -> Response[str]:
    """Keep what is typed into a loss report."""
    return await _kept(request, await _of_policy(policy_id, request), REPORT, f"/claims/new?policy={policy_id}")


@post("/policies/{policy_id:int}/report-draft/discard", guards=[needs("claim.report")], status_code=303)
async def discard_report(request: Req, policy_id: Id) -> Response[str]:
    """Forget it."""
    await actions_drafts.drop(await _of_policy(policy_id, request), REPORT, actor=request.user)
    return onward(f"/claims/new?policy={policy_id}", view(request))


@get(["/policies/{policy_id:int}/report-draft", "/policies/{policy_id:int}/report-draft/discard"], guards=[needs("claim.report")])
async def form_of_report(request: Req, policy_id: Id) -> Response[str]:
    """After a sign-in in between: the form, which offers the draft."""
    await _of_policy(policy_id, request)
    return onward(f"/claims/new?policy={policy_id}", view(request))


HANDLERS = [keep_of_claim, discard_of_claim, form_of_claim, keep_report, discard_report, form_of_report]
