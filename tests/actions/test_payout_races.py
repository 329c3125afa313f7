"""Orders, releases, cancellations, returns and bank files race for the same claim parts over real connections: no part is paid twice.

`INSURANCE_RACE_ATTEMPTS` and `INSURANCE_RACE_PARTS` say how many (`make faults`: 100,000 attempts on 2,000 parts).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from random import Random
from typing import Any

import asyncpg
import msgspec
import pytest

import make
import server
from committed import SYSTEM, own_pool
from crashes import administrator
from insurance.access import clock, scopes
from insurance.access.keys import keys
from insurance.access.model import Actor, Role
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import InsuranceError
from insurance.checks.stored import stored
from insurance.finance import actions, actions_matching
from insurance.finance.model import PayoutState, Side
from insurance.finance.model_payments import PayingAccountView, Return
from make.access import TANSHAN
from make.bank_story import Line
from make.bank_writers import Stretch, message
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"r_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
ATTEMPTS = int(os.environ.get("INSURANCE_RACE_ATTEMPTS", "2000"))
PARTS = int(os.environ.get("INSURANCE_RACE_PARTS", "40"))
RACERS = 24
DAY = date(2019, 8, 30)
LIVE = ("ORDERED", "RELEASED", "PARTIAL", "SETTLED")
CHECKS = ("ledger_shape", "ledger_payouts", "payouts_live", "payouts_matched", "payouts_once", "policies_paid", "audit_events")


class Field(msgspec.Struct):
    """What is raced for, by whom, and what was acknowledged."""

    parts: list[int]
    makers: list[Actor]
    checkers: list[Actor]
    paying: PayingAccountView
    insurer: int
    draw: Random
    done: Counter[str] = msgspec.field(default_factory=Counter)
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    told: int = 0

    async def attempt(self, one: int) -> None:
        """Mostly orders; else something about the order that is live, as somebody else saw it a moment ago."""
        part = self.parts[one % len(self.parts)]
        what = self.draw.choices(("order", "release", "cancel", "return", "bank"), (60, 18, 8, 6, 8))[0]
        try:
            await getattr(self, "_" + what)(part)
        except InsuranceError as refusal:
            self.refused[f"{what}: {type(refusal).__name__}"] += 1
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as waited:
            self.refused[f"{what}: {type(waited).__name__}"] += 1

    async def _order(self, part: int) -> None:
        agent = self.draw.random() < 0.5
        await actions.order(
            part, 1, TANSHAN, self.insurer, _amount(part), PAYEE, "农商行", keys().hide(ACCOUNT), keys().equality_digest(ACCOUNT), "0000",
            "赔款", paying_account_id=self.paying.id if agent else None, actor=self.draw.choice(self.makers),
        )  # fmt: skip
        self.done["order"] += 1

    async def _live(self, part: int, *states: PayoutState) -> Any:
        async with db.transaction(SYSTEM):
            return await db.fetchrow(
                "SELECT id, version, token, amount_fen FROM payout WHERE part_id = $1 AND state = ANY ($2::text[])", part, list(states)
            )

    async def _release(self, part: int) -> None:
        if found := await self._live(part, PayoutState.ORDERED):
            await actions.release(found["id"], found["version"], actor=self.draw.choice(self.checkers))
            self.done["release"] += 1

    async def _cancel(self, part: int) -> None:
        if found := await self._live(part, PayoutState.ORDERED):
            await actions.cancel(found["id"], found["version"], "账号有误", actor=self.draw.choice([*self.makers, *self.checkers]))
            self.done["cancel"] += 1

    async def _return(self, part: int) -> None:
        if found := await self._live(part, PayoutState.RELEASED, PayoutState.SETTLED):
            given = Return(version=found["version"], code="AC04")
            await actions.give_back(found["id"], given, actor=self.draw.choice(self.makers))
            self.done["return"] += 1

    async def _bank(self, part: int) -> None:
        """The bank tells of this order, and of another it has told of before."""
        found = [row for one in (part, self.draw.choice(self.parts)) if (row := await self._live(one, PayoutState.RELEASED))]
        if not found:
            return
        self.told += 1
        told = self.told
        lines = [
            Line(PROGRAMME, DAY, -row["amount_fen"], PAYEE, ACCOUNT, row["token"], frozenset(), reference=f"B{told:07d}{place}")
            for place, row in enumerate({row["id"]: row for row in found}.values())
        ]
        content = message(Stretch(PROGRAMME, 10**9 + told * 10**6, lines))
        read = await actions_matching.read_file(content, "流水.xml", Side.PAYER, "", actor=self.draw.choice(self.makers))
        self.done["bank line"] += len(lines)
        self.done["settled"] += read.matched


def _amount(part: int) -> int:
    return 100_00 + part


@pytest.fixture(scope="module")
def own_database() -> Embedded:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def field(own_database: Embedded) -> AsyncIterator[Field]:
    """Parts of claims, three who order, two who release, over as many connections as there are racers."""
    async with own_pool(own_database, DATABASE, connections=RACERS):
        clock.pin(DAY)
        async with db.transaction(SYSTEM):
            people: People = await make.people()
            await scopes.load()
            makers = [people.maker, *[await make.user(f"maker-{n}", Role.MAKER) for n in range(2)]]
            checkers = [people.checker, await make.user("checker-2", Role.CHECKER)]
        paying = await make.paying_account(people, programme=True)
        async with db.transaction(SYSTEM):
            parts = [await make.part(people, 1) for _ in range(PARTS)]
        async with administrator(own_database, DATABASE) as admin:
            await admin.execute("UPDATE claim_part SET amount_fen = 10000 + id")
        yield Field(parts, makers, checkers, paying, people.insurer_a, Random(1))  # noqa: S311


async def test_no_part_is_paid_twice_however_many_race_for_it(field: Field) -> None:
    todo = iter(range(ATTEMPTS))
    started = time.monotonic()

    async def racer() -> None:
        for one in todo:
            await field.attempt(one)

    await asyncio.gather(*(racer() for _ in range(RACERS)))
    seconds = time.monotonic() - started

    async with db.transaction(SYSTEM):
        twice = await db.fetch(
            "SELECT part_id FROM payout GROUP BY part_id HAVING count(*) FILTER (WHERE state = ANY ($1::text[])) > 1"
            " OR count(*) FILTER (WHERE state = 'SETTLED') > 1", list(LIVE),
        )  # fmt: skip
        stands = {row["state"]: row["n"] for row in await db.fetch("SELECT state, count(*) AS n FROM payout GROUP BY 1")}
        made = await db.fetchval("SELECT count(*) FROM payout")
        paid = await db.fetchrow(
            "SELECT (SELECT count(*) FROM bank_match) AS matches,"
            " (SELECT sum(abs(fen)) FROM (SELECT subject, sum(CASE WHEN '2101' = debit THEN amount_fen WHEN '2101' = credit THEN -amount_fen"
            " ELSE 0 END) AS fen FROM transfer WHERE kind IN ('POSTED', 'POST') GROUP BY 1) t) AS discharged_fen,"
            " (SELECT sum(amount_fen) FROM payout WHERE state = 'SETTLED' OR (mode = 'AGENT' AND state = 'RELEASED')) AS owed_no_more_fen"
        )
        assert paid is not None
        offences = [offence for name in CHECKS for offence in (await stored(name)).offences]

    said = f"{ATTEMPTS:,} attempts on {PARTS:,} parts in {seconds:.0f} s: {dict(field.done)}; refused {dict(field.refused)}; stand {stands}"
    sys.stderr.write(f"\n{said}\n")
    assert twice == []
    assert offences == []
    assert made == field.done["order"], "what was acknowledged is what stands"
    assert stands.get("CANCELLED", 0) == field.done["cancel"]
    assert stands.get("RETURNED", 0) == field.done["return"]
    assert paid["matches"] == field.done["settled"]
    assert paid["discharged_fen"] == paid["owed_no_more_fen"]
    assert field.done["order"] >= PARTS
    assert sum(field.refused.values()) > ATTEMPTS // 10, "nobody raced"
