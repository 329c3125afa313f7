"""The tables of `data/register.toml`: how offices write headings, codes and town names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """A word as it is compared: compatibility forms folded (NFKC), no spaces, lower case."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text.lower()
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _load() -> dict[str, Any]:
    with (Path(__file__).parent / "data" / "register.toml").open("rb") as handle:
        return tomllib.load(handle)


_TABLES = _load()

HEADINGS: dict[str, str] = {plain(word): field for field, words in _TABLES["headings"].items() for word in words}
"""Heading as compared → field of the row."""

TITLES: dict[str, str] = {field: words[0] for field, words in _TABLES["headings"].items()}
"""Field → the heading that faults name."""

WORDS: dict[str, dict[str, str]] = {
    choice: {plain(word): code for code, words in codes.items() for word in words} for choice, codes in _TABLES["words"].items()
}
"""Choice → word as compared → code."""

FIRST_WORDS: dict[str, str] = {choice: "、".join(words[0] for words in codes.values()) for choice, codes in _TABLES["words"].items()}
"""Choice → the accepted words, one per code, for people."""

CONTAINS: dict[str, dict[str, str]] = {choice: dict(words) for choice, words in _TABLES["contains"].items()}
"""Choice → part of a wording → code; the first that fits decides."""

ENDS: dict[str, dict[str, str]] = {choice: dict(words) for choice, words in _TABLES["ends"].items()}
"""Choice → end of a wording → code."""

TOWN_ALIASES: dict[str, str] = {plain(other): plain(name) for other, name in _TABLES["towns"].items()}
"""Old or other name of a town → its name in the divisions."""
