"""The terms of a claim: the worked dates of the reference, told as events of a claim."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
import pytest

from insurance.base.calendar import BEIJING
from insurance.claims import clocks
from insurance.claims.clocks import ClockRun, Happening
from insurance.claims.model import ClaimState, ClockState, ClockView, Verb
from insurance.claims.procedure import procedure_on

S = ClaimState
PROCEDURE = procedure_on(date(2019, 8, 12))
LOSS = datetime(2019, 8, 11, 6, tzinfo=BEIJING)
REPORT = datetime(2019, 8, 12, 9, 30, tzinfo=BEIJING)
Told = tuple[Verb, ClaimState | None, ClaimState, str]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def happened(*told: Told, proofs_on: date | None = None, loss: datetime = LOSS) -> tuple[ClockRun, ...]:
    """The clocks after a report and these events; the claim form came in with the first of them, on the day named."""
    runs = clocks.begin(PROCEDURE, loss, Happening(verb=Verb.REPORT, source=None, target=S.REPORTED, at=REPORT))
    for place, (verb, source, target, when) in enumerate(told):
        proofs = proofs_on if place == 0 else None
        runs = clocks.advance(runs, Happening(verb=verb, source=source, target=target, at=at(when), proofs_on=proofs), PROCEDURE)
    return runs


def view(runs: tuple[ClockRun, ...], code: str, now: str) -> ClockView:
    return next(one for one in clocks.views(runs, PROCEDURE, at(now), "zh") if one.code == code)


SURVEYED: Told = (Verb.SURVEY, S.ACCEPTED, S.OPENED, "2019-08-13T09:00")
NOTICE: Told = (Verb.PAPERS_NOTICE, S.OPENED, S.SUPPLEMENT, "2019-08-20T10:00")
PAPERS: Told = (Verb.PAPERS, S.SUPPLEMENT, S.OPENED, "2019-08-27T10:00")
ASSESSED: Told = (Verb.ASSESSMENT, S.OPENED, S.ASSESSING, "2019-08-28T10:00")
APPROVED: Told = (Verb.APPROVAL, S.ASSESSING, S.APPROVED, "2019-08-29T10:00")
AGREED: Told = (Verb.AGREEMENT, S.APPROVED, S.AGREED, "2019-09-21T10:00")
DECLINED: Told = (Verb.DECLINATURE, S.ASSESSING, S.REJECTED, "2019-09-30T10:00")
PROOFS = date(2019, 8, 14)


@pytest.mark.parametrize(
    ("case", "told", "code", "due", "rolled_from"),
    [
        ("T1 thirty days over a feast", [SURVEYED], "DECISION", date(2019, 9, 16), date(2019, 9, 13)),
        ("T2 the days of a supplement do not count", [SURVEYED, NOTICE, PAPERS], "DECISION", date(2019, 9, 20), None),
        ("T3 ten days into the holidays", [SURVEYED, ASSESSED, APPROVED, AGREED], "PAYMENT", date(2019, 10, 8), date(2019, 10, 1)),
        (
            "T4 ten days on a working day",
            [SURVEYED, ASSESSED, APPROVED, (Verb.AGREEMENT, S.APPROVED, S.AGREED, "2019-09-20T10:00")],
            "PAYMENT",
            date(2019, 9, 30),
            None,
        ),
        ("T5 notice of refusal", [SURVEYED, ASSESSED, DECLINED], "REFUSAL_NOTICE", date(2019, 10, 8), date(2019, 10, 3)),
        ("T6 sixty days to a Sunday", [SURVEYED], "ADVANCE", date(2019, 10, 14), date(2019, 10, 13)),
        ("T7 two years, not moved", [], "PRESCRIPTION", date(2021, 8, 11), None),
        ("T10 three days of notice", [SURVEYED, ASSESSED, (Verb.PUBLICITY, S.ASSESSING, S.PUBLICITY, "2019-08-30T09:00")], "PUBLICITY",
         date(2019, 9, 2), None),
    ],
)  # fmt: skip
def test_the_worked_dates_of_the_reference(case: str, told: list[Told], code: str, due: date, rolled_from: date | None) -> None:
    shown = view(happened(*told, proofs_on=PROOFS), code, "2019-08-12T10:00")

    assert (shown.due_at.date(), shown.rolled_from, shown.provisional) == (due, rolled_from, False), case
    assert shown.due_at.strftime("%H:%M:%S") == "23:59:59"


def test_t8_a_leap_day_ends_on_the_last_of_february() -> None:
    runs = happened(loss=datetime(2020, 2, 29, 6, tzinfo=BEIJING))

    assert view(runs, "PRESCRIPTION", "2020-03-01T10:00").due_at.date() == date(2022, 2, 28)


def test_t9_hours_run_from_the_moment_and_are_never_moved() -> None:
    shown = view(happened(), "SURVEY", "2019-08-12T10:00")

    assert shown.due_at == at("2019-08-13T09:30")
    assert shown.article.endswith("24 小时内查勘")


def test_t10_approval_waits_until_the_last_day_is_over() -> None:
    assert clocks.publicity_ends(PROCEDURE, date(2019, 8, 30)) == at("2019-09-03T00:00")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2019-09-15T10:00", ClockState.RUNNING),
        ("2019-09-16T00:00", ClockState.DUE),
        ("2019-09-16T23:59:59", ClockState.DUE),
        ("2019-09-17T00:00", ClockState.LATE),
    ],
)
def test_a_term_is_due_on_its_last_day_and_late_after_it(now: str, state: ClockState) -> None:
    assert view(happened(SURVEYED, proofs_on=PROOFS), "DECISION", now).state is state


def test_while_papers_are_awaited_the_term_rests_and_shows_the_end_it_would_have_today() -> None:
    runs = happened(SURVEYED, NOTICE, proofs_on=PROOFS)

    shown = view(runs, "DECISION", "2019-08-27T09:00")

    assert (shown.state, shown.due_at.date(), shown.pauses) == (ClockState.PAUSED, date(2019, 9, 20), ((date(2019, 8, 20), None),))
    assert view(runs, "ADVANCE", "2019-08-27T09:00").state is ClockState.RUNNING, "the advance of 保险法 25 does not rest"
    assert clocks.urgent(runs, PROCEDURE)[1] == "ADVANCE"


def test_proofs_that_arrive_during_a_supplement_start_a_resting_term() -> None:
    supplement: Told = (Verb.PAPERS_NOTICE, S.OPENED, S.SUPPLEMENT, "2019-08-20T10:00")
    runs = happened(SURVEYED, supplement)
    runs = clocks.advance(
        runs, Happening(verb=Verb.PROOFS, source=S.SUPPLEMENT, target=S.SUPPLEMENT, at=at("2019-08-22T10:00"), proofs_on=date(2019, 8, 22)),
        PROCEDURE,
    )  # fmt: skip

    assert view(runs, "DECISION", "2019-08-22T10:00").state is ClockState.PAUSED
    resumed = clocks.advance(runs, Happening(verb=Verb.PAPERS, source=S.SUPPLEMENT, target=S.OPENED, at=at("2019-08-27T10:00")), PROCEDURE)
    assert view(resumed, "DECISION", "2019-08-27T10:00").pauses == ((date(2019, 8, 22), date(2019, 8, 27)),)


def test_the_most_urgent_open_term_is_the_claims() -> None:
    assert clocks.urgent(happened(), PROCEDURE) == (at("2019-08-13T09:30"), "SURVEY")
    assert clocks.urgent(happened(SURVEYED), PROCEDURE) == (None, None), "surveyed and opened, no claim form yet"
    assert clocks.urgent(happened(SURVEYED, proofs_on=PROOFS), PROCEDURE)[1] == "DECISION"
    published: Told = (Verb.PUBLICITY, S.ASSESSING, S.PUBLICITY, "2019-08-30T09:00")
    assert clocks.urgent(happened(SURVEYED, ASSESSED, published, proofs_on=PROOFS), PROCEDURE)[1] == "DECISION", (
        "nobody is late with a notice"
    )


@pytest.mark.parametrize(
    ("code", "told", "done_at"),
    [
        ("SURVEY", [SURVEYED], "2019-08-13T09:00"),
        ("OPENING", [SURVEYED], "2019-08-13T09:00"),
        ("DECISION", [SURVEYED, ASSESSED, APPROVED], "2019-08-29T10:00"),
        ("DECISION", [SURVEYED, ASSESSED, DECLINED], "2019-09-30T10:00"),
        ("DECISION", [SURVEYED, ASSESSED, (Verb.ZERO, S.ASSESSING, S.ZERO, "2019-08-29T10:00")], "2019-08-29T10:00"),
        ("ADVANCE", [SURVEYED, ASSESSED, (Verb.INTERIM_PAYMENT, S.ASSESSING, S.ASSESSING, "2019-08-29T11:00")], "2019-08-29T11:00"),
        ("PAYMENT", [APPROVED, AGREED, (Verb.SETTLED, S.PAYING, S.PAID, "2019-09-25T00:00")], "2019-09-25T00:00"),
        ("PAYMENT", [APPROVED, AGREED, (Verb.SETTLED, S.PAYING, S.PAYING, "2019-09-25T00:00")], None),
        ("REFUSAL_NOTICE", [DECLINED, (Verb.CLOSURE, S.REJECTED, S.CLOSED, "2019-10-05T10:00")], "2019-10-05T10:00"),
        ("REFUSAL_NOTICE", [DECLINED, (Verb.OBJECTION, S.REJECTED, S.DISPUTED, "2019-10-05T10:00")], "2019-10-05T10:00"),
        ("PRESCRIPTION", [], "2019-08-12T09:30"),
    ],
)
def test_what_keeps_a_term(code: str, told: list[Told], done_at: str | None) -> None:
    shown = view(happened(*told, proofs_on=PROOFS), code, "2019-10-20T10:00")

    assert shown.done_at == (at(done_at) if done_at else None)
    assert (shown.state is ClockState.DONE) == bool(done_at)


def test_the_first_signature_starts_nothing() -> None:
    first: Told = (Verb.AGREEMENT, S.APPROVED, S.APPROVED, "2019-09-20T10:00")

    assert "PAYMENT" not in {run.code for run in happened(SURVEYED, ASSESSED, APPROVED, first)}


def test_an_undone_match_lets_the_payment_term_run_on() -> None:
    paid: Told = (Verb.SETTLED, S.PAYING, S.PAID, "2019-09-25T10:00")
    undone: Told = (Verb.UNSETTLED, S.PAID, S.PAYING, "2019-09-26T10:00")

    shown = view(happened(APPROVED, AGREED, paid, undone), "PAYMENT", "2019-09-26T10:00")

    assert (shown.state, shown.start_at) == (ClockState.RUNNING, at("2019-09-21T10:00"))


@pytest.mark.parametrize(
    "again",
    [
        (DECLINED, (Verb.OBJECTION, S.REJECTED, S.DISPUTED, "2019-10-09T10:00")),
        (
            APPROVED,
            (Verb.CLOSURE, S.PAID, S.CLOSED, "2019-10-08T10:00"),
            (Verb.REOPENING, S.CLOSED, S.REOPENED, "2019-10-09T10:00"),
        ),
    ],
)
def test_a_decided_claim_that_is_asked_for_again_has_the_whole_term_once_more(again: tuple[Told, ...]) -> None:
    runs = happened(SURVEYED, ASSESSED, *again, proofs_on=PROOFS)

    shown = view(runs, "DECISION", "2019-10-09T10:00")

    assert (shown.start_at, shown.due_at.date(), shown.state) == (at("2019-10-09T10:00"), date(2019, 11, 8), ClockState.RUNNING)


def test_a_withdrawn_claim_keeps_no_open_term() -> None:
    runs = happened((Verb.WITHDRAWAL, S.REPORTED, S.WITHDRAWN, "2019-08-12T15:00"))

    assert {run.code for run in runs} == {"PRESCRIPTION"}
    assert clocks.urgent(runs, PROCEDURE) == (None, None)


def test_a_corrected_moment_of_loss_moves_prescription_alone() -> None:
    moved = clocks.loss_moved(happened(), datetime(2019, 8, 10, 6, tzinfo=BEIJING), PROCEDURE)

    assert view(moved, "PRESCRIPTION", "2019-08-12T10:00").due_at.date() == date(2021, 8, 10)
    assert view(moved, "PRESCRIPTION", "2019-08-12T10:00").state is ClockState.DONE
    assert view(moved, "SURVEY", "2019-08-12T10:00") == view(happened(), "SURVEY", "2019-08-12T10:00")


def test_clocks_come_back_from_storage_as_they_were() -> None:
    runs = happened(SURVEYED, NOTICE, PAPERS, proofs_on=PROOFS)

    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(runs)), tuple[ClockRun, ...]) == runs


def test_beyond_the_published_holidays_a_term_is_provisional() -> None:
    runs = clocks.begin(PROCEDURE, LOSS, Happening(verb=Verb.REPORT, source=None, target=S.REPORTED, at=at("2026-12-28T09:00")))

    assert view(runs, "OPENING", "2026-12-28T10:00").provisional
