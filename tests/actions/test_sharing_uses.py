"""Lists for the bank, uses to the last fen and money that came back; plans and lists of households, never changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

import make
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, Refused, WrongState
from insurance.base.spreadsheet import read_table_file
from insurance.sharing import actions_plans, actions_uses
from insurance.sharing.model import (
    ListWish,
    Payment,
    Reasoned,
    Return,
    SharingState,
)
from insurance.sharing.views import SharingView
from make import sharing as made
from make.sharing import later
from people import People

S = SharingState


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def _project(project_id: int, story: People) -> Any:
    async with db.transaction(story.town.scope):
        return await actions_plans.project_of(project_id)


# -- lists and uses -----------------------------------------------------------------------------------------------------------------


async def paid(story: People, lines: list[dict[str, str]] | None = None) -> tuple[SharingView, People]:
    """A distribution whose households are paid, and everybody on that day."""
    project = await made.ground(story, lines)
    found = await made.confirmed(story, await made.drafted(story, project))
    day = found.head.confirmed_on or date.min
    on = msgspec.structs.replace(story, **{name: later(actor, day) for name, actor in story.everybody().items()})
    listed = await actions_uses.make_list(found.head.id, ListWish(version=found.head.version), actor=on.maker)
    receipt = Payment(version=listed.head.version, paid_on=day, document_id=await made.photo(found, story))
    return await actions_uses.pay(found.head.id, listed.pay_lists[0].id, receipt, actor=on.checker), on


async def test_a_dividend_that_came_back_is_paid_anew_on_the_new_card(story: People) -> None:
    lines = [made.household(number) for number in range(1, 4)]
    done, on = await paid(story, lines)
    project = await _project(done.head.project_id, story)
    came = done.uses[1]

    back = await actions_uses.take_back(
        done.head.id, came.id, Return(version=done.head.version, returned_on=on.town.on, reason="卡已销户"), actor=on.town
    )
    with pytest.raises(Refused, match="已经退回"):
        await actions_uses.take_back(
            done.head.id, came.id, Return(version=back.head.version, returned_on=on.town.on, reason="卡已销户"), actor=on.town
        )
    lines[1] = made.household(2, card=made.card(902))
    await made.households(project, on, lines, on=on.town.on)
    again = await actions_uses.make_list(done.head.id, ListWish(version=back.head.version), actor=on.maker)
    _, content = await actions_uses.workbook(done.head.id, again.pay_lists[1].id, actor=on.maker)

    assert back.head.open_fen == done.head.open_fen + came.amount_fen
    assert [one.amount_fen for one in back.uses][-1] == -came.amount_fen
    assert (again.pay_lists[1].line_count, again.pay_lists[1].sum_fen) == (1, came.amount_fen)
    assert again.pay_lists[0].returned == 1
    assert (await read_table_file(content)).sheets[0].columns[2][1] == made.card(902)


async def test_another_person_under_the_same_number_is_not_paid(story: People) -> None:
    lines = [made.household(number) for number in range(1, 3)]
    done, on = await paid(story, lines)
    back = await actions_uses.take_back(
        done.head.id, done.uses[1].id, Return(version=done.head.version, returned_on=on.town.on, reason="卡已销户"), actor=on.town
    )
    lines[1] = made.household(2, id=made.resident_id(77), card=made.card(902))
    await made.households(await _project(done.head.project_id, story), on, lines, on=on.town.on)

    again = await actions_uses.make_list(done.head.id, ListWish(version=back.head.version), actor=on.maker)
    _, content = await actions_uses.workbook(done.head.id, again.pay_lists[1].id, actor=on.maker)

    assert (await read_table_file(content)).sheets[0].columns[2][1] == made.card(2)


async def test_a_share_is_used_up_and_never_above(story: People) -> None:
    done, on = await paid(story)
    with pytest.raises(Invalid) as refused:
        await actions_uses.use(done.head.id, await made.use(done, story, "MUTUAL_AID", 1_579_201, actor=on.town), actor=on.town)
    assert fields(refused) == ["amount_fen"]
    with pytest.raises(asyncpg.CheckViolationError, match="is used for"):
        async with db.transaction(on.town.scope):
            for _ in range(2):
                await db.execute(
                    "INSERT INTO sharing_use (sharing_id, project_id, region_path, working_no, purpose, key, amount_fen, used_on, document_id,"
                    " made_by, made_at) SELECT sharing_id, project_id, region_path, working_no, purpose, key, amount_fen, '2019-09-07', $2, $3,"
                    " now() FROM sharing_share WHERE sharing_id = $1 AND purpose = 'MUTUAL_AID'",
                    done.head.id, done.uses[0].document_id, on.town.user_id,
                )  # fmt: skip
            await db.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("purpose", "field"), [("DIVIDEND", "purpose"), ("FUND", "purpose"), ("RESERVE", "purpose")],
)  # fmt: skip
async def test_a_use_is_of_a_purpose_of_its_plan_and_households_go_by_list(story: People, purpose: str, field: str) -> None:
    done, on = await paid(story)

    with pytest.raises(Invalid) as refused:
        await actions_uses.use(done.head.id, await made.use(done, story, purpose, 1, actor=on.town), actor=on.town)

    assert fields(refused) == [field]


async def test_a_use_lies_between_the_confirmation_and_today(story: People) -> None:
    done, on = await paid(story)
    for day in (on.town.on - timedelta(days=1), on.town.on + timedelta(days=1)):
        entry = await made.use(done, story, "MUTUAL_AID", 1, actor=later(on.town, day))
        with pytest.raises(Invalid) as refused:
            await actions_uses.use(done.head.id, entry, actor=on.town)
        assert fields(refused) == ["used_on"]


async def test_a_share_on_a_list_is_not_used_by_hand_and_a_void_list_frees_it(story: People) -> None:
    found = await made.confirmed(story)
    day = found.head.confirmed_on or date.min
    maker, town = later(story.maker, day), later(story.town, day)
    listed = await actions_uses.make_list(found.head.id, ListWish(version=found.head.version, with_units=True), actor=maker)
    with pytest.raises(Refused, match="已在付款名单"):
        await actions_uses.use(found.head.id, await made.use(listed, story, "MUTUAL_AID", 1, actor=town), actor=town)
    with pytest.raises(Refused, match="没有待付"):
        await actions_uses.make_list(found.head.id, ListWish(version=listed.head.version, with_units=True), actor=maker)

    void = await actions_uses.void_list(
        found.head.id, listed.pay_lists[0].id, Reasoned(version=listed.head.version, reason="银行退回"), actor=maker
    )

    with pytest.raises(WrongState):
        await actions_uses.workbook(found.head.id, listed.pay_lists[0].id, actor=maker)
    used = await actions_uses.use(found.head.id, await made.use(void, story, "MUTUAL_AID", 1, actor=town), actor=town)
    again = await actions_uses.make_list(found.head.id, ListWish(version=used.head.version, with_units=True), actor=maker)
    assert again.pay_lists[1].line_count == 37, "what was begun by hand is finished by hand"


# -- plans and lists ------------------------------------------------------------------------------------------------------------------


async def test_a_plan_is_never_changed_a_new_version_holds_from_its_day(story: People) -> None:
    project = await make.project(story.town)
    first = await made.plan(project, story)
    second = await made.plan(project, story, from_on="2019-10-01", purposes=[{"purpose": "DIVIDEND", "weight": 1}])

    assert [(one.id, one.ordinal, one.in_force) for one in await actions_plans.plans(project.id, actor=story.town)] == [
        (second.id, 2, False), (first.id, 1, True),
    ]  # fmt: skip
    assert (await actions_plans.plan(second.id, actor=later(story.town, date(2019, 10, 1)))).in_force
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(story.town.scope):
            await db.execute("UPDATE sharing_plan SET reserve_per_mille = 5")


async def test_money_of_the_collective_goes_to_no_households_card(story: People) -> None:
    project = await make.project(story.town)
    await made.households(project, story, [made.household(1)])
    unit = made.PURPOSES[1] | {"payee_account": made.card(1)}

    with pytest.raises(Invalid) as refused:
        await made.plan(project, story, purposes=[unit])

    assert fields(refused) == ["purposes[0].payee_account"]


async def test_a_list_holds_once_a_second_person_agreed_and_the_same_file_stores_nothing_new(story: People) -> None:
    project = await make.project(story.town)
    content = made.household_file([made.household(1, 2), made.household(2)])

    first = await actions_plans.bring_in_list(project.id, date(2019, 2, 1), content, actor=story.town)
    again = await actions_plans.bring_in_list(project.id, date(2019, 2, 1), content, actor=story.county)
    with pytest.raises(Forbidden):
        await actions_plans.confirm_list(first.id, 1, actor=story.town)
    with pytest.raises(LostUpdate):
        await actions_plans.confirm_list(first.id, 2, actor=story.county)
    held = await actions_plans.confirm_list(first.id, 1, actor=story.county)
    with pytest.raises(WrongState):
        await actions_plans.confirm_list(first.id, 2, actor=story.city)

    assert again.id == first.id
    assert (first.in_force, held.in_force, held.weights) == (False, True, 3)
    _, lines = await actions_plans.household_list(first.id, actor=story.leader)
    assert [(one.key, one.name, one.card[-4:]) for one in lines] == [("001", "王**", made.card(1)[-4:]), ("002", "王**", made.card(2)[-4:])]
    assert lines[0].resident_id.startswith("**************")


@pytest.mark.parametrize("day", [date(2019, 8, 31), date(2018, 8, 29)])
async def test_a_check_lies_within_the_past_year(story: People, day: date) -> None:
    project = await make.project(story.town)

    with pytest.raises(Invalid) as refused:
        await actions_plans.bring_in_list(project.id, day, made.household_file([made.household(1)]), actor=story.town)

    assert fields(refused) == ["checked_on"]


async def test_shares_that_do_not_add_up_are_no_working(story: People) -> None:
    found = await made.drafted(story)

    with pytest.raises(asyncpg.CheckViolationError, match="shares of"):
        async with db.transaction(story.town.scope):
            await db.execute(
                "INSERT INTO sharing_working (sharing_id, no, project_id, region_path, plan_id, list_id, rules_version, inputs, steps,"
                " amount_fen, made_by, made_at) SELECT sharing_id, 2, project_id, region_path, plan_id, list_id, rules_version, inputs, steps,"
                " amount_fen, made_by, made_at FROM sharing_working WHERE sharing_id = $1",
                found.head.id,
            )
            await db.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_the_database_keeps_to_the_table_of_verbs(story: People) -> None:
    found = await made.drafted(story)

    with pytest.raises(asyncpg.CheckViolationError, match="may not go"):
        async with db.transaction(story.town.scope):
            await db.execute("UPDATE sharing SET state = 'CONFIRMED', version = version + 1 WHERE id = $1", found.head.id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(story.town.scope):
            await db.execute("UPDATE sharing SET amount_fen = 1, version = version + 1 WHERE id = $1", found.head.id)
