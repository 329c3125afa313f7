"""续保办理: one policy with what its renewal would be, or all that end soon, renewed in one act; what came of each."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed
from insurance.access.once import perform
from insurance.access.uploads import streamed
from insurance.base.errors import InsuranceError, Invalid, NotFound
from insurance.base.text import render, t
from insurance.policies import actions, actions_renew, proofs
from insurance.policies.actions_renew import RenewalView
from insurance.policies.model import Cover
from insurance.policies.names import COVER_NAMES
from insurance.policies.pages_enrol import MOST, whole_ids
from insurance.policies.pages_project import uploaded
from insurance.policies.views_quotes import refusal_view
from insurance.projects import documents
from insurance.projects.collective_papers import file_for_projects
from insurance.projects.model import PaperKind
from insurance.projects.pages_names import counties, options, towns
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.listing import Listing, read_listing

_DAYS = (30, 60, 90, 180)
_USUAL_DAYS = "60"


class Done(msgspec.Struct, frozen=True):
    """One policy of the act: the policy that follows it, or why there is none."""

    policy_id: int
    number: str
    renewed_by: int | None
    renewed_number: str | None
    refusal: str | None
    missing: list[str]


def _listing(request: Req) -> Listing:
    """What the address asks for."""
    return read_listing(
        "/policies/renew",
        request.query_params.multi_items(),
        sorts={"last_day": (int,)},
        usual_sort="last_day",
        filters={"expiring": {str(days) for days in _DAYS}, "cover": set(Cover), "county": None, "town": None},
    )


def _unsigned(one: RenewalView) -> bool:
    """Whether a newly signed application is missing."""
    return one.refusal is not None and proofs.A_CONSENT.code in {error.field for error in one.refusal.errors}


async def _renewals_shown(request: Req, *, form: FormState | None = None, status: int = 200) -> Response[str]:
    actor = request.user
    listing = _listing(request)
    days = int(listing.chosen("expiring") or _USUAL_DAYS)
    cover = listing.chosen("cover")
    place = listing.chosen("town") or listing.chosen("county")
    ids = await actions_renew.expiring(
        actor=actor, within_days=days, cover=Cover(cover) if cover else None, towns=[place] if place else None, limit=MOST
    )  # fmt: skip
    found = await actions_renew.renewals(ids, actor=actor)
    return show(
        request,
        "policies/renew.html",
        status=status,
        listing=listing,
        query=request.url.query,
        unsigned=list(dict.fromkeys(one.project for one in found if _unsigned(one))),
        paper_form=form or FormState(),
        days=days,
        found=found,
        ready=[one for one in found if one.ready],
        full=len(ids) == MOST,
        cover_names=COVER_NAMES,
        day_options=[(str(n), render(t("{n} 天内到期", n=n), actor.language)) for n in _DAYS],
        cover_options=options(COVER_NAMES, actor.language),
        county_options=counties(actor),
        town_options=towns(actor, listing.chosen("county")),
    )


@get("/policies/renew", guards=[needs("policy.renew")])
async def renewals_page(request: Req) -> Response[str]:
    """Policies that end soon and were not renewed: before and after, the insurer, what is missing."""
    return await _renewals_shown(request)


@post("/policies/renew/papers", guards=[needs("policy.renew")], status_code=303)
async def file_for_all(request: Req) -> Response[str]:
    """One newly signed application that names many projects, filed for each of them; then the same list again."""
    actor = request.user
    body = await typed(request)
    try:
        ids = whole_ids(body.get("id", []))
        async with streamed(request, (), hidden=("key", "csrf", "id")) as sent:
            brought = await documents.bring_in(sent.name, sent.arrived, actor=actor)
        return await uploaded(
            request,
            sent,
            lambda: file_for_projects(ids, PaperKind.APPLICATION, sent.name, brought, actor=actor),
            f"/policies/renew?{request.url.query}",
        )
    except Invalid as wrong:
        return await _renewals_shown(request, form=forms.kept(body, wrong.faults), status=wrong.status)


@get("/policies/{policy_id:int}/renew", guards=[needs("policy.renew")])
async def renewal_page(request: Req, policy_id: Id) -> Response[str]:
    """One policy: what it would be for the following period, and what stands against it."""
    found = await actions_renew.renewals([policy_id], actor=request.user)
    if not found:
        raise NotFound(t("没有这份保单，或不在您的范围内"))
    whole = await actions.policy(policy_id, actor=request.user)
    return show(request, "policies/renewal.html", policy=whole, one=found[0], cover_names=COVER_NAMES)


@post("/policies/renew", guards=[needs("policy.renew")], status_code=200)
async def renew(request: Req) -> Response[str]:
    """Renew what was ticked; each is answered with its new policy or its refusal, and the same answer comes again on a second click."""
    actor = request.user
    body = await typed(request)
    ids = whole_ids(body.get("id", []))
    if not ids:
        raise Invalid.field("id", t("请至少勾选一份保单"))
    key = next(iter(body.get("key", [])), "")[:255]
    if not key:
        raise Invalid.field("key", t("页面已过期，请刷新后重新提交"))

    async def run() -> tuple[int, str | None, bytes]:
        done = await actions_renew.renew_many(ids, actor=actor)
        return 200, None, msgspec.json.encode([_done(one, actor.language) for one in done])

    digest = hashlib.sha256(repr(ids).encode()).digest()
    _, _, answered = await perform(actor, "POST /policies/renew", key, digest, run)
    results = msgspec.json.decode(answered, type=list[Done])
    return show(
        request,
        "policies/renewed.html",
        renewed=[one for one in results if one.renewed_by],
        refused=[one for one in results if not one.renewed_by],
    )


def _done(one: actions_renew.Renewed, language: str) -> Done:
    number = one.number or str(one.policy_id)
    if isinstance(one.outcome, InsuranceError):
        told = refusal_view(one.outcome, language)
        missing = [fault.text for fault in told.errors if fault.text != told.text]
        return Done(one.policy_id, number, None, None, told.text, missing)
    return Done(one.policy_id, number, one.outcome.id, one.outcome.number, None, [])


handlers: list[Any] = [renewals_page, file_for_all, renewal_page, renew]
