"""How figures are drawn: shades and dots of the map, months as columns, sums of the table, its workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import Text, render, t
from insurance.figures.model import CountyFigure, Figures, MonthFigure
from insurance.web.drawing import Columns, columns
from insurance.web.shown import pct, share, wan

MAPS: dict[str, Text] = {"industry": t("产业保覆盖"), "income": t("收益保覆盖"), "claims": t("理赔件数")}
_SHADES = 5
_MONTHS = 8  # as many columns have room for their amounts


class Ramp(msgspec.Struct, frozen=True):
    """The map: what each district shows, and what the palest and the darkest shade stand for."""

    values: dict[str, dict[str, Any]]
    low: str
    high: str


class Months(msgspec.Struct, frozen=True):
    """The latest months as columns; `before_fen` was booked earlier."""

    drawn: Columns
    before_fen: Fen


def covered(row: CountyFigure | Figures, cover: str) -> Fraction | None:
    """The share of projects that could be insured and are; None where none could. `cover`: industry or income."""
    eligible: int = getattr(row, f"{cover}_eligible")
    return share(eligible - getattr(row, f"{cover}_open"), eligible)


def beside(row: CountyFigure | Figures, cover: str) -> int:
    """Projects in force that by what is known today could not be insured anew."""
    insured, eligible, still_open = (int(getattr(row, f"{cover}_{name}")) for name in ("insured", "eligible", "open"))
    return insured - (eligible - still_open)


def ramp(rows: Sequence[CountyFigure], by: str) -> Ramp:
    """Five shades between the lowest and the highest district; the dot is always the claims under way."""
    measured: dict[str, Fraction | None] = {
        row.code: Fraction(row.claims_open) if by == "claims" else covered(row, by) for row in rows
    }  # fmt: skip
    known = [value for value in measured.values() if value is not None]
    low, high = (min(known), max(known)) if known else (Fraction(0), Fraction(0))

    def written(value: Fraction | None) -> str:
        return str(value) if by == "claims" and value is not None else pct(value)

    values = {
        row.code: {
            "shade": _shade(measured[row.code], low, high), "value": written(measured[row.code]),
            "dot": 0 if by == "claims" else row.claims_open,
        }
        for row in rows
    }  # fmt: skip
    return Ramp(values, written(low), written(high))


def _shade(value: Fraction | None, low: Fraction, high: Fraction) -> int:
    if value is None or high == low:
        return 1
    return min(int((value - low) / (high - low) * _SHADES) + 1, _SHADES)


def months(paid: Sequence[MonthFigure], as_of: dt.date, language: str) -> Months:
    """The months up to `as_of`, those without a payment too; amounts in 万元."""
    amounts = {one.month: one.paid_fen for one in paid}
    shown = [_months_before(as_of, back) for back in reversed(range(_MONTHS))]
    if amounts:
        shown = [month for month in shown if month >= min(amounts)] or shown[-1:]
    values = [(f"{month:%y-%m}", amounts.get(month, 0), wan(amounts.get(month, 0))) for month in shown]
    told = "，".join(render(t("{month}：{amount} 万元", month=name, amount=amount), language) for name, _, amount in values)
    return Months(columns(values, told), sum(fen for month, fen in amounts.items() if month < shown[0]))


def _months_before(day: dt.date, back: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return dt.date(year, month + 1, 1)


def summed(found: Figures) -> CountyFigure:
    """The last line of the table: all counties together."""
    fields = [name for name in CountyFigure.__struct_fields__ if name not in ("code", "name")]
    totals: Mapping[str, int] = {name: sum(getattr(row, name) for row in found.by_county) for name in fields}
    return CountyFigure(code="", name="", **totals)


_COLUMNS = (
    Column(t("区划代码"), width=12), Column(t("区（市）"), width=14), Column(t("项目数"), Shape.COUNT, 10),
    Column(t("产业保在保"), Shape.COUNT, 12), Column(t("产业保符合条件"), Shape.COUNT, 16), Column(t("产业保可保未保"), Shape.COUNT, 16),
    Column(t("产业保覆盖率"), Shape.RATE, 14),
    Column(t("收益保在保"), Shape.COUNT, 12), Column(t("收益保符合条件"), Shape.COUNT, 16), Column(t("收益保可保未保"), Shape.COUNT, 16),
    Column(t("收益保覆盖率"), Shape.RATE, 14),
    Column(t("产业保保额（元）"), Shape.MONEY, 20), Column(t("投保时净值（元）"), Shape.MONEY, 20), Column(t("保额/净值"), Shape.RATE, 12),
    Column(t("累计赔付（元）"), Shape.MONEY, 18), Column(t("理赔中（件）"), Shape.COUNT, 14),
)  # fmt: skip


def workbook(found: Figures, judged: bool, language: str) -> bytes:
    """The table of the districts with its totals; `judged`: the reader sees all facts that decide what could be insured."""

    def of_cover(row: CountyFigure, cover: str) -> list[Any]:
        insured = getattr(row, f"{cover}_insured")
        if not judged:
            return [insured, None, None, None]
        return [insured, getattr(row, f"{cover}_eligible"), getattr(row, f"{cover}_open"), covered(row, cover)]

    def cells(row: CountyFigure) -> list[Any]:
        return [
            row.code or None, row.name or render(t("合计"), language), row.projects,
            *of_cover(row, "industry"), *of_cover(row, "income"),
            row.sum_insured_fen, row.net_value_fen, share(row.sum_insured_fen, row.net_value_fen), row.paid_fen, row.claims_open,
        ]  # fmt: skip

    title = render(t("各区（市）覆盖与理赔 {day}", day=found.as_of.isoformat()), language)
    return write_workbook(_COLUMNS, [*map(cells, found.by_county), cells(summed(found))], title=title, language=language)
