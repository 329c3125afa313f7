"""A loss report of one policy, papers and photos of a claim: the forms that bring something in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.uploads import handed_out, read_upload
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused
from insurance.base.text import t
from insurance.claims import actions, actions_evidence, actions_report
from insurance.claims.model_verbs import Report
from insurance.claims.pages_claim import claim_page
from insurance.claims.pages_forms import carried_out
from insurance.claims.pages_offers import labels, policy_offers
from insurance.policies import actions as policies
from insurance.projects import documents
from insurance.web.forms import FormState, kept, read
from insurance.web.render import onward

_ABSENT = t("没有这张保单，或不在您的范围内")


class Filed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a file beside its content."""

    kind: str
    dated_on: date | None = None


def _policy_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound(_ABSENT)
    return int(text)


async def _form(request: Req, policy_id: int, *, form: FormState, status: int = 200) -> Response[str]:
    actor = request.user
    policy = await policies.policy(policy_id, actor=actor)
    async with db.transaction(actor.scope):
        offers = await policy_offers(policy_id, policy.town_code, actor.on, actor)
    return show(
        request,
        "claims/report.html",
        status=status,
        policy=policy,
        form=form,
        labels=labels(None, actor.language),
        perils=offers["perils"],
        disasters=offers["disasters"],
    )


@get("/claims/new", guards=[needs("claim.report")])
async def report_form(request: Req) -> Response[str]:
    """The form for one loss under the policy `?policy=`."""
    return await _form(request, _policy_id(request.query_params.get("policy", "")), form=FormState())


@post("/claims", guards=[needs("claim.report")], status_code=303)
async def report(request: Req) -> Response[str]:
    """Take one loss report."""
    body: Mapping[str, list[str]] = await typed(request)
    try:
        given = read(body, Report)

        async def act() -> str:
            made = await actions_report.report(given, actor=request.user)
            return f"/claims/{made.id}?done=report"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        faults = list(fault.faults) or [FieldFault("", fault.text)]
        policy_id = _policy_id(body.get("policy_id", [""])[0])
        return await _form(request, policy_id, form=kept(body, faults), status=fault.status)


@post("/claims/{claim_id:int}/evidence", guards=[needs("document.file")], status_code=303)
async def file_evidence(request: Req, claim_id: Id) -> Response[str]:
    """File a paper or photo."""
    body: Mapping[str, list[str]] = await typed(request)
    try:
        upload = await read_upload(request, ("kind", "dated_on"))
        said: Any = read({name: [text] for name, text in upload.fields.items()}, Filed)

        async def act() -> str:
            await actions_evidence.file(claim_id, said.kind, upload.name, upload.content, said.dated_on, actor=request.user)
            return f"/claims/{claim_id}?done=evidence#papers"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        faults = list(fault.faults) or [FieldFault("", fault.text)]
        return await claim_page(request, claim_id, upload=kept(body, faults), status=fault.status)


@get("/claims/{claim_id:int}/evidence", guards=[needs("claim.read")])
async def papers_again(request: Req, claim_id: Id) -> Response[str]:
    """The address of an upload that came back, asked for anew: the papers of the claim."""
    await actions.one(claim_id, actor=request.user)  # what lies elsewhere is not there, under this address neither
    return onward(f"/claims/{claim_id}#papers", view(request))


@get("/claims/{claim_id:int}/evidence/{document_id:int}", guards=[needs("claim.read")])
async def evidence_file(request: Req, claim_id: Id, document_id: Id) -> Response[bytes]:
    """A paper of the claim as a download."""
    found = await actions_evidence.on_file(claim_id, actor=request.user)
    if document_id not in {item.id for item in found.items}:
        raise NotFound(t("没有这份材料，或不在您的范围内"))
    paper, content = await documents.hand_out(document_id, actor=request.user)
    return handed_out(content, paper.name, paper.media)


HANDLERS = [report_form, report, file_evidence, papers_again, evidence_file]
