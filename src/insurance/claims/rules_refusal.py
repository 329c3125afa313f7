"""Which reasons fit a claim, and the clause of its own wording that each must cite; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

import msgspec

from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import Text, render, t
from insurance.claims.model_decision import CitedReason
from insurance.claims.procedure import Procedure, ReasonScope, RefusalReason
from insurance.policies.model import Cover, LegalRegime, Peril, Period
from insurance.policies.wording import Exclusion, IncomeWording, IndustryWording

EXCLUSIONS = "exclusions"
# The cause itself is not in the list: no single peril's clause says so, the whole list does.
_NOT_LISTED = "PERIL_NOT_INSURED"
_ARTICLE = re.compile(r"第[零一二三四五六七八九十百]+条")


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What a refusal is held against: cover, cause and period of the policy, its wording, and the items claimed by their law."""

    cover: Cover
    peril: Peril
    period: Period
    wording: IndustryWording | IncomeWording
    laws: Mapping[LegalRegime, Collection[str]]


def cited_reasons(
    codes: Collection[str], exclusion: str | None, *, explained: bool, refused: Refused, procedure: Procedure
) -> tuple[CitedReason, ...]:
    """The reasons of a refusal, each once, with article and clause.

    Raises Invalid by field: a reason that does not fit (`reasons[n]`), none that takes the whole claim away (`reasons`), no
    exclusion chosen (`exclusion`), an exclusion whose explanation is not proved (`explained`, 保险法 17).
    """
    known = {reason.code: reason for reason in procedure.reasons}
    faults = [
        FieldFault(f"reasons[{place}]", why) for place, code in enumerate(codes) if (why := _misfit(known.get(code), refused)) is not None
    ]  # fmt: skip
    chosen = [known[code] for code in dict.fromkeys(codes) if code in known]
    if not faults and not any(reason.scope is ReasonScope.ALL for reason in chosen):
        faults.append(FieldFault("reasons", t("至少选一条使全案不赔的理由；只减一部分的，请在定损中扣减")))
    found = next((one for one in refused.wording.exclusions if one.code == exclusion), None)
    if any(reason.clause == EXCLUSIONS for reason in chosen):
        faults += _exclusion_faults(found, explained=explained)
    if faults:
        raise Invalid(t("拒赔理由有误"), faults)
    return tuple(_cited(reason, found, refused) for reason in chosen)


def fitting(procedure: Procedure, refused: Refused) -> tuple[RefusalReason, ...]:
    """The reasons that can be given for this claim, in the order of the procedure."""
    return tuple(reason for reason in procedure.reasons if _misfit(reason, refused) is None)


def cited_part(reason: RefusalReason, refused: Refused) -> CitedReason:
    """A reason that takes a part away, with article and clause."""
    return _cited(reason, None, refused)


def _misfit(reason: RefusalReason | None, refused: Refused) -> Text | None:
    """Why a reason cannot be given; None when it fits. One item it does not reach is enough: the refusal takes the whole claim."""
    if reason is None:
        return t("没有这个拒赔理由，请从理赔程序的清单中选择")
    if refused.cover not in reason.covers:
        return t("这一理由不适用于本险种，请另选")
    names = [name for law in reason.not_for for name in refused.laws.get(law, ())]
    if names:
        return t("这一理由不适用于农业保险标的（{items}），请另选（农业保险条例第十一条）", items="、".join(names))
    return None


def _exclusion_faults(found: Exclusion | None, *, explained: bool) -> list[FieldFault]:
    faults = []
    if found is None:
        faults.append(FieldFault("exclusion", t("请选择条款中适用的责任免除")))
    if not explained:
        why = t(
            "不能证明投保时已提示并明确说明的免责条款不产生效力，不能据此拒赔；有证明的请勾选，没有的请另选理由或照赔（保险法第十七条）"
        )
        faults.append(FieldFault("explained", why))
    return faults


def _cited(reason: RefusalReason, exclusion: Exclusion | None, refused: Refused) -> CitedReason:
    cited = CitedReason(
        code=reason.code, zh=reason.zh, en=reason.en, scope=reason.scope.value, article=reason.article, mark=reason.mark.value,
        place=reason.clause, explained=True if reason.clause == EXCLUSIONS else None,
    )  # fmt: skip
    if reason.clause == EXCLUSIONS:
        assert exclusion is not None
        return _with_clause(cited, exclusion.clause, exclusion.zh, exclusion.en, code=exclusion.code)
    if reason.clause == "perils":
        terms = None if reason.code == _NOT_LISTED else refused.wording.peril(refused.peril)
        if terms is not None:
            return _with_clause(cited, terms.clause, terms.zh, terms.en, code=terms.code.value)
        articles = dict.fromkeys(_ARTICLE.findall("".join(one.clause for one in refused.wording.perils)))
        return _with_clause(cited, "、".join(articles), "所列保险责任", "The insured perils listed there")
    said = _without_number(reason.clause, refused)
    return cited if said is None else _with_clause(cited, "", render(said, "zh"), render(said, "en"))


def _with_clause(cited: CitedReason, number: str, zh: str, en: str, *, code: str = "") -> CitedReason:
    return msgspec.structs.replace(cited, clause=number, clause_zh=zh, clause_en=en, clause_code=code)


def _without_number(place: str | None, refused: Refused) -> Text | None:
    """What policy and wording say where they number no clause."""
    if place == "period":
        first, last = _day(refused.period.starts_on), _day(refused.period.last_day)
        return t("保险单载明的保险期间：{first} 至 {last}", first=first, last=last)
    if place == "schedule":
        return t("保险单所附保险清单")
    if place == "notice":
        return t("出险通知：知道出险后 {hours} 小时内", hours=refused.wording.notice.within_hours)
    return None


def _day(day: date) -> str:
    return day.isoformat()
