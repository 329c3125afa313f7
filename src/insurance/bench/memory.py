"""How much memory a measurement holds at its worst: this process and its children together, looked at twenty times a second."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.05


def _resident(pid: int) -> int:
    """Bytes of a process and all below it; a child that ends meanwhile counts nothing."""
    try:
        held = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return held + sum(_resident(int(child)) for child in children)


class Peak:
    """The most that was seen so far, in MB (10^6 bytes)."""

    def __init__(self) -> None:
        self.most = 0

    @property
    def megabytes(self) -> float:
        """What to write down."""
        return self.most / 1e6


@contextlib.contextmanager
def watched() -> Iterator[Peak]:
    """Watch this process and its children while the block runs."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(_EVERY):
            peak.most = max(peak.most, _resident(os.getpid()))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
