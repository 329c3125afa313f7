"""A wrong opening fact is followed by a new one: who may state it, what holds, what stays visible."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import make
from insurance.base import db
from make.claims import trail
from make.openings import OPEN_CLAIM, claim_row, claims, counts, insured, offences, taken_in, the_claim, tried
from people import People, api

Change = dict[str, Any]


async def test_a_wrong_statement_is_followed_by_a_new_one_and_stays_visible(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row()))
    claim, office = await the_claim(client, story.county), await api(client, story.county)
    address = f"/claims/{claim['id']}/opening-corrections"
    body = {
        "version": 1,
        "reason": "漏记一笔",
        "approved_fen": 3_200_000,
        "paid_fen": 3_200_000,
        "paid_on": "2019-06-25",
        "loss_on": "2019-05-03",
    }

    corrected = (await office.post(address, body, key="one")).json()
    same = (await office.post(address, body, key="one")).json()
    versions = (await office.get(f"/claims/{claim['id']}/opening")).json()
    history = (await office.get(f"/claims/{claim['id']}/history")).json()["items"]
    figure = [
        (await (await api(client, story.leader)).get("/figures", as_of=day)).json()["paid_fen"] for day in ("2019-06-24", "2019-06-25")
    ]

    assert corrected == same
    assert (corrected["state"], corrected["version"], corrected["approved_fen"], corrected["paid_fen"]) == (
        "CLOSED",
        2,
        3_200_000,
        3_200_000,
    )
    assert (corrected["loss_at"][:10], corrected["reported_at"][:10]) == ("2019-05-03", "2019-05-05")
    assert [(one["version"], one["paid_fen"], one["reason"]) for one in versions] == [(1, 2_520_000, ""), (2, 3_200_000, "漏记一笔")]
    assert [(event["verb"], event["reason"]) for event in history] == [("opening-entry", ""), ("opening-correction", "漏记一笔")]
    assert figure == [0, 3_200_000]
    again = await tried(client, story.county, claims(claim_row()))
    assert counts(again) == (0, 1, 0), "the workbook still says what it said first"
    assert await offences() == []


async def test_a_claim_stated_as_paid_was_in_truth_refused_and_back(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row(), claim_row(number="B-2", loss="2019-05-03", reported="2019-05-11")))
    claim, office = await the_claim(client, story.county), await api(client, story.county)
    address = f"/claims/{claim['id']}/opening-corrections"
    nothing = {"approved_fen": 0, "paid_fen": 0, "paid_on": None, "reason": "原件为撤案"}

    withdrawn = (await office.post(address, {"version": 1, "outcome": "WITHDRAWN"} | nothing)).json()
    live = await db.fetchval("SELECT live FROM claim WHERE id = $1", claim["id"])
    clash = await office.post(address, {"version": 2, "outcome": "ZERO", "loss_on": "2019-05-03", "reason": "x"})
    refused = (await office.post(address, {"version": 2, "outcome": "REJECTED", "reason": "是拒赔"})).json()

    assert (withdrawn["paid_fen"], live) == (0, False)
    assert clash.status_code == 409, "the other claim is live for that loss"
    assert refused["version"] == 3
    assert await offences() == []


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"reason": ""}, 422, "reason"),
        ({"reason": " "}, 422, "reason"),
        ({}, 422, ""),
        ({"paid_fen": 1}, 422, "paid_fen"),
        ({"paid_on": None}, 422, "paid_on"),
        ({"loss_on": "2019-02-01"}, 422, "loss_on"),
        ({"ended_on": "2020-01-01"}, 422, "ended_on"),
        ({"outcome": "OPENED"}, 422, "outcome"),
        ({"reported_on": "2019-05-01"}, 422, "reported_on"),
        ({"paid_fen": -1}, 422, "paid_fen"),
        ({"note": "x", "version": 7}, 409, None),
    ],
)
async def test_a_correction_is_refused_by_field(
    client: httpx.AsyncClient, story: People, change: Change, status: int, field: str | None
) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row()))
    claim = await the_claim(client, story.county)

    answer = await (await api(client, story.county)).post(
        f"/claims/{claim['id']}/opening-corrections", {"version": 1, "reason": "更正"} | change
    )

    assert answer.status_code == status, answer.text
    assert field is None or answer.json()["errors"][0]["field"] == field
    assert await db.fetchval("SELECT count(*) FROM claim_opening") == 1


async def test_of_an_open_claim_only_the_loss_and_what_was_paid_ahead_is_corrected(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row(**OPEN_CLAIM)))
    claim, office = await the_claim(client, story.county, "枣赔2019-010"), await api(client, story.county)
    address = f"/claims/{claim['id']}/opening-corrections"

    wrong = await office.post(address, {"version": 1, "reason": "x", "approved_fen": 1, "ended_on": "2019-08-20"})
    right = await office.post(
        address, {"version": 1, "reason": "漏记预付", "paid_fen": 300_000, "paid_on": "2019-08-15", "loss_on": "2019-08-12"}
    )

    assert [error["field"] for error in wrong.json()["errors"]] == ["approved_fen", "ended_on"]
    assert right.status_code == 200, right.text
    assert (right.json()["state"], right.json()["paid_fen"], right.json()["loss_at"][:10]) == ("OPENED", 300_000, "2019-08-12")
    assert await offences() == []


async def test_who_may_correct_what(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row()))
    claim, own = await the_claim(client, story.county), await make.reported(story)
    body = {"version": 1, "reason": "x", "note": "y"}
    people = {name: await api(client, actor) for name, actor in story.everybody().items()}

    here = {
        name: (await who.post(f"/claims/{claim['id']}/opening-corrections", body)).status_code
        for name, who in people.items()
        if name != "county"
    }
    reported = await people["county"].post(f"/claims/{own.id}/opening-corrections", body)

    assert {name for name, status in here.items() if status == 200} == {"city"}
    assert {name for name, status in here.items() if status == 404} == {"other_county"}
    assert set(here.values()) == {200, 403, 404}
    assert (reported.status_code, (await people["county"].get(f"/claims/{own.id}/opening")).json()) == (409, [])
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        verbs = await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", f"claim:{claim['id']}")
    assert [row["verb"] for row in verbs] == ["claim.opening-entered", "claim.opening-corrected"]
    assert await trail(own) == ["claim.reported"]
