"""The asset claim: what must hold for every case, drawn at random."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.errors import Invalid
from insurance.claims.assessed import AssetBasis, AssetItem, compute
from insurance.claims.model_verbs import Override
from insurance.claims.rules import AssetLoss, Deductible, settle, settle_event
from insurance.claims.rules_loss import Refused, contribution_shares
from insurance.policies.wording import DeductibleMode


def but(given: AssetLoss, **change: Any) -> AssetLoss:
    return msgspec.structs.replace(given, **change)


AMOUNT = st.integers(0, 10**12) | st.integers(0, 100)
RATE = st.decimals(0, 1, places=4)
DEDUCTIBLES = st.none() | st.builds(
    Deductible,
    mode=st.sampled_from([DeductibleMode.GREATER, DeductibleMode.LESSER, DeductibleMode.SUM]),
    fixed_fen=st.none() | AMOUNT,
    rate=st.none() | RATE,
)


@st.composite
def losses(draw: st.DrawFn) -> AssetLoss:
    value = draw(AMOUNT)
    lost = draw(st.integers(0, value))
    refused = draw(st.none() | st.integers(0, lost))
    return AssetLoss(
        value_fen=value,
        sum_insured_fen=draw(AMOUNT),
        loss_fen=lost,
        refused=None if refused is None else Refused(refused, "FALSE_PROOF", "虚报部分", "the false part", "保险法 第二十七条"),
        salvage_to_insurer=draw(st.booleans()),
        all_shares=draw(st.booleans()),
        premium_fen=draw(st.none() | AMOUNT),
        salvage_fen=draw(st.just(0) | AMOUNT),
        third_party_fen=draw(st.just(0) | AMOUNT),
        first_loss=draw(st.booleans()),
        other_sums_insured_fen=tuple(draw(st.lists(AMOUNT, max_size=2))),
        remaining_fen=draw(st.none() | AMOUNT),
        sublimit_fen=draw(st.none() | AMOUNT),
        rescue_fen=draw(AMOUNT),
        rescue_average=draw(st.booleans()),
        survey_fen=draw(AMOUNT),
    )


@settings(max_examples=200, deadline=None)
@given(losses(), DEDUCTIBLES, AMOUNT, st.integers(0, 10**6))
def test_what_holds_for_every_case(given: AssetLoss, deductible: Deductible | None, interim: int, less: int) -> None:
    settled = settle(given, deductible, interim)
    smaller = but(given, loss_fen=max(0, given.loss_fen - less))

    assert 0 <= settled.indemnity_fen <= settled.sum_insured_effective_fen <= given.value_fen
    assert settled.indemnity_fen <= given.loss_fen
    assert settle(smaller, deductible).indemnity_fen <= settled.indemnity_fen + a_fen_may_move(given)
    assert settle(but(given, loss_fen=0), deductible).indemnity_fen == 0
    assert settled.total_fen == settled.indemnity_fen + settled.rescue_fen + settled.survey_fen
    assert settled.payable_fen - settled.recovery_fen == settled.total_fen - interim
    assert 0 in (settled.payable_fen, settled.recovery_fen)
    assert settle(given, deductible, interim) == settled
    (item,) = settled.items.values()
    assert 0 <= item.insurer_salvage_fen <= given.salvage_fen
    assert 0 <= item.refund_fen <= (given.premium_fen or 0)
    assert settled.indemnity_fen <= item.left_fen
    shares = [step.result_fen for step in settled.steps if step.rule in ("L-56", "L-56-other")]
    if len(shares) > 1:
        assert sum(shares) == next(step.result_fen for step in settled.steps if step.rule == "L-60") <= given.value_fen


def a_fen_may_move(given: AssetLoss) -> int:
    """Among three insurers and more the largest remainder may move one fen from one to another as the loss grows by a fen."""
    return 1 if given.all_shares and len(given.other_sums_insured_fen) > 1 else 0


def test_among_three_insurers_a_fen_may_move_but_the_loss_is_paid_once() -> None:
    sums = {"ours": 1, "second": 3, "third": 3}

    assert contribution_shares(3, 6, sums) == {"ours": 1, "second": 1, "third": 1}
    assert contribution_shares(4, 6, sums) == {"ours": 0, "second": 2, "third": 2}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**12), st.dictionaries(st.text(max_size=2), AMOUNT, min_size=1, max_size=4), st.data())
def test_shares_of_several_insurers_never_exceed_the_loss(value: int, sums: dict[str, int], data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, value))

    shares = contribution_shares(lost, value, sums)

    assert sum(shares.values()) <= lost <= value
    if sum(min(insured, value) for insured in sums.values()) >= value:
        assert sum(shares.values()) == (lost if any(sums.values()) else 0)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=2), losses(), min_size=1, max_size=4), DEDUCTIBLES, st.none() | AMOUNT)
def test_item_nets_add_up_to_the_event(items: dict[str, AssetLoss], deductible: Deductible | None, limit: int | None) -> None:
    settled = settle_event(items, deductible, limit)

    assert settled.items.keys() == items.keys()
    assert settled.indemnity_fen == sum(item.indemnity_fen for item in settled.items.values())
    assert settled.deductible_fen == sum(item.deductible_fen for item in settled.items.values())
    assert all(0 <= item.deductible_fen <= item.gross_fen for item in settled.items.values())
    assert limit is None or settled.indemnity_fen <= limit
    for key, item in settled.items.items():
        assert 0 <= item.indemnity_fen <= min(items[key].sum_insured_fen, items[key].value_fen)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=2), losses(), min_size=1, max_size=4), DEDUCTIBLES, AMOUNT, AMOUNT)
def test_an_override_is_bounded_and_its_items_add_up(
    items: dict[str, AssetLoss], deductible: Deductible | None, amount: int, interim: int
) -> None:
    lines = tuple(AssetItem(key, place, None, "", loss) for place, (key, loss) in enumerate(items.items()))
    plain = AssetBasis(lines, deductible, None, interim)
    most = sum(compute(plain).left_fen.values()) + compute(plain).total_fen - compute(plain).indemnity_fen
    basis = msgspec.structs.replace(plain, override=Override(amount_fen=amount, reason="x"))
    if amount > most:
        with pytest.raises(Invalid):
            compute(basis)
        basis = msgspec.structs.replace(plain, override=Override(amount_fen=most, reason="x"))
        amount = most

    found = compute(basis)

    assert found.total_fen == amount <= most
    assert found.payable_fen - found.recovery_fen == amount - interim
    assert sum(found.nets_fen.values()) == found.indemnity_fen <= amount
    assert all(0 <= net <= found.left_fen[key] for key, net in found.nets_fen.items())
    assert [step.rule for step in found.steps].count("override") == 1
    assert compute(basis) == found
