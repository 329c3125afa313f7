"""What the tick does to claims: cases that open themselves and are surveyed after, the day of advance; never twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from insurance import ticking
from insurance.access import actions as access
from insurance.access import store as settings_store
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Refused, WrongState
from insurance.claims import actions, actions_calendar, actions_decision, actions_dispute, jobs
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.model_verbs import Approval, Assignment, Declinature, InterimPayment, Objection, PapersNotice, Publicity, Survey
from make.claims import all_on, assess, claim_in, later, trail
from make.policies import on_day
from people import People

S = ClaimState
REPORTED_ON = date(2019, 8, 30)  # the day of the story; ten days on is Monday, 9 September
OPENS_ON = date(2019, 9, 10)


def system(day: date) -> Actor:
    """The calendar itself on a day."""
    return on_day(access.system("370400"), day)


async def tick(day: date) -> dict[str, int]:
    return await jobs.tick(actor=system(day))


async def now(claim: Claim, story: People, actor: Actor | None = None) -> Claim:
    return await actions.one(claim.id, actor=actor or story.adjuster_a)


def survey_of(claim: Claim, actor: Actor, **known: Any) -> Survey:
    fields: dict[str, Any] = {"place": "1号棚", "cause": "暴雨积水", "findings": "倒塌三跨", "reserve_fen": 4_500_000}
    return Survey(version=claim.version, visited_at=actor.at, **(fields | known))


async def estimate(claim: Claim) -> int:
    """What the memo books expect to be paid."""
    rows = await db.fetch("SELECT debit, amount_fen FROM transfer WHERE subject = $1 AND debit IN ('9001', '9002')", f"claim:{claim.id}")
    return sum(row["amount_fen"] if row["debit"] == "9001" else -row["amount_fen"] for row in rows)


# -- cases that open themselves ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.REPORTED, S.ACCEPTED, S.SURVEYING])
async def test_a_case_nobody_opened_opens_itself_with_the_reported_loss(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)

    early = await tick(REPORTED_ON + timedelta(days=10))
    done = await tick(OPENS_ON)

    opened = await now(claim, story)
    told = (await actions.history(claim.id, actor=story.city))[-1]
    assert (early["claims_opened"], done["claims_opened"]) == (0, 1)
    assert (opened.state, opened.reserve_fen, await estimate(claim)) == (S.OPENED, 4_600_000, 4_600_000)
    assert (told.verb, told.role, told.by, told.facts["rule"]) == (Verb.OPENING, "SYSTEM", None, "wording")
    assert "立案" in told.facts["article"]
    assert (await trail(claim))[-1] == "claim.opened"


async def test_the_term_of_opening_is_kept_to_the_second_and_the_survey_is_late(story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    await tick(date(2019, 9, 20))

    clocks = {clock.code: clock for clock in (await now(claim, story, on_day(story.adjuster_a, date(2019, 9, 20)))).clocks}

    assert clocks["OPENING"].done_at == clocks["OPENING"].due_at
    assert clocks["SURVEY"].state == "late"


async def test_a_case_that_opened_itself_is_surveyed_after_once(story: People) -> None:
    claim = await claim_in(S.REPORTED, story)
    await tick(OPENS_ON)
    adjuster = on_day(story.adjuster_a, date(2019, 9, 11))
    opened = await now(claim, story, adjuster)
    assert "survey" in opened.open_verbs
    assert "survey" not in (await now(claim, story, on_day(story.town, adjuster.on))).open_verbs

    surveyed = await actions.survey(claim.id, survey_of(opened, adjuster), actor=adjuster)

    assert (surveyed.state, surveyed.reserve_fen, await estimate(claim)) == (S.OPENED, 4_500_000, 4_500_000)
    assert "survey" not in surveyed.open_verbs
    assert "survey" not in (await now(claim, story, adjuster)).open_verbs
    assert next(clock for clock in surveyed.clocks if clock.code == "SURVEY").done_at == adjuster.at
    with pytest.raises(WrongState):
        await actions.survey(claim.id, survey_of(surveyed, adjuster), actor=adjuster)
    assert (await trail(claim))[-2:] == ["claim.opened", "claim.surveyed"]


async def test_a_case_opened_by_its_survey_is_not_surveyed_again(story: People) -> None:
    claim = await claim_in(S.OPENED, story)

    assert "survey" not in claim.open_verbs
    with pytest.raises(WrongState):
        await actions.survey(claim.id, survey_of(claim, story.adjuster_a), actor=story.adjuster_a)
    with pytest.raises(Exception, match="survey_once"):
        async with db.transaction(story.adjuster_a.scope):
            await db.execute("INSERT INTO survey SELECT * FROM (SELECT id + 1000000, claim_id, region_path, insurer_id, visited_at, place, cause, findings,"
                             " reserve_fen, surveyed_by, recorded_at FROM survey WHERE claim_id = $1) s", claim.id)  # fmt: skip


async def test_a_case_that_opened_itself_may_be_assessed_and_is_not_planned_again(story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    await tick(OPENS_ON)
    opened = await now(claim, story)

    with pytest.raises(WrongState):
        await actions.assignment(claim.id, Assignment(version=opened.version, visit_at=story.adjuster_a.at), actor=story.adjuster_a)
    assessed = await assess(opened, all_on(story, OPENS_ON))
    assert assessed.state is S.ASSESSING


@pytest.mark.parametrize("state", [S.OPENED, S.SUPPLEMENT, S.ASSESSING, S.WITHDRAWN, S.CLOSED])
async def test_what_is_opened_or_over_does_not_open_itself(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)

    await tick(OPENS_ON)

    assert Verb.OPENING not in {event.verb for event in await actions.history(claim.id, actor=story.city)}
    with pytest.raises(WrongState):
        await actions_calendar.opening(claim.id, actor=system(OPENS_ON))


async def test_a_term_that_runs_is_waited_for(story: People) -> None:
    claim = await claim_in(S.REPORTED, story)

    with pytest.raises(Refused):
        await actions_calendar.opening(claim.id, actor=system(REPORTED_ON + timedelta(days=10)))


async def test_a_second_tick_does_nothing(story: People) -> None:
    claim = await claim_in(S.REPORTED, story)
    await tick(OPENS_ON)
    before = await trail(claim)

    assert set((await tick(OPENS_ON)).values()) == {0}
    assert await trail(claim) == before


async def test_the_calendar_waits_while_a_demo_is_being_built(story: People) -> None:
    claim = await claim_in(S.REPORTED, all_on(story, date(2019, 8, 12)))
    await settings_store.set_setting("demo", "LOADING")

    assert await ticking.tick() == {}
    assert (await now(claim, story)).state is S.REPORTED


# -- the day of advance -----------------------------------------------------------------------------------------------------

ADVANCE_ON = date(2019, 10, 29)  # proofs on 30 August and sixty days
CERTAIN = 4_003_101


async def test_on_the_day_of_advance_what_is_certain_is_noted_once_and_no_money_moves(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    days = [await tick(day) for day in (ADVANCE_ON - timedelta(days=1), ADVANCE_ON, ADVANCE_ON + timedelta(days=1))]

    noted = await now(claim, story)
    told = (await actions.history(claim.id, actor=story.city))[-1]
    assert [done["advances_due"] for done in days] == [0, 1, 0]
    assert noted.advance_due is not None
    assert (noted.advance_due.on, noted.advance_due.amount_fen, noted.state, noted.parts) == (ADVANCE_ON, CERTAIN, S.ASSESSING, ())
    assert (told.verb, told.facts["certain_fen"], told.facts["rule"]) == (Verb.ADVANCE_DUE, CERTAIN, "L-25")
    assert (await trail(claim))[-1] == "claim.advance-due"


async def test_what_is_paid_ahead_or_decided_needs_no_reminder(story: People) -> None:
    on = all_on(story, ADVANCE_ON)
    paid, approved = await claim_in(S.ASSESSING, story), await claim_in(S.ASSESSING, story)
    await tick(ADVANCE_ON)

    given = InterimPayment(version=(await now(paid, story)).version, amount_fen=1_000_000)
    ahead = await actions_decision.interim_payment(paid.id, given, actor=on.approver_a)
    decided = await actions_decision.approval(approved.id, Approval(version=(await now(approved, story)).version), actor=on.approver_a)

    assert ahead.advance_due is decided.advance_due is None
    assert (await tick(ADVANCE_ON + timedelta(days=1)))["advances_due"] == 0


async def test_in_a_dispute_the_lower_of_the_versions_is_certain(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    higher = await assess(claim, story, loss_fen=6_000_000)
    published = await actions.publicity(claim.id, Publicity(version=higher.version, place="村务公开栏"), actor=story.town)
    await actions_dispute.objection(claim.id, Objection(version=published.version, reason="漏列"), actor=story.town)

    await tick(ADVANCE_ON)

    noted = (await now(claim, story)).advance_due
    assert noted is not None
    assert noted.amount_fen == CERTAIN < (higher.assessed_fen or 0)


async def test_while_papers_are_awaited_the_day_of_advance_comes_all_the_same(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    await actions.papers_notice(claim.id, PapersNotice(version=claim.version), actor=story.adjuster_a)

    assert (await tick(ADVANCE_ON))["advances_due"] == 1
    assert "interim-payment" in (await now(claim, story, story.approver_a)).open_verbs


async def test_of_a_refused_claim_in_dispute_nothing_is_certain(story: People) -> None:
    claim = await claim_in(S.REJECTED, story)
    disputed = await actions_dispute.objection(claim.id, Objection(version=claim.version, reason="雨量另有证明"), actor=story.town)

    assert (await tick(ADVANCE_ON + timedelta(days=2)))["advances_due"] == 0
    with pytest.raises(Refused):
        await actions_calendar.advance_due(claim.id, actor=system(ADVANCE_ON + timedelta(days=2)))
    assert disputed.advance_due is None


async def test_nothing_assessed_nothing_certain(story: People) -> None:
    await claim_in(S.SUPPLEMENT, story)

    assert (await tick(date(2020, 3, 1)))["advances_due"] == 0


async def test_a_decision_overtakes_the_calendar(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = Declinature(version=claim.version, reasons=("THRESHOLD_NOT_MET",), note="雨量不足")
    await actions_decision.declinature(claim.id, given, actor=later(story.approver_a, 1))

    assert (await tick(ADVANCE_ON))["advances_due"] == 0
    with pytest.raises(WrongState):
        await actions_calendar.advance_due(claim.id, actor=system(ADVANCE_ON))


async def test_an_assessment_after_the_note_leaves_it_standing(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    await tick(ADVANCE_ON)
    noted = await now(claim, story)

    again = await assess(noted, all_on(story, ADVANCE_ON))

    assert again.advance_due == noted.advance_due
