"""The benchmarks' own database server, fsync on, in a folder that is gone afterwards; one database per measurement."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from insurance.access import clock, keys, scopes, store
from insurance.access.actions import system
from insurance.access.model import Actor, Role
from insurance.base import db
from insurance.base.embedded import Embedded
from insurance.migrations.run import APPLICATION, migrate

CITY = "370400"
SCHEMA = f"city_{CITY}"
TEMPLATE = "ground"
NOBODY = "none"  # nobody signs in here


class Ground(msgspec.Struct, frozen=True):
    """A running server, and how to make and open databases on it."""

    home: Path
    server: Embedded

    async def database(self, name: str, *, of: str = TEMPLATE) -> str:
        """A copy of a database; answers the superuser's address of it."""
        connection = await asyncpg.connect(self.server.dsn())
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY FILE_COPY")
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()
        return self.server.dsn(database=name)

    async def drop(self, name: str) -> None:
        """Throw a database away."""
        connection = await asyncpg.connect(self.server.dsn())
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def owner(self, name: str) -> AsyncIterator[asyncpg.Connection[Any]]:
        """A superuser's connection in the city's schema, for populations and references."""
        connection = await asyncpg.connect(self.server.dsn(database=name), server_settings={"search_path": f"{SCHEMA},public"})
        try:
            yield connection
        finally:
            await connection.close()


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """Start the server, make the template; stop and remove everything at the end."""
    home = Path(tempfile.mkdtemp(prefix="insurance-bench-"))
    made = Ground(home, Embedded(home).start())
    try:
        yield made
    finally:
        made.server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def make_template(made: Ground) -> None:
    """The migrated database with the accounts everybody needs."""
    connection = await asyncpg.connect(made.server.dsn())
    await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await connection.close()
    await migrate(made.server.dsn(database=TEMPLATE), SCHEMA)
    keys.load(made.home)
    async with opened(made.server.dsn(APPLICATION, TEMPLATE)), db.transaction(system(CITY).scope):
        first, second = await store.add_insurer("INS-A", "保险公司甲"), await store.add_insurer("INS-B", "保险公司乙")
        who = (("city", Role.CITY_OFFICE, None), ("adjuster", Role.ADJUSTER, first), ("other-adjuster", Role.ADJUSTER, second),
               ("maker", Role.MAKER, None), ("checker", Role.CHECKER, None))  # fmt: skip
        for name, role, insurer in who:
            await store.add_user(
                username=name, display_name=name, password_hash=NOBODY, role=role.value, region_path=f"{CITY}/", insurer_id=insurer,
                authority_fen=None, must_change_password=False, created_at=clock.real_now(),
            )  # fmt: skip


@contextlib.asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[None]:
    """The product's pool on a database."""
    await db.connect(dsn, SCHEMA, min_size=1, max_size=4)
    try:
        async with db.transaction(system(CITY).scope):
            await scopes.load()
        yield
    finally:
        await db.disconnect()


async def actor(username: str) -> Actor:
    """An account of the template as an actor."""
    from insurance.access.guards import actor_of

    async with db.transaction(system(CITY).scope):
        user = await store.user_by_name(username)
    assert user is not None
    return actor_of(store.held(user), "zh", "bench")


async def in_a_child(made: Ground, what: str, *arguments: str) -> dict[str, Any]:
    """Run one measurement in a process of its own (its memory is its own); answers what it prints as JSON."""
    environment = {**os.environ, "INSURANCE_DATA": str(made.home)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "insurance.bench", "--child", what, *arguments, stdout=asyncio.subprocess.PIPE, env=environment
    )
    out, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"{what} {arguments} ended with {child.returncode}")
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found
