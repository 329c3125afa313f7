"""Policies in mid-term over HTTP: each verb by its role, its refusals by status and field, the register's change that names what is due."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import make
from insurance.policies.model import Cover
from insurance.projects import documents
from make.midterm import change_paper, changed, held
from make.projects import PDF
from people import People, api

LEASED = {"version": 1, "kind": "MODE_CHANGED", "effective_on": "2019-08-12", "reason": "8 月 12 日起出租"}


async def test_a_change_of_the_register_names_the_policies_it_leaves_out_of_step(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town, cover=Cover.INCOME)
    office = await api(client, story.town)

    edited = await office.post(f"/projects/{made.id}", {"version": made.version, "operation": "LEASED"}, method="PATCH")

    assert edited.status_code == 200
    (due,) = edited.json()["needs_endorsement"]
    assert (due["policy"], due["kinds"], due["result"]) == (bound.id, ["MODE_CHANGED"], "INELIGIBLE")
    assert "终止" in due["texts"][0]
    assert edited.json()["operation"] == "LEASED"
    listed = (await office.get("/policies", due="endorsement")).json()["items"]
    assert [one["id"] for one in listed] == [bound.id]
    assert [one["policy"] for one in (await office.get(f"/projects/{made.id}")).json()["needs_endorsement"]] == [bound.id]


async def test_an_endorsement_is_tried_recorded_once_and_read_by_its_insurer(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town, cover=Cover.INCOME)
    await changed(made, actor=story.town, operation="LEASED")
    office, insurer = await api(client, story.town), await api(client, story.adjuster_a)
    path = f"/policies/{bound.id}/endorsements"

    tried = await office.post(f"{path}/trial", LEASED)
    first = await office.post(path, LEASED, key="k")
    again = await office.post(path, LEASED, key="k")

    assert (tried.status_code, tried.json()["id"], tried.json()["returned_fen"]) == (200, None, first.json()["returned_fen"])
    assert first.status_code == 201
    assert first.headers["location"] == f"/api/v1{path}/{first.json()['id']}"
    assert again.json() == first.json()
    assert (await insurer.get(path)).json()["items"] == [first.json()]
    assert (await insurer.get(f"{path}/{first.json()['id']}")).json() == first.json()
    assert first.json()["last_day"] == "2019-08-11"
    assert (await office.post(path, LEASED)).status_code == 409  # another version stands now


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("endorsements", LEASED | {"unknown": 1}, 422, "unknown"),
        ("endorsements", LEASED | {"kind": "SOLD"}, 422, "kind"),
        ("endorsements", LEASED | {"reason": ""}, 422, "reason"),
        ("endorsements", LEASED | {"effective_on": "2019-08-31"}, 422, "effective_on"),
        ("endorsements", LEASED | {"version": 9}, 409, None),
        ("endorsements", LEASED, 409, None),  # the register says nothing of it
        ("endorsements/trial", LEASED | {"version": 0}, 422, "version"),
        ("cancellation", {"version": 1, "ground": "WISH", "reason": "x"}, 422, "document"),
        ("cancellation", {"version": 1, "ground": "NONE", "reason": "x"}, 422, "ground"),
        ("cancellation/trial", {"version": 2, "ground": "WISH", "reason": "x", "document": 1}, 409, None),
        ("renewal", {"insurer": "INS-Z"}, 422, "insurer"),
        ("renewal", {"starts_on": "2019-09-01"}, 422, "starts_on"),
        ("renewal", {}, 409, "A-CONSENT"),
    ],
)
async def test_what_is_wrong_is_told_by_field(
    client: httpx.AsyncClient, story: People, path: str, body: Any, status: int, field: str | None
) -> None:
    _, bound = await held(story.town)

    answer = await (await api(client, story.town)).post(f"/policies/{bound.id}/{path}", body)

    assert answer.status_code == status, answer.text
    assert field is None or field in {error["field"] for error in answer.json()["errors"]}


ACTS = [
    ("POST", "endorsements", LEASED),
    ("POST", "endorsements/trial", LEASED),
    ("POST", "cancellation", {"version": 1, "ground": "WISH", "reason": "x", "document": 1}),
    ("POST", "cancellation/trial", {"version": 1, "ground": "WISH", "reason": "x", "document": 1}),
    ("POST", "renewal", {}),
]
READS = ["endorsements", "cancellation", "renewal"]


@pytest.mark.parametrize("who", ["adjuster_a", "approver_a", "maker", "checker", "leader", "auditor", "admin"])
async def test_only_offices_change_a_policy(client: httpx.AsyncClient, story: People, who: str) -> None:
    _, bound = await held(story.town)
    person = await api(client, story.everybody()[who])

    assert {(await person.post(f"/policies/{bound.id}/{path}", body)).status_code for _, path, body in ACTS} == {403}
    assert (await person.post("/policies/renewals", {"policies": [bound.id]})).status_code == 403


@pytest.mark.parametrize("who", ["other_town", "other_county"])
async def test_a_policy_elsewhere_is_not_there(client: httpx.AsyncClient, story: People, who: str) -> None:
    _, bound = await held(story.town)
    person = await api(client, story.everybody()[who])

    assert {(await person.post(f"/policies/{bound.id}/{path}", body)).status_code for _, path, body in ACTS} == {404}
    assert {(await person.get(f"/policies/{bound.id}/{path}")).status_code for path in READS} == {404}
    bulk = (await person.post("/policies/renewals", {"policies": [bound.id]})).json()
    assert (bulk["renewed"], bulk["items"][0]["refusal"]["code"], bulk["items"][0]["number"]) == (0, "not-found", None)


async def test_the_other_insurer_sees_nothing_of_it(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    await make.reported(story)
    stranger = await api(client, story.adjuster_b)

    assert {(await stranger.get(f"/policies/{bound.id}/{path}")).status_code for path in READS} == {404}
    assert made.id


async def test_a_policy_is_cancelled_and_says_how(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    signed = await change_paper(made, story.town)
    office, path = await api(client, story.town), f"/policies/{bound.id}/cancellation"
    body = {"version": 1, "ground": "WISH", "reason": "项目已出让", "document": signed}

    assert (await office.get(path)).status_code == 404
    tried = await office.post(f"{path}/trial", body)
    done = await office.post(path, body)

    assert (tried.status_code, done.status_code) == (200, 201)
    assert done.headers["location"] == f"/api/v1{path}"
    assert (await office.get(path)).json() == done.json()
    assert done.json()["returned_fen"] == tried.json()["returned_fen"] == 87_686
    assert (await office.post(path, body | {"version": 2})).status_code == 409


async def test_many_are_renewed_by_town_with_an_answer_each(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    _, unsigned = await held(story.town)
    await documents.file_for_project(made.id, "APPLICATION", "续保投保单.pdf", PDF, actor=story.town)
    office = await api(client, story.town)

    nobody = await office.post("/policies/renewals", {"expiring_within_days": 122})
    found = await office.post("/policies/renewals", {"expiring_within_days": 123, "towns": ["370404001"], "cover": "INDUSTRY"}, key="r")
    again = await office.post("/policies/renewals", {"expiring_within_days": 123, "towns": ["370404001"], "cover": "INDUSTRY"}, key="r")
    neither = await office.post("/policies/renewals", {})

    assert (nobody.json()["renewed"], nobody.json()["items"]) == (0, [])
    assert (found.json()["renewed"], found.json()["refused"]) == (1, 1)
    assert [(one["policy"], one["refusal"] and one["refusal"]["code"]) for one in found.json()["items"]] == [
        (bound.id, None),
        (unsigned.id, "not-ready"),
    ]
    assert again.json() == found.json()
    assert (neither.status_code, neither.json()["errors"][0]["field"]) == (422, "policies")
    renewal = (await office.get(f"/policies/{bound.id}/renewal")).json()
    assert renewal["renewed_by"] == found.json()["items"][0]["renewed_by"]
    assert [one["id"] for one in (await office.get("/policies", expiring="123")).json()["items"]] == [unsigned.id]
    assert (await office.get("/policies", expiring="soon")).status_code == 422
