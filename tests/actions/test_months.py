"""The month's end: book and bank reconciled to 0.00, closed by one person, frozen, reopened by another with a reason."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Forbidden, Invalid, LostUpdate, Refused, WrongState
from insurance.finance import actions_cases, actions_ledger, actions_matching, actions_months
from insurance.finance.actions_ledger import Opening
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_months import Closing, MonthView, Reopening
from make.finance import PROGRAMME
from people import People

JULY, AUGUST = date(2019, 7, 1), date(2019, 8, 1)
OPENING = 500_000_00
Row = tuple[date, int, str]  # day, signed amount, narrative


def in_september(actor: Actor) -> Actor:
    """The same person on 2 September 2019."""
    return msgspec.structs.replace(actor, at=datetime(2019, 9, 2, 9, tzinfo=BEIJING), on=date(2019, 9, 2))


async def bank_says(story: People, rows: list[Row]) -> int:
    """The programme's account in August: what came in and went out, from 500,000 yuan on."""
    out, balance = io.StringIO(), OPENING
    write = csv.writer(out)
    write.writerow(["账号", PROGRAMME])
    write.writerow(["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"])
    for number, (day, fen, said) in enumerate(rows, 1):
        balance += fen
        amount = f"{abs(fen) // 100}.{abs(fen) % 100:02d}"
        write.writerow(
            [day, f"LS{number:05d}", *([amount, ""] if fen < 0 else ["", amount]), f"{balance // 100}.{balance % 100:02d}", "某", "1", said]
        )
    found = await actions_matching.read_file(out.getvalue().encode(), "八月.csv", Side.PAYER, "", actor=in_september(story.maker))
    return found.id


async def opened(story: People) -> None:
    """A programme account, its books opened at what the bank has."""
    await make.paying_account(story, programme=True)
    await actions_ledger.open_books(Opening(on=date(2019, 7, 31), balances={"1001": OPENING, "2101": -OPENING}), actor=story.checker)


async def deal_with(story: People, statement_id: int, *actions: CaseAction) -> None:
    """Each line of the statement in turn."""
    _, lines = await actions_cases.statement(statement_id, actor=story.maker)
    for line, action in zip(lines, actions, strict=True):
        given = Resolution(action=action, note="核实")
        await actions_cases.resolve(statement_id, line.id, given, actor=in_september(story.maker))


ROWS: list[Row] = [(date(2019, 8, 5), -5_00, "手续费"), (date(2019, 8, 31), 300_00, "不明来款")]


async def ready(story: People) -> None:
    """August, with every line dealt with."""
    await opened(story)
    await deal_with(story, await bank_says(story, ROWS), CaseAction.FEE, CaseAction.SUSPENSE)


async def closed(story: People) -> MonthView:
    await ready(story)
    return await actions_months.close(Closing(month=AUGUST), actor=in_september(story.maker))


async def test_what_the_books_do_not_know_stands_in_the_statement_until_it_is_dealt_with(story: People) -> None:
    await opened(story)
    statement = await bank_says(story, ROWS)

    before = await actions_months.reconciliation(AUGUST, actor=in_september(story.maker))
    await deal_with(story, statement, CaseAction.FEE, CaseAction.SUSPENSE)
    after = await actions_months.reconciliation(AUGUST, actor=in_september(story.maker))

    assert (before.book_fen, before.bank_fen, before.difference_fen) == (OPENING, OPENING + 295_00, 0)
    assert ([i.amount_fen for i in before.bank_in], [i.amount_fen for i in before.bank_out]) == ([300_00], [5_00])
    assert (after.book_fen, after.bank_fen, after.difference_fen) == (OPENING + 295_00, OPENING + 295_00, 0)
    assert (after.bank_in, after.bank_out, after.booked_in, after.booked_out) == ((), (), (), ())


async def test_books_that_were_opened_wrong_show_their_difference(story: People) -> None:
    await make.paying_account(story, programme=True)
    await actions_ledger.open_books(Opening(on=date(2019, 7, 31), balances={"1001": OPENING - 1, "2101": 1 - OPENING}), actor=story.checker)
    await deal_with(story, await bank_says(story, ROWS), CaseAction.FEE, CaseAction.SUSPENSE)

    found = await actions_months.reconciliation(AUGUST, actor=in_september(story.maker))

    assert found.difference_fen == -1
    with pytest.raises(Refused, match=r"相差 -0\.01 元"):
        await actions_months.close(Closing(month=AUGUST), actor=in_september(story.maker))


async def test_a_bank_that_tells_no_balance_closes_no_month(story: People) -> None:
    await opened(story)
    content = "\n".join([
        f"账号,{PROGRAMME}", "交易日期,交易流水号,支出,收入,对方户名,对方账号,附言",
        "2019-08-05,LS1,5.00,,某,1,手续费", "2019-08-31,LS2,,300.00,某,1,不明来款",
    ]).encode()  # fmt: skip
    found = await actions_matching.read_file(content, "八月.csv", Side.PAYER, "", actor=in_september(story.maker))
    await deal_with(story, found.id, CaseAction.FEE, CaseAction.SUSPENSE)

    end = await actions_months.reconciliation(AUGUST, actor=in_september(story.maker))

    assert (end.book_fen, end.bank_fen, end.difference_fen) == (OPENING + 295_00, None, None)
    checks = await actions_months.in_the_way(end, actor=in_september(story.maker))
    assert [check.passed for check in checks] == [True, True, True, False]
    with pytest.raises(Refused, match="没有银行余额，差额无法核对"):
        await actions_months.close(Closing(month=AUGUST), actor=in_september(story.maker))


async def test_a_closed_month_keeps_its_statement_and_takes_no_booking(story: People) -> None:
    done = await closed(story)

    assert (done.month, done.facts["difference_fen"], done.facts["bank_fen"]) == (AUGUST, 0, OPENING + 295_00)
    _, lines = await actions_cases.statement(await db.fetchval("SELECT max(id) FROM bank_statement"), actor=story.maker)
    with pytest.raises(Refused, match="已结账"):
        await actions_cases.take_back(lines[0].case_id or 0, "看错", actor=story.maker)  # on 30 August, in the closed month
    with pytest.raises(Refused, match="已经结账"):
        await actions_months.close(Closing(month=AUGUST), actor=in_september(story.checker))
    assert (await actions_months.reconciliation(AUGUST, actor=in_september(story.maker))).difference_fen == 0


async def test_another_person_reopens_with_a_reason_and_the_month_is_closed_anew(story: People) -> None:
    done = await closed(story)

    with pytest.raises(Forbidden):
        await actions_months.reopen(done.id, Reopening(version=1, reason="补录"), actor=in_september(story.maker))
    with pytest.raises(LostUpdate):
        await actions_months.reopen(done.id, Reopening(version=7, reason="补录"), actor=in_september(story.checker))
    with pytest.raises(Invalid):
        await actions_months.reopen(done.id, Reopening(version=1, reason=" "), actor=in_september(story.checker))
    opened_again = await actions_months.reopen(done.id, Reopening(version=1, reason="补录手续费"), actor=in_september(story.checker))
    again = await actions_months.close(Closing(month=AUGUST), actor=in_september(story.checker))

    assert (opened_again.reopened_by, opened_again.reopened_reason) == ("checker", "补录手续费")
    assert [one.id for one in await actions_months.closings(actor=story.leader)] == [again.id, done.id]
    with pytest.raises(WrongState):
        await actions_months.reopen(done.id, Reopening(version=2, reason="再开"), actor=in_september(story.checker))


@pytest.mark.parametrize(
    ("rows", "actions", "why"),
    [
        (ROWS, (CaseAction.FEE,), "1 笔专户流水"),
        ([(date(2019, 8, 5), -5_00, "手续费")], (CaseAction.FEE,), "还没有导入到 2019-08-31"),
    ],
)
async def test_what_is_in_the_way_of_closing_is_said(story: People, rows: list[Row], actions: tuple[CaseAction, ...], why: str) -> None:
    await opened(story)
    statement = await bank_says(story, rows)
    _, lines = await actions_cases.statement(statement, actor=story.maker)
    for line, action in zip(lines, actions, strict=False):
        await actions_cases.resolve(statement, line.id, Resolution(action=action), actor=in_september(story.maker))

    with pytest.raises(Refused, match=why):
        await actions_months.close(Closing(month=AUGUST), actor=in_september(story.maker))


@pytest.mark.parametrize("month", [date(2019, 8, 2), date(2019, 9, 1), date(2019, 10, 1)])
async def test_a_month_is_whole_and_over(story: People, month: date) -> None:
    await ready(story)

    with pytest.raises(Invalid):
        await actions_months.close(Closing(month=month), actor=in_september(story.maker))


async def test_without_a_programme_account_there_is_nothing_to_reconcile(story: People) -> None:
    with pytest.raises(Refused, match="专户"):
        await actions_months.reconciliation(JULY, actor=story.maker)


@pytest.mark.parametrize("who", ["leader", "auditor"])
async def test_readers_see_closings_and_close_nothing(story: People, who: str) -> None:
    await closed(story)
    reader: Any = getattr(story, who)

    assert len(await actions_months.closings(actor=reader)) == 1
    async with db.transaction(reader.scope):
        assert await db.execute("UPDATE month_close SET reopened_reason = 'x'") == "UPDATE 0"
