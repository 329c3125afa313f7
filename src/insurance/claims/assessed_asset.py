"""What was filled in of an asset claim, held against policy and wording: the basis of its amount; pure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, half_up
from insurance.base.text import t
from insurance.claims import rules
from insurance.claims.assessed import AssetBasis, AssetItem, Earlier, Insured, ScheduleItem
from insurance.claims.model_verbs import Assessment, LossLine
from insurance.claims.rules_loss import graded_loss
from insurance.policies.model import LegalRegime, Peril
from insurance.policies.rules import insured_on
from insurance.policies.wording import IndustryWording


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
