"""Words of bank lines that no rule settles at once: proposals for a person, exceptions with their next step, what was done about them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from insurance.base.money import MOST_FEN, Fen
from insurance.base.text import Text, t
from insurance.finance.model import Direction, Rule

_RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class Allocation(msgspec.Struct, frozen=True):
    """So much of a line pays so much of an order; a fee on top is the bank's, never the payee's (domain.md 6.5)."""

    line_key: bytes
    payout_id: int
    amount_fen: Fen
    fee_fen: Fen = 0


class Proposal(msgspec.Struct, frozen=True):
    """What a person may confirm in one click: every allocation of it, by which rule, why in words."""

    rule: Rule
    reason: Text
    allocations: tuple[Allocation, ...]


class CaseKind(StrEnum):
    """Why a line has no order of its own."""

    RETURNED = "RETURNED"  # 退汇
    DUPLICATE = "DUPLICATE"  # 重复付款
    SHORT = "SHORT"  # 少付
    OVER = "OVER"  # 多付
    FEE = "FEE"  # 手续费
    REVERSAL = "REVERSAL"  # 冲正
    PAID_IN = "PAID_IN"  # 保险公司拨入
    PREMIUM = "PREMIUM"  # 保费、补贴
    OTHER_SIDE = "OTHER_SIDE"  # 对方账户的同一笔
    NOT_OPEN = "NOT_OPEN"  # 指令未放行、已作废或已退汇
    AMBIGUOUS = "AMBIGUOUS"  # 多笔候选
    UNKNOWN = "UNKNOWN"  # 不明款项


class CaseAction(StrEnum):
    """What a person does about a line."""

    RETURN = "RETURN"  # 登记退汇
    FEE = "FEE"  # 记手续费
    PAID_IN = "PAID_IN"  # 记保险公司拨入
    SUSPENSE = "SUSPENSE"  # 挂暂收款
    RECOVERY = "RECOVERY"  # 立追偿
    PAIR = "PAIR"  # 冲正对销
    NOTE = "NOTE"  # 与本业务无关，注明
    PART = "PART"  # 按部分到账确认: becomes a match, not a case
    PREMIUM = "PREMIUM"  # 记保费: shared out among policies, by who knows them
    OVER = "OVER"  # 按指令到账，多付部分追回: becomes a match, not a case


class Step(NamedTuple):
    """The next step of an exception: what to do, and the actions that do it."""

    text: Text
    actions: tuple[CaseAction, ...]


_A = CaseAction
STEPS: dict[CaseKind, Step] = {
    CaseKind.RETURNED: Step(t("登记退汇；改正收款账户后重新制单"), (_A.RETURN, _A.SUSPENSE)),
    CaseKind.DUPLICATE: Step(t("与银行核实；确属重复付款的立追偿"), (_A.RECOVERY, _A.NOTE)),
    CaseKind.SHORT: Step(t("核实后按部分到账确认，余额继续等待"), (_A.PART, _A.RECOVERY, _A.NOTE)),
    CaseKind.OVER: Step(t("与银行核实；按指令到账，多付部分立追偿"), (_A.OVER, _A.RECOVERY, _A.NOTE)),
    CaseKind.FEE: Step(t("记入银行手续费，不从赔款中扣"), (_A.FEE, _A.NOTE)),
    CaseKind.REVERSAL: Step(t("与被冲正的一笔对销，两笔都保留"), (_A.PAIR, _A.NOTE)),
    CaseKind.PAID_IN: Step(t("记入保险公司拨入的赔款"), (_A.PAID_IN, _A.SUSPENSE)),
    CaseKind.PREMIUM: Step(t("核对后确认保费建议；不是保费的另行处理"), (_A.SUSPENSE, _A.RECOVERY, _A.NOTE)),
    CaseKind.OTHER_SIDE: Step(t("同一笔付款在另一方账户上的记录，无需处理"), (_A.NOTE,)),
    CaseKind.NOT_OPEN: Step(t("查明为何未放行或已作废的指令被付款；确属错付的立追偿"), (_A.RECOVERY, _A.NOTE)),
    CaseKind.AMBIGUOUS: Step(t("逐笔核对回单后指定付款指令"), (_A.SUSPENSE, _A.RECOVERY, _A.NOTE)),
    CaseKind.UNKNOWN: Step(t("查明来源；一时查不明的先挂暂收款"), (_A.SUSPENSE, _A.RECOVERY, _A.NOTE)),
}


_ONLY_IN = frozenset({_A.PAID_IN, _A.SUSPENSE})
_ONLY_OUT = frozenset({_A.FEE, _A.RECOVERY})


def open_actions(kind: CaseKind, direction: Direction, *, programme: bool) -> tuple[CaseAction, ...]:
    """What may be done about a line of a kind.

    On the programme's own account (`programme`) every yuan is in the books: a note alone leaves none out, but for the record of a
    payment that the books have already, and each action books in its direction.
    """
    wrong_way = _ONLY_OUT if direction is Direction.IN else _ONLY_IN
    return tuple(
        action
        for action in STEPS[kind].actions
        if not programme or (action not in wrong_way and (action is not _A.NOTE or kind is CaseKind.OTHER_SIDE))
    )


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One allocation as a person confirms it, in fen; a surplus beyond the whole order is owed back."""

    line_id: _RowId
    payout_id: _RowId
    amount_fen: Annotated[int, Meta(ge=1, le=MOST_FEN)]
    fee_fen: Annotated[int, Meta(ge=0, le=MOST_FEN)] = 0
    surplus_fen: Annotated[int, Meta(ge=0, le=MOST_FEN)] = 0


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is done about a line that pays no order: the action, the order it concerns, the line it is netted with, a word why."""

    action: CaseAction
    payout_id: _RowId | None = None
    pair_line_id: _RowId | None = None
    code: str = ""
    note: Annotated[str, Meta(max_length=500)] = ""


class Pick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line that was ticked: to be confirmed by the `rule` that proposes it, or dealt with by its obvious `action`."""

    line_id: _RowId
    rule: Annotated[str, Meta(pattern=r"\AM[1-7]\Z")] | None = None
    action: CaseAction | None = None


class Picks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lines ticked together, of one statement as it proposes, or of all that waits; each at most once."""

    picks: Annotated[tuple[Pick, ...], Meta(min_length=1, max_length=200)]
    statement_id: _RowId | None = None


class Dealt(msgspec.Struct, frozen=True):
    """How many proposals were confirmed and how many lines dealt with."""

    confirmed: int
    resolved: int


AGES = (3, 7, 15)  # days after which a line that waits is shown older (domain.md 6.5)


def age_of(booked_on: dt.date, today: dt.date) -> tuple[int, int]:
    """How many days a line has waited, and how many of the bounds it has passed (0 fresh … 3 old)."""
    days = (today - booked_on).days
    return days, sum(days > bound for bound in AGES)
