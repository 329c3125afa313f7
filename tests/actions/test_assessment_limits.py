"""Limits, earlier claims, advances and overrides, reached from an assessment: the worked examples A8-A10."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

import make
from insurance.base.errors import Invalid, Refused
from insurance.base.text import t
from insurance.claims import actions, actions_assessment, actions_decision, store
from insurance.claims.actions_assessment import Assessed
from insurance.claims.assessed import Earlier, Insured
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Approval, Assessment, InterimPayment, Outage, Override
from insurance.policies import actions as policies
from insurance.policies import actions_endorse, actions_verify
from insurance.policies.model import Cover, LegalRegime, Peril
from insurance.policies.terms import terms_by
from insurance.policies.wording import IndustryWording, Limits, Sublimit
from make.assessments import NEW_TERMS, NO_DEDUCTIBLE, asset, claim_of, opened, refused_at, schedule, sold, step, whole
from make.claims import assess, claim_in
from people import People

S = ClaimState


# -- what the wording limits --------------------------------------------------------------------------------------------------------


async def test_first_loss_pays_without_average(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(20_000_000))
    schedule(monkeypatch, sum_insured_fen=10_000_000)
    averaged = await whole(claim, story, {"loss_fen": 4_000_000, "rescue_fen": 100}, **NO_DEDUCTIBLE)

    sold(monkeypatch, sum_insured=msgspec.structs.replace(NEW_TERMS.sum_insured, first_loss=True))
    again = msgspec.structs.replace(claim, version=claim.version + 1)
    first = await whole(again, story, {"loss_fen": 4_000_000, "rescue_fen": 100}, **NO_DEDUCTIBLE)

    assert (averaged.total_fen, first.total_fen) == (2_000_050, 4_000_100)
    assert step(first, "L-55d").text == "约定第一危险赔偿方式，不按比例赔付"


async def test_a_sublimit_of_the_peril_caps_the_item(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(20_000_000))
    sold(monkeypatch, sublimits=(Sublimit(peril=Peril.RAINSTORM, share=Decimal("0.25")),))

    assert (await whole(claim, story, {"loss_fen": 9_000_000}, **NO_DEDUCTIBLE)).total_fen == 5_000_000


async def test_event_and_year_limits_count_what_other_claims_took(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(20_000_000), asset(20_000_000))
    real = store.insured

    async def after_others(policy: Any, row: Any) -> Insured:
        found = await real(policy, row)
        return msgspec.structs.replace(found, earlier=Earlier({}, 1_000_000, 4_000_000))

    monkeypatch.setattr(store, "insured", after_others)
    totals = []
    for limits in (Limits(), Limits(event_fen=6_000_000), Limits(year_fen=6_000_000), Limits(event_fen=500_000, year_fen=6_000_000)):
        sold(monkeypatch, limits=limits)
        seen = await whole(claim, story, {"loss_fen": 3_000_000}, {"loss_fen": 6_000_000, "rescue_fen": 7}, **NO_DEDUCTIBLE)
        assert sum(line.net_fen for line in seen.lines) == seen.indemnity_fen == seen.total_fen - 7
        totals.append([line.net_fen for line in seen.lines])
        claim = msgspec.structs.replace(claim, version=claim.version + 1)

    assert totals == [[3_000_000, 6_000_000], [1_666_667, 3_333_333], [666_667, 1_333_333], [0, 0]]


async def test_a8_rescue_and_survey_costs_come_on_top(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(60_000_000))
    schedule(monkeypatch, sum_insured_fen=48_000_000)

    line = {"loss_fen": 60_000_000, "rescue_fen": 2_345_678, "survey_fen": 300_000}
    seen = await whole(claim, story, line, **NO_DEDUCTIBLE)

    assert (seen.indemnity_fen, seen.total_fen) == (48_000_000, 50_176_542)


async def test_a9_what_the_first_event_took_is_gone_for_the_second(story: People) -> None:
    loss = await make.insured(story, assets=[asset(40_000_000)])
    first = await whole(await claim_in(S.OPENED, story, loss=loss), story, {"loss_fen": 30_000_000}, **NO_DEDUCTIBLE)
    claim = await claim_of(first, story)
    await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)

    second = await claim_in(S.OPENED, story, loss=loss, peril=Peril.HAIL)
    seen = await whole(second, story, {"loss_fen": 18_000_000}, **NO_DEDUCTIBLE)

    assert (first.total_fen, seen.total_fen) == (30_000_000, 10_000_000)


async def test_a10_items_share_the_deductible_and_half_is_paid_ahead(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(10_000_000), asset(1_000_000), asset(1_000_000))
    terms = msgspec.structs.replace(NEW_TERMS.deductible, fixed_fen=200_000, rate=Decimal("0.05"))
    sold(monkeypatch, deductible=terms)
    losses = ({"loss_fen": 3_210_055}, {"loss_fen": 456_789}, {"loss_fen": 789_123})
    seen = await whole(claim, story, *losses)

    claim = await actions.one(claim.id, actor=story.approver_a)
    given = InterimPayment(version=claim.version, amount_fen=2_116_585)
    await actions_decision.interim_payment(claim.id, given, actor=story.approver_a)

    assert [line.net_fen for line in seen.lines] == [3_049_552, 433_950, 749_667]
    assert step(seen, "deductible").inputs["deductible_fen"] == 222_798
    after = await actions_assessment.assessed(claim.id, actor=story.city)
    assert (after.version, after.total_fen, after.payable_fen, after.recovery_fen) == (2, 4_233_169, 2_116_584, 0)


async def test_what_was_paid_ahead_too_much_is_recovered_never_paid_negative(story: People) -> None:
    claim = await opened(story, asset(10_000_000))
    await whole(claim, story, {"loss_fen": 5_000_000})
    claim = await actions.one(claim.id, actor=story.approver_a)
    given = InterimPayment(version=claim.version, amount_fen=2_000_000)
    claim = await actions_decision.interim_payment(claim.id, given, actor=story.approver_a)

    seen = await whole(claim, story, {"loss_fen": 1_000_000})

    assert (seen.total_fen, seen.payable_fen, seen.recovery_fen) == (900_000, 0, 1_100_000)
    assert seen.steps[-1].rule == "recovery"


async def test_a_deductible_nobody_explained_is_void_and_the_working_says_why(story: People) -> None:
    seen = await whole(await opened(story, asset(10_000_000)), story, {"loss_fen": 1_000_000}, **NO_DEDUCTIBLE)

    assert seen.total_fen == 1_000_000
    assert step(seen, "L-17").text == "不能证明免赔已向投保人提示并明确说明，该条款不生效，不扣免赔"


# -- override -----------------------------------------------------------------------------------------------------------------------


async def test_an_override_replaces_the_total_and_shows_the_difference(story: People) -> None:
    claim = await opened(story, asset(10_000_000), asset(2_000_000))
    lines = ({"loss_fen": 4_000_000, "rescue_fen": 50_000}, {"loss_fen": 1_000_000})

    seen = await whole(claim, story, *lines, override=Override(amount_fen=6_050_000, reason=" 镇街核实加固费用 "))

    # 5,000,000 less 10 % and 50,000 of costs are 4,550,000; 1,500,000 more go where 6,400,000 and 1,100,000 are still insured
    assert (seen.computed_fen, seen.total_fen, seen.payable_fen, seen.indemnity_fen) == (4_550_000, 6_050_000, 6_050_000, 6_000_000)
    assert [line.net_fen for line in seen.lines] == [4_880_000, 1_120_000]
    shown = step(seen, "override")
    assert shown.text == "计算 45,500.00 元，改定为 60,500.00 元，相差 15,000.00 元。理由：镇街核实加固费用"
    assert shown.inputs == {
        "computed_fen": 4_550_000, "override_fen": 6_050_000, "difference_fen": 1_500_000, "most_fen": 12_050_000, "reason": "镇街核实加固费用",
    }  # fmt: skip
    assert [one.step for one in seen.steps] == list(range(1, len(seen.steps) + 1))
    after = await actions.one(claim.id, actor=story.city)
    assert (after.assessed_fen, after.reserve_fen) == (6_050_000, 6_050_000)


@pytest.mark.parametrize(
    ("amount", "nets", "indemnity"),
    [(50_000, [0, 0], 0), (10_000, [0, 0], 0), (0, [0, 0], 0), (2_300_000, [1_800_000, 450_000], 2_250_000)],
)
async def test_an_override_may_take_away_all_but_never_below_nothing(story: People, amount: int, nets: list[int], indemnity: int) -> None:
    claim = await opened(story, asset(10_000_000), asset(2_000_000))
    lines = ({"loss_fen": 4_000_000, "rescue_fen": 50_000}, {"loss_fen": 1_000_000})

    seen = await whole(claim, story, *lines, override=Override(amount_fen=amount, reason="核减"))

    assert ([line.net_fen for line in seen.lines], seen.indemnity_fen, seen.total_fen) == (nets, indemnity, amount)


@pytest.mark.parametrize(
    ("override", "field", "said"),
    [
        ({"amount_fen": 12_050_001, "reason": "x"}, "override.amount_fen", "120,500.00 元"),
        ({"amount_fen": 1, "reason": " \n"}, "override.reason", "须写明理由"),
    ],
)
async def test_an_override_is_bounded_by_the_sums_insured_and_costs_and_needs_a_reason(
    story: People, override: dict[str, Any], field: str, said: str
) -> None:
    claim = await opened(story, asset(10_000_000), asset(2_000_000))
    lines = ({"loss_fen": 4_000_000, "rescue_fen": 50_000}, {"loss_fen": 1_000_000})

    faults = await refused_at(claim, story, *lines, override=Override(**override))

    assert list(faults) == [field]
    assert said in faults[field]


async def test_an_override_never_pays_more_than_earlier_claims_left(story: People) -> None:
    loss = await make.insured(story, assets=[asset(40_000_000)])
    first = await assess(await claim_in(S.OPENED, story, loss=loss), story, loss_fen=30_000_000, salvage_fen=0)
    first = await actions_decision.approval(first.id, Approval(version=first.version), actor=story.approver_a)
    second = await claim_in(S.OPENED, story, loss=loss, peril=Peril.HAIL)

    faults = await refused_at(second, story, {"loss_fen": 1_000_000}, override=Override(amount_fen=13_000_001, reason="x"))

    assert first.approved_fen == 27_000_000
    assert "130,000.00 元" in faults["override.amount_fen"]


async def test_an_override_that_another_claim_has_overtaken_must_be_assessed_anew(story: People) -> None:
    loss = await make.insured(story, assets=[asset(40_000_000)])
    claims = [await claim_in(S.OPENED, story, loss=loss, peril=peril) for peril in (Peril.RAINSTORM, Peril.HAIL)]
    for claim in claims:
        await whole(claim, story, {"loss_fen": 1_000_000}, override=Override(amount_fen=30_000_000, reason="x"))
    first, second = [await actions.one(claim.id, actor=story.approver_a) for claim in claims]
    await actions_decision.approval(first.id, Approval(version=first.version), actor=story.approver_a)

    with pytest.raises(Refused, match="重新定损"):
        await actions_decision.approval(second.id, Approval(version=second.version), actor=story.approver_a)
    with pytest.raises(Refused, match="重新定损"):
        ahead = InterimPayment(version=second.version, amount_fen=1)
        await actions_decision.interim_payment(second.id, ahead, actor=story.approver_a)


async def test_an_income_claim_may_be_overridden_within_its_limit(story: People) -> None:
    claim = await claim_in(S.OPENED, story, loss=await make.insured(story, Cover.INCOME))
    outage = Outage(damaged_on=date(2019, 8, 11), resumed_on=date(2019, 8, 30))

    given = Assessment(version=claim.version, outage=outage, override=Override(amount_fen=300_000, reason="抢收"))
    done = await actions_assessment.assessment(claim.id, given, actor=story.adjuster_a)
    over = msgspec.structs.replace(given, version=done.version, override=Override(amount_fen=10**12, reason="抢收"))
    with pytest.raises(Invalid) as refusal:
        await actions_assessment.assessment(claim.id, over, actor=story.adjuster_a)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert (done.assessed_fen, seen.indemnity_fen, step(seen, "override").result_fen) == (300_000, 300_000, 300_000)
    assert [fault.field for fault in refusal.value.faults] == ["override.amount_fen"]


async def test_what_was_overridden_is_what_is_approved_and_stays_so_after_an_advance(story: People) -> None:
    claim = await opened(story, asset(10_000_000))
    await whole(claim, story, {"loss_fen": 2_000_000}, override=Override(amount_fen=2_500_000, reason="按评估报告"))
    claim = await actions.one(claim.id, actor=story.approver_a)
    claim = await actions_decision.interim_payment(
        claim.id, InterimPayment(version=claim.version, amount_fen=1_000_000), actor=story.approver_a
    )  # fmt: skip

    done = await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)

    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert (done.approved_fen, done.parts[-1].amount_fen) == (2_500_000, 1_500_000)
    assert (seen.version, seen.computed_fen, seen.payable_fen) == (2, 1_800_000, 1_500_000)


async def test_two_claims_of_one_policy_are_still_approved_one_after_the_other(story: People) -> None:
    loss = await make.insured(story, assets=[asset(40_000_000)])
    made = [await claim_in(S.OPENED, story, loss=loss, peril=peril) for peril in (Peril.RAINSTORM, Peril.HAIL)]
    seen = [await whole(claim, story, {"loss_fen": 1_000_000, "other_sums_insured_fen": (5,)}) for claim in made]
    first, second = [await claim_of(one, story) for one in seen]

    await actions_decision.approval(first.id, Approval(version=first.version), actor=story.approver_a)
    with pytest.raises(Refused, match="重新定损"):
        await actions_decision.approval(second.id, Approval(version=second.version), actor=story.approver_a)


def test_the_terms_of_2020_decode_with_what_2019_did_not_know() -> None:
    old = terms_by(Cover.INDUSTRY, "2019-01-01").wording
    assert isinstance(old, IndustryWording)
    assert (old.growth, old.sublimits, old.sum_insured.first_loss, old.agri_salvage_agreed) == ((), (), False, False)
    assert [growth.code for growth in NEW_TERMS.growth] == ["PLANT", "FOREST", "BREED"]
    assert all(NEW_TERMS.regime_of_law(growth.code) is LegalRegime.AGRI for growth in NEW_TERMS.growth)
    assert NEW_TERMS.sublimit_share(Peril.PEST) == Decimal("0.70")


async def test_approval_gives_premium_for_over_insurance_back_once_over_all_claims(story: People) -> None:
    """A thing insured twice over for its value: half of its premium goes back, whichever claim finds it first."""
    loss = await make.insured(story, assets=[asset(20_000_000)])
    claims = [
        await claim_in(S.OPENED, story, loss=loss, peril=peril, reported_fen=1) for peril in (Peril.RAINSTORM, Peril.HAIL, Peril.SNOW)
    ]
    bought = (await policies.policy(loss.policy_id, actor=story.city)).premium_fen
    line = {"loss_fen": 2_000_000, "other_sums_insured_fen": (20_000_000,)}

    async def approved(claim: Claim, **change: Any) -> Assessed:
        seen = await whole(claim, story, line | change)
        now = await actions.one(claim.id, actor=story.approver_a)
        await actions_decision.approval(claim.id, Approval(version=now.version), actor=story.approver_a)
        return seen

    first, second = await approved(claims[0]), await approved(claims[1])
    third = await approved(claims[2], other_sums_insured_fen=(60_000_000,))

    back = [one.returned_fen for one in await actions_endorse.endorsements(loss.policy_id, actor=story.city)]
    assert bought == 70_000
    assert [one.refund_due_fen for one in (first, second, third)] == [35_000, 0, 17_500], "the third finds three quarters void"
    assert back == [35_000, 17_500]
    assert (await policies.policy(loss.policy_id, actor=story.city)).premium_fen == 17_500
    assert await actions_verify.verify_endorsements(actor=story.city) == (2, [])


async def test_a_refund_that_fails_takes_the_approval_with_it(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(20_000_000))
    await whole(claim, story, {"loss_fen": 2_000_000, "other_sums_insured_fen": (20_000_000,)})
    claim = await actions.one(claim.id, actor=story.approver_a)

    async def fails(*_: Any, **__: Any) -> None:
        raise Refused(t("保单正在批改"))

    monkeypatch.setattr(actions_decision, "refund_excess", fails)
    with pytest.raises(Refused):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)

    assert (await actions.one(claim.id, actor=story.city)).state is S.ASSESSING
