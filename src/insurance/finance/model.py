"""Words of money that moves: chart of accounts, transfers, payout orders, bank lines and their matches."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

import msgspec

from insurance.base.money import Fen
from insurance.base.text import Text, t

# -- the programme's memo books (debit left) --------------------------------------------------------------------------


class Account(NamedTuple):
    """One account of the chart; `memo` accounts stand outside the balance sheet."""

    code: str
    name: Text
    memo: bool = False


CHART = {
    account.code: account
    for account in (
        Account("1001", t("银行存款")),
        Account("1101", t("应收保费补贴")),
        Account("1102", t("应收投保人保费")),
        Account("1201", t("应收赔款（保险公司）")),
        Account("1221", t("应收追偿款")),
        Account("1901", t("付款在途")),
        Account("1902", t("退汇待处理")),
        Account("2001", t("应付保费")),
        Account("2101", t("应付赔款")),
        Account("2901", t("暂收款")),
        Account("5001", t("银行手续费")),
        Account("9001", t("未决赔款估计"), memo=True),
        Account("9002", t("未决赔款估计对方"), memo=True),
    )
}


class Event(StrEnum):
    """What happened, as the books see it; the accounts it moves stand in `rules.POSTINGS`."""

    PREMIUM_DUE = "PREMIUM_DUE"  # 应收保费
    SUBSIDY_RECEIVED = "SUBSIDY_RECEIVED"  # 收到补贴
    PREMIUM_RECEIVED = "PREMIUM_RECEIVED"  # 收到投保人保费
    REFUND = "REFUND"  # 退还保费
    PREMIUM_PASSED_ON = "PREMIUM_PASSED_ON"  # 保费付保险公司
    PREMIUM_DIRECT = "PREMIUM_DIRECT"  # 直接付给保险公司的保费
    INSURER_REFUNDED = "INSURER_REFUNDED"  # 保险公司退来保费
    PREMIUM_PAID_BACK = "PREMIUM_PAID_BACK"  # 退还付款方
    PREMIUM_BACK_DIRECT = "PREMIUM_BACK_DIRECT"  # 保险公司直接退还付款方
    CLAIM_AGREED = "CLAIM_AGREED"  # 达成赔偿协议
    INSURER_PAID_IN = "INSURER_PAID_IN"  # 保险公司拨入
    PAYOUT_SENT = "PAYOUT_SENT"  # 付款指令发出
    PAYOUT_BOOKED = "PAYOUT_BOOKED"  # 银行记账
    BANK_FEE = "BANK_FEE"  # 手续费
    PAYOUT_RETURNED = "PAYOUT_RETURNED"  # 退汇
    RETURN_OWED = "RETURN_OWED"  # 退汇仍应付
    SUSPENDED = "SUSPENDED"  # 暂收款
    RECOVERY_DUE = "RECOVERY_DUE"  # 多付、错付待追回
    PAID_DIRECT = "PAID_DIRECT"  # 保险公司直付
    ESTIMATE_RAISED = "ESTIMATE_RAISED"  # 估损设立或调增
    ESTIMATE_CUT = "ESTIMATE_CUT"  # 估损调减
    ESTIMATE_RELEASED = "ESTIMATE_RELEASED"  # 估损释放
    REVERSAL = "REVERSAL"  # 红字冲回
    OPENING = "OPENING"  # 期初余额


class TransferKind(StrEnum):
    """A pending transfer moves no balance until another posts it; a void ends it."""

    POSTED = "POSTED"
    PENDING = "PENDING"
    POST = "POST"
    VOID = "VOID"


class Transfer(msgspec.Struct, frozen=True):
    """One debit, one credit, one amount in fen (> 0): balanced by shape and never changed."""

    event: Event
    debit: str
    credit: str
    amount_fen: Fen
    kind: TransferKind = TransferKind.POSTED


# -- payout orders ----------------------------------------------------------------------------------------------------


class PayoutState(StrEnum):
    """支付指令状态."""

    ORDERED = "ORDERED"  # 已制单
    RELEASED = "RELEASED"  # 已复核放行 (sent to the bank in the same step)
    PARTIAL = "PARTIAL"  # 部分到账
    SETTLED = "SETTLED"  # 已与银行流水对上
    RETURNED = "RETURNED"  # 已退汇
    CANCELLED = "CANCELLED"  # 已作废


IN_FLIGHT = (PayoutState.ORDERED, PayoutState.RELEASED, PayoutState.PARTIAL)  # may still arrive


class PayoutVerb(StrEnum):
    """What is done to a payout order."""

    ORDER = "order"  # 制单
    RELEASE = "release"  # 复核放行
    CANCEL = "cancel"  # 作废
    SETTLE = "settle"  # 对账成功
    SETTLE_PART = "settle-part"  # 部分到账
    UNDO = "undo"  # 撤销对账
    UNDO_PART = "undo-part"  # 撤销部分对账
    RETURN = "return"  # 退汇


class Payout(msgspec.Struct, frozen=True):
    """A payout order as matching needs it.

    `payee_account` is any form that is equal for equal accounts (the number itself, or its keyed digest);
    `matched_accounts` are the bank accounts (same form) on whose statements the payment has been found already.
    """

    id: int
    token: str
    amount_fen: Fen
    payee_name: str
    payee_account: str
    ordered_on: dt.date
    state: PayoutState
    matched_accounts: tuple[str, ...] = ()
    covered_fen: Fen = 0  # of a PARTIAL order: what has arrived
    file_id: int | None = None  # the payment file that carried it
    returned_on: dt.date | None = None  # the day a RETURNED order's money came back
    paying_account: str = ""  # same form: the account it is paid from; empty where the insurer pays from any of its own

    def foreign(self, line: BankLine) -> bool:
        """Whether a line shows another payer's account than the one the order is paid from."""
        return bool(self.paying_account) and line.side is Side.PAYER and line.account != self.paying_account

    @property
    def left_fen(self) -> Fen:
        """What the bank has not shown yet."""
        return self.amount_fen - self.covered_fen


# -- the bank's side --------------------------------------------------------------------------------------------------


class Direction(StrEnum):
    """Seen from the owner of the account."""

    IN = "IN"  # 收入
    OUT = "OUT"  # 支出


class Side(StrEnum):
    """Whose account a statement shows: a payout is OUT on the payer's, IN on the payee's."""

    PAYER = "PAYER"  # 付款方
    PAYEE = "PAYEE"  # 收款方


class BankLine(msgspec.Struct, frozen=True):
    """One movement on a bank statement; `amount_fen` > 0, the direction says the sign.

    `key` is the same for the same movement in any file, so overlapping files never import it twice.
    """

    key: bytes
    account: str
    side: Side
    booked_on: dt.date
    booked_time: dt.time | None
    direction: Direction
    amount_fen: Fen
    balance_fen: int | None
    counterparty_name: str = ""
    counterparty_account: str = ""
    counterparty_bank: str = ""
    narrative: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    value_on: dt.date | None = None  # 起息日, where the bank gives one
    return_code: str = ""  # why the money came back, ISO 20022
    transaction_code: str = ""  # the bank's own kind, ISO 20022 sub-family


class Statement(msgspec.Struct, frozen=True):
    """A bank file read whole: its lines oldest first, and the totals they were checked against."""

    account: str
    holder: str
    side: Side
    lines: tuple[BankLine, ...]
    in_fen: int
    out_fen: int
    opening_fen: int | None
    closing_fen: int | None
    from_on: dt.date
    until_on: dt.date


class Rule(StrEnum):
    """Which rule found the payout of a line."""

    REFERENCE = "M1"  # 付款编号
    END_TO_END = "M2"  # 端到端标识
    PAYEE_ACCOUNT = "M3"  # 收款账号
    PAYEE_NAME = "M4"  # 收款户名
    TOGETHER = "M5"  # 多笔合并入账
    IN_PARTS = "M6"  # 一笔分次到账
    WITH_FEE = "M7"  # 含手续费
    HAND = "HAND"  # 人工


class Confidence(StrEnum):
    """AUTO is stored at once, SUGGEST waits for a person, CONFIRMED had one."""

    AUTO = "AUTO"
    SUGGEST = "SUGGEST"
    CONFIRMED = "CONFIRMED"


class Match(msgspec.Struct, frozen=True):
    """A bank line and the payout it pays, by which rule, and why in words."""

    line_key: bytes
    payout_id: int
    rule: Rule
    confidence: Confidence
    reason: Text


class FindingKind(StrEnum):
    """Why a bank line has no match of its own."""

    RETURNED = "RETURNED"  # 退汇: same token, opposite direction
    DUPLICATE = "DUPLICATE"  # 重复付款: a second line of one order on one account
    OTHER_SIDE = "OTHER_SIDE"  # 对方账户的同一笔: nothing to do
    AMOUNT = "AMOUNT"  # 金额不符
    NOT_OPEN = "NOT_OPEN"  # 指令未放行、已作废或已退汇
    AMBIGUOUS = "AMBIGUOUS"  # 多笔候选
    UNKNOWN = "UNKNOWN"  # 未匹配


class Finding(msgspec.Struct, frozen=True):
    """A bank line for a person to look at, with the payouts it may concern."""

    line_key: bytes
    kind: FindingKind
    payout_ids: tuple[int, ...]
    reason: Text


class Matching(msgspec.Struct, frozen=True):
    """Every line is in exactly one of the two lists."""

    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
