"""Cells of a register: amounts, dates, lives, rates, codes and texts, each read exactly or refused by its address."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest

from insurance.base.spreadsheet import Cell
from make.registers import read_one

AMOUNTS = [
    ("资产原值", 658000, 65_800_000, None),
    ("资产原值", 0.1 + 0.2, 30, None),
    ("资产原值", 1234567.89, 123_456_789, None),
    ("资产原值", "1,234,567.89", 123_456_789, None),
    ("资产原值", " 658000 元", 65_800_000, None),
    ("资产原值", "\uff16\uff15\uff18\uff0c\uff10\uff10\uff10\uff0e\uff15", 65_800_050, None),
    ("资产原值", "¥658,000.00", 65_800_000, None),
    ("资产原值(元)", "65.8万元", 65_800_000, "unit-in-cell"),
    ("资产原值(元)", "85万", 85_000_000, "unit-in-cell"),
    ("资产原值(万元)", "65.8万元", 65_800_000, "unit-in-cell"),
    ("资产原值(万元)", "85万", 85_000_000, "unit-in-cell"),
    ("资产原值(万元)", "658000元", 65_800_000, "unit-in-cell"),
    ("资产原值(万元)", 65.8, 65_800_000, None),
    ("资产原值(万元)", "65.8", 65_800_000, None),
    ("资产原值(万元)", 33.333333, 33_333_333, None),
    ("资产原值(千元)", 658, 65_800_000, None),
    ("资产原值", "—", None, None),
    ("资产原值", "无", None, None),
    ("资产原值", 0, 0, None),
    ("资产净值", 100.005, 10_001, "amount-rounded"),
]


@pytest.mark.parametrize(("heading", "cell", "fen", "note"), AMOUNTS)
def test_amounts_are_exact_and_never_multiplied_twice(heading: str, cell: Cell, fen: int | None, note: str | None) -> None:
    row, noticed = read_one(heading, cell)

    assert row is not None
    assert (row.net_value_fen if "净值" in heading else row.cost_fen) == fen
    assert noticed == ([("D2", note, "note")] if note else [])


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("资产原值", "六十万", "amount-unreadable"),
        ("资产原值", "约65万", "amount-unreadable"),
        ("资产原值", "1e3", "amount-unreadable"),
        ("资产原值", "1,23", "amount-unreadable"),
        ("资产原值", "NaN", "amount-unreadable"),
        ("资产原值", "TRUE", "amount-unreadable"),
        ("资产原值", "5²", "amount-unreadable"),
        ("资产原值", float("nan"), "amount-range"),
        ("资产原值", float("inf"), "amount-range"),
        ("资产原值", 1e13, "amount-range"),
        ("资产原值", "-5", "amount-negative"),
        ("资产原值", -5.0, "amount-negative"),
        ("资产原值", 100.005, "amount-too-fine"),
        ("资产原值(万元)", 33.3333333, "amount-too-fine"),
        ("资产原值", "100.005", "amount-unreadable"),
        ("资产原值", dt.date(1900, 3, 5), "amount-is-date"),
    ],
)
def test_an_amount_that_is_none_keeps_its_row_out(heading: str, cell: Cell, code: str) -> None:
    row, noticed = read_one(heading, cell)

    assert row is None
    assert noticed == [("D2", code, "error")]


DAY, MONTH = dt.date(2017, 6, 15), dt.date(2017, 6, 1)


@pytest.mark.parametrize(
    ("cell", "day", "note"),
    [
        ("2017-06-15", DAY, None),
        ("2017.6.15", DAY, None),
        ("2017/6/15", DAY, None),
        ("2017年6月15日", DAY, None),
        ("２０１７年６月１５日", DAY, None),
        ("2017-06-15 00:00:00", DAY, None),
        ("20170615", DAY, None),
        (20170615.0, DAY, None),
        (dt.date(2017, 6, 15), DAY, None),
        (dt.datetime(2017, 6, 15, 8, 30), DAY, None),
        (42901.0, DAY, "date-serial"),
        (42901.354, DAY, "date-serial"),
        ("42901", DAY, "date-serial"),
        ("2017年6月", MONTH, "day-missing"),
        ("2017-06", MONTH, "day-missing"),
        ("2017.6", MONTH, "day-missing"),
        ("201706", MONTH, "day-missing"),
        (201706.0, MONTH, "day-missing"),
        (2017.6, MONTH, "day-missing"),
        ("2017.10", dt.date(2017, 10, 1), "day-missing"),
        ("", None, None),
        ("—", None, None),
    ],
)
def test_dates_are_read_in_all_styles_and_a_missing_day_is_noted(cell: Cell, day: dt.date | None, note: str | None) -> None:
    row, noticed = read_one("投入使用日期", cell)

    assert row is not None
    assert row.in_use_on == day
    assert noticed == ([("D2", note, "note")] if note else [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2019-13", "month-range"),
        ("2017年13月1日", "month-range"),
        ("2017-02-29", "date-unreadable"),
        ("2017", "date-without-month"),
        (2017.0, "date-without-month"),
        (2017.1, "date-ambiguous"),
        ("0017-06-15", "date-unreadable"),
        ("去年", "date-unreadable"),
        (12.0, "date-unreadable"),
        (dt.date(1900, 1, 5), "date-unreadable"),
    ],
)
def test_a_date_that_is_none_keeps_its_row_out(cell: Cell, code: str) -> None:
    row, noticed = read_one("投入使用日期", cell)

    assert row is None
    assert noticed == [("D2", code, "error")]


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("2017-06-01至2027-05-31", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
        ("2017.6.1-2027.5.31", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
        ("2017年6月1日起至2027年5月31日止", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
        ("2017-06-01-2027-05-31", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
        ("20170601-20270531", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
        ("2017/6/1—2027/5/31", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
        ("2017年6月-2027年2月", (dt.date(2017, 6, 1), dt.date(2027, 2, 28))),
        ("2017.6~2027.12", (dt.date(2017, 6, 1), dt.date(2027, 12, 31))),
    ],
)
def test_a_contract_term_is_two_days(cell: str, term: tuple[dt.date, dt.date]) -> None:
    row, _ = read_one("合同起止时间", cell)

    assert row is not None
    assert row.contract_term == term


@pytest.mark.parametrize("cell", ["10年", "2027-05-31至2017-06-01", "长期", 10.0])
def test_a_contract_term_that_cannot_be_read_is_noted_and_keeps_no_row_out(cell: Cell) -> None:
    row, noticed = read_one("合同起止时间", cell)

    assert row is not None
    assert row.contract_term is None
    assert noticed == [("D2", "term-unreadable", "note")]


@pytest.mark.parametrize(
    ("heading", "cell", "months"),
    [
        ("使用年限", 10.0, 120),
        ("使用年限", "10年", 120),
        ("使用年限(月)", 120, 120),
        ("使用年限", "120个月", 120),
        ("使用年限", "2年6个月", 30),
        ("使用年限", 2.5, 30),
    ],
)
def test_a_useful_life_is_whole_months(heading: str, cell: Cell, months: int) -> None:
    row, noticed = read_one(heading, cell)

    assert row is not None
    assert (row.life_months, noticed) == (months, [])


@pytest.mark.parametrize("cell", [0, -1.0, "十年", 101.0, 0.3, dt.date(1900, 1, 10)])
def test_a_life_that_is_none_keeps_its_row_out(cell: Cell) -> None:
    assert read_one("使用年限", cell) == (None, [("D2", "life-unreadable", "error")])


@pytest.mark.parametrize(
    ("heading", "cell", "rate", "note"),
    [
        ("残值率", 0.05, "0.05", False),
        ("残值率", "5%", "0.05", False),
        ("残值率", "\uff15\uff05", "0.05", False),
        ("残值率(%)", 5, "0.05", False),
        ("残值率(%)", 0, "0", False),
        ("残值率", 5, "0.05", True),
        ("残值率(%)", 0.05, "0.05", True),
        ("残值率(%)", "5%", "0.05", False),
        ("残值率", "100%", "1", False),
    ],
)
def test_a_rate_is_a_share_of_one(heading: str, cell: Cell, rate: str, note: bool) -> None:
    row, noticed = read_one(heading, cell)

    assert row is not None
    assert str(row.residual_rate) == rate
    assert noticed == ([("D2", "rate-unit", "note")] if note else [])


@pytest.mark.parametrize("cell", ["120%", "-5%", 101.0, "五"])
def test_a_rate_beyond_one_keeps_its_row_out(cell: Cell) -> None:
    assert read_one("残值率", cell) == (None, [("D2", "rate-unreadable", "error")])


@pytest.mark.parametrize("heading", ["项目编号", "资产编号", "合同编号", "保单号", "联系电话"])
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (6.22202e18, "code-became-number"),
        (1e15, "code-became-number"),
        ("6.22E+18", "code-became-number"),
        ("6.22e18", "code-became-number"),
        (dt.date(2018, 1, 2), "code-became-date"),
    ],
)
def test_a_code_that_excel_turned_into_something_else_keeps_its_row_out(heading: str, cell: Cell, code: str) -> None:
    assert read_one(heading, cell) == (None, [("D2", code, "error")])


@pytest.mark.parametrize(
    ("cell", "code"), [("ＸＭ－３７０４", "XM-3704"), (1001.0, "1001"), ("00123456789012345678", "00123456789012345678"), ("1E5X", "1E5X")]
)
def test_a_code_is_kept_digit_by_digit(cell: Cell, code: str) -> None:
    row, noticed = read_one("项目编号", cell)

    assert row is not None
    assert (row.project_code, noticed) == (code, [])


def test_texts_lose_outer_spaces_line_breaks_and_invisible_signs() -> None:
    row, _ = read_one("资产名称", "　1号\n棚\u200b ")

    assert row is not None
    assert row.asset_name == "1号 棚"


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("资产名称", "a\0b", "control-characters"),
        ("资产名称", "棚" * 201, "too-long"),
        ("备注", 1e300, "code-became-number"),
        ("受益户数", "若干", "count-unreadable"),
        ("数量", "两座", "quantity-unreadable"),
        ("建设年度", "17年", "year-unreadable"),
    ],
)
def test_other_cells_that_cannot_be_read_keep_their_row_out(heading: str, cell: Cell, code: str) -> None:
    assert read_one(heading, cell) == (None, [("D2", code, "error")])


def test_a_unit_in_a_quantity_and_a_span_of_years_are_noted() -> None:
    quantity, noted = read_one("数量", "1,200.5㎡")
    year, first = read_one("建设年度", "2016-2017")

    assert quantity is not None
    assert year is not None
    assert (quantity.quantity, noted) == (Decimal("1200.5"), [("D2", "unit-in-cell", "note")])
    assert (year.build_year, first) == (2016, [("D2", "first-year", "note")])


@pytest.mark.parametrize("heading", ["启用时间", "合同起止时间", "使用年限", "残值率", "资产原值", "建设年度", "受益户数", "数量", "权属"])
@pytest.mark.parametrize("cell", ["2017." * 6000, "T" + " " * 30_000 + "x", "9" * 30_000, "9" * 5000 + "年", "-" * 30_000])
def test_a_text_of_any_length_is_answered_at_once(heading: str, cell: str) -> None:
    started = time.process_time()
    read_one(heading, cell)

    assert time.process_time() - started < 1
