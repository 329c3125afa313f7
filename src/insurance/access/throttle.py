"""A turn-taker for doors that stand open to everybody: so many requests a minute from one address, the same time for every answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from insurance.base.errors import TooMany
from insurance.base.text import t

_MOST_ADDRESSES = 10_000  # the ones longest silent are forgotten first


class Throttle:
    """At most `most` turns in `seconds` for one caller, counted in this process; no answer sooner than `pace` seconds."""

    def __init__(self, *, most: int, seconds: float, pace: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._seconds, self._pace, self._clock = most, seconds, pace, clock
        self._turns: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """One turn. Raises TooMany (429) when the caller has had them all."""
        now = self._clock()
        turns = self._turns.setdefault(caller, deque())
        self._turns.move_to_end(caller)
        while turns and turns[0] <= now - self._seconds:
            turns.popleft()
        if len(turns) >= self._most:
            raise TooMany(t("请求太多，请稍后再试"))
        turns.append(now)
        while len(self._turns) > _MOST_ADDRESSES:
            self._turns.popitem(last=False)

    @asynccontextmanager
    async def paced(self) -> AsyncIterator[None]:
        """What happens inside ends no sooner than the pace, whether it finds something or not."""
        until = self._clock() + self._pace
        try:
            yield
        finally:
            await asyncio.sleep(max(0.0, until - self._clock()))
