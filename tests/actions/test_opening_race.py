"""Opening imports that commit at the same moment, on a database of their own: every policy and past claim comes in once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError, Refused
from insurance.claims import openings
from insurance.policies import actions_enrol, actions_opening, store_opening
from insurance.policies.actions_opening import OpeningReport
from make.openings import claim_row, claims, offences, policies, policy_row
from make.policies import ask, papers
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"c_opening_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS, ROWS = 6, 8
Outcome = OpeningReport | BaseException


@pytest.fixture
async def people() -> AsyncIterator[People]:
    """People and a register of their own; everything below really commits."""
    postgres = await asyncio.to_thread(server.fresh_database, DATABASE)
    async with own_pool(postgres, DATABASE, connections=RACERS + 1):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            made = await make.people()
        yield made


async def _waiting(kind: str, content: bytes, actor: Actor) -> OpeningReport:
    """A workbook tried, waiting for its commit."""
    reading = await actions_opening.read(openings.KINDS[kind], content, f"{kind}.csv", actor=actor)
    return await actions_opening.report(openings.KINDS[kind], reading, actor=actor)


async def _commit(kind: str, tried: OpeningReport, actor: Actor) -> OpeningReport:
    which = openings.KINDS[kind]
    reading = await actions_opening.reading_of(which, tried.id, actor=actor)
    return await actions_opening.commit(which, tried.id, reading, actor=actor, version=tried.version)


async def _at_once(*commits: Any) -> list[Outcome]:
    return list(await asyncio.gather(*commits, return_exceptions=True))


def _stored(outcomes: Sequence[Outcome]) -> list[OpeningReport]:
    """The commits that went through; every other one was refused as such, none fell over."""
    assert all(isinstance(one, Refused) for one in outcomes if not isinstance(one, OpeningReport)), outcomes
    return [one for one in outcomes if isinstance(one, OpeningReport)]


async def _count(what: str) -> int:
    async with db.transaction(SYSTEM):
        return int(await db.fetchval(f"SELECT count(*) FROM {what}"))


async def _workbooks(people: People) -> dict[str, bytes]:
    projects = [await make.project(people.county) for _ in range(ROWS)]
    held = [policy_row(number=f"B-{n}", code=project.code) for n, project in enumerate(projects)]
    past = [claim_row(number=f"C-{n}", policy=f"B-{n}") for n in range(ROWS)]
    return {"policies": policies(*held), "claims": claims(*past)}


async def _events(kind: str) -> int:
    return await _count("policy_event" if kind == "policies" else "claim_event")


async def test_one_import_is_committed_once_however_many_press(people: People) -> None:
    for kind, content in (await _workbooks(people)).items():
        tried = await _waiting(kind, content, people.county)

        stored = _stored(await _at_once(*(_commit(kind, tried, people.county) for _ in range(RACERS))))

        assert [(one.state, one.created) for one in stored] == [("COMMITTED", ROWS)]
        assert await _count("policy" if kind == "policies" else "claim") == await _events(kind) == ROWS
        assert await _count(f"audit_event WHERE verb = 'opening.{kind}-committed'") == 1
    assert await offences() == []


async def test_city_and_county_hold_the_same_file_and_press_together(people: People) -> None:
    offices = (people.city, people.county)
    for kind, content in (await _workbooks(people)).items():
        tried = [await _waiting(kind, content, office) for office in offices]

        stored = _stored(await _at_once(*(_commit(kind, one, office) for one, office in zip(tried, offices, strict=True))))

        assert sum(one.created for one in stored) == ROWS, "one of them brings them in"
        assert {one.created + one.unchanged for one in stored} == {ROWS}, "the other finds them there"
        assert await _count("policy" if kind == "policies" else "claim") == await _events(kind) == ROWS
    assert await offences() == []


async def test_without_turns_the_constraints_decide(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    offices = (people.city, people.county)

    async def at_once() -> None:
        """Nobody waits for a turn."""

    monkeypatch.setattr(store_opening, "take_turn", at_once)
    for kind, content in (await _workbooks(people)).items():
        tried = [await _waiting(kind, content, office) for office in offices]
        planned, together = openings.KINDS[kind].plan, asyncio.Barrier(len(offices))

        async def plan(file: Any, *, actor: Actor, planned: Any = planned, together: asyncio.Barrier = together) -> Any:
            """Everybody has looked before anybody writes."""
            found = await planned(file, actor=actor)
            await together.wait()
            return found

        with monkeypatch.context() as here:
            here.setattr(type(openings.KINDS[kind]), "plan", staticmethod(plan))
            outcomes = await _at_once(*(_commit(kind, one, office) for one, office in zip(tried, offices, strict=True)))

        stored = _stored(outcomes)
        assert sum(one.created for one in stored) == ROWS
        late = [one for one in stored if one.faulty]
        assert late or len(stored) < len(offices), "both planned the same before either wrote"
        assert {fault.code for one in late for fault in one.faults} <= {"number-taken"}
        assert await _count("policy" if kind == "policies" else "claim") == await _events(kind) == ROWS
    assert await offences() == []


async def test_an_enrolment_and_an_opening_of_one_project_never_both_stand(people: People) -> None:
    projects = [await make.project(people.county) for _ in range(ROWS)]
    await papers(*projects, actor=people.county)
    asks = await ask(*projects, actor=people.county)
    rows = [policy_row(number=f"B-{n}", code=project.code, last="2020-12-31") for n, project in enumerate(projects)]
    tried = await _waiting("policies", policies(*rows), people.county)

    enrolled, stored = await asyncio.gather(
        actions_enrol.enrol_many(asks, actor=people.county), _commit("policies", tried, people.county), return_exceptions=True
    )

    assert isinstance(enrolled, list | InsuranceError)
    assert isinstance(stored, OpeningReport | Refused)
    assert await _count("policy") == await _count("(SELECT DISTINCT project_id, cover FROM policy) one") == ROWS
    assert await offences() == []
