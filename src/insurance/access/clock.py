"""The two clocks. The business clock drives law, money and figures (a demo pins its day); the real one drives sessions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


class _Pinned:
    day: date | None = None


def real_now() -> datetime:
    """The real instant, UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the one place


def pin(day: date | None) -> None:
    """Hold the business date at `day` (demo), or let it run."""
    _Pinned.day = day


def pinned() -> date | None:
    """The pinned business date, if any."""
    return _Pinned.day


def business_now() -> datetime:
    """The business instant in Beijing time: the real time of day, on the pinned day if one is pinned."""
    now = real_now().astimezone(BEIJING)
    if _Pinned.day is None:
        return now
    return datetime.combine(_Pinned.day, now.timetz())


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A business instant on a day, Beijing time."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)
