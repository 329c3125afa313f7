"""An insurer's money on the programme's account: kept until the bank shows that the insured has it; a return brings it back."""

from __future__ import annotations

from datetime import date

import httpx
import msgspec

import make
from insurance.access import clock
from insurance.base import db
from insurance.base.spreadsheet import read_table_file
from insurance.finance import actions, actions_cases, actions_matching, actions_paid_in
from insurance.finance.actions_paid_in import PaidInView
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.views import LineView
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from people import People, browser

FEN = 400_310_1
DAY = date(2019, 8, 30)
DIRECT = "3700160808050012345"


async def read(
    story: People, rows: list[make.AccountRow], account: str = PROGRAMME, opening_fen: int = 10**9
) -> tuple[int, list[LineView]]:
    content = make.account_file(rows, account, opening_fen)
    found = await actions_matching.read_file(content, "流水.csv", Side.PAYER, "", actor=story.maker)
    return found.id, (await actions_cases.statement(found.id, actor=story.maker))[1]


async def paid_in(story: People, *rows: tuple[int, str, str, str]) -> tuple[int, str]:
    """The programme's account: the insurer's money and what else the bank says; answers the statement and the insurer's name."""
    insurer = await db.fetchval("SELECT name FROM insurer WHERE id = $1", story.insurer_a)
    statement, lines = await read(story, [(FEN, insurer, "3700160808050099999", "赔款备付金"), *rows])
    await actions_cases.resolve(statement, lines[0].id, Resolution(action=CaseAction.PAID_IN), actor=story.maker)
    return statement, insurer


async def seen(story: People, days: int = 0) -> PaidInView:
    on = date.fromordinal(DAY.toordinal() + days)
    return await actions_paid_in.paid_in(actor=msgspec.structs.replace(story.maker, on=on, at=clock.at(on)))


def sums(found: PaidInView) -> tuple[int, int, int, int]:
    return found.amount_fen, found.same_day_fen, found.late_fen, found.left_fen


async def test_money_that_stays_is_late_from_the_next_day(story: People) -> None:
    await make.paying_account(story, programme=True)
    _, insurer = await paid_in(story)

    assert sums(await seen(story)) == (FEN, 0, 0, FEN)
    assert [(one.insurer, one.days, one.late) for one in (await seen(story)).items] == [(insurer, 0, False)]
    assert [(one.days, one.late) for one in (await seen(story, days=4)).items] == [(4, True)]


async def test_money_paid_on_the_same_day_is_passed_on_and_a_return_brings_it_back(story: People) -> None:
    account = await make.paying_account(story, programme=True)
    payout = await make.released(story, FEN, paying=account)
    await paid_in(story, (-FEN, PAYEE, ACCOUNT, f"{payout.token}赔款"))

    assert sums(await seen(story)) == (FEN, FEN, 0, 0)

    settled = await actions.payout(payout.id, actor=story.maker)
    statement, lines = await read(story, [(FEN, PAYEE, ACCOUNT, f"{payout.token}退汇 户名不符")], opening_fen=10**9 + FEN)
    assert lines[0].bucket == "RETURNED"
    await actions_cases.resolve(
        statement, lines[0].id, Resolution(action=CaseAction.RETURN, payout_id=settled.id, code="BE01"), actor=story.maker
    )  # fmt: skip
    again = await seen(story, days=2)
    assert sums(again) == (2 * FEN, FEN, 0, FEN)
    assert [(one.returned, one.left_fen, one.days) for one in again.items] == [(True, FEN, 2), (False, 0, 0)]


async def test_a_direct_payment_passes_nothing_on(story: People) -> None:
    await make.paying_account(story, programme=True)
    direct = await make.paying_account(story, number=DIRECT)
    payout = await make.released(story, FEN, paying=direct)
    await read(story, [(-FEN, PAYEE, ACCOUNT, f"{payout.token}赔款")], account=DIRECT, opening_fen=10**10)
    await paid_in(story)
    assert sums(await seen(story)) == (FEN, 0, 0, FEN)


async def test_finance_sees_the_page_its_workbook_and_the_json_others_do_not(client: httpx.AsyncClient, story: People) -> None:
    await make.paying_account(story, programme=True)
    empty = await (await browser(client, story.maker)).get("/paid-in")
    _, insurer = await paid_in(story)
    for reader in (story.maker, story.checker, story.auditor):
        page = await (await browser(client, reader)).get("/paid-in")
        assert page.status_code == 200
        assert "40,031.01" in page.text
        assert insurer in page.text
    workbook = await (await browser(client, story.checker)).get("/paid-in/export")
    for stranger in (story.town, story.adjuster_a, story.approver_b, story.leader):
        assert (await (await browser(client, stranger)).get("/paid-in")).status_code == 403

    assert "还没有拨入" in empty.text
    _, row = (await read_table_file(workbook.content)).sheets[0].rows()
    assert [row[1], row[3], row[6]] == [insurer, 40031.01, 40031.01]
