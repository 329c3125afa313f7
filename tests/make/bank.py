"""A bank statement as rows, read or refused: the movements of the sample statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from insurance.base.errors import Invalid
from insurance.finance.bank import read_statement
from insurance.finance.model import Side, Statement

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


def ledger_view(line: list[Any]) -> list[Any]:
    """The same line as the unit's own ledger prints it."""
    return [*line[:2], line[3], line[2], *line[4:]]
