"""Verbs that move money die at each of its statements and commits: nothing half done stays, the books balance, the same key does it once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import date

import pytest

import make
import server
from committed import SYSTEM, own_pool
from crashes import Act, Bomb, administrator, answer_is_lost, dies_everywhere
from insurance.access import clock, scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.checks.stored import STORED, stored
from insurance.claims import actions as claims
from insurance.claims import actions_decision, settlement
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Agreement, Approval, Cancellation, HandMatch, InterimPayment, Order
from insurance.finance import actions, actions_cases, actions_files, actions_ledger, actions_months
from insurance.finance.actions_ledger import Opening
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_months import Closing, Reopening
from insurance.finance.model_payments import FileWish, Return
from make.bank_story import Line
from make.bank_writers import Stretch, message
from make.claims import claim_in
from make.dying import DAY, OTHERS, Town, Way
from make.finance import ACCOUNT, PROGRAMME

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"x_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
STEP = int(os.environ.get("INSURANCE_CRASH_STEP", "7"))  # `make faults` takes every statement
S = ClaimState


@pytest.fixture(scope="module")
def own_database() -> Embedded:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def town(own_database: Embedded) -> AsyncIterator[Town]:
    """The people, committed, and the superuser who ends connections."""
    async with own_pool(own_database, DATABASE, connections=3), administrator(own_database, DATABASE) as admin:
        clock.pin(DAY)
        async with db.transaction(SYSTEM):
            people = await make.people()
            await scopes.load()
        paying = await make.paying_account(people, programme=True)
        with pytest.MonkeyPatch.context() as patch:
            bomb = Bomb(admin)
            bomb.put_into(patch)
            yield Town(people, paying, bomb)


async def interim(town: Town) -> tuple[Actor, Act]:
    claim = await claim_in(S.ASSESSING, town.people)
    given = InterimPayment(version=claim.version, amount_fen=1_000_000)
    return town.people.approver_a, lambda: actions_decision.interim_payment(claim.id, given, actor=town.people.approver_a)


async def approval(town: Town) -> tuple[Actor, Act]:
    claim = await claim_in(S.ASSESSING, town.people)
    return town.people.approver_a, lambda: actions_decision.approval(
        claim.id, Approval(version=claim.version), actor=town.people.approver_a
    )


async def agreement(town: Town) -> tuple[Actor, Act]:
    claim = await claim_in(S.APPROVED, town.people)
    signed: Claim = await claims.agreement(claim.id, Agreement(version=claim.version), actor=town.people.town)
    return town.people.adjuster_a, lambda: claims.agreement(claim.id, Agreement(version=signed.version), actor=town.people.adjuster_a)


async def order(town: Town) -> tuple[Actor, Act]:
    claim = await claim_in(S.AGREED, town.people)
    given = Order(claim_id=claim.id, version=claim.version, paying_account_id=town.paying.id)
    return town.people.maker, lambda: settlement.order_payout(given, actor=town.people.maker)


async def release(town: Town) -> tuple[Actor, Act]:
    made = await town.ordered()
    return town.people.checker, lambda: actions.release(made.id, made.version, actor=town.people.checker)


async def cancel(town: Town) -> tuple[Actor, Act]:
    made = await town.ordered()
    given = Cancellation(version=made.version, reason="账号有误")
    return town.people.checker, lambda: settlement.cancel_payout(made.id, given, actor=town.people.checker)


async def give_back(town: Town) -> tuple[Actor, Act]:
    made = await town.released()
    await town.read(town.line(made))
    paid = await actions.payout(made.id, actor=town.people.maker)
    given = Return(version=paid.version, code="AC04")
    return town.people.maker, lambda: settlement.return_payout(made.id, given, actor=town.people.maker)


async def payment_file(town: Town) -> tuple[Actor, Act]:
    made = await town.released()
    wish = FileWish(paying_account_id=town.paying.id, payout_ids=(made.id,))
    return town.people.maker, lambda: actions_files.make_file(wish, actor=town.people.maker)


async def cancel_file(town: Town) -> tuple[Actor, Act]:
    made = await town.released()
    file = await actions_files.make_file(FileWish(paying_account_id=town.paying.id, payout_ids=(made.id,)), actor=town.people.maker)
    return town.people.maker, lambda: actions_files.cancel_file(file.id, file.version, "格式不对", actor=town.people.maker)


async def statement(town: Town) -> tuple[Actor, Act]:
    one, two = await town.released(), await town.released()
    content = town.file(town.line(one), town.line(two), town.line(one, fen=-5_00, words="手续费"))
    return town.people.maker, lambda: settlement.read_statement(content, "八月.xml", Side.PAYER, "", actor=town.people.maker)


async def statement_that_makes_way(town: Town) -> tuple[Actor, Act]:
    """The payee's own record comes first; the account's line takes its place."""
    made = await town.released()
    receipt = town.line(made)._replace(account=ACCOUNT, fen=made.amount_fen, name="专户", number=PROGRAMME)
    await settlement.read_statement(town.file(receipt), "村.xml", Side.PAYEE, "", actor=town.people.maker)
    content = town.file(town.line(made))
    return town.people.maker, lambda: settlement.read_statement(content, "专户.xml", Side.PAYER, "", actor=town.people.maker)


async def confirm(town: Town) -> tuple[Actor, Act]:
    made = await town.released()
    (line,) = await town.read(town.line(made, words="赔款")._replace(name="某某村委会"))
    given = HandMatch(line_id=line.id, payout_id=made.id)
    return town.people.maker, lambda: settlement.match(line.statement_id, given, actor=town.people.maker)


async def match_again(town: Town) -> tuple[Actor, Act]:
    made = await town.ordered()
    await town.read(town.line(made))
    await actions.release(made.id, made.version, actor=town.people.checker)
    return town.people.maker, lambda: settlement.match_waiting(actor=town.people.maker)


async def undo(town: Town) -> tuple[Actor, Act]:
    made = await town.released()
    (line,) = await town.read(town.line(made))
    assert line.match_id is not None
    match_id = line.match_id
    return town.people.maker, lambda: settlement.undo_match(match_id, "看错", actor=town.people.maker)


def resolution(action: CaseAction, fen: int | None = None, words: str | None = None, *, paid: bool = False) -> Way:
    """Something done about a line of an order; `paid`: its payment was seen before."""

    async def way(town: Town) -> tuple[Actor, Act]:
        made = await town.released()
        before = await town.read(town.line(made)) if paid else []
        amount = {None: None, 0: made.amount_fen, 1: -made.amount_fen - 70_00, -1: -made.amount_fen + 1}.get(fen, fen)
        said = None if words is None else f"{words} {made.token}".strip() if action is not CaseAction.FEE else words
        (line,) = await town.read(town.line(made, fen=amount, words=said))
        pair = before[0].id if action is CaseAction.PAIR else None
        given = Resolution(action=action, note="核实", pair_line_id=pair)
        return town.people.maker, lambda: settlement.resolve_line(line.statement_id, line.id, given, actor=town.people.maker)

    return way


async def take_back(town: Town) -> tuple[Actor, Act]:
    made = await town.released()
    (line,) = await town.read(town.line(made, fen=-3_00, words="汇划手续费"))
    await settlement.resolve_line(line.statement_id, line.id, Resolution(action=CaseAction.FEE), actor=town.people.maker)
    ((done,),) = [(await actions_cases.statement(line.statement_id, actor=town.people.maker))[1]]
    case_id = done.case_id
    assert case_id is not None
    return town.people.maker, lambda: actions_cases.take_back(case_id, "看错", actor=town.people.maker)


async def open_books(town: Town) -> tuple[Actor, Act]:
    given = Opening(on=date(2018, 12, 31), balances={"1001": 700, "2101": -700})
    return town.people.checker, lambda: actions_ledger.open_books(given, actor=town.people.checker)


async def _july(town: Town) -> Actor:
    """A July with one line and books to match: the only lines of the account that lie before August."""
    maker = town.people.maker
    if town.july:
        return maker
    town.july = True
    line = Line(PROGRAMME, date(2019, 7, 31), -2_00, "", "", "手续费", frozenset(), reference="J1")
    content = message(Stretch(PROGRAMME, 700, [line]))
    found = await settlement.read_statement(content, "七月.xml", Side.PAYER, "", actor=maker)
    _, (shown,) = await actions_cases.statement(found.id, actor=maker)
    await settlement.resolve_line(found.id, shown.id, Resolution(action=CaseAction.FEE), actor=maker)
    return maker


async def close_month(town: Town) -> tuple[Actor, Act]:
    maker = await _july(town)
    for one in await actions_months.closings(actor=maker):
        if one.reopened_at is None:
            await actions_months.reopen(one.id, Reopening(version=one.version, reason="再结"), actor=town.people.checker)
    return maker, lambda: actions_months.close(Closing(month=date(2019, 7, 1)), actor=maker)


async def reopen_month(town: Town) -> tuple[Actor, Act]:
    _, close = await close_month(town)
    closed = await close()
    given = Reopening(version=closed.version, reason="补录")
    return town.people.checker, lambda: actions_months.reopen(closed.id, given, actor=town.people.checker)


VERBS: dict[str, Way] = {
    "interim payment": interim,
    "approval": approval,
    "agreement": agreement,
    "order": order,
    "release": release,
    "cancel": cancel,
    "return": give_back,
    "payment file": payment_file,
    "payment file cancelled": cancel_file,
    "statement": statement,
    "statement that makes way": statement_that_makes_way,
    "match by hand": confirm,
    "match again": match_again,
    "undo": undo,
    "resolve: fee": resolution(CaseAction.FEE, -5_00, "手续费"),
    "resolve: part": resolution(CaseAction.PART, -1),
    "resolve: over": resolution(CaseAction.OVER, 1),
    "resolve: return": resolution(CaseAction.RETURN, 0, "退汇", paid=True),
    "resolve: pair": resolution(CaseAction.PAIR, 0, "冲正", paid=True),
    "take back": take_back,
    "opening balances": open_books,
    "close month": close_month,
    "reopen month": reopen_month,
    **OTHERS,
}


async def offences() -> dict[str, list[str]]:
    """What `insurance verify` would say of the stored rows."""
    found = {}
    for check in STORED:
        async with db.transaction(SYSTEM):
            found[check.args[0]] = (await stored(check.args[0])).offences  # type: ignore[attr-defined]  # partials of `stored`
    return {name: said for name, said in found.items() if said}


@pytest.mark.parametrize("name", VERBS)
async def test_a_verb_that_dies_leaves_nothing_and_is_done_once_by_its_key(town: Town, name: str) -> None:
    actor, act = await VERBS[name](town)

    boundaries = await dies_everywhere(town.bomb, actor, f"dies {name}", act, step=STEP)

    assert boundaries > 3
    if name != "opening balances":  # they are entered once
        actor, act = await VERBS[name](town)
        await answer_is_lost(town.bomb, actor, f"lost {name}", act)
    assert await offences() == {}
