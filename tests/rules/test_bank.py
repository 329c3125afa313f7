"""Reading bank statements: every way Chinese banks print one gives the same lines, and a doubtful file gives none."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import read_table_file
from insurance.finance import cells
from insurance.finance.bank import line_key, read_statement
from insurance.finance.model import BankLine, Direction, Side, Statement

OWN = "1605020009022136789"
PAYEE = "9150100000000000017"
NARRATIVE = "SB190812001237 赔款"
PREAMBLE: list[list[Any]] = [
    ["账户明细"],
    ["账号：" + OWN, "", "户名：枣庄某保险支公司", "", "币种：人民币"],
]


class Grid:
    """A sheet as the reader hands it over."""

    def __init__(self, rows: Iterable[Sequence[Any]], name: str = "Sheet1") -> None:
        self.name = name
        self._rows = [list(row) for row in rows]

    def rows(self) -> list[list[Any]]:
        return self._rows


def read(rows: Iterable[Sequence[Any]], account: str = "", side: Side = Side.PAYER) -> Statement:
    return read_statement([Grid(rows)], side, account)


def refused(rows: Iterable[Sequence[Any]], account: str = "") -> dict[str, str]:
    """The cells a file is refused for, with the text of each."""
    with pytest.raises(Invalid) as refusal:
        read(rows, account)
    assert refusal.value.faults
    return {fault.field: str(fault.text) for fault in refusal.value.faults}


# 500,000.00 to begin with, 40,031.01 paid, 5.00 fee, 40,031.01 returned: the movements of the sample statement
HEAD = ["交易日期", "交易时间", "借方发生额", "贷方发生额", "余额", "对方户名", "对方账号", "摘要", "交易流水号"]
LINES: list[list[Any]] = [
    ["2019-08-12", "10:20:30", "40,031.01", "", "459,968.99", "坛山某合作社", PAYEE, NARRATIVE, "A001"],
    ["2019-08-12", "10:20:31", "5.00", "", "459,963.99", "", "", "手续费", "A002"],
    ["2019-08-13", "09:00:00", "", "40,031.01", "499,995.00", "坛山某合作社", PAYEE, "退汇", "A003"],
]


def test_a_statement_is_read_whole_with_its_totals() -> None:
    statement = read([*PREAMBLE, HEAD, *LINES])

    assert (statement.account, statement.holder, statement.side) == (OWN, "枣庄某保险支公司", Side.PAYER)
    assert [(line.direction, line.amount_fen, line.balance_fen) for line in statement.lines] == [
        (Direction.OUT, 4_003_101, 45_996_899),
        (Direction.OUT, 500, 45_996_399),
        (Direction.IN, 4_003_101, 49_999_500),
    ]
    assert (statement.opening_fen, statement.closing_fen) == (50_000_000, 49_999_500)
    assert (statement.in_fen, statement.out_fen) == (4_003_101, 4_003_601)
    assert (statement.from_on, statement.until_on) == (dt.date(2019, 8, 12), dt.date(2019, 8, 13))
    first = statement.lines[0]
    assert (first.booked_on, first.booked_time) == (dt.date(2019, 8, 12), dt.time(10, 20, 30))
    assert (first.counterparty_name, first.counterparty_account) == ("坛山某合作社", PAYEE)
    assert (first.narrative, first.reference) == (NARRATIVE, "A001")


# -- headers ----------------------------------------------------------------------------------------------------------

OUT_IN_HEADERS = [
    ("借方发生额", "贷方发生额"),
    ("借方金额", "贷方金额"),
    ("支出", "收入"),
    ("支取", "存入"),
    ("借方发生额/元(支取)", "贷方发生额/元(收入)"),
    ("借方发生额（元）", "贷方发生额（元）"),
    (" 借 方 发生额 ", "贷　方发生额"),
]


@pytest.mark.parametrize(("out", "into"), OUT_IN_HEADERS)
def test_every_pair_of_amount_headers_gives_the_same_lines(out: str, into: str) -> None:
    head = [*HEAD[:2], out, into, *HEAD[4:]]

    assert read([*PREAMBLE, head, *LINES]).lines == read([*PREAMBLE, HEAD, *LINES]).lines


@pytest.mark.parametrize(
    ("place", "name"),
    [
        *((0, name) for name in ("记账日期", "入账日期", "日期")),
        *((4, name) for name in ("账户余额", "余额(元)")),
        *((5, name) for name in ("对方名称", "对方单位名称")),
        *((6, name) for name in ("对方账户", "对方帐号")),
        *((7, name) for name in ("用途", "附言", "备注")),
        *((8, name) for name in ("流水号", "凭证号", "回单号", "账户明细编号-交易流水号")),
    ],
)
def test_every_other_header_has_its_variants(place: int, name: str) -> None:
    head = [*HEAD[:place], name, *HEAD[place + 1 :]]

    assert read([*PREAMBLE, head, *LINES]).lines == read([*PREAMBLE, HEAD, *LINES]).lines


@pytest.mark.parametrize("amount", ["金额", "交易金额", "发生额"])
@pytest.mark.parametrize("flag", ["借贷标志", "收支方向"])
@pytest.mark.parametrize("words", ["借贷", "DC", "支收", "-+", "－＋", ("借方", "贷方")])
def test_one_amount_with_a_flag_gives_the_same_lines(amount: str, flag: str, words: Sequence[str]) -> None:
    rows = [[*line[:2], line[2] or line[3], words[0] if line[2] else words[1], *line[4:]] for line in LINES]

    statement = read([*PREAMBLE, [*HEAD[:2], amount, flag, *HEAD[4:]], *rows])

    assert statement.lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_one_signed_amount_needs_no_flag() -> None:
    rows = [[*line[:2], "-" + line[2] if line[2] else line[3], *line[4:]] for line in LINES]

    assert read([*PREAMBLE, [*HEAD[:2], "交易金额", *HEAD[4:]], *rows]).lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_a_minus_sign_that_only_repeats_the_flag_is_dropped() -> None:
    rows = [[*line[:2], "-" + line[2] if line[2] else line[3], "借" if line[2] else "贷", *line[4:]] for line in LINES]

    statement = read([*PREAMBLE, [*HEAD[:2], "发生额", "借贷标志", *HEAD[4:]], *rows])

    assert statement.lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_a_red_entry_moves_money_the_other_way() -> None:
    red = [*LINES[:2], [*LINES[2][:2], "-40,031.01", "", *LINES[2][4:]]]

    assert read([*PREAMBLE, HEAD, *red]).lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_a_full_time_stamp_gives_the_time_of_the_booking_day() -> None:
    head = ["交易时间", "记账日期", *HEAD[2:]]
    rows = [["2019-08-11 23:59:58", line[0], *line[2:]] for line in LINES]

    first = read([*PREAMBLE, head, *rows]).lines[0]

    assert (first.booked_on, first.booked_time) == (dt.date(2019, 8, 12), dt.time(23, 59, 58))


def test_the_booking_day_comes_before_the_trading_day() -> None:
    rows = [["2019-08-11", *line] for line in LINES]

    statement = read([*PREAMBLE, ["交易日期", "记账日期", *HEAD[1:]], *rows])

    assert statement.lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_a_time_stamp_alone_gives_day_and_time() -> None:
    rows = [[f"{line[0]} {line[1]}", *line[2:]] for line in LINES]

    assert read([*PREAMBLE, ["交易时间", *HEAD[2:]], *rows]).lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_all_text_columns_are_kept_each_text_once() -> None:
    head = [*HEAD, "用途", "备注"]
    rows = [[*LINES[0], "农险赔款", "农险赔款"], *([*line, "", ""] for line in LINES[1:])]

    assert read([*PREAMBLE, head, *rows]).lines[0].narrative == f"{NARRATIVE}；农险赔款"


def test_a_preamble_row_of_three_labels_is_not_taken_for_the_header() -> None:
    labels = ["账号", OWN, "币种", "人民币", "余额", "499,995.00"]

    assert len(read([labels, HEAD, *LINES]).lines) == 3


# -- sign and order ---------------------------------------------------------------------------------------------------


def ledger_view(line: list[Any]) -> list[Any]:
    return [*line[:2], line[3], line[2], *line[4:]]


@pytest.mark.parametrize("rows", [LINES, LINES[::-1]], ids=["oldest first", "newest first"])
def test_the_running_balance_decides_what_debit_means(rows: list[list[Any]]) -> None:
    expected = read([*PREAMBLE, HEAD, *LINES])

    assert read([*PREAMBLE, HEAD, *rows]) == expected
    assert read([*PREAMBLE, HEAD, *map(ledger_view, rows)]) == expected


def test_the_unit_ledger_view_turns_flags_round_too() -> None:
    rows = [[*line[:2], line[2] or line[3], "贷" if line[2] else "借", *line[4:]] for line in LINES]

    statement = read([*PREAMBLE, [*HEAD[:2], "发生额", "借贷标志", *HEAD[4:]], *rows])

    assert statement.lines == read([*PREAMBLE, HEAD, *LINES]).lines


def test_outright_words_are_never_turned_round() -> None:
    for out, into in (("支出", "收入"), ("借方发生额/元(支取)", "贷方发生额/元(收入)")):
        swapped = [*PREAMBLE, [*HEAD[:2], out, into, *HEAD[4:]], *map(ledger_view, LINES)]
        assert "E5" in refused(swapped)


@pytest.mark.parametrize(
    ("first_day", "second_day", "first", "second"),
    [("2019-08-12", "2019-08-13", "100.00", "200.00"), ("2019-08-13", "2019-08-12", "200.00", "100.00")],
)
def test_days_decide_where_equal_amounts_fit_both_ways(first_day: str, second_day: str, first: str, second: str) -> None:
    head = ["交易日期", "借方金额", "贷方金额", "余额"]

    statement = read([head, [first_day, "", "100", first], [second_day, "", "100", second]], OWN)

    assert [(line.direction, line.balance_fen) for line in statement.lines] == [(Direction.IN, 10_000), (Direction.IN, 20_000)]


def test_days_that_would_run_backwards_speak_for_the_unit_ledger_view() -> None:
    head = ["交易日期", "借方金额", "贷方金额", "余额"]

    statement = read([head, ["2019-08-13", "", "100", "100.00"], ["2019-08-12", "", "100", "200.00"]], OWN)

    assert [(line.direction, line.balance_fen) for line in statement.lines] == [
        (Direction.OUT, 20_000),
        (Direction.OUT, 10_000),
    ]


def test_a_single_line_is_read_as_the_bank_means_it_unless_the_opening_balance_says_otherwise() -> None:
    table = [["交易日期", "借方金额", "贷方金额", "余额"], ["2019-08-12", "100", "", "900"]]

    assert read(table, OWN).lines[0].direction is Direction.OUT
    assert read([["期初余额：", "800.00"], *table], OWN).lines[0].direction is Direction.IN


@pytest.mark.parametrize(
    ("row", "column", "wrong", "named"),
    [
        (0, 4, "459,968.98", "E4"),  # the first balance
        (1, 4, "459,963.98", "E5"),
        (1, 2, "5.01", "E5"),
        (2, 3, "40,031.02", "E6"),
    ],
)
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_file_in_which_no_sign_fits_is_refused_by_its_first_row_that_breaks(
    row: int, column: int, wrong: str, named: str, newest_first: bool
) -> None:
    opening = [["期初余额：500,000.00"], PREAMBLE[1]]
    lines = [list(line) for line in LINES]
    lines[row][column] = wrong
    if newest_first:
        lines.reverse()
        named = f"E{10 - int(named[1:])}"

    faults = refused([*opening, HEAD, *lines])

    assert list(faults) == [named]
    assert f"第{named[1:]}行" in faults[named]


def test_a_missing_row_is_noticed() -> None:
    assert list(refused([*PREAMBLE, HEAD, LINES[0], LINES[2]])) == ["E5"]


def test_a_missing_last_row_is_noticed_by_the_closing_balance() -> None:
    assert list(refused([*PREAMBLE, HEAD, *LINES[:2], ["期末余额：499,995.00"]])) == ["E5"]


def test_rows_without_a_balance_are_summed_over() -> None:
    rows: list[list[Any]] = [LINES[0], [*LINES[1][:4], "", *LINES[1][5:]], LINES[2]]

    assert [line.balance_fen for line in read([*PREAMBLE, HEAD, *rows]).lines] == [45_996_899, None, 49_999_500]
    rows[2] = [*LINES[2][:4], "500,000.00", *LINES[2][5:]]
    assert list(refused([*PREAMBLE, HEAD, *rows])) == ["E6"]


def test_without_a_balance_outright_words_are_enough_and_debit_is_not() -> None:
    head = ["交易日期", "支出", "收入", "摘要"]
    rows = [["2019-08-12", "40,031.01", "", "赔款"], ["2019-08-13", "", "40,031.01", "退汇"]]

    assert [line.direction for line in read([head, *rows], OWN).lines] == [Direction.OUT, Direction.IN]
    head = ["交易日期", "借方金额", "贷方金额", "摘要"]
    assert list(refused([head, *rows], OWN)) == ["B1"]
    assert list(refused([["期初余额：100,000.00"], head, *rows], OWN)) == ["B2"]
    printed = [["期初余额：100,000.00", "", "期末余额：100,005.00"]]
    rows[0][1] = "40,026.01"
    assert [line.direction for line in read([*printed, head, *rows], OWN).lines] == [Direction.OUT, Direction.IN]


# -- what is no movement ----------------------------------------------------------------------------------------------


def test_totals_carried_balances_notes_and_repeated_headers_are_skipped() -> None:
    rows: list[list[Any]] = [
        ["", "", "", "", "500,000.00", "", "", "承前页", ""],
        LINES[0],
        ["本页合计", "", "40,031.01", "", "", "", "", "", ""],
        HEAD,
        LINES[1],
        [],
        LINES[2],
        ["合 计", "", "40,036.01", "40,031.01", "", "", "", "", ""],
        ["总笔数：3", "", "借方合计：40,036.01", "", "贷方合计：40,031.01", "期末余额：499,995.00"],
        ["打印时间：2019-09-01 08:00:00"],
    ]

    assert read([*PREAMBLE, HEAD, *rows]) == read([*PREAMBLE, HEAD, *LINES])


def test_totals_may_be_of_each_page_or_of_all_pages_so_far() -> None:
    first, second = ["合计", "", "40,031.01", ""], ["合计", "", "5.00", "40,031.01"]
    so_far = ["合计", "", "40,036.01", "40,031.01"]

    for last in (second, so_far):
        assert len(read([*PREAMBLE, HEAD, LINES[0], first, *LINES[1:], last]).lines) == 3
    assert list(refused([*PREAMBLE, HEAD, LINES[0], so_far, *LINES[1:]])) == ["C5", "D5"]


@pytest.mark.parametrize("narrative", ["合计", "上月结转", "承前页"])
def test_a_dated_row_with_an_amount_is_a_movement_whatever_its_text(narrative: str) -> None:
    rows = [[*LINES[0][:7], narrative, *LINES[0][8:]], *LINES[1:]]

    assert [line.narrative for line in read([*PREAMBLE, HEAD, *rows]).lines] == [narrative, "手续费", "退汇"]


def test_figures_without_a_label_below_the_totals_are_no_movement_if_a_balance_would_miss_it() -> None:
    footer: list[list[Any]] = [["合计", "", "40,036.01", "40,031.01"], ["2", "40,036.01", "1", "40,031.01"]]

    assert len(read([*PREAMBLE, HEAD, *LINES, *footer]).lines) == 3
    without = [[*row[:4], "", *row[5:]] for row in [*LINES, *footer]]
    head = [*HEAD[:2], "支出", "收入", "", *HEAD[5:]]
    assert "A8" in refused([*PREAMBLE, head, *without])


def test_an_undated_row_with_a_balance_and_an_unreadable_amount_refuses_the_file() -> None:
    assert set(refused([*PREAMBLE, HEAD, *LINES, ["", "", "四万", "", "459,995.00"]])) == {"A7", "C7"}


def test_of_several_printed_pages_the_first_opening_and_the_last_closing_balance_count() -> None:
    pages: list[list[Any]] = [
        ["期初余额：500,000.00"],
        *PREAMBLE,
        HEAD,
        LINES[0],
        ["期末余额：459,968.99"],
        ["期初余额：459,968.99"],
        *LINES[1:],
        ["期末余额：499,995.00"],
    ]

    assert len(read(pages).lines) == 3


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (["合计", "", "40,036.02", "40,031.01"], "C7"),
        (["合计", "", "40,036.01", "0.01"], "D7"),
        (["总笔数：4"], "A7"),
        (["总笔数", "4笔"], "B7"),
        (["支出合计：40,036.00"], "A7"),
        (["贷方合计：40,031.00"], "A7"),
    ],
)
def test_a_printed_total_that_differs_refuses_the_file(row: list[Any], named: str) -> None:
    assert list(refused([*PREAMBLE, HEAD, *LINES, row])) == [named]


def test_totals_follow_the_view_the_balance_chose() -> None:
    rows = [*map(ledger_view, LINES), ["支出合计：40,036.01", "", "借方合计：40,031.01"]]

    assert len(read([*PREAMBLE, HEAD, *rows]).lines) == 3


# -- the account ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [float(PAYEE), int(PAYEE), "9.15E+18", "9.1501E+18", 123456.0])
def test_an_account_number_that_a_spreadsheet_made_a_number_refuses_the_file(cell: object) -> None:
    rows = [[*LINES[0][:6], cell, *LINES[0][7:]], *LINES[1:]]

    faults = refused([*PREAMBLE, HEAD, *rows])

    assert list(faults) == ["G4"]
    assert "文本" in faults["G4"]
    assert not any(sign.isdigit() for sign in faults["G4"])  # nothing of the account itself


@pytest.mark.parametrize(
    "cell", [f" {PAYEE} ", f"'{PAYEE}", f'="{PAYEE}"', "9150 1000 0000 0000 017", PAYEE.translate({48 + n: 0xFF10 + n for n in range(10)})]
)
def test_an_account_number_kept_as_text_is_read_plain(cell: str) -> None:
    rows = [[*LINES[0][:6], cell, *LINES[0][7:]], *LINES[1:]]

    assert read([*PREAMBLE, HEAD, *rows]).lines[0].counterparty_account == PAYEE


def test_a_masked_account_counts_as_unknown() -> None:
    rows = [[*LINES[0][:6], "9150****0017", *LINES[0][7:]], *LINES[1:]]

    assert read([*PREAMBLE, HEAD, *rows]).lines[0].counterparty_account == ""


@pytest.mark.parametrize(
    "preamble",
    [
        [["账　　号", OWN, "账户名称", "枣庄某保险支公司"]],
        [["户名：枣庄某保险支公司  账号：1605 0200 0902 2136 789  币种：人民币"]],
        [["本方账号:" + OWN], ["户 名:", "", "枣庄某保险支公司"]],
    ],
)
def test_own_account_and_name_stand_above_the_table_in_many_ways(preamble: list[list[Any]]) -> None:
    statement = read([*preamble, HEAD, *LINES])

    assert (statement.account, statement.holder) == (OWN, "枣庄某保险支公司")


def test_own_account_may_stand_in_a_column_or_come_with_the_upload() -> None:
    column = [[*HEAD, "本方账号", "币种"], *([*line, OWN, "人民币"] for line in LINES)]

    assert read(column).account == OWN
    assert read([HEAD, *LINES], OWN).account == OWN
    assert read([HEAD, *LINES], OWN).lines == read(column).lines


@pytest.mark.parametrize(
    ("rows", "account", "named"),
    [
        ([HEAD, *LINES], "", "account"),  # nowhere
        ([HEAD, *LINES], "1.6E+18", "account"),
        ([["账号：" + OWN], HEAD, *LINES], "6222020000000000000", "A1"),  # another than the chosen one
        ([["账号：", float(OWN)], HEAD, *LINES], "", "B1"),
        ([[*HEAD, "本方账号"], *([*line, OWN] for line in LINES[:2]), [*LINES[2], PAYEE]], "", "J4"),
        ([[*HEAD, "币种"], [*LINES[0], "美元"]], OWN, "J2"),
        ([["币种：美元"], HEAD, *LINES], OWN, "A1"),
        ([HEAD], OWN, "A1"),  # a header, no line
        ([[*HEAD[:4], "余额(万元)", *HEAD[5:]], *LINES], OWN, "E1"),
        ([["日期", "摘要"], ["2019-08-12", "无金额"]], OWN, "file"),
        ([], OWN, "file"),
    ],
)
def test_a_file_that_is_not_one_yuan_account_is_refused(rows: list[list[Any]], account: str, named: str) -> None:
    assert named in refused(rows, account)


def test_a_second_table_in_the_file_is_refused_and_other_sheets_are_ignored() -> None:
    table = Grid([*PREAMBLE, HEAD, *LINES])
    notes = Grid([["说明"], ["本表由网银导出"]], "说明")

    assert len(read_statement([notes, table], Side.PAYER).lines) == 3
    with pytest.raises(Invalid):
        read_statement([table, table], Side.PAYER)
    table.rows()[3][2] = "四万"
    with pytest.raises(Invalid) as refusal:
        read_statement([notes, table], Side.PAYER)
    assert [fault.field for fault in refusal.value.faults] == ["Sheet1!C4"]


def test_all_faults_of_a_file_are_named_at_once_and_nothing_is_read() -> None:
    rows: list[list[Any]] = [
        ["2019-02-29", "", "1.00", "", "499,999.00", "", 6.222e18, "", "A1"],
        ["2019-08-12", "", "一元", "", "5e3", "", "", "", 1.2345678901234567e18],
        ["", "", "1.00", "", "499,997.00", "", "", "", "A3"],
        ["2019-08-12", "", "1.00", "2.00", "499,996.00", "", "", "", "A4"],
        ["2019-08-12", "", "", "", "499,996.00", "", "", "", "A5"],
        ["2019-08-12", "", "1.001", "", "499,996.00", "", "", "", "A6"],
    ]

    assert set(refused([*PREAMBLE, HEAD, *rows])) == {"A4", "G4", "C5", "E5", "I5", "A6", "C7", "C8", "C9"}


# -- single cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("1,234.56", 123_456),
        ("１，２３４．５６", 123_456),
        ("￥1,234.56", 123_456),
        ("¥ 1,234.56", 123_456),
        ("CNY1234.56", 123_456),
        ("1234.56元", 123_456),
        ("+1234.5", 123_450),
        ("-1,234.56", -123_456),
        ("−1,234.56", -123_456),
        ("(1,234.56)", -123_456),
        (1234.56, 123_456),
        (0.1 + 0.2, 30),
        (1234, 123_400),
        (Decimal("1234.56"), 123_456),
        (999_999_999_999.99, 99_999_999_999_999),
        ("", None),
        ("-", None),
        ("--", None),
        (None, None),
    ],
)
def test_an_amount_is_read_to_the_fen(cell: object, fen: int | None) -> None:
    assert cells.fen(cell) == fen


@pytest.mark.parametrize(
    "cell", ["1,23.45", "1234.567", "1.2.3", "12 千", "1e3", "5²", "(-1.00)", 1234.567, float("nan"), float("inf"), 1e15, "九元"]
)
def test_what_is_no_amount_is_said_to_be_none(cell: object) -> None:
    assert str(cells.fen(cell))
    assert not isinstance(cells.fen(cell), int | None)


DAY = dt.date(2019, 8, 12)
AT = dt.time(10, 20, 30)


@pytest.mark.parametrize(
    ("cell", "day", "time"),
    [
        ("2019-08-12", DAY, None),
        ("2019/8/12", DAY, None),
        ("2019.08.12", DAY, None),
        ("2019年8月12日", DAY, None),
        ("20190812", DAY, None),
        ("２０１９－０８－１２", DAY, None),
        (20190812, DAY, None),
        (20190812.0, DAY, None),
        (43689.0, DAY, None),
        (43689.430902777778, DAY, AT),
        (DAY, DAY, None),
        (dt.datetime(2019, 8, 12), DAY, None),
        (dt.datetime(2019, 8, 12, 10, 20, 30), DAY, AT),
        ("2019-08-12 10:20:30", DAY, AT),
        ("2019-08-12T10:20:30", DAY, AT),
        ("2019-08-12 10:20", DAY, dt.time(10, 20)),
        ("2019-08-12-10.20.30", DAY, AT),
        ("2019-08-12 10:20:30.123", DAY, AT),
        ("20190812 10:20:30", DAY, AT),
        ("20190812102030", DAY, AT),
        ("2019年08月12日 10时20分30秒", DAY, AT),
    ],
)
def test_a_day_is_read_in_all_usual_forms(cell: object, day: dt.date, time: dt.time | None) -> None:
    assert cells.moment(cell) == (day, time)


@pytest.mark.parametrize("cell", ["2019-02-29", "2019-13-01", "12/08/2019", "19-08-12", "昨日", "2019-08", 12, "2019-08-12 25:00:00"])
def test_what_is_no_day_is_said_to_be_none(cell: object) -> None:
    assert not isinstance(cells.moment(cell), tuple | None)


@pytest.mark.parametrize(
    "cell", ["10:20:30", "102030", 102030, AT, "10时20分30秒", 0.430902777778, dt.timedelta(hours=10, minutes=20, seconds=30)]
)
def test_a_time_is_read_in_all_usual_forms(cell: object) -> None:
    assert cells.time_of_day(cell) == AT


# -- keys -------------------------------------------------------------------------------------------------------------


def test_the_same_movement_has_the_same_key_in_any_file() -> None:
    whole = read([*PREAMBLE, HEAD, *LINES])
    first, second = read([*PREAMBLE, HEAD, *LINES[:2]]), read([*PREAMBLE, HEAD, *LINES[1:][::-1]])

    keys = [line.key for line in whole.lines]
    assert [line.key for line in first.lines] == keys[:2]
    assert [line.key for line in second.lines] == keys[1:]
    assert len(set(keys)) == 3


def test_lines_equal_in_everything_are_told_apart_by_their_count() -> None:
    head = ["交易日期", "支出", "收入", "摘要"]

    lines = read([head, *[["2019-08-12", "5.00", "", "手续费"]] * 3], OWN).lines

    assert len({line.key for line in lines}) == 3
    assert lines[2].key == line_key(OWN, DAY, "", 500, Direction.OUT, None, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"account": PAYEE},
        {"booked_on": dt.date(2019, 8, 13)},
        {"reference": "B"},
        {"amount_fen": 501},
        {"direction": Direction.IN},
        {"balance_fen": 1},
        {"nth": 1},
    ],
)
def test_every_part_of_a_line_counts_for_its_key(change: dict[str, Any]) -> None:
    plain: dict[str, Any] = {
        "account": OWN,
        "booked_on": DAY,
        "reference": "A",
        "amount_fen": 500,
        "direction": Direction.OUT,
        "balance_fen": None,
        "nth": 0,
    }

    assert line_key(**plain) != line_key(**plain | change)


# -- real files -------------------------------------------------------------------------------------------------------


async def test_a_gb18030_csv_and_a_workbook_give_the_same_statement() -> None:
    rows = [*PREAMBLE, HEAD, *LINES]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)

    files = [await read_table_file(content) for content in (text.encode("gb18030"), made.getvalue())]

    statements = [read_statement(file.sheets, Side.PAYER) for file in files]
    assert statements[0] == statements[1] == read(rows)


# -- planted statements -----------------------------------------------------------------------------------------------


class Planted(NamedTuple):
    """A movement as it truly was."""

    days_later: int
    signed_fen: int
    name: str
    account: str
    narrative: str


MOVEMENTS = st.lists(
    st.builds(
        Planted,
        st.integers(0, 3),
        st.integers(1, 9_999_999).flatmap(lambda fen: st.sampled_from([fen, -fen])) | st.sampled_from([500, -500]),
        st.sampled_from(["坛山某合作社", "某村股份经济合作社（总社）", ""]),
        st.sampled_from([PAYEE, "91501-0001", ""]),
        st.sampled_from([NARRATIVE, "手续费", "合计", "", "转 账"]),
    ),
    min_size=1,
    max_size=12,
)
STYLES = {
    "dated": [
        lambda day: day.isoformat(),
        lambda day: f"{day:%Y%m%d}",
        lambda day: f"{day.year}年{day.month}月{day.day}日",
        lambda day: day,
        lambda day: float((day - dt.date(1899, 12, 30)).days),
    ],
    "amount": [lambda fen: f"{fen / 100:,.2f}", lambda fen: fen / 100, lambda fen: f"￥{fen / 100:.2f}"],
}
LAYOUTS = [("支出", "收入", None), ("借方发生额", "贷方发生额", None), ("交易金额", "借贷标志", "借贷"), ("发生额", "收支方向", "支收")]


@settings(max_examples=500)
@given(data=st.data(), movements=MOVEMENTS, opening=st.integers(-100_000, 10**10))
def test_a_planted_statement_is_read_back_to_the_same_lines(data: st.DataObject, movements: list[Planted], opening: int) -> None:
    dated, amount = data.draw(st.sampled_from(STYLES["dated"])), data.draw(st.sampled_from(STYLES["amount"]))
    first, second, words = data.draw(st.sampled_from(LAYOUTS))
    from_ledger = "借" in first + second and data.draw(st.booleans())
    truth: list[tuple[Any, ...]] = []
    rows: list[dict[str, Any]] = []
    day, balance = dt.date(2019, 7, 1), opening
    for number, move in enumerate(movements):
        day, balance = day + dt.timedelta(days=move.days_later), balance + move.signed_fen
        fen, goes_out = abs(move.signed_fen), move.signed_fen < 0
        truth.append(
            (
                day,
                Direction.OUT if goes_out else Direction.IN,
                fen,
                balance,
                move.name,
                move.account.replace("-", ""),
                move.narrative,
                f"R{number}",
            )
        )
        left = goes_out is not from_ledger  # stands under the first word of the pair
        sides = (
            {first: amount(fen), second: words[0 if left else 1]}
            if words
            else {first: amount(fen) if left else "", second: "" if left else amount(fen)}
        )
        rows.append(
            {
                "记账日期": dated(day),
                "余额": amount(balance),
                "对方户名": move.name,
                "对方账号": move.account,
                "附言": move.narrative,
                "流水号": f"R{number}",
                **sides,
            }
        )
    if data.draw(st.booleans()):
        rows.reverse()
    head = data.draw(st.permutations(list(rows[0])))
    preamble = [["银行账户明细"], ["账号：" + OWN], ["打印柜员", "007"], []]
    if from_ledger:  # equal amounts all on one side fit both views: then the opening balance decides
        preamble.append(["期初余额", f"{opening / 100:,.2f}"])
    footer: list[list[Any]] = data.draw(st.sampled_from([[], [["总笔数：" + str(len(rows))]], [[], ["以上为全部流水"]]]))

    statement = read([*data.draw(st.permutations(preamble)), head, *([row[name] for name in head] for row in rows), *footer])

    told = [
        (
            line.booked_on,
            line.direction,
            line.amount_fen,
            line.balance_fen,
            line.counterparty_name,
            line.counterparty_account,
            line.narrative,
            line.reference,
        )
        for line in statement.lines
    ]
    assert sorted(told, key=str) == sorted(truth, key=str)
    assert len({line.key for line in statement.lines}) == len(truth)
    assert statement.in_fen - statement.out_fen == balance - opening


@settings(max_examples=200)
@given(movements=MOVEMENTS, cut=st.integers(0, 12), overlap=st.integers(0, 12), newest_first=st.booleans())
def test_overlapping_halves_hold_exactly_the_lines_of_the_whole(
    movements: list[Planted], cut: int, overlap: int, newest_first: bool
) -> None:
    day, balance = dt.date(2019, 7, 1), 0
    rows = []
    for move in movements:
        day, balance = day + dt.timedelta(days=move.days_later), balance + move.signed_fen
        fen = f"{abs(move.signed_fen) / 100:.2f}"
        rows.append([day, fen if move.signed_fen < 0 else "", fen if move.signed_fen > 0 else "", balance / 100, move.name])
    head = ["交易日期", "支出", "收入", "余额", "对方户名"]

    def lines(part: list[list[Any]]) -> set[BankLine]:
        statement = read([head, *(part[::-1] if newest_first else part)], OWN)
        return {msgspec.structs.replace(line) for line in statement.lines}

    parts = [part for part in (rows[: cut + overlap], rows[cut:]) if part]
    assert {line.key for part in parts for line in lines(part)} == {line.key for line in lines(rows)}
