"""An order that the programme's own account pays is paid from that account: what another payer's statement says of it is asked about."""

from __future__ import annotations

from typing import Any

import pytest

from insurance.finance.model import Confidence, Direction, FindingKind, PayoutState, Rule, Side
from insurance.finance.model_cases import CaseKind
from insurance.finance.rules import match_lines
from insurance.finance.rules_cases import judge
from insurance.finance.rules_suggest import suggest
from make.matching import INSURER, OTHER, line, one, payout

NO_TEXT = {"narrative": "赔款"}


@pytest.mark.parametrize(
    ("changes", "paid_from", "outcome"),
    [
        ({}, INSURER, (Rule.REFERENCE, Confidence.AUTO, 1)),
        ({}, "", (Rule.REFERENCE, Confidence.AUTO, 1)),  # an insurer pays from any of its accounts
        ({}, OTHER, (FindingKind.UNKNOWN, ())),
        (NO_TEXT, INSURER, (Rule.PAYEE_ACCOUNT, Confidence.AUTO, 1)),
        (NO_TEXT, OTHER, (FindingKind.UNKNOWN, ())),
        ({"side": Side.PAYEE}, OTHER, (Rule.REFERENCE, Confidence.AUTO, 1)),  # the payee's statement says that it came, not from where
        ({"direction": Direction.IN}, OTHER, (FindingKind.UNKNOWN, ())),  # nor does it come back there
    ],
)
def test_an_order_is_paid_from_its_account(changes: dict[str, Any], paid_from: str, outcome: tuple[Any, ...]) -> None:
    assert one(line(**changes), payout(paying_account=paid_from)) == outcome


@pytest.mark.parametrize(
    "changes", [{}, NO_TEXT, {"amount_fen": 2_000_000}, {"amount_fen": 4_003_101 + 5_00}, {"counterparty_account": ""}]
)
def test_nothing_of_another_account_is_proposed_for_it(changes: dict[str, Any]) -> None:
    there, lines = payout(paying_account=OTHER), [line(**changes), line(key=b"2", **changes)]

    assert suggest(lines, [there], frozenset({5_00})) == []


def test_money_that_comes_back_to_another_account_is_not_its_return() -> None:
    back = line(direction=Direction.IN, narrative="退汇")
    for paid_from, kind in ((INSURER, CaseKind.RETURNED), (OTHER, CaseKind.UNKNOWN)):
        sent = payout(state=PayoutState.SETTLED, paying_account=paid_from)
        findings = {found.line_key: found for found in match_lines([back], [sent]).findings}
        assert judge([back], findings, [sent], frozenset())[b"1"].kind is kind
