"""The service as an operator runs it: its own process, its own database and data folder, a business date that can move on."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from datetime import date
from pathlib import Path

import asyncpg
import httpx

import server
from insurance.base.embedded import Embedded

_PATIENCE = 30  # seconds


class Service:
    """`insurance serve` on a free port; the same database and port again after a restart."""

    def __init__(self, postgres: Embedded, database: str, folder: Path) -> None:
        self._owner = postgres.dsn(database=database)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder, self._log = folder, folder / "service.log"
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith(("INSURANCE_", "PORT", "HOST", "MIGRATION_"))} | {
            "DATABASE_URL": self._owner,
            "INSURANCE_DATA": str(folder),
            "PORT": str(self.port),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, *command: str) -> None:
        """A Python program in the service's environment, to its end."""
        made = await asyncio.create_subprocess_exec(sys.executable, *command, env=self._environment)
        assert await made.wait() == 0, command

    async def start(self, day: date) -> None:
        """Listen, on this business date."""
        connection = await asyncpg.connect(self._owner)
        await connection.execute(f"SET search_path TO {server.SCHEMA}")
        await connection.execute(
            "INSERT INTO setting VALUES ('business_date', to_jsonb($1::text)) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            day.isoformat(),
        )
        await connection.close()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "insurance", "serve", env=self._environment, stdout=log, stderr=log
            )
        async with httpx.AsyncClient() as client:
            for _ in range(_PATIENCE * 10):
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert self._process.returncode is None, self.said()
                await asyncio.sleep(0.1)
        raise AssertionError(self.said())

    async def stop(self) -> None:
        """End it as an operator would."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def move_to(self, day: date) -> None:
        """The next morning people come back to."""
        await self.stop()
        await self.start(day)

    def said(self) -> str:
        """What the service wrote down."""
        return self._log.read_text("utf-8") if self._log.exists() else ""
