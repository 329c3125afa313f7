"""A project by hand through its form: entered, changed, refused with everything typed kept, and two people at once."""

from __future__ import annotations

import re

import httpx
import pytest

import make
from insurance.base import db
from insurance.projects import actions, store
from insurance.projects.model import Fund, Operation, Project
from make.policies import edit as edited
from people import People, browser

NEW = {
    "town_code": "370404001", "village": "石门村", "name": "冷库", "taxonomy": "COLD", "ownership": "VILLAGE", "operation": "SELF",
    "owner_name": "石门村股份经济合作社", "annual_income_fen": "8.2万",
    "assets-0-name": "保温库", "assets-0-cost_fen": "86万", "assets-0-life_months": "240", "assets-0-residual_rate": "5%",
    "assets-0-in_use_on": "2017-06-15", "assets-0-special_fen": "500000", "assets-0-self_fen": "360000", "assets-0-quantity": "１２０",
}  # fmt: skip


def typed(page: str) -> dict[str, str]:
    """What the form would send back: every input's value and every chosen option."""
    form = page.split('<form class="stack"')[1].split("</form>", maxsplit=1)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        named, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if named and value and named[1] not in ("csrf", "key"):
            found[named[1]] = value[1]
    for select in re.findall(r"<select.*?</select>", form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', select)
        named = re.search(r'name="([^"]+)"', select)
        assert named is not None
        found[named[1]] = chosen[1] if chosen else ""
    return found


async def stored(project_id: int, who: People) -> Project:
    async with db.transaction(who.city.scope):
        found = await store.project(project_id)
    assert found is not None
    return found


async def test_a_project_is_entered_with_amounts_as_people_write_them(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)

    answer = await office.post("/projects/new", NEW)

    assert answer.status_code == 303
    made = await stored(int(answer.headers["location"].rsplit("/", 1)[1]), story)
    asset = made.assets[0]
    assert (made.name, made.village, made.annual_income_fen) == ("冷库", "石门村", 8_200_000)
    assert (asset.cost_fen, asset.life_months, str(asset.residual_rate), str(asset.quantity)) == (86_000_000, 240, "0.05", "120")
    assert {fund.fund: fund.amount_fen for fund in asset.funds} == {Fund.SPECIAL: 50_000_000, Fund.SELF: 36_000_000}
    assert made.owner is not None
    assert made.owner.name == "石门村股份经济合作社"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": ""}, "name", "请填写"),
        ({"town_code": ""}, "town_code", "请填写"),
        ({"taxonomy": "CASTLE"}, "taxonomy", "请从列表中选择"),
        ({"town_code": "370481001"}, "town_code", "没有这个镇街，或不在您的辖区"),
        ({"assets-0-cost_fen": "很多"}, "assets-0-cost_fen", "请填数字"),
        ({"assets-0-residual_rate": "150%"}, "assets-0-residual_rate", "残值率应在 0 到 100% 之间"),
        ({"assets-0-quantity": "-1"}, "assets-0-quantity", "请填不小于零的数"),
        ({"assets-0-name": ""}, "assets-0-name", "请填写"),
        ({"contract_from": "2019-05-01", "contract_until": "2019-04-01"}, "contract_until", "合同终止日不能早于起始日"),
        ({"owner_credit_code": "91370404000000000X"}, "owner_credit_code", "统一社会信用代码不正确"),
        ({"assets-3-name": "第二座", "assets-3-in_use_on": "1900-01-01"}, "assets-3-in_use_on", "请填真实的日期"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, story: People, changed: dict[str, str], field: str, said: str
) -> None:
    answer = await (await browser(client, story.county)).post("/projects/new", NEW | changed)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert said in answer.text
    kept = typed(answer.text)
    assert {name: kept[name] for name in NEW if name in kept and name not in changed} == {
        name: value for name, value in NEW.items() if name in kept and name not in changed
    }


async def test_the_same_project_twice_is_refused_with_the_form_kept(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)
    await office.post("/projects/new", NEW)

    again = await office.post("/projects/new", NEW)

    assert again.status_code == 409
    assert "台账中已有这个项目" in again.text
    assert 'value="86万"' in again.text


async def test_one_more_asset_is_asked_for_without_losing_or_storing_anything(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)

    answer = await office.post("/projects/new", NEW | {"more": "1"})

    assert answer.status_code == 200
    assert 'name="assets-1-name"' in answer.text
    assert 'value="保温库"' in answer.text
    assert "还没有项目" in (await office.get("/projects")).text


async def test_the_form_of_a_project_sent_back_untouched_changes_nothing(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county, assets=[{"quantity": "2.50"}, {"name": "水泵", "residual_rate": None, "funds": []}])
    office = await browser(client, story.county)

    answer = await office.post(f"/projects/{made.id}/edit", typed((await office.get(f"/projects/{made.id}/edit")).text))

    assert answer.status_code == 303
    assert await stored(made.id, story) == made


async def test_a_change_is_stored_and_keeps_the_levels_of_money_that_stays(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    office = await browser(client, story.county)
    form = typed((await office.get(f"/projects/{made.id}/edit")).text)

    answer = await office.post(f"/projects/{made.id}/edit", form | {"operation": "LEASED", "assets-0-self_fen": "1万", "title_paper": ""})

    after = await stored(made.id, story)
    assert answer.headers["location"] == f"/projects/{made.id}"
    assert (after.operation, after.title_paper, after.version) == (Operation.LEASED, None, made.version + 1)
    assert {(fund.fund, fund.level, fund.amount_fen) for fund in after.assets[0].funds} == {
        (Fund.SPECIAL, "CENTRAL", 86_000_000), (Fund.SELF, "", 1_000_000),
    }  # fmt: skip
    assert "成为第 2 版（county）" in (await office.get(f"/projects/{made.id}")).text


async def test_whoever_comes_second_sees_who_changed_what_and_may_then_decide(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county, name="先前的名字")
    office = await browser(client, story.county)
    form = typed((await office.get(f"/projects/{made.id}/edit")).text)
    await actions.edit(made.id, edited(made.version, name="别人的名字"), actor=story.city)

    lost = await office.post(f"/projects/{made.id}/edit", form | {"name": "我的名字"})
    between = (await stored(made.id, story)).name
    again = await office.post(f"/projects/{made.id}/edit", typed(lost.text))

    assert lost.status_code == 409
    assert "您打开后，city已在 2019-08-30 把项目改成第 2 版" in lost.text
    assert "现在是“别人的名字”，您提交的是“我的名字”" in lost.text
    assert between == "别人的名字"
    assert again.status_code == 303
    assert (await stored(made.id, story)).name == "我的名字"


async def test_a_double_click_stores_once(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)

    first, second = [await office.post("/projects/new", NEW | {"key": "one-form"}) for _ in range(2)]

    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
