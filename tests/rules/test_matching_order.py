"""Which of several lines gets an order: the same one, whichever file came first; and orders that leave a line in doubt."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from insurance.finance.model import BankLine, Confidence, Direction, FindingKind, Payout, PayoutState, Rule, Side
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


AUTO = Confidence.AUTO
NO_TEXT = {"narrative": "农险赔款"}
TWIN = payout(id=2, token="SB190812001245")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (line(key=b"9"), line(key=b"1", **NO_TEXT)),  # the token before the account
        (line(key=b"9", **NO_TEXT), line(key=b"1", counterparty_account=OTHER)),  # the certain before the doubtful
        (line(key=b"9", booked_on=dt.date(2019, 8, 15)), line(key=b"1", side=Side.PAYEE)),  # the payer's own before the payee's
        (line(key=b"9"), line(key=b"1", booked_on=dt.date(2019, 8, 14))),  # the earlier before the later
        (line(key=b"9", booked_on=dt.date(2019, 8, 15)), line(key=b"1", amount_fen=4_003_100)),  # the right amount before any other
    ],
)
def test_of_two_lines_for_one_order_the_same_gets_it_in_any_order(first: BankLine, second: BankLine) -> None:
    for lines in ([first, second], [second, first]):
        result = match_lines(lines, [payout()])

        assert [match.line_key for match in result.matches] == [first.key]
        assert next(finding.kind for finding in result.findings) in (FindingKind.DUPLICATE, FindingKind.OTHER_SIDE)


def test_a_debit_on_another_payers_account_is_a_second_payment_and_not_the_payees_record() -> None:
    result = match_lines([line(key=b"1"), line(key=b"2", account="1605000000000000002")], [payout()])

    assert [finding.kind for finding in result.findings] == [FindingKind.DUPLICATE]


def test_a_line_that_names_two_orders_by_text_and_by_id_is_for_a_person() -> None:
    assert one(line(end_to_end_id=TWIN.token), payout(), TWIN) == (FindingKind.AMBIGUOUS, (1, 2))
    assert one(line(end_to_end_id=TOKEN), payout(), TWIN) == (Rule.REFERENCE, AUTO, 1)


@pytest.mark.parametrize("doubt", [PayoutState.ORDERED, PayoutState.PARTIAL, PayoutState.RETURNED])
def test_an_order_that_may_still_be_the_lines_leaves_its_twin_in_doubt(doubt: PayoutState) -> None:
    twin = payout(id=2, token=TWIN.token, state=doubt, returned_on=dt.date(2019, 8, 14) if doubt is PayoutState.RETURNED else None)

    assert one(line(**NO_TEXT), payout(), twin) == (FindingKind.AMBIGUOUS, (1, 2))
    assert one(line(**NO_TEXT), payout(), payout(id=2, token=TWIN.token, state=PayoutState.CANCELLED)) == (Rule.PAYEE_ACCOUNT, AUTO, 1)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, (Rule.REFERENCE, AUTO, 1)),
        (NO_TEXT, (Rule.PAYEE_ACCOUNT, AUTO, 1)),
        ({"booked_on": dt.date(2019, 8, 15)}, (FindingKind.NOT_OPEN, (1,))),  # after it came back
        ({"amount_fen": 1}, (FindingKind.NOT_OPEN, (1,))),
        ({"counterparty_account": OTHER}, (FindingKind.NOT_OPEN, (1,))),  # nothing that a person would have to confirm
    ],
)
def test_the_payment_of_a_returned_order_is_one_of_the_days_before(changes: dict[str, Any], outcome: tuple[Any, ...]) -> None:
    assert one(line(**changes), payout(state=PayoutState.RETURNED, returned_on=dt.date(2019, 8, 14))) == outcome
