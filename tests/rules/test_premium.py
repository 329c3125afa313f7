"""Premium that moves, pure: whose a line is, how it is shared out, what the books say, what had not come in on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.finance.model import Direction
from insurance.finance.rules_ledger import trial_balance
from insurance.policies.model import Payer
from insurance.policies.model_premium import Due, MoveKind, Share, Standing, Target, Treasury, Unpaid
from insurance.policies.rules_premium import allocate, entries, room, target_of, treasury_of, unpaid_on

COUNTIES = {"370402": "市中区", "370404": "峄城区", "370481": "滕州市"}
DAY = date(2019, 8, 1)
IN, OUT = Direction.IN, Direction.OUT


def standing(policy_id: int, open_fen: int, *, owed: int = 0, held: int = 0, day: date = DAY, payer: Payer = Payer.CITY) -> Standing:
    return Standing(policy_id, f"CY2019-{policy_id:06d}", payer, "370400/370404/370404001/", 1, day, open_fen, owed, held)


@pytest.mark.parametrize(
    ("name", "treasury"),
    [
        ("滕州市财政局", Treasury(Payer.COUNTY, "370481")),
        ("枣庄市峄城区财政局（国库）", Treasury(Payer.COUNTY, "370404")),
        ("枣庄市财政局", Treasury(Payer.CITY)),
        ("山东省财政厅", Treasury(Payer.PROVINCE)),
        ("中华人民共和国财政部", Treasury(Payer.CENTRAL)),
        ("滕州市　财政局", Treasury(Payer.COUNTY, "370481")),
        ("枣庄市市中区财政局", Treasury(Payer.COUNTY, "370402")),
        ("济宁市财政局", None),
        ("滕州市峄城区财政局", None),  # two places: a person must say
        ("滕州市东村股份经济合作社", None),
        ("", None),
    ],
)
def test_a_treasury_is_known_by_the_smallest_place_in_its_name(name: str, treasury: Treasury | None) -> None:
    assert treasury_of(name, "枣庄市", COUNTIES) == treasury


@pytest.mark.parametrize(
    ("name", "direction", "owner", "target"),
    [
        ("枣庄市财政局", IN, None, Target(MoveKind.RECEIVED, Payer.CITY)),
        ("枣庄市财政局", OUT, None, Target(MoveKind.PAID_BACK, Payer.CITY)),
        ("滕州市财政局", IN, 7, Target(MoveKind.RECEIVED, Payer.COUNTY, "370481", insurer_id=7, direct=True)),
        ("示范保险甲", OUT, None, Target(MoveKind.PASSED_ON, insurer_id=7)),
        ("示范保险甲", IN, None, Target(MoveKind.INSURER_REFUND, insurer_id=7)),
        ("示范保险甲", IN, 8, None),  # one insurer pays another: no premium
        ("东村合作社", IN, None, Target(MoveKind.RECEIVED, Payer.INSURED, party_id=3)),
        ("东村合作社", OUT, 7, Target(MoveKind.PAID_BACK, Payer.INSURED, party_id=3, insurer_id=7, direct=True)),
        ("西村合作社", IN, None, None),  # two insured parties of one name
        ("某某公司", IN, None, None),
    ],
)
def test_a_line_is_proposed_by_the_name_it_prints(name: str, direction: Direction, owner: int | None, target: Target | None) -> None:
    treasury = treasury_of(name, "枣庄市", COUNTIES)

    assert target_of(name, direction, owner, treasury, {"示范保险甲": 7}, {"东村合作社": [3], "西村合作社": [4, 5]}) == target


def test_the_oldest_due_is_paid_first_whole_policies_and_the_last_in_part() -> None:
    found = [standing(2, 300, day=DAY), standing(9, 100, day=DAY - timedelta(days=9)), standing(1, 200, day=DAY)]

    made = allocate(350, found, MoveKind.RECEIVED, direct=False)

    assert [(share.policy_id, share.amount_fen) for share in made.shares] == [(9, 100), (1, 200), (2, 50)]
    assert (made.shared_fen, made.surplus_fen) == (350, 0)
    assert allocate(1_000, found, MoveKind.RECEIVED, direct=False).surplus_fen == 400


@pytest.mark.parametrize(
    ("kind", "direct", "open_fen", "owed", "held", "most"),
    [
        (MoveKind.RECEIVED, False, 100, 100, 0, 100),
        (MoveKind.RECEIVED, False, -100, 0, 100, 0),
        (MoveKind.PASSED_ON, False, 0, 100, 60, 60),  # only what was received
        (MoveKind.PASSED_ON, False, -40, 60, 100, 60),  # what is to go back to the payer stays
        (MoveKind.INSURER_REFUND, False, -40, -40, 0, 40),
        (MoveKind.INSURER_REFUND, False, 0, 40, 40, 0),
        (MoveKind.PAID_BACK, False, -40, -40, 0, 0),  # the insurer has not given it back yet
        (MoveKind.PAID_BACK, False, -40, 0, 40, 40),
        (MoveKind.PAID_BACK, True, -40, -40, 0, 40),  # the insurer pays it back itself
        (MoveKind.PAID_BACK, True, 40, 40, 0, 0),
    ],
)
def test_a_line_takes_no_more_than_there_is(kind: MoveKind, direct: bool, open_fen: int, owed: int, held: int, most: int) -> None:
    assert room(standing(1, open_fen, owed=owed, held=held), kind, direct=direct) == most


amounts = st.integers(0, 10**9)


@given(st.integers(1, 10**10), st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 300)), max_size=12))
def test_no_fen_is_lost_and_none_is_taken_beyond_its_due(amount: int, dues: list[tuple[int, int]]) -> None:
    found = [standing(number, fen, day=DAY + timedelta(days=days)) for number, (fen, days) in enumerate(dues)]

    made = allocate(amount, found, MoveKind.RECEIVED, direct=False)

    assert made.shared_fen + made.surplus_fen == amount
    taken = {share.policy_id: share.amount_fen for share in made.shares}
    assert all(0 < fen <= dues[number][0] for number, fen in taken.items())
    assert not made.surplus_fen or all(taken.get(number, 0) == max(0, fen) for number, (fen, _) in enumerate(dues))
    in_part = [number for number, fen in taken.items() if fen < dues[number][0]]
    assert len(in_part) <= 1, "every policy whole but the last"


@given(st.lists(amounts, min_size=1, max_size=8), st.permutations(list(range(4))), st.lists(st.integers(1, 10**9), min_size=4, max_size=4))
def test_lines_in_any_order_pay_the_same_dues_in_all(dues: list[int], order: list[int], lines: list[int]) -> None:
    def after(which: list[int]) -> tuple[dict[int, int], int]:
        left, over = dict(enumerate(dues)), 0
        for place in which:
            made = allocate(lines[place], [standing(n, fen) for n, fen in left.items()], MoveKind.RECEIVED, direct=False)
            over += made.surplus_fen
            for share in made.shares:
                left[share.policy_id] -= share.amount_fen
        return left, over

    assert after(order) == after([0, 1, 2, 3])


@pytest.mark.parametrize(
    ("kind", "direct", "payer", "moved"),
    [
        (MoveKind.RECEIVED, False, Payer.CITY, {"1001": 100, "1101": -100}),
        (MoveKind.RECEIVED, False, Payer.INSURED, {"1001": 100, "1102": -100}),
        (MoveKind.RECEIVED, True, Payer.COUNTY, {"2001": 100, "1101": -100}),
        (MoveKind.RECEIVED, True, Payer.INSURED, {"2001": 100, "1102": -100}),
        (MoveKind.PASSED_ON, False, Payer.CITY, {"2001": 100, "1001": -100}),
        (MoveKind.INSURER_REFUND, False, Payer.CITY, {"1001": 100, "2001": -100}),
        (MoveKind.PAID_BACK, False, Payer.CITY, {"1101": 100, "1001": -100}),
        (MoveKind.PAID_BACK, False, Payer.INSURED, {"1102": 100, "1001": -100}),
        (MoveKind.PAID_BACK, True, Payer.PROVINCE, {"1101": 100, "2001": -100}),
        (MoveKind.PAID_BACK, True, Payer.INSURED, {"1102": 100, "2001": -100}),
    ],
)
def test_every_movement_has_its_two_accounts(kind: MoveKind, direct: bool, payer: Payer, moved: dict[str, int]) -> None:
    balances = trial_balance(entries(Share(1, "CY", payer, "370400/", 1, 100), kind, direct=direct))

    assert {code: fen for code, fen in balances.items() if fen} == moved


CITY, OWN = Payer.CITY, Payer.INSURED


@pytest.mark.parametrize(
    ("dues", "paid", "unpaid"),
    [
        ([], {}, ()),
        ([Due(OWN, date(2019, 1, 1), 500)], {OWN: 500}, ()),
        ([Due(OWN, date(2019, 1, 1), 500)], {}, (Unpaid(OWN, 500, date(2019, 1, 1), 212),)),
        ([Due(OWN, date(2019, 1, 1), 500)], {OWN: 499}, (Unpaid(OWN, 1, date(2019, 1, 1), 212),)),
        ([Due(CITY, date(2019, 1, 1), 500), Due(OWN, date(2019, 7, 31), 9)], {}, (Unpaid(OWN, 9, date(2019, 7, 31), 1),)),  # waits for the insured only
        (  # an endorsement charged later is what is open when the first due is paid
            [Due(OWN, date(2019, 1, 1), 500), Due(OWN, date(2019, 6, 1), 80)], {OWN: 520}, (Unpaid(OWN, 60, date(2019, 6, 1), 61),),
        ),
        ([Due(OWN, date(2019, 1, 1), 500), Due(OWN, date(2019, 6, 1), -100)], {OWN: 400}, ()),  # given back: less is due
        ([Due(OWN, date(2019, 1, 1), 500), Due(OWN, date(2019, 6, 1), -700)], {}, ()),
    ],
)  # fmt: skip
def test_what_had_not_come_in_on_a_day_names_payer_and_days(dues: list[Due], paid: dict[Payer, int], unpaid: tuple[Unpaid, ...]) -> None:
    assert unpaid_on(dues, paid, [OWN], DAY) == unpaid


def test_payers_are_named_in_the_way_of_the_money() -> None:
    dues = [Due(OWN, DAY, 1), Due(CITY, DAY, 1)]

    assert [one.payer for one in unpaid_on(dues, {}, [OWN, CITY, Payer.PROVINCE], DAY)] == [CITY, OWN]
