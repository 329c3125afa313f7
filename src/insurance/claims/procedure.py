"""Reads top-level `claims/`: clocks, papers, authority, refusal reasons and rulesets in force on the day of notice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from insurance.base import dated
from insurance.base.dated import Difference, Words
from insurance.base.errors import Invalid
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.claims.laws import check_laws
from insurance.claims.model import ClaimState, Verb
from insurance.claims.procedure_letters import check_letters
from insurance.claims.rulesets import Counting, Ruleset
from insurance.claims.signal_thresholds import check_signals
from insurance.policies.model import Cover, LegalRegime, Peril
from insurance.policies.wording import Mark
from insurance.projects.model import Taxonomy

_STARTS = frozenset(Verb) | {"loss", "proofs", "harvest"}


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
    """A term: at most one of hours, days, years; none of them means promptly (及时).

    `ruleset`: only for claims the ruleset covers; `regimes`, `taxonomies`: only for claims with items of this law, of
    projects of this kind. `yields_to`: the clock that takes its place once that one runs. `disputed_days`: what another
    source says, where the days are a setting.
    """

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
    stops_while: tuple[ClaimState, ...] = ()
    warn_days: tuple[int, ...] = ()
    regimes: tuple[LegalRegime, ...] = ()
    taxonomies: tuple[Taxonomy, ...] = ()
    ruleset: str | None = None
    yields_to: str | None = None
    disputed_days: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        given = [term for term in (self.hours, self.days, self.years) if term is not None]
        if len(given) > 1 or any(term <= 0 for term in given):
            raise ValueError(f"{self.code}: one of hours, days, years, above 0")
        if self.starts_by not in _STARTS or not set(self.ends_by) <= set(Verb):
            raise ValueError(f"{self.code}: starts_by and ends_by name verbs of a claim, or loss, proofs, harvest")

    @property
    def conditions(self) -> tuple[Any, ...]:
        """For which claims it runs; empty values mean every claim."""
        return self.ruleset, self.regimes, self.taxonomies

    def fits(self, regimes: Collection[LegalRegime], taxonomy: Taxonomy | None, rulesets: Collection[str]) -> bool:
        """Whether it runs for a claim with items of these laws, of a project of this kind, that these rulesets cover."""
        return (
            (self.ruleset is None or self.ruleset in rulesets)
            and (not self.regimes or not set(self.regimes).isdisjoint(regimes))
            and (not self.taxonomies or taxonomy in self.taxonomies)
        )


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
    counting: Counting = Counting()


class _Rulesets(Words, frozen=True):
    rulesets: tuple[Ruleset, ...]


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
    """The procedure of a version: its effective date, and the SHA-256 over its files.

    Read for a claim (`procedure_of`) it holds the clocks that run for it, one of a code, and the rulesets that cover it.
    """

    version: str
    checksum: str
    counting: Counting
    clocks: tuple[Clock, ...]
    papers: tuple[PaperRule, ...]
    bands: tuple[Band, ...]
    reasons: tuple[RefusalReason, ...]
    rulesets: tuple[Ruleset, ...]

    def applied(self, regimes: Collection[LegalRegime], taxonomy: Taxonomy | None) -> Procedure:
        """What of it holds for a claim; of several clocks with one code the first that fits counts."""
        covering = tuple(ruleset for ruleset in self.rulesets if ruleset.covers(regimes))
        codes = frozenset(ruleset.code for ruleset in covering)
        chosen: dict[str, Clock] = {}
        for clock in self.clocks:
            if clock.fits(regimes, taxonomy, codes):
                chosen.setdefault(clock.code, clock)
        return msgspec.structs.replace(self, clocks=tuple(chosen.values()), rulesets=covering)

    def ruleset(self, code: str | None) -> Ruleset | None:
        """A ruleset by its code, None where it has none of that name."""
        return next((ruleset for ruleset in self.rulesets if ruleset.code == code), None)

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
    terms = dated.read(path / "clocks.toml", _Clocks)
    return Procedure(
        version=path.name,
        checksum=dated.checksum(path),
        counting=terms.counting,
        clocks=terms.clocks,
        papers=dated.read(path / "evidence.toml", _Papers).papers,
        bands=dated.read(path / "authority.toml", _Authority).bands,
        reasons=dated.read(path / "reasons.toml", _Reasons).reasons,
        rulesets=dated.read(path / "rulesets.toml", _Rulesets).rulesets,
    )


@cache
def procedure_on(noticed_on: date) -> Procedure:
    """The procedure of a claim noticed on this day. Invalid for a day before the first version."""
    path = dated.in_force(dated.root("claims"), noticed_on)
    if path is None:
        raise Invalid.field("reported_at", t("{day} 尚无生效的理赔程序", day=noticed_on.isoformat()))
    return _read(path)


def procedure_earliest() -> Procedure:
    """The first version ever: what a notice before it is handled by."""
    return _read(dated.versions(dated.root("claims"))[0][1])


@cache
def procedure_by(version: str) -> Procedure:
    """The procedure a claim was opened under, by the version it keeps."""
    for effective, path in dated.versions(dated.root("claims")):
        if effective.isoformat() == version:
            return _read(path)
    raise Invalid.field("procedure_version", t("找不到理赔程序 {version}", version=version))


@cache
def _applied(version: str, regimes: tuple[str, ...], taxonomy: str) -> Procedure:
    return procedure_by(version).applied(frozenset(map(LegalRegime, regimes)), Taxonomy(taxonomy))


def procedure_of(claim: Mapping[str, Any]) -> Procedure:
    """The procedure as it holds for a stored claim: by the version it keeps, the laws of its items and the kind of its project."""
    return _applied(claim["procedure_version"], tuple(claim["regimes"]), claim["taxonomy"])


def difference(before: Procedure, after: Procedure) -> list[Difference]:
    """What changed between two versions of the procedure, value by value, by file and code."""
    stated = ("counting", "clocks", "papers", "bands", "reasons", "rulesets")
    old, new = ({name: getattr(version, name) for name in stated} for version in (before, after))
    return dated.difference(old, new)


class CheckedVersion(msgspec.Struct, frozen=True):
    """A version that was checked, and what is wrong with it."""

    version: str
    checksum: str
    faults: tuple[str, ...]


def check_versions(where: Path | None = None) -> list[CheckedVersion]:
    """Validate every dated folder under `where` (the shipped one if None)."""
    top = where or dated.root("claims")
    return [CheckedVersion(path.name, dated.checksum(path), tuple(_faults(day, path))) for day, path in dated.versions(top)]


def check_procedure(where: Path | None = None) -> Iterator[str]:
    """What is wrong with the procedure files and laws under `where` (the shipped folder if None); nothing if all is well."""
    top = where or dated.root("claims")
    for checked in check_versions(top):
        yield from checked.faults
    yield from check_laws(top)
    yield from check_signals(top)
    yield from dated.digest_faults(top)


def _faults(effective: date, path: Path) -> Iterator[str]:
    try:
        found = _read(path)
    except dated.Unsound as unsound:
        yield str(unsound)
        return
    for name in ("papers", "reasons", "rulesets"):
        codes = [entry.code for entry in getattr(found, name)]
        if len(codes) != len(set(codes)):
            yield f"{path.name}/{name}: a code stands twice"
    yield from _clock_faults(found)
    for ruleset in found.rulesets:
        if not ruleset.holds_on(effective):
            yield f"{path.name}/rulesets: {ruleset.code} is not in force on {effective}"
    *lower, highest = [band.up_to_fen for band in found.bands] or [0]
    bounded = [limit for limit in lower if limit is not None]
    if highest is not None or bounded != lower or bounded != sorted(bounded):
        yield f"{path.name}/authority: bands go upwards, and only the last is without limit"
    yield from check_letters(path, [paper.code for paper in found.papers])


def _clock_faults(found: Procedure) -> Iterator[str]:
    """Clocks that never count, or that name what is not there."""
    codes, rulesets = {clock.code for clock in found.clocks}, {ruleset.code for ruleset in found.rulesets}
    seen: dict[str, list[tuple[Any, ...]]] = {}
    for clock in found.clocks:
        before = seen.setdefault(clock.code, [])
        if clock.conditions in before or (None, (), ()) in before:
            yield f"{found.version}/clocks: a code stands twice: {clock.code}"
        before.append(clock.conditions)
        if clock.ruleset not in (None, *rulesets) or clock.yields_to not in (None, *codes):
            yield f"{found.version}/clocks: {clock.code} names a ruleset or a clock that is not there"
