"""W1: an office's register taken in, dry run and commit; against calamine (or csv), msgspec and COPY of the same rows."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import msgspec
import python_calamine
import xlsxwriter

from insurance.base import files
from insurance.bench import ground
from insurance.bench.ground import Ground
from insurance.bench.memory import watched
from insurance.bench.report import Line, middle, spread
from insurance.migrations.run import APPLICATION
from insurance.projects import actions

ROUNDS = 3
SIZES = (14_000, 100_000)
ASSETS_EACH = 10
GOAL, MOST_MB = 1.5, 400
HEADINGS = ["区(市)", "镇街", "村", "项目编号", "项目名称", "项目类型", "资产名称", "资产编号", "资产类别", "资产原值", "投入使用日期",
            "使用年限", "权属", "经营方式"]  # fmt: skip
_TOWNS = (("峄城区", "坛山街道"), ("峄城区", "古邵镇"), ("滕州市", "木石镇"), ("峄城区", "阴平镇"), ("薛城区", "常庄街道"))
_TYPES = ("大棚", "冷库", "光伏", "车间", "民宿")


def rows(count: int) -> Iterator[list[Any]]:
    """A register of so many assets, ten to a project; amounts in yuan with two decimals, one row in a thousand wrong."""
    for n in range(count):
        p = n // ASSETS_EACH
        county, town = _TOWNS[p % len(_TOWNS)]
        kind = _TYPES[p % len(_TYPES)]
        cost = Decimal(1_000_000 + (n * 7919) % 90_000_000) / 100
        used = date(2012, 1, 15) + timedelta(days=n % 2500)
        yield [
            county, town, f"{p % 40 + 1}村", f"Z{p:05d}", f"{p}号{kind}", kind, f"{kind}{n % ASSETS_EACH + 1}", f"C{n:06d}", "经营性",
            cost if n % 1000 != 999 else Decimal(-5), used, 5 + n % 16, "村级", "租赁",
        ]  # fmt: skip


def write_xlsx(path: Path, count: int) -> None:
    """The register as a workbook: numbers and days as offices type them."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        for n, row in enumerate(rows(count), 1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(n, column, cell, day)
                else:
                    sheet.write(n, column, float(cell) if isinstance(cell, Decimal) else cell)


def write_csv(path: Path, count: int) -> None:
    """The register as a text file, as Excel saves it here; 100,000 rows stay below the 10 MB a file may have."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows(count)])


async def child(address: str, path: str) -> dict[str, float]:
    """Ours, once, in this process: read, dry run, commit."""
    async with ground.opened(address):
        files.use(Path(path).parent / "kept")
        city = await ground.actor("city")
        content = Path(path).read_bytes()
        with watched() as peak:
            start = time.perf_counter()
            found = await actions.dry_run(content, Path(path).name, actor=city)
            tried = time.perf_counter() - start
            stored = await actions.commit(found.id, actor=city)
            seconds = time.perf_counter() - start
    return {"seconds": seconds, "tried": tried, "created": stored.created, "faulty": stored.faulty, "peak": peak.megabytes}


_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Plain(msgspec.Struct):
    """A row of the register, as strictly as a decoder can say it."""

    county: _Words
    town: _Words
    village: _Words
    project_code: Annotated[str, msgspec.Meta(pattern=r"^Z\d{5}$")]
    project_name: _Words
    taxonomy: _Words
    asset_name: _Words
    asset_code: Annotated[str, msgspec.Meta(pattern=r"^C\d{6}$")]
    kind: _Words
    cost: Annotated[str, msgspec.Meta(pattern=r"^\d{1,12}(\.\d{1,2})?$")]
    used_on: date
    years: Annotated[int, msgspec.Meta(ge=1, le=100)]
    ownership: _Words
    operation: _Words


_NAMES = list(Plain.__struct_fields__)
_TABLE = """CREATE TABLE plain_register (county text, town text, village text, project_code text, project_name text, taxonomy text,
asset_name text, asset_code text, kind text, cost numeric, used_on date, years integer, ownership text, operation text);
CREATE INDEX ON plain_register (project_code); CREATE INDEX ON plain_register (town, used_on)"""


async def reference(made: Ground, database: str, path: Path) -> float:
    """Parse, validate every row, COPY the good ones into a logged table with two indexes."""
    async with made.owner(database) as connection:
        await connection.execute(_TABLE)
        start = time.perf_counter()
        read: Any
        if path.suffix == ".xlsx":
            read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0).to_python()
        else:
            read = list(csv.reader(io.StringIO(path.read_bytes().decode("gb18030"))))
        good, bad = [], []
        for number, cells in enumerate(read[1:], 2):
            named = dict(zip(_NAMES, cells, strict=True))
            named["cost"] = f"{cells[9]:.2f}" if isinstance(cells[9], float) else cells[9]
            named["years"] = int(cells[11])
            try:
                row = msgspec.convert(named, Plain, strict=False)
            except msgspec.ValidationError as wrong:
                bad.append((number, str(wrong)))
            else:
                good.append((*msgspec.structs.astuple(row)[:9], Decimal(row.cost), *msgspec.structs.astuple(row)[10:]))
        await connection.copy_records_to_table("plain_register", records=good, columns=_NAMES)
        seconds = time.perf_counter() - start
        assert len(bad) == (len(read) - 1) // 1000
    return seconds


async def run(made: Ground) -> list[Line]:
    """Measure."""
    lines = []
    for count in SIZES:
        for kind, write in (("xlsx", write_xlsx), ("csv", write_csv)):
            path = made.home / f"register-{count}.{kind}"
            write(path, count)
            lines.append(await _measure(made, path, count, kind))
    return lines


async def _measure(made: Ground, path: Path, count: int, kind: str) -> Line:
    ours, tried, limits, peak = [], [], [], 0.0
    for _ in range(ROUNDS):
        await made.database("w1")
        one = await ground.in_a_child(made, "w1", made.server.dsn(APPLICATION, "w1"), str(path))
        assert (one["created"], one["faulty"]) == (count - count // 1000, count // 1000), one
        ours.append(one["seconds"])
        tried.append(one["tried"])
        peak = max(peak, one["peak"])
        await made.database("w1")
        limits.append(await reference(made, "w1", path))
    await made.drop("w1")
    ratios = [a / b for a, b in zip(ours, limits, strict=True)]
    return Line(
        workload="W1 register taken in: dry run, then commit",
        size=f"{count:,} rows, {kind}",
        ours=f"{spread(ours, '.2f')} s, dry run {middle(tried):.2f}, {peak:.0f} MB at the worst",
        limit=f"{'calamine' if kind == 'xlsx' else 'csv'} + msgspec + COPY {spread(limits, '.2f')} s",
        ratio=f"{spread(ratios, '.2f')} ×",
        goal=f"≤ {GOAL:g} ×, ≤ {MOST_MB} MB",
        met=middle(ratios) <= GOAL and peak <= MOST_MB,
    )
