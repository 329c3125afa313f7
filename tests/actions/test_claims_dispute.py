"""What is said against a result: objections in time and too late, their answers by assessment or decision, reopening."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused, WrongState
from insurance.claims import actions, actions_assessment, actions_decision, actions_dispute
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_decision import Against, ObjectionOutcome
from insurance.claims.model_verbs import Approval, Assessment, Declinature, LossLine, Objection, Reopening, Zero
from make.claims import claim_in, item_of, later, lines, trail
from people import People

S = ClaimState
REFUSAL: dict[str, Any] = {"reasons": ("THRESHOLD_NOT_MET",), "note": "雨量不足"}


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def objected(state: ClaimState, story: People) -> Claim:
    """A claim in this state, and the objection of a villager to it."""
    claim = await claim_in(state, story)
    given = Objection(version=claim.version, reason="漏列滴灌设备", raised_by="村民代表")
    return await actions_dispute.objection(claim.id, given, actor=story.town)


async def assessed_again(claim: Claim, story: People, outcome: ObjectionOutcome | None = None, answer: str = "", **known: Any) -> Claim:
    line = LossLine(policy_item_id=await item_of(claim, story.adjuster_a), **lines(**known))
    given = Assessment(version=claim.version, lines=(line,), objection_outcome=outcome, objection_answer=answer)
    return await actions_assessment.assessment(claim.id, given, actor=story.adjuster_a)


@pytest.mark.parametrize("outcome", ObjectionOutcome)
async def test_an_objection_to_the_notice_is_answered_by_the_assessment(story: People, outcome: ObjectionOutcome) -> None:
    disputed = await objected(S.PUBLICITY, story)
    (waiting,) = (await actions_dispute.objections(disputed.id, actor=story.town)).items

    claim = await assessed_again(disputed, story, outcome, "已到场复核", loss_fen=5_000_000)

    (answered,) = (await actions_dispute.objections(claim.id, actor=story.city)).items
    event = (await actions.history(claim.id, actor=story.town))[-1]
    assert (waiting.against, waiting.raised_by, waiting.reason, waiting.outcome) == (
        Against.PUBLICITY, "村民代表", "漏列滴灌设备", None,
    )  # fmt: skip
    assert (answered.outcome, answered.answer, answered.answered_on) == (outcome, "已到场复核", story.adjuster_a.on)
    assert (answered.entered_by, answered.answered_by) == (story.town.display_name, story.adjuster_a.display_name)
    assert (event.facts["objection_outcome"], event.facts["objection_answer"]) == (outcome, "已到场复核")
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        verbs = [r["verb"] for r in await db.fetch("SELECT verb FROM audit_event WHERE subject = $1", f"claim:{claim.id}")]
    assert "objection.answered" in verbs


@pytest.mark.parametrize(
    ("outcome", "answer", "faults"),
    [
        (None, "", ["objection_answer", "objection_outcome"]),
        (ObjectionOutcome.UPHELD, " ", ["objection_answer"]),
        (None, "已复核", ["objection_outcome"]),
    ],
)
async def test_an_assessment_that_does_not_answer_is_refused(
    story: People, outcome: ObjectionOutcome | None, answer: str, faults: list[str]
) -> None:
    disputed = await objected(S.PUBLICITY, story)

    with pytest.raises(Invalid) as refusal:
        await assessed_again(disputed, story, outcome, answer)

    assert fields(refusal) == faults
    assert (await actions.one(disputed.id, actor=story.city)).version == disputed.version
    assert len(await trail(disputed)) == disputed.version


async def test_an_objection_to_a_refusal_may_wait_for_the_decision_which_must_answer(story: People) -> None:
    claim = await assessed_again(await objected(S.REJECTED, story), story)

    with pytest.raises(Invalid) as approval:
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)
    with pytest.raises(Invalid) as refusal:
        await actions_decision.declinature(claim.id, Declinature(version=claim.version, **REFUSAL), actor=story.approver_a)
    answer: dict[str, Any] = {"objection_outcome": ObjectionOutcome.REJECTED, "objection_answer": "气象证明复核无误"}
    again = await actions_decision.declinature(claim.id, Declinature(version=claim.version, **REFUSAL, **answer), actor=story.approver_a)

    assert fields(approval) == fields(refusal) == ["objection_answer", "objection_outcome"]
    assert again.state is S.REJECTED
    (told,) = (await actions_dispute.objections(claim.id, actor=story.town)).items
    assert (told.against, told.outcome, told.answered_by) == (Against.REJECTED, ObjectionOutcome.REJECTED, story.approver_a.display_name)


async def test_a_refused_claim_is_raised_and_approved_with_the_answer(story: People) -> None:
    claim = await assessed_again(await objected(S.REJECTED, story), story)
    answer: dict[str, Any] = {"objection_outcome": ObjectionOutcome.PARTLY, "objection_answer": "补充的雨量资料达到约定"}

    approved = await actions_decision.approval(claim.id, Approval(version=claim.version, **answer), actor=story.approver_a)

    assert approved.state is S.APPROVED


async def test_closing_at_nothing_answers_too(story: People) -> None:
    claim = await assessed_again(await objected(S.REJECTED, story), story, loss_fen=150_000)

    with pytest.raises(Invalid) as refusal:
        await actions_decision.zero(claim.id, Zero(version=claim.version, note="低于免赔额"), actor=story.approver_a)

    assert fields(refusal) == ["objection_answer", "objection_outcome"]


async def test_where_nobody_objected_there_is_nothing_to_answer(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    for said in ({"objection_answer": "x"}, {"objection_outcome": ObjectionOutcome.UPHELD}):
        with pytest.raises(Invalid) as refusal:
            await actions_decision.approval(claim.id, Approval(version=claim.version, **said), actor=story.approver_a)
        assert fields(refusal) == ["objection_answer"]


async def test_the_database_keeps_a_decision_off_an_open_objection_and_an_answer_final(story: People) -> None:
    claim = await assessed_again(await objected(S.REJECTED, story), story)
    decide = (
        "INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen, decided_by,"
        " decided_at) SELECT a.claim_id, a.region_path, a.insurer_id, 99, a.id, a.assessor_id, 'ZERO', 0, $2, now()"
        " FROM assessment a WHERE a.claim_id = $1 ORDER BY a.version DESC LIMIT 1"
    )

    with pytest.raises(asyncpg.CheckViolationError, match="objection waits"):
        async with db.transaction(story.approver_a.scope):
            await db.execute(decide, claim.id, story.approver_a.user_id)
    answer: dict[str, Any] = {"objection_outcome": ObjectionOutcome.UPHELD, "objection_answer": "属实"}
    await actions_decision.approval(claim.id, Approval(version=claim.version, **answer), actor=story.approver_a)
    with pytest.raises(asyncpg.CheckViolationError, match="once"):
        async with db.transaction(story.approver_a.scope):
            await db.execute("UPDATE objection SET outcome = 'REJECTED' WHERE claim_id = $1", claim.id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(story.approver_a.scope):
            await db.execute("UPDATE objection SET reason = 'x' WHERE claim_id = $1", claim.id)


async def test_after_the_window_an_objection_is_refused_with_the_way_out(story: People) -> None:
    claim = await claim_in(S.PUBLICITY, story)
    given = Objection(version=claim.version, reason="漏列")

    with pytest.raises(WrongState, match="复核申请书"):
        await actions_dispute.objection(claim.id, given, actor=later(story.town, 4))
    assert "objection" not in (await actions.one(claim.id, actor=later(story.town, 4))).open_verbs
    assert "objection" in (await actions.one(claim.id, actor=later(story.town, 3))).open_verbs
    assert (await actions_dispute.objection(claim.id, given, actor=later(story.town, 3))).state is S.DISPUTED


async def test_a_refusal_is_objected_to_until_the_claim_is_closed(story: People) -> None:
    claim = await claim_in(S.REJECTED, story)

    assert "objection" in (await actions.one(claim.id, actor=later(story.town, 29))).open_verbs


@pytest.mark.parametrize("who", ["other_county", "other_town", "adjuster_b"])
async def test_objections_elsewhere_are_not_there(story: People, who: str) -> None:
    claim = await objected(S.PUBLICITY, story)

    with pytest.raises(NotFound):
        await actions_dispute.objections(claim.id, actor=getattr(story, who))


# -- reopening ---------------------------------------------------------------------------------------------------------------


async def test_later_knowledge_moves_the_last_day_of_reopening(story: People) -> None:
    claim = await claim_in(S.CLOSED, story)
    day = date(2021, 8, 20)
    approver = msgspec.structs.replace(story.approver_a, on=day, at=story.approver_a.at + (day - story.approver_a.on))
    given = Reopening(version=claim.version, reason="灌溉管沟损毁，验收时方知")

    with pytest.raises(Refused, match="2021-08-11"):
        await actions_dispute.reopening(claim.id, given, actor=approver)
    opened = await actions_dispute.reopening(claim.id, msgspec.structs.replace(given, knew_on=date(2019, 8, 25)), actor=approver)

    assert opened.state is S.REOPENED
    assert (await actions.history(claim.id, actor=story.city))[-1].facts["knew_on"] == "2019-08-25"


@pytest.mark.parametrize("days", [-20, 1, 3650])
async def test_the_loss_is_known_between_the_loss_and_the_report(story: People, days: int) -> None:
    claim = await claim_in(S.CLOSED, story)
    given = Reopening(version=claim.version, reason="x", knew_on=story.town.on + timedelta(days=days))

    with pytest.raises(Invalid) as refusal:
        await actions_dispute.reopening(claim.id, given, actor=later(story.approver_a, 30))

    assert fields(refusal) == ["knew_on"]
