"""The asset claim: the worked examples A2-A12, the order of the steps, and what must hold for every case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from insurance.base.errors import Invalid
from insurance.base.money import half_up, largest_remainder
from insurance.base.text import render
from insurance.claims.rules import AssetLoss, Deductible, settle, settle_event
from insurance.claims.rules_loss import contribution_shares, graded, grown
from insurance.policies.rules import reinstatement_premium
from insurance.policies.wording import DeductibleMode, Grade, Growth, PartialLoss, Stage
from insurance.projects.model import Taxonomy

TEN_PERCENT = Deductible(rate=Decimal("0.10"))


def loss(value: int, insured: int, lost: int, **more: Any) -> AssetLoss:
    return AssetLoss(value_fen=value, sum_insured_fen=insured, loss_fen=lost, **more)


def but(given: AssetLoss, **change: Any) -> AssetLoss:
    return msgspec.structs.replace(given, **change)


@pytest.mark.parametrize(
    ("case", "given", "deductible", "indemnity"),
    [
        (
            "A3",
            loss(68_979_167, 73_740_000, 4_567_890, salvage_fen=120_000),
            Deductible(fixed_fen=100_000, rate=Decimal("0.10")),
            4_003_101,
        ),
        ("A4", loss(60_000_000, 48_000_000, 1_234_567), Deductible(DeductibleMode.FIXED, 50_000), 937_654),
        ("A5", loss(42_000_000, 50_000_000, 42_000_000), None, 42_000_000),
        ("A6a", loss(30_000_000, 30_000_000, 30_000_000, salvage_fen=1_850_000), None, 28_150_000),
        ("A6b", loss(30_000_000, 30_000_000, 30_000_000), None, 30_000_000),
        ("A6c", loss(30_000_000, 24_000_000, 30_000_000), None, 24_000_000),
        ("A7 first", loss(20_000_000, 15_000_000, 5_000_001, other_sums_insured_fen=(10_000_000,)), None, 3_000_001),
        ("A7 second", loss(20_000_000, 10_000_000, 5_000_001, other_sums_insured_fen=(15_000_000,)), None, 2_000_000),
        ("A9 first", loss(40_000_000, 40_000_000, 30_000_000), None, 30_000_000),
        ("A9 second", loss(40_000_000, 40_000_000, 18_000_000, remaining_fen=10_000_000), None, 10_000_000),
        ("A9 reinstated", loss(40_000_000, 40_000_000, 18_000_000, remaining_fen=40_000_000), None, 18_000_000),
        ("A11", loss(63_000_000, 63_000_000, 4_440_000), None, 4_440_000),
        ("A12", loss(9_000_000, 9_000_000, 2_000_000, third_party_fen=650_000), TEN_PERCENT, 1_215_000),
        (
            "an exact half",
            loss(3, 1, 3),
            Deductible(DeductibleMode.RATE, rate=Decimal("0.5")),
            1,
        ),
    ],
)
def test_the_worked_examples(case: str, given: AssetLoss, deductible: Deductible | None, indemnity: int) -> None:
    settled = settle(given, deductible)

    assert settled.indemnity_fen == indemnity, case
    assert settled.payable_fen == indemnity


def test_a2_the_premium_on_the_net_value_is_shared_by_its_payers() -> None:
    premium = half_up(73_740_000 * Fraction("0.0035"))

    assert premium == 258_090
    assert largest_remainder(premium, {"city": 40, "county": 40, "insured": 20}) == {
        "city": 103_236,
        "county": 103_236,
        "insured": 51_618,
    }


def test_a3_a_sum_above_the_value_never_raises_the_payout() -> None:
    deductible = Deductible(fixed_fen=100_000, rate=Decimal("0.10"))
    over = settle(loss(68_979_167, 73_740_000, 4_567_890, salvage_fen=120_000), deductible)
    exact = settle(loss(68_979_167, 68_979_167, 4_567_890, salvage_fen=120_000), deductible)

    assert over.sum_insured_effective_fen == 68_979_167
    assert over.deductible_fen == 444_789
    assert over.indemnity_fen == exact.indemnity_fen


@pytest.mark.parametrize(
    ("case", "given", "premium", "refund", "rule"),
    [
        ("A5", loss(42_000_000, 50_000_000, 42_000_000), 150_000, 24_000, "L-55c-refund"),
        ("A7 first", loss(20_000_000, 15_000_000, 1, other_sums_insured_fen=(10_000_000,)), 45_000, 9_000, "L-56-refund"),
        ("A7 second", loss(20_000_000, 10_000_000, 1, other_sums_insured_fen=(15_000_000,)), 32_000, 6_400, "L-56-refund"),
        ("just the value", loss(20_000_000, 10_000_000, 1, other_sums_insured_fen=(10_000_000,)), 32_000, 0, None),
        ("no premium known", loss(42_000_000, 50_000_000, 1), None, 0, None),
    ],
)
def test_premium_for_what_was_insured_above_the_value_goes_back(
    case: str, given: AssetLoss, premium: int | None, refund: int, rule: str | None
) -> None:
    settled = settle(but(given, premium_fen=premium))

    shown = [(step.rule, step.result_fen) for step in settled.steps if "refund" in step.rule]
    assert shown == ([(rule, refund)] if rule else []), case
    assert sum(item.refund_fen for item in settled.items.values()) == refund
    assert settled.steps[-1].rule == "payable"
    assert settled.payable_fen == settle(given).payable_fen, "a refund is no part of the claim"


@pytest.mark.parametrize(
    ("case", "value", "insured", "pays", "salvage"),
    [
        ("A6b", 30_000_000, 30_000_000, 30_000_000, 1_850_000),
        ("A6c", 30_000_000, 24_000_000, 24_000_000, 1_480_000),
        ("insured above the value", 30_000_000, 35_000_000, 30_000_000, 1_850_000),
        ("nothing of value", 0, 0, 0, 0),
    ],
)
def test_salvage_that_goes_to_the_insurer_is_not_deducted_and_is_its_own_as_far_as_it_insured(
    case: str, value: int, insured: int, pays: int, salvage: int
) -> None:
    settled = settle(loss(value, insured, value, salvage_fen=1_850_000, salvage_to_insurer=True))

    assert settled.indemnity_fen == pays, case
    assert [step.result_fen for step in settled.steps if step.rule == "L-59"] == [salvage]
    assert sum(item.insurer_salvage_fen for item in settled.items.values()) == salvage


def test_two_insurers_own_the_wreck_in_their_shares() -> None:
    duplicate = loss(1_000, 1_000, 1_000, other_sums_insured_fen=(1_000,), salvage_fen=100, salvage_to_insurer=True)

    assert settle(duplicate).items[""].insurer_salvage_fen == 50


@pytest.mark.parametrize(
    ("lost", "value", "sums", "shares"),
    [
        (5_000_001, 20_000_000, {"1": 15_000_000, "2": 10_000_000}, {"1": 3_000_001, "2": 2_000_000}),
        (5_000_005, 20_000_000, {"1": 15_000_000, "2": 15_000_000}, {"1": 2_500_003, "2": 2_500_002}),
        (5_000_005, 20_000_000, {"1": 99_000_000, "2": 20_000_000}, {"1": 2_500_003, "2": 2_500_002}),
        (1_000, 20_000, {"1": 5_000, "2": 5_000}, {"1": 250, "2": 250}),
        (0, 0, {"1": 5, "2": 6}, {"1": 0, "2": 0}),
        (0, 10, {"1": 0, "2": 0}, {"1": 0, "2": 0}),
    ],
)
def test_a7_several_insurers_pay_the_loss_once(lost: int, value: int, sums: dict[str, int], shares: dict[str, int]) -> None:
    assert contribution_shares(lost, value, sums) == shares


def test_a8_rescue_costs_are_averaged_and_come_on_top() -> None:
    settled = settle(loss(60_000_000, 48_000_000, 60_000_000, rescue_fen=2_345_678, survey_fen=300_000))

    assert (settled.indemnity_fen, settled.rescue_fen, settled.survey_fen) == (48_000_000, 1_876_542, 300_000)
    assert settled.total_fen == settled.payable_fen == 50_176_542


def test_a8_rescue_costs_have_a_cap_of_their_own_and_no_loss_is_graded_up() -> None:
    settled = settle(loss(5_000_000, 5_000_000, 4_000_000, rescue_fen=6_200_000))

    assert (settled.indemnity_fen, settled.rescue_fen, settled.total_fen) == (4_000_000, 5_000_000, 9_000_000)


def test_a9_a_restored_sum_costs_premium_for_the_days_left() -> None:
    assert reinstatement_premium(30_000_000, Decimal("0.0035"), date(2019, 8, 12), date(2019, 12, 31)) == 40_849
    assert reinstatement_premium(36_500, Decimal(1), date(2019, 8, 12), date(2019, 8, 12)) == 100


def test_a10_items_share_the_deductible_of_their_event() -> None:
    losses = {
        "a": loss(10_000_000, 10_000_000, 3_210_055),
        "b": loss(1_000_000, 1_000_000, 456_789),
        "c": loss(1_000_000, 1_000_000, 789_123),
    }
    deductible = Deductible(fixed_fen=200_000, rate=Decimal("0.05"))

    settled = settle_event(losses, deductible, interim_paid_fen=2_116_585)

    assert half_up(Fraction(4_233_169, 2)) == 2_116_585
    assert sum(item.gross_fen for item in settled.items.values()) == 4_455_967
    assert settled.deductible_fen == 222_798
    assert [item.deductible_fen for item in settled.items.values()] == [160_503, 22_839, 39_456]
    assert [item.indemnity_fen for item in settled.items.values()] == [3_049_552, 433_950, 749_667]
    assert (settled.indemnity_fen, settled.payable_fen, settled.recovery_fen) == (4_233_169, 2_116_584, 0)


def test_a11_heads_lost_are_worth_their_stage() -> None:
    sheep = grown(BREED, BREED.stages[0], Decimal(37), Decimal(420), "只", Decimal(1))

    assert sheep.of(63_000_000) == 4_440_000


@pytest.mark.parametrize(
    ("degree", "lost"), [("0.19", 0), ("0.2", 2_000), ("0.5", 5_000), ("0.79", 7_900), ("0.8", 10_000), ("1", 10_000), ("0", 0)]
)
def test_a_crop_pays_from_its_start_of_pay_and_all_from_its_total_loss(degree: str, lost: int) -> None:
    """50 of 200 mu at half of 80,000: a whole loss of them is 10,000."""
    field = grown(PLANT, PLANT.stages[0], Decimal(50), Decimal(200), "亩", Decimal(degree))

    assert field.of(80_000) == lost


@pytest.mark.parametrize(
    ("mode", "fixed", "rate", "taken"),
    [
        ("greater", 300, "0.10", 300),
        ("greater", 50, "0.10", 100),
        ("lesser", 300, "0.10", 100),
        ("sum", 300, "0.10", 400),
        ("fixed", 300, "0.10", 300),
        ("rate", 300, "0.10", 100),
        ("greater", 300, None, 300),
        ("lesser", 300, None, 300),  # an absent part is left out, it is not 0
        ("lesser", None, "0.10", 100),
        ("sum", None, "0.10", 100),
        ("greater", None, None, 0),
        ("lesser", 0, "0.10", 0),
        ("fixed", 5_000, None, 1_000),  # at most the amount itself
        ("sum", 950, "0.10", 1_000),
    ],
)
def test_the_deductible_is_taken_by_its_mode(mode: str, fixed: int | None, rate: str | None, taken: int) -> None:
    deductible = Deductible(DeductibleMode(mode), fixed, Decimal(rate) if rate else None)

    settled = settle(loss(10_000, 10_000, 1_000), deductible)

    assert (settled.deductible_fen, settled.indemnity_fen) == (taken, 1_000 - taken)


@pytest.mark.parametrize(("mode", "field"), [("fixed", "deductible.fixed_fen"), ("rate", "deductible.rate")])
def test_a_mode_without_its_part_is_an_error(mode: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Deductible(DeductibleMode(mode))

    assert refused.value.faults[0].field == field


def test_a_loss_above_the_value_is_an_error() -> None:
    with pytest.raises(Invalid) as refused:
        loss(100, 100, 101)

    assert refused.value.faults[0].field == "loss_fen"


@pytest.mark.parametrize(
    ("given", "ratio", "indemnity", "rescue"),
    [
        (loss(100, 80, 50, rescue_fen=10), Fraction(4, 5), 40, 8),
        (loss(100, 80, 50, rescue_fen=10, rescue_average=False), Fraction(4, 5), 40, 10),
        (loss(100, 80, 90, rescue_fen=10, first_loss=True), 1, 80, 10),
        (loss(100, 80, 50, rescue_fen=10, other_sums_insured_fen=(20,)), Fraction(4, 5), 40, 8),  # just the value: average
        (loss(100, 80, 50, rescue_fen=10, other_sums_insured_fen=(120,)), Fraction(4, 9), 22, 4),  # others capped at V
        (loss(100, 80, 50, rescue_fen=10, other_sums_insured_fen=(120,), first_loss=True), Fraction(4, 9), 22, 4),
        (loss(100, 80, 50, rescue_fen=10, other_sums_insured_fen=(80,), rescue_average=False), Fraction(1, 2), 25, 5),
        (loss(100, 120, 50, rescue_fen=10, other_sums_insured_fen=(60, 40)), Fraction(1, 2), 25, 5),
        (loss(0, 0, 0, rescue_fen=10), 1, 0, 0),
        (loss(0, 50, 0, rescue_fen=10, other_sums_insured_fen=(60,)), 1, 0, 0),
        (loss(100, 0, 50, rescue_fen=10), 0, 0, 0),
    ],
)
def test_contribution_and_average_never_both(given: AssetLoss, ratio: Fraction | int, indemnity: int, rescue: int) -> None:
    settled = settle(given)

    assert (settled.ratio, settled.indemnity_fen, settled.rescue_fen) == (ratio, indemnity, rescue)


def test_what_is_left_of_the_sum_caps_the_payout_and_nothing_else() -> None:
    settled = settle(loss(100, 80, 100, rescue_fen=100, remaining_fen=30), Deductible(fixed_fen=10))

    assert settled.sum_insured_effective_fen == 80
    assert settled.ratio == Fraction(4, 5)
    assert settled.deductible_fen == 10  # before the cap
    assert (settled.indemnity_fen, settled.rescue_fen) == (30, 80)


@pytest.mark.parametrize("limit", [{"remaining_fen": 0}, {"sublimit_fen": 0}])
def test_a_limit_of_nothing_leaves_nothing(limit: dict[str, int]) -> None:
    assert settle(loss(100, 100, 50, **limit)).indemnity_fen == 0


def test_interim_payments_beyond_the_total_are_to_be_recovered() -> None:
    settled = settle(loss(100, 100, 50, survey_fen=5), interim_paid_fen=70)

    assert (settled.total_fen, settled.payable_fen, settled.recovery_fen) == (55, 0, 15)
    assert (settled.steps[-1].rule, settled.steps[-1].result_fen) == ("recovery", 15)


def test_every_step_is_kept_in_the_fixed_order_and_reads_in_both_languages() -> None:
    settled = settle(loss(68_979_167, 73_740_000, 4_567_890, salvage_fen=120_000), TEN_PERCENT)

    assert [(step.step, step.rule, step.result_fen) for step in settled.steps] == [
        (1, "L-55c", 68_979_167),
        (2, "loss", 4_567_890),
        (3, "L-60", 4_447_890),
        (4, "L-55d", 4_447_890),
        (5, "deductible", 4_003_101),
        (6, "limit", 4_003_101),
        (7, "round", 4_003_101),
        (8, "L-57", 0),
        (9, "L-64", 0),
        (10, "payable", 4_003_101),
    ]
    assert render(settled.steps[4].text, "zh") == "扣除免赔额 4,447.89 元"
    assert render(settled.steps[4].text, "en") == "less deductible 4,447.89 yuan"


def test_an_event_of_one_item_is_settled_exactly_and_its_limit_caps() -> None:
    alone = loss(3, 1, 3)
    half = Deductible(DeductibleMode.RATE, rate=Decimal("0.5"))

    assert settle_event({"a": alone}, half).indemnity_fen == settle(alone, half).indemnity_fen == 1
    assert settle_event({"a": alone}, half, limit_fen=0).indemnity_fen == 0
    assert settle_event({"a": alone}, half).items["a"].indemnity_fen == 1


def test_items_share_a_limit_of_the_event() -> None:
    losses = {"a": loss(1_000, 1_000, 600), "b": loss(1_000, 1_000, 300)}

    settled = settle_event(losses, None, limit_fen=100)

    assert [item.indemnity_fen for item in settled.items.values()] == [67, 33]
    assert settled.indemnity_fen == 100
    assert "limit" in [step.rule for step in settled.steps if "item" not in step.inputs]


def test_steps_of_an_event_name_their_item() -> None:
    settled = settle_event({"a": loss(10, 10, 6), "b": loss(10, 10, 3)}, TEN_PERCENT)

    assert [step.inputs.get("item") for step in settled.steps] == [*"aaaabbbb", None, *"aabbaabb", None]
    assert [step.step for step in settled.steps] == list(range(1, len(settled.steps) + 1))


BREED = Growth(code=Taxonomy.BREED, stages=(Stage(code="REARING", zh="育成期", en="rearing", share=Decimal("0.8")),))
PLANT = Growth(
    code=Taxonomy.PLANT, stages=(Stage(code="GROWING", zh="生长期", en="growing", share=Decimal("0.5")),), start_of_pay=Decimal("0.20"),
    total_loss=Decimal("0.80"),
)  # fmt: skip
TERMS = PartialLoss(
    constructive_total=Decimal("0.8"),
    grades=(
        Grade(code="SLIGHT", zh="轻微", en="slight", up_to=Decimal("0.10")),
        Grade(code="MODERATE", zh="一般", en="moderate", share=Decimal("0.30")),
    ),
)


@pytest.mark.parametrize(
    ("grade", "repair", "lost"),
    [(0, 99, 99), (0, 100, 100), (1, 500, 300), (1, 799, 300), (1, 800, 1_000), (0, 900, 1_000)],
)
def test_a_graded_line_pays_repair_share_or_the_whole_value(grade: int, repair: int, lost: int) -> None:
    assert graded(TERMS.grades[grade], repair, TERMS).of(1_000) == lost


def test_a_slight_loss_cannot_cost_more_than_its_grade() -> None:
    with pytest.raises(Invalid):
        graded(TERMS.grades[0], 101, TERMS).of(1_000)
