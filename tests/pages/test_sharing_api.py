"""Sharing over HTTP: the whole way in JSON, who may, wrong state and lost update, wrong fields by name, done once."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.access import clock
from make import sharing as made
from people import People, api


@pytest.fixture
def on() -> Any:
    """Turn the business day on, and back afterwards."""
    before = clock.pinned()
    yield clock.pin
    clock.pin(before or date(2019, 8, 30))


async def test_the_whole_way_in_json(client: httpx.AsyncClient, story: People, on: Any) -> None:
    project = await make.project(story.town)
    account, paper = await made.income(project, story), await made.paper(project, "OTHER", story.town)
    town, county, maker, leader = [await api(client, who) for who in (story.town, story.county, story.maker, story.leader)]
    plan = {
        "project_id": project.id, "shown_on": "2019-01-05", "voted_on": "2019-01-20", "from_on": "2019-01-20", "document_id": paper,
        "purposes": made.PURPOSES,
    }  # fmt: skip
    filed = await town.post("/sharing-plans", plan, key="plan")
    again = await town.post("/sharing-plans", plan, key="plan")
    content = made.household_file([made.household(number) for number in range(1, 38)])
    listed = await town.upload("/beneficiary-lists", "名单.csv", content, {"project": str(project.id), "checked_on": "2019-02-01"})
    agreed = await county.post(f"/beneficiary-lists/{listed.json()['id']}/confirmation", {"version": 1})
    drafted = await town.post("/sharings", {"project_id": project.id, "source": "INCOME", "annual_account_id": account})
    here = f"/sharings/{drafted.json()['head']['id']}"
    shown = await town.post(f"{here}/publication", {"version": 1, "posted_on": "2019-08-30", "place": "村务公开栏", "document_id": paper})
    early = await county.post(f"{here}/confirmation", {"version": 2})
    on(date(2019, 9, 9))
    forbidden, stale = await town.post(f"{here}/confirmation", {"version": 2}), await county.post(f"{here}/confirmation", {"version": 1})
    confirmed = await county.post(f"{here}/confirmation", {"version": 2})
    no_office = await town.post(f"{here}/pay-lists", {"version": 3})
    put = await maker.post(f"{here}/pay-lists", {"version": 3})
    pay_list = put.json()["pay_lists"][0]
    sheet = await maker.get(f"{here}/pay-lists/{pay_list['id']}/workbook")
    unseen = await leader.get(f"{here}/pay-lists/{pay_list['id']}/workbook")
    paid = await maker.post(f"{here}/pay-lists/{pay_list['id']}/payment", {"version": 4, "paid_on": "2019-09-09", "document_id": paper})
    use = {"version": 5, "purpose": "MUTUAL_AID", "amount_fen": 1_579_200, "used_on": "2019-09-09", "document_id": paper}
    over = await town.post(f"{here}/uses", use | {"amount_fen": 1_579_201})
    used = await town.post(f"{here}/uses", use, key="use")
    twice = await town.post(f"{here}/uses", use, key="use")
    wrong_state = await town.post(f"{here}/objection", {"version": 6, "reason": "晚了"})
    back = await town.post(
        f"{here}/uses/{used.json()['uses'][-1]['id']}/return", {"version": 6, "returned_on": "2019-09-09", "reason": "票据有误"}
    )

    assert [one.status_code for one in (filed, listed, drafted)] == [201] * 3
    assert (again.status_code, again.content, again.headers["location"]) == (
        201,
        filed.content,
        f"/api/v1/sharing-plans/{filed.json()['id']}",
    )
    assert drafted.headers["location"] == f"/api/v1{here}"
    assert [one.status_code for one in (agreed, shown, confirmed, put, paid, used, back)] == [200] * 7
    assert [one.status_code for one in (early, stale, wrong_state)] == [409] * 3
    assert [one.status_code for one in (forbidden, no_office, unseen)] == [403] * 3
    assert sheet.headers["content-disposition"].startswith("attachment")
    assert (over.status_code, over.json()["errors"][0]["field"]) == (422, "amount_fen")
    assert twice.content == used.content
    assert [one.json()["head"]["open_fen"] for one in (confirmed, paid, used, back)] == [5_264_000, 1_579_200, 0, 1_579_200]
    found = (await leader.get(here)).json()
    assert found["shares"][0] | {"account": ""} == {
        "purpose": "DIVIDEND", "key": "001", "name": "王**", "weight": 1, "account": "", "amount_fen": 99_590, "used_fen": 99_590,
        "payee_state": "PAID", "pay_list": pay_list["number"],
    }  # fmt: skip
    assert [step["rule"] for step in found["steps"]] == ["SHARE-PURPOSE", "SHARE-HOUSEHOLD", "SHARE-PURPOSE"]
    lines = (await leader.get("/sharings", project=project.id, state="CONFIRMED", limit=1)).json()
    assert [one["id"] for one in lines["items"]] == [found["head"]["id"]]
    assert (await leader.get("/sharings", cursor=lines["next_cursor"])).json() == {"items": [], "next_cursor": None}
    assert (await leader.get("/sharing-plans", project=project.id)).json()["items"][0]["purposes"][1][
        "payee"
    ] == "仙坛老年公寓 示范银行峄城支行 ****0001"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/sharings", {"project_id": 1, "source": "LOAN"}, "source"),
        ("/sharings", {"project_id": 1, "source": "FUND", "amount_fen": 0}, "amount_fen"),
        ("/sharings", {"project_id": 1, "source": "FUND", "amount_fen": 10**14}, "amount_fen"),
        ("/sharings", {"project_id": 1, "source": "FUND", "paid": 1}, "paid"),
        ("/sharing-plans", {"project_id": 1, "reserve_per_mille": 1000}, "reserve_per_mille"),
        ("/sharings/1/uses", {"version": 1, "purpose": "WAGES"}, "purpose"),
        ("/sharings/1/confirmation", {"version": 0}, "version"),
        ("/sharings/1/cancellation", {"version": 1, "reason": ""}, "reason"),
    ],
)
async def test_a_body_that_cannot_be_used_names_its_field(
    client: httpx.AsyncClient, story: People, path: str, body: dict[str, Any], field: str
) -> None:
    answer = await (await api(client, story.town)).post(path, body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("path", "known", "field"),
    [
        ("/sharings", {"state": "PAID"}, "state"),
        ("/sharings", {"limit": "0"}, "limit"),
        ("/sharings", {"claim": "x"}, "claim"),
        ("/sharing-plans", {}, "project"),
        ("/beneficiary-lists", {}, "project"),
    ],
)
async def test_a_query_that_cannot_be_answered_names_its_field(
    client: httpx.AsyncClient, story: People, path: str, known: dict[str, Any], field: str
) -> None:
    answer = await (await api(client, story.town)).get(path, **known)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_list_with_a_fault_is_refused_by_its_cell(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.town)
    content = made.household_file([made.household(1), made.household(2, "", cadre="是"), made.household(3, 2, cadre="是")])
    town = await api(client, story.town)

    answer = await town.upload("/beneficiary-lists", "a.csv", content, {"project": str(project.id)})
    nowhere = await town.upload("/beneficiary-lists", "a.csv", made.household_file([made.household(1)]), {"project": "9999999"})
    unnamed = await town.upload("/beneficiary-lists", "a.csv", content)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["F3", "H4"]
    assert nowhere.status_code == 404
    assert (unnamed.status_code, unnamed.json()["errors"][0]["field"]) == (422, "project")


@pytest.mark.parametrize("who", ["adjuster_a", "approver_b", "admin"])
async def test_insurers_and_the_administrator_may_nothing(client: httpx.AsyncClient, story: People, who: str) -> None:
    found = await made.used(story, (await make.project(story.town)).id)
    person = await api(client, story.everybody()[who])

    for path in ("/sharings", f"/sharings/{found.head.id}", f"/sharing-plans/{found.plan.id}", f"/beneficiary-lists/{found.list_id}"):
        assert (await person.get(path)).status_code == 403
    assert (await person.post("/sharings", {"project_id": 1, "source": "INCOME"})).status_code == 403


async def test_readers_write_nothing(client: httpx.AsyncClient, story: People) -> None:
    found = await made.drafted(story)
    for who in (story.leader, story.auditor, story.maker):
        person = await api(client, who)
        assert (await person.post(f"/sharings/{found.head.id}/recalculation", {"version": 1})).status_code == 403
        assert (await person.get(f"/sharings/{found.head.id}")).status_code == 200
