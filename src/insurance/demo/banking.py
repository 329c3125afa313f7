"""The insurers' banks: what was released is booked on the next working day, and a statement comes in at the end of each month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from insurance.access.clock import at
from insurance.base.calendar import add_months, add_working_days
from insurance.base.money import Fen
from insurance.claims.model_verbs import Order
from insurance.claims.settlement import read_statement, resolve_line
from insurance.demo.accounts import INSURERS, Staff
from insurance.demo.bank_files import Booking, Form, statement
from insurance.demo.cases import Case
from insurance.demo.insurer_lists import Lists
from insurance.demo.pace import Story
from insurance.demo.programme import COUNTIES, Programme
from insurance.finance.actions_cases import statement as lines_of
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, CaseKind, Resolution
from insurance.finance.model_payments import PayoutMode
from insurance.finance.views import PayoutView

_OPENING_FEN: Fen = 20_000_000
_FEE_FEN = 1_000
_LOT_FEN = 1_000_000
_HEAD_OFFICE = "3700160808050099999"
_FORMS: Mapping[str, Form] = {"DEMO-A": Form.WORKBOOK, "DEMO-B": Form.TEXT}
_ACCOUNTS = {"DEMO-A": "3700160808050012345", "DEMO-B": "3700160808050067890"}
_ENDINGS = {Form.WORKBOOK: "xlsx", Form.TEXT: "csv"}
_DONE_WITH = {
    CaseKind.UNKNOWN: Resolution(action=CaseAction.NOTE, note="总公司拨付赔款备付金，不经本项目账簿"),
    CaseKind.FEE: Resolution(action=CaseAction.FEE),
}
_WITHOUT_NUMBER = 4  # every so many-th clerk leaves the payment number out: the payee's account must tell


class Bank:
    """Both insurers' accounts, and the programme's own beside them."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._bookings: dict[str, list[Booking]] = {insurer: [] for insurer in INSURERS}
        self._balances = dict.fromkeys(INSURERS, _OPENING_FEN)
        self._sent = 0
        self._fees: dict[str, int] = {}  # the statement of each insurer whose fee waits until the next one comes
        self.programme = Programme(staff)
        self.lists = Lists(staff)

    def order(self, claim_id: int, version: int, case: Case) -> Order:
        """The wish for an order: of some counties through the programme's account, else by the insurer itself."""
        paying = self.programme.account_id if case.one.project.county_code in COUNTIES else None
        return Order(claim_id=claim_id, version=version, paying_account_id=paying)

    async def send(self, insurer: str, payout: PayoutView, account: str, released_at: datetime) -> None:
        """A released order: the bank books it on the next working day."""
        self._sent += 1
        told = "赔款" if self._sent % _WITHOUT_NUMBER == 0 else f"{payout.token}{payout.memo}"
        booked_on = add_working_days(released_at.date(), 1)
        self.lists.paid(insurer, payout, account, booked_on)
        if payout.mode is PayoutMode.AGENT:
            await self.programme.pay(insurer, payout, account, told, booked_on, released_at)
            return
        self._bookings[insurer].append(Booking(booked_on, -payout.amount_fen, payout.payee_name, account, payout.payee_bank, told))

    async def statements(self, insurer: str, first_month: date) -> Story:
        """At the end of every month the maker reads the bank's file in."""
        month = first_month
        while True:
            last_day = add_months(month, 1) - timedelta(days=1)
            yield at(last_day, 17, 30)
            await self._read(insurer, month, last_day)
            month = add_months(month, 1)

    async def _read(self, insurer: str, month: date, last_day: date) -> None:
        due = sorted((one for one in self._bookings[insurer] if one.on <= last_day), key=lambda one: one.on)
        if not due:
            return
        self._bookings[insurer] = [one for one in self._bookings[insurer] if one.on > last_day]
        paid = -sum(one.signed_fen for one in due)
        funded_on, funded_fen = add_working_days(month - timedelta(days=1), 1), (paid // _LOT_FEN + 1) * _LOT_FEN
        funds = Booking(funded_on, funded_fen, f"{INSURERS[insurer]}总部", _HEAD_OFFICE, "示范银行", "赔款备付金")
        fee = Booking(last_day, -_FEE_FEN, "示范银行", "", "", "账户手续费")
        lines = [funds, *due, fee]
        form, opening = _FORMS[insurer], self._balances[insurer]
        content = statement(form, _ACCOUNTS[insurer], INSURERS[insurer], opening, lines)
        self._balances[insurer] = opening + sum(one.signed_fen for one in lines)
        name = f"{INSURERS[insurer]}{month:%Y年%m月}对账单.{_ENDINGS[form]}"
        maker = self._staff.at("maker", last_day, 17, 30)
        found = await read_statement(content, name, Side.PAYER, _ACCOUNTS[insurer], actor=maker)
        if found.matched != len(due):
            raise RuntimeError(f"{name}: {found.matched} of {len(due)} payments matched")
        if insurer in self._fees:
            await self._resolve(self._fees[insurer], CaseKind.FEE, last_day)
        await self._resolve(found.id, CaseKind.UNKNOWN, last_day)
        self._fees[insurer] = found.id

    async def _resolve(self, statement_id: int, kind: CaseKind, on: date) -> None:
        """The maker deals with the lines of one kind."""
        maker = self._staff.at("maker", on, 17, 40)
        _, lines = await lines_of(statement_id, actor=maker)
        for line in lines:
            if line.bucket == kind:
                await resolve_line(statement_id, line.id, _DONE_WITH[kind], actor=maker)
