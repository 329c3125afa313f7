"""Single cells of a statement, the key of a line, and planted statements read back."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.spreadsheet import read_table_file
from insurance.finance import cells
from insurance.finance.bank import line_key, read_statement
from insurance.finance.model import Direction, Side
from make.bank import HEAD, LINES, NARRATIVE, OWN, PAYEE, PREAMBLE, read
from make.bank_shelf import Shelf, file, returns, row


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
        rows.append(row(move.signed_fen, balance, day=day, name=move.name))
    parts = [part for part in (rows[: cut + overlap], rows[cut:]) if part]

    for order in (parts, parts[::-1]):
        shelf = Shelf()
        asked = [day for part in order for day in shelf.take(file(part[::-1] if newest_first else part))]
        assert all(returns(rows, day) for day in asked), "asked without a return"
        assert asked or set(shelf.keys) == {line.key for line in file(rows).lines}
