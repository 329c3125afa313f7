"""The verbs of a claim from acceptance to the closed file: what each does, and every way it refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from insurance.access.model import Actor, Role
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.claims import actions, actions_decision, actions_dispute, actions_report, jobs
from insurance.claims.model import Claim, ClaimState, Side, Verb
from insurance.claims.model_verbs import (
    Acceptance,
    Agreement,
    Approval,
    Assignment,
    Because,
    Closure,
    Objection,
    Papers,
    PapersNotice,
    Publicity,
    Reopening,
    Report,
    Survey,
)
from insurance.policies.model import Peril
from make.claims import claim_in, instant, later, reported, trail
from people import People

S = ClaimState
VISIT: dict[str, Any] = {"place": "1号棚", "cause": "暴雨积水", "findings": "倒塌三跨", "reserve_fen": 4_500_000}


@pytest.mark.parametrize("state", list(ClaimState))
async def test_the_verbs_lead_to_every_state_and_each_move_leaves_one_event_and_one_audit_row(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)

    told = await actions.history(claim.id, actor=story.city)
    assert claim.state is state
    assert [event.version for event in told] == list(range(1, claim.version + 1))
    assert told[-1].to_state is state
    assert len(await trail(claim)) == claim.version


def faults(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def balance(claim: Claim) -> dict[str, int]:
    """What the books say of a claim, debit positive."""
    rows = await db.fetch("SELECT debit, credit, amount_fen FROM transfer WHERE subject = $1", f"claim:{claim.id}")
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["debit"]] = sums.get(row["debit"], 0) + row["amount_fen"]
        sums[row["credit"]] = sums.get(row["credit"], 0) - row["amount_fen"]
    return {account: fen for account, fen in sums.items() if fen}


async def accept(claim: Claim, actor: Actor) -> Claim:
    return await actions.acceptance(claim.id, Acceptance(version=claim.version), actor=actor)


# -- whoever acts on any claim ---------------------------------------------------------------------------------------------


async def test_a_claim_of_another_scope_is_not_found(story: People) -> None:
    claim = await reported(story)

    for foreign in (story.adjuster_b, story.other_county, story.other_town):
        with pytest.raises(NotFound):
            await actions.one(claim.id, actor=foreign)
        with pytest.raises(NotFound):
            await accept(claim, foreign)
        for read in (actions.history, actions.working):
            with pytest.raises(NotFound):
                await read(claim.id, actor=foreign)
    assert await trail(claim) == ["claim.reported"]


async def test_a_stale_version_is_a_lost_update_and_leaves_no_trace(story: People) -> None:
    claim = await reported(story)

    with pytest.raises(LostUpdate):
        await actions.acceptance(claim.id, Acceptance(version=claim.version + 1), actor=story.adjuster_a)

    assert await trail(claim) == ["claim.reported"]


async def test_the_claim_names_what_this_very_person_may_do(story: People) -> None:
    claim = await reported(story)

    async def open_to(actor: Actor) -> tuple[str, ...]:
        return (await actions.one(claim.id, actor=actor)).open_verbs

    assert await open_to(story.town) == ("correction", "withdrawal")
    assert await open_to(story.county) == (), "another office did not report it"
    assert await open_to(story.adjuster_a) == ("acceptance",)
    assert await open_to(story.auditor) == ()


# -- acceptance to the opened case -----------------------------------------------------------------------------------------


async def test_acceptance_with_the_claim_form_starts_the_terms(story: People) -> None:
    claim = await reported(story)

    accepted = await actions.acceptance(claim.id, Acceptance(version=1, proofs_on=date(2019, 8, 14)), actor=story.adjuster_a)

    clock = {one.code: one for one in accepted.clocks}
    assert clock["DECISION"].due_at.date() == date(2019, 9, 16)
    assert (accepted.due_clock, accepted.state) == ("SURVEY", S.ACCEPTED)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visited_at": instant(date(2019, 8, 10))}, "visited_at"),
        ({"visited_at": instant(date(2019, 8, 31))}, "visited_at"),
        ({"place": "  "}, "place"),
        ({"cause": ""}, "cause"),
        ({"findings": ""}, "findings"),
        ({"proofs_on": date(2019, 8, 31)}, "proofs_on"),
        ({"proofs_on": date(2019, 8, 10)}, "proofs_on"),
    ],
)
async def test_a_survey_that_cannot_have_been_is_refused_by_field(story: People, change: dict[str, Any], field: str) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    fields = VISIT | {"version": claim.version, "visited_at": story.adjuster_a.at} | change

    with pytest.raises(Invalid) as refusal:
        await actions.survey(claim.id, Survey(**fields), actor=story.adjuster_a)

    assert faults(refusal) == [field]


async def test_a_survey_opens_the_case_with_its_estimate_in_the_books(story: People) -> None:
    claim = await claim_in(S.SURVEYING, story)
    visited_at = instant(date(2019, 8, 30), 8)

    opened = await actions.survey(claim.id, Survey(version=claim.version, visited_at=visited_at, **VISIT), actor=story.adjuster_a)

    assert (opened.state, opened.reserve_fen, opened.due_clock) == (S.OPENED, 4_500_000, None)
    assert {c.code: c.done_at for c in opened.clocks}["SURVEY"] == visited_at, "the visit counts, not its record"
    assert await balance(opened) == {"9001": 4_500_000, "9002": -4_500_000}


async def test_a_visit_is_planned_after_the_loss(story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)

    with pytest.raises(Invalid) as refusal:
        await actions.assignment(claim.id, Assignment(version=2, visit_at=instant(date(2019, 8, 10))), actor=story.adjuster_a)

    assert faults(refusal) == ["visit_at"]


# -- papers --------------------------------------------------------------------------------------------------------------


async def test_papers_are_asked_for_once_handed_in_and_confirmed(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    asked = await actions.papers_notice(claim.id, PapersNotice(version=claim.version), actor=story.adjuster_a)
    with pytest.raises(WrongState, match="尚未提交"):
        await actions.papers(claim.id, Papers(version=asked.version), actor=story.adjuster_a)
    handed = await actions.papers(claim.id, Papers(version=asked.version), actor=later(story.town, 3))
    back = await actions.papers(claim.id, Papers(version=handed.version), actor=later(story.adjuster_a, 4))

    assert [one.state for one in (asked, handed, back)] == [S.SUPPLEMENT, S.SUPPLEMENT, S.ASSESSING]
    notice = (await actions.history(claim.id, actor=story.city))[-3]
    assert set(notice.facts["papers"]) >= {"CLAIM_FORM", "TITLE", "LOSS_LIST"}
    pauses = {one.code: one.pauses for one in back.clocks}["DECISION"]
    assert pauses == ((story.city.on, story.city.on + timedelta(days=3)),), "until the papers arrived, not until they were looked at"
    assert (await trail(claim))[-3:] == ["claim.papers-asked", "claim.papers-handed-in", "claim.papers-received"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"papers": ("NO_SUCH_PAPER",)}, "papers"),
        ({"papers": ("TITLE",)}, "papers"),
        ({"received_on": date(2019, 8, 31)}, "received_on"),
        ({"received_on": date(2019, 8, 29)}, "received_on"),
    ],
)
async def test_a_notice_must_name_all_that_is_missing(story: People, change: dict[str, Any], field: str) -> None:
    claim = await claim_in(S.OPENED, story)

    with pytest.raises(Invalid) as refusal:
        await actions.papers_notice(claim.id, PapersNotice(version=claim.version, **change), actor=story.adjuster_a)

    assert faults(refusal) == [field]


@pytest.mark.parametrize("day", [date(2019, 8, 29), date(2019, 8, 31)])
async def test_papers_come_between_the_notice_and_today(story: People, day: date) -> None:
    claim = await claim_in(S.SUPPLEMENT, story)

    with pytest.raises(Invalid) as refusal:
        await actions.papers(claim.id, Papers(version=claim.version, received_on=day), actor=story.town)

    assert faults(refusal) == ["received_on"]


# -- publicity and objection -----------------------------------------------------------------------------------------------


async def test_approval_waits_for_the_window_and_no_day_longer(story: People) -> None:
    claim = await claim_in(S.PUBLICITY, story)
    last_day = msgspec.structs.replace(story.approver_a, at=instant(date(2019, 9, 2), 23), on=date(2019, 9, 2))
    day_after = msgspec.structs.replace(story.approver_a, at=instant(date(2019, 9, 3), 0), on=date(2019, 9, 3))

    assert "approval" not in (await actions.one(claim.id, actor=last_day)).open_verbs
    with pytest.raises(WrongState, match="2019-09-03"):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=last_day)

    assert "approval" in (await actions.one(claim.id, actor=day_after)).open_verbs
    assert (await actions_decision.approval(claim.id, Approval(version=claim.version), actor=day_after)).state is S.APPROVED


@pytest.mark.parametrize(
    ("change", "field"),
    [({"place": " "}, "place"), ({"posted_on": date(2019, 8, 29)}, "posted_on"), ({"posted_on": date(2019, 8, 31)}, "posted_on")],
)
async def test_a_notice_hangs_somewhere_between_assessment_and_today(story: People, change: dict[str, Any], field: str) -> None:
    claim = await claim_in(S.ASSESSING, story)
    fields: dict[str, Any] = {"version": claim.version, "place": "村务公开栏"} | change

    with pytest.raises(Invalid) as refusal:
        await actions.publicity(claim.id, Publicity(**fields), actor=story.town)

    assert faults(refusal) == [field]


@pytest.mark.parametrize("state", [S.PUBLICITY, S.REJECTED])
async def test_an_objection_leads_to_a_new_assessment(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)

    with pytest.raises(Invalid):
        await actions_dispute.objection(claim.id, Objection(version=claim.version, reason=" "), actor=story.county)
    disputed = await actions_dispute.objection(claim.id, Objection(version=claim.version, reason="漏列滴灌"), actor=story.county)

    assert (disputed.state, disputed.due_clock) == (S.DISPUTED, "DECISION")
    assert (await actions.history(claim.id, actor=story.city))[-1].reason == "漏列滴灌"


# -- agreement -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["town", "adjuster_a"])
async def test_either_side_signs_first_and_the_other_side_moves_the_claim(story: People, first: str) -> None:
    claim = await claim_in(S.APPROVED, story)
    second = {"town": "adjuster_a", "adjuster_a": "town"}[first]
    signers: dict[str, Actor] = {"town": story.town, "adjuster_a": story.adjuster_a}

    signed = await actions.agreement(claim.id, Agreement(version=claim.version), actor=signers[first])
    with pytest.raises(WrongState, match="已经签字"):
        await actions.agreement(claim.id, Agreement(version=signed.version), actor=signers[first])
    agreed = await actions.agreement(claim.id, Agreement(version=signed.version), actor=signers[second])

    assert claim.missing_signatures == (Side.OFFICE, Side.ADJUSTER)
    assert (signed.state, len(signed.missing_signatures)) == (S.APPROVED, 1)
    assert (agreed.state, agreed.missing_signatures, agreed.due_clock) == (S.AGREED, (), "PAYMENT")
    assert agreed.due_at is not None
    assert agreed.due_at.date() == date(2019, 9, 9)
    assert (await trail(claim))[-2:] == ["claim.signed", "claim.agreed"]
    assert (await balance(agreed))["2101"] == -4_003_101, "from now on it is owed"


async def test_the_ten_days_run_from_the_later_signature(story: People) -> None:
    claim = await claim_in(S.APPROVED, story)

    signed = await actions.agreement(claim.id, Agreement(version=claim.version, signed_on=date(2019, 8, 30)), actor=later(story.town, 22))
    agreed = await actions.agreement(
        claim.id, Agreement(version=signed.version, signed_on=date(2019, 9, 21)), actor=later(story.adjuster_a, 30)
    )  # fmt: skip

    payment = next(one for one in agreed.clocks if one.code == "PAYMENT")
    assert (payment.start_at.date(), payment.due_at.date()) == (date(2019, 9, 21), date(2019, 10, 8))


@pytest.mark.parametrize("day", [date(2019, 8, 29), date(2019, 8, 31)])
async def test_nobody_signs_before_the_approval_or_ahead_of_today(story: People, day: date) -> None:
    claim = await claim_in(S.APPROVED, story)

    with pytest.raises(Invalid) as refusal:
        await actions.agreement(claim.id, Agreement(version=claim.version, signed_on=day), actor=story.town)

    assert faults(refusal) == ["signed_on"]


# -- withdrawal, closure, reopening ----------------------------------------------------------------------------------------


async def test_only_the_reporting_office_withdraws_and_says_why(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    with pytest.raises(Forbidden, match="报案单位"):
        await actions.withdrawal(claim.id, Because(version=claim.version, reason="不再索赔"), actor=story.county)
    with pytest.raises(Invalid):
        await actions.withdrawal(claim.id, Because(version=claim.version, reason=" "), actor=story.town)
    gone = await actions.withdrawal(claim.id, Because(version=claim.version, reason="不再索赔"), actor=story.town)

    assert (gone.state, gone.reserve_fen, await balance(gone)) == (S.WITHDRAWN, 0, {})
    assert {one.code for one in gone.clocks} == {"SURVEY", "OPENING", "PRESCRIPTION"}, "open terms are void"


async def test_after_a_withdrawal_the_same_loss_may_be_reported_again(story: People) -> None:
    claim = await claim_in(S.WITHDRAWN, story)
    closed = await actions.closure(claim.id, Closure(version=claim.version), actor=story.adjuster_a)
    again = await report_of_the_same(claim, story)

    with pytest.raises(Refused, match="另有在办"):
        await actions_dispute.reopening(claim.id, Reopening(version=closed.version, reason="误撤"), actor=story.approver_a)
    assert again.state is S.REPORTED


async def report_of_the_same(claim: Claim, story: People) -> Claim:
    given = Report(policy_id=claim.policy.id, loss_at=claim.loss_at, reported_fen=1, peril=Peril(claim.peril))
    return await actions_report.report(given, actor=story.town)


async def test_a_closed_claim_is_reopened_before_prescription_only(story: People) -> None:
    claim = await claim_in(S.CLOSED, story)
    last = msgspec.structs.replace(story.approver_a, at=instant(date(2021, 8, 11)), on=date(2021, 8, 11))

    with pytest.raises(Refused, match="2021-08-11"):
        await actions_dispute.reopening(claim.id, Reopening(version=claim.version, reason="漏赔"), actor=later(last, 1))
    with pytest.raises(Invalid):
        await actions_dispute.reopening(claim.id, Reopening(version=claim.version, reason=""), actor=last)
    opened = await actions_dispute.reopening(claim.id, Reopening(version=claim.version, reason="漏赔"), actor=last)

    assert (opened.state, opened.due_clock, opened.closed_on) == (S.REOPENED, "DECISION", None)


async def test_the_tick_closes_what_has_lain_long_enough_and_twice_changes_nothing(story: People) -> None:
    paid, refused, zero, fresh = [await claim_in(state, story) for state in (S.PAID, S.REJECTED, S.ZERO, S.PAID)]
    system = msgspec.structs.replace(later(story.city, 20), user_id=0, role=Role.SYSTEM)
    async with db.transaction(system.scope):
        await db.execute("UPDATE claim SET state = 'CLOSED', last_verb = 'closure', version = version + 1 WHERE id = $1", fresh.id)

    first = await jobs.tick(actor=system)
    again = await jobs.tick(actor=system)
    at_last = await jobs.tick(actor=later(system, 20))

    assert (first["claims_closed"], again["claims_closed"], at_last["claims_closed"]) == (1, 0, 2)
    assert {(await actions.one(one.id, actor=story.city)).state for one in (paid, refused, zero)} == {S.CLOSED}
    last = (await actions.history(paid.id, actor=story.city))[-1]
    assert (last.verb, last.role, last.by) == (Verb.CLOSURE, "SYSTEM", None)
