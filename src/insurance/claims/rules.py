"""The asset claim (产业保赔款): from loss to payable amount, in the fixed order of the law, every step kept; pure.

Amounts are whole fen; between loss and indemnity they run as exact fractions and are rounded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import Fen, half_up, largest_remainder, yuan
from insurance.base.text import Text, t
from insurance.claims.rules_loss import Measure, Refused, contribution_shares, insurer_salvage
from insurance.claims.working import Working, ratio_text
from insurance.policies.model import Step
from insurance.policies.rules import excess_refund
from insurance.policies.wording import DeductibleMode

ALONE = ""  # the key of the item in a settlement of one


class Deductible(msgspec.Struct, frozen=True):
    """免赔. The rate is a share (0…1) of the amount after contribution or average.

    A part that the mode does not use is ignored. Pass no deductible at all where the insurer cannot prove that it was
    explained (保险法 17).
    """

    mode: DeductibleMode = DeductibleMode.GREATER
    fixed_fen: Fen | None = None
    rate: Decimal | None = None

    def __post_init__(self) -> None:
        if self.mode is DeductibleMode.FIXED and self.fixed_fen is None:
            raise Invalid.field("deductible.fixed_fen", t("免赔方式为定额时须给出免赔额"))
        if self.mode is DeductibleMode.RATE and self.rate is None:
            raise Invalid.field("deductible.rate", t("免赔方式为比例时须给出免赔率"))

    def of(self, amount: Fraction | Fen) -> Fraction:
        """What is taken of an amount, exact and at most the amount itself; an absent part is left out, not 0."""
        fixed = None if self.fixed_fen is None or self.mode is DeductibleMode.RATE else Fraction(self.fixed_fen)
        rated = None if self.rate is None or self.mode is DeductibleMode.FIXED else Fraction(self.rate) * amount
        parts = [part for part in (fixed, rated) if part is not None]
        if not parts:
            return Fraction(0)
        if self.mode is DeductibleMode.SUM:
            chosen = sum(parts, Fraction(0))
        else:
            chosen = min(parts) if self.mode is DeductibleMode.LESSER else max(parts)
        return min(chosen, Fraction(amount))


class AssetLoss(msgspec.Struct, frozen=True, kw_only=True):
    """One item's loss, in fen. `salvage_fen` is what the insured keeps, unless it goes to the insurer; None in a limit means
    none, 0 nothing left.

    `remaining_fen` is the sum left after earlier claims, `sublimit_fen` the least of the limits that bind the item,
    `other_sums_insured_fen` what other insurers (`other_insurers`) cover of the same item, peril and interest. `all_shares`:
    the shares of all of them are computed here, so that they add up to the fen. `measures` tell how the loss came about,
    `refused` which part of it is not answered for, `premium_fen` what a refund for over-insurance is taken of, less what
    was given back for it before.
    """

    value_fen: Fen
    sum_insured_fen: Fen
    loss_fen: Fen
    salvage_fen: Fen = 0
    third_party_fen: Fen = 0
    first_loss: bool = False
    other_sums_insured_fen: tuple[Fen, ...] = ()
    remaining_fen: Fen | None = None
    sublimit_fen: Fen | None = None
    rescue_fen: Fen = 0
    rescue_average: bool = True
    survey_fen: Fen = 0
    measures: tuple[Measure, ...] = ()
    refused: Refused | None = None
    salvage_to_insurer: bool = False
    all_shares: bool = False
    other_insurers: tuple[str, ...] = ()
    premium_fen: Fen | None = None
    given_back_fen: Fen = 0

    def __post_init__(self) -> None:
        if self.loss_fen > self.value_fen:
            raise Invalid.field("loss_fen", t("损失金额不能大于保险价值 {value} 元；请核对单位是元还是万元", value=yuan(self.value_fen)))

    @property
    def refund_fen(self) -> Fen:
        """Premium to give back for what was insured above the value, alone or by several insurers (保险法 55, 56), less what went
        back for that before.
        """
        sums = (self.sum_insured_fen, *self.other_sums_insured_fen)
        return max(0, excess_refund(self.premium_fen or 0, sums, self.value_fen) - self.given_back_fen)


class ItemIndemnity(msgspec.Struct, frozen=True):
    """What one item of an event comes to: the amount after contribution or average, its share of the deductible.

    `left_fen` is the most the item can still be paid: effective sum, less what earlier claims took.
    """

    gross_fen: Fen
    deductible_fen: Fen
    indemnity_fen: Fen
    rescue_fen: Fen
    survey_fen: Fen
    left_fen: Fen
    refund_fen: Fen
    insurer_salvage_fen: Fen


class AssetSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """What a loss comes to, in fen. Interim payments beyond the total are `recovery_fen`, never a negative payment.

    `ratio` is the factor of contribution or average, None where several items have one each.
    """

    sum_insured_effective_fen: Fen
    ratio: Fraction | None
    deductible_fen: Fen
    indemnity_fen: Fen
    rescue_fen: Fen
    survey_fen: Fen
    total_fen: Fen
    payable_fen: Fen
    recovery_fen: Fen
    items: Mapping[str, ItemIndemnity]
    steps: tuple[Step, ...]


class _Basis(msgspec.Struct, frozen=True):
    """What value and sums insured make of one item: effective sum, the most still to be paid, the cap with the sublimit; factors
    for loss and rescue costs, and the insurer's part of the salvage.
    """

    effective_fen: Fen
    left_fen: Fen
    cap_fen: Fen
    ratio: Fraction
    rescue_ratio: Fraction
    salvage_ratio: Fraction


def settle(
    loss: AssetLoss, deductible: Deductible | None = None, interim_paid_fen: Fen = 0, *, unexplained: bool = False
) -> AssetSettlement:
    """Settle one item alone: contribution or average, deductible, cap, one rounding; then costs, interim payments.

    `unexplained`: there is no deductible because the insurer cannot prove that it was explained (保险法 17).
    """
    working = Working()
    basis, gross = _gross(loss, working)
    taken = deductible.of(gross) if deductible else Fraction(0)
    _show_deductible(deductible, gross, taken, working, unexplained=unexplained)
    indemnity = _capped(gross - taken, loss, basis, working)
    item = _item(half_up(gross), half_up(taken), indemnity, loss, basis, working)
    return _settlement(basis.effective_fen, basis.ratio, {ALONE: item}, interim_paid_fen, working)


def settle_event(
    losses: Mapping[str, AssetLoss],
    deductible: Deductible | None = None,
    limit_fen: Fen | None = None,
    interim_paid_fen: Fen = 0,
    *,
    unexplained: bool = False,
) -> AssetSettlement:
    """Settle the items of one event, at least one, which share its deductible by largest remainder.

    With several items each amount after contribution or average, and the deductible, are rounded half up before the
    sharing: no other place rounds twice. `limit_fen` is the least of event and year limit; where it bites, the items
    share it in proportion. One item alone is settled exactly, as by `settle`.
    """
    if len(losses) == 1:
        ((key, loss),) = losses.items()
        limits = [limit for limit in (loss.sublimit_fen, limit_fen) if limit is not None]
        alone = msgspec.structs.replace(loss, sublimit_fen=min(limits, default=None))
        settled = settle(alone, deductible, interim_paid_fen, unexplained=unexplained)
        return msgspec.structs.replace(settled, items={key: settled.items[ALONE]})
    working = Working()
    bases: dict[str, _Basis] = {}
    gross: dict[str, Fen] = {}
    for key, loss in working.each(losses):
        bases[key], exact = _gross(loss, working)
        gross[key] = half_up(exact)
    whole = sum(gross.values())
    taken = half_up(deductible.of(whole)) if deductible else 0
    _show_deductible(deductible, whole, taken, working, unexplained=unexplained)
    shares = largest_remainder(taken, gross) if whole else dict.fromkeys(losses, 0)
    net = {key: _capped(Fraction(gross[key] - shares[key]), loss, bases[key], working) for key, loss in working.each(losses)}
    if limit_fen is not None and limit_fen < sum(net.values()):
        net = largest_remainder(limit_fen, net)
        text = t("每次事故或年度限额为 {limit} 元，各项赔款按比例分摊", limit=yuan(limit_fen))
        working.add("limit", limit_fen, text, limit_fen=limit_fen)
    items = {
        key: _item(gross[key], shares[key], net[key], loss, bases[key], working) for key, loss in working.each(losses)
    }  # fmt: skip
    effective = sum(basis.effective_fen for basis in bases.values())
    return _settlement(effective, None, items, interim_paid_fen, working)


def _gross(loss: AssetLoss, working: Working) -> tuple[_Basis, Fraction]:
    """Steps 2-5: the loss after salvage, third-party money, and contribution or average; exact."""
    value = loss.value_fen
    effective = min(loss.sum_insured_fen, value)
    text = t("有效保险金额 {effective} 元，以保险价值为限", effective=yuan(effective))
    working.add("L-55c", effective, text, sum_insured_fen=loss.sum_insured_fen, value_fen=value)
    net = _loss_left(loss, working)
    left = effective if loss.remaining_fen is None else min(effective, loss.remaining_fen)
    cap = left if loss.sublimit_fen is None else min(left, loss.sublimit_fen)
    together = effective + sum(min(other, value) for other in loss.other_sums_insured_fen)
    duplicate = together > value
    ratio = Fraction(effective, together) if duplicate else _average(loss, effective)
    rescue_ratio = ratio if duplicate or loss.rescue_average else Fraction(1)
    gross, others = _contribution(loss, net, ratio) if duplicate else (net * ratio, ())
    if duplicate:
        rule, text = "L-56", t("重复保险，按保险金额比例 {ratio} 分担", ratio=ratio_text(ratio))
    elif effective == value:
        rule, text = "L-55d", t("足额保险，不按比例赔付")
    elif loss.first_loss:
        rule, text = "L-55d", t("约定第一危险赔偿方式，不按比例赔付")
    else:
        rule, text = "L-55d", t("不足额保险，按比例 {ratio} 赔付", ratio=ratio_text(ratio))
    working.add(rule, gross, text, ratio=ratio_text(ratio), sums_insured_fen=together, value_fen=value)
    for insurer, insured, share in others:
        text = t("{insurer}分担 {amount} 元", insurer=insurer, amount=yuan(share))
        working.add("L-56-other", share, text, insurer=str(insurer), sum_insured_fen=insured, value_fen=value)
    return _Basis(effective, left, cap, ratio, rescue_ratio, Fraction(effective, max(value, together, 1))), gross


def _average(loss: AssetLoss, effective: Fen) -> Fraction:
    """The factor of under-insurance; 1 where the wording agreed on first loss."""
    return Fraction(1) if loss.first_loss or effective == loss.value_fen else Fraction(effective, loss.value_fen)


def _contribution(loss: AssetLoss, net: Fen, ratio: Fraction) -> tuple[Fraction, tuple[tuple[Text | str, Fen, Fen], ...]]:
    """Step 5 of duplicate insurance: the own share, and name, sum insured and share of each other insurer where all are
    computed here (they then add up to the loss; of equal remainders the own one goes first).
    """
    if not loss.all_shares:
        return net * ratio, ()
    sums = (loss.sum_insured_fen, *loss.other_sums_insured_fen)
    own, *others = contribution_shares(net, loss.value_fen, {f"{place:02d}": insured for place, insured in enumerate(sums)}).values()
    named = [*loss.other_insurers, *[""] * len(others)]
    names = [named[n] or t("其他保险人 {n}", n=n + 1) for n in range(len(others))]
    return Fraction(own), tuple(zip(names, loss.other_sums_insured_fen, others, strict=True))


def _loss_left(loss: AssetLoss, working: Working) -> Fen:
    """Steps 3 and 4: the loss as it was measured, less the part that is refused, kept salvage and third-party money."""
    value = loss.value_fen
    for measure in loss.measures:
        measure.show(value, working)
        value = measure.of(value)
    text = t("损失金额 {loss} 元", loss=yuan(loss.loss_fen))
    working.add("loss", loss.loss_fen, text, loss_fen=loss.loss_fen, value_fen=loss.value_fen)
    answered = loss.loss_fen if loss.refused is None else loss.refused.show(loss.loss_fen, working)
    kept = 0 if loss.salvage_to_insurer else loss.salvage_fen
    net = max(0, answered - kept - loss.third_party_fen)
    if loss.salvage_to_insurer:
        text = t("残值归保险人，不扣除；扣除第三者已赔金额后为 {net} 元", net=yuan(net))
    else:
        text = t("扣除归被保险人的残值和第三者已赔金额后为 {net} 元", net=yuan(net))
    working.add("L-60", net, text, salvage_fen=kept, third_party_fen=loss.third_party_fen)
    return net


def _show_deductible(
    deductible: Deductible | None, gross: Fraction | Fen, taken: Fraction | Fen, working: Working, *, unexplained: bool
) -> None:
    if unexplained:
        text = t("不能证明免赔已向投保人提示并明确说明，该条款不生效，不扣免赔")
        working.add("L-17", gross, text, gross_fen=half_up(gross))
        return
    if deductible is None:
        working.add("deductible", gross, t("无免赔"), gross_fen=half_up(gross))
        return
    text = t("扣除免赔额 {taken} 元", taken=yuan(half_up(taken)))
    working.add(
        "deductible",
        gross - taken,
        text,
        gross_fen=half_up(gross),
        mode=deductible.mode.value,
        fixed_fen=deductible.fixed_fen,
        rate=None if deductible.rate is None else f"{deductible.rate:f}",
        deductible_fen=half_up(taken),
    )


def _capped(amount: Fraction, loss: AssetLoss, basis: _Basis, working: Working) -> Fen:
    """Steps 7 and 8: what is left of the sum insured and the limits cap the amount; then the one rounding."""
    capped = min(amount, Fraction(basis.cap_fen))
    working.add(
        "limit",
        capped,
        t("以保险金额余额和限额 {cap} 元为限", cap=yuan(basis.cap_fen)),
        sum_insured_effective_fen=basis.effective_fen,
        remaining_fen=loss.remaining_fen,
        sublimit_fen=loss.sublimit_fen,
    )
    indemnity = half_up(capped)
    text = t("四舍五入到分，赔款 {amount} 元", amount=yuan(indemnity))
    working.add("round", indemnity, text, exact_fen=str(capped))
    return indemnity


def _item(gross: Fen, taken: Fen, indemnity: Fen, loss: AssetLoss, basis: _Basis, working: Working) -> ItemIndemnity:
    """Step 9, rescue costs on top in their ratio, then capped at the effective sum, survey costs in full; and what goes beside
    the claim: the insurer's part of the salvage, premium for what was insured above the value.
    """
    rescue = half_up(min(loss.rescue_fen * basis.rescue_ratio, Fraction(basis.effective_fen)))
    working.add(
        "L-57",
        rescue,
        t("施救费用另计，以有效保险金额为限，赔付 {amount} 元", amount=yuan(rescue)),
        rescue_fen=loss.rescue_fen,
        ratio=ratio_text(basis.rescue_ratio),
        sum_insured_effective_fen=basis.effective_fen,
    )
    text = t("查勘、鉴定等费用由保险人全额承担 {amount} 元", amount=yuan(loss.survey_fen))
    working.add("L-64", loss.survey_fen, text, survey_fen=loss.survey_fen)
    salvage = insurer_salvage(loss.salvage_fen, basis.salvage_ratio, working) if loss.salvage_to_insurer else 0
    refund = loss.refund_fen
    if refund:
        _show_refund(loss, refund, working)
    return ItemIndemnity(gross, taken, indemnity, rescue, loss.survey_fen, basis.left_fen, refund, salvage)


def _show_refund(loss: AssetLoss, refund: Fen, working: Working) -> None:
    together = loss.sum_insured_fen + sum(loss.other_sums_insured_fen)
    told = {"together": yuan(together), "value": yuan(loss.value_fen), "refund": yuan(refund)}
    if loss.other_sums_insured_fen:
        rule, text = "L-56-refund", t("各保险金额合计 {together} 元超过保险价值 {value} 元，应按比例退还保险费 {refund} 元", **told)
    else:
        rule, text = "L-55c-refund", t("保险金额 {together} 元超过保险价值 {value} 元，超过部分无效，应退还保险费 {refund} 元", **told)
    before = {"given_back_fen": loss.given_back_fen} if loss.given_back_fen else {}
    working.add(rule, refund, text, premium_fen=loss.premium_fen, sums_insured_fen=together, value_fen=loss.value_fen, **before)


def _settlement(
    effective: Fen, ratio: Fraction | None, items: Mapping[str, ItemIndemnity], interim_paid: Fen, working: Working
) -> AssetSettlement:
    """Step 10: everything together, less what was paid already."""
    indemnity = sum(item.indemnity_fen for item in items.values())
    rescue = sum(item.rescue_fen for item in items.values())
    survey = sum(item.survey_fen for item in items.values())
    total = indemnity + rescue + survey
    payable, recovery = working.less_interim(total, interim_paid)
    return AssetSettlement(
        sum_insured_effective_fen=effective,
        ratio=ratio,
        deductible_fen=sum(item.deductible_fen for item in items.values()),
        indemnity_fen=indemnity,
        rescue_fen=rescue,
        survey_fen=survey,
        total_fen=total,
        payable_fen=payable,
        recovery_fen=recovery,
        items=items,
        steps=tuple(working.steps),
    )
