"""Rules beside the asset claim: grades of partial loss, duplicate insurers' shares, salvage, refunds, reinstatement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from insurance.base.errors import Invalid
from insurance.base.money import Fen, half_up, largest_remainder
from insurance.base.text import t
from insurance.policies.wording import Grade, PartialLoss


def graded_loss(value_fen: Fen, repair_fen: Fen, grade: Grade, terms: PartialLoss) -> Fen:
    """The gross loss of a line that the assessor graded, in fen.

    Repair at or above the constructive total (推定全损) of the value is a total loss; a grade without a share pays the
    actual repair, up to its bound. Only for grading a line: the calculation itself never grades.
    """
    if repair_fen >= terms.constructive_total * value_fen:
        return value_fen
    if grade.share is not None:
        return half_up(Fraction(grade.share) * value_fen)
    if grade.up_to is not None and repair_fen > grade.up_to * value_fen:
        raise Invalid.field("repair_fen", t("修复费用超出该损失等级的上限"))
    return repair_fen


def growth_stage_loss(unit_sum_fen: Fen, count: Decimal, stage: Decimal, degree: Decimal) -> Fen:
    """The loss of crops or animals: sum insured per mu or head x stage x loss degree x area or heads, in fen."""
    return half_up(unit_sum_fen * Fraction(count) * Fraction(stage) * Fraction(degree))


def contribution_shares(loss_fen: Fen, value_fen: Fen, sums_insured_fen: Mapping[str, Fen]) -> dict[str, Fen]:
    """What each of several insurers of the same item pays of a loss net of salvage (保险法 56), by largest remainder.

    Sums are capped at the value first. Where together they stay below the value, average applies to them together.
    """
    sums = {insurer: min(insured, value_fen) for insurer, insured in sums_insured_fen.items()}
    together = sum(sums.values())
    if together == 0:
        return dict.fromkeys(sums, 0)
    return largest_remainder(half_up(Fraction(loss_fen * min(together, value_fen), value_fen)), sums)


def premium_refund(premium_fen: Fen, sum_insured_fen: Fen, value_fen: Fen) -> Fen:
    """Premium back for the part of the sum above the value: premium x (S - V) / S (保险法 55).

    In duplicate insurance `sum_insured_fen` is the sum of all insurers, and each gives back of its own premium (56).
    """
    if sum_insured_fen <= value_fen:
        return 0
    return half_up(Fraction(premium_fen * (sum_insured_fen - value_fen), sum_insured_fen))


def insurer_salvage(salvage_fen: Fen, sum_insured_fen: Fen, value_fen: Fen) -> Fen:
    """The insurer's part of the wreck after it paid the sum insured in full: S_eff / V (保险法 59)."""
    if value_fen == 0:
        return 0
    return half_up(Fraction(salvage_fen * min(sum_insured_fen, value_fen), value_fen))


def reinstatement_premium(reinstated_fen: Fen, rate: Decimal, from_on: date, last_day: date) -> Fen:
    """Premium for a restored sum (恢复保险金额): rate x days left / 365, both days counted."""
    days = (last_day - from_on).days + 1
    return half_up(reinstated_fen * Fraction(rate) * days / 365)
