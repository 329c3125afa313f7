"""How a value is written for a reader: amounts, ratios, days. Template filters; exports may call them too."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

from insurance.base.money import FEN_PER_WAN, half_up

NOTHING = "—"
_CITY_TIME = timezone(timedelta(hours=8))  # Asia/Shanghai has kept +08:00 all year since 1991
_MINUS = "−"  # U+2212: as wide as a digit, so columns align


def _grouped_with_decimals(scaled: int, places: int) -> str:
    """An integer of 10^-places units as `1,008,677.50`."""
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{_MINUS if scaled < 0 else ''}{whole:,}" + (f".{rest:0{places}}" if places else "")


def _scaled(value: Fraction | Decimal | int, factor: int) -> int:
    """`value` × `factor` as a whole number, by the program's one rounding."""
    numerator, denominator = value.as_integer_ratio()
    return half_up(Fraction(numerator * factor, denominator))


def money(fen: int | None) -> str:
    """Fen as yuan with two decimals: 100867750 → `1,008,677.50`; None → `—`."""
    return NOTHING if fen is None else _grouped_with_decimals(fen, 2)


def wan(fen: int | None) -> str:
    """Fen as 万元 with two decimals, half up: 48000000 → `48.00`."""
    return NOTHING if fen is None else _grouped_with_decimals(_scaled(Fraction(fen, FEN_PER_WAN), 100), 2)


def plain(fen: int | None) -> str:
    """Fen as a person types it into a field: 9125901 → `91259.01`, 8200000 → `82000`; None → empty."""
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}" + (f".{rest:02}" if rest else "")


def pct(ratio: Fraction | Decimal | str | int | None, places: int = 1) -> str:
    """A ratio as per cent, half up: 0.9617 → `96.2%`; None → `—`."""
    if ratio is None:
        return NOTHING
    return _grouped_with_decimals(_scaled(Fraction(ratio) if isinstance(ratio, str) else ratio, 10 ** (places + 2)), places) + "%"


def grouped(number: int | None) -> str:
    """A count with thousands separators: 1376 → `1,376`."""
    return NOTHING if number is None else _grouped_with_decimals(number, 0)


def day(when: date | None) -> str:
    """A day as `2019-08-30`; an instant is first read in the city's time."""
    if when is None:
        return NOTHING
    return (when.astimezone(_CITY_TIME).date() if isinstance(when, datetime) else when).isoformat()


def moment(when: datetime | None) -> str:
    """An instant as `2019-08-30 14:06` in the city's time (+08:00); it must know its offset."""
    if when is None:
        return NOTHING
    if when.tzinfo is None:
        raise ValueError("an instant without an offset cannot be shown")
    return when.astimezone(_CITY_TIME).strftime("%Y-%m-%d %H:%M")


def share(part: int, whole: int) -> Fraction | None:
    """The ratio part ÷ whole exactly, or None where there is no whole."""
    return Fraction(part, whole) if whole else None


def width(ratio: Fraction | Decimal | int | None, full: int = 100, most: int | None = None) -> str:
    """A length for an SVG attribute: `ratio` × `full`, held within 0…`most` (or `full`), one decimal."""
    tenths = min(max(_scaled(ratio or 0, full * 10), 0), (full if most is None else most) * 10)
    return f"{tenths // 10}.{tenths % 10}"


def band(ratio: Fraction | Decimal | int, low: int, high: int) -> str:
    """The tone of a ratio beside its agreed band in per cent: "due" below, "bad" above, else ""."""
    numerator, denominator = ratio.as_integer_ratio()
    over, under = numerator * 100 > high * denominator, numerator * 100 < low * denominator
    return "bad" if over else "due" if under else ""
