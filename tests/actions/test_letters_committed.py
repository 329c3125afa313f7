"""Letters that are committed: two first readers of one letter, one file; and a letter touched behind the program's back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock, scopes
from insurance.access.actions import system
from insurance.base import db
from insurance.checks.trail import letters
from insurance.claims import actions_letters
from insurance.claims.model import ClaimState
from make.claims import BOUND_ON
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"l_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture
def own_database() -> Any:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


@pytest.fixture
async def people(own_database: Any) -> AsyncIterator[People]:
    """The people of the city, committed; the superuser alone can touch a letter."""
    async with own_pool(own_database, DATABASE, connections=6, role="insurance"):
        clock.pin(BOUND_ON.replace(month=8, day=30))
        async with db.transaction(SYSTEM):
            made = await make.people()
            await scopes.load()
        yield made


async def test_two_first_readers_and_the_clock_make_one_file(people: People) -> None:
    claim = await make.claim_in(ClaimState.OPENED, people)
    (line,) = await actions_letters.of_claim(claim.id, actor=people.town)

    async def read() -> bytes:
        return (await actions_letters.pdf(claim.id, line.id, actor=people.town))[1]

    first, second, _ = await asyncio.gather(read(), read(), actions_letters.make_waiting(actor=system("370400")))
    async with db.transaction(SYSTEM):
        files = await db.fetchval("SELECT count(*) FROM letter_pdf")
        told = await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'letter.pdf-made'")

    assert first == second
    assert (files, told) == (1, 1)


@pytest.mark.parametrize("column", ["facts", "content"])
async def test_a_letter_that_was_touched_is_found(people: People, column: str) -> None:
    await make.claim_in(ClaimState.OPENED, people)

    async with db.rolled_back(SYSTEM):
        whole = await letters()
        await db.execute(f'ALTER TABLE letter DISABLE TRIGGER USER; UPDATE letter SET {column} = {column} || \'{{"number": "x"}}\'')
        touched = await letters()

    assert not whole.offences
    assert touched.offences
