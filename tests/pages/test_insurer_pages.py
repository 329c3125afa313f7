"""Insurers and their rules over HTTP: each act by its role, its refusals by status and field, the change worked out on the page first."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.policies import actions
from insurance.policies.model import Cover
from people import People, api, browser

NEW = {"code": "INS-C", "name": "保险公司丙", "credit_code": "91110000600037341L"}
CHANGE: dict[str, Any] = {"counties": ["370404"], "covers": ["INDUSTRY", "INCOME"], "insurer": "INS-B", "from_on": "2020-01-01"}


async def test_an_insurer_is_entered_once_and_read_by_everybody(client: httpx.AsyncClient, story: People) -> None:
    city, county = await api(client, story.city), await api(client, story.county)

    first, again = await city.post("/insurers", NEW, key="k"), await city.post("/insurers", NEW, key="k")

    assert (first.status_code, again.json()) == (201, first.json())
    assert (await county.get(first.headers["location"].removeprefix("/api/v1"))).json() == first.json()
    assert [one["code"] for one in (await county.get("/insurers")).json()["items"]] == ["INS-A", "INS-B", "INS-C"]
    assert (await county.post("/insurers", NEW)).status_code == 403
    assert (await (await api(client, story.adjuster_a)).post("/insurers", NEW)).status_code == 403
    assert (await city.post("/insurers", NEW)).status_code == 409
    wrong = await (await api(client, story.admin)).post("/insurers", NEW | {"code": "INS-D", "credit_code": "1"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "credit_code")
    assert (await city.post("/insurers", NEW | {"stars": 5})).json()["errors"][0]["field"] == "stars"
    assert (await city.get("/insurers/999999")).status_code == 404


async def test_the_form_for_an_insurer_keeps_what_was_typed(client: httpx.AsyncClient, story: People) -> None:
    admin = await browser(client, story.admin)

    wrong = await admin.post("/insurers", NEW | {"credit_code": "91110000600037341M"})
    taken = await admin.post("/insurers", NEW | {"name": "保险公司甲"})
    done = await admin.post("/insurers", NEW)

    assert (wrong.status_code, taken.status_code, done.status_code) == (422, 409, 303)
    assert "逐位核对" in wrong.text
    assert 'value="INS-C"' in wrong.text
    assert "已有同名的保险公司" in taken.text
    listed = await admin.get("/insurers")
    assert "91110000600037341L" in listed.text
    assert "INS-C" in (await admin.get("/accounts")).text  # an account may be opened for it at once
    reader = await (await browser(client, story.adjuster_b)).get("/insurers")
    assert "保险公司丙" in reader.text
    assert 'action="/insurers"' not in reader.text


async def test_a_change_is_foreseen_made_once_and_taken_back_by_the_city_alone(client: httpx.AsyncClient, story: People) -> None:
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-A", story.city.on, None, actor=story.city)
    city, county = await api(client, story.city), await api(client, story.county)
    asked = {"county": "370404", "cover": "INDUSTRY", "insurer": "INS-B", "from_on": "2020-01-01"}

    told = await city.get("/insurer-rules/foreseen", **asked)
    first = await city.post("/insurer-rules/changes", CHANGE, key="k")
    again = await city.post("/insurer-rules/changes", CHANGE, key="k")
    twice = await city.post("/insurer-rules/changes", CHANGE)
    rules = first.json()["made"]

    assert [(one["cover"], one["insurer_before"]) for one in told.json()["items"]] == [("INDUSTRY", "保险公司甲")]
    assert (first.status_code, again.json()) == (201, first.json())
    assert twice.status_code == 409
    assert {(one["cover"], one["insurer"], one["from_on"]) for one in rules} == {
        ("INDUSTRY", "INS-B", "2020-01-01"),
        ("INCOME", "INS-B", "2020-01-01"),
    }
    path = f"/insurer-rules/{rules[0]['id']}/withdrawal"
    assert (await county.post("/insurer-rules/changes", CHANGE)).status_code == 403
    assert (await county.get("/insurer-rules/foreseen", **asked)).status_code == 403
    assert (await county.post(path, {"reason": "x"})).status_code == 403
    assert (await city.post(path, {"reason": ""})).status_code == 422
    assert (await city.post(path, {"reason": "招标无效"})).json() == {"conflicts": []}
    assert (await city.post(path, {"reason": "招标无效"})).status_code == 404
    assert (await city.post("/insurer-rules/changes", CHANGE | {"from_on": "2019-08-30"})).json()["errors"][0]["field"] == "from_on"
    assert (await city.get("/insurer-rules/foreseen", **(asked | {"cover": "FIRE"}))).json()["errors"][0]["field"] == "covers"
    assert (await city.get("/insurer-rules/foreseen")).status_code == 422
    assert (await county.get("/insurer-conflicts")).json()["items"] == []


async def test_the_page_shows_the_rules_works_out_a_change_makes_it_and_takes_it_back(client: httpx.AsyncClient, story: People) -> None:
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-A", story.city.on, None, actor=story.city)
    city = await browser(client, story.city)

    empty = await city.get("/insurer-rules")
    wrong = await city.get("/insurer-rules?county=370404&insurer=INS-B")
    foreseen = await city.get("/insurer-rules?county=370404&cover=INDUSTRY&insurer=INS-B&from_on=2020-01-01")
    made = await city.post("/insurer-rules", CHANGE | {"covers": ["INDUSTRY"]})
    after = await city.get("/insurer-rules")
    rule = re.search(r"/insurer-rules/(\d+)/withdrawal", after.text)
    assert rule
    back = await city.post(f"/insurer-rules/{rule[1]}/withdrawal")

    assert "保险公司甲" in empty.text
    assert "还没有规则" in empty.text
    assert wrong.status_code == 422
    assert "请至少选一个险种" in wrong.text
    assert "会怎样" in foreseen.text
    assert "确认换保险公司" in foreseen.text
    assert (made.status_code, back.status_code) == (303, 303)
    assert "自 2020-01-01 起" in after.text
    assert "2020-01-01" not in (await city.get("/insurer-rules")).text
    for reader in (story.county, story.leader):
        page = await (await browser(client, reader)).get("/insurer-rules")
        assert "保险公司甲" in page.text
        assert "先看会怎样" not in page.text
    other = await (await browser(client, story.adjuster_b)).get("/insurer-rules")
    assert "保险公司甲" not in other.text


@pytest.mark.parametrize("form", [{"insurer": "INS-X"}, {"from_on": "2019-08-30"}])
async def test_a_change_that_cannot_be_made_comes_back_with_its_fault(
    client: httpx.AsyncClient, story: People, form: dict[str, str]
) -> None:
    city = await browser(client, story.city)

    answer = await city.post("/insurer-rules", CHANGE | form)

    assert answer.status_code == 422
    assert ("没有这家保险公司" in answer.text) == ("insurer" in form)
    assert ("不能倒改" in answer.text) == ("from_on" in form)


async def test_a_policy_in_conflict_says_so_on_its_page_and_among_the_rules(client: httpx.AsyncClient, story: People) -> None:
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-B", date(2019, 1, 1), None, actor=story.city)
    loss = await make.insured(story, insurer="INS-A")

    for who in (story.city, story.county, story.adjuster_a):
        reader = await browser(client, who)
        assert "这份保单没有被改动" in (await reader.get(f"/policies/{loss.policy_id}")).text
        assert "承保时另选了保险公司" in (await reader.get("/insurer-rules")).text
    listed = (await (await api(client, story.adjuster_a)).get("/insurer-conflicts")).json()["items"]
    assert [(one["policy"], one["cause"], one["rule_insurer"]) for one in listed] == [(loss.policy_id, "CHOSEN", "INS-B")]
    assert (await (await api(client, story.adjuster_b)).get("/insurer-conflicts")).json()["items"] == []
