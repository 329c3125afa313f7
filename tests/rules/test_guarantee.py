"""Which past years a guarantee is measured by, and what of mixed money bears it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from insurance.policies.model import Cover, Guarantee
from insurance.policies.rules_quote import guaranteed_income, past_years
from insurance.policies.terms import terms_for
from insurance.policies.wording import GuaranteedIncome
from insurance.projects.model import Fund

SHIPPED = terms_for(Cover.INCOME, date(2019, 8, 11)).wording.guarantee
STARTS_ON = date(2019, 3, 2)


def mean(**known: Any) -> GuaranteedIncome:
    """Three years at 80 % unless a test says otherwise."""
    return msgspec.structs.replace(SHIPPED, **({"basis": Guarantee.MEAN_OF_YEARS} | known))


@pytest.mark.parametrize(
    ("accounts", "stated", "years"),
    [
        ({2016: 1, 2017: 2, 2018: 3}, 9, (1, 2, 3)),
        ({2014: 5, 2015: 6, 2016: 1, 2018: 3}, None, (1, 3)),  # the last three calendar years, gaps and all
        ({2018: -3}, 9, (-3,)),
        ({2019: 7, 2020: 8}, 9, (9,)),  # a year that is not over before the cover begins is none of the past
        ({2015: 5}, None, ()),
        ({}, 9, (9,)),
        ({}, None, ()),
    ],
)
def test_the_accounts_of_the_last_years_count_and_without_any_the_register(
    accounts: dict[int, int], stated: int | None, years: tuple[int, ...]
) -> None:
    assert past_years(accounts, stated, mean(), STARTS_ON) == years


@pytest.mark.parametrize(("most", "years"), [(1, (3,)), (2, (2, 3)), (5, (5, 1, 2, 3))])
def test_at_most_so_many_years_count(most: int, years: tuple[int, ...]) -> None:
    assert past_years({2014: 5, 2016: 1, 2017: 2, 2018: 3}, None, mean(mean_years=most), STARTS_ON) == years


@pytest.mark.parametrize(
    ("funds", "guaranteed"),
    [
        ({Fund.SPECIAL: 100}, 800_000),
        ({Fund.SPECIAL: 60, Fund.SELF: 40}, 480_000),  # G8's shares
        ({Fund.SPECIAL: 1, Fund.DONATION: 2}, 266_667),
        ({}, 800_000),  # money not stated
    ],
)
def test_only_the_special_share_of_mixed_money_bears_a_guarantee_by_past_years(funds: dict[Fund, int], guaranteed: int) -> None:
    amount, step = guaranteed_income(mean(), funds, (900_000, 1_000_000, 1_100_000))

    assert amount == guaranteed
    assert ("special_fen" in step.inputs) is (len(funds) > 1)


def test_the_share_is_told_in_the_working() -> None:
    _, step = guaranteed_income(mean(coverage=Decimal("0.7")), {Fund.SPECIAL: 1, Fund.SELF: 2}, (300,))

    assert (step.result_fen, str(step.text)) == (70, "近 1 年平均收益乘保障水平 0.7，只计专项资金所占的 33.33%")
