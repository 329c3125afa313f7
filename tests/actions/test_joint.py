"""双险联合核算 through the actions: what is set off, in which order claims are decided, and what each insurer may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

import make
from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import NotFound, Refused
from insurance.claims import actions, actions_decision, actions_joint, actions_report, store_income
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_income import SetOff
from insurance.claims.model_verbs import Acceptance, Approval, Because, Declinature, Survey
from insurance.policies.model import Cover, Peril, Period
from insurance.policies.wording import Joint
from make.claims import Loss, report_of, reported
from make.income import PERIOD, Both, assess_asset, assess_income, both_covers, file_statement
from make.policies import bind, on_day, policy
from people import People

S = ClaimState


async def opened(story: People, loss: Loss, adjuster: Actor, **known: Any) -> Claim:
    """A case opened by its own insurer's adjuster."""
    claim = await reported(story, loss, **({"reported_fen": 1_000_000} | known))
    claim = await actions.acceptance(claim.id, Acceptance(version=claim.version), actor=adjuster)
    visit = Survey(version=claim.version, visited_at=adjuster.at, place="地头", cause="暴雨", findings="绝收", reserve_fen=1_000_000)
    return await actions.survey(claim.id, visit, actor=adjuster)


class Twice(msgspec.Struct):
    """Both claims of one project, opened."""

    asset: Claim
    income: Claim


async def hit_twice(story: People, both: Both | None = None, *, asset_adjuster: Actor | None = None, **known: Any) -> Twice:
    both = both or await both_covers(story)
    asset = await opened(story, both.asset, asset_adjuster or story.adjuster_a, **known)
    return Twice(asset, await opened(story, both.income, story.adjuster_a))


async def approve(claim: Claim, approver: Actor) -> Claim:
    return await actions_decision.approval(claim.id, Approval(version=claim.version), actor=approver)


async def steps_of(claim: Claim, story: People) -> dict[str, int]:
    return {step.rule: step.result_fen for step in await actions.working(claim.id, actor=story.city)}


async def test_what_the_asset_cover_pays_on_crops_counts_as_income_by_itself(story: People) -> None:
    twice = await hit_twice(story)
    await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000)

    done = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    steps = await steps_of(done, story)
    assert (steps["joint-yield"], steps["actual"]) == (1_800_000, 2_300_000)  # 2,000,000 less 10 %
    assert done.assessed_fen == 889_381  # (3,411,726 - 2,300,000) x 80 %


@pytest.mark.parametrize(
    ("taxonomy", "asset_class"),
    [("COLD", "CONSUMABLE"), ("GREENHOUSE", None), ("PLANT", None), ("BREED", "生产性生物资产"), ("FOREST", "PRODUCTIVE")],
)
async def test_what_it_pays_on_anything_else_never_counts(story: People, taxonomy: str, asset_class: str | None) -> None:
    both = await both_covers(story, taxonomy=taxonomy, assets=[{"asset_class": asset_class}])
    twice = await hit_twice(story, both)
    await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000)

    done = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    assert "joint-yield" not in await steps_of(done, story)
    found = await actions_joint.joint(done.id, actor=story.adjuster_a)
    assert found.set_off == SetOff(repair_fen=2_000_000)


async def test_repair_and_rescue_claimed_under_the_asset_cover_are_not_deducted_in_the_statement(story: People) -> None:
    twice = await hit_twice(story, await both_covers(story, taxonomy="COLD"))
    await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000, rescue_fen=300_000)
    lines = [
        {"kind": "SALES", "amount_fen": 4_000_000}, {"kind": "REPAIR_COST", "amount_fen": 2_500_000},
        {"kind": "RESCUE_COST", "amount_fen": 300_000}, {"kind": "UPKEEP_COST", "amount_fen": 100_000},
    ]  # fmt: skip
    made = await file_statement(twice.income, story.town, lines=lines)

    done = await assess_income(twice.income, story.adjuster_a, income={"statement_id": made.id})

    steps = await steps_of(done, story)
    assert (steps["joint-repair"], steps["joint-rescue"], steps["actual"]) == (2_000_000, 300_000, 3_400_000)


async def test_the_income_cover_is_decided_after_the_asset_cover(story: People) -> None:
    """Crops were hit: while nobody has assessed them, an income claim is not approved; then it is assessed anew."""
    twice = await hit_twice(story)
    income = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    with pytest.raises(Refused, match="先定产业保"):
        await approve(income, story.approver_a)
    await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000)
    with pytest.raises(Refused, match="重新定损"):
        await approve(income, story.approver_a)
    income = await assess_income(income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)
    approved = await approve(income, story.approver_a)

    assert approved.approved_fen == 889_381


@pytest.mark.parametrize(("repair", "refused"), [(0, False), (1, True)])
async def test_an_asset_claim_without_crops_holds_nothing_up_unless_its_costs_are_booked(
    story: People, repair: int, *, refused: bool
) -> None:
    twice = await hit_twice(story, await both_covers(story, taxonomy="COLD"))
    lines = [{"kind": "SALES", "amount_fen": 1_000_000}, {"kind": "REPAIR_COST", "amount_fen": repair}]
    made = await file_statement(twice.income, story.town, lines=lines)
    income = await assess_income(twice.income, story.adjuster_a, income={"statement_id": made.id})

    if refused:
        with pytest.raises(Refused, match="先定产业保"):
            await approve(income, story.approver_a)
    else:
        assert (await approve(income, story.approver_a)).state is S.APPROVED


async def test_a_changed_asset_claim_asks_for_a_new_income_assessment(story: People) -> None:
    twice = await hit_twice(story)
    asset = await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000)
    income = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)
    asset = await assess_asset(asset, story.adjuster_a, loss_fen=2_500_000)

    with pytest.raises(Refused, match="同期产业保赔款"):
        await approve(income, story.approver_a)

    found = await actions_joint.joint(income.id, actor=story.adjuster_a)
    assert found.stale
    assert found.income is not None
    assert (found.income.payout_fen, found.income.payout_now_fen) == (889_381, 529_381)  # 450,000 more counts, of which 80 %


async def test_a_refused_asset_claim_sets_nothing_off(story: People) -> None:
    twice = await hit_twice(story)
    asset = await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000)
    given = Declinature(version=asset.version, reasons=("THRESHOLD_NOT_MET",), note="雨量不足")
    await actions_decision.declinature(asset.id, given, actor=story.approver_a)

    done = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    assert done.assessed_fen == 2_329_381  # (3,411,726 - 500,000) x 80 %


async def test_a_withdrawn_asset_claim_is_none(story: People) -> None:
    both = await both_covers(story)
    asset = await reported(story, both.asset, reported_fen=1)
    await actions.withdrawal(asset.id, Because(version=asset.version, reason="未受损"), actor=story.town)
    income = await opened(story, both.income, story.adjuster_a)

    done = await assess_income(income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    assert (await approve(done, story.approver_a)).approved_fen == 2_329_381
    assert not (await actions_joint.joint(done.id, actor=story.city)).told


@pytest.mark.parametrize(("day", "counts"), [("2019-03-02", True), ("2019-08-29", True), ("2019-08-30", False)])
async def test_other_losses_count_when_they_fall_into_the_days_of_the_accounts(story: People, day: str, *, counts: bool) -> None:
    both = await both_covers(story)
    at = clock.at(msgspec.convert(day, type(story.town.on)), 5)
    asset = await opened(story, both.asset, story.adjuster_a, loss_at=at, peril=Peril.HAIL)
    await assess_asset(asset, story.adjuster_a, loss_fen=2_000_000)
    income = await opened(story, both.income, story.adjuster_a)

    done = await assess_income(income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    assert ("joint-yield" in await steps_of(done, story)) is counts


async def test_the_worksheet_shows_both_claims_and_that_no_loss_is_paid_twice(story: People) -> None:
    twice = await hit_twice(story)
    await assess_asset(twice.asset, story.adjuster_a, loss_fen=2_000_000, salvage_fen=0, rescue_fen=100_000)
    await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    by_income = await actions_joint.joint(twice.income.id, actor=story.city)
    by_asset = await actions_joint.joint(twice.asset.id, actor=story.city)

    assert msgspec.structs.replace(by_asset, claim_id=twice.income.id) == by_income
    assert [(item.name, item.yields, item.loss_fen, item.indemnity_fen) for item in by_income.assets[0].items] == [
        ("露地蔬菜", True, 2_000_000, 1_800_000)
    ]
    assert (by_income.assets[0].rescue_fen, by_income.assets[0].rescue_paid_fen) == (100_000, 100_000)
    assert by_income.income is not None
    assert (by_income.income.shortfall_fen, by_income.income.payout_fen) == (2_911_726, 889_381)
    assert (by_income.economic_loss_fen, by_income.paid_fen) == (3_011_726, 2_789_381)
    assert [step.rule for step in by_income.steps][-1] == "joint-paid"
    assert not by_income.stale


async def test_a_claim_alone_has_no_worksheet(story: People) -> None:
    asset = await make.claim_in(S.ASSESSING, story)

    found = await actions_joint.joint(asset.id, actor=story.city)

    assert (found.told, found.income, found.steps) == (False, None, ())


# -- two insurers -------------------------------------------------------------------------------------------------------------------


async def by_two_insurers(story: People) -> Twice:
    """The asset cover lies with B, the income cover with A; B has assessed."""
    both = await both_covers(story, asset_insurer="INS-B", income_insurer="INS-A")
    twice = await hit_twice(story, both, asset_adjuster=story.adjuster_b)
    twice.asset = await assess_asset(twice.asset, story.adjuster_b, loss_fen=2_000_000, rescue_fen=100_000)
    return twice


async def test_the_set_off_crosses_the_wall_between_insurers_and_nothing_else_does(story: People) -> None:
    twice = await by_two_insurers(story)

    done = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)
    found = await actions_joint.joint(done.id, actor=story.adjuster_a)

    assert done.assessed_fen == 889_381
    assert (found.set_off, found.assets_hidden) == (SetOff(1_800_000, 0, 100_000), True)
    assert (found.assets, found.economic_loss_fen, found.paid_fen, found.steps) == ((), None, None, ())
    told = msgspec.json.encode(found).decode()
    assert twice.asset.number not in told
    assert twice.asset.insurer.name not in told
    with pytest.raises(NotFound):
        await actions_joint.joint(twice.asset.id, actor=story.adjuster_a)


async def test_the_asset_insurer_is_told_nothing_of_the_others_income_claim(story: People) -> None:
    twice = await by_two_insurers(story)
    await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    found = await actions_joint.joint(twice.asset.id, actor=story.adjuster_b)

    assert not found.told
    assert found.income is None
    with pytest.raises(NotFound):
        await actions_joint.joint(twice.income.id, actor=story.adjuster_b)


async def test_the_office_sees_both_insurers_claims_on_one_worksheet(story: People) -> None:
    twice = await by_two_insurers(story)
    await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    found = await actions_joint.joint(twice.asset.id, actor=story.town)

    assert (found.assets_hidden, found.paid_fen) == (False, 2_789_381)
    assert {asset.insurer_name for asset in found.assets} | {found.income.insurer_name if found.income else ""} == {
        twice.asset.insurer.name, twice.income.insurer.name,
    }  # fmt: skip


async def test_an_unassessed_claim_of_the_other_insurer_holds_the_approval_up(story: People) -> None:
    both = await both_covers(story, asset_insurer="INS-B")
    twice = await hit_twice(story, both, asset_adjuster=story.adjuster_b)
    income = await assess_income(twice.income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)

    with pytest.raises(Refused, match="先定产业保"):
        await approve(income, story.approver_a)
    assert (await actions_joint.joint(income.id, actor=story.adjuster_a)).waiting


async def test_the_database_lifts_the_wall_inside_the_function_only(story: People) -> None:
    """Who does not see the income claim gets nothing, and after the call the caller's scope is what it was."""
    twice = await by_two_insurers(story)
    joint = Joint()
    days = Period(story.town.on.replace(month=3, day=2), story.town.on)

    async with db.transaction(story.adjuster_b.scope):
        found, waiting = await store_income.asset_cover(twice.income.id, days, joint)
        assert (found, waiting.at_all) == (SetOff(), False)
    async with db.transaction(story.other_county.scope):
        assert (await store_income.asset_cover(twice.income.id, days, joint))[0] == SetOff()
    async with db.transaction(story.adjuster_a.scope):
        found, _ = await store_income.asset_cover(twice.income.id, days, joint)
        assert found == SetOff(0, 2_000_000, 100_000), "no law yields: everything is damage"
        assert await db.fetchval("SELECT current_setting('app.insurer')") == str(story.insurer_a)
        assert await db.fetchval("SELECT count(*) FROM claim WHERE id = $1", twice.asset.id) == 0


async def test_crops_measured_by_their_growth_stage_yield_whatever_their_class(story: People) -> None:
    """Terms of 2020: 20 of 100 mu lost when ripe. Nobody filled in a class of biological asset."""
    office, adjuster = on_day(story.town, date(2020, 1, 5)), on_day(story.adjuster_a, date(2020, 6, 30))
    field = {"name": "露地蔬菜", "quantity": "100", "unit": "亩", "in_use_on": "2019-12-01"}
    made = await make.project(office, taxonomy="PLANT", assets=[field])
    asset_policy = await policy(made, actor=office)
    income_policy = await bind(made, actor=office, cover=Cover.INCOME)
    both = Both(
        Loss(made.id, made.code, asset_policy.id, ()), Loss(made.id, made.code, income_policy.id, ())
    )  # fmt: skip
    claims = []
    for loss in (both.asset, both.income):
        given = report_of(loss, loss_at=clock.at(date(2020, 6, 10)), reported_fen=1_000_000)
        claim = await actions_report.report(given, actor=on_day(story.town, date(2020, 6, 30)))
        claim = await actions.acceptance(claim.id, Acceptance(version=claim.version), actor=adjuster)
        visit = Survey(
            version=claim.version, visited_at=adjuster.at, place="地头", cause="暴雨", findings="绝收二十亩", reserve_fen=1_000_000
        )  # fmt: skip
        claims.append(await actions.survey(claim.id, visit, actor=adjuster))
    asset = await assess_asset(claims[0], adjuster, stage="RIPE", units="20", degree="1")

    days = {"from_on": "2020-01-06", "last_on": "2020-06-29"}
    income = await assess_income(claims[1], adjuster, income={"actual_fen": 0} | days)

    found = await actions_joint.joint(income.id, actor=adjuster)
    assert found.assets[0].items[0].yields
    assert found.set_off.yield_fen == asset.assessed_fen
    assert (await steps_of(income, story))["joint-yield"] == asset.assessed_fen
