"""Reads of policies and eligibility in the reader's scope, and which insurer takes which county."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from insurance.access import audit, scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound
from insurance.base.text import t
from insurance.policies import actions_handover, store, store_facts, store_handover
from insurance.policies.actions_underwriting import insurer_of, judge
from insurance.policies.model import Cover, PolicyState
from insurance.policies.views import (
    EligibilityView,
    PolicyLine,
    PolicyWhole,
    eligibility_view,
    policy_line,
    policy_whole,
)
from insurance.policies.views_quotes import RuleView, rule_view


async def policies(
    *, actor: Actor, cover: Cover | None = None, insurer: str | None = None, towns: Sequence[str] | None = None,
    states: Sequence[PolicyState] | None = None, project_id: int | None = None, q: str = "", before: int | None = None, limit: int = 50,
    ids: Sequence[int] | None = None,
) -> list[PolicyLine]:  # fmt: skip
    """Policies of the scope, newest first. `towns` are codes of towns or counties, `insurer` a code, `ids` keeps to these policies."""
    async with db.transaction(actor.scope):
        insurer_id = await insurer_of(insurer)
        if actor.insurer_id is not None:
            if insurer_id not in (None, actor.insurer_id):
                return []
            insurer_id = actor.insurer_id
        rows = await store.policies(
            cover=cover, insurer=insurer_id, county=actor.county_code, town=actor.town_code, towns=towns or None,
            states=[state.value for state in states] if states else None, project_id=project_id, q=q, before=before, limit=limit, ids=ids,
        )  # fmt: skip
    return [policy_line(row) for row in rows]


async def policy(policy_id: int, *, actor: Actor, months: bool = False) -> PolicyWhole:
    """One policy with everything on it; `months` adds the month tables. This is what the printed policy and schedule show."""
    async with db.transaction(actor.scope):
        row = await store.policy(policy_id)
        if row is None:
            raise NotFound(t("没有这份保单，或不在您的范围内"))
        items = await store.policy_items([policy_id])
        shares = await store.premium_shares(policy_id)
        events = await store.policy_events(policy_id)
    return policy_whole(row, items, shares, events, actor.language, months=months)


async def eligible(project_id: int, as_of: date | None, *, actor: Actor) -> EligibilityView:
    """Both covers of a project on a day, by what the register knew of that day. A day after the business date is Invalid."""
    day = as_of or actor.on
    if day > actor.on:
        raise Invalid.field("as_of", t("不能晚于业务日期 {day}", day=actor.on.isoformat()))
    async with db.transaction(actor.scope):
        projects = await store_facts.registered(actor, day, [project_id])
    if project_id not in projects:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return eligibility_view(judge(projects[project_id]), day, actor.language)


async def insurer_rules(*, actor: Actor) -> list[RuleView]:
    """Which insurer takes which county, all times: of the reader's county, of the reader's own where it is an insurer."""
    async with db.transaction(actor.scope):
        rows = await store.insurer_rules()
    return [
        rule_view(row)
        for row in rows
        if actor.county_code in (None, row["county_code"]) and actor.insurer_id in (None, row["insurer_id"])
    ]  # fmt: skip


async def add_insurer_rule(
    county_code: str, cover: Cover, insurer: str, from_on: date, last_day: date | None, *, actor: Actor
) -> RuleView:  # fmt: skip
    """Let an insurer take a county's projects of a cover from a day on. A rule without an end gives way to it."""
    async with db.transaction(actor.scope):
        await store_handover.take_rules()
        insurer_id = await insurer_of(insurer)
        assert insurer_id is not None
        faults = []
        if county_code not in scopes.counties():
            faults.append(FieldFault("county_code", t("没有这个区（市）")))
        if last_day is not None and last_day < from_on:
            faults.append(FieldFault("last_day", t("终止日不能早于起始日")))
        if faults:
            raise Invalid(t("有字段填写不正确"), faults)
        rule_id, ended = await store.add_insurer_rule(county_code, cover, insurer_id, from_on, last_day)
        await audit.record_many(actor, "insurer-rule.ended", [(f"insurer-rule:{old}", {"from_on": from_on}) for old in ended])
        await audit.record(actor, "insurer-rule.made", f"insurer-rule:{rule_id}", county=county_code, cover=cover, insurer=insurer_id)
        await actions_handover.told(await store_handover.find_conflicts(actor, "RULE", pairs=[(county_code, cover)]), "RULE", actor)
        return next(rule_view(row) for row in await store.insurer_rules() if row["id"] == rule_id)
