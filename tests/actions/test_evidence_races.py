"""Papers that come in at once, committed for real: one place, one file, one thumbnail, and each picture sees the other."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock
from insurance.access.actions import system
from insurance.app import create_app
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.claims import actions_evidence, actions_report, actions_signals
from insurance.claims.model import Claim
from insurance.claims.model_verbs import Correction
from insurance.projects import documents
from make import photos
from make.claims import LOSS_AT
from make.projects import PDF
from people import Api, People, api

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"e_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS = 8


@pytest.fixture(scope="module")
def own_database() -> Embedded:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def town(own_database: Embedded) -> AsyncIterator[tuple[People, httpx.AsyncClient]]:
    """The people, committed, and the service over more connections than racers."""
    async with own_pool(own_database, DATABASE, connections=2 * RACERS):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            people = await make.people()
        transport = httpx.ASGITransport(app=create_app(), raise_app_exceptions=False)  # type: ignore[arg-type]  # two spellings of ASGI
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield people, client


async def reported(people: People, insurer: str = "INS-A") -> Claim:
    async with db.transaction(SYSTEM):
        return await make.reported(people, await make.insured(people, insurer=insurer))


async def count(query: str, *args: object) -> int:
    async with db.transaction(SYSTEM):
        return int(await db.fetchval(query, *args))


async def api_of(client: httpx.AsyncClient, people: People) -> Api:
    async with db.transaction(SYSTEM):
        return await api(client, people.town)


OF_CLAIM = "SELECT count(*) FROM document WHERE subject_kind = 'claim' AND subject_id = $1"


async def test_the_last_place_of_a_claim_is_given_once(town: tuple[People, httpx.AsyncClient]) -> None:
    people, client = town
    claim = await reported(people)
    for n in range(actions_evidence.MOST_FILES - 1):
        await actions_evidence.file(claim.id, "OTHER", "a.pdf", PDF + b"%%%d" % n, actor=people.town)
    office = await api_of(client, people)

    answers = await asyncio.gather(
        *(office.upload(f"/claims/{claim.id}/evidence", "b.pdf", PDF + b"%% %d" % n, {"kind": "OTHER"}) for n in range(RACERS))
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 422: RACERS - 1}
    assert await count(OF_CLAIM, claim.id) == actions_evidence.MOST_FILES


async def test_one_photo_sent_many_times_at_once_is_on_file_once(town: tuple[People, httpx.AsyncClient]) -> None:
    people, client = town
    claim, office = await reported(people), await api_of(client, people)

    answers = await asyncio.gather(
        *(office.upload(f"/claims/{claim.id}/evidence", f"{n}.jpg", photos.jpeg(50), {"kind": "SCENE"}) for n in range(RACERS))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert await count(OF_CLAIM, claim.id) == 1
    assert await count("SELECT count(*) FROM photo WHERE claim_id = $1", claim.id) == 1


async def test_two_pictures_that_come_in_at_once_see_each_other(town: tuple[People, httpx.AsyncClient]) -> None:
    people, _ = town
    claims = [await reported(people, "INS-A" if n % 2 else "INS-B") for n in range(4)]
    brought = [await actions_evidence.for_claim(one.id, "SCENE", "a.jpg", photos.jpeg(60), actor=people.town) for one in claims]

    await asyncio.gather(
        *(actions_evidence.file(one.id, "SCENE", "a.jpg", it, actor=people.town) for one, it in zip(claims, brought, strict=True))
    )

    found = [await actions_signals.of_claim(one.id, actor=people.city) for one in claims]
    assert [len(signals) for signals in found] == [3] * 4, "each of the four is told of the three others"


async def test_corrections_and_photos_crossing_each_other_neither_block_nor_fail(town: tuple[People, httpx.AsyncClient]) -> None:
    people, _ = town
    claims = [await reported(people) for _ in range(4)]
    brought = [await actions_evidence.for_claim(one.id, "SCENE", "a.jpg", photos.jpeg(70), actor=people.town) for one in claims]
    filing = [actions_evidence.file(one.id, "SCENE", "a.jpg", it, actor=people.town) for one, it in zip(claims, brought, strict=True)]
    earlier = Correction(version=1, loss_at=LOSS_AT.replace(hour=5))
    correcting = [actions_report.correction(one.id, earlier, actor=people.town) for one in claims]

    outcomes = await asyncio.gather(*filing, *correcting, return_exceptions=True)

    assert [one for one in outcomes if isinstance(one, BaseException)] == []


async def test_two_rounds_of_thumbnails_at_once_make_each_once(town: tuple[People, httpx.AsyncClient]) -> None:
    people, _ = town
    claim = await reported(people)
    for seed in range(80, 83):
        await actions_evidence.file(claim.id, "SCENE", "a.jpg", photos.jpeg(seed), actor=people.town)
    waiting = await count("SELECT count(*) FROM photo WHERE thumbnail_sha256 IS NULL")

    made = await asyncio.gather(*(documents.make_thumbnails(actor=system("370400")) for _ in range(2)))

    assert sum(made) == waiting >= 3
    assert await count("SELECT count(*) FROM photo WHERE thumbnail_sha256 IS NULL") == 0
