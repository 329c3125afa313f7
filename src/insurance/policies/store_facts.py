"""What the register says of projects, as the tests of eligibility and the pricing of a cover ask it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from insurance.access.model import Actor
from insurance.base.text import t
from insurance.policies.eligibility import COLLECTIVE
from insurance.policies.model import Cover, Facts, IncomeBasis, OtherCover, Paper, Period
from insurance.policies.rules_quote import InsuredAsset, insurable
from insurance.projects import store_facts, store_values
from insurance.projects.model import OnFile, Ownership, PaperKind, PartyKind, ProjectFacts, Status

_INCOME_PAPERS = {IncomeBasis.AGREEMENT: PaperKind.INCOME_AGREEMENT, IncomeBasis.ACCOUNTS: PaperKind.ACCOUNTS}


async def registered(actor: Actor, on: date, project_ids: Sequence[int] | None = None) -> dict[int, ProjectFacts]:
    """The projects (None: all in the actor's scope) as the register knew them on a day, by id."""
    return {project.id: project for project in await store_facts.facts_of(actor, on, project_ids)}


async def insurable_assets(projects: Iterable[ProjectFacts], on: date) -> dict[int, tuple[InsuredAsset, ...]]:
    """The assets that stand on a day and can be valued, by project."""
    taxonomies = {project.id: project.taxonomy for project in projects}
    values = await store_values.asset_values(list(taxonomies), on)
    return {project_id: insurable(values.get(project_id, ()), taxonomy) for project_id, taxonomy in taxonomies.items()}


def facts_from(project: ProjectFacts) -> Facts:
    """The register's words as the tests ask for them, each with the paper that proves it.

    A title paper on file proves the title where the register states no day. Whoever signs the application declares other
    insurance in it: without one, nobody has been asked.
    """
    title = project.papers.get(PaperKind.TITLE)
    application = project.papers.get(PaperKind.APPLICATION)
    stated = project.title_on is not None or project.title_paper is not None
    declared = _declared(project)
    return Facts(
        on=project.on,
        kind=project.asset_kind,
        taxonomy=project.taxonomy,
        ownership=project.ownership,
        mixed_title=project.ownership in COLLECTIVE and any(not _collective(kind) for kind in project.owner_kinds),
        operator=_entity(project),
        operation=project.operation,
        status=Status.DISPOSED if project.retired_on and project.retired_on <= project.on else project.situation,
        funds=project.funds,
        title_on=project.title_on if stated or title is None else title.on,
        title_paper=project.title_paper or (title.name if title else None),
        title_disputed=project.title_disputed,
        net_value_fen=project.net_value_fen,
        incomplete_assets=project.incomplete_assets,
        link=project.link_agreement,
        households=project.households,
        interest=project.insurable_interest,
        income_basis=IncomeBasis(project.income_basis) if project.income_basis else None,
        income_basis_on=project.income_basis_on,
        applied_on=application.on if application else None,
        other_covers=declared if declared or application else None,
        papers=_papers(project),
    )


def _collective(kind: PartyKind) -> bool:
    return kind.value in {ownership.value for ownership in COLLECTIVE}


def _entity(project: ProjectFacts) -> Ownership | None:
    """What the holder of the operating right is, where anybody said."""
    kind = project.operator.kind if project.operator else PartyKind.OTHER
    return None if kind is PartyKind.OTHER else Ownership(kind.value)


def _declared(project: ProjectFacts) -> tuple[OtherCover, ...]:
    """Covers of the assets by insurers outside the system that hold on the day."""
    periods = ((cover, Period(cover.starts_on, cover.ends_before)) for cover in project.declared_covers if cover.cover == Cover.INDUSTRY)
    return tuple(
        OtherCover(cover.insurer_name, "", period, cover.sum_insured_fen) for cover, period in periods if period.covers(project.on)
    )


def _papers(project: ProjectFacts) -> dict[str, Paper]:
    """By the name of the fact: the paper on file, else the register as it stood on the day."""
    register = Paper(t("扶贫项目资产台账（{code}）", code=project.code), project.on)

    def filed(kind: PaperKind | None, otherwise: Paper = register) -> Paper:
        found: OnFile | None = project.papers.get(kind) if kind else None
        return Paper(found.name, found.on) if found else otherwise

    title = Paper(project.title_paper, project.title_on) if project.title_paper else register
    papers = dict.fromkeys(("kind", "status", "net_value", "funds"), register)
    papers |= {
        "operation": filed(PaperKind.CONTRACT),
        "link": filed(PaperKind.LINK),
        "interest": filed(PaperKind.TITLE, title),
    }
    if project.income_basis:
        papers["income_basis"] = filed(_INCOME_PAPERS.get(IncomeBasis(project.income_basis)))
    if PaperKind.APPLICATION in project.papers:
        papers["application"] = filed(PaperKind.APPLICATION)
    return papers
