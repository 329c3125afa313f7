"""Net asset value (资产净值) of an asset on a day: which regime, which months, how much; pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec

from insurance.base.calendar import add_months
from insurance.base.money import Fen, half_up
from insurance.projects.model import Ownership, Regime

_COLLECTIVE = frozenset({Ownership.VILLAGE, Ownership.TOWN, Ownership.JOINT})
_RURAL2024_FROM = date(2024, 1, 1)  # 财会〔2023〕14号


class Depreciable(msgspec.Struct, frozen=True):
    """What the net value of an asset rests on: fen, months, and the residual as a share of cost (0…1)."""

    cost_fen: Fen
    residual_rate: Decimal
    life_months: int
    in_use_on: date
    regime: Regime
    impairment_fen: Fen = 0


class Valuation(msgspec.Struct, frozen=True):
    """Net value and its parts, in fen. 净值 often means cost less depreciation, 净额 after impairment: both can be had.

    `months` is the number of months posted, at most the asset's life.
    """

    cost_fen: Fen
    months: int
    residual_fen: Fen
    depreciation_fen: Fen
    impairment_fen: Fen
    net_value_fen: Fen


class MonthValue(msgspec.Struct, frozen=True):
    """The agreed value of one month of cover; `month` is its first day."""

    month: date
    net_value_fen: Fen


def regime_for(ownership: Ownership, on: date) -> Regime:
    """The accounting regime by owner: state GOV; collectives RURAL2004, from 2024 RURAL2024; all others ENT."""
    if ownership is Ownership.STATE:
        return Regime.GOV
    if ownership in _COLLECTIVE:
        return Regime.RURAL2004 if on < _RURAL2024_FROM else Regime.RURAL2024
    return Regime.ENT


def posted_months(in_use_on: date, as_of: date, regime: Regime) -> int:
    """Months of depreciation posted by a day, before the cap at the life.

    A month counts on its last day. The first one is the month of putting into use under GOV (政府会计准则第3号), else
    the month after it (所得税法实施条例 59).
    """
    first = in_use_on.year * 12 + in_use_on.month + (0 if regime is Regime.GOV else 1)
    month_ended = as_of.day > 27 and as_of.day == monthrange(as_of.year, as_of.month)[1]
    return max(0, as_of.year * 12 + as_of.month - first + (1 if month_ended else 0))


def net_value(asset: Depreciable, as_of: date) -> Valuation:
    """Cost less straight-line depreciation less impairment, never below 0.

    Depreciation is cumulative and rounded once: round_half_up((cost - residual) x n / N). Before the asset is in use
    n is 0. The regime given is applied: its dates of validity and the minimum lives are not tested.
    """
    return _valued(asset, _residual_fen(asset), as_of)


def _residual_fen(asset: Depreciable) -> Fen:
    return 0 if asset.regime is Regime.GOV else half_up(asset.cost_fen * Fraction(asset.residual_rate))


def _valued(asset: Depreciable, residual: Fen, as_of: date) -> Valuation:
    months = min(posted_months(asset.in_use_on, as_of, asset.regime), asset.life_months)
    depreciation = half_up(Fraction((asset.cost_fen - residual) * months, asset.life_months))
    return Valuation(
        cost_fen=asset.cost_fen,
        months=months,
        residual_fen=residual,
        depreciation_fen=depreciation,
        impairment_fen=asset.impairment_fen,
        net_value_fen=max(0, asset.cost_fen - depreciation - asset.impairment_fen),
    )


def month_table(asset: Depreciable, from_on: date, until_on: date) -> list[MonthValue]:
    """The agreed values NAV(m) of a cover from its first to its last day, one per calendar month.

    The value of a month is the net value on its first covered day: depreciation of the month itself is posted on its
    last day, so this value holds through the month.
    """
    table = []
    residual = _residual_fen(asset)  # the same all the time
    month = from_on.replace(day=1)
    while month <= until_on:
        table.append(MonthValue(month, _valued(asset, residual, max(month, from_on)).net_value_fen))
        month = add_months(month, 1)
    return table
