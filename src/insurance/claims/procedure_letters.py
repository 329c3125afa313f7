"""Reads `claims/<version>/letters/`: the words of every letter, and the layout that prints them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

import msgspec

from insurance.base import dated
from insurance.base.dated import Words
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims.model_letters import FACTS, LetterKind
from insurance.policies.wording import Mark

_FOLDER = "letters"
LAYOUT = "letter.typ"


class NamesShown(StrEnum):
    """Whose name a public notice masks."""

    PERSONS_MASKED = "persons-masked"
    ALL_SHOWN = "all-shown"


class Column(Words, frozen=True):
    """A column of a table: head, what stands in its cells, its share of the width, whether it holds figures."""

    head: str
    cell: str
    share: int = 1
    num: bool = False


class Block(Words, frozen=True):
    """A part of a letter. A text that names a fact which is not given is left out, and so is a block whose `when` is not given.

    `text` for words; `table` names a list of facts, shown by `columns`, with the row `last` under it; `rows` are pairs of a
    word and what is said to it, or the places where people sign.
    """

    kind: Literal["to", "heading", "text", "small", "table", "pairs", "sign"]
    text: str = ""
    when: str | None = None
    table: str | None = None
    columns: tuple[Column, ...] = ()
    last: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        wanted = {"table": bool(self.table and self.columns), "pairs": bool(self.rows), "sign": bool(self.rows)}
        if not wanted.get(self.kind, bool(self.text)):
            raise ValueError(f"a block {self.kind} without what it shows")
        if self.last and len(self.last) != len(self.columns):
            raise ValueError("the last row has as many cells as there are columns")


class LetterWords(Words, frozen=True):
    """The words of one letter. `sign` stands in its number; `why` says why each paper is needed, `why_else` of any other."""

    code: LetterKind
    zh: str
    en: str
    sign: str
    mark: Mark
    blocks: tuple[Block, ...]
    why: dict[str, str] = msgspec.field(default_factory=dict)
    why_else: str = ""
    names: NamesShown = NamesShown.PERSONS_MASKED


class Letters(msgspec.Struct, frozen=True):
    """All letters of a version: the day from which its words hold, the SHA-256 over its files, words by kind, layout."""

    version: str
    checksum: str
    words: dict[LetterKind, LetterWords]
    layout: Path


@cache
def _read(folder: Path) -> Letters:
    found = [dated.read(path, LetterWords) for path in sorted(folder.glob("*.toml"))]
    return Letters(folder.parent.name, dated.checksum(folder), {words.code: words for words in found}, folder / LAYOUT)


@cache
def letters_by(version: str) -> Letters:
    """The letters of a version of the procedure; a version without a folder of its own keeps the words of the one before."""
    older = [path for day, path in dated.versions(dated.root("claims")) if day.isoformat() <= version and (path / _FOLDER).is_dir()]
    if not older:
        raise Invalid.field("procedure_version", t("找不到理赔程序 {version}", version=version))
    return _read(older[-1] / _FOLDER)


def _named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def check_letters(version: Path, papers: Collection[str]) -> Iterator[str]:
    """What is wrong with the letters of a version that has some: a kind missing, a fact nobody gives, a paper without its why."""
    folder = version / _FOLDER
    if not folder.is_dir():
        return
    try:
        found = _read(folder)
    except dated.Unsound as unsound:
        yield str(unsound)
        return
    for kind in LetterKind:
        if kind not in found.words:
            yield f"{version.name}/letters: no words for {kind}"
    if not found.layout.is_file():
        yield f"{version.name}/letters: no {LAYOUT}"
    for kind, words in found.words.items():
        known = {field.name for field in msgspec.structs.fields(FACTS[kind])}
        for block in words.blocks:
            yield from (f"{version.name}/letters/{kind}: nobody states {name}" for name in sorted(_asked(block) - known))
    asks = found.words.get(LetterKind.PAPERS_NOTICE)
    if asks is not None and not asks.why_else:
        yield from (f"{version.name}/letters/{asks.code}: why is {code} needed?" for code in sorted(set(papers) - asks.why.keys()))


def _asked(block: Block) -> set[str]:
    """The facts of the letter a block names; those of a table's lines are its own."""
    texts = [block.text, *block.last, *(cell for row in block.rows for cell in row)]
    own = {name for text in texts for name in _named_in(text)}
    return own | {name for name in (block.table, block.when) if name}
