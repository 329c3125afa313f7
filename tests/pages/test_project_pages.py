"""The register and one project as people of each role see them, and what an office does there."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.base.spreadsheet import read_table_file
from insurance.policies.model import Cover
from insurance.projects import actions
from make.policies import edit as edited
from make.policies import on_day, paper, papers, policy
from make.projects import PDF
from people import Browser, People, browser

ACCOUNT = {"holder_name": "石门村股份经济合作社", "bank_name": "峄城农村商业银行", "account_number": "9140114010142050001234"}


def rows(page: str) -> list[str]:
    """The body rows of the list, each as its text."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [words(row) for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)]


def words(html: str) -> str:
    """The text of a piece of a page, spaces single."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def seals(row: str) -> list[str]:
    """What the seals of a row say."""
    return re.findall(r'class="seal[^"]*" role="img"[^>]*title="([^"]+)"', row)


async def test_the_register_shows_each_project_with_value_seals_and_the_reason_that_decides(
    client: httpx.AsyncClient, story: People
) -> None:
    await make.project(story.county, name="两保大棚")
    await make.project(story.county, name="出租大棚", operation="LEASED")
    await make.project(story.county, name="村道", asset_kind="PUBLIC", operation=None)

    page = (await (await browser(client, story.county)).get("/projects?sort=name")).text

    both, leased, road = rows(page)
    assert "出租大棚" in leased
    assert "仅产业保" in leased
    assert "经营方式不是集体自营" in leased
    assert "拟定" in leased
    assert "两保均可" in both
    assert "财政专项 · 集体 · 自营" in both
    assert "不符合" in road
    assert "公益性资产不属于产业保范围" in road
    assert seals(page.split("<tbody>")[1]) == [
        "产业保：可保未保", "收益保：可保未保", "产业保：可保未保", "收益保：不适用", "产业保：不适用", "收益保：不适用",
    ]  # fmt: skip


async def test_a_policy_that_began_fills_its_seal(client: httpx.AsyncClient, story: People) -> None:
    begun = on_day(story.county, date(2019, 8, 1))
    made = await make.project(begun, name="在保大棚")
    await policy(made, actor=begun)

    page = (await (await browser(client, story.county)).get("/projects")).text

    assert seals(page.split("<tbody>")[1])[0] == "产业保：在保"
    assert "拟定" not in rows(page)[0]


async def test_what_is_bound_and_not_begun_is_no_longer_offered(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    await policy(made, actor=story.county)  # from tomorrow
    reader = await browser(client, story.county)

    row = rows((await reader.get("/projects")).text)[0]

    assert "已承保，2019-08-31 起保" in row
    assert "没有符合条件的记录" in (await reader.get("/projects?view=open-industry")).text
    assert "已承保，2019-08-31 起保" in (await reader.get(f"/projects/{made.id}")).text


async def test_views_count_and_totals_are_of_the_whole_filter_not_of_the_page(client: httpx.AsyncClient, story: People) -> None:
    for number in range(3):
        await make.project(story.county, name=f"大棚{number}", assets=[{"cost_fen": 86_000_000}])
    await make.project(story.county, name="路", asset_kind="PUBLIC", operation=None)
    reader = await browser(client, story.county)

    everything = (await reader.get("/projects?limit=1")).text
    opened = (await reader.get("/projects?view=open-industry&limit=1")).text

    assert re.findall(r"<em>(\d+)</em>", everything.split('class="tabs"')[1].split("</nav>")[0]) == ["4", "3", "3", "0", "0", "1"]
    assert "合计 4 个" in everything
    assert "本视图合计 3 个（已筛选）" in opened
    net = re.search(r"本视图合计.*?<td class=\"num\">([\d,.]+)</td>", opened, re.DOTALL)
    assert net is not None
    assert net[1] == "2,069,375.01"  # three times the worked example on 2019-08-30: 68,979,167 fen
    assert len(rows(opened)) == 1


async def test_pages_follow_one_another_in_the_order_asked_for(client: httpx.AsyncClient, story: People) -> None:
    for number, cost in enumerate((50_000_000, 90_000_000, 70_000_000)):
        await make.project(story.county, name=f"大棚{number}", assets=[{"cost_fen": cost}])
    reader = await browser(client, story.county)

    found = []
    address: str | None = "/projects?limit=1&sort=-net"
    while address:
        page = (await reader.get(address)).text
        found.append(rows(page)[0].split()[0])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None

    assert found == ["大棚1", "大棚2", "大棚0"]


async def test_search_and_filters_narrow_and_an_unknown_one_is_refused(client: httpx.AsyncClient, story: People) -> None:
    await make.project(story.county, name="石榴园")
    await make.project(story.other_county, name="冷库", town_code="370481001", taxonomy="COLD")
    reader = await browser(client, story.city)

    async def names(query: str) -> list[str]:
        return [row.split()[0] for row in rows((await reader.get(f"/projects?{query}")).text)]

    assert await names("q=石榴") == ["石榴园"]
    assert await names("county=370481") == ["冷库"]
    assert await names("taxonomy=COLD") == ["冷库"]
    nothing = await reader.get("/projects?q=没有这样的")
    assert "没有符合条件的记录" in nothing.text
    assert "没有这样的" in nothing.text
    assert (await reader.get("/projects?sort=secret")).status_code == 422
    assert (await reader.get("/projects?view=secret")).status_code == 422
    assert (await reader.get("/projects?cursor=broken")).status_code == 422


async def test_an_empty_register_says_what_to_do(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.town)
    leader = await browser(client, story.leader)

    assert "从 Excel 台账导入" in (await office.get("/projects")).text
    assert "从 Excel 台账导入" not in (await leader.get("/projects")).text


async def test_the_export_holds_the_rows_of_the_view_in_their_order_with_numbers_as_text(client: httpx.AsyncClient, story: People) -> None:
    await make.project(story.county, name="甲", code="0012345678901234567")
    await make.project(story.county, name="乙", assets=[{"cost_fen": 10_000_000}])
    await make.project(story.county, name="路", asset_kind="PUBLIC", operation=None)
    reader = await browser(client, story.county)
    page = (await reader.get("/projects?view=open-industry&limit=1")).text
    address = re.search(r'id="export" href="([^"]+)"', page)
    assert address is not None

    answer = await reader.get(address[1].replace("&amp;", "&"))

    sheet = (await read_table_file(answer.content)).sheets[0]
    assert sheet.columns[0][1:] == ["0012345678901234567", sheet.columns[0][2], "合计 2 个"]
    assert sheet.columns[1][1:3] == ["甲", "乙"]
    assert sheet.columns[6][1] == 689_791.67
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_what_was_changed_stands_in_the_list_at_once(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county, name="先前", title_on=None, title_paper=None)
    reader = await browser(client, story.county)
    before = rows((await reader.get("/projects")).text)[0]

    await paper(made, "TITLE", actor=story.county)
    filed = rows((await reader.get("/projects")).text)[0]
    await actions.edit(made.id, edited(made.version, operation="LEASED"), actor=story.county)
    leased = rows((await reader.get("/projects")).text)[0]

    assert "产业保待补" in before
    assert "两保均可" in filed
    assert "仅产业保" in leased


async def test_an_insurer_sees_only_its_own_projects_and_has_no_buttons(client: httpx.AsyncClient, story: People) -> None:
    ours = await make.project(story.county, name="甲保的")
    await policy(ours, actor=story.county, insurer="INS-A")
    await paper(ours, "INCOME_AGREEMENT", actor=story.county)
    theirs = await make.project(story.county, name="乙保的")
    await policy(theirs, actor=story.county, insurer="INS-B")
    reader = await browser(client, story.adjuster_a)

    page = (await reader.get("/projects")).text
    project = (await reader.get(f"/projects/{ours.id}")).text

    assert [row.split()[0] for row in rows(page)] == ["甲保的"]
    assert "可保未保" not in page
    for forbidden in ("新建项目", "导入 Excel", "data-pick", "办理"):
        assert forbidden not in page
    assert "资格判定" not in project  # judged on what an insurer may see, it would mislead
    assert '<form class="bd form' not in project
    assert (await reader.get(f"/projects/{theirs.id}")).status_code == 404
    assert (await reader.post(f"/projects/{ours.id}/papers", {"kind": "TITLE"}, files={"file": ("a.pdf", PDF)})).status_code == 403
    assert (await reader.get("/projects/new")).status_code == 403


@pytest.mark.parametrize("who", ["leader", "auditor", "maker"])
async def test_others_read_and_change_nothing(client: httpx.AsyncClient, story: People, who: str) -> None:
    made = await make.project(story.county)
    reader = await browser(client, story.everybody()[who])

    page, project = (await reader.get("/projects")).text, (await reader.get(f"/projects/{made.id}")).text

    assert made.name in page
    assert "资格判定" in project
    assert "data-pick" not in page
    assert "/edit" not in project
    assert (await reader.get(f"/projects/{made.id}/edit")).status_code == 403
    assert (await reader.post("/projects/new", {"name": "x"})).status_code == 403


async def test_a_project_of_another_county_is_not_there(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    stranger = await browser(client, story.other_county)

    assert made.name not in (await stranger.get("/projects")).text
    for address in (f"/projects/{made.id}", f"/projects/{made.id}/edit"):
        assert (await stranger.get(address)).status_code == 404
    assert (await stranger.post(f"/projects/{made.id}/accounts", ACCOUNT)).status_code == 404


async def test_a_project_says_what_it_is_worth_whose_it_is_and_why_it_may_be_insured(client: httpx.AsyncClient, story: People) -> None:
    begun = on_day(story.county, date(2019, 8, 1))
    made = await make.project(begun, name="石榴大棚", income_basis=None, distribution="七三")
    await policy(made, actor=begun)
    reader = await browser(client, story.county)

    page = words((await reader.get(f"/projects/{made.id}")).text)
    at_start = words((await reader.get(f"/projects/{made.id}?at=start")).text)

    assert "689,791.67" in page  # the worked example: 25 months posted
    assert "截至 2019-08-30" in page
    assert "截至 2019-08-02" in at_start
    assert "保额为净值的 100.0%" in page
    assert "缺少收益测算依据" in page
    assert "怎么办：提供收益协议，或至少一年的收益账目" in page
    assert "所有权 石门村股份经济合作社" in page
    assert "受益权 未登记" in page
    assert "财政专项扶贫资金 中央 860,000.00" in page
    assert "项目登记：手工登记" in page
    assert "承保 CY2019-" in page


async def _wrong_upload(office: Browser, project_id: int, kind: str, name: str, content: bytes) -> httpx.Response:
    return await office.post(f"/projects/{project_id}/papers", {"kind": kind, "dated_on": "2019-08-01"}, files={"file": (name, content)})


async def test_a_paper_is_filed_from_the_page_and_handed_out_again(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    office = await browser(client, story.county)

    filed = await office.post(f"/projects/{made.id}/papers", {"kind": "TITLE", "dated_on": "2019-08-01"}, files={"file": ("确权.pdf", PDF)})
    page = (await office.get(f"/projects/{made.id}")).text
    link = re.search(r'href="(/documents/\d+)"', page)
    assert link is not None
    handed = await office.get(link[1])

    assert filed.status_code == 303
    assert filed.headers["location"] == f"/projects/{made.id}#papers"
    assert "确权.pdf" in page
    assert handed.content == PDF
    assert "sandbox" in handed.headers["content-security-policy"]
    assert (await (await browser(client, story.other_county)).get(link[1])).status_code == 404


@pytest.mark.parametrize(
    ("kind", "name", "content", "said"),
    [
        ("TITLE", "a.exe", b"MZ\x00\x01", "不支持这种文件"),
        ("TITLE", "a.pdf", b"", "文件里没有内容"),
        ("", "a.pdf", PDF, "请选择"),
        ("PHOTOGRAPH", "a.pdf", PDF, "没有这种材料"),
    ],
)
async def test_a_wrong_paper_shows_its_fault_and_keeps_the_page(
    client: httpx.AsyncClient, story: People, kind: str, name: str, content: bytes, said: str
) -> None:
    made = await make.project(story.county)

    answer = await _wrong_upload(await browser(client, story.county), made.id, kind, name, content)

    assert answer.status_code == 422
    assert said in answer.text
    assert made.name in answer.text
    assert 'value="2019-08-01"' in answer.text


async def test_a_paper_without_a_file_is_asked_for(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    office = await browser(client, story.county)

    answer = await office.post(f"/projects/{made.id}/papers", {"kind": "TITLE", "dated_on": ""}, files={"file": ("", b"")})

    assert answer.status_code == 422
    assert "材料" in answer.text


async def _enter(client: httpx.AsyncClient, who: Actor, project_id: int, **changed: str) -> httpx.Response:
    return await (await browser(client, who)).post(f"/projects/{project_id}/accounts", ACCOUNT | changed)


async def test_an_account_is_shown_by_its_last_digits_only(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)

    entered = await _enter(client, story.county, made.id)
    page = (await (await browser(client, story.county)).get(f"/projects/{made.id}")).text

    assert entered.status_code == 303
    assert "****1234" in page
    assert ACCOUNT["account_number"] not in page


async def test_a_wrong_account_keeps_what_was_typed_and_says_the_fix(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)

    answer = await _enter(client, story.county, made.id, holder_name="别人", account_number="12x45678")

    assert answer.status_code == 422
    assert "户名须与权利人名称一致" in answer.text
    assert 'value="别人"' in answer.text
    assert 'value="峄城农村商业银行"' in answer.text


async def test_a_change_of_account_needs_a_paper_and_a_second_person(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    await _enter(client, story.county, made.id)
    await _enter(client, story.county, made.id, account_number="9140114010142050005678")
    first, second = await browser(client, story.county), await browser(client, story.city)
    page = (await first.get(f"/projects/{made.id}")).text
    found = re.search(r'action="(/projects/\d+/accounts/\d+)/approval"', page)
    assert found is not None

    without_paper = await second.post(f"{found[1]}/approval")
    filed = await first.post(f"{found[1]}/papers", files={"file": ("盖章.pdf", PDF)})
    by_the_same = await first.post(f"{found[1]}/approval")
    approved = await second.post(f"{found[1]}/approval")
    after = (await first.get(f"/projects/{made.id}")).text

    assert [a.status_code for a in (without_paper, filed, by_the_same, approved)] == [409, 303, 409, 303]
    assert "****5678" in after
    assert "****1234" not in after


async def test_pages_of_projects_say_the_same_in_english(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.county)
    await papers(made, actor=story.county, kinds=["TITLE"])
    reader = await browser(client, story.county)

    page = words((await reader.get(f"/projects/{made.id}?lang=en")).text)

    assert "Asset cover" in page
    assert "no signed application" in page
    assert not re.search(r"[一-鿿]+：", page)


async def test_the_income_view_shows_guarantees(client: httpx.AsyncClient, story: People) -> None:
    await make.project(story.county, name="收益大棚")

    page = (await (await browser(client, story.county)).get("/projects?view=open-income")).text

    assert "保障收益（元/年）" in page
    assert "68,800.00" in rows(page)[0]  # 8 % of 860,000.00 of special funds
    assert Cover.INCOME.value in page
