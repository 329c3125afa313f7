"""Putting counts together: counties with nothing to count stand there with 0, and the totals are their sums. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from insurance.figures.model import CountyFigure, DisasterFigure, Figures, MonthFigure

_SUMMED = ("projects", "industry_insured", "income_insured", "industry_eligible", "income_eligible", "industry_open", "income_open",
           "paid_fen", "claims_open")  # fmt: skip


def counties(names: Mapping[str, str], counts: Iterable[tuple[str, str, int]]) -> list[CountyFigure]:
    """Every county of the reader's scope, in the order of its code; `counts` are (county, field, amount) and add up."""
    found: dict[str, dict[str, int]] = {code: defaultdict(int) for code in names}
    for code, field, amount in counts:
        found.setdefault(code, defaultdict(int))[field] += amount
    return [CountyFigure(code=code, name=names.get(code, ""), **found[code]) for code in sorted(found)]


def disasters(declared: Iterable[tuple[str, str]], counts: Iterable[tuple[str | None, int, int]]) -> list[DisasterFigure]:
    """Declared disasters in their order; `counts` are (code, reported, open). Claims of no disaster count in no line."""
    reported: dict[str, int] = defaultdict(int)
    opened: dict[str, int] = defaultdict(int)
    for code, all_of_it, still_open in counts:
        if code is not None:
            reported[code] += all_of_it
            opened[code] += still_open
    return [DisasterFigure(code, name, reported[code], opened[code]) for code, name in declared]


def months(counts: Iterable[tuple[dt.date, int]]) -> list[MonthFigure]:
    """Bookings by month, oldest first."""
    found: dict[dt.date, int] = defaultdict(int)
    for month, amount in counts:
        found[month] += amount
    return [MonthFigure(month, found[month]) for month in sorted(found)]


def figures(as_of: dt.date, rows: list[CountyFigure], by_disaster: list[DisasterFigure], by_month: list[MonthFigure]) -> Figures:
    """The whole, its totals summed over the counties."""
    totals = {name: sum(getattr(row, name) for row in rows) for name in _SUMMED}
    return Figures(as_of=as_of, claims_by_disaster=by_disaster, by_county=rows, paid_by_month=by_month, **totals)
