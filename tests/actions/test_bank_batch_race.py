"""Two clerks press the same button at once: every line is dealt with once, and the books say so."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date

import pytest

import make
import server
from actions.test_bank_batch import mixed, ticked
from actions.test_bank_cases import offences, read
from committed import SYSTEM, one_after_the_other, own_pool
from insurance.access import clock
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import Refused
from insurance.finance import actions, actions_batch, actions_cases, actions_matching
from insurance.finance.model import PayoutState
from insurance.finance.model_cases import CaseAction, Picks, Resolution
from make.finance import ACCOUNT, PAYEE
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"batch_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS = 4


@pytest.fixture
def own_database() -> Embedded:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


@pytest.fixture
async def story(own_database: Embedded) -> AsyncIterator[People]:
    """The people, committed."""
    async with own_pool(own_database, DATABASE, connections=2 * RACERS):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            people = await make.people()
        yield people


async def test_of_clerks_who_press_at_once_one_deals_with_the_lines(story: People) -> None:
    async with db.transaction(SYSTEM):
        statement, lines = await mixed(story)
    given = Picks(statement_id=statement, picks=ticked(lines))
    clerks = [story.maker, story.checker] * (RACERS // 2)

    done = await asyncio.gather(*(actions_batch.deal(given, actor=clerk) for clerk in clerks), return_exceptions=True)

    assert sum(not isinstance(one, BaseException) for one in done) == 1, done
    assert {type(one) for one in done if isinstance(one, BaseException)} == {Refused}
    async with db.transaction(SYSTEM):
        cases = await db.fetch("SELECT line_id FROM line_case WHERE undone_at IS NULL")
        matches = await db.fetch("SELECT line_id FROM bank_match WHERE undone_at IS NULL")
        assert await offences() == []
    assert len(cases) == len({row["line_id"] for row in cases}) == 4
    assert len(matches) == 2


async def test_a_line_that_was_dealt_with_meanwhile_is_matched_by_no_rule(story: People) -> None:
    async with db.transaction(SYSTEM):
        _, (line,) = await read(story, [(-60_00, PAYEE, ACCOUNT, "三")], opening_fen=3 * 10**9)
        payout = await make.released(story, 60_00)
    owed_back = Resolution(action=CaseAction.RECOVERY, note="付错")

    done = await one_after_the_other(
        lambda: actions_cases.resolve(line.statement_id, line.id, owed_back, actor=story.checker),
        lambda: actions_matching.match_waiting(actor=story.maker), story.maker,
    )  # fmt: skip

    assert done == [None, 0]
    assert (await actions.payout(payout.id, actor=story.maker)).state is PayoutState.RELEASED
    async with db.transaction(SYSTEM):
        assert await offences() == []
