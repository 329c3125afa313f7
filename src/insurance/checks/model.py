"""What a check answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec


class Check(msgspec.Struct, frozen=True):
    """One check: what it looked at (`said`), and what it found wrong (nothing when all is well)."""

    name: str
    offences: list[str]
    said: str


Asked = Callable[[], Awaitable[Check]]
MOST = 20  # offences named by one check
