"""The asset claim: what must hold for every case, drawn at random."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.claims.rules import AssetLoss, Deductible, settle, settle_event
from insurance.claims.rules_loss import contribution_shares
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
    return AssetLoss(
        value_fen=value,
        sum_insured_fen=draw(AMOUNT),
        loss_fen=draw(st.integers(0, value)),
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
    assert settle(smaller, deductible).indemnity_fen <= settled.indemnity_fen
    assert settle(but(given, loss_fen=0), deductible).indemnity_fen == 0
    assert settled.total_fen == settled.indemnity_fen + settled.rescue_fen + settled.survey_fen
    assert settled.payable_fen - settled.recovery_fen == settled.total_fen - interim
    assert 0 in (settled.payable_fen, settled.recovery_fen)
    assert settle(given, deductible, interim) == settled


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
