"""Whether a project may be insured, for each cover: every test with its outcome, its evidence and what would mend it.

Pure and cheap: the texts of a test are made once, a judgement only picks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from insurance.base.money import yuan
from insurance.base.text import Text, t
from insurance.policies import proofs
from insurance.policies.model import Cover, Evidence, Facts, Judgement, Reason, Result
from insurance.policies.wording import FundRule, IndustryEligibility
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy

COLLECTIVE = frozenset({Ownership.VILLAGE, Ownership.TOWN, Ownership.JOINT})
PARTICIPANTS = frozenset({Ownership.INDIVIDUAL, Ownership.FAMILY_FARM, Ownership.COOP, Ownership.ENTERPRISE})


class Judgements(msgspec.Struct, frozen=True):
    """Both covers of one project on one day."""

    industry: Judgement
    income: Judgement


def _both(left: bool | None, right: bool | None) -> bool | None:
    """And, where None is "unknown"."""
    if left is False or right is False:
        return False
    return True if left and right else None


def _either(left: bool | None, right: bool | None) -> bool | None:
    """Or, where None is "unknown"."""
    if left or right:
        return True
    return False if left is False and right is False else None


def _shown(facts: Facts, fact: Text, paper: str) -> Evidence:
    found = facts.papers.get(paper)
    return Evidence(fact) if found is None else Evidence(fact, found.document, found.on)


def _kind(facts: Facts) -> Reason:
    kind = facts.kind
    passed = None if kind is None else kind is not AssetKind.PUBLIC
    return proofs.A_KIND.reason(passed, _shown(facts, proofs.KIND_FACTS[kind], "kind"))


def _fiscal_money(facts: Facts, rules: Mapping[Fund, FundRule]) -> tuple[bool | None, tuple[Fund, ...]]:
    """Whether fiscal poverty money went in, and the sources it counts by only with a note."""
    if facts.funds is None:
        return None, ()
    given = {fund: rules.get(fund) for fund, amount in facts.funds.items() if amount > 0}
    counted = given.values()
    if FundRule.ACCEPT in counted:
        return True, ()
    if FundRule.NOTE in counted:
        return True, tuple(fund for fund, rule in given.items() if rule is FundRule.NOTE)
    return (None if FundRule.REFER in counted else False), ()


def _takes_part(facts: Facts) -> bool | None:
    """Whether owner or operator is an individual or a business entity (经营主体)."""
    owner = None if facts.ownership is None else facts.ownership in PARTICIPANTS
    if facts.operation is Operation.PRIVATE:
        return True
    if facts.operation is Operation.SELF:  # 集体自营: the collective itself runs it, whoever else the register names
        return owner
    return _either(owner, None if facts.operator is None else facts.operator in PARTICIPANTS)


def _route(facts: Facts, switches: IndustryEligibility) -> tuple[Reason, tuple[Text, ...]]:
    operating = None if facts.kind is None else facts.kind is AssetKind.OPERATING
    fiscal, noted = _fiscal_money(facts, switches.fiscal_funds)
    by_money = _both(operating, fiscal)
    passed = _either(by_money, _both(_takes_part(facts), facts.link))
    if passed and not by_money:
        linked = t("带贫协议：在档，带动 {count} 户", count=facts.households) if facts.households else proofs.LINK_FACTS[True]
        return proofs.A_ROUTE.reason(True, _shown(facts, linked, "link"), text=proofs.LINKED), ()
    funds = facts.funds
    if funds is None:
        shown = proofs.FUNDS_UNKNOWN
    else:
        amount = sum(amount for fund, amount in funds.items() if fund in switches.fiscal_funds)
        shown = t("财政扶贫资金 {amount} 元；{link}", amount=yuan(amount), link=proofs.LINK_FACTS[facts.link])
    undecided = proofs.FUND_TO_DECIDE if passed is None and operating and funds is not None and fiscal is None else None
    reason = proofs.A_ROUTE.reason(passed, _shown(facts, shown, "funds"), text=undecided)
    return reason, tuple(proofs.FUND_NOTES[fund] for fund in noted) if by_money else ()


def _disputed(facts: Facts) -> bool:
    return bool(facts.title_disputed) or facts.status is Status.DISPUTED


def _title(facts: Facts) -> Reason:
    if _disputed(facts):
        passed, shown = False, proofs.TITLE_FACTS[False]
    elif facts.title_on is not None and facts.title_on > facts.on:
        passed, shown = False, proofs.TITLE_LATER
    else:
        on_file = True if facts.title_on or facts.title_paper else None
        return proofs.A_TITLE.reason(on_file, Evidence(proofs.TITLE_FACTS[on_file], facts.title_paper, facts.title_on))
    return proofs.A_TITLE.reason(passed, Evidence(shown, facts.title_paper, facts.title_on))


def _running(status: Status | None) -> bool | None:
    """Whether it runs. A disputed title hides how the asset is used: one column of the register holds both."""
    return None if status in (None, Status.DISPUTED) else status is Status.RUNNING


def _status(facts: Facts, switches: IndustryEligibility) -> Reason:
    evidence = _shown(facts, proofs.SITUATION_FACTS[facts.status], "status")
    fails_to = Result.REFER if facts.status in switches.refer_when else Result.INELIGIBLE
    return proofs.A_STATUS.reason(_running(facts.status), evidence, fails_to=fails_to)


def _net_value(facts: Facts) -> Reason:
    value = facts.net_value_fen
    if facts.incomplete_assets:
        shown = t("{count} 项资产缺少原值、投入使用日期或使用年限", count=facts.incomplete_assets)
        return proofs.A_NAV.reason(None, _shown(facts, shown, "net_value"))
    if value is None:
        return proofs.A_NAV.reason(None, Evidence(t("资产净值：未登记资产")))
    shown = t("{day} 资产净值 {amount} 元", day=facts.on.isoformat(), amount=yuan(value))
    return proofs.A_NAV.reason(value > 0, _shown(facts, shown, "net_value"))


def _interest(facts: Facts) -> Reason:
    return proofs.A_INTEREST.reason(facts.interest, _shown(facts, proofs.INTEREST_FACTS[facts.interest], "interest"))


def _other_cover(facts: Facts) -> Reason:
    others = facts.other_covers
    if others is None:
        return proofs.A_DUP.reason(None, Evidence(proofs.COVER_UNASKED))
    if not others:
        return proofs.A_DUP.reason(True, Evidence(proofs.NO_OTHER_COVER))
    first = others[0]
    shown = t("其他保险：{insurer}（{count} 份）", insurer=first.insurer, count=len(others))
    return proofs.A_DUP.reason(False, Evidence(shown, first.policy, first.period.starts_on))


def _consent(facts: Facts) -> Reason:
    signed = facts.applied_on is not None and facts.applied_on <= facts.on
    paper = facts.papers.get("application")
    shown = Evidence(proofs.APPLIED if signed else proofs.NOT_APPLIED, paper.document if paper else None, facts.applied_on)
    return proofs.A_CONSENT.reason(signed, shown)


def judge_industry(facts: Facts, switches: IndustryEligibility) -> Judgement:
    """产业保 (domain: A-tests). `switches` come from the wording in force on the day."""
    route, notes = _route(facts, switches)
    if facts.taxonomy is Taxonomy.EQUITY or facts.operation is Operation.SHARE:
        notes = (*notes, proofs.EQUITY_NOTE)
    reasons = (
        _kind(facts),
        route,
        _title(facts),
        _status(facts, switches),
        _net_value(facts),
        _interest(facts),
        _other_cover(facts),
        _consent(facts),
    )
    return Judgement(Cover.INDUSTRY, facts.on, result_of(reasons), reasons, notes)


def _special_fund(facts: Facts) -> Reason:
    if facts.funds is None:
        return proofs.I_FUND.reason(None, _shown(facts, proofs.FUNDS_UNKNOWN, "funds"))
    special = facts.funds.get(Fund.SPECIAL, 0)
    shown = t("财政专项扶贫资金 {amount} 元", amount=yuan(special))
    return proofs.I_FUND.reason(special > 0, _shown(facts, shown, "funds"))


def _collective(facts: Facts) -> Reason:
    evidence = Evidence(proofs.OWNERSHIP_FACTS[facts.ownership], facts.title_paper, facts.title_on)
    if _disputed(facts):
        return proofs.I_OWNER.reason(None, evidence, text=proofs.TITLE_DISPUTED)
    if facts.mixed_title:
        return proofs.I_OWNER.reason(False, evidence, text=proofs.MIXED_TITLE, fails_to=Result.REFER)
    return proofs.I_OWNER.reason(None if facts.ownership is None else facts.ownership in COLLECTIVE, evidence)


def _self_run(facts: Facts) -> Reason:
    """A public work is not run for income at all, so the absence of a mode is a "no" there, not an unknown."""
    none_is_no = False if facts.kind is AssetKind.PUBLIC else None
    passed = none_is_no if facts.operation is None else facts.operation is Operation.SELF
    return proofs.I_MODE.reason(passed, _shown(facts, proofs.OPERATION_FACTS[facts.operation], "operation"))


def _in_operation(facts: Facts) -> Reason:
    operating = None if facts.kind is None else facts.kind is AssetKind.OPERATING
    shown = t("{kind}；{situation}", kind=proofs.KIND_FACTS[facts.kind], situation=proofs.SITUATION_FACTS[facts.status])
    return proofs.I_RUN.reason(_both(_running(facts.status), operating), _shown(facts, shown, "status"))


def _income_basis(facts: Facts) -> Reason:
    basis = facts.income_basis
    later = facts.income_basis_on is not None and facts.income_basis_on > facts.on
    paper = facts.papers.get("income_basis")
    evidence = Evidence(proofs.INCOME_BASIS_FACTS[basis], paper.document if paper else None, facts.income_basis_on)
    return proofs.I_BASE.reason(basis is not None and not later, evidence)


def judge_income(facts: Facts) -> Judgement:
    """收益保 (domain: I-tests): special fund, collective title, self-run are cumulative; asset tests play no part."""
    reasons = (
        _special_fund(facts),
        _collective(facts),
        _self_run(facts),
        _in_operation(facts),
        _income_basis(facts),
    )
    return Judgement(Cover.INCOME, facts.on, result_of(reasons), reasons)


def judge(facts: Facts, switches: IndustryEligibility) -> Judgements:
    """Both covers of one project."""
    return Judgements(judge_industry(facts, switches), judge_income(facts))


def result_of(reasons: Iterable[Reason]) -> Result:
    """The worst of the tests; an unknown one is never worse than REFER. Enrolment checks do not count."""
    result = Result.ELIGIBLE
    for reason in reasons:
        if reason.passed or reason.enrolment:
            continue
        if reason.passed is False and reason.fails_to is Result.INELIGIBLE:
            return Result.INELIGIBLE
        result = Result.REFER
    return result
