"""Reading bank statements: every way Chinese banks print one gives the same lines, and a doubtful file gives none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from insurance.finance.model import Direction, Side
from make.bank import HEAD, LINES, NARRATIVE, OWN, PAYEE, PREAMBLE, ledger_view, read, refused


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
