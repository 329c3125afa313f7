"""Money: the one rounding, the split to the fen, and amounts as offices write them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.errors import Invalid
from insurance.base.money import FEN_PER_WAN, MOST_FEN, half_up, half_width, largest_remainder, parse_yuan, yuan


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(49, 100), 0),
        (Decimal("2116584.5"), 2_116_585),
        (Decimal("0.4999999999999999999999999999999999"), 0),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-1, 2), -1),
        (Fraction(-49, 100), 0),
        (7, 7),
        (Decimal(7), 7),
    ],
)
def test_halves_are_rounded_away_from_zero(exact: Fraction | Decimal | int, rounded: int) -> None:
    assert half_up(exact) == rounded


def test_d1_the_income_of_a_share_is_split_seventy_to_thirty() -> None:
    income = half_up(65_800_000 * Fraction("0.08"))

    assert income == 5_264_000
    assert largest_remainder(income, {"dividend": 70, "mutual aid": 30}) == {
        "dividend": 3_684_800,
        "mutual aid": 1_579_200,
    }


def test_d2_thirty_seven_households_differ_by_at_most_a_fen() -> None:
    shares = largest_remainder(3_684_800, {f"{household:02d}": 1 for household in range(37)})

    assert [shares[f"{household:02d}"] for household in range(37)] == [99_590] * 7 + [99_589] * 30


def test_d3_persons_weigh_a_household() -> None:
    assert largest_remainder(10_000, {"a": 3, "b": 2, "c": 2}) == {"a": 4_286, "b": 2_857, "c": 2_857}


def test_d4_two_fen_over_three() -> None:
    assert largest_remainder(2, {"a": 1, "b": 1, "c": 1}) == {"a": 1, "b": 1, "c": 0}


def test_ties_go_by_code_point_of_the_key_whatever_the_order_given() -> None:
    assert largest_remainder(1, {"9": 1, "10": 1}) == {"9": 0, "10": 1}
    assert largest_remainder(1, {"镇": 1, "z": 1}) == {"镇": 0, "z": 1}


def test_weight_zero_gets_nothing_and_nothing_splits_into_nothing() -> None:
    assert largest_remainder(5, {"a": 0, "b": 1}) == {"a": 0, "b": 5}
    assert largest_remainder(0, {"a": 1, "b": 1}) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    ("total", "weights", "field"),
    [
        (1, {}, "weights"),
        (1, {"a": 0, "b": 0}, "weights"),
        (1, {"a": 2, "b": -1}, "weights"),
        (-1, {"a": 1}, "total_fen"),
    ],
)
def test_what_cannot_be_split_is_refused(total: int, weights: dict[str, int], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        largest_remainder(total, weights)

    assert refused.value.faults[0].field == field


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, MOST_FEN),
    st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), min_size=1).filter(lambda w: sum(w.values()) > 0),
)
def test_shares_add_up_and_lie_within_a_fen_of_their_exact_part(total: int, weights: dict[str, int]) -> None:
    shares = largest_remainder(total, weights)

    assert sum(shares.values()) == total
    whole = sum(weights.values())
    assert all(abs(Fraction(total * weights[key], whole) - share) < 1 for key, share in shares.items())


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(123_456, "1,234.56"), (0, "0.00"), (5, "0.05"), (-105, "-1.05"), (48_000_000, "480,000.00")],
)
def test_fen_are_shown_as_yuan_with_commas_and_two_decimals(fen: int, shown: str) -> None:
    assert yuan(fen) == shown


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,234.56", 123_456),
        ("1234.5", 123_450),
        ("658000", 65_800_000),
        ("６５８，０００．００元", 65_800_000),
        (" ￥480,000.00 ", 48_000_000),
        ("65.8万元", 65_800_000),
        ("85万", 85_000_000),
        ("1.2亿", 1_200_000_000_0),
        ("12 345.67", 1_234_567),
        ("1.2300", 123),
        ("-3.5万", -3_500_000),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_offices_write_them(written: str, fen: int) -> None:
    assert parse_yuan(written) == fen


def test_a_unit_in_the_head_counts_only_where_the_cell_has_none() -> None:
    assert parse_yuan("65.8", FEN_PER_WAN) == 65_800_000
    assert parse_yuan("65.8万元", FEN_PER_WAN) == 65_800_000
    assert parse_yuan("658000元", FEN_PER_WAN) == 65_800_000
    assert parse_yuan("65.812345", FEN_PER_WAN) == 65_812_345


@pytest.mark.parametrize(
    "written",
    [
        *("", "元", "万", "abc", "1.2.3", "1,23", "1,2345", ",123", "1e5", "1E+05", "0x1F", "1_000", ".5", "1.", "--1"),
        *("5²", "½", "一百", "٣", "NaN", "Infinity", "1.234", "0.12345678万", "1元2角", "1万万", "9" * 61),
        *("1000000000000.00", "1" * 15 + "元", "1\x00"),
    ],
)
def test_what_is_no_amount_is_refused_and_never_guessed(written: str) -> None:
    with pytest.raises(Invalid):
        parse_yuan(written)


def test_the_largest_amount_is_read() -> None:
    assert parse_yuan("999,999,999,999.99") == MOST_FEN


@settings(max_examples=100, deadline=None)
@given(st.integers(-MOST_FEN, MOST_FEN))
def test_what_is_shown_can_be_read_again(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


def test_full_width_signs_become_ascii_and_characters_stay() -> None:
    assert half_width("ＡＢｃ（１２３）　坛山") == "ABc(123) 坛山"
