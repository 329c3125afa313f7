"""W2: the net value of every project of the city on a day, one row per project stored; against COPY out, numpy, COPY in."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import asyncpg
import numpy as np

from insurance.base import db
from insurance.bench import ground, population
from insurance.bench.ground import Ground
from insurance.bench.memory import watched
from insurance.bench.report import Line, middle, spread
from insurance.migrations.run import APPLICATION
from insurance.projects import store_values
from insurance.projects.rules_bulk import Columns, net_values

DAY = dt.date(2019, 8, 30)
PROJECTS, ASSETS_EACH, ROUNDS = 20_000, 50, 5
GOAL = 2.0
_STORED = "project_id bigint PRIMARY KEY, cost_fen bigint, depreciation_fen bigint, impairment_fen bigint, net_value_fen bigint"
_NAMES = ["project_id", "cost_fen", "depreciation_fen", "impairment_fen", "net_value_fen"]
_OUT = """SELECT a.project_id, a.cost_fen, (a.residual_rate * 1000000)::integer, a.life_months, (a.in_use_on - DATE '1970-01-01')::integer,
(CASE a.regime WHEN 'GOV' THEN 0 WHEN 'ENT' THEN 1 WHEN 'RURAL2004' THEN 2 ELSE 3 END)::smallint FROM asset a"""
_ROW = np.dtype([
    ("fields", ">i2"), ("l0", ">i4"), ("project_id", ">i8"), ("l1", ">i4"), ("cost_fen", ">i8"), ("l2", ">i4"), ("rate", ">i4"),
    ("l3", ">i4"), ("life", ">i4"), ("l4", ">i4"), ("day", ">i4"), ("l5", ">i4"), ("regime", ">i2"),
])  # fmt: skip


async def child(address: str) -> dict[str, float]:
    """Ours, once, in this process: seconds and peak memory."""
    async with ground.opened(address):
        city = await ground.actor("city")
        with watched() as peak:
            start = time.perf_counter()
            async with db.transaction(city.scope):
                whole = await store_values.portfolio(city.region_path, DAY)
                columns = [getattr(whole, name).tolist() for name in _NAMES]
                await db.stage("valued", _STORED, _NAMES, zip(*columns, strict=True))
                total = await db.fetchval("SELECT sum(net_value_fen)::bigint FROM valued")
            seconds = time.perf_counter() - start
    return {"seconds": seconds, "net_value_fen": total, "peak": peak.megabytes}


async def reference(connection: asyncpg.Connection[Any]) -> tuple[float, int]:
    """COPY out of the bare columns, the same rule on numpy, COPY in of one row per project."""
    start = time.perf_counter()
    async with connection.transaction():
        held = bytearray()

        async def take(piece: bytes) -> None:
            held.extend(piece)

        await connection.copy_from_query(_OUT, output=take, format="binary")
        rows = np.frombuffer(bytes(held[19:-2]), dtype=_ROW)
        cost, project = rows["cost_fen"].astype(np.int64), rows["project_id"].astype(np.int64)
        values = net_values(
            Columns(
                cost_fen=cost, residual_millionths=rows["rate"].astype(np.int64), life_months=rows["life"].astype(np.int64),
                in_use_on=rows["day"].astype(np.int64).astype("datetime64[D]"), regime=rows["regime"].astype(np.int8),
                impairment_fen=np.zeros_like(cost),
            ), DAY,
        )  # fmt: skip
        order = np.argsort(project, kind="stable")
        starts = np.flatnonzero(np.r_[True, project[order][1:] != project[order][:-1]])
        sums = [np.add.reduceat(c[order], starts) for c in (cost, values.depreciation_fen, np.zeros_like(cost), values.net_value_fen)]
        await connection.execute(f"CREATE TEMP TABLE valued ({_STORED}) ON COMMIT DROP")
        stored = zip(project[order][starts].tolist(), *(s.tolist() for s in sums), strict=True)
        await connection.copy_records_to_table("valued", records=stored, columns=_NAMES, schema_name="pg_temp")
        total = await connection.fetchval("SELECT sum(net_value_fen)::bigint FROM valued")
    return time.perf_counter() - start, total


async def run(made: Ground) -> list[Line]:
    """Measure."""
    await made.database("w2")
    ours, limits, peak = [], [], 0.0
    async with made.owner("w2") as connection:
        await population.projects(connection, PROJECTS, ASSETS_EACH)
        for _ in range(ROUNDS):
            one = await ground.in_a_child(made, "w2", made.server.dsn(APPLICATION, "w2"))
            seconds, total = await reference(connection)
            assert total == one["net_value_fen"], "ours and the reference must agree to the fen"
            ours.append(one["seconds"])
            limits.append(seconds)
            peak = max(peak, one["peak"])
    await made.drop("w2")
    ratios = [a / b for a, b in zip(ours, limits, strict=True)]
    return [
        Line(
            workload="W2 portfolio valued, one row per project stored",
            size=f"{PROJECTS * ASSETS_EACH:,} assets, {PROJECTS:,} projects",
            ours=f"{spread(ours, '.2f')} s, {peak:.0f} MB",
            limit=f"COPY out + numpy + COPY in {spread(limits, '.2f')} s",
            ratio=f"{spread(ratios, '.2f')} ×",
            goal=f"≤ {GOAL:g} ×",
            met=middle(ratios) <= GOAL,
        )
    ]
