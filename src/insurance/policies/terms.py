"""Reads top-level `policies/`: the wording in force on a day, the one a policy was sold with, how two differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, overload

import msgspec

from insurance.base import dated
from insurance.base.dated import Difference
from insurance.base.errors import Invalid, Refused
from insurance.base.text import t
from insurance.policies.model import Cover
from insurance.policies.wording import IncomeWording, IndustryWording, Source, Terms, Wording

_SHAPES: dict[Cover, type[IndustryWording] | type[IncomeWording]] = {
    Cover.INDUSTRY: IndustryWording,
    Cover.INCOME: IncomeWording,
}
_NEED_NO_SOURCE = {"cover", "effective_from", "en", "sources"}


class Checked(msgspec.Struct, frozen=True):
    """A file that was checked, and what is wrong with it."""

    file: str
    checksum: str
    faults: tuple[str, ...]


def folder(cover: Cover) -> Path:
    """Where the versions of a cover's wording lie."""
    return dated.root("policies") / cover.folder


@cache
def _read(cover: Cover, path: Path) -> Terms[IndustryWording | IncomeWording]:
    return Terms(cover, path.stem, dated.checksum(path), dated.read(path, _SHAPES[cover]))


@overload
def terms_for(cover: Literal[Cover.INDUSTRY], on: date) -> Terms[IndustryWording]: ...
@overload
def terms_for(cover: Literal[Cover.INCOME], on: date) -> Terms[IncomeWording]: ...
@overload
def terms_for(cover: Cover, on: date) -> Terms[IndustryWording | IncomeWording]: ...
def terms_for(cover: Cover, on: date) -> Terms[Any]:
    """The terms sold to a period that begins on this day. Invalid when the cover was not yet offered."""
    path = dated.in_force(folder(cover), on)
    if path is None:
        raise Invalid.field("starts_on", t("{day} 尚无生效的条款", day=on.isoformat()))
    return _read(cover, path)


@overload
def terms_earliest(cover: Literal[Cover.INDUSTRY]) -> Terms[IndustryWording]: ...
@overload
def terms_earliest(cover: Literal[Cover.INCOME]) -> Terms[IncomeWording]: ...
@overload
def terms_earliest(cover: Cover) -> Terms[IndustryWording | IncomeWording]: ...
def terms_earliest(cover: Cover) -> Terms[Any]:
    """The first terms ever offered: what a day before them is judged by."""
    return _read(cover, dated.versions(folder(cover))[0][1])


@overload
def terms_by(cover: Literal[Cover.INDUSTRY], version: str, checksum: str | None = None) -> Terms[IndustryWording]: ...
@overload
def terms_by(cover: Literal[Cover.INCOME], version: str, checksum: str | None = None) -> Terms[IncomeWording]: ...
@overload
def terms_by(cover: Cover, version: str, checksum: str | None = None) -> Terms[IndustryWording | IncomeWording]: ...
def terms_by(cover: Cover, version: str, checksum: str | None = None) -> Terms[Any]:
    """The terms a policy was sold with. Refused when they are gone, or when their words are not the ones sold."""
    for effective, path in dated.versions(folder(cover)):
        if effective.isoformat() == version:
            terms = _read(cover, path)
            if checksum not in (None, terms.checksum):
                raise Refused(t("条款 {version} 的文字与承保时不同，须先查明原因", version=version))
            return terms
    raise Refused(t("找不到条款 {version}", version=version))


def difference(before: Terms[Wording], after: Terms[Wording]) -> list[Difference]:
    """What changed between two versions of a cover, value by value, by key."""
    return dated.difference(before.wording, after.wording)


def check_terms(where: Path | None = None) -> list[Checked]:
    """Validate every wording under `where` (the shipped folder if None); the last entry is CHECKSUMS itself."""
    top = where or dated.root("policies")
    checked = [
        Checked(path.relative_to(top).as_posix(), dated.checksum(path), tuple(_faults(cover, effective, path)))
        for cover in Cover
        for effective, path in dated.versions(top / cover.folder)
    ]
    return [*checked, Checked("CHECKSUMS", dated.checksum(top / "CHECKSUMS"), tuple(dated.digest_faults(top)))]


def _faults(cover: Cover, effective: date, path: Path) -> Iterator[str]:
    try:
        wording = dated.read(path, _SHAPES[cover])
    except dated.Unsound as unsound:
        yield str(unsound)
        return
    if wording.effective_from != effective:
        yield f"effective_from {wording.effective_from} is not the date of the file's name"
    for name in ("perils", "exclusions"):
        codes = [entry.code for entry in getattr(wording, name)]
        if len(codes) != len(set(codes)):
            yield f"{name}: a code stands twice"
    if isinstance(wording, IndustryWording):
        yield from _industry_faults(wording)
    yield from _source_faults(wording.sources, wording)


def _industry_faults(wording: IndustryWording) -> Iterator[str]:
    if not wording.film or wording.film[-1].up_to_months is not None:
        yield "film: the last step must have no end"
    kinds = [growth.code for growth in wording.growth]
    stages = [[stage.code for stage in growth.stages] for growth in wording.growth]
    if len(kinds) != len(set(kinds)) or any(len(codes) != len(set(codes)) or not codes for codes in stages):
        yield "growth: every kind once, with stages of different codes"


def _source_faults(sources: tuple[Source, ...], wording: IndustryWording | IncomeWording) -> Iterator[str]:
    """Every table says where it comes from, and every source is about something that stands in the file."""
    stated = msgspec.to_builtins(wording)
    for source in sources:
        found: Any = stated
        for part in source.about.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found is None:
            yield f"sources: nothing here is called {source.about!r}"
    founded = {source.about for source in sources}
    for name, value in stated.items():
        parts = {f"{name}.{key}" for key in value} if isinstance(value, dict) else set()
        if value and name not in founded | _NEED_NO_SOURCE and not (parts and parts <= founded):
            yield f"{name}: no source says where it comes from"
