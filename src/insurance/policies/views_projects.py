"""What is shown of a project: its two seals and why, its net value, and one project whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.base.text import render
from insurance.policies.eligibility import Judgements
from insurance.policies.model import Cover, Judgement, Result
from insurance.policies.model_midterm import EndorsementKind
from insurance.policies.store import period_of
from insurance.policies.views import EligibilityView, PolicyLine
from insurance.projects.model import (
    AssetKind,
    NetValue,
    Operation,
    Ownership,
    Project,
    ProjectFacts,
    ProjectLine,
    Status,
    Taxonomy,
)


class Seal(StrEnum):
    """How a cover stands with a project."""

    IN_FORCE = "in_force"
    OPEN = "open"  # not insured, and nothing rules it out
    NO = "no"  # ruled out


class CoverView(msgspec.Struct, frozen=True):
    """One cover of a project: its seal, and the policy in force if there is one."""

    seal: Seal
    policy: int | None = None
    number: str | None = None
    starts_on: date | None = None
    last_day: date | None = None


class CoversView(msgspec.Struct, frozen=True):
    """Both covers of a project on the business day."""

    industry: CoverView
    income: CoverView


class ResultView(msgspec.Struct, frozen=True):
    """A judgement in short: the tests that fail, those not yet proven, and in words the first of them."""

    result: Result
    failing: list[str]
    unproven: list[str]
    text: str | None


class ResultsView(msgspec.Struct, frozen=True):
    """Both covers in short."""

    industry: ResultView
    income: ResultView


class ProjectItem(msgspec.Struct, frozen=True, kw_only=True):
    """A project in the list. `net_value_fen` is the sum of the assets that can be valued, null without any."""

    id: int
    code: str
    name: str
    county_code: str
    town_code: str
    town: str
    village: str
    taxonomy: Taxonomy
    asset_kind: AssetKind | None
    ownership: Ownership | None
    operation: Operation | None
    situation: Status | None
    net_value_fen: Fen | None
    incomplete_assets: int
    covers: CoversView
    eligibility: ResultsView
    version: int


class DueView(msgspec.Struct, frozen=True):
    """A policy in force that the register no longer fits: the kinds of endorsement it needs, what its cover comes to by today's facts,
    and what would follow.
    """

    policy: int
    number: str
    cover: Cover
    project: int
    kinds: list[EndorsementKind]
    result: Result
    texts: list[str]


class ProjectWhole(Project, frozen=True, kw_only=True):
    """A project with everything that hangs on it: value, covers, eligibility, policies and papers on the business day;
    `needs_endorsement` are the policies that no longer fit what the register says.
    """

    net_value: NetValue
    covers: CoversView
    eligibility: EligibilityView
    policies: list[PolicyLine]
    papers: dict[str, Any]
    needs_endorsement: list[DueView]


def seal_of(result: Result, policy: Any) -> Seal:
    """In force, open or no, from the policy in force and the judgement."""
    if policy is not None:
        return Seal.IN_FORCE
    return Seal.NO if result is Result.INELIGIBLE else Seal.OPEN


def covers_view(judged: Judgements, policies: Mapping[Cover, Any]) -> CoversView:
    """Both seals; `policies` are rows of `sql/covers_in_force.sql` by cover."""
    return CoversView(_cover(judged.industry, policies.get(Cover.INDUSTRY)), _cover(judged.income, policies.get(Cover.INCOME)))


def _cover(judgement: Judgement, policy: Any) -> CoverView:
    seal = seal_of(judgement.result, policy)
    if policy is None:
        return CoverView(seal)
    return CoverView(seal, policy["id"], policy["number"], policy["starts_on"], period_of(policy).last_day)


def _result(judgement: Judgement, language: str) -> ResultView:
    against = [reason for reason in judgement.reasons if not reason.passed and not reason.enrolment]
    failing = [reason for reason in against if reason.passed is False]
    first = next(iter([*failing, *against]), None)
    return ResultView(
        judgement.result,
        [reason.code for reason in failing],
        [reason.code for reason in against if reason.passed is None],
        render(first.text, language) if first else None,
    )


def project_item(
    line: ProjectLine, facts: ProjectFacts, judged: Judgements, policies: Mapping[Cover, Any], language: str
) -> ProjectItem:  # fmt: skip
    """A row of the register with its value, seals and judgement."""
    same = ("id", "code", "name", "county_code", "town_code", "town", "village", "taxonomy", "asset_kind", "ownership", "operation",
            "situation", "version")  # fmt: skip
    return ProjectItem(
        **{name: getattr(line, name) for name in same},
        net_value_fen=facts.net_value_fen,
        incomplete_assets=facts.incomplete_assets,
        covers=covers_view(judged, policies),
        eligibility=ResultsView(_result(judged.industry, language), _result(judged.income, language)),
    )
