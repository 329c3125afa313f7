"""A loss is judged by what stood on its day: the schedule, the insured, the period and the sums, whatever an endorsement changed since."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import make
from insurance.access import clock
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.claims import actions_report, store
from insurance.claims.model import ClaimState
from insurance.claims.store import Row
from insurance.policies import actions_endorse
from insurance.policies.model import Cover
from make import midterm
from make.claims import Loss, report_of
from people import People

CHANGED_ON = date(2019, 8, 12)


async def insured_on(loss: Loss, day: date) -> tuple[Any, Any]:
    """What the policy promised for a loss of a day: its own promises, and the schedule with what earlier claims took."""
    policy = await store.policy_of(loss.policy_id, day)
    row = Row(policy_id=loss.policy_id, id=0, loss_on=day, disaster_id=None)
    return policy, await store.insured(policy, row)


async def a_loss(story: People, cover: Cover = Cover.INDUSTRY) -> tuple[Any, Any, Loss]:
    """A project insured for 2019, its policy, and what a report of a loss needs."""
    made, bound = await midterm.held(story.town, cover=cover)
    return made, bound, Loss(made.id, made.code, bound.id, ())


async def test_an_income_loss_is_covered_to_the_last_day_the_village_ran_the_project(story: People) -> None:
    made, bound, loss = await a_loss(story, Cover.INCOME)
    await midterm.changed(made, actor=story.town, operation="LEASED")
    await midterm.endorsed(bound, "MODE_CHANGED", actor=story.town, effective_on=CHANGED_ON.isoformat())

    day_before = clock.at(CHANGED_ON - timedelta(days=1), 6)
    claim = await actions_report.report(report_of(loss, loss_at=day_before, reported_fen=1_000_000), actor=story.town)
    with pytest.raises(Invalid) as refused:
        await actions_report.report(report_of(loss, loss_at=clock.at(CHANGED_ON, 6), reported_fen=1_000_000), actor=story.town)

    assert claim.state is ClaimState.REPORTED
    assert [fault.field for fault in refused.value.faults] == ["loss_at"]
    assert (await insured_on(loss, CHANGED_ON))[1].period.last_day == CHANGED_ON - timedelta(days=1)


async def test_an_asset_is_insured_from_the_day_it_joined_to_the_day_it_left(story: People) -> None:
    made, bound, loss = await a_loss(story)
    await midterm.joined(made, bound, actor=story.town)  # from 31 August
    await midterm.removed(made, bound, actor=story.town, effective_on="2019-09-15")

    names = {
        day: [item.name for item in (await insured_on(loss, day))[1].items.values()]
        for day in (date(2019, 8, 30), date(2019, 8, 31), date(2019, 9, 14), date(2019, 9, 15))
    }

    assert list(names.values()) == [["钢架大棚"], ["钢架大棚", "冷库"], ["钢架大棚", "冷库"], ["冷库"]]
    sums = [(await insured_on(loss, day))[0]["sum_insured_fen"] for day in names]
    assert sums == [73_745_000, 110_245_000, 110_245_000, 36_500_000]


async def test_a_report_is_held_to_the_sum_of_its_day(story: People) -> None:
    made, bound, loss = await a_loss(story)
    await midterm.joined(made, bound, actor=story.town)
    await midterm.removed(made, bound, actor=story.town, effective_on="2019-08-31")  # 36,500,000 are left

    claim = await actions_report.report(report_of(loss, reported_fen=73_745_000), actor=story.town)  # of 11 August
    with pytest.raises(Invalid, match="报案内容有误") as refused:
        await actions_report.report(report_of(loss, reported_fen=73_745_001, loss_at=clock.at(date(2019, 8, 10), 6)), actor=story.town)

    assert claim.reported_fen == 73_745_000
    assert [fault.field for fault in refused.value.faults] == ["reported_fen"]


async def test_a_restored_sum_answers_for_losses_from_its_day_on(story: People) -> None:
    loss = await make.insured(story)
    claim = await make.claim_in(ClaimState.APPROVED, story, loss=loss)
    item = loss.item_ids[0]
    before = (await insured_on(loss, date(2019, 8, 30)))[1].earlier.by_item[item]
    signed = await db.fetchval("SELECT id FROM document WHERE subject_kind = 'project' AND kind = 'APPLICATION'")
    version = await db.fetchval("SELECT version FROM policy WHERE id = $1", loss.policy_id)
    given = midterm.entry("REINSTATE", version=version, document=signed, effective_on="2019-08-31")
    done = await actions_endorse.endorse(loss.policy_id, given, actor=story.town)

    assert before == claim.approved_fen == sum(line.restored_fen for line in done.lines)
    assert (await insured_on(loss, date(2019, 8, 30)))[1].earlier.by_item[item] == before
    assert (await insured_on(loss, date(2019, 8, 31)))[1].earlier.by_item[item] == 0


async def test_the_one_insured_on_the_day_of_loss_is_the_one_who_is_paid(story: People) -> None:
    made, bound, loss = await a_loss(story)
    was = made.owner
    changed = await midterm.changed(made, actor=story.town, owner={"name": "泉头村股份经济合作社"})
    signed = await midterm.change_paper(made, story.town)
    await midterm.endorsed(bound, "INSURED_CHANGED", actor=story.town, effective_on=CHANGED_ON.isoformat(), document=signed)

    days = (CHANGED_ON - timedelta(days=1), CHANGED_ON)
    assert was is not None
    assert changed.owner is not None
    assert [(await insured_on(loss, day))[0]["insured_party_id"] for day in days] == [was.id, changed.owner.id]
