"""How money is shared by a plan: repayment, reserve, purposes, households, to the fen; what a plan must keep to. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction

from insurance.base.calendar import add_months
from insurance.base.codes import card_fault, resident_id_fault
from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, half_up, half_width, largest_remainder, yuan
from insurance.base.text import Text, t
from insurance.claims.working import Working
from insurance.projects.model import PartyKind
from insurance.projects.parties import kind_by_name
from insurance.sharing.model import (
    LONGEST_KEY,
    PLANNED,
    PURPOSE_NAMES,
    Basis,
    Inputs,
    Part,
    PlanEntry,
    Purpose,
    PurposeEntry,
    Share,
    Shared,
    Terms,
)

RULES = "2019-08"  # of these functions: what is stored is worked out anew by the rules it was made with
_UNIT_ENDINGS = (
    "院", "公寓", "中心", "站", "所", "局", "办", "办公室", "处", "会", "社", "厂", "场", "校", "园",
    "馆", "基金", "专户", "政府", "集体", "小组", "经济组织",
)  # fmt: skip
_ACCOUNT = re.compile(r"[0-9]{8,30}")
_PERSONAL = frozenset({PartyKind.INDIVIDUAL, PartyKind.FAMILY_FARM})
_LONGEST_PERSONAL_NAME = 3


# -- the split ----------------------------------------------------------------------------------------------------------------


def share(given: Inputs) -> Shared:
    """Share an amount: a backstop is repaid first, then the reserve by the charter (collective law 42), then the plan's purposes by
    their weights, and the dividend among the households by theirs; largest remainder throughout (reference §3.3).

    Raises Invalid where the weights share nothing, or a dividend has no household.
    """
    working, shares = Working(), list[Share]()
    left = given.amount_fen
    for key in sorted(given.repay_fen):
        repaid = min(left, given.repay_fen[key])
        if repaid:
            text = t("先归还财政垫付 {key}：{amount} 元", key=key, amount=yuan(repaid))
            working.add("SHARE-REPAY", repaid, text, key=key, owed_fen=given.repay_fen[key], of_fen=left)
            shares.append(Share(Purpose.REPAYMENT, key, repaid))
            left -= repaid
    if given.reserve_per_mille and left and not given.dividend_only:
        reserve = half_up(Fraction(left * given.reserve_per_mille, 1000))
        text = t("提取公积公益金 {rate}‰：{amount} 元", rate=given.reserve_per_mille, amount=yuan(reserve))
        working.add("SHARE-RESERVE", reserve, text, of_fen=left, per_mille=given.reserve_per_mille)
        shares.append(Share(Purpose.RESERVE, "", reserve))
        left -= reserve
    if left:
        weights = {Purpose.DIVIDEND: 1} if given.dividend_only else given.purposes
        for part in parts(left, {purpose.value: weight for purpose, weight in weights.items()}):
            purpose = Purpose(part.key)
            text = t("{name}按 {weight}/{sum} 分得 {amount} 元", name=PURPOSE_NAMES[purpose], weight=part.weight,
                     sum=sum(weights.values()), amount=yuan(part.amount_fen))  # fmt: skip
            working.add("SHARE-PURPOSE", part.amount_fen, text, of_fen=left, purpose=purpose.value, weight=part.weight,
                        weights=sum(weights.values()), extra=part.extra)  # fmt: skip
            shares += _households(given, part.amount_fen, working) if purpose is Purpose.DIVIDEND else []
            shares += [] if purpose is Purpose.DIVIDEND else [Share(purpose, "", part.amount_fen)]
    return Shared(tuple(shares), tuple(working.steps))


def _households(given: Inputs, dividend: Fen, working: Working) -> list[Share]:
    if not dividend:
        return []
    if not sum(given.households.values()):
        raise Invalid.field("households", t("分红没有可分的受益户，请先导入并复核受益户名单"))
    found = parts(dividend, given.households)
    extra = [part.key for part in found if part.extra]
    text = t("分红在 {n} 户之间按权数分配，权数合计 {sum}，余 {extra} 分逐户加 1 分", n=sum(part.weight > 0 for part in found),
             sum=sum(given.households.values()), extra=len(extra))  # fmt: skip
    working.add("SHARE-HOUSEHOLD", dividend, text, of_fen=dividend, weights=sum(given.households.values()), households=len(found),
                extra=len(extra))  # fmt: skip
    return [Share(Purpose.DIVIDEND, part.key, part.amount_fen) for part in found]


def parts(total: Fen, weights: Mapping[str, int]) -> list[Part]:
    """The shares of `largest_remainder` by key (as strings, by code point), each with how it came about. Raises what that raises."""
    shares = largest_remainder(total, weights)
    whole = sum(weights.values())
    found = []
    for key in sorted(weights):
        floor, remainder = divmod(total * weights[key], whole)
        found.append(Part(key, weights[key], floor, remainder, shares[key] != floor))
    return found


def backstop_gap(target_fen: Fen, reached_fen: Fen) -> Fen:
    """What a backstop may bring at most: what is missing to the guaranteed income, or to what was promised."""
    return max(0, target_fen - reached_fen)


# -- a plan -------------------------------------------------------------------------------------------------------------------


def plan_faults(plan: PlanEntry, terms: Terms, today: dt.date) -> list[FieldFault]:
    """Everything that is wrong with a plan, by field."""
    faults: list[tuple[bool, str, Text]] = [
        (plan.voted_on > today, "voted_on", t("日期不能晚于今天")),
        (plan.shown_on + dt.timedelta(days=terms.plan_shown_days) > plan.voted_on, "shown_on",
         t("方案须在表决前至少公布 {days} 天", days=terms.plan_shown_days)),
        (plan.from_on < plan.voted_on, "from_on", t("方案不能早于表决之日生效")),
        (not plan.purposes or not sum(one.weight for one in plan.purposes), "purposes", t("请至少填一个用途，权数合计不能为零")),
        (len({one.purpose for one in plan.purposes}) < len(plan.purposes), "purposes", t("同一用途只能填一行")),
    ]  # fmt: skip
    found = [FieldFault(field, text) for wrong, field, text in faults if wrong]
    for place, one in enumerate(plan.purposes):
        found += [FieldFault(f"purposes[{place}].{field}", text) for field, text in _purpose_faults(one)]
    return found


def _purpose_faults(one: PurposeEntry) -> list[tuple[str, Text]]:
    if one.purpose not in PLANNED:
        return [("purpose", t("公积公益金和归还垫付不是方案的用途，由比例和规则先行提取"))]
    stated = bool(one.payee_name.strip() or one.payee_bank.strip() or one.payee_account.strip())
    if one.purpose is Purpose.DIVIDEND:
        return [("payee_account", t("分红直接付给名单上的贫困户，不填收款账户"))] if stated else []
    found = []
    if not is_unit(one.payee_name):
        found.append(("payee_name", t("集体资金只能付给单位账户，不能付给个人：请填单位全称")))
    if not one.payee_bank.strip():
        found.append(("payee_bank", t("请填写")))
    if not _ACCOUNT.fullmatch(account_number(one.payee_account)):
        found.append(("payee_account", t("账号不正确，请按开户资料逐位核对")))
    return found


def is_unit(name: str) -> bool:
    """Whether a name is that of a unit: money of the collective goes to no person, official or not (collective law 44)."""
    kind = kind_by_name(name)
    if kind is not None:
        return kind not in _PERSONAL
    return len(name.strip()) > _LONGEST_PERSONAL_NAME and name.strip().endswith(_UNIT_ENDINGS)


def account_number(typed: str) -> str:
    """An account number without the spaces and dashes people type."""
    return re.sub(r"[\s-]", "", half_width(typed))


# -- a list of households -----------------------------------------------------------------------------------------------------


def list_until(checked_on: dt.date, terms: Terms) -> dt.date:
    """The last day a list of households may be shared by: they are checked again every year."""
    return add_months(checked_on, terms.list_months)


def key_fault(key: str) -> Text | None:
    """What keeps a household's number out: it is shown in steps and logs, so it must be no number of a person or card."""
    if len(key) > LONGEST_KEY or not key.isprintable():
        return t("户编号应为不超过 {most} 个字符的文字。", most=LONGEST_KEY)
    if resident_id_fault(key) is None or card_fault(key) is None:
        return t("户编号不能用身份证号或银行卡号。")
    return None


def dividend_only(basis: Basis | None) -> bool:
    """Whether the money is the households' alone, whatever the plan says."""
    return basis is Basis.PROMISED
