"""Asking for figures: of the reader's scope, as of a business day that has come."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims.lifecycle import ENDED
from insurance.figures import rules, store
from insurance.figures.model import Figures
from insurance.policies import eligibility, store_facts, store_register
from insurance.policies.actions_underwriting import switches_on
from insurance.policies.model import Cover, Result
from insurance.projects.model import ProjectFacts

_ENDED = sorted(ENDED)
_MOST_KEPT = 64  # scopes and days remembered
Count = tuple[str, str, int]  # county, field of `CountyFigure`, amount
Eligible = Mapping[Cover, frozenset[int]]  # ids of projects


async def figures(as_of: dt.date | None = None, *, actor: Actor) -> Figures:
    """All figures as they stood at the end of the day, usually today. Raises Invalid for a day that has not come."""
    day = as_of or actor.on
    if day > actor.on:
        raise Invalid.field("as_of", t("不能晚于业务日期 {day}", day=actor.on.isoformat()))
    part = store.Part.of(actor)
    async with db.transaction(actor.scope):
        projects = await store.projects(day, part)
        covers = await store.covers(day, part)
        claims = await store.claims(day, part, _ENDED)
        paid = await store.paid(day, part)
        declared = await store.disasters(day)
        eligible = await _eligible(day, actor)
    insured = {cover: {i for r in covers if r["cover"] == cover for i in r["project_ids"]} for cover in Cover}
    counts: list[Count] = [
        *((r["county_code"], "projects", len(r["project_ids"])) for r in projects),
        *((r["county_code"], "claims_open", r["open"]) for r in claims),
        *((r["county_code"], "paid_fen", r["paid_fen"]) for r in paid),
        *_covered(covers),
        *_could_be(projects, eligible, insured),
    ]
    return rules.figures(
        day,
        rules.counties(_county_names(actor), counts),
        rules.disasters([(r["code"], r["name"]) for r in declared], [(r["code"], r["reported"], r["open"]) for r in claims]),
        rules.months((r["month"], r["paid_fen"]) for r in paid),
    )


def _county_names(actor: Actor) -> dict[str, str]:
    """The counties of the reader's region by code: all of the city, or one's own."""
    names = scopes.counties()
    return {actor.county_code: names.get(actor.county_code, "")} if actor.county_code else names


def _covered(rows: Iterable[Any]) -> Iterable[Count]:
    for row in rows:
        yield row["county_code"], f"{row['cover'].lower()}_insured", len(row["project_ids"])
        if row["cover"] == Cover.INDUSTRY:
            yield row["county_code"], "sum_insured_fen", row["sum_insured_fen"]
            yield row["county_code"], "net_value_fen", row["net_value_fen"]


def _could_be(rows: Iterable[Any], eligible: Eligible, insured: Mapping[Cover, set[int]]) -> Iterable[Count]:
    """How many projects of each county could be insured, and how many of them are not; by cover."""
    for row in rows:
        for cover in Cover:
            found = eligible[cover].intersection(row["project_ids"])
            yield row["county_code"], f"{cover.folder}_eligible", len(found)
            yield row["county_code"], f"{cover.folder}_open", len(found - insured[cover])


class _Latest:
    """Who could be insured, as judged last for a scope and day, with the stamp of the register it was judged from."""

    kept: ClassVar[OrderedDict[tuple[str, int | None, dt.date], tuple[tuple[int, ...], Eligible]]] = OrderedDict()


async def _eligible(day: dt.date, actor: Actor) -> Eligible:
    """The projects in scope that the tests of a cover find eligible that day; judged anew only when the register has changed."""
    key, stamp = (actor.region_path, actor.insurer_id, day), await store_register.stamp(actor)
    known = _Latest.kept.get(key)
    if known is not None and known[0] == stamp:
        return known[1]
    registered = await store_facts.registered(actor, day)
    found = await asyncio.to_thread(_judged, registered.values(), day)
    _Latest.kept[key] = stamp, found
    if len(_Latest.kept) > _MOST_KEPT:
        _Latest.kept.popitem(last=False)
    return found


def _judged(projects: Iterable[ProjectFacts], day: dt.date) -> Eligible:
    switches = switches_on(day)
    found: dict[Cover, set[int]] = {cover: set() for cover in Cover}
    for project in projects:
        judged = eligibility.judge(store_facts.facts_from(project), switches)
        for judgement in (judged.industry, judged.income):
            if judgement.result is Result.ELIGIBLE:
                found[judgement.cover].add(project.id)
    return {cover: frozenset(ids) for cover, ids in found.items()}
