"""Days and deadlines: Civil Code (民法典) 200-204, working days, statutory hours, prescription, notice windows."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone

import msgspec
from chinese_calendar.constants import holidays, workdays

from insurance.base.errors import Invalid
from insurance.base.text import t

BEIJING = timezone(timedelta(hours=8), "+08:00")
# The State Council's yearly notices known to the package: 2004 to 2026.
FIRST_YEAR: int = min(holidays).year
LAST_YEAR: int = max(holidays).year

PRESCRIPTION_YEARS = 2  # 保险法 26, cover other than life

_ONE_DAY = timedelta(days=1)
# Beyond the published notices: the feasts that fall on the same day every year (domain: lunar ones are not computed).
_FIXED_FEASTS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def midnight(day: date) -> datetime:
    """The instant a day begins."""
    return datetime.combine(day, time(), BEIJING)


class Deadline(msgspec.Struct, frozen=True):
    """The last day of a term. `rolled_from` is the counted day if a rest day moved it.

    `provisional` says that a day beyond the published holiday notices was looked up, so the date may still move.
    """

    due_on: date
    rolled_from: date | None
    provisional: bool


def is_published(day: date) -> bool:
    """Whether the year's holiday notice (国务院办公厅节假日安排) is known."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def is_working_day(day: date, *, roll_weekends: bool = True) -> bool:
    """Whether people work that day: make-up days count, statutory holidays do not.

    `roll_weekends=False` takes plain weekends for working days: whether they are 法定休假日 of article 203 is practice.
    """
    if is_published(day):
        if day in workdays:
            return True
        if day in holidays:
            return False
    elif (day.month, day.day) in _FIXED_FEASTS:
        return False
    return not roll_weekends or day.weekday() < 5


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; `day` itself is not counted, and 0 leaves it as it is."""
    while count > 0:
        day += _ONE_DAY
        if is_working_day(day):
            count -= 1
    return day


def deadline(
    start_on: date,
    days: int,
    suspensions: Sequence[tuple[date, date]] = (),
    *,
    roll: bool = True,
    inclusive: bool = False,
    roll_weekends: bool = True,
) -> Deadline:
    """The end of a term of calendar days: the start day is not counted, suspended days do not run, a last day that is
    a rest day moves to the next working day (Civil Code 201, 203).

    A suspension (from, to) takes out `to - from` days (`inclusive`: one more); days in two suspensions count once, and
    one that begins after the end reached so far adds nothing. Raises Invalid for a suspension before the start or
    running backwards, and for an end beyond the year 9999.
    """
    for suspended_on, resumed_on in suspensions:
        if suspended_on < start_on:
            raise Invalid.field("suspensions", t("中止期间不能早于起算日"))
        if resumed_on < suspended_on:
            raise Invalid.field("suspensions", t("中止期间的结束不能早于开始"))
    try:
        due_on = start_on + timedelta(days=days)
        due_on += timedelta(days=_suspended_days(due_on, suspensions, extra=1 if inclusive else 0))
        if not roll:
            return Deadline(due_on, None, provisional=False)
        counted_on = due_on
        while not is_working_day(due_on, roll_weekends=roll_weekends):
            due_on += _ONE_DAY
    except OverflowError:
        raise Invalid.field("days", t("期限超出历法范围")) from None
    provisional = not (is_published(counted_on) and is_published(due_on))
    return Deadline(due_on, counted_on if due_on != counted_on else None, provisional)


def _suspended_days(due_on: date, suspensions: Sequence[tuple[date, date]], *, extra: int) -> int:
    """Days by which suspensions push the end out. Ordinals, because `to` plus one may lie beyond the last date."""
    due = due_on.toordinal()
    counted_until = 0
    for suspended_on, resumed_on in sorted(suspensions):
        if suspended_on.toordinal() > due:
            break
        until = resumed_on.toordinal() + extra
        due += max(0, until - max(suspended_on.toordinal(), counted_until))
        counted_until = max(counted_until, until)
    return due - due_on.toordinal()


def deadline_at(from_at: datetime, hours: int) -> datetime:
    """The end of a term of hours: it runs from the given moment and is never moved (Civil Code 201)."""
    return from_at + timedelta(hours=hours)


def add_months(day: date, months: int) -> date:
    """The same day number so many months later, or the month's last day where there is none (Civil Code 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def prescription(knew_on: date) -> date:
    """The last day of the right to claim (保险法 26): two years from knowledge of the event, not moved by rest days."""
    return add_months(knew_on, 12 * PRESCRIPTION_YEARS)


def window_closes(posted_on: date, days: int) -> datetime:
    """The instant at which a public notice (公示) of so many days closes: 24:00 of the last day, Beijing time.

    The day of posting is not counted, and the window is not moved by rest days: villagers read notices on Sundays too.
    The instant is the next day's 00:00; `window_last_day` names the day itself.
    """
    return datetime.combine(window_last_day(posted_on, days) + _ONE_DAY, time(), BEIJING)


def window_last_day(posted_on: date, days: int) -> date:
    """The last day of a public notice; people are told that it closes at 24:00 of this day."""
    return posted_on + timedelta(days=days)
