"""换保: another insurer takes counties from a day on; what follows is told before, and it may be taken back until it has begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from insurance.access import audit, scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, WrongState
from insurance.base.text import t
from insurance.policies import store, store_handover
from insurance.policies.actions_underwriting import insurer_of
from insurance.policies.model import Cover
from insurance.policies.store_handover import Pair
from insurance.policies.views_handover import Changed, ConflictView, Foreseen, RuleChange, conflict_view, foreseen_view
from insurance.policies.views_quotes import rule_view

_FURTHEST = timedelta(days=732)


async def foreseen(given: RuleChange, *, actor: Actor) -> list[Foreseen]:
    """What a change would do, county by county and cover by cover; nothing is written. Raises what `change` raises."""
    async with db.transaction(actor.scope):
        pairs, insurer_id = await _checked(given, actor)
        _standing_in_the_way(await store_handover.hold_rules(pairs, given.from_on), given)
        rows = await store_handover.foreseen(pairs, given.from_on, insurer_id)
    return [foreseen_view(row, insurer_id) for row in rows]


async def change(given: RuleChange, *, actor: Actor) -> Changed:
    """Let an insurer take covers of counties from a day on, all in one act.

    Running policies and open claims stay where they are; renewals go to whom the rule of their first day names. Policies bound already
    for a period after the day are not moved: they are written down as in conflict. Raises Invalid by field, Refused by a later rule.
    """
    async with db.transaction(actor.scope):
        await store_handover.take_rules()
        pairs, insurer_id = await _checked(given, actor)
        rules = await store_handover.hold_rules(pairs, given.from_on)
        _standing_in_the_way(rules, given)
        had = {(row["county_code"], row["cover"]) for row in rules if row["insurer_id"] == insurer_id}
        changed = [pair for pair in pairs if pair not in had]
        if not changed:
            raise Invalid.field("insurer", t("这些区（市）和险种从这一天起本来就由这家保险公司承保"))
        made, ended = await store.add_insurer_rules(changed, insurer_id, given.from_on)
        conflicts = await store_handover.find_conflicts(actor, "RULE", pairs=changed)
        facts = {"insurer": insurer_id, "from_on": given.from_on}
        await audit.record_many(actor, "insurer-rule.ended", [(f"insurer-rule:{one}", {"from_on": given.from_on}) for one in ended])
        await audit.record_many(actor, "insurer-rule.made", [(f"insurer-rule:{one}", facts) for one in made])
        await told(conflicts, "RULE", actor)
        views = [rule_view(row) for row in await store.insurer_rules() if row["id"] in set(made)]
    return Changed(made=views, unchanged=len(had), conflicts=conflicts)


async def _checked(given: RuleChange, actor: Actor) -> tuple[list[Pair], int]:
    """The pairs asked for and the insurer. Raises Invalid with every field that is wrong."""
    faults = []
    unknown = sorted(set(given.counties) - scopes.counties().keys())
    if unknown:
        faults.append(FieldFault("counties", t("没有这个区（市）：{codes}", codes="、".join(unknown))))
    if not actor.on < given.from_on <= actor.on + _FURTHEST:
        faults.append(FieldFault("from_on", t("换保公司的起始日应在明天至两年之内，已经开始的规则不能倒改")))
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    insurer_id = await insurer_of(given.insurer)
    assert insurer_id is not None
    return [(code, cover) for code in sorted(set(given.counties)) for cover in Cover if cover in given.covers], insurer_id


def _standing_in_the_way(rules: Sequence[Any], given: RuleChange) -> None:
    """A rule that begins on the day or later, or one with a last day of its own, is not overrun: take it back first."""
    for row in rules:
        if row["from_on"] >= given.from_on or row["ends_before"] is not None:
            raise WrongState(
                t(
                    "{code} 从 {day} 起已另有规则，请先撤回再改",
                    code=row["county_code"],
                    day=(row["ends_before"] or row["from_on"]).isoformat(),
                )
            )


async def take_back(rule_id: int, reason: str, *, actor: Actor) -> list[int]:
    """Take back a rule that has not begun; the one that gave way to it goes on. Answers the policies this put in conflict.

    Raises NotFound, WrongState once it has begun.
    """
    async with db.transaction(actor.scope):
        await store_handover.take_rules()
        rule = await store_handover.lock_rule(rule_id)
        if rule is None:
            raise NotFound(t("没有这条承保规则"))
        if rule["from_on"] <= actor.on:
            raise WrongState(t("这条规则从 {day} 起已经生效，不能撤回，只能从以后的某一天再改", day=rule["from_on"].isoformat()))
        again = await store_handover.drop_rule(rule)
        await audit.record(
            actor, "insurer-rule.taken-back", f"insurer-rule:{rule_id}", county=rule["county_code"], cover=rule["cover"],
            insurer=rule["insurer_id"], from_on=rule["from_on"], reason=reason.strip(), again=again,
        )  # fmt: skip
        conflicts = await store_handover.find_conflicts(actor, "RULE", pairs=[(rule["county_code"], Cover(rule["cover"]))])
        await told(conflicts, "RULE", actor)
    return conflicts


async def told(policy_ids: Sequence[int], cause: str, actor: Actor) -> None:
    """One audit row of each policy that was found in conflict."""
    await audit.record_many(actor, "policy.in-conflict", [(f"policy:{one}", {"cause": cause}) for one in policy_ids])


async def conflicts(*, actor: Actor, policy_ids: Sequence[int] | None = None) -> list[ConflictView]:
    """The policies of the scope that stand with another insurer than the rule of their first day names."""
    async with db.transaction(actor.scope):
        return [conflict_view(row) for row in await store_handover.conflicts(actor, policy_ids)]
