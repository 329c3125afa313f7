"""A loss report of one policy, papers and photos of a claim: the forms that bring something in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Req, show, typed
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused
from insurance.base.text import t
from insurance.claims import actions_drafts, actions_report, pages_drafts
from insurance.claims.actions_drafts import REPORT
from insurance.claims.model_verbs import Report
from insurance.claims.pages_forms import carried_out
from insurance.claims.pages_offers import labels, policy_offers
from insurance.policies import actions as policies
from insurance.web.forms import FormState, kept, read

_ABSENT = t("没有这张保单，或不在您的范围内")


def _policy_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound(_ABSENT)
    return int(text)


async def _form(request: Req, policy_id: int, *, form: FormState | None = None, status: int = 200) -> Response[str]:
    """The form: as it came back, from the draft if that is asked for, or empty."""
    actor = request.user
    draft = await actions_drafts.find(f"policy:{policy_id}", REPORT, actor=actor)
    used = form is None and draft is not None and "draft" in request.query_params
    again = f"/claims/new?policy={policy_id}&draft=1"
    told = pages_drafts.shown(
        draft, f"/policies/{policy_id}/report-draft", again, version=0, used=used, kept=form is not None
    )  # fmt: skip
    policy = await policies.policy(policy_id, actor=actor)
    async with db.transaction(actor.scope):
        offers = await policy_offers(policy_id, policy.town_code, actor.on, actor)
    return show(
        request,
        "claims/report.html",
        status=status,
        policy=policy,
        form=form or (kept(draft.body, []) if used and draft else FormState()),
        draft=told,
        labels=labels(None, actor.language),
        perils=offers["perils"],
        disasters=offers["disasters"],
    )


@get("/claims/new", guards=[needs("claim.report")])
async def report_form(request: Req) -> Response[str]:
    """The form for one loss under the policy `?policy=`."""
    return await _form(request, _policy_id(request.query_params.get("policy", "")))


@post("/claims", guards=[needs("claim.report")], status_code=303)
async def report(request: Req) -> Response[str]:
    """Take one loss report."""
    body: Mapping[str, list[str]] = await typed(request)
    try:
        given = read(body, Report)

        async def act() -> str:
            made = await actions_report.report(given, actor=request.user)
            await actions_drafts.drop(f"policy:{made.policy.id}", REPORT, actor=request.user)
            return f"/claims/{made.id}?done=report"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        faults = list(fault.faults) or [FieldFault("", fault.text)]
        policy_id = _policy_id(body.get("policy_id", [""])[0])
        await policies.policy(policy_id, actor=request.user)
        with suppress(Invalid):  # too long to keep: the form comes back all the same
            await actions_drafts.keep(f"policy:{policy_id}", REPORT, body, actor=request.user)
        return await _form(request, policy_id, form=kept(body, faults), status=fault.status)


HANDLERS = [report_form, report]
