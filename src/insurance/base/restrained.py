"""Bounds a child process puts on itself before it looks at a stranger's file."""

from __future__ import annotations

import resource


def restrain(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process: memory on top of what is mapped now, CPU time, no files, no core dump."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 pathlib would double the start-up time
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux: the bare interpreter is taken as 200 MB
        mapped = 200 * 2**20
    bounds = (
        (resource.RLIMIT_AS, mapped + memory_bytes, 0),
        (resource.RLIMIT_CPU, cpu_seconds, 1),  # a second to die of SIGXCPU, which tells the parent why
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for kind, bound, grace in bounds:
        resource.setrlimit(kind, (bound, bound + grace))
