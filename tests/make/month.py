"""A month of the programme's account: twenty orders paid from it, and the bank's file of thirty lines with all that happens to a clerk."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.base.money import Fen
from insurance.claims import actions, settlement
from insurance.claims.model_verbs import Order
from insurance.demo.bank_files import Booking, Form, statement
from insurance.finance import actions as finance
from insurance.finance.model_payments import PayingAccountView
from insurance.finance.views import PayoutView
from make.claims import ACCOUNT, all_on, assess, insured, reported, way
from make.finance import PROGRAMME, paying_account
from people import People

ORDERED_ON, MONTH, CLOSED_ON = date(2019, 8, 19), date(2019, 8, 1), date(2019, 9, 2)
OPENING_FEN: Fen = 500_000_00
ORDERS, LINES = 20, 30
HOLDER = "枣庄市双保险赔付专户"
OWNER = "峄山村股份经济合作社"
_BASE_FEN, _STEP_FEN = 2_000_000, 137_000  # losses: every order comes to an amount of its own
_FEE_FEN = 500  # a tariff of the banks


class Month(msgspec.Struct, frozen=True):
    """The orders, and the bank's lines about them, oldest first."""

    orders: list[PayoutView]
    lines: list[Booking]

    @property
    def closing_fen(self) -> int:
        """What the bank has at the end."""
        return OPENING_FEN + sum(line.signed_fen for line in self.lines)

    def file(self) -> bytes:
        """The statement as the bank's workbook."""
        return statement(Form.WORKBOOK, PROGRAMME, HOLDER, OPENING_FEN, self.lines)


async def month(story: People, insurer_name: str, account: PayingAccountView | None = None) -> Month:
    """Twenty claims agreed and ordered on 19 August, and what the bank did about them until the 31st."""
    then = all_on(story, ORDERED_ON)
    account = account or await paying_account(then, programme=True)
    orders = [await _released(then, _BASE_FEN + n * _STEP_FEN, account) for n in range(ORDERS)]
    return Month(orders, _lines(orders, insurer_name))


async def _released(story: People, loss_fen: Fen, account: PayingAccountView) -> PayoutView:
    claim = await way(await reported(story, await insured(story, owner={"name": OWNER})), story, "accept", "survey")
    claim = await way(await assess(claim, story, loss_fen=loss_fen), story, "approve", "sign_office", "sign_adjuster")
    given = Order(claim_id=claim.id, version=claim.version, paying_account_id=account.id)
    made = await settlement.order_payout(given, actor=story.maker)
    await actions.one(claim.id, actor=story.maker)
    return await finance.release(made.id, made.version, actor=story.checker)


def _lines(orders: list[PayoutView], insurer: str) -> list[Booking]:
    """By token, by account, by name, several in one, one in parts, with a fee; returned, charged, reversed, passed on, unknown, twice."""
    paid, later, last = date(2019, 8, 20), date(2019, 8, 22), date(2019, 8, 31)
    whole = sum(one.amount_fen for one in orders)

    def out(fen: Fen, one: PayoutView, told: str, *, account: str = ACCOUNT, on: date = paid) -> Booking:
        return Booking(on, -fen, one.payee_name, account, one.payee_bank, told)

    by_token, by_account, (name_1, name_2), (one, two), parted, charged = (
        orders[:11], orders[11:14], orders[14:16], orders[16:18], orders[18], orders[19],
    )  # fmt: skip
    first, twice = orders[0], orders[1]
    return [
        Booking(paid, whole // 2, insurer, "9001", "示范银行", "赔款"),
        Booking(paid, whole - whole // 2, insurer, "9001", "示范银行", "赔款"),
        *(out(order.amount_fen, order, f"{order.token}赔款") for order in by_token),
        *(out(order.amount_fen, order, "赔款") for order in by_account),
        *(out(order.amount_fen, order, "赔款", account="") for order in (name_1, name_2)),
        out(one.amount_fen + two.amount_fen, one, "赔款两笔", account=""),
        out(parted.amount_fen // 3, parted, f"{parted.token}第一笔"),
        out(parted.amount_fen - parted.amount_fen // 3, parted, f"{parted.token}第二笔"),
        out(charged.amount_fen + _FEE_FEN, charged, f"{charged.token}赔款"),
        Booking(later, first.amount_fen, first.payee_name, ACCOUNT, "", f"退汇 {first.token} 户名不符"),
        out(twice.amount_fen, twice, f"{twice.token}赔款", on=later),
        Booking(later, -88_00, "示范银行", "", "", "误扣 冲正"),
        Booking(later, 88_00, "示范银行", "", "", "误扣 冲正"),
        Booking(later, 300_00, "张某", "6228480000000000123", "", "误汇"),
        Booking(last, -_FEE_FEN, "示范银行", "", "", "汇划费"),
        Booking(last, -1_000, "示范银行", "", "", "账户管理费"),
        Booking(last, -50, "示范银行", "", "", "工本费"),
    ]  # fmt: skip
