"""Amounts in capitals (大写) both ways, and dates as bills write them (支付结算办法 附一; 票据法 8)."""

from __future__ import annotations

from datetime import date
from itertools import product

from insurance.base.errors import Invalid
from insurance.base.money import MOST_FEN, Fen, half_width
from insurance.base.text import Text, t

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_VALUES = {sign: value for value, sign in enumerate(_DIGITS)}
_VARIANTS = str.maketrans("圆圓貳參陸萬億正", "元元贰叁陆万亿整")
_LONGEST_WORDS = 100

# The words of an amount are parts, each with its permitted spellings, the canonical one first.
_Part = tuple[str, ...]
_ZERO: _Part = ("零",)
_ZERO_OR_NOT: _Part = ("零", "")
_NOT_OR_ZERO: _Part = ("", "零")


def amount_words(amount: Fen) -> str:
    """The canonical capitals of an amount of 0…10^14-1 fen, without the prefix 人民币: `壹仟肆佰零玖元伍角`."""
    if not 0 <= amount <= MOST_FEN:
        raise Invalid.field("amount_fen", t("金额超出范围"))
    return "".join(part[0] for part in _parts(amount))


def parse_words(text: str) -> Fen:
    """Read capitals in any permitted spelling and return fen.

    Accepts the prefix 人民币 with or without colon, spaces, 圆圓正貳參陸萬億, leading 拾 for 壹拾, a missing 整, 整
    after 角, and each zero that the rules leave to the writer. Everything else is refused, because words that are not
    well formed make a bill void: Invalid on field `words`.
    """
    if len(text) > _LONGEST_WORDS:
        raise _refused(t("大写金额过长"))
    words = "".join(half_width(text).split()).translate(_VARIANTS)
    words = words.removeprefix("人民币").removeprefix(":")
    if not words:
        raise _refused(t("大写金额为空"))
    if not any(unit in words for unit in "元角分"):
        raise _refused(t("大写金额缺少元、角或分"))
    if words.endswith("分整"):
        raise _refused(t("“分”之后不写“整”"))
    if words.startswith("拾"):
        words = "壹" + words
    amount = _value(words.removesuffix("整"))
    if amount is None or words not in map("".join, product(*_parts(amount))):
        raise _refused(t("大写金额的写法不合规定"))
    return amount


def bill_date(day: date) -> str:
    """A date as bills write it: `贰零壹玖年零壹拾月零贰拾日`; 零 guards months 1, 2, 10 and days 1-9, 10, 20, 30."""
    year = "".join(_DIGITS[int(digit)] for digit in f"{day.year:04d}")
    month = ("零" if day.month in (1, 2, 10) else "") + _below_hundred(day.month)
    guarded = day.day < 10 or day.day % 10 == 0
    return f"{year}年{month}月{'零' if guarded else ''}{_below_hundred(day.day)}日"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] + "拾" if tens else "") + (_DIGITS[ones] if ones else "")


def _refused(text: Text) -> Invalid:
    return Invalid.field("words", text)


def _parts(amount: Fen) -> list[_Part]:
    """The words of an amount in order; at most five parts leave a choice."""
    yuan, cents = divmod(amount, 100)
    jiao, fen = divmod(cents, 10)
    if amount == 0:
        return [("零元",), ("整", "")]
    parts = _yuan_parts(yuan)
    if cents == 0:
        return [*parts, ("整", "")]
    if jiao:
        if yuan and yuan % 10 == 0:
            parts.append(_ZERO_OR_NOT)
        parts.append((_DIGITS[jiao] + "角",))
    elif yuan:
        parts.append(_ZERO)
    return [*parts, (_DIGITS[fen] + "分",) if fen else ("", "整")]


def _yuan_parts(yuan: int) -> list[_Part]:
    """The words before 元 and 元 itself; nothing for 0."""
    if yuan == 0:
        return []
    parts: list[_Part] = []
    above, skipped = 0, False  # the group of four written last, and whether a group of zeros came since
    for power, unit in ((2, "亿"), (1, "万"), (0, "")):
        group = yuan // 10_000**power % 10_000
        if group == 0:
            skipped = True
            continue
        if above and (skipped or group < 1_000):
            parts.append(_ZERO)
        elif above and above % 10 == 0:
            parts.append(_NOT_OR_ZERO)
        parts.append((_group_words(group) + unit,))
        above, skipped = group, False
    return [*parts, ("元",)]


def _group_words(group: int) -> str:
    """One to four digits with their places, inner zeros collapsed to one."""
    words = ""
    zero_due = False
    for digit, place in zip(f"{group:04d}", _PLACES, strict=True):
        if digit == "0":
            zero_due = True
            continue
        words += ("零" if zero_due and words else "") + _DIGITS[int(digit)] + place
        zero_due = False
    return words


def _value(words: str) -> Fen | None:
    """What the words come to if they are well formed, which the caller checks; None if they cannot be read."""
    whole = group = digit = 0
    fen = 0
    for sign in words:
        if sign in _VALUES:
            digit = _VALUES[sign]
            continue
        if sign in "拾佰仟":
            group += digit * 10 ** ("拾佰仟".index(sign) + 1)
        elif sign in "万亿元":
            scale = {"万": 10_000, "亿": 100_000_000, "元": 1}[sign]
            whole += (group + digit) * scale
            group = 0
        elif sign in "角分":
            fen += digit * (10 if sign == "角" else 1)
        else:
            return None
        digit = 0
    amount = whole * 100 + fen
    return amount if amount <= MOST_FEN else None
