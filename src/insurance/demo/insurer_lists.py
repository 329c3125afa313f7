"""理赔支付清单 of the demo's insurers: after every month its adjuster hands in what was paid, with the slips clerks make."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec
import xlsxwriter

from insurance.access.clock import at
from insurance.base.calendar import add_months, add_working_days
from insurance.base.money import FEN_PER_YUAN, Fen, yuan
from insurance.claims import actions_books
from insurance.claims.model_books import ListPeriod
from insurance.demo.accounts import INSURERS, Staff
from insurance.demo.pace import Story
from insurance.finance.views import PayoutView

_HEADS = ("序号", "赔案号", "收款户名", "收款账号", "支付金额（元）", "支付日期", "付款编号")
_WORKING_DAYS = 3  # after the month's end


class Slip(StrEnum):
    """What a clerk of the insurer got wrong."""

    MISTYPED = "MISTYPED"  # two digits of the amount changed places
    LEFT_OUT = "LEFT_OUT"
    MISSPELT = "MISSPELT"
    TWICE = "TWICE"


# The next slip of each insurer is made in its next list of two payments or more.
SLIPS: Mapping[str, tuple[Slip, ...]] = {"DEMO-A": (Slip.MISTYPED, Slip.LEFT_OUT), "DEMO-B": (Slip.MISSPELT, Slip.TWICE)}
_LETTERS = {"DEMO-A": "a", "DEMO-B": "b"}
_LOOKS_LIKE = {"社": "杜", "司": "同", "会": "合"}


class Listed(msgspec.Struct, frozen=True):
    """One payment as the insurer lists it."""

    claim_number: str
    name: str
    account: str
    amount_fen: Fen
    on: date
    token: str


class Lists:
    """What each insurer has paid and not listed yet."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._paid: dict[str, list[Listed]] = {insurer: [] for insurer in INSURERS}
        self._slips = {insurer: list(slips) for insurer, slips in SLIPS.items()}

    def paid(self, insurer: str, payout: PayoutView, account: str, on: date) -> None:
        """The insurer has paid: by its own account, or by the money it passed on."""
        number = payout.memo.split()[-1]
        self._paid[insurer].append(Listed(number, payout.payee_name, account, payout.amount_fen, on, payout.token))

    async def months(self, insurer: str, first_month: date) -> Story:
        """A list of every month, some working days after its end."""
        month = first_month
        while True:
            last_day = add_months(month, 1) - timedelta(days=1)
            handed_in = add_working_days(last_day, _WORKING_DAYS)
            yield at(handed_in, 10)
            due = sorted((one for one in self._paid[insurer] if one.on <= last_day), key=lambda one: (one.on, one.token))
            self._paid[insurer] = [one for one in self._paid[insurer] if one.on > last_day]
            if due:
                await self._hand_in(insurer, self._with_slips(insurer, due), month, last_day, handed_in)
            month = add_months(month, 1)

    def _with_slips(self, insurer: str, due: list[Listed]) -> list[Listed]:
        if len(due) < 2 or not self._slips[insurer]:
            return due
        first, *rest = due
        slip = self._slips[insurer].pop(0)
        if slip is Slip.LEFT_OUT:
            return rest
        if slip is Slip.TWICE:
            return [first, *rest, first]
        if slip is Slip.MISTYPED:
            return [msgspec.structs.replace(first, amount_fen=mistyped(first.amount_fen)), *rest]
        return [msgspec.structs.replace(first, name=first.name[:-1] + _LOOKS_LIKE.get(first.name[-1], "某")), *rest]

    async def _hand_in(self, insurer: str, rows: Sequence[Listed], month: date, last_day: date, on: date) -> None:
        write, ending = (_workbook, "xlsx") if insurer == "DEMO-A" else (_text, "csv")
        name = f"{INSURERS[insurer]}{month:%Y年%m月}支付清单.{ending}"
        given = ListPeriod(from_on=month, until_on=last_day)
        adjuster = self._staff.at(f"adjuster-{_LETTERS[insurer]}", on, 10)
        await actions_books.read_file(write(INSURERS[insurer], rows, on), name, given, actor=adjuster)


def mistyped(fen: Fen) -> Fen:
    """The amount with two neighbouring digits of its yuan changed over, the lowest pair that differs."""
    digits = list(str(fen // FEN_PER_YUAN))
    place = next((n for n in range(len(digits) - 1, 1, -1) if digits[n] != digits[n - 1]), None)
    if place is None:
        return fen + FEN_PER_YUAN
    digits[place - 1], digits[place] = digits[place], digits[place - 1]
    return int("".join(digits)) * FEN_PER_YUAN + fen % FEN_PER_YUAN


def _workbook(holder: str, rows: Sequence[Listed], on: date) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": at(on)})
        page = book.add_worksheet("支付清单")
        page.write_string(0, 0, f"{holder}理赔支付清单")
        page.write_row(1, 0, _HEADS)
        for number, one in enumerate(rows, 1):
            page.write_number(number + 1, 0, number)
            for column, text in ((1, one.claim_number), (2, one.name), (3, one.account), (5, one.on.isoformat()), (6, one.token)):
                page.write_string(number + 1, column, text)
            page.write_number(number + 1, 4, one.amount_fen / FEN_PER_YUAN)
        page.write_string(len(rows) + 2, 1, "合计")
        page.write_number(len(rows) + 2, 4, sum(one.amount_fen for one in rows) / FEN_PER_YUAN)
    return out.getvalue()


def _text(holder: str, rows: Sequence[Listed], on: date) -> bytes:
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([f"{holder}理赔支付清单（{on:%Y%m%d}导出）"])
    sheet.writerow(_HEADS)
    for number, one in enumerate(rows, 1):
        sheet.writerow([number, one.claim_number, one.name, f"\t{one.account}", yuan(one.amount_fen), f"{one.on:%Y%m%d}", one.token])
    sheet.writerow(["", "合计", "", "", yuan(sum(one.amount_fen for one in rows)), "", ""])
    return out.getvalue().encode("gb18030")
