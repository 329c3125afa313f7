"""The whole calculation reached from an assessment: the worked examples A5-A7, A11, A12 and every way a line is measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

import make
from insurance.access import clock
from insurance.base import db
from insurance.claims import actions, actions_assessment, store
from insurance.claims.assessed import refunds_due
from insurance.claims.model import Claim, ClaimState
from insurance.policies.model import Peril
from insurance.policies.wording import DeductibleMode
from make.assessments import NEW_TERMS, NO_DEDUCTIBLE, asset, opened, refused_at, schedule, sold, step, whole
from make.claims import claim_in
from make.policies import on_day
from people import People

# -- salvage, third parties, over-insurance, several insurers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "insured", "line", "pays", "insurer_owns"),
    [
        ("A6a", 30_000_000, {"salvage_fen": 1_850_000}, 28_150_000, 0),
        ("A6b", 30_000_000, {"salvage_fen": 1_850_000, "salvage_to_insurer": True}, 30_000_000, 1_850_000),
        ("A6c", 24_000_000, {"salvage_fen": 1_850_000, "salvage_to_insurer": True}, 24_000_000, 1_480_000),
    ],
)
async def test_a6_the_wreck_is_kept_or_goes_to_the_insurer(
    story: People, monkeypatch: pytest.MonkeyPatch, example: str, insured: int, line: dict[str, Any], pays: int, insurer_owns: int
) -> None:
    claim = await opened(story, asset(30_000_000))
    schedule(monkeypatch, sum_insured_fen=insured)

    seen = await whole(claim, story, {"loss_fen": 30_000_000} | line, **NO_DEDUCTIBLE)

    assert (seen.total_fen, seen.insurer_salvage_fen) == (pays, insurer_owns), example
    assert seen.lines[0].salvage_to_insurer is line.get("salvage_to_insurer", False)
    assert [one.result_fen for one in seen.steps if one.rule == "L-59"] == ([insurer_owns] if insurer_owns else [])


async def test_a5_what_was_insured_above_the_value_pays_nothing_and_its_premium_goes_back(
    story: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = await opened(story, asset(42_000_000))
    schedule(monkeypatch, sum_insured_fen=50_000_000, premium_fen=150_000)

    seen = await whole(claim, story, {"loss_fen": 42_000_000}, **NO_DEDUCTIBLE)

    assert (seen.total_fen, seen.payable_fen, seen.refund_due_fen) == (42_000_000, 42_000_000, 24_000)
    assert step(seen, "L-55c-refund").text == "保险金额 500,000.00 元超过保险价值 420,000.00 元，超过部分无效，应退还保险费 240.00 元"
    async with db.transaction(story.city.scope):
        latest = await store.latest_assessment(claim.id)
    assert refunds_due(actions_assessment.inputs_of(latest).basis) == {seen.lines[0].policy_item_id: 24_000}


@pytest.mark.parametrize(
    ("example", "insured", "other", "loss", "premium", "pays", "other_bears", "refund"),
    [
        ("A7 first", 15_000_000, 10_000_000, 5_000_001, 45_000, 3_000_001, 2_000_000, 9_000),
        ("A7 second", 10_000_000, 15_000_000, 5_000_001, 32_000, 2_000_000, 3_000_001, 6_400),
        ("A7b", 20_000_000, 20_000_000, 5_000_005, 100, 2_500_003, 2_500_002, 50),
    ],
)
async def test_a7_insurers_of_the_same_thing_pay_the_loss_once_to_the_fen(
    story: People, monkeypatch: pytest.MonkeyPatch, example: str, insured: int, other: int, loss: int, premium: int, pays: int,
    other_bears: int, refund: int,
) -> None:  # fmt: skip
    claim = await opened(story, asset(20_000_000))
    schedule(monkeypatch, sum_insured_fen=insured, premium_fen=premium)
    line = {"loss_fen": loss, "other_sums_insured_fen": (other,), "other_insurers": ("别家保险公司",)}

    seen = await whole(claim, story, line, **NO_DEDUCTIBLE)

    assert (seen.total_fen, seen.refund_due_fen) == (pays, refund), example
    other_share = step(seen, "L-56-other")
    assert other_share.result_fen == other_bears
    assert other_share.text.startswith("别家保险公司分担 ")
    assert step(seen, "L-56").result_fen + other_share.result_fen == loss


async def test_insurers_without_a_name_are_numbered_and_their_shares_add_up(story: People) -> None:
    claim = await opened(story, asset(20_000_000))

    seen = await whole(
        claim, story, {"loss_fen": 100, "other_sums_insured_fen": (20_000_000, 20_000_000), "other_insurers": ("", " ")}, **NO_DEDUCTIBLE
    )

    shares = [(one.result_fen, one.text) for one in seen.steps if one.rule in ("L-56", "L-56-other")]
    assert [fen for fen, _ in shares] == [34, 33, 33]
    assert [text for _, text in shares[1:]] == ["其他保险人 1分担 0.33 元", "其他保险人 2分担 0.33 元"]
    english = await actions.working(claim.id, actor=msgspec.structs.replace(story.city, language="en"))
    assert [one.text for one in english if one.rule == "L-56-other"] == [
        "Other insurer 1 bears 0.33 yuan",
        "Other insurer 2 bears 0.33 yuan",
    ]


async def test_a12_third_party_money_comes_off_before_the_deductible(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await opened(story, asset(9_000_000))
    sold(monkeypatch, deductible=msgspec.structs.replace(NEW_TERMS.deductible, mode=DeductibleMode.RATE, rate=Decimal("0.10")))

    seen = await whole(claim, story, {"loss_fen": 2_000_000, "third_party_fen": 650_000})

    assert seen.total_fen == 1_215_000
    assert seen.lines[0].third_party_fen == 650_000


# -- how a loss is measured -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "pays"), [(0, 1_000_001), (12, 1_000_001), (13, 600_001), (24, 600_001), (25, 300_000), (300, 300_000)])
async def test_film_is_worth_less_with_its_age(story: People, age: int, pays: int) -> None:
    claim = await opened(story, asset(1_000_001, name="棚膜"))

    seen = await whole(claim, story, {"film_age_months": age}, **NO_DEDUCTIBLE)

    assert seen.lines[0].loss_fen == seen.total_fen == pays
    assert step(seen, "film").result_fen == pays
    assert step(seen, "film").inputs["value_fen"] == 1_000_001


async def test_a_part_of_a_film_is_lost_up_to_its_worth(story: People) -> None:
    claim = await opened(story, asset(1_000_000, name="棚膜"))

    seen = await whole(claim, story, {"film_age_months": 20, "loss_fen": 600_000}, **NO_DEDUCTIBLE)

    assert seen.total_fen == 600_000
    again = msgspec.structs.replace(claim, version=claim.version + 1)
    faults = await refused_at(again, story, {"film_age_months": 20, "loss_fen": 600_001})
    assert faults == {"lines[0].loss_fen": "按膜龄，棚膜最多按 6,000.00 元定损；全损的不用填定损金额"}


async def sheep(story: People, monkeypatch: pytest.MonkeyPatch, **known: Any) -> Claim:
    """420 sheep at 1,500 yuan, under the terms of 2020."""
    sold(monkeypatch)
    flock = asset(63_000_000, name="湖羊", quantity="420", unit="只", **known)
    return await opened(story, flock, taxonomy="BREED", peril=Peril.DISEASE)


async def test_a11_sheep_are_worth_their_stage(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await sheep(story, monkeypatch)

    seen = await whole(claim, story, {"stage": "REARING", "units": "37", "degree": "1"}, **NO_DEDUCTIBLE)

    assert seen.total_fen == 4_440_000
    grown = step(seen, "growth")
    assert grown.inputs["unit_value_fen"] == 150_000
    assert grown.text == "420 只中受损 37 只，育成期按 0.80，损失程度 1，损失 44,400.00 元"
    english = await actions.working(claim.id, actor=msgspec.structs.replace(story.city, language="en"))
    assert english[1].text == "37 of 420 只 lost, stage Rearing counts 0.80, degree of loss 1: 44,400.00 yuan"


async def test_sheep_insured_for_less_pay_their_sum_per_head(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S of 31,500,000 is 75,000 a head: 37 of them at 80 % are 2,220,000."""
    claim = await sheep(story, monkeypatch)
    schedule(monkeypatch, sum_insured_fen=31_500_000)

    seen = await whole(claim, story, {"stage": "REARING", "units": "37", "degree": "1"}, **NO_DEDUCTIBLE)

    assert seen.total_fen == 2_220_000


@pytest.mark.parametrize(("degree", "pays"), [("0.19", 0), ("0.2", 1_200_000), ("0.79", 4_740_000), ("0.80", 6_000_000), ("1", 6_000_000)])
async def test_a_crop_pays_between_its_thresholds_by_degree(story: People, monkeypatch: pytest.MonkeyPatch, degree: str, pays: int) -> None:
    """100 mu worth 10,000,000, flowering at 80 %, 75 of them struck."""
    sold(monkeypatch)
    claim = await opened(story, asset(10_000_000, name="石榴园", quantity="100", unit="亩"), taxonomy="PLANT", peril=Peril.HAIL)

    seen = await whole(claim, story, {"stage": "FLOWERING", "units": "75.00", "degree": degree}, **NO_DEDUCTIBLE)

    assert seen.total_fen == pays


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ({"stage": "GROWN-UP", "units": "1", "degree": "1"}, {"stage": "请选生长阶段：YOUNG REARING GROWN"}),
        ({"stage": "GROWN", "units": "421", "degree": "1"}, {"units": "受损数量不能大于承保数量 420 只"}),
        ({"stage": "GROWN", "units": "1", "degree": "1.01"}, {"degree": "损失程度在 0 和 1 之间，例如损失八成填 0.8"}),
        ({"units": "1"}, {"stage": "请选生长阶段：YOUNG REARING GROWN", "degree": "请填损失程度，例如 0.8"}),
        ({"degree": "1"}, {"stage": "请选生长阶段：YOUNG REARING GROWN", "units": "请填受损数量"}),
        ({"stage": "GROWN", "units": "1", "degree": "1", "loss_fen": 1}, {"loss_fen": "按生长阶段定损时不另填损失金额"}),
        (
            {"stage": "GROWN", "units": "1", "degree": "1", "grade": "SEVERE", "film_age_months": 1},
            {"grade": "按生长阶段定损时不选损失等级", "film_age_months": "只有大棚的棚膜按膜龄定损，其他资产请留空"},
        ),
        ({"loss_fen": 1, "film_age_months": 1}, {"film_age_months": "只有大棚的棚膜按膜龄定损，其他资产请留空"}),
        ({"loss_fen": 9, "salvage_fen": 1}, {"salvage_fen": "农业保险标的不扣残值（农业保险条例第十三条）"}),
        (
            {"loss_fen": 9, "salvage_to_insurer": True},
            {"salvage_to_insurer": "农业保险标的的残值归农户，不归保险人（农业保险条例第十三条）", "salvage_fen": "残值归保险人的，请填残值金额"},
        ),
        ({"loss_fen": 63_000_001}, {"loss_fen": "损失金额不能大于出险日价值 630,000.00 元；全损填 630,000.00 元，并请核对单位是元还是万元"}),
        ({"loss_fen": 9, "other_sums_insured_fen": (1, 2), "other_insurers": ("甲",)}, {"other_insurers": "其他保险人的名称和保额要逐一对应"}),
        ({"loss_fen": 9, "refused_fen": 10, "refused_reason": "LATE_NOTICE"},
         {"refused_fen": "不予赔付的部分不能大于损失 0.09 元；全案不赔的请按拒赔办理"}),
        ({"loss_fen": 9, "refused_fen": 1}, {"refused_reason": "请选只减一部分的理由：NOT_ON_SCHEDULE LATE_NOTICE FALSE_PROOF"}),
        ({"loss_fen": 9, "refused_fen": 1, "refused_reason": "NONSENSE"},
         {"refused_reason": "请选只减一部分的理由：NOT_ON_SCHEDULE LATE_NOTICE FALSE_PROOF"}),
        ({"loss_fen": 9, "refused_fen": 1, "refused_reason": "FALSE_EVENT"},
         {"refused_reason": "这条理由使全案不赔，请按拒赔办理；只减一部分的理由：NOT_ON_SCHEDULE LATE_NOTICE FALSE_PROOF"}),
        ({"loss_fen": 9, "refused_reason": "FALSE_PROOF"}, {"refused_fen": "请填不予赔付的金额，或不选理由"}),
    ],
)  # fmt: skip
async def test_a_line_that_does_not_fit_is_refused_by_field_with_the_way_out(
    story: People, monkeypatch: pytest.MonkeyPatch, line: dict[str, Any], fields: dict[str, str]
) -> None:
    claim = await sheep(story, monkeypatch)

    assert await refused_at(claim, story, line) == {f"lines[0].{field}": text for field, text in fields.items()}
    assert (await actions.one(claim.id, actor=story.city)).version == claim.version


async def test_a_wording_without_stages_and_an_asset_without_quantity_say_what_to_do(
    story: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"stage": "GROWN", "units": "1", "degree": "1"}
    old = await opened(story, asset(63_000_000, quantity="420", unit="只"), taxonomy="BREED", peril=Peril.DISEASE)
    assert await refused_at(old, story, line) == {"lines[0].stage": "本保单的条款（2019-01-01）没有这类资产的生长阶段表，请直接填定损金额"}

    sold(monkeypatch)
    bare = await opened(story, asset(63_000_000), taxonomy="BREED", peril=Peril.DISEASE)
    assert await refused_at(bare, story, line) == {
        "lines[0].units": "台账没有该资产的数量，无法算出单位保额；请先在项目中登记数量，或直接填定损金额"
    }


async def test_salvage_of_animals_counts_where_it_was_agreed(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await sheep(story, monkeypatch)
    sold(monkeypatch, agri_salvage_agreed=True)

    seen = await whole(claim, story, {"loss_fen": 1_000_000, "salvage_fen": 100_000}, **NO_DEDUCTIBLE)

    assert seen.total_fen == 900_000


async def test_a_part_of_the_loss_is_refused_with_its_reason_and_article(story: People) -> None:
    claim = await opened(story, asset(10_000_000))

    seen = await whole(claim, story, {"loss_fen": 3_000_000, "refused_fen": 500_000, "refused_reason": "LATE_NOTICE"})

    assert seen.total_fen == 2_250_000  # less 10 %
    assert (seen.lines[0].loss_fen, seen.lines[0].refused_fen, seen.lines[0].refused_reason) == (3_000_000, 500_000, "LATE_NOTICE")
    refused = step(seen, "refused")
    assert refused.result_fen == 2_500_000
    assert refused.text == "因故意或重大过失未及时通知，致使部分损失无法确定（保险法 第二十一条），5,000.00 元不予赔付"
    assert refused.inputs == {"loss_fen": 3_000_000, "refused_fen": 500_000, "reason": "LATE_NOTICE", "article": "保险法 第二十一条"}


async def test_the_whole_loss_may_be_the_part_refused(story: People) -> None:
    claim = await opened(story, asset(10_000_000))

    assert (await whole(claim, story, {"loss_fen": 3_000_000, "refused_fen": 3_000_000, "refused_reason": "LATE_NOTICE"})).total_fen == 0


@pytest.mark.parametrize(
    ("peril", "degree", "pays"), [(Peril.HAIL, "0.5", 3_600_000), (Peril.PEST, "1", 7_000_000), (Peril.DROUGHT, "0.15", 0)]
)
async def test_a_policy_of_2020_measures_its_crops_by_stage_and_caps_pests(story: People, peril: Peril, degree: str, pays: int) -> None:
    """100 mu worth 10,000,000 ripe and wholly struck: half of it less the deductible of a tenth is 3,600,000 of 80 mu; pests pay 70 %."""
    in_june = msgspec.structs.replace(story, **{name: on_day(actor, date(2020, 6, 10)) for name, actor in story.everybody().items()})
    field = asset(10_000_000, name="石榴园", quantity="100", unit="亩")
    loss = await make.insured(in_june, assets=[field], bound_on=date(2020, 1, 15), taxonomy="PLANT")
    claim = await claim_in(
        ClaimState.OPENED, in_june, loss=loss, peril=peril, loss_at=clock.at(date(2020, 6, 1)), reported_fen=100
    )  # fmt: skip

    units = "80" if peril is Peril.HAIL else "100"
    seen = await whole(claim, in_june, {"stage": "RIPE", "units": units, "degree": degree})

    assert (seen.terms_version, seen.total_fen) == ("2020-01-01", pays)
