"""Opening imports of a whole city: 5,000 rows of each kind in seconds, and as many statements as a handful of rows takes."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

import make
import server
from asked import count_statements
from committed import SYSTEM, own_pool
from insurance.access import clock, scopes
from insurance.base import db
from insurance.bench import population
from insurance.claims import openings
from insurance.policies import actions_opening
from make.openings import claim_row, claims, offences, policies, policy_row
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"o_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
FEW, MANY, ASSETS_EACH = 20, 5_000, 2
ENOUGH_SECONDS = 60  # a query for every row takes minutes; what was measured is a tenth of this
FIRST = date(2018, 1, 1)
City = tuple[People, list[str], "asyncpg.Connection[Any]"]


@pytest.fixture(scope="module")
async def city() -> AsyncIterator[City]:
    """A register of 5,020 projects and its people."""
    postgres = await asyncio.to_thread(server.fresh_database, DATABASE)
    async with own_pool(postgres, DATABASE, connections=2):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            people = await make.people()
            await scopes.load()
        connection = await asyncpg.connect(
            postgres.dsn(database=DATABASE), server_settings={"search_path": f"{server.SCHEMA},public", "TimeZone": "Asia/Shanghai"}
        )
        await population.projects(connection, FEW + MANY, ASSETS_EACH)
        for table in ("project", "asset"):
            await connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        codes = [row["code"] for row in await connection.fetch("SELECT code FROM project ORDER BY id")]
        yield people, codes, connection
        await connection.close()


def _held(codes: list[str]) -> bytes:
    """A policy of each project, begun on any day of 2018."""
    days = [FIRST + timedelta(days=place % 365) for place in range(len(codes))]
    return policies(
        *(
            policy_row(number=f"保-{code}", code=code, starts=str(day), last=str(day + timedelta(days=729)))
            for code, day in zip(codes, days, strict=True)
        )
    )


def _past(codes: list[str]) -> bytes:
    """A claim of each policy, every third of them still open."""
    settled = {"loss": "2019-02-10", "reported": "2019-02-11"}
    pending = settled | {"outcome": "未决", "reserve": "45000", "assessed": None, "approved": None, "paid": None, "paid_on": None}
    return claims(
        *(claim_row(number=f"赔-{code}", policy=f"保-{code}", **(settled if place % 3 else pending)) for place, code in enumerate(codes))
    )


async def _brought_in(kind: str, content: bytes, people: People, asked: Counter[str]) -> tuple[int, Counter[str], float]:
    """A workbook tried and taken in: rows created, statements asked by sort, seconds of the longer of the two requests."""
    which, actor = openings.KINDS[kind], people.city
    asked.clear()
    begun = time.perf_counter()
    tried = await actions_opening.report(which, await actions_opening.read(which, content, f"{kind}.csv", actor=actor), actor=actor)
    between = time.perf_counter()
    stored = await actions_opening.commit(
        which, tried.id, await actions_opening.reading_of(which, tried.id, actor=actor), actor=actor, version=tried.version
    )
    assert stored.faults == []
    return stored.created, Counter(asked), max(between - begun, time.perf_counter() - between)


async def test_five_thousand_rows_of_each_kind(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    people, codes, connection = city
    asked = count_statements(monkeypatch)

    for kind, workbook in (("policies", _held), ("claims", _past)):
        few, asked_by_few, _ = await _brought_in(kind, workbook(codes[:FEW]), people, asked)
        many, asked_by_many, seconds = await _brought_in(kind, workbook(codes[FEW:]), people, asked)

        assert (few, many) == (FEW, MANY)
        assert asked_by_many == asked_by_few, "statements do not grow with the rows"
        assert asked_by_few.total() > 5
        assert seconds < ENOUGH_SECONDS
    await connection.execute("ANALYZE")
    assert await offences() == []
