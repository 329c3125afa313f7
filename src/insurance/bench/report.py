"""The table of the benchmarks: what was measured, against what, and whether the goal was met; said plainly."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row: `ours` and `limit` as written, `ratio` of ours to the limit, `met` None where there is no goal."""

    workload: str
    size: str
    ours: str
    limit: str
    ratio: str
    goal: str
    met: bool | None


def middle(values: Sequence[float]) -> float:
    """The median: neighbours on the machine spoil means."""
    return median(values)


def spread(values: Sequence[float], form: str) -> str:
    """The median, and from the least to the most where there were several rounds."""
    around = f" ({min(values):{form}}–{max(values):{form}})" if len(values) > 1 else ""
    return f"{middle(values):{form}}{around}"


def facts(server: str, load: float) -> list[str]:
    """What the figures rest on: the machine, how busy it was before, and the versions, never its name."""
    memory = next(int(line.split()[1]) for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return [
        f"{os.cpu_count()} cores, {memory / 2**20:.0f} GiB of memory, {platform.system()} {platform.machine()}",
        f"load of the machine before the run {load:.1f}",
        f"Python {platform.python_version()}, PostgreSQL {server} (fsync and synchronous_commit on)",
    ]


_HEAD = """# Benchmarks

Written by `make bench` (`python -m insurance.bench`); never by hand. Each workload runs the product's own functions beside its
limit in the same run, the two taking turns, because the machine's speed changes from minute to minute: read the ratio, not the seconds.
Figures are medians of the rounds, in brackets the least and the most. A goal that was missed says so.
"""


def table(lines: Sequence[Line], about: Sequence[str]) -> str:
    """The document."""
    head = "| workload | size | ours | limit | ratio | goal | met |\n|---|---|---|---|---|---|---|"
    words = {True: "yes", False: "**missed**", None: "–"}
    rows = [f"| {x.workload} | {x.size} | {x.ours} | {x.limit} | {x.ratio} | {x.goal} | {words[x.met]} |" for x in lines]
    return "\n".join([_HEAD, *(f"- {fact}" for fact in about), "", head, *rows, ""])
