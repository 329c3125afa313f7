"""总览: its numbers are those of the API, each line of today's work leads to a list of so many, each reader sees their own."""

from __future__ import annotations

import io
import re
from datetime import date
from fractions import Fraction
from html import unescape

import httpx
import openpyxl
import pytest

import make
from insurance.access import clock
from insurance.claims import disasters, settlement
from insurance.claims.model import ClaimState
from insurance.claims.model_verbs import Declaration, Order
from insurance.figures import actions, pages_shown
from insurance.figures.model import CountyFigure, MonthFigure
from insurance.finance.model import Side
from insurance.policies.model import Cover, Peril
from insurance.web.shown import grouped, money, wan
from make.projects import JINGHE_TOWN, TANSHAN_TOWN
from people import People, api, browser

_TASK = re.compile(r'<li><span class="n[^"]*">([\d,]+)</span><p><a href="([^"]+)">([^<]+)</a>')
_ROW = re.compile(r'class="t1"\s+href="/(?:claims|projects)/\d+')
_FOOT = re.compile(r"<tfoot>.*?</tfoot>", re.DOTALL)
_KPI = re.compile(r'<p class="v">([\d,.]+)\s*<small>([^<]*)</small>')
_UNDER_WAY = (
    ClaimState.REPORTED, ClaimState.SUPPLEMENT, ClaimState.ASSESSING, ClaimState.PUBLICITY, ClaimState.APPROVED, ClaimState.AGREED,
)  # fmt: skip


async def city_at_work(story: People) -> None:
    """Claims in the states somebody waits in, one that is settled, projects of all verdicts, some of another county."""
    for state in _UNDER_WAY:
        await make.claim_in(state, story)
    await make.claim_in(ClaimState.PAID, story)
    await make.insured(story, Cover.INCOME)
    await make.insured(story, office=story.other_town, insurer="INS-B", town_code=JINGHE_TOWN)
    await make.project(story.town)
    await make.project(story.town, title_disputed=True)
    await make.project(story.other_town, town_code=JINGHE_TOWN, ownership="INDIVIDUAL")


def tasks(page: httpx.Response) -> list[tuple[int, str, str]]:
    """(number, address, words) of today's work."""
    return [(int(n.replace(",", "")), unescape(href), words) for n, href, words in _TASK.findall(page.text) if "/disasters/" not in href]


@pytest.mark.parametrize("who", ["city", "county", "town", "other_county", "adjuster_a", "adjuster_b", "maker", "leader", "auditor"])
async def test_the_page_shows_the_numbers_the_api_gives_the_same_reader(client: httpx.AsyncClient, story: People, who: str) -> None:
    await city_at_work(story)
    actor = story.everybody()[who]

    page = await (await browser(client, actor)).get("/")
    figures = (await (await api(client, actor)).get("/figures")).json()

    assert page.status_code == 200
    insurer = actor.insurer_id is not None  # it does not see what decides whether a project could be insured
    of_industry, of_income = (
        f"/ {figures['projects']} 个项目" if insurer else f"/ {figures[f'{cover}_eligible']} 个符合条件" for cover in ("industry", "income")
    )
    assert _KPI.findall(page.text) == [
        (grouped(figures["industry_insured"]), of_industry),
        (grouped(figures["income_insured"]), of_income),
        (wan(figures["paid_fen"]), "万元"),
        (grouped(figures["claims_open"]), "件"),
    ]
    assert f"共 {figures['projects']} 个扶贫产业项目" in page.text
    assert f"{money(figures['paid_fen'])} 元" in page.text
    foot = _FOOT.findall(page.text)[0]
    assert (f"{figures['industry_insured']} / {figures['industry_eligible']} " in foot) is not insurer
    assert f"{figures['claims_open']} 件在办" in foot
    assert f">{money(figures['paid_fen'])}</td>" in foot
    for county in figures["by_county"]:
        assert f'href="/projects?county={county["code"]}">{county["name"]}</a>' in page.text


async def test_what_the_story_holds_is_what_the_city_sees(client: httpx.AsyncClient, story: People) -> None:
    await city_at_work(story)

    city = await actions.figures(actor=story.city)
    town = await actions.figures(actor=story.town)
    insurer = await actions.figures(actor=story.adjuster_b)

    assert (city.industry_insured, city.income_insured, city.claims_open) == (8, 1, 6)
    assert (town.industry_insured, [row.code for row in town.by_county]) == (7, ["370404"])
    assert (insurer.industry_insured, insurer.claims_open, insurer.paid_fen) == (1, 0, 0)
    assert city.paid_fen > 0


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "town",
            {
                "/worklist?state=SUPPLEMENT": 1, "/worklist?state=ASSESSING": 1, "/worklist?state=APPROVED": 1, "/projects?view=refer": 1,
            },
        ),
        ("city", {"/worklist?state=SUPPLEMENT": 1, "/worklist?state=ASSESSING": 1, "/worklist?state=APPROVED": 1, "/projects?view=refer": 1}),
        ("other_county", {}),
        ("adjuster_a", {"/worklist?state=REPORTED": 1}),
        ("adjuster_b", {}),
        ("approver_a", {"/worklist?state=ASSESSING": 1, "/worklist?state=PUBLICITY": 1}),
        ("approver_b", {}),
        ("maker", {"/payouts": 1}),
        ("checker", {}),
        ("admin", {}),
    ],
)  # fmt: skip
async def test_each_role_is_shown_what_waits_for_it(client: httpx.AsyncClient, story: People, who: str, expected: dict[str, int]) -> None:
    await city_at_work(story)

    page = await (await browser(client, story.everybody()[who])).get("/")
    found = {href: number for number, href, _ in tasks(page)}

    assert page.status_code == 200
    assert expected.items() <= found.items()
    assert {href for href in found if "state=" in href or "refer" in href or "/payouts" in href} == set(expected)


@pytest.mark.parametrize("who", ["city", "town", "other_town", "adjuster_a", "approver_a"])
async def test_a_line_of_work_leads_to_a_list_of_as_many(client: httpx.AsyncClient, story: People, who: str) -> None:
    await city_at_work(story)
    reader = await browser(client, story.everybody()[who])

    lines = tasks(await reader.get("/"))
    listed = {href: len(_ROW.findall((await reader.get(href)).text)) for _, href, _ in lines}

    assert lines
    assert listed == {href: number for number, href, _ in lines}


async def test_what_is_late_stands_first_and_beside_the_open_claims(
    client: httpx.AsyncClient, story: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.claim_in(ClaimState.REPORTED, story)
    city, adjuster = await browser(client, story.city), await browser(client, story.adjuster_a)

    in_time = await city.get("/")
    monkeypatch.setattr(clock._Pinned, "day", date(2019, 10, 30))  # two months later, undone by monkeypatch
    too_late = await city.get("/")

    assert "没有超期" in in_time.text
    assert "其中 1 件超期" in too_late.text
    assert tasks(too_late)[0] == (1, "/worklist?due=late&view=all", "件理赔已超期")
    assert tasks(await adjuster.get("/"))[0][:2] == (1, "/worklist?due=late")
    for reader, address in ((city, "/worklist?due=late&view=all"), (adjuster, "/worklist?due=late")):
        assert len(_ROW.findall((await reader.get(address)).text)) == 1


async def test_an_order_waits_for_the_second_person_and_bank_lines_for_both(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    maker, checker = await browser(client, story.maker), await browser(client, story.checker)

    async def read(fees: int, day: date) -> int:
        content = make.bank_file([(day, 500, "", "", "手续费")] * fees)
        return (await settlement.read_statement(content, f"{day}.csv", Side.PAYER, "", actor=story.maker)).id

    assert [task[:2] for task in tasks(await maker.get("/"))] == [(1, "/payouts")]
    assert tasks(await checker.get("/")) == []

    await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)
    statement = await read(2, date(2019, 8, 1))

    assert [task[:2] for task in tasks(await maker.get("/"))] == [(2, f"/statements/{statement}")]
    assert [task[:2] for task in tasks(await checker.get("/"))] == [(1, "/payouts?state=ORDERED"), (2, f"/statements/{statement}")]

    for day in (2, 3, 4):
        await read(1, date(2019, 8, day))

    assert [task[:2] for task in tasks(await maker.get("/"))] == [(5, "/statements")]


async def test_every_link_of_the_page_leads_somewhere_the_reader_may_go(client: httpx.AsyncClient, story: People) -> None:
    await city_at_work(story)

    for name, actor in story.everybody().items():
        reader = await browser(client, actor)
        main = (await reader.get("/")).text.split("<main", 1)[1].split("</main>", 1)[0]
        hrefs = {unescape(href) for href in re.findall(r'href="(/[^"#]*)', main)}
        assert {href: (await reader.get(href)).status_code for href in hrefs} == dict.fromkeys(hrefs, 200), name


async def _declared(story: People) -> int:
    given = Declaration(
        code="TC1909", name="台风“利奇马”", peril=Peril.TYPHOON, from_on=date(2019, 8, 10), until_on=date(2019, 8, 12), towns=(TANSHAN_TOWN,),
    )  # fmt: skip
    return (await disasters.declare(given, actor=story.city)).id


async def test_the_disaster_shows_its_claims_and_leads_to_its_page(client: httpx.AsyncClient, story: People) -> None:
    disaster_id = await _declared(story)
    silent = await (await browser(client, story.city)).get("/")
    for state in (ClaimState.REPORTED, ClaimState.ASSESSING, ClaimState.PAID):
        await make.claim_in(state, story, disaster_id=disaster_id)

    page = await (await browser(client, story.city)).get("/")
    others = await (await browser(client, story.other_county)).get("/")

    assert "灾害理赔" not in silent.text
    assert f'<a href="/disasters/{disaster_id}">台风“利奇马”：2 件在办 / 3 件报案</a>' in unescape(page.text)
    assert "已定损 2 件 · 已核定 1 件" in page.text
    assert "灾害理赔" not in others.text


async def test_an_earlier_day_is_shown_without_todays_work(client: httpx.AsyncClient, story: People) -> None:
    await city_at_work(story)
    city = await browser(client, story.city)

    earlier = await city.get("/?as_of=2019-03-01&map=income")

    assert _KPI.findall(earlier.text)[0][0] == "0"
    assert "今天要办" not in earlier.text
    assert 'href="/figures/export?as_of=2019-03-01"' in earlier.text
    assert 'href="/?map=claims&amp;as_of=2019-03-01#map"' in earlier.text


@pytest.mark.parametrize("address", ["/?as_of=2019-08-31", "/?as_of=yesterday", "/figures/export?as_of=2019-08-31"])
async def test_a_day_that_has_not_come_is_refused(client: httpx.AsyncClient, story: People, address: str) -> None:
    assert (await (await browser(client, story.city)).get(address)).status_code == 422


async def test_the_workbook_holds_the_table_with_its_totals(client: httpx.AsyncClient, story: People) -> None:
    await city_at_work(story)

    answer = await (await browser(client, story.city)).get("/figures/export")
    figures = (await (await api(client, story.city)).get("/figures")).json()
    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    by_head = [dict(zip(head, row, strict=True)) for row in rows]

    assert answer.headers["content-disposition"].startswith("attachment")
    assert [row["区划代码"] for row in by_head[:-1]] == [county["code"] for county in figures["by_county"]]
    for heading, field in {
        "项目数": "projects",
        "产业保在保": "industry_insured",
        "收益保符合条件": "income_eligible",
        "理赔中（件）": "claims_open",
    }.items():
        assert [row[heading] for row in by_head] == [*(county[field] for county in figures["by_county"]), figures[field]]
    assert round(by_head[-1]["累计赔付（元）"] * 100) == figures["paid_fen"]
    assert round(by_head[-1]["产业保保额（元）"] * 100) == sum(county["sum_insured_fen"] for county in figures["by_county"]) > 0


async def test_an_insurer_is_told_nothing_of_what_could_be_insured(client: httpx.AsyncClient, story: People) -> None:
    await city_at_work(story)
    insurer = await browser(client, story.adjuster_a)

    page, answer = await insurer.get("/?map=industry"), await insurer.get("/figures/export")
    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    last = dict(zip(head, rows[-1], strict=True))

    assert "可保未保" not in page.text
    assert "符合条件" not in page.text
    assert page.text.count('class="seal a') == 1 + len(rows)
    assert (last["产业保在保"], last["产业保符合条件"], last["产业保可保未保"], last["产业保覆盖率"]) == (7, None, None, None)


def test_the_shades_run_from_the_lowest_district_to_the_highest() -> None:
    rows = [CountyFigure(code=str(n), name="", industry_eligible=10, industry_open=10 - n, claims_open=n) for n in (0, 2, 5, 9, 10)]

    by_cover, by_claims = pages_shown.ramp(rows, "industry"), pages_shown.ramp(rows, "claims")

    assert [value["shade"] for value in by_cover.values.values()] == [1, 2, 3, 5, 5]
    assert (by_cover.low, by_cover.high) == ("0.0%", "100.0%")
    assert [value["value"] for value in by_claims.values.values()] == ["0", "2", "5", "9", "10"]
    assert pages_shown.ramp([CountyFigure(code="1", name="")], "industry").values["1"]["value"] == "—"


def test_cover_counts_only_projects_that_could_be_insured() -> None:
    row = CountyFigure(code="1", name="", industry_insured=9, industry_eligible=10, industry_open=2)

    assert pages_shown.covered(row, "industry") == Fraction(8, 10)
    assert pages_shown.beside(row, "industry") == 1
    assert pages_shown.covered(row, "income") is None


def test_months_without_a_payment_stand_there_too_and_earlier_ones_are_summed() -> None:
    paid = [MonthFigure(date(2018, 11, 1), 100_00), MonthFigure(date(2019, 1, 1), 20_000_00), MonthFigure(date(2019, 7, 1), 10_000_00)]

    shown = pages_shown.months(paid, date(2019, 8, 30), "zh")
    late = pages_shown.months(paid[2:], date(2019, 8, 30), "zh")
    none = pages_shown.months([], date(2019, 1, 30), "zh")

    assert [(name, written) for _, name, written in shown.drawn.bars] == [
        ("19-01", "2.00"), ("19-02", "0.00"), ("19-03", "0.00"), ("19-04", "0.00"), ("19-05", "0.00"), ("19-06", "0.00"), ("19-07", "1.00"),
        ("19-08", "0.00"),
    ]  # fmt: skip
    assert shown.before_fen == 100_00
    assert [name for _, name, _ in late.drawn.bars] == ["19-07", "19-08"]
    assert none.drawn.bars[0][1] == "18-06"
