"""Letters as PDF: the version's layout draws the frozen content in a child process; the same content gives the same bytes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from insurance.claims.letter_worker import LENGTH
from insurance.claims.model_letters import Content

_ONE_AT_A_TIME = asyncio.Semaphore(1)  # twenty milliseconds a letter; two at once would only share the cores
_SECONDS = 60
_PACKAGE_ROOT = str(Path(__file__).parents[2])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from insurance.claims.letter_worker import main; main()"
log = logging.getLogger("insurance")


async def render(letters: Sequence[tuple[Content, datetime]], layout: Path) -> list[bytes]:
    """The PDFs of letters of one layout with their instants of issue, by one child. Every text goes in as data, never as markup."""
    order = {
        "layout": str(layout),
        "letters": [(msgspec.json.encode(content).decode(), int(issued_at.timestamp())) for content, issued_at in letters],
    }
    async with _ONE_AT_A_TIME, asyncio.timeout(_SECONDS):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START, _PACKAGE_ROOT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},
        )
        try:
            drawn, said = await child.communicate(msgspec.json.encode(order))
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0:
        log.error("letters could not be drawn: %s", said.decode(errors="replace")[-2000:])
        raise RuntimeError("letters could not be drawn")
    return list(_parts(drawn))


def _parts(drawn: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(drawn):
        (length,) = LENGTH.unpack_from(drawn, place)
        place += LENGTH.size + length
        yield drawn[place - length : place]
