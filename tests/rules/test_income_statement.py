"""From a statement's lines to the actual income: what counts, what is left out and why, nothing deducted or counted twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.text import render
from insurance.claims.assessed import IncomeBasis, compute
from insurance.claims.model_income import CountedStatement, FiledStatement, SetOff, StatementLine
from insurance.claims.names import COUNTING_NAMES, LEFT_OUT_WHY, LINE_NAMES
from insurance.claims.rules_income import IncomePeriod
from insurance.claims.rules_override import Computed
from insurance.claims.rules_statement import actual_of, counted
from insurance.policies.model import Counting, Cover, LineKind
from insurance.policies.terms import terms_for
from insurance.policies.wording import IncomeWording

K = LineKind
OF_2019 = terms_for(Cover.INCOME, date(2019, 8, 11)).wording
OF_2020 = terms_for(Cover.INCOME, date(2020, 8, 11)).wording


def statement(*lines: tuple[LineKind, int], wording: IncomeWording = OF_2019, proved: bool = False) -> CountedStatement:
    filed = tuple(StatementLine(kind=kind, amount_fen=fen, document_id=1 if proved else None) for kind, fen in lines)
    return counted(FiledStatement(7, date(2019, 1, 1), date(2019, 12, 31), filed), wording)


def income(guaranteed: int, found: CountedStatement | None, set_off: SetOff | None = None, **known: Any) -> Computed:
    fields: dict[str, Any] = {"guaranteed_fen": guaranteed, "actual_fen": 0} | known
    period = IncomePeriod(**fields)
    return compute(IncomeBasis(period, date(2019, 1, 1), date(2019, 12, 31), 0, statement=found, set_off=set_off or SetOff()))


def steps(computed: Computed) -> dict[str, int]:
    return {step.rule: step.result_fen for step in computed.steps}


def said(computed: Computed, rule: str, language: str = "zh") -> str:
    return next(render(step.text, language) for step in computed.steps if step.rule == rule)


@pytest.mark.parametrize(
    ("lines", "actual"),
    [
        ([(K.SALES, 900_000), (K.CROP_PAYOUT, 500_000), (K.ASSET_PAYOUT, 12_000_000)], 1_400_000),  # I5
        ([(K.GENERATION, 4_000_000), (K.UPKEEP_COST, 350_000), (K.LABOUR_COST, 1_000_000)], 2_650_000),  # I1
        ([(K.SALES, 100_000), (K.LABOUR_COST, 420_000)], 0),  # I6: a loss of 320,000 is no income
        ([(K.SALES, 100), (K.LABOUR_COST, 400), (K.PRICE_SUBSIDY, 200)], 0),  # the floor comes after adding
        ([(K.SALES, 100), (K.LABOUR_COST, 200), (K.PRICE_SUBSIDY, 400)], 300),
        ([(K.CAPITAL_GRANT, 9_000), (K.DISPOSAL_GAIN, 8_000), (K.CLAIMED_REPAIR, 7_000)], 0),
        ([(K.RENT, 0)], 0),
    ],
)
def test_what_a_statement_comes_to(lines: list[tuple[LineKind, int]], actual: int) -> None:
    found = statement(*lines)

    assert actual_of(found) == actual
    assert steps(income(10**9, found))["actual"] == actual


@pytest.mark.parametrize("wording", [OF_2019, OF_2020], ids=["2019", "2020"])
def test_both_versions_of_the_terms_count_every_kind_alike(wording: IncomeWording) -> None:
    assert wording.kinds == tuple(LineKind)
    assert {kind: wording.counting(kind) for kind in LineKind} == {kind: OF_2019.counting(kind) for kind in LineKind}
    assert wording.set_off == OF_2019.set_off


def test_every_kind_has_a_name_and_what_is_left_out_a_reason() -> None:
    assert set(LINE_NAMES) == set(LineKind)
    assert set(COUNTING_NAMES) == set(Counting)
    assert set(LEFT_OUT_WHY) == {kind for kind in LineKind if OF_2020.counting(kind) is Counting.LEFT_OUT}


def test_a_step_per_group_says_what_counts_and_what_is_left_out_and_why() -> None:
    found = statement((K.SALES, 900_000), (K.RENT, 120_000), (K.SALES, 100_000), (K.LABOUR_COST, 300_000), (K.ASSET_PAYOUT, 4_003_101))

    worked = income(4_000_000, found)

    assert list(steps(worked))[:5] == ["statement-income", "statement-costs", "statement-left-out", "statement-net", "actual"]
    assert steps(worked)["statement-income"] == 1_120_000
    assert said(worked, "statement-income") == "销售收入 10,000.00 元、租金收入 1,200.00 元"
    assert said(worked, "statement-left-out").startswith("不计入收益：产业保赔款 40,031.01 元（赔的是资产，不是收益")
    assert said(worked, "statement-left-out", "en").startswith("left out: Asset-cover pay-out 40,031.01 yuan (it pays for assets")
    assert said(worked, "statement-net") == "经营收入 11,200.00 元减直接成本 3,000.00 元"
    assert (worked.indemnity_fen, steps(worked)["actual"]) == (4_000_000 - 820_000, 820_000)


def test_lines_without_a_paper_are_told_with_their_amount() -> None:
    half = CountedStatement(7, (*statement((K.SALES, 500), proved=True).lines, *statement((K.SALES, 300)).lines))

    assert income(1_000, half).steps[0].inputs == {"sales_fen": 800, "unproved_fen": 300}


@pytest.mark.parametrize(
    ("booked", "claimed", "answered"),
    [(600, 0, 0), (600, 400, 400), (600, 600, 600), (600, 10_000, 600)],
)
@pytest.mark.parametrize(
    ("kind", "part", "rule"), [(K.REPAIR_COST, "repair_fen", "joint-repair"), (K.RESCUE_COST, "rescue_fen", "joint-rescue")]
)
def test_costs_claimed_under_the_asset_cover_are_not_deducted_again(
    kind: LineKind, part: str, rule: str, booked: int, claimed: int, answered: int
) -> None:
    found = statement((K.SALES, 5_000), (K.LABOUR_COST, 1_000), (kind, booked))

    worked = income(10_000, found, SetOff(**{part: claimed}))

    assert steps(worked).get(rule, 0) == answered
    assert steps(worked)["actual"] == 5_000 - 1_000 - booked + answered


def test_ordinary_upkeep_stays_deductible_whatever_the_asset_cover_pays() -> None:
    found = statement((K.SALES, 5_000), (K.UPKEEP_COST, 700))

    assert steps(income(10_000, found, SetOff(repair_fen=9_000, rescue_fen=9_000)))["actual"] == 4_300


def test_the_asset_covers_pay_out_on_crops_counts_as_income_with_or_without_a_statement() -> None:
    with_one = income(4_000_000, statement((K.SALES, 900_000)), SetOff(yield_fen=500_000))
    typed = income(4_000_000, None, SetOff(yield_fen=500_000), actual_fen=900_000)

    assert (with_one.indemnity_fen, typed.indemnity_fen) == (2_600_000, 2_600_000)
    assert steps(typed)["joint-yield"] == 500_000
    assert said(typed, "joint-yield") == "同期产业保对作物等的赔款 5,000.00 元代替了收成，计入收益"
    assert "joint-yield" not in steps(income(4_000_000, None, actual_fen=900_000))


AMOUNTS = st.integers(0, 10**9) | st.integers(0, 50)
LINES = st.lists(st.tuples(st.sampled_from(LineKind), AMOUNTS), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(LINES, st.builds(SetOff, AMOUNTS, AMOUNTS, AMOUNTS), AMOUNTS, st.randoms())
def test_what_holds_for_every_statement(lines: list[tuple[LineKind, int]], set_off: SetOff, guaranteed: int, shuffled: Any) -> None:
    found = statement(*lines)
    worked = income(guaranteed, found, set_off)
    again = list(lines)
    shuffled.shuffle(again)

    assert worked == income(guaranteed, found, set_off), "the same statement gives the same fen and steps"
    assert worked.indemnity_fen == income(guaranteed, statement(*again), set_off).indemnity_fen, "the order of lines does not matter"
    assert worked.indemnity_fen <= income(guaranteed, found).indemnity_fen, "what the asset cover answers for never raises the pay-out"
    assert 0 <= worked.indemnity_fen <= guaranteed
    left_out = [line for line in lines if OF_2019.counting(line[0]) is not Counting.LEFT_OUT] or [(K.SALES, 0)]
    assert worked.indemnity_fen == income(guaranteed, statement(*left_out), set_off).indemnity_fen
