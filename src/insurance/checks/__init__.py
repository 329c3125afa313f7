"""What `insurance verify` asks: every invariant of the stored city, one line each, the first offences named."""

from __future__ import annotations

from collections.abc import AsyncIterator

from insurance.access.actions import system
from insurance.base import db
from insurance.checks.model import Check
from insurance.checks.recomputed import RECOMPUTED
from insurance.checks.stored import STORED
from insurance.checks.trail import TRAIL
from insurance.settings import settings

__all__ = ["Check", "all_checks"]


async def all_checks() -> AsyncIterator[Check]:
    """Every check in turn, each on one snapshot of the database, so that a service may run meanwhile."""
    for check in (*TRAIL, *STORED, *RECOMPUTED):
        async with db.transaction(system(settings().city).scope):
            await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await db.execute("SET LOCAL statement_timeout = '600s'")
            found = await check()
        yield found
