"""Which of several lines gets an order: the same one, whichever file came first; and orders that leave a line in doubt."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from insurance.finance.model import BankLine, Confidence, FindingKind, PayoutState, Rule, Side
from insurance.finance.rules import match_lines
from make.matching import OTHER, TOKEN, line, one, payout

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
