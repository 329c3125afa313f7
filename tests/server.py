"""The PostgreSQL of the tests: one server for all workers, one migrated template, a clone per worker."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import sys
import tempfile
from pathlib import Path

import asyncpg

from insurance.base.embedded import Embedded
from insurance.migrations.run import migrate

SCHEMA = "city_370400"
_SOURCES = Path(__file__).parents[1] / "src" / "insurance"


def home() -> Path:
    """A short path every account may walk to; not in the checkout, which may lie under a closed folder."""
    named = os.environ.get("INSURANCE_TEST_DATA")
    return Path(named) if named else Path(tempfile.gettempdir()) / f"insurance-test-{os.geteuid()}"


_kept: list[Embedded] = []  # a started server outlives this process on purpose: the next run attaches to it


def server() -> Embedded:
    """The server, started if need be, with fsync off."""
    _kept.append(Embedded(home(), fast=True).start())
    return _kept[-1]


def _digest() -> str:
    text = b"".join(
        p.read_bytes()
        for folder in ("migrations", "access/regions")
        for p in sorted((_SOURCES / folder).rglob("*"))
        if p.suffix in {".sql", ".py", ".csv"}
    )
    return hashlib.sha256(text).hexdigest()[:12]


async def _clone(postgres: Embedded, name: str) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    template = f"tpl_{_digest()}"
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", template):
            await connection.execute(f"DROP DATABASE IF EXISTS {template}_new WITH (FORCE)")
            await connection.execute(f"CREATE DATABASE {template}_new")
            await migrate(postgres.dsn(database=f"{template}_new"), SCHEMA)
            await connection.execute(f"ALTER DATABASE {template}_new RENAME TO {template}")
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connection.close()


def fresh_database(name: str) -> Embedded:
    """A migrated database of this name; answers the server."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / ".clone-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        postgres = server()
        asyncio.run(_clone(postgres, name))
    return postgres


if __name__ == "__main__" and sys.argv[1:] == ["stop"]:
    Embedded(home(), fast=True).stop()
