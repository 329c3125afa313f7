"""The real service over a database of the benchmarks: `insurance serve` in its own process, and the CPU time it takes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from insurance.access import actions, clock, store
from insurance.base import db
from insurance.bench import ground
from insurance.bench.ground import Ground
from insurance.migrations.run import APPLICATION

_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE = 30.0


class Service(msgspec.Struct, frozen=True):
    """Where it listens, a token and a session of the city office, its process."""

    port: int
    token: str
    session: str
    pid: int

    def cpu_seconds(self) -> float:
        """CPU time of the service itself, the database's processes not among it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICK


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def served(made: Ground, database: str) -> AsyncIterator[Service]:
    """The service, answering; stopped afterwards."""
    async with ground.opened(made.server.dsn(APPLICATION, database)):
        token, _ = await actions.issue_token_as_operator("city", actor=actions.system(ground.CITY))
        city, session = await ground.actor("city"), secrets.token_urlsafe(32)
        async with db.transaction(city.scope):
            await store.open_session(session, city.user_id, "zh", clock.real_now() + actions.SESSION_LIMIT)
    port = _free_port()
    environment = {
        **os.environ, "INSURANCE_DATA": str(made.home), "PORT": str(port), "DATABASE_URL": made.server.dsn(APPLICATION, database),
        "MIGRATION_URL": made.server.dsn(database=database),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "insurance", "serve", env=environment)
    try:
        await _answering(port)
        yield Service(port, token, session, process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _answering(port: int) -> None:
    async with asyncio.timeout(_PATIENCE):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
