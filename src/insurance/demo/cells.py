"""Writing one fact into a cell the way an office does: money, days, terms, rates, lives, coded words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from insurance.base.money import FEN_PER_WAN, FEN_PER_YUAN, Fen, yuan
from insurance.demo import country
from insurance.demo.layouts import Layout
from insurance.projects.register_rows import RegisterRow

_FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,."}
_SERIAL_OF_2000 = 36_526  # Excel's number of 2000-01-01
_TOWNS = {town.code: town for town in country.towns()}


class Formula(msgspec.Struct, frozen=True):
    """A formula and the result stored with it; `{row}` stands for the row's number."""

    text: str
    stored: Any


Raw = str | int | float | date | Formula | None  # what a cell of a workbook is written with


def raw(layout: Layout, row: RegisterRow, field: str, number: int) -> Raw:
    """The cell of one column; `number` counts the rows of the register, habits change with it."""
    town = _TOWNS[row.town_code]
    outside: dict[str, Raw] = {"serial": number + 1, "county": town.county, "town": layout.other_towns.get(town.name, town.name)}
    if field in outside:
        return outside[field]
    value = getattr(row, field)
    if value is None:
        return None
    if field in layout.words:
        return layout.words[field][value].format(village=row.village or "")
    if field.endswith("_fen"):
        return _money(layout, value, field, number)
    if isinstance(value, date):
        return _day(layout, value, number)
    if field == "contract_term":
        return _term(layout, *value)
    if field.endswith("_rate"):
        return _rate(layout, value)
    if field == "life_months":
        return _life(layout, value, number)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return int(value)
    return f"{value}户" if field == "households" and number % 7 == 3 else value


def _money(layout: Layout, fen: Fen, field: str, number: int) -> Raw:
    if layout.money == "grouped":
        return yuan(fen)
    if layout.money == "plain":
        return yuan(fen).replace(",", "")
    if layout.money == "varied":
        return (yuan(fen), yuan(fen).translate(_FULL_WIDTH), f"{yuan(fen)}元")[number % 3]
    in_cell = layout.merged and field == "cost_fen" and fen % (FEN_PER_WAN // 10) == 0
    if in_cell:  # 65.8万元 under a heading in yuan
        return f"{Decimal(fen) / FEN_PER_WAN:f}万元"
    if layout.unit_fen == FEN_PER_YUAN and fen % FEN_PER_YUAN == 0:
        return fen // FEN_PER_YUAN
    return float(Fraction(fen, layout.unit_fen))


def _day(layout: Layout, day: date, number: int) -> Raw:
    if layout.days == "cell":
        return (day - date(2000, 1, 1)).days + _SERIAL_OF_2000 if number % 23 == 5 else day
    if layout.days == "iso":
        return day.isoformat()
    if layout.days == "slashes":
        return f"{day.year}/{day.month}/{day.day}"
    if layout.days == "characters":
        return f"{day.year}年{day.month}月{day.day}日"
    if day.day == 1:
        return (f"{day.year}年{day.month}月", f"{day.year}{day.month:02d}", f"{day.year}.{day.month:02d}")[number % 3]
    return f"{day.year}.{day.month}.{day.day}"


def _term(layout: Layout, first: date, last: date) -> str:
    if layout.days == "dots":
        return f"{first.year}.{first.month}.{first.day}-{last.year}.{last.month}.{last.day}"
    if layout.days == "characters":
        return f"{first.year}年{first.month}月至{last.year}年{last.month}月"  # the month's last day is meant
    return f"{first.isoformat()}至{last.isoformat()}"


def _rate(layout: Layout, rate: Decimal) -> Raw:
    if layout.rates == "fraction":
        return float(rate)
    return float(rate * 100) if layout.rates == "number" else f"{(rate * 100).normalize():f}%"


def _life(layout: Layout, months: int, number: int) -> Raw:
    if layout.lives == "months":
        return months
    return f"{months // 12}年" if layout.lives == "written" and number % 2 else months // 12
