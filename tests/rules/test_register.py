"""Rows of a register: what counts, what agrees, what is the same asset, and whole files from their bytes."""

from __future__ import annotations

import asyncio
import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter
import xlwt

from insurance.base.spreadsheet import Cell, read_table_file
from insurance.base.spreadsheet_out import Mark, annotate
from insurance.base.text import render
from insurance.projects.model import Fund
from insurance.projects.register import ParsedRegister, parse_register
from make.registers import CITY, COUNTY, FACTS, HEAD, HEADINGS, REGIONS, TOWN, parse, sheet


def test_totals_blank_lines_footers_and_headings_again_are_no_data_rows() -> None:
    heads: list[Cell] = ["序号", *HEAD, "资产原值"]
    parsed = parse(
        heads,
        [1, *FACTS, 100],
        ["", "坛山街道小计", "", "", 100],
        [2, "阴平镇", "", "冷库", 200],
        ["", "", "", "", ""],
        [3, "阴平镇", "石村", "", ""],
        heads,
        [4, "阴平镇", "", "车间", 300],
        ["合 计", "", "", "3个", 600],
        ["总计(3个)", "", "", "", 600],
        ["填表人\uff1a某某", "", "", "审核人:某某", ""],
        ["注:以上为8月数", "", "", "", ""],
    )

    assert [p.row.project_name for p in parsed.rows] == ["石榴大棚", "冷库", "车间"]
    assert (parsed.read, parsed.totals, parsed.blank, parsed.remarks, parsed.faults) == (3, 3, 2, 3, [])
    assert [p.line for p in parsed.rows] == [2, 4, 8]


def test_a_row_under_merged_cells_repeats_them_and_an_empty_one_among_them_is_none() -> None:
    parsed = parse(
        [*HEAD, "资产名称", "总投资"],
        [*FACTS, "1号棚", 300],
        ["", "", "", "2号棚", ""],
        ["", "", "", "", ""],
        merged=[(1, 0, 3, 0), (1, 1, 3, 1), (1, 2, 3, 2), (1, 4, 3, 4)],
    )

    assert [(p.row.project_name, p.row.asset_name, p.row.invested_fen) for p in parsed.rows] == [
        ("石榴大棚", "1号棚", 30_000),
        ("石榴大棚", "2号棚", 30_000),
    ]
    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == [("E3", "merged-amount", "note")]
    assert parsed.blank == 1


def test_all_faults_of_a_row_are_told_at_once_and_good_rows_go_in() -> None:
    heads: list[Cell] = [*HEAD, "资产原值", "投入使用日期", "权属", "使用年限"]
    parsed = parse(heads, ["某某镇", "", "", "abc", "2019-13", "不详", "十年"], [*FACTS, 100, "2017-06-15", "村集体", 10])

    assert [(f.cell, f.code) for f in parsed.faults] == [
        ("A2", "unknown-town"),
        ("C2", "project-name-missing"),
        ("D2", "amount-unreadable"),
        ("E2", "month-range"),
        ("F2", "unknown-word"),
        ("G2", "life-unreadable"),
    ]
    assert (parsed.read, parsed.faulty, len(parsed.rows)) == (2, 1, 1)


def test_a_column_that_is_wrong_throughout_lists_its_first_faults_and_counts_every_row() -> None:
    heads: list[Cell] = [*HEAD, "资产原值", "使用年限"]

    wrong: list[list[Cell]] = [[f"第{row}街道", "", "大棚", "x", "十年"] for row in range(6000)]

    parsed = parse(heads, *wrong, [*FACTS, 1, 10])

    assert (parsed.read, parsed.faulty, parsed.unlisted) == (6001, 6000, 3000)
    assert [f.cell for f in parsed.faults[-3:]] == ["A5001", "D5001", "E5001"]


def test_no_fault_repeats_a_name_a_phone_or_an_account() -> None:
    secrets = ["13812345678", "110105194912310029", "6222020000000000001", "欧阳某某", "0632-3312345", "138 1234 5678"]
    headings: list[Cell] = [case[0].split()[0] for case in HEADINGS]
    for secret in secrets:
        cells: list[Cell] = [*FACTS, *([secret] * len(headings))]
        for row in (cells, [secret, secret, "", *cells[3:]]):
            for fault in parse([*HEAD, *headings], row).faults:
                for language in ("zh", "en"):
                    assert secret.replace(" ", "") not in render(fault.text, language).replace(" ", "")


def test_formulas_are_noted_and_one_without_a_result_is_an_error() -> None:
    made = sheet([*HEAD, "资产原值"], [*FACTS, 100], ["坛山街道", "", "冷库", ""], ["坛山街道", "", "车间", ""])
    made.formulas = {3: {1, 2}}
    made.broken = {3: {3}}

    parsed = parse_register([made], REGIONS, CITY)

    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == [
        ("D2", "formula", "note"),
        ("D3", "formula-without-result", "error"),
        ("D4", "excel-error", "error"),
    ]
    assert parsed.rows[0].row.cost_fen == 10_000


@pytest.mark.parametrize(("net", "right"), [(900, True), (900.5, True), (901, True), (901.01, False), (850, False), ("", True)])
def test_net_value_is_cost_less_depreciation_to_the_yuan(net: Cell, right: bool) -> None:
    parsed = parse([*HEAD, "资产原值", "累计折旧", "资产净值"], [*FACTS, 1000, 100, net])

    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == ([] if right else [("F2", "net-value-differs", "error")])


@pytest.mark.parametrize(
    ("special", "own", "noted"), [(600, 400, False), (600, 390, False), (600, 389.99, True), (600, 411, True), ("", "", False)]
)
def test_cost_is_the_sum_of_its_sources_within_one_per_cent(special: Cell, own: Cell, noted: bool) -> None:
    parsed = parse([*HEAD, "资产原值", "财政专项扶贫资金", "自筹资金"], [*FACTS, 1000, special, own])

    assert len(parsed.rows) == 1
    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == ([("D2", "funds-differ", "note")] if noted else [])


def test_the_parts_of_the_special_fund_are_not_counted_twice() -> None:
    parts: list[Cell] = ["中央", "省级", "市级", "县级"]
    alone = parse([*HEAD, "资产原值", *parts], [*FACTS, 100, 40, 30, 20, 10]).rows[0].row
    with_sum = parse([*HEAD, "财政专项扶贫资金", *parts], [*FACTS, 100, 40, 30, 20, 10]).rows[0].row
    differing = parse([*HEAD, "财政专项扶贫资金", *parts], [*FACTS, 100, 40, 30, 20, ""])

    assert alone.funds == with_sum.funds == {Fund.SPECIAL: 10_000}
    assert [f.code for f in differing.faults] == ["special-parts-differ"]
    assert differing.rows[0].row.funds == {Fund.SPECIAL: 10_000}


def test_every_source_of_money_has_a_field() -> None:
    by_fund = {
        Fund.SPECIAL: "财政专项扶贫资金",
        Fund.INTEGRATED: "整合涉农资金",
        Fund.BOND: "地方政府债券",
        Fund.EAST_WEST: "东西协作资金",
        Fund.DESIGNATED: "定点帮扶",
        Fund.DONATION: "社会捐赠",
        Fund.SELF: "自筹资金",
        Fund.LOAN: "贷款",
        Fund.OTHER_FISCAL: "其他财政资金",
    }
    assert set(by_fund) == set(Fund)

    row = parse([*HEAD, *by_fund.values()], [*FACTS, *range(1, 10)]).rows[0].row

    assert row.funds == {fund: number * 100 for number, fund in enumerate(by_fund, start=1)}


def test_the_same_content_has_the_same_digest_wherever_it_stands() -> None:
    once = parse([*HEAD, "资产原值(万元)"], [*FACTS, 65.8]).rows[0]
    again = parse(["标题"], ["序号", "资产原值", *HEAD], [7, "658,000.00", *FACTS]).rows[0]
    changed = parse([*HEAD, "资产原值"], [*FACTS, 658000.01]).rows[0]

    assert (once.project_key, once.asset_key, once.digest) == (again.project_key, again.asset_key, again.digest)
    assert (once.project_key, once.asset_key) == (changed.project_key, changed.asset_key)
    assert once.digest != changed.digest
    assert len(once.digest) == 32


def test_a_row_twice_counts_as_unchanged_with_a_note() -> None:
    parsed = parse([*HEAD, "资产编号", "资产原值"], [*FACTS, "ZC-1", 100], [*FACTS, "ZC-1", 100])

    assert (parsed.read, len(parsed.rows), parsed.duplicates, parsed.faulty) == (2, 1, 1, 0)
    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == [("C3", "duplicate-row", "note")]


def test_one_asset_code_with_two_contents_is_a_fault() -> None:
    parsed = parse([*HEAD, "资产编号", "资产原值"], [*FACTS, "ZC-1", 100], [*FACTS, "ZC-1", 200])

    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == [("D3", "asset-code-clash", "error")]


def test_equally_named_assets_without_a_code_are_told_apart_by_their_order() -> None:
    rows: list[list[Cell]] = [[*FACTS, "大棚", "8m", cost] for cost in (100, 200, 100, 300)]

    parsed = parse([*HEAD, "资产名称", "规格型号", "资产原值"], *rows)

    assert [p.asset_key for p in parsed.rows] == ["name/大棚|8m", "name/大棚|8m|2", "name/大棚|8m|3"]
    assert parsed.duplicates == 1


def test_a_project_is_its_code_within_the_county_or_its_place_and_name() -> None:
    parsed = parse(
        ["镇街", "村", "项目名称", "项目编号", "资产名称"],
        ["坛山街道", "石门村", "石榴 大棚", "XM-1", "a"],
        ["坛山街道", "石门村", "石榴大棚", "ＸＭ－１", "b"],
        ["坛山街道", "石门村", "石榴(大棚)", "", "c"],
        ["坛山街道", "石门村", "石榴(大棚)", "", "d"],
        ["木石镇", "", "别的", "XM-1", "e"],
    )

    assert [p.project_key for p in parsed.rows] == [
        "370404/xm-1",
        "370404/xm-1",
        f"{TOWN}/石门村/石榴(大棚)",
        f"{TOWN}/石门村/石榴(大棚)",
        "370481/xm-1",
    ]
    assert parsed.faults == []


def test_one_project_code_in_two_towns_is_a_fault_and_two_names_a_note() -> None:
    parsed = parse(
        ["镇街", "项目名称", "项目编号", "资产名称"],
        ["坛山街道", "大棚", "XM-1", "a"],
        ["阴平镇", "大棚", "XM-1", "b"],
        ["坛山街道", "冷库", "XM-1", "c"],
    )

    assert [(f.cell, f.code, f.severity) for f in parsed.faults] == [
        ("C3", "project-code-clash", "error"),
        ("B4", "project-name-differs", "note"),
    ]


def test_an_asset_without_a_name_takes_the_projects() -> None:
    without = parse(HEAD, FACTS)
    blank = parse([*HEAD, "资产名称"], [*FACTS, ""])

    assert without.rows[0].row.asset_name == blank.rows[0].row.asset_name == "石榴大棚"
    assert (without.faults, [f.code for f in blank.faults]) == ([], ["asset-name-missing"])


def test_several_sheets_are_read_and_their_cells_named_with_the_sheet() -> None:
    first = sheet([*HEAD, "资产原值"], [*FACTS, 100], name="坛山")
    second = sheet([*HEAD, "资产原值"], ["阴平镇", "", "冷库", "x"], [*FACTS, 100], name="阴平")
    summary = sheet(["合计", 2], name="汇总")

    parsed = parse_register([first, summary, second], REGIONS, CITY)

    assert [f.cell for f in parsed.faults] == ["阴平!D2", "阴平!C3"]
    assert (parsed.read, parsed.faulty, parsed.duplicates) == (3, 1, 1)
    assert parsed.unread_sheets == ["汇总"]
    assert [use.heading_row for use in parsed.sheets] == [1, 1]


def office_xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("台账")
        page.merge_range("A1:G1", "峄城区扶贫项目资产台账")
        page.merge_range("A2:A3", "镇(街道)")
        page.merge_range("B2:B3", "项目名称")
        page.merge_range("C2:D2", "资金(万元)")
        page.write_row("C3", ["财政专项扶贫资金", "自筹资金"])
        page.merge_range("E2:E3", "资产原值(元)")
        page.merge_range("F2:F3", "启用时间")
        page.merge_range("G2:G3", "项目编号")
        page.merge_range("A4:A5", "坛山镇")
        for row, (name, special, own, day, code) in enumerate(
            [("石榴大棚", 60, 5.8, "2017年6月", "XM-1"), ("冷库", "85万", 0, "２０１８.３.１", 6.22202e18)], start=3
        ):
            page.write_row(row, 1, [name, special, own])
            page.write_formula(row, 4, f"=(C{row + 1}+D{row + 1})*10000", None, 658000 if row == 3 else 850000)
            page.write_row(row, 5, [day, code])
        page.write_row("A6", ["合计", "2个"])
    return out.getvalue()


def office_xls() -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("台账")
    for column, text in enumerate(["镇街", "项目名称", "资产原值", "启用时间"]):
        page.write(0, column, text)
    page.write_merge(1, 2, 0, 0, "坛山镇")
    page.write(1, 1, "石榴大棚")
    page.write(2, 1, "冷库")
    page.write(1, 2, 658000.5)
    page.write(1, 3, dt.date(2017, 6, 15), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parse_file(content: bytes) -> ParsedRegister:
    return parse_register(asyncio.run(read_table_file(content)).sheets, REGIONS, COUNTY)


def test_an_offices_workbook_is_read_from_its_bytes() -> None:
    parsed = parse_file(office_xlsx())

    [row] = [p.row for p in parsed.rows]
    assert (row.town_code, row.special_fen, row.self_fen, row.cost_fen, row.in_use_on) == (
        TOWN,
        60_000_000,
        5_800_000,
        65_800_000,
        dt.date(2017, 6, 1),
    )
    assert (parsed.read, parsed.faulty, parsed.totals) == (2, 1, 1)
    assert [(f.cell, f.code) for f in parsed.faults] == [
        ("A4", "town-alias"),
        ("E4", "formula"),
        ("F4", "day-missing"),
        ("A5", "town-alias"),
        ("C5", "unit-in-cell"),
        ("E5", "formula"),
        ("G5", "code-became-number"),
    ]


def test_an_old_workbook_and_a_csv_are_read_alike() -> None:
    old = parse_file(office_xls()).rows
    text = '镇街,项目名称,资产原值,启用时间\r\n坛山镇,石榴大棚,"658,000.50",2017-06-15\r\n坛山镇,冷库,,\r\n'

    for encoding in ("utf-8-sig", "gb18030"):
        as_text = parse_file(text.encode(encoding)).rows
        assert [(p.project_key, p.digest) for p in as_text] == [(p.project_key, p.digest) for p in old]
    assert old[0].row.cost_fen == 65_800_050


def test_the_annotated_copy_says_what_is_wrong_and_reads_the_same_again() -> None:
    file = asyncio.run(read_table_file(office_xlsx()))
    parsed = parse_register(file.sheets, REGIONS, COUNTY)
    marks = [Mark(f.sheet, f.row, f.column, f.text, error=f.severity == "error") for f in parsed.faults]

    copy = annotate(file.sheets, marks, headings={use.sheet: use.heading_row - 1 for use in parsed.sheets})

    page = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert page["H3"].value == "核对意见"
    assert "末位数字已丢失" in page["H5"].value
    assert page["G5"].fill.start_color.rgb == "FFF8C9C4"
    assert [(p.project_key, p.digest) for p in parse_file(copy).rows] == [(p.project_key, p.digest) for p in parsed.rows]
