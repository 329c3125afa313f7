"""A database of its own for what really commits, opened beside the session's pool, which is put back untouched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import server
from insurance.access import clock, keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.base.engine import DB
from insurance.base.scope import Scope

SYSTEM = Scope(0, "SYSTEM", "370400/", "*")


@asynccontextmanager
async def own_pool(postgres: Embedded, name: str, *, connections: int, role: str = "insurance_app") -> AsyncIterator[None]:
    """Every transaction inside goes to database `name`, `connections` of them at once, as the application unless told otherwise."""
    before, config, day = DB.pool, DB.config, clock.pinned()
    held = keys._Held.keys
    DB.pool = None
    keys.use(held or keys.fresh())
    await db.connect(postgres.dsn(role, name), server.SCHEMA, min_size=connections, max_size=connections)
    try:
        yield
    finally:
        await db.disconnect()
        DB.pool, DB.config, keys._Held.keys = before, config, held
        clock.pin(day)


_WAITS = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"


async def one_after_the_other(first: Callable[[], Awaitable[Any]], second: Callable[[], Awaitable[Any]], actor: Actor) -> list[Any]:
    """The second starts while the first holds what both want, and goes on when the first has committed. Answers what came of each."""
    held = asyncio.Event()

    async def before() -> Any:
        async with db.transaction(actor.scope):
            found = await first()
            held.set()
            async with asyncio.timeout(10):
                while not await db.fetchval(_WAITS):  # noqa: ASYNC110  # it waits in the database
                    await asyncio.sleep(0.01)
        return found

    async def after() -> Any:
        await held.wait()
        return await second()

    return list(await asyncio.gather(before(), after(), return_exceptions=True))
