"""The income claim: the worked examples I1-I6, the trigger's edge, and what must hold for every case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.money import half_up
from insurance.claims.rules_income import (
    IncomePeriod,
    IncomeSettlement,
    day_basis,
    interruption,
    part_period,
    settle_income,
)


def income(guaranteed: int, actual: int, interim: int = 0, **more: Any) -> IncomeSettlement:
    shares: dict[str, Any] = {name: Decimal(value) if isinstance(value, str) else value for name, value in more.items()}
    return settle_income(IncomePeriod(guaranteed_fen=guaranteed, actual_fen=actual, **shares), interim)


def test_i1_the_shortfall_against_eight_percent_of_the_principal() -> None:
    guaranteed = half_up(50_000_000 * Fraction("0.08"))

    assert guaranteed == 4_000_000
    assert income(guaranteed, 2_650_000).payout_fen == 1_350_000


@pytest.mark.parametrize(("actual", "triggered", "payout"), [(3_600_000, False, 0), (3_599_999, True, 400_001)])
def test_i2_below_the_trigger_the_whole_shortfall_counts(actual: int, *, triggered: bool, payout: int) -> None:
    settled = income(4_000_000, actual, trigger="0.9")

    assert (settled.triggered, settled.payout_fen) == (triggered, payout)
    assert settled.shortfall_fen == 4_000_000 - actual  # reported either way


def test_i3_the_deductible_comes_before_the_coverage_ratio() -> None:
    settled = income(6_000_000, 2_123_456, deductible_rate="0.10", cover_ratio="0.8")

    assert settled.shortfall_fen == 3_876_544
    assert settled.payout_fen == 2_621_235


def test_i4_an_outage_is_paid_by_the_day_after_the_waiting_days() -> None:
    assert interruption(3_650_000, date(2019, 8, 11), date(2019, 10, 5), 2_000) == 384_000


@pytest.mark.parametrize(
    ("resumed", "earned", "payout"),
    [
        ("2019-08-18", 0, 0),  # seven days out, all of them waiting
        ("2019-08-19", 0, 10_000),
        ("2019-12-31", 0, 900_000),  # at most ninety days
        ("2019-10-05", 10_001, 0),  # earns more than the guarantee
    ],
)
def test_an_outage_has_waiting_days_a_longest_time_and_no_negative_day(resumed: str, earned: int, payout: int) -> None:
    assert interruption(3_650_000, date(2019, 8, 11), date.fromisoformat(resumed), earned) == payout


def test_i5_crop_payouts_are_income_asset_payouts_are_not_and_the_limit_caps() -> None:
    settled = income(4_000_000, 900_000, other_income_fen=500_000, limit_fen=2_000_000)

    assert (settled.actual_fen, settled.shortfall_fen, settled.payout_fen) == (1_400_000, 2_600_000, 2_000_000)


def test_i6_a_part_period_with_a_loss_and_an_interim_payment() -> None:
    guaranteed = part_period(4_800_000, 275)
    settled = income(guaranteed, -320_000, 1_000_000, cover_ratio="0.9")

    assert guaranteed == 3_616_438
    assert (settled.actual_fen, settled.payout_fen, settled.payable_fen) == (0, 3_254_794, 2_254_794)


def test_the_floor_of_the_actual_income_comes_after_adding() -> None:
    assert income(1_000, -300, other_income_fen=200).actual_fen == 0
    assert income(1_000, -100, other_income_fen=400).actual_fen == 300


def test_the_limit_comes_after_the_coverage_ratio() -> None:
    assert income(1_000, 0, cover_ratio="0.5", limit_fen=600).payout_fen == 500
    assert income(1_000, 0, cover_ratio="0.8", limit_fen=600).payout_fen == 600
    assert income(1_000, 0, limit_fen=0).payout_fen == 0


def test_a_trigger_is_met_exactly_or_not_at_all() -> None:
    assert not income(10, 3, trigger="0.3").triggered
    assert income(10, 2, trigger="0.3").triggered
    assert not income(0, 0).triggered
    assert income(3, 0, trigger="0.0000000000000000000000000001").triggered


def test_a_triggered_period_may_have_nothing_to_pay() -> None:
    settled = income(1_000, 900, deductible_fixed_fen=100)

    assert (settled.triggered, settled.payout_fen) == (True, 0)


def test_halves_are_rounded_once_at_the_end() -> None:
    assert income(1, 0, cover_ratio="0.5").payout_fen == 1
    assert income(10, 0, deductible_rate="0.05", cover_ratio="0.1").payout_fen == 1  # 0.95


def test_too_much_paid_already_is_to_be_recovered() -> None:
    settled = income(1_000, 600, 500)

    assert (settled.payable_fen, settled.recovery_fen) == (0, 100)
    assert (settled.steps[-1].rule, settled.steps[-1].result_fen) == ("recovery", 100)


def test_the_steps_are_kept() -> None:
    settled = income(6_000_000, 2_123_456, deductible_rate="0.10", cover_ratio="0.8", limit_fen=9_000_000)

    assert [(step.rule, step.result_fen) for step in settled.steps] == [
        ("actual", 2_123_456),
        ("shortfall", 3_876_544),
        ("trigger", 3_876_544),
        ("deductible", 3_276_544),
        ("cover", 2_621_235),
        ("limit", 2_621_235),
        ("round", 2_621_235),
        ("payable", 2_621_235),
    ]


@pytest.mark.parametrize(
    ("first", "last", "basis"),
    [
        ("2019-01-01", "2019-12-31", 365),
        ("2020-01-01", "2020-12-31", 366),
        ("2020-03-01", "2021-02-28", 365),
        ("2019-03-01", "2020-02-29", 366),
        ("2019-03-01", "2020-02-28", 365),
    ],
)
def test_a_period_with_the_29th_of_february_is_measured_by_366_days(first: str, last: str, basis: int) -> None:
    assert day_basis(date.fromisoformat(first), date.fromisoformat(last)) == basis


AMOUNT = st.integers(0, 10**12) | st.integers(0, 100)
SHARE = st.decimals(0, 1, places=4)
PERIODS = st.builds(
    IncomePeriod,
    guaranteed_fen=AMOUNT,
    actual_fen=st.integers(-(10**12), 10**12),
    other_income_fen=AMOUNT,
    trigger=st.decimals("0.0001", 1, places=4),
    deductible_fixed_fen=AMOUNT,
    deductible_rate=SHARE,
    cover_ratio=SHARE,
    limit_fen=st.none() | AMOUNT,
)


@settings(max_examples=200, deadline=None)
@given(PERIODS, AMOUNT, st.integers(0, 10**6))
def test_what_holds_for_every_period(period: IncomePeriod, interim: int, more: int) -> None:
    settled = settle_income(period, interim)
    worse = {name: getattr(period, name) for name in period.__struct_fields__}
    worse["actual_fen"] -= more

    assert 0 <= settled.payout_fen <= settled.shortfall_fen <= period.guaranteed_fen
    assert period.limit_fen is None or settled.payout_fen <= period.limit_fen
    assert settled.triggered or settled.payout_fen == 0
    assert settle_income(IncomePeriod(**worse)).payout_fen >= settled.payout_fen
    assert settled.payable_fen - settled.recovery_fen == settled.payout_fen - interim
