"""The JSON of quotes, policies, eligibility and the register: shapes, statuses, scope, and doing it once."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.policies.model import Cover
from make.policies import bind, papers, policy
from people import People, api

TODAY = date(2019, 8, 30)
OFFICES = ("city", "county", "town")
NO_OFFICE = ("admin", "adjuster_a", "approver_a", "maker", "checker", "leader", "auditor")


async def test_from_a_quote_to_a_policy(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.county)
    office = await api(client, story.town)

    quote = await office.post("/quotes", {"project": project.id, "cover": "INDUSTRY", "insurer": "INS-A"})
    unready = await office.post("/policies", {"quote": quote.json()["id"]})
    await papers(project, actor=story.county)
    bound = await office.post("/policies", {"quote": quote.json()["id"]})

    assert quote.status_code == 201
    assert quote.headers["location"] == f"/api/v1/quotes/{quote.json()['id']}"
    assert (await office.get(quote.headers["location"].removeprefix("/api/v1"))).json() == quote.json()
    assert unready.status_code == 409
    assert {error["field"] for error in unready.json()["errors"]} == {"A-DUP", "A-CONSENT", "TITLE"}
    assert bound.status_code == 201
    assert bound.headers["location"] == f"/api/v1/policies/{bound.json()['id']}"
    assert bound.json()["premium_fen"] == quote.json()["premium_fen"] == sum(s["amount_fen"] for s in bound.json()["shares"])
    assert bound.json()["state"] == "IN_FORCE"
    assert [paper["kind"] for paper in bound.json()["papers"]] == ["APPLICATION", "TITLE"]


async def test_eligibility_answers_as_the_contract_has_it(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.county, operation="SHARE")
    office = await api(client, story.county)

    now = (await office.get(f"/projects/{project.id}/eligibility")).json()
    then = (await office.get(f"/projects/{project.id}/eligibility", as_of="2018-02-28")).json()

    assert now["industry"]["result"] == "ELIGIBLE"
    assert now["income"]["result"] == "INELIGIBLE"
    assert then["industry"]["result"] == "REFER"
    for cover in ("industry", "income"):
        for reason in now[cover]["reasons"]:
            assert {"code", "passed", "text", "evidence"} <= reason.keys()
            assert set(reason["evidence"]) == {"fact", "document", "on"}
    assert {reason["code"]: reason["passed"] for reason in now["income"]["reasons"]}["I-MODE"] is False


@pytest.mark.parametrize("day", ["2019-08-31", "2019-8-30", "today", "20190830", "0001-01-01", "2019-02-30"])
async def test_a_day_that_is_none_or_not_yet_is_refused(client: httpx.AsyncClient, story: People, day: str) -> None:
    project = await make.project(story.county)

    answer = await (await api(client, story.county)).get(f"/projects/{project.id}/eligibility", as_of=day)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["as_of"]


async def test_the_reader_gets_the_texts_in_english(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.county, operation="SHARE")
    reader = await api(client, story.county)
    headers = {"authorization": f"Bearer {reader._token}", "accept-language": "en"}

    answer = await client.get(f"/api/v1/projects/{project.id}/eligibility", headers=headers)

    texts = [reason["text"] + reason["evidence"]["fact"] for reason in answer.json()["income"]["reasons"]]
    assert texts
    assert all(text.isascii() for text in texts)


async def test_a_stored_policy_tells_its_judgement_in_english_too(client: httpx.AsyncClient, story: People) -> None:
    bound = await policy(await make.project(story.county), actor=story.county)
    reader = await api(client, story.county)
    headers = {"authorization": f"Bearer {reader._token}", "accept-language": "en"}

    whole = (await client.get(f"/api/v1/policies/{bound.id}", headers=headers)).json()

    assert all(step["text"].isascii() for step in whole["steps"])
    assert all(reason["text"].isascii() for reason in whole["eligibility"]["reasons"])
    assert "运营" not in str(whole["eligibility"])


async def test_hundreds_in_one_act(client: httpx.AsyncClient, story: People) -> None:
    ready = [await make.project(story.county) for _ in range(25)]  # more than are priced in the loop
    bare = await make.project(story.county)
    await papers(*ready, actor=story.county)
    office = await api(client, story.county)
    body = {"projects": [bare.id, *(project.id for project in ready)], "cover": "INDUSTRY", "insurer": "INS-A"}

    quoted = (await office.post("/quotes/bulk", body)).json()
    answer = await office.post("/policies/bulk", body, key="all")
    again = await office.post("/policies/bulk", body, key="all")
    quotes = [item["quote"]["id"] for item in quoted["items"]]
    rebound = await office.post("/policies/bulk", {"quotes": quotes[:3]})

    assert (quoted["quoted"], quoted["refused"]) == (26, 0)
    assert answer.status_code == 200
    assert (answer.json()["bound"], answer.json()["refused"]) == (25, 1)
    first, *others = answer.json()["items"]
    assert (first["project"], first["policy"], first["refusal"]["code"]) == (bare.id, None, "not-ready")
    assert {error["field"] for error in first["refusal"]["errors"]} == {"A-DUP", "A-CONSENT", "TITLE"}
    assert [item["policy"]["premium_fen"] > 0 for item in others] == [True] * 25
    assert again.content == answer.content
    assert [item["refusal"]["code"] for item in rebound.json()["items"]] == ["not-ready", "already-covered", "already-covered"]
    assert await db.fetchval("SELECT count(*) FROM policy") == 25


async def test_the_list_is_turned_over_by_its_cursor(client: httpx.AsyncClient, story: People) -> None:
    bound = [await policy(await make.project(story.county), actor=story.county) for _ in range(5)]
    office = await api(client, story.county)

    seen, query = [], {"limit": "2"}
    while True:
        page = (await office.get("/policies", **query)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert seen == [one.id for one in reversed(bound)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"cover": "INCOME"}, 1),
        ({"insurer": "INS-B"}, 1),
        ({"town": "370404001"}, 2),
        ({"town": "370481"}, 0),
        ({"state": "IN_FORCE"}, 2),
        ({"state": "EXPIRED"}, 0),
        ({"q": "SY2019"}, 1),
        ({"q": "%"}, 0),
        ({"project": "999999"}, 0),
    ],
)
async def test_policies_are_found(client: httpx.AsyncClient, story: People, query: dict[str, str], count: int) -> None:
    project = await make.project(story.county)
    await policy(project, actor=story.county)
    await bind(project, actor=story.county, cover=Cover.INCOME, insurer="INS-B")

    answer = await (await api(client, story.county)).get("/policies", **query)

    assert len(answer.json()["items"]) == count
    assert answer.json()["next_cursor"] is None


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/policies", {"cover": "ROAD"}, "cover"),
        ("/policies", {"state": "OPEN"}, "state"),
        ("/policies", {"insurer": "INS-Z"}, "insurer"),
        ("/policies", {"project": "١"}, "project"),
        ("/policies", {"project": "9" * 30}, "project"),
        ("/policies", {"limit": "0"}, "limit"),
        ("/policies", {"cursor": "2"}, "cursor"),
        ("/policies", {"sort": "-newest"}, "sort"),
        ("/quotes", {"project": "x"}, "project"),
        ("/projects", {"cover": "some"}, "cover"),
        ("/projects", {"eligibility": "ROAD:ELIGIBLE"}, "eligibility"),
        ("/projects", {"sort": "size"}, "sort"),
        ("/projects", {"limit": "201"}, "limit"),
        ("/projects", {"cursor": "abc"}, "cursor"),
    ],
)
async def test_a_question_that_makes_no_sense_is_422(
    client: httpx.AsyncClient, story: People, path: str, query: dict[str, str], field: str
) -> None:
    answer = await (await api(client, story.city)).get(path, **query)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


BODIES: list[tuple[str, Any, int, str]] = [
    ("/quotes", {"cover": "INDUSTRY"}, 422, "project"),
    ("/quotes", {"project": 0, "cover": "INDUSTRY"}, 422, "project"),
    ("/quotes", {"project": 2**63, "cover": "INDUSTRY"}, 422, "project"),
    ("/quotes", {"project": 1, "cover": "ROAD"}, 422, "cover"),
    ("/quotes", {"project": 1, "cover": "INDUSTRY", "premium_fen": 1}, 422, "premium_fen"),
    ("/quotes", {"project": 1, "cover": "INDUSTRY", "insurer": "INS-Z"}, 422, "insurer"),
    ("/quotes", {"project": 1, "cover": "INDUSTRY", "starts_on": "2019-08-29"}, 422, "starts_on"),
    ("/quotes", {"project": 1, "cover": "INDUSTRY", "last_day": "2019-08-29"}, 422, "last_day"),
    ("/quotes", {"project": 999_999, "cover": "INDUSTRY", "insurer": "INS-A"}, 404, ""),
    ("/quotes/bulk", {"projects": [], "cover": "INDUSTRY"}, 422, "projects"),
    ("/policies", {"cover": "INDUSTRY"}, 422, "project"),
    ("/policies", {"project": 1}, 422, "cover"),
    ("/policies", {"quote": 1, "insurer": "INS-A"}, 422, "quote"),
    ("/policies", {"quote": 999_999}, 404, ""),
    ("/policies/bulk", {"cover": "INDUSTRY"}, 422, "projects"),
    ("/policies/bulk", {"projects": [1]}, 422, "cover"),
    ("/policies/bulk", {"quotes": [1], "projects": [1]}, 422, "quotes"),
    ("/policies/bulk", {"quotes": [999_999]}, 404, ""),
    ("/insurer-rules", {"county_code": "370404", "cover": "INDUSTRY", "insurer": "INS-A"}, 422, "from_on"),
]


@pytest.mark.parametrize(("path", "body", "status", "field"), BODIES, ids=[f"{b[0]} {b[1]}" for b in BODIES])
async def test_a_body_that_is_wrong_is_told_by_its_field(
    client: httpx.AsyncClient, story: People, path: str, body: Any, status: int, field: str
) -> None:
    answer = await (await api(client, story.city)).post(path, body)

    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_may_quote_enrol_and_choose_insurers(client: httpx.AsyncClient, story: People) -> None:
    people: dict[str, Actor] = story.everybody()
    rule = {"county_code": "370404", "cover": "INDUSTRY", "insurer": "INS-A", "from_on": "2019-09-01"}
    ask = {"project": 999_999, "cover": "INDUSTRY", "insurer": "INS-A"}

    for name in (*OFFICES, *NO_OFFICE):
        person, allowed = await api(client, people[name]), name in OFFICES
        for path in ("/quotes", "/policies"):
            assert (await person.post(path, ask)).status_code == (404 if allowed else 403)
        for path in ("/quotes/bulk", "/policies/bulk"):
            many = {"projects": [999_999], "cover": "INDUSTRY", "insurer": "INS-A"}
            assert (await person.post(path, many)).status_code == (200 if allowed else 403)
        assert (await person.post("/insurer-rules", rule)).status_code == (201 if name == "city" else 403)
        for path in ("/projects", "/policies", "/quotes", "/insurer-rules"):
            assert (await person.get(path)).status_code == (403 if name == "admin" else 200)


async def test_what_lies_elsewhere_is_not_found(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.county)
    bound = await policy(project, actor=story.county)
    paths = [f"/projects/{project.id}", f"/projects/{project.id}/eligibility", f"/policies/{bound.id}"]

    for name in ("other_county", "other_town", "adjuster_b", "approver_b"):
        stranger = await api(client, story.everybody()[name])
        assert [(await stranger.get(path)).status_code for path in paths] == [404, 404, 404]
        assert (await stranger.get("/policies")).json()["items"] == []
    insurer = await api(client, story.adjuster_a)
    assert [(await insurer.get(path)).status_code for path in paths] == [200, 200, 200]
    assert (await insurer.get("/policies/9223372036854775807")).status_code == 404
    assert (await insurer.get("/policies/9223372036854775808")).status_code == 404


async def test_the_month_table_comes_when_asked_for(client: httpx.AsyncClient, story: People) -> None:
    bound = await policy(await make.project(story.county), actor=story.county)
    reader = await api(client, story.adjuster_a)

    plain, table = [(await reader.get(f"/policies/{bound.id}", **query)).json() for query in ({}, {"months": "yes"})]

    assert plain["items"][0]["month_values_fen"] is None
    assert table["items"][0]["month_values_fen"][0] == table["items"][0]["sum_insured_fen"]
    assert (await reader.get(f"/policies/{bound.id}", months="1")).status_code == 422


async def test_the_register_is_read_by_seals_and_results(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.county)
    await policy(project, actor=story.county, starts_on=TODAY)
    reader = await api(client, story.leader)

    page = (await reader.get("/projects", cover="industry", eligibility="income:eligible", sort="-net")).json()

    (item,) = page["items"]
    assert (item["id"], item["town"], item["net_value_fen"]) == (project.id, "坛山街道", 68_979_167)
    assert (item["covers"]["industry"]["seal"], item["covers"]["income"]["seal"]) == ("in_force", "open")
    assert item["eligibility"]["income"]["result"] == "ELIGIBLE"
    assert page["next_cursor"] is None
    assert (await reader.get("/projects", cover="both")).json()["items"] == []
