"""What a claim asks of a policy, and the proof of every stored amount."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

import make
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.policies import actions_enrol, actions_verify, rules, store
from insurance.policies.model import Basis, Cover, InsuredItem
from insurance.policies.store import Bound
from insurance.projects.model import Project
from make.policies import ask, bind, on_day, papers, policy
from people import People

BOUND_ON, STARTS_ON, LAST_DAY = date(2019, 3, 1), date(2019, 3, 10), date(2020, 3, 9)
DAYS = [STARTS_ON, date(2019, 3, 31), date(2019, 4, 1), date(2019, 8, 11), date(2019, 12, 31), date(2020, 1, 1), LAST_DAY]


def frozen(item: InsuredItem, day: date) -> tuple[int, int]:
    """Value and sum insured of a line on a day, by the month table frozen at binding."""
    return rules.insured_on(Basis.AGREED_NAV, item.sum_insured_fen, item.month_values_fen, item.value_from_on, day)


async def covered(story: People, cover: Cover = Cover.INDUSTRY, **known: Any) -> tuple[Project, Bound]:
    office = on_day(story.county, BOUND_ON)
    project = await make.project(office, **known)
    return project, await policy(project, actor=office, cover=cover, starts_on=STARTS_ON)


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (STARTS_ON - timedelta(days=1), False),
        (STARTS_ON, True),
        (LAST_DAY, True),
        (LAST_DAY + timedelta(days=1), False),
    ],
)
async def test_cover_stands_from_the_first_day_to_the_last(story: People, day: date, stands: bool) -> None:
    project, bound = await covered(story)

    found = await store.cover_on(project.id, Cover.INDUSTRY, day)
    same = await store.policy_on(bound.id, day)

    assert (found is not None) is stands
    assert found == same
    assert await store.cover_on(project.id, Cover.INCOME, day) is None
    assert bool(await store.insured_in_towns(["370404001"], day, day)) is stands


async def test_a_policy_bound_after_the_loss_does_not_cover_it(story: People) -> None:
    today = date(2019, 8, 30)
    project = await make.project(story.county)
    bound = await policy(project, actor=story.county, starts_on=today)

    assert await store.policy_on(bound.id, today) is not None
    assert await store.policy_on(bound.id, today - timedelta(days=1)) is None


async def test_value_and_sum_follow_the_frozen_month_table_also_in_sql(story: People) -> None:
    _, bound = await covered(story)
    found = await store.policy_on(bound.id, STARTS_ON)
    assert found is not None
    (item,) = found.items

    for day in DAYS:
        value, insured = frozen(item, day)
        in_sql = await db.fetchval("SELECT month_value(month_values, value_from_on, $2) FROM policy_item WHERE id = $1", item.id, day)
        assert value == insured == in_sql
    assert frozen(item, date(2019, 8, 11))[0] == 68_979_167  # A1a


async def test_no_value_outside_the_table_neither_in_sql(story: People) -> None:
    _, bound = await covered(story)
    found = await store.policy_on(bound.id, STARTS_ON)
    assert found is not None
    (item,) = found.items

    for day in (STARTS_ON - timedelta(days=1), date(2020, 4, 1)):
        with pytest.raises(Invalid):
            frozen(item, day)
        assert await db.fetchval("SELECT month_value(month_values, value_from_on, $2) FROM policy_item WHERE id = $1", item.id, day) is None


async def test_who_is_insured_in_the_area_of_a_disaster(story: People) -> None:
    project, bound = await covered(story)
    office = on_day(story.county, BOUND_ON)
    income = await bind(project, actor=office, cover=Cover.INCOME, insurer="INS-B", starts_on=date(2019, 8, 12))
    window = (date(2019, 8, 10), date(2019, 8, 12))

    async def ids(*towns: str, **known: Any) -> list[int]:
        return [one.policy_id for one in await store.insured_in_towns(towns, *window, **known)]

    assert await ids("370404001", "370481001") == [income.id, bound.id]
    assert await ids("370404001", cover=Cover.INDUSTRY) == [bound.id]
    assert await ids("370404001", insurer_id=story.insurer_b) == [income.id]
    assert await ids("370481001") == []
    async with db.transaction(story.adjuster_b.scope):
        assert await ids("370404001") == [income.id]


# -- every amount again -----------------------------------------------------------------------------------------------


async def a_city(story: People) -> list[Bound]:
    """Thirty policies over odd amounts, one to four assets each, alternately of both covers."""
    dice = random.Random(20190830)  # noqa: S311  # amounts that repeat themselves, no secret
    office = story.county
    made = []
    for number in range(15):
        assets = [
            {"cost_fen": dice.randrange(1, 10**11), "in_use_on": f"201{dice.randrange(4, 9)}-0{dice.randrange(1, 9)}-1{dice.randrange(9)}",
             "life_months": dice.randrange(120, 400), "residual_rate": f"0.{dice.randrange(10**4):04d}", "name": f"资产{place}",
             "funds": [{"fund": "SPECIAL", "amount_fen": dice.randrange(10**4, 10**10)}]}
            for place in range(dice.randrange(1, 5))
        ]  # fmt: skip
        made.append(await make.project(office, assets=assets, village=f"村{number}"))
    await papers(*made, actor=office)
    asks = [*await ask(*made, actor=office), *await ask(*made, actor=office, cover=Cover.INCOME)]
    return [outcome for outcome in await actions_enrol.enrol_many(asks, actor=office) if isinstance(outcome, Bound)]


async def test_lines_and_shares_add_up_and_every_amount_comes_out_again(story: People) -> None:
    bound = await a_city(story)

    off = await db.fetch(
        "SELECT p.number FROM policy p WHERE p.premium_fen <> (SELECT sum(amount_fen) FROM premium_share WHERE policy_id = p.id)"
        " OR p.premium_fen <> (SELECT sum(amount_fen) FROM transfer WHERE subject = 'policy:' || p.id)"
        " OR (p.cover = 'INDUSTRY' AND (p.sum_insured_fen <> (SELECT sum(sum_insured_fen) FROM policy_item WHERE policy_id = p.id)"
        " OR p.premium_fen <> (SELECT sum(premium_fen) FROM policy_item WHERE policy_id = p.id)))"
    )
    assert off == []
    assert len(bound) == 30
    assert await actions_verify.verify(actor=story.city) == (30, [])


@pytest.mark.parametrize(
    ("tampered", "offence"),
    [
        ("UPDATE premium_share SET amount_fen = amount_fen + 1 WHERE policy_id = $1 AND payer = 'CITY'", "shares"),
        ("UPDATE policy SET sum_insured_fen = sum_insured_fen + 1, version = version + 1 WHERE id = $1", "sum_insured_fen"),
        ("UPDATE policy SET premium_fen = premium_fen - 1, version = version + 1 WHERE id = $1", "premium_fen"),
        ("UPDATE policy SET version = version + 1 WHERE id = $1", None),
    ],
)
async def test_an_amount_that_was_changed_is_found(story: People, tampered: str, offence: str | None) -> None:
    _, bound = await covered(story)

    await db.execute(tampered, bound.id)

    count, offences = await actions_verify.verify(actor=story.city)
    assert count == 1
    assert bool(offences) is bool(offence)
    assert all(bound.number in text for text in offences)
    assert offence is None or any(offence in text for text in offences)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE policy_item SET month_values[8] = month_values[8] + 1 WHERE policy_id = $1", "may end, once"),
        ("UPDATE policy_item SET premium_fen = premium_fen + 1 WHERE policy_id = $1", "may end, once"),
        ("UPDATE policy SET judgement = judgement - 'assets', version = version + 1 WHERE id = $1", "is fixed"),
        ("UPDATE policy SET sold_before = sold_before - 1, version = version + 1 WHERE id = $1", "is fixed"),
        ("UPDATE policy SET period = daterange(lower(period) - 1, upper(period)), version = version + 1 WHERE id = $1", "is fixed"),
        ("UPDATE policy SET period = daterange(lower(period), upper(period) + 1), version = version + 1 WHERE id = $1", "never later"),
        ("UPDATE policy SET state = 'PROPOSED', version = version + 1 WHERE id = $1", "may not go from"),
        ("UPDATE policy SET premium_fen = 0 WHERE id = $1", "up by one"),
    ],
)
async def test_what_was_sold_stays_as_it_was_sold(story: People, statement: str, said: str) -> None:
    _, bound = await covered(story)

    with pytest.raises(asyncpg.CheckViolationError, match=said):
        async with db.transaction(story.city.scope):
            await db.execute(statement, bound.id)


async def test_the_terms_of_a_bound_policy_are_fixed_and_checked(story: People) -> None:
    project, bound = await covered(story)
    office = on_day(story.county, BOUND_ON)
    other = await policy(await make.project(office), actor=office)

    with pytest.raises(Exception, match="wording of a bound policy is fixed"):
        async with db.transaction(story.city.scope):
            await db.execute("UPDATE policy SET terms_version = '2020-01-01', version = version + 1 WHERE id = $1", bound.id)
    row = dict((await store.stored_policies(other.id - 1, 1))[0]) | {"terms_checksum": "0" * 64}

    assert project.id
    assert "文字与承保时不同" in next(actions_verify.offences(row))
