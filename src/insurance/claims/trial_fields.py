"""Reading one case of a calculator, strictly: no unknown field, no float, string or boolean for a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import MOST_FEN, Fen
from insurance.base.text import Text, t

Default = TypeVar("Default")

_RATE = re.compile(r"[0-9]+(\.[0-9]+)?")
_LONGEST_RATE = 400  # characters; exact fractions of longer ones would cost seconds
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LONGEST_NAME = 100  # of an unknown field's name, when it is told back


class Repeated(msgspec.Struct, frozen=True):
    """Stands for a JSON object that gives one key twice: which of the two is meant nobody can know."""

    key: str


class Fields:
    """The fields of one object; `where` is put before their names in errors (`deductible.`). Raises Invalid.

    null is absent. Methods without `_or` read a required field, the others give the default for an absent one.
    """

    def __init__(self, case: object, known: Sequence[str], where: str = "") -> None:
        self._where = where
        if isinstance(case, Repeated):
            raise self.fault(_printable(case.key), t("同一字段出现两次"))
        if not isinstance(case, dict):
            raise Invalid.field(where.removesuffix("."), t("应为 JSON 对象"))
        self._case = case
        for name in case:
            if name not in known:
                raise self.fault(_printable(name), t("未知字段"))

    def fault(self, name: str, text: Text) -> Invalid:
        """The error of one field."""
        return Invalid.field(self._where + name, text)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._case.get(name) is not None

    def value(self, name: str) -> object:
        """A required field as it came."""
        found: object = self._case.get(name)
        if found is None:
            raise self.fault(name, t("缺少必填字段"))
        return found

    def whole(self, name: str, least: int = 0, most: int | None = None) -> int:
        """A JSON integer in the bounds."""
        return self._bounded(name, self.value(name), least, most)

    def amount(self, name: str) -> Fen:
        """An amount in fen, 0…10^14-1."""
        return self.whole(name, 0, MOST_FEN)

    def amount_or(self, name: str, default: Default) -> Fen | Default:
        """An amount in fen, or the default."""
        return self.amount(name) if self.has(name) else default

    def amounts(self, name: str) -> tuple[Fen, ...]:
        """A list of amounts; absent is empty."""
        return tuple(self._bounded(name, amount, 0, MOST_FEN) for amount in self.items(name))

    def items(self, name: str) -> list[object]:
        """A list as it came; absent is empty."""
        found = self._case.get(name, [])
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.fault(name, t("应为 JSON 数组"))
        return found

    def weights(self, name: str) -> dict[str, int]:
        """Whole weights by key; their signs are judged by the rule that splits."""
        found = self.value(name)
        if not isinstance(found, dict):
            raise self.fault(name, t("应为 JSON 对象，且键不重复"))
        for key, weight in found.items():
            if not _is_text(key):
                raise self.fault(name, t("键不是有效的文本"))
            self._bounded(name, weight, None, None)
        return found

    def rate_or(self, name: str, default: Default) -> Decimal | Default:
        """A share of 0…1, written as a decimal string, or the default."""
        return self.rate(name) if self.has(name) else default

    def rate(self, name: str) -> Decimal:
        """A share of 0…1, written as a decimal string."""
        found = self.value(name)
        if isinstance(found, str) and len(found) <= _LONGEST_RATE and _RATE.fullmatch(found):
            rate = Decimal(found)
            if rate <= 1:
                return rate
        raise self.fault(name, t("应为 0 到 1 之间的小数，写成文本，如 “0.05”"))

    def day(self, name: str) -> date:
        """A date."""
        return self.as_day(name, self.value(name))

    def as_day(self, name: str, found: object) -> date:
        """Read a date that stands in this field: YYYY-MM-DD and nothing else."""
        parts = _DAY.fullmatch(found) if isinstance(found, str) else None
        if parts:
            try:
                return date(int(parts[1]), int(parts[2]), int(parts[3]))
            except ValueError:
                pass
        raise self.fault(name, t("应为真实日期，格式 YYYY-MM-DD"))

    def flag_or(self, name: str, *, default: bool) -> bool:
        """A boolean, or the default."""
        found = self.value(name) if self.has(name) else default
        if not isinstance(found, bool):
            raise self.fault(name, t("应为 true 或 false"))
        return found

    def text(self, name: str) -> str:
        """A string."""
        found = self.value(name)
        if not isinstance(found, str):
            raise self.fault(name, t("应为文本"))
        return found

    def choice(self, name: str, options: Iterable[str]) -> str:
        """One of the codes."""
        found = self.value(name)
        codes = [str(option) for option in options]
        if not isinstance(found, str) or found not in codes:
            raise self.fault(name, t("应为下列之一：{options}", options=" ".join(codes)))
        return found

    def _bounded(self, name: str, found: object, least: int | None, most: int | None) -> int:
        if not isinstance(found, int) or isinstance(found, bool):
            raise self.fault(name, t("应为整数，不能是小数、文本或布尔值"))
        if least is not None and found < least:
            raise self.fault(name, t("不能小于 {least}", least=least))
        if most is not None and found > most:
            raise self.fault(name, t("不能大于 {most}", most=most))
        return found


def _is_text(key: str) -> bool:
    """Whether the key can be written out again: a lone surrogate cannot."""
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(name: str) -> str:
    """A name from outside that is safe to tell back: of bounded length, and without lone surrogates."""
    return name[:_LONGEST_NAME].encode("utf-8", "replace").decode("utf-8")
