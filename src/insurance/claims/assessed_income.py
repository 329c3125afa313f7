"""What was filled in of an income claim, held against policy, statement and wording: the basis of its amount; pure."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, half_up
from insurance.base.text import Text, t
from insurance.claims.assessed import IncomeBasis, Insured, OutageBasis
from insurance.claims.model_income import IncomeFacts
from insurance.claims.model_verbs import Assessment, IncomeLoss, Outage
from insurance.claims.rules_income import IncomePeriod
from insurance.claims.rules_statement import counted
from insurance.policies.model import Period
from insurance.policies.rules import part_period
from insurance.policies.wording import IncomeWording


def claimed_days(given: Assessment, insured: Insured, facts: IncomeFacts, *, loss_on: date, today: date) -> Period:
    """The days an income claim is about. Raises Invalid by field: outside the cover, without the day of loss, not over, paid before."""
    if given.lines:
        raise Invalid.field("lines", t("收益保按收益定损，不填资产"))
    if (given.income is None) == (given.outage is None):
        raise Invalid.field("income", t("请填收益核算或停产天数，二者取一"))
    if given.outage is not None:
        return _days_out(given.outage, insured, facts, loss_on, today)
    assert given.income is not None
    from_on, last_on, source = _accounted(given.income, insured, facts)
    first, last = source or "income.from_on", source or "income.last_on"
    wrong = period_faults(from_on, last_on, insured.period, facts, loss_on=loss_on, today=today, first=first, last=last)
    if wrong:
        raise Invalid(t("定损内容有误"), wrong)
    days = Period(from_on, last_on + timedelta(days=1))
    _not_paid_before(days, facts, first)
    return days


def _accounted(income: IncomeLoss, insured: Insured, facts: IncomeFacts) -> tuple[date, date, str]:
    """First and last day of the accounts, and the field that named both (empty: each its own)."""
    if income.statement_id is None:
        if income.actual_fen is None:
            raise Invalid.field("income.actual_fen", t("请选择收益报表，或填写期间实际收益"))
        return income.from_on or insured.period.starts_on, income.last_on or insured.period.last_day, ""
    if income.actual_fen is not None or income.other_income_fen or income.from_on or income.last_on:
        raise Invalid.field("income.statement_id", t("按收益报表定损时，金额和期间以报表为准，不另填"))
    statement = facts.statement
    if statement is None or statement.id != income.statement_id:
        raise Invalid.field("income.statement_id", t("这份收益报表不在本案，或已被更正后的报表取代"))
    return statement.from_on, statement.last_on, "income.statement_id"


def period_faults(
    from_on: date, last_on: date, cover: Period, facts: IncomeFacts, *, loss_on: date, today: date, first: str, last: str
) -> list[FieldFault]:
    """What is wrong with the days of accounts, by the names of their fields."""
    wrong: list[tuple[bool, str, Text]] = [
        (from_on > last_on, last, t("核算期间的止日不能早于起日")),
        (from_on < cover.starts_on, first, t("核算期间须在保险期间内，{day} 起保", day=cover.starts_on.isoformat())),
        (last_on > _last_day(cover, facts), last, _ended(cover, facts)),
        (not from_on <= loss_on <= last_on, first, t("核算期间须包含出险日 {day}", day=loss_on.isoformat())),
        (last_on > today, last, t("核算期间尚未结束")),
    ]
    return [FieldFault(field, text) for bad, field, text in wrong if bad]


def _last_day(cover: Period, facts: IncomeFacts) -> date:
    """The last day that may count: of the cover, and not beyond the collective's own running of the project."""
    mode = facts.mode_ended_on
    return cover.last_day if mode is None else min(cover.last_day, mode - timedelta(days=1))


def _ended(cover: Period, facts: IncomeFacts) -> Text:
    """Why days after the cover's end do not count, and the way out."""
    last, mode = _last_day(cover, facts).isoformat(), facts.mode_ended_on
    if mode is not None:
        return t("经营方式自 {day} 起不再是集体自营，收益保责任至 {last} 止，核算期间请截至这一天", day=mode.isoformat(), last=last)
    return t("核算期间须在保险期间内，请截至 {last}", last=last)


def outage_days(damaged_on: date, resumed_on: date) -> Period:
    """The days of an interruption, at least one (resumed on the day it began)."""
    return Period(damaged_on, max(resumed_on, damaged_on + timedelta(days=1)))


def _days_out(outage: Outage, insured: Insured, facts: IncomeFacts, loss_on: date, today: date) -> Period:
    """The days of an interruption. One that began in the cover is counted beyond its day, but not beyond an early end."""
    if not loss_on <= outage.damaged_on <= outage.resumed_on <= today:
        raise Invalid.field("outage.resumed_on", t("停产从出险日起算，恢复日不能早于停产日或晚于今天"))
    last_day = _last_day(insured.period, facts)
    if outage.damaged_on > last_day:
        raise Invalid.field("outage.damaged_on", _ended(insured.period, facts))
    if (facts.ended_early or facts.mode_ended_on is not None) and outage.resumed_on > last_day + timedelta(days=1):
        raise Invalid.field("outage.resumed_on", _ended(insured.period, facts))
    days = outage_days(outage.damaged_on, outage.resumed_on)
    _not_paid_before(days, facts, "outage.damaged_on")
    return days


def _not_paid_before(days: Period, facts: IncomeFacts, field: str) -> None:
    """No income is paid twice for the same days: an approved claim of the policy has them already."""
    for paid in facts.paid:
        if paid.from_on <= days.last_day and days.starts_on <= paid.last_on:
            told = {"from_on": paid.from_on.isoformat(), "last_on": paid.last_on.isoformat(), "number": paid.number}
            raise Invalid.field(field, t("{from_on} 至 {last_on} 的收益已由案件 {number} 赔付，核算期间请避开", **told))


def income_basis(
    given: Assessment, insured: Insured, wording: IncomeWording, facts: IncomeFacts, *, loss_on: date, today: date, interim_paid_fen: Fen
) -> IncomeBasis | OutageBasis:
    """The basis of an income claim: by the accounts of a period that holds the day of loss, or by days of interruption.

    Raises Invalid by field.
    """
    days = claimed_days(given, insured, facts, loss_on=loss_on, today=today)
    assert insured.guaranteed_fen is not None
    left = max(0, insured.sum_insured_fen - insured.earlier.total_fen)
    if given.outage is not None:
        outage, terms = given.outage, wording.interruption
        return OutageBasis(
            insured.guaranteed_fen, outage.damaged_on, outage.resumed_on, outage.earned_daily_fen, terms.waiting_days,
            terms.max_indemnity_days, left, interim_paid_fen, set_off=facts.set_off,
        )  # fmt: skip
    income, payout, explained = given.income, wording.payout, given.deductible_explained
    assert income is not None
    guaranteed = part_period(insured.guaranteed_fen, days)
    period = IncomePeriod(
        guaranteed_fen=guaranteed,
        actual_fen=income.actual_fen or 0,
        other_income_fen=income.other_income_fen,
        trigger=payout.trigger,
        deductible_fixed_fen=payout.deductible_fixed_fen if explained else 0,
        deductible_rate=payout.deductible_rate if explained else type(payout.deductible_rate)(0),
        cover_ratio=payout.cover_ratio,
        limit_fen=min(left, half_up(Fraction(payout.limit_share) * guaranteed)),
    )
    filed = facts.statement if income.statement_id is not None else None
    return IncomeBasis(
        period, days.starts_on, days.last_day, interim_paid_fen, statement=None if filed is None else counted(filed, wording),
        set_off=facts.set_off, year_guaranteed_fen=insured.guaranteed_fen,
    )  # fmt: skip
