"""Income statements: filed with their proof, corrected by a new one, never changed; an assessment takes what they come to."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.checks import recomputed, stored
from insurance.claims import actions, actions_assessment, actions_decision, actions_income, actions_move
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Approval, InterimPayment
from insurance.policies.model import Counting, Cover
from make.claims import later, trail
from make.income import PERIOD, assess_income, file_statement, proof, statement_of
from people import People

S = ClaimState


@pytest.fixture
async def claim(story: People) -> Claim:
    """A case just opened under an income policy of a year from 2 March 2019."""
    return await make.claim_in(S.OPENED, story, loss=await make.insured(story, Cover.INCOME))


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def test_a_statement_says_what_counts_and_which_lines_no_paper_proves(story: People, claim: Claim) -> None:
    paper = await proof(claim, story.town)
    lines = [
        {"kind": "SALES", "amount_fen": 1_800_000, "document_id": paper, "note": "批发市场"},
        {"kind": "LABOUR_COST", "amount_fen": 800_000},
        {"kind": "ASSET_PAYOUT", "amount_fen": 4_003_101},
    ]

    made = await file_statement(claim, story.town, lines=lines)

    assert (made.actual_fen, made.unproved_fen, made.superseded, made.late_days) == (1_000_000, 4_803_101, False, 0)
    assert [(line.name, line.counts, line.file_name) for line in made.lines] == [
        ("销售收入", Counting.INCOME, "流水.pdf"), ("人工", Counting.COST, None), ("产业保赔款", Counting.LEFT_OUT, None),
    ]  # fmt: skip
    assert (await trail(claim))[-1] == "income-statement.filed"
    assert (await actions.one(claim.id, actor=story.town)).version == claim.version, "a paper moves no claim"


async def test_a_correction_takes_the_place_of_the_statement_before_and_leaves_it_on_file(story: People, claim: Claim) -> None:
    first = await file_statement(claim, story.town)

    second = await file_statement(claim, story.adjuster_a, supersedes_id=first.id, lines=[{"kind": "SALES", "amount_fen": 7}])

    found = await actions_income.statements(claim.id, actor=story.city)
    assert [(one.id, one.superseded, one.actual_fen) for one in found] == [(second.id, False, 7), (first.id, True, 1_000_000)]


@pytest.mark.parametrize("named", ["none", "the one before"])
async def test_two_statements_never_count_at_once(story: People, claim: Claim, named: str) -> None:
    first = await file_statement(claim, story.town)
    await file_statement(claim, story.town, supersedes_id=first.id)

    with pytest.raises(LostUpdate):
        await file_statement(claim, story.town, supersedes_id=None if named == "none" else first.id)
    with pytest.raises(LostUpdate):
        await file_statement(claim, story.town, supersedes_id=2**40)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from_on": "2019-03-01"}, "from_on"),  # the cover begins on 2 March
        ({"from_on": "2019-08-12"}, "from_on"),  # without the day of loss
        ({"last_on": "2019-08-10"}, "from_on"),
        ({"last_on": "2019-03-01"}, "last_on"),
        ({"last_on": "2019-08-31"}, "last_on"),  # not over
        ({"last_on": "2020-03-02"}, "last_on"),  # after the cover
        ({"signed_on": "2019-08-28"}, "signed_on"),  # before the period ended
        ({"signed_on": "2019-08-31"}, "signed_on"),  # tomorrow
        ({"closed_on": "2019-08-28"}, "closed_on"),
        ({"signed_on": "2019-08-29", "closed_on": "2019-08-30"}, "signed_on"),
        ({"signed_by": " "}, "signed_by"),
        ({"lines": [{"kind": "SALES", "amount_fen": 1}, {"kind": "SALES", "amount_fen": 1, "document_id": 2**40}]}, "lines[1].document_id"),
    ],
)
async def test_a_statement_that_cannot_be_is_refused_by_field(story: People, claim: Claim, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await file_statement(claim, story.town, **change)

    assert field in fields(refusal)
    assert not await actions_income.statements(claim.id, actor=story.town)


async def test_all_faults_are_told_at_once(story: People, claim: Claim) -> None:
    with pytest.raises(Invalid) as refusal:
        await file_statement(claim, story.town, from_on="2019-01-01", signed_by="", signed_on="2019-08-01")

    assert fields(refusal) == ["from_on", "signed_on", "signed_by"]


async def test_a_line_is_proved_by_a_paper_of_this_very_claim(story: People, claim: Claim) -> None:
    other = await make.claim_in(S.OPENED, story, loss=await make.insured(story, Cover.INCOME))
    elsewhere = await proof(other, story.town)

    with pytest.raises(Invalid) as refusal:
        await file_statement(claim, story.town, lines=[{"kind": "SALES", "amount_fen": 1, "document_id": elsewhere}])
    assert fields(refusal) == ["lines[0].document_id"]
    made = await file_statement(claim, story.town)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with db.transaction(story.town.scope):
            await db.execute(
                "INSERT INTO income_statement_line (statement_id, claim_id, region_path, insurer_id, ordinal, kind, amount_fen, document_id)"
                " SELECT $1, id, region_path, insurer_id, 9, 'SALES', 1, $2 FROM claim WHERE id = $3",
                made.id, elsewhere, claim.id,
            )  # fmt: skip


@pytest.mark.parametrize("table", ["income_statement", "income_statement_line", "annual_account"])
async def test_what_was_filed_is_never_changed(story: People, claim: Claim, table: str) -> None:
    await file_statement(claim, story.town)

    for change in (f"UPDATE {table} SET note = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(story.town.scope):
                await db.execute(change)


async def test_after_the_decision_no_statement_is_taken(story: People, claim: Claim) -> None:
    made = await assess_income(claim, story.adjuster_a, income={"actual_fen": 1_000_000} | PERIOD)
    await actions_decision.approval(made.id, Approval(version=made.version), actor=story.approver_a)
    withdrawn = await make.claim_in(S.WITHDRAWN, story, loss=await make.insured(story, Cover.INCOME))

    for ended in (made, withdrawn):
        with pytest.raises(WrongState):
            await file_statement(ended, story.town)


async def test_an_asset_claim_takes_no_income_statement(story: People) -> None:
    asset = await make.claim_in(S.OPENED, story)

    with pytest.raises(Refused):
        await file_statement(asset, story.town)
    assert await actions_income.statements(asset.id, actor=story.town) == []


@pytest.mark.parametrize("stranger", ["other_county", "other_town", "adjuster_b"])
async def test_a_statement_of_another_scope_is_not_found(story: People, claim: Claim, stranger: str) -> None:
    actor: Actor = getattr(story, stranger)

    with pytest.raises(NotFound):
        await actions_income.statements(claim.id, actor=actor)
    with pytest.raises(NotFound):
        await file_statement(claim, actor)


@pytest.mark.parametrize(("days", "late"), [(0, 0), (30, 0), (31, 1), (60, 30)])
async def test_late_is_shown_and_refuses_nothing(story: People, claim: Claim, days: int, late: int) -> None:
    """Accounts closed on 30 August: thirty days end on Sunday 29 September, which is a working day made up for the holiday."""
    town = later(story.town, days)

    made = await actions_income.file_statement(claim.id, statement_of(), actor=town)
    corrected = await actions_income.file_statement(claim.id, statement_of(supersedes_id=made.id), actor=later(town, 40))

    assert made.due_on.isoformat() == "2019-09-29"
    assert made.late_days == late
    assert corrected.late_days == made.late_days, "a correction of a statement that came in time is in time"


# -- an assessment by statement ------------------------------------------------------------------------------------------------


async def test_an_assessment_by_statement_takes_its_days_and_what_counts(story: People, claim: Claim) -> None:
    lines = [
        {"kind": "SALES", "amount_fen": 1_500_000}, {"kind": "PRICE_SUBSIDY", "amount_fen": 300_000},
        {"kind": "LABOUR_COST", "amount_fen": 800_000}, {"kind": "CAPITAL_GRANT", "amount_fen": 9_000_000},
    ]  # fmt: skip
    made = await file_statement(claim, story.town, lines=lines)

    done = await assess_income(claim, story.adjuster_a, income={"statement_id": made.id})

    # 3,411,726 guaranteed for 181 days, less 1,000,000, of which 80 %
    steps = await actions.working(claim.id, actor=story.city)
    assert done.assessed_fen == 1_929_381
    assert [step.rule for step in steps] == [
        "part-period", "statement-income", "statement-costs", "statement-added", "statement-left-out", "statement-net", "actual",
        "shortfall", "trigger", "deductible", "cover", "limit", "round", "payable",
    ]  # fmt: skip
    assert steps[4].text == "不计入收益：项目建设补助 90,000.00 元（用于建设的补助，不是经营所得）"
    assert steps[1].inputs == {"sales_fen": 1_500_000, "unproved_fen": 1_500_000}


@pytest.mark.parametrize(
    ("income", "field"),
    [
        ({}, "income.actual_fen"),
        ({"statement_id": 2**40}, "income.statement_id"),
        ({"statement_id": "mine", "actual_fen": 1}, "income.statement_id"),
        ({"statement_id": "mine", "from_on": "2019-03-02"}, "income.statement_id"),
    ],
)
async def test_by_statement_or_by_figures_and_never_both(story: People, claim: Claim, income: dict[str, Any], field: str) -> None:
    made = await file_statement(claim, story.town)
    given = {name: made.id if value == "mine" else value for name, value in income.items()}

    with pytest.raises(Invalid) as refusal:
        await assess_income(claim, story.adjuster_a, income=given)

    assert fields(refusal) == [field]


async def test_a_corrected_statement_asks_for_a_new_assessment_before_approval(story: People, claim: Claim) -> None:
    made = await file_statement(claim, story.town)
    assessed = await assess_income(claim, story.adjuster_a, income={"statement_id": made.id})
    again = await file_statement(claim, story.town, supersedes_id=made.id, lines=[{"kind": "SALES", "amount_fen": 2_000_000}])

    with pytest.raises(Refused, match="重新定损"):
        await actions_decision.approval(claim.id, Approval(version=assessed.version), actor=story.approver_a)
    with pytest.raises(Refused, match="重新定损"):
        await actions_decision.interim_payment(claim.id, InterimPayment(version=assessed.version, amount_fen=1), actor=story.approver_a)
    with pytest.raises(Invalid):
        await assess_income(assessed, story.adjuster_a, income={"statement_id": made.id})
    renewed = await assess_income(assessed, story.adjuster_a, income={"statement_id": again.id})
    approved = await actions_decision.approval(claim.id, Approval(version=renewed.version), actor=story.approver_a)

    assert approved.approved_fen == 1_129_381  # (3,411,726 - 2,000,000) x 80 %


async def test_an_amount_by_statement_is_replayed_from_what_was_kept(story: People, claim: Claim) -> None:
    made = await file_statement(claim, story.town)
    await assess_income(claim, story.adjuster_a, income={"statement_id": made.id})

    kept = (await actions_assessment.assessed(claim.id, actor=story.city)).given.income

    assert kept == msgspec.convert({"statement_id": made.id}, type(kept))
    async with db.transaction(story.adjuster_a.scope):
        row = await actions_move.seen(claim.id)
        _, computed = await actions_assessment.recomputed(row)
    assert computed.total_fen == 1_929_381


async def test_verify_works_every_income_amount_out_again_by_its_own_terms(story: People, claim: Claim) -> None:
    """By statement with its kept lines, by figures, by days: nothing drifts, and every act has its audit row."""
    made = await file_statement(claim, story.town)
    assessed = await assess_income(claim, story.adjuster_a, income={"statement_id": made.id})
    assessed = await assess_income(assessed, story.adjuster_a, income={"actual_fen": -5, "other_income_fen": 7} | PERIOD)
    outage = {"damaged_on": "2019-08-11", "resumed_on": "2019-08-29", "earned_daily_fen": 5}
    await assess_income(assessed, story.adjuster_a, outage=outage)
    await file_statement(claim, story.town, supersedes_id=made.id)

    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        found = await recomputed.assessments_recomputed()
        audited = await stored.stored("audit_events")

    assert (found.offences, audited.offences) == ([], [])
    assert "3 assessments" in found.said
