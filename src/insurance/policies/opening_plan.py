"""From the rows of a workbook and what is known to the policies that would be stored; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

import msgspec

from insurance.base.money import Fen, yuan
from insurance.base.text import t
from insurance.policies.model import Cover, Period, Quote
from insurance.policies.opening_lines import Line
from insurance.policies.opening_policies import Draft, PolicyRow, hold_back, note_value, stated_shares
from insurance.policies.rules_opening import StatedItem, StatedPolicy, opening_quote, sums_of_items
from insurance.policies.rules_quote import InsuredAsset, insurable
from insurance.policies.wording import IncomeWording, IndustryWording, Terms
from insurance.projects.model import AssetValue, Taxonomy
from insurance.projects.register_words import plain
from insurance.projects.rules import net_value


class Planned(msgspec.Struct, frozen=True, dict=True):
    """A policy that would be stored: what is stated, and what its month tables rest on."""

    draft: Draft
    stated: StatedPolicy
    assets: tuple[InsuredAsset, ...]
    terms: Terms[IndustryWording | IncomeWording]

    @cached_property
    def quote(self) -> Quote:
        """All that is written of it; worked out (a month table for every asset) only for what is really stored."""
        return opening_quote(self.stated, self.assets, self.terms)


class Standing(msgspec.Struct, frozen=True):
    """A policy of the register that stands in a period."""

    number: str
    period: Period


def plan(
    drafts: Sequence[Draft], numbers: Mapping[str, bytes | None], values: Mapping[tuple[int, date], Sequence[AssetValue]],
    standing: Mapping[tuple[int, Cover], Sequence[Standing]],
) -> list[Planned]:  # fmt: skip
    """The policies to store; every other row has its fault, or stands already.

    `numbers`: policy numbers that exist → the digest of what was stated (None: no opening policy). `values`: the assets
    standing on a first day, by project and day.
    """
    found: list[Planned] = []
    taken: dict[tuple[int, Cover], list[Standing]] = {}
    for draft in drafts:
        planned = _planned(draft, values) if draft.sound else None
        if planned is not None:
            if draft.number in numbers:
                _already(draft, planned, numbers[draft.number])
                continue
            key = planned.stated.project_id, planned.stated.cover
            _check_overlap(draft, [*standing.get(key, ()), *taken.get(key, ())])
            if draft.sound:
                taken.setdefault(key, []).append(Standing(draft.number, planned.stated.period))
                found.append(planned)
                for line in draft.lines:
                    line.created = True
        hold_back(draft)
    return found


def _already(draft: Draft, planned: Planned, digest: bytes | None) -> None:
    """The number exists: nothing happens where it says the same."""
    if digest != planned.stated.digest:
        text = t("这个保单号已经入库，内容不同。已入库的不能改写，更正请办批改。")
        for line in draft.lines:
            line.fault("number", "already-there", text)


def _check_overlap(draft: Draft, others: Iterable[Standing]) -> None:
    period = draft.period
    assert period is not None
    for other in others:
        if other.period.starts_on < period.ends_before and period.starts_on < other.period.ends_before:
            text = t(
                "这个项目同一险种已有保单 {number}，保险期间 {first} 至 {last}，与本保单重叠。", number=other.number,
                first=other.period.starts_on.isoformat(), last=other.period.last_day.isoformat(),
            )  # fmt: skip
            draft.head.fault("starts_on", "overlap", text)
            return


def _planned(draft: Draft, values: Mapping[tuple[int, date], Sequence[AssetValue]]) -> Planned | None:
    said, project, period, terms = draft.said, draft.project, draft.period, draft.terms
    assert project is not None
    assert period is not None
    assert terms is not None
    assert said.cover is not None
    assert draft.insurer_id is not None
    assert said.premium_fen is not None
    standing = values.get((project["id"], period.starts_on), ()) if said.cover is Cover.INDUSTRY else ()
    items = _items(draft, standing)
    if not draft.sound:
        return None
    stated = StatedPolicy(
        number=draft.number, cover=said.cover, project_id=project["id"], insurer_id=draft.insurer_id, period=period,
        sum_insured_fen=said.sum_insured_fen or sum(item.sum_insured_fen for item in items), premium_fen=said.premium_fen,
        guaranteed_fen=said.guaranteed_fen, shares=stated_shares(said), unpaid_fen=said.unpaid_fen or 0, items=items,
        terms_version=said.terms_version, insured_party_id=draft.insured_party_id, note=said.remark or "",
    )  # fmt: skip
    assets = insurable(standing, Taxonomy(project["taxonomy"]))
    if said.cover is Cover.INDUSTRY and not _check_value(draft, stated, assets):
        return None
    if not stated.shares and stated.premium_fen:
        draft.head.note("premium_fen", "shares-by-terms", t("没有填各级补贴，按条款 {version} 的比例分担。", version=terms.version))
    kept = tuple(asset for asset in assets if not items or asset.asset_id in {item.asset_id for item in items})
    return Planned(draft, stated, kept, terms)


def _check_value(draft: Draft, stated: StatedPolicy, assets: Sequence[InsuredAsset]) -> bool:
    """Whether the sum has something to stand on; how it compares to the value is noted."""
    sums = sums_of_items(stated, assets)
    if not sums:
        text = t("项目在起保日没有可以估值的资产，保险金额无处分摊。请补全台账，或逐项列明资产。")
        draft.head.fault("sum_insured_fen", "nothing-to-spread", text)
        return False
    if not stated.items and len(sums) > 1:
        text = t("没有列明资产，保险金额按起保日净值分摊到 {n} 项。", n=len(sums))
        draft.head.note("sum_insured_fen", "sum-spread", text)
    worth = {asset.asset_id: net_value(asset.value, stated.period.starts_on).net_value_fen for asset in assets}
    field = "sum_insured_fen" if draft.said.sum_insured_fen is not None else "item_sum_fen"
    note_value(draft, field, stated.sum_insured_fen, sum(worth[asset_id] for asset_id in sums))
    return True


# -- the schedule -------------------------------------------------------------------------------------------------------


def _items(draft: Draft, standing: Sequence[AssetValue]) -> tuple[StatedItem, ...]:
    """The assets the rows list, each with its sum; faults at the cells of what does not fit."""
    listed = draft.listed
    if draft.said.cover is Cover.INCOME:
        for line in listed:
            line.fault("asset_code", "assets-of-income", t("收益保不分资产，不填资产和该项保额。"))
        return ()
    found: dict[int, StatedItem] = {}
    for line in listed:
        asset = _asset(line, standing)
        if line.said.item_sum_fen is None:
            if line.sound:
                line.fault("item_sum_fen", "missing", t("列明资产的，须填该项保额。"))
        elif line.said.item_sum_fen == 0:
            line.fault("item_sum_fen", "sum-zero", t("保险金额应大于零。"))
        elif asset is not None and asset.id in found:
            line.fault("asset_code", "asset-twice", t("同一保单里这项资产列了两次。"))
        elif asset is not None:
            found[asset.id] = StatedItem(asset.id, line.said.item_sum_fen)
    items = tuple(sorted(found.values(), key=lambda item: item.asset_id))
    _check_sum(draft, items)
    return items


def _asset(line: Line[PolicyRow], standing: Sequence[AssetValue]) -> AssetValue | None:
    """The asset of the project that the row means; it must stand on the first day and have a value."""
    code, name = line.said.asset_code, line.said.asset_name
    if code is None and name is None:
        line.fault("asset_code", "missing", t("填了该项保额，缺少资产编号或资产名称。"))
        return None
    field = "asset_code" if code is not None else "asset_name"
    found = [
        asset for asset in standing
        if (code is None or plain(asset.code or "") == plain(code)) and (name is None or plain(asset.name) == plain(name))
    ]  # fmt: skip
    if not found:
        line.fault(field, "unknown-asset", t("项目里没有这项资产，或起保日不在册。"))
    elif len(found) > 1:
        line.fault(field, "ambiguous-asset", t("项目里有 {n} 项资产符合，请填资产编号。", n=len(found)))
    elif found[0].net_value_fen is None:
        line.fault(field, "asset-without-value", t("这项资产缺原值、投入使用日期或使用年限，不能定出各月价值。请先补全台账。"))
    else:
        return found[0]
    return None


def _check_sum(draft: Draft, items: Sequence[StatedItem]) -> None:
    total: Fen = sum(item.sum_insured_fen for item in items)
    stated = draft.said.sum_insured_fen
    if draft.sound and items and stated is not None and total != stated:
        text = t("各项保额合计 {total} 元，不等于保险金额 {sum} 元。", total=yuan(total), sum=yuan(stated))
        draft.head.fault("sum_insured_fen", "items-differ", text)
