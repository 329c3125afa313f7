"""投保办理: the picked projects with their proposals, one paper for all of them, the binding of many, what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post

from insurance.access import store as access_store
from insurance.access.guards import needs
from insurance.access.http import Req, show, typed
from insurance.access.once import perform
from insurance.access.query import day_of
from insurance.access.uploads import streamed
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid
from insurance.base.text import render, t
from insurance.policies import actions_enrol, store_facts
from insurance.policies import pages_register as register
from insurance.policies.actions_underwriting import asks_for
from insurance.policies.model import Cover
from insurance.policies.names import COVER_NAMES, PAYER_NAMES
from insurance.policies.pages_project import uploaded
from insurance.policies.pages_projects import register_seen
from insurance.policies.pages_proposals import Proposal, proposals, sums
from insurance.policies.pages_working import calc_rows
from insurance.policies.terms import terms_for
from insurance.policies.views_quotes import refusal_view
from insurance.policies.wording import IndustryWording
from insurance.projects import documents
from insurance.projects.collective_papers import file_for_projects
from insurance.projects.model import PaperKind
from insurance.projects.pages_names import PAPER_NAMES
from insurance.web import forms
from insurance.web.forms import FormState

MOST = 900  # projects of one page; a form with a file holds at most 1,000 parts
_FOR_ALL = (PaperKind.APPLICATION, PaperKind.TITLE)  # papers that may name many projects at once
_WORKED = 20  # up to so many proposals show their working


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be enrolled: a cover of some projects, from a day on, by an insurer (a code; None: by the county's rule)."""

    cover: Cover
    ids: tuple[int, ...]
    starts_on: date | None
    insurer: str | None

    @property
    def query(self) -> str:
        """The address of the same choice."""
        pairs = [("cover", self.cover.value)]
        pairs += [("starts_on", self.starts_on.isoformat())] if self.starts_on else []
        pairs += [("insurer", self.insurer)] if self.insurer else []
        return urlencode([*pairs, *(("id", str(one)) for one in self.ids)])


class Enrolled(msgspec.Struct, frozen=True):
    """One project of the act: its policy, or why there is none."""

    project_id: int
    name: str
    policy_id: int | None
    number: str | None
    refusal: str | None
    missing: list[str]


def whole_ids(texts: Sequence[str]) -> tuple[int, ...]:
    """Ids of an address or a form, each once. Raises Invalid for what is none, and for too many."""
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        raise Invalid.field("id", t("页面已过期，请刷新后重新提交"))
    ids = tuple(dict.fromkeys(int(text) for text in texts))
    if len(ids) > MOST:
        raise Invalid.field("id", t("一次最多办理 {n} 个项目", n=MOST))
    return ids


def _cover(text: str) -> Cover:
    if text not in Cover.__members__:
        raise Invalid.field("cover", t("请选择险种"))
    return Cover(text)


async def _asked(request: Req) -> Chosen:
    """What the address chose: picked ids, or all that are open in a view of the register."""
    query = request.query_params
    cover = _cover(query.get("cover", Cover.INDUSTRY.value))
    ids = whole_ids(query.getall("id", []))
    if not ids and query.get("view"):
        seen = await register_seen(request, "/policies/enrol")
        lines = register.ordered(seen.lines, msgspec.structs.replace(seen.listing, after=None), seen.cover)
        ids = tuple(line.id for line in lines if line.held(cover) == register.OPEN)[:MOST]
    return Chosen(cover=cover, ids=ids, starts_on=day_of(query.get("starts_on"), "starts_on"), insurer=query.get("insurer") or None)


async def _offered(request: Req, chosen: Chosen, *, form: FormState | None = None, status: int = 200) -> Response[str]:
    """The page of a choice; what is wrong with the day or the insurer stands at its field."""
    actor = request.user
    found: list[Proposal] = []
    faults: list[Any] = []
    try:
        asks = await asks_for(chosen.ids, chosen.cover, starts_on=chosen.starts_on, last_day=None, insurer=chosen.insurer, actor=actor)
        found = await proposals(asks, actor=actor)
    except Invalid as wrong:
        faults, status = wrong.faults, wrong.status
    async with db.transaction(actor.scope):
        insurers = await access_store.insurers()
    starts = chosen.starts_on or actor.on + timedelta(days=1)
    wording = None if faults else terms_for(chosen.cover, starts).wording
    band = int(wording.sum_insured.band * 100) if isinstance(wording, IndustryWording) else 5
    language = actor.language
    return show(
        request,
        "policies/enrol.html",
        status=status,
        chosen=chosen,
        asset=chosen.cover is Cover.INDUSTRY,
        cover_name=COVER_NAMES[chosen.cover],
        found=found,
        last_day=next((one.quote.period.last_day for one in found if one.quote), None),
        band=band,
        sums=sums(found),
        payers=PAYER_NAMES,
        worked=len(found) <= _WORKED,
        calc_rows=calc_rows,
        terms_form=forms.kept(forms.filled(starts_on=starts, insurer=chosen.insurer).values, faults),
        insurer_options=[(one["code"], one["name"]) for one in insurers],
        paper_form=form or FormState(),
        paper_options=[(kind.value, render(PAPER_NAMES[kind], language)) for kind in _FOR_ALL],
    )


@get("/policies/enrol", guards=[needs("policy.enrol")])
async def enrol_page(request: Req) -> Response[str]:
    """The picked projects: price, band, payers, insurer, and what is missing of each."""
    return await _offered(request, await _asked(request))


def _chosen_again(body: dict[str, list[str]]) -> Chosen:
    """The choice a form carries along."""
    first = {name: values[0] for name, values in body.items()}
    return Chosen(
        cover=_cover(first.get("cover", "")),
        ids=whole_ids(body.get("id", [])),
        starts_on=day_of(first.get("starts_on"), "starts_on"),
        insurer=first.get("insurer") or None,
    )


@post("/policies/enrol/papers", guards=[needs("policy.enrol")], status_code=303)
async def file_for_all(request: Req) -> Response[str]:
    """One signed paper that names many projects, filed for each of them; then the same choice again."""
    actor = request.user
    body = await typed(request)
    chosen = _chosen_again(body)
    try:
        async with streamed(request, ("kind",), hidden=("key", "csrf", "cover", "starts_on", "insurer", "id")) as sent:
            kind = sent.fields.get("kind", "")
            if kind not in {one.value for one in _FOR_ALL}:
                raise Invalid.field("kind", t("请选择"))
            brought = await documents.bring_in(sent.name, sent.arrived, actor=actor)
        return await uploaded(
            request,
            sent,
            lambda: file_for_projects(chosen.ids, PaperKind(kind), sent.name, brought, actor=actor),
            f"/policies/enrol?{chosen.query}",
        )
    except Invalid as wrong:
        return await _offered(request, chosen, form=forms.kept(body, wrong.faults), status=wrong.status)


@post("/policies/enrol", guards=[needs("policy.enrol")], status_code=200)
async def enrol(request: Req) -> Response[str]:
    """Bind what was ticked; each is answered with its policy or its refusal, and the same answer comes again on a second click."""
    actor = request.user
    body = await typed(request)
    chosen = _chosen_again(body)
    if not chosen.ids:
        raise Invalid.field("id", t("请至少勾选一个项目"))
    key = next(iter(body.get("key", [])), "")[:255]
    if not key:
        raise Invalid.field("key", t("页面已过期，请刷新后重新提交"))

    async def run() -> tuple[int, str | None, bytes]:
        return 200, None, msgspec.json.encode(await _enrolled(chosen, request))

    digest = hashlib.sha256(chosen.query.encode()).digest()
    _, _, answered = await perform(actor, "POST /policies/enrol", key, digest, run)
    results = msgspec.json.decode(answered, type=list[Enrolled])
    bound = [one for one in results if one.policy_id]
    return show(
        request,
        "policies/enrolled.html",
        cover=chosen.cover,
        cover_name=COVER_NAMES[chosen.cover],
        bound=bound,
        refused=[one for one in results if not one.policy_id],
        again=msgspec.structs.replace(chosen, ids=tuple(one.project_id for one in results if not one.policy_id)).query,
    )


async def _enrolled(chosen: Chosen, request: Req) -> list[Enrolled]:
    actor = request.user
    asks = await asks_for(chosen.ids, chosen.cover, starts_on=chosen.starts_on, last_day=None, insurer=chosen.insurer, actor=actor)
    outcomes = await actions_enrol.enrol_many(asks, actor=actor)
    async with db.transaction(actor.scope):
        names = {one.id: one.name for one in (await store_facts.registered(actor, actor.on, chosen.ids)).values()}
    results = []
    for project_id, outcome in zip(chosen.ids, outcomes, strict=True):
        name = names.get(project_id, str(project_id))
        if isinstance(outcome, InsuranceError):
            told = refusal_view(outcome, actor.language)
            results.append(
                Enrolled(project_id, name, None, None, told.text, [fault.text for fault in told.errors if fault.text != told.text])
            )
        else:
            results.append(Enrolled(project_id, name, outcome.id, outcome.number, None, []))
    return results


handlers: list[Any] = [enrol_page, file_for_all, enrol]
