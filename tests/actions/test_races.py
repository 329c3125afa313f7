"""Real races on a database of their own: however many people press at once, one effect and one audit row; the database alone sees to it too."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock
from insurance.access.model import Actor, Role
from insurance.app import create_app
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.claims import lifecycle, store, store_income, store_recovery
from insurance.claims.model import ClaimState
from insurance.finance import store as finance_store
from insurance.policies.model import Cover, Peril
from make import recovery
from make.bank_shelf import content, walk
from make.claims import claim_in, insured
from make.income import PERIOD, STATEMENT, assess_income
from people import Api, People, api

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"c_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
DAY = date(2019, 8, 30)
APPROVALS, ORDERS, TWINS = 8, 20, 20


@pytest.fixture(scope="module")
def own_database() -> Embedded:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def town(own_database: Embedded) -> AsyncIterator[tuple[People, httpx.AsyncClient]]:
    """The people, committed, and the service over as many connections as there are racers."""
    async with own_pool(own_database, DATABASE, connections=22):
        clock.pin(DAY)
        async with db.transaction(SYSTEM):
            people = await make.people()
        transport = httpx.ASGITransport(app=create_app(), raise_app_exceptions=False)  # type: ignore[arg-type]  # two spellings of ASGI
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield people, client


both_ways = pytest.mark.parametrize("checked", [True, False], ids=["as it is", "without the program's own checks"])


def look_away(patch: pytest.MonkeyPatch, module: Any, first_write: str, racers: int) -> None:
    """Take row locks and the verb table out, and let nobody write before all have read: only the database is left to decide."""
    goals = {edge.verb: edge.target for edge in lifecycle.TABLE if edge.target is not None}
    all_here, write = asyncio.Barrier(racers), getattr(module, first_write)

    async def nothing(_: int) -> None:
        return None

    async def together(*given: Any, **named: Any) -> Any:
        await all_here.wait()
        return await write(*given, **named)

    patch.setattr(lifecycle, "after", lambda verb, *_: goals[verb])
    patch.setattr(lifecycle, "targets", lambda verb, *_: frozenset({goals[verb]}))
    patch.setattr(store, "lock", store.claim)
    patch.setattr(store, "lock_policy", nothing)
    patch.setattr(module, first_write, together)


# -- the race ---------------------------------------------------------------------------------------------------------


async def at_once(posts: list[Any]) -> list[httpx.Response]:
    """All of them started together."""
    start = asyncio.Event()

    async def racer(post: Any) -> httpx.Response:
        await start.wait()
        answer: httpx.Response = await post()
        return answer

    racers = [asyncio.create_task(racer(post)) for post in posts]
    await asyncio.sleep(0)
    start.set()
    return await asyncio.gather(*racers)


def refusals(answers: list[httpx.Response]) -> set[str]:
    return {answer.json()["detail"] for answer in answers if answer.status_code == 409}


async def count(query: str, *args: Any) -> int:
    async with db.transaction(SYSTEM):
        found: int = await db.fetchval(f"SELECT count(*) FROM {query}", *args)
    return found


async def state_of(claim_id: int) -> str:
    async with db.transaction(SYSTEM):
        found: str = await db.fetchval("SELECT state FROM claim WHERE id = $1", claim_id)
    return found


async def _api(client: httpx.AsyncClient, actor: Actor) -> Api:
    async with db.transaction(SYSTEM):
        return await api(client, actor)


# -- eight approvals, twenty orders, twenty twins ---------------------------------------------------------------------


@both_ways
async def test_of_eight_approvals_at_once_one_counts(
    town: tuple[People, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    people, client = town
    claim = await claim_in(ClaimState.ASSESSING, people)
    async with db.transaction(SYSTEM):
        second = await make.user(f"approver-a{claim.id}", Role.APPROVER, insurer=people.insurer_a, authority_fen=10**10)
    approvers = [await _api(client, one) for one in (people.approver_a, second)]

    if not checked:
        look_away(monkeypatch, store, "add_decision", APPROVALS)

    answers = await at_once(
        [lambda n=n: approvers[n % 2].post(f"/claims/{claim.id}/approval", {"version": claim.version}) for n in range(APPROVALS)]
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: APPROVALS - 1}, [a.text for a in answers]
    assert checked or refusals(answers) == {"与已有记录冲突，数据未保存"}, "one decision for a version: the database's own word"
    assert await state_of(claim.id) == ClaimState.APPROVED
    assert await count("decision WHERE claim_id = $1", claim.id) == 1
    assert await count("claim_part WHERE claim_id = $1", claim.id) == 1
    assert await count("claim_event WHERE claim_id = $1 AND verb = 'approval'", claim.id) == 1
    assert await count("audit_event WHERE subject = $1 AND verb = 'claim.approved'", f"claim:{claim.id}") == 1


@both_ways
async def test_of_twenty_orders_at_once_one_pays(
    town: tuple[People, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    people, client = town
    claim = await claim_in(ClaimState.AGREED, people)
    maker = await _api(client, people.maker)
    body = {"claim_id": claim.id, "version": claim.version}
    if not checked:
        look_away(monkeypatch, finance_store, "add_payout", ORDERS)

    answers = await at_once([lambda: maker.post("/payouts", body) for _ in range(ORDERS)])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: ORDERS - 1}, [a.text for a in answers]
    assert checked or refusals(answers) == {"这一笔赔款已有在办的付款指令"}, "one live payout for a part: the database's own word"
    made = next(answer.json() for answer in answers if answer.status_code == 201)
    assert made["amount_fen"] == 4_003_101
    assert await state_of(claim.id) == ClaimState.PAYING
    assert await count("payout p JOIN claim_part c ON c.id = p.part_id WHERE c.claim_id = $1", claim.id) == 1
    assert await count("transfer WHERE subject = $1", f"payout:{made['id']}") == 1
    assert await count("claim_event WHERE claim_id = $1 AND verb = 'payout'", claim.id) == 1
    assert await count("audit_event WHERE subject = $1 AND verb = 'payout.ordered'", f"payout:{made['id']}") == 1
    assert await count("audit_event WHERE subject = $1 AND verb = 'claim.payout-ordered'", f"claim:{claim.id}") == 1


@both_ways
async def test_of_eight_who_record_the_same_receipt_one_counts(
    town: tuple[People, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    people, client = town
    claim = await claim_in(ClaimState.PAID, people)
    await recovery.third_party(claim, people.adjuster_a)
    opened = await recovery.subrogation(claim, people.adjuster_a, expected_fen=1_000_000)
    tellers = [await _api(client, one) for one in (people.adjuster_a, people.approver_a)]
    body = {"version": opened.version, "received_fen": 400_000, "reason": "首期还款"}
    if not checked:
        look_away(monkeypatch, store_recovery, "move", APPROVALS)

    answers = await at_once([lambda n=n: tellers[n % 2].post(f"/recoveries/{opened.id}/receipts", body) for n in range(APPROVALS)])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: APPROVALS - 1}, [a.text for a in answers]
    assert checked or refusals(answers) == {"这笔追偿刚被他人改动，请刷新后再办"}, "one movement for a place: the database's own word"
    assert await count("recovery_movement WHERE recovery_id = $1", opened.id) == 1
    assert await count("audit_event WHERE subject = $1 AND verb = 'recovery.received'", f"recovery:{opened.id}") == 1


async def test_twenty_orders_under_one_key_are_one_order_and_all_answered_alike(town: tuple[People, httpx.AsyncClient]) -> None:
    people, client = town
    claim = await claim_in(ClaimState.AGREED, people)
    maker = await _api(client, people.maker)
    body = {"claim_id": claim.id, "version": claim.version}

    async def until_answered() -> httpx.Response:
        for _ in range(100):
            answer = await maker.post("/payouts", body, key=f"order-{claim.id}")
            if answer.status_code != 409:  # 409: the twin is in flight
                break
            await asyncio.sleep(0.05)
        return answer

    answers = await at_once([until_answered] * TWINS)

    assert {(answer.status_code, answer.content, answer.headers["location"]) for answer in answers} == {
        (201, answers[0].content, f"/api/v1/payouts/{answers[0].json()['id']}")
    }
    assert await count("payout p JOIN claim_part c ON c.id = p.part_id WHERE c.claim_id = $1", claim.id) == 1
    assert await count("audit_event WHERE subject = $1", f"payout:{answers[0].json()['id']}") == 1


async def test_twenty_reports_of_one_loss_are_one_claim(town: tuple[People, httpx.AsyncClient]) -> None:
    people, client = town
    loss = await insured(people)
    office = await _api(client, people.town)
    body = {"policy_id": loss.policy_id, "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 100, "peril": "HAIL"}

    answers = await at_once([lambda: office.post("/claims", body) for _ in range(TWINS)])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: TWINS - 1}, [a.text for a in answers]
    assert await count("claim WHERE policy_id = $1", loss.policy_id) == 1


@both_ways
async def test_of_eight_statements_filed_at_once_one_counts(
    town: tuple[People, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    people, client = town
    claim = await claim_in(ClaimState.OPENED, people, loss=await insured(people, Cover.INCOME))
    office = await _api(client, people.town)

    if not checked:
        look_away(monkeypatch, store_income, "add_statement", APPROVALS)

    answers = await at_once([lambda: office.post(f"/claims/{claim.id}/income-statements", STATEMENT) for _ in range(APPROVALS)])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: APPROVALS - 1}, [a.text for a in answers]
    assert await count("income_statement WHERE claim_id = $1", claim.id) == 1
    assert await count("audit_event WHERE subject = $1 AND verb = 'income-statement.filed'", f"claim:{claim.id}") == 1


async def test_of_two_claims_for_the_same_days_approved_at_once_one_pays(town: tuple[People, httpx.AsyncClient]) -> None:
    people, client = town
    loss = await insured(people, Cover.INCOME)
    claims = [await claim_in(ClaimState.OPENED, people, loss=loss, peril=peril) for peril in (Peril.RAINSTORM, Peril.HAIL)]
    claims = [await assess_income(claim, people.adjuster_a, income={"actual_fen": 1_000_000} | PERIOD) for claim in claims]
    approver = await _api(client, people.approver_a)

    answers = await at_once([lambda c=c: approver.post(f"/claims/{c.id}/approval", {"version": c.version}) for c in claims])

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 1}, [a.text for a in answers]
    assert "重新定损" in next(iter(refusals(answers)))


async def test_of_two_files_that_may_share_a_line_one_waits_for_the_other_and_asks(town: tuple[People, httpx.AsyncClient]) -> None:
    people, client = town
    async with db.transaction(SYSTEM):
        maker = await api(client, people.maker)
    rows = walk(-500, 500, -500)
    files = [content(part, f"16050200090221{n:05d}") for n in range(TWINS // 2) for part in (rows[:1], rows[1:])]

    answers = await at_once([lambda file=file: maker.upload("/statements", "流水.csv", file, {"side": "PAYER"}) for file in files])

    for pair in zip(answers[::2], answers[1::2], strict=True):
        assert sorted(answer.status_code for answer in pair) == [201, 422]
