"""Two people enrol one project at the same moment, on a database of their own: one policy, the other is told."""

from __future__ import annotations

import asyncio
import os
from datetime import date
from typing import Any

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import InsuranceError
from insurance.policies import actions_enrol, store
from insurance.policies.actions_underwriting import AlreadyCovered
from insurance.policies.store import Bound
from make.policies import ask, papers

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"c_policies_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS, PROJECTS = 8, 5


@pytest.fixture
def own_database() -> Embedded:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


@pytest.mark.parametrize("checked", [True, False], ids=["as it is", "without the program's own check"])
async def test_one_project_is_never_covered_twice(own_database: Embedded, monkeypatch: pytest.MonkeyPatch, checked: bool) -> None:
    together = asyncio.Barrier(RACERS)
    find = store.standing

    async def standing(asked: Any) -> dict[int, Any]:
        """Everybody has looked before anybody writes."""
        seen = await find(asked) if checked else {}
        await together.wait()
        return seen

    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            people = await make.people()
        projects = [await make.project(people.county) for _ in range(PROJECTS)]
        await papers(*projects, actor=people.county)
        asks = await ask(*projects, actor=people.county)
        monkeypatch.setattr(store, "standing", standing)

        results = await asyncio.gather(
            *(actions_enrol.enrol_many(list(reversed(asks)) if turn % 2 else asks, actor=people.county) for turn in range(RACERS))
        )

        outcomes = [outcome for result in results for outcome in result]
        bound = [outcome for outcome in outcomes if isinstance(outcome, Bound)]
        assert sorted(one.project_id for one in bound) == [project.id for project in projects]
        assert all(isinstance(one, AlreadyCovered) for one in outcomes if isinstance(one, InsuranceError))
        async with db.transaction(people.city.scope):
            assert await db.fetchval("SELECT count(*) FROM policy") == PROJECTS
            assert await db.fetchval("SELECT count(*) FROM transfer") == 2 * PROJECTS
        async with db.transaction(people.auditor.scope):
            assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'policy.bound'") == PROJECTS
