"""Workbooks out: ids as text, money to the fen, nothing that runs, and the annotated copy."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from insurance.base.spreadsheet import TableFile, read_table_file
from insurance.base.spreadsheet_out import Column, Mark, Shape, SheetOut, annotate, write_sheets, write_workbook
from insurance.base.spreadsheet_rows import Book
from insurance.base.text import t
from make.workbooks import columns, one


async def test_an_export_keeps_ids_as_text_and_money_to_the_fen() -> None:
    rows = [
        ["0123456789012345678", 99_999_999_999_999, dt.date(2017, 6, 15), Decimal("0.05"), 3],
        ["1E5", 30, None, None, None],
        ["", -1, None, None, None],
    ]
    heads = [Column("账号"), Column("原值", Shape.MONEY), Column("日期", Shape.DATE), Column("率", Shape.RATE), Column("户", Shape.COUNT)]

    [sheet] = (await read_table_file(write_workbook(heads, rows, title="台账/2019"))).sheets

    assert sheet.name == "台账2019"
    assert sheet.columns == [
        ["账号", "0123456789012345678", "1E5", ""],
        ["原值", 999_999_999_999.99, 0.3, -0.01],
        ["日期", dt.date(2017, 6, 15), "", ""],
        ["率", 0.05, "", ""],
        ["户", 3.0, "", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "http://x.test", "\t=1", "123456789012345678", "{=1}"])
async def test_no_text_of_an_export_becomes_a_formula_link_or_number(text: str) -> None:
    content = write_workbook([Column("备注")], [[text]])
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]

    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert (await columns(content))[0][1] == text


async def test_several_sheets_keep_their_own_columns_and_the_same_rows_give_the_same_bytes() -> None:
    def written() -> bytes:
        sheets = [
            SheetOut("汇总", [Column("项目"), Column("金额", Shape.MONEY)], [["保单", 1_234_567]]),
            SheetOut("汇总", [Column("编号")], iter([["0001"], ["=1"]])),
            SheetOut("空", [Column("无")], []),
        ]
        return write_sheets(sheets, made_at=dt.datetime(2019, 12, 31, 23, 59, tzinfo=dt.UTC))

    read = (await read_table_file(written())).sheets

    assert [sheet.name for sheet in read] == ["汇总", "汇总 (2)", "空"]
    assert read[0].columns == [["项目", "保单"], ["金额", 12_345.67]]
    assert read[1].columns == [["编号", "0001", "=1"]]
    assert written() == written()


@pytest.mark.parametrize("text", ["a\x01b", "\x0b", "_x0041_", "行\r\n行", " 前后 ", "<&>\"'", "\ud800", "\uffff", "🌧", ""])
async def test_every_sign_of_a_text_comes_back(text: str) -> None:
    content = write_workbook([Column("备注")], [[text]])
    found = openpyxl.load_workbook(io.BytesIO(content)).active["A2"].value

    assert unescape(found or "") == text


@pytest.mark.parametrize(
    ("fen", "digits"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (-100, "-1.00"),
        (99_999_999_999_999, "999999999999.99"),
        (10**17 + 1, "1000000000000000.01"),
    ],
)
def test_an_amount_is_written_digit_by_digit(fen: int, digits: str) -> None:
    assert f"<v>{digits}</v>" in sheet_of(write_workbook([Column("金额", Shape.MONEY)], [[fen]]))


@pytest.mark.parametrize(
    ("day", "number"),
    [(dt.date(1900, 1, 1), 1), (dt.date(1900, 2, 28), 59), (dt.date(1900, 3, 1), 61), (dt.date(2019, 8, 12), 43_689),
     (dt.datetime(2019, 8, 12, 23, 0, tzinfo=dt.UTC), 43_689)],
)  # fmt: skip
def test_a_day_has_the_number_that_excel_gives_it(day: dt.date, number: int) -> None:
    assert f"<v>{number}</v>" in sheet_of(write_workbook([Column("日", Shape.DATE)], [[day]]))


def test_a_sheet_is_frozen_filtered_and_typed_below_its_last_row() -> None:
    heads = [Column(f"列{n}", Shape.MONEY if n == 27 else Shape.TEXT, 10 + n) for n in range(28)]
    page = openpyxl.load_workbook(io.BytesIO(write_workbook(heads, [["x"] * 27 + [123_456]] * 3))).active

    assert (page.freeze_panes, page.auto_filter.ref, page.max_row) == ("A2", "A1:AB4", 4)
    assert (page["AB4"].number_format, page["AB4"].value, page["A4"].number_format) == ("#,##0.00", 1234.56, "@")
    assert (page["A1"].font.b, page["A1"].fill.start_color.rgb) == (True, "FFE8EEF2")
    assert page.column_dimensions["AB"].width == pytest.approx(37.71, abs=0.01)


def test_pieces_of_any_size_give_the_same_bytes_and_no_clock() -> None:
    def written(*sizes: int) -> bytes:
        out, number = io.BytesIO(), iter(range(10_000))
        book = Book(out)
        with book.sheet("台账", [Column("编号"), Column("户", Shape.COUNT)]) as page:
            for size in sizes:
                page.add([f"{next(number):05d}", 7] for _ in range(size))
            assert page.rows == sum(sizes)
        book.close()
        return out.getvalue()

    assert written(3000) == written(0, 1, 1999, 0, 1000)
    assert {member.date_time for member in zipfile.ZipFile(io.BytesIO(written(1))).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_row_that_does_not_fit_its_columns_is_an_error() -> None:
    for row in (["a"], ["a", "b", "c"]):
        with pytest.raises(ValueError, match="argument"):
            write_workbook([Column("一"), Column("二")], [row])


def sheet_of(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


async def annotated_example() -> tuple[TableFile, bytes]:
    def fill(page: Any) -> None:
        page.append(["台账"])
        page.append(["项目名称", "资产原值", "启用时间"])
        page.append(["=危险", "abc", dt.date(2017, 6, 15)])
        page.append(["好", 100.5, None])

    def as_text(page: Any) -> None:
        fill(page)
        page["A3"].data_type = "s"

    file = await read_table_file(one(as_text))
    marks = [
        Mark(0, 2, 1, t("“{x}”不是金额", x="abc"), error=True),
        Mark(0, 2, 2, t("请确认"), error=False),
        Mark(0, 3, 2, t("缺少日期"), error=True),
    ]
    return file, annotate(file.sheets, marks, headings={0: 1})


async def test_the_annotated_copy_has_the_same_cells_and_one_more_column() -> None:
    file, copy = await annotated_example()

    [sheet] = (await read_table_file(copy)).sheets

    assert sheet.columns[:3] == file.sheets[0].columns
    assert sheet.columns[3] == ["", "核对意见", "“abc”不是金额\n请确认", "缺少日期"]


async def test_the_annotated_copy_paints_errors_red_and_says_why_in_a_comment() -> None:
    _, copy = await annotated_example()
    page = openpyxl.load_workbook(io.BytesIO(copy)).active

    looks = {cell: page[cell].fill.start_color.rgb for cell in ("B3", "C3", "C4", "B4")}
    assert looks["B3"] == looks["C4"] == "FFF8C9C4"
    assert looks["C3"] == "FFFCEFC7"
    assert looks["B4"] == "00000000"
    assert page["B3"].comment.text == "“abc”不是金额"
    assert page["B4"].comment is None
    assert page["A3"].data_type == "s"
