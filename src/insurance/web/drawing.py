"""Geometry of the two drawings the server makes itself: the deadline ruler of a claim and a column chart.

Coordinates are units of the SVG's viewBox; texts come in already translated. The numbers always stand beside the bars.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from insurance.web.shown import grouped

_LEFT, _RIGHT, _WIDE = 130.0, 1077.0, 1100.0
_ROW, _TOP = 24, 29
_TICK_ROOM = 46.0  # a written `08-12` needs this much
_GLYPH, _LETTER = 11.5, 6.6  # widths of a Chinese and a Latin character at the ruler's size


class Span(msgspec.Struct, frozen=True):
    """One clock, from its start to its due day: `done` is green, `future` has not begun, `aside` is grey."""

    label: str
    words: str
    start_on: date
    due_on: date
    how: Literal["done", "running", "late", "future", "aside"] = "running"
    ended_on: date | None = None
    pauses: tuple[tuple[date, date], ...] = ()


class Bar(msgspec.Struct, frozen=True):
    """One rectangle of a drawing."""

    kind: str
    x: float
    width: float
    y: float = 0
    height: float = 14


class Row(msgspec.Struct, frozen=True):
    """One clock as drawn: its label, bars, and the words with the place they stand at."""

    label: str
    y: float
    bars: tuple[Bar, ...]
    words: str
    words_x: float
    anchor: str


class Ruler(msgspec.Struct, frozen=True):
    """All clocks of a claim on one axis, with the line of today."""

    height: int
    ticks: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]
    now_x: float
    now: str
    label: str


class Columns(msgspec.Struct, frozen=True):
    """A column chart: bars with what is written above and below each."""

    bars: tuple[tuple[Bar, str, str], ...]
    label: str


def ruler(spans: list[Span], today: date, label: str) -> Ruler:
    """Lay the clocks out; `label` is what a screen reader says instead of the picture."""
    first = min(min(s.start_on, *(day for pause in s.pauses for day in pause), today) for s in spans)
    last = max(max(_end(s), s.due_on, today) for s in spans)
    full = (_RIGHT - _LEFT) / max((last - first).days, 1)
    fits = [(_WIDE - _LEFT - 8 - _written(s.words)) / days for s in spans if (days := (_reach(s, today) - first).days)]
    scale = max(min([full, *fits]), full / 2)  # the words beside the longest bar need their room

    def x(day: date) -> float:
        return round(_LEFT + (day - first).days * scale, 1)

    rows = tuple(_row(span, _TOP + i * _ROW, x, today) for i, span in enumerate(spans))
    ticks: list[tuple[float, str]] = []
    for day in sorted({d for s in spans for d in (s.start_on, s.due_on)}):
        if abs(x(day) - x(today)) > _TICK_ROOM / 2 and (not ticks or x(day) - ticks[-1][0] >= _TICK_ROOM):
            ticks.append((x(day), f"{day:%m-%d}"))
    return Ruler(_TOP + len(spans) * _ROW + 7, tuple(ticks), rows, x(today), f"{today:%m-%d}", label)


def _end(span: Span) -> date:
    return span.ended_on or span.due_on


def _reach(span: Span, today: date) -> date:
    """Where a bar ends: a late one that nobody ended goes on until today."""
    return max(span.due_on, today) if span.how == "late" and span.ended_on is None else _end(span)


def _row(span: Span, y: float, x: Callable[[date], float], today: date) -> Row:
    bars = [Bar("h", x(a), _least(x(b) - x(a)), y) for a, b in span.pauses]
    begin, end = x(span.start_on), x(span.due_on)
    reached = x(span.ended_on or today)
    if span.how == "done":
        end = reached
        bars.append(Bar("cok", begin, _least(end - begin), y))
    elif span.how == "future":
        bars.append(Bar("c2l", begin, _least(end - begin), y))
    elif span.how == "aside":
        bars.append(Bar("c3l", begin, _least(end - begin), y))
    else:
        bars.append(Bar("c1l", begin, _least(end - begin), y))
        bars.append(Bar("c1 late" if span.how == "late" else "c1", begin, _least(min(reached, end) - begin), y))
        if reached > end:
            bars.append(Bar("cbad", end, reached - end, y))
    end = max(bar.x + bar.width for bar in bars)
    if end + 8 + _written(span.words) <= _WIDE:
        return Row(span.label, y, tuple(bars), span.words, end + 8, "start")
    start = min(bar.x for bar in bars)
    if start - 8 - _written(span.words) >= _LEFT:
        return Row(span.label, y, tuple(bars), span.words, start - 8, "end")
    return Row(span.label, y, tuple(bars), span.words, start + 8, "start")


def _least(width: float) -> float:
    """A clock of hours is still to be seen."""
    return round(max(width, 6.0), 1)


def _written(words: str) -> float:
    return sum(_GLYPH if ord(sign) > 0x2E80 else _LETTER for sign in words)


def columns(values: list[tuple[str, int, str]], label: str) -> Columns:
    """Columns of (name, amount, amount as written or empty); the tallest is 84 units, all within 340 × 124."""
    most = max([amount for _, amount, _ in values] + [1])
    room = 340 / max(len(values), 1)
    width = min(48.0, room * 0.6)
    bars = []
    for i, (name, amount, written) in enumerate(values):
        height = round(max(84 * amount / most, 1), 1)
        bar = Bar("fa", round(room * (i + 0.5) - width / 2, 1), width, round(102 - height, 1), height)
        bars.append((bar, name, written or grouped(amount)))
    return Columns(tuple(bars), label)
