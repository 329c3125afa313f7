"""Where the database is: the PostgreSQL of the wheel under the data folder, or the server of DATABASE_URL."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import date

from insurance import anchors
from insurance.access import clock, keys, store
from insurance.access.actions import system
from insurance.base import db
from insurance.migrations.run import APPLICATION, is_current, migrate
from insurance.settings import settings

_kept: list[object] = []  # a started server outlives the process on purpose: the next start attaches to it


def addresses() -> tuple[str, str, str | None]:
    """(for migrations, for the application, role to take on), starting the embedded server if it is ours."""
    chosen = settings()
    if chosen.database_url:
        return chosen.migration_url or chosen.database_url, chosen.database_url, APPLICATION
    from insurance.base.embedded import Embedded

    server = Embedded(chosen.data).start()
    _kept.append(server)
    return server.dsn(), server.dsn(APPLICATION), None


async def prepare(*, fresh: bool = False) -> None:
    """Bring the schema up to date; `fresh` throws the city's schema away first (an interrupted demo)."""
    owner, _, _ = addresses()
    if fresh:
        import asyncpg

        connection = await asyncpg.connect(owner)
        await connection.execute(f"DROP SCHEMA IF EXISTS {settings().schema} CASCADE")
        await connection.close()
        anchors.begin_anew(settings().data)
    if fresh or not await is_current(owner, settings().schema):
        await migrate(owner, settings().schema)


@contextlib.asynccontextmanager
async def opened(*, max_size: int = 10) -> AsyncIterator[None]:
    """The pool open, the keys loaded, the business date as the deployment says."""
    _, application, role = addresses()
    keys.load(settings().data)
    await db.connect(application, settings().schema, role=role, max_size=max_size)
    try:
        await pin_from_settings()
        yield
    finally:
        await db.disconnect()


async def pin_from_settings() -> None:
    """A demo holds the business date still; otherwise it runs."""
    async with db.transaction(system(settings().city).scope):
        day = await store.setting("business_date")
    clock.pin(date.fromisoformat(day) if day else None)
