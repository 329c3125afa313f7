"""The benchmarks' own ground holds: their city fits the schema and the functions, their references come to the same fen, misses are said."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance.access import clock, scopes
from insurance.base import db
from insurance.bench import population, report, w1, w2, w3, w7, w8
from insurance.claims import actions_report
from insurance.claims.model_verbs import Report
from insurance.finance import actions_matching, store
from insurance.projects import register, store_values
from insurance.projects.register_places import Region, Regions
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"b_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
PROJECTS = 30


@pytest.fixture(scope="module")
def own_database() -> Any:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def small(own_database: Any) -> AsyncIterator[tuple[People, asyncpg.Connection[Any]]]:
    """A small city in bulk, its people, and the superuser's connection."""
    async with own_pool(own_database, DATABASE, connections=2):
        clock.pin(w2.DAY)
        async with db.transaction(SYSTEM):
            people = await make.people()
            await scopes.load()
        connection = await asyncpg.connect(
            own_database.dsn(database=DATABASE), server_settings={"search_path": f"{server.SCHEMA},public", "TimeZone": "Asia/Shanghai"}
        )
        await population.projects(connection, PROJECTS, 4)
        await population.policies(connection)
        await population.claims(connection, 200)
        yield people, connection
        await connection.close()


async def test_the_portfolio_and_its_reference_agree_to_the_fen(small: tuple[People, asyncpg.Connection[Any]]) -> None:
    people, connection = small
    async with db.transaction(people.city.scope):
        whole = await store_values.portfolio(people.city.region_path, w2.DAY)

    _, total = await w2.reference(connection)

    assert int(whole.net_value_fen.sum()) == total > 0
    assert len(whole.project_id) == PROJECTS


async def test_a_report_of_the_benchmark_is_a_claim_and_so_is_its_limit(small: tuple[People, asyncpg.Connection[Any]]) -> None:
    people, connection = small
    sent = w3.report(3, "token").split(b"\r\n\r\n", 1)[1]

    made = await actions_report.report(msgspec.json.decode(sent, type=Report), actor=people.city)
    await connection.execute("CREATE SEQUENCE bench_turn")
    bare = await connection.fetchrow(w3.bare(people.city.user_id).replace("20000", str(PROJECTS)))

    assert made.policy.id == 4
    assert bare is not None
    assert '"state":"REPORTED"' in bare[0]


async def test_lines_and_orders_of_the_benchmark_are_matched_as_its_limit_matches_them(
    small: tuple[People, asyncpg.Connection[Any]],
) -> None:
    people, connection = small
    count = 300
    await w7.populate(connection, count)
    made = list(w7.orders(count))

    taken = await actions_matching.take_in(w7.statement(made), b"s" * 32, "a.xlsx", actor=people.maker)
    narrow, whole, matched = await w7.reference(connection, count)

    assert (taken.lines, taken.matched, taken.open) == (count, matched, 6)
    assert matched == 294
    assert 0 < narrow < whole
    rules = await connection.fetch("SELECT rule, count(*) AS n FROM bank_match GROUP BY rule ORDER BY rule")
    assert [tuple(r) for r in rules] == [("M1", 288), ("M3", 6)]
    assert await connection.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'payout.settled'") == matched
    async with db.transaction(people.maker.scope):
        books = {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await store.trial_balance(dt.date(2019, 9, 30))}
    paid = sum(line.amount_fen for place, line in enumerate(w7.statement(made).lines) if place % 100 < 98)
    assert (books["2101"], books["1201"]) == (paid, -paid)


def test_a_register_of_the_benchmark_is_read_but_for_its_wrong_rows() -> None:
    from insurance.base.spreadsheet import Sheet

    rows = [w1.HEADINGS, *w1.rows(2000)]
    cells = [[str(cell) if not isinstance(cell, dt.date | int) else cell for cell in row] for row in rows]
    places = [Region("370400", "枣庄市", "370000")]
    for code, name, town_code, town in (("370404", "峄城区", "370404001", "坛山街道"), ("370404", "峄城区", "370404100", "古邵镇"),
                                        ("370481", "滕州市", "370481113", "木石镇"), ("370404", "峄城区", "370404101", "阴平镇"),
                                        ("370403", "薛城区", "370403005", "常庄街道")):  # fmt: skip
        places += [Region(code, name, "370400"), Region(town_code, town, code)]
    sheet = Sheet("", len(cells), [list(column) for column in zip(*cells, strict=True)], [])

    found = register.parse_register([sheet], Regions(places), "370400")

    assert (found.read, found.faulty, len(found.rows)) == (2000, 2, 1998)


async def test_the_writer_of_the_benchmark_writes_every_row() -> None:
    one = await w8.child("ours", "2000")

    assert one["bytes"] > 50_000
    assert one["seconds"] > 0


def test_figures_say_how_far_the_rounds_lay_apart() -> None:
    assert report.spread([3.0, 1.0, 2.0], ".1f") == "2.0 (1.0–3.0)"
    assert report.spread([2.0], ".1f") == "2.0"


@pytest.mark.parametrize(("met", "word"), [(True, "| yes |"), (False, "| **missed** |"), (None, "| – |")])
def test_the_table_says_plainly_whether_a_goal_was_met(met: bool | None, word: str) -> None:
    line = report.Line(workload="W", size="1", ours="1 s", limit="2 s", ratio="0.5", goal="≤ 1", met=met)

    text = report.table([line], ["2 cores"])

    assert word in text
    assert "| W | 1 | 1 s | 2 s | 0.5 | ≤ 1 " in text
