"""The database itself holds matches to their lines and orders, once for all rows of a statement; the program is not asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import asyncpg
import pytest

import make
from insurance.base import db
from insurance.base.errors import Refused
from insurance.finance import actions_matching
from insurance.finance.model import Side
from make.finance import ACCOUNT, PAYEE
from people import People

DAY = date(2019, 8, 30)


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


async def test_a_file_with_one_line_in_a_closed_month_is_refused_whole(story: People) -> None:
    first, second = await make.released(story, 100_00), await make.released(story, 200_00)
    async with db.transaction(story.checker.scope):
        await db.execute(
            "INSERT INTO month_close (month, facts, closed_by, closed_at) VALUES ('2019-08-01', '{}', $1, now())", story.checker.user_id
        )
    rows: list[Any] = [(date(2019, 9, 1), 100_00, PAYEE, ACCOUNT, first.token), (DAY, 200_00, PAYEE, ACCOUNT, second.token)]

    with pytest.raises(Refused, match="已结账月份"):
        await actions_matching.read_file(make.bank_file(rows), "流水.csv", Side.PAYER, "", actor=story.maker)
