"""The article's city: its counts, its cases judged by the program's own rules, and its workbooks read by the program's own reader."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files

import pytest

from insurance.base.spreadsheet import read_table_file
from insurance.demo.building import Project, facts
from insurance.demo.city import INCEPTION, City, build
from insurance.demo.layouts import CORRECTIONS, LAYOUTS, stated
from insurance.demo.stories import STORIES
from insurance.demo.workbooks import Delivery, Workbook, deliver
from insurance.policies.eligibility import Judgements, judge
from insurance.policies.model import Cover
from insurance.policies.terms import terms_for
from insurance.projects.model import Fund, Operation, Ownership, Taxonomy
from insurance.projects.register import ParsedRegister, parse_register
from insurance.projects.register_places import Region, Regions

SWITCHES = terms_for(Cover.INDUSTRY, INCEPTION).wording.eligibility
HEADINGS = (
    "序号 县(市、区) 区(市) 镇街 乡镇 镇(街道) 村 行政村 项目编号 项目编码 项目名称 项目类型 产业类型 资产名称 资产类别 资产性质 资产编号 "
    "坐落 地址 具体位置 规格型号 数量 单位 计量单位 建设年度 实施年度 开工日期 竣工日期 验收日期 投入使用日期 启用时间 总投资(万元) "
    "财政专项扶贫资金 其中:中央 省级 市级 县级 整合涉农资金 东西协作资金 社会捐赠 自筹资金 资产原值 账面原值 资产价值 使用年限 折旧年限 "
    "残值率 累计折旧 资产净值 账面净值 所有权人 产权归属 权属 确权日期 确权文号 经营权人 经营主体 承包(租)方 经营方式 运营方式 合同编号 "
    "合同起止时间 收益权人 受益对象 受益村 受益户数 受益人数 年收益 年度收益(万元) 收益率 分配方式 监督单位 管护责任人 联系电话 资产状态 "
    "使用状态 是否投保产业保 是否投保收益保 保单号 保险期限 备注"
)


@cache
def city() -> City:
    return build()


@cache
def delivery() -> Delivery:
    return deliver(city())


def judged(project: Project) -> Judgements:
    return judge(facts(project, INCEPTION), SWITCHES)


@cache
def divisions() -> tuple[Region, ...]:
    with (files("insurance.access") / "regions" / "divisions.csv").open(encoding="utf-8") as handle:
        return tuple(Region(row["code"], row["name"], row["parent"]) for row in csv.DictReader(handle))


async def read(workbook: Workbook) -> ParsedRegister:
    table = await read_table_file(workbook.content)
    return parse_register(table.sheets, Regions(divisions()), workbook.layout.county_code)


def test_the_city_has_1376_projects_over_its_65_real_towns() -> None:
    real = {region.code for region in divisions() if len(region.code) == 9} - {"370406405"}

    assert len(city().projects) == 1_376
    assert {project.town_code for project in city().projects} == real
    assert len(city().counties) == 6


def test_843_projects_get_asset_cover_and_566_income_cover() -> None:
    assert sum(project.industry for project in city().projects) == 843
    assert sum(project.income for project in city().projects) == 566


def test_whoever_is_insured_is_eligible_by_the_programs_own_tests() -> None:
    wrong = [
        project.name
        for project in city().projects
        if (project.industry and judged(project).industry.result != "ELIGIBLE")
        or (project.income and judged(project).income.result != "ELIGIBLE")
    ]

    assert not wrong


def test_neither_cover_takes_everybody_it_could_and_neither_holds_the_other() -> None:
    eligible = Counter((judged(project).industry.result, judged(project).income.result) for project in city().projects)

    assert sum(number for (industry, _), number in eligible.items() if industry == "ELIGIBLE") > 843
    assert sum(number for (_, income), number in eligible.items() if income == "ELIGIBLE") > 566
    assert sum(number for (industry, _), number in eligible.items() if industry == "REFER") > 50
    assert any(project.income and not project.industry for project in city().projects)
    assert any(project.industry and not project.income for project in city().projects)


@pytest.mark.parametrize(
    ("case", "asset", "failing", "income", "income_failing"),
    [
        ("G1", "ELIGIBLE", set(), "ELIGIBLE", set()),
        ("G2", "ELIGIBLE", set(), "INELIGIBLE", {"I-MODE"}),
        ("G3", "ELIGIBLE", set(), "INELIGIBLE", {"I-FUND"}),
        ("G4", "INELIGIBLE", {"A-KIND"}, "INELIGIBLE", {"I-MODE", "I-RUN"}),
        ("G5", "ELIGIBLE", set(), "INELIGIBLE", {"I-FUND", "I-OWNER", "I-MODE"}),
        ("G6", "INELIGIBLE", {"A-ROUTE"}, "INELIGIBLE", set()),
        ("G7", "ELIGIBLE", set(), "INELIGIBLE", {"I-OWNER", "I-MODE"}),
        ("G8", "ELIGIBLE", set(), "ELIGIBLE", set()),
        ("G9", "REFER", {"A-STATUS"}, "INELIGIBLE", {"I-RUN"}),
        ("G10", "REFER", {"A-TITLE"}, "REFER", set()),
        ("G11", "ELIGIBLE", set(), "INELIGIBLE", {"I-MODE"}),
        ("G12", "INELIGIBLE", {"A-NAV"}, "ELIGIBLE", set()),
    ],
)
def test_every_golden_case_lives_in_the_city(case: str, asset: str, failing: set[str], income: str, income_failing: set[str]) -> None:
    found = [judged(project) for project in city().projects if project.story.split(" ")[0] == case]

    assert found
    for one in found:
        assert (one.industry.result, one.income.result) == (asset, income)
        assert failing <= set(one.industry.failing)
        assert income_failing <= set(one.income.failing)


def test_the_register_holds_projects_of_every_other_kind_too() -> None:
    told = Counter(project.story for project in city().projects)

    assert told == {story.name: story.count for story in STORIES}
    assert {project.rows[0].taxonomy for project in city().projects} == set(Taxonomy)
    assert {project.rows[0].operation for project in city().projects} == {*Operation, None}
    assert {project.rows[0].ownership for project in city().projects} == set(Ownership)
    assert {fund for project in city().projects for row in project.rows for fund in row.funds} == set(Fund)


def test_tanshan_put_658000_yuan_into_a_cooperative_as_shares() -> None:
    (tanshan,) = [project for project in city().projects if project.is_tanshan]
    (row,) = tanshan.rows

    assert (row.town_code, row.operation, row.operator) == ("370404001", Operation.SHARE, "志平合作社")
    assert (row.cost_fen, row.funds) == (65_800_000, {Fund.SPECIAL: 65_800_000})
    assert row.distribution is not None
    assert "70%" in row.distribution
    assert tanshan.industry
    assert not tanshan.income
    assert judged(tanshan).income.failing == ("I-MODE",)


def test_money_of_every_asset_adds_up_to_its_cost() -> None:
    rows = [row for project in city().projects for row in project.rows if row.funds]
    parts = ("special_central_fen", "special_province_fen", "special_city_fen", "special_county_fen")

    assert all(sum(row.funds.values()) == row.cost_fen for row in rows)
    assert all((row.special_fen or 0) == sum(getattr(row, part) or 0 for part in parts) for row in rows)


def test_projects_have_one_to_four_assets_in_use_from_2016_on() -> None:
    days = [row.in_use_on for project in city().projects for row in project.rows if row.in_use_on]
    years = {project.rows[0].build_year for project in city().projects}

    assert {len(project.rows) for project in city().projects} == {1, 2, 3, 4}
    assert min(days) >= date(2016, 3, 1)
    assert max(days) <= date(2018, 11, 30)
    assert years == {2016, 2017, 2018, 2019}


def test_parties_are_collectives_firms_and_offices_never_persons() -> None:
    named = {
        name
        for project in city().projects
        for row in project.rows
        for name in (row.owner, row.operator, row.income_owner, row.supervisor, row.keeper)
        if name
    }

    body = re.compile(r".*(合作社|联合社|有限公司|家庭农场|村委会|扶贫办|贫困户（\d+户）|运营中心)")
    assert not [name for name in named if not body.fullmatch(name)]


def test_the_same_seed_gives_the_same_city() -> None:
    assert build() == city()
    assert deliver(build()) == delivery()
    assert build(seed=7) != city()
    assert sum(project.industry for project in build(seed=7).projects) == 843


def test_three_times_the_city_is_three_times_everything_and_nothing_stands_twice() -> None:
    large = build(scale=3)
    codes = [project.rows[0].project_code for project in large.projects if project.rows[0].project_code]
    places = [(project.town_code, project.rows[0].village, project.name) for project in large.projects]

    assert len(large.projects) == 3 * 1_376
    assert sum(project.industry for project in large.projects) == 3 * 843
    assert sum(project.income for project in large.projects) == 3 * 566
    assert len(set(codes)) == len(codes)
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("county_code", sorted(LAYOUTS))
async def test_a_district_workbook_reads_back_row_by_row_and_only_planted_faults_are_found(county_code: str) -> None:
    (workbook,) = [one for one in delivery().workbooks if one.layout.county_code == county_code]

    found = await read(workbook)

    assert [parsed.row for parsed in found.rows] == list(workbook.good)
    faults = [fault for fault in found.faults if fault.severity == "error"]
    assert [fault.code for fault in faults] == [planted.code for planted in workbook.planted if planted.is_fault]
    assert found.faulty == len(faults) == 4
    assert found.duplicates == len(workbook.planted) - len(faults)
    assert found.read == workbook.rows == len(found.rows) + found.faulty + found.duplicates
    assert not {fault.code for fault in found.faults} & {"unknown-column", "repeated-column", "funds-differ", "merged-amount", "rate-unit"}


NOTED = {
    "370402": {"day-missing"},
    "370403": {"day-missing", "word-read-as", "self-run-privately"},
    "370404": {"unit-in-cell", "date-serial", "town-alias"},
    "370405": {"formula", "word-read-as", "date-serial", "self-run-privately"},
    "370406": {"word-read-as", "self-run-privately", "duplicate-row"},
    "370481": {"duplicate-row"},
}


@pytest.mark.parametrize("county_code", sorted(LAYOUTS))
async def test_each_office_has_habits_that_the_reader_says_how_it_took(county_code: str) -> None:
    (workbook,) = [one for one in delivery().workbooks if one.layout.county_code == county_code]

    found = await read(workbook)

    assert {fault.code for fault in found.faults if fault.severity == "note"} == NOTED[county_code]
    assert found.totals == (22 if county_code == "370481" else 0)  # 21 towns and the county


async def test_the_corrections_make_the_city_whole() -> None:
    spoilt = [planted for planted in delivery().planted if planted.is_fault]

    found = await read(delivery().corrections)

    assert [parsed.row for parsed in found.rows] == list(delivery().corrections.good)
    assert not found.faults
    assert found.read == len(spoilt) == 24
    before = {(row.town_code, row.village, row.project_name) for workbook in delivery().workbooks for row in workbook.good}
    after = before | {(parsed.row.town_code, parsed.row.village, parsed.row.project_name) for parsed in found.rows}
    assert len(before) < 1_376 == len(after)


async def test_what_all_files_state_together_is_the_city() -> None:
    rows = [row for workbook in (*delivery().workbooks, delivery().corrections) for row in workbook.good]
    true = [stated(row, LAYOUTS[row.county_code]) for project in city().projects for row in project.rows]

    assert len(rows) == len(true)
    assert {repr(row) for row in rows} == {repr(row) for row in true}


def test_every_heading_that_offices_use_stands_in_some_workbook() -> None:
    used = {part for layout in LAYOUTS.values() for heading in layout.headings.values() for part in heading.split("|")}
    bare = {re.sub(r"\((?:元|万元|年|月|%)\)$", "", heading) for heading in used}

    assert not set(HEADINGS.split()) - used - bare


def test_every_form_of_file_is_among_them() -> None:
    assert {layout.form for layout in LAYOUTS.values()} == {"xlsx", "gb18030", "utf-8-sig"}
    shanting, shizhong = (next(one for one in delivery().workbooks if one.layout.county_code == code) for code in ("370406", "370402"))
    assert shizhong.content.startswith(b"\xef\xbb\xbf")
    assert "县(市、区),乡镇" in shanting.content.decode("gb18030")
    assert CORRECTIONS.county_code == "370400"
