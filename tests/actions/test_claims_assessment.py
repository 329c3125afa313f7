"""Loss assessment: the amount from policy and wording with every step, for both covers; what cannot be is refused by field."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, Refused
from insurance.claims import actions, actions_assessment, actions_decision
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import (
    Approval,
    Assessment,
    IncomeLoss,
    LossLine,
    Outage,
)
from insurance.policies.model import Cover, Peril
from make.claims import assess, claim_in, item_of, trail
from people import People

S = ClaimState
A3_PAYS = 4_003_101  # example A3 of the reference


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def opened(story: People, cover: Cover = Cover.INDUSTRY, **known: Any) -> Claim:
    """A case just opened under a policy of this cover."""
    loss = await make.insured(story, cover, **known.pop("insured", {}))
    return await claim_in(S.OPENED, story, loss=loss, **known)


async def approve(claim: Claim, actor: Actor, **known: Any) -> Claim:
    return await actions_decision.approval(claim.id, Approval(version=claim.version, **known), actor=actor)


# -- assessment ------------------------------------------------------------------------------------------------------------------


async def test_a3_is_assessed_from_the_frozen_month_of_the_loss(story: People) -> None:
    claim = await assess(await opened(story), story)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    steps = await actions.working(claim.id, actor=story.city)
    assert (claim.state, claim.assessed_fen, claim.reserve_fen) == (S.ASSESSING, A3_PAYS, A3_PAYS)
    assert (seen.lines[0].value_fen, seen.lines[0].sum_insured_fen, seen.lines[0].net_fen) == (68_979_167, 68_979_167, A3_PAYS)
    assert [step.rule for step in steps] == ["L-55c", "loss", "L-60", "L-55d", "deductible", "limit", "round", "L-57", "L-64", "payable"]
    assert steps[-1].result_fen == A3_PAYS
    assert steps[4].text == "扣除免赔额 4,447.89 元"
    assert (await actions.working(claim.id, actor=msgspec.structs.replace(story.city, language="en")))[4].text != steps[4].text


async def test_every_assessment_is_a_new_version_and_the_estimate_follows(story: People) -> None:
    claim = await assess(await opened(story), story)

    again = await assess(claim, story, loss_fen=2_000_000, salvage_fen=0)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert (seen.version, again.assessed_fen, again.reserve_fen) == (2, 1_800_000, 1_800_000)
    assert await db.fetchval("SELECT count(*) FROM assessment WHERE claim_id = $1", claim.id) == 2
    rows = await db.fetch("SELECT event, amount_fen FROM transfer WHERE subject = $1 ORDER BY id", f"claim:{claim.id}")
    assert [tuple(row) for row in rows] == [("ESTIMATE_RAISED", 4_500_000), ("ESTIMATE_CUT", 496_899), ("ESTIMATE_CUT", 2_203_101)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"policy_item_id": 2**40}, "lines[0].policy_item_id"),
        ({"loss_fen": 10**14 - 1}, "lines[0].loss_fen"),
        ({"loss_fen": None}, "lines[0].loss_fen"),
        ({"grade": "SEVERE"}, "lines[0].loss_fen"),
        ({"loss_fen": None, "grade": "NO_SUCH", "repair_fen": 1}, "lines[0].grade"),
        ({"loss_fen": None, "grade": "SEVERE"}, "lines[0].repair_fen"),
        ({"loss_fen": None, "grade": "SLIGHT", "repair_fen": 20_000_000}, "lines[0].repair_fen"),
    ],
)
async def test_a_line_that_cannot_be_is_refused_by_field(story: People, change: dict[str, Any], field: str) -> None:
    claim = await opened(story)
    line: dict[str, Any] = {"policy_item_id": await item_of(claim, story.adjuster_a), "loss_fen": 1} | change

    with pytest.raises(Invalid) as refusal:
        await actions_assessment.assessment(claim.id, Assessment(version=claim.version, lines=(LossLine(**line),)), actor=story.adjuster_a)

    assert fields(refusal) == [field]
    assert (await trail(claim))[-1] == "claim.surveyed"


async def test_all_faults_of_all_lines_are_told_at_once(story: People) -> None:
    claim = await opened(story)
    item = await item_of(claim, story.adjuster_a)
    lines = (LossLine(policy_item_id=item), LossLine(policy_item_id=item, loss_fen=1), LossLine(policy_item_id=2**40, loss_fen=1))

    with pytest.raises(Invalid) as refusal:
        await actions_assessment.assessment(claim.id, Assessment(version=claim.version, lines=lines), actor=story.adjuster_a)

    assert fields(refusal) == ["lines[0].loss_fen", "lines[1].policy_item_id", "lines[2].policy_item_id"]


@pytest.mark.parametrize(("grade", "repair_fen", "loss_fen"), [("SEVERE", 30_000_000, 41_387_500), ("SEVERE", 60_000_000, 68_979_167)])
async def test_a_graded_line_takes_its_share_or_is_a_constructive_total(story: People, grade: str, repair_fen: int, loss_fen: int) -> None:
    claim = await opened(story)
    line = LossLine(policy_item_id=await item_of(claim, story.adjuster_a), grade=grade, repair_fen=repair_fen)

    await actions_assessment.assessment(claim.id, Assessment(version=claim.version, lines=(line,)), actor=story.adjuster_a)

    assert (await actions_assessment.assessed(claim.id, actor=story.city)).lines[0].loss_fen == loss_fen


async def test_a_deductible_nobody_explained_is_not_taken(story: People) -> None:
    claim = await opened(story)
    line = LossLine(policy_item_id=await item_of(claim, story.adjuster_a), loss_fen=4_567_890, salvage_fen=120_000)
    given = Assessment(version=claim.version, lines=(line,), deductible_explained=False)

    assert (await actions_assessment.assessment(claim.id, given, actor=story.adjuster_a)).assessed_fen == 4_447_890


async def test_several_items_share_the_events_deductible(story: People) -> None:
    """A10 of the reference, with the wording's deductible: greater of 1,000 yuan and 10 %."""
    claim = await opened(story, insured={"assets": [{"name": "1号棚"}, {"name": "2号棚"}, {"name": "3号棚"}]})
    async with db.transaction(story.adjuster_a.scope):
        items = await db.fetch("SELECT id FROM policy_item WHERE policy_id = $1 ORDER BY id", claim.policy.id)
    losses = (3_210_055, 456_789, 789_123)
    lines = tuple(LossLine(policy_item_id=item["id"], loss_fen=fen) for item, fen in zip(items, losses, strict=True))

    done = await actions_assessment.assessment(claim.id, Assessment(version=claim.version, lines=lines), actor=story.adjuster_a)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert done.assessed_fen == sum(losses) - 445_597
    assert sum(line.net_fen for line in seen.lines) == done.assessed_fen


async def test_what_earlier_claims_took_is_gone_from_the_sum(story: People) -> None:
    loss = await make.insured(story)
    first = await claim_in(S.OPENED, story, loss=loss)
    first = await approve(await assess(first, story, loss_fen=68_000_000, salvage_fen=0), story.approver_a)
    second = await claim_in(S.OPENED, story, loss=loss, peril=Peril.HAIL)

    second = await assess(second, story, loss_fen=68_000_000, salvage_fen=0)

    async with db.transaction(story.city.scope):
        sold = await db.fetchval("SELECT sum_insured_fen FROM policy WHERE id = $1", loss.policy_id)
    assert first.approved_fen == 61_200_000
    assert second.assessed_fen == sold - 61_200_000, "the sum left after the first claim caps the second"


async def test_two_claims_of_one_policy_are_approved_one_after_the_other(story: People) -> None:
    loss = await make.insured(story)
    first = await assess(await claim_in(S.OPENED, story, loss=loss), story, loss_fen=68_000_000, salvage_fen=0)
    second = await assess(await claim_in(S.OPENED, story, loss=loss, peril=Peril.HAIL), story, loss_fen=68_000_000, salvage_fen=0)

    await approve(first, story.approver_a)
    with pytest.raises(Refused, match="重新定损"):
        await approve(second, story.approver_a)


# -- the income cover ------------------------------------------------------------------------------------------------------------


async def income(claim: Claim, story: People, **known: Any) -> Claim:
    return await actions_assessment.assessment(claim.id, Assessment(version=claim.version, **known), actor=story.adjuster_a)


async def test_an_income_claim_pays_the_shortfall_of_a_period(story: People) -> None:
    claim = await opened(story, Cover.INCOME)
    period = IncomeLoss(actual_fen=1_000_000, from_on=date(2019, 3, 2), last_on=date(2019, 8, 29))

    done = await income(claim, story, income=period)

    # 86,000,000 at 8 % = 6,880,000 a year; 181 of 365 days = 3,411,726; less 1,000,000; of which 80 %
    assert done.assessed_fen == 1_929_381
    steps = await actions.working(claim.id, actor=story.city)
    assert [step.rule for step in steps][:4] == ["part-period", "actual", "shortfall", "trigger"]
    assert (steps[0].result_fen, steps[0].inputs["days"]) == (3_411_726, 181)


async def test_an_outage_pays_days_beyond_the_waiting_period(story: People) -> None:
    claim = await opened(story, Cover.INCOME)
    outage = Outage(damaged_on=date(2019, 8, 11), resumed_on=date(2019, 8, 30), earned_daily_fen=849)

    done = await income(claim, story, outage=outage)

    # 6,880,000 / 365 = 18,849.3… a day, less 849; 19 days out, 7 waited
    assert done.assessed_fen == 216_004


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({}, "income"),
        ({"income": IncomeLoss(actual_fen=1)}, "income.last_on"),  # the policy's year is not over
        ({"income": IncomeLoss(actual_fen=1, from_on=date(2019, 3, 1), last_on=date(2019, 8, 29))}, "income.from_on"),
        ({"income": IncomeLoss(actual_fen=1, from_on=date(2019, 3, 2), last_on=date(2019, 8, 10))}, "income.from_on"),
        ({"outage": Outage(damaged_on=date(2019, 8, 10), resumed_on=date(2019, 8, 20))}, "outage.resumed_on"),
        ({"outage": Outage(damaged_on=date(2019, 8, 11), resumed_on=date(2019, 8, 31))}, "outage.resumed_on"),
        ({"lines": (LossLine(policy_item_id=1, loss_fen=1),)}, "lines"),
    ],
)
async def test_an_income_claim_that_cannot_be_is_refused_by_field(story: People, known: dict[str, Any], field: str) -> None:
    claim = await opened(story, Cover.INCOME)

    with pytest.raises(Invalid) as refusal:
        await income(claim, story, **known)

    assert field in fields(refusal)


async def test_the_asset_cover_asks_for_no_income(story: People) -> None:
    with pytest.raises(Invalid) as refusal:
        await income(await opened(story), story, income=IncomeLoss(actual_fen=1))

    assert fields(refusal) == ["income", "lines"]
