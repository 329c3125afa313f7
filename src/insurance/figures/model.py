"""The numbers leaders and superiors read, as of a business day. Amounts in fen, counts of projects and claims."""

from __future__ import annotations

import datetime as dt

import msgspec


class DisasterFigure(msgspec.Struct, frozen=True):
    """One disaster: claims reported by the day, and those of them not yet ended."""

    code: str
    name: str
    reported: int
    open: int


class CountyFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One county's share of the figures.

    `…_open` could be insured and are not; `sum_insured_fen` and `net_value_fen` are of the asset covers when they were bound.
    """

    code: str
    name: str
    projects: int = 0
    industry_insured: int = 0
    income_insured: int = 0
    industry_eligible: int = 0
    income_eligible: int = 0
    industry_open: int = 0
    income_open: int = 0
    sum_insured_fen: int = 0
    net_value_fen: int = 0
    paid_fen: int = 0
    claims_open: int = 0


class MonthFigure(msgspec.Struct, frozen=True):
    """What the bank booked in a month (`month` is its first day)."""

    month: dt.date
    paid_fen: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a reader's scope on `as_of`; the counties add up to the totals."""

    as_of: dt.date
    projects: int
    industry_insured: int
    income_insured: int
    industry_eligible: int
    income_eligible: int
    industry_open: int
    income_open: int
    paid_fen: int
    claims_open: int
    claims_by_disaster: list[DisasterFigure]
    by_county: list[CountyFigure]
    paid_by_month: list[MonthFigure]
