"""The walls themselves: scope, transactions, what the application role may not do."""

from __future__ import annotations

import asyncpg
import pytest

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
