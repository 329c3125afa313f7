"""The income claim (收益保赔款): shortfall of a period against its guarantee, or a daily sum for an outage; pure."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec

from insurance.base.money import Fen, half_up, yuan
from insurance.base.text import t
from insurance.claims.working import Working
from insurance.policies.model import Step

_NONE, _WHOLE = Decimal(0), Decimal(1)


class IncomePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """The income of one period against its guarantee, in fen; shares are 0…1, a limit of None is none.

    `actual_fen` (negative for a loss) and `other_income_fen` hold the project's net income, crop pay-outs and price
    subsidies; asset-cover pay-outs, capital grants and disposal gains are left out by whoever fills this in.
    """

    guaranteed_fen: Fen
    actual_fen: Fen
    other_income_fen: Fen = 0
    trigger: Decimal = _WHOLE
    deductible_fixed_fen: Fen = 0
    deductible_rate: Decimal = _NONE
    cover_ratio: Decimal = _WHOLE
    limit_fen: Fen | None = None


class IncomeSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """What a period comes to, in fen. `triggered` may be true with nothing to pay; the shortfall is told either way."""

    actual_fen: Fen
    shortfall_fen: Fen
    triggered: bool
    payout_fen: Fen
    payable_fen: Fen
    recovery_fen: Fen
    steps: tuple[Step, ...]


def settle_income(period: IncomePeriod, interim_paid_fen: Fen = 0, working: Working | None = None) -> IncomeSettlement:
    """Below the trigger the whole shortfall counts (相对免赔); deductibles, coverage ratio, limit; one rounding.

    `working` holds the steps by which the period's figures came about, if any.
    """
    working = working or Working()
    guaranteed = period.guaranteed_fen
    actual = max(0, period.actual_fen + period.other_income_fen)
    text = t("实际收益 {actual} 元，最低为零", actual=yuan(actual))
    working.add("actual", actual, text, actual_fen=period.actual_fen, other_income_fen=period.other_income_fen)
    shortfall = max(0, guaranteed - actual)
    text = t("比保障收益 {guaranteed} 元少 {shortfall} 元", guaranteed=yuan(guaranteed), shortfall=yuan(shortfall))
    working.add("shortfall", shortfall, text, guaranteed_fen=guaranteed, actual_fen=actual)
    threshold = guaranteed * Fraction(period.trigger)
    triggered = actual < threshold
    counted = shortfall if triggered else 0
    text = t("低于起赔点，差额全部计入") if triggered else t("未低于起赔点，不赔付")
    working.add("trigger", counted, text, trigger=f"{period.trigger:f}", threshold_fen=half_up(threshold))
    exact = _covered(period, counted, working)
    payout = half_up(exact)
    text = t("四舍五入到分，赔款 {amount} 元", amount=yuan(payout))
    working.add("round", payout, text, exact_fen=str(exact))
    payable, recovery = working.less_interim(payout, interim_paid_fen)
    return IncomeSettlement(
        actual_fen=actual,
        shortfall_fen=shortfall,
        triggered=triggered,
        payout_fen=payout,
        payable_fen=payable,
        recovery_fen=recovery,
        steps=tuple(working.steps),
    )


def _covered(period: IncomePeriod, counted: Fen, working: Working) -> Fraction:
    """Of the counted shortfall: less deductibles, times the coverage ratio, at most the limit; exact."""
    deductible = period.deductible_fixed_fen + period.guaranteed_fen * Fraction(period.deductible_rate)
    after = max(Fraction(0), counted - deductible)
    working.add(
        "deductible",
        after,
        t("扣除免赔后为 {after} 元", after=yuan(half_up(after))),
        deductible_fixed_fen=period.deductible_fixed_fen,
        deductible_rate=f"{period.deductible_rate:f}",
    )
    covered = after * Fraction(period.cover_ratio)
    text = t("按保障比例 {ratio} 计", ratio=f"{period.cover_ratio:f}")
    working.add("cover", covered, text, cover_ratio=f"{period.cover_ratio:f}")
    if period.limit_fen is None:
        return covered
    limited = min(covered, Fraction(period.limit_fen))
    text = t("以赔偿限额 {limit} 元为限", limit=yuan(period.limit_fen))
    working.add("limit", limited, text, limit_fen=period.limit_fen)
    return limited


def day_basis(from_on: date, last_day: date) -> int:
    """Days of the year a period is measured by: 366 if the period holds 29 February, else 365."""
    leap_years = [year for year in range(from_on.year, last_day.year + 1) if isleap(year)]
    return 366 if any(from_on <= date(year, 2, 29) <= last_day for year in leap_years) else 365


def part_period(guaranteed_fen: Fen, days: int, basis: int = 365) -> Fen:
    """The guarantee of a part of a year, rounded to the fen before it is used."""
    return half_up(Fraction(guaranteed_fen * days, basis))


def interruption(
    guaranteed_fen: Fen,
    damaged_on: date,
    resumed_on: date,
    earned_daily_fen: Fen,
    *,
    waiting_days: int = 7,
    most_days: int = 90,
) -> Fen:
    """The daily form for an outage, in fen: guaranteed / 365 a day, less what the project still earns a day.

    The outage counts from the day of damage, without the day of resumption; waiting days are not paid.
    """
    outage = (resumed_on - damaged_on).days
    paid_days = min(max(0, outage - waiting_days), most_days)
    daily = max(Fraction(0), Fraction(guaranteed_fen, 365) - earned_daily_fen)
    return half_up(daily * paid_days)
