"""The database itself holds matches to their lines and orders, once for all rows of a statement; the program is not asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Refused
from insurance.checks.stored import stored
from insurance.finance import actions, actions_cases, actions_matching
from insurance.finance.model import PayoutState, Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_payments import Return
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from people import People

DAY, LATER = date(2019, 8, 30), date(2019, 9, 2)


async def test_a_line_is_given_away_whole_whoever_writes_it(story: People) -> None:
    order = await make.released(story, 100_00)
    other = await make.released(story, 50_00)
    line, second = await make.unmatched_lines(story, 100_00, 50_00)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await make.share(story, (second, other.id, 50_00), (line, order.id, 99_99))
    assert refused.value.constraint_name == "bank_match_whole_line"

    await make.share(story, (line, order.id, 60_00), (line, other.id, 40_00))
    with pytest.raises(asyncpg.CheckViolationError):  # one share undone without the other leaves the line in part
        async with db.transaction(story.maker.scope):
            await db.execute(
                "UPDATE bank_match SET undone_by = $2, undone_at = now() WHERE payout_id = $1", order.id, story.maker.user_id
            )  # fmt: skip
    async with db.transaction(story.maker.scope):
        await db.execute("UPDATE bank_match SET undone_by = $2, undone_at = now() WHERE line_id = $1", line, story.maker.user_id)
    await make.share(story, (line, order.id, 100_00))


async def test_an_order_never_gets_more_than_it_is_over(story: People) -> None:
    order = await make.released(story, 100_00)
    line, second, cent = await make.unmatched_lines(story, 60_00, 40_00, 1)
    await make.share(story, (line, order.id, 60_00))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await make.share(story, (second, order.id, 40_00), (cent, order.id, 1))
    assert refused.value.constraint_name == "bank_match_whole_payout"

    await make.share(story, (second, order.id, 40_00))


# -- a month that is closed -------------------------------------------------------------------------------------------------------


def in_september(actor: Actor) -> Actor:
    """The same person, later."""
    return msgspec.structs.replace(actor, on=LATER, at=actor.at + timedelta(days=(LATER - DAY).days))


async def august_is_closed(story: People) -> None:
    async with db.transaction(story.checker.scope):
        await db.execute(
            "INSERT INTO month_close (month, facts, closed_by, closed_at) VALUES ('2019-08-01', '{}', $1, now())", story.checker.user_id
        )


async def posted(payout_id: int) -> list[tuple[date, int]]:
    rows = await db.fetch(
        "SELECT booked_on, amount_fen FROM transfer WHERE subject = 'payout:' || $1::text AND kind IN ('POST', 'POSTED') ORDER BY id",
        str(payout_id),
    )
    return [(row["booked_on"], row["amount_fen"]) for row in rows]


async def test_a_file_with_one_line_of_the_programme_in_a_closed_month_is_refused_whole(story: People) -> None:
    account = await make.paying_account(story, programme=True)
    first, second = await make.released(story, 100_00, paying=account), await make.released(story, 200_00, paying=account)
    await august_is_closed(story)
    rows: list[Any] = [(DAY, 200_00, PAYEE, ACCOUNT, second.token), (LATER, 100_00, PAYEE, ACCOUNT, first.token)]

    with pytest.raises(Refused, match="已结账月份"):
        await actions_matching.read_file(
            make.bank_file(rows, account=PROGRAMME), "流水.csv", Side.PAYER, "", actor=in_september(story.maker)
        )  # fmt: skip


async def test_what_an_insurer_paid_in_a_closed_month_is_posted_on_the_day_it_is_told(story: People) -> None:
    clerk = in_september(story.maker)
    sure, parted, gone = await make.released(story, 200_00), await make.released(story, 300_00), await make.released(story, 400_00)
    await august_is_closed(story)

    rows: list[Any] = [(DAY, 200_00, PAYEE, ACCOUNT, sure.token), (DAY, 100_00, PAYEE, ACCOUNT, parted.token)]
    found = await actions_matching.read_file(make.bank_file(rows), "八月.csv", Side.PAYER, "", actor=clerk)
    _, (done, short) = await actions_cases.statement(found.id, actor=clerk)
    await actions_cases.resolve(found.id, short.id, Resolution(action=CaseAction.PART), actor=clerk)
    await actions.give_back(gone.id, Return(version=gone.version, code="AC04", returned_on=DAY), actor=clerk)
    rows = [(DAY, 400_00, PAYEE, ACCOUNT, gone.token)]
    await actions_matching.read_file(make.bank_file(rows, opening_fen=7_00), "又.csv", Side.PAYER, "", actor=clerk)

    settled = await actions.payout(sure.id, actor=clerk)
    assert (settled.state, settled.settled_on) == (PayoutState.SETTLED, DAY)
    assert await posted(sure.id) == [(LATER, 200_00)]
    assert await posted(parted.id) == [(LATER, 100_00)]
    assert await posted(gone.id) == [(LATER, 400_00), (LATER, 400_00)]  # paid, and come back
    await actions_matching.undo(done.match_id or 0, "看错", actor=clerk)
    assert await posted(sure.id) == [(LATER, 200_00), (LATER, 200_00)]
    for name in ("ledger_payouts", "ledger_shape", "ledger_zero", "payouts_matched", "payouts_once"):
        assert (await stored(name)).offences == []
