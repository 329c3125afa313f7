"""Disasters: their list and declaration, one with its claims and silent projects, many reports in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, Refused
from insurance.base.text import Text, render, t
from insurance.claims import actions_report, disasters, store_lists, store_pages
from insurance.claims.actions_report import Outcome, Outcomes
from insurance.claims.model import Disaster, InsuredCover, ProjectRef
from insurance.claims.model_verbs import Declaration, Report, Reports
from insurance.claims.names import PERIL_NAMES, peril_name
from insurance.claims.pages_forms import carried_out
from insurance.claims.pages_lists import key_of, line
from insurance.claims.pages_offers import labels
from insurance.claims.store_lists import Wanted
from insurance.web.forms import FormState, kept, read
from insurance.web.listing import read_listing
from insurance.web.render import onward
from insurance.web.view import Note

_SILENT = 50  # projects on a page of those that have not reported
_FIELDS = ("reported_fen", "loss_at", "peril", "account_of_loss")
_DECLARATION: dict[str, Text] = {
    "code": t("编号"), "name": t("名称"), "peril": t("事故原因"), "from_on": t("开始日"), "until_on": t("结束日"), "towns": t("受灾镇街"),
}  # fmt: skip


class Silent(msgspec.Struct, frozen=True):
    """One policy of a project that has not reported, as a row of the form."""

    project: ProjectRef
    place: str
    policy_id: int
    policy_number: str
    cover: str
    sum_insured_fen: int
    refusals: Sequence[str] = ()


def _before(request: Req) -> int | None:
    text = request.query_params.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


# -- all disasters ------------------------------------------------------------------------------------------------------


async def _list(request: Req, *, form: FormState, status: int = 200) -> Response[str]:
    actor = request.user
    found = await disasters.many(actor=actor, before=_before(request), limit=51)
    say = actor.language
    return show(
        request,
        "claims/disasters.html",
        status=status,
        disasters=found[:50],
        more=found[49].id if len(found) > 50 else None,
        form=form,
        perils={peril.value: render(word, say) for peril, word in PERIL_NAMES.items()},
        counties=_towns_by_county(actor, form),
        labels={name: render(word, say) for name, word in _DECLARATION.items()},
    )


def _towns_by_county(actor: Actor, form: FormState) -> list[dict[str, Any]]:
    """The towns that may be named, county by county; one that holds a choice, or the only one, is unfolded."""
    names = scopes.regions()
    counties = sorted(path for path in names if path.count("/") == 2 and (path.startswith(actor.region_path) or path == actor.region_path))
    chosen = set(form.all("towns"))
    found = []
    for county in counties:
        inside = sorted(path for path in names if path.count("/") == 3 and path.startswith(county))
        towns = [(path.split("/")[2], names[path]) for path in inside if path.startswith(actor.region_path)]
        found.append({"name": names[county], "towns": towns, "open": len(counties) == 1 or bool(chosen & {code for code, _ in towns})})
    return found


@get("/disasters", guards=[needs("disaster.read")])
async def disasters_page(request: Req) -> Response[str]:
    """All disasters of the scope."""
    return await _list(request, form=FormState())


@post("/disasters", guards=[needs("disaster.declare")], status_code=303)
async def declare(request: Req) -> Response[str]:
    """Declare one."""
    body = await typed(request)
    try:
        given = read(body, Declaration)

        async def act() -> str:
            made = await disasters.declare(given, actor=request.user)
            return f"/disasters/{made.id}?tab=silent"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        faults = list(fault.faults) or [FieldFault("code", fault.text)]
        return await _list(request, form=kept(body, faults), status=fault.status)


# -- one disaster -------------------------------------------------------------------------------------------------------


@get("/disasters/{disaster_id:int}", guards=[needs("disaster.read")])
async def disaster_page(request: Req, disaster_id: Id) -> Response[str]:
    """Its claims, or its silent projects with the form that reports many at once."""
    said: tuple[Note, ...] = ()
    made = request.query_params.get("made", "")
    if made.isascii() and made.isdigit() and len(made) < 5:
        said = (Note(t("已为 {n} 个项目报案，各立一案，保险公司即时收到", n=int(made))),)
    return await _one(request, disaster_id, notes=said)


async def _one(
    request: Req,
    disaster_id: int,
    *,
    body: Mapping[str, list[str]] | None = None,
    faults: Sequence[FieldFault] = (),
    refusals: Mapping[int, Sequence[str]] | None = None,
    status: int = 200,
    notes: tuple[Note, ...] = (),
) -> Response[str]:
    actor = request.user
    tab = "silent" if body is not None or request.query_params.get("tab") == "silent" else "reported"
    found = await disasters.one(disaster_id, actor=actor)
    async with db.transaction(actor.scope):
        counted = await store_pages.disaster_counts(disaster_id, actor=actor)
        silent_count = await store_pages.silent_count(disaster_id, actor=actor)
        shown = await _reported(request, found, actor) if tab == "reported" else await _silent(request, found, actor, refusals or {})
    say, reported = actor.language, sum(row["reported"] for row in counted)
    return show(
        request,
        "claims/disaster.html",
        status=status,
        notes=notes,
        disaster=found,
        peril=peril_name(found.peril, say),
        tab=tab,
        tabs=[
            {"word": render(t("已报案"), say), "href": f"/disasters/{found.id}", "n": reported, "here": tab == "reported"},
            {"word": render(t("可能受灾未报"), say), "href": "?tab=silent", "n": silent_count, "here": tab == "silent"},
        ],
        silent_count=silent_count,
        form=kept(body, list(faults)) if body is not None else FormState({"peril": [found.peril]}),
        labels=labels(None, say),
        perils=[(peril.value, render(word, say)) for peril, word in PERIL_NAMES.items()],
        refused=len(refusals or {}),
        **_drawn(counted),
        **shown,
    )  # fmt: skip


async def _reported(request: Req, found: Disaster, actor: Actor) -> dict[str, Any]:
    listing = read_listing(f"/disasters/{found.id}", request.query_params.multi_items(), sorts={"due": (datetime, int)}, usual_sort="due")
    after: Any = listing.after
    rows = await store_lists.claims(Wanted(disaster_id=found.id, after=after, limit=listing.limit + 1), actor=actor)
    shown = rows[: listing.limit]
    more = key_of(shown[-1]) if len(rows) > listing.limit else None
    return {"rows": [line(row, actor) for row in shown], "pages": listing.pages(len(shown), more)}


async def _silent(request: Req, found: Disaster, actor: Actor, refusals: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    text = request.query_params.get("after", "0")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    projects = await disasters.unreported(found.id, actor=actor, after=after, limit=_SILENT + 1)
    rows = [_row(one.project, cover, actor, refusals) for one in projects[:_SILENT] for cover in one.covers]
    more = f"?tab=silent&after={projects[_SILENT - 1].project.id}" if len(projects) > _SILENT else ""
    return {"silent": rows, "silent_next": more, "after": after}


def _row(project: ProjectRef, cover: InsuredCover, actor: Actor, refusals: Mapping[int, Sequence[str]]) -> Silent:
    place = scopes.place(f"{actor.region_path.split('/')[0]}/{project.county_code}/{project.town_code}/")
    return Silent(
        project, place, cover.policy_id, cover.policy_number, cover.cover, cover.sum_insured_fen, refusals.get(cover.policy_id, ())
    )


def _drawn(counted: Sequence[Any]) -> dict[str, Any]:
    """Totals, the map by county and the table beside it."""
    names = ("reported", "reported_fen", "assessed", "assessed_fen", "decided", "paid_fen")
    totals: dict[str, int] = {name: sum(row[name] for row in counted) for name in names}
    for cover in ("INDUSTRY", "INCOME"):
        totals[cover.lower()] = sum(row["reported"] for row in counted if row["cover"] == cover)
    by_county: dict[str, dict[str, int]] = {}
    for row in counted:
        held = by_county.setdefault(row["county_code"], {"reported": 0, "reported_fen": 0})
        held["reported"] += row["reported"]
        held["reported_fen"] += row["reported_fen"]
    most = max((one["reported"] for one in by_county.values()), default=0)
    named = scopes.counties()
    return {
        "totals": totals,
        "map": {code: {"shade": 1 + 4 * one["reported"] // most, "value": "", "dot": one["reported"]} for code, one in by_county.items()},
        "by_county": [{"name": named.get(code, code), **by_county[code]} for code in sorted(by_county)],
    }


# -- many reports at once -----------------------------------------------------------------------------------------------


def _picked(body: Mapping[str, list[str]]) -> list[int]:
    """The policies that were ticked."""
    return [int(one) for one in dict.fromkeys(body.get("pick", [])) if one.isascii() and one.isdigit() and len(one) < 19]


def _read_reports(body: Mapping[str, list[str]], picked: Sequence[int]) -> Reports:
    """One report per ticked row; what a row leaves empty comes from the head of the form. Raises Invalid with every row's faults."""
    faults: list[FieldFault] = []
    found: list[Report] = []
    if not picked:
        raise Invalid.field("", t("请先勾选要报案的项目"))
    for policy_id in picked:
        row = {name: body.get(f"{name}-{policy_id}", []) for name in _FIELDS}
        for name in ("loss_at", "peril"):
            if not any(one.strip() for one in row[name]):
                row[name] = body.get(name, [])
        try:
            found.append(read({"policy_id": [str(policy_id)], **row}, Report))
        except Invalid as wrong:
            faults += [FieldFault(f"{fault.field}-{policy_id}", fault.text) for fault in wrong.faults]
    if faults:
        raise Invalid(t("有 {n} 处要改", n=len(faults)), faults)
    return Reports(tuple(found))


def _by_policy(faults: Sequence[FieldFault], say: str) -> dict[int, list[str]]:
    """Faults of rows by their policy, with the field in words."""
    words = labels(None, say)
    told: dict[int, list[str]] = {}
    for fault in faults:
        name, _, policy_id = fault.field.rpartition("-")
        if policy_id.isdigit():
            told.setdefault(int(policy_id), []).append(f"{words.get(name, name)}{render(t('：'), say)}{render(fault.text, say)}")
    return told


@post("/disasters/{disaster_id:int}/reports", guards=[needs("claim.report")], status_code=303)
async def report_many(request: Req, disaster_id: Id) -> Response[str]:
    """Report every ticked project; rows that are refused come back with what was typed."""
    body, say = await typed(request), request.user.language
    picked = _picked(body)
    await disasters.one(disaster_id, actor=request.user)
    try:
        given = _read_reports(body, picked)
    except Invalid as wrong:
        rows = _by_policy(wrong.faults, say)
        own = [fault for fault in wrong.faults if not fault.field.rpartition("-")[2].isdigit()]
        return await _one(request, disaster_id, body=body, faults=own, refusals=rows, status=wrong.status)
    outcomes: list[Outcomes] = []

    async def act() -> str:
        outcomes.append(await actions_report.reports(disaster_id, given, actor=request.user))
        return f"/disasters/{disaster_id}?made={outcomes[0].reported}"

    answer = await carried_out(request, act)
    if not outcomes or not outcomes[0].refused:
        return answer
    refusals = {picked[one.place]: _refusal(one, say) for one in outcomes[0].items if one.claim is None}
    left = dict(body) | {"pick": [str(policy_id) for policy_id in refusals]}
    said = (Note(t("已为 {n} 个项目报案，各立一案，保险公司即时收到", n=outcomes[0].reported)),) if outcomes[0].reported else ()
    return await _one(request, disaster_id, body=left, refusals=refusals, status=422, notes=said)


@get("/disasters/{disaster_id:int}/reports", guards=[needs("disaster.read")])
async def reports_again(request: Req, disaster_id: Id) -> Response[str]:
    """The address of a form that came back, asked for anew: the silent projects; what lies elsewhere is not there."""
    await disasters.one(disaster_id, actor=request.user)
    return onward(f"/disasters/{disaster_id}?tab=silent", view(request))


def _refusal(outcome: Outcome, say: str) -> list[str]:
    words = labels(None, say)
    return [
        f"{words[error['field']]}{render(t('：'), say)}{error['text']}" if error["field"] in words else error["text"]
        for error in outcome.errors
    ]  # fmt: skip


HANDLERS = [disasters_page, declare, disaster_page, report_many, reports_again]
