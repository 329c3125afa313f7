"""Who holds the claim: each state has its hand, and the spans of any legal history add up to the time that passed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.base.calendar import BEIJING
from insurance.claims import lifecycle
from insurance.claims.model import BallHolder, ClaimState, Side, Verb
from insurance.claims.rules_holders import Held, Lies, Passing, after, held, holder_of

S, V, H = ClaimState, Verb, BallHolder
START = datetime(2019, 8, 12, 9, 30, tzinfo=BEIJING)
HOUR = 3600
Told = tuple[Verb, ClaimState, float]


def passing(verb: Verb, state: ClaimState, hours: float, side: Side | None = None, window: float | None = None) -> Passing:
    ends = None if window is None else START + timedelta(hours=window)
    return Passing(verb=verb, state=state, at=START + timedelta(hours=hours), side=side, window_ends_at=ends)


REPORT = passing(V.REPORT, S.REPORTED, 0)
SURVEY = passing(V.SURVEY, S.OPENED, 10)


def told(*passings: Passing, now: float) -> list[tuple[BallHolder, float, Verb | None]]:
    found = held([REPORT, *passings], START + timedelta(hours=now))
    return [(span.holder, span.seconds / HOUR, span.passed_by) for span in found.spans]


@pytest.mark.parametrize(
    ("lies", "holder"),
    [
        (Lies(S.REPORTED), H.INSURER),
        (Lies(S.ACCEPTED), H.INSURER),
        (Lies(S.SURVEYING), H.INSURER),
        (Lies(S.OPENED), H.INSURER),
        (Lies(S.SUPPLEMENT), H.INSURED),
        (Lies(S.SUPPLEMENT, handed_in=True), H.INSURER),
        (Lies(S.ASSESSING), H.INSURER),
        (Lies(S.PUBLICITY, window_ends_at=START + timedelta(seconds=1)), H.OFFICE),
        (Lies(S.PUBLICITY, window_ends_at=START), H.INSURER),
        (Lies(S.PUBLICITY), H.OFFICE),
        (Lies(S.DISPUTED), H.INSURER),
        (Lies(S.REOPENED), H.INSURER),
        (Lies(S.APPROVED), H.INSURED),
        (Lies(S.APPROVED, signed=frozenset({Side.OFFICE})), H.INSURER),
        (Lies(S.APPROVED, signed=frozenset({Side.ADJUSTER})), H.INSURED),
        (Lies(S.AGREED), H.FINANCE),
        (Lies(S.PAYING), H.BANK),
        *((Lies(state), H.NOBODY) for state in (S.PAID, S.REJECTED, S.ZERO, S.WITHDRAWN, S.CLOSED)),
    ],
)
def test_every_state_lies_in_a_hand(lies: Lies, holder: BallHolder) -> None:
    assert holder_of(lies, START) is holder


def test_every_state_is_tried() -> None:
    assert {holder_of(Lies(state), START) for state in ClaimState} == {H.INSURER, H.INSURED, H.OFFICE, H.FINANCE, H.BANK, H.NOBODY}


def test_a_paid_claim_from_the_report_to_the_closing() -> None:
    assert told(
        passing(V.ACCEPTANCE, S.ACCEPTED, 1),
        SURVEY,
        passing(V.PAPERS_NOTICE, S.SUPPLEMENT, 20),
        passing(V.PAPERS, S.SUPPLEMENT, 120),  # handed in
        passing(V.PAPERS, S.OPENED, 125),
        passing(V.ASSESSMENT, S.ASSESSING, 150),
        passing(V.PUBLICITY, S.PUBLICITY, 160, window=232),
        passing(V.APPROVAL, S.APPROVED, 240),
        passing(V.AGREEMENT, S.APPROVED, 250, Side.OFFICE),
        passing(V.AGREEMENT, S.AGREED, 260, Side.ADJUSTER),
        passing(V.PAYOUT, S.PAYING, 270),
        passing(V.SETTLED, S.PAID, 300),
        passing(V.CLOSURE, S.CLOSED, 400),
        now=9999,
    ) == [
        (H.INSURER, 20, V.REPORT), (H.INSURED, 100, V.PAPERS_NOTICE), (H.INSURER, 40, V.PAPERS), (H.OFFICE, 72, V.PUBLICITY),
        (H.INSURER, 8, None), (H.INSURED, 10, V.APPROVAL), (H.INSURER, 10, V.AGREEMENT), (H.FINANCE, 10, V.AGREEMENT),
        (H.BANK, 30, V.PAYOUT), (H.NOBODY, 100, V.SETTLED),
    ]  # fmt: skip


def test_until_it_is_closed_time_runs_on_and_a_reopened_claim_counts_what_it_slept() -> None:
    closed = (passing(V.WITHDRAWAL, S.WITHDRAWN, 5), passing(V.CLOSURE, S.CLOSED, 6))

    assert told(SURVEY, now=34) == [(H.INSURER, 34, V.REPORT)]
    assert told(*closed, now=100) == [(H.INSURER, 5, V.REPORT), (H.NOBODY, 1, V.WITHDRAWAL)]
    assert told(*closed, passing(V.REOPENING, S.REOPENED, 50), now=60)[1:] == [(H.NOBODY, 45, V.WITHDRAWAL), (H.INSURER, 10, V.REOPENING)]


def test_the_window_of_a_notice_passes_the_claim_on_by_itself() -> None:
    published = (SURVEY, passing(V.ASSESSMENT, S.ASSESSING, 11), passing(V.PUBLICITY, S.PUBLICITY, 20, window=92))

    assert told(*published, now=91)[-1] == (H.OFFICE, 71, V.PUBLICITY)
    assert told(*published, now=92)[-2:] == [(H.OFFICE, 72, V.PUBLICITY), (H.INSURER, 0, None)]
    assert told(*published, now=93)[-1] == (H.INSURER, 1, None)
    assert told(*published, passing(V.OBJECTION, S.DISPUTED, 50), now=60)[-2:] == [
        (H.OFFICE, 30, V.PUBLICITY),
        (H.INSURER, 10, V.OBJECTION),
    ]


def test_an_event_told_out_of_order_counts_as_its_predecessor() -> None:
    found = held([REPORT, SURVEY, passing(V.PAPERS_NOTICE, S.SUPPLEMENT, 3)], START + timedelta(hours=12))

    assert [(span.holder, span.seconds) for span in found.spans] == [(H.INSURER, 10 * HOUR), (H.INSURED, 2 * HOUR)]


def test_what_happens_at_once_in_one_hand_is_one_span_since_the_first() -> None:
    at_once = (passing(V.ACCEPTANCE, S.ACCEPTED, 0), passing(V.SURVEY, S.OPENED, 0), passing(V.PAPERS_NOTICE, S.SUPPLEMENT, 2))

    assert told(*at_once, now=3) == [(H.INSURER, 2, V.REPORT), (H.INSURED, 1, V.PAPERS_NOTICE)]


def test_a_claim_just_reported_has_taken_no_time() -> None:
    found = held([REPORT], START)

    assert (found.elapsed_seconds, [(span.holder, span.seconds) for span in found.spans]) == (0, [(H.INSURER, 0)])
    assert found.by_holder() == {H.INSURER: 0}


# -- any legal history --------------------------------------------------------------------------------------------------

EDGES: dict[ClaimState, list[tuple[Verb, ClaimState]]] = {
    state: sorted({(edge.verb, edge.target or state) for edge in lifecycle.TABLE if state in edge.sources}) for state in ClaimState
}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Passing], datetime]:
    """A walk through the verb table with waits from nothing to weeks; and a now after it."""
    state, at = S.REPORTED, START
    found = [Passing(verb=V.REPORT, state=state, at=at)]
    waits = st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), timedelta(days=40)))
    for _ in range(draw(st.integers(0, 30))):
        verb, state = draw(st.sampled_from(EDGES[state]))
        at += draw(waits)
        side = draw(st.sampled_from(Side)) if verb is V.AGREEMENT else None
        window = whole(at + draw(waits)) if verb is V.PUBLICITY else None
        found.append(Passing(verb=verb, state=state, at=at, side=side, window_ends_at=window))
    return found, at + draw(waits)


def whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


@given(histories())
def test_the_spans_partition_the_time_of_any_legal_history(history: tuple[list[Passing], datetime]) -> None:
    passings, now = history
    found: Held = held(passings, now)
    end = whole(passings[-1].at if passings[-1].state is S.CLOSED else now)

    assert found.elapsed_seconds == int((end - whole(passings[0].at)).total_seconds())
    assert sum(span.seconds for span in found.spans) == sum(found.by_holder().values()) == found.elapsed_seconds
    assert found.spans[0].from_at == whole(START)
    assert found.spans[-1].until_at == end
    for before, later in zip(found.spans, found.spans[1:], strict=False):
        assert before.until_at == later.from_at
        assert before.holder is not later.holder


@given(histories())
def test_the_last_span_is_in_the_hand_that_holds_the_claim_now(history: tuple[list[Passing], datetime]) -> None:
    passings, now = history
    lies = Lies(passings[0].state)
    for one in passings[1:]:
        lies = after(lies, one)

    last = held(passings, now).spans[-1]

    assert last.holder is holder_of(lies, whole(now))
