"""Rules of letters: numbers and verification codes, masks, the clause a refusal cites, and facts put into words; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any

import msgspec

from insurance.base.calendar import BEIJING
from insurance.base.codes import mask_name
from insurance.base.money import Fen, yuan
from insurance.base.words import amount_words
from insurance.claims.model_letters import Content, Head, LetterFacts, Printed
from insurance.claims.procedure_letters import Block, LetterWords

# Crockford's 32 signs: no I, L, O, U, so that nobody misreads what is printed on paper.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
_READ_AS = str.maketrans("OIL", "011")
_GROUP = 4
# 身份证号, 手机号, 座机, 卡号: runs of digits that no notice in public may show. Spaces and dashes inside do not hide them.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){9,}[Xx]?(?!\d)")


# -- numbers and codes ----------------------------------------------------------------------------------------------------


def letter_number(claim_number: str, sign: str, ordinal: int) -> str:
    """`LA201900041-BC1`: the claim, the kind's sign, the how-manieth of its kind."""
    return f"{claim_number}-{sign}{ordinal}"


def check_sign(body: str) -> str:
    """The sign that guards 15 others against a slip of the pen (Luhn over 32 signs)."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = SIGNS.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // len(SIGNS) + value % len(SIGNS)
    return SIGNS[-total % len(SIGNS)]


def verification_code(drawn: Iterable[int]) -> str:
    """A 核验码 of 15 drawn numbers (each taken modulo 32) and its check sign."""
    body = "".join(SIGNS[number % len(SIGNS)] for number in drawn)
    return body + check_sign(body)


def read_code(typed: str) -> str | None:
    """A code as somebody typed it: small letters, spaces, dashes, O for 0. None when it cannot be one."""
    plain = re.sub(r"[\s-]", "", typed).upper().translate(_READ_AS)
    if len(plain) != CODE_LENGTH or set(plain) - set(SIGNS) or check_sign(plain[:-1]) != plain[-1]:
        return None
    return plain


def grouped_code(code: str) -> str:
    """In fours, as it is printed."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


# -- masks (domain §8.5) ----------------------------------------------------------------------------------------------------


def fit_for_the_board(text: str, person: str | None = None) -> str:
    """A name of an item or a place without what no public notice may show: long numbers, and the person's full name."""
    plain = _PERSONAL_NUMBER.sub("****", text)
    return plain.replace(person, mask_name(person)) if person and len(person) > 1 else plain


# -- facts in words -----------------------------------------------------------------------------------------------------------


class Absent(Exception):
    """A text names a fact that is not given: the text is left out."""


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """The text with its facts: `{loss_on}` a day, `{amount_fen}` in figures and capitals, `{amount_fen:figures}` in figures only.

    What a fact holds is never read as a text to fill in. Raises Absent.
    """
    parts = []
    for literal, name, how, _ in Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(_said(name, facts[name], how or ""))
    return "".join(parts)


def _said(name: str, fact: Any, how: str) -> str:
    if fact is None or fact == "":
        raise Absent
    if name.endswith("_fen"):
        return yuan(fact) if how == "figures" else both_ways(fact)
    return told(fact)


def both_ways(fen: Fen) -> str:
    """An amount as a letter states it: `¥40,031.01 人民币肆万零叁拾壹元零壹分`."""
    return f"¥{yuan(fen)} 人民币{amount_words(fen)}"


def told(fact: Any) -> str:
    """A fact as a letter writes it."""
    if isinstance(fact, datetime):
        local = fact.astimezone(BEIJING)
        return f"{day_told(local.date())}{local.hour}时{local.minute:02d}分"
    return day_told(fact) if isinstance(fact, date) else str(fact)


def day_told(day: date) -> str:
    """`2019年8月12日`."""
    return f"{day.year}年{day.month}月{day.day}日"


# -- a letter as it is printed ----------------------------------------------------------------------------------------------


def compose(words: LetterWords, facts: LetterFacts, code: str, address: str) -> Content:
    """The letter as PDF and print page draw it: the version's words, filled with the facts."""
    given = msgspec.structs.asdict(facts)
    blocks = [printed for block in words.blocks if (printed := _printed(block, given)) is not None]
    return Content(words.zh, facts.number, tuple(blocks), f"案件 {facts.claim_number}", grouped_code(code), address)


def _printed(block: Block, facts: Mapping[str, Any]) -> Printed | None:
    """A block with its facts; None where it has nothing to say."""
    if block.when is not None and not facts[block.when]:
        return None
    if block.table is not None:
        return _table(block, facts)
    if block.rows:
        rows = tuple(row for one in block.rows if (row := _row(one, facts)) is not None)
        return Printed(block.kind, rows=rows) if rows else None
    try:
        return Printed(block.kind, fill(block.text, facts))
    except Absent:
        return None


def _row(cells: tuple[str, ...], facts: Mapping[str, Any]) -> tuple[str, ...] | None:
    try:
        return tuple(fill(cell, facts) for cell in cells)
    except Absent:
        return None


def _table(block: Block, facts: Mapping[str, Any]) -> Printed | None:
    assert block.table is not None
    lines = facts[block.table]
    if not lines:
        return None
    rows = [tuple(_cell(column.cell, {"n": place} | msgspec.structs.asdict(line)) for column in block.columns)
            for place, line in enumerate(lines, 1)]  # fmt: skip
    if block.last and (last := _row(block.last, facts)) is not None:
        rows.append(last)
    return Printed(block.kind, heads=tuple(Head(one.head, one.share, one.num) for one in block.columns), rows=tuple(rows))


def _cell(text: str, line: Mapping[str, Any]) -> str:
    try:
        return fill(text, line)
    except Absent:
        return ""
