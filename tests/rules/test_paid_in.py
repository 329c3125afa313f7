"""Money paid in is followed to the payments made of it: what was passed on the same day, what was kept overnight, what is still there."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.finance.rules_paid_in import PaidIn, PassedOn, follow

DAY = date(2019, 8, 12)
TODAY = date(2019, 8, 30)


def receipt(line: int, day: int, fen: int, insurer: int | None = 1) -> PaidIn:
    return PaidIn(line, 1, insurer, DAY + timedelta(days=day), fen, "某保险公司")


def payment(day: int, fen: int, insurer: int | None = 1) -> PassedOn:
    return PassedOn(insurer, DAY + timedelta(days=day), fen)


@pytest.mark.parametrize(
    ("receipts", "payments", "expected"),  # expected: same day, late, left, days
    [
        pytest.param([receipt(1, 0, 100)], [payment(0, 100)], [(100, 0, 0, 0)], id="passed on the same day"),
        pytest.param([receipt(1, 0, 100)], [payment(3, 100)], [(0, 100, 0, 3)], id="kept for three days"),
        pytest.param([receipt(1, 0, 100)], [payment(0, 60)], [(60, 0, 40, 18)], id="a part is still there"),
        pytest.param([receipt(1, 18, 100)], [], [(0, 0, 100, 0)], id="came today, not late yet"),
        pytest.param([receipt(1, 2, 100)], [payment(0, 100)], [(100, 0, 0, 0)], id="paid before its money came"),
        pytest.param([receipt(1, 0, 100)], [payment(0, 100, insurer=2)], [(0, 0, 100, 18)], id="another insurer's payment is not its own"),
        pytest.param(
            [receipt(1, 0, 100), receipt(2, 1, 50)], [payment(0, 40), payment(1, 80)], [(40, 60, 0, 1), (20, 0, 30, 17)],
            id="first in first out",
        ),
        pytest.param([], [payment(0, 5)], [], id="nothing came in"),
    ],
)  # fmt: skip
def test_money_is_followed(receipts: list[PaidIn], payments: list[PassedOn], expected: list[tuple[int, int, int, int]]) -> None:
    found = follow(receipts, payments, TODAY)
    assert [(one.same_day_fen, one.late_fen, one.left_fen, one.days) for one in found] == expected


_AMOUNTS = st.integers(1, 1000)
_MOVES = st.lists(st.tuples(st.integers(0, 18), _AMOUNTS, st.sampled_from((1, 2, None))), max_size=12)


@given(_MOVES, _MOVES, st.randoms(use_true_random=False))
def test_no_fen_is_lost_and_the_order_of_the_rows_does_not_matter(
    ins: list[tuple[int, int, int | None]], outs: list[tuple[int, int, int | None]], shuffle: random.Random
) -> None:
    receipts = [receipt(number, *one) for number, one in enumerate(ins)]
    payments = [payment(*one) for one in outs]
    found = follow(receipts, payments, TODAY)
    assert all(one.same_day_fen + one.late_fen + one.left_fen == one.paid_in.amount_fen for one in found)
    for insurer in (1, 2, None):
        came = sum(one.amount_fen for one in receipts if one.insurer_id == insurer)
        went = sum(one.amount_fen for one in payments if one.insurer_id == insurer)
        assert sum(one.left_fen for one in found if one.paid_in.insurer_id == insurer) == max(0, came - went)
    again = list(receipts)
    shuffle.shuffle(again)
    shuffle.shuffle(payments)
    assert follow(again, payments, TODAY) == found
