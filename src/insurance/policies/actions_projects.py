"""The register as insurance sees it: every project with its value, its two seals and why; here because it needs eligibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.text import t
from insurance.policies import actions_due, store, store_facts
from insurance.policies.actions_underwriting import judge
from insurance.policies.eligibility import Judgements
from insurance.policies.model import Cover, Result
from insurance.policies.views import eligibility_view, policy_line
from insurance.policies.views_projects import (
    ProjectItem,
    ProjectWhole,
    Seal,
    covers_view,
    project_item,
    seal_of,
)
from insurance.projects import store as projects_store
from insurance.projects import store_values
from insurance.projects.model import Project, ProjectFacts, ProjectLine
from insurance.web.listing import Listing

COVER_FILTERS = ("INDUSTRY", "INCOME", "BOTH", "NONE")
ELIGIBILITY_FILTERS = tuple(f"{prefix}{result}" for prefix in ("", "INDUSTRY:", "INCOME:") for result in Result)
# Order → types of its key; `net` is by net value on the business day.
SORT_KEYS: Mapping[str, tuple[type, ...]] = {**projects_store.SORT_KEYS, "net": (int, int)}
USUAL_SORT = "code"
_CHUNK = 1000  # most projects judged at a time while a filter by eligibility looks for a page of them
_ALL = 10_000_000

Found = tuple[ProjectLine, ProjectFacts, Judgements]


async def projects(listing: Listing, *, actor: Actor) -> tuple[list[ProjectItem], tuple[Any, ...] | None]:
    """A page of the register in scope, and the key of its last row if more follow (None = the end).

    `listing` has the filters `town` (codes of towns or counties), `cover` (one of COVER_FILTERS: in force on the business
    day) and `eligibility` (of ELIGIBILITY_FILTERS; without a prefix either cover may have the result), and an order of SORT_KEYS.
    """
    async with db.transaction(actor.scope):
        within, without = await _by_cover(listing.chosen("cover"), actor)
        wanted = _wanted(listing.filters.get("eligibility", ()))
        chunks = _Chunks(listing, actor, within, without)
        found: list[Found] = []
        while len(found) <= listing.limit and (lines := await chunks.take()):
            facts = await store_facts.registered(actor, actor.on, [line.id for line in lines])
            judged = [(line, facts[line.id], judge(facts[line.id])) for line in lines if line.id in facts]
            found += [entry for entry in judged if _fits(entry[2], wanted)]
        shown = found[: listing.limit]
        covers = await store.covers_in_force([line.id for line, _, _ in shown], actor.on)
    items = [project_item(line, facts, judged, covers.get(line.id, {}), actor.language) for line, facts, judged in shown]
    return items, chunks.key(shown[-1][0]) if len(found) > listing.limit else None


class _Chunks:
    """Lines of the register in the order asked for, after the page before: a page first, then ever more at a time."""

    def __init__(
        self, listing: Listing, actor: Actor, within: Sequence[int] | None, without: Sequence[int] | None
    ) -> None:  # fmt: skip
        self.listing, self.actor, self.within, self.without = listing, actor, within, without
        self.size = listing.limit + 1
        self.after: tuple[Any, ...] | None = listing.after
        self.done = False
        self.by_value: list[ProjectLine] | None = None
        self.values: Mapping[int, int] = {}

    def key(self, line: ProjectLine) -> tuple[Any, ...]:
        """The key of a line in this order."""
        if self.listing.sort == "net":
            return self.values.get(line.id, 0), line.id
        return projects_store.sort_key(line, self.listing.sort)

    async def take(self) -> list[ProjectLine]:
        """The next lines; empty at the end."""
        if self.done:
            return []
        lines = await (self._by_value() if self.listing.sort == "net" else self._search(self.listing.sort, self.after, self.size))
        self.done = len(lines) < self.size
        self.size = min(4 * self.size, _CHUNK)
        if lines:
            self.after = self.key(lines[-1])
        return lines

    async def _search(self, sort: str, after: tuple[Any, ...] | None, limit: int) -> list[ProjectLine]:
        towns = self.listing.filters.get("town")
        return await projects_store.search(
            self.actor, sort=sort, descending=self.listing.descending, after=after, limit=limit, towns=towns, q=self.listing.q,
            within=self.within, without=self.without,
        )  # fmt: skip

    async def _by_value(self) -> list[ProjectLine]:
        """Every line of the filter by its value, which no index has; valued once, taken piece by piece."""
        if self.by_value is None:
            lines = await self._search("code", None, _ALL)
            values = await store_values.project_values(self.actor, self.actor.on)
            self.values = {project_id: value.net_value_fen for project_id, value in values.items()}
            self.by_value = sorted(lines, key=self.key, reverse=self.listing.descending)
        after, down = self.after, self.listing.descending
        rest = [line for line in self.by_value if after is None or (self.key(line) < after if down else self.key(line) > after)]
        return rest[: self.size]


async def _by_cover(chosen: str | None, actor: Actor) -> tuple[list[int] | None, list[int] | None]:
    """Ids to keep to, and ids to leave out, for a filter by cover in force."""
    if chosen is None:
        return None, None
    insured = await store.insured_ids(actor.on)
    industry, income = insured[Cover.INDUSTRY], insured[Cover.INCOME]
    match chosen:
        case "INDUSTRY":
            return sorted(industry), None
        case "INCOME":
            return sorted(income), None
        case "BOTH":
            return sorted(industry & income), None
        case _:
            return None, sorted(industry | income)


Wanted = dict[Cover | None, set[Result]]


def _wanted(filters: Iterable[str]) -> Wanted:
    """Results asked for, by cover; None: of either."""
    wanted: Wanted = {}
    for text in filters:
        prefix, _, result = text.rpartition(":")
        wanted.setdefault(Cover(prefix) if prefix else None, set()).add(Result(result))
    return wanted


def _fits(judged: Judgements, wanted: Wanted) -> bool:
    results = {Cover.INDUSTRY: judged.industry.result, Cover.INCOME: judged.income.result}
    return all(
        results[cover] in allowed if cover else not allowed.isdisjoint(results.values())
        for cover, allowed in wanted.items()
    )  # fmt: skip


async def project(project_id: int, *, actor: Actor) -> ProjectWhole:
    """One project whole, as of the business day."""
    async with db.transaction(actor.scope):
        found = await projects_store.project(project_id)
        facts = await store_facts.registered(actor, actor.on, [project_id])
        if found is None or project_id not in facts:
            raise NotFound(t("没有这个项目，或不在您的范围内"))
        value = (await store_values.net_values([project_id], actor.on))[project_id]
        covers = await store.covers_in_force([project_id], actor.on)
        rows = await store.policies(project_id=project_id, insurer=actor.insurer_id, limit=200)
        due = await actions_due.due(actor=actor, project_ids=[project_id])
    judged = judge(facts[project_id])
    return ProjectWhole(
        **{name: getattr(found, name) for name in Project.__struct_fields__},
        net_value=value,
        covers=covers_view(judged, covers.get(project_id, {})),
        eligibility=eligibility_view(judged, actor.on, actor.language),
        policies=[policy_line(row) for row in rows],
        papers=dict(facts[project_id].papers),
        needs_endorsement=due,
    )


async def seals(project_ids: Sequence[int], on: date, *, actor: Actor) -> dict[int, dict[Cover, Seal]]:
    """How both covers stand with projects on a day; one out of scope is absent."""
    async with db.transaction(actor.scope):
        facts = await store_facts.registered(actor, on, project_ids)
        policies = await store.covers_in_force(list(facts), on)
    found: dict[int, dict[Cover, Seal]] = {}
    for project_id, known in facts.items():
        judged, held = judge(known), policies.get(project_id, {})
        found[project_id] = {
            Cover.INDUSTRY: seal_of(judged.industry.result, held.get(Cover.INDUSTRY)),
            Cover.INCOME: seal_of(judged.income.result, held.get(Cover.INCOME)),
        }
    return found
