"""A crowd of keep-alive connections in a process of its own: requests made before the clock starts, answers only counted."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

CONNECTIONS = 16
_END = b"\r\n\r\n"


class _Visitor(asyncio.Protocol):
    """One connection: sends the next request when the answer is complete."""

    def __init__(
        self, requests: Iterator[bytes], until: float, seen: list[float], statuses: Counter[str], done: Callable[[], None]
    ) -> None:
        self.requests, self.until, self.seen, self.statuses, self.done = requests, until, seen, statuses, done
        self.held = bytearray()
        self.needed = -1
        self.sent = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a socket's transport
        self._next()

    def _next(self) -> None:
        self.sent = time.perf_counter()
        request = next(self.requests, None) if self.sent < self.until else None
        assert self.transport is not None
        if request is None:
            self.transport.close()
            self.done()
        else:
            self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.held += data
        if self.needed < 0:
            end = self.held.find(_END)
            if end < 0:
                return
            head = bytes(self.held[:end]).lower()
            length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
            self.needed = end + 4 + int(length[15:])
        if len(self.held) >= self.needed:
            self.statuses[self.held[9:12].decode()] += 1
            self.seen.append(time.perf_counter() - self.sent)
            self.held.clear()
            self.needed = -1
            self._next()


async def crowd(port: int, requests: Iterator[bytes], seconds: float) -> dict[str, Any]:
    """Sixteen visitors for so long; answers how many were served in how many seconds, and how long the middle one and the 99th waited."""
    loop = asyncio.get_running_loop()
    seen: list[float] = []
    statuses: Counter[str] = Counter()
    gone = asyncio.Semaphore(0)
    start = time.perf_counter()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Visitor(requests, start + seconds, seen, statuses, gone.release), "127.0.0.1", port)
    for _ in range(CONNECTIONS):
        await gone.acquire()
    took = time.perf_counter() - start
    seen.sort()
    return {"requests": len(seen), "seconds": took, "p50_ms": seen[len(seen) // 2] * 1000, "p99_ms": seen[len(seen) * 99 // 100] * 1000,
            "statuses": dict(statuses)}  # fmt: skip


def request(method: str, path: str, token: str, body: bytes = b"", key: str = "") -> bytes:
    """The bytes of one request on a kept connection."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
    if body:
        head += f"Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
