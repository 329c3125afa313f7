"""What was filled in of an income claim, held against policy and wording: the basis of its amount; pure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, half_up
from insurance.base.text import Text, t
from insurance.claims.assessed import IncomeBasis, Insured, OutageBasis
from insurance.claims.model_verbs import Assessment
from insurance.claims.rules_income import IncomePeriod
from insurance.policies.model import Period
from insurance.policies.rules import part_period
from insurance.policies.wording import IncomeWording


def income_basis(
    given: Assessment, insured: Insured, wording: IncomeWording, *, loss_on: date, today: date, interim_paid_fen: Fen
) -> IncomeBasis | OutageBasis:
    """The basis of an income claim: by the accounts of a period that holds the day of loss, or by days of interruption."""
    if given.lines:
        raise Invalid.field("lines", t("收益保按收益定损，不填资产"))
    if (given.income is None) == (given.outage is None):
        raise Invalid.field("income", t("请填收益核算或停产天数，二者取一"))
    assert insured.guaranteed_fen is not None
    left = max(0, insured.sum_insured_fen - insured.earlier.total_fen)
    if given.outage is not None:
        outage = given.outage
        if not loss_on <= outage.damaged_on <= outage.resumed_on <= today:
            raise Invalid.field("outage.resumed_on", t("停产从出险日起算，恢复日不能早于停产日或晚于今天"))
        terms = wording.interruption
        return OutageBasis(
            insured.guaranteed_fen, outage.damaged_on, outage.resumed_on, outage.earned_daily_fen, terms.waiting_days,
            terms.max_indemnity_days, left, interim_paid_fen,
        )  # fmt: skip
    income = given.income
    assert income is not None
    from_on, last_on = income.from_on or insured.period.starts_on, income.last_on or insured.period.last_day
    _check_period(from_on, last_on, insured.period, loss_on, today)
    guaranteed = part_period(insured.guaranteed_fen, Period(from_on, date.fromordinal(last_on.toordinal() + 1)))
    payout = wording.payout
    explained = given.deductible_explained
    period = IncomePeriod(
        guaranteed_fen=guaranteed,
        actual_fen=income.actual_fen,
        other_income_fen=income.other_income_fen,
        trigger=payout.trigger,
        deductible_fixed_fen=payout.deductible_fixed_fen if explained else 0,
        deductible_rate=payout.deductible_rate if explained else type(payout.deductible_rate)(0),
        cover_ratio=payout.cover_ratio,
        limit_fen=min(left, half_up(Fraction(payout.limit_share) * guaranteed)),
    )
    return IncomeBasis(period, from_on, last_on, interim_paid_fen)


def _check_period(from_on: date, last_on: date, insured: Period, loss_on: date, today: date) -> None:
    wrong: list[tuple[bool, str, Text]] = [
        (not insured.covers(from_on), "income.from_on", t("核算期间须在保险期间内")),
        (not insured.covers(last_on), "income.last_on", t("核算期间须在保险期间内")),
        (not from_on <= loss_on <= last_on, "income.from_on", t("核算期间须包含出险日")),
        (last_on > today, "income.last_on", t("核算期间尚未结束")),
    ]
    faults = [FieldFault(field, text) for bad, field, text in wrong if bad]
    if faults:
        raise Invalid(t("定损内容有误"), faults)
