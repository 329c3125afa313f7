"""Single cells of a bank's table: amounts, days, times, account numbers, flags. A cell that cannot be read gives a Text."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from insurance.base.errors import Invalid
from insurance.base.money import FEN_PER_YUAN, MOST_FEN, half_up, half_width, parse_yuan
from insurance.base.text import Text, t
from insurance.finance.model import Direction

_WRAPPERS = {"=", "'", "`"}
_WRAPPED = re.compile(r'="(.*)"')  # ="6222…": how a CSV keeps Excel from turning text into a number
_DASHES = str.maketrans("−–—﹣", "----")
_NOTHING = {"", "-", "--", "/"}
_USUAL = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})\.[0-9]{2}")  # nearly every amount in a bank's file
_CURRENCY = re.compile(r"^(?:¥|CNY|RMB)")
_BRACKETED = re.compile(r"\(([^-]+)\)")  # (1,234.56) is negative
_DAY = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")
_CLOCK = re.compile(r"([0-9]{1,2})[:时.]([0-9]{1,2})(?:[:分.]([0-9]{1,2})秒?(?:\.[0-9]+)?)?分?|([0-9]{2})([0-9]{2})([0-9]{2})")
_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+[eE]\+?[0-9]+|[0-9][eE]\+[0-9]+|[0-9]{6,}\.[0-9]+")
_EXCEL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a serial day has no zone
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73050  # 1990 to 2099
_EXACT_DIGITS = 15  # what a spreadsheet number keeps
_DUST = Decimal("0.000001")  # yuan; what binary fractions leave behind in a computed cell

# What a flag says, and whether it says so outright: 借/贷 depends on whose books it is, and means the bank's at first.
_WAYS = {
    word: (way, outright)
    for way, outright, words in (
        (Direction.IN, True, ["收", "收入", "进", "入", "存入", "转入", "入账", "+"]),
        (Direction.OUT, True, ["支", "支出", "付", "出", "支取", "转出", "出账", "-"]),
        (Direction.IN, False, ["贷", "贷方", "贷记", "C", "CR", "CREDIT", "CRDT"]),
        (Direction.OUT, False, ["借", "借方", "借记", "D", "DR", "DEBIT", "DBIT"]),
    )
    for word in words
}


def plain(cell: object) -> str:
    """The cell as one line of text: outer spaces, a leading apostrophe and `="…"` taken off."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    if text[:1] not in _WRAPPERS:
        return text
    wrapped = _WRAPPED.fullmatch(text)
    return (wrapped[1] if wrapped else text.removeprefix("'").removeprefix("`")).strip()


def compact(cell: object) -> str:
    """The cell as a word to compare: half width, no spaces, one kind of dash."""
    text = "".join(plain(cell).split())
    return text if text.isascii() else "".join(half_width(text).translate(_DASHES).split())


def fen(cell: object) -> int | Text | None:
    """An amount in fen with its sign; None for an empty cell. Numbers are read by their shortest decimal form."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, int | float | Decimal):
        exact = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        if not exact.is_finite() or abs(exact) * FEN_PER_YUAN > MOST_FEN:
            return t("金额超出范围")
        rounded = half_up(exact * FEN_PER_YUAN)
        return rounded if abs(exact - Decimal(rounded) / FEN_PER_YUAN) < _DUST else t("金额不能细于一分")
    if isinstance(cell, str) and _USUAL.fullmatch(cell):
        return int(cell.replace(",", "").replace(".", ""))
    text = _CURRENCY.sub("", compact(cell).upper()).removeprefix("+")
    if text in _NOTHING:
        return None
    bracketed = _BRACKETED.fullmatch(text)
    try:
        return -parse_yuan(bracketed[1]) if bracketed else parse_yuan(text)
    except Invalid as refusal:
        return refusal.text


def moment(cell: object) -> tuple[dt.date, dt.time | None] | Text | None:
    """A day, with the time where the cell has one: text, a date cell, a serial day, or 20190812 as a number."""
    if isinstance(cell, dt.datetime):
        return cell.date(), cell.time().replace(microsecond=0) if cell.time() != dt.time() else None
    if isinstance(cell, dt.date):
        return cell, None
    if isinstance(cell, float) and not cell.is_integer() and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        seconds = round(cell * 86400)
        return moment(_EXCEL_ZERO + dt.timedelta(seconds=seconds))
    if isinstance(cell, int | float) and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return (_EXCEL_ZERO + dt.timedelta(days=int(cell))).date(), None
    return _moment_of(plain(cell))


@lru_cache(maxsize=4096)  # the same few days, over and over
def _moment_of(text: str) -> tuple[dt.date, dt.time | None] | Text | None:
    text = half_width(text).translate(_DASHES)
    if text in _NOTHING:
        return None
    found = _DAY.match(text)
    if not found:
        return t("不是日期")
    year, *parts = (int(part) for part in found.groups() if part)
    try:
        day = dt.date(year, *parts)
    except ValueError:
        return t("没有这一天")
    rest = text[found.end() :].lstrip("T -")
    if not rest:
        return day, None
    clock = time_of_day(rest)
    return clock if isinstance(clock, Text) else (day, clock)


def time_of_day(cell: object) -> dt.time | Text | None:
    """A time of day: text, a time cell, or a fraction of a day. A full date with time gives its time."""
    if isinstance(cell, dt.time):
        return cell.replace(microsecond=0)
    if isinstance(cell, dt.datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, dt.timedelta):
        return (_EXCEL_ZERO + cell).time().replace(microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        return (_EXCEL_ZERO + dt.timedelta(seconds=round(cell * 86400))).time()
    text = compact(cell)
    if text in _NOTHING:
        return None
    if isinstance(cell, int | float):
        text = text.zfill(6)  # 91530 is 09:15:30
    found = _CLOCK.fullmatch(text)
    if not found:
        return t("不是时间")
    try:
        hour, minute, *second = (int(part) for part in found.groups() if part)
        return dt.time(hour, minute, second[0] if second else 0)
    except ValueError:
        return t("不是时间")


def account_number(cell: object) -> str | Text:
    """An account number without spaces and dashes; empty when absent or masked by the bank.

    A number cell is refused whatever its length: a spreadsheet keeps 15 digits, and drops leading zeros.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return t("账号被存成了数字，请把该列设为文本格式后重新导出")
    text = compact(cell).replace("-", "")
    if _SCIENTIFIC.fullmatch(text):
        return t("账号已被表格软件改写为科学计数，请把该列设为文本格式后重新导出")
    return "" if "*" in text else text


def reference(cell: object) -> str | Text:
    """A bank's own number of a movement. Longer than a spreadsheet number keeps, it must be text."""
    text = compact(cell)
    if (isinstance(cell, int | float) and len(text) > _EXACT_DIGITS) or _SCIENTIFIC.fullmatch(text):
        return t("流水号已被表格软件改写，请把该列设为文本格式后重新导出")
    return text


def direction(cell: object) -> tuple[Direction, bool] | Text:
    """A flag as the bank would mean it, and whether it is outright (收/支, +/−) or 借/贷, for the balance to decide."""
    return _WAYS.get(compact(cell).upper()) or t("收支方向无法识别")
