"""An opening policy (期初保单): taken as stated; only its month tables, and how a sum is shared out, are worked out; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from insurance.base.money import Fen, largest_remainder, yuan
from insurance.base.text import t
from insurance.policies import rules
from insurance.policies.model import Cover, Payer, Period, PremiumShare, Quote, QuoteItem, Step
from insurance.policies.rules_quote import InsuredAsset
from insurance.policies.wording import IncomeWording, IndustryWording, Terms
from insurance.projects.rules import month_table, net_value

OPENING = "opening"  # the rule of a step that was stated, not worked out


class StatedItem(msgspec.Struct, frozen=True):
    """An asset the workbook lists with its own sum, in fen."""

    asset_id: int
    sum_insured_fen: Fen


class StatedPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a workbook says of a policy, as it was understood; what it leaves open is None or empty. Amounts in fen."""

    number: str
    cover: Cover
    project_id: int
    insurer_id: int
    period: Period
    sum_insured_fen: Fen
    premium_fen: Fen
    guaranteed_fen: Fen | None = None
    shares: dict[Payer, Fen] = {}
    unpaid_fen: Fen = 0
    items: tuple[StatedItem, ...] = ()
    terms_version: str | None = None
    insured_party_id: int | None = None
    note: str = ""

    @property
    def digest(self) -> bytes:
        """SHA-256 of what is stated, the note aside: equal digests mean the same policy."""
        return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(self, note=""), order="deterministic")).digest()


def sums_of_items(stated: StatedPolicy, assets: Sequence[InsuredAsset]) -> Mapping[int, Fen]:
    """Sum insured by asset: as listed, else the policy's sum shared out by net value on the first day (largest remainder).

    Empty where nothing has any value to share by.
    """
    if stated.items:
        return {item.asset_id: item.sum_insured_fen for item in stated.items}
    nets = {asset.asset_id: net_value(asset.value, stated.period.starts_on).net_value_fen for asset in assets}
    weights = {f"{asset_id:019d}": net for asset_id, net in nets.items() if net > 0}
    shared = largest_remainder(stated.sum_insured_fen, weights) if weights else {}
    return {int(key): fen for key, fen in shared.items() if fen > 0}


def opening_quote(
    stated: StatedPolicy, assets: Sequence[InsuredAsset], terms: Terms[IndustryWording | IncomeWording]
) -> Quote:  # fmt: skip
    """The policy as it is stored: sum, premium and guarantee as stated, month tables by the program's own net values.

    `assets` are those of the project that stand on the first day; the shares of the premium are the stated ones, else
    the wording's.
    """
    items = _items(stated, assets, terms.wording) if isinstance(terms.wording, IndustryWording) else ()
    payers = terms.wording.premium.payers
    if stated.shares:
        shares = tuple(
            PremiumShare(payer, payers.get(payer, 0), stated.shares[payer]) for payer in Payer if stated.shares.get(payer)
        )  # fmt: skip
    else:
        shares = rules.split_premium(stated.premium_fen, payers)
    text = t(
        "期初录入，未经本系统核算：保险金额 {sum} 元，保险费 {premium} 元",
        sum=yuan(stated.sum_insured_fen),
        premium=yuan(stated.premium_fen),
    )
    inputs: dict[str, Any] = {"premium_fen": stated.premium_fen, "guaranteed_fen": stated.guaranteed_fen}
    return Quote(
        cover=stated.cover, terms_version=terms.version, terms_checksum=terms.checksum, period=stated.period, items=items,
        sum_insured_fen=stated.sum_insured_fen, guaranteed_fen=stated.guaranteed_fen, rate=terms.wording.premium.rate,
        premium_fen=stated.premium_fen, shares=shares, referrals=(), steps=(Step(1, OPENING, inputs, stated.sum_insured_fen, text),),
    )  # fmt: skip


def _items(stated: StatedPolicy, assets: Sequence[InsuredAsset], wording: IndustryWording) -> tuple[QuoteItem, ...]:
    sums = sums_of_items(stated, assets)
    premiums = largest_remainder(stated.premium_fen, {f"{asset_id:019d}": fen for asset_id, fen in sums.items()})
    known = {asset.asset_id: asset for asset in assets}
    return tuple(
        _item(known[asset_id], fen, premiums[f"{asset_id:019d}"], stated, wording) for asset_id, fen in sums.items()
    )  # fmt: skip


def _item(asset: InsuredAsset, sum_fen: Fen, premium_fen: Fen, stated: StatedPolicy, wording: IndustryWording) -> QuoteItem:
    value = net_value(asset.value, stated.period.starts_on)
    day = stated.period.starts_on.isoformat()
    worth = t("{day} 资产净值 {amount} 元，由台账算得", day=day, amount=yuan(value.net_value_fen))
    as_said = t("期初录入，未经本系统核算：保险金额 {amount} 元", amount=yuan(sum_fen))
    shared = t("期初录入的保险金额按净值分摊，本项 {amount} 元", amount=yuan(sum_fen))
    steps = (
        Step(1, "net-value", {"cost_fen": value.cost_fen, "months": value.months}, value.net_value_fen, worth),
        Step(2, OPENING, {"net_value_fen": value.net_value_fen}, sum_fen, as_said if stated.items else shared),
    )
    months = month_table(asset.value, stated.period.starts_on, stated.period.last_day)
    return QuoteItem(
        asset_id=asset.asset_id, name=asset.name, regime_of_law=wording.regime_of_law(asset.taxonomy), net_value_fen=value.net_value_fen,
        sum_insured_fen=sum_fen, premium_fen=premium_fen, month_values_fen=tuple(month.net_value_fen for month in months), steps=steps,
    )  # fmt: skip
