"""Reads top-level `claims/`: clocks, papers, authority and refusal reasons in force on the day of notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from insurance.base import dated
from insurance.base.dated import Words
from insurance.base.errors import Invalid
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.claims.laws import check_laws
from insurance.policies.model import Cover, LegalRegime, Peril
from insurance.policies.wording import Mark


class Need(StrEnum):
    """Whether a paper is asked for."""

    REQUIRED = "required"
    RELEVANT = "relevant"  # required when its circumstance is given


class Circumstance(StrEnum):
    """What makes a relevant paper a required one."""

    PERIL = "PERIL"
    PARTIAL = "PARTIAL"
    RESCUE = "RESCUE"
    SALVAGE = "SALVAGE"
    CARCASS = "CARCASS"
    THIRD_PARTY = "THIRD_PARTY"
    GROUP = "GROUP"
    ASSET_DAMAGE = "ASSET_DAMAGE"


class ReasonScope(StrEnum):
    """How much of a claim a reason takes away."""

    ALL = "ALL"
    PART = "PART"


class Holder(StrEnum):
    """Who must act before a clock runs out."""

    INSURER = "insurer"
    OFFICE = "office"
    INSURED = "insured"


class Clock(Words, frozen=True):
    """A term: at most one of hours, days, years; none of them means promptly (及时)."""

    code: str
    zh: str
    en: str
    rule: str
    starts_by: str
    ends_by: tuple[str, ...]
    holder: Holder
    article: str
    mark: Mark
    hours: int | None = None
    days: int | None = None
    years: int | None = None
    roll: bool = True
    minimum: bool = False
    stops_while: tuple[str, ...] = ()
    warn_days: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        given = [term for term in (self.hours, self.days, self.years) if term is not None]
        if len(given) > 1 or any(term <= 0 for term in given):
            raise ValueError(f"{self.code}: one of hours, days, years, above 0")


class PaperRule(Words, frozen=True):
    """A paper of a claim, and when it is asked for."""

    code: str
    zh: str
    en: str
    industry: Need | None = None
    income: Need | None = None
    circumstance: Circumstance | None = None
    perils: tuple[Peril, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if Need.RELEVANT in (self.industry, self.income) and self.circumstance is None:
            raise ValueError(f"{self.code}: relevant to what? name a circumstance")

    def need(self, cover: Cover) -> Need | None:
        """Whether the cover asks for it at all."""
        return self.industry if cover is Cover.INDUSTRY else self.income


class Band(Words, frozen=True):
    """Who may approve up to an amount; None is without limit."""

    level: int
    zh: str
    en: str
    mark: Mark
    up_to_fen: Fen | None = None


class RefusalReason(Words, frozen=True):
    """Why a claim or a part of it is not paid. `clause` names the place in the wording the letter must cite."""

    code: str
    zh: str
    en: str
    scope: ReasonScope
    article: str
    mark: Mark
    clause: str | None = None
    covers: tuple[Cover, ...] = tuple(Cover)
    not_for: tuple[LegalRegime, ...] = ()


class _Clocks(Words, frozen=True):
    clocks: tuple[Clock, ...]


class _Papers(Words, frozen=True):
    papers: tuple[PaperRule, ...]


class _Authority(Words, frozen=True):
    bands: tuple[Band, ...]


class _Reasons(Words, frozen=True):
    reasons: tuple[RefusalReason, ...]


class Asked(msgspec.Struct, frozen=True):
    """A paper of one claim: required, or asked for only if its circumstance turns out to be given."""

    paper: PaperRule
    required: bool


class Procedure(msgspec.Struct, frozen=True):
    """The whole procedure of a version: its effective date, and the SHA-256 over its files."""

    version: str
    checksum: str
    clocks: tuple[Clock, ...]
    papers: tuple[PaperRule, ...]
    bands: tuple[Band, ...]
    reasons: tuple[RefusalReason, ...]

    def clock(self, code: str) -> Clock:
        """A term by its code."""
        return _by_code(self.clocks, code)

    def papers_for(self, cover: Cover, peril: Peril | None, circumstances: frozenset[Circumstance] = frozenset()) -> tuple[Asked, ...]:
        """The papers of a claim by cover and cause; what is relevant is required once its circumstance is given."""
        asked = []
        for paper in self.papers:
            need = paper.need(cover)
            if need is None or (paper.perils and peril not in paper.perils):
                continue
            asked.append(Asked(paper, need is Need.REQUIRED or paper.circumstance in circumstances))
        return tuple(asked)

    def missing(
        self,
        on_file: frozenset[str],
        cover: Cover,
        peril: Peril | None,
        circumstances: frozenset[Circumstance] = frozenset(),
    ) -> tuple[PaperRule, ...]:
        """The required papers that are not on file, all of them: the insurer may ask only once (保险法 22)."""
        asked = self.papers_for(cover, peril, circumstances)
        return tuple(one.paper for one in asked if one.required and one.paper.code not in on_file)

    def band_for(self, amount_fen: Fen) -> Band:
        """The lowest band that may approve the amount."""
        return next(band for band in self.bands if band.up_to_fen is None or amount_fen <= band.up_to_fen)

    def reason(self, code: str) -> RefusalReason:
        """A refusal reason by its code."""
        return _by_code(self.reasons, code)

    def reasons_for(self, cover: Cover, regime: LegalRegime | None = None) -> tuple[RefusalReason, ...]:
        """The reasons that can be given for a cover and, if all items are of one law, under that law."""
        return tuple(one for one in self.reasons if cover in one.covers and regime not in one.not_for)


Coded = TypeVar("Coded", Clock, RefusalReason)


def _by_code(entries: tuple[Coded, ...], code: str) -> Coded:
    for entry in entries:
        if entry.code == code:
            return entry
    raise Invalid.field("code", t("理赔程序中没有 {code}", code=code))


@cache
def _read(path: Path) -> Procedure:
    return Procedure(
        version=path.name,
        checksum=dated.checksum(path),
        clocks=dated.read(path / "clocks.toml", _Clocks).clocks,
        papers=dated.read(path / "evidence.toml", _Papers).papers,
        bands=dated.read(path / "authority.toml", _Authority).bands,
        reasons=dated.read(path / "reasons.toml", _Reasons).reasons,
    )


@cache
def procedure_on(noticed_on: date) -> Procedure:
    """The procedure of a claim noticed on this day. Invalid for a day before the first version."""
    path = dated.in_force(dated.root("claims"), noticed_on)
    if path is None:
        raise Invalid.field("reported_at", t("{day} 尚无生效的理赔程序", day=noticed_on.isoformat()))
    return _read(path)


@cache
def procedure_by(version: str) -> Procedure:
    """The procedure a claim was opened under, by the version it keeps."""
    for effective, path in dated.versions(dated.root("claims")):
        if effective.isoformat() == version:
            return _read(path)
    raise Invalid.field("procedure_version", t("找不到理赔程序 {version}", version=version))


def check_procedure(where: Path | None = None) -> Iterator[str]:
    """What is wrong with the procedure files under `where` (the shipped folder if None); nothing if all is well."""
    top = where or dated.root("claims")
    for _, path in dated.versions(top):
        try:
            found = _read(path)
        except dated.Unsound as unsound:
            yield str(unsound)
            continue
        for name in ("clocks", "papers", "reasons"):
            codes = [entry.code for entry in getattr(found, name)]
            if len(codes) != len(set(codes)):
                yield f"{path.name}/{name}: a code stands twice"
        *lower, highest = [band.up_to_fen for band in found.bands] or [0]
        bounded = [limit for limit in lower if limit is not None]
        if highest is not None or bounded != lower or bounded != sorted(bounded):
            yield f"{path.name}/authority: bands go upwards, and only the last is without limit"
    yield from check_laws(top)
    yield from dated.digest_faults(top)
