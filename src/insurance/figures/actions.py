"""Asking for figures: of the reader's scope, as of a business day that has come."""

from __future__ import annotations

import datetime as dt

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.figures import rules, store
from insurance.figures.model import Figures

ENDED = ["PAID", "REJECTED", "ZERO", "WITHDRAWN", "CLOSED"]


async def figures(as_of: dt.date | None = None, *, actor: Actor) -> Figures:
    """All figures as they stood at the end of the day, usually today. Raises Invalid for a day that has not come."""
    day = as_of or actor.on
    if day > actor.on:
        raise Invalid.field("as_of", t("不能晚于业务日期 {day}", day=actor.on.isoformat()))
    part = store.Part.of(actor)
    async with db.transaction(actor.scope):
        projects = await store.projects(day, part)
        covers = await store.covers(day, part)
        claims = await store.claims(day, part, ENDED)
        paid = await store.paid(day, part)
        declared = await store.disasters(day)
    counts = [
        *((r["county_code"], "projects", r["projects"]) for r in projects),
        *((r["county_code"], f"{r['cover'].lower()}_insured", r["insured"]) for r in covers),
        *((r["county_code"], "sum_insured_fen", r["sum_insured_fen"]) for r in covers if r["cover"] == "INDUSTRY"),
        *((r["county_code"], "net_value_fen", r["net_value_fen"]) for r in covers if r["cover"] == "INDUSTRY"),
        *((r["county_code"], "claims_open", r["open"]) for r in claims),
        *((r["county_code"], "paid_fen", r["paid_fen"]) for r in paid),
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
