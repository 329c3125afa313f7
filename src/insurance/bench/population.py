"""A city in bulk, by the superuser with triggers off: only the benchmarks fill tables behind the functions' back."""

from __future__ import annotations

from datetime import date
from typing import Any

import asyncpg
import msgspec

from insurance.access import clock
from insurance.base import db
from insurance.claims import clocks
from insurance.claims.model import ClaimState, Verb
from insurance.claims.procedure import procedure_on
from insurance.policies.model import Cover
from insurance.policies.terms import terms_for

_TOWNS = "SELECT array_agg(path ORDER BY path) FROM region WHERE level = 'township'"


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def projects(connection: asyncpg.Connection[Any], count: int, assets_each: int) -> None:
    """Projects over all towns, each with as many assets."""
    await connection.execute("SET session_replication_role = replica")
    towns = await connection.fetchval(_TOWNS)
    await connection.execute(_sql("projects"), count, towns)
    await connection.execute(_sql("assets"), assets_each)
    await connection.execute("VACUUM (ANALYZE) project")
    await connection.execute("VACUUM (ANALYZE) asset")


async def policies(connection: asyncpg.Connection[Any]) -> None:
    """Both covers of every project for 2019, each project with one insurer."""
    terms = {cover.value: terms_for(cover, date(2019, 1, 1)) for cover in Cover}
    insurers = [row["id"] for row in await connection.fetch("SELECT id FROM insurer ORDER BY id")]
    city = await connection.fetchval("SELECT id FROM app_user WHERE username = 'city'")
    await connection.execute(
        _sql("policies"), insurers, city, list(terms), [t.version for t in terms.values()], [t.checksum for t in terms.values()]
    )
    await connection.execute(_sql("grants"))
    await connection.execute(_sql("items"))
    for table in ("project", "asset", "policy"):
        last = await connection.fetchval(f"SELECT max(id) FROM {table}")  # noqa: S608  # our own names
        await connection.execute("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, last)
    for table in ("policy", "policy_item", "project_grant"):
        await connection.execute(f"VACUUM (ANALYZE) {table}")


async def claims(connection: asyncpg.Connection[Any], count: int) -> None:
    """Claims over all policies with their events, clocks as a report starts them."""
    reported_at = clock.at(date(2019, 8, 12))
    procedure = procedure_on(reported_at.date())
    happening = clocks.Happening(verb=Verb.REPORT, source=None, target=ClaimState.REPORTED, at=reported_at)
    running = msgspec.json.encode(clocks.begin(procedure, clock.at(date(2019, 8, 11)), happening)).decode()
    city = await connection.fetchval("SELECT id FROM app_user WHERE username = 'city'")
    await connection.execute(_sql("claims"), count, city, "370400/", procedure.version, running)
    await connection.execute(_sql("events"), city)
    for table in ("claim", "claim_event"):
        await connection.execute(f"VACUUM (ANALYZE) {table}")
    await connection.execute("CHECKPOINT")


async def settled_down(connection: asyncpg.Connection[Any], *tables: str) -> None:
    """Tables as a running city has them: vacuumed, counted, their identity beyond what was put in."""
    for table in tables:
        last = await connection.fetchval(f"SELECT max(id) FROM {table}")  # noqa: S608  # our own names
        await connection.execute("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, last)
        await connection.execute(f"VACUUM (ANALYZE) {table}")
    await connection.execute("CHECKPOINT")
