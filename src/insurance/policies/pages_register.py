"""The register as people read it: every project with its covers, its verdict and its sums; viewed, ordered and totalled."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar

import msgspec

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.policies import rules, store_facts, store_register
from insurance.policies.actions_underwriting import judge, period_for
from insurance.policies.eligibility import Judgements
from insurance.policies.model import Basis, Cover, Judgement, Period, Result
from insurance.policies.names import OPERATION_NAMES, OWNERSHIP_NAMES
from insurance.policies.rules_quote import guaranteed_income, past_years
from insurance.policies.store_register import Standing
from insurance.policies.terms import terms_for
from insurance.policies.wording import IncomeWording, IndustryWording, Terms
from insurance.projects import store_values
from insurance.projects.model import ProjectFacts, Taxonomy
from insurance.projects.store_values import ProjectValue
from insurance.web.listing import KeyPart, Listing
from insurance.web.shown import share

_IN_THE_LOOP = 200  # as many are judged at once without keeping other requests waiting
_MOST_KEPT = 32  # registers remembered: every reader of a region shares one
IN_FORCE, OPEN, REFER, NO = "in_force", "open", "refer", "no"
# How a seal is drawn: a cover that waits for papers is not ruled out, so it stays open.
DRAWN = {IN_FORCE: "in_force", OPEN: "open", REFER: "open", NO: "no"}
_HELD = {Result.ELIGIBLE: OPEN, Result.REFER: REFER, Result.INELIGIBLE: NO}
VIEWS: dict[str, Text] = {
    "all": t("全部"),
    "open-industry": t("可保未保"),
    "open-income": t("可保未保"),
    "both": t("双保齐全"),
    "refer": t("待补资料"),
    "no": t("不符合"),
}
SORTS: Mapping[str, tuple[type, ...]] = {
    "net": (int, int),
    "name": (str, int),
    "place": (str, int),
    "sum": (int, int),
    "premium": (int, int),
}
FILTERS = ("county", "town", "taxonomy")


class Verdict(msgspec.Struct, frozen=True):
    """Both covers in one word, with the reason that decides first; tone and icon as `ui.pill` takes them."""

    word: Text
    tone: str
    icon: str
    reason: Text | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A project in the register. `industry` and `income`: in_force (or bound), open, refer, no; None: not for this reader.

    `net_fen` is None where nothing could be valued. Sums and premiums are those of the policy in force, else proposed.
    """

    id: int
    code: str
    name: str
    county_code: str
    town_code: str
    place: str
    taxonomy: Taxonomy
    ownership: Text | None
    operation: Text | None
    net_fen: Fen | None
    industry: str | None
    income: str | None
    verdict: Verdict
    sum_fen: Fen | None
    premium_fen: Fen | None
    guaranteed_fen: Fen | None
    income_premium_fen: Fen | None

    @property
    def ratio(self) -> Fraction | None:
        """Sum insured of 产业保 to net value."""
        return None if self.sum_fen is None or self.net_fen is None else share(self.sum_fen, self.net_fen)

    def sum_of(self, cover: Cover) -> Fen | None:
        """Sum insured, or guaranteed income of a year."""
        return self.sum_fen if cover is Cover.INDUSTRY else self.guaranteed_fen

    def premium_of(self, cover: Cover) -> Fen | None:
        """A year's premium of the cover."""
        return self.premium_fen if cover is Cover.INDUSTRY else self.income_premium_fen

    def held(self, cover: Cover) -> str | None:
        """How it stands with the cover."""
        return self.industry if cover is Cover.INDUSTRY else self.income


class Totals(msgspec.Struct, frozen=True):
    """Sums of a whole view; `ratio` counts only projects that have a sum insured."""

    count: int
    net_fen: Fen
    sum_fen: Fen
    premium_fen: Fen
    ratio: Fraction | None


class _Prices(msgspec.Struct, frozen=True):
    """The terms new policies would be sold by, and their period; None where a cover is not offered yet."""

    period: Period
    industry: Terms[IndustryWording] | None
    income: Terms[IncomeWording] | None


# -- making the lines ---------------------------------------------------------------------------------------------------


class _Latest:
    """The registers read last, each with the stamp it was read at: judging all projects anew takes longer than asking for a change."""

    kept: ClassVar[OrderedDict[tuple[str, int | None, date], tuple[tuple[int, ...], list[Line]]]] = OrderedDict()


async def register_lines(actor: Actor, project_ids: Sequence[int] | None = None) -> list[Line]:
    """Every project the actor may see (or these), as it stands on the business day."""
    async with db.transaction(actor.scope):
        if project_ids is not None:
            return await _judged(actor, project_ids)
        key, stamp = (actor.region_path, actor.insurer_id, actor.on), await store_register.stamp(actor)
        known = _Latest.kept.get(key)
        lines = known[1] if known and known[0] == stamp else await _judged(actor, None)
    _Latest.kept[key] = stamp, lines
    _Latest.kept.move_to_end(key)
    while len(_Latest.kept) > _MOST_KEPT:
        _Latest.kept.popitem(last=False)
    return lines


async def _judged(actor: Actor, project_ids: Sequence[int] | None) -> list[Line]:
    start = actor.on + timedelta(days=1)  # a policy taken out today begins tomorrow, at that day's value
    projects = await store_facts.registered(actor, actor.on, project_ids)
    covers = await store_register.covers_on(actor, actor.on, project_ids)
    values = await store_values.project_values(actor, start, project_ids)
    prices = _prices(actor)

    def work() -> list[Line]:
        return [_line(project, covers.get(project.id, {}), values.get(project.id), prices, actor) for project in projects.values()]

    return work() if len(projects) <= _IN_THE_LOOP else await asyncio.to_thread(work)


def _prices(actor: Actor) -> _Prices:
    def offered(cover: Cover) -> Any:
        try:
            return terms_for(cover, actor.on + timedelta(days=1))
        except Invalid:
            return None

    industry, income = offered(Cover.INDUSTRY), offered(Cover.INCOME)
    either = Cover.INDUSTRY if industry else Cover.INCOME
    start = actor.on + timedelta(days=1)
    period = period_for(either, None, None, today=actor.on) if industry or income else Period(start, start + timedelta(days=365))
    return _Prices(period, industry, income)


def _line(project: ProjectFacts, covers: Mapping[Cover, Standing], at_start: ProjectValue | None, prices: _Prices, actor: Actor) -> Line:
    judged = judge(project)
    industry, income = covers.get(Cover.INDUSTRY), covers.get(Cover.INCOME)
    sum_fen, premium_fen = _asset_sum(industry, judged.industry.result, at_start, prices)
    guaranteed_fen, income_premium_fen = _income_sum(income, judged.income.result, project, prices)
    return Line(
        id=project.id,
        code=project.code,
        name=project.name,
        county_code=project.county_code,
        town_code=project.town_code,
        place=scopes.place("/".join(project.region_path.split("/")[:3]) + "/"),
        taxonomy=project.taxonomy,
        ownership=OWNERSHIP_NAMES[project.ownership] if project.ownership else None,
        operation=OPERATION_NAMES[project.operation] if project.operation else None,
        net_fen=None if project.asset_count == project.incomplete_assets else project.net_value_fen,
        industry=_held(industry, judged.industry.result, actor),
        income=_held(income, judged.income.result, actor),
        verdict=_verdict(judged, [standing for standing in (industry, income) if standing and not standing.begun]),
        sum_fen=sum_fen,
        premium_fen=premium_fen,
        guaranteed_fen=guaranteed_fen,
        income_premium_fen=income_premium_fen,
    )


def _held(standing: Standing | None, result: Result, actor: Actor) -> str | None:
    """How it stands with a cover; an insurer does not learn what another one holds."""
    if standing:
        return IN_FORCE
    return None if actor.insurer_id is not None else _HELD[result]


def _asset_sum(standing: Standing | None, result: Result, at_start: ProjectValue | None, prices: _Prices) -> tuple[Fen | None, Fen | None]:
    if standing:
        return standing.sum_insured_fen, standing.premium_fen
    if result is not Result.ELIGIBLE or at_start is None or prices.industry is None:
        return None, None
    wording = prices.industry.wording
    proposed = proposed_sum(at_start.net_value_fen, wording)
    return proposed, None if proposed is None else rules.premium(proposed, wording.premium.rate, prices.period.days)


def proposed_sum(net_value_fen: Fen, wording: IndustryWording) -> Fen | None:
    """About what a quote would come to: net value, or that rounded down; None where it needs a price nobody gave yet."""
    basis = wording.sum_insured.basis
    if basis is Basis.REPLACEMENT or net_value_fen <= 0:
        return None
    return net_value_fen - (net_value_fen % wording.sum_insured.round_down_to_fen if basis is Basis.NAV_AT_START else 0)


def _income_sum(standing: Standing | None, result: Result, project: ProjectFacts, prices: _Prices) -> tuple[Fen | None, Fen | None]:
    if standing:
        return standing.guaranteed_fen, standing.premium_fen
    if result is not Result.ELIGIBLE or prices.income is None:
        return None, None
    wording = prices.income.wording
    years = past_years(project.annual_accounts, project.annual_income_fen, wording.guarantee, prices.period.starts_on)
    try:
        guaranteed, _ = guaranteed_income(wording.guarantee, project.funds or {}, years)
    except Invalid:
        return None, None
    return guaranteed, rules.premium(guaranteed, wording.premium.rate, prices.period.days)


def first_reason(judgement: Judgement) -> Text | None:
    """The test that decides: the first of the worst ones."""
    failing = [reason for reason in judgement.reasons if not reason.passed and not reason.enrolment]
    worst = [reason for reason in failing if reason.passed is False and reason.fails_to is Result.INELIGIBLE]
    return next((reason.text for reason in worst or failing), None)


def _verdict(judged: Judgements, coming: Sequence[Standing]) -> Verdict:
    """The verdict; where a policy is bound and not begun, its first day instead of the reason."""
    found = verdict(judged.industry, judged.income)
    if not coming:
        return found
    day = min(standing.period.starts_on for standing in coming)
    return msgspec.structs.replace(found, reason=t("已承保，{day} 起保", day=day.isoformat()))


def verdict(industry: Judgement, income: Judgement) -> Verdict:
    """Both judgements in one word with one reason."""
    asset, earning = industry.result, income.result
    if asset is Result.ELIGIBLE:
        if earning is Result.ELIGIBLE:
            return Verdict(t("两保均可"), "ok", "check", t("财政专项 · 集体 · 自营"))
        if earning is Result.REFER:
            return Verdict(t("产业保可保"), "az", "check", t("收益保待补：{reason}", reason=first_reason(income)))
        return Verdict(t("仅产业保"), "az", "check", first_reason(income))
    if earning is Result.ELIGIBLE:
        if asset is Result.REFER:
            return Verdict(t("收益保可保"), "az", "check", t("产业保待补：{reason}", reason=first_reason(industry)))
        return Verdict(t("仅收益保"), "az", "check", first_reason(industry))
    if Result.REFER in (asset, earning):
        return Verdict(t("待补资料"), "due", "triangle-alert", first_reason(industry if asset is Result.REFER else income))
    return Verdict(t("不符合"), "", "circle-slash", first_reason(industry))


# -- views, order, totals -------------------------------------------------------------------------------------------------


def _in_view(view: str) -> Callable[[Line], bool]:
    tests: dict[str, Callable[[Line], bool]] = {
        "open-industry": lambda line: line.industry == OPEN,
        "open-income": lambda line: line.income == OPEN,
        "both": lambda line: line.industry == line.income == IN_FORCE,
        "refer": lambda line: line.verdict.tone == "due",
        "no": lambda line: line.industry == line.income == NO,
    }
    return tests.get(view, lambda _: True)


def narrowed(lines: Iterable[Line], listing: Listing) -> list[Line]:
    """The lines that fit the filters and the search, whatever the view."""
    county, town, taxonomy = (listing.chosen(name) for name in FILTERS)
    words = listing.q.casefold().split()
    return [
        line
        for line in lines
        if county in (None, line.county_code)
        and town in (None, line.town_code)
        and taxonomy in (None, line.taxonomy.value)
        and all(word in f"{line.name}\n{line.code}\n{line.place}".casefold() for word in words)
    ]


def seen(lines: Sequence[Line], view: str) -> list[Line]:
    """The lines of a view."""
    test = _in_view(view)
    return [line for line in lines if test(line)]


def counts(lines: Sequence[Line]) -> Counter[str]:
    """How many lines each view has."""
    return Counter(view for view in VIEWS for line in lines if _in_view(view)(line))


def key_of(line: Line, sort: str, cover: Cover) -> tuple[KeyPart, ...]:
    """The key of a line in an order, its id last; what is not known counts as less than nothing."""

    def amount(fen: Fen | None) -> Fen:
        return -1 if fen is None else fen

    first: dict[str, Callable[[], KeyPart]] = {
        "net": lambda: amount(line.net_fen),
        "name": lambda: line.name,
        "place": lambda: line.place,
        "sum": lambda: amount(line.sum_of(cover)),
        "premium": lambda: amount(line.premium_of(cover)),
    }
    return first[sort](), line.id


def ordered(lines: Iterable[Line], listing: Listing, cover: Cover) -> list[Line]:
    """The lines in the order of the list, from after its cursor on."""

    def key(line: Line) -> Any:
        return key_of(line, listing.sort, cover)

    found = sorted(lines, key=key, reverse=listing.descending)
    if listing.after is None:
        return found
    after: Any = listing.after
    return [line for line in found if (key(line) < after if listing.descending else key(line) > after)]


def totals(lines: Sequence[Line], cover: Cover) -> Totals:
    """The sums of a whole view, for one cover."""
    insured = [line for line in lines if line.sum_fen is not None and line.net_fen is not None]
    return Totals(
        count=len(lines),
        net_fen=sum(line.net_fen or 0 for line in lines),
        sum_fen=sum(line.sum_of(cover) or 0 for line in lines),
        premium_fen=sum(line.premium_of(cover) or 0 for line in lines),
        ratio=share(sum(line.sum_fen or 0 for line in insured), sum(line.net_fen or 0 for line in insured)),
    )


def focus(view: str) -> Cover:
    """The cover whose sums a view shows."""
    return Cover.INCOME if view == "open-income" else Cover.INDUSTRY
