"""Renewals and changes of the rules at the same moment: every policy is with whom the rule names or shown in conflict, one change wins."""

from __future__ import annotations

import asyncio
import os
from datetime import date

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock, scopes
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import InsuranceError
from insurance.checks.stored import stored
from insurance.policies import actions, actions_handover, actions_renew
from insurance.policies.model import Cover
from insurance.policies.views_handover import Changed, RuleChange
from insurance.projects import documents
from make.midterm import held
from make.policies import on_day
from make.projects import PDF

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"c_handover_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
BEFORE, CHANGE = date(2019, 12, 1), date(2020, 1, 1)
PROJECTS = 12


@pytest.fixture
def own_database() -> Embedded:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


async def test_no_renewal_slips_past_a_change_of_the_rules(own_database: Embedded) -> None:
    async with own_pool(own_database, DATABASE, connections=8):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            people = await make.people()
            await scopes.load()
        await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-A", date(2019, 1, 1), None, actor=people.city)
        office, city = on_day(people.county, BEFORE), on_day(people.city, BEFORE)
        old = [await held(people.county) for _ in range(PROJECTS)]
        for project, _ in old:
            content = PDF + str(project.id).encode()
            await documents.file_for_project(project.id, "APPLICATION", "续保.pdf", content, actor=office)
        asked = RuleChange(["370404"], [Cover.INDUSTRY], "INS-B", CHANGE)

        async def renew(policy_id: int) -> object:
            return await actions_renew.renew_many([policy_id], actor=office)

        renewals = [renew(bound.id) for _, bound in old]
        changes = [actions_handover.change(asked, actor=city) for _ in range(3)]
        results = await asyncio.gather(*renewals[:4], changes[0], *renewals[4:8], *changes[1:], *renewals[8:], return_exceptions=True)

        made = [one for one in results if isinstance(one, Changed)]
        others = [one for one in results if isinstance(one, BaseException)]
        assert len(made) == 1
        assert all(isinstance(one, InsuranceError) for one in others), others
        async with db.transaction(SYSTEM):
            insurers = await db.fetch(
                "SELECT i.code, count(*) AS n FROM policy p JOIN insurer i ON i.id = p.insurer_id"
                " WHERE lower(p.period) = '2020-01-01' GROUP BY i.code"
            )
            rules = await db.fetchval("SELECT count(*) FROM insurer_rule WHERE lower(period) = '2020-01-01'")
            conflicts = await db.fetchval("SELECT count(*) FROM insurer_conflict")
            offences = (await stored("insurers_ruled")).offences + (await stored("claims_insured")).offences
        found = {row["code"]: row["n"] for row in insurers}
        assert (sum(found.values()), rules) == (PROJECTS, 1)
        assert conflicts == found.get("INS-A", 0)  # renewed before the change: each of them shown
        assert offences == []
