"""Words of a decision and of what is said against it: reasons as cited, objections with their answers. No rule, no storage."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class Against(StrEnum):
    """What an objection is raised against."""

    PUBLICITY = "PUBLICITY"  # 公示的定损结果
    REJECTED = "REJECTED"  # 拒赔决定


class ObjectionOutcome(StrEnum):
    """How an objection was answered."""

    UPHELD = "UPHELD"  # 异议成立
    PARTLY = "PARTLY"  # 部分成立
    REJECTED = "REJECTED"  # 异议不成立


class CitedReason(msgspec.Struct, frozen=True, kw_only=True):
    """A reason of a refusal as it is kept with the decision: its words, the article of law, and the clause of the policy's own wording.

    `place` is where in the wording the clause stands (`exclusions`, `perils` …), None where the law alone speaks. `clause` is its
    number, empty where the wording numbers none; `clause_zh` and `clause_en` say what it says. `explained`: that an exclusion
    was pointed out and explained at conclusion (保险法 17) is proved; None where that does not matter.
    """

    code: str
    zh: str
    en: str
    scope: str
    article: str
    mark: str
    place: str | None = None
    clause: str = ""
    clause_code: str = ""
    clause_zh: str = ""
    clause_en: str = ""
    explained: bool | None = None


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """异议: who raised it against what and why, and how it was answered; `outcome` None while it waits."""

    id: int
    against: Against
    raised_by: str
    reason: str
    raised_on: date
    entered_by: str | None
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_on: date | None
    answered_by: str | None


class Objections(msgspec.Struct, frozen=True):
    """All objections of a claim, newest first."""

    items: tuple[Objection, ...]
    next_cursor: str | None = None
