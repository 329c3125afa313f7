"""How a loss is measured, and the rules beside the asset claim: duplicate insurers' shares, salvage, reinstatement; pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import Fen, half_up, largest_remainder, yuan
from insurance.base.text import t
from insurance.claims.working import Working, ratio_text
from insurance.policies.wording import Grade, Growth, PartialLoss, Stage

Named = Mapping[str, str]  # the words of a dated file in both languages: {"zh": …, "en": …}


def named(words: Grade | Stage) -> Named:
    """What a grade or stage of the wording is called."""
    return {"zh": words.zh, "en": words.en}


class Film(msgspec.Struct, frozen=True, tag_field="by", tag="film"):
    """棚膜 by its age: the share of its value that the wording leaves after so many months."""

    age_months: int
    share: Decimal

    def of(self, value_fen: Fen) -> Fen:
        """What the film is worth at its age."""
        return half_up(Fraction(self.share) * value_fen)

    def show(self, value_fen: Fen, working: Working) -> None:
        """The step of it."""
        amount, share = self.of(value_fen), f"{self.share:f}"
        text = t("棚膜已用 {months} 个月，按价值的 {share} 计 {amount} 元", months=self.age_months, share=share, amount=yuan(amount))
        working.add("film", amount, text, value_fen=value_fen, age_months=self.age_months, share=share)


class Graded(msgspec.Struct, frozen=True, tag_field="by", tag="grade"):
    """A grade of partial loss with the repair cost, and the wording's numbers for it.

    Repair at or above the constructive total (推定全损) of the value is a total loss; a grade without a share pays the
    actual repair, up to its bound. Only for grading a line: the calculation itself never grades.
    """

    name: Named
    repair_fen: Fen
    share: Decimal | None
    up_to: Decimal | None
    constructive_total: Decimal

    def of(self, value_fen: Fen) -> Fen:
        """The loss. Invalid (`repair_fen`) where the repair costs more than the grade allows."""
        if self._total(value_fen):
            return value_fen
        if self.share is not None:
            return half_up(Fraction(self.share) * value_fen)
        if self.up_to is not None and self.repair_fen > self.up_to * value_fen:
            most = yuan(int(Fraction(self.up_to) * value_fen))
            raise Invalid.field("repair_fen", t("修复费用超出该损失等级的上限 {most} 元，请选更重的等级", most=most))
        return self.repair_fen

    def _total(self, value_fen: Fen) -> bool:
        return self.repair_fen >= self.constructive_total * value_fen

    def show(self, value_fen: Fen, working: Working) -> None:
        """The step of it."""
        amount = self.of(value_fen)
        if self._total(value_fen):
            bound = f"{self.constructive_total:f}"
            text = t("修复费用达到价值的 {bound}，推定全损，损失 {amount} 元", bound=bound, amount=yuan(amount))
        elif self.share is not None:
            share = f"{self.share:f}"
            text = t("损失等级为{grade}，按价值的 {share} 计 {amount} 元", grade=self.name, share=share, amount=yuan(amount))
        else:
            text = t("损失等级为{grade}，按实际修复费用 {amount} 元", grade=self.name, amount=yuan(amount))
        told = None if self.share is None else f"{self.share:f}"
        working.add("grade", amount, text, value_fen=value_fen, repair_fen=self.repair_fen, share=told)


class Grown(msgspec.Struct, frozen=True, tag_field="by", tag="growth"):
    """Crops or animals by growth stage: so many mu or head of those insured, to a degree of loss.

    `counted` is the degree that pays, after the wording's start of pay and total loss.
    """

    stage: Named
    share: Decimal
    units: Decimal
    of_units: Decimal
    unit: str
    degree: Decimal
    counted: Decimal

    def of(self, value_fen: Fen) -> Fen:
        """Value per unit x share of the stage x degree x units lost. Where the sum insured is below the value, the average that
        follows turns the value per unit into the sum per unit.
        """
        part = Fraction(self.units) / Fraction(self.of_units)
        return half_up(value_fen * part * Fraction(self.share) * Fraction(self.counted))

    def show(self, value_fen: Fen, working: Working) -> None:
        """The step of it."""
        amount = self.of(value_fen)
        told = {name: f"{value.normalize():f}" for name, value in (("units", self.units), ("of", self.of_units), ("degree", self.degree))}
        words = told | {"unit": self.unit, "stage": self.stage, "share": f"{self.share:f}", "amount": yuan(amount)}
        if self.counted == self.degree:
            text = t("{of} {unit}中受损 {units} {unit}，{stage}按 {share}，损失程度 {degree}，损失 {amount} 元", **words)
        elif self.counted:
            text = t("{of} {unit}中受损 {units} {unit}，{stage}按 {share}，损失程度 {degree} 已达全损线，损失 {amount} 元", **words)
        else:
            text = t("{of} {unit}中受损 {units} {unit}，损失程度 {degree} 未达起赔点，不计损失", **words)
        each = half_up(value_fen / Fraction(self.of_units))
        working.add(
            "growth", amount, text, value_fen=value_fen, unit_value_fen=each, units=told["units"], of_units=told["of"],
            share=words["share"], degree=told["degree"], counted=f"{self.counted.normalize():f}",
        )  # fmt: skip


Measure = Film | Graded | Grown  # each measures what the one before it left of the value


def graded(grade: Grade, repair_fen: Fen, terms: PartialLoss) -> Graded:
    """A line that the assessor graded."""
    return Graded(named(grade), repair_fen, grade.share, grade.up_to, terms.constructive_total)


def grown(terms: Growth, stage: Stage, units: Decimal, of_units: Decimal, unit: str, degree: Decimal) -> Grown:
    """Crops or animals lost at a stage."""
    return Grown(named(stage), stage.share, units, of_units, unit, degree, terms.counted(degree))


def measured(value_fen: Fen, measures: tuple[Measure, ...]) -> Fen:
    """What the measures make of a value, one after the other."""
    for measure in measures:
        value_fen = measure.of(value_fen)
    return value_fen


class Refused(msgspec.Struct, frozen=True):
    """The part of a loss that is not answered for (fen), by which reason of the procedure, with its article."""

    amount_fen: Fen
    code: str
    zh: str
    en: str
    article: str

    def show(self, loss_fen: Fen, working: Working) -> Fen:
        """The step of it; answers what is left of the loss."""
        left = loss_fen - self.amount_fen
        reason = {"zh": self.zh, "en": self.en}
        text = t("{reason}（{article}），{amount} 元不予赔付", reason=reason, article=self.article, amount=yuan(self.amount_fen))
        working.add("refused", left, text, loss_fen=loss_fen, refused_fen=self.amount_fen, reason=self.code, article=self.article)
        return left


def contribution_shares(loss_fen: Fen, value_fen: Fen, sums_insured_fen: Mapping[str, Fen]) -> dict[str, Fen]:
    """What each of several insurers of the same item pays of a loss net of salvage (保险法 56), by largest remainder.

    Sums are capped at the value first. Where together they stay below the value, average applies to them together.
    """
    sums = {insurer: min(insured, value_fen) for insurer, insured in sums_insured_fen.items()}
    together = sum(sums.values())
    if together == 0:
        return dict.fromkeys(sums, 0)
    return largest_remainder(half_up(Fraction(loss_fen * min(together, value_fen), value_fen)), sums)


def insurer_salvage(salvage_fen: Fen, share: Fraction, working: Working) -> Fen:
    """The insurer's part of a wreck that goes to it (保险法 59): as much as it insured of the value, S_eff / V."""
    part = half_up(salvage_fen * share)
    text = t("残值 {salvage} 元归保险人，按比例 {ratio} 为 {part} 元", salvage=yuan(salvage_fen), ratio=ratio_text(share), part=yuan(part))
    working.add("L-59", part, text, salvage_fen=salvage_fen, ratio=ratio_text(share))
    return part
