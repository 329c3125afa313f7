"""双险联合核算: both covers of a project against what one disaster cost it; no loss is paid twice, whatever was hit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.claims import rules
from insurance.claims.assessed import AssetBasis, AssetItem, IncomeBasis, OutageBasis, compute
from insurance.claims.model_income import CountedStatement, FiledStatement, JointAsset, JointItem, SetOff, StatementLine
from insurance.claims.rules_income import IncomePeriod
from insurance.claims.rules_joint import set_off_of, shortfall, together
from insurance.claims.rules_statement import counted
from insurance.policies.model import Cover, LineKind
from insurance.policies.terms import terms_for

K = LineKind
WORDING = terms_for(Cover.INCOME, date(2019, 8, 11)).wording
FIRST, LAST = date(2019, 1, 1), date(2019, 12, 31)


class Hit:
    """One item that was hit: whether it yields, loss, salvage, money of a third party, rescue costs, in fen."""

    def __init__(self, loss: int, *, yields: bool = False, salvage: int = 0, third_party: int = 0, rescue: int = 0) -> None:
        self.loss, self.yields, self.salvage, self.third_party, self.rescue = loss, yields, salvage, third_party, rescue


def asset_claim(hits: list[Hit], deductible: rules.Deductible | None = None) -> JointAsset:
    """An asset claim settled by the rules, every item insured in full, as the worksheet reads it."""
    items = tuple(
        AssetItem(
            f"{place:03d}", place, None, "",
            rules.AssetLoss(
                value_fen=max(hit.loss, 1), sum_insured_fen=max(hit.loss, 1), loss_fen=hit.loss, salvage_fen=hit.salvage,
                third_party_fen=hit.third_party, rescue_fen=hit.rescue,
            ),
        )
        for place, hit in enumerate(hits)
    )  # fmt: skip
    done = compute(AssetBasis(items, deductible, None, 0))
    shown = tuple(
        JointItem(
            name=item.key, yields=hit.yields, loss_fen=hit.loss, salvage_fen=hit.salvage, third_party_fen=hit.third_party,
            indemnity_fen=done.nets_fen[item.key],
        )
        for item, hit in zip(items, hits, strict=True)
    )  # fmt: skip
    return JointAsset(
        id=1, number="LA-1", state="ASSESSING", insurer_name="甲", loss_on=FIRST, peril="RAINSTORM", items=shown,
        rescue_fen=sum(hit.rescue for hit in hits), rescue_paid_fen=done.total_fen - done.indemnity_fen, survey_fen=0,
        total_fen=done.total_fen,
    )  # fmt: skip


def statement(*lines: tuple[LineKind, int]) -> CountedStatement:
    filed = tuple(StatementLine(kind=kind, amount_fen=fen) for kind, fen in lines)
    return counted(FiledStatement(7, FIRST, LAST, filed), WORDING)


def income(guaranteed: int, found: CountedStatement | None, set_off: SetOff, **terms: Any) -> IncomeBasis:
    period = IncomePeriod(**({"guaranteed_fen": guaranteed, "actual_fen": 0} | terms))
    return IncomeBasis(period, FIRST, LAST, 0, statement=found, set_off=set_off)


def worked(asset: JointAsset, basis: IncomeBasis | OutageBasis) -> tuple[int, int]:
    """Loss and pay-outs of both covers."""
    found = together([asset], shortfall(basis), compute(basis).indemnity_fen)
    return found.economic_loss_fen, found.paid_fen


@pytest.mark.parametrize(
    ("hits", "lines", "guaranteed", "loss", "paid"),
    [
        # the crop is lost and with it the year's sales: one loss, paid by the asset cover and topped up by the income cover
        ([Hit(500_000, yields=True)], [(K.SALES, 900_000)], 2_000_000, 1_100_000, 1_100_000),
        # a greenhouse is repaired; the repair stands in the statement, but the asset cover answers for it
        ([Hit(400_000)], [(K.SALES, 1_500_000), (K.REPAIR_COST, 400_000)], 2_000_000, 900_000, 900_000),
        # repair beyond what was assessed is a cost of earning
        ([Hit(400_000)], [(K.SALES, 1_500_000), (K.REPAIR_COST, 450_000)], 2_000_000, 950_000, 950_000),
        # rescue once
        ([Hit(100_000, rescue=30_000)], [(K.SALES, 1_500_000), (K.RESCUE_COST, 30_000)], 2_000_000, 630_000, 630_000),
        # what the asset cover pays for the building is no income
        ([Hit(400_000)], [(K.SALES, 1_500_000), (K.ASSET_PAYOUT, 400_000)], 2_000_000, 900_000, 900_000),
        # salvage and a third party's money lower the loss
        ([Hit(400_000, salvage=50_000, third_party=100_000)], [(K.SALES, 2_000_000)], 2_000_000, 250_000, 250_000),
        # more crop lost than income missing
        ([Hit(800_000, yields=True)], [(K.SALES, 1_900_000)], 2_000_000, 800_000, 800_000),
        # a year with a loss: the floor of the income keeps a part of it with the insured
        ([Hit(200_000, yields=True)], [(K.SALES, 0), (K.LABOUR_COST, 300_000)], 1_000_000, 1_300_000, 1_200_000),
    ],
)
def test_one_disaster_under_both_covers(hits: list[Hit], lines: list[tuple[LineKind, int]], guaranteed: int, loss: int, paid: int) -> None:
    asset = asset_claim(hits)

    assert worked(asset, income(guaranteed, statement(*lines), set_off_of([asset]))) == (loss, paid)


def test_without_the_set_off_the_same_loss_would_be_paid_twice() -> None:
    asset = asset_claim([Hit(500_000, yields=True)])

    loss, paid = worked(asset, income(2_000_000, statement((K.SALES, 900_000)), SetOff()))

    assert paid == loss + 500_000
    assert "超过损失" in str(together([asset], 1_100_000, 1_100_000).steps[-1].text)


def test_an_outage_of_a_farm_takes_the_crops_pay_out_off() -> None:
    asset = asset_claim([Hit(300_000, yields=True)])
    out = OutageBasis(3_650_000, date(2019, 8, 11), date(2019, 10, 5), 2_000, 7, 90, 3_650_000, 0, set_off=set_off_of([asset]))

    assert compute(out).indemnity_fen == 84_000  # 384,000 (I4) less 300,000
    assert [step.rule for step in compute(out).steps] == ["outage", "joint-outage", "limit", "payable"]
    assert worked(asset, out) == (440_000, 384_000)  # 55 days of 8,000; the waiting days stay with the insured


def test_the_worksheet_tells_every_step() -> None:
    asset = asset_claim([Hit(500_000, yields=True), Hit(400_000, salvage=50_000, rescue=10_000)])

    found = together([asset], 1_100_000, 600_000)

    assert [(step.rule, step.result_fen) for step in found.steps] == [
        ("joint-damage", 350_000), ("joint-rescue-costs", 10_000), ("joint-crops", 500_000), ("joint-shortfall", 1_100_000),
        ("joint-loss", 1_460_000), ("joint-asset-paid", 860_000), ("joint-income-paid", 600_000), ("joint-paid", 1_460_000),
    ]  # fmt: skip


def test_a_claim_without_an_assessment_sets_nothing_off() -> None:
    unassessed = JointAsset(
        id=1, number="LA-1", state="OPENED", insurer_name="甲", loss_on=FIRST, peril="HAIL", items=(), rescue_fen=0, rescue_paid_fen=0,
        survey_fen=0, total_fen=None,
    )  # fmt: skip

    assert set_off_of([unassessed]) == SetOff()
    assert together([unassessed], 5, 5).paid_fen == 5


AMOUNT = st.integers(0, 10**9) | st.integers(0, 30)
HITS = st.lists(
    st.builds(
        lambda loss, salvage, third, rescue, *, yields: Hit(
            loss, yields=yields, salvage=min(salvage, loss), third_party=min(third, loss), rescue=rescue
        ),
        AMOUNT, AMOUNT, AMOUNT, AMOUNT, yields=st.booleans(),
    ), min_size=1, max_size=5,
)  # fmt: skip
LINES = st.lists(st.tuples(st.sampled_from(LineKind), AMOUNT), max_size=10)
SHARE = st.decimals("0.0001", 1, places=4)


@settings(max_examples=400, deadline=None)
@given(HITS, LINES, AMOUNT)
def test_no_loss_is_paid_twice_at_full_ratio_without_franchise(hits: list[Hit], lines: list[tuple[LineKind, int]], guaranteed: int) -> None:
    asset = asset_claim(hits)

    loss, paid = worked(asset, income(guaranteed, statement(*lines), set_off_of([asset])))

    assert paid <= loss


@settings(max_examples=200, deadline=None)
@given(HITS, LINES, AMOUNT, SHARE, SHARE, AMOUNT, SHARE)
def test_no_loss_is_paid_twice_whatever_the_terms(
    hits: list[Hit], lines: list[tuple[LineKind, int]], guaranteed: int, trigger: Any, ratio: Any, fixed: int, rate: Any
) -> None:
    asset = asset_claim(hits, rules.Deductible(rate=rate))
    terms = {"trigger": trigger, "cover_ratio": ratio, "deductible_fixed_fen": fixed}

    loss, paid = worked(asset, income(guaranteed, statement(*lines), set_off_of([asset]), **terms))

    assert paid <= loss
