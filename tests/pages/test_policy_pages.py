"""Enrolment and policies through their pages: proposals, one paper for many, the binding of many, the list, the printed policy."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest

import make
from insurance.base.spreadsheet import read_table_file
from insurance.base.words import amount_words
from insurance.policies import actions
from insurance.policies.model import Cover
from make.policies import bind, on_day, paper, papers, policy
from make.projects import PDF
from people import People, browser


def words(html: str) -> str:
    """The text of a piece of a page, spaces single."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(page: str) -> list[str]:
    """The rows of the first list of a page, each as its text."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [words(row) for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)]


async def test_each_project_has_its_price_or_what_is_missing(client: httpx.AsyncClient, story: People) -> None:
    ready = await make.project(story.county, name="齐全的")
    await papers(ready, actor=story.county)
    bare = await make.project(story.county, name="缺材料的")
    road = await make.project(story.county, name="村道", asset_kind="PUBLIC", operation=None)
    office = await browser(client, story.county)
    ids = "&".join(f"id={one.id}" for one in (ready, bare, road))

    page = (await office.get(f"/policies/enrol?cover=INDUSTRY&{ids}&insurer=INS-A")).text

    good, missing, never = rows(page)
    assert "3 个项目，1 个可以承保 · 保险期间 2019-08-31 至 2020-08-30" in words(page)
    assert "682,983.33 保费 2,390.44" in good  # the greenhouse on 31 August: 26 months posted
    assert "100.0%" in good
    assert "可以承保 保险公司甲" in good
    assert "缺 3 项 是否另有保险，尚未申报 缺少投保确认签字 缺少确权文件" in missing
    assert "682,983.33" in missing
    assert "不符合承保条件 公益性资产不属于产业保范围" in never
    assert re.findall(r'name="id" value="(\d+)" data-pick', page) == [str(ready.id)]
    shares = words(page.split("保费由谁承担")[1].split("</table>")[0])
    assert "市财政 40.0% 956.18 区（市）财政 40.0% 956.17 被保险人 20.0% 478.09 保费合计（元） 2,390.44" in shares
    assert f"人民币{amount_words(239_044)}" in page


async def test_the_insurer_comes_by_the_countys_rule_or_by_choice(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    await papers(made, actor=story.county)
    office = await browser(client, story.county)
    address = f"/policies/enrol?cover=INDUSTRY&id={made.id}"

    nobody = (await office.get(address)).text
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-B", date(2019, 1, 1), None, actor=story.city)
    ruled = (await office.get(address)).text
    chosen = (await office.get(f"{address}&insurer=INS-A")).text

    assert "请选择保险公司，或先为该区（市）设定规则" in nobody
    assert "保险公司乙" in rows(ruled)[0]
    assert "保险公司甲" in rows(chosen)[0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("starts_on=2019-08-29", "起保日不能早于今天"),
        ("starts_on=2021-01-01", "起保日最多提前一年"),
        ("insurer=NOBODY", "没有这家保险公司"),
    ],
)
async def test_a_wrong_day_or_insurer_is_said_at_its_field(client: httpx.AsyncClient, story: People, query: str, said: str) -> None:
    made = await make.project(story.county)

    answer = await (await browser(client, story.county)).get(f"/policies/enrol?cover=INDUSTRY&id={made.id}&{query}")

    assert answer.status_code == 422
    assert said in answer.text
    assert "重新计算" in answer.text


TOO_MANY = "&".join(f"id={number}" for number in range(1, 902))


@pytest.mark.parametrize("query", ["cover=CROP&id=1", "id=x", "id=9999999999999999999", "starts_on=soon&id=1", TOO_MANY])
async def test_an_address_that_makes_no_sense_is_refused(client: httpx.AsyncClient, story: People, query: str) -> None:
    assert (await (await browser(client, story.county)).get(f"/policies/enrol?{query}")).status_code == 422


async def test_all_projects_of_a_view_are_enrolled_without_ticking_each(client: httpx.AsyncClient, story: People) -> None:
    for number in range(3):
        await papers(await make.project(story.county, name=f"大棚{number}"), actor=story.county)
    await make.project(story.county, name="村道", asset_kind="PUBLIC", operation=None)
    office = await browser(client, story.county)
    found = re.search(r'href="(/policies/enrol\?[^"]+)"', (await office.get("/projects?view=open-industry&limit=1")).text)
    assert found is not None

    page = (await office.get(found[1].replace("&amp;", "&"))).text

    assert len(rows(page)) == 3
    assert "村道" not in page


async def test_what_is_ticked_is_bound_and_a_refusal_holds_nothing_back(client: httpx.AsyncClient, story: People) -> None:
    ready = await make.project(story.county, name="齐全的")
    await papers(ready, actor=story.county)
    bare = await make.project(story.county, name="缺材料的")
    office = await browser(client, story.county)
    form = {"key": "one", "cover": "INDUSTRY", "starts_on": "2019-09-01", "insurer": "INS-A", "id": [str(ready.id), str(bare.id)]}

    answer = await office.post("/policies/enrol", form)
    again = await office.post("/policies/enrol", form)
    listed = (await office.get("/policies")).text

    assert answer.status_code == 200
    assert "承保 1 个，未办成 1 个" in answer.text
    assert "缺少确权文件" in answer.text
    number = re.search(r"CY2019-\d+", answer.text)
    assert number is not None
    assert number[0] in again.text
    assert len(rows(listed)) == 1
    assert "2019-09-01" in rows(listed)[0]
    assert f"cover=INDUSTRY&amp;starts_on=2019-09-01&amp;insurer=INS-A&amp;id={bare.id}" in answer.text


async def test_nothing_ticked_is_refused(client: httpx.AsyncClient, story: People) -> None:
    answer = await (await browser(client, story.county)).post("/policies/enrol", {"cover": "INDUSTRY"})

    assert answer.status_code == 422
    assert "请至少勾选一个项目" in answer.text


async def test_one_signed_paper_is_filed_for_every_project_it_names(client: httpx.AsyncClient, story: People) -> None:
    made = [await make.project(story.county, name=f"大棚{number}") for number in range(2)]
    office = await browser(client, story.county)
    form = {"cover": "INDUSTRY", "starts_on": "2019-09-01", "insurer": "INS-A", "id": [str(one.id) for one in made]}

    for kind in ("APPLICATION", "TITLE"):
        filed = await office.post("/policies/enrol/papers", form | {"kind": kind}, files={"file": ("投保单.pdf", PDF)})
        assert filed.status_code == 303
    page = (await office.get(filed.headers["location"])).text

    assert "2 个项目，2 个可以承保" in words(page)
    assert "投保单.pdf" in (await office.get(f"/projects/{made[1].id}")).text


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [("TITLE", b"MZ\x00", "不支持这种文件"), ("PHOTO", PDF, "请选择"), ("TITLE", b"", "文件里没有内容")],
)
async def test_a_wrong_paper_for_many_keeps_the_page_and_files_nothing(
    client: httpx.AsyncClient, story: People, kind: str, content: bytes, said: str
) -> None:
    made = await make.project(story.county)
    office = await browser(client, story.county)
    form = {"cover": "INDUSTRY", "starts_on": "2019-09-01", "insurer": "INS-A", "id": [str(made.id)], "kind": kind}

    answer = await office.post("/policies/enrol/papers", form, files={"file": ("a.pdf", content)})

    assert answer.status_code == 422
    assert said in answer.text
    assert made.name in answer.text
    assert "还没有材料" in (await office.get(f"/projects/{made.id}")).text


async def test_projects_of_others_are_left_out_of_an_enrolment(client: httpx.AsyncClient, story: People) -> None:
    theirs = await make.project(story.county)
    await papers(theirs, actor=story.county)
    stranger = await browser(client, story.other_county)

    page = (await stranger.get(f"/policies/enrol?cover=INDUSTRY&id={theirs.id}&insurer=INS-A")).text
    bound = await stranger.post("/policies/enrol", {"cover": "INDUSTRY", "insurer": "INS-A", "id": str(theirs.id)})
    filed = await stranger.post(
        "/policies/enrol/papers", {"cover": "INDUSTRY", "kind": "TITLE", "id": str(theirs.id)}, files={"file": ("a.pdf", PDF)}
    )

    assert "所选项目不在您的范围内" in page
    assert "承保 0 个，未办成 1 个" in bound.text
    assert filed.status_code == 404


@pytest.mark.parametrize("who", ["leader", "adjuster_a", "maker", "auditor"])
async def test_only_offices_enrol(client: httpx.AsyncClient, story: People, who: str) -> None:
    reader = await browser(client, story.everybody()[who])

    assert (await reader.get("/policies/enrol")).status_code == 403
    assert (await reader.post("/policies/enrol", {"cover": "INDUSTRY", "id": "1"})).status_code == 403
    assert "办理投保" not in (await reader.get("/policies")).text


async def test_the_list_filters_totals_and_exports_as_seen(client: httpx.AsyncClient, story: People) -> None:
    begun = on_day(story.county, date(2019, 8, 1))
    first = await make.project(begun, name="甲棚")
    second = await make.project(begun, name="乙棚")
    await policy(first, actor=begun, insurer="INS-A")
    await policy(second, actor=begun, insurer="INS-B")
    await paper(first, "INCOME_AGREEMENT", actor=begun)
    await bind(first, actor=begun, cover=Cover.INCOME)
    reader = await browser(client, story.city)

    everything = (await reader.get("/policies")).text
    of_one = (await reader.get("/policies?cover=INDUSTRY&insurer=INS-B")).text
    export = re.search(r'id="export" href="([^"]+)"', of_one)
    assert export is not None
    sheet = (await read_table_file((await reader.get(export[1].replace("&amp;", "&"))).content)).sheets[0]

    assert "合计 3 份" in everything
    assert len(rows(everything)) == 3
    assert [row.split()[2] for row in rows(of_one)] == ["乙棚"]
    assert "合计 1 份" in of_one
    assert sheet.columns[3][1:] == ["乙棚", ""]
    assert sheet.columns[0][2] == "合计 1 份"
    assert sheet.columns[8][1] == sheet.columns[8][2]
    assert (await reader.get("/policies?state=SOLD")).status_code == 422


async def test_pages_of_the_list_follow_one_another(client: httpx.AsyncClient, story: People) -> None:
    for _ in range(3):
        await policy(await make.project(story.county), actor=story.county)
    reader = await browser(client, story.county)

    first = (await reader.get("/policies?limit=2")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = (await reader.get(following[1].replace("&amp;", "&"))).text

    assert len(rows(first)) == 2
    assert len(rows(second)) == 1
    assert not set(rows(first)) & set(rows(second))
    assert "第 3–3 行，共 3 行" in second


async def test_an_insurer_sees_its_own_policies_and_nobody_elses(client: httpx.AsyncClient, story: People) -> None:
    ours = await policy(await make.project(story.county), actor=story.county, insurer="INS-A")
    theirs = await policy(await make.project(story.county), actor=story.county, insurer="INS-B")
    reader = await browser(client, story.adjuster_a)

    assert ours.number in (await reader.get("/policies")).text
    assert theirs.number not in (await reader.get("/policies?insurer=INS-B")).text
    assert (await reader.get(f"/policies/{ours.id}")).status_code == 200
    assert (await reader.get(f"/policies/{theirs.id}")).status_code == 404
    assert (await reader.get(f"/policies/{theirs.id}/print")).status_code == 404


async def test_a_policy_shows_schedule_month_table_shares_and_working(client: httpx.AsyncClient, story: People) -> None:
    begun = on_day(story.county, date(2018, 12, 31))
    made = await make.project(begun, name="石榴大棚", assets=[{}, {"name": "水泵", "cost_fen": 1_200_000}])
    bound = await policy(made, actor=begun, starts_on=date(2019, 1, 1))

    page = words((await (await browser(client, story.leader)).get(f"/policies/{bound.id}")).text)

    assert "合计 2 项" in page
    assert "钢架大棚" in page
    assert "737,450.00" in page  # the worked example: 18 months posted on 1 January 2019
    assert "2019-01" in page
    assert "2019-12" in page
    assert "每次事故 1,000.00 元或损失的 10.0%，以高者为准" in page
    assert "市财政 40.0%" in page
    assert "资产净值 737,450.00 元：原值 860,000.00 元，已提折旧 18 个月" in page
    assert "投保申请已签字" in page
    assert "承保 county" in page


async def test_the_printed_policy_has_its_amounts_in_words_and_its_schedule_on_further_sheets(
    client: httpx.AsyncClient, story: People
) -> None:
    begun = on_day(story.county, date(2018, 12, 31))
    made = await make.project(begun, assets=[{"name": f"大棚{number}"} for number in range(15)])
    bound = await policy(made, actor=begun, starts_on=date(2019, 1, 1))

    page = (await (await browser(client, story.county)).get(f"/policies/{bound.id}/print")).text

    assert page.count('class="sheet"') == 3
    assert "共 3 页" in page
    assert f"人民币{amount_words(15 * 73_745_000)}" in page
    assert "自 2019-01-01 零时起至 2019-12-31 二十四时止" in page
    assert bound.number in page
    assert "<script" not in page.split("<body")[1]
