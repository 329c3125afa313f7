"""An insurer's list of payments read: what insurers write, and every refusal by its cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import Sheet, read_table_file
from insurance.claims.insurer_list import read_list, row_keys
from insurance.claims.model_books import ListRow
from make.books import JULY, list_file
from make.workbooks import one

ACCOUNT = "6222020000000000001"
ROW = ("LA2019-0000012", "石门村股份经济合作社", ACCOUNT, 40_031_01, "2019-07-04", "")


def read(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> list[ListRow]:
    made = []
    for n, rows in enumerate(sheets):
        wide = max(map(len, rows))
        padded = [[*row, *[""] * (wide - len(row))] for row in rows]
        made.append(Sheet(names[n] if names else "", len(rows), [list(column) for column in zip(*padded, strict=True)]))
    return read_list(made, *JULY)


def refused(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        read(*sheets, names=names)
    return {fault.field: str(fault.text) for fault in refusal.value.faults}


HEADS = ["赔案号", "收款户名", "收款账号", "支付金额", "支付日期", "备注"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
async def test_a_csv_is_read_whole_with_its_title_sum_and_footer(encoding: str) -> None:
    content = list_file([ROW, ("LA2019-0000013", "志平合作社", "", 1_234_567_89, "2019年7月5日", "赔款")], encoding=encoding)

    first, second = read_list((await read_table_file(content)).sheets, *JULY)

    assert msgspec.structs.asdict(first) == {
        "place": "3", "claim_number": "LA2019-0000012", "token": "", "name": "石门村股份经济合作社", "account": ACCOUNT,
        "amount_fen": 40_031_01, "paid_on": date(2019, 7, 4), "remark": "",
    }  # fmt: skip
    assert (second.amount_fen, second.paid_on, second.account, second.remark) == (1_234_567_89, date(2019, 7, 5), "", "赔款")


async def test_a_workbook_with_number_and_date_cells_is_read_like_the_csv() -> None:
    rows = [["理赔支付清单"], HEADS, ["LA2019-0000012", "石门村", ACCOUNT, 40031.01, datetime(2019, 7, 4), ""], ["合计", "", "", 40031.01]]

    (row,) = read_list((await read_table_file(one(lambda page: [page.append(row) for row in rows]))).sheets, *JULY)

    assert (row.amount_fen, row.paid_on, row.account) == (40_031_01, date(2019, 7, 4), ACCOUNT)


@pytest.mark.parametrize(
    ("number", "remark", "claim", "token"),
    [
        ("la2019-0000012", "", "LA2019-0000012", ""),
        ("ＬＡ2019－0000012", "", "LA2019-0000012", ""),
        ("赔款 LA2019-0000012", "", "LA2019-0000012", ""),
        ("PJ-2018-77", "", "PJ-2018-77", ""),
        ("", "SB190812001237赔款 LA2019-0000012", "LA2019-0000012", "SB190812001237"),
        ("", "SB190812001237", "", "SB190812001237"),
    ],
)
def test_a_row_names_its_claim_or_its_payment(number: str, remark: str, claim: str, token: str) -> None:
    (row,) = read([HEADS, [number, "", "", "1.00", "2019-07-04", remark]])

    assert (row.claim_number, row.token) == (claim, token)


def test_a_row_taken_back_is_negative_and_totals_of_parts_hold() -> None:
    rows = read(
        [
            HEADS, ["A-1", "", "", "100.00", "2019-07-04"], ["A-1", "", "", "(40.00)", "2019-07-05"], ["小计", "", "", "60.00"],
            ["A-2", "", "", "5.00", "2019-07-06"], ["小计", "", "", "5.00"], ["合计", "", "", "65.00"], ["本年累计", "", "", "9,999.00"],
        ]
    )  # fmt: skip

    assert [row.amount_fen for row in rows] == [100_00, -40_00, 5_00]


def test_sheets_are_read_together() -> None:
    one = [HEADS, ["A-1", "", "", "1.00", "2019-07-04"]]

    rows = read(one, [["说明"]], [HEADS, ["A-2", "", "", "2.00", "2019-07-05"]], names=["甲", "说明", "乙"])

    assert [(row.place, row.amount_fen) for row in rows] == [("甲!2", 1_00), ("乙!2", 2_00)]


GOOD = ["A-1", "石门村", ACCOUNT, "100.00", "2019-07-04", ""]
# the rows below the heading, and the cells they are refused by
REFUSED: dict[str, tuple[list[list[Any]], dict[str, str]]] = {
    "a wrong sum": ([GOOD, ["合计", "", "", "100.01"]], {"D3": "合计与各行之和不符"}),
    "cut off before its sum": ([GOOD, ["合计", "", "", "300.00"]], {"D3": "合计与各行之和不符"}),
    "fewer rows than it says": ([GOOD, ["总笔数：3"]], {"D3": "笔数与各行不符"}),
    "an account turned into 6.22E+18": ([[*GOOD[:2], "6.22202E+18", *GOOD[3:]]], {"C2": "账号已被表格软件改写为科学计数"}),
    "an account as a number": ([[*GOOD[:2], 6222020000000000, *GOOD[3:]]], {"C2": "账号被存成了数字"}),
    "no day": ([[*GOOD[:4], "", ""]], {"E2": "没有支付日期"}),
    "a day there is not": ([[*GOOD[:4], "2019-07-32", ""]], {"E2": "没有这一天"}),
    "no day at all": ([[*GOOD[:4], "七月", ""]], {"E2": "不是日期"}),
    "a day outside the period": ([[*GOOD[:4], "2019-08-01", ""]], {"E2": "支付日期不在清单的期间内"}),
    "no amount": ([[*GOOD[:3], "", *GOOD[4:]]], {"D2": "没有支付金额"}),
    "nothing paid": ([[*GOOD[:3], "0.00", *GOOD[4:]]], {"D2": "没有支付金额"}),
    "an amount finer than a fen": ([[*GOOD[:3], "1.005", *GOOD[4:]]], {"D2": "一分"}),
    "an amount in words": ([[*GOOD[:3], "约一百", *GOOD[4:]]], {"D2": ""}),
    "a date for an amount": ([[*GOOD[:3], date(2019, 7, 4), *GOOD[4:]]], {"D2": "日期格式"}),
    "no claim number": ([["", *GOOD[1:]]], {"A2": "没有赔案号"}),
    "two payment numbers": ([[*GOOD[:5], "SB190812001237 SB190812001245"]], {"F2": "一行只能有一个付款编号"}),
    "nothing below the heading": ([["合计", "", "", "0.00"]], {"file": "没有支付记录"}),
    "two faults": ([["", *GOOD[1:]], [*GOOD[:4], "", ""]], {"A2": "没有赔案号", "E3": "没有支付日期"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_is_refused_by_its_cells(name: str) -> None:
    rows, cells = REFUSED[name]

    found = refused([HEADS, *rows])

    assert found.keys() == cells.keys()
    assert all(words in found[cell] for cell, words in cells.items())
    assert not any("石门村" in text or ACCOUNT in text for text in found.values())


def test_amounts_in_wan_and_files_without_a_heading_are_refused() -> None:
    assert "元为单位" in refused([[*HEADS[:3], "支付金额（万元）", *HEADS[4:]], GOOD])["D1"]
    assert "没有找到清单表头" in refused([["赔案号", "金额"], ["A-1", "1.00"]])["file"]


async def test_a_workbook_cut_off_is_refused() -> None:
    content = one(lambda page: [page.append(row) for row in (HEADS, GOOD)])

    with pytest.raises(Invalid):
        await read_table_file(content[: len(content) // 2])


def test_equal_rows_of_one_list_are_told_apart_and_known_again_in_another() -> None:
    rows = read([HEADS, GOOD, GOOD, ["A-2", *GOOD[1:]]])
    keys = row_keys(1, rows)

    assert len(set(keys)) == 3
    assert set(row_keys(1, [rows[2], rows[0]])) < set(keys)
    assert not set(row_keys(2, rows)) & set(keys)
