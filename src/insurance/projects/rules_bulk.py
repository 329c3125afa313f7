"""Net asset value of a million assets at once: the rule of `rules.net_value` on numpy columns, exact to the fen."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from insurance.base.money import MOST_FEN
from insurance.projects.model import Regime

Whole: TypeAlias = NDArray[np.int64]

RATE_UNIT = 1_000_000  # residual rates come as millionths: 0.05 is 50,000
LONGEST_LIFE = 1_000_000_000  # months; its square, doubled, still fits 64 bits

_CODES = {regime: code for code, regime in enumerate(Regime)}


class Columns(msgspec.Struct, frozen=True):
    """Assets column by column, all of one length: fen, millionths, months, days (datetime64[D]), `regime_codes`."""

    cost_fen: Whole
    residual_millionths: Whole
    life_months: Whole
    in_use_on: NDArray[np.datetime64]
    regime: NDArray[np.int8]
    impairment_fen: Whole


class Valuations(msgspec.Struct, frozen=True):
    """`rules.Valuation` column by column: months, and fen."""

    months: Whole
    residual_fen: Whole
    depreciation_fen: Whole
    net_value_fen: Whole


def regime_codes(regimes: Iterable[Regime]) -> NDArray[np.int8]:
    """Regimes as the small numbers `Columns.regime` holds: their places in the enumeration."""
    return np.fromiter((_CODES[regime] for regime in regimes), dtype=np.int8)


def net_values(assets: Columns, as_of: date) -> Valuations:
    """Every asset's net value on one day; equal to `rules.net_value` of each.

    Amounts must lie in 0…10^14-1, rates in 0…1,000,000 and lives in 1…10^9 (ValueError): within these no product
    leaves 64 bits, because a product is split at its divisor before it is made.
    """
    _check("cost_fen", assets.cost_fen, 0, MOST_FEN)
    _check("impairment_fen", assets.impairment_fen, 0, MOST_FEN)
    _check("residual_millionths", assets.residual_millionths, 0, RATE_UNIT)
    _check("life_months", assets.life_months, 1, LONGEST_LIFE)
    if np.isnat(assets.in_use_on).any():
        raise ValueError("in_use_on must be known")
    gov = assets.regime == _CODES[Regime.GOV]
    cost = assets.cost_fen
    residual = _part(cost, np.where(gov, 0, assets.residual_millionths), np.int64(RATE_UNIT))
    months = np.clip(_posted_months(assets.in_use_on, as_of, gov), 0, assets.life_months)
    depreciation = _part(cost - residual, months, assets.life_months)
    net = np.maximum(cost - depreciation - assets.impairment_fen, 0)
    return Valuations(months, residual, depreciation, net)


def _check(name: str, column: Whole, least: int, most: int) -> None:
    if column.size and not (least <= column.min() and column.max() <= most):
        raise ValueError(f"{name} must lie in {least}...{most}")


def _posted_months(in_use_on: NDArray[np.datetime64], as_of: date, gov: NDArray[np.bool_]) -> Whole:
    """Months posted by the day, negative before the first one (`rules.posted_months`)."""
    month_ended = as_of.day == monthrange(as_of.year, as_of.month)[1]
    until = (as_of.year - 1970) * 12 + as_of.month - 1 + (1 if month_ended else 0)
    first = in_use_on.astype("datetime64[M]").astype(np.int64) + ~gov
    return until - first


def _part(amount: Whole, share: Whole, whole: Whole | np.int64) -> Whole:
    """round_half_up(amount x share / whole) for 0 <= share <= whole.

    The quotient of the amount by `whole` multiplies exactly; only the remainder's product is rounded.
    """
    quotient, remainder = np.divmod(amount, whole)
    return quotient * share + (2 * remainder * share + whole) // (2 * whole)
