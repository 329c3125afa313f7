"""Identifying codes (统一社会信用代码 GB 32100, 居民身份证 GB 11643, bank cards) and the masks of personal data."""

from __future__ import annotations

import re
from datetime import date

# Reasons of a first failure, in the order in which they are tested.
LENGTH, CHARACTER, STRUCTURE, DATE, CHECK = "length", "character", "structure", "date", "check"

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 signs: no I, O, S, V, Z
_USCC_VALUES = {sign: value for value, sign in enumerate(_USCC_SIGNS)}
_USCC_WEIGHTS = tuple(3**place % 31 for place in range(17))
_USCC_DIVISION = re.compile(r"[0-9]{6}")

_RESIDENT_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"

_DIGITS_ONLY = re.compile(r"[0-9]+")


def normal_code(code: str) -> str:
    """A credit code or resident number as it is stored: outer spaces off, upper case (ASCII only, `ı` stays wrong)."""
    stripped = code.strip()
    return stripped.upper() if stripped.isascii() else stripped


def uscc_fault(code: str) -> str | None:
    """What is wrong first with a unified social credit code, or None.

    Characters 1-2 may be letters: N1/N2/N3 are rural collectives. Classes, divisions and the body's own check digit
    are not tested.
    """
    signs = normal_code(code)
    if len(signs) != 18:
        return LENGTH
    if any(sign not in _USCC_VALUES for sign in signs):
        return CHARACTER
    if not _USCC_DIVISION.fullmatch(signs, 2, 8):
        return STRUCTURE
    total = sum(_USCC_VALUES[sign] * weight for sign, weight in zip(signs, _USCC_WEIGHTS, strict=False))
    return None if _USCC_SIGNS[(31 - total % 31) % 31] == signs[17] else CHECK


def resident_id_fault(code: str) -> str | None:
    """What is wrong first with an 18-place resident identity number, or None; regions are not tested."""
    signs = normal_code(code)
    if len(signs) != 18:
        return LENGTH
    if not _RESIDENT_SHAPE.fullmatch(signs):
        return CHARACTER
    try:
        date(int(signs[6:10]), int(signs[10:12]), int(signs[12:14]))
    except ValueError:
        return DATE
    total = sum(int(sign) * weight for sign, weight in zip(signs, _RESIDENT_WEIGHTS, strict=False))
    return None if _RESIDENT_CHECKS[total % 11] == signs[17] else CHECK


def card_fault(code: str) -> str | None:
    """What is wrong first with a bank card number (16-19 digits, Luhn), or None.

    For persons' cards only: accounts of units have no common check digit.
    """
    if not 16 <= len(code) <= 19:
        return LENGTH
    if not _DIGITS_ONLY.fullmatch(code):
        return CHARACTER
    return None if luhn_digit(code[:-1]) == code[-1] else CHECK


_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # a digit doubled, its two digits added


def luhn_digit(digits: str) -> str:
    """The Luhn check digit (ISO/IEC 7812-1) over ASCII digits; also closes the payment token of `finance`."""
    codes = digits.encode("ascii")
    total = sum(codes[-1::-2].translate(_DOUBLED)) + sum(codes[-2::-2]) - len(codes) * ord("0")
    return str(-total % 10)


def mask_resident_id(code: str) -> str:
    """`110***********002X`: the first three and last four."""
    return _mask(code, head=3, tail=4)


def mask_phone(phone: str) -> str:
    """`138****0000`: the first three and last four."""
    return _mask(phone, head=3, tail=4)


def mask_card(number: str) -> str:
    """The last four of a card or account, its length hidden too: `****0001`."""
    return "****" + number[-4:] if len(number) > 8 else "****"


def mask_name(name: str) -> str:
    """`王**`: the first character; two stars whatever the length. For persons: names of units are public."""
    return name[:1] + "**"


def _mask(text: str, *, head: int, tail: int) -> str:
    """Stars between; a text too short to hide anything becomes stars alone."""
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[-tail:] if hidden > 0 else "*" * len(text)
