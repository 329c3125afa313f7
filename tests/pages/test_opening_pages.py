"""期初导入 through its pages: templates, upload, review by cell, taking in; a past claim's facts and the form that states them anew."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

import make
from insurance import cli
from insurance.access.model import Actor
from insurance.base.errors import Forbidden
from insurance.base.spreadsheet import read_table_file
from make.openings import (
    CLAIM_COLUMNS,
    OPEN_CLAIM,
    POLICY_COLUMNS,
    claim_row,
    claims,
    counts,
    insured,
    policies,
    policy_row,
    taken_in,
    the_claim,
)
from people import People, api, browser

CHINESE = re.compile(r"[一-鿿]")


async def upload(client: httpx.AsyncClient, actor: Actor, content: bytes, kind: str = "policies", name: str = "期初.csv") -> httpx.Response:
    return await (await browser(client, actor)).post("/imports/opening", {"kind": kind}, files={"file": (name, content)})


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("who", ["city", "county"])
async def test_an_office_opens_by_its_pages(client: httpx.AsyncClient, story: People, who: str) -> None:
    office = await browser(client, story.everybody()[who])
    made = await make.project(story.town)

    entrance = (await office.get("/imports")).text
    empty = (await office.get("/imports/opening")).text
    address = (await upload(client, story.everybody()[who], policies(policy_row(code=made.code)))).headers["location"]
    review = (await office.get(address)).text
    taken = await office.post(f"{address}/commit", {"version": version(review)})
    after = (await office.get(address)).text
    again = await office.post(f"{address}/commit", {"version": version(review)})

    assert 'href="/imports/opening"' in entrance
    assert "还没有导入过期初数据" in empty
    assert "没有有错的行" in review
    assert "1 + 0 + 0 = 1 行" in review
    assert "入库 1 行" in review
    assert taken.status_code == 303
    assert "入库结果" in after
    assert "入库 1 行" not in after
    assert again.status_code == 409
    assert "此导入已入库" in again.text
    policy = (await office.get("/policies?q=2019-0007")).text
    assert "鲁产保2019-0007" in policy
    listed = (await office.get("/imports/opening")).text
    assert "期初.csv" in listed
    assert "已入库" in listed


async def test_only_problem_rows_are_shown_each_at_its_cell(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    rows = (policy_row(code=made.code), policy_row(number="B-2", code="XM-404", premium="很多"))
    address = (await upload(client, story.county, policies(*rows))).headers["location"]
    office = await browser(client, story.county)

    page = (await office.get(address)).text
    copy = await office.get(f"{address}/annotated")

    grid = page.split('class="xl"')[1].split("</table>")[0]
    assert "1 + 0 + 1 = 2 行" in page
    assert "第 2 行 无问题" in grid
    assert re.findall(r'<td class="rn">(\d+)</td>', grid) == ["3"]
    assert set(re.findall(r"<b>([A-Z]+3)</b>", grid)) == {
        make.openings.cell(rows, POLICY_COLUMNS, one)[:1] + "3" for one in ("code", "premium")
    }
    assert "入库 1 行" in page
    remarks = (await read_table_file(copy.content)).sheets[0].columns[-1]
    assert (remarks[0], "台账里没有这个项目" in str(remarks[2])) == ("核对意见", True)


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("policies", b"", "文件里没有内容"),
        ("policies", claims(claim_row()), "没有找到在保保单的表头"),
        ("claims", policies(policy_row(code="XM-1")), "没有找到历史赔案的表头"),
        ("houses", policies(policy_row(code="XM-1")), "内容"),
    ],
)
async def test_what_cannot_be_read_keeps_the_page(client: httpx.AsyncClient, story: People, kind: str, content: bytes, said: str) -> None:
    answer = await upload(client, story.county, content, kind)

    assert answer.status_code == 422
    assert said in answer.text.split('id="errors"')[1].split("</ul>")[0]
    assert "还没有导入过期初数据" in answer.text


@pytest.mark.parametrize(("kind", "columns"), [("policies", POLICY_COLUMNS), ("claims", CLAIM_COLUMNS)])
async def test_the_template_has_headings_the_import_reads_and_ids_as_text(
    client: httpx.AsyncClient, story: People, kind: str, columns: dict[str, str]
) -> None:
    office = await browser(client, story.county)

    answer = await office.get(f"/imports/opening/templates/{kind}")

    assert answer.status_code == 200
    headings = [str(column[0]) for column in (await read_table_file(answer.content)).sheets[0].columns]
    assert {columns["number"], columns["remark"]} < set(headings)
    assert await _text_columns(answer.content) >= {heading for heading in headings if heading.endswith("号")}
    upload_again = await upload(client, story.county, answer.content, kind, "模板.xlsx")
    assert upload_again.status_code == 303, "an empty template is read: nothing to take in"
    assert "没有可入库的行" in (await office.get(upload_again.headers["location"])).text
    assert (await office.get("/imports/opening/templates/houses")).status_code == 404


async def _text_columns(content: bytes) -> set[str]:
    """The headings whose columns are formatted as text."""
    page = load_workbook(BytesIO(content)).worksheets[0]
    texts = [
        range(held.min, held.max + 1) for held in page.column_dimensions.values() if held.number_format == "@"
    ]  # like neighbours are one
    return {str(cell.value) for cell in page[1] if any(cell.column in columns for columns in texts)}


@pytest.mark.parametrize("who", ["town", "adjuster_a", "leader", "auditor"])
async def test_nobody_else_opens_an_office(client: httpx.AsyncClient, story: People, who: str) -> None:
    other = story.everybody()[who]
    made = await make.project(story.town)
    address = (await upload(client, story.county, policies(policy_row(code=made.code)))).headers["location"]
    person = await browser(client, other)

    answers = [
        await person.get(path) for path in ("/imports/opening", address, f"{address}/annotated", "/imports/opening/templates/policies")
    ]
    posted = [await upload(client, other, policies(policy_row(code=made.code))), await person.post(f"{address}/commit", {"version": "1"})]

    assert [answer.status_code for answer in [*answers, *posted]] == [403] * 6
    assert "/imports/opening" not in (await person.get("/imports")).text


async def test_another_county_finds_nothing_of_it(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    address = (await upload(client, story.county, policies(policy_row(code=made.code)))).headers["location"]
    other = await browser(client, story.other_county)

    answers = [await other.get(address), await other.get(f"{address}/annotated"), await other.post(f"{address}/commit", {"version": "1"})]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert "期初.csv" not in (await other.get("/imports/opening")).text


async def test_a_claims_page_says_its_amounts_were_stated_and_the_form_states_them_anew(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row(remark="原系统结案")))
    claim = await the_claim(client, story.county)
    office, insurer = await browser(client, story.county), await browser(client, story.adjuster_a)
    here = f"/claims/{claim['id']}"

    page = (await office.get(here)).text
    facts = (await office.get(f"{here}/opening")).text
    typed = {
        "version": version(facts), "outcome": "PAID", "loss_on": "2019-05-04", "reported_fen": "30000", "assessed_fen": "28000",
        "approved_fen": "2.6万", "paid_fen": "26000", "paid_on": "2019-06-20", "ended_on": "2019-06-20", "payee_name": "石门村股份经济合作社",
    }  # fmt: skip
    wrong = await office.post(f"{here}/opening-corrections", typed)
    refused = await office.post(f"{here}/opening-corrections", typed | {"reason": "漏记一笔", "paid_fen": "1"})
    done = await office.post(f"{here}/opening-corrections", typed | {"reason": "漏记一笔"})
    stale = await office.post(f"{here}/opening-corrections", typed | {"reason": "再来一次", "note": "又"})
    after = (await office.get(f"{here}/opening")).text

    assert "期初录入" in page
    assert "未经本系统核算" in page
    assert "还没有定损" not in page
    assert wrong.status_code == refused.status_code == 422
    assert "请写明更正的原因" in wrong.text
    assert 'value="2.6万"' in wrong.text, "what was typed stays"
    assert (done.status_code, done.headers["location"]) == (303, f"{here}/opening")
    assert stale.status_code == 409
    paid = [re.sub(r"<[^>]+>", " ", row).split() for row in after.split("</table>")[0].split("<tr>") if "已付金额" in row]
    assert paid == [["已付金额", "26,000.00", "25,200.00"]], "the new statement first, the one before beside it"
    assert "漏记一笔" in after
    seen = (await insurer.get(f"{here}/opening")).text
    assert "26,000.00" in seen
    assert "保存更正" not in seen
    assert (await insurer.post(f"{here}/opening-corrections", typed)).status_code == 403
    for stranger in (story.adjuster_b, story.other_county):
        assert (await (await browser(client, stranger)).get(f"{here}/opening")).status_code == 404


async def test_an_open_claims_form_asks_for_the_loss_and_what_was_paid_ahead_only(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row(**OPEN_CLAIM)))
    claim = await the_claim(client, story.county, "枣赔2019-010")
    office = await browser(client, story.county)
    here = f"/claims/{claim['id']}"

    form = (await office.get(f"{here}/opening")).text.split('id="form"')[1]
    typed = {"version": version(form), "loss_on": "2019-08-10", "reported_fen": "46000", "paid_fen": "5000", "paid_on": "2019-08-20"}
    done = await office.post(f"{here}/opening-corrections", typed | {"reason": "已预付"})

    assert set(re.findall(r'name="([a-z_]+)"', form)) >= {"loss_on", "reported_fen", "paid_fen", "paid_on", "reason"}
    assert not set(re.findall(r'name="([a-z_]+)"', form)) & {"outcome", "approved_fen", "assessed_fen", "ended_on"}
    assert done.status_code == 303
    assert "5,000.00" in (await office.get(f"{here}/opening")).text


async def test_a_claim_reported_here_has_no_opening_page(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)

    answer = await (await browser(client, story.county)).get(f"/claims/{claim.id}/opening")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/claims/{claim.id}")


async def test_english(client: httpx.AsyncClient, story: People) -> None:
    made = await insured(story)
    office = await browser(client, story.county)
    held = policies(
        policy_row(number="B-2", code=made.code), policy_row(number="B-3", code="XM-404", insurer="某某财险", last="2019-01-01")
    )
    past = claims(claim_row(), claim_row(number="B-9", policy="没有", paid="9999999"))
    await taken_in(client, story.county, past)
    claim = await the_claim(client, story.county)

    reviews = [
        (await upload(client, story.county, content, kind)).headers["location"] for content, kind in ((held, "policies"), (past, "claims"))
    ]
    pages = [(await office.get(f"{path}?lang=en")).text for path in (*reviews, "/imports/opening", f"/claims/{claim['id']}/opening")]

    for page, expected in zip(pages, ("not on the register", "No such policy"), strict=False):
        problems = re.findall(r"</b>([^<]*)", page.split('class="xl"')[1].split("</table>")[0])
        assert expected in " ".join(problems)
        assert not [one for one in problems if CHINESE.search(one.replace("鲁产保", ""))]
        assert not CHINESE.search(_read_so(page))
    assert "Opening import" in pages[2]
    facts = re.sub(r"<[^>]+>", " ", pages[3].split("<table")[1].split("</table>")[0])
    assert set(CHINESE.findall(facts.replace("石门村股份经济合作社", ""))) == set()


def _read_so(page: str) -> str:
    """The notes on how the rest was read: the table after the problem rows."""
    return re.sub(r"<[^>]+>", " ", page.split('class="xl"')[1].split("<table")[1].split("</table>", maxsplit=1)[0])


async def test_the_command_line_takes_the_same_way(story: People, client: httpx.AsyncClient, tmp_path: Path) -> None:
    made = await make.project(story.town)
    held, past = tmp_path / "保单.csv", tmp_path / "赔案.csv"
    held.write_bytes(policies(policy_row(code=made.code)))
    past.write_bytes(claims(claim_row()))

    tried = await cli._opening(held, "policies", story.county, False)
    before = (await (await api(client, story.county)).get("/policies")).json()["items"]
    stored = await cli._opening(held, "policies", story.county, True)
    paid = await cli._opening(past, "claims", story.county, True)
    again = await cli._opening(held, "policies", story.county, True)

    assert (tried.state, tried.created, before) == ("DRY", 1, [])
    assert (stored.id, stored.state, stored.created) == (tried.id, "COMMITTED", 1)
    assert (paid.state, paid.created) == ("COMMITTED", 1)
    assert (again.created, again.unchanged) == (0, 1)
    assert (await the_claim(client, story.county))["paid_fen"] == 2_520_000
    with pytest.raises(Forbidden):
        await cli._opening(held, "policies", story.town, False)


async def test_what_the_page_reads_is_what_the_api_reads(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    content = policies(policy_row(code=made.code), policy_row(number="B-2", code="XM-404"))
    report = await make.openings.tried(client, story.county, content, "policies")

    address = (await upload(client, story.county, content)).headers["location"]

    assert address == f"/imports/opening/{report['id']}"
    assert counts(report) == (1, 0, 1)
