"""Excel 导入 through its pages: upload, review with cell addresses, take in, undo; what cannot be read keeps the page."""

from __future__ import annotations

import re

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.base.spreadsheet import read_table_file
from make.policies import policy
from make.workbooks import one
from people import People, browser

GOOD = make.register(make.row(), make.row(project="核桃园", asset="围栏"))
MIXED = make.register(
    make.row(),
    make.row(project="核桃园", town="没有的镇"),
    make.row(project="梨园", in_use="2017-13-40", cost="很多"),
)


async def upload(client: httpx.AsyncClient, actor: Actor, content: bytes, name: str = "台账.csv") -> httpx.Response:
    return await (await browser(client, actor)).post("/imports", files={"file": (name, content)})


def counts(page: str) -> list[int]:
    """New, changed, the same, faulty, and all rows, as the foot of the result adds them up."""
    found = re.search(r"(\d+) \+ (\d+) \+ (\d+) \+ (\d+) = (\d+) 行", page)
    assert found is not None
    return [int(number) for number in found.groups()]


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def test_a_register_is_reviewed_taken_in_and_undone(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)
    address = (await upload(client, story.county, GOOD)).headers["location"]
    review = (await office.get(address)).text

    taken = await office.post(f"{address}/commit", {"version": version(review)})
    after = (await office.get(address)).text
    listed = (await office.get("/projects")).text
    undone = await office.post(f"{address}/undo", {"version": version(after)})

    assert counts(review) == [2, 0, 0, 0, 2]
    assert "没有有错的行" in review
    assert "入库 2 行" in review
    assert taken.status_code == 303
    assert "撤销本次导入" in after
    assert "核桃园" in listed
    assert undone.status_code == 303
    assert "核桃园" not in (await office.get("/projects")).text
    assert "已撤销" in (await office.get("/imports")).text


async def test_only_problem_rows_are_shown_each_at_its_cell(client: httpx.AsyncClient, story: People) -> None:
    address = (await upload(client, story.county, MIXED)).headers["location"]

    page = (await (await browser(client, story.county)).get(address)).text

    grid = page.split('class="xl"')[1].split("</table>")[0]
    assert counts(page) == [1, 0, 0, 2, 3]
    assert "第 2 行 无问题" in grid
    assert re.findall(r'<td class="rn">(\d+)</td>', grid) == ["3", "4"]
    assert "没有的镇" in grid
    assert "<b>A3</b> 没有这个镇街" in grid
    assert set(re.findall(r"<b>([A-Z]+4)</b>", grid)) == {"G4", "L4"}  # cost, day of use
    assert "石榴大棚" not in grid
    assert "入库 1 行" in page


async def test_the_same_file_again_has_nothing_to_take_in(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)
    first = (await upload(client, story.county, GOOD)).headers["location"]
    await office.post(f"{first}/commit", {"version": version((await office.get(first)).text)})

    page = (await office.get((await upload(client, story.county, GOOD)).headers["location"])).text

    assert counts(page) == [0, 0, 2, 0, 2]
    assert "没有可入库的行" in page
    assert "此文件已于 2019-08-30 导入过" in page


async def test_the_annotated_copy_is_a_workbook_with_the_faults(client: httpx.AsyncClient, story: People) -> None:
    address = (await upload(client, story.county, MIXED)).headers["location"]

    answer = await (await browser(client, story.county)).get(f"{address}/annotated")

    remarks = (await read_table_file(answer.content)).sheets[0].columns[-1]
    assert remarks[0] == "核对意见"
    assert "没有这个镇街" in str(remarks[2])
    assert "没有这个镇街" not in str(remarks[1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件里没有内容"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "文件里有 NUL 字节"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页另存的表格"),
        ("日期,天气\n2019-08-10,大雨\n".encode(), "没有找到台账表头"),
        (one(lambda page: page.append(["a", "b"])), "没有找到台账表头"),
    ],
)
async def test_a_file_that_is_no_register_says_why_and_keeps_the_page(
    client: httpx.AsyncClient, story: People, content: bytes, said: str
) -> None:
    answer = await upload(client, story.county, content, "文件.xlsx")

    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="file"' in answer.text
    assert "还没有导入过台账" in answer.text


async def test_no_file_at_all_is_asked_for(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)

    nothing = await office.post("/imports", files={"file": ("", b"")})
    plain = await office.post("/imports", {"file": "text"})

    assert nothing.status_code == 422
    assert 'name="file"' in nothing.text
    assert plain.status_code == 415


async def test_what_somebody_else_did_first_is_said_and_nothing_is_done_twice(client: httpx.AsyncClient, story: People) -> None:
    office, colleague = await browser(client, story.county), await browser(client, story.county)
    address = (await upload(client, story.county, GOOD)).headers["location"]
    looked = version((await office.get(address)).text)
    await colleague.post(f"{address}/commit", {"version": looked})

    late = await office.post(f"{address}/commit", {"version": looked})

    assert late.status_code == 409
    assert "您打开后有人处理过这次导入" in late.text
    assert "撤销本次导入" in late.text
    assert len(re.findall('class="t1"', (await office.get("/projects")).text)) == 2


async def test_an_import_that_carries_a_policy_cannot_be_undone(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)
    address = (await upload(client, story.county, GOOD)).headers["location"]
    await office.post(f"{address}/commit", {"version": version((await office.get(address)).text)})
    made = await make.project(story.county)  # a project of its own rests on nothing of the file
    await policy(made, actor=story.county)
    found = re.search(r'href="/projects/(\d+)"[^>]*>核桃园', (await office.get("/projects")).text)
    assert found is not None
    await office.post(f"/projects/{found[1]}/papers", {"kind": "OTHER"}, files={"file": ("a.pdf", b"%PDF-1.4\n")})

    refused = await office.post(f"{address}/undo", {"version": version((await office.get(address)).text)})

    assert refused.status_code == 409
    assert "不能撤销：已收存 1 份材料" in refused.text


async def test_a_double_click_reads_the_file_once(client: httpx.AsyncClient, story: People) -> None:
    office = await browser(client, story.county)

    answers = [await office.post("/imports", {"key": "one"}, files={"file": ("台账.csv", GOOD)}) for _ in range(2)]

    assert answers[0].headers["location"] == answers[1].headers["location"]


@pytest.mark.parametrize("who", ["leader", "adjuster_a", "maker", "auditor"])
async def test_only_offices_import(client: httpx.AsyncClient, story: People, who: str) -> None:
    reader = await browser(client, story.everybody()[who])

    assert (await reader.get("/imports")).status_code == 403
    assert (await reader.post("/imports", files={"file": ("a.csv", GOOD)})).status_code == 403


async def test_an_import_of_another_office_is_not_there(client: httpx.AsyncClient, story: People) -> None:
    address = (await upload(client, story.county, GOOD)).headers["location"]
    stranger = await browser(client, story.other_county)

    assert (await stranger.get(address)).status_code == 404
    assert (await stranger.get(f"{address}/annotated")).status_code == 404
    assert (await stranger.post(f"{address}/commit", {"version": "1"})).status_code == 404
    assert "台账.csv" not in (await stranger.get("/imports")).text
