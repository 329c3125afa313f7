"""The words banks print: names of columns, labels above and below the table, rows that are totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from insurance.base.money import half_width
from insurance.base.spreadsheet import address
from insurance.finance.cells import compact, plain

Row = Sequence[object]


class Column(StrEnum):
    """What a column of a statement holds."""

    BOOKED = "BOOKED"
    TRADED = "TRADED"
    TIME = "TIME"
    OUT = "OUT"
    IN = "IN"
    DEBIT = "DEBIT"  # 借: out by the bank's view, in by the unit's own ledger
    CREDIT = "CREDIT"
    AMOUNT = "AMOUNT"
    FLAG = "FLAG"
    BALANCE = "BALANCE"
    NAME = "NAME"
    ACCOUNT = "ACCOUNT"
    BANK = "BANK"
    NARRATIVE = "NARRATIVE"
    REFERENCE = "REFERENCE"
    OWN_ACCOUNT = "OWN_ACCOUNT"
    OWN_NAME = "OWN_NAME"
    CURRENCY = "CURRENCY"


# In each list the better source comes first.
_NAMES = {
    Column.BOOKED: "记账日期 入账日期 记账日 入账日 会计日期",
    Column.TRADED: "交易日期 日期 交易日 发生日期",
    Column.TIME: "交易时间 记账时间 入账时间 交易日期时间 发生时间 时间",
    Column.OUT: "支出 支取 支出金额 支取金额 转出金额 转出 付款金额 支出额",
    Column.IN: "收入 存入 收入金额 存入金额 转入金额 转入 收款金额 收入额",
    Column.DEBIT: "借方发生额 借方金额 借方发生金额 借方交易额 借方 借方发生",
    Column.CREDIT: "贷方发生额 贷方金额 贷方发生金额 贷方交易额 贷方 贷方发生",
    Column.AMOUNT: "交易金额 发生额 金额 交易发生额 交易发生金额 发生金额 交易额",
    Column.FLAG: "借贷标志 收支方向 借贷方向 收支标志 收付标志 借贷标记 交易方向 收支类型 借/贷 收/支 借贷 收支 方向",
    Column.BALANCE: "余额 账户余额 本次余额 交易后余额 交易余额 联机余额",
    Column.NAME: "对方户名 对方名称 对方账户名称 对方账户名 对方单位名称 对方单位 对方账号名称 交易对手名称 对手户名",
    Column.ACCOUNT: "对方账号 对方账户 对方卡号 交易对手账号 对手账号",
    Column.BANK: "对方开户行 对方开户机构 对方开户银行 对方行名 对方银行 对方开户行名",
    Column.NARRATIVE: "摘要 用途 附言 备注 交易摘要 交易用途 交易附言 客户附言 个性化信息 备注信息 交易备注 附加信息",
    Column.REFERENCE: "交易流水号 流水号 账户明细编号-交易流水号 银行流水号 核心流水号 交易流水 明细编号 回单号 回单编号 凭证号 凭证号码",
    Column.OWN_ACCOUNT: "本方账号 本方账户 查询账号 账号",
    Column.OWN_NAME: "本方户名 本方名称",
    Column.CURRENCY: "币种 货币",
}
_COLUMNS = {name: (column, rank) for column, names in _NAMES.items() for rank, name in enumerate(names.split())}
_DAYS = {Column.BOOKED, Column.TRADED, Column.TIME}
_LEAST_NAMES = 3

_BRACKETS = re.compile(r"\((.*?)\)|/元")


class Header(NamedTuple):
    """The header row (zero-based) and the columns under it, the better source of each kind first."""

    row: int
    columns: dict[Column, list[int]]
    in_wan: tuple[int, ...]  # columns that say 万元: no bank does, somebody worked on the file


def _column(cell: object) -> tuple[Column, int] | None:
    """`借方发生额/元(支取)` says outright that it is money out; other brackets hold units."""
    name = compact(cell).replace("帐", "账")
    for inside in _BRACKETS.findall(name):
        if _COLUMNS.get(inside, ("", 0))[0] in (Column.OUT, Column.IN):
            return _COLUMNS[inside]
    return _COLUMNS.get(_BRACKETS.sub("", name))


def find_header(rows: Sequence[Row]) -> Header | None:
    """The first row with three known names or more, among them a day and an amount."""
    for at, row in enumerate(rows):
        found: dict[Column, list[tuple[int, int]]] = {}
        for column, cell in enumerate(row):
            known = _column(cell) if isinstance(cell, str) else None
            if known:
                found.setdefault(known[0], []).append((known[1], column))
        amounts = Column.AMOUNT in found or _pair(found) is not None
        if sum(map(len, found.values())) >= _LEAST_NAMES and amounts and _DAYS & found.keys():
            columns = {kind: [column for _, column in sorted(places)] for kind, places in found.items()}
            return Header(at, columns, tuple(c for c, cell in enumerate(row) if "万" in compact(cell)))
    return None


def _pair(found: dict[Column, list[tuple[int, int]]]) -> tuple[Column, Column] | None:
    for out, into in ((Column.OUT, Column.IN), (Column.DEBIT, Column.CREDIT)):
        if out in found and into in found:
            return out, into
    return None


# -- labels above and below the table ---------------------------------------------------------------------------------


class Label(StrEnum):
    """What a bank prints beside the table."""

    ACCOUNT = "ACCOUNT"
    HOLDER = "HOLDER"
    CURRENCY = "CURRENCY"
    OPENING = "OPENING"
    CLOSING = "CLOSING"
    COUNT = "COUNT"
    IN_TOTAL = "IN_TOTAL"
    OUT_TOTAL = "OUT_TOTAL"
    DEBIT_TOTAL = "DEBIT_TOTAL"
    CREDIT_TOTAL = "CREDIT_TOTAL"


_LABELS = {
    name: label
    for label, names in {
        Label.ACCOUNT: "账号 账户号 账户号码 本方账号 查询账号 客户账号 账户 帐号 卡号",
        Label.HOLDER: "户名 账户名称 账户名 本方户名 单位名称 客户名称 公司名称",
        Label.CURRENCY: "币种 货币",
        Label.OPENING: "期初余额 上期余额 起始余额",
        Label.CLOSING: "期末余额",
        Label.COUNT: "总笔数 交易笔数 合计笔数 明细笔数 记录数 总记录数",
        Label.IN_TOTAL: "收入合计 收入总额 总收入金额 收入总金额",
        Label.OUT_TOTAL: "支出合计 支出总额 总支出金额 支出总金额",
        Label.DEBIT_TOTAL: "借方合计 借方总额 借方总金额 借方发生额合计",
        Label.CREDIT_TOTAL: "贷方合计 贷方总额 贷方总金额 贷方发生额合计",
    }.items()
    for name in names.split()
}
_LABEL = re.compile(
    "(" + "|".join(r"\s*".join(name) for name in sorted(_LABELS, key=len, reverse=True)) + r")\s*:\s*",
)


class Printed(NamedTuple):
    """A labelled value: the cell (or the part of it behind the colon) and where it stands."""

    label: Label
    cell: object
    address: str


def printed(row: Row, at: int, sheet: str) -> Iterator[Printed]:
    """Labels of a row with their values: `户名：某合作社 币种：人民币` in one cell, or label and value in neighbours."""
    for column, cell in enumerate(row):
        if not isinstance(cell, str):
            continue
        text = half_width(plain(cell))
        hits = list(_LABEL.finditer(text))
        ends = [hit.start() for hit in hits[1:]] + [len(text)]
        for hit, end in zip(hits, ends, strict=False):
            label = _LABELS["".join(hit[1].split())]
            value: object = text[hit.end() : end].strip()
            where = column
            if not value and end == len(text):
                value, where = _next(row, column)
            yield Printed(label, value, address(at, where, sheet))
        if not hits and compact(text) in _LABELS:
            value, where = _next(row, column)
            yield Printed(_LABELS[compact(text)], value, address(at, where, sheet))


def _next(row: Row, column: int) -> tuple[object, int]:
    """The nearest filled cell to the right (merged cells leave empty ones between)."""
    for where in range(column + 1, len(row)):
        if plain(row[where]):
            return row[where], where
    return "", column


# -- rows that are no movements ---------------------------------------------------------------------------------------

_WHOLE_TOTALS = {"合计", "总计", "总合计", "本期合计"}
_PART_TOTALS = {"小计", "累计", "本页合计", "本页小计", "本日合计", "本日小计", "当日合计", "本月合计", "本年累计", "本月累计"}
_HINTS = "计余页结"  # one of them is in every such word
_LONGEST_WORD = 12
_CARRIED = {"期初余额", "上期余额", "承前余额", "上页余额", "上日余额", "昨日余额", "承前页", "承上页", "过次页", "期末余额", "上月结转"}


class RowKind(StrEnum):
    """A row that only looks like a movement."""

    WHOLE_TOTAL = "WHOLE_TOTAL"
    PART_TOTAL = "PART_TOTAL"
    CARRIED = "CARRIED"


def row_kind(row: Row) -> RowKind | None:
    """Totals and balances carried over, known by a cell that holds nothing else."""
    words = {
        compact(cell).rstrip(":")
        for cell in row
        if isinstance(cell, str) and len(cell) <= _LONGEST_WORD and any(hint in cell for hint in _HINTS)
    }
    if words & _CARRIED:
        return RowKind.CARRIED
    if words & _PART_TOTALS:
        return RowKind.PART_TOTAL
    return RowKind.WHOLE_TOTAL if words & _WHOLE_TOTALS else None
