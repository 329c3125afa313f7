"""Days and deadlines: T1-T10, Civil Code 200-204, working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.calendar import (
    BEIJING,
    FIRST_YEAR,
    LAST_YEAR,
    Deadline,
    add_months,
    add_working_days,
    deadline,
    deadline_at,
    is_working_day,
    prescription,
    window_closes,
    window_last_day,
)
from insurance.base.errors import Invalid

D = date.fromisoformat
PAPERS_OUT = (D("2019-08-20"), D("2019-08-27"))
DAYS = st.dates(date(1990, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("case", "start", "days", "suspensions", "due", "rolled_from"),
    [
        ("T1", "2019-08-14", 30, [], "2019-09-16", "2019-09-13"),
        ("T2", "2019-08-14", 30, [PAPERS_OUT], "2019-09-20", None),
        ("T3", "2019-09-21", 10, [], "2019-10-08", "2019-10-01"),
        ("T4", "2019-09-20", 10, [], "2019-09-30", None),
        ("T5", "2019-09-30", 3, [], "2019-10-08", "2019-10-03"),
        ("T6", "2019-08-14", 60, [], "2019-10-14", "2019-10-13"),
    ],
)
def test_statutory_terms_end_on_a_working_day(
    case: str, start: str, days: int, suspensions: list[tuple[date, date]], due: str, rolled_from: str | None
) -> None:
    found = deadline(D(start), days, suspensions)

    assert found == Deadline(D(due), D(rolled_from) if rolled_from else None, provisional=False), case


def test_t2_counted_inclusively_gives_one_day_more() -> None:
    assert deadline(D("2019-08-14"), 30, [PAPERS_OUT], roll=False, inclusive=True).due_on == D("2019-09-21")
    same_day = (D("2019-08-20"), D("2019-08-20"))
    assert deadline(D("2019-08-14"), 30, [same_day], roll=False).due_on == D("2019-09-13")
    assert deadline(D("2019-08-14"), 30, [same_day], roll=False, inclusive=True).due_on == D("2019-09-14")


@pytest.mark.parametrize(("knew", "last"), [("2019-08-11", "2021-08-11"), ("2020-02-29", "2022-02-28")])
def test_t7_t8_prescription_ends_after_two_years_on_the_same_day_and_never_moves(knew: str, last: str) -> None:
    assert prescription(D(knew)) == D(last)


def test_prescription_is_not_moved_by_a_rest_day() -> None:
    assert prescription(D("2017-10-01")) == D("2019-10-01")


def test_t9_hours_run_from_the_given_moment() -> None:
    reported_at = datetime(2019, 8, 12, 9, 30, tzinfo=BEIJING)

    assert deadline_at(reported_at, 24) == datetime(2019, 8, 13, 9, 30, tzinfo=BEIJING)


def test_t10_a_notice_window_does_not_count_the_day_of_posting_and_closes_at_midnight() -> None:
    posted_on = D("2019-08-30")

    assert window_last_day(posted_on, 3) == D("2019-09-02")
    assert window_closes(posted_on, 3).isoformat() == "2019-09-03T00:00:00+08:00"


@pytest.mark.parametrize(
    ("suspensions", "due"),
    [
        ([("2019-08-20", "2019-08-27"), ("2019-08-25", "2019-08-30")], "2019-09-23"),  # days in both count once
        ([("2019-08-25", "2019-08-30"), ("2019-08-20", "2019-08-27")], "2019-09-23"),  # in any order
        ([("2019-08-20", "2019-08-27"), ("2019-08-21", "2019-08-22")], "2019-09-20"),  # one within the other
        ([("2019-08-14", "2019-08-15")], "2019-09-14"),  # from the start day on
        ([("2019-09-13", "2019-09-15")], "2019-09-15"),  # begins on the last day
        ([("2019-09-14", "2019-09-20")], "2019-09-13"),  # begins after the end: nothing
        ([("2019-09-10", "2019-09-14"), ("2019-09-16", "2019-09-18")], "2019-09-19"),  # the end reached so far moved
        ([("2019-08-20", "2019-08-20")], "2019-09-13"),
    ],
)
def test_suspended_days_do_not_run(suspensions: list[tuple[str, str]], due: str) -> None:
    pairs = [(D(suspended), D(resumed)) for suspended, resumed in suspensions]

    assert deadline(D("2019-08-14"), 30, pairs, roll=False).due_on == D(due)


@pytest.mark.parametrize("pair", [("2019-08-13", "2019-08-20"), ("2019-08-20", "2019-08-19")])
def test_a_suspension_before_the_start_or_backwards_is_an_error(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        deadline(D("2019-08-14"), 30, [(D(pair[0]), D(pair[1]))])

    assert refused.value.faults[0].field == "suspensions"


@pytest.mark.parametrize(
    "term",
    [
        {"start_on": date.max, "days": 1},
        {"start_on": D("9999-12-01"), "days": 5, "suspensions": [(D("9999-12-02"), date.max)]},
    ],
)
def test_an_end_beyond_the_calendar_is_an_error_not_a_crash(term: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        deadline(**term)  # type: ignore[arg-type]  # the table mixes fields of several types


def test_an_inclusive_suspension_may_reach_the_last_date() -> None:
    with pytest.raises(Invalid):
        deadline(D("9999-12-30"), 0, [(D("9999-12-30"), date.max)], inclusive=True)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2019-09-13", False),
        ("2019-09-29", True),
        ("2019-10-12", True),
        *((f"2019-10-{day:02d}", False) for day in range(1, 8)),
        ("2019-10-08", True),
        ("2019-08-31", False),
        ("2027-01-01", False),  # Friday, beyond the notices
        ("2027-05-03", True),
        ("2030-05-01", False),
        ("2030-05-02", False),
        ("2030-10-01", False),
        ("2030-10-02", False),
        ("2030-10-03", False),
        ("2030-10-04", True),
        ("2003-10-01", False),
    ],
)
def test_working_days_follow_the_notices_and_beyond_them_the_fixed_feasts(day: str, works: bool) -> None:
    assert is_working_day(D(day)) is works


def test_weekends_can_be_taken_for_working_days_statutory_holidays_never() -> None:
    assert deadline(D("2019-08-14"), 60, roll_weekends=False).due_on == D("2019-10-13")
    assert deadline(D("2019-09-21"), 10, roll_weekends=False).due_on == D("2019-10-08")


@pytest.mark.parametrize(
    ("start", "days", "roll", "due", "provisional"),
    [
        ("2026-12-20", 10, True, "2026-12-30", False),
        ("2026-12-20", 12, True, "2027-01-04", True),
        ("2026-12-20", 12, False, "2027-01-01", False),  # nothing was looked up
        ("2003-12-20", 11, True, "2003-12-31", True),
        ("2003-12-20", 12, True, "2004-01-02", False),
    ],
)
def test_a_deadline_beyond_the_published_notices_is_provisional(start: str, days: int, roll: bool, due: str, provisional: bool) -> None:
    found = deadline(D(start), days, roll=roll)

    assert (found.due_on, found.provisional) == (D(due), provisional)


def test_the_unrolled_day_counts_among_the_days_looked_up() -> None:
    found = deadline(D("2003-12-20"), 7)  # Saturday 27 December 2003, rolled to Monday 29th

    assert (found.rolled_from, found.provisional) == (D("2003-12-27"), True)


def test_the_notices_reach_from_2004_to_2026() -> None:
    assert (FIRST_YEAR, LAST_YEAR) == (2004, 2026)


def test_working_days_are_added_without_the_first_day() -> None:
    assert add_working_days(D("2019-09-30"), 1) == D("2019-10-08")
    assert add_working_days(D("2019-08-12"), 5) == D("2019-08-19")
    assert add_working_days(D("2019-10-01"), 0) == D("2019-10-01")


def test_months_end_on_the_same_day_number_or_the_last_day() -> None:
    assert add_months(D("2019-01-31"), 1) == D("2019-02-28")
    assert add_months(D("2019-12-15"), 1) == D("2020-01-15")
    assert add_months(D("2020-03-31"), -1) == D("2020-02-29")


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(0, 400), st.integers(0, 40), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_a_later_start_or_longer_term_never_ends_earlier_and_always_on_a_working_day(
    start_on: date, days: int, more: int, gaps: list[tuple[int, int]]
) -> None:
    found = deadline(start_on, days)
    pairs = [(start_on + timedelta(first), start_on + timedelta(first + length)) for first, length in gaps]

    assert found.due_on >= start_on + timedelta(days)
    assert is_working_day(found.due_on)
    assert deadline(start_on, days + more).due_on >= found.due_on
    assert deadline(start_on + timedelta(more), days).due_on >= found.due_on
    assert deadline(start_on, days, pairs).due_on >= found.due_on
    assert deadline(start_on, days, pairs, inclusive=True).due_on >= deadline(start_on, days, pairs).due_on


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 30)), max_size=6))
def test_suspensions_give_the_day_that_counting_day_by_day_gives(days: int, gaps: list[tuple[int, int]]) -> None:
    start_on = D("2019-01-01")
    pairs = [(start_on + timedelta(first), start_on + timedelta(first + length)) for first, length in gaps]
    due, suspended = days, set[int]()
    for first, length in sorted(gaps):
        if first <= due:
            new = set(range(first, first + length)) - suspended
            due, suspended = due + len(new), suspended | new

    assert deadline(start_on, days, pairs, roll=False).due_on == start_on + timedelta(due)
