"""What a cover of one project costs: sums insured by line, guaranteed income, premium and payers, every step kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import Fen, half_up, largest_remainder, yuan
from insurance.base.text import Text, t
from insurance.policies import names, rules
from insurance.policies.model import (
    Basis,
    Cover,
    Guarantee,
    Period,
    PremiumShare,
    Quote,
    QuoteItem,
    Step,
)
from insurance.policies.wording import GuaranteedIncome, IncomeWording, IndustryWording, Premium, Terms
from insurance.projects.model import AssetValue, Fund, Taxonomy
from insurance.projects.rules import Depreciable, month_table, net_value


class InsuredAsset(msgspec.Struct, frozen=True, kw_only=True):
    """An asset to be insured. `asked_fen` replaces the sum the basis gives; `replacement_fen` is the price of a new one."""

    asset_id: int
    name: str
    taxonomy: Taxonomy
    value: Depreciable
    asked_fen: Fen | None = None
    replacement_fen: Fen | None = None


def insurable(values: Iterable[AssetValue], taxonomy: Taxonomy) -> tuple[InsuredAsset, ...]:
    """Those of a project's assets that can be valued."""
    return tuple(
        InsuredAsset(asset_id=asset.id, name=asset.name, taxonomy=taxonomy, value=depreciable)
        for asset in values
        if (depreciable := _depreciable(asset)) is not None
    )


def _depreciable(asset: AssetValue) -> Depreciable | None:
    if asset.cost_fen is None or asset.life_months is None or asset.in_use_on is None:
        return None
    return Depreciable(asset.cost_fen, asset.residual_rate, asset.life_months, asset.in_use_on, asset.regime, asset.impairment_fen)


class _Working:
    """Collects the steps of one amount."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, rule: str, result_fen: Fen, text: Text, **inputs: Any) -> None:
        self.steps.append(Step(len(self.steps) + 1, rule, inputs, result_fen, text))


def quote_industry(assets: Sequence[InsuredAsset], terms: Terms[IndustryWording], period: Period) -> Quote:
    """Price the asset cover of one project.

    Assets without value are left off the schedule. Raises Invalid when nothing is left, or when the basis needs a
    price of a new one that is not given.
    """
    wording = terms.wording
    items = [item for asset in assets if (item := _item(asset, wording, period)).sum_insured_fen > 0]
    total = sum(item.sum_insured_fen for item in items)
    if not total:
        raise Invalid.field("assets", t("没有净值大于零的资产可以承保"))
    working = _Working()
    working.add("sum-insured", total, t("保险金额合计 {amount} 元，共 {count} 项", amount=yuan(total), count=len(items)))
    price = _premium(total, wording.premium, period, working)
    # Public money goes up to net value only: whoever wants more cover pays the difference (REPLACEMENT, or by wish).
    at_value = sum(min(item.sum_insured_fen, item.net_value_fen) for item in items)
    unsubsidised = price - rules.premium(at_value, wording.premium.rate, period.days)
    shares = _split(price, unsubsidised, wording.premium, working)
    by_item = largest_remainder(price, {f"{place:09d}": item.sum_insured_fen for place, item in enumerate(items)})
    priced = zip(items, by_item.values(), strict=True)
    return Quote(
        cover=Cover.INDUSTRY,
        terms_version=terms.version,
        terms_checksum=terms.checksum,
        period=period,
        items=tuple(msgspec.structs.replace(item, premium_fen=part) for item, part in priced),
        sum_insured_fen=total,
        guaranteed_fen=None,
        rate=wording.premium.rate,
        premium_fen=price,
        shares=shares,
        referrals=_referrals(items, total, wording),
        steps=tuple(working.steps),
    )


def _item(asset: InsuredAsset, wording: IndustryWording, period: Period) -> QuoteItem:
    """One line of the schedule, its premium still open."""
    working = _Working()
    at_start = net_value(asset.value, period.starts_on)
    working.add(
        "net-value",
        at_start.net_value_fen,
        t(
            "{day} 资产净值 {amount} 元：原值 {cost} 元，已提折旧 {months} 个月",
            day=period.starts_on.isoformat(),
            amount=yuan(at_start.net_value_fen),
            cost=yuan(at_start.cost_fen),
            months=at_start.months,
        ),
        cost_fen=at_start.cost_fen,
        months=at_start.months,
        depreciation_fen=at_start.depreciation_fen,
        impairment_fen=at_start.impairment_fen,
    )
    insured, values = _sum_insured(asset, at_start.net_value_fen, wording, period, working)
    return QuoteItem(
        asset_id=asset.asset_id,
        name=asset.name,
        regime_of_law=wording.regime_of_law(asset.taxonomy),
        net_value_fen=at_start.net_value_fen,
        sum_insured_fen=insured,
        premium_fen=0,
        month_values_fen=values,
        steps=tuple(working.steps),
    )


def _sum_insured(
    asset: InsuredAsset, value_fen: Fen, wording: IndustryWording, period: Period, working: _Working
) -> tuple[Fen, tuple[Fen, ...]]:
    """Sum insured and month table of one asset by the basis of the wording."""
    basis, unit = wording.sum_insured.basis, wording.sum_insured.round_down_to_fen
    table = tuple(month.net_value_fen for month in month_table(asset.value, period.starts_on, period.last_day))
    if basis is Basis.REPLACEMENT:
        if asset.replacement_fen is None:
            raise Invalid.field("replacement_fen", t("{name} 缺少重置价值", name=asset.name))
        insured, table = asset.replacement_fen, (asset.replacement_fen,) * len(table)
    elif basis is Basis.NAV_AT_START:
        insured = value_fen - value_fen % unit
    else:
        insured = value_fen
    if asset.asked_fen is not None:
        insured = asset.asked_fen
        text = t("按投保人要求，保险金额 {amount} 元", amount=yuan(insured))
    else:
        text = t("{basis}，保险金额 {amount} 元", basis=names.BASIS_NAMES[basis], amount=yuan(insured))
    working.add("basis", insured, text, basis=basis.value, net_value_fen=value_fen)
    return insured, table


def _referrals(items: Sequence[QuoteItem], total: Fen, wording: IndustryWording) -> tuple[Text, ...]:
    """Why somebody must look at the sums: off the band, or above the agreed value."""
    found = []
    together = sum(item.net_value_fen for item in items)
    band = wording.sum_insured.band
    if rules.off_band(total, together, band):
        found.append(
            t(
                "保险金额 {sum} 元与资产净值 {value} 元相差超过 {band}%，须核定",
                sum=yuan(total),
                value=yuan(together),
                band=f"{(band * 100).normalize():f}",
            )
        )
    for item in items:
        excess = rules.excess_fen([item.sum_insured_fen], item.month_values_fen[0])
        if excess:
            found.append(t("{name} 超额保险 {amount} 元，超过部分无效", name=item.name, amount=yuan(excess)))
    return tuple(found)


def _premium(base_fen: Fen, terms: Premium, period: Period, working: _Working) -> Fen:
    price = rules.premium(base_fen, terms.rate, period.days)
    working.add(
        "premium",
        price,
        t(
            "保险费 {amount} 元：{base} 元乘年费率 {rate}，{days} 天",
            amount=yuan(price),
            base=yuan(base_fen),
            rate=f"{terms.rate:f}",
            days=period.days,
        ),
        base_fen=base_fen,
        rate=f"{terms.rate:f}",
        days=period.days,
    )
    return price


def _split(price: Fen, unsubsidised: Fen, terms: Premium, working: _Working) -> tuple[PremiumShare, ...]:
    shares = rules.split_premium(price, terms.payers, unsubsidised_fen=unsubsidised)
    for share in shares:
        text = t("{payer}承担 {amount} 元", payer=names.PAYER_NAMES[share.payer], amount=yuan(share.amount_fen))
        inputs = {"premium_fen": price, "weight": share.weight, "unsubsidised_fen": unsubsidised}
        working.add(f"share-{share.payer.lower()}", share.amount_fen, text, **inputs)
    return shares


def past_years(accounts: Mapping[int, Fen], stated_fen: Fen | None, terms: GuaranteedIncome, starts_on: date) -> tuple[Fen, ...]:
    """The net incomes a guarantee may be measured by, oldest first: of the accounts on file those of the last `mean_years` calendar
    years before the cover begins; without any, what the register states of a year.
    """
    first = starts_on.year - terms.mean_years
    found = tuple(accounts[year] for year in sorted(accounts) if first <= year < starts_on.year)
    return found or (() if stated_fen is None else (stated_fen,))


def guaranteed_income(terms: GuaranteedIncome, funds: Mapping[Fund, Fen], past_years_fen: Sequence[Fen] = ()) -> tuple[Fen, Step]:
    """The guaranteed income of a year, rounded once, and how it came about.

    Only the named funds' share of mixed money bears a guarantee. By principal: their money times the rate. By past years: the mean of
    the latest ones (`past_years_fen`, oldest first) times the coverage level and that share. Raises Invalid where there is no base, or
    none above 0.
    """
    if terms.basis is Guarantee.PRINCIPAL_RATE:
        principal = sum(funds.get(fund, 0) for fund in terms.funds)
        amount = half_up(principal * Fraction(terms.principal_rate))
        rate = f"{terms.principal_rate:f}"
        text = t("专项资金本金 {principal} 元乘约定收益率 {rate}", principal=yuan(principal), rate=rate)
        inputs: dict[str, Any] = {"principal_fen": principal, "rate": rate}
    else:
        years = list(past_years_fen)[-terms.mean_years :]
        if not years:
            raise Invalid.field("past_years_fen", t("缺少收益测算依据"))
        together = sum(funds.values())
        part = Fraction(sum(funds.get(fund, 0) for fund in terms.funds), together) if together else Fraction(1)
        amount = half_up(Fraction(sum(years), len(years)) * Fraction(terms.coverage) * part)
        level = f"{terms.coverage:f}"
        text = t("近 {count} 年平均收益乘保障水平 {level}", count=len(years), level=level)
        inputs = {"years_fen": years, "coverage": level}
        if part != 1:
            shown = f"{Decimal(half_up(part * 10_000)).scaleb(-2).normalize():f}%"
            text = t("近 {count} 年平均收益乘保障水平 {level}，只计专项资金所占的 {part}", count=len(years), level=level, part=shown)
            inputs |= {"special_fen": sum(funds.get(fund, 0) for fund in terms.funds), "funds_fen": together}
    if amount <= 0:
        raise Invalid.field("guaranteed_fen", t("保障收益为零，不能承保收益保"))
    return amount, Step(1, "guarantee", inputs, amount, text)


def quote_income(funds: Mapping[Fund, Fen], terms: Terms[IncomeWording], period: Period, past_years_fen: Sequence[Fen] = ()) -> Quote:
    """Price the income cover of one project. `guaranteed_fen` of the quote is a year's; the sum insured a period's."""
    wording = terms.wording
    guaranteed, first = guaranteed_income(wording.guarantee, funds, past_years_fen)
    working = _Working()
    working.steps.append(first)
    of_period = rules.part_period(guaranteed, period)
    basis = rules.day_basis(period.starts_on, period.last_day)
    text = t("保险期间 {days} 天的保障收益 {amount} 元", days=period.days, amount=yuan(of_period))
    working.add("part-period", of_period, text, guaranteed_fen=guaranteed, days=period.days, day_basis=basis)
    insured = half_up(of_period * Fraction(wording.payout.limit_share))
    limit_share = f"{wording.payout.limit_share:f}"
    working.add("sum-insured", insured, t("保险金额 {amount} 元", amount=yuan(insured)), limit_share=limit_share)
    price = _premium(guaranteed, wording.premium, period, working)
    return Quote(
        cover=Cover.INCOME,
        terms_version=terms.version,
        terms_checksum=terms.checksum,
        period=period,
        items=(),
        sum_insured_fen=insured,
        guaranteed_fen=guaranteed,
        rate=wording.premium.rate,
        premium_fen=price,
        shares=_split(price, 0, wording.premium, working),
        referrals=(),
        steps=tuple(working.steps),
    )
