"""What a register's row must agree with in itself: net value, sums of money by source, who runs it."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import NamedTuple

from insurance.base.money import FEN_PER_YUAN, yuan
from insurance.base.text import t
from insurance.projects.model import Operation, Ownership
from insurance.projects.register_cells import ERROR, NOTE, Flaw
from insurance.projects.register_rows import FUND_FIELDS, SPECIAL_PARTS, RegisterRow

_PRIVATE = frozenset([Ownership.COOP, Ownership.ENTERPRISE, Ownership.FAMILY_FARM, Ownership.INDIVIDUAL])
_PER_CENT_OFF = 1  # 原值 may differ from the sum of its sources by so much


class Remark(NamedTuple):
    """A flaw of the row, shown at one of its columns."""

    field: str
    flaw: Flaw


def net_value_agrees(row: RegisterRow) -> Remark | None:
    """净值 = 原值 − 累计折旧, to the yuan."""
    if row.net_value_fen is None or row.cost_fen is None or row.depreciation_fen is None:
        return None
    right = row.cost_fen - row.depreciation_fen
    if abs(row.net_value_fen - right) <= FEN_PER_YUAN:
        return None
    text = t("净值与“原值 − 累计折旧”不符，应为 {yuan} 元。", yuan=yuan(right))
    return Remark("net_value_fen", Flaw("net-value-differs", ERROR, text))


def parts_agree(row: RegisterRow) -> Remark | None:
    """财政专项扶贫资金 is the sum of central, province, city and county; where only these stand, it is set to it."""
    parts = [fen for field in SPECIAL_PARTS if (fen := getattr(row, field)) is not None]
    if not parts:
        return None
    if row.special_fen is None:
        row.special_fen = sum(parts)
    if abs(row.special_fen - sum(parts)) <= FEN_PER_YUAN:
        return None
    text = t("财政专项扶贫资金与其中各级之和 {yuan} 元不符，以总数为准。", yuan=yuan(sum(parts)))
    return Remark("special_fen", Flaw("special-parts-differ", NOTE, text))


def funds_agree(row: RegisterRow) -> Remark | None:
    """原值 = Σ of the sources, ± 1 %."""
    funds = sum(row.funds.values())
    if not row.cost_fen or not funds or abs(row.cost_fen - funds) * 100 <= row.cost_fen * _PER_CENT_OFF:
        return None
    text = t("资产原值与各项资金之和 {yuan} 元相差超过 1%。请确认。", yuan=yuan(funds))
    return Remark("cost_fen", Flaw("funds-differ", NOTE, text))


def self_run_by_whom(row: RegisterRow) -> Remark | None:
    """A bare 自营 means the collective, unless the title is a cooperative's, a firm's or a person's."""
    if row.operation != "OWN":
        return None
    if row.ownership not in _PRIVATE:
        row.operation = Operation.SELF
        return None
    row.operation = Operation.PRIVATE
    text = t("权属不归集体，“自营”按企业或个人自营读取。")
    return Remark("operation", Flaw("self-run-privately", NOTE, text))


CHECKS: tuple[tuple[Callable[[Set[str]], bool], Callable[[RegisterRow], Remark | None]], ...] = (
    (lambda fields: fields >= {"net_value_fen", "cost_fen", "depreciation_fen"}, net_value_agrees),
    (lambda fields: not fields.isdisjoint(SPECIAL_PARTS), parts_agree),
    (lambda fields: "cost_fen" in fields and not fields.isdisjoint({*FUND_FIELDS.values(), *SPECIAL_PARTS}), funds_agree),
    (lambda fields: "operation" in fields, self_run_by_whom),
)
"""Which columns a check needs, and the check; in this order, for the parts fill in the sum that the next one compares."""
