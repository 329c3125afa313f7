"""Two people change or renew one policy at the same moment, on a database of their own: one wins, the other is told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock
from insurance.access.actions import system
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import InsuranceError, LostUpdate, Refused
from insurance.policies import actions_cancel, actions_endorse, actions_renew, actions_verify, jobs, store, store_midterm
from insurance.policies.actions_underwriting import AlreadyCovered
from insurance.policies.held import Held
from insurance.policies.model import Cover
from insurance.policies.store import Bound
from insurance.policies.views_midterm import EndorsementView
from insurance.projects import documents
from make import midterm
from make.policies import on_day
from make.projects import PDF
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"c_midterm_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS = 6


@pytest.fixture
def own_database() -> Embedded:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


@pytest.fixture
async def people(own_database: Embedded) -> AsyncIterator[People]:
    """The people of the story, on connections of their own."""
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            found = await make.people()
        yield found


async def test_of_many_endorsements_at_once_one_is_made(people: People) -> None:
    made, bound = await midterm.held(people.county, cover=Cover.INCOME)
    await midterm.changed(made, actor=people.county, operation="LEASED")
    given = midterm.entry("MODE_CHANGED", effective_on="2019-08-12")

    done = await asyncio.gather(
        *(actions_endorse.endorse(bound.id, given, actor=people.county) for _ in range(RACERS)), return_exceptions=True
    )

    assert sum(isinstance(one, EndorsementView) for one in done) == 1
    assert sum(isinstance(one, LostUpdate) for one in done) == RACERS - 1
    async with db.transaction(people.city.scope):
        assert await db.fetchval("SELECT count(*) FROM endorsement") == 1
        assert await db.fetchval("SELECT count(*) FROM transfer WHERE event = 'REFUND'") == 2
    async with db.transaction(people.auditor.scope):
        assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'policy.endorsed'") == 1


async def test_without_the_lock_the_version_still_lets_one_through(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    made, bound = await midterm.held(people.county, cover=Cover.INCOME)
    await midterm.changed(made, actor=people.county, operation="LEASED")
    find = store_midterm.held
    together = asyncio.Barrier(RACERS)

    async def held(policy_id: int, *, lock: bool) -> Held | None:
        """Everybody has looked before anybody writes."""
        seen = await find(policy_id, lock=False)
        await together.wait()
        return seen

    monkeypatch.setattr(store_midterm, "held", held)
    given = midterm.entry("MODE_CHANGED", effective_on="2019-08-12")
    done = await asyncio.gather(
        *(actions_endorse.endorse(bound.id, given, actor=people.county) for _ in range(RACERS)), return_exceptions=True
    )

    assert sum(isinstance(one, EndorsementView) for one in done) == 1
    assert all(isinstance(one, EndorsementView | Refused) for one in done), done
    async with db.transaction(people.city.scope):
        assert await db.fetchval("SELECT count(*) FROM endorsement") == 1


async def test_an_endorsement_and_a_cancellation_at_once_leave_one_of_them(people: People) -> None:
    made, bound = await midterm.held(people.county, cover=Cover.INCOME)
    await midterm.changed(made, actor=people.county, operation="LEASED")
    signed = await midterm.change_paper(made, people.county)

    done = await asyncio.gather(
        actions_endorse.endorse(bound.id, midterm.entry("MODE_CHANGED"), actor=people.county),
        actions_cancel.cancel(bound.id, midterm.cancellation("WISH", document=signed), actor=people.county),
        return_exceptions=True,
    )

    assert sum(isinstance(one, EndorsementView) for one in done) == 1
    assert await actions_verify.verify_endorsements(actor=people.city) == (1, [])


@pytest.mark.parametrize("checked", [True, False], ids=["as it is", "without the program's own check"])
async def test_of_many_renewals_at_once_one_policy_comes(people: People, monkeypatch: pytest.MonkeyPatch, checked: bool) -> None:
    held = [await midterm.held(people.county) for _ in range(3)]
    office = on_day(people.county, date(2019, 12, 1))
    for project, _ in held:
        await documents.file_for_project(project.id, "APPLICATION", "续保投保单.pdf", PDF, actor=office)
    together = asyncio.Barrier(RACERS)
    find = store.standing

    async def standing(asked: list[tuple[int, Cover, object]]) -> dict[int, object]:
        """Everybody has looked before anybody writes."""
        seen = await find(asked) if checked else {}  # type: ignore[arg-type]  # as it is called
        await together.wait()
        return seen

    monkeypatch.setattr(store, "standing", standing)
    done = await asyncio.gather(*(actions_renew.renew_many([bound.id for _, bound in held], actor=office) for _ in range(RACERS)))

    outcomes = [one.outcome for result in done for one in result]
    assert sum(isinstance(one, Bound) for one in outcomes) == len(held)
    assert all(isinstance(one, AlreadyCovered) for one in outcomes if isinstance(one, InsuranceError))
    async with db.transaction(people.city.scope):
        assert await db.fetchval("SELECT count(*) FROM policy WHERE renewed_from IS NOT NULL") == len(held)


async def test_two_ticks_at_once_end_a_policy_once(people: People) -> None:
    await midterm.held(people.county)
    hand = on_day(system("370400"), date(2020, 1, 1))

    done = await asyncio.gather(*(jobs.tick(actor=hand) for _ in range(RACERS)))

    assert sum(one["policies_expired"] for one in done) == 1
    async with db.transaction(people.city.scope):
        assert await db.fetchval("SELECT count(*) FROM policy_event WHERE verb = 'expire'") == 1
