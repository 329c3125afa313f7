"""Premium, its split, periods and refunds: the arithmetic both covers share; pure, whole fen, one rounding each."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from insurance.base.calendar import add_months
from insurance.base.errors import Invalid
from insurance.base.money import Fen, half_up, largest_remainder
from insurance.base.text import t
from insurance.policies.model import Basis, Payer, Period, PremiumShare

YEAR_DAYS = 365


def period_from(starts_on: date, months: int) -> Period:
    """Whole months of cover from 0:00 of `starts_on`: the last day is the one before the same day number.

    Where the last month has no such day, cover runs through that month (a year from 29 February ends on the 28th).
    """
    ends = add_months(starts_on, months)
    return Period(starts_on, ends if ends.day == starts_on.day else ends + timedelta(days=1))


def premium(sum_insured_fen: Fen, rate: Decimal, days: int) -> Fen:
    """Premium for some days of cover: sum x rate x days / 365, never more than a year's, rounded half up."""
    return half_up(sum_insured_fen * Fraction(rate) * min(days, YEAR_DAYS) / YEAR_DAYS)


def split_premium(premium_fen: Fen, payers: Mapping[Payer, int], *, unsubsidised_fen: Fen = 0) -> tuple[PremiumShare, ...]:
    """What each payer owes, by largest remainder, in the order of `Payer`; the shares add up to the premium.

    `unsubsidised_fen` is the part no public money goes to: the insured bears it.
    """
    shares = largest_remainder(premium_fen - unsubsidised_fen, {payer.value: payers[payer] for payer in payers})
    shares[Payer.INSURED.value] = shares.get(Payer.INSURED.value, 0) + unsubsidised_fen
    return tuple(
        PremiumShare(payer, payers.get(payer, 0), shares[payer.value])
        for payer in Payer
        if payers.get(payer, 0) or shares.get(payer.value, 0)
    )


def excess_fen(sums_insured_fen: Sequence[Fen], value_fen: Fen) -> Fen:
    """How far the sums insured of one thing, of all its insurers, exceed its value: void (保险法 55, 56). 0 if not."""
    return max(0, sum(sums_insured_fen) - value_fen)


def excess_refund(premium_fen: Fen, sums_insured_fen: Sequence[Fen], value_fen: Fen) -> Fen:
    """Premium back for the excess: premium x (S - V) / S, S being the sum over all insurers, half up (保险法 55, 56)."""
    together = sum(sums_insured_fen)
    excess = excess_fen(sums_insured_fen, value_fen)
    return half_up(Fraction(premium_fen * excess, together)) if excess else 0


def reinstatement_premium(restored_fen: Fen, rate: Decimal, from_on: date, last_day: date) -> Fen:
    """Premium for a sum insured that is bought back (恢复保险金额): sum x rate x days left / 365, both days counted."""
    return premium(restored_fen, rate, (last_day - from_on).days + 1)


def off_band(sum_insured_fen: Fen, net_value_fen: Fen, band: Decimal) -> bool:
    """Whether |sum insured - net value| / net value is above the band; a thing without value is always off it."""
    if net_value_fen <= 0:
        return True
    return abs(sum_insured_fen - net_value_fen) > Fraction(band) * net_value_fen


def value_on(month_values_fen: Sequence[Fen], value_from_on: date, on: date) -> Fen:
    """The frozen value of an item on a day of cover: the first entry holds from `value_from_on` through its month.

    Raises Invalid for a day the table does not reach.
    """
    place = (on.year - value_from_on.year) * 12 + on.month - value_from_on.month
    if on < value_from_on or place >= len(month_values_fen):
        raise Invalid.field("loss_at", t("{day} 不在保险期间内", day=on.isoformat()))
    return month_values_fen[place]


def insured_on(basis: Basis, sum_insured_fen: Fen, month_values_fen: Sequence[Fen], value_from_on: date, on: date) -> tuple[Fen, Fen]:
    """Value and sum insured of an item on a day, before earlier claims.

    An agreed sum follows the month table as long as it began on it; every other sum stays as it was sold.
    """
    value = value_on(month_values_fen, value_from_on, on)
    follows = basis is Basis.AGREED_NAV and sum_insured_fen == month_values_fen[0]
    return value, value if follows else sum_insured_fen


def day_basis(from_on: date, last_day: date) -> int:
    """Days of the year a period is measured by: 366 if the period holds 29 February, else 365."""
    leap_years = [year for year in range(from_on.year, last_day.year + 1) if isleap(year)]
    return 366 if any(from_on <= date(year, 2, 29) <= last_day for year in leap_years) else YEAR_DAYS


def part_period(guaranteed_fen: Fen, period: Period) -> Fen:
    """The guarantee of a period from that of a year: G x days / 365 (366), rounded before it is used."""
    return half_up(Fraction(guaranteed_fen * period.days, day_basis(period.starts_on, period.last_day)))
