"""The programme's own account (代付专户) in the demo: opened by two persons, passed through by some counties' payouts, read every month,
its lines dealt with (premium shared out among policies), its months closed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from insurance.access.clock import at
from insurance.base.calendar import add_months, add_working_days
from insurance.base.money import Fen
from insurance.claims import settlement
from insurance.demo.accounts import INSURERS, Staff
from insurance.demo.bank_files import Booking, Form, statement
from insurance.demo.pace import Story
from insurance.finance import actions_cases, actions_files, actions_ledger, actions_months
from insurance.finance.actions_cases import DONE, MATCHED
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, CaseKind, Resolution
from insurance.finance.model_months import Closing
from insurance.finance.model_payments import AccountEntry, FileWish
from insurance.finance.views import PayoutView
from insurance.policies import actions_premium
from insurance.policies.model_premium import MoveEntry

COUNTIES = frozenset({"370402", "370403", "370404"})  # their claims are paid through the programme's account
HOLDER, ACCOUNT = "枣庄市扶贫双保险代付专户", "3700160808050030619"
_HEAD_OFFICE = "3700160808050099999"
_OPENED_ON, _BOOKS_ON = date(2018, 12, 5), date(2018, 12, 31)
_OPENING_FEN: Fen = 2_000_000  # premium of 2018 that was collected and not yet passed on
_FEE_FEN: Fen = 1_000
_STRAY = Booking(date(2019, 7, 22), 30_000, "张某", "6228480000000000123", "示范农村商业银行", "误汇")  # nobody knows what for
_DONE_WITH = {
    CaseKind.PAID_IN: Resolution(action=CaseAction.PAID_IN),
    CaseKind.FEE: Resolution(action=CaseAction.FEE),
    CaseKind.UNKNOWN: Resolution(action=CaseAction.SUSPENSE, note="来源不明，待汇款人说明"),
}


class Programme:
    """The account, what its bank has booked, and what the finance staff do about it every month."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._bookings = [_STRAY]
        self._balance_fen = _OPENING_FEN
        self.account_id = 0

    async def open(self) -> None:
        """Entered by the maker, agreed to by the checker, who also opens the books with what the bank has."""
        entry = AccountEntry(holder_name=HOLDER, bank_name="示范银行枣庄分行", bank_code="102454000019", account_number=ACCOUNT)
        made = await actions_files.enter_account(entry, actor=self._staff.at("maker", _OPENED_ON))
        await actions_files.approve_account(made.id, made.version, actor=self._staff.at("checker", _OPENED_ON, 10))
        self.account_id = made.id
        balances = {"1001": _OPENING_FEN, "2001": -_OPENING_FEN}
        await actions_ledger.open_books(actions_ledger.Opening(on=_BOOKS_ON, balances=balances), actor=self._staff.at("checker", _BOOKS_ON))

    def book(self, *bookings: Booking) -> None:
        """The bank will show these on the statement of their month."""
        self._bookings += bookings

    async def pay(self, insurer: str, payout: PayoutView, account: str, told: str, booked_on: date, released_at: datetime) -> None:
        """The insurer passes the money in and the bank pays it on, on one day (R-24); the maker's file carries the order."""
        wish = FileWish(paying_account_id=self.account_id, payout_ids=(payout.id,), execution_on=booked_on)
        maker = self._staff.at("maker", released_at.date(), released_at.hour, released_at.minute)
        await actions_files.make_file(wish, actor=maker)
        self.book(
            Booking(booked_on, payout.amount_fen, INSURERS[insurer], _HEAD_OFFICE, "示范银行", payout.memo),
            Booking(booked_on, -payout.amount_fen, payout.payee_name, account, payout.payee_bank, told),
        )

    async def months(self, first_month: date) -> Story:
        """At the end of every month its statement is read and every line dealt with; then the month is closed."""
        month = first_month
        while True:
            last_day = add_months(month, 1) - timedelta(days=1)
            yield at(last_day, 17, 45)
            await self._read(month, last_day)
            closed_on = add_working_days(last_day, 1)
            yield at(closed_on, 8, 30)
            await actions_months.close(Closing(month=month), actor=self._staff.at("maker", closed_on, 8, 30))
            month = add_months(month, 1)

    async def _read(self, month: date, last_day: date) -> None:
        due = sorted((one for one in self._bookings if one.on <= last_day), key=lambda one: one.on)
        self._bookings = [one for one in self._bookings if one.on > last_day]
        lines = [*due, Booking(last_day, -_FEE_FEN, "示范银行", "", "", "账户管理费")]
        content = statement(Form.WORKBOOK, ACCOUNT, HOLDER, self._balance_fen, lines)
        self._balance_fen += sum(one.signed_fen for one in lines)
        maker = self._staff.at("maker", last_day, 17, 45)
        found = await settlement.read_statement(content, f"代付专户{month:%Y年%m月}对账单.xlsx", Side.PAYER, ACCOUNT, actor=maker)
        _, shown = await actions_cases.statement(found.id, actor=maker)
        for line in shown:
            if line.offer is not None and line.offer.sure:
                fields = {name: value for name, value in line.offer.fields.items() if name in MoveEntry.__struct_fields__}
                await actions_premium.move(msgspec.convert(fields, MoveEntry, strict=False), actor=maker)
            elif line.bucket not in (MATCHED, DONE):
                await settlement.resolve_line(found.id, line.id, _DONE_WITH[CaseKind(line.bucket)], actor=maker)
