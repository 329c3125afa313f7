"""Whoever had to wait for a line or an order acts on what it has become, not on what it was when the waiting began."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

import make
import server
from committed import SYSTEM, one_after_the_other, own_pool
from insurance.access import clock
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import Refused
from insurance.base.text import t
from insurance.checks.stored import stored
from insurance.finance import actions, actions_cases, actions_files, actions_matching
from insurance.finance.model import PayoutState, Rule, Side
from insurance.finance.model_cases import CaseAction, Resolution, Share
from insurance.finance.views import LineView
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"waits_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
CHECKS = ("ledger_payouts", "ledger_lines", "ledger_zero", "lines_once", "payouts_matched", "payouts_once")


@pytest.fixture(scope="module")
def own_database() -> Embedded:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def story(own_database: Embedded) -> AsyncIterator[People]:
    """The people and the programme's account, committed."""
    async with own_pool(own_database, DATABASE, connections=4):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            people = await make.people()
            await make.paying_account(people, programme=True)
        yield people


async def told(story: People, opening_fen: int, *rows: make.AccountRow) -> list[LineView]:
    """Lines of the programme's account."""
    content = make.account_file(list(rows), PROGRAMME, opening_fen)
    read = await actions_matching.read_file(content, "流水.csv", Side.PAYER, "", actor=story.maker)
    return (await actions_cases.statement(read.id, actor=story.maker))[1]


async def offences() -> list[str]:
    async with db.transaction(SYSTEM):
        return [said for name in CHECKS for said in (await stored(name)).offences]


async def test_a_line_that_was_matched_meanwhile_is_no_fee(story: People) -> None:
    async with db.transaction(SYSTEM):
        payout = await make.released(story, 5_00, paying=(await actions_files.paying_accounts(actor=story.maker))[0])
        (line,) = await told(story, 10**9, (-5_00, "", "", "手续费"))
    share = Share(line_id=line.id, payout_id=payout.id, amount_fen=5_00)
    fee = Resolution(action=CaseAction.FEE)

    done = await one_after_the_other(
        lambda: actions_matching.confirm((share,), Rule.HAND, t("人工匹配"), actor=story.maker),
        lambda: actions_cases.resolve(line.statement_id, line.id, fee, actor=story.checker), story.maker,
    )  # fmt: skip

    assert [type(one) for one in done] == [type(None), Refused]
    assert await offences() == []


async def test_the_second_part_of_an_order_is_booked_after_the_first(story: People) -> None:
    async with db.transaction(SYSTEM):
        payout = await make.released(story, 100_00)  # paid by the insurer itself: what is still awaited is one pending transfer
        lines = await told(story, 2 * 10**9, (-40_00, PAYEE, ACCOUNT, "一"), (-30_00, PAYEE, ACCOUNT, "二"))
    shares = [Share(line_id=one.id, payout_id=payout.id, amount_fen=-fen) for one, fen in zip(lines, (-40_00, -30_00), strict=True)]

    done = await one_after_the_other(
        lambda: actions_matching.confirm(shares[:1], Rule.IN_PARTS, t("部分到账"), actor=story.maker),
        lambda: actions_matching.confirm(shares[1:], Rule.IN_PARTS, t("部分到账"), actor=story.checker), story.maker,
    )  # fmt: skip

    assert done == [None, None]
    assert (await actions.payout(payout.id, actor=story.maker)).state is PayoutState.PARTIAL
    assert await offences() == []


async def test_two_transactions_give_one_line_away_past_the_program_and_the_second_is_refused(story: People) -> None:
    async with db.transaction(SYSTEM):
        orders = [await make.released(story, 70_00), await make.released(story, 70_00)]
        (line,) = await make.unmatched_lines(story, 70_00)

    done = await one_after_the_other(
        lambda: make.share(story, (line, orders[0].id, 70_00)), lambda: make.share(story, (line, orders[1].id, 70_00)), story.maker
    )  # fmt: skip

    assert [type(one) for one in done] == [type(None), asyncpg.CheckViolationError]


async def test_two_transactions_pay_one_order_past_the_program_and_the_second_is_refused(story: People) -> None:
    async with db.transaction(SYSTEM):
        order = await make.released(story, 80_00)
        first, second = await make.unmatched_lines(story, 80_00, 80_01)

    done = await one_after_the_other(
        lambda: make.share(story, (first, order.id, 80_00)), lambda: make.share(story, (second, order.id, 80_01)), story.maker
    )  # fmt: skip

    assert [type(one) for one in done] == [type(None), asyncpg.CheckViolationError]
