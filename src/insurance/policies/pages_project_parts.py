"""What the page of one project is made of: its two panels, its money, its rights, what happened to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from insurance.access.clock import BEIJING
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.policies import store
from insurance.policies.model import Cover, Payer, Result
from insurance.policies.names import STATE_NAMES
from insurance.policies.pages_register import DRAWN, NO, Line
from insurance.policies.store_register import Standing
from insurance.policies.terms import terms_by
from insurance.policies.views import EligibilityView, JudgementView, PolicyLine
from insurance.policies.wording import Deductible, DeductibleMode, IndustryWording
from insurance.projects.model import Fund, Project
from insurance.projects.pages_names import FUND_NAMES, LEVEL_NAMES, PAPER_NAMES
from insurance.projects.store_changes import Change
from insurance.projects.store_documents import FiledPaper
from insurance.web.shown import money, pct


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One cover of the project. `held` as the seal draws it; without a policy the sums are proposed, None where there is none.

    `low` and `high` are per cent: the agreed band of sum insured to net value.
    """

    cover: Cover
    held: str
    policy: PolicyLine | None
    begun: bool
    insurer: str
    sum_fen: Fen | None
    guaranteed_fen: Fen | None
    premium_fen: Fen | None
    subsidy_fen: Fen | None
    facts: tuple[tuple[Text, Text | str], ...]
    result: Result | None
    reason: str | None
    low: int = 95
    high: int = 105


class Happening(msgspec.Struct, frozen=True):
    """A line of 经过."""

    on: date
    text: Text
    href: str = ""
    word: Text | None = None
    tone: str = ""


class Money(msgspec.Struct, frozen=True):
    """What one source gave to all assets of the project."""

    fund: Text
    levels: tuple[tuple[Text, Fen], ...]
    amount_fen: Fen


async def panel(
    cover: Cover, line: Line, standing: Standing | None, policies: Sequence[PolicyLine], eligibility: EligibilityView | None
) -> Panel:
    """One cover of the project, by the policy that stands or by what could be had."""
    judged: JudgementView | None = None
    if eligibility is not None:
        judged = eligibility.industry if cover is Cover.INDUSTRY else eligibility.income
    policy = next((one for one in policies if standing and one.id == standing.policy_id), None)
    shares = await store.premium_shares(standing.policy_id) if standing else []
    terms = terms_by(cover, policy.terms_version) if policy else None
    facts: list[tuple[Text, Text | str]] = []
    band = 5
    if terms is not None:
        facts.append((t("费率"), pct(terms.wording.premium.rate, 2)))
        if isinstance(terms.wording, IndustryWording):
            band = int(terms.wording.sum_insured.band * 100)
            facts.append((t("免赔"), deductible_text(terms.wording.deductible)))
    return Panel(
        cover=cover,
        held=DRAWN[line.held(cover) or NO],
        policy=policy,
        begun=standing is not None and standing.begun,
        insurer=policy.insurer_name if policy else "",
        sum_fen=policy.sum_insured_fen if policy and cover is Cover.INCOME else line.sum_of(cover),
        guaranteed_fen=line.guaranteed_fen if cover is Cover.INCOME else None,
        premium_fen=line.premium_of(cover),
        subsidy_fen=sum(s["amount_fen"] for s in shares if s["payer"] != Payer.INSURED) if standing else None,
        facts=tuple(facts),
        result=judged.result if judged else None,
        reason=_first_against(judged),
        low=100 - band,
        high=100 + band,
    )


def _first_against(judged: JudgementView | None) -> str | None:
    """The first test that stands against the cover, failed ones before unproven ones."""
    if judged is None:
        return None
    against = [reason for reason in judged.reasons if not reason.passed and not reason.enrolment]
    return next((reason.text for reason in sorted(against, key=lambda reason: reason.passed is None)), None)


def deductible_text(deductible: Deductible) -> Text | str:
    """免赔 in words."""
    fixed = None if deductible.fixed_fen is None else t("每次事故 {amount} 元", amount=money(deductible.fixed_fen))
    rate = None if deductible.rate is None else t("损失的 {rate}", rate=pct(deductible.rate))
    match deductible.mode:
        case DeductibleMode.FIXED:
            return fixed or ""
        case DeductibleMode.RATE:
            return rate or ""
    if fixed is None or rate is None:
        return fixed or rate or t("无")
    joined = {
        DeductibleMode.GREATER: t("{fixed}或{rate}，以高者为准", fixed=fixed, rate=rate),
        DeductibleMode.LESSER: t("{fixed}或{rate}，以低者为准", fixed=fixed, rate=rate),
        DeductibleMode.SUM: t("{fixed}加{rate}", fixed=fixed, rate=rate),
    }
    return joined[deductible.mode]


def money_by_source(project: Project) -> list[Money]:
    """The money in all assets by source, the largest first; parts only where a level is stated."""
    amounts: dict[Fund, dict[str, Fen]] = defaultdict(lambda: defaultdict(int))
    for asset in project.assets:
        for fund in asset.funds:
            amounts[fund.fund][fund.level] += fund.amount_fen
    found = [
        Money(
            FUND_NAMES[fund],
            tuple((LEVEL_NAMES[level], levels[level]) for level in LEVEL_NAMES if level and level in levels),
            sum(levels.values()),
        )
        for fund, levels in amounts.items()
    ]
    return sorted(found, key=lambda one: -one.amount_fen)


def happenings(
    project: Project, policies: Iterable[PolicyLine], papers: Iterable[FiledPaper], changes: Iterable[Change]
) -> list[Happening]:
    """What happened to the project, the latest first."""
    source = t("从台账导入") if project.source == "IMPORT" else t("手工登记")
    found = [Happening(_day(project.registered_at), t("项目登记：{source}", source=source))]
    found += [Happening(one.on, t("修改资料，成为第 {n} 版（{who}）", n=one.version, who=one.by or t("系统"))) for one in changes]
    found += [
        Happening(i.from_on, t("计提减值准备 {amount} 元：{reason}", amount=money(i.amount_fen), reason=i.reason))
        for i in project.impairments
    ]
    found += [Happening(d.starts_on, t("申报其他保险：{insurer}", insurer=d.insurer_name)) for d in project.declared_covers]
    found += [
        Happening(asset.retired_on, t("资产退出台账：{name}", name=asset.name)) for asset in project.assets if asset.retired_on is not None
    ]
    found += [Happening(_day(p.filed_at), t("收存{kind}：{name}", kind=_paper_name(p.kind), name=p.name)) for p in papers]
    found += [
        Happening(
            one.bound_on or one.starts_on,
            t("承保 {number}，保额 {amount} 元", number=one.number, amount=money(one.sum_insured_fen)),
            f"/policies/{one.id}",
            STATE_NAMES[one.state],
            STATE_TONES[one.state],
        )
        for one in policies
    ]
    return sorted(found, key=lambda one: one.on, reverse=True)


def _day(when: datetime) -> date:
    return when.astimezone(BEIJING).date()


def _paper_name(kind: str) -> Text | str:
    return next((name for code, name in PAPER_NAMES.items() if code.value == kind), kind)


STATE_TONES: dict[Any, str] = {
    "PROPOSED": "due",
    "IN_FORCE": "ok",
    "ENDORSED": "ok",
    "CANCELLED": "",
    "EXPIRED": "",
    "LAPSED": "bad",
}
