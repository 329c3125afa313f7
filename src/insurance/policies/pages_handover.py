"""承保规则: which insurer takes which county now and next, a change worked out before it is made, taking it back, policies in conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access import actions_insurers, rules, scopes
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.base.errors import FieldFault, InsuranceError, Invalid
from insurance.base.text import Text, render, t
from insurance.policies import actions, actions_handover
from insurance.policies.api_handover import change_of
from insurance.policies.model import Cover
from insurance.policies.names import COVER_NAMES
from insurance.policies.views_handover import Foreseen, RuleChange, TakenBack
from insurance.policies.views_quotes import RuleView
from insurance.projects.pages_names import options
from insurance.web import forms
from insurance.web.forms import FormState

CAUSE_NAMES: dict[str, Text] = {"CHOSEN": t("承保时另选了保险公司"), "RULE": t("承保之后规则改了")}


class Held(msgspec.Struct, frozen=True):
    """One county and cover: the rule of today, and those that begin later."""

    county_code: str
    county: str
    cover: Cover
    now: RuleView | None
    next: list[RuleView]


def _table(found: Sequence[RuleView], counties: Mapping[str, str], request: Req) -> list[Held]:
    """Every county of the reader and cover, also those without a rule."""
    on, own = request.user.on, request.user.county_code
    held = []
    for code, name in counties.items():
        for cover in Cover if own in (None, code) else ():
            of_it = [one for one in found if (one.county_code, one.cover) == (code, cover)]
            now = [one for one in of_it if one.from_on <= on and (one.last_day is None or one.last_day >= on)]
            later = sorted((one for one in of_it if one.from_on > on), key=lambda one: one.from_on)
            held.append(Held(code, name, cover, next(iter(now), None), later))
    return [one for one in held if one.now or one.next or request.user.insurer_id is None]


class _Worked(msgspec.Struct, frozen=True):
    """What an address asks to be worked out: the change, what follows, the form as it was filled in."""

    change: RuleChange | None
    rows: list[Foreseen]
    form: FormState


async def _worked(request: Req) -> _Worked:
    query = request.query_params
    asked = {"counties": query.getall("county", []), "covers": query.getall("cover", [])}
    form = FormState(asked | {name: [query[name]] for name in ("insurer", "from_on") if query.get(name)})
    if not rules.may(request.user.role, "insurer-rule.write"):
        return _Worked(None, [], form)
    try:
        change = change_of(request)
        rows = await actions_handover.foreseen(change, actor=request.user) if change else []
    except InsuranceError as wrong:
        return _Worked(None, [], FormState(form.values, list(wrong.faults) or [FieldFault("", wrong.text)]))
    return _Worked(change, rows, form)


async def _shown(request: Req, worked: _Worked, status: int = 200) -> Response[str]:
    actor = request.user
    insurers = await actions_insurers.insurers(actor=actor)
    counties = scopes.counties()
    rows = worked.rows
    return show(
        request,
        "policies/insurer_rules.html",
        status=status,
        held=_table(await actions.insurer_rules(actor=actor), counties, request),
        conflicts=await actions_handover.conflicts(actor=actor),
        causes=CAUSE_NAMES,
        cover_names=COVER_NAMES,
        county_options=list(counties.items()),
        cover_options=options(COVER_NAMES, actor.language),
        insurer_options=[(one.code, one.name) for one in insurers],
        insurer_names={one.code: one.name for one in insurers},
        form=worked.form,
        change=worked.change,
        foreseen=rows,
        sums={name: sum(getattr(one, name) for one in rows) for name in ("ending", "later", "early", "open_claims", "reserve_fen")},
        changing=sum(one.changes for one in rows),
    )


@get("/insurer-rules", guards=[needs("policy.read")])
async def rules_page(request: Req) -> Response[str]:
    """Rules of today and to come; with a change in the address, what it would do."""
    worked = await _worked(request)
    return await _shown(request, worked, 422 if worked.form.faults else 200)


@post("/insurer-rules", guards=[needs("insurer-rule.write")], status_code=303)
async def change_rules(request: Req) -> Response[str]:
    """Make the change that was worked out."""
    body = await typed(request)

    async def act() -> str:
        await actions_handover.change(forms.read(body, RuleChange), actor=request.user)
        return "/insurer-rules"

    try:
        return await submit(request, act)
    except InsuranceError as wrong:
        form = forms.kept(body, list(wrong.faults) or [FieldFault("", wrong.text)])
        return await _shown(request, _Worked(None, [], form), wrong.status)


@post("/insurer-rules/{rule_id:int}/withdrawal", guards=[needs("insurer-rule.write")], status_code=303)
async def take_back(request: Req, rule_id: Id) -> Response[str]:
    """Take back a rule that has not begun."""
    body = await typed(request)

    async def act() -> str:
        given = TakenBack((body.get("reason") or [""])[0].strip() or render(t("在页面上撤回"), "zh"))
        if len(given.reason) > 500:
            raise Invalid.field("reason", t("最多 {n} 个字", n=500))
        await actions_handover.take_back(rule_id, given.reason, actor=request.user)
        return "/insurer-rules"

    return await submit(request, act)


handlers: list[Any] = [rules_page, change_rules, take_back]
