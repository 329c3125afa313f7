"""The shapes of `claims/*/rulesets.toml`: rules of the supervisor that hold for some claims only, each with a switch and a mark."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from insurance.base.dated import Words
from insurance.claims.laws import LawCode
from insurance.policies.model import LegalRegime
from insurance.policies.wording import Mark


class Area(StrEnum):
    """Within which bounds several claims of one disaster count as one group."""

    VILLAGE = "village"
    TOWN = "town"


class RegimeSwitch(Words, frozen=True):
    """Whether the rules are taken to hold for items of this law, and how well founded that is."""

    regime: LegalRegime
    on: bool
    mark: Mark
    source: str


class GroupPublicity(Words, frozen=True):
    """From how many claims of one disaster in one area on the result must be published before approval (条例 12, 15; N-6)."""

    claims: int
    area: Area
    mark: Mark
    source: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.claims < 1:
            raise ValueError("publicity: claims at least 1")


class PapersGate(Words, frozen=True):
    """Approval waits until no required paper is missing (N-8)."""

    on: bool
    mark: Mark
    source: str


class Ruleset(Words, frozen=True):
    """Rules under one name, in force from `from_on` to `until_on` (both counted). `on` false: kept, shown, not applied."""

    code: str
    zh: str
    en: str
    law: LawCode
    from_on: date
    on: bool
    mark: Mark
    source: str
    regimes: tuple[RegimeSwitch, ...]
    until_on: date | None = None
    publicity: GroupPublicity | None = None
    papers: PapersGate | None = None

    def covers(self, regimes: Collection[LegalRegime]) -> bool:
        """Whether the rules are applied to a claim with items of these laws: one item that falls under them is enough."""
        return self.on and any(one.on and one.regime in regimes for one in self.regimes)

    def holds_on(self, day: date) -> bool:
        """Whether the rules are in force on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class Counting(Words, frozen=True):
    """By which articles the days of a term are counted; the law's title is that of the day (`laws.law_on`)."""

    law: LawCode = LawCode.CIVIL
    article: str = "第二百条至第二百零四条"
    mark: Mark = Mark.VERIFIED
