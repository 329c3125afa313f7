"""What was filled in of an asset claim, held against policy and wording: the basis of its amount; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen, half_up, yuan
from insurance.base.text import Text, t
from insurance.claims import rules
from insurance.claims.assessed import AssetBasis, AssetItem, Earlier, Insured, ScheduleItem
from insurance.claims.model_verbs import Assessment, LossLine
from insurance.claims.procedure import ReasonScope, RefusalReason
from insurance.claims.rules_loss import Film, Grown, Measure, Refused, graded, grown, measured
from insurance.policies.model import LegalRegime, Peril
from insurance.policies.rules import insured_on
from insurance.policies.wording import IndustryWording
from insurance.projects.model import Taxonomy


def asset_basis(
    given: Assessment, insured: Insured, wording: IndustryWording, *, peril: Peril, loss_on: date, interim_paid_fen: Fen,
    reasons: Sequence[RefusalReason] = (),
) -> AssetBasis:  # fmt: skip
    """The basis of an asset claim: value and sum insured of each item from the schedule on the day of loss.

    `reasons` are those by which the procedure refuses a claim or a part of it. Raises Invalid with every fault by field
    (`lines[0].loss_fen`).
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
            items.append(_asset_item(place, line, item, insured, wording, peril, loss_on, reasons))
        except Invalid as wrong:
            faults += [FieldFault(f"lines[{place}].{fault.field}", fault.text) for fault in wrong.faults]
    if faults:
        raise Invalid(t("定损内容有误"), faults)
    limit = _limit(insured.earlier, wording)
    return AssetBasis(
        tuple(items), _deductible(given, wording), limit, interim_paid_fen, not given.deductible_explained, given.override
    )  # fmt: skip


def _asset_item(
    place: int, line: LossLine, item: ScheduleItem, insured: Insured, wording: IndustryWording, peril: Peril, loss_on: date,
    reasons: Sequence[RefusalReason],
) -> AssetItem:  # fmt: skip
    terms = wording.peril(peril)
    if terms is None or item.regime_of_law not in terms.regimes:
        raise Invalid.field("policy_item_id", t("这一事故原因不属于该资产的保险责任"))
    value, sum_insured = insured_on(wording.sum_insured.basis, item.sum_insured_fen, item.month_values, item.value_from_on, loss_on)
    faults = list(_faults(line, item, wording))
    if faults:
        raise Invalid(t("定损内容有误"), faults)
    measures = _measures(line, item, wording)
    loss_fen = _loss(line, value, measures)
    taken = insured.earlier.by_item.get(item.id, 0)
    share = wording.sublimit_share(peril)
    loss = rules.AssetLoss(
        value_fen=value,
        sum_insured_fen=sum_insured,
        loss_fen=loss_fen,
        salvage_fen=line.salvage_fen,
        third_party_fen=line.third_party_fen,
        first_loss=wording.sum_insured.first_loss,
        other_sums_insured_fen=line.other_sums_insured_fen,
        remaining_fen=max(0, item.sum_insured_fen - taken) if taken else None,
        sublimit_fen=None if share is None else half_up(Fraction(share) * sum_insured),
        rescue_fen=line.rescue_fen,
        rescue_average=wording.rescue.average,
        survey_fen=line.survey_fen,
        measures=measures,
        refused=_refused(line, loss_fen, item, reasons),
        salvage_to_insurer=line.salvage_to_insurer,
        all_shares=bool(line.other_sums_insured_fen),
        other_insurers=tuple(name.strip() for name in line.other_insurers),
    )
    if sum_insured + sum(line.other_sums_insured_fen) > value:  # what no refund is taken of need not be assessed anew when it changes
        loss = msgspec.structs.replace(loss, premium_fen=item.premium_fen, given_back_fen=item.given_back_fen)
    return AssetItem(f"{place + 1:03d} {item.name}".strip(), item.id, line.reported_fen, line.note, loss)


def _faults(line: LossLine, item: ScheduleItem, wording: IndustryWording) -> Iterator[FieldFault]:
    """What does not go together, whatever the amounts are."""
    agri = item.regime_of_law is LegalRegime.AGRI and not wording.agri_salvage_agreed
    by_growth = line.stage is not None or line.units is not None or line.degree is not None
    by_grade = line.grade is not None or line.repair_fen is not None
    kept: Iterable[tuple[bool, str, Text]] = (
        (agri and bool(line.salvage_fen), "salvage_fen", t("农业保险标的不扣残值（农业保险条例第十三条）")),
        (agri and line.salvage_to_insurer, "salvage_to_insurer", t("农业保险标的的残值归农户，不归保险人（农业保险条例第十三条）")),
        (line.salvage_to_insurer and not line.salvage_fen, "salvage_fen", t("残值归保险人的，请填残值金额")),
        (
            bool(line.other_insurers) and len(line.other_insurers) != len(line.other_sums_insured_fen),
            "other_insurers",
            t("其他保险人的名称和保额要逐一对应"),
        ),
        (by_grade and line.loss_fen is not None, "loss_fen", t("按损失等级定损时不另填损失金额")),
        (by_growth and line.loss_fen is not None, "loss_fen", t("按生长阶段定损时不另填损失金额")),
        (by_growth and by_grade, "grade", t("按生长阶段定损时不选损失等级")),
        (
            line.film_age_months is not None and item.taxonomy not in (None, Taxonomy.GREENHOUSE),
            "film_age_months",
            t("只有大棚的棚膜按膜龄定损，其他资产请留空"),
        ),
    )
    return (FieldFault(field, why) for wrong, field, why in kept if wrong)


def _measures(line: LossLine, item: ScheduleItem, wording: IndustryWording) -> tuple[Measure, ...]:
    """How the loss of a line is measured where its amount is not simply given."""
    measures: list[Measure] = []
    if line.film_age_months is not None:
        measures.append(Film(line.film_age_months, wording.film_share(line.film_age_months)))
    if line.grade is not None or line.repair_fen is not None:
        grade = next((one for one in wording.partial_loss.grades if one.code == line.grade), None)
        if grade is None:
            raise Invalid.field("grade", t("没有这个损失等级"))
        if line.repair_fen is None:
            raise Invalid.field("repair_fen", t("请填修复费用"))
        measures.append(graded(grade, line.repair_fen, wording.partial_loss))
    if line.stage is not None or line.units is not None or line.degree is not None:
        measures.append(_grown(line, item, wording))
    return tuple(measures)


def _grown(line: LossLine, item: ScheduleItem, wording: IndustryWording) -> Grown:
    """Crops or animals by growth stage. Raises Invalid with every fault by field."""
    terms = wording.growth_of(item.taxonomy)
    if terms is None:
        why = t("本保单的条款（{version}）没有这类资产的生长阶段表，请直接填定损金额", version=wording.effective_from.isoformat())
        raise Invalid.field("stage", why)
    if not item.quantity:
        raise Invalid.field("units", t("台账没有该资产的数量，无法算出单位保额；请先在项目中登记数量，或直接填定损金额"))
    stage = terms.stage(line.stage)
    units, degree = Decimal(line.units or 0), Decimal(line.degree or 0)
    stages = " ".join(one.code for one in terms.stages)
    found: Iterable[tuple[bool, str, Text]] = (
        (stage is None, "stage", t("请选生长阶段：{stages}", stages=stages)),
        (line.units is None, "units", t("请填受损数量")),
        (
            units > item.quantity,
            "units",
            t("受损数量不能大于承保数量 {most} {unit}", most=f"{item.quantity.normalize():f}", unit=item.unit),
        ),
        (line.degree is None, "degree", t("请填损失程度，例如 0.8")),
        (degree > 1, "degree", t("损失程度在 0 和 1 之间，例如损失八成填 0.8")),
    )
    faults = [FieldFault(field, why) for wrong, field, why in found if wrong]
    if faults or stage is None:
        raise Invalid(t("定损内容有误"), faults)
    return grown(terms, stage, units, item.quantity, item.unit, degree)


def _loss(line: LossLine, value_fen: Fen, measures: tuple[Measure, ...]) -> Fen:
    """The gross loss of a line: as assessed, else as it is measured."""
    most = measured(value_fen, measures)
    if line.loss_fen is None:
        if not measures:
            raise Invalid.field("loss_fen", t("请填损失金额，或选损失等级并填修复费用"))
        return most
    if line.loss_fen > most:
        if measures:
            raise Invalid.field("loss_fen", t("按膜龄，棚膜最多按 {most} 元定损；全损的不用填定损金额", most=yuan(most)))
        raise Invalid.field(
            "loss_fen", t("损失金额不能大于出险日价值 {most} 元；全损填 {most} 元，并请核对单位是元还是万元", most=yuan(most))
        )
    return line.loss_fen


def _refused(line: LossLine, loss_fen: Fen, item: ScheduleItem, reasons: Sequence[RefusalReason]) -> Refused | None:
    """The part of a loss that is refused. Raises Invalid by field for a reason that is unknown or about whole claims."""
    if not line.refused_fen and line.refused_reason is None:
        return None
    if not line.refused_fen:
        raise Invalid.field("refused_fen", t("请填不予赔付的金额，或不选理由"))
    partial = {one.code: one for one in reasons if one.scope is ReasonScope.PART and item.regime_of_law not in one.not_for}
    reason = partial.get(line.refused_reason or "")
    if reason is None:
        whole = line.refused_reason in {one.code for one in reasons}
        codes = " ".join(partial)
        why = (
            t("这条理由使全案不赔，请按拒赔办理；只减一部分的理由：{codes}", codes=codes)
            if whole
            else t("请选只减一部分的理由：{codes}", codes=codes)
        )
        raise Invalid.field("refused_reason", why)
    if line.refused_fen > loss_fen:
        raise Invalid.field("refused_fen", t("不予赔付的部分不能大于损失 {most} 元；全案不赔的请按拒赔办理", most=yuan(loss_fen)))
    return Refused(line.refused_fen, reason.code, reason.zh, reason.en, reason.article)


def _deductible(given: Assessment, wording: IndustryWording) -> rules.Deductible | None:
    terms = wording.deductible
    return rules.Deductible(terms.mode, terms.fixed_fen, terms.rate) if given.deductible_explained else None


def _limit(earlier: Earlier, wording: IndustryWording) -> Fen | None:
    event, year = wording.limits.event_fen, wording.limits.year_fen
    left = [limit - taken for limit, taken in ((event, earlier.event_fen), (year, earlier.total_fen)) if limit is not None]
    return max(0, min(left)) if left else None
