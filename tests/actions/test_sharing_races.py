"""Two people at the same money at the same moment, on a database of their own: one is served, the other is told, nothing goes out twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Iterable
from datetime import date
from typing import Any

import asyncpg
import pytest

import make
import server
from committed import SYSTEM, one_after_the_other, own_pool
from insurance.access import clock, scopes
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import InsuranceError, Refused
from insurance.claims import actions_decision
from insurance.claims.model_verbs import InterimPayment
from insurance.projects import store as projects
from insurance.sharing import actions, actions_uses, lifecycle, store
from insurance.sharing.model import Basis, ListWish, Purpose, SharingEntry, SharingState, SharingVerb, Source, UseEntry
from insurance.sharing.views import SharingView
from make import sharing as made
from make.claims import way
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"c_sharing_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS = 8


@pytest.fixture
def own_database() -> Embedded:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


async def people() -> People:
    clock.pin(date(2019, 8, 30))
    async with db.transaction(SYSTEM):
        found = await make.people()
        await scopes.load()
    return found


async def nobody_waits(_: int) -> None:
    """The project is not held."""


async def outcomes(acts: Iterable[Awaitable[SharingView]]) -> tuple[list[SharingView], list[InsuranceError]]:
    """What succeeded, and what was refused in words; anything else is a fault of ours."""
    results = await asyncio.gather(*acts, return_exceptions=True)
    strange = [one for one in results if not isinstance(one, SharingView | InsuranceError)]
    assert not strange, strange
    return [one for one in results if isinstance(one, SharingView)], [one for one in results if isinstance(one, InsuranceError)]


@pytest.mark.parametrize("checked", [True, False], ids=["as it is", "without the program's own lock"])
async def test_one_payout_is_shared_once(own_database: Embedded, monkeypatch: pytest.MonkeyPatch, checked: bool) -> None:
    together, add = asyncio.Barrier(RACERS), store.add

    async def everybody_has_looked(*args: Any, **known: Any) -> int:
        await together.wait()
        return await add(*args, **known)

    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        story = await people()
        covered = await made.income_claim(story)
        entry = SharingEntry(project_id=covered.project.id, source=Source.INCOME_COVER, payout_id=made.payout_of(covered.claim))
        if not checked:
            monkeypatch.setattr(store, "lock_project", nobody_waits)
            monkeypatch.setattr(store, "add", everybody_has_looked)

        done, refused = await outcomes(actions.draft(entry, actor=(story.town, story.county)[turn % 2]) for turn in range(RACERS))

        async with db.transaction(SYSTEM):
            stored = await db.fetchval("SELECT count(*) FROM sharing WHERE payout_id IS NOT NULL")
    assert (len(done), len(refused), stored) == (1, RACERS - 1, 1)
    assert all(isinstance(one, Refused) for one in refused)


async def unlocked(sharing_id: int, version: int, verb: SharingVerb) -> tuple[Any, SharingState]:
    """The program's own lock and version taken away: the database must hold alone."""
    del version
    row: Any = await db.fetchrow("SELECT * FROM sharing WHERE id = $1", sharing_id)
    return row, lifecycle.after(verb, SharingState(row["state"]))


@pytest.mark.parametrize("checked", [True, False], ids=["as it is", "without the program's own lock"])
async def test_a_share_is_on_one_list(own_database: Embedded, monkeypatch: pytest.MonkeyPatch, checked: bool) -> None:
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        story = await people()
        found = await made.confirmed(story)
        maker, checker = made.over(found, story.maker), made.over(found, story.checker)
        if not checked:
            monkeypatch.setattr(actions_uses, "locked", unlocked)
        wish = ListWish(version=found.head.version)

        done, refused = await outcomes(
            actions_uses.make_list(found.head.id, wish, actor=(maker, checker)[turn % 2]) for turn in range(RACERS)
        )

        async with db.transaction(SYSTEM):
            lines = await db.fetchval("SELECT count(*) FROM sharing_pay_line")
    assert (len(done), len(refused), lines) == (1, RACERS - 1, 37)


async def test_a_share_is_not_used_above_itself(own_database: Embedded) -> None:
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        story = await people()
        found = await made.confirmed(story)
        town = made.over(found, story.town)
        entry: UseEntry = await made.use(found, story, "MUTUAL_AID", 1_000_000, actor=town)

        done, refused = await outcomes(actions_uses.use(found.head.id, entry, actor=town) for _ in range(RACERS))

        async with db.transaction(SYSTEM):
            used = await db.fetchval("SELECT sum(amount_fen) FROM sharing_use")
    assert (len(done), len(refused), used) == (1, RACERS - 1, 1_000_000)


async def test_the_database_alone_lets_no_share_be_used_above_itself(own_database: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock some run into each other (told as "somebody is at the same record"); what comes through stays within the share."""
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        story = await people()
        found = await made.confirmed(story)
        town = made.over(found, story.town)
        entry: UseEntry = await made.use(found, story, "MUTUAL_AID", 1_000_000, actor=town)
        monkeypatch.setattr(actions_uses, "locked", unlocked)

        results = await asyncio.gather(*(actions_uses.use(found.head.id, entry, actor=town) for _ in range(RACERS)), return_exceptions=True)

        async with db.transaction(SYSTEM):
            used = await db.fetchval("SELECT coalesce(sum(amount_fen), 0) FROM sharing_use")
    done = [one for one in results if isinstance(one, SharingView)]
    busy = (InsuranceError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
    assert not [one for one in results if not isinstance(one, (SharingView, *busy))]
    assert len(done) <= 1
    assert used == 1_000_000 * len(done)


async def test_two_payouts_of_a_claim_give_a_backstop_back_once(own_database: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the backstop itself, the project's lock taken away: it gives back what the first has left of it."""
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        story = await people()
        covered = await made.income_claim(story, paid=False)
        lent = {"basis": Basis.GUARANTEED, "claim_id": covered.claim.id, "repayable": True}
        await made.confirmed(story, await made.given(story, covered.project, Source.BACKSTOP, 600_000, **lent))
        interim = InterimPayment(version=covered.claim.version, amount_fen=500_000)
        early = await way(await actions_decision.interim_payment(covered.claim.id, interim, actor=story.approver_a), story, "order", "pay")
        final = await way(early, story, "approve", "sign_office", "sign_adjuster", "order", "pay")
        monkeypatch.setattr(store, "lock_project", nobody_waits)

        done = await one_after_the_other(
            lambda: made.of_payout(story, made.Covered(covered.project, early)),
            lambda: made.of_payout(story, made.Covered(covered.project, final)), story.town,
        )  # fmt: skip

    repaid = [[share.amount_fen for share in one.shares if share.purpose is Purpose.REPAYMENT] for one in done]
    assert repaid == [[500_000], [100_000]]


async def test_who_agrees_while_the_year_is_corrected_is_told_so(own_database: Embedded) -> None:
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        story = await people()
        found = await made.published(story)
        async with db.transaction(story.town.scope):
            project = await projects.project(found.head.project_id)
        assert project is not None
        county = made.over(found, story.county)

        done = await one_after_the_other(
            lambda: made.income(project, story, 4_000_000),
            lambda: actions.confirm(found.head.id, found.head.version, actor=county), story.town,
        )  # fmt: skip

        assert isinstance(done[1], Refused)
        assert "已更正" in str(done[1].text)
