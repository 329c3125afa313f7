"""Net asset value: regimes, months, rounding, the month table, and a million assets at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.money import MOST_FEN
from insurance.projects.model import Ownership, Regime
from insurance.projects.rules import Depreciable, MonthValue, Valuation, month_table, net_value, posted_months, regime_for
from insurance.projects.rules_bulk import LONGEST_LIFE, RATE_UNIT, Columns, net_values, regime_codes

D = date.fromisoformat
GREENHOUSE = Depreciable(
    cost_fen=86_000_000,
    residual_rate=Decimal("0.05"),
    life_months=120,
    in_use_on=D("2017-06-15"),
    regime=Regime.ENT,
)
ORCHARD = Depreciable(
    cost_fen=12_345_678,
    residual_rate=Decimal("0.05"),
    life_months=180,
    in_use_on=D("2016-03-01"),
    regime=Regime.RURAL2004,
)


def but(asset: Depreciable, **changes: object) -> Depreciable:
    return msgspec.structs.replace(asset, **changes)


@pytest.mark.parametrize(
    ("case", "asset", "as_of", "months", "depreciation", "net"),
    [
        ("A1a", GREENHOUSE, "2019-08-11", 25, 17_020_833, 68_979_167),
        ("A1b", but(GREENHOUSE, regime=Regime.GOV), "2019-08-11", 26, 18_633_333, 67_366_667),
        ("A1c", but(GREENHOUSE, impairment_fen=300_000), "2019-08-11", 25, 17_020_833, 68_679_167),
        ("A1d", GREENHOUSE, "2031-01-01", 120, 81_700_000, 4_300_000),
        ("A1e", ORCHARD, "2019-08-31", 41, 2_671_468, 9_674_210),
        ("A2", GREENHOUSE, "2019-01-01", 18, 12_255_000, 73_745_000),
    ],
)
def test_the_worked_examples(case: str, asset: Depreciable, as_of: str, months: int, depreciation: int, net: int) -> None:
    value = net_value(asset, D(as_of))

    assert (value.months, value.depreciation_fen, value.net_value_fen) == (months, depreciation, net), case


def test_the_parts_are_kept() -> None:
    assert net_value(but(GREENHOUSE, impairment_fen=300_000), D("2019-08-11")) == Valuation(
        cost_fen=86_000_000,
        months=25,
        residual_fen=4_300_000,
        depreciation_fen=17_020_833,
        impairment_fen=300_000,
        net_value_fen=68_679_167,
    )


@pytest.mark.parametrize(
    ("in_use", "as_of", "gov", "others"),
    [
        ("2017-06-15", "2017-06-14", 0, 0),
        ("2017-06-15", "2017-06-29", 0, 0),
        ("2017-06-15", "2017-06-30", 1, 0),  # a month counts on its last day
        ("2017-06-30", "2017-06-30", 1, 0),
        ("2017-06-15", "2017-07-30", 1, 0),
        ("2017-06-15", "2017-07-31", 2, 1),
        ("2017-06-15", "2010-01-01", 0, 0),
        ("2020-01-31", "2020-02-28", 1, 0),  # a leap year's February is not over
        ("2020-01-31", "2020-02-29", 2, 1),
    ],
)
def test_the_first_month_depends_on_the_regime(in_use: str, as_of: str, gov: int, others: int) -> None:
    assert posted_months(D(in_use), D(as_of), Regime.GOV) == gov
    for regime in (Regime.ENT, Regime.RURAL2004, Regime.RURAL2024):
        assert posted_months(D(in_use), D(as_of), regime) == others


def test_before_use_the_value_is_cost_less_impairment() -> None:
    assert net_value(but(GREENHOUSE, impairment_fen=1), D("2010-01-01")).net_value_fen == 85_999_999


def test_under_gov_there_is_no_residual_whatever_the_rate_says() -> None:
    value = net_value(but(GREENHOUSE, regime=Regime.GOV), D("2031-01-01"))

    assert (value.residual_fen, value.net_value_fen) == (0, 0)


def test_the_value_is_never_below_nothing() -> None:
    assert net_value(but(GREENHOUSE, impairment_fen=90_000_000), D("2019-08-11")).net_value_fen == 0


def test_halves_of_a_fen_are_rounded_up_once() -> None:
    asset = but(GREENHOUSE, cost_fen=1, residual_rate=Decimal(0), life_months=2, in_use_on=D("2019-01-01"))

    assert net_value(asset, D("2019-02-28")).depreciation_fen == 1
    assert net_value(but(asset, residual_rate=Decimal("0.5")), D("2019-01-01")).residual_fen == 1


@pytest.mark.parametrize(
    ("ownership", "on", "regime"),
    [
        (Ownership.STATE, "2019-08-30", Regime.GOV),
        (Ownership.VILLAGE, "2023-12-31", Regime.RURAL2004),
        (Ownership.VILLAGE, "2024-01-01", Regime.RURAL2024),
        (Ownership.TOWN, "2019-08-30", Regime.RURAL2004),
        (Ownership.JOINT, "2024-01-01", Regime.RURAL2024),
        *((owner, "2019-08-30", Regime.ENT) for owner in ("COOP", "ENTERPRISE", "FAMILY_FARM", "INDIVIDUAL")),
    ],
)
def test_the_regime_follows_the_owner_and_for_collectives_the_day(ownership: str, on: str, regime: Regime) -> None:
    assert regime_for(Ownership(ownership), D(on)) is regime


def test_the_month_table_starts_at_inception_and_falls_month_by_month() -> None:
    table = month_table(GREENHOUSE, D("2019-01-01"), D("2019-12-31"))

    assert [value.month for value in table] == [date(2019, month, 1) for month in range(1, 13)]
    assert table[0] == MonthValue(D("2019-01-01"), 73_745_000)
    assert table[7] == MonthValue(D("2019-08-01"), 68_979_167)  # A1a: a loss on 11 August meets the agreed value


def test_the_month_table_begins_on_the_first_covered_day() -> None:
    table = month_table(GREENHOUSE, D("2019-07-31"), D("2019-08-01"))

    assert table == [MonthValue(D("2019-07-01"), 68_979_167), MonthValue(D("2019-08-01"), 68_979_167)]


def test_life_and_cost_may_be_as_large_as_they_come() -> None:
    asset = but(GREENHOUSE, cost_fen=MOST_FEN, life_months=10**30)

    assert net_value(asset, D("9999-12-31")).net_value_fen == MOST_FEN


ASSETS = st.builds(
    Depreciable,
    cost_fen=st.integers(0, MOST_FEN) | st.integers(0, 1000),
    residual_rate=st.decimals(0, 1, places=6) | st.just(Decimal("0.05")),
    life_months=st.integers(1, 1200) | st.just(LONGEST_LIFE),
    in_use_on=st.dates(date(1949, 10, 1), date(2050, 12, 31)),
    regime=st.sampled_from(Regime),
    impairment_fen=st.integers(0, MOST_FEN) | st.just(0),
)


def columns(assets: list[Depreciable]) -> Columns:
    def whole(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(numbers, dtype=np.int64)

    return Columns(
        cost_fen=whole([asset.cost_fen for asset in assets]),
        residual_millionths=whole([int(asset.residual_rate * RATE_UNIT) for asset in assets]),
        life_months=whole([asset.life_months for asset in assets]),
        in_use_on=np.array([asset.in_use_on for asset in assets], dtype="datetime64[D]"),
        regime=regime_codes(asset.regime for asset in assets),
        impairment_fen=whole([asset.impairment_fen for asset in assets]),
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(ASSETS, max_size=20), st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_many_assets_are_valued_as_each_of_them_is(assets: list[Depreciable], as_of: date) -> None:
    bulk = net_values(columns(assets), as_of)

    each = [net_value(asset, as_of) for asset in assets]
    assert bulk.months.tolist() == [value.months for value in each]
    assert bulk.residual_fen.tolist() == [value.residual_fen for value in each]
    assert bulk.depreciation_fen.tolist() == [value.depreciation_fen for value in each]
    assert bulk.net_value_fen.tolist() == [value.net_value_fen for value in each]


@settings(max_examples=100, deadline=None)
@given(ASSETS, st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 2000))
def test_a_later_day_never_raises_the_value_which_stays_between_nothing_and_cost(asset: Depreciable, as_of: date, later: int) -> None:
    value = net_value(asset, as_of)
    then = net_value(asset, date.fromordinal(as_of.toordinal() + later))

    assert 0 <= then.net_value_fen <= value.net_value_fen <= asset.cost_fen
    assert value.depreciation_fen <= asset.cost_fen - value.residual_fen


@pytest.mark.parametrize(
    "wrong",
    [
        {"cost_fen": np.array([MOST_FEN + 1])},
        {"cost_fen": np.array([-1])},
        {"life_months": np.array([0])},
        {"life_months": np.array([LONGEST_LIFE + 1])},
        {"residual_millionths": np.array([RATE_UNIT + 1])},
        {"in_use_on": np.array(["NaT"], dtype="datetime64[D]")},
    ],
)
def test_columns_that_would_leave_sixty_four_bits_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        net_values(msgspec.structs.replace(columns([GREENHOUSE]), **wrong), D("2019-08-11"))
