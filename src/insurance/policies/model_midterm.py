"""Words of a policy in mid-term: kinds of endorsements, grounds of a cancellation, the premiums they move. No rule, no storage."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from insurance.base.money import Fen
from insurance.policies.model import Period


class EndorsementKind(StrEnum):
    """What an endorsement 批单 changes."""

    ASSET_ADDED = "ASSET_ADDED"  # 增加保险标的
    ASSET_REMOVED = "ASSET_REMOVED"  # 减少保险标的
    SUM_CHANGED = "SUM_CHANGED"  # 变更保险金额
    INSURED_CHANGED = "INSURED_CHANGED"  # 变更被保险人 (保险法 49)
    MODE_CHANGED = "MODE_CHANGED"  # 经营方式变更 (保险法 52)
    OWNERSHIP_CHANGED = "OWNERSHIP_CHANGED"  # 权属性质变更
    SITUATION_CHANGED = "SITUATION_CHANGED"  # 资产状态变更
    REINSTATE = "REINSTATE"  # 恢复保险金额
    EXCESS_REFUND = "EXCESS_REFUND"  # 超额、重复保险退费 (保险法 55, 56); recorded by the claim side
    CORRECTION = "CORRECTION"  # 更正
    CANCELLATION = "CANCELLATION"  # 退保、解除合同 (保险法 16, 54, 58)


REJUDGED = (EndorsementKind.MODE_CHANGED, EndorsementKind.OWNERSHIP_CHANGED, EndorsementKind.SITUATION_CHANGED)


class Ground(StrEnum):
    """Why a policy is cancelled."""

    WISH = "WISH"  # 投保人退保 (保险法 54)
    AFTER_LOSS = "AFTER_LOSS"  # 部分损失赔付后，投保人解除 (58)
    AFTER_LOSS_INSURER = "AFTER_LOSS_INSURER"  # 部分损失赔付后，保险人解除 (58)
    NONDISCLOSURE = "NONDISCLOSURE"  # 重大过失未如实告知 (16)
    NONDISCLOSURE_SERIOUS = "NONDISCLOSURE_SERIOUS"  # 重大过失未如实告知，且对事故发生有严重影响 (16)
    NONDISCLOSURE_INTENT = "NONDISCLOSURE_INTENT"  # 故意不如实告知 (16)


RESCISSIONS = (Ground.NONDISCLOSURE, Ground.NONDISCLOSURE_SERIOUS, Ground.NONDISCLOSURE_INTENT)
BY_INSURER = (Ground.AFTER_LOSS_INSURER, *RESCISSIONS)


class GivenBack(StrEnum):
    """How much of a charged premium goes back."""

    UNEARNED = "UNEARNED"  # of the days left, of the part not damaged
    ALL = "ALL"
    NONE = "NONE"


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A premium as it was charged for some days of a sum insured; `consumed_fen` of the sum was taken by losses.

    `policy_item_id` is None for 收益保, whose premium belongs to no line.
    """

    policy_item_id: int | None
    name: str
    premium_fen: Fen
    period: Period
    sum_insured_fen: Fen
    consumed_fen: Fen = 0


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a line's sum that is bought back."""

    policy_item_id: int
    name: str
    amount_fen: Fen


class Excess(msgspec.Struct, frozen=True, kw_only=True):
    """Over-insurance of a line: its own premium and what of it went back for that already, the sums of all insurers (its own
    first), the value they exceed.
    """

    policy_item_id: int
    name: str
    premium_fen: Fen
    sums_insured_fen: tuple[Fen, ...]
    value_fen: Fen
    given_back_fen: Fen = 0


class LineAmount(msgspec.Struct, frozen=True, kw_only=True):
    """What an endorsement does to one line that stands on the schedule already."""

    policy_item_id: int
    charged_fen: Fen = 0
    returned_fen: Fen = 0
    restored_fen: Fen = 0
