"""From the register to cover in force: insurers by county, papers filed, quotes made, policies bound county by county."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TypeVar

import msgspec

from insurance.base.errors import InsuranceError
from insurance.base.money import yuan
from insurance.demo.accounts import INSURER_OF_COUNTY, Staff
from insurance.demo.city import INCEPTION
from insurance.demo.country import towns
from insurance.demo.papers import paper
from insurance.demo.registering import Registered
from insurance.policies.actions import add_insurer_rule
from insurance.policies.actions_enrol import asks_of_quotes, enrol_many
from insurance.policies.actions_quote import quote_many
from insurance.policies.actions_underwriting import Ask
from insurance.policies.model import Cover, IncomeBasis
from insurance.policies.rules import period_from
from insurance.policies.store import Bound
from insurance.projects.collective_papers import file_for_projects
from insurance.projects.model import PaperKind

RULED_ON, FILED_ON, QUOTED_ON, BOUND_ON = date(2018, 12, 3), date(2018, 12, 18), date(2018, 12, 25), date(2018, 12, 28)
SIGNED_ON = date(2018, 12, 15)
_MONTHS = 12
_QUOTING = "370404"  # 峄城区 asks for quotes first
Done = TypeVar("Done")


class Bundle(msgspec.Struct, frozen=True):
    """One paper of a town that speaks for many of its projects."""

    kind: PaperKind
    title: str
    projects: tuple[Registered, ...]
    dated_on: date


async def let_insurers_in(staff: Staff) -> None:
    """Which insurer takes which county."""
    for county_code, insurer in INSURER_OF_COUNTY.items():
        for cover in Cover:
            await add_insurer_rule(county_code, cover, insurer, INCEPTION, None, actor=staff.at("city", RULED_ON))


async def file_papers(found: Sequence[Registered], staff: Staff) -> None:
    """Everything the offices have on paper: insured lists and titles by town, agreements by county, each for all it names."""
    names = {town.code: (town.name, town.county) for town in towns()}
    for town_code, of_town in groupby(found, key=lambda one: one.project.town_code):
        for bundle in _of_a_town(list(of_town)):
            await _file(bundle, names[town_code][0], staff, FILED_ON)
    for _, of_county in groupby(found, key=lambda one: one.project.county_code):
        projects = list(of_county)
        for bundle in _of_a_county(projects):
            await _file(bundle, names[projects[0].project.town_code][1], staff, FILED_ON)


async def sign_again(found: Sequence[Registered], staff: Staff, on: date) -> None:
    """续保投保单: insuring is voluntary each year anew, so every town signs a new application before its cover is renewed."""
    names = {town.code: town.name for town in towns()}
    for town_code, of_town in groupby(found, key=lambda one: one.project.town_code):
        insured = tuple(one for one in of_town if one.project.industry or one.project.income)
        await _file(
            Bundle(PaperKind.APPLICATION, f"{on.year + 1}年度双保险投保单及投保清单（已签字）", insured, on), names[town_code], staff, on
        )


async def _file(bundle: Bundle, place: str, staff: Staff, on: date) -> None:
    if not bundle.projects:
        return
    actor = staff.at(staff.office(bundle.projects[0].project.county_code), on)
    lines = [f"{n}. {one.project.name}　{_stated(one)}" for n, one in enumerate(bundle.projects, start=1)]
    title, ids = f"{place}{bundle.title}", [one.id for one in bundle.projects]
    await file_for_projects(ids, bundle.kind, f"{title}.pdf", paper(title, lines), bundle.dated_on, actor=actor)


def _stated(one: Registered) -> str:
    row = one.project.rows[0]
    cost = sum(row.cost_fen or 0 for row in one.project.rows)
    return f"{row.owner or ''}　资产原值{yuan(cost)}元"


def _of_a_town(projects: list[Registered]) -> Iterable[Bundle]:
    insured = tuple(one for one in projects if one.project.industry or one.project.income)
    yield Bundle(PaperKind.TITLE, "扶贫资产确权登记表", insured, SIGNED_ON)
    yield Bundle(PaperKind.APPLICATION, "双保险投保单及投保清单（已签字）", insured, SIGNED_ON)


def _of_a_county(projects: list[Registered]) -> Iterable[Bundle]:
    def with_basis(basis: IncomeBasis) -> tuple[Registered, ...]:
        return tuple(one for one in projects if one.project.income_basis is basis)

    yield Bundle(PaperKind.INCOME_AGREEMENT, "项目收益约定书", with_basis(IncomeBasis.AGREEMENT), SIGNED_ON)
    yield Bundle(PaperKind.ACCOUNTS, "项目年度收益报表", with_basis(IncomeBasis.ACCOUNTS), SIGNED_ON)
    yield Bundle(PaperKind.LINK, "带贫协议", tuple(one for one in projects if one.project.link), SIGNED_ON)


async def insure(found: Sequence[Registered], staff: Staff) -> dict[tuple[int, Cover], Bound]:
    """Bind both covers, one act a county, in one county by way of quotes; nobody who was chosen may be refused."""
    period = period_from(INCEPTION, _MONTHS)
    bound: dict[tuple[int, Cover], Bound] = {}
    for county_code, of_county in groupby(found, key=lambda one: one.project.county_code):
        office, projects = staff.office(county_code), list(of_county)
        asks = [Ask(project_id=one.id, cover=Cover.INDUSTRY, period=period) for one in projects if one.project.industry]
        asks += [Ask(project_id=one.id, cover=Cover.INCOME, period=period) for one in projects if one.project.income]
        if county_code == _QUOTING:
            quotes = _all_done(await quote_many(asks, actor=staff.at(office, QUOTED_ON)))
            asks = await asks_of_quotes([quote.id for quote in quotes], actor=staff.at(office, BOUND_ON))
        for policy in _all_done(await enrol_many(asks, actor=staff.at(office, BOUND_ON))):
            bound[policy.project_id, policy.cover] = policy
    return bound


def _all_done(answers: Sequence[Done | InsuranceError]) -> list[Done]:
    for answer in answers:
        if isinstance(answer, InsuranceError):
            raise answer
    return [answer for answer in answers if not isinstance(answer, InsuranceError)]
