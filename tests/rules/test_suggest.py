"""What a person may confirm (M4-M7), and what the other lines are: table by table, and planted worlds without a false proposal."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.text import Text
from insurance.finance.fees import known_fees
from insurance.finance.model import BankLine, Direction, Finding, FindingKind, Payout, PayoutState, Rule, Side
from insurance.finance.model_cases import STEPS, Allocation, CaseKind, age_of
from insurance.finance.rules import make_token, match_lines
from insurance.finance.rules_cases import judge
from insurance.finance.rules_suggest import subset_of_sum, suggest

DAY = dt.date(2019, 8, 12)
US, PAYEE, OTHER = "1605", "9150", "9151"
FEES = frozenset({500, 1_050})


def order(number: int, amount_fen: int, **known: Any) -> Payout:
    plain = Payout(number, make_token(DAY, number), amount_fen, "石门村合作社", PAYEE, DAY, PayoutState.RELEASED)
    return msgspec.structs.replace(plain, **known)


def line(key: str, amount_fen: int, **known: Any) -> BankLine:
    plain = BankLine(key.encode(), US, Side.PAYER, DAY, None, Direction.OUT, amount_fen, None, "石门村合作社", PAYEE, "", "赔款")
    return msgspec.structs.replace(plain, **known)


def asked(lines: list[BankLine], orders: list[Payout]) -> list[tuple[Rule, list[tuple[str, int, int, int]]]]:
    """(rule, [(line, order, amount, fee)]) of every proposal."""
    return [
        (one.rule, [(a.line_key.decode(), a.payout_id, a.amount_fen, a.fee_fen) for a in one.allocations])
        for one in suggest(lines, orders, FEES)
        if str(one.reason)
    ]


NO_ACCOUNT = {"counterparty_account": ""}


@pytest.mark.parametrize(
    ("lines", "orders", "proposals"),
    [
        # M4: name and amount, one order, one line
        ([line("a", 100, **NO_ACCOUNT)], [order(1, 100)], [(Rule.PAYEE_NAME, [("a", 1, 100, 0)])]),
        ([line("a", 100, **NO_ACCOUNT)], [order(1, 100), order(2, 100)], []),
        ([line("a", 100, **NO_ACCOUNT), line("b", 100, **NO_ACCOUNT)], [order(1, 100)], []),
        ([line("a", 100, **NO_ACCOUNT, booked_on=DAY - dt.timedelta(days=1))], [order(1, 100)], []),
        ([line("a", 100, **NO_ACCOUNT, direction=Direction.IN)], [order(1, 100)], []),
        # M5: several orders in one line, of one payee or one file
        ([line("a", 300)], [order(1, 100), order(2, 200)], [(Rule.TOGETHER, [("a", 1, 100, 0), ("a", 2, 200, 0)])]),
        ([line("a", 300)], [order(1, 100), order(2, 200), order(3, 999)], [(Rule.TOGETHER, [("a", 1, 100, 0), ("a", 2, 200, 0)])]),
        ([line("a", 300)], [order(1, 100), order(2, 200), order(3, 300, payee_account=OTHER, payee_name="x")],
         [(Rule.TOGETHER, [("a", 1, 100, 0), ("a", 2, 200, 0)])]),
        ([line("a", 300)], [order(1, 100), order(2, 200), order(3, 150), order(4, 150)], []),  # two ways to 300
        ([line("a", 700, counterparty_account="", counterparty_name="汇总")],
         [order(1, 300, file_id=7), order(2, 400, file_id=7, payee_account=OTHER)], [(Rule.TOGETHER, [("a", 1, 300, 0), ("a", 2, 400, 0)])]),
        # M6: one order in several lines, or the rest of one
        ([line("a", 100), line("b", 200)], [order(1, 300)], [(Rule.IN_PARTS, [("a", 1, 100, 0), ("b", 1, 200, 0)])]),
        ([line("a", 200)], [order(1, 300, state=PayoutState.PARTIAL, covered_fen=100, payee_name="改名")], [(Rule.IN_PARTS, [("a", 1, 200, 0)])]),
        ([line("a", 100), line("b", 200), line("c", 200)], [order(1, 300)], []),
        # M7: a known tariff, on top for the payer, off for the payee
        ([line("a", 10_500)], [order(1, 10_000)], [(Rule.WITH_FEE, [("a", 1, 10_000, 500)])]),
        ([line("a", 10_501)], [order(1, 10_000)], []),
        ([line("a", 8_950, side=Side.PAYEE, account=PAYEE, direction=Direction.IN)], [order(1, 10_000)], [(Rule.WITH_FEE, [("a", 1, 10_000, -1_050)])]),
        # orders that are not open are nobody's
        ([line("a", 100, **NO_ACCOUNT)], [order(1, 100, state=PayoutState.ORDERED)], []),
    ],
)  # fmt: skip
def test_a_line_is_proposed_by_the_first_rule_that_gives_one_answer(lines: list[BankLine], orders: list[Payout], proposals: Any) -> None:
    assert asked(lines, orders) == proposals
    assert asked(lines[::-1], orders[::-1]) == proposals, "the order of lines and orders does not matter"


@given(st.lists(st.integers(1, 40), max_size=9), st.integers(1, 120))
def test_the_one_subset_is_found_and_two_are_none(amounts: list[int], total: int) -> None:
    items = [(place, amount) for place, amount in enumerate(amounts)]
    brute = [
        [place for place in range(len(amounts)) if mask >> place & 1]
        for mask in range(1 << len(amounts))
        if sum(amounts[place] for place in range(len(amounts)) if mask >> place & 1) == total
    ]
    groups = [subset for subset in brute if len(subset) > 1]

    assert subset_of_sum(items, total) == (groups[0] if len(groups) == 1 == len(brute) else None)


def test_of_more_than_sixteen_only_all_together_count() -> None:
    assert subset_of_sum([(n, 1 << n) for n in range(18)], (1 << 18) - 1) == list(range(18))
    assert subset_of_sum([(n, 1 << n) for n in range(18)], 3) is None
    assert subset_of_sum([(n, 1) for n in range(21)], 21) is None


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_a_planted_world_gives_no_false_proposal_and_takes_nothing_twice(draw: random.Random, size: int) -> None:
    """Orders of different payees, each paid whole, in parts, together, with a fee, or not: what is proposed is the truth."""
    orders, lines, truth = [], [], {}
    for number in range(1, size + 1):
        account, name = f"91{number:04d}", f"第{number}村合作社"
        amounts = [draw.randrange(10_000, 10_000_000) for _ in range(draw.randrange(1, 4))]
        mine = [order(number * 10 + n, fen, payee_account=account, payee_name=name) for n, fen in enumerate(amounts)]
        orders += mine
        to = {"counterparty_account": account, "counterparty_name": name}
        way = draw.choice(["together", "parts", "fee", "name", "never"])
        if way == "together" and len(mine) > 1:
            made = [(line(f"{number}", sum(amounts), **to), {one.id for one in mine})]
        elif way == "parts" and len(mine) == 1:
            cut = draw.randrange(1, amounts[0])
            made = [(line(f"{number}-{n}", fen, **to), {mine[0].id}) for n, fen in enumerate([cut, amounts[0] - cut])]
        elif way == "fee" and len(mine) == 1:
            made = [(line(f"{number}", amounts[0] + 500, **to), {mine[0].id})]
        elif way == "name" and len(mine) == 1:
            made = [(line(f"{number}", amounts[0], counterparty_name=name, counterparty_account=""), {mine[0].id})]
        else:
            made = []
        for bank_line, pays in made:
            lines.append(bank_line)
            truth[bank_line.key] = pays
    proposals = suggest(draw.sample(lines, len(lines)), draw.sample(orders, len(orders)), FEES)

    told = [one for proposal in proposals for one in proposal.allocations]
    assert all(one.payout_id in truth[one.line_key] for one in told)
    given_away = {bank_line.key: sum(_whole(one) for one in told if one.line_key == bank_line.key) for bank_line in lines}
    assert all(fen in (0, next(each.amount_fen for each in lines if each.key == key)) for key, fen in given_away.items())
    got = {one.id: sum(a.amount_fen for a in told if a.payout_id == one.id) for one in orders}
    assert all(got[one.id] in (0, one.amount_fen) for one in orders)
    assert set(truth) == {one.line_key for one in told}, "every planted way is proposed"


def _whole(one: Allocation) -> int:
    return one.amount_fen + one.fee_fen


# -- what the other lines are -------------------------------------------------------------------------------------------------

IN = {"direction": Direction.IN}
NO_REASON = Text("")


def kind(bank_line: BankLine, *others: BankLine, orders: list[Payout] | None = None) -> tuple[CaseKind, tuple[int, ...]]:
    """The case of a line among others."""
    lines = [bank_line, *others]
    payouts = orders if orders is not None else [order(1, 100)]
    findings: dict[bytes, Finding] = {one.line_key: one for one in match_lines(lines, payouts).findings}
    case = judge(lines, findings, payouts, frozenset({"某保险公司"}))[bank_line.key]
    assert str(case.reason)
    assert STEPS[case.kind].actions
    return case.kind, case.payout_ids


@pytest.mark.parametrize(
    ("bank_line", "outcome"),
    [
        (line("a", 100, narrative=make_token(DAY, 1), **IN), (CaseKind.RETURNED, (1,))),
        (line("a", 100, narrative="退汇 户名不符", **IN), (CaseKind.RETURNED, (1,))),
        (line("a", 100, return_code="AC04", narrative="", **IN), (CaseKind.RETURNED, (1,))),
        (line("a", 100, narrative="退汇", **IN, booked_on=DAY + dt.timedelta(days=30)), (CaseKind.UNKNOWN, ())),
        (line("a", 100, narrative="货款", **IN), (CaseKind.UNKNOWN, ())),
        (line("a", 99, narrative=make_token(DAY, 1)), (CaseKind.SHORT, (1,))),
        (line("a", 101, narrative=make_token(DAY, 1)), (CaseKind.OVER, (1,))),
        (line("a", 500, narrative="汇划手续费", counterparty_account="", counterparty_name=""), (CaseKind.FEE, ())),
        (line("a", 500, narrative="", transaction_code="CHRG", counterparty_account=""), (CaseKind.FEE, ())),
        (line("a", 99_999, narrative="手续费", counterparty_account=""), (CaseKind.UNKNOWN, ())),
        (line("a", 77, counterparty_name="某保险公司", counterparty_account="1", narrative="拨款", **IN), (CaseKind.PAID_IN, ())),
        (line("a", 77, counterparty_account="1"), (CaseKind.UNKNOWN, ())),
    ],
)
def test_a_line_that_pays_nothing_is_named(bank_line: BankLine, outcome: tuple[CaseKind, tuple[int, ...]]) -> None:
    assert kind(bank_line) == outcome


def test_a_reversal_is_a_pair_and_a_second_payment_a_duplicate() -> None:
    wrong, back = line("a", 77, counterparty_account="1"), line("b", 77, counterparty_account="1", narrative="冲正", **IN)

    assert (kind(wrong, back)[0], kind(back, wrong)[0]) == (CaseKind.REVERSAL, CaseKind.REVERSAL)
    first, second = line("a", 100), line("b", 100)
    assert kind(second, first) == (CaseKind.DUPLICATE, (1,))
    assert kind(line("a", 100), orders=[order(1, 100), order(2, 100)]) == (CaseKind.AMBIGUOUS, (1, 2))
    ordered = order(1, 100, state=PayoutState.ORDERED)
    assert kind(line("a", 100, narrative=ordered.token), orders=[ordered]) == (CaseKind.NOT_OPEN, (1,))


def test_a_reversal_is_paired_with_the_payment_it_names_and_else_with_the_later_one() -> None:
    one, two = order(1, 100), order(2, 100)
    first, other, back = (
        line("a", 100, narrative=one.token),
        line("b", 100, narrative=two.token),
        line("c", 100, narrative=f"冲正 {one.token}", **IN),
    )
    stranger = line("d", 100, counterparty_account="77", narrative="冲正", **IN)
    findings = {each.key: Finding(each.key, FindingKind.UNKNOWN, (), NO_REASON) for each in (first, other, back, stranger)}

    cases = judge([first, other, back, stranger], findings, [one, two], frozenset())

    assert {key.decode(): (case.pair_key or b"").decode() for key, case in cases.items()} == {"a": "c", "b": "", "c": "a", "d": ""}


@pytest.mark.parametrize(("days", "age"), [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (15, 2), (16, 3)])
def test_a_line_grows_older_by_three_seven_and_fifteen_days(days: int, age: int) -> None:
    assert age_of(DAY, DAY + dt.timedelta(days=days)) == (days, age)


def test_every_kind_has_its_step_and_the_tariffs_are_small() -> None:
    assert set(STEPS) == set(CaseKind)
    assert {FindingKind.RETURNED.value, FindingKind.DUPLICATE.value} <= {kind.value for kind in CaseKind}
    assert known_fees()
    assert max(known_fees()) <= 5_000
