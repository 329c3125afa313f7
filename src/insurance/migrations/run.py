"""Bring a database up to date: roles, schema, then every step not yet run, under an advisory lock."""

from __future__ import annotations

import contextlib
import csv
import io
from importlib import resources
from pathlib import Path
from typing import Any

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.base.engine import DB

_STEPS = Path(__file__).parent / "steps"
OWNER = "insurance_owner"
APPLICATION = "insurance_app"
_LOCK = 370400


async def is_current(dsn: str, schema: str) -> bool:
    """Whether every step has been run (one cheap look, so that a warm start need not load the runner)."""
    connection = await asyncpg.connect(dsn)
    try:
        table = await connection.fetchval("SELECT to_regclass($1)", f"{schema}.migration")
        if table is None:
            return False
        done = {row["name"] for row in await connection.fetch(f"SELECT name FROM {schema}.migration")}  # noqa: S608  # schema is ours
        return {path.stem.removeprefix("insurance_") for path in _STEPS.glob("insurance_*.py")} <= done
    finally:
        await connection.close()


async def migrate(dsn: str, schema: str) -> None:
    """Make roles and schema if absent, run what is missing. `dsn` is of a role that may create roles."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await _make_ground(connection, schema)
        before = DB.config
        DB.config = {
            "dsn": dsn,
            "server_settings": {"search_path": f"{schema},public", "role": OWNER, "lock_timeout": "4000"},
        }
        try:
            from piccolo.apps.migrations.commands.forwards import run_forwards

            with contextlib.redirect_stdout(io.StringIO()) as said:
                outcome = await run_forwards("insurance")
            if not outcome.success:
                raise RuntimeError(said.getvalue())
        finally:
            DB.config = before
    finally:
        await connection.close()


async def _make_ground(connection: asyncpg.Connection[Any], schema: str) -> None:
    for role, can in ((OWNER, "NOLOGIN"), (APPLICATION, "LOGIN")):
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
            with contextlib.suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
                await connection.execute(f"CREATE ROLE {role} {can} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
    await connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public")
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER}")


def step(number: str, description: str) -> MigrationManager:
    """A step that runs the SQL of its folder `sql/<number>_<description>`."""
    manager = MigrationManager(migration_id=number, app_name="insurance", description=description)

    async def run() -> None:
        await run_folder(f"{number}_{description}")

    manager.add_raw(run)
    return manager


async def run_folder(folder: str) -> None:
    """Run `sql/<folder>/*.sql` in order on the migration's own connection; `:schema` stands for the city's schema."""
    transaction = DB.current_transaction.get()
    assert transaction is not None
    connection = transaction.connection
    schema = await connection.fetchval("SELECT current_schema()")
    files = sorted((resources.files("insurance.migrations") / "sql" / folder).iterdir(), key=lambda entry: entry.name)
    for entry in files:
        if entry.name.endswith(".sql"):
            await connection.execute(entry.read_text("utf-8").replace(":schema", schema))
    if folder.startswith("0001"):
        await _load_regions(connection)


async def _load_regions(connection: Any) -> None:
    """The city's divisions (statistical codes, 2023 edition) and their aliases."""
    data = resources.files("insurance.access") / "regions"
    paths: dict[str, str] = {}
    rows = list(csv.DictReader(io.StringIO((data / "divisions.csv").read_text("utf-8"))))
    for row in rows:
        paths[row["code"]] = paths.get(row["parent"], "") + row["code"] + "/"
    await connection.executemany(
        "INSERT INTO region (code, name, level, parent_code, path) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        [(r["code"], r["name"], r["level"], r["parent"] if r["parent"] in paths else None, paths[r["code"]]) for r in rows],
    )
    aliases = csv.DictReader(io.StringIO((data / "aliases.csv").read_text("utf-8")))
    await connection.executemany(
        "INSERT INTO region_alias (alias, code) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        [(r["alias"], r["code"]) for r in aliases],
    )
