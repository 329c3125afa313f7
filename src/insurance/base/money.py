"""Money: whole fen (分), the only rounding, the only split, and amounts as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from insurance.base.errors import Invalid
from insurance.base.text import t

Fen: TypeAlias = int

MOST_FEN: Fen = 10**14 - 1  # the largest amount anyone may enter: 999,999,999,999.99 yuan

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000  # 万元
FEN_PER_YI = 10_000_000_000  # 亿元

_UNITS = {"万": FEN_PER_WAN, "萬": FEN_PER_WAN, "亿": FEN_PER_YI, "億": FEN_PER_YI}
# Commas must stand in threes: "1,23" is somebody's decimal comma, and a guess there is a hundredfold error.
_AMOUNT = re.compile(r"(-?)¥?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))(\.[0-9]+)?(万|萬|亿|億)?(元|圆|圓)?")
_LONGEST_AMOUNT = 60

# Only the full-width forms: NFKC would also read `5²` as 52.
_HALF_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}


def half_up(amount: Fraction | Decimal | int) -> Fen:
    """Round to the fen, halves away from zero (四舍五入). This is the only rounding in the program."""
    if isinstance(amount, int):
        return amount
    numerator, denominator = amount.as_integer_ratio()
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def largest_remainder(total: Fen, weights: Mapping[str, int]) -> dict[str, Fen]:
    """Split whole fen by whole weights so that the shares add up (最大余额法).

    Each share is floored; the fen left over go one each to the largest fractional parts, ties by key, compared as
    strings by code point ("10" before "9": pad numbers). Weight 0 gets 0. Raises Invalid for a negative total, no
    weights, a negative weight or a sum of 0.
    """
    if total < 0:
        raise Invalid.field("total_fen", t("待分配金额不能为负"))
    if not weights:
        raise Invalid.field("weights", t("缺少分配权重"))
    if min(weights.values()) < 0:
        raise Invalid.field("weights", t("分配权重不能为负"))
    whole = sum(weights.values())
    if whole == 0:
        raise Invalid.field("weights", t("分配权重之和不能为零"))
    shares: dict[str, Fen] = {}
    remainders: list[tuple[int, str]] = []
    for key, weight in weights.items():
        shares[key], remainder = divmod(total * weight, whole)
        remainders.append((-remainder, key))
    left_over = total - sum(shares.values())
    for _, key in sorted(remainders)[:left_over]:
        shares[key] += 1
    return shares


def half_width(text: str) -> str:
    """Full-width digits, letters, signs and spaces (全角) as their ASCII forms; Chinese characters stay."""
    return text.translate(_HALF_WIDTH)


def yuan(amount: Fen) -> str:
    """Fen as yuan for people: `1,234.56`, without a currency sign."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"


def parse_yuan(text: str, default_unit_fen: int = FEN_PER_YUAN) -> Fen:
    """Read an amount as a form or a workbook cell gives it: `1,234.56`, `６５８０００元`, `65.8万元`, `-3.2亿`.

    Full-width signs, spaces and ¥ are allowed. A unit in the text decides; without one the number counts
    `default_unit_fen` each (pass FEN_PER_WAN under a 万元 head). 元 alone is the unit yuan. Raises Invalid (no field:
    the caller knows it) when it is not an amount, is finer than a fen, or lies beyond MOST_FEN.
    """
    compact = "".join(half_width(text).split()) if len(text) <= _LONGEST_AMOUNT else ""
    found = _AMOUNT.fullmatch(compact)
    if not found:
        raise Invalid(t("不是金额"))
    sign, whole, decimals, scale, currency = found.groups()
    unit = _UNITS[scale] if scale else FEN_PER_YUAN if currency else default_unit_fen
    fen = Fraction(whole.replace(",", "") + (decimals or "")) * unit
    if fen.denominator != 1:
        raise Invalid(t("金额不能细于一分"))
    if fen > MOST_FEN:
        raise Invalid(t("金额超出范围"))
    return -fen.numerator if sign else fen.numerator
