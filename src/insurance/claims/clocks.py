"""The terms of a claim: which clocks run, since when, until when. A fold over what happened; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

import msgspec

from insurance.base.calendar import BEIJING, add_months, deadline, deadline_at, midnight, window_closes, window_last_day
from insurance.claims.model import ClaimState, ClockState, ClockView, Verb
from insurance.claims.procedure import Clock, Procedure

_DAY_ENDS = time(23, 59, 59)
_GONE = frozenset({ClaimState.WITHDRAWN, ClaimState.CLOSED})
_COUNTS_WITHOUT_A_MOVE = frozenset({Verb.REFUSAL_SENT, Verb.INTERIM_PAYMENT, Verb.PROOFS, Verb.SURVEY})
OPENING = "OPENING"
ADVANCE = "ADVANCE"


class ClockRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """One run of a term as it is stored with the claim. A pause that still lasts has no end."""

    code: str
    start_at: datetime
    due_at: datetime
    rolled_from: date | None = None
    provisional: bool = False
    done_at: datetime | None = None
    pauses: tuple[tuple[date, date | None], ...] = ()

    @property
    def paused(self) -> bool:
        """Whether the days do not count now."""
        return self.done_at is None and bool(self.pauses) and self.pauses[-1][1] is None


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """What the clocks need of an event. `at` is the instant that counts in law: the visit, the receipt, the signature.

    `proofs_on`: the day on which the claim form with proofs first came in, `harvest_on`: the day of harvest of a crop that is
    partly lost, if this event says so.
    """

    verb: Verb
    source: ClaimState | None
    target: ClaimState
    at: datetime
    proofs_on: date | None = None
    harvest_on: date | None = None


def begin(procedure: Procedure, loss_at: datetime, report: Happening) -> tuple[ClockRun, ...]:
    """The clocks of a claim at its report."""
    known = [_run(clock, loss_at) for clock in procedure.clocks if clock.starts_by == "loss"]
    return advance(tuple(known), report, procedure)


def loss_moved(runs: tuple[ClockRun, ...], loss_at: datetime, procedure: Procedure) -> tuple[ClockRun, ...]:
    """The clocks after the moment of loss was corrected."""
    new = {c.code: _run(c, loss_at) for c in procedure.clocks if c.starts_by == "loss"}
    return tuple(msgspec.structs.replace(new[r.code], done_at=r.done_at) if r.code in new else r for r in runs)


def advance(runs: Iterable[ClockRun], happening: Happening, procedure: Procedure) -> tuple[ClockRun, ...]:
    """The clocks after one more event, in the order of the procedure; a claim that is over keeps only the finished ones."""
    held = {run.code: run for run in runs}
    found: dict[str, ClockRun] = {}
    for clock in procedure.clocks:
        if clock.hours is clock.days is clock.years is None:
            continue  # promptly: no last day to watch
        run = held.get(clock.code)
        if run is not None:
            run = _ended(_halted(run, clock, happening), clock, happening)
        run = _started(run, clock, happening)
        if run is not None and (run.done_at is not None or happening.target not in _GONE):
            found[clock.code] = run
    yielding = {clock.code for clock in procedure.clocks if clock.yields_to in found}
    return tuple(run for code, run in found.items() if code not in yielding)


def open_run(runs: Iterable[ClockRun], code: str) -> ClockRun | None:
    """A term that runs, or rests, and is not yet kept."""
    return next((run for run in runs if run.code == code and run.done_at is None), None)


def urgent(runs: Iterable[ClockRun], procedure: Procedure) -> tuple[datetime | None, str | None]:
    """The most urgent open term: its end and its code."""
    open_ones = [(r.due_at, r.code) for r in runs if r.done_at is None and not r.paused and not procedure.clock(r.code).minimum]
    return min(open_ones, default=(None, None))


def views(runs: Iterable[ClockRun], procedure: Procedure, now: datetime, language: str) -> tuple[ClockView, ...]:
    """The clocks as they stand at a business instant."""
    return tuple(_view(run, procedure.clock(run.code), now, language) for run in runs)


def publicity_ends(procedure: Procedure, posted_on: date) -> datetime:
    """The instant from which a claim under publicity may be approved: 24:00 of the last day of its window."""
    days = procedure.clock("PUBLICITY").days
    assert days is not None
    return window_closes(posted_on, days)


def _counts(happening: Happening) -> bool:
    """A first signature or a part payment leaves the claim, and its clocks, as they are."""
    return happening.source is not happening.target or happening.verb in _COUNTS_WITHOUT_A_MOVE


def _started(run: ClockRun | None, clock: Clock, h: Happening) -> ClockRun | None:
    if clock.starts_by == "proofs":
        anew = h.verb is Verb.REOPENING or (h.verb is Verb.OBJECTION and h.source is ClaimState.REJECTED)
        if anew:  # a decided claim is asked for again: the insurer has the whole term once more
            return _run(clock, h.at)
        if run is None and h.proofs_on is not None:
            start_at = h.at if h.proofs_on == h.at.astimezone(BEIJING).date() else midnight(h.proofs_on)
            return _run(clock, start_at, ((h.proofs_on, None),) if h.target in clock.stops_while else ())
        return run
    if clock.starts_by == "harvest":
        return run if h.harvest_on is None else _run(clock, midnight(h.harvest_on))
    return _run(clock, h.at) if h.verb == clock.starts_by and _counts(h) else run


def _ended(run: ClockRun, clock: Clock, h: Happening) -> ClockRun:
    if h.verb is Verb.UNSETTLED and _counts(h) and Verb.SETTLED in clock.ends_by:
        return msgspec.structs.replace(run, done_at=None)
    answered = h.verb is Verb.OBJECTION and clock.starts_by in (Verb.PUBLICITY, Verb.DECLINATURE)
    opened = h.verb is Verb.OPENING and clock.code == OPENING  # the procedure of 2019 names the survey alone
    sent = h.verb is Verb.REFUSAL_SENT and clock.starts_by == Verb.DECLINATURE  # every procedure so far names the closure alone
    if run.done_at is None and (answered or opened or sent or (h.verb in clock.ends_by and _counts(h))):
        return msgspec.structs.replace(run, done_at=h.at)
    return run


def _halted(run: ClockRun, clock: Clock, h: Happening) -> ClockRun:
    """A term stops while the claim is in a state that stops it, and goes on after."""
    day = h.at.astimezone(BEIJING).date()
    pauses = run.pauses
    if run.paused and h.target not in clock.stops_while:
        since = pauses[-1][0]
        pauses = (*pauses[:-1], (since, max(since, day)))
    elif run.done_at is None and not run.paused and h.target in clock.stops_while:
        pauses = (*pauses, (day, None))
    return run if pauses is run.pauses else _run(clock, run.start_at, pauses)


def _run(clock: Clock, start_at: datetime, pauses: tuple[tuple[date, date | None], ...] = (), today: date | None = None) -> ClockRun:
    start_at = start_at.astimezone(BEIJING)
    start_on = start_at.date()
    if clock.hours is not None:
        return ClockRun(clock.code, start_at, deadline_at(start_at, clock.hours), pauses=pauses)
    if clock.years is not None:
        return ClockRun(clock.code, start_at, _day_end(add_months(start_on, 12 * clock.years)), pauses=pauses)
    assert clock.days is not None
    if clock.minimum:
        return ClockRun(clock.code, start_at, _day_end(window_last_day(start_on, clock.days)), pauses=pauses)
    counted = [(max(start_on, since), max(start_on, until or today or since)) for since, until in pauses]
    ends = deadline(start_on, clock.days, counted, roll=clock.roll)
    return ClockRun(clock.code, start_at, _day_end(ends.due_on), ends.rolled_from, ends.provisional, pauses=pauses)


def _view(run: ClockRun, clock: Clock, now: datetime, language: str) -> ClockView:
    if run.paused:
        run = _run(clock, run.start_at, run.pauses, now.astimezone(BEIJING).date())
    if run.done_at is not None or (clock.minimum and now > run.due_at):
        state = ClockState.DONE
    elif run.paused:
        state = ClockState.PAUSED
    elif now > run.due_at:
        state = ClockState.LATE
    elif now.astimezone(BEIJING).date() == run.due_at.astimezone(BEIJING).date():
        state = ClockState.DUE
    else:
        state = ClockState.RUNNING
    return ClockView(
        code=run.code, name=clock.en if language == "en" else clock.zh, article=clock.article, mark=clock.mark, ruleset=clock.ruleset,
        disputed_days=clock.disputed_days,
        holder=clock.holder, start_at=run.start_at, due_at=run.due_at, state=state, rolled_from=run.rolled_from,
        provisional=run.provisional, done_at=run.done_at, minimum=clock.minimum, pauses=run.pauses,
    )  # fmt: skip


def _day_end(day: date) -> datetime:
    return datetime.combine(day, _DAY_ENDS, BEIJING)
