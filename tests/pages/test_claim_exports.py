"""Claims as workbooks: every page of the list as seen, read piece by piece, for nobody but whom the claims are shown to."""

from __future__ import annotations

import io
import re

import httpx
import pytest
from python_calamine import CalamineWorkbook

import make
from insurance.claims import pages_exports
from insurance.claims.model import ClaimState
from people import People, browser


def read(answer: httpx.Response) -> list[list[object]]:
    assert answer.status_code == 200
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()]


async def test_an_export_goes_on_beyond_a_piece_in_the_order_of_the_list(
    client: httpx.AsyncClient, story: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_exports, "_A_PIECE", 2)
    for state in (ClaimState.REPORTED, ClaimState.OPENED, ClaimState.REPORTED, ClaimState.ASSESSING, ClaimState.OPENED):
        await make.claim_in(state, story)
    city = await browser(client, story.city)
    seen = list(dict.fromkeys(re.findall(r"LA2019-\d+", (await city.get("/claims")).text)))

    once, again = await city.get("/claims/export"), await city.get("/claims/export")

    assert len(seen) == 5
    assert [row[0] for row in read(once)[1:]] == seen
    assert once.content == again.content
    running = read(await city.get("/worklist/export?view=all"))[1:]
    assert {row[0] for row in running} == set(seen)
    page = (await city.get("/worklist?view=all")).text
    told = [str(row[12]) for row in running if row[12]]
    assert len(told) >= 2
    assert all(word in page for word in told), "the terms are told as on the page"


async def test_an_export_of_nothing_has_its_headings_and_the_other_county_and_insurer_get_nothing(
    client: httpx.AsyncClient, story: People
) -> None:
    await make.claim_in(ClaimState.REPORTED, story)

    for person in (story.other_town, story.adjuster_b):
        [heads] = read(await (await browser(client, person)).get("/claims/export"))
        assert heads[0] == "案件号"
    mine = await browser(client, story.adjuster_a)
    assert len(read(await mine.get("/claims/export"))) == 2
    assert len(read(await mine.get("/worklist/export?due=waiting"))) == 1
