"""Real races of the calendar on a database of their own: two ticks at once, a tick against an adjuster; one effect, nobody undone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import actions as access
from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import LostUpdate, WrongState
from insurance.claims import actions, jobs
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Acceptance, Survey
from make.claims import claim_in
from make.policies import on_day
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"k_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
DAY, OPENS_ON = date(2019, 8, 30), date(2019, 9, 10)
TICKS = 6


@pytest.fixture(scope="module")
def own_database() -> Embedded:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture
async def city(own_database: Embedded) -> AsyncIterator[People]:
    """The people, committed once, and a connection for each racer."""
    async with own_pool(own_database, DATABASE, connections=TICKS + 2):
        clock.pin(DAY)
        async with db.transaction(SYSTEM):
            people = await make.people()
        yield people


def system() -> Actor:
    return on_day(access.system("370400"), OPENS_ON)


async def verbs(claim: Claim) -> list[str]:
    async with db.transaction(SYSTEM):
        rows = await db.fetch("SELECT verb FROM claim_event WHERE claim_id = $1 ORDER BY claim_version", claim.id)
        audited = await db.fetchval("SELECT count(*) FROM audit_event WHERE subject = $1", f"claim:{claim.id}")
    assert audited == len(rows), "one audit row for each event"
    return [row["verb"] for row in rows]


async def test_ticks_at_once_and_a_tick_against_an_adjuster(city: People) -> None:
    async with db.transaction(SYSTEM):
        due = [await claim_in(state, city) for state in (ClaimState.REPORTED, ClaimState.ACCEPTED, ClaimState.SURVEYING)]

    done = await asyncio.gather(*(jobs.tick(actor=system()) for _ in range(TICKS)))
    done.append(await jobs.tick(actor=system()))

    assert sum(one["claims_opened"] for one in done) == len(due)
    assert [(await verbs(claim)).count("opening") for claim in due] == [1] * len(due)
    await survey_against_tick(city)
    await tick_passes_over_what_moved(city)


async def survey_against_tick(city: People) -> None:
    """Both want to open the same case: whoever is second sees what the first did."""
    async with db.transaction(SYSTEM):
        claim = await claim_in(ClaimState.ACCEPTED, city)
    adjuster = on_day(city.adjuster_a, OPENS_ON)
    given = Survey(version=claim.version, visited_at=adjuster.at, place="1号棚", cause="暴雨", findings="倒塌", reserve_fen=4_500_000)

    outcomes = await asyncio.gather(jobs.tick(actor=system()), actions.survey(claim.id, given, actor=adjuster), return_exceptions=True)

    told = await verbs(claim)
    if isinstance(outcomes[1], BaseException):
        assert isinstance(outcomes[1], LostUpdate), "opened by itself meanwhile: the form is out of date, the survey is still open"
        assert told[-1] == "opening"
    else:
        assert told[-1] == "survey"
        assert "opening" not in told
    async with db.transaction(SYSTEM):
        assert await db.fetchval("SELECT state FROM claim WHERE id = $1", claim.id) == "OPENED"


async def tick_passes_over_what_moved(city: People) -> None:
    """A claim that is moved between being found and being locked holds up no other."""
    async with db.transaction(SYSTEM):
        moved, left = await claim_in(ClaimState.ACCEPTED, city), await claim_in(ClaimState.REPORTED, city)
    adjuster = on_day(city.adjuster_a, OPENS_ON - timedelta(days=1))
    given = Survey(version=moved.version, visited_at=adjuster.at, place="1号棚", cause="暴雨", findings="倒塌", reserve_fen=4_500_000)
    held, go_on = asyncio.Event(), asyncio.Event()

    async def survey_slowly() -> None:
        async with db.transaction(adjuster.scope):
            await actions.survey(moved.id, given, actor=adjuster)
            held.set()
            await go_on.wait()

    surveying = asyncio.create_task(survey_slowly())
    await held.wait()
    ticking = asyncio.create_task(jobs.tick(actor=system()))
    for _ in range(500):
        if await waiting_for_a_lock():
            break
        await asyncio.sleep(0.02)
    else:
        pytest.fail("the tick never came to the claim that is held")
    go_on.set()
    await surveying
    done = await ticking

    assert done["claims_opened"] == 1
    assert (await verbs(moved))[-1] == "survey"
    assert (await verbs(left))[-1] == "opening"
    with pytest.raises(WrongState):
        await actions.acceptance(left.id, Acceptance(version=2), actor=adjuster)


async def waiting_for_a_lock() -> bool:
    async with db.transaction(SYSTEM):
        found: bool = await db.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
    return found
