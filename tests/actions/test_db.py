"""The walls themselves: scope, transactions, what the application role may not do."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from pathlib import Path

import asyncpg
import pytest

import insurance
import make
from insurance.base import db
from insurance.base.engine import DB
from people import People


async def test_a_commit_that_fails_gives_the_connection_back(pool: None) -> None:
    scope = db.Scope(0, "SYSTEM", "370400/", "*")

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with db.transaction(scope):
            await db.execute("CREATE TEMP TABLE mother (id int PRIMARY KEY) ON COMMIT DROP")
            await db.execute("CREATE TEMP TABLE child (id int REFERENCES mother DEFERRABLE INITIALLY DEFERRED)")
            await db.execute("INSERT INTO child VALUES (1)")

    assert DB.pool is not None
    assert DB.pool.get_idle_size() == DB.pool.get_size()
    assert DB.current_transaction.get() is None


_LEFT = """SELECT coalesce(current_setting('app.actor', true), '') || coalesce(current_setting('app.role', true), '')
|| coalesce(current_setting('app.region', true), '') || coalesce(current_setting('app.insurer', true), '') AS scope,
current_setting('lock_timeout') AS waits, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
(SELECT count(*) FROM pg_cursors WHERE name <> '') AS cursors, (SELECT count(*) FROM pg_listening_channels()) AS channels"""


@pytest.mark.parametrize("how", ["committed", "failed", "in a savepoint", "cut short"])
async def test_a_transaction_leaves_a_connection_as_it_found_it(pool: None, how: str) -> None:
    scope = db.Scope(7, "SYSTEM", "370400/", "5")

    with contextlib.suppress(ZeroDivisionError, TimeoutError):
        async with db.transaction(scope):
            await db.execute("SET LOCAL lock_timeout = '25s'")
            await db.fetchval("SELECT pg_advisory_xact_lock(99)")
            async for rows in db.pieces("SELECT generate_series(1, 100)", size=10):
                assert len(rows) == 10
                break
            if how == "failed":
                raise ZeroDivisionError
            if how == "in a savepoint":
                async with db.transaction(db.Scope(8, "MAKER", "370400/", "*")):
                    await db.execute("SET LOCAL lock_timeout = '20s'")
            if how == "cut short":
                async with asyncio.timeout(0.05):
                    await db.execute("SELECT pg_sleep(5)")

    assert DB.pool is not None
    free = [await DB.pool.acquire() for _ in range(DB.pool.get_size())]
    try:
        assert {tuple(dict(await one.fetchrow(_LEFT) or {}).values()) for one in free} == {("", "2s", 0, 0, 0)}
    finally:
        for one in free:
            await DB.pool.release(one)


def test_nothing_is_set_beyond_a_transaction() -> None:
    """The pool does not reset a connection that comes back: no source may set, lock or listen for longer than its transaction."""
    forbidden = re.compile(
        r"\bSET (?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b|state\b)\w+ *(=|TO) *'|SESSION AUTHORIZATION|pg_(try_)?advisory_lock|\bLISTEN \w"
    )
    sources = Path(insurance.__file__).parent
    read = [path for path in sources.rglob("*") if path.suffix in (".py", ".sql") and not {"bench", "migrations"} & set(path.parts)]

    assert len(read) > 400
    assert [f"{path.name}: {found[0]}" for path in read if (found := forbidden.search(path.read_text("utf-8")))] == []


async def test_what_is_computed_meanwhile_is_over_before_anything_goes_on(story: People) -> None:
    over: list[str] = []

    def work() -> str:
        time.sleep(0.05)  # longer than the database takes
        over.append("work")
        return "worked out"

    async with db.transaction(story.maker.scope):
        assert await db.meanwhile(db.fetchval("SELECT 1"), work) == (1, "worked out")
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with db.transaction(story.maker.scope):
            await db.meanwhile(db.fetchval("SELECT 1 / 0"), work)
    assert over == ["work", "work"]

    async with db.transaction(story.maker.scope):
        with pytest.raises(ZeroDivisionError):
            await db.meanwhile(db.fetchval("SELECT pg_sleep(0.05)"), lambda: 1 / 0)
        assert await db.fetchval("SELECT 2") == 2  # the connection is not asked for two things at once


async def test_a_nested_transaction_undoes_itself_alone(story: People) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(story.admin.scope):
            await make.user("inner", story.town.role, make.access.TANSHAN)
            raise ZeroDivisionError

    assert await db.fetchval("SELECT count(*) FROM app_user WHERE username = 'inner'") == 0
    assert await db.fetchval("SELECT current_setting('app.role')") == "SYSTEM"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET verb = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE transfer SET amount_fen = 1",
    ],
)
async def test_what_is_append_only_stays(story: People, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(statement)


@pytest.mark.parametrize("part", [{"region": "370400'; DROP TABLE claim; --"}, {"role": "x y"}, {"insurer": "1 OR 1"}])
def test_a_scope_that_is_no_literal_never_reaches_the_database(part: dict[str, str]) -> None:
    fields = {"user_id": 1, "role": "SYSTEM", "region": "370400/", "insurer": "*"} | part
    with pytest.raises(ValueError, match="literal"):
        db.Scope(**fields).statement()  # type: ignore[arg-type]  # a mixed dict on purpose


async def test_a_reader_deletes_nothing_even_with_sql(story: People) -> None:
    await make.order(story)

    for reader in (story.leader, story.auditor):
        async with db.transaction(reader.scope):
            assert await db.execute("DELETE FROM party") == "DELETE 0"
