"""Reads and writes of policies, quotes and insurers' counties; and what claims ask of a policy on a day of loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from insurance.base import db
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.policies.model import (
    Cover,
    InsuredItem,
    InsuredProject,
    LegalRegime,
    Period,
    PolicyInForce,
    PolicyState,
    Quote,
    QuoteItem,
)

_PREFIXES = {Cover.INDUSTRY: "CY", Cover.INCOME: "SY"}  # 产业保, 收益保


def _sql(name: str) -> str:
    return db.statement(__package__, name)


def packed(value: Any) -> str:
    """A struct as the JSON text of a jsonb column."""
    return msgspec.json.encode(value).decode()


def period_of(row: Any) -> Period:
    """The period of a row that has `starts_on` and `ends_before`."""
    return Period(row["starts_on"], row["ends_before"])


# -- writing ----------------------------------------------------------------------------------------------------------


class NewPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What is written when a policy is bound; `judgement` is what it rests on, as `actions_underwriting.Basis` has it."""

    project_id: int
    region_path: str
    insurer_id: int
    insured_party_id: int | None
    quote: Quote
    judgement: Any
    application_document_id: int
    title_document_id: int
    renewed_from: int | None = None


class Bound(msgspec.Struct, frozen=True):
    """A policy just written."""

    id: int
    number: str
    project_id: int
    cover: Cover
    sum_insured_fen: Fen
    premium_fen: Fen


async def hold_projects(project_ids: Iterable[int]) -> None:
    """Nobody may edit these projects until the end of the transaction; others may insure them meanwhile."""
    await db.execute("SELECT FROM project WHERE id = ANY ($1::bigint[]) ORDER BY id FOR SHARE", sorted(set(project_ids)))


async def standing(asked: Sequence[tuple[int, Cover, Period]]) -> dict[int, Any]:
    """The policy that stands in the way of each (project, cover, period), by its place in the list."""
    rows = await db.fetch(
        _sql("policies_standing"), [a[0] for a in asked], [a[1].value for a in asked], [a[2].starts_on for a in asked],
        [a[2].ends_before for a in asked],
    )  # fmt: skip
    return {row["place"] - 1: row for row in rows}


async def add_policies(new: Sequence[NewPolicy], *, state: PolicyState, applied_by: int, bound_on: date) -> list[Bound]:
    """Write policies with their schedules and shares. One already covered in its period is not among those answered."""
    rows = await db.fetch(
        _sql("policies_add"), [n.project_id for n in new], [n.region_path for n in new], [n.insurer_id for n in new],
        [n.quote.cover.value for n in new], [n.quote.period.starts_on for n in new], [n.quote.period.ends_before for n in new],
        [n.quote.terms_version for n in new], [n.quote.terms_checksum for n in new], [n.insured_party_id for n in new],
        [n.quote.sum_insured_fen for n in new], [n.quote.guaranteed_fen for n in new], [n.quote.premium_fen for n in new],
        [packed(n.quote.steps) for n in new], [packed(n.judgement) for n in new], [n.application_document_id for n in new],
        [n.title_document_id for n in new], [f"{_PREFIXES[n.quote.cover]}{bound_on:%Y}-" for n in new], state.value, applied_by, bound_on,
        [n.renewed_from for n in new],
    )  # fmt: skip
    bound = [
        Bound(r["id"], r["number"], r["project_id"], Cover(r["cover"]), r["sum_insured_fen"], r["premium_fen"]) for r in rows
    ]  # fmt: skip
    quotes = {(n.project_id, n.quote.cover): n.quote for n in new}
    await add_parts([(b.id, quotes[b.project_id, b.cover]) for b in bound])
    return bound


async def add_items(items: Sequence[tuple[int, QuoteItem, date]], *, endorsement_id: int | None = None) -> None:
    """Lines of schedules: (policy, line, the day it is insured from); of policies just bound, or added by an endorsement."""
    await db.execute(
        _sql("policy_items_add"), [i[0] for i in items], [i[1].asset_id for i in items], [i[1].regime_of_law.value for i in items],
        [i[1].net_value_fen for i in items], [i[1].sum_insured_fen for i in items], [i[1].premium_fen for i in items],
        [i[2] for i in items], ["{" + ",".join(map(str, i[1].month_values_fen)) + "}" for i in items],
        [packed(i[1].steps) for i in items], endorsement_id,
    )  # fmt: skip


async def add_parts(bound: Sequence[tuple[int, Quote]]) -> None:
    """The schedules and the premium's shares of policies just written."""
    items = [(policy_id, item, quote.period.starts_on) for policy_id, quote in bound for item in quote.items]
    if items:
        await add_items(items)
    shares = [(policy_id, share) for policy_id, quote in bound for share in quote.shares]
    await db.execute(
        _sql("premium_shares_add"), [s[0] for s in shares], [s[1].payer.value for s in shares], [s[1].weight for s in shares],
        [s[1].amount_fen for s in shares],
    )  # fmt: skip


async def add_events(
    policy_ids: Sequence[int], verb: str, before: PolicyState | None, after: PolicyState, facts: Sequence[Mapping[str, Any]],
    *, on: date, by: int | None,
) -> None:  # fmt: skip
    """One event of each policy, in their order."""
    await db.execute(
        _sql("policy_events_add"), list(policy_ids), verb, before.value if before else None, after.value, on, by, [packed(f) for f in facts]
    )


async def grant_register(policy_ids: Sequence[int], on: date) -> None:
    """Let the insurer of each policy see its project from this day on."""
    await db.execute(_sql("project_grants_add"), list(policy_ids), on)


class NewQuote(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a quote."""

    project_id: int
    region_path: str
    insurer_id: int
    quote: Quote
    body: Any


async def add_quotes(new: Sequence[NewQuote], *, made_by: int, made_at: datetime) -> list[int]:
    """Keep quotes; answers their ids in the order given."""
    rows = await db.fetch(
        _sql("quotes_add"), [n.project_id for n in new], [n.region_path for n in new], [n.insurer_id for n in new],
        [n.quote.cover.value for n in new], [n.quote.period.starts_on for n in new], [n.quote.period.ends_before for n in new],
        [n.quote.terms_version for n in new], [n.quote.terms_checksum for n in new], [packed(n.body) for n in new], made_by, made_at,
    )  # fmt: skip
    return sorted(row["id"] for row in rows)


# -- reading ----------------------------------------------------------------------------------------------------------


async def policies(
    *, cover: Cover | None = None, insurer: int | None = None, county: str | None = None, town: str | None = None,
    towns: Sequence[str] | None = None, states: Sequence[str] | None = None, project_id: int | None = None, q: str = "",
    before: int | None = None, limit: int = 50, ids: Sequence[int] | None = None,
) -> list[Any]:  # fmt: skip
    """Policies of the scope, newest first; `county` and `town` are the reader's, `towns` what is asked for, `ids` keeps to these."""
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if q else None
    return await db.fetch(
        _sql("policies"), cover and cover.value, insurer, county, town, towns, states, project_id, like, before, limit,
        None if ids is None else list(ids),
    )  # fmt: skip


async def policy(policy_id: int) -> Any:
    """One policy with the names beside its numbers; None outside the scope."""
    return await db.fetchrow(_sql("policy"), policy_id)


async def policy_items(policy_ids: Sequence[int], day: date | None = None) -> list[Any]:
    """The schedules of policies, with the steps of every line: as they stood on a day, or all lines they ever had."""
    return await db.fetch(_sql("policy_items"), list(policy_ids), day)


async def premium_shares(policy_id: int) -> list[Any]:
    """Who bears what of a premium by now, endorsements included, largest weight first."""
    return await db.fetch(_sql("premium_borne"), policy_id)


async def policy_events(policy_id: int) -> list[Any]:
    """What happened to a policy, oldest first."""
    return await db.fetch(_sql("policy_events"), policy_id)


async def quotes(
    *, ids: Sequence[int] | None = None, project_id: int | None = None, before: int | None = None, limit: int = 50,
    county: str | None = None, town: str | None = None, insurer: int | None = None,
) -> list[Any]:  # fmt: skip
    """Quotes of the scope, newest first."""
    return await db.fetch(_sql("quotes"), ids, project_id, before, limit, county, town, insurer)


async def stored_policies(after: int, limit: int) -> list[Any]:
    """Policies as they were stored, by id, for the check of every amount."""
    return await db.fetch(_sql("stored_policies"), after, limit)


# -- what covers a day ------------------------------------------------------------------------------------------------


async def covers_in_force(project_ids: Sequence[int], on: date) -> dict[int, dict[Cover, Any]]:
    """By project, the policy that covers the day and was bound by it, for each cover that has one."""
    found: dict[int, dict[Cover, Any]] = defaultdict(dict)
    for row in await db.fetch(_sql("covers_in_force"), list(project_ids), on):
        found[row["project_id"]][Cover(row["cover"])] = row
    return found


async def insured_ids(on: date) -> dict[Cover, set[int]]:
    """The projects of the scope with a policy that covers the day and was bound by it, by cover."""
    rows = await db.fetch(_sql("insured_ids"), on)
    return {cover: {row["project_id"] for row in rows if row["cover"] == cover} for cover in Cover}


async def cover_on(project_id: int, cover: Cover, day: date) -> PolicyInForce | None:
    """The policy of a project and cover that stood on the day of loss, with its schedule."""
    return await _in_force(await db.fetchrow(_sql("cover_on"), project_id, cover.value, day), day)


async def policy_on(policy_id: int, day: date) -> PolicyInForce | None:
    """The policy, if it stood on the day of loss, with its schedule."""
    return await _in_force(await db.fetchrow(_sql("policy_on"), policy_id, day), day)


async def _in_force(row: Any, day: date) -> PolicyInForce | None:
    if row is None:
        return None
    items = await schedule(row["id"], day) if row["cover"] == Cover.INDUSTRY else ()
    known = {name: value for name, value in row.items() if name not in ("starts_on", "ends_before", "cover", "state")}
    return PolicyInForce(**known, cover=Cover(row["cover"]), state=PolicyState(row["state"]), period=period_of(row), items=items)


async def schedule(policy_id: int, day: date) -> tuple[InsuredItem, ...]:
    """保险清单 of a policy as it stood on a day, line by line with its month table."""
    return tuple(insured_item(row) for row in await policy_items([policy_id], day))


def insured_item(row: Any) -> InsuredItem:
    """A row of `policy_items`."""
    known = {name: row[name] for name in InsuredItem.__struct_fields__ if name not in ("regime_of_law", "month_values_fen")}
    return InsuredItem(**known, regime_of_law=LegalRegime(row["regime_of_law"]), month_values_fen=tuple(row["month_values"]))


async def insured_in_towns(
    towns: Sequence[str], from_on: date, last_day: date, *, cover: Cover | None = None, insurer_id: int | None = None
) -> list[InsuredProject]:
    """Policies of these towns with cover on any day of the window."""
    rows = await db.fetch(_sql("insured_in_towns"), list(towns), from_on, last_day, cover and cover.value, insurer_id)
    return [
        InsuredProject(
            policy_id=r["id"], number=r["number"], cover=Cover(r["cover"]), project_id=r["project_id"], project_code=r["project_code"],
            project_name=r["project_name"], county_code=r["county_code"], town_code=r["town_code"], insurer_id=r["insurer_id"],
            sum_insured_fen=r["sum_insured_fen"], period=period_of(r),
        )
        for r in rows
    ]  # fmt: skip


# -- which insurer takes a county ---------------------------------------------------------------------------------------


async def insurer_rules() -> list[Any]:
    """All rules, by county and cover, newest first."""
    return await db.fetch(_sql("insurer_rules"))


async def insurers_for(pairs: Iterable[tuple[str, Cover, date]]) -> dict[tuple[str, Cover, date], int]:
    """The insurer of each (county, cover, first day) that has a rule."""
    wanted = sorted(set(pairs))
    rows = await db.fetch(
        "SELECT n.place, u.insurer_id FROM unnest($1::text[], $2::text[], $3::date[]) WITH ORDINALITY AS n (county, cover, day, place)"
        " JOIN insurer_rule u ON u.county_code = n.county AND u.cover = n.cover AND u.period @> n.day",
        [w[0] for w in wanted], [w[1].value for w in wanted], [w[2] for w in wanted],
    )  # fmt: skip
    return {wanted[row["place"] - 1]: int(row["insurer_id"]) for row in rows}


async def add_insurer_rule(
    county_code: str, cover: Cover, insurer_id: int, from_on: date, last_day: date | None
) -> tuple[int, list[int]]:  # fmt: skip
    """Add a rule; one without an end gives way to it. Answers its id, and those that ended. Refused where it overlaps another."""
    made, ended = await add_insurer_rules([(county_code, cover)], insurer_id, from_on, last_day)
    return made[0], ended


async def add_insurer_rules(
    pairs: Sequence[tuple[str, Cover]], insurer_id: int, from_on: date, last_day: date | None = None
) -> tuple[list[int], list[int]]:  # fmt: skip
    """The same for many counties and covers: the ids of the new rules, and of those that gave way to them."""
    counties, covers = [pair[0] for pair in pairs], [pair[1].value for pair in pairs]
    with db.refusing({"insurer_rule_once": t("这段时间已另有规则，请先核对")}):
        ended = [row["id"] for row in await db.fetch(_sql("insurer_rule_end"), counties, covers, from_on)]
        until = last_day + timedelta(days=1) if last_day else None
        made = [row["id"] for row in await db.fetch(_sql("insurer_rules_add"), counties, covers, insurer_id, from_on, until)]
    await db.execute(_sql("insurer_rules_gave_way"), ended, made)
    return made, ended
