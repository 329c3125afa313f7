"""What an assessment rests on, resolved from policy and wording, and the amount that follows from it; pure.

The basis is stored with the assessment, so that the amount can be replayed to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import msgspec

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, half_up, yuan
from insurance.base.text import Text, t
from insurance.claims import rules
from insurance.claims.model_verbs import Assessment, LossLine
from insurance.claims.rules_income import IncomePeriod, interruption, settle_income
from insurance.claims.rules_loss import graded_loss
from insurance.claims.working import Working
from insurance.policies.model import LegalRegime, Peril, Period, Step
from insurance.policies.rules import insured_on, part_period
from insurance.policies.wording import IncomeWording, IndustryWording


class ScheduleItem(msgspec.Struct, frozen=True):
    """A line of the policy's schedule with its frozen month table (fen)."""

    id: int
    asset_id: int
    name: str
    regime_of_law: LegalRegime
    sum_insured_fen: Fen
    value_from_on: date
    month_values: tuple[Fen, ...]


class Earlier(msgspec.Struct, frozen=True):
    """What other approved claims of the policy have taken: per item, of this event, altogether (indemnities in fen)."""

    by_item: Mapping[int, Fen]
    event_fen: Fen
    total_fen: Fen


class Insured(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy promises, as far as an amount depends on it."""

    period: Period
    sum_insured_fen: Fen
    guaranteed_fen: Fen | None
    items: Mapping[int, ScheduleItem]
    earlier: Earlier


class AssetItem(msgspec.Struct, frozen=True):
    """One item of an event: its key in the working, and all that its indemnity depends on."""

    key: str
    policy_item_id: int
    reported_fen: Fen | None
    note: str
    loss: rules.AssetLoss


class AssetBasis(msgspec.Struct, frozen=True, tag_field="form", tag="asset"):
    """An asset claim: items, the event's deductible, the least of event and year limit."""

    items: tuple[AssetItem, ...]
    deductible: rules.Deductible | None
    limit_fen: Fen | None
    interim_paid_fen: Fen


class IncomeBasis(msgspec.Struct, frozen=True, tag_field="form", tag="income"):
    """An income claim by the accounts of a period."""

    period: IncomePeriod
    from_on: date
    last_on: date
    interim_paid_fen: Fen


class OutageBasis(msgspec.Struct, frozen=True, tag_field="form", tag="outage"):
    """An income claim by the days of an interruption."""

    guaranteed_fen: Fen
    damaged_on: date
    resumed_on: date
    earned_daily_fen: Fen
    waiting_days: int
    most_days: int
    limit_fen: Fen
    interim_paid_fen: Fen


Basis = AssetBasis | IncomeBasis | OutageBasis


class Computed(msgspec.Struct, frozen=True):
    """What a basis comes to, in fen; `nets_fen` is each item's indemnity by its key."""

    indemnity_fen: Fen
    total_fen: Fen
    payable_fen: Fen
    recovery_fen: Fen
    nets_fen: Mapping[str, Fen]
    steps: tuple[Step, ...]


def compute(basis: Basis) -> Computed:
    """The amount of a basis; the same basis gives the same fen."""
    if isinstance(basis, AssetBasis):
        losses = {item.key: item.loss for item in basis.items}
        settled = rules.settle_event(losses, basis.deductible, basis.limit_fen, basis.interim_paid_fen)
        nets = {key: item.indemnity_fen for key, item in settled.items.items()}
        return Computed(settled.indemnity_fen, settled.total_fen, settled.payable_fen, settled.recovery_fen, nets, settled.steps)
    if isinstance(basis, IncomeBasis):
        income = settle_income(basis.period, basis.interim_paid_fen)
        return Computed(income.payout_fen, income.payout_fen, income.payable_fen, income.recovery_fen, {}, income.steps)
    working = Working()
    daily = interruption(
        basis.guaranteed_fen, basis.damaged_on, basis.resumed_on, basis.earned_daily_fen,
        waiting_days=basis.waiting_days, most_days=basis.most_days,
    )  # fmt: skip
    outage = (basis.resumed_on - basis.damaged_on).days
    text = t("停产 {days} 天，扣除等待期 {waiting} 天，按日赔付 {amount} 元", days=outage, waiting=basis.waiting_days, amount=yuan(daily))
    working.add(
        "outage", daily, text, guaranteed_fen=basis.guaranteed_fen, outage_days=outage, waiting_days=basis.waiting_days,
        most_days=basis.most_days, earned_daily_fen=basis.earned_daily_fen,
    )  # fmt: skip
    paid = min(daily, basis.limit_fen)
    working.add("limit", paid, t("以赔偿限额 {limit} 元为限", limit=yuan(basis.limit_fen)), limit_fen=basis.limit_fen)
    payable, recovery = working.less_interim(paid, basis.interim_paid_fen)
    return Computed(paid, paid, payable, recovery, {}, tuple(working.steps))


# -- what was filled in, held against the policy ------------------------------------------------------------------------


def asset_basis(
    given: Assessment, insured: Insured, wording: IndustryWording, *, peril: Peril, loss_on: date, interim_paid_fen: Fen
) -> AssetBasis:
    """The basis of an asset claim: value and sum insured of each item from the schedule on the day of loss.

    Raises Invalid with every fault by field (`lines[0].loss_fen`).
    """
    faults: list[FieldFault] = []
    if given.income is not None or given.outage is not None:
        faults.append(FieldFault("income" if given.income else "outage", t("产业保按资产逐项定损，不填收益")))
    if not given.lines:
        faults.append(FieldFault("lines", t("至少填写一项受损资产")))
    seen: set[int] = set()
    items: list[AssetItem] = []
    for place, line in enumerate(given.lines):
        item = insured.items.get(line.policy_item_id)
        if item is None or item.id in seen:
            why = t("该资产不在保险清单内") if item is None else t("同一资产只填一行")
            faults.append(FieldFault(f"lines[{place}].policy_item_id", why))
            continue
        seen.add(item.id)
        try:
            items.append(_asset_item(place, line, item, insured, wording, peril, loss_on))
        except Invalid as wrong:
            faults += [FieldFault(f"lines[{place}].{fault.field}", fault.text) for fault in wrong.faults]
    if faults:
        raise Invalid(t("定损内容有误"), faults)
    return AssetBasis(tuple(items), _deductible(given, wording), _limit(insured.earlier, wording), interim_paid_fen)


def _asset_item(
    place: int, line: LossLine, item: ScheduleItem, insured: Insured, wording: IndustryWording, peril: Peril, loss_on: date
) -> AssetItem:
    terms = wording.peril(peril)
    if terms is None or item.regime_of_law not in terms.regimes:
        raise Invalid.field("policy_item_id", t("这一事故原因不属于该资产的保险责任"))
    if line.salvage_fen and item.regime_of_law is LegalRegime.AGRI:
        raise Invalid.field("salvage_fen", t("农业保险标的不扣残值（农业保险条例第十三条）"))
    value, sum_insured = insured_on(wording.sum_insured.basis, item.sum_insured_fen, item.month_values, item.value_from_on, loss_on)
    taken = insured.earlier.by_item.get(item.id, 0)
    share = wording.sublimit_share(peril)
    loss = rules.AssetLoss(
        value_fen=value,
        sum_insured_fen=sum_insured,
        loss_fen=_loss(line, value, wording),
        salvage_fen=line.salvage_fen,
        third_party_fen=line.third_party_fen,
        other_sums_insured_fen=line.other_sums_insured_fen,
        remaining_fen=max(0, item.sum_insured_fen - taken) if taken else None,
        sublimit_fen=None if share is None else half_up(Fraction(share) * sum_insured),
        rescue_fen=line.rescue_fen,
        rescue_average=wording.rescue.average,
        survey_fen=line.survey_fen,
    )
    return AssetItem(f"{place + 1:03d} {item.name}".strip(), item.id, line.reported_fen, line.note, loss)


def _loss(line: LossLine, value_fen: Fen, wording: IndustryWording) -> Fen:
    """The gross loss of a line: as assessed, or by its grade of partial loss."""
    if line.grade is None and line.repair_fen is None:
        if line.loss_fen is None:
            raise Invalid.field("loss_fen", t("请填损失金额，或选损失等级并填修复费用"))
        return line.loss_fen
    if line.loss_fen is not None:
        raise Invalid.field("loss_fen", t("按损失等级定损时不另填损失金额"))
    grade = next((one for one in wording.partial_loss.grades if one.code == line.grade), None)
    if grade is None:
        raise Invalid.field("grade", t("没有这个损失等级"))
    if line.repair_fen is None:
        raise Invalid.field("repair_fen", t("请填修复费用"))
    return graded_loss(value_fen, line.repair_fen, grade, wording.partial_loss)


def _deductible(given: Assessment, wording: IndustryWording) -> rules.Deductible | None:
    terms = wording.deductible
    return rules.Deductible(terms.mode, terms.fixed_fen, terms.rate) if given.deductible_explained else None


def _limit(earlier: Earlier, wording: IndustryWording) -> Fen | None:
    event, year = wording.limits.event_fen, wording.limits.year_fen
    left = [limit - taken for limit, taken in ((event, earlier.event_fen), (year, earlier.total_fen)) if limit is not None]
    return max(0, min(left)) if left else None


def income_basis(
    given: Assessment, insured: Insured, wording: IncomeWording, *, loss_on: date, today: date, interim_paid_fen: Fen
) -> IncomeBasis | OutageBasis:
    """The basis of an income claim: by the accounts of a period that holds the day of loss, or by days of interruption."""
    if given.lines:
        raise Invalid.field("lines", t("收益保按收益定损，不填资产"))
    if (given.income is None) == (given.outage is None):
        raise Invalid.field("income", t("请填收益核算或停产天数，二者取一"))
    assert insured.guaranteed_fen is not None
    left = max(0, insured.sum_insured_fen - insured.earlier.total_fen)
    if given.outage is not None:
        outage = given.outage
        if not loss_on <= outage.damaged_on <= outage.resumed_on <= today:
            raise Invalid.field("outage.resumed_on", t("停产从出险日起算，恢复日不能早于停产日或晚于今天"))
        terms = wording.interruption
        return OutageBasis(
            insured.guaranteed_fen, outage.damaged_on, outage.resumed_on, outage.earned_daily_fen, terms.waiting_days,
            terms.max_indemnity_days, left, interim_paid_fen,
        )  # fmt: skip
    income = given.income
    assert income is not None
    from_on, last_on = income.from_on or insured.period.starts_on, income.last_on or insured.period.last_day
    _check_period(from_on, last_on, insured.period, loss_on, today)
    guaranteed = part_period(insured.guaranteed_fen, Period(from_on, date.fromordinal(last_on.toordinal() + 1)))
    payout = wording.payout
    explained = given.deductible_explained
    period = IncomePeriod(
        guaranteed_fen=guaranteed,
        actual_fen=income.actual_fen,
        other_income_fen=income.other_income_fen,
        trigger=payout.trigger,
        deductible_fixed_fen=payout.deductible_fixed_fen if explained else 0,
        deductible_rate=payout.deductible_rate if explained else type(payout.deductible_rate)(0),
        cover_ratio=payout.cover_ratio,
        limit_fen=min(left, half_up(Fraction(payout.limit_share) * guaranteed)),
    )
    return IncomeBasis(period, from_on, last_on, interim_paid_fen)


def _check_period(from_on: date, last_on: date, insured: Period, loss_on: date, today: date) -> None:
    wrong: list[tuple[bool, str, Text]] = [
        (not insured.covers(from_on), "income.from_on", t("核算期间须在保险期间内")),
        (not insured.covers(last_on), "income.last_on", t("核算期间须在保险期间内")),
        (not from_on <= loss_on <= last_on, "income.from_on", t("核算期间须包含出险日")),
        (last_on > today, "income.last_on", t("核算期间尚未结束")),
    ]
    faults = [FieldFault(field, text) for bad, field, text in wrong if bad]
    if faults:
        raise Invalid(t("定损内容有误"), faults)
