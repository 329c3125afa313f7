"""One transaction per act, with its scope; named statements; the connection everybody in the act shares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import asyncpg
import msgspec

from insurance.base.engine import DB, SafeTransaction
from insurance.base.errors import Busy, Refused
from insurance.base.scope import Scope as Scope
from insurance.base.text import Text, t


class _ScopedTransaction(SafeTransaction):
    """BEGIN and the scope in one message; nested use is a savepoint."""

    __slots__ = ("depth", "joinable", "scope")

    def __init__(self, scope: Scope) -> None:
        super().__init__(engine=DB)
        self.scope = scope
        self.depth = 0
        self.joinable = False

    async def get_connection(self) -> Any:
        try:
            if DB.pool is None:
                raise RuntimeError("the pool is not open")
            return await DB.pool.acquire(timeout=2)
        except TimeoutError:
            raise Busy(t("系统繁忙，您填写的内容没有提交，请稍后再试")) from None

    async def start(self) -> None:
        await self.connection.execute("BEGIN;" + self.scope.statement())

    async def commit(self) -> None:
        if await self.connection.execute("COMMIT") != "COMMIT":
            raise Refused(t("操作没有完成，数据未保存"))
        self._committed = True

    async def rollback(self) -> None:
        await self.connection.execute("ROLLBACK")
        self._rolled_back = True


T = TypeVar("T")
U = TypeVar("U")
_current: ContextVar[_ScopedTransaction | None] = ContextVar("insurance_transaction", default=None)


@asynccontextmanager
async def transaction(scope: Scope, *, joinable: bool = False) -> AsyncIterator[None]:
    """Everything inside is one transaction in `scope`; nested, it is a savepoint that undoes itself alone.

    `joinable` is for the idempotency wrapper: the action inside shares its transaction, no savepoint between them.
    Raises Busy when no connection comes within two seconds.
    """
    outer = _current.get()
    if outer is None:
        whole = _ScopedTransaction(scope)
        whole.joinable = joinable
        async with whole:
            token = _current.set(whole)
            try:
                yield
            finally:
                _current.reset(token)
        return
    if outer.joinable and outer.scope == scope:
        outer.joinable = False
        try:
            yield
        finally:
            outer.joinable = True
        return
    async with _savepoint(outer, scope, joinable=joinable):
        yield


@asynccontextmanager
async def _savepoint(outer: _ScopedTransaction, scope: Scope, *, joinable: bool) -> AsyncIterator[None]:
    outer.depth += 1
    name = f"level_{outer.depth}"
    before, joinable_before = outer.scope, outer.joinable
    await outer.connection.execute(f"SAVEPOINT {name};" + scope.statement())
    outer.scope, outer.joinable = scope, joinable
    try:
        yield
    except BaseException:
        await outer.connection.execute(f"ROLLBACK TO {name}; RELEASE {name}")
        raise
    else:
        await outer.connection.execute(f"RELEASE {name};" + before.statement())
    finally:
        outer.scope, outer.joinable = before, joinable_before
        outer.depth -= 1


@asynccontextmanager
async def rolled_back(scope: Scope) -> AsyncIterator[None]:
    """For tests: everything inside happens and then never happened."""
    whole = _ScopedTransaction(scope)
    async with whole:
        token = _current.set(whole)
        try:
            yield
        finally:
            _current.reset(token)
            await whole.rollback()


def connection() -> asyncpg.Connection[asyncpg.Record]:
    """The connection of the transaction at hand; outside one there is none, so nothing runs without a scope."""
    found = _current.get()
    if found is None:
        raise RuntimeError("no transaction: every statement runs inside transaction(scope)")
    return found.connection  # type: ignore[no-any-return]  # Piccolo leaves it untyped


async def before_scope(query: str, *args: Any) -> asyncpg.Record | None:
    """One row before anybody's scope is known: row-level security shows nothing but what its two doors let through."""
    found = _current.get()
    if found is not None:
        row: asyncpg.Record | None = await found.connection.fetchrow(query, *args)
        return row
    if DB.pool is None:
        raise RuntimeError("the pool is not open")
    try:
        async with DB.pool.acquire(timeout=2) as free:
            return await free.fetchrow(query, *args)
    except TimeoutError:
        raise Busy(t("系统繁忙，您填写的内容没有提交，请稍后再试")) from None


async def fetch(query: str, *args: Any) -> list[asyncpg.Record]:
    """All rows."""
    return await connection().fetch(query, *args)


async def pieces(query: str, *args: Any, size: int) -> AsyncIterator[list[asyncpg.Record]]:
    """All rows, so many at a time, as they stood at one moment: the server keeps the rest."""
    cursor = await connection().cursor(query, *args)
    while rows := await cursor.fetch(size):
        yield rows


async def fetchrow(query: str, *args: Any) -> asyncpg.Record | None:
    """The first row, or None."""
    return await connection().fetchrow(query, *args)


async def fetchval(query: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    return await connection().fetchval(query, *args)


async def execute(query: str, *args: Any) -> str:
    """Run; answers the command tag ('UPDATE 1')."""
    return await connection().execute(query, *args)


async def executemany(query: str, rows: Iterable[Sequence[Any]]) -> None:
    """One prepared statement, many rows, one round trip."""
    await connection().executemany(query, rows)


async def stage(table: str, definition: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a temporary table of this transaction (COPY cannot write where row-level security holds).

    What follows in the transaction works on many rows: it may sort and join them in memory.
    """
    await connection().execute(f"SET LOCAL work_mem = '64MB'; CREATE TEMP TABLE {table} ({definition}) ON COMMIT DROP")
    await connection().copy_records_to_table(table, records=rows, columns=list(columns), schema_name="pg_temp")


async def meanwhile(asked: Awaitable[T], work: Callable[[], U]) -> tuple[T, U]:
    """Compute in a thread while the database works on what it was asked; both answers. What fails is raised when both are over."""
    beside = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        answer = await asked
    finally:
        await asyncio.wait([beside])
    return answer, beside.result()


@cache
def statement(package: str, name: str) -> str:
    """The named statement `sql/<name>.sql` of a context: `statement(__package__, "claim_for_update")`."""
    return (resources.files(package) / "sql" / f"{name}.sql").read_text("utf-8")


@contextmanager
def refusing(reasons: dict[str, Text]) -> Iterator[None]:
    """Turn the violation of a named constraint into a refusal in words; other violations pass through."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as violation:
        name = getattr(violation, "constraint_name", None)
        if name in reasons:
            raise Refused(reasons[name]) from violation
        raise


async def _prepare(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind,
            encoder=lambda value: msgspec.json.encode(value).decode(),
            decoder=msgspec.json.decode,
            schema="pg_catalog",
        )


async def _nothing_to_reset(_: Any) -> None:
    """Whatever a transaction sets it sets LOCAL, and it locks and listens to nothing beyond itself: its end leaves a connection as new.

    (An open one is rolled back by asyncpg before this is asked.) The usual reset would be one more message after every transaction.
    """


async def connect(dsn: str, schema: str, *, role: str | None = None, min_size: int = 2, max_size: int = 10) -> None:
    """Open the pool as the application role in the city's schema. Refuses a server older than PostgreSQL 18."""
    server_settings = {
        "search_path": f"{schema},public",
        "statement_timeout": "30000",
        "lock_timeout": "2000",
        "idle_in_transaction_session_timeout": "30000",
        "TimeZone": "Asia/Shanghai",
        "application_name": "insurance",
        "jit": "off",
    }
    if role:
        server_settings["role"] = role
    DB.config = {"dsn": dsn, "server_settings": server_settings, "statement_cache_size": 400}
    await DB.start_connection_pool(min_size=min_size, max_size=max_size, init=_prepare, reset=_nothing_to_reset, command_timeout=60)
    assert DB.pool is not None
    async with DB.pool.acquire() as first:
        if first.get_server_version().major < 18:
            await disconnect()
            raise RuntimeError("PostgreSQL 18 or newer is needed")


async def disconnect() -> None:
    """Close the pool if it is open."""
    if DB.pool is not None:
        await DB.close_connection_pool()
