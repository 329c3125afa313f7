"""Paying accounts, payment files, returned money and opening balances: who may, what is refused, what the books then say."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

import make
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.checks.stored import stored
from insurance.claims import actions as claims
from insurance.claims import settlement
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Closure, Order
from insurance.finance import actions, actions_cases, actions_files, actions_ledger, store
from insurance.finance.actions_ledger import Opening
from insurance.finance.model import PayoutState, Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_payments import FileWish, PayingAccountView, PayoutMode, Return
from insurance.finance.views import PayoutView
from insurance.projects import actions_payees
from insurance.projects.entries import AccountEntry as PayeeEntry
from make.claims import claim_in
from make.finance import PAYER, PROGRAMME
from make.projects import PDF
from people import People

S = ClaimState
NEW_ACCOUNT = "6222020000000000018"


async def ordered(story: People, paying: PayingAccountView | None = None) -> tuple[Claim, PayoutView]:
    """An agreed claim with its order."""
    claim = await claim_in(S.AGREED, story)
    given = Order(claim_id=claim.id, version=claim.version, paying_account_id=paying.id if paying else None)
    return claim, await settlement.order_payout(given, actor=story.maker)


async def released(story: People, paying: PayingAccountView | None = None) -> tuple[Claim, PayoutView]:
    """The same, released."""
    claim, made = await ordered(story, paying)
    return claim, await actions.release(made.id, made.version, actor=story.checker)


async def booked(story: People, payout: PayoutView, opening_fen: int = 100_000_000_00) -> None:
    """The bank of whoever is to pay it says it was paid."""
    line = (story.maker.on, payout.amount_fen, payout.payee_name, "6222020000000000000", f"{payout.token} 赔款")
    file = make.bank_file([line], opening_fen=opening_fen, account=PROGRAMME if payout.mode is PayoutMode.AGENT else PAYER)
    await settlement.read_statement(file, "八月.csv", Side.PAYER, "", actor=story.checker)


async def books(*codes: str) -> tuple[int, ...]:
    rows = {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await store.trial_balance(make.next_day())}
    return tuple(rows[code] for code in codes)


async def offences() -> list[str]:
    found = [await stored(name) for name in ("ledger_payouts", "ledger_shape", "payouts_live", "payouts_matched", "policies_paid")]
    return [offence for check in found for offence in check.offences]


# -- paying accounts -------------------------------------------------------------------------------------------------------


async def test_an_account_pays_once_a_second_person_has_agreed(story: People) -> None:
    waiting = await make.paying_account(story, programme=True, agreed=False)
    claim = await claim_in(S.AGREED, story)
    given = Order(claim_id=claim.id, version=claim.version, paying_account_id=waiting.id)

    with pytest.raises(Invalid):
        await settlement.order_payout(given, actor=story.maker)
    with pytest.raises(Forbidden):
        await actions_files.approve_account(
            waiting.id, waiting.version, actor=msgspec.structs.replace(story.checker, user_id=story.maker.user_id)
        )
    agreed = await actions_files.approve_account(waiting.id, waiting.version, actor=story.checker)
    made = await settlement.order_payout(given, actor=story.maker)

    assert (waiting.usable, agreed.usable, agreed.account, agreed.mode) == (False, True, "****0001", PayoutMode.AGENT)
    assert (made.mode, made.paying_account_id) == (PayoutMode.AGENT, agreed.id)
    with pytest.raises(WrongState):
        await actions_files.approve_account(agreed.id, agreed.version, actor=story.checker)


async def test_an_insurers_own_account_is_taken_where_none_is_named(story: People) -> None:
    own = await make.paying_account(story)

    _, made = await ordered(story)

    assert (made.mode, made.paying_account_id) == (PayoutMode.DIRECT, own.id)


async def test_another_insurers_account_is_refused_and_no_number_stands_twice(story: People) -> None:
    other = await make.paying_account(story, insurer=story.insurer_b)

    with pytest.raises(Invalid):
        await ordered(story, other)
    with pytest.raises(Refused, match="已经登记"):
        await make.paying_account(story, programme=True)
    with pytest.raises(Refused, match="保险公司"):
        await make.paying_account(story, insurer=2**40, number="1605000000000000099")
    with pytest.raises(NotFound):
        await actions_files.paying_account(other.id, actor=story.adjuster_b)


# -- the programme's account in the books ----------------------------------------------------------------------------------


async def test_money_of_the_programmes_account_goes_the_printed_way(story: People) -> None:
    claim, payout = await released(story, await make.paying_account(story, programme=True))

    assert await books("1001", "1901", "2101") == (0, -claim.parts[-1].amount_fen, 0)
    await booked(story, payout)
    paid = await claims.one(claim.id, actor=story.maker)

    assert paid.state is S.PAID
    assert await books("1001", "1901", "2101", "1201") == (-payout.amount_fen, 0, 0, payout.amount_fen)
    assert await offences() == []


# -- payment files -----------------------------------------------------------------------------------------------------------


async def test_a_file_takes_what_is_released_once_and_is_the_same_each_time(story: People) -> None:
    paying = await make.paying_account(story, programme=True)
    _, payout = await released(story, paying)

    made = await actions_files.make_file(FileWish(paying_account_id=paying.id), actor=story.maker)

    assert (made.payments, made.sum_fen, made.execution_on, made.account) == (
        1, payout.amount_fen, date(2019, 8, 30), "枣庄市双保险赔付专户 ****0001",
    )  # fmt: skip
    number, first = await actions_files.content(made.id, "message", actor=story.maker)
    assert number == made.number
    assert PROGRAMME.encode() in first
    assert payout.token.encode() in first
    assert (await actions_files.content(made.id, "message", actor=story.checker))[1] == first
    assert (await actions_files.content(made.id, "workbook", actor=story.maker))[1][:2] == b"PK"
    with pytest.raises(Refused, match="没有待付"):
        await actions_files.make_file(FileWish(paying_account_id=paying.id), actor=story.maker)


async def test_a_void_file_lets_its_orders_go_until_the_bank_has_booked_one(story: People) -> None:
    paying = await make.paying_account(story, programme=True)
    _, payout = await released(story, paying)
    made = await actions_files.make_file(FileWish(paying_account_id=paying.id), actor=story.maker)

    with pytest.raises(Invalid):
        await actions_files.cancel_file(made.id, made.version, " ", actor=story.maker)
    with pytest.raises(LostUpdate):
        await actions_files.cancel_file(made.id, 9, "x", actor=story.maker)
    gone = await actions_files.cancel_file(made.id, made.version, "格式不对", actor=story.maker)
    again = await actions_files.make_file(FileWish(paying_account_id=paying.id, payout_ids=(payout.id,)), actor=story.maker)
    await booked(story, payout)

    assert (gone.state, gone.cancelled_reason, again.state) == ("CANCELLED", "格式不对", "MADE")
    with pytest.raises(WrongState):
        await actions_files.cancel_file(gone.id, gone.version, "x", actor=story.maker)
    with pytest.raises(Refused, match="银行已处理"):
        await actions_files.cancel_file(again.id, again.version, "x", actor=story.maker)


async def test_a_file_of_which_the_bank_has_paid_a_part_is_not_void(story: People) -> None:
    paying = await make.paying_account(story, programme=True)
    _, payout = await released(story, paying)
    made = await actions_files.make_file(FileWish(paying_account_id=paying.id), actor=story.maker)
    line = (story.maker.on, payout.amount_fen - 1, payout.payee_name, "6222020000000000000", f"{payout.token} 赔款")
    found = await settlement.read_statement(make.bank_file([line], account=PROGRAMME), "部分.csv", Side.PAYER, "", actor=story.checker)
    _, (short,) = await actions_cases.statement(found.id, actor=story.maker)
    await actions_cases.resolve(found.id, short.id, Resolution(action=CaseAction.PART), actor=story.maker)

    with pytest.raises(Refused, match="银行已处理"):
        await actions_files.cancel_file(made.id, made.version, "x", actor=story.maker)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"paying_account_id": 2**40}, "paying_account_id"),
        ({"payout_ids": (2**40,)}, "payout_ids"),
        ({"execution_on": date(2019, 8, 29)}, "execution_on"),
        ({"execution_on": date(2019, 8, 31)}, "execution_on"),
    ],
)
async def test_a_file_that_cannot_be_made_names_its_field(story: People, wish: dict[str, Any], field: str) -> None:
    paying = await make.paying_account(story, programme=True)
    _, payout = await released(story, paying)

    with pytest.raises(Invalid) as refused:
        fields: dict[str, Any] = {"paying_account_id": paying.id} | wish
        fields["payout_ids"] = (payout.id, *wish.get("payout_ids", ()))
        await actions_files.make_file(FileWish(**fields), actor=story.maker)

    assert refused.value.faults[0].field == field
    assert await db.fetchval("SELECT count(*) FROM payment_file") == 0


async def test_an_order_that_waits_for_release_goes_into_no_file(story: People) -> None:
    paying = await make.paying_account(story, programme=True)
    await ordered(story, paying)

    with pytest.raises(Refused, match="没有待付"):
        await actions_files.make_file(FileWish(paying_account_id=paying.id), actor=story.maker)


# -- money that came back --------------------------------------------------------------------------------------------------


async def back(payout: PayoutView, story: People, **known: Any) -> PayoutView:
    fresh = await actions.payout(payout.id, actor=story.maker)
    fields: dict[str, Any] = {"version": fresh.version, "code": "BE01", "note": "账号户名不符"}
    given = Return(**(fields | known))
    return await settlement.return_payout(payout.id, given, actor=story.maker)


@pytest.mark.parametrize("agent", [False, True])
@pytest.mark.parametrize("was_booked", [False, True])
async def test_returned_money_is_owed_again_and_paid_to_the_account_that_was_put_right(
    story: People, *, agent: bool, was_booked: bool
) -> None:
    claim, payout = await released(story, await make.paying_account(story, programme=True) if agent else None)
    if was_booked:
        await booked(story, payout)

    returned = await back(payout, story)

    owing = await claims.one(claim.id, actor=story.maker)
    assert (returned.state, returned.return_code, returned.returned_on) == (PayoutState.RETURNED, "BE01", date(2019, 8, 30))
    assert (owing.state, owing.paid_fen) == (S.PAYING, 0)
    assert (await books("1901", "1902", "2101")) == (0, 0, -payout.amount_fen)
    assert await offences() == []

    entry = PayeeEntry(holder_name=payout.payee_name, bank_name="示范农商行", account_number=NEW_ACCOUNT)
    entered = await actions_payees.enter_account(claim.project.id, entry, actor=story.town)
    await actions_payees.file_for_account(entered.id, "变更说明.pdf", PDF, actor=story.town)
    await actions_payees.approve_account(entered.id, actor=story.county)
    again = await settlement.order_payout(Order(claim_id=claim.id, version=owing.version), actor=story.maker)
    let_go = await actions.release(again.id, again.version, actor=story.checker)
    line = (story.maker.on, let_go.amount_fen, let_go.payee_name, NEW_ACCOUNT, let_go.token)
    await settlement.read_statement(make.bank_file([line], opening_fen=7_000_000_00), "再付.csv", Side.PAYER, "", actor=story.checker)

    paid = await claims.one(claim.id, actor=story.maker)
    assert (again.payee_account, again.token != payout.token) == ("****0018", True)
    assert (paid.state, paid.paid_fen) == (S.PAID, payout.amount_fen)
    assert await offences() == []


async def test_a_return_reopens_the_payment_of_a_closed_claim_and_not_the_claim(story: People) -> None:
    claim, payout = await released(story)
    await booked(story, payout)
    paid = await claims.one(claim.id, actor=story.maker)
    closed = await claims.closure(claim.id, Closure(version=paid.version), actor=story.adjuster_a)

    await back(payout, story)

    owing = await claims.one(claim.id, actor=story.maker)
    assert (owing.state, owing.paid_fen, owing.closed_on) == (S.CLOSED, 0, closed.closed_on)
    again = await settlement.order_payout(Order(claim_id=claim.id, version=owing.version), actor=story.maker)
    let_go = await actions.release(again.id, again.version, actor=story.checker)
    await booked(story, let_go, opening_fen=9_000_000_00)
    done = await claims.one(claim.id, actor=story.maker)
    assert (done.state, done.paid_fen) == (S.CLOSED, payout.amount_fen)
    assert await offences() == []


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        ({"code": "XX99"}, Invalid),
        ({"returned_on": date(2019, 8, 31)}, Invalid),
        ({"returned_on": date(2019, 8, 29)}, Invalid),
        ({"version": 1}, LostUpdate),
    ],
)
async def test_a_refused_return_leaves_no_trace(story: People, known: dict[str, Any], refusal: type[Exception]) -> None:
    _, payout = await released(story)

    with pytest.raises(refusal):
        await back(payout, story, **known)

    assert (await actions.payout(payout.id, actor=story.maker)).state is PayoutState.RELEASED


async def test_only_finance_records_a_return_and_only_of_money_that_left(story: People) -> None:
    _, made = await ordered(story)

    with pytest.raises(WrongState):
        await back(made, story)
    with pytest.raises(Forbidden):
        await settlement.return_payout(made.id, Return(version=1, code="BE01"), actor=story.approver_a)


# -- the books of any moment -------------------------------------------------------------------------------------------------


async def test_the_books_open_with_balances_and_a_correction_reverses_them(story: People) -> None:
    given = Opening(on=date(2018, 12, 31), balances={"1001": 5_000_000, "2001": -3_000_000, "2101": -2_000_000})

    await actions_ledger.open_books(given, actor=story.checker)
    with pytest.raises(Invalid) as refused:
        await actions_ledger.open_books(given, actor=story.checker)
    corrected = Opening(on=date(2018, 12, 31), balances={"1001": 4_000_000, "2001": -4_000_000}, reason="少记一笔")
    now = await actions_ledger.open_books(corrected, actor=story.checker)

    assert refused.value.faults[0].field == "reason"
    assert {one.code: one.balance_fen for one in now.items if one.balance_fen} == {"1001": 4_000_000, "2001": -4_000_000}
    assert now.total_fen == 0
    assert await db.fetchval("SELECT count(*) FROM transfer WHERE subject = 'opening'") == 5, "two, their reversals, and one"


async def test_the_trial_balance_of_a_day_holds_what_was_booked_by_it(story: People) -> None:
    await actions_ledger.open_books(Opening(on=date(2019, 6, 30), balances={"1001": 700, "2101": -700}), actor=story.checker)

    before = await actions_ledger.balances(date(2019, 6, 29), actor=story.leader)
    after = await actions_ledger.balances(date(2019, 6, 30), actor=story.leader)
    unknown_then = await actions_ledger.balances(date(2019, 6, 30), story.maker.at - timedelta(days=365), actor=story.leader)

    assert [one.balance_fen for one in before.items if one.code == "1001"] == [0]
    assert [one.balance_fen for one in after.items if one.code == "1001"] == [700]
    assert [one.balance_fen for one in unknown_then.items if one.code == "1001"] == [0]
    with pytest.raises(Invalid):
        await actions_ledger.balances(date(2019, 8, 31), actor=story.leader)


async def test_two_openings_at_once_do_not_stand_together(story: People) -> None:
    given = Opening(on=date(2018, 12, 31), balances={"1001": 100, "2101": -100})
    await actions_ledger.open_books(given, actor=story.checker)

    with pytest.raises(Invalid):
        await asyncio.wait_for(actions_ledger.open_books(given, actor=story.checker), 5)
