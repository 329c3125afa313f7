"""Orders of money: one makes, another releases, nobody pays twice."""

from __future__ import annotations

import asyncpg
import pytest

import make
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.finance import actions, store
from insurance.finance.model import PayoutState
from people import People


async def balances() -> dict[str, int]:
    rows = await store.trial_balance(make.next_day())
    return {r["code"]: r["debit_fen"] - r["credit_fen"] for r in rows if r["debit_fen"] or r["credit_fen"]}


async def test_an_order_is_made_by_one_person_and_released_by_another(story: People) -> None:
    made = await make.order(story, 400_310_1)

    done = await actions.release(made.id, made.version, actor=story.checker)

    assert made.state is PayoutState.ORDERED
    assert made.token.startswith("SB190830")
    assert made.payee_account == "****0000"
    assert (done.state, done.ordered_by, done.released_by) == (PayoutState.RELEASED, "maker", "checker")
    assert await balances() == {}, "an order is pending: no balance moves before the bank books it"


async def test_the_maker_cannot_release_even_with_the_checkers_role(story: People) -> None:
    made = await make.order(story)
    both = type(story.maker)(**{f: getattr(story.checker, f) for f in story.checker.__struct_fields__} | {"user_id": story.maker.user_id})

    with pytest.raises(Forbidden):
        await actions.release(made.id, made.version, actor=both)
    with pytest.raises(asyncpg.CheckViolationError, match="payout_two_persons"):
        async with db.transaction(both.scope):
            await store.move_payout(made.id, PayoutState.RELEASED, released_by=story.maker.user_id, released_at=both.at)


async def test_a_part_has_one_live_order(story: People) -> None:
    part = await make.part(story)
    first = await make.order(story, part_id=part)

    with pytest.raises(Refused, match="在办"):
        await make.order(story, part_id=part)
    await actions.cancel(first.id, first.version, "账号有误", actor=story.maker)
    again = await make.order(story, part_id=part)

    assert again.number != first.number
    assert again.token != first.token


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"version": 7}, LostUpdate),
        ({"payout_id": 999_999}, NotFound),
        ({"reason": "  "}, Invalid),
    ],
)
async def test_a_refused_cancellation_leaves_no_trace(story: People, change: dict[str, object], refusal: type[Exception]) -> None:
    made = await make.order(story)
    given = {"payout_id": made.id, "version": made.version, "reason": "重复"} | change

    with pytest.raises(refusal):
        await actions.cancel(**given, actor=story.maker)  # type: ignore[arg-type]  # a mixed dict on purpose

    assert (await actions.payout(made.id, actor=story.maker)).state is PayoutState.ORDERED


async def test_what_is_released_cannot_be_cancelled(story: People) -> None:
    made = await make.released(story)

    with pytest.raises(WrongState):
        await actions.cancel(made.id, made.version, "晚了", actor=story.checker)


async def test_the_database_keeps_amount_and_payee(story: People) -> None:
    made = await make.order(story)

    for column, value in (("amount_fen", 1), ("payee_name", "别人"), ("payee_account_digest", b"x" * 32)):
        with pytest.raises(asyncpg.CheckViolationError, match="fixed"):
            async with db.transaction(story.maker.scope):
                await store.move_payout(made.id, PayoutState.CANCELLED, **{column: value})


async def test_an_insurer_sees_its_own_payouts_only(story: People) -> None:
    made = await make.order(story)

    assert [p.id for p in await actions.payouts(actor=story.approver_a)] == [made.id]
    assert await actions.payouts(actor=story.approver_b) == []
    with pytest.raises(NotFound):
        await actions.payout(made.id, actor=story.approver_b)
    with pytest.raises(NotFound):
        await actions.payout(made.id, actor=story.other_county)
