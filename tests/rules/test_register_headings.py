"""A register's heading: every name of a column, two lines, units, lines that only look like data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import Cell
from make.registers import COUNTY, FACTS, HEAD, HEADINGS, TOWN, VILLAGE, parse, read_one


@pytest.mark.parametrize(("headings", "cell", "field", "value"), HEADINGS)
def test_every_heading_and_its_variants_name_a_field(headings: str, cell: Cell, field: str, value: Any) -> None:
    for heading in headings.split():
        row, noticed = read_one(heading, cell)

        assert row is not None, heading
        assert (getattr(row, field), noticed) == (value, []), heading


@pytest.mark.parametrize("heading", ["县(市、区)", "区(市)", "县\uff08市、区\uff09", "区市"])
def test_the_county_has_many_headings(heading: str) -> None:
    assert parse([heading, *HEAD], ["峄城区", *FACTS]).rows[0].row.county_code == COUNTY
    assert parse([heading, *HEAD], ["滕州市", *FACTS]).faults[0].code == "town-not-in-county"


@pytest.mark.parametrize("town", ["镇街", "乡镇", "镇(街道)", "镇 街", "所属乡镇", " 镇\uff08街道\uff09\n"])
@pytest.mark.parametrize("village", ["村", "行政村"])
def test_places_have_many_headings(town: str, village: str) -> None:
    parsed = parse([town, village, "项目名称", "资产名称"], [*FACTS, "1号棚"])

    assert (parsed.rows[0].row.town_code, parsed.rows[0].row.village_code) == (TOWN, VILLAGE)


def test_the_heading_is_found_below_a_title_and_its_unit_line() -> None:
    parsed = parse(
        ["峄城区扶贫项目资产台账"], ["单位\uff1a万元", "", "2019年8月"], [""], [*HEAD, "资产原值", "总投资(元)"], [*FACTS, 65.8, 658000]
    )

    row = parsed.rows[0].row
    assert (row.cost_fen, row.invested_fen) == (65_800_000, 65_800_000)
    assert parsed.rows[0].line == 5
    assert parsed.sheets[0].columns == {"town": "A", "village": "B", "project_name": "C", "cost_fen": "D", "invested_fen": "E"}


TWO_LINES: list[list[Cell]] = [
    ["镇街", "项目", "", "资金来源(万元)", "", "", "资产原值", "确权", ""],
    ["", "名称", "编号", "财政专项扶贫资金", "其中:中央", "自筹资金", "(元)", "日期", "文号"],
]
UNDER_TWO_LINES: list[Cell] = ["坛山街道", "石榴大棚", "XM-1", 60, 40, 5.8, 658000, "2018-01-02", "峄确1号"]


@pytest.mark.parametrize("merges_kept", [True, False], ids=["merged", "merge lost, as in a CSV"])
def test_a_heading_of_two_lines_is_read_as_one(merges_kept: bool) -> None:
    merged = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 5), (0, 7, 0, 8)] if merges_kept else None

    parsed = parse(*TWO_LINES, UNDER_TWO_LINES, merged=merged)

    row = parsed.rows[0].row
    assert (row.project_name, row.project_code, row.title_paper) == ("石榴大棚", "XM-1", "峄确1号")
    assert (row.special_fen, row.special_central_fen, row.self_fen, row.cost_fen) == (60_000_000, 40_000_000, 5_800_000, 65_800_000)


def test_the_sum_below_a_group_heading_is_the_groups() -> None:
    rows: list[list[Cell]] = [
        ["镇街", "项目名称", "财政专项扶贫资金(万元)", "", ""],
        ["", "", "小计", "中央", "省级"],
        ["坛山街道", "大棚", 60, 40, 15],
    ]
    row = parse(*rows, merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4)]).rows[0].row

    assert (row.special_fen, row.special_central_fen, row.special_province_fen) == (60_000_000, 40_000_000, 15_000_000)


@pytest.mark.parametrize("above", [["扶贫资产台账(万元)"], ["", "", "", "资金(万元)", "资金(万元)"]])
def test_a_unit_in_a_line_above_the_heading_counts_for_the_columns_below_it(above: list[Cell]) -> None:
    row = parse(above, [*HEAD, "总投资", "自筹资金"], [*FACTS, 65.8, 5.8]).rows[0].row

    assert (row.invested_fen, row.self_fen) == (65_800_000, 5_800_000)


def test_lines_of_units_and_of_column_numbers_below_the_heading_are_no_data() -> None:
    parsed = parse([*HEAD, "资产原值", "使用年限"], ["", "", "", "万元", "月"], ["甲", "乙", 1, 2, 3], [*FACTS, 65.8, 120])

    assert parsed.read == 1
    assert (parsed.rows[0].row.cost_fen, parsed.rows[0].row.life_months) == (65_800_000, 120)


def test_columns_nobody_knows_or_twice_are_noted_once_at_their_heading() -> None:
    parsed = parse([*HEAD, "农家乐星级", "项目名称", "核对意见"], [*FACTS, "五星", "别名", "旧意见"])

    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == [("D1", "unknown-column", "note"), ("E1", "repeated-column", "note")]
    assert parsed.rows[0].row.project_name == "石榴大棚"


def test_a_file_without_a_heading_is_refused() -> None:
    with pytest.raises(Invalid, match="没有找到台账表头"):
        parse(["编号", "金额"], [1, 100])


def test_a_register_of_the_import_benchmark_is_read_without_a_remark() -> None:
    heads: list[Cell] = ["县(市、区)", "镇街", "村", "项目编号", "项目名称", "资产名称", "资产编号", "资产原值", "使用年限", "残值率"]
    cells: list[Cell] = ["峄城区", "坛山街道", "石门村", "XM-1", "大棚", "1号棚", "ZC-1", 658000.25, 10, "5%"]

    parsed = parse([*heads, "投入使用日期", "管护责任人", "经营方式", "资产状态"], [*cells, dt.date(2017, 6, 15), "某人", "自营", "运营"])

    assert (parsed.read, parsed.faults) == (1, [])
