"""One released payout, the bank line that pays it, and what the rules make of such a line."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from insurance.finance.model import BankLine, Direction, Payout, PayoutState, Side
from insurance.finance.rules import match_lines

ORDERED = dt.date(2019, 8, 12)  # a Monday
TOKEN = "SB190812001237"
INSURER, COOP, OTHER = "1605020009022136789", "9150100000000000017", "9150100000000000025"


def payout(**changes: Any) -> Payout:
    return msgspec.structs.replace(Payout(1, TOKEN, 4_003_101, "坛山镇惠民合作社(总社)", COOP, ORDERED, PayoutState.RELEASED), **changes)


def line(**changes: Any) -> BankLine:
    """The payer's line of that payout; a change to `side=PAYEE` turns it into the payee's."""
    plain = BankLine(
        b"1",
        INSURER,
        Side.PAYER,
        dt.date(2019, 8, 13),
        None,
        Direction.OUT,
        4_003_101,
        None,
        "坛山镇惠民合作社（总社）",
        COOP,
        "",
        TOKEN + " 赔款",
    )
    if changes.get("side") is Side.PAYEE:
        plain = msgspec.structs.replace(
            plain, account=COOP, direction=Direction.IN, counterparty_name="某保险支公司", counterparty_account=INSURER
        )
    return msgspec.structs.replace(plain, **changes)


def one(bank_line: BankLine, *payouts: Payout) -> tuple[Any, ...]:
    """What becomes of a single line: (rule, confidence, payout) or (kind, payouts)."""
    result = match_lines([bank_line], payouts or [payout()])
    assert len(result.matches) + len(result.findings) == 1
    assert all(str(match.reason) for match in result.matches)
    assert all(str(finding.reason) for finding in result.findings)
    if result.matches:
        match = result.matches[0]
        return match.rule, match.confidence, match.payout_id
    return result.findings[0].kind, result.findings[0].payout_ids
