"""Workbooks in: what a cell becomes, and how a text is told apart into columns."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import xlsxwriter
import xlwt
from openpyxl.comments import Comment

from insurance.base.spreadsheet import address, read_table_file
from make.workbooks import columns, one, xls, xlsx


async def test_a_cell_keeps_how_it_was_typed_and_where_it_stands() -> None:
    def fill(page: Any) -> None:
        page["B3"], page["C3"], page["D3"] = "０１２", 658000.25, dt.date(2017, 6, 15)
        page["B4"], page["C4"], page["D4"] = True, 12, dt.datetime(2017, 6, 15, 8, 30)

    file = await read_table_file(one(fill))

    assert file.origin == "xlsx"
    [sheet] = file.sheets
    assert sheet.columns == [
        ["", "", "", ""],
        ["", "", "０１２", "TRUE"],
        ["", "", 658000.25, 12.0],
        ["", "", dt.date(2017, 6, 15), dt.datetime(2017, 6, 15, 8, 30)],
    ]
    assert address(3, 3) == "D4"
    assert address(8, 27, "台账") == "台账!AB9"


async def test_an_old_workbook_is_read_like_a_new_one() -> None:
    def fill(page: Any) -> None:
        page.write(1, 1, "石门村")
        page.write(1, 2, dt.date(2017, 6, 15), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        page.write(2, 2, 658000.25)

    file = await read_table_file(xls(fill))

    assert file.origin == "xls"
    assert file.sheets[0].columns == [["", "", ""], ["", "石门村", ""], ["", dt.date(2017, 6, 15), 658000.25]]


@pytest.mark.parametrize("make", ["xlsx", "xls"])
async def test_a_cell_under_a_merged_one_repeats_it_and_one_beside_it_does_not(make: str) -> None:
    def fill_xlsx(page: Any) -> None:
        for row in (["镇街", "村"], ["坛山街道", "一村"], [None, "二村"], [None, "三村"], ["合并", None]):
            page.append(row)
        page.merge_cells("A2:A4")
        page.merge_cells("A5:B5")

    def fill_xls(page: Any) -> None:
        page.write_merge(1, 3, 0, 0, "坛山街道")
        page.write_merge(4, 4, 0, 1, "合并")
        page.write(0, 0, "镇街")
        for row, name in enumerate(["村", "一村", "二村", "三村"]):
            page.write(row, 1, name)

    assert await columns(one(fill_xlsx) if make == "xlsx" else xls(fill_xls)) == [
        ["镇街", "坛山街道", "坛山街道", "坛山街道", "合并"],
        ["村", "一村", "二村", "三村", ""],
    ]


async def test_formulas_are_read_by_their_stored_value_and_marked() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["原值", "净值"])
        page.write_number(1, 0, 100)
        page.write_formula(1, 1, "=A2*0.95", None, 95)
        page.write_formula(2, 1, '=A2&"元"', None, "100元")
    sheet = (await read_table_file(out.getvalue())).sheets[0]

    assert sheet.columns[1] == ["净值", 95.0, "100元"]
    assert sheet.formulas == {1: {1, 2}}


async def test_a_formula_far_down_a_long_sheet_is_found() -> None:
    """The sheet is scanned in blocks: a formula at any place, also across the edge of two blocks, must be seen."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(30_000):
            page.write_string(row, 0, f"第{row}行的说明文字,足够长以便跨越读取块的边界")
            page.write_formula(row, 1, "=1+1", None, 2)
    sheet = (await read_table_file(out.getvalue())).sheets[0]

    assert sheet.formulas == {1: set(range(30_000))}


async def test_formulas_and_errors_of_an_old_workbook_are_marked() -> None:
    def fill(page: Any) -> None:
        page.write(0, 0, "净值")
        page.write(1, 0, xlwt.Formula("1+1"))
        page.row(2).set_cell_error(0, 0x2A)  # #N/A

    sheet = (await read_table_file(xls(fill))).sheets[0]

    assert sheet.formulas == {0: {1}}
    assert sheet.broken == {0: {2}}


async def test_a_cell_that_shows_an_excel_error_is_marked_and_blank() -> None:
    def fill(page: Any) -> None:
        page.append(["净值"])
        page["A2"] = "#REF!"

    sheet = (await read_table_file(one(fill))).sheets[0]

    assert sheet.columns == [["净值", ""]]
    assert sheet.broken == {0: {1}}


async def test_hidden_sheets_are_named_and_not_read() -> None:
    def fill(book: Any) -> None:
        book.active.title = "台账"
        book.active["A1"] = "a"
        hidden = book.create_sheet("旧台账")
        hidden["A1"], hidden.sheet_state = "b", "hidden"
        book.create_sheet("空表")

    file = await read_table_file(xlsx(fill))

    assert [sheet.name for sheet in file.sheets] == ["台账"]
    assert file.hidden == ["旧台账"]


async def test_formatting_far_outside_the_data_does_not_count() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "项目名称")
        page.write_blank(900_000, 300, None, book.add_format({"bold": True}))

    assert await columns(out.getvalue()) == [["项目名称"]]


async def test_a_comment_on_a_cell_changes_nothing() -> None:
    def fill(page: Any) -> None:
        page["A1"] = "项目名称"
        page["A1"].comment = Comment("请核对", "区办")

    assert await columns(one(fill)) == [["项目名称"]]


async def test_many_rows_arrive_whole_and_in_order() -> None:
    rows = [[f"项目{i}", "坛山街道" if i % 2 else "阴平镇", i, dt.date(2016, 1, 1) + dt.timedelta(days=i % 900)] for i in range(5000)]
    content = one(lambda page: [page.append(row) for row in rows])

    [sheet] = (await read_table_file(content)).sheets

    assert [list(row) for row in sheet.rows()] == rows


CSV_TEXT = "项目名称,资产原值\r\n石门村大棚,658000\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_a_csv_is_read_in_the_encodings_offices_use(encoding: str) -> None:
    file = await read_table_file(CSV_TEXT.encode(encoding))

    assert file.origin == "csv"
    assert file.sheets[0].columns == [["项目名称", "石门村大棚"], ["资产原值", "658000"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1,5;2\n", [["a", "1,5"], ["b", "2"]]),
        ("a\tb\n1\t2\n", [["a", "1"], ["b", "2"]]),
        ("a,b\r1,2\r", [["a", "1"], ["b", "2"]]),
        ('台账,,\n"a,x",b,c\n1,"2\n3",4\n', [["台账", "a,x", "1"], ["", "b", "2\n3"], ["", "c", "4"]]),
        ("a,b\n1\n", [["a", "1"], ["b", ""]]),
        ("sep=;\na;b\n", [["", "a"], ["", "b"]]),
        ('a,b\n="0012",2\n', [["a", "0012"], ["b", "2"]]),
        ("a,b\n\n1,2\n,\n,\n", [["a", "", "1"], ["b", "", "2"]]),
        ("a,b" + "," * 200 + "\n1,2\n", [["a", "1"], ["b", "2"]]),
    ],
)
async def test_a_csv_keeps_its_rows_and_places(text: str, expected: list[list[str]]) -> None:
    assert await columns(text.encode()) == expected
