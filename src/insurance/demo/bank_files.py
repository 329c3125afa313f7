"""Statements of the insurers' accounts as two banks give them: a workbook with a preamble, and a GB18030 text file, newest first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import accumulate

import msgspec
import xlsxwriter

from insurance.access.clock import at
from insurance.base.money import FEN_PER_YUAN, Fen, yuan


class Form(StrEnum):
    """Which bank's file."""

    WORKBOOK = "WORKBOOK"
    TEXT = "TEXT"


class Booking(msgspec.Struct, frozen=True):
    """One movement on the account. `signed_fen`: money in is positive."""

    on: date
    signed_fen: int
    name: str
    account: str = ""
    bank: str = ""
    narrative: str = ""


def statement(form: Form, account: str, holder: str, opening_fen: Fen, bookings: Sequence[Booking]) -> bytes:
    """The file of one account; bookings come oldest first."""
    balances = list(accumulate((one.signed_fen for one in bookings), initial=opening_fen))[1:]
    write = _workbook if form is Form.WORKBOOK else _text
    return write(account, holder, bookings, balances)


def _reference(booking: Booking, number: int) -> str:
    return f"{booking.on:%Y%m%d}{number:08d}"


def _workbook(account: str, holder: str, bookings: Sequence[Booking], balances: Sequence[int]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": at(bookings[-1].on)})
        page = book.add_worksheet("明细")
        for row, cells in enumerate((("账户明细查询",), ("账号：", account, "户名：", holder), ("币种：", "人民币"))):
            page.write_row(row, 0, cells)
        heads = (
            "交易日期",
            "交易时间",
            "借方发生额",
            "贷方发生额",
            "余额",
            "对方账号",
            "对方户名",
            "对方开户行",
            "摘要",
            "附言",
            "交易流水号",
        )
        page.write_row(4, 0, heads)
        row = 5
        for number, (one, balance) in enumerate(zip(bookings, balances, strict=True)):
            page.write_string(row, 0, f"{one.on:%Y-%m-%d}")
            page.write_string(row, 1, f"{9 + number % 8:02d}:{number * 7 % 60:02d}:00")
            page.write_number(row, 2 if one.signed_fen < 0 else 3, abs(one.signed_fen) / FEN_PER_YUAN)
            page.write_number(row, 4, balance / FEN_PER_YUAN)
            summary = "转账支取" if one.signed_fen < 0 else "转账存入"
            texts = (one.account, one.name, one.bank, summary, one.narrative, _reference(one, number))
            for column, text in enumerate(texts, start=5):
                page.write_string(row, column, text)
            row += 1
        page.write_string(row, 0, "合计")
        page.write_number(row, 2, -sum(one.signed_fen for one in bookings if one.signed_fen < 0) / FEN_PER_YUAN)
        page.write_number(row, 3, sum(one.signed_fen for one in bookings if one.signed_fen > 0) / FEN_PER_YUAN)
    return out.getvalue()


def _text(account: str, holder: str, bookings: Sequence[Booking], balances: Sequence[int]) -> bytes:
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([f"本方账号：{account}", f"户名：{holder}"])
    sheet.writerow(["记账日期", "收支方向", "交易金额", "账户余额", "对方户名", "对方账号", "对方开户行", "用途", "流水号", "币种"])
    numbered = list(enumerate(zip(bookings, balances, strict=True)))
    for number, (one, balance) in reversed(numbered):
        way = "支出" if one.signed_fen < 0 else "收入"
        amounts = (way, yuan(abs(one.signed_fen)), yuan(balance))
        told = (one.name, f"\t{one.account}" if one.account else "", one.bank, one.narrative, _reference(one, number), "人民币")
        sheet.writerow([f"{one.on:%Y%m%d}", *amounts, *told])
    return out.getvalue().encode("gb18030")
