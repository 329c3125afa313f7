"""What a cover costs: the worked examples, sums by basis, the split to the fen, refunds, periods, the way of a policy."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from insurance.base.errors import Invalid, WrongState
from insurance.policies import rules
from insurance.policies.lifecycle import EDGES, LIVE, PolicyVerb, after, open_verbs
from insurance.policies.model import Basis, Cover, Guarantee, LegalRegime, Payer, Period, PolicyState, Quote
from insurance.policies.model_midterm import Charge
from insurance.policies.rules_midterm import unearned
from insurance.policies.rules_quote import InsuredAsset, guaranteed_income, quote_income, quote_industry
from insurance.policies.terms import terms_for
from insurance.policies.wording import IncomeWording, IndustryWording, Terms
from insurance.projects.model import Fund, Regime, Taxonomy
from insurance.projects.rules import Depreciable, net_value

ON = date(2019, 1, 1)
YEAR = rules.period_from(ON, 12)
INDUSTRY = terms_for(Cover.INDUSTRY, ON)
INCOME = terms_for(Cover.INCOME, ON)
# A1a: 860,000.00 yuan, 10 years, 5 % residual, in use 2017-06-15.
GREENHOUSE = Depreciable(86_000_000, Decimal("0.05"), 120, date(2017, 6, 15), Regime.ENT)


def industry(**sum_insured: Any) -> Terms[IndustryWording]:
    """The shipped terms with another basis or band."""
    wording = INDUSTRY.wording
    return replace(INDUSTRY, wording=replace(wording, sum_insured=replace(wording.sum_insured, **sum_insured)))


def income(**guarantee: Any) -> Terms[IncomeWording]:
    """The shipped terms with another guarantee."""
    wording = INCOME.wording
    return replace(INCOME, wording=replace(wording, guarantee=replace(wording.guarantee, **guarantee)))


def asset(value: Depreciable = GREENHOUSE, asset_id: int = 1, **extra: Any) -> InsuredAsset:
    return InsuredAsset(asset_id=asset_id, name="1号棚", taxonomy=Taxonomy.GREENHOUSE, value=value, **extra)


def owed(quote: Quote) -> dict[str, int]:
    return {share.payer.value: share.amount_fen for share in quote.shares}


def test_a2_the_greenhouse_for_2019() -> None:
    quote = quote_industry([asset()], industry(basis=Basis.NAV_AT_START), YEAR)

    assert quote.items[0].net_value_fen == 73_745_000
    assert quote.sum_insured_fen == 73_740_000
    assert quote.premium_fen == 258_090
    assert owed(quote) == {"CITY": 103_236, "COUNTY": 103_236, "INSURED": 51_618}
    assert quote.referrals == ()


def test_a2_rounding_the_sum_up_would_over_insure() -> None:
    assert rules.excess_fen([73_750_000], 73_745_000) == 5_000


def test_agreed_values_follow_net_value_month_by_month() -> None:
    quote = quote_industry([asset()], INDUSTRY, YEAR)
    item = quote.items[0]

    assert quote.sum_insured_fen == 73_745_000
    assert len(item.month_values_fen) == 12
    for month, value in enumerate(item.month_values_fen, start=1):
        assert value == net_value(GREENHOUSE, date(2019, month, 1)).net_value_fen
    # A1a: on the day of the loss the agreed value is the net value, to the fen
    lekima = rules.insured_on(Basis.AGREED_NAV, item.sum_insured_fen, item.month_values_fen, ON, date(2019, 8, 11))
    assert lekima == (68_979_167, 68_979_167)


def test_a_sum_fixed_at_the_start_stays_while_the_value_falls() -> None:
    quote = quote_industry([asset()], industry(basis=Basis.NAV_AT_START), YEAR)
    item = quote.items[0]

    found = rules.insured_on(Basis.NAV_AT_START, item.sum_insured_fen, item.month_values_fen, ON, date(2019, 8, 11))

    assert found == (68_979_167, 73_740_000)


def test_an_agreed_sum_that_did_not_begin_on_the_table_does_not_follow_it() -> None:
    item = quote_industry([asset(asked_fen=70_000_000)], INDUSTRY, YEAR).items[0]

    found = rules.insured_on(Basis.AGREED_NAV, item.sum_insured_fen, item.month_values_fen, ON, date(2019, 8, 11))

    assert found == (68_979_167, 70_000_000)


def test_replacement_is_referred_and_the_owner_bears_what_exceeds_net_value() -> None:
    quote = quote_industry([asset(replacement_fen=90_000_000)], industry(basis=Basis.REPLACEMENT), YEAR)

    assert quote.sum_insured_fen == 90_000_000
    assert set(quote.items[0].month_values_fen) == {90_000_000}
    assert quote.premium_fen == 315_000
    # public money as if net value were insured: 73,745,000 x 0.35 % = 258,107.5
    assert owed(quote) == {"CITY": 103_243, "COUNTY": 103_243, "INSURED": 315_000 - 2 * 103_243}
    assert [str(text) for text in quote.referrals] == ["保险金额 900,000.00 元与资产净值 737,450.00 元相差超过 5%，须核定"]


def test_replacement_without_a_price_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        quote_industry([asset()], industry(basis=Basis.REPLACEMENT), YEAR)

    assert refused.value.faults[0].field == "replacement_fen"


@pytest.mark.parametrize(
    ("sum_insured", "value", "off"),
    [
        (105, 100, False),
        (95, 100, False),
        (106, 100, True),
        (94, 100, True),
        (10_500_001, 10_000_000, True),  # one hundredth of a yuan beyond 5 %
        (9_499_999, 10_000_000, True),
        (1, 0, True),
    ],
)
def test_a_sum_more_than_the_band_off_net_value_is_referred(sum_insured: int, value: int, off: bool) -> None:
    assert rules.off_band(sum_insured, value, Decimal("0.05")) is off


def test_a_sum_asked_above_the_value_is_over_insurance() -> None:
    quote = quote_industry([asset(asked_fen=73_750_000)], INDUSTRY, YEAR)

    assert [str(text) for text in quote.referrals] == ["1号棚 超额保险 50.00 元，超过部分无效"]


@pytest.mark.parametrize(
    ("premium", "sums", "value", "back"),
    [
        (150_000, [50_000_000], 42_000_000, 24_000),  # A5
        (45_000, [15_000_000, 10_000_000], 20_000_000, 9_000),  # A7, first insurer
        (32_000, [15_000_000, 10_000_000], 20_000_000, 6_400),  # A7, second insurer
        (150_000, [42_000_000], 42_000_000, 0),
        (150_000, [1], 42_000_000, 0),
        (150_000, [42_000_000], 0, 150_000),
    ],
)
def test_premium_for_a_void_excess_returns(premium: int, sums: list[int], value: int, back: int) -> None:
    assert rules.excess_refund(premium, sums, value) == back


@pytest.mark.parametrize(
    ("sum_insured", "rate", "days", "premium"),
    [
        (73_740_000, "0.0035", 365, 258_090),  # A2
        (73_740_000, "0.0035", 366, 258_090),  # a leap year costs a year
        (73_740_000, "0.0035", 731, 258_090),
        (30_000_000, "0.0035", 142, 40_849),  # A9: reinstated 2019-08-12, to 2019-12-31 inclusive
        (1_000, "0.0005", 365, 1),  # half a fen goes up
        (999, "0.0005", 365, 0),
        (73_740_000, "0.0035", 0, 0),
    ],
)
def test_premium_runs_by_days_of_365(sum_insured: int, rate: str, days: int, premium: int) -> None:
    assert rules.premium(sum_insured, Decimal(rate), days) == premium


def test_a9_counts_both_the_day_of_reinstatement_and_the_last_day() -> None:
    assert Period(date(2019, 8, 12), date(2020, 1, 1)).days == 142


@pytest.mark.parametrize(
    ("starts", "months", "last_day", "days"),
    [
        (date(2019, 1, 1), 12, date(2019, 12, 31), 365),
        (date(2019, 3, 15), 12, date(2020, 3, 14), 366),
        (date(2020, 2, 29), 12, date(2021, 2, 28), 366),
        (date(2019, 2, 28), 12, date(2020, 2, 27), 365),
        (date(2019, 1, 31), 1, date(2019, 2, 28), 29),
    ],
)
def test_a_period_is_shown_with_its_last_day(starts: date, months: int, last_day: date, days: int) -> None:
    period = rules.period_from(starts, months)

    assert (period.last_day, period.days) == (last_day, days)
    assert period.covers(starts)
    assert period.covers(last_day)
    assert not period.covers(last_day + timedelta(days=1))
    assert not period.covers(starts - timedelta(days=1))


def test_a_period_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Period(ON, ON)


def test_a_cover_from_mid_month_has_a_value_for_every_month_it_touches() -> None:
    starts = date(2019, 3, 15)
    period = rules.period_from(starts, 12)
    values = quote_industry([asset()], INDUSTRY, period).items[0].month_values_fen

    assert len(values) == 13
    assert rules.value_on(values, starts, starts) == net_value(GREENHOUSE, starts).net_value_fen
    assert rules.value_on(values, starts, period.last_day) == net_value(GREENHOUSE, date(2020, 3, 1)).net_value_fen
    with pytest.raises(Invalid):
        rules.value_on(values, starts, date(2019, 3, 14))
    with pytest.raises(Invalid):
        rules.value_on(values, starts, date(2020, 4, 1))


def test_an_asset_without_value_is_left_off_the_schedule() -> None:
    worn_out = Depreciable(1_000, Decimal(0), 12, date(2010, 1, 1), Regime.ENT)

    quote = quote_industry([asset(worn_out), asset(asset_id=2)], INDUSTRY, YEAR)

    assert [item.asset_id for item in quote.items] == [2]
    with pytest.raises(Invalid):
        quote_industry([asset(worn_out)], INDUSTRY, YEAR)


def test_the_quote_keeps_terms_law_and_every_step() -> None:
    quote = quote_industry([asset()], INDUSTRY, YEAR)

    assert (quote.terms_version, quote.terms_checksum) == ("2019-01-01", INDUSTRY.checksum)
    assert quote.items[0].regime_of_law is LegalRegime.AGRI_RELATED
    assert [(step.step, step.rule) for step in quote.items[0].steps] == [(1, "net-value"), (2, "basis")]
    assert quote.items[0].steps[0].inputs["months"] == 18
    rules_used = [step.rule for step in quote.steps]
    assert rules_used == ["sum-insured", "premium", "share-city", "share-county", "share-insured"]
    assert quote.steps[1].result_fen == quote.premium_fen


def test_i1_eight_percent_of_half_a_million() -> None:
    assert guaranteed_income(INCOME.wording.guarantee, {Fund.SPECIAL: 50_000_000})[0] == 4_000_000


def test_g8_only_the_special_sixty_percent_bears_a_guarantee() -> None:
    quote = quote_income({Fund.SPECIAL: 60_000_000, Fund.SELF: 40_000_000}, INCOME, YEAR)

    assert quote.guaranteed_fen == 4_800_000
    assert quote.steps[0].inputs["principal_fen"] == 60_000_000


@pytest.mark.parametrize(
    ("years", "coverage", "guaranteed"),
    [
        ([900_000, 1_000_000, 1_100_001], "0.80", 800_000),  # mean 1,000,000.33 x 0.8 = 800,000.27
        ([5_000_000, 900_000, 1_000_000, 1_100_000], "0.80", 800_000),  # only the last three
        ([1_000_000], "0.90", 900_000),
        ([-500_000, 800_000], "0.80", 120_000),
        ([1], "0.5", 1),  # half a fen goes up
    ],
)
def test_guarantee_from_past_years(years: list[int], coverage: str, guaranteed: int) -> None:
    terms = income(basis=Guarantee.MEAN_OF_YEARS, coverage=Decimal(coverage))

    assert guaranteed_income(terms.wording.guarantee, {}, years)[0] == guaranteed


@pytest.mark.parametrize(
    ("basis", "funds", "years"),
    [
        (Guarantee.PRINCIPAL_RATE, {Fund.SELF: 50_000_000}, [1_000_000]),
        (Guarantee.MEAN_OF_YEARS, {Fund.SPECIAL: 50_000_000}, []),
        (Guarantee.MEAN_OF_YEARS, {Fund.SPECIAL: 50_000_000}, [-1]),
    ],
)
def test_without_a_base_there_is_no_guarantee(basis: Guarantee, funds: dict[Fund, int], years: list[int]) -> None:
    with pytest.raises(Invalid):
        quote_income(funds, income(basis=basis), YEAR, years)


@pytest.mark.parametrize(
    ("period", "guaranteed"),
    [
        (Period(date(2019, 4, 1), date(2020, 1, 1)), 3_616_438),  # I6: 275 of 365 days
        (YEAR, 4_800_000),
        (Period(date(2020, 1, 1), date(2021, 1, 1)), 4_800_000),  # 366 of 366
        (Period(date(2020, 1, 1), date(2020, 7, 1)), 2_386_885),  # 182 of 366: 2,386,885.25
        (Period(date(2019, 3, 1), date(2020, 2, 29)), 4_800_000),  # ends on 28 February: 365 of 365
        (Period(date(2019, 3, 1), date(2020, 3, 1)), 4_800_000),  # ends on 29 February: 366 of 366
        (Period(date(2020, 2, 29), date(2020, 3, 1)), 13_115),  # that one day: 4,800,000 / 366 = 13,114.75
    ],
)
def test_the_guarantee_of_part_of_a_year(period: Period, guaranteed: int) -> None:
    assert rules.part_period(4_800_000, period) == guaranteed


def test_income_premium_is_on_the_years_guarantee_and_split() -> None:
    quote = quote_income({Fund.SPECIAL: 60_000_000}, INCOME, Period(date(2019, 4, 1), date(2020, 1, 1)))

    assert quote.sum_insured_fen == 3_616_438
    assert quote.premium_fen == 108_493  # 4,800,000 x 3 % x 275 / 365 = 108,493.15
    assert owed(quote) == {"CITY": 43_397, "COUNTY": 43_397, "INSURED": 21_699}
    assert [step.rule for step in quote.steps[:4]] == ["guarantee", "part-period", "sum-insured", "premium"]


@pytest.mark.parametrize(
    ("from_on", "back"),
    [
        (date(2018, 12, 1), 365_000),  # before cover begins
        (date(2019, 1, 1), 365_000),
        (date(2019, 12, 31), 1_000),  # the last day
        (date(2020, 1, 1), 0),
        (date(2021, 1, 1), 0),
    ],
)
def test_unearned_premium_returns_by_days(from_on: date, back: int) -> None:
    charge = Charge(policy_item_id=None, name="", premium_fen=365_000, period=YEAR, sum_insured_fen=1)

    assert unearned(charge, from_on) == back


ASSETS = st.lists(
    st.builds(
        Depreciable,
        st.integers(20_000, 10**10),
        st.decimals(0, 1, places=2),
        st.integers(24, 480),
        st.dates(date(2017, 6, 1), date(2018, 12, 31)),
        st.sampled_from(Regime),
    ),
    min_size=1,
    max_size=6,
)
PAYERS = st.dictionaries(st.sampled_from(Payer), st.integers(1, 100), min_size=1)


@settings(max_examples=200, deadline=None)
@given(ASSETS, st.sampled_from([Basis.AGREED_NAV, Basis.NAV_AT_START]), PAYERS)
def test_what_is_owed_adds_up_to_the_fen(values: list[Depreciable], basis: Basis, payers: dict[Payer, int]) -> None:
    wording = industry(basis=basis).wording
    terms = replace(INDUSTRY, wording=replace(wording, premium=replace(wording.premium, payers=payers)))
    assets = [asset(value, asset_id) for asset_id, value in enumerate(values)]
    try:
        quote = quote_industry(assets, terms, YEAR)
    except Invalid:
        assert all(net_value(value, ON).net_value_fen < 10_000 for value in values)
        return

    assert sum(share.amount_fen for share in quote.shares) == quote.premium_fen
    assert sum(item.premium_fen for item in quote.items) == quote.premium_fen
    assert sum(item.sum_insured_fen for item in quote.items) == quote.sum_insured_fen
    for item in quote.items:
        assert 0 <= item.net_value_fen - item.sum_insured_fen < (1 if basis is Basis.AGREED_NAV else 10_000)
        assert item.month_values_fen[0] == item.net_value_fen
        assert list(item.month_values_fen) == sorted(item.month_values_fen, reverse=True)
    exact = quote.sum_insured_fen * Fraction("0.0035")
    assert abs(quote.premium_fen - exact) <= Fraction(1, 2)


S = PolicyState


@pytest.mark.parametrize(
    ("verb", "state", "target"),
    [
        (PolicyVerb.PROPOSE, None, S.PROPOSED),
        (PolicyVerb.BIND, S.PROPOSED, S.IN_FORCE),
        (PolicyVerb.OPENING, None, S.IN_FORCE),
        (PolicyVerb.ENDORSE, S.IN_FORCE, S.ENDORSED),
        (PolicyVerb.ENDORSE, S.ENDORSED, S.ENDORSED),
        (PolicyVerb.CANCEL, S.IN_FORCE, S.CANCELLED),
        (PolicyVerb.CANCEL, S.ENDORSED, S.CANCELLED),
        (PolicyVerb.EXPIRE, S.IN_FORCE, S.EXPIRED),
        (PolicyVerb.EXPIRE, S.ENDORSED, S.EXPIRED),
        (PolicyVerb.LAPSE, S.PROPOSED, S.LAPSED),
        (PolicyVerb.LAPSE, S.IN_FORCE, S.LAPSED),
        (PolicyVerb.LAPSE, S.ENDORSED, S.LAPSED),
        (PolicyVerb.REFUND, S.IN_FORCE, S.IN_FORCE),
        (PolicyVerb.REFUND, S.ENDORSED, S.ENDORSED),
        (PolicyVerb.REFUND, S.EXPIRED, S.EXPIRED),
        (PolicyVerb.REFUND, S.CANCELLED, S.CANCELLED),
    ],
)
def test_a_policy_goes_only_these_ways(verb: PolicyVerb, state: PolicyState | None, target: PolicyState) -> None:
    assert after(verb, state) is target


def test_every_other_way_is_refused_and_ended_policies_stay_ended() -> None:
    allowed = 0
    for verb, edge in EDGES.items():
        for state in [None, *PolicyState]:
            if state in edge.sources:
                allowed += 1
                continue
            with pytest.raises(WrongState):
                after(verb, state)
    assert allowed == 16  # those of the table above
    assert all(open_verbs(state) == (PolicyVerb.REFUND,) for state in (S.CANCELLED, S.EXPIRED))
    assert open_verbs(S.LAPSED) == ()
    assert set(LIVE) == {S.IN_FORCE, S.ENDORSED}
