"""Disasters on pages: declared with towns, many projects reported in one form, a single report under one policy."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.claims import actions_report, disasters
from insurance.claims.model import Claim, Disaster
from insurance.claims.model_verbs import Declaration
from insurance.policies.model import Peril
from make.claims import report_of
from make.paper_forms import addresses, fields, fill_in
from people import Browser, People, browser

TANSHAN, JINGHE = "370404001", "370481001"
TYPED = {"code": "TY-2019-09", "name": "台风“利奇马”", "peril": "TYPHOON", "from_on": "2019-08-10", "until_on": "2019-08-12"}


async def lekima(story: People) -> Disaster:
    given = Declaration(
        code="TY-2019-09",
        name="台风“利奇马”",
        peril=Peril.RAINSTORM,
        from_on=date(2019, 8, 10),
        until_on=date(2019, 8, 12),
        towns=(TANSHAN,),
    )
    return await disasters.declare(given, actor=story.city)


async def claims_of(disaster: Disaster, story: People) -> int:
    return (await disasters.one(disaster.id, actor=story.city)).reported


async def test_an_office_declares_a_disaster_and_goes_on_to_the_silent_projects(client: httpx.AsyncClient, story: People) -> None:
    city = await browser(client, story.city)

    done = await fill_in(city, await city.get("/disasters"), "/disasters", **TYPED, towns=[TANSHAN, JINGHE])

    assert done.status_code == 303
    assert done.headers["location"].endswith("?tab=silent")
    assert "台风“利奇马”" in (await city.get("/disasters")).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "利奇马"}, "code"),
        ({"name": ""}, "name"),
        ({"peril": ""}, "peril"),
        ({"until_on": "2019-08-09"}, "until_on"),
        ({"from_on": "2019-13-01"}, "from_on"),
        ({"towns": []}, "towns"),
        ({"towns": [JINGHE]}, "towns"),
    ],
)
async def test_a_wrong_declaration_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, story: People, wrong: dict[str, Any], field: str
) -> None:
    county = await browser(client, story.county)
    page = await county.get("/disasters")

    refused = await fill_in(county, page, "/disasters", **(TYPED | {"towns": [TANSHAN]} | wrong))

    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text
    assert fields(refused.text, "/disasters")["from_on"] == [(TYPED | wrong)["from_on"]]
    assert not await disasters.many(actor=story.city)


async def test_a_code_is_given_once(client: httpx.AsyncClient, story: People) -> None:
    await lekima(story)
    city = await browser(client, story.city)

    refused = await fill_in(city, await city.get("/disasters"), "/disasters", **TYPED, towns=[TANSHAN])

    assert refused.status_code == 409
    assert "灾害编号已被使用" in refused.text
    assert fields(refused.text, "/disasters")["name"] == [TYPED["name"]]


async def test_towns_and_insurers_read_disasters_and_declare_none(client: httpx.AsyncClient, story: People) -> None:
    disaster = await lekima(story)

    for actor in (story.town, story.adjuster_a, story.leader):
        reader = await browser(client, actor)
        assert addresses((await reader.get("/disasters")).text) == {"/sign-out"}
        assert (await reader.get(f"/disasters/{disaster.id}")).status_code == 200
        assert (await reader.post("/disasters", TYPED | {"towns": TANSHAN})).status_code == 403


async def _rows(who: Browser, disaster: Disaster) -> httpx.Response:
    return await who.get(f"/disasters/{disaster.id}?tab=silent")


async def test_many_projects_are_reported_in_one_form_each_its_own_claim(client: httpx.AsyncClient, story: People) -> None:
    disaster, losses = await lekima(story), [await make.insured(story) for _ in range(3)]
    town = await browser(client, story.town)
    action = f"/disasters/{disaster.id}/reports"
    ticked = [str(loss.policy_id) for loss in losses[:2]]
    estimates = {f"reported_fen-{losses[0].policy_id}": "8.2万", f"reported_fen-{losses[1].policy_id}": "36,900"}

    done = await fill_in(town, await _rows(town, disaster), action, pick=ticked, loss_at="2019-08-11T06:00", **estimates)
    page = await town.get(done.headers["location"])

    assert done.status_code == 303
    assert "已为 2 个项目报案" in page.text
    assert "82,000.00" in page.text
    assert "118,900.00" in page.text  # the sum of both
    assert await claims_of(disaster, story) == 2
    assert f'value="{losses[2].policy_id}"' in (await _rows(town, disaster)).text
    assert f'value="{losses[0].policy_id}"' not in (await _rows(town, disaster)).text


async def test_rows_that_are_refused_stay_with_what_was_typed_and_undo_no_other(client: httpx.AsyncClient, story: People) -> None:
    disaster, losses = await lekima(story), [await make.insured(story) for _ in range(3)]
    town = await browser(client, story.town)
    good, early, large = (loss.policy_id for loss in losses)
    typed = {
        f"reported_fen-{good}": "46000", f"reported_fen-{early}": "46000", f"loss_at-{early}": "2019-08-01T06:00",
        f"reported_fen-{large}": "9000万",
    }  # fmt: skip

    answer = await fill_in(
        town,
        await _rows(town, disaster),
        f"/disasters/{disaster.id}/reports",
        pick=[str(good), str(early), str(large)],
        loss_at="2019-08-11T06:00",
        **typed,
    )
    shown = fields(answer.text, f"/disasters/{disaster.id}/reports")

    assert answer.status_code == 422
    assert "已为 1 个项目报案" in answer.text
    assert "2 个项目没有报上" in answer.text
    assert "出险日不在灾害期间" in answer.text
    assert "报损金额不能大于保险金额" in answer.text
    assert shown["pick"] == [str(early), str(large)]
    assert shown[f"loss_at-{early}"] == ["2019-08-01T06:00"]
    assert shown[f"reported_fen-{large}"] == ["9000万"]
    assert await claims_of(disaster, story) == 1


async def test_what_cannot_be_read_reports_nothing(client: httpx.AsyncClient, story: People) -> None:
    disaster, losses = await lekima(story), [await make.insured(story) for _ in range(2)]
    town = await browser(client, story.town)
    first, second = (loss.policy_id for loss in losses)
    action = f"/disasters/{disaster.id}/reports"
    page = await _rows(town, disaster)

    none_ticked = await fill_in(town, page, action, loss_at="2019-08-11T06:00")
    unreadable = await fill_in(
        town, page, action, pick=[str(first), str(second)], loss_at="2019-08-11T06:00",
        **{f"reported_fen-{first}": "八万多", f"reported_fen-{second}": "46000"},
    )  # fmt: skip

    assert none_ticked.status_code == unreadable.status_code == 422
    assert "请先勾选要报案的项目" in none_ticked.text
    assert "报损估计：不是金额" in unreadable.text
    assert fields(unreadable.text, action)[f"reported_fen-{first}"] == ["八万多"]
    assert await claims_of(disaster, story) == 0


async def test_a_foreign_town_sees_neither_its_projects_nor_reports_them(client: httpx.AsyncClient, story: People) -> None:
    disaster, loss = await lekima(story), await make.insured(story)
    stranger = await browser(client, story.other_town)

    page = await _rows(stranger, disaster)
    answer = await stranger.post(
        f"/disasters/{disaster.id}/reports",
        {"pick": str(loss.policy_id), "loss_at": "2019-08-11T06:00", "peril": "RAINSTORM", f"reported_fen-{loss.policy_id}": "1"},
    )

    assert str(loss.policy_id) not in fields_or_none(page.text, f"/disasters/{disaster.id}/reports")
    assert answer.status_code == 422
    assert await claims_of(disaster, story) == 0
    assert (await stranger.get("/disasters/999999")).status_code == 404


def fields_or_none(page: str, action: str) -> str:
    return page if action in addresses(page) else ""


async def test_counts_and_map_are_of_what_the_reader_may_see(client: httpx.AsyncClient, story: People) -> None:
    disaster = await lekima(story)
    await make.reported(story, disaster_id=disaster.id)

    for name, seen in {"city": True, "town": True, "adjuster_a": True, "adjuster_b": False, "leader": True}.items():
        page = (await (await browser(client, getattr(story, name))).get(f"/disasters/{disaster.id}")).text
        assert ("LA2019" in page) is seen, name
        assert ("46,000.00" in page) is seen, name


# -- one report ---------------------------------------------------------------------------------------------------------


async def _reported(story: People) -> Claim:
    return await actions_report.report(report_of(await make.insured(story)), actor=story.town)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"loss_at": ""}, "loss_at"),
        ({"loss_at": "2018-08-11T06:00"}, "loss_at"),
        ({"reported_fen": "很多"}, "reported_fen"),
        ({"peril": ""}, "peril"),
    ],
)
async def test_a_wrong_report_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, story: People, wrong: dict[str, str], field: str
) -> None:
    loss = await make.insured(story)
    town = await browser(client, story.town)
    right = {"loss_at": "2019-08-11T06:00", "reported_fen": "46000", "peril": "RAINSTORM", "account_of_loss": "三号棚倒塌"}
    page = await town.get(f"/claims/new?policy={loss.policy_id}")

    refused = await fill_in(town, page, "/claims", **(right | wrong))

    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text
    assert fields(refused.text, "/claims")["account_of_loss"] == ["三号棚倒塌"]


async def test_the_same_loss_is_reported_once(client: httpx.AsyncClient, story: People) -> None:
    claim = await _reported(story)
    town = await browser(client, story.town)
    page = await town.get(f"/claims/new?policy={claim.policy.id}")

    refused = await fill_in(town, page, "/claims", loss_at="2019-08-11T06:00", peril="RAINSTORM", reported_fen="1")

    assert refused.status_code == 409
    assert claim.number in refused.text


@pytest.mark.parametrize("policy", ["", "x", "999999", "１"])
async def test_a_report_needs_a_policy_of_the_office(client: httpx.AsyncClient, story: People, policy: str) -> None:
    loss = await make.insured(story)

    assert (await (await browser(client, story.town)).get(f"/claims/new?policy={policy}")).status_code == 404
    assert (await (await browser(client, story.other_town)).get(f"/claims/new?policy={loss.policy_id}")).status_code == 404
    assert (await (await browser(client, story.adjuster_a)).get(f"/claims/new?policy={loss.policy_id}")).status_code == 403
