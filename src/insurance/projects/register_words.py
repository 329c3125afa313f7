"""The words of office workbooks (`data/register.toml` and its like): how they write headings, codes and town names."""

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


class Vocabulary:
    """How offices write one kind of workbook: its headings, and the words of its coded columns."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as handle:
            tables: dict[str, Any] = tomllib.load(handle)
        self.headings: dict[str, str] = {plain(word): field for field, words in tables["headings"].items() for word in words}
        """Heading as compared → field of the row."""
        self.titles: dict[str, str] = {field: words[0] for field, words in tables["headings"].items()}
        """Field → the heading that faults name."""
        words = tables["words"]
        self.words: dict[str, dict[str, str]] = {
            choice: {plain(word): code for code, words in codes.items() for word in words} for choice, codes in words.items()
        }
        """Choice → word as compared → code."""
        self.first_words: dict[str, str] = {
            choice: "、".join(words[0] for words in codes.values()) for choice, codes in words.items()
        }  # fmt: skip
        """Choice → the accepted words, one per code, for people."""
        self.contains: dict[str, dict[str, str]] = tables.get("contains", {})
        """Choice → part of a wording → code; the first that fits decides."""
        self.ends: dict[str, dict[str, str]] = tables.get("ends", {})
        """Choice → end of a wording → code."""
        self.towns: dict[str, str] = {plain(other): plain(name) for other, name in tables.get("towns", {}).items()}
        """Old or other name of a town → its name in the divisions."""


REGISTER = Vocabulary(Path(__file__).parent / "data" / "register.toml")
