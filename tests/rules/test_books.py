"""The three books compared: every class and which comes first, and planted faults of every kind found, nothing else listed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from insurance.base.text import render
from insurance.claims.model_books import Banked, Difference, Listed, Own, Reach, Sums
from insurance.claims.rules_books import compare
from make.books import (
    AS_OF,
    BOOKED,
    INSURER,
    JULY,
    PAID,
    REACH,
    Triple,
    agreeing,
    banked,
    compared,
    listed,
    own,
)

_D = Difference
OTHER = "石门村股份经济合作杜"
AUGUST = date(2019, 8, 29)


def with_list(one: Triple, *rows: dict[str, Any]) -> Triple:
    assert one.own is not None
    return Triple(one.own, [listed(one.own, 50 + n, **row) for n, row in enumerate(rows)], one.lines)


def with_bank(one: Triple, *lines: dict[str, Any]) -> Triple:
    assert one.own is not None
    return Triple(one.own, one.rows, [banked(one.own, 50 + n, **line) for n, line in enumerate(lines)])


def with_own(one: Triple, **more: Any) -> Triple:
    assert one.own is not None
    return Triple(msgspec.structs.replace(one.own, **more), one.rows, one.lines)


RETURNED_LINE = {"signed_fen": -400_00, "booked_on": date(2019, 7, 8), "matched": False}
A = agreeing()
# what the books say, the class, the other classes, and words of the reason
CASES: dict[str, tuple[Triple, Difference | None, tuple[Difference, ...], str]] = {
    "all three agree": (A, None, (), ""),
    "name and account left out in the list": (with_list(A, {"name": "", "account": ""}), None, (), ""),
    "brackets, spaces and full width make no other name": (
        with_list(with_own(A, names=("志平（坛山）合作社",)), {"name": "志平(坛山) 合作社"}), _D.PAYEE, (), "银行"),
    "the insured's name instead of the account's": (with_own(A, names=("坛山街道", OTHER, A.rows[0].name)), None, (), ""),
    "came back, not paid again": (
        with_bank(with_own(A, returned_on=date(2019, 7, 8)), {}, RETURNED_LINE), _D.RETURNED, (), "2019-07-08 退汇"),
    "came back as finance was told, the line is still to come": (with_own(A, returned_on=date(2019, 7, 8)), _D.RETURNED, (), "退汇"),
    "came back before it was booked": (with_bank(A, RETURNED_LINE), _D.RETURNED, (), "银行净额 -400.00"),
    "came back and was paid again": (with_bank(A, {}, RETURNED_LINE, {"booked_on": date(2019, 7, 20)}), None, (), ""),
    "the list still has what came back": (
        with_list(with_bank(A, {}, RETURNED_LINE, {"booked_on": date(2019, 7, 20)}), {}, {"paid_on": date(2019, 7, 19)}),
        _D.RETURNED, (), "清单仍计入退回的一笔"),
    "the list has taken back what came back": (
        with_list(with_bank(A, {}, RETURNED_LINE, {"booked_on": date(2019, 7, 20)}),
                  {}, {"amount_fen": -400_00}, {"paid_on": date(2019, 7, 19)}), None, (), ""),
    "came back, paid again, and mistyped in the list": (
        with_list(with_bank(A, {}, RETURNED_LINE, {"booked_on": date(2019, 7, 20)}), {"amount_fen": 404_00}), _D.AMOUNT, (), "404.00"),
    "twice on the list": (with_list(A, {}, {"paid_on": date(2019, 7, 9)}), _D.DUPLICATE, (), "清单列了 2 次，合计 800.00 元"),
    "twice on the list, once with another name": (with_list(A, {}, {"name": OTHER}), _D.DUPLICATE, (_D.PAYEE,), "清单列了 2 次"),
    "paid twice by the bank": (with_bank(A, {}, {"matched": False}), _D.DUPLICATE, (), "银行付了 2 次，净额 800.00 元"),
    "another amount on the list": (with_list(A, {"amount_fen": 400_01}), _D.AMOUNT, (), "清单 400.01 元，相差 0.01 元"),
    "another amount and another name": (with_list(A, {"amount_fen": 4_00, "name": OTHER}), _D.AMOUNT, (_D.PAYEE,), "相差 -396.00 元"),
    "another amount at the bank": (with_bank(A, {"signed_fen": 399_99, "matched": False}), _D.AMOUNT, (), "银行 399.99 元"),
    "too little for too long": (with_bank(A, {"signed_fen": 100_00}), _D.AMOUNT, (), "银行 100.00 元"),
    "a part has arrived": (with_bank(with_own(A, released_on=AUGUST), {"signed_fen": 100_00, "booked_on": AS_OF}),
                           _D.NOT_YET, (), "余 300.00 元还没有"),
    "paid in two parts": (with_bank(A, {"signed_fen": 100_00}, {"signed_fen": 300_00}), None, (), ""),
    "list and bank differ, and nothing was agreed": (
        with_list(with_own(A, owed_on=None), {"amount_fen": 400_01}), _D.AMOUNT, (_D.MISSING,), "清单 400.01 元，银行 400.00 元"),
    "missing on the list": (with_list(A), _D.MISSING, (), "清单（2019-07-04 已在所交清单的期间内）"),
    "missing at the bank": (with_bank(A), _D.MISSING, (), "银行（应在 2019-07-10 前入账）"),
    "missing in both": (with_list(with_bank(A)), _D.MISSING, (), "清单（2019-07-10 已在所交清单的期间内）、银行（应在 2019-07-10 前入账）"),
    "paid before anything was agreed": (with_own(A, owed_on=None), _D.MISSING, (), "还没有达成协议的赔款"),
    "missing at the bank, and another name": (
        with_list(with_bank(A), {"name": OTHER}), _D.MISSING, (_D.PAYEE,), "银行"),
    "the term of payment is over and nobody let it go": (
        Triple(own(released_on=None, payouts=(), tokens=(), pay_due_on=date(2019, 7, 11)), [], []), _D.MISSING, (), "银行（应在 2019-07-11 前入账）"),
    "another name on the list": (with_list(A, {"name": OTHER}), _D.PAYEE, (), f"清单的户名“{OTHER}”"),
    "another account on the list": (with_list(A, {"account": "b2", "account_tail": "0001"}), _D.PAYEE, (), "（尾号 0001）"),
    "another name at the bank": (with_bank(A, {"name": OTHER}), _D.PAYEE, (), f"银行的户名“{OTHER}”"),
    "another name, and no list of the day yet": (
        with_bank(with_list(A), {"name": OTHER, "booked_on": date(2019, 8, 2)}), _D.PAYEE, (_D.NOT_YET,), "银行的户名"),
    "no list of the day yet": (with_list(with_bank(A, {"booked_on": date(2019, 8, 2)})), _D.NOT_YET, (), "付款日不在已交清单的期间内"),
    "on its way": (with_list(with_bank(with_own(A, released_on=AUGUST))), _D.NOT_YET, (), "2019-09-05 前入账即可"),
    "agreed, not let go": (
        Triple(own(released_on=None, payouts=(), tokens=(), pay_due_on=date(2019, 9, 6)), [], []), _D.NOT_YET, (), "尚未放行付款"),
    "listed, and the statements do not reach so far": (
        with_list(with_bank(with_own(A, released_on=date(2019, 7, 29))), {"paid_on": date(2019, 7, 30)}),
        _D.NOT_YET, (), "对账单只到 2019-07-31"),
    "nothing agreed, nothing paid": (Triple(own(owed_on=None), [], []), None, (), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_difference_has_the_first_class_that_fits(name: str) -> None:
    triple, kind, also, words = CASES[name]

    found = compared([triple])

    if kind is None:
        assert found.items == ()
        return
    (item,) = found.items
    assert (item.kind, item.also) == (kind, also), render(item.reason, "zh")
    assert words in render(item.reason, "zh")
    assert render(item.reason, "en")


def test_what_agrees_is_counted_and_summed_and_the_gaps_tie() -> None:
    found = compared([A, with_list(agreeing(2), {"amount_fen": 405_00}), with_list(agreeing(3, 70_00)), agreeing(4, 1_00)])

    assert found.agreed == Sums(2, 401_00, 401_00, 401_00)
    assert found.by_kind[_D.AMOUNT] == Sums(1, 400_00, 405_00, 400_00)
    assert found.by_kind[_D.MISSING] == Sums(1, 70_00, 0, 70_00)
    assert found.total == Sums(4, 871_00, 806_00, 871_00)
    assert (found.total.insurer_gap_fen, found.total.bank_gap_fen) == (5_00 - 70_00, 0)


def test_a_row_that_names_no_claim_of_ours_is_missing_here() -> None:
    stranger = listed(own(9), claim_number="LA2019-0009999")

    (item,) = compared([A, Triple(None, [stranger], [])]).items

    assert (item.kind, item.ours_fen, item.insurer_fen, item.claim_id) == (_D.MISSING, 0, 400_00, None)
    assert "没有这个案件" in render(item.reason, "zh")


def test_a_payment_that_names_a_claim_and_no_order_belongs_to_the_claim() -> None:
    line = banked(own(), 7, payout_id=None, claim_number="LA2019-0000001", matched=False)

    assert compared([Triple(A.own, A.rows, [line])]).items == ()
    (item,) = compared([Triple(None, [], [line])], claims={(INSURER, "LA2019-0000001"): 5}).items
    assert (item.kind, item.bank_fen, item.claim_id) == (_D.MISSING, 400_00, 5)


def test_the_payment_number_says_which_part_whatever_the_claim_number_says() -> None:
    row = listed(own(), claim_number="LA2019-9999999", token=own().tokens[0])

    assert compared([Triple(A.own, [row], A.lines)]).items == ()


def test_another_insurers_row_pays_no_part_of_this_one() -> None:
    row = listed(own(), insurer_id=2)

    kinds = {(one.kind, one.insurer_id) for one in compared([Triple(A.own, [row], A.lines)]).items}

    assert kinds == {(_D.MISSING, INSURER), (_D.MISSING, 2)}


def test_rows_of_a_claim_with_an_advance_find_their_parts_in_any_order() -> None:
    advance = own(1, 100_00, claim_number="LA2019-0000001", claim_id=1)
    final = own(2, 300_00, claim_number="LA2019-0000001", claim_id=1, owed_on=date(2019, 7, 2))
    both = [listed(advance), listed(final)]
    lines = [banked(advance), banked(final)]

    assert compared([Triple(advance, both, lines), Triple(final, [], [])]).items == ()
    assert compared([Triple(advance, both[::-1], lines), Triple(final, [], [])]).items == ()
    (twice,) = compared([Triple(advance, [*both, listed(advance, 9)], lines), Triple(final, [], [])]).items
    assert (twice.kind, twice.part_id) == (_D.DUPLICATE, 1)
    (mistyped,) = compared([Triple(advance, [both[0], listed(final, amount_fen=333_00)], lines), Triple(final, [], [])]).items
    assert (mistyped.kind, mistyped.part_id) == (_D.AMOUNT, 2)
    (left_out,) = compared([Triple(advance, [both[1]], lines), Triple(final, [], [])]).items
    assert (left_out.kind, left_out.part_id) == (_D.MISSING, 1)


# -- generated books with planted faults ------------------------------------------------------------------------------------------

Fault = Callable[[Triple, random.Random], Triple]


def _list_changed(**change: Any) -> Fault:
    def plant(one: Triple, draw: random.Random) -> Triple:
        del draw
        assert one.own is not None
        return Triple(one.own, [msgspec.structs.replace(one.rows[0], **change)], one.lines)

    return plant


def _mistyped(one: Triple, draw: random.Random) -> Triple:
    wrong = one.rows[0].amount_fen + draw.choice((-1, 1, 9, 900))
    return Triple(one.own, [msgspec.structs.replace(one.rows[0], amount_fen=wrong)], one.lines)


def _again(one: Triple, draw: random.Random) -> Triple:
    again = msgspec.structs.replace(one.rows[0], id=draw.randrange(10**6, 10**9), paid_on=draw.choice((PAID, date(2019, 7, 22))))
    return Triple(one.own, [*one.rows, again], one.lines)


def _paid_again(one: Triple, draw: random.Random) -> Triple:
    again = msgspec.structs.replace(one.lines[0], line_id=draw.randrange(10**6, 10**9), matched=False)
    return Triple(one.own, one.rows, [*one.lines, again])


def _came_back(one: Triple, draw: random.Random) -> Triple:
    back = msgspec.structs.replace(
        one.lines[0], line_id=draw.randrange(10**6, 10**9), signed_fen=-one.lines[0].signed_fen, booked_on=date(2019, 7, 9), matched=False
    )
    return Triple(with_own(one, returned_on=date(2019, 7, 9)).own, one.rows, [*one.lines, back])


def _fen_off(one: Triple, draw: random.Random) -> Triple:
    wrong = one.lines[0].signed_fen + draw.choice((-1, 1))
    return Triple(one.own, one.rows, [msgspec.structs.replace(one.lines[0], signed_fen=wrong, matched=False)])


PLANTED: list[tuple[Difference, Fault]] = [
    (_D.RETURNED, _came_back),
    (_D.DUPLICATE, _again),
    (_D.DUPLICATE, _paid_again),
    (_D.AMOUNT, _mistyped),
    (_D.AMOUNT, _fen_off),
    (_D.MISSING, lambda one, _: Triple(one.own, [], one.lines)),
    (_D.MISSING, lambda one, _: Triple(one.own, one.rows, [])),
    (_D.MISSING, lambda one, _: Triple(with_own(one, owed_on=None).own, one.rows, one.lines)),
    (_D.PAYEE, _list_changed(name=OTHER)),
    (_D.PAYEE, _list_changed(account="ff", account_tail="9999")),
    (_D.NOT_YET, lambda one, _: Triple(with_own(one, released_on=AUGUST).own, [], [])),
    (_D.NOT_YET, lambda one, _: Triple(one.own, [], [msgspec.structs.replace(one.lines[0], booked_on=date(2019, 8, 5))])),
]


def _generated(draw: random.Random) -> list[Triple]:
    """Parts of few amounts (the same ones again and again), some claims with an advance, some insurers' rows by payment number only."""
    triples = []
    for part in range(1, draw.randrange(30, 120)):
        amount = draw.choice((100_00, 100_01, 250_00, 400_310_1, draw.randrange(1, 10**8)))
        one = agreeing(part, amount, insurer_id=draw.choice((1, 2)))
        assert one.own is not None
        if draw.random() < 0.3:
            one.rows = [msgspec.structs.replace(one.rows[0], claim_number="", token=one.own.tokens[0])]
        triples.append(one)
    return triples


@pytest.mark.parametrize("seed", range(150))
def test_every_planted_fault_is_found_in_its_class_and_nothing_else(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  # rows, not secrets
    triples = _generated(draw)
    truth: dict[int, Difference] = {}
    for place in draw.sample(range(len(triples)), draw.randrange(0, 20)):
        kind, plant = draw.choice(PLANTED)
        triples[place] = plant(triples[place], draw)
        part = triples[place].own
        assert part is not None
        truth[part.part_id] = kind
    ours, rows, lines = _apart(triples)
    reach = Reach({1: (JULY,), 2: (JULY,)}, {1: date(2019, 7, 31), 2: date(2019, 7, 31)})
    claims = {(one.insurer_id, one.claim_number): one.claim_id for one in ours}

    found = compare(ours, rows, lines, claims, reach, AS_OF)

    assert {one.part_id: one.kind for one in found.items} == truth
    assert len(found.items) == len(truth)
    # the sums are those of the books themselves, whatever the rule did with their rows
    books = (
        sum(one.amount_fen for one in ours if one.owed_on), sum(row.amount_fen for row in rows), sum(line.signed_fen for line in lines),
    )  # fmt: skip
    assert found.total[1:] == books
    assert found.total.insurer_gap_fen == sum(sums.insurer_gap_fen for sums in found.by_kind.values())
    assert found.total.bank_gap_fen == sum(sums.bank_gap_fen for sums in found.by_kind.values())
    assert found.agreed.number == len(triples) - len(truth)
    for shuffled in range(2):
        draw = random.Random(1000 + shuffled)  # noqa: S311
        for book in (ours, rows, lines):
            draw.shuffle(book)
        again = compare(ours, rows, lines, claims, reach, AS_OF)
        assert again == found


def _apart(triples: list[Triple]) -> tuple[list[Own], list[Listed], list[Banked]]:
    return (
        [one.own for one in triples if one.own is not None], [row for one in triples for row in one.rows],
        [line for one in triples for line in one.lines],
    )  # fmt: skip


def test_the_days_are_those_of_the_fixtures() -> None:
    assert REACH.listed(INSURER, BOOKED)
    assert not REACH.listed(INSURER, date(2019, 8, 1))
    assert not REACH.listed(2, BOOKED)
