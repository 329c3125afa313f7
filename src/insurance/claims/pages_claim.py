"""The page of one claim, its printed working, and the forms of its verbs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.model import Actor
from insurance.access.query import asked_whole
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import Forbidden, InsuranceError, Invalid, Refused
from insurance.base.text import Text, render, t
from insurance.claims import actions, actions_assessment, actions_drafts, actions_evidence, pages_drafts, store
from insurance.claims.actions_assessment import Assessed
from insurance.claims.actions_drafts import Draft
from insurance.claims.actions_move import seen
from insurance.claims.model import Claim, Event, Verb, WorkingStep
from insurance.claims.names import PART_NAMES, STATE_NAMES, VERB_NAMES, peril_name
from insurance.claims.pages_calc import calculation, inputs_told
from insurance.claims.pages_forms import VERBS, as_typed, carried_out, read_verb
from insurance.claims.pages_offers import Given, given_for, labels, offer
from insurance.claims.pages_sections import gathered
from insurance.claims.pages_shown import ICONS, deadline_ruler, tone
from insurance.claims.pages_stages import next_verb, stages, told, waiting_for
from insurance.claims.store import Row
from insurance.finance.pages import STATES as PAYOUT_STATES
from insurance.web.forms import FormState, kept
from insurance.web.render import onward
from insurance.web.view import Note


class Conflict(msgspec.Struct, frozen=True):
    """Why the act did not go through, what others did meanwhile, and what was typed where the form is gone."""

    text: Text
    since: Sequence[dict[str, Any]] = ()
    typed: Sequence[tuple[str, str]] = ()


class Failed(msgspec.Struct, frozen=True):
    """A form that came back: its verb, what was typed, the fault."""

    verb: Verb
    body: dict[str, list[str]]
    fault: InsuranceError


class Read(msgspec.Struct, frozen=True):
    """All that the page of a claim is drawn from."""

    claim: Claim
    row: Row
    assessed: Assessed | None
    history: list[Event]
    given: Given | None
    chosen: Verb | None
    survey: Any
    decisions: list[dict[str, Any]]
    papers: dict[str, Any]
    sections: dict[str, Any]
    draft: Draft | None


async def _read(claim_id: int, wanted: str | None, *, actor: Actor) -> Read:
    """The claim and what hangs on it, in one transaction; the form is that of the verb asked for, or of the next step."""
    async with db.transaction(actor.scope):
        claim = await actions.one(claim_id, actor=actor)
        row = await seen(claim_id)
        assessed = await _newest(claim, actor)
        history = await actions.history(claim_id, actor=actor)
        papers = await _papers(claim, actor)
        chosen = _chosen(claim, wanted)
        given = await given_for(chosen, claim, row, assessed, papers["asked"], actor=actor) if chosen else None
        survey = await store.survey(claim_id)
        decisions = [_decision(one, history, actor.language) for one in await store.decisions(claim_id)]
        sections = await gathered(claim, row, actor)
        draft = await actions_drafts.find(f"claim:{claim.id}", chosen, actor=actor) if chosen else None
    return Read(claim, row, assessed, history, given, chosen, survey, decisions, papers, sections, draft)


async def _newest(claim: Claim, actor: Actor) -> Assessed | None:
    """The newest assessment; none of a past claim whose amounts were stated, not worked out here."""
    if claim.assessed_fen is None or (claim.opening and await store.latest_assessment(claim.id) is None):
        return None
    return await actions_assessment.assessed(claim.id, actor=actor)


def _chosen(claim: Claim, wanted: str | None) -> Verb | None:
    """The verb whose form is shown: the one asked for if it is open, else the next step; the way round is never opened unasked."""
    if wanted in claim.open_verbs:
        return Verb(wanted)
    return next_verb(claim)


async def _papers(claim: Claim, actor: Actor) -> dict[str, Any]:
    found = await actions_evidence.on_file(claim.id, actor=actor)
    known = {one.code for one in found.asked}
    other = (actions_evidence.OTHER, render(t("其他材料"), actor.language))
    return {
        "asked": found.asked,
        "evidence": found.items,
        "others": [one for one in found.items if one.kind not in known],
        "missing": found.missing,
        "kinds": [*((one.code, one.name) for one in found.asked), other],
        "may_file": may(actor.role, "document.file"),
    }


def _decision(row: Any, history: Sequence[Event], language: str) -> dict[str, Any]:
    """A decision for the page; who made it is told by the event of the same version."""
    by = next((event.by for event in history if event.version == row["claim_version"]), None)
    names = {"APPROVED": t("核赔通过"), "REJECTED": t("拒赔"), "ZERO": t("零结案")}
    said = "en" if language == "en" else "zh"
    reasons = [
        {"name": one[said], "article": one["article"], "clause": " ".join(filter(None, (one.get("clause"), one.get(f"clause_{said}"))))}
        for one in row["reasons"] if isinstance(one, dict)
    ]  # fmt: skip
    return {
        "outcome": render(names[row["outcome"]], language), "by": by, "at": row["decided_at"], "amount_fen": row["amount_fen"],
        "reasons": reasons, "note": row["note"], "payee": "",
    }  # fmt: skip


async def claim_page(
    request: Req, claim_id: int, *, failed: Failed | None = None, upload: FormState | None = None, explained: FormState | None = None,
    status: int = 200, notes: tuple[Note, ...] = (),
) -> Response[str]:  # fmt: skip
    """The page of a claim; with a form that came back, that form stays open with what was typed."""
    actor: Actor = request.user
    read = await _read(claim_id, failed.verb if failed else request.query_params.get("do"), actor=actor)
    conflict = None
    used = failed is None and read.draft is not None and "draft" in request.query_params
    form = kept(read.draft.body, []) if used and read.draft else read.given.start if read.given else FormState()
    if failed is not None:
        same = read.chosen is failed.verb
        if same:
            form = kept(failed.body, as_typed(failed.fault.faults, failed.body) if isinstance(failed.fault, Invalid) else [])
        if not isinstance(failed.fault, Invalid):
            conflict = _conflict(failed, read, actor, typed_shown=not same)
    return show(
        request,
        "claims/claim.html",
        block="do",
        status=status,
        notes=notes,
        conflict=conflict,
        form=form,
        upload=upload or FormState(),
        explained=explained or FormState(),
        **_shown(read, actor, draft_used=used, draft_kept=failed is not None),
    )


def _conflict(failed: Failed, read: Read, actor: Actor, *, typed_shown: bool) -> Conflict:
    """What stands in the way: what others did since the form was opened, and what was typed if its form is gone."""
    version = failed.body.get("version", [""])[0]
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else read.claim.version
    since = [event for event in told(read.history, actor.language) if event["version"] > seen]
    words = labels(failed.verb, actor.language)
    lost = (
        [(words[name], "；".join(values)) for name, values in failed.body.items() if name in words and any(values)] if typed_shown else []
    )
    return Conflict(failed.fault.text, since, lost)


def _pointless(read: Read) -> set[Verb]:
    """What the table leaves open but the amount does not: nothing payable is not approved, something payable not closed at zero."""
    if read.assessed is None or read.chosen in (Verb.ZERO, Verb.APPROVAL):
        return {Verb.APPROVAL if read.chosen is Verb.ZERO else Verb.ZERO} if read.chosen in (Verb.ZERO, Verb.APPROVAL) else set()
    return {Verb.ZERO} if read.assessed.payable_fen else {Verb.APPROVAL}


def _shown(read: Read, actor: Actor, *, draft_used: bool, draft_kept: bool) -> dict[str, Any]:
    """What the template draws."""
    claim, say = read.claim, actor.language
    here = f"/claims/{claim.id}"
    draft = (
        pages_drafts.shown(
            read.draft, f"{here}/drafts/{read.chosen}", f"?do={read.chosen}&draft=1#do-{read.chosen}", version=claim.version,
            used=draft_used, kept=draft_kept,
        ) if read.chosen in VERBS else None
    )  # fmt: skip
    ruler = deadline_ruler(claim, actor.at, say)
    open_ones = [verb for verb in map(Verb, claim.open_verbs) if (verb in VERBS or verb is Verb.PAYOUT) and verb not in _pointless(read)]
    return {
        "claim": claim,
        "place": scopes.place(read.row["region_path"]),
        "peril": peril_name(claim.peril, say),
        "state_name": render(STATE_NAMES[claim.state], say),
        "tone": tone(claim.state),
        "state_icon": ICONS.get(claim.state, ""),
        "stages": stages(claim, read.history, say),
        "ruler": ruler,
        "assessment": _assessment(read.assessed) if read.assessed else None,
        "rows": calculation(read.assessed.steps, say) if read.assessed else [],
        "decisions": read.decisions,
        "survey": read.survey,
        "history": [event | {"to": render(STATE_NAMES[event["to"]], say)} for event in told(read.history, say)],
        "offers": [offer(verb, actor, here=verb is read.chosen) for verb in open_ones],
        "chosen": offer(read.chosen, actor, here=True) if read.chosen else None,
        "given": (read.given.offers if read.given else {"labels": {}}) | {"draft": draft},
        "waiting": render(waiting_for(claim), say),
        "part_names": PART_NAMES,
        "payout_states": PAYOUT_STATES,
        **read.papers,
        **read.sections,
    }


def _assessment(assessed: Assessed) -> dict[str, Any]:
    """An assessment as the templates take it."""
    reported = [line.reported_fen for line in assessed.lines if line.reported_fen is not None]
    at = datetime.fromisoformat(assessed.assessed_at)
    return msgspec.structs.asdict(assessed) | {"assessed_at": at, "reported_fen": sum(reported) if reported else None}


@get("/claims/{claim_id:int}", guards=[needs("claim.read")])
async def one_claim(request: Req, claim_id: Id) -> Response[str]:
    """The page of a claim; after an act it says what was done."""
    done = request.query_params.get("done", "")
    said = (Note(t("已办理：{what}", what=VERB_NAMES[Verb(done)])),) if done in set(Verb) else ()
    if done == "evidence":
        said = (Note(t("材料已存入案卷")),)
    elif done == "signal":
        said = (Note(t("说明已存入案卷")),)
    elif done == "income-statement":
        said = (Note(t("收益报表已存入案卷")),)
    return await claim_page(request, claim_id, notes=said)


@get("/claims/{claim_id:int}/working", guards=[needs("claim.read")])
async def working_page(request: Req, claim_id: Id) -> Response[str]:
    """The working of the newest assessment, or of the `version` asked for, to print."""
    actor: Actor = request.user
    async with db.transaction(actor.scope):
        claim = await actions.one(claim_id, actor=actor)
        assessed = await actions_assessment.assessed(claim_id, version=asked_whole(request, "version"), actor=actor)
    rows = [row for row in calculation(assessed.steps, actor.language) if "fen" in row]
    steps = [_printed(row, step, actor.language) for row, step in zip(rows, assessed.steps, strict=True)]
    return show(
        request,
        "claims/working.html",
        claim=claim,
        assessment=_assessment(assessed),
        rows=steps,
        peril=peril_name(claim.peril, actor.language),
    )


def _printed(row: dict[str, Any], step: WorkingStep, language: str) -> dict[str, Any]:
    """A row of the working with what went into it, and the rule by which it was taken."""
    clause = row["clause"] or step.inputs.get("article", "")
    return row | {"step": step.step, "rule": step.rule, "clause": clause, "inputs": inputs_told(step, language)}


def _route(verb: Verb) -> Any:
    """The POST of one verb's form."""

    @post(f"/claims/{{claim_id:int}}/{verb}", guards=[needs(f"claim.{verb}")], status_code=303, name=f"page-{verb}")
    async def act_on_claim(request: Req, claim_id: Id) -> Response[str]:
        body = await typed(request)
        try:
            given = read_verb(verb, body)
            _, action = VERBS[verb]

            async def act() -> str:
                await action(claim_id, given, actor=request.user)
                await actions_drafts.drop(f"claim:{claim_id}", verb, actor=request.user)
                return f"/claims/{claim_id}?done={verb}"

            return await carried_out(request, act)
        except (Invalid, Refused, Forbidden) as fault:
            with suppress(Invalid):  # too long to keep: the form comes back all the same
                await actions_drafts.keep(f"claim:{claim_id}", verb, body, actor=request.user)
            return await claim_page(request, claim_id, failed=Failed(verb, body, fault), status=fault.status)

    return act_on_claim


def _again(verb: Verb) -> Any:
    """The address of a form that came back, asked for anew (reload, other language): its form, empty."""

    @get(f"/claims/{{claim_id:int}}/{verb}", guards=[needs("claim.read")], name=f"page-{verb}-again")
    async def form_again(request: Req, claim_id: Id) -> Response[str]:
        await actions.one(claim_id, actor=request.user)  # what lies elsewhere is not there, under this address neither
        return onward(f"/claims/{claim_id}?do={verb}", view(request))

    return form_again


HANDLERS = [one_claim, working_page, *(_route(verb) for verb in VERBS), *(_again(verb) for verb in VERBS)]
