"""Premium that moves: what is refused, by field and by state; who sees what; what happens at the same moment."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import asyncpg
import msgspec
import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock, scopes
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.errors import InsuranceError, Invalid, NotFound, Refused
from insurance.finance import actions_cases, actions_ledger, actions_months
from insurance.finance import store as finance_store
from insurance.finance.actions_ledger import Opening
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_months import Closing
from insurance.policies import actions_premium, actions_premium_read, store_premium
from insurance.policies.actions_premium_read import Asked, Wanted
from insurance.policies.model import Payer
from insurance.policies.model_premium import MoveEntry, MoveKind
from insurance.policies.views_premium import MoveView
from make import midterm
from make.finance import PROGRAMME
from make.premium import CITY, COUNTY, INSURER_ACCOUNT, accounts, confirmed, due, line, lines, offences, stands
from people import People


@pytest.mark.parametrize(
    ("fen", "account", "said", "field"),
    [
        (100, None, {"kind": "PASSED_ON", "insurer": "INS-A"}, "kind"),  # money in is not passed on
        (-100, None, {"kind": "RECEIVED", "payer": "CITY"}, "kind"),
        (100, None, {"kind": "RECEIVED"}, "payer"),
        (100, None, {"kind": "RECEIVED", "payer": "COUNTY"}, "county_code"),
        (100, None, {"kind": "RECEIVED", "payer": "COUNTY", "county_code": "370500"}, "county_code"),
        (100, None, {"kind": "RECEIVED", "payer": "INSURED"}, "party_id"),
        (100, None, {"kind": "RECEIVED", "payer": "INSURED", "party_id": 999_999}, "party_id"),
        (100, None, {"kind": "RECEIVED", "payer": "CITY", "party_id": 1}, "party_id"),
        (100, None, {"kind": "RECEIVED", "payer": "CITY", "insurer": "INS-X"}, "insurer"),
        (-100, None, {"kind": "PASSED_ON"}, "insurer"),
        (-100, None, {"kind": "PASSED_ON", "insurer": "INS-A", "payer": "CITY"}, "payer"),
        (100, INSURER_ACCOUNT, {"kind": "INSURER_REFUND", "insurer": "INS-A"}, "kind"),
        (100, INSURER_ACCOUNT, {"kind": "RECEIVED", "payer": "CITY", "insurer": "INS-B"}, "insurer"),
    ],
)
async def test_a_wrong_word_about_a_line_is_refused_by_its_field(
    story: People, fen: int, account: str | None, said: dict[str, Any], field: str
) -> None:
    await accounts(story)
    await due(story)
    found = await line(story, fen, "某某单位", account or PROGRAMME)
    given = msgspec.convert({"line_id": found.id} | said, MoveEntry)

    with pytest.raises(Invalid) as refused:
        await actions_premium.move(given, actor=story.maker)

    assert field in [fault.field for fault in refused.value.faults]
    assert not await db.fetchval("SELECT count(*) FROM premium_move")


async def test_a_line_that_is_not_there_or_done_with_or_of_an_unknown_account_is_refused(story: People) -> None:
    await accounts(story)
    await due(story)

    def entry(line_id: int) -> MoveEntry:
        return MoveEntry(line_id=line_id, kind=MoveKind.RECEIVED, payer=Payer.CITY)

    with pytest.raises(NotFound):
        await actions_premium.move(entry(999_999), actor=story.maker)
    found = await line(story, 100, CITY)
    await actions_cases.resolve(found.statement_id, found.id, Resolution(action=CaseAction.SUSPENSE), actor=story.maker)
    with pytest.raises(Refused, match="已经处理"):
        await actions_premium.move(entry(found.id), actor=story.maker)
    foreign = await line(story, 100, CITY, account="6222020000000000018")
    assert foreign.offer is not None
    assert foreign.offer.text == ""
    with pytest.raises(Refused, match="还没有登记"):
        await actions_premium.move(entry(foreign.id), actor=story.maker)


async def test_nobody_gets_a_line_s_premium_by_the_general_step(story: People) -> None:
    await accounts(story)
    await due(story)
    found = await line(story, 100, CITY)

    with pytest.raises(Refused, match="不能这样处理"):
        await actions_cases.resolve(found.statement_id, found.id, Resolution(action=CaseAction.PREMIUM), actor=story.maker)


async def test_a_proposal_that_changed_since_it_was_shown_is_refused(story: People) -> None:
    await accounts(story)
    bound = await due(story)
    owed, _, _ = await stands(bound, "CITY", story)
    first, second = await lines(story, (owed, CITY), (owed, CITY))
    await confirmed(first, story)

    with pytest.raises(Refused):
        await confirmed(second, story)


async def test_what_somebody_else_s_line_or_month_holds_up_is_told(story: People) -> None:
    await accounts(story)
    made, bound = await midterm.held(story.town)
    owed, _, _ = await stands(bound, "CITY", story)
    july = await line(story, 1_00, CITY, day=date(2019, 7, 31))
    moved = await confirmed(july, story)
    assert july.balance_fen is not None
    before = {"1001": july.balance_fen - 1_00, "2901": 1_00 - july.balance_fen}
    await actions_ledger.open_books(Opening(on=date(2018, 12, 31), balances=before), actor=story.checker)
    await actions_months.close(Closing(month=date(2019, 7, 1)), actor=story.maker)
    async with db.transaction(story.maker.scope):
        await db.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    late = await line(story, 2_00, CITY, day=date(2019, 7, 30))
    with pytest.raises(Refused, match="已结账月份"):
        await confirmed(late, story)

    await actions_premium.undo(moved.id, "看错", actor=story.maker)  # taken back today, July stays as it was closed
    asked = Asked(payer=Payer.CITY, from_on=date(2019, 7, 1), until_on=date(2019, 7, 31))
    account = await actions_premium_read.statement(asked, actor=story.maker)
    assert (account.received_fen, account.closing_fen) == (1_00, owed - 1_00)
    assert made
    assert await offences() == []


async def test_the_accounts_of_all_payers_are_the_books_of_any_day(story: People) -> None:
    await accounts(story)
    await midterm.held(story.town)
    made, bound = await midterm.held(story.town)
    await confirmed(await line(story, 900_00, CITY, day=date(2019, 6, 3)), story)
    undone = await confirmed(await line(story, 70_00, COUNTY, day=date(2019, 7, 3)), story)
    await actions_premium.undo(undone.id, "", actor=story.maker)
    await midterm.cancelled(made, bound, actor=story.town)

    for day in (date(2018, 12, 31), date(2019, 6, 2), date(2019, 6, 3), date(2019, 7, 3), date(2019, 8, 29), date(2019, 8, 30)):
        closing = {}
        for payer in Payer:
            asked = Asked(payer=payer, from_on=date(2018, 1, 1), until_on=day)
            closing[payer] = (await actions_premium_read.statement(asked, actor=story.maker)).closing_fen
        rows = {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await finance_store.trial_balance(day)}
        assert closing.pop(Payer.INSURED) == rows["1102"]
        assert sum(closing.values()) == rows["1101"], day
    arrears = await actions_premium_read.arrears(Wanted(), actor=story.maker)
    assert all(one.days30_fen + one.days60_fen + one.days90_fen + one.older_fen == one.arrears_fen for one in arrears)


async def test_arrears_are_as_old_as_their_booking(story: People) -> None:
    await accounts(story)
    days = {date(2019, 8, 30): "days30_fen", date(2019, 7, 31): "days30_fen", date(2019, 7, 30): "days60_fen", date(2019, 7, 1): "days60_fen",
            date(2019, 6, 30): "days90_fen", date(2019, 6, 1): "days90_fen", date(2019, 5, 31): "older_fen"}  # fmt: skip
    for day, bucket in days.items():
        bound = await due(story, day=day)
        (one,) = [
            one for one in await actions_premium_read.positions(Wanted(policy=bound.id), actor=story.maker) if one.payer is Payer.CITY
        ]
        ages = {name: getattr(one, name) for name in ("days30_fen", "days60_fen", "days90_fen", "older_fen")}
        assert ages == dict.fromkeys(ages, 0) | {bucket: one.open_fen}, day
        assert (one.due_on, one.days) == (day, (date(2019, 8, 30) - day).days)


# -- who sees what -----------------------------------------------------------------------------------------------------------------


async def test_everybody_sees_the_premium_of_his_own_policies(story: People) -> None:
    await accounts(story)
    mine, other = await due(story), await due(story, insurer="INS-B")
    await confirmed(await line(story, 5_00, CITY), story)
    seen = {
        name: {one.policy for one in await actions_premium_read.positions(Wanted(), actor=getattr(story, name))}
        for name in ("city", "county", "town", "other_county", "other_town", "adjuster_a", "adjuster_b", "maker", "leader", "auditor")
    }

    both = {mine.id, other.id}
    assert seen == {
        "city": both, "county": both, "town": both, "other_county": set(), "other_town": set(), "adjuster_a": {mine.id},
        "adjuster_b": {other.id}, "maker": both, "leader": both, "auditor": both,
    }  # fmt: skip
    asked = Asked(payer=Payer.CITY, from_on=date(2019, 1, 1), until_on=story.maker.on)
    assert (await actions_premium_read.statement(asked, actor=story.adjuster_b)).received_fen == 0
    assert (await actions_premium_read.statement(asked, actor=story.adjuster_a)).received_fen == 5_00
    assert (await actions_premium_read.statement(asked, actor=story.other_county)).items == []
    with pytest.raises(NotFound):
        await actions_premium.one(1, actor=story.city)  # movements are finance's own


@pytest.mark.parametrize("who", ["leader", "auditor"])
async def test_readers_move_nothing_whatever_code_they_reach(story: People, who: str) -> None:
    await accounts(story)
    await due(story)
    found = await line(story, 5_00, CITY)

    with pytest.raises((InsuranceError, asyncpg.InsufficientPrivilegeError)):
        await actions_premium.move(MoveEntry(line_id=found.id, kind=MoveKind.RECEIVED, payer=Payer.CITY), actor=getattr(story, who))


# -- at the same moment ------------------------------------------------------------------------------------------------------------

DATABASE = f"c_premium_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
RACERS = 6


@pytest.fixture
def own_database() -> Embedded:
    """The server, with a fresh database of this test."""
    return server.fresh_database(DATABASE)


@pytest.fixture
async def people(own_database: Embedded) -> AsyncIterator[People]:
    """The people of the story, on connections of their own."""
    async with own_pool(own_database, DATABASE, connections=RACERS + 1):
        clock.pin(date(2019, 8, 30))
        async with db.transaction(SYSTEM):
            found = await make.people()
            await scopes.load()
        yield found


@pytest.mark.committed
@pytest.mark.xdist_group("committed")
async def test_of_many_clerks_on_one_line_one_wins(people: People) -> None:
    await accounts(people)
    await due(people)
    found = await line(people, 5_00, CITY)

    done = await asyncio.gather(*(confirmed(found, people) for _ in range(RACERS)), return_exceptions=True)

    assert sum(isinstance(one, MoveView) for one in done) == 1
    assert sum(isinstance(one, Refused) for one in done) == RACERS - 1, done
    async with db.transaction(people.maker.scope):
        assert await offences() == []


@pytest.mark.committed
@pytest.mark.xdist_group("committed")
async def test_of_many_lines_on_one_due_each_takes_its_own_or_is_told(people: People) -> None:
    await accounts(people)
    bound = await due(people)
    owed, _, _ = await stands(bound, "CITY", people)
    found = await lines(people, *[(owed, CITY) for _ in range(RACERS)])

    done = await asyncio.gather(*(confirmed(one, people) for one in found), return_exceptions=True)

    assert sum(isinstance(one, MoveView) for one in done) == 1
    assert sum(isinstance(one, Refused) for one in done) == RACERS - 1, done
    assert await stands(bound, "CITY", people) == (0, owed, owed)
    async with db.transaction(people.maker.scope):
        assert await offences() == []


@pytest.mark.committed
@pytest.mark.xdist_group("committed")
async def test_without_a_look_at_the_policies_the_database_still_lets_one_through(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    await accounts(people)
    bound = await due(people)
    owed, _, _ = await stands(bound, "CITY", people)
    found = await lines(people, *[(owed, CITY) for _ in range(RACERS)])
    together = asyncio.Barrier(RACERS)

    async def nobody_waits(_: object) -> None:
        """Everybody has looked before anybody writes."""
        await together.wait()

    monkeypatch.setattr(store_premium, "hold_policies", nobody_waits)
    add = store_premium.add_move

    async def add_move(*given: Any, **known: Any) -> int:
        await together.wait()
        move_id: int = await add(*given, **known)
        return move_id

    monkeypatch.setattr(store_premium, "add_move", add_move)

    done = await asyncio.gather(*(confirmed(one, people) for one in found), return_exceptions=True)

    assert sum(isinstance(one, MoveView) for one in done) == 1
    assert all(isinstance(one, MoveView | Refused) for one in done), done
    assert await stands(bound, "CITY", people) == (0, owed, owed)


@pytest.mark.committed
@pytest.mark.xdist_group("committed")
async def test_a_refund_and_a_payment_at_the_same_moment_leave_books_that_tie(people: People) -> None:
    await accounts(people)
    made, bound = await midterm.held(people.town)
    owed, _, _ = await stands(bound, "CITY", people)
    found = await line(people, owed, CITY)

    done = await asyncio.gather(
        confirmed(found, people), midterm.cancelled(made, bound, actor=people.town), return_exceptions=True
    )  # fmt: skip

    assert not isinstance(done[1], BaseException), done
    assert isinstance(done[0], MoveView | Refused), done
    async with db.transaction(people.maker.scope):
        assert await offences() == []
