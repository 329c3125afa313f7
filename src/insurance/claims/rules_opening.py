"""What a past claim must agree with in itself, and which lines of the schedule its indemnity was taken from; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from insurance.base.money import Fen, largest_remainder, yuan
from insurance.base.text import Text, t
from insurance.claims.model_opening import OPEN, Outcome, StatedClaim
from insurance.policies.model import Period


class Wrong(NamedTuple):
    """A fault of a past claim: the field it shows at, its code, and what is wrong."""

    field: str
    code: str
    text: Text


def faults_of(stated: StatedClaim, period: Period, today: date) -> Iterator[Wrong]:
    """Everything that does not fit together: days, the period of cover, amounts and outcome."""
    yield from _days(stated, today)
    if not period.covers(stated.loss_on):
        first, last = period.starts_on.isoformat(), period.last_day.isoformat()
        text = t("出险日期不在保险期间 {first} 至 {last} 内。", first=first, last=last)
        yield Wrong("loss_on", "loss-outside-period", text)
    yield from _money(stated)


def _days(stated: StatedClaim, today: date) -> Iterator[Wrong]:
    by_payment = stated.ended_on == stated.paid_on  # nobody said when it ended: one day, one fault
    for field in ("loss_on", "reported_on", "paid_on", *(() if by_payment else ("ended_on",))):
        day = getattr(stated, field)
        if day is not None and day > today:
            yield Wrong(field, "day-later", t("日期晚于今天。"))
    if stated.loss_on > stated.reported_on:
        yield Wrong("loss_on", "days-order", t("出险日期晚于报案日期。"))
    if stated.paid_on is not None and stated.paid_on < stated.reported_on:
        yield Wrong("paid_on", "days-order", t("付款日期早于报案日期。"))
    if stated.ended_on is not None and not by_payment and stated.ended_on < stated.reported_on:
        yield Wrong("ended_on", "days-order", t("结案日期早于报案日期。"))


def _money(stated: StatedClaim) -> Iterator[Wrong]:
    approved = stated.approved_fen or 0
    if stated.paid_fen and stated.paid_on is None:
        yield Wrong("paid_on", "paid-without-day", t("有已付金额，缺少付款日期。"))
    if stated.paid_on is not None and not stated.paid_fen:
        yield Wrong("paid_fen", "day-without-paid", t("有付款日期，缺少已付金额。"))
    if stated.outcome is Outcome.PAID:
        if not approved:
            yield Wrong("approved_fen", "approved-missing", t("已结案的应有赔款金额；没有赔款的填零结案、拒赔或撤案。"))
        elif stated.paid_fen != approved:
            text = t(
                "已结案的赔款应已付清：赔款 {approved} 元，已付 {paid} 元。没有付清的填未决。",
                approved=yuan(approved),
                paid=yuan(stated.paid_fen),
            )
            yield Wrong("paid_fen", "paid-differs", text)
    elif stated.outcome not in OPEN:
        if approved:
            yield Wrong("approved_fen", "money-of-refused", t("拒赔、撤案、零结案的没有赔款。"))
        if stated.paid_fen:
            yield Wrong("paid_fen", "money-of-refused", t("拒赔、撤案、零结案的没有已付金额。"))


def taken_from(stated: StatedClaim, sums_insured_fen: Mapping[int, Fen], item_id: int | None) -> dict[int | None, Fen]:
    """What the indemnity took, by line of the schedule: of the named one, else of all by sum insured (largest remainder).

    None stands for a cover without lines. Nothing was taken by a claim that is open, or ended without money.
    """
    if stated.outcome is not Outcome.PAID or not stated.approved_fen:
        return {}
    if item_id is not None:
        return {item_id: stated.approved_fen}
    if not sums_insured_fen:
        return {None: stated.approved_fen}
    shared = largest_remainder(stated.approved_fen, {f"{item:019d}": fen for item, fen in sums_insured_fen.items()})
    return {int(item): fen for item, fen in shared.items() if fen}
