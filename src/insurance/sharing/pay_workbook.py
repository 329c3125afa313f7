"""付款名单 as the bank's Excel: account numbers as text, a control total, the same bytes whenever it is made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from insurance.base.money import Fen
from insurance.base.spreadsheet_out import Column, Shape, write_workbook

# A bank reads these headings, whatever language the clerk reads.
_COLUMNS = (
    Column("序号", width=8), Column("户名", width=24), Column("账号", width=26), Column("开户行", width=26),
    Column("金额（元）", Shape.MONEY, 16),
    Column("用途", width=30),
)  # fmt: skip


class Payee(msgspec.Struct, frozen=True):
    """One line, the number in plain text: for a workbook that is being made."""

    holder_name: str
    account: str
    bank_name: str
    amount_fen: Fen


def pay_workbook(number: str, made_at: dt.datetime, told: str, payees: Sequence[Payee]) -> bytes:
    """The list with its count and total in the last row."""
    rows: list[tuple[object, ...]] = [
        (str(place), one.holder_name, one.account, one.bank_name, one.amount_fen, f"{told} {number}")
        for place, one in enumerate(payees, start=1)
    ]
    rows.append(("合计", f"{len(payees)} 笔", "", "", sum(one.amount_fen for one in payees), number))
    return write_workbook(_COLUMNS, rows, title=number, made_at=made_at)
