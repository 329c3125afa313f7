"""Asking for figures: of the reader's scope, as of a business day that has come."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims.lifecycle import ENDED
from insurance.figures import rules, store
from insurance.figures.model import Figures
from insurance.policies import eligibility, store_facts
from insurance.policies.actions_underwriting import switches_on
from insurance.policies.model import Cover, Result
from insurance.projects.model import ProjectFacts

_ENDED = sorted(ENDED)
Count = tuple[str, str, int]  # county, field of `CountyFigure`, amount


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
        registered = await store_facts.registered(actor, day)
    insured = {cover: {i for r in covers if r["cover"] == cover for i in r["project_ids"]} for cover in Cover}
    standing = [registered[i] for r in projects for i in r["project_ids"]]
    counts: list[Count] = [
        *((r["county_code"], "projects", len(r["project_ids"])) for r in projects),
        *((r["county_code"], "claims_open", r["open"]) for r in claims),
        *((r["county_code"], "paid_fen", r["paid_fen"]) for r in paid),
        *_covered(covers),
        *await asyncio.to_thread(_eligible, standing, day, insured),
    ]
    return rules.figures(
        day,
        rules.counties(_county_names(actor), counts),
        rules.disasters([(r["code"], r["name"]) for r in declared], [(r["code"], r["reported"], r["open"]) for r in claims]),
        rules.months((r["month"], r["paid_fen"]) for r in paid),
    )


def _county_names(actor: Actor) -> dict[str, str]:
    """The counties of the reader's region by code: all of the city, or one's own."""
    names = {path.strip("/").split("/")[1]: name for path, name in scopes.regions().items() if path.count("/") == 2}
    return {actor.county_code: names.get(actor.county_code, "")} if actor.county_code else names


def _covered(rows: Iterable[Any]) -> Iterable[Count]:
    for row in rows:
        yield row["county_code"], f"{row['cover'].lower()}_insured", len(row["project_ids"])
        if row["cover"] == Cover.INDUSTRY:
            yield row["county_code"], "sum_insured_fen", row["sum_insured_fen"]
            yield row["county_code"], "net_value_fen", row["net_value_fen"]


def _eligible(projects: Iterable[ProjectFacts], day: dt.date, insured: Mapping[Cover, set[int]]) -> list[Count]:
    """How many projects of each county could be insured that day, and how many of them are not; by cover. Takes a while: off the loop."""
    switches = switches_on(day)
    found: Counter[tuple[str, str]] = Counter()
    for project in projects:
        judged = eligibility.judge(store_facts.facts_from(project), switches)
        for judgement in (judged.industry, judged.income):
            if judgement.result is Result.ELIGIBLE:
                cover = judgement.cover
                found[project.county_code, f"{cover.folder}_eligible"] += 1
                found[project.county_code, f"{cover.folder}_open"] += project.id not in insured[cover]
    return [(county, field, count) for (county, field), count in found.items()]
