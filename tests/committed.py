"""A database of its own for what really commits, opened beside the session's pool, which is put back untouched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import server
from insurance.access import clock, keys
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
