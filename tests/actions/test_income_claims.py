"""The income claim through the action: both forms, terms of every kind, days paid once, and an end that comes with the mode."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

import make
from insurance.access import clock
from insurance.base.errors import Invalid, Refused
from insurance.claims import actions, actions_assessment, actions_decision, actions_report
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Acceptance, Approval, Correction, InterimPayment, Survey
from insurance.policies import terms
from insurance.policies.model import Cover, Peril
from insurance.policies.store import Bound
from insurance.policies.wording import IncomePayout, IncomeWording, Terms
from make.claims import Loss, later, report_of
from make.income import PERIOD, assess_income, file_statement
from make.midterm import changed, endorsed, held
from people import People

S = ClaimState


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


def said(refusal: pytest.ExceptionInfo[Any]) -> str:
    return " ".join([str(refusal.value.text), *(str(fault.text) for fault in refusal.value.faults)])


async def opened(story: People, loss: Loss | None = None, **known: Any) -> Claim:
    fields = {"reported_fen": 1_000_000} | known
    return await make.claim_in(S.OPENED, story, loss=loss or await make.insured(story, Cover.INCOME), **fields)


async def approve(claim: Claim, story: People) -> Claim:
    return await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)


# -- the worked examples through the action ---------------------------------------------------------------------------------------


@pytest.fixture
def payout(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change the payout terms of the shipped wording for this test, wherever it is read."""

    def change(**known: Any) -> None:
        shipped = terms.terms_for(Cover.INCOME, date(2019, 3, 2))
        fixed = {name: Decimal(value) if isinstance(value, str) else value for name, value in known.items()}
        wording: IncomeWording = msgspec.structs.replace(shipped.wording, payout=msgspec.structs.replace(shipped.wording.payout, **fixed))
        changed_terms: Terms[Any] = msgspec.structs.replace(shipped, wording=wording)
        before = terms._read

        def read(cover: Cover, path: Any) -> Terms[Any]:
            found = before(cover, path)
            return changed_terms if found == shipped else found

        monkeypatch.setattr(terms, "_read", read)
        actions_report.wording_of.cache_clear()

    yield change
    monkeypatch.undo()
    actions_report.wording_of.cache_clear()


NO_FRANCHISE = {"trigger": "1", "deductible_rate": "0", "deductible_fixed_fen": 0, "cover_ratio": "1", "limit_share": "1"}


def special(fen: int) -> dict[str, Any]:
    """A project whose special money is this much; the guarantee is 8 % of it."""
    return {"assets": [{"cost_fen": fen, "funds": [{"fund": "SPECIAL", "amount_fen": fen, "level": "CENTRAL"}]}]}


WHOLE_YEAR = {"from_on": "2019-03-02", "last_on": "2020-03-01"}
AFTER_THE_YEAR = 185  # days from the story's day to 2 March 2020


@pytest.mark.parametrize(
    ("name", "principal", "changed_terms", "actual", "interim", "total", "payable"),
    [
        # a year that holds 29 February counts 366 of 366 days, so the guarantee is the year's
        ("I1", 50_000_000, {}, 2_650_000, 0, 1_350_000, 1_350_000),
        ("I2a", 50_000_000, {"trigger": "0.9"}, 3_600_000, 0, 0, 0),
        ("I2b", 50_000_000, {"trigger": "0.9"}, 3_599_999, 0, 400_001, 400_001),
        ("I3", 75_000_000, {"deductible_rate": "0.10", "cover_ratio": "0.8"}, 2_123_456, 0, 2_621_235, 2_621_235),
        ("fixed", 50_000_000, {"deductible_fixed_fen": 50_000}, 2_650_000, 0, 1_300_000, 1_300_000),
        ("fixed and rate", 50_000_000, {"deductible_fixed_fen": 50_000, "deductible_rate": "0.05"}, 2_650_000, 0, 1_100_000, 1_100_000),
        ("limit after ratio", 50_000_000, {"cover_ratio": "0.8", "limit_share": "0.5"}, 0, 0, 2_000_000, 2_000_000),
        ("interim", 50_000_000, {}, 2_650_000, 500_000, 1_350_000, 850_000),
    ],
)  # fmt: skip
async def test_the_worked_examples_hold_through_the_action(
    story: People,
    payout: Any,
    name: str,
    principal: int,
    changed_terms: dict[str, Any],
    actual: int,
    interim: int,
    total: int,
    payable: int,
) -> None:
    payout(**(NO_FRANCHISE | changed_terms))
    loss = await make.insured(story, Cover.INCOME, **special(principal))
    claim = await opened(story, loss)
    adjuster = later(story.adjuster_a, AFTER_THE_YEAR)
    if interim:
        claim = await assess_income(claim, adjuster, income={"actual_fen": 0} | WHOLE_YEAR)
        approver = later(story.approver_a, AFTER_THE_YEAR)
        claim = await actions_decision.interim_payment(
            claim.id, InterimPayment(version=claim.version, amount_fen=interim), actor=approver
        )  # fmt: skip

    claim = await assess_income(claim, adjuster, income={"actual_fen": actual} | WHOLE_YEAR)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert (seen.total_fen, seen.payable_fen) == (total, payable), name


async def test_i4_an_outage_through_the_action(story: People) -> None:
    loss = await make.insured(story, Cover.INCOME, **special(45_625_000))  # 3,650,000 a year: 10,000 a day
    adjuster = later(story.adjuster_a, 60)

    done = await assess_income(
        await opened(story, loss), adjuster,
        outage={"damaged_on": "2019-08-11", "resumed_on": "2019-10-05", "earned_daily_fen": 2_000},
    )  # fmt: skip

    assert done.assessed_fen == 384_000


async def test_i5_by_statement_crop_payouts_count_asset_payouts_do_not_and_the_limit_caps(story: People, payout: Any) -> None:
    payout(**(NO_FRANCHISE | {"limit_share": "0.5"}))
    claim = await opened(story, await make.insured(story, Cover.INCOME, **special(50_000_000)))
    town = later(story.town, AFTER_THE_YEAR)
    lines = [{"kind": "SALES", "amount_fen": 900_000}, {"kind": "CROP_PAYOUT", "amount_fen": 500_000},
             {"kind": "ASSET_PAYOUT", "amount_fen": 12_000_000}]  # fmt: skip
    made = await file_statement(claim, town, **WHOLE_YEAR, signed_on="2020-03-02", lines=lines)

    done = await assess_income(claim, later(story.adjuster_a, AFTER_THE_YEAR), income={"statement_id": made.id})

    steps = {step.rule: step.result_fen for step in await actions.working(claim.id, actor=story.city)}
    assert (steps["actual"], steps["shortfall"], done.assessed_fen) == (1_400_000, 2_600_000, 2_000_000)


async def test_i6_a_part_period_with_a_loss_and_an_interim_payment(story: People, payout: Any) -> None:
    """275 of 365 days of 4,800,000: 3,616,438 to the fen before it is used."""
    payout(**(NO_FRANCHISE | {"cover_ratio": "0.9"}))
    claim = await opened(story, await make.insured(story, Cover.INCOME, **special(60_000_000)))
    days = {"from_on": "2019-03-02", "last_on": "2019-12-01"}
    adjuster, approver = later(story.adjuster_a, 100), later(story.approver_a, 100)
    claim = await assess_income(claim, adjuster, income={"actual_fen": -320_000} | days)
    claim = await actions_decision.interim_payment(claim.id, InterimPayment(version=claim.version, amount_fen=1_000_000), actor=approver)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)

    assert (seen.steps[0].rule, seen.steps[0].result_fen) == ("part-period", 3_616_438)
    assert (seen.total_fen, seen.payable_fen) == (3_254_794, 2_254_794)


async def test_a_part_period_with_the_29th_of_february_is_measured_by_366_days(story: People, payout: Any) -> None:
    payout(**NO_FRANCHISE)
    adjuster = later(story.adjuster_a, AFTER_THE_YEAR)
    days = {"from_on": "2019-03-02", "last_on": "2020-02-29"}

    done = await assess_income(await opened(story), adjuster, income={"actual_fen": 0} | days)

    seen = await actions_assessment.assessed(done.id, actor=story.city)
    assert (seen.steps[0].inputs["days"], seen.steps[0].inputs["day_basis"]) == (365, 366)
    assert done.assessed_fen == 6_861_202  # 6,880,000 x 365 / 366 = 6,861,202.19


async def test_g8_only_the_special_share_of_mixed_money_bears_a_guarantee(story: People, payout: Any) -> None:
    payout(**NO_FRANCHISE)
    funds = [{"fund": "SPECIAL", "amount_fen": 60_000_000, "level": "CENTRAL"}, {"fund": "SELF", "amount_fen": 40_000_000}]
    loss = await make.insured(story, Cover.INCOME, taxonomy="PV", ownership="JOINT", assets=[{"cost_fen": 100_000_000, "funds": funds}])

    done = await assess_income(
        await opened(story, loss), later(story.adjuster_a, AFTER_THE_YEAR), income={"actual_fen": 3_000_000} | WHOLE_YEAR
    )  # fmt: skip

    assert done.assessed_fen == 1_800_000  # 60,000,000 x 8 % less 3,000,000


async def test_too_much_paid_ahead_is_recovered_and_nothing_paid(story: People) -> None:
    claim = await assess_income(await opened(story), story.adjuster_a, income={"actual_fen": 0} | PERIOD)
    claim = await actions_decision.interim_payment(
        claim.id, InterimPayment(version=claim.version, amount_fen=2_000_000), actor=story.approver_a
    )  # fmt: skip

    claim = await assess_income(claim, story.adjuster_a, income={"actual_fen": 2_000_000} | PERIOD)

    steps = await actions.working(claim.id, actor=story.city)
    assert (claim.assessed_fen, steps[-1].rule, steps[-1].result_fen) == (1_129_381, "recovery", 870_619)


# -- no day's income is paid twice ------------------------------------------------------------------------------------------------


async def paid_until_august(story: People) -> Loss:
    """A policy whose income to 29 August was paid by an approved claim."""
    loss = await make.insured(story, Cover.INCOME)
    await approve(await assess_income(await opened(story, loss), story.adjuster_a, income={"actual_fen": 1_000_000} | PERIOD), story)
    return loss


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"income": {"actual_fen": 0, "from_on": "2019-08-01", "last_on": "2019-08-30"}}, "income.from_on"),
        ({"income": {"actual_fen": 0, "from_on": "2019-03-02", "last_on": "2019-08-30"}}, "income.from_on"),
        ({"outage": {"damaged_on": "2019-08-12", "resumed_on": "2019-08-30"}}, "outage.damaged_on"),
    ],
)
async def test_days_an_approved_claim_has_paid_are_refused_with_its_number(story: People, given: dict[str, Any], field: str) -> None:
    loss = await paid_until_august(story)
    second = await opened(story, loss, peril=Peril.HAIL, loss_at=clock.at(date(2019, 8, 12)))

    with pytest.raises(Invalid) as refusal:
        await assess_income(second, story.adjuster_a, **given)

    assert fields(refusal) == [field]
    assert "2019-03-02 至 2019-08-29" in said(refusal)


async def test_the_days_after_those_paid_are_open(story: People) -> None:
    loss = await paid_until_august(story)
    adjuster = later(story.adjuster_a, 60)
    second = await opened(story, loss, peril=Peril.HAIL, loss_at=clock.at(date(2019, 8, 30), 8))

    done = await assess_income(second, adjuster, income={"actual_fen": 0, "from_on": "2019-08-30", "last_on": "2019-10-28"})

    assert done.assessed_fen == 904_767  # 60 of 365 days of 6,880,000: 1,130,959, of which 80 %


async def test_two_claims_for_the_same_days_are_approved_one_after_the_other(story: People) -> None:
    loss = await make.insured(story, Cover.INCOME)
    first = await assess_income(await opened(story, loss), story.adjuster_a, income={"actual_fen": 1_000_000} | PERIOD)
    second = await assess_income(
        await opened(story, loss, peril=Peril.HAIL), story.adjuster_a, outage={"damaged_on": "2019-08-11", "resumed_on": "2019-08-30"}
    )  # fmt: skip

    await approve(first, story)
    with pytest.raises(Refused, match="重新定损"):
        await approve(second, story)


async def test_days_of_a_withdrawn_or_undecided_claim_are_open(story: People) -> None:
    loss = await make.insured(story, Cover.INCOME)
    await assess_income(await opened(story, loss), story.adjuster_a, income={"actual_fen": 1_000_000} | PERIOD)

    second = await assess_income(
        await opened(story, loss, peril=Peril.HAIL), story.adjuster_a, income={"actual_fen": 1_000_000} | PERIOD
    )  # fmt: skip

    assert second.assessed_fen == 1_929_381


# -- the cover ends with the mode -------------------------------------------------------------------------------------------------


async def let_out(story: People, *, endorse: bool = True) -> tuple[Bound, Loss]:
    """A project let from 12 August 2019; the office records it, and endorses the policy unless told otherwise."""
    made, bound = await held(story.county, cover=Cover.INCOME)
    await changed(made, actor=story.county, operation="LEASED")
    if endorse:
        await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-12")
    return bound, Loss(made.id, made.code, bound.id, ())


async def test_income_counts_up_to_the_day_the_village_let_the_project(story: People) -> None:
    _, loss = await let_out(story)
    claim = await opened(story, loss)

    with pytest.raises(Invalid) as refusal:
        await assess_income(claim, story.adjuster_a, income={"actual_fen": 0, "from_on": "2019-01-01", "last_on": "2019-08-29"})
    with pytest.raises(Invalid) as by_statement:
        await file_statement(claim, story.town, from_on="2019-01-01", last_on="2019-08-29")
    done = await assess_income(claim, story.adjuster_a, income={"actual_fen": 0, "from_on": "2019-01-01", "last_on": "2019-08-11"})

    assert fields(refusal) == ["income.last_on"]
    assert "自 2019-08-12 起不再是集体自营" in said(refusal)
    assert "截至这一天" in said(refusal)
    assert fields(by_statement) == ["last_on"]
    assert done.assessed_fen == 3_362_718  # 223 of 365 days of 6,880,000: 4,203,397, of which 80 %


async def test_an_outage_is_not_paid_beyond_the_end_of_the_cover(story: People) -> None:
    _, loss = await let_out(story)
    claim = await opened(story, loss, loss_at=clock.at(date(2019, 8, 1)))

    with pytest.raises(Invalid) as refusal:
        await assess_income(claim, story.adjuster_a, outage={"damaged_on": "2019-08-01", "resumed_on": "2019-08-20"})
    done = await assess_income(claim, story.adjuster_a, outage={"damaged_on": "2019-08-01", "resumed_on": "2019-08-12"})

    assert fields(refusal) == ["outage.resumed_on"]
    assert done.assessed_fen == 75_397  # 11 days out, 4 paid, 6,880,000 / 365 a day


@pytest.mark.parametrize("by", ["policy", "project", "code"])
async def test_a_loss_after_the_mode_changed_is_refused_with_the_reason(story: People, by: str) -> None:
    _, loss = await let_out(story)
    ways: dict[str, dict[str, Any]] = {
        "policy": {"policy_id": loss.policy_id},
        "project": {"policy_id": None, "project_id": loss.project_id, "cover": Cover.INCOME},
        "code": {"policy_id": None, "project_code": loss.project_code, "cover": Cover.INCOME},
    }
    named = ways[by]

    with pytest.raises(Invalid) as refusal:
        await actions_report.report(report_of(loss, loss_at=clock.at(date(2019, 8, 12), 6), **named), actor=story.town)

    assert fields(refusal) == ["loss_at"]
    assert "自 2019-08-12 起不再是集体自营" in said(refusal)
    assert (await actions_report.report(report_of(loss, **named), actor=story.town)).state is S.REPORTED, "11 August was covered"


async def test_a_report_is_not_corrected_to_a_day_after_the_end(story: People) -> None:
    _, loss = await let_out(story)
    claim = await make.reported(story, loss)

    with pytest.raises(Invalid) as refusal:
        given = Correction(version=claim.version, loss_at=clock.at(date(2019, 8, 20), 6))
        await actions_report.correction(claim.id, given, actor=story.town)

    assert "不再是集体自营" in said(refusal)


async def test_the_register_ends_the_days_that_count_before_anybody_endorses(story: People) -> None:
    """The office let the project on 30 August and has not endorsed the policy yet: from that day nothing counts."""
    _, loss = await let_out(story, endorse=False)
    claim = await opened(story, loss)
    adjuster = later(story.adjuster_a, 5)

    with pytest.raises(Invalid) as refusal:
        await assess_income(claim, adjuster, income={"actual_fen": 0, "from_on": "2019-01-01", "last_on": "2019-08-30"})
    done = await assess_income(claim, adjuster, income={"actual_fen": 0, "from_on": "2019-01-01", "last_on": "2019-08-29"})

    assert "自 2019-08-30 起不再是集体自营" in said(refusal)
    assert done.assessed_fen


async def test_an_endorsement_after_the_assessment_asks_for_a_new_one(story: People) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    claim = await opened(story, Loss(made.id, made.code, bound.id, ()))
    claim = await assess_income(claim, story.adjuster_a, income={"actual_fen": 0, "from_on": "2019-01-01", "last_on": "2019-08-29"})
    await changed(made, actor=story.county, operation="LEASED")
    await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-12")

    with pytest.raises(Refused, match="重新定损"):
        await approve(claim, story)


async def test_a_cover_that_ran_its_whole_time_counts_an_outage_beyond_it(story: People) -> None:
    """Sold to 1 March 2020, damaged in the last week: the interruption goes on after the cover, up to its longest time."""
    loss = await make.insured(story, Cover.INCOME)
    town, adjuster = later(story.town, 190), later(story.adjuster_a, 190)
    claim = await actions_report.report(report_of(loss, loss_at=clock.at(date(2020, 2, 25), 6)), actor=town)
    claim = await actions.acceptance(claim.id, Acceptance(version=claim.version), actor=adjuster)
    visit = Survey(
        version=claim.version, visited_at=adjuster.at, place="电站", cause="雷击", findings="逆变器烧毁", reserve_fen=1_000_000
    )  # fmt: skip
    claim = await actions.survey(claim.id, visit, actor=adjuster)

    done = await assess_income(claim, adjuster, outage={"damaged_on": "2020-02-25", "resumed_on": "2020-03-06"})

    assert done.assessed_fen == 56_548  # 10 days out, 3 paid


def test_the_payout_terms_named_here_are_all_there_are() -> None:
    assert set(NO_FRANCHISE) | {"clause"} == set(IncomePayout.__struct_fields__)
