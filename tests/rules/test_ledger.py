"""The programme's memo books: postings per event, the printed script, and what each step of a payout writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.access.model import Role
from insurance.base.errors import WrongState
from insurance.finance import lifecycle
from insurance.finance.model import CHART, Event, PayoutState, PayoutVerb, Transfer, TransferKind
from insurance.finance.model_payments import PayoutMode
from insurance.finance.rules import (
    POSTINGS,
    estimate_change,
    part_booked,
    part_undone,
    payout_transfers,
    postings,
    reversing,
)
from insurance.finance.rules_ledger import trial_balance

AGREED = 4_003_101


def script() -> list[Transfer]:
    """Premium, claim, payment through the programme account, its return: the events in the order they are printed."""
    return [
        *postings(Event.PREMIUM_DUE, 206_472, 51_618),
        *postings(Event.SUBSIDY_RECEIVED, 206_472),
        *postings(Event.PREMIUM_RECEIVED, 51_618),
        *postings(Event.PREMIUM_PASSED_ON, 258_090),
        *estimate_change(0, 4_500_000),
        *estimate_change(4_500_000, AGREED),
        *postings(Event.CLAIM_AGREED, AGREED),
        *postings(Event.INSURER_PAID_IN, AGREED),
        *postings(Event.PAYOUT_SENT, AGREED),
        *postings(Event.PAYOUT_BOOKED, AGREED),
        *postings(Event.BANK_FEE, 500),
        *postings(Event.PAYOUT_RETURNED, AGREED),
        *postings(Event.RETURN_OWED, AGREED),
    ]


def test_the_script_leaves_the_printed_balances() -> None:
    balances = trial_balance(script())

    left = {code: balance for code, balance in balances.items() if balance and not CHART[code].memo}
    assert left == {"2101": -4_003_101, "1001": 4_002_601, "5001": 500}
    assert (balances["1901"], balances["1902"]) == (0, 0)
    assert (balances["9001"], balances["9002"]) == (AGREED, -AGREED)
    assert sum(balances.values()) == 0


def test_the_estimate_is_released_when_the_claim_is_paid() -> None:
    balances = trial_balance([*script(), *postings(Event.ESTIMATE_RELEASED, AGREED)])

    assert (balances["9001"], balances["9002"]) == (0, 0)


def test_a_direct_payment_meets_the_debt_without_the_bank_account() -> None:
    balances = trial_balance([*postings(Event.CLAIM_AGREED, AGREED), *postings(Event.PAID_DIRECT, AGREED)])

    assert not any(balances.values())


@pytest.mark.parametrize(
    ("event", "amounts", "entries"),
    [
        (Event.PREMIUM_DUE, (206_472, 51_618), [("1101", "2001", 206_472), ("1102", "2001", 51_618)]),
        (Event.SUBSIDY_RECEIVED, (206_472,), [("1001", "1101", 206_472)]),
        (Event.PREMIUM_RECEIVED, (51_618,), [("1001", "1102", 51_618)]),
        (Event.PREMIUM_PASSED_ON, (258_090,), [("2001", "1001", 258_090)]),
        (Event.CLAIM_AGREED, (4_003_101,), [("1201", "2101", 4_003_101)]),
        (Event.INSURER_PAID_IN, (4_003_101,), [("1001", "1201", 4_003_101)]),
        (Event.PAYOUT_SENT, (4_003_101,), [("2101", "1901", 4_003_101)]),
        (Event.PAYOUT_BOOKED, (4_003_101,), [("1901", "1001", 4_003_101)]),
        (Event.BANK_FEE, (500,), [("5001", "1001", 500)]),
        (Event.PAYOUT_RETURNED, (4_003_101,), [("1001", "1902", 4_003_101)]),
        (Event.RETURN_OWED, (4_003_101,), [("1902", "2101", 4_003_101)]),
        (Event.PAID_DIRECT, (4_003_101,), [("2101", "1201", 4_003_101)]),
        (Event.ESTIMATE_RAISED, (4_500_000,), [("9001", "9002", 4_500_000)]),
        (Event.ESTIMATE_CUT, (496_899,), [("9002", "9001", 496_899)]),
        (Event.ESTIMATE_RELEASED, (4_003_101,), [("9002", "9001", 4_003_101)]),
    ],
)
def test_each_event_has_its_accounts(event: Event, amounts: tuple[int, ...], entries: list[tuple[str, str, int]]) -> None:
    assert [(entry.debit, entry.credit, entry.amount_fen) for entry in postings(event, *amounts)] == entries


def test_every_event_but_reversal_and_opening_has_postings_within_the_chart() -> None:
    assert set(POSTINGS) == set(Event) - {Event.REVERSAL, Event.OPENING}
    assert {code for rows in POSTINGS.values() for row in rows for code in row} <= set(CHART)


def test_a_premium_without_an_insureds_part_is_one_transfer() -> None:
    assert [entry.debit for entry in postings(Event.PREMIUM_DUE, 258_090, 0)] == ["1101"]


@pytest.mark.parametrize(("before", "after", "moved"), [(0, 100, 100), (100, 40, -60), (40, 40, 0), (40, 0, -40)])
def test_an_estimate_moves_by_the_difference(before: int, after: int, moved: int) -> None:
    assert trial_balance(estimate_change(before, after))["9001"] == moved


AMOUNTS = st.integers(0, 10**14 - 1)
ENTRIES = st.lists(
    st.sampled_from(sorted(POSTINGS)).flatmap(lambda event: st.tuples(st.just(event), st.tuples(*[AMOUNTS] * len(POSTINGS[event])))),
    max_size=30,
)


@given(ENTRIES)
def test_the_books_balance_and_a_reversal_restores_them(entries: list[tuple[Event, tuple[int, ...]]]) -> None:
    written = [transfer for event, amounts in entries for transfer in postings(event, *amounts)]

    assert sum(trial_balance(written).values()) == 0
    assert all(transfer.amount_fen > 0 for transfer in written)
    assert not any(trial_balance([*written, *reversing(written)]).values())


# -- the way of a payout order ----------------------------------------------------------------------------------------

_S, _V = PayoutState, PayoutVerb
WAYS = {
    (_V.ORDER, None): _S.ORDERED,
    (_V.RELEASE, _S.ORDERED): _S.RELEASED,
    (_V.CANCEL, _S.ORDERED): _S.CANCELLED,
    (_V.SETTLE, _S.RELEASED): _S.SETTLED,
    (_V.SETTLE, _S.PARTIAL): _S.SETTLED,
    (_V.SETTLE_PART, _S.RELEASED): _S.PARTIAL,
    (_V.SETTLE_PART, _S.PARTIAL): _S.PARTIAL,
    (_V.UNDO, _S.SETTLED): _S.RELEASED,
    (_V.UNDO, _S.PARTIAL): _S.RELEASED,
    (_V.UNDO_PART, _S.SETTLED): _S.PARTIAL,
    (_V.UNDO_PART, _S.PARTIAL): _S.PARTIAL,
    (_V.RETURN, _S.RELEASED): _S.RETURNED,
    (_V.RETURN, _S.SETTLED): _S.RETURNED,
}


@pytest.mark.parametrize("verb", PayoutVerb)
@pytest.mark.parametrize("state", [None, *PayoutState])
def test_a_verb_is_open_in_its_states_and_nowhere_else(verb: PayoutVerb, state: PayoutState | None) -> None:
    if (verb, state) in WAYS:
        assert lifecycle.after(verb, state) is WAYS[verb, state]
    else:
        with pytest.raises(WrongState):
            lifecycle.after(verb, state)


def test_one_person_orders_another_role_releases_and_nobody_else_touches_money() -> None:
    assert lifecycle.open_verbs(_S.ORDERED, Role.MAKER) == (_V.CANCEL,)
    assert lifecycle.open_verbs(_S.ORDERED, Role.CHECKER) == (_V.RELEASE, _V.CANCEL)
    assert lifecycle.EDGES[_V.ORDER].roles == (Role.MAKER,)
    others = set(Role) - {Role.MAKER, Role.CHECKER}
    assert not any(lifecycle.open_verbs(state, role) for state in _S for role in others)


def test_the_database_guard_gets_every_way_between_states() -> None:
    rows = lifecycle.transitions()

    assert {(verb, source, target) for verb, source, target, _ in rows} == {
        (verb.value, source.value, target.value) for (verb, source), target in WAYS.items() if source
    }
    assert len(rows) == len(set(rows)) == 23
    assert {role for *_, role in rows} <= set(Role)


WHOLE = [verb for verb in PayoutVerb if verb not in (_V.SETTLE_PART, _V.UNDO_PART)]


@given(st.lists(st.sampled_from(WHOLE), max_size=12))
def test_after_any_way_the_debt_is_met_exactly_when_the_payout_is_settled(wishes: list[PayoutVerb]) -> None:
    written = postings(Event.CLAIM_AGREED, AGREED)
    state: PayoutState | None = None
    for verb in [_V.ORDER, *wishes]:
        if (verb, state) in WAYS:
            written += payout_transfers(verb, state, AGREED)
            state = lifecycle.after(verb, state)

    balances = trial_balance(written)
    met = state is _S.SETTLED
    assert (balances["2101"], balances["1201"]) == ((0, 0) if met else (-AGREED, AGREED))
    kinds = [transfer.kind for transfer in written]
    open_pending = kinds.count(TransferKind.PENDING) - kinds.count(TransferKind.POST) - kinds.count(TransferKind.VOID)
    assert open_pending == (1 if state in (_S.ORDERED, _S.RELEASED) else 0)


@given(st.lists(st.sampled_from(WHOLE), max_size=12))
def test_the_programmes_account_owes_until_it_has_paid_and_again_after_a_return(wishes: list[PayoutVerb]) -> None:
    written = [*postings(Event.CLAIM_AGREED, AGREED), *postings(Event.INSURER_PAID_IN, AGREED)]
    state: PayoutState | None = None
    for verb in [_V.ORDER, *wishes]:
        if (verb, state) in WAYS:
            written += payout_transfers(verb, state, AGREED, PayoutMode.AGENT)
            state = lifecycle.after(verb, state)

    balances = trial_balance(written)
    bank, on_its_way, owed = balances["1001"], balances["1901"], balances["2101"]
    expected: dict[PayoutState | None, tuple[int, int, int]] = {_S.SETTLED: (0, 0, 0), _S.RELEASED: (AGREED, -AGREED, 0)}
    assert (bank, on_its_way, owed) == expected.get(state, (AGREED, 0, -AGREED))
    assert (balances["1902"], balances["1201"]) == (0, 0)
    kinds = [transfer.kind for transfer in written]
    assert kinds.count(TransferKind.PENDING) - kinds.count(TransferKind.POST) - kinds.count(TransferKind.VOID) == (state is _S.ORDERED)


@given(st.lists(st.integers(1, AGREED), min_size=1, max_size=6), st.sampled_from(PayoutMode), st.data())
def test_parts_that_arrive_and_are_undone_leave_what_is_still_owed(parts: list[int], mode: PayoutMode, data: st.DataObject) -> None:
    """The books after any parts and their undoing: what the bank has shown is posted, one pending transfer holds the rest."""
    written = postings(Event.CLAIM_AGREED, AGREED) + payout_transfers(_V.ORDER, None, AGREED, mode)
    written += payout_transfers(_V.RELEASE, _S.ORDERED, AGREED, mode)
    shown: list[int] = []
    for part in parts:
        if sum(shown) + part <= AGREED:
            written += part_booked(AGREED - sum(shown), [part], mode)
            shown.append(part)
    for _ in range(data.draw(st.integers(0, len(shown)))):
        written += part_undone(AGREED - sum(shown), [shown.pop()], mode)

    balances = trial_balance(written)
    if mode is PayoutMode.DIRECT:
        assert balances["2101"] == -(AGREED - sum(shown))
        kinds = [transfer.kind for transfer in written]
        awaited = kinds.count(TransferKind.PENDING) - kinds.count(TransferKind.POST) - kinds.count(TransferKind.VOID)
        assert awaited == (sum(shown) < AGREED)
    else:
        assert (balances["1901"], balances["1001"]) == (-(AGREED - sum(shown)), -sum(shown))
