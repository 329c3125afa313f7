"""W3: a loss report through the real service, token, role check, audit and idempotency in; against pgbench of one bare statement."""

from __future__ import annotations

import asyncio
import json
import os
import re
from typing import Any

from insurance.base import db
from insurance.base.embedded import binaries
from insurance.bench import ground, load, population, service
from insurance.bench.ground import SCHEMA, Ground
from insurance.bench.report import Line, middle, spread

PROJECTS, CLAIMS, ROUNDS, SECONDS = 20_000, 100_000, 5, 6
GOAL, MOST_CPU_MS = 0.30, 2.0
_PREPARED = 20_000  # requests made before a round; more than any round uses


def report(n: int, token: str) -> bytes:
    """The n-th report: a policy and a day of loss that no other has."""
    policy, day = 1 + n % PROJECTS, 10 + n // PROJECTS
    body = {"policy_id": policy, "loss_at": f"2019-08-{day:02d}T06:00:00+08:00", "reported_fen": 4_600_000, "peril": "RAINSTORM",
            "account_of_loss": "大棚东侧倒塌三跨"}  # fmt: skip
    return load.request("POST", "/api/v1/claims", token, json.dumps(body).encode(), f"w3-{n}")


async def child(port: str, token: str, first: str, seconds: str) -> dict[str, Any]:
    """The crowd, in this process."""
    start = int(first)
    prepared = [report(n, token) for n in range(start, start + _PREPARED)]
    return await load.crowd(int(port), iter(prepared), float(seconds))


def bare(user_id: int) -> str:
    """The limit's statement, reporting as this user."""
    return db.statement(__package__, "bare_report").replace("USER_ID", str(user_id))


async def pgbench(made: Ground, database: str, script: str, seconds: int) -> float:
    """Transactions a second of a script by 16 clients."""
    path = made.home / "bare.sql"
    path.write_text(re.sub(r"--.*|\s+", " ", script), "utf-8")
    command = [str(binaries() / "pgbench"), "-n", "-h", str(made.home / "s"), "-p", str(made.server.port), "-U", "insurance", "-c",
               str(load.CONNECTIONS), "-j", "2", "-T", str(seconds), "-M", "prepared", "-f", str(path), database]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PGOPTIONS": f"-c search_path={SCHEMA},public"}
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    found = re.search(rb"tps = ([\d.]+)", out)
    assert found
    return float(found[1])


async def run(made: Ground) -> list[Line]:
    """Measure."""
    await made.database("w3")
    async with made.owner("w3") as connection:
        await population.projects(connection, PROJECTS, 1)
        await population.policies(connection)
        await population.claims(connection, CLAIMS)
        await connection.execute("CREATE SEQUENCE bench_turn START 1")
        await connection.execute("INSERT INTO setting VALUES ('business_date', '\"2019-08-30\"')")
        user = await connection.fetchval("SELECT id FROM app_user WHERE username = 'city'")
    rates, limits, cpu, middles, first = [], [], [], [], 0
    async with service.served(made, "w3") as running:
        for _ in range(ROUNDS + 1):  # the first one warms both up
            before = running.cpu_seconds()
            one = await ground.in_a_child(made, "w3", str(running.port), running.token, str(first), str(SECONDS))
            assert set(one["statuses"]) == {"201"}, one
            first += one["requests"]
            cpu.append((running.cpu_seconds() - before) / one["requests"] * 1000)
            rates.append(one["requests"] / one["seconds"])
            middles.append(one["p50_ms"])
            limits.append(await pgbench(made, "w3", bare(user), SECONDS))
    await made.drop("w3")
    ratios, cost = [a / b for a, b in zip(rates[1:], limits[1:], strict=True)], middle(cpu[1:])
    return [
        Line(
            workload="W3 loss reported over HTTP, 16 connections",
            size=f"among {CLAIMS:,} claims, {PROJECTS * 2:,} policies",
            ours=f"{spread(rates[1:], ',.0f')} a second, half within {middle(middles[1:]):.0f} ms",
            limit=f"pgbench, one bare statement {spread(limits[1:], ',.0f')} a second",
            ratio=spread(ratios, ".2f"),
            goal=f"≥ {GOAL:.2f}",
            met=middle(ratios) >= GOAL,
        ),
        Line(
            workload="W3 CPU of the service a report",
            size="token, role, audit, idempotency in",
            ours=f"{spread(cpu[1:], '.2f')} ms",
            limit=f"{MOST_CPU_MS:g} ms",
            ratio=f"{cost / MOST_CPU_MS:.2f}",
            goal=f"≤ {MOST_CPU_MS:g} ms",
            met=cost <= MOST_CPU_MS,
        ),
    ]
