"""What an assessment rests on, and the amount that follows from it; pure.

The basis is stored with the assessment, so that the amount can be replayed to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from insurance.base.money import Fen, yuan
from insurance.base.text import t
from insurance.claims import rules
from insurance.claims.model_income import CountedStatement, SetOff
from insurance.claims.model_verbs import Override
from insurance.claims.rules_income import IncomePeriod, day_basis, interruption, settle_income
from insurance.claims.rules_override import Computed, overridden
from insurance.claims.rules_statement import add_yield, statement_net
from insurance.claims.working import Working
from insurance.policies.model import LegalRegime, Period
from insurance.projects.model import Taxonomy


class ScheduleItem(msgspec.Struct, frozen=True):
    """A line of the policy's schedule with its frozen month table (fen); how many of what the asset is, and of which kind.

    `given_back_fen` went back of the premium already for over-insurance that other claims found.
    """

    id: int
    asset_id: int
    name: str
    regime_of_law: LegalRegime
    sum_insured_fen: Fen
    value_from_on: date
    month_values: tuple[Fen, ...]
    premium_fen: Fen = 0
    quantity: Decimal | None = None
    unit: str = ""
    taxonomy: Taxonomy | None = None
    given_back_fen: Fen = 0


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
    """An asset claim: items, the event's deductible, the least of event and year limit.

    `unexplained`: no deductible is taken because nobody can prove that it was explained (保险法 17).
    """

    items: tuple[AssetItem, ...]
    deductible: rules.Deductible | None
    limit_fen: Fen | None
    interim_paid_fen: Fen
    unexplained: bool = False
    override: Override | None = None


class IncomeBasis(msgspec.Struct, frozen=True, tag_field="form", tag="income"):
    """An income claim by the accounts of a period. `period` holds typed figures; with a `statement` its lines give them. What
    the asset cover answers for (`set_off`) comes on top.
    """

    period: IncomePeriod
    from_on: date
    last_on: date
    interim_paid_fen: Fen
    override: Override | None = None
    statement: CountedStatement | None = None
    set_off: SetOff = SetOff()
    year_guaranteed_fen: Fen | None = None  # None: from before the working told how the period's guarantee came about


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
    override: Override | None = None
    set_off: SetOff = SetOff()


Basis = AssetBasis | IncomeBasis | OutageBasis


def refunds_due(basis: Basis) -> dict[int, Fen]:
    """Premium to give back for what was insured above the value (保险法 55, 56), by line of the schedule; only what is due."""
    if not isinstance(basis, AssetBasis):
        return {}
    return {item.policy_item_id: item.loss.refund_fen for item in basis.items if item.loss.refund_fen}


def compute(basis: Basis) -> Computed:
    """The amount of a basis; the same basis gives the same fen. Invalid where its override goes beyond what may be paid."""
    computed = _computed(basis)
    return computed if basis.override is None else overridden(computed, basis.override, basis.interim_paid_fen)


def _computed(basis: Basis) -> Computed:
    if isinstance(basis, AssetBasis):
        losses = {item.key: item.loss for item in basis.items}
        settled = rules.settle_event(
            losses, basis.deductible, basis.limit_fen, basis.interim_paid_fen, unexplained=basis.unexplained
        )  # fmt: skip
        nets = {key: item.indemnity_fen for key, item in settled.items.items()}
        left = {key: item.left_fen for key, item in settled.items.items()}
        return Computed(settled.indemnity_fen, settled.total_fen, settled.payable_fen, settled.recovery_fen, nets, settled.steps, left)
    return _income(basis) if isinstance(basis, IncomeBasis) else _outage(basis)


def _income(basis: IncomeBasis) -> Computed:
    working, period = Working(), basis.period
    if basis.year_guaranteed_fen is not None:
        _guarantee(basis, basis.year_guaranteed_fen, working)
    if basis.statement is not None:
        actual, other = statement_net(basis.statement, basis.set_off, working)
        period = msgspec.structs.replace(period, actual_fen=actual, other_income_fen=other)
    period = add_yield(period, basis.set_off, working)
    income = settle_income(period, basis.interim_paid_fen, working)
    left = {rules.ALONE: basis.period.guaranteed_fen if basis.period.limit_fen is None else basis.period.limit_fen}
    return Computed(income.payout_fen, income.payout_fen, income.payable_fen, income.recovery_fen, {}, income.steps, left)


def _guarantee(basis: IncomeBasis, year_fen: Fen, working: Working) -> None:
    """How the guarantee of the period comes from that of a year: rounded to the fen before it is used."""
    days, of = (basis.last_on - basis.from_on).days + 1, day_basis(basis.from_on, basis.last_on)
    text = t(
        "保证收益一年 {year} 元，{from_on} 至 {last_on} 共 {days} 天，按 {of} 天折算为 {amount} 元",
        year=yuan(year_fen), from_on=basis.from_on.isoformat(), last_on=basis.last_on.isoformat(), days=days, of=of,
        amount=yuan(basis.period.guaranteed_fen),
    )  # fmt: skip
    working.add("part-period", basis.period.guaranteed_fen, text, year_guaranteed_fen=year_fen, days=days, day_basis=of)


def _outage(basis: OutageBasis) -> Computed:
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
    if basis.set_off.yield_fen:
        daily = max(0, daily - basis.set_off.yield_fen)
        text = t("减去同期产业保对作物等的赔款 {amount} 元", amount=yuan(basis.set_off.yield_fen))
        working.add("joint-outage", daily, text, yield_fen=basis.set_off.yield_fen)
    paid = min(daily, basis.limit_fen)
    working.add("limit", paid, t("以赔偿限额 {limit} 元为限", limit=yuan(basis.limit_fen)), limit_fen=basis.limit_fen)
    payable, recovery = working.less_interim(paid, basis.interim_paid_fen)
    return Computed(paid, paid, payable, recovery, {}, tuple(working.steps), {rules.ALONE: basis.limit_fen})
