"""What comes back: how a new decision changes it, how far a subrogation goes, until when it can be claimed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from insurance.claims.rules_recovery import Change, Held, change, prescribed_on, subrogation_most


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        ([], 0, Change(0, {})),
        ([], 650_000, Change(650_000, {})),
        ([Held(1, 650_000, 0, 650_000)], 650_000, Change(0, {})),
        ([Held(1, 650_000, 0, 650_000)], 900_000, Change(250_000, {})),
        ([Held(1, 650_000, 0, 650_000)], 100_000, Change(0, {1: 550_000})),
        ([Held(1, 650_000, 400_000, 250_000)], 400_000, Change(0, {1: 250_000})),
        ([Held(1, 650_000, 400_000, 250_000)], 0, Change(0, {1: 250_000})),  # what came in stays in
        ([Held(1, 650_000, 0, 0)], 0, Change(0, {})),  # given up: nothing is left to fall away
        ([Held(1, 500_000, 0, 500_000), Held(2, 300_000, 0, 300_000)], 100_000, Change(0, {2: 300_000, 1: 400_000})),
    ],
)
def test_a_new_decision_changes_only_the_difference(held: list[Held], wanted: int, expected: Change) -> None:
    assert change(held, wanted) == expected


_AMOUNT = some.integers(0, 10**9)


@given(some.lists(some.tuples(_AMOUNT, _AMOUNT), max_size=5), _AMOUNT)
def test_it_ends_at_what_is_wanted_or_at_what_cannot_fall_away(amounts: list[tuple[int, int]], wanted: int) -> None:
    held = [Held(n, received + left, received, left) for n, (received, left) in enumerate(amounts)]

    changed = change(held, wanted)

    before, received = sum(one.due_fen for one in held), sum(one.received_fen for one in held)
    after = before + changed.more_fen - sum(changed.less_fen.values())
    assert after == max(wanted, received)
    assert all(0 < less <= held[n].left_fen for n, less in changed.less_fen.items())
    assert not (changed.more_fen and changed.less_fen)


@pytest.mark.parametrize(
    ("paid", "got", "deducted", "held", "most"),
    [
        (4_003_101, 0, 0, 0, 4_003_101),
        (1_215_000, 650_000, 650_000, 0, 1_215_000),  # A12: what the insured got was taken off already
        (1_215_000, 650_000, 0, 0, 565_000),
        (1_215_000, 0, 0, 1_000_000, 215_000),
        (1_000, 5_000, 0, 0, 0),
    ],
)
def test_a_subrogation_goes_as_far_as_the_payment(paid: int, got: int, deducted: int, held: int, most: int) -> None:
    assert subrogation_most(paid, got, deducted, held) == most


@pytest.mark.parametrize(
    ("since", "last"), [(date(2019, 8, 30), date(2022, 8, 30)), (date(2020, 2, 29), date(2023, 2, 28))]
)  # fmt: skip
def test_the_right_is_prescribed_after_three_years(since: date, last: date) -> None:
    assert prescribed_on(since) == last
