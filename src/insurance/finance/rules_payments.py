"""When a payment file may be carried out, and on which day a payment is posted; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from insurance.base.calendar import BEIJING, add_working_days, is_working_day
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.finance.model_payments import PayoutMode


def earliest_day(now: dt.datetime, cut_off: str) -> dt.date:
    """The first day the bank can carry out what reaches it now: today before the cut-off of a working day, else the next one."""
    here = now.astimezone(BEIJING)
    in_time = is_working_day(here.date()) and here.time() <= dt.time.fromisoformat(cut_off)
    return here.date() if in_time else add_working_days(here.date(), 1)


def execution_day(now: dt.datetime, cut_off: str, wanted: dt.date | None) -> dt.date:
    """The day that is wanted, or the first one possible. Raises Invalid (`execution_on`) for a day the bank cannot keep."""
    first = earliest_day(now, cut_off)
    if wanted is None:
        return first
    if wanted < first:
        raise Invalid.field("execution_on", t("已过当日截止时间，最早 {day} 付款", day=first.isoformat()))
    if not is_working_day(wanted):
        raise Invalid.field("execution_on", t("付款日须为工作日"))
    return wanted


def posting_day(booked_on: dt.date, mode: PayoutMode, closed: Container[dt.date], today: dt.date) -> dt.date:
    """The day on which what a bank's line says of an order is posted: its own.

    What an insurer paid itself is often told after the month is closed (`closed`: first days of such months); it is posted today then, and
    the closed month stays as it is. The programme's own money stays on the bank's day, where the reconciliation looks for it.
    """
    return today if mode is PayoutMode.DIRECT and booked_on.replace(day=1) in closed else booked_on
