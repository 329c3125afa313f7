"""Finding the payout a bank line pays: the token, the end-to-end id, the payee's account; and never a wrong one."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.errors import Refused
from insurance.finance.model import BankLine, Confidence, Direction, FindingKind, Payout, PayoutState, Rule, Side
from insurance.finance.rules import find_tokens, make_token, match_lines, name_key
from make.matching import COOP, INSURER, ORDERED, OTHER, TOKEN, line, one, payout

# -- the token --------------------------------------------------------------------------------------------------------


def test_a_token_is_the_day_a_sequence_and_a_check_digit() -> None:
    assert make_token(ORDERED, 123) == TOKEN
    assert make_token(ORDERED, 99_999)[8:13] == "99999"


@pytest.mark.parametrize("sequence", [0, 100_000])
def test_a_day_has_99999_tokens(sequence: int) -> None:
    with pytest.raises(Refused):
        make_token(ORDERED, sequence)


@pytest.mark.parametrize(
    ("narrative", "tokens"),
    [
        (TOKEN, (TOKEN,)),
        (f"{TOKEN} 赔款", (TOKEN,)),
        (f"赔款{TOKEN}农险", (TOKEN,)),
        ("SB19 0812 0012 37", (TOKEN,)),
        ("ＳＢ１９０８１２００１２３７", (TOKEN,)),
        ("SB190812\u3000001237", (TOKEN,)),
        (f"{TOKEN}1笔", (TOKEN,)),
        (f"{TOKEN};{TOKEN}", (TOKEN,)),
        (f"{TOKEN};SB190812001245", (TOKEN, "SB190812001245")),
        ("SB190812001238", ()),  # check digit
        ("SB19081200123", ()),
        ("190812001237", ()),
        ("", ()),
    ],
)
def test_a_token_is_found_however_the_bank_prints_it(narrative: str, tokens: tuple[str, ...]) -> None:
    assert find_tokens(narrative) == tokens


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.integers(1, 99_999), st.integers(2, 13), st.integers(1, 9))
def test_a_token_is_found_again_and_one_wrong_digit_is_not(day: dt.date, sequence: int, place: int, by: int) -> None:
    token = make_token(day, sequence)
    wrong = f"{token[:place]}{(int(token[place]) + by) % 10}{token[place + 1 :]}"

    assert find_tokens(f"赔款 {token} 请查收") == (token,)
    assert find_tokens(f"赔款 {wrong} 请查收") == ()


@pytest.mark.parametrize(
    "name", ["坛山镇惠民合作社（总社）", "坛山镇 惠民合作社(总社)", "坛山镇惠民合作社(总社) ", "坛山镇惠民合作社　（总社)"]
)
def test_names_are_equal_whatever_the_brackets_and_spaces(name: str) -> None:
    assert name_key(name) == name_key("坛山镇惠民合作社（总社）")
    assert name_key(name) != name_key("坛山镇惠民合作社")


# -- one line, one rule -----------------------------------------------------------------------------------------------

AUTO, SUGGEST = Confidence.AUTO, Confidence.SUGGEST
NO_TEXT = {"narrative": "农险赔款"}
PAYEE_SIDE = {"side": Side.PAYEE}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        # M1
        ({}, (Rule.REFERENCE, AUTO, 1)),
        ({"counterparty_account": "", "counterparty_name": ""}, (Rule.REFERENCE, AUTO, 1)),
        ({"booked_on": dt.date(2019, 12, 31)}, (Rule.REFERENCE, AUTO, 1)),
        (PAYEE_SIDE, (Rule.REFERENCE, AUTO, 1)),
        ({"counterparty_account": OTHER}, (Rule.REFERENCE, SUGGEST, 1)),
        (PAYEE_SIDE | {"account": OTHER}, (Rule.REFERENCE, SUGGEST, 1)),
        ({"amount_fen": 4_003_100}, (FindingKind.AMOUNT, (1,))),
        ({"direction": Direction.IN}, (FindingKind.RETURNED, (1,))),
        (PAYEE_SIDE | {"direction": Direction.OUT}, (FindingKind.RETURNED, (1,))),
        ({"narrative": "SB190812001245 赔款"}, (FindingKind.UNKNOWN, ())),  # a good token of no order: not by account either
        ({"narrative": f"{TOKEN} SB190812001245"}, (FindingKind.AMBIGUOUS, (1,))),
        # M2
        (NO_TEXT | {"end_to_end_id": TOKEN, "counterparty_account": ""}, (Rule.END_TO_END, AUTO, 1)),
        (NO_TEXT | {"end_to_end_id": TOKEN, "amount_fen": 1}, (FindingKind.AMOUNT, (1,))),
        # M3
        (NO_TEXT, (Rule.PAYEE_ACCOUNT, AUTO, 1)),
        (NO_TEXT | PAYEE_SIDE, (Rule.PAYEE_ACCOUNT, AUTO, 1)),
        (NO_TEXT | {"counterparty_name": "坛山镇惠民合作社"}, (Rule.PAYEE_ACCOUNT, SUGGEST, 1)),
        (NO_TEXT | {"counterparty_name": ""}, (Rule.PAYEE_ACCOUNT, SUGGEST, 1)),
        (NO_TEXT | {"narrative": "SB190812001238"}, (Rule.PAYEE_ACCOUNT, AUTO, 1)),  # a garbled token is no token
        (NO_TEXT | {"counterparty_account": OTHER}, (FindingKind.UNKNOWN, ())),
        (NO_TEXT | {"counterparty_account": ""}, (FindingKind.UNKNOWN, ())),
        (NO_TEXT | {"amount_fen": 4_003_102}, (FindingKind.UNKNOWN, ())),
        (NO_TEXT | {"direction": Direction.IN}, (FindingKind.UNKNOWN, ())),
        (NO_TEXT | {"booked_on": ORDERED}, (Rule.PAYEE_ACCOUNT, AUTO, 1)),
        (NO_TEXT | {"booked_on": dt.date(2019, 8, 11)}, (FindingKind.UNKNOWN, ())),
        (NO_TEXT | {"booked_on": dt.date(2019, 8, 19)}, (Rule.PAYEE_ACCOUNT, AUTO, 1)),  # the fifth working day
        (NO_TEXT | {"booked_on": dt.date(2019, 8, 20)}, (FindingKind.UNKNOWN, ())),
    ],
)
def test_a_line_is_matched_by_the_first_rule_that_fits(changes: dict[str, Any], outcome: tuple[Any, ...]) -> None:
    assert one(line(**changes)) == outcome


def test_the_window_of_m3_runs_over_the_national_holiday() -> None:
    ordered = payout(ordered_on=dt.date(2019, 9, 29), payee_account=COOP)  # a make-up working Sunday

    assert one(line(**NO_TEXT, booked_on=dt.date(2019, 10, 11)), ordered)[0] is Rule.PAYEE_ACCOUNT
    assert one(line(**NO_TEXT, booked_on=dt.date(2019, 10, 12)), ordered)[0] is FindingKind.UNKNOWN


@pytest.mark.parametrize("state", [PayoutState.ORDERED, PayoutState.CANCELLED, PayoutState.RETURNED])
def test_a_line_of_an_order_that_is_not_open_is_for_a_person(state: PayoutState) -> None:
    assert one(line(), payout(state=state)) == (FindingKind.NOT_OPEN, (1,))
    assert one(line(**NO_TEXT), payout(state=state)) == (FindingKind.UNKNOWN, ())


# -- two candidates ---------------------------------------------------------------------------------------------------

TWIN = payout(id=2, token="SB190812001245")


def test_two_orders_that_fit_one_line_are_never_matched_by_themselves() -> None:
    assert one(line(**NO_TEXT), payout(), TWIN) == (FindingKind.AMBIGUOUS, (1, 2))
    assert one(line(), payout(), TWIN) == (Rule.REFERENCE, AUTO, 1)


def test_the_second_line_of_one_order_is_a_duplicate_payment() -> None:
    first, second = line(key=b"9"), line(key=b"1", booked_on=dt.date(2019, 8, 14))

    result = match_lines([second, first], [payout()])

    assert [(match.line_key, match.confidence) for match in result.matches] == [(b"9", AUTO)]
    assert [(finding.line_key, finding.kind) for finding in result.findings] == [(b"1", FindingKind.DUPLICATE)]
    assert one(second, payout(state=PayoutState.SETTLED, matched_accounts=(INSURER,))) == (FindingKind.DUPLICATE, (1,))


def test_of_two_lines_without_token_for_one_order_the_second_is_a_duplicate_payment() -> None:
    first, second = line(key=b"2", **NO_TEXT), line(key=b"1", **NO_TEXT, booked_on=dt.date(2019, 8, 14))

    result = match_lines([second, first], [payout()])

    assert [(match.line_key, match.confidence) for match in result.matches] == [(b"2", AUTO)]
    assert [(finding.line_key, finding.kind) for finding in result.findings] == [(b"1", FindingKind.DUPLICATE)]


def test_the_line_with_the_payees_name_goes_before_one_with_another() -> None:
    other = line(key=b"1", **NO_TEXT, counterparty_name="某村委会")

    result = match_lines([other, line(key=b"2", **NO_TEXT)], [payout()])

    assert [(match.line_key, match.confidence) for match in result.matches] == [(b"2", AUTO)]


def test_a_line_with_the_token_takes_the_order_from_one_without() -> None:
    result = match_lines([line(key=b"1", **NO_TEXT), line(key=b"2")], [payout()])

    assert [(match.line_key, match.rule) for match in result.matches] == [(b"2", Rule.REFERENCE)]
    assert [finding.kind for finding in result.findings] == [FindingKind.DUPLICATE]


def test_a_settled_order_keeps_its_twin_in_doubt() -> None:
    """The line may be the twin's payment or a second one of the settled order: a person must say."""
    result = match_lines([line(key=b"1", **NO_TEXT), line(key=b"2")], [payout(), TWIN])

    assert [(match.line_key, match.payout_id) for match in result.matches] == [(b"2", 1)]
    assert [(finding.line_key, finding.kind, finding.payout_ids) for finding in result.findings] == [(b"1", FindingKind.AMBIGUOUS, (1, 2))]
    settled = payout(state=PayoutState.SETTLED, matched_accounts=(INSURER,))
    assert one(line(**NO_TEXT), settled, TWIN) == (FindingKind.AMBIGUOUS, (1, 2))


@pytest.mark.parametrize("payee_text", [TOKEN, "农险赔款"])
def test_the_same_payment_on_the_other_partys_statement_is_no_second_one(payee_text: str) -> None:
    paid, received = line(key=b"1"), line(key=b"2", side=Side.PAYEE, narrative=payee_text)

    result = match_lines([received, paid], [payout()])

    assert [match.line_key for match in result.matches] == [b"1"]
    assert [(finding.line_key, finding.kind) for finding in result.findings] == [(b"2", FindingKind.OTHER_SIDE)]
    settled = payout(state=PayoutState.SETTLED, matched_accounts=(INSURER,))
    assert one(received, settled) == (FindingKind.OTHER_SIDE, (1,))


def test_a_match_that_a_person_undid_is_only_suggested_again() -> None:
    result = match_lines([line()], [payout()], undone={(b"1", 1)})

    assert [match.confidence for match in result.matches] == [SUGGEST]
    assert match_lines([line()], [payout()], undone={(b"1", 2)}).matches[0].confidence is AUTO


# -- planted truth ----------------------------------------------------------------------------------------------------


class World(NamedTuple):
    """Orders, the bank's lines, and which order each line truly pays (None: none)."""

    payouts: list[Payout]
    lines: list[BankLine]
    truth: dict[bytes, int | None]


def faults_of(order: Payout, booked: dict[str, Any], foreign: str) -> dict[str, list[tuple[bool, dict[str, Any]]]]:
    """What may happen to an order at the bank: its lines, each with whether it truly pays the order."""
    named = booked | {"narrative": f"{order.token[:6]} {order.token[6:]} 赔款"}
    silent = booked | {"narrative": "赔款"}
    payee = {"side": Side.PAYEE, "account": order.payee_account, "counterparty_account": INSURER, "direction": Direction.IN}
    return {
        "token": [(True, named)],
        "account": [(True, silent)],
        "twice": [(True, named), (True, named)],
        "twice, no token": [(True, silent), (True, silent)],
        "other name": [(True, silent | {"counterparty_name": "某村委会"})],
        "short": [(True, named | {"amount_fen": order.amount_fen - 1})],
        "returned": [(True, named), (False, named | {"direction": Direction.IN})],
        "stranger's amount": [(False, silent | {"amount_fen": 77})],
        "stranger's token": [(False, booked | {"narrative": foreign})],
        "both sides": [(True, named), (True, named | payee)],
        "not released": [(False, named)],
        "never paid": [],
    }


def planted(draw: random.Random, size: int) -> World:
    """A world with every fault the rules know, and equal amounts to one payee on one day among them."""
    world = World([], [], {})
    for number in range(1, size + 1):
        ordered_on = ORDERED + dt.timedelta(days=draw.randrange(10))
        order = payout(
            id=number,
            token=make_token(ordered_on, number),
            payee_account=f"91501{draw.randrange(4)}",
            amount_fen=draw.choice([500_000, 4_003_101]),
            ordered_on=ordered_on,
        )
        booked = {
            "booked_on": ordered_on + dt.timedelta(days=draw.randrange(2)),
            "amount_fen": order.amount_fen,
            "counterparty_account": order.payee_account,
        }
        kinds = faults_of(order, booked, make_token(ordered_on, 90_000 + number))
        kind = draw.choice(["token", *kinds])
        if kind == "not released":
            order = msgspec.structs.replace(order, state=draw.choice([PayoutState.ORDERED, PayoutState.CANCELLED]))
        world.payouts.append(order)
        for pays, changes in kinds[kind]:
            key = f"{len(world.lines):06d}".encode()
            world.lines.append(line(key=key, **changes))
            world.truth[key] = number if pays else None
    return world


def settle(world: World, lines: list[BankLine], payouts: dict[int, Payout]) -> set[bytes]:
    """Match lines as the program does: what is certain is settled. Gives the keys of the lines that are done with."""
    result = match_lines(lines, payouts.values())
    told = [match.line_key for match in result.matches] + [finding.line_key for finding in result.findings]
    assert sorted(told) == sorted(each.key for each in lines), "every line is in exactly one bucket"
    by_key = {each.key: each for each in lines}
    done = set()
    for match in result.matches:
        if match.confidence is AUTO:
            assert match.payout_id == world.truth[match.line_key], "a false match"
            before = payouts[match.payout_id]
            assert before.state is PayoutState.RELEASED
            accounts = (*before.matched_accounts, by_key[match.line_key].account)
            payouts[before.id] = msgspec.structs.replace(before, state=PayoutState.SETTLED, matched_accounts=accounts)
            done.add(match.line_key)
    return done


def settle_all(world: World, payouts: dict[int, Payout], parts: list[list[BankLine]]) -> set[int]:
    """Import the parts one after the other, each time with the lines that are still open. Gives the settled orders."""
    open_lines: list[BankLine] = []
    for part in parts:
        open_lines += part
        done = settle(world, open_lines, payouts)
        open_lines = [each for each in open_lines if each.key not in done]
    return {order.id for order in payouts.values() if order.state is PayoutState.SETTLED}


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 25))
def test_a_planted_world_is_matched_without_a_false_match_in_any_order(draw: random.Random, size: int) -> None:
    world = planted(draw, size)
    shuffled = draw.sample(world.lines, len(world.lines))
    parts = [shuffled[start : start + 4] for start in range(0, len(shuffled), 4)]

    settled = settle_all(world, {order.id: order for order in world.payouts}, [world.lines])

    assert settle_all(world, {order.id: order for order in reversed(world.payouts)}, [shuffled]) == settled
    assert settle_all(world, {order.id: order for order in world.payouts}, parts) == settled
    amounts = {order.id: order.amount_fen for order in world.payouts}
    named = {
        paid for each in world.lines if (paid := world.truth[each.key]) and find_tokens(each.narrative) and each.amount_fen == amounts[paid]
    }
    assert named <= settled, "a good token was missed"
