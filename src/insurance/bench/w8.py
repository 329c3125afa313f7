"""W8: 100,000 claims to a workbook, by the writer alone beside the fastest library's, and by the service's own export while others ask."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import importlib
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from insurance.access.guards import cookie_name
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.bench import ground, population, service
from insurance.bench.ground import Ground
from insurance.bench.memory import watched
from insurance.bench.report import Line, middle, spread

PROJECTS, CLAIMS, ROUNDS = 20_000, 100_000, 5
GOAL, MOST_MB = 2.0, 300
_LIBRARY = "rustpy_xlsxwriter"  # the fastest there was; the product does not use it (docs/decisions/0021)
COLUMNS = (
    Column("案件号"), Column("项目"), Column("镇街"), Column("险种"), Column("保单号"), Column("保险公司"), Column("阶段"),
    Column("出险日", Shape.DATE), Column("报案日", Shape.DATE), Column("报损（元）", Shape.MONEY), Column("核定（元）", Shape.MONEY),
    Column("户数", Shape.COUNT),
)  # fmt: skip
_DAY = dt.date(2019, 1, 10)


def rows(count: int) -> Iterator[list[Any]]:
    """Claims as a list shows them."""
    for n in range(count):
        day = _DAY + dt.timedelta(days=n % 200)
        yield [
            f"PA2019-{n:06d}", f"第{n % PROJECTS + 1}号大棚项目", "峄城区 坛山街道", "生产设施", f"TRY{n % 40_000}", "保险公司甲", "已结案",
            day, day + dt.timedelta(days=1), 4_600_000 + n, 4_500_000 - n, n % 30,
        ]  # fmt: skip


def _ours(count: int) -> bytes:
    return write_workbook(COLUMNS, rows(count))


def _theirs(count: int) -> bytes:
    """The library as it is meant to be used: a dict a row, yuan as floats."""
    heads = [str(column.title) for column in COLUMNS]
    money = [column.shape is Shape.MONEY for column in COLUMNS]
    out = io.BytesIO()
    records = (
        {head: cell / 100 if fen else cell for head, fen, cell in zip(heads, money, row, strict=True)} for row in rows(count)
    )  # fmt: skip
    importlib.import_module(_LIBRARY).FastExcel(out).sheet("理赔案件", records).save()
    return out.getvalue()


async def child(which: str, count: str) -> dict[str, float]:
    """One of the two, once, in this process."""
    write = {"ours": _ours, "theirs": _theirs}[which]
    write(1000)  # what is loaded on the first use
    with watched() as peak:
        start = time.perf_counter()
        size = len(write(int(count)))
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak": peak.megabytes, "bytes": size}


# -- through the service ------------------------------------------------------------------------------------------------


def _fetched(port: int, session: str, path: str) -> int:
    """How many bytes a page of the service has."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Cookie": f"{cookie_name()}={session}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, answer.status
    return len(body)


async def _ready(port: int, session: str, over: asyncio.Event) -> list[float]:
    """How long others waited for an answer that asks the database, meanwhile: seconds."""
    waits = []
    while not over.is_set():
        start = time.perf_counter()
        await asyncio.to_thread(_fetched, port, session, "/health/ready")
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(0.01)
    return sorted(waits)


def _most_megabytes(pid: int) -> float:
    held = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) * 1024 / 1e6


async def _exported(running: service.Service) -> tuple[float, list[float]]:
    over = asyncio.Event()
    others = asyncio.create_task(_ready(running.port, running.session, over))
    start = time.perf_counter()
    size = await asyncio.to_thread(_fetched, running.port, running.session, "/claims/export")
    seconds = time.perf_counter() - start
    over.set()
    assert size > CLAIMS * 20
    return seconds, await others


async def run(made: Ground) -> list[Line]:
    """Measure."""
    ours, theirs, peak = [], [], 0.0
    for _ in range(ROUNDS):
        one = await ground.in_a_child(made, "w8", "ours", str(CLAIMS))
        ours.append(one["seconds"])
        peak = max(peak, one["peak"])
        theirs.append((await ground.in_a_child(made, "w8", "theirs", str(CLAIMS)))["seconds"])
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return [
        Line(
            workload="W8 rows to xlsx, the writer alone",
            size=f"{CLAIMS:,} rows × {len(COLUMNS)} columns",
            ours=f"{spread(ours, '.2f')} s, {peak:.0f} MB",
            limit=f"{_LIBRARY} {spread(theirs, '.2f')} s",
            ratio=f"{spread(ratios, '.2f')} ×",
            goal=f"≤ {GOAL:g} ×",
            met=middle(ratios) <= GOAL,
        ),
        await _through_the_service(made),
    ]


async def _through_the_service(made: Ground) -> Line:
    await made.database("w8")
    async with made.owner("w8") as connection:
        await population.projects(connection, PROJECTS, 1)
        await population.policies(connection)
        await population.claims(connection, CLAIMS)
        await connection.execute("INSERT INTO setting VALUES ('business_date', '\"2019-08-30\"')")
    took, waits = [], []
    async with service.served(made, "w8") as running:
        before = _most_megabytes(running.pid)
        for _ in range(ROUNDS):
            seconds, others = await _exported(running)
            took.append(seconds)
            waits += others
        peak = _most_megabytes(running.pid)
    await made.drop("w8")
    waits.sort()
    return Line(
        workload="W8 list of claims exported over HTTP",
        size=f"{CLAIMS:,} claims × 17 columns",
        ours=f"{spread(took, '.1f')} s; others meanwhile: half within {middle(waits) * 1000:.0f} ms, 99 % within"
        f" {waits[len(waits) * 99 // 100] * 1000:.0f} ms",
        limit=f"{MOST_MB} MB (before it {before:.0f} MB)",
        ratio=f"{peak:.0f} MB",
        goal=f"≤ {MOST_MB} MB",
        met=peak <= MOST_MB,
    )
