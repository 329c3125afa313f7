"""W5: the worklist, open claims of a state and county by their most urgent clock, fifty a page: at 100,000 claims as fast as at 10,000."""

from __future__ import annotations

import contextlib
import random
from typing import Any

from insurance.bench import ground, load, population, service
from insurance.bench.ground import Ground
from insurance.bench.report import Line, middle, spread

SIZES = {10_000: 2_000, 100_000: 20_000}  # claims → projects
ROUNDS, SECONDS, GOAL = 5, 5, 1.3
_PREPARED = 20_000
_STATES = ("REPORTED", "ACCEPTED", "OPENED", "ASSESSING")
_COUNTIES = ("370402", "370403", "370404", "370405", "370406", "370481")


async def child(port: str, token: str, seed: str, seconds: str) -> dict[str, Any]:
    """The crowd, in this process."""
    draw = random.Random(seed)  # noqa: S311  # a draw that repeats itself
    paths = (f"/api/v1/claims?state={draw.choice(_STATES)}&county={draw.choice(_COUNTIES)}&limit=50" for _ in range(_PREPARED))
    prepared = [load.request("GET", path, token) for path in paths]
    return await load.crowd(int(port), iter(prepared), float(seconds))


async def run(made: Ground) -> list[Line]:
    """Measure both sizes in turn, each behind its own service."""
    rates: dict[int, list[float]] = {size: [] for size in SIZES}
    cpu: dict[int, list[float]] = {size: [] for size in SIZES}
    async with contextlib.AsyncExitStack() as stack:
        running = {}
        for size, projects in SIZES.items():
            name = f"w5_{size}"
            await made.database(name)
            async with made.owner(name) as connection:
                await population.projects(connection, projects, 1)
                await population.policies(connection)
                await population.claims(connection, size)
                await connection.execute("INSERT INTO setting VALUES ('business_date', '\"2019-08-30\"')")
            running[size] = await stack.enter_async_context(service.served(made, name))
        for turn in range(ROUNDS + 1):  # the first one warms both up
            for size, one in running.items():
                before = one.cpu_seconds()
                seen = await ground.in_a_child(made, "w5", str(one.port), one.token, str(turn), str(SECONDS))
                assert set(seen["statuses"]) == {"200"}, seen
                if turn:
                    rates[size].append(seen["requests"] / seen["seconds"])
                    cpu[size].append((one.cpu_seconds() - before) / seen["requests"] * 1000)
    small, large = SIZES
    ratios = [a / b for a, b in zip(rates[small], rates[large], strict=True)]
    return [
        Line(
            workload="W5 worklist page over HTTP, 16 connections",
            size=f"{large:,} claims beside {small:,}",
            ours=f"{spread(rates[large], ',.0f')} a second, {middle(cpu[large]):.2f} ms CPU",
            limit=f"at {small:,} claims {spread(rates[small], ',.0f')} a second, {middle(cpu[small]):.2f} ms CPU",
            ratio=f"{spread(ratios, '.2f')} ×",
            goal=f"≤ {GOAL:g} ×",
            met=middle(ratios) <= GOAL,
        )
    ]
