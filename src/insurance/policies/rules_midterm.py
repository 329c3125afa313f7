"""What an endorsement charges and gives back, every step kept; pure. The footing is stored with it, so that the amount can be replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from insurance.base.money import Fen, half_up, largest_remainder, yuan
from insurance.base.text import Text, t
from insurance.policies import names, rules
from insurance.policies.model import Payer, Period, QuoteItem, Step
from insurance.policies.model_midterm import Charge, Excess, GivenBack, LineAmount, Restored
from insurance.policies.rules_quote import InsuredAsset, quote_industry
from insurance.policies.wording import IndustryWording, Premium, Terms


class Footing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the amounts of an endorsement rest on.

    `borne_fen` is what each payer has borne of the premium so far: what goes back is shared by it.
    """

    opened: tuple[InsuredAsset, ...] = ()  # join the schedule for `opened_for`
    opened_for: Period | None = None
    closed: tuple[Charge, ...] = ()  # are given back from `closed_from` on
    closed_from: date | None = None
    given_back: GivenBack = GivenBack.UNEARNED
    fee_fen: Fen = 0
    restored: tuple[Restored, ...] = ()  # are charged for `restored_for`
    restored_for: Period | None = None
    excess: tuple[Excess, ...] = ()
    borne_fen: Mapping[Payer, Fen] = {}


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """The amounts of an endorsement with every step; `charged` and `returned` say who bears how much of each (fen).

    `lines` are those that stand on the schedule already, `items` those that join it; `referrals` stand against binding it.
    """

    items: tuple[QuoteItem, ...]
    lines: tuple[LineAmount, ...]
    charged: Mapping[Payer, Fen]
    returned: Mapping[Payer, Fen]
    steps: tuple[Step, ...]
    referrals: tuple[Text, ...] = ()

    @property
    def charged_fen(self) -> Fen:
        """Premium due."""
        return sum(self.charged.values())

    @property
    def returned_fen(self) -> Fen:
        """Premium given back."""
        return sum(self.returned.values())

    @property
    def shares(self) -> dict[Payer, Fen]:
        """The difference of each payer: above zero due, below it given back."""
        payers = [payer for payer in Payer if payer in self.charged or payer in self.returned]
        return {payer: self.charged.get(payer, 0) - self.returned.get(payer, 0) for payer in payers}


class _Work:
    """One endorsement being worked out: its steps, and what it does line by line and payer by payer."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.items: tuple[QuoteItem, ...] = ()
        self.lines: dict[int, LineAmount] = {}
        self.charged: dict[Payer, Fen] = {}
        self.referrals: tuple[Text, ...] = ()

    def step(self, rule: str, result_fen: Fen, text: Text, **inputs: Any) -> None:
        self.steps.append(Step(len(self.steps) + 1, rule, inputs, result_fen, text))

    def line(self, item_id: int | None, **amounts: Fen) -> None:
        """Add amounts to a line of the schedule."""
        if item_id is None:
            return
        known = self.lines.get(item_id, LineAmount(policy_item_id=item_id))
        self.lines[item_id] = msgspec.structs.replace(known, **{name: getattr(known, name) + fen for name, fen in amounts.items()})

    def charge(self, shares: Mapping[Payer, Fen]) -> None:
        for payer, fen in shares.items():
            self.charged[payer] = self.charged.get(payer, 0) + fen


def consumed(taken_fen: Fen, sums_fen: Sequence[Fen]) -> list[Fen]:
    """How much of each sum losses have used up, the first first: a line's own sum, then what was bought back of it."""
    left = taken_fen
    used = []
    for amount in sums_fen:
        used.append(min(amount, left))
        left -= used[-1]
    return used


def unearned(charge: Charge, from_on: date) -> Fen:
    """Premium of the days from `from_on`, of the part of the sum no loss has used up (保险法 54, 58), rounded half up once.

    All of it where cover has not begun; 0 after its end.
    """
    left = (charge.period.ends_before - max(from_on, charge.period.starts_on)).days
    intact = Fraction(charge.sum_insured_fen - charge.consumed_fen, charge.sum_insured_fen)
    return half_up(Fraction(charge.premium_fen * max(0, left), charge.period.days) * intact)


def work_out(footing: Footing, terms: Terms[Any]) -> Worked:
    """The amounts of an endorsement by the terms the policy was sold with.

    Raises Invalid where nothing of what joins has a value, or its price of a new one is missing.
    """
    work = _Work()
    back = _closed(footing, work)
    _opened(footing, terms, work)
    _restored(footing, terms.wording.premium, work)
    back += _excess(footing.excess, work)
    returned = share_out(back, footing.borne_fen)
    if back:
        for payer, fen in returned.items():
            text = t("退{payer} {amount} 元（按已承担的保费分摊）", payer=names.PAYER_NAMES[payer], amount=yuan(fen))
            work.step(f"back-{payer.lower()}", fen, text, returned_fen=back, borne_fen=footing.borne_fen[payer])
    return Worked(
        items=work.items,
        lines=tuple(work.lines[item_id] for item_id in sorted(work.lines)),
        charged=work.charged,
        returned=returned,
        steps=tuple(work.steps),
        referrals=work.referrals,
    )


def share_out(returned_fen: Fen, borne_fen: Mapping[Payer, Fen]) -> dict[Payer, Fen]:
    """Premium given back to the payers by what each has borne, by largest remainder: nobody gets back more than that."""
    if not returned_fen:
        return {}
    assert returned_fen <= sum(borne_fen.values())
    parts = largest_remainder(returned_fen, {payer.value: fen for payer, fen in borne_fen.items()})
    return {payer: parts[payer.value] for payer in Payer if parts.get(payer.value)}


def _closed(footing: Footing, work: _Work) -> Fen:
    """What the lines that end give back."""
    total = 0
    for charge in footing.closed:
        if footing.given_back is GivenBack.NONE:
            fen, text = 0, t("{name} 的保险费 {premium} 元不退还", name=charge.name, premium=yuan(charge.premium_fen))
        elif footing.given_back is GivenBack.ALL:
            fen, text = charge.premium_fen, t("{name} 的保险费 {premium} 元全部退还", name=charge.name, premium=yuan(charge.premium_fen))
        else:
            assert footing.closed_from is not None
            fen = unearned(charge, footing.closed_from)
            text = _unearned_text(charge, footing.closed_from, fen)
        left = None if footing.closed_from is None else max(0, (charge.period.ends_before - footing.closed_from).days)
        work.step(
            "unearned" if footing.given_back is GivenBack.UNEARNED else "whole", fen, text, premium_fen=charge.premium_fen,
            days=charge.period.days, days_left=None if left is None else min(left, charge.period.days),
            sum_insured_fen=charge.sum_insured_fen, consumed_fen=charge.consumed_fen,
        )  # fmt: skip
        work.line(charge.policy_item_id, returned_fen=fen)
        total += fen
    if footing.fee_fen and total:
        fee = min(footing.fee_fen, total)
        work.step("fee", total - fee, t("扣除手续费 {fee} 元", fee=yuan(fee)), fee_fen=fee)
        total -= fee
    return total


def _unearned_text(charge: Charge, from_on: date, fen: Fen) -> Text:
    """The unearned premium of a line in a sentence."""
    known = {
        "name": charge.name, "premium": yuan(charge.premium_fen), "days": charge.period.days, "amount": yuan(fen),
        "left": min(charge.period.days, max(0, (charge.period.ends_before - from_on).days)),
    }  # fmt: skip
    if not charge.consumed_fen:
        return t("{name}：保险费 {premium} 元，共 {days} 天，未到期 {left} 天，退 {amount} 元", **known)
    return t(
        "{name}：保险费 {premium} 元，共 {days} 天，未到期 {left} 天，未受损部分 {intact}／{sum} 元，退 {amount} 元",
        **known, intact=yuan(charge.sum_insured_fen - charge.consumed_fen), sum=yuan(charge.sum_insured_fen),
    )  # fmt: skip


def _opened(footing: Footing, terms: Terms[Any], work: _Work) -> None:
    """What the lines that join cost for the days that are left."""
    if not footing.opened:
        return
    assert footing.opened_for is not None
    assert isinstance(terms.wording, IndustryWording)
    quote = quote_industry(footing.opened, terms, footing.opened_for)
    for step in quote.steps:
        work.steps.append(msgspec.structs.replace(step, step=len(work.steps) + 1))
    work.items, work.referrals = quote.items, quote.referrals
    work.charge({share.payer: share.amount_fen for share in quote.shares})


def _restored(footing: Footing, terms: Premium, work: _Work) -> None:
    """What the sums that are bought back cost from their day to the end, both days counted; one rounding, then by line."""
    if not footing.restored:
        return
    assert footing.restored_for is not None
    total = sum(one.amount_fen for one in footing.restored)
    price = rules.reinstatement_premium(total, terms.rate, footing.restored_for.starts_on, footing.restored_for.last_day)
    by_line = largest_remainder(price, {f"{place:09d}": one.amount_fen for place, one in enumerate(footing.restored)})
    for one, fen in zip(footing.restored, by_line.values(), strict=True):
        text = t("{name}：恢复保险金额 {amount} 元", name=one.name, amount=yuan(one.amount_fen))
        work.step("restored", one.amount_fen, text, premium_fen=fen)
        work.line(one.policy_item_id, charged_fen=fen, restored_fen=one.amount_fen)
    days = footing.restored_for.days
    text = t(
        "保险费 {amount} 元：{base} 元乘年费率 {rate}，{days} 天", amount=yuan(price), base=yuan(total), rate=f"{terms.rate:f}", days=days
    )
    work.step("premium", price, text, base_fen=total, rate=f"{terms.rate:f}", days=days)
    shares = rules.split_premium(price, terms.payers)
    for share in shares:
        said = t("{payer}承担 {amount} 元", payer=names.PAYER_NAMES[share.payer], amount=yuan(share.amount_fen))
        work.step(f"share-{share.payer.lower()}", share.amount_fen, said, premium_fen=price, weight=share.weight)
    work.charge({share.payer: share.amount_fen for share in shares})


def _excess(excess: Sequence[Excess], work: _Work) -> Fen:
    """Premium back for sums above the value: of each line its own premium x (S - V) / S, S over all insurers (保险法 55, 56), less
    what went back for that before.
    """
    total = 0
    for one in excess:
        fen = max(0, rules.excess_refund(one.premium_fen, one.sums_insured_fen, one.value_fen) - one.given_back_fen)
        together = sum(one.sums_insured_fen)
        text = t(
            "{name}：保险金额合计 {sum} 元，超过保险价值 {value} 元，退保险费 {amount} 元",
            name=one.name, sum=yuan(together), value=yuan(one.value_fen), amount=yuan(fen),
        )  # fmt: skip
        work.step(
            "excess", fen, text, premium_fen=one.premium_fen, given_back_fen=one.given_back_fen,
            sums_insured_fen=list(one.sums_insured_fen), value_fen=one.value_fen,
        )  # fmt: skip
        work.line(one.policy_item_id, returned_fen=fen)
        total += fen
    return total
