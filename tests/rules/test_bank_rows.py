"""Which rows of a statement are movements, which totals must fit, whose account it is."""

from __future__ import annotations

from typing import Any

import pytest

from insurance.base.errors import Invalid
from insurance.finance.bank import read_statement
from insurance.finance.model import Side
from make.bank import HEAD, LINES, OWN, PAYEE, PREAMBLE, Grid, ledger_view, read, refused

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
