"""GET /figures: the shape of the contract, the day it is asked for, who may ask."""

from __future__ import annotations

import httpx
import pytest

from people import People, api


async def test_the_figures_have_the_shape_of_the_contract(client: httpx.AsyncClient, story: People) -> None:
    answer = await (await api(client, story.leader)).get("/figures", as_of="2019-07-31")

    assert answer.status_code == 200
    body = answer.json()
    assert {"as_of", "projects", "industry_insured", "income_insured", "industry_eligible", "income_eligible", "paid_fen", "claims_open",
            "claims_by_disaster", "by_county"} <= set(body)  # fmt: skip
    assert body["as_of"] == "2019-07-31"
    assert [row["name"] for row in body["by_county"]] == ["市中区", "薛城区", "峄城区", "台儿庄区", "山亭区", "滕州市"]


async def test_without_a_day_it_is_the_business_day(client: httpx.AsyncClient, story: People) -> None:
    assert (await (await api(client, story.city)).get("/figures")).json()["as_of"] == "2019-08-30"


@pytest.mark.parametrize("day", ["2019-08-31", "2019-13-01", "20190801", "２０１９-08-01", "", "2019-W01-1", "today"])
async def test_a_day_that_cannot_be_asked_for_is_refused_on_its_field(client: httpx.AsyncClient, story: People, day: str) -> None:
    answer = await (await api(client, story.city)).get("/figures", as_of=day)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["as_of"]


async def test_figures_are_for_those_who_are_signed_in(client: httpx.AsyncClient, story: People) -> None:
    assert (await client.get("/api/v1/figures")).status_code == 401
