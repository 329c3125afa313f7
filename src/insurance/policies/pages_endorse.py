"""批改 and 退保: the form by kind, tried out with its working before it is recorded; the endorsement as it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.base import db
from insurance.base.errors import FieldFault, InsuranceError, Invalid, NotFound, Refused
from insurance.base.text import Text, render, t
from insurance.policies import actions, actions_cancel, actions_due, actions_endorse, store_facts, store_midterm
from insurance.policies.actions_endorse import BY_HAND, PAPERS
from insurance.policies.entries import CancellationEntry, EndorsementEntry
from insurance.policies.held import Held, lowered_by
from insurance.policies.model import Cover
from insurance.policies.model_midterm import EndorsementKind, Ground
from insurance.policies.names import COVER_NAMES, PAYER_NAMES
from insurance.policies.names_midterm import GROUND_NAMES, KIND_HINTS, KIND_NAMES
from insurance.policies.pages_working import calc_rows
from insurance.policies.views import PolicyWhole
from insurance.policies.views_midterm import EndorsementView
from insurance.projects import documents
from insurance.projects.model import PaperKind
from insurance.projects.pages_names import PAPER_NAMES
from insurance.projects.rules import net_value
from insurance.web import forms
from insurance.web.forms import FormState

_TRIAL = "trial"  # the button that only works it out
_K = EndorsementKind
_OF_ASSETS = (_K.ASSET_ADDED, _K.ASSET_REMOVED, _K.SUM_CHANGED, _K.REINSTATE)
_LABELS: dict[str, Text] = {
    "effective_on": t("生效日"), "reason": t("原因"), "document": t("书面材料"), "application": t("投保单"), "title": t("确权文件"),
    "assets": t("保险标的"), "ground": t("退保原因"), "notice_on": t("保险人通知日"), "known_on": t("保险人知道日"), "kind": t("批改项目"),
}  # fmt: skip
_ROW = re.compile(r"assets\[(\d+)\](?:\.(\w+))?")


async def _held(policy_id: int, request: Req) -> tuple[PolicyWhole, Held]:
    """The policy as its page shows it and as a change takes it. Raises NotFound."""
    whole = await actions.policy(policy_id, actor=request.user)
    async with db.transaction(request.user.scope):
        held = await store_midterm.held(policy_id, lock=False)
    if held is None:
        raise NotFound(t("没有这份保单，或不在您的范围内"))
    return whole, held


async def _papers(held: Held, kinds: Iterable[PaperKind], request: Req) -> list[tuple[str, str]]:
    """Papers on file of the project that will do, the newest first."""
    wanted = {kind.value for kind in kinds}
    async with db.transaction(request.user.scope):
        filed = await documents.papers_of("project", held.project_id, actor=request.user)
    names = {kind.value: render(name, request.user.language) for kind, name in PAPER_NAMES.items()}
    return [(str(one.id), f"{names.get(one.kind, one.kind)} · {one.name}") for one in reversed(filed) if not wanted or one.kind in wanted]


async def _assets(held: Held, kind: EndorsementKind, request: Req) -> list[dict[str, Any]]:
    """What may be chosen for a kind: assets that may join with their value of today, or lines of the schedule with their sum."""
    actor = request.user
    if kind is _K.ASSET_ADDED:
        insured = {line.asset_id for line in held.lines}
        async with db.transaction(actor.scope):
            projects = await store_facts.registered(actor, actor.on, [held.project_id])
            found = await store_facts.insurable_assets(projects.values(), actor.on)
        assets = [one for one in found.get(held.project_id, ()) if one.asset_id not in insured]
        return [{"id": one.asset_id, "name": one.name, "fen": net_value(one.value, actor.on).net_value_fen} for one in assets]
    if kind is _K.REINSTATE:
        return [{"id": line.asset_id, "name": line.name, "fen": lowered} for line in held.lines if (lowered := lowered_by(held, line))]
    return [{"id": line.asset_id, "name": line.name, "fen": line.sum_insured_fen} for line in held.lines]


def _on_the_form(wrong: InsuranceError, body: Mapping[str, list[str]]) -> list[FieldFault]:
    """Faults by the form's own names: a row of assets keeps the number it was typed in; a refusal without any is of the whole form."""
    rows = FormState(dict(body)).rows("assets")

    def name(field: str) -> str:
        found = _ROW.fullmatch(field)
        if not found:
            return field
        place = int(found[1])
        row = rows[place] if place < len(rows) else place
        return f"assets-{row}-{found[2] or 'asset'}"

    known = set(_LABELS) | {"version"}
    faults = [FieldFault(name(one.field), one.text) for one in wrong.faults]
    return [one if one.field in known or one.field.startswith("assets-") else FieldFault("", one.text) for one in faults] or [
        FieldFault("", wrong.text)
    ]


def worked_context(found: EndorsementView, language: str) -> dict[str, Any]:
    """What both the trial and the printed endorsement show of an endorsement."""
    return {
        "done": found,
        "kind_name": KIND_NAMES[found.kind],
        "ground_name": GROUND_NAMES[found.ground] if found.ground else None,
        "calc": calc_rows(found.steps, language),
        "payers": PAYER_NAMES,
    }


# -- endorse --------------------------------------------------------------------------------------------------------------


def _kinds(whole: PolicyWhole) -> list[EndorsementKind]:
    """The kinds an office may ask for of this cover."""
    return [kind for kind in BY_HAND if whole.cover is Cover.INDUSTRY or kind not in _OF_ASSETS]


async def _endorse_shown(
    request: Req, policy_id: int, kind: EndorsementKind | None, form: FormState, *, tried: EndorsementView | None = None, status: int = 200
) -> Response[str]:
    whole, held = await _held(policy_id, request)
    language = request.user.language
    due = {one.policy: one for one in await actions_due.due(actor=request.user, project_ids=[held.project_id])}.get(policy_id)
    papers = await _papers(held, PAPERS.get(kind, ()), request) if kind else []
    assets = await _assets(held, kind, request) if kind in _OF_ASSETS and kind else []
    form_values = form.values | {"version": [str(whole.version)]}
    return show(
        request,
        "policies/endorse.html",
        status=status,
        policy=whole,
        cover_name=COVER_NAMES[whole.cover],
        kind=kind,
        kinds=[(one, render(KIND_NAMES[one], language), render(KIND_HINTS[one], language)) for one in _kinds(whole)],
        due=due,
        form=FormState(form_values, form.faults),
        labels={name: render(text, language) for name, text in _LABELS.items()}
        | {
            f"assets-{row}-{field}": one["name"] for row, one in enumerate(assets) for field in ("asset", "sum_insured_fen", "restored_fen")
        },
        papers=papers,
        needs_paper=kind in PAPERS,
        applications=await _papers(held, (PaperKind.APPLICATION,), request) if kind is _K.CORRECTION else [],
        titles=await _papers(held, (PaperKind.TITLE,), request) if kind is _K.CORRECTION else [],
        assets=assets,
        of_assets=kind in _OF_ASSETS,
        **(worked_context(tried, language) if tried else {"done": None}),
    )


def _kind_of(text: str | None) -> EndorsementKind | None:
    """The kind an address or a form names. Raises Invalid for a word that is none, or none of an office's."""
    if not text:
        return None
    if text not in EndorsementKind.__members__ or EndorsementKind(text) not in BY_HAND:
        raise Invalid.field("kind", t("请选择批改项目"))
    return EndorsementKind(text)


@get("/policies/{policy_id:int}/endorse", guards=[needs("policy.endorse")])
async def endorse_page(request: Req, policy_id: Id) -> Response[str]:
    """What may be endorsed; with a kind, its form."""
    return await _endorse_shown(request, policy_id, _kind_of(request.query_params.get("kind")), FormState())


@post("/policies/{policy_id:int}/endorse", guards=[needs("policy.endorse")], status_code=200)
async def endorse(request: Req, policy_id: Id) -> Response[str]:
    """Work it out, or record it; what is wrong shows the form again with everything that was typed."""
    body = await typed(request)
    kind = _kind_of(next(iter(body.get("kind", [])), None))
    actor = request.user
    try:
        given = forms.read(body, EndorsementEntry, ignore=(_TRIAL,))
        if _TRIAL in body:
            tried = await actions_endorse.preview(policy_id, given, actor=actor)
            return await _endorse_shown(request, policy_id, kind, forms.kept(body, []), tried=tried)

        async def act() -> str:
            made = await actions_endorse.endorse(policy_id, given, actor=actor)
            return f"/policies/{policy_id}/endorsements/{made.id}"

        return await submit(request, act)
    except (Invalid, Refused) as wrong:
        again = forms.kept(body, _on_the_form(wrong, body))
        return await _endorse_shown(request, policy_id, kind, again, status=wrong.status)


# -- cancel ---------------------------------------------------------------------------------------------------------------


async def _cancel_shown(
    request: Req, policy_id: int, form: FormState, *, tried: EndorsementView | None = None, status: int = 200
) -> Response[str]:
    whole, held = await _held(policy_id, request)
    language = request.user.language
    return show(
        request,
        "policies/cancel.html",
        status=status,
        policy=whole,
        cover_name=COVER_NAMES[whole.cover],
        form=FormState(form.values | {"version": [str(whole.version)]}, form.faults),
        labels={name: render(text, language) for name, text in _LABELS.items()},
        grounds=[(ground.value, render(GROUND_NAMES[ground], language)) for ground in Ground],
        papers=await _papers(held, (PaperKind.CHANGE,), request),
        claims=[one for one in held.claims if one.live],
        **(worked_context(tried, language) if tried else {"done": None}),
    )


@get("/policies/{policy_id:int}/cancel", guards=[needs("policy.cancel")])
async def cancel_page(request: Req, policy_id: Id) -> Response[str]:
    """The form of a cancellation, with the claims that would run off."""
    return await _cancel_shown(request, policy_id, forms.filled(ground=Ground.WISH))


@post("/policies/{policy_id:int}/cancel", guards=[needs("policy.cancel")], status_code=200)
async def cancel(request: Req, policy_id: Id) -> Response[str]:
    """Work it out, or cancel."""
    body = await typed(request)
    actor = request.user
    try:
        given = forms.read(body, CancellationEntry, ignore=(_TRIAL,))
        if _TRIAL in body:
            tried = await actions_cancel.preview(policy_id, given, actor=actor)
            return await _cancel_shown(request, policy_id, forms.kept(body, []), tried=tried)

        async def act() -> str:
            made = await actions_cancel.cancel(policy_id, given, actor=actor)
            return f"/policies/{policy_id}/endorsements/{made.id}"

        return await submit(request, act)
    except (Invalid, Refused) as wrong:
        return await _cancel_shown(request, policy_id, forms.kept(body, _on_the_form(wrong, body)), status=wrong.status)


# -- the endorsement ------------------------------------------------------------------------------------------------------


@get("/policies/{policy_id:int}/endorsements/{endorsement_id:int}", guards=[needs("policy.read")])
async def endorsement_page(request: Req, policy_id: Id, endorsement_id: Id) -> Response[str]:
    """批单 on A4 with its working, ready for the printer."""
    found = await actions_endorse.endorsement(policy_id, endorsement_id, actor=request.user)
    whole = await actions.policy(policy_id, actor=request.user)
    return show(request, "policies/endorsement.html", policy=whole, **worked_context(found, "zh"))


handlers: list[Any] = [endorse_page, endorse, cancel_page, cancel, endorsement_page]
