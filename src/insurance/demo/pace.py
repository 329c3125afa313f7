"""The demo's clock: when each step of each story is due, and the steps of all stories taken in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import date, datetime, timedelta

from insurance.access.clock import at
from insurance.base.calendar import is_working_day
from insurance.claims.model import Verb
from insurance.demo.cases import Plan

RESUMED_ON = date(2019, 9, 2)  # after the business date of the demo, Lekima's claims go on from here
Story = AsyncGenerator[datetime, None]  # yields when its next step is due, then takes it
_ANY_DAY = frozenset({Verb.REPORT, Verb.SURVEY})
_BREATH = timedelta(minutes=7)


class Pace:
    """When the steps of one claim are due: as planned, else so many days after the one before."""

    def __init__(self, plan: Plan, loss_at: datetime) -> None:
        self.now = loss_at
        self._plan = plan

    def due(self, verb: Verb | None, days: int, hour: int, *, same_day: bool = False, not_before: date | None = None) -> datetime:
        """The instant of the next step; `same_day`: on the day of the one before. Never before that one."""
        if verb is not None and verb in self._plan.steps:
            day, hour = self._plan.steps[verb]
        else:
            day = self.now.date() + timedelta(days=0 if same_day else days)
            if self._plan.steps and not same_day:
                day = max(day, RESUMED_ON)
            day = max(day, not_before or day)
            while not (same_day or verb in _ANY_DAY or is_working_day(day)):
                day += timedelta(days=1)
        self.now = max(at(day, hour, self._plan.on.day), self.now + _BREATH)
        return self.now


async def run(stories: Iterable[Story], last_day: date, said: Callable[[datetime], None]) -> None:
    """Take every step due by the end of the last day, in the order of time; what is due later stays undone."""
    waiting = [(await anext(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    ends = at(last_day + timedelta(days=1), 0)
    while waiting and waiting[0][0] < ends:
        due, number, story = heapq.heappop(waiting)
        said(due)
        following = await anext(story, None)
        if following is not None:
            heapq.heappush(waiting, (following, number, story))
    for _, _, story in waiting:
        await story.aclose()
