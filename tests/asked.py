"""What the program asks of the database, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from insurance.base import db

_WAYS = ("fetch", "fetchrow", "fetchval", "execute", "executemany", "stage")


def count_statements(patch: pytest.MonkeyPatch) -> Counter[str]:
    """From now on, by the way they are asked; the caller may clear it."""
    asked: Counter[str] = Counter()

    def counted(name: str, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def asking(*given: Any, **more: Any) -> Any:
            asked[name] += 1
            return await ask(*given, **more)

        return asking

    for name in _WAYS:
        patch.setattr(db, name, counted(name, getattr(db, name)))
    return asked
