"""The article's city: 1,376 projects over Zaozhuang's real towns, the same for the same seed. Pure: nothing is stored here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from insurance.demo import country
from insurance.demo.building import Builder, Project, facts
from insurance.demo.stories import INCOME_INSURED, INDUSTRY_INSURED, PROJECTS, STORIES, Story
from insurance.policies.eligibility import judge
from insurance.policies.model import Cover, Result
from insurance.policies.terms import terms_for

SEED = 2019
INCEPTION = date(2019, 1, 1)


class City(msgspec.Struct, frozen=True):
    """All projects, by county, town and village; which of them become insured is written on each."""

    projects: tuple[Project, ...]

    def of_county(self, county_code: str) -> list[Project]:
        """The projects of one county, in the order of its register."""
        return [project for project in self.projects if project.county_code == county_code]

    @property
    def counties(self) -> list[str]:
        """Codes of the counties that have projects."""
        return sorted({project.county_code for project in self.projects})


def build(scale: int = 1, seed: int = SEED) -> City:
    """`scale` times the article's city. Who is insured is chosen among those whom the program's own tests find eligible."""
    towns = {town.code: town for town in country.towns()}
    number_of = country.projects_by_town(PROJECTS * scale)
    places = [code for code, number in number_of.items() for _ in range(number)]
    projects: list[Project] = []
    builders = {code: Builder(towns[code], number, seed) for code, number in number_of.items()}
    for place, story in zip(places, _spread(places, scale, seed), strict=True):
        first = place == country.TANSHAN and not builders[place].projects
        projects.append(builders[place].tanshan(story) if first else builders[place].project(story))
    projects.sort(key=lambda project: project.order)
    return City(tuple(_insured(projects, scale, seed)))


def _spread(places: Sequence[str], scale: int, seed: int) -> list[Story]:
    """The cases in a random order, with the shares in a cooperative at the first place of Tanshan."""
    cases = [story for story in STORIES for _ in range(story.count * scale)]
    random.Random(f"{seed}/cases").shuffle(cases)
    here = places.index(country.TANSHAN)
    shares = next(number for number, story in enumerate(cases) if story.name.startswith("G11"))
    cases[here], cases[shares] = cases[shares], cases[here]
    return cases


def _insured(projects: list[Project], scale: int, seed: int) -> list[Project]:
    """The projects, marked with the covers they get; one golden case of each kind is always among them."""
    switches = terms_for(Cover.INDUSTRY, INCEPTION).wording.eligibility
    judged = [judge(facts(project, INCEPTION), switches) for project in projects]
    draw = random.Random(f"{seed}/insured")
    first = _first_of_each(projects)
    industry = _drawn([one.industry.result for one in judged], INDUSTRY_INSURED * scale, draw, first)
    income = _drawn([one.income.result for one in judged], INCOME_INSURED * scale, draw, first | industry)
    return [
        msgspec.structs.replace(project, industry=number in industry, income=number in income) for number, project in enumerate(projects)
    ]


def _first_of_each(projects: Sequence[Project]) -> set[int]:
    """The first project of each kind of case."""
    seen: Counter[str] = Counter()
    first = set()
    for number, project in enumerate(projects):
        seen[project.story] += 1
        if seen[project.story] == 1 or project.is_tanshan:
            first.add(number)
    return first


def _drawn(results: Sequence[Result], wanted: int, draw: random.Random, preferred: set[int]) -> set[int]:
    """`wanted` of the eligible ones: preferred ones first, else by lot."""
    eligible = [number for number, result in enumerate(results) if result is Result.ELIGIBLE]
    if len(eligible) < wanted:
        raise ValueError(f"only {len(eligible)} projects are eligible, {wanted} are to be insured")
    draw.shuffle(eligible)
    eligible.sort(key=lambda number: number not in preferred)
    return set(eligible[:wanted])
