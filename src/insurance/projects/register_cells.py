"""Reading one cell of a register: texts, codes, amounts, months, rates, counts and coded words, each with what is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import FEN_PER_YUAN, MOST_FEN, Fen, half_up, half_width, parse_yuan, yuan
from insurance.base.spreadsheet import Cell
from insurance.base.text import Text, t
from insurance.projects.register_words import REGISTER, Vocabulary, plain

ERROR, NOTE = "error", "note"  # an error keeps its row out, a note does not

_BLANK_WORDS = frozenset(["", "-", "--", "—", "——", "/", "\\", "无", "暂无", "N/A", "n/a", "0000-00-00"])
_NOISE_FEN = Fraction(1, 10_000)  # 1e-6 yuan: what binary fractions leave behind
_LOST_DIGITS = 10**15  # Excel keeps 15 digits of a number
_SIMPLE_AMOUNT = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,2}))?")
_SIMPLE_CODE = re.compile(r"[A-Za-z][0-9A-Za-z_-]*|[0-9][0-9A-DF-Za-df-z_-]*")  # no room for an exponent
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SHOWABLE_DATE = re.compile(r"(?:[^0-9]*[0-9]){1,8}[^0-9]*")
_SHOWABLE_AMOUNT = re.compile(r"-?¥?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,8})(?:\.[0-9]+)?[万亿]?元?%?")
_DATE_OR_AMOUNT = re.compile(r"[-+0-9.,/:%¥年月日个万亿元]+")
_YEARS_AND_MONTHS = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)年)?(?:([0-9]+)个?月)?")
_MOST_MONTHS = 1200
_LONGEST_NUMBER = 30


class Flaw(NamedTuple):
    """What is wrong with a cell, wherever the same content stands."""

    code: str
    severity: str
    text: Text


class Reading(msgspec.Struct, frozen=True, gc=False):
    """The value of a cell and what was noticed; an erroneous cell has no value."""

    value: Any
    flaws: tuple[Flaw, ...] = ()


BLANK = Reading(None)
Reader = Callable[[Cell], Reading]


class Column(dict[Cell, Any]):
    """Reads the cells of one column, each different content once; `flaws` says which contents are flawed."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self.flaws: dict[Cell, tuple[Flaw, ...]] = {}

    def __missing__(self, cell: Cell) -> Any:
        reading = BLANK if cell == "" else self._reader(cell)
        if reading.flaws:
            self.flaws[cell] = reading.flaws
        self[cell] = reading.value
        return reading.value

    def read(self, cells: Iterable[Cell]) -> list[Any]:
        """The values of the cells in their order."""
        return list(map(self.__getitem__, cells))


def flawed(code: str, text: Text) -> Reading:
    """An error: the cell has no value and its row stays out."""
    return Reading(None, (Flaw(code, ERROR, text),))


def noted(value: Any, code: str, text: Text) -> Reading:
    """A value that was read in a way the office should know of."""
    return Reading(value, (Flaw(code, NOTE, text),))


def shown(cell: Cell) -> str:
    """A date or amount as it may be repeated in a fault; anything else could be somebody's number or name."""
    written = _SPACE.sub("", half_width(as_text(cell)))
    if len(written) > _LONGEST_NUMBER:
        return "…"
    harmless = _SHOWABLE_AMOUNT.fullmatch(written) or _SHOWABLE_DATE.fullmatch(written)
    return written if harmless and _DATE_OR_AMOUNT.fullmatch(written) else "…"


def as_text(cell: Cell) -> str:
    """The cell as text without outer spaces: whole numbers without a point, dates as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def text_reader(longest: int) -> Reader:
    """Free text of at most so many characters; line breaks become spaces."""

    def read(cell: Cell) -> Reading:
        if not isinstance(cell, str):
            return _number_as_text(cell)
        value = cell
        if not cell.isprintable() or cell[0] == " " or cell[-1] == " ":
            value = _INVISIBLE.sub("", _SPACE.sub(" ", cell)).strip()
            if any(unicodedata.category(sign) == "Cc" for sign in value):
                return flawed("control-characters", t("含有不可见的控制字符。请删去后重新录入。"))
        if value in _BLANK_WORDS:
            return BLANK
        if len(value) > longest:
            return flawed("too-long", t("文字超过 {limit} 字。请精简。", limit=longest))
        return Reading(value)

    return read


def code_reader(longest: int) -> Reader:
    """A code, number or phone: half width, no spaces; refuses one that Excel has turned into a number or a date."""
    read_text = text_reader(longest)

    def read(cell: Cell) -> Reading:
        if isinstance(cell, str) and len(cell) <= longest and _SIMPLE_CODE.fullmatch(cell):
            return Reading(cell)
        if isinstance(cell, dt.date):
            return flawed("code-became-date", t("编号被 Excel 改成了日期。请把该列设为文本格式后重新录入。"))
        reading = read_text(cell)
        if reading.value is None:
            return reading
        value = _SPACE.sub("", half_width(reading.value)).strip("'")
        if _EXPONENT.fullmatch(value):
            return _LOST
        return Reading(value or None)

    return read


_LOST = flawed("code-became-number", t("编号被 Excel 存成了数字，末位数字已丢失。请把该列设为文本格式后按原件重新录入，不要直接改格式。"))


def _number_as_text(cell: Cell) -> Reading:
    if isinstance(cell, int | float) and (not math.isfinite(cell) or abs(cell) >= _LOST_DIGITS):
        return _LOST
    return Reading(as_text(cell))


def amount_reader(unit_fen: Fen, *, lenient: bool = False) -> Reader:
    """Whole fen. `unit_fen` is the heading's unit; a unit in the cell decides alone. Lenient: finer than a fen is rounded."""

    def read(cell: Cell) -> Reading:
        if isinstance(cell, dt.date):
            return flawed("amount-is-date", t("金额单元格是日期格式。请改为数值格式后重新录入。"))
        if isinstance(cell, str):
            return _written_amount(cell, unit_fen)
        if not math.isfinite(cell) or abs(cell) * unit_fen > MOST_FEN:
            return flawed("amount-range", t("金额超出范围。"))
        fen = round(cell * unit_fen)
        if fen < 0:
            return _NEGATIVE
        if fen / unit_fen == cell:  # the nearest float to a whole number of fen: that number was meant
            return Reading(fen)
        exact = Fraction(Decimal(repr(cell))) * unit_fen
        fen = half_up(exact)
        if abs(exact - fen) <= _NOISE_FEN:
            return Reading(fen)
        if lenient:
            return noted(fen, "amount-rounded", t("金额细于一分，按 {yuan} 元读取。", yuan=yuan(fen)))
        return flawed("amount-too-fine", t("“{shown}”细于一分。请四舍五入到两位小数的元后填写。", shown=shown(cell)))

    return read


_NEGATIVE = flawed("amount-negative", t("金额不能为负数。"))


def _written_amount(cell: str, unit_fen: Fen) -> Reading:
    if unit_fen == FEN_PER_YUAN and (simple := _SIMPLE_AMOUNT.fullmatch(cell)):
        return Reading(int(simple[1]) * FEN_PER_YUAN + int((simple[2] or "").ljust(2, "0")))
    written = _SPACE.sub("", half_width(cell))
    if written in _BLANK_WORDS:
        return BLANK
    try:
        fen = parse_yuan(written, unit_fen)
    except Invalid:
        text = t("“{shown}”不是金额。请填写数字，如 658000.00。", shown=shown(written))
        return flawed("amount-unreadable", text)
    if fen < 0:
        return _NEGATIVE
    own_unit = any(sign in written for sign in "万萬亿億") or (written[-1] in "元圆圓" and unit_fen != FEN_PER_YUAN)
    if own_unit:
        text = t("单元格自带单位“{shown}”，按 {yuan} 元读取，不再乘表头单位。", shown=shown(written), yuan=yuan(fen))
        return noted(fen, "unit-in-cell", text)
    return Reading(fen)


def months_reader(heading_unit: str | None) -> Reader:
    """A useful life in whole months, 1 to 1,200; a bare number counts years unless the heading says months."""
    bare = 1 if heading_unit in ("月", "个月") else 12

    def read(cell: Cell) -> Reading:
        unreadable = flawed("life-unreadable", t("使用年限应为 1 个月至 100 年，如 10 或 10年。"))
        if isinstance(cell, dt.date):
            return unreadable
        written = _SPACE.sub("", half_width(as_text(cell)))
        if written in _BLANK_WORDS:
            return BLANK
        if len(written) > _LONGEST_NUMBER:
            return unreadable
        if number := _decimal(written):
            months = Fraction(number) * bare
        elif found := _YEARS_AND_MONTHS.fullmatch(written):
            months = Fraction(found[1] or 0) * 12 + int(found[2] or 0)
        else:
            return unreadable
        if months.denominator != 1 or not 1 <= months <= _MOST_MONTHS:
            return unreadable
        return Reading(int(months))

    return read


def rate_reader(heading_unit: str | None) -> Reader:
    """A rate between 0 and 1 as Decimal: 5%, 0.05, or 5 under a (%) heading or where only per cent makes sense."""

    def read(cell: Cell) -> Reading:
        unreadable = flawed("rate-unreadable", t("比率应在 0 到 100% 之间，如 5% 或 0.05。"))
        if isinstance(cell, dt.date):
            return unreadable
        written = _SPACE.sub("", half_width(as_text(cell)))
        if written in _BLANK_WORDS:
            return BLANK
        per_cent = written.endswith("%")
        number = _decimal(written.removesuffix("%"))
        if number is None:
            return unreadable
        rate = number / 100 if per_cent or number > 1 or (heading_unit == "%" and number == 1) else number
        if not 0 <= rate <= 1:
            return unreadable
        rate = rate.quantize(Decimal("1e-8")).normalize() + 0
        if per_cent or number == 0 or (number != 1 and (number > 1) == (heading_unit == "%")):
            return Reading(rate)
        text = t("“{shown}”按 {rate} 读取。请确认单位是否为 %。", shown=shown(cell), rate=f"{rate * 100:f}%")
        return noted(rate, "rate-unit", text)

    return read


def count_reader(units: str) -> Reader:
    """A whole number from 0; `units` are the words that may follow it (户 人)."""
    pattern = re.compile(rf"([0-9]{{1,9}})(?:\.0+)?[{units}]?")

    def read(cell: Cell) -> Reading:
        written = _SPACE.sub("", half_width(as_text(cell)))
        if written in _BLANK_WORDS:
            return BLANK
        found = None if isinstance(cell, dt.date) else pattern.fullmatch(written)
        return Reading(int(found[1])) if found else flawed("count-unreadable", t("应为不小于 0 的整数。"))

    return read


def quantity(cell: Cell) -> Reading:
    """A quantity from 0 with at most six decimals; a unit behind it is dropped and noted."""
    written = _SPACE.sub("", half_width(as_text(cell)))
    if written in _BLANK_WORDS:
        return BLANK
    found = None if isinstance(cell, dt.date) else re.fullmatch(r"([0-9,]{1,15}(?:\.[0-9]+)?)([^0-9.]{0,4})", written)
    number = _decimal(found[1].replace(",", "")) if found else None
    if found is None or number is None:
        return flawed("quantity-unreadable", t("数量应为数字，单位写在“单位”列。"))
    value = number.quantize(Decimal("1e-6")).normalize() + 0
    if found[2]:
        return noted(value, "unit-in-cell", t("数量里的单位未读取。请写在“单位”列。"))
    return Reading(value)


def choice_reader(choice: str, codes: Callable[[str], Any], vocabulary: Vocabulary = REGISTER) -> Reader:
    """A coded word, by the words of the workbook; the value is what `codes` makes of the code."""
    words, accepted = vocabulary.words[choice], vocabulary.first_words[choice]
    contains, ends = vocabulary.contains.get(choice, {}), vocabulary.ends.get(choice, {})

    def read(cell: Cell) -> Reading:
        word = plain(as_text(cell))
        if word in words:
            return Reading(codes(words[word]))
        if word in _BLANK_WORDS:
            return BLANK
        for parts, fits in ((ends, word.endswith), (contains, word.__contains__)):
            for part, code in parts.items():
                if fits(part):
                    return noted(codes(code), "word-read-as", t("按“{part}”读取。请确认。", part=part))
        return flawed("unknown-word", t("无法识别。可填：{accepted}。", accepted=accepted))

    return read


def flag(cell: Cell) -> Reading:
    """是 or 否, and how offices write it; a stated fact only, so other words keep no row out."""
    word = plain(as_text(cell))
    if code := REGISTER.words["flag"].get(word):
        return Reading(code == "YES")
    return BLANK if word in _BLANK_WORDS else noted(None, "unknown-word", t("未读取。可填：{accepted}。", accepted="是、否"))


def _decimal(written: str) -> Decimal | None:
    return Decimal(written) if re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{1,20})?", written) else None
