"""From what is asked to what may be insured at what price: the way quotes and policies share, one project or hundreds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import msgspec

from insurance.access import store as access_store
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, InsuranceError, Invalid, NotFound, Refused
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.policies import eligibility, proofs, rules, store, store_facts
from insurance.policies.model import Cover, Facts, Judgement, Period, Quote, Reason, Result
from insurance.policies.rules_quote import InsuredAsset, past_years, quote_income, quote_industry
from insurance.policies.terms import terms_by, terms_earliest, terms_for
from insurance.policies.wording import IndustryEligibility
from insurance.projects.model import PaperKind, ProjectFacts

_FURTHEST_START = timedelta(days=366)
_IN_THE_LOOP = 20  # as many are priced at once without keeping other requests waiting


class NotEligible(Refused):
    """409: the project does not fit the cover; `faults` has every test that does not hold, by its code."""

    code = "not-eligible"


class NotReady(Refused):
    """409: eligible, but something is missing to bind; `faults` names all of it."""

    code = "not-ready"


class AlreadyCovered(Refused):
    """409: a policy of the same cover stands in the period."""

    code = "already-covered"


class Wish(msgspec.Struct, frozen=True):
    """What the applicant wants of one asset instead of what the terms give: another sum, or the price of a new one."""

    asset_id: int
    sum_insured_fen: Fen | None = None
    replacement_fen: Fen | None = None


class Quoted(msgspec.Struct, frozen=True):
    """The quote somebody wants to bind."""

    id: int
    quote: Quote


class Renews(msgspec.Struct, frozen=True):
    """The policy that a new one follows on (续保), its insurer and the application it was bound on."""

    policy_id: int
    insurer_id: int
    application_document_id: int | None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One cover of one project for a period. Without an insurer the county's rule decides; a renewal without a rule stays where it was."""

    project_id: int
    cover: Cover
    period: Period
    insurer_id: int | None = None
    wishes: tuple[Wish, ...] = ()
    quoted: Quoted | None = None
    renews: Renews | None = None


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a price rests on, kept with the quote and the policy so that every amount can be worked out again."""

    judgement: Judgement
    facts: Facts
    assets: tuple[InsuredAsset, ...]
    past_years_fen: tuple[Fen, ...]


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """An ask that may be insured, and its price."""

    ask: Ask
    project: ProjectFacts
    insurer_id: int
    grounds: Grounds
    quote: Quote


Outcome = Priced | InsuranceError


def period_for(cover: Cover, starts_on: date | None, last_day: date | None, *, today: date) -> Period:
    """The period asked for: from tomorrow unless said otherwise, as long as the terms have it or shorter.

    Never backdated 倒签. Raises Invalid naming the day that is wrong.
    """
    starts = starts_on or today + timedelta(days=1)
    if starts < today:
        raise _backdated()
    if starts > today + _FURTHEST_START:
        raise Invalid.field("starts_on", t("起保日最多提前一年"))
    usual = rules.period_from(starts, terms_for(cover, starts).wording.period_months)
    if last_day is None:
        return usual
    if not starts <= last_day <= usual.last_day:
        raise Invalid.field("last_day", t("终保日应在 {first} 至 {last} 之间", first=starts.isoformat(), last=usual.last_day.isoformat()))
    return Period(starts, last_day + timedelta(days=1))


def _backdated() -> Invalid:
    return Invalid.field("starts_on", t("起保日不能早于今天"))


async def insurer_of(code: str | None) -> int | None:
    """The insurer of a code; None stays None. Raises Invalid for a code nobody has."""
    if code is None:
        return None
    found = await access_store.insurer_by_code(code)
    if found is None:
        raise Invalid.field("insurer", t("没有这家保险公司"))
    return int(found["id"])


async def asks_for(
    project_ids: Iterable[int], cover: Cover, *, starts_on: date | None, last_day: date | None, insurer: str | None,
    wishes: tuple[Wish, ...] = (), actor: Actor,
) -> list[Ask]:  # fmt: skip
    """One cover for each project, alike in period and insurer (a code; None: the county's rule). Raises Invalid."""
    period = period_for(cover, starts_on, last_day, today=actor.on)
    async with db.transaction(actor.scope):
        insurer_id = await insurer_of(insurer)
    return [
        Ask(project_id=project_id, cover=cover, period=period, insurer_id=insurer_id, wishes=wishes) for project_id in project_ids
    ]  # fmt: skip


@cache
def switches_on(day: date) -> IndustryEligibility:
    """The switches of the tests in force on a day; before there were any, the first ones."""
    try:
        return terms_for(Cover.INDUSTRY, day).wording.eligibility
    except Invalid:
        return terms_earliest(Cover.INDUSTRY).wording.eligibility


def judge(project: ProjectFacts) -> eligibility.Judgements:
    """Both covers of a project on the day of its facts."""
    return eligibility.judge(store_facts.facts_from(project), switches_on(project.on))


async def underwrite(asks: Sequence[Ask], *, actor: Actor, binding: bool) -> list[Outcome]:
    """Judge and price every ask, in their order; what may not be insured is answered with its refusal.

    `binding` wants more than a quote does: eligible beyond doubt, the papers on file, nothing referred.
    """
    projects = await store_facts.registered(actor, actor.on, sorted({ask.project_id for ask in asks}))
    assets = {
        day: await store_facts.insurable_assets(projects.values(), day)
        for day in sorted({ask.period.starts_on for ask in asks if ask.cover is Cover.INDUSTRY})
    }
    counties = [(projects[ask.project_id].county_code, ask.cover, ask.period.starts_on) for ask in asks if ask.project_id in projects]
    insurers = await store.insurers_for(counties)

    def work() -> list[Outcome]:
        return [_outcome(ask, projects, assets.get(ask.period.starts_on, {}), insurers, binding=binding) for ask in asks]

    return work() if len(asks) <= _IN_THE_LOOP else await asyncio.to_thread(work)


def _outcome(
    ask: Ask, projects: Mapping[int, ProjectFacts], assets: Mapping[int, tuple[InsuredAsset, ...]],
    insurers: Mapping[tuple[str, Cover, date], int], *, binding: bool,
) -> Outcome:  # fmt: skip
    try:
        project = projects.get(ask.project_id)
        if project is None:
            raise NotFound(t("没有这个项目，或不在您的范围内"))
        insurer_id = ask.insurer_id or insurers.get((project.county_code, ask.cover, ask.period.starts_on))
        if insurer_id is None and ask.renews is not None:
            insurer_id = ask.renews.insurer_id
        if insurer_id is None:
            raise Invalid.field("insurer", t("请选择保险公司，或先为该区（市）设定规则"))
        return _priced(ask, project, insurer_id, assets.get(project.id, ()), binding=binding)
    except InsuranceError as refused:
        return refused


def _priced(ask: Ask, project: ProjectFacts, insurer_id: int, assets: tuple[InsuredAsset, ...], *, binding: bool) -> Priced:
    if ask.period.starts_on < project.on:
        raise _backdated()
    facts = store_facts.facts_from(project)
    judged = eligibility.judge(facts, switches_on(project.on))
    judgement = judged.industry if ask.cover is Cover.INDUSTRY else judged.income
    if judgement.result is Result.INELIGIBLE or (binding and judgement.result is not Result.ELIGIBLE):
        raise not_eligible(judgement)
    version = (ask.quoted.quote.terms_version, ask.quoted.quote.terms_checksum) if ask.quoted else None
    assets = with_wishes(assets, ask.wishes)
    industry = ask.cover is Cover.INDUSTRY
    years = () if industry else _past_years(project, ask.period, version)
    grounds = Grounds(judgement=judgement, facts=facts, assets=assets if industry else (), past_years_fen=years)
    quote = price(ask.cover, ask.period, grounds, version)
    if binding:
        _ready(ask, project, judgement, quote)
    return Priced(ask=ask, project=project, insurer_id=insurer_id, grounds=grounds, quote=quote)


def _past_years(project: ProjectFacts, period: Period, version: tuple[str, str] | None) -> tuple[Fen, ...]:
    """The past incomes the guarantee may be measured by, as its terms have it."""
    terms = terms_by(Cover.INCOME, *version) if version else terms_for(Cover.INCOME, period.starts_on)
    return past_years(project.annual_accounts, project.annual_income_fen, terms.wording.guarantee, period.starts_on)


def price(cover: Cover, period: Period, grounds: Grounds, version: tuple[str, str] | None = None) -> Quote:
    """The price of a cover by its grounds; by the terms of `version` (and checksum), else by those in force at inception."""
    if cover is Cover.INDUSTRY:
        industry = terms_by(Cover.INDUSTRY, *version) if version else terms_for(Cover.INDUSTRY, period.starts_on)
        return quote_industry(grounds.assets, industry, period)
    income = terms_by(Cover.INCOME, *version) if version else terms_for(Cover.INCOME, period.starts_on)
    return quote_income(grounds.facts.funds or {}, income, period, grounds.past_years_fen)


def with_wishes(assets: tuple[InsuredAsset, ...], wishes: Sequence[Wish]) -> tuple[InsuredAsset, ...]:
    """The assets with what the applicant wants of each instead. Raises Invalid for one that is not among them, or named twice."""
    wanted = {wish.asset_id: wish for wish in wishes}
    if len(wanted) < len(wishes) or not wanted.keys() <= {asset.asset_id for asset in assets}:
        raise Invalid.field("assets", t("只能列出本项目可以估值的资产，每项一次"))
    return tuple(
        msgspec.structs.replace(asset, asked_fen=wish.sum_insured_fen, replacement_fen=wish.replacement_fen)
        if (wish := wanted.get(asset.asset_id))
        else asset
        for asset in assets
    )


def _fault(reason: Reason) -> FieldFault:
    return FieldFault(reason.code, reason.text)


def not_eligible(judgement: Judgement) -> NotEligible:
    """Every test that does not hold or is not proven, enrolment checks left to their own time."""
    faults = [_fault(reason) for reason in judgement.reasons if not reason.passed and not reason.enrolment]
    text: Text = t("不符合承保条件") if judgement.result is Result.INELIGIBLE else t("承保条件尚未全部证明，不能承保")
    return NotEligible(text, faults)


def _ready(ask: Ask, project: ProjectFacts, judgement: Judgement, quote: Quote) -> None:
    """Whether it can be bound today; raises NotReady with everything that is missing."""
    faults = [_fault(reason) for reason in judgement.reasons if reason.enrolment and not reason.passed]
    if PaperKind.APPLICATION not in project.papers and proofs.A_CONSENT.code not in {fault.field for fault in faults}:
        faults.append(FieldFault(proofs.A_CONSENT.code, proofs.A_CONSENT.failed))
    application = project.papers.get(PaperKind.APPLICATION)
    if ask.renews and application and application.id == ask.renews.application_document_id:
        # taking part is voluntary, each time anew (农业保险条例 3): last year's signature does not renew
        faults.append(FieldFault(proofs.A_CONSENT.code, t("续保须有新签字的投保单")))
    if PaperKind.TITLE not in project.papers:
        faults.append(FieldFault(PaperKind.TITLE, t("缺少确权文件")))
    faults += [FieldFault("sum_insured_fen", referral) for referral in quote.referrals]
    if ask.quoted and _amounts(ask.quoted.quote) != _amounts(quote):
        faults.append(FieldFault("quote", t("报价之后项目情况有变，请重新报价")))
    if faults:
        raise NotReady(t("还不能承保，缺 {count} 项", count=len(faults)), faults)


def _amounts(quote: Quote) -> tuple[object, ...]:
    """What was promised in a quote, in fen."""
    items = tuple((item.asset_id, item.sum_insured_fen, item.premium_fen, item.month_values_fen) for item in quote.items)
    return quote.sum_insured_fen, quote.guaranteed_fen, quote.premium_fen, quote.shares, items
