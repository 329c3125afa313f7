"""Who holds a claim, and for how long: its events folded into spans that follow each other without gap; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from insurance.claims.model import BallHolder, ClaimState, Side, Verb

_S = ClaimState


_BY_STATE: dict[ClaimState, BallHolder] = {
    _S.AGREED: BallHolder.FINANCE, _S.PAYING: BallHolder.BANK, _S.PAID: BallHolder.NOBODY, _S.REJECTED: BallHolder.NOBODY,
    _S.WITHDRAWN: BallHolder.NOBODY, _S.ZERO: BallHolder.NOBODY, _S.CLOSED: BallHolder.NOBODY,
}  # fmt: skip


class Lies(msgspec.Struct, frozen=True):
    """How a claim lies there, as far as its holder depends on it.

    `handed_in`: the office has handed in what was asked for; `signed`: who signed the agreement; `window_ends_at`: until
    when the public notice hangs.
    """

    state: ClaimState
    handed_in: bool = False
    signed: frozenset[Side] = frozenset()
    window_ends_at: datetime | None = None


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """What the fold needs of an event: when it was done, and where it left the claim; who signed, until when the notice hangs."""

    verb: Verb
    state: ClaimState
    at: datetime
    side: Side | None = None
    window_ends_at: datetime | None = None


class Span(msgspec.Struct, frozen=True):
    """A time in one hand, in whole seconds. `passed_by`: the verb that passed the claim on; None: the window of the notice ran out."""

    holder: BallHolder
    from_at: datetime
    until_at: datetime
    seconds: int
    passed_by: Verb | None


class Held(msgspec.Struct, frozen=True):
    """The whole time from the report to the closing, or to now: the spans add up to it to the second."""

    elapsed_seconds: int
    spans: tuple[Span, ...]

    def by_holder(self) -> dict[BallHolder, int]:
        """Seconds in each hand, in the order of `BallHolder`; hands that never held it are left out."""
        sums = {one: sum(span.seconds for span in self.spans if span.holder is one) for one in BallHolder}
        return {one: seconds for one, seconds in sums.items() if seconds or one in {span.holder for span in self.spans}}


def holder_of(lies: Lies, at: datetime) -> BallHolder:
    """In whose hands a claim lies at an instant."""
    if lies.state is _S.SUPPLEMENT:
        return BallHolder.INSURER if lies.handed_in else BallHolder.INSURED
    if lies.state is _S.PUBLICITY:
        over = lies.window_ends_at is not None and at >= lies.window_ends_at
        return BallHolder.INSURER if over else BallHolder.OFFICE
    if lies.state is _S.APPROVED:
        return BallHolder.INSURER if Side.OFFICE in lies.signed else BallHolder.INSURED
    return _BY_STATE.get(lies.state, BallHolder.INSURER)


def after(lies: Lies, passing: Passing) -> Lies:
    """How the claim lies after one more event."""
    handed_in = lies.handed_in or passing.verb is Verb.PAPERS
    signed = lies.signed | ({passing.side} if passing.side else set())
    return Lies(
        passing.state,
        handed_in=passing.state is _S.SUPPLEMENT and lies.state is _S.SUPPLEMENT and handed_in,
        signed=signed if passing.state is _S.APPROVED and lies.state is _S.APPROVED else frozenset(),
        window_ends_at=(passing.window_ends_at or lies.window_ends_at) if passing.state is _S.PUBLICITY else None,
    )


def held(passings: Sequence[Passing], now: datetime) -> Held:
    """Fold the events of a claim, oldest first, the report first, into spans until it was closed or until now.

    Instants count in whole seconds; one that lies before its predecessor counts as its predecessor.
    """
    lies = Lies(passings[0].state)
    at, verb = _whole(passings[0].at), passings[0].verb
    spans: list[Span] = []
    for passing in passings[1:]:
        then = max(at, _whole(passing.at))
        _add(spans, lies, at, then, verb)
        left, lies, at = holder_of(lies, then), after(lies, passing), then
        verb = passing.verb if holder_of(lies, then) is not left else verb
    end = at if lies.state is _S.CLOSED else max(at, _whole(now))
    _add(spans, lies, at, end, verb, last=True)
    return Held(_seconds(spans[0].from_at, spans[-1].until_at), tuple(spans))


def _add(spans: list[Span], lies: Lies, since: datetime, until: datetime, verb: Verb, *, last: bool = False) -> None:
    """Append what lay in one state: one hand, or two where the notice's window ended meanwhile."""
    ends = None if lies.window_ends_at is None else _whole(lies.window_ends_at)
    if ends is not None and since < ends and (ends < until or (last and ends == until)):
        _join(spans, holder_of(lies, since), since, ends, verb)
        _join(spans, holder_of(lies, ends), ends, until, None)
    elif since < until or last:
        _join(spans, holder_of(lies, since), since, until, verb)


def _join(spans: list[Span], holder: BallHolder, since: datetime, until: datetime, verb: Verb | None) -> None:
    """A span more, or the last one longer where the hand stays the same."""
    if spans and spans[-1].holder is holder:
        first = spans.pop()
        since, verb = first.from_at, first.passed_by
    spans.append(Span(holder, since, until, _seconds(since, until), verb))


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _seconds(since: datetime, until: datetime) -> int:
    return round((until - since).total_seconds())
