"""双险联合核算: what one disaster cost a project in all, what both covers pay of it, and that no loss is paid twice; pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from insurance.base.money import Fen, yuan
from insurance.base.text import t
from insurance.claims.assessed import IncomeBasis, OutageBasis
from insurance.claims.model_income import JointAsset, JointItem, SetOff
from insurance.claims.rules_income import interruption
from insurance.claims.rules_statement import statement_net
from insurance.claims.working import Working
from insurance.policies.model import Step


class Together(msgspec.Struct, frozen=True):
    """Loss and pay-outs of both covers, in fen, with every step."""

    economic_loss_fen: Fen
    paid_fen: Fen
    steps: tuple[Step, ...]


def shortfall(basis: IncomeBasis | OutageBasis) -> Fen:
    """What a period fell short of its guarantee before the asset cover's pay-out counts as income, in fen.

    A negative income is not floored here: the loss a project bears is as large as it is. Costs that the asset cover was asked for are
    part of its damage and no shortfall.
    """
    if isinstance(basis, OutageBasis):
        days = (basis.resumed_on - basis.damaged_on).days
        return interruption(
            basis.guaranteed_fen, basis.damaged_on, basis.resumed_on, basis.earned_daily_fen, waiting_days=0, most_days=days
        )
    actual, other = basis.period.actual_fen, basis.period.other_income_fen
    if basis.statement is not None:
        actual, other = statement_net(basis.statement, basis.set_off, Working())
    return max(0, basis.period.guaranteed_fen - actual - other)


def set_off_of(assets: Iterable[JointAsset]) -> SetOff:
    """What asset claims come to as a set-off: the same totals as the database passes between insurers."""
    found = [asset for asset in assets if asset.total_fen is not None]
    items = [item for asset in found for item in asset.items]
    return SetOff(
        sum(item.indemnity_fen for item in items if item.yields),
        sum(item.loss_fen for item in items if not item.yields),
        sum(asset.rescue_fen for asset in found),
    )


def together(assets: Iterable[JointAsset], shortfall_fen: Fen, payout_fen: Fen) -> Together:
    """Both covers of one project against what it lost.

    Destroyed yield and missing income are the same loss, so only the larger of the two counts; damage to other items and rescue come
    on top. Survey costs are the insurer's own (保险法 64) and stand on neither side.
    """
    found = [asset for asset in assets if asset.total_fen is not None]
    items = [item for asset in found for item in asset.items]
    working = Working()
    others = sum(_net(item) for item in items if not item.yields)
    working.add("joint-damage", others, t("其他资产损失（扣残值和第三者已赔）{amount} 元", amount=yuan(others)))
    rescue = sum(asset.rescue_fen for asset in found)
    working.add("joint-rescue-costs", rescue, t("施救费用 {amount} 元，只计一次", amount=yuan(rescue)))
    crops = sum(_net(item) for item in items if item.yields)
    working.add("joint-crops", crops, t("作物等损失 {amount} 元", amount=yuan(crops)))
    working.add("joint-shortfall", shortfall_fen, t("收益差额 {amount} 元，未计产业保赔款", amount=yuan(shortfall_fen)))
    loss = others + rescue + max(crops, shortfall_fen)
    text = t("作物损失和收益差额是同一损失，取较大的，合计损失 {amount} 元", amount=yuan(loss))
    working.add("joint-loss", loss, text, crops_fen=crops, shortfall_fen=shortfall_fen)
    paid_assets = sum(item.indemnity_fen for item in items) + sum(asset.rescue_paid_fen for asset in found)
    working.add("joint-asset-paid", paid_assets, t("产业保赔款和施救费 {amount} 元", amount=yuan(paid_assets)))
    working.add("joint-income-paid", payout_fen, t("收益保赔款 {amount} 元", amount=yuan(payout_fen)))
    paid = paid_assets + payout_fen
    if paid <= loss:
        text = t("两个险种共赔 {paid} 元，不超过损失 {loss} 元", paid=yuan(paid), loss=yuan(loss))
    else:
        text = t("两个险种共赔 {paid} 元，超过损失 {loss} 元，应重新核算", paid=yuan(paid), loss=yuan(loss))
    working.add("joint-paid", paid, text, loss_fen=loss)
    return Together(loss, paid, tuple(working.steps))


def _net(item: JointItem) -> Fen:
    """What a loss leaves with the insured after salvage and third-party money."""
    return max(0, item.loss_fen - item.salvage_fen - item.third_party_fen)
