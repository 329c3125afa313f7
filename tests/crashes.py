"""A connection that dies at a chosen statement, just before COMMIT, or just after it with the answer lost."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
import pytest

import server
from insurance.access.model import Actor
from insurance.access.once import perform
from insurance.base import db
from insurance.base.embedded import Embedded

_STATEMENTS = ("fetch", "fetchrow", "fetchval", "execute", "executemany", "stage")
# The last: the server's farewell was read, the end of the connection not yet.
DIED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, asyncpg.InternalClientError)
Act = Callable[[], Awaitable[Any]]


class LostAnswerError(Exception):
    """The server has committed, the client never heard of it."""


class Bomb:
    """Counts the statements and commits of an act; ends its connection before the one it is set to."""

    def __init__(self, admin: asyncpg.Connection[Any]) -> None:
        self.admin = admin
        self.at = self.count = 0
        self.before_commit = self.after_commit = False
        self._look: Any = None

    def set(self, at: int = 0, *, before_commit: bool = False, after_commit: bool = False) -> None:
        """0: never; or at the COMMIT."""
        self.at, self.count, self.before_commit, self.after_commit = at, 0, before_commit, after_commit

    async def everything(self) -> dict[str, tuple[int, int]]:
        """How many rows every table holds, and what they say."""
        if self._look is None:
            tables = await self.admin.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1", server.SCHEMA)
            each = " UNION ALL ".join(
                f"SELECT '{row['tablename']}' AS name, count(*) AS n, coalesce(sum(hashtextextended(t::text, 0)), 0) AS said"
                f" FROM {row['tablename']} t"
                for row in tables
            )
            self._look = await self.admin.prepare(each)
        return {row["name"]: (row["n"], row["said"]) for row in await self._look.fetch()}

    async def tick(self, connection: Any, *, commit: bool = False) -> None:
        """A statement or COMMIT is about to be sent."""
        self.count += 1
        if self.count == self.at or (commit and self.before_commit):
            await self.admin.execute("SELECT pg_terminate_backend($1, 5000)", connection.get_server_pid())

    def put_into(self, patch: pytest.MonkeyPatch) -> None:
        """Every statement of the program, and every COMMIT."""

        def ticking(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
            async def run_it(*given: Any, **named: Any) -> Any:
                await self.tick(db.connection())
                return await run(*given, **named)

            return run_it

        for name in _STATEMENTS:
            patch.setattr(db, name, ticking(getattr(db, name)))
        commit = db._ScopedTransaction.commit

        async def commit_it(transaction: Any) -> None:
            await self.tick(transaction.connection, commit=True)
            await commit(transaction)
            if self.after_commit:
                raise LostAnswerError

        patch.setattr(db._ScopedTransaction, "commit", commit_it)


@asynccontextmanager
async def administrator(postgres: Embedded, name: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """The superuser's own connection, beside the pool."""
    connection = await asyncpg.connect(postgres.dsn(database=name), server_settings={"search_path": f"{server.SCHEMA},public"})
    try:
        yield connection
    finally:
        await connection.close()


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Tables that are not what they were."""
    return {name for name in after if after[name] != before[name]}


async def once(actor: Actor, key: str, act: Act) -> bytes:
    """The act under an idempotency key, as every route does it."""

    async def run() -> tuple[int, str | None, bytes]:
        return 200, None, msgspec.json.encode(await act())

    return (await perform(actor, "POST /the/verb", key, hashlib.sha256(key.encode()).digest(), run))[2]


async def dies_everywhere(bomb: Bomb, actor: Actor, key: str, act: Act, *, step: int = 1) -> int:
    """Let the act die at its COMMIT and at every `step`-th statement: nothing of it stays. The last try, with the same key, succeeds,
    and the key does nothing more. Answers how many boundaries there were.
    """
    before, at = await bomb.everything(), 0
    while True:
        bomb.set(at, before_commit=not at)
        try:
            answer = await once(actor, key, act)
        except DIED:
            bomb.set()
            assert not differing(before, await bomb.everything()), f"died at statement {at or 'COMMIT'} and left something behind"
            at = at + step if at else 1
            continue
        break
    assert bomb.count < at, f"survived its death at statement {at}"
    boundaries = bomb.count
    bomb.set()
    after = await bomb.everything()
    assert {"idempotency", "audit_event"} <= differing(before, after)
    assert await once(actor, key, act) == answer
    assert not differing(after, await bomb.everything()), "done twice under one key"
    return boundaries


async def answer_is_lost(bomb: Bomb, actor: Actor, key: str, act: Act) -> None:
    """The COMMIT came through, the answer did not: the same key gives the answer and does nothing more."""
    bomb.set(after_commit=True)
    with pytest.raises(LostAnswerError):
        await once(actor, key, act)
    bomb.set()
    after = await bomb.everything()
    assert await once(actor, key, act)
    assert not differing(after, await bomb.everything()), "done twice after a lost answer"
