"""A past claim as its row, its event and its facts are written; the clocks of one that is still open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insurance.base.calendar import midnight
from insurance.claims import clocks
from insurance.claims.actions_report import law_and_kind
from insurance.claims.clocks import ClockRun, Happening
from insurance.claims.model import ClaimState, Verb
from insurance.claims.model_opening import OPEN, Outcome, StatedClaim
from insurance.claims.opening_claims import Planned
from insurance.claims.procedure import procedure_of


def columns_of(one: Planned, import_id: int) -> dict[str, Any]:
    """A past claim as its row, its event and its facts are written. An open one has the clocks of its notice day."""
    stated, policy = one.stated, one.policy
    about = {
        "regimes": [law.value for law in policy.regimes], "taxonomy": policy.taxonomy, "starts_on": policy.starts_on,
        "terms_version": policy.terms_version, "procedure_version": one.procedure,
    }  # fmt: skip
    about |= law_and_kind(about)
    runs = opening_runs(about, stated)
    due = clocks.urgent(runs, procedure_of(about))
    ended = stated.outcome not in OPEN
    return stated_columns(stated, one.taken) | {
        "number": stated.number, "policy_id": policy.id, "peril": stated.peril, "reported_at": midnight(stated.reported_on),
        "reported_on": stated.reported_on, "state": stated.outcome.state, "live": stated.outcome is not Outcome.WITHDRAWN,
        "procedure_version": one.procedure, "regimes": about["regimes"], "taxonomy": policy.taxonomy,
        "assessed_fen": stated.assessed_fen if ended else None, "approved_fen": stated.approved_fen if ended else None,
        "stated_assessed_fen": stated.assessed_fen, "stated_approved_fen": stated.approved_fen, "clocks": runs, "due_at": due[0],
        "due_clock": due[1], "facts": event_facts(stated) | {"import": import_id},
    }  # fmt: skip


def opening_runs(about: Mapping[str, Any], stated: StatedClaim) -> tuple[ClockRun, ...]:
    """The clocks of a past claim: none once it is over; of an open one those that began with its notice.

    When exactly an opened case was opened is not stated: its term of opening counts as kept on the day of notice.
    """
    if stated.outcome not in OPEN:
        return ()
    procedure, at = procedure_of(about), midnight(stated.reported_on)
    noticed = Happening(verb=Verb.REPORT, source=None, target=ClaimState.REPORTED, at=at)
    runs = clocks.begin(procedure, midnight(stated.loss_on), noticed)
    if stated.outcome is Outcome.REPORTED:
        return runs
    opened = Happening(verb=Verb.OPENING, source=ClaimState.REPORTED, target=ClaimState.OPENED, at=at)
    return clocks.advance(runs, opened, procedure)


def stated_columns(stated: StatedClaim, taken: Mapping[int | None, int]) -> dict[str, Any]:
    """What is stated, as a version of it is written."""
    return {
        "outcome": stated.outcome, "loss_on": stated.loss_on, "loss_at": midnight(stated.loss_on), "reported_fen": stated.reported_fen,
        "reserve_fen": stated.reserve_fen, "assessed_fen": stated.assessed_fen, "approved_fen": stated.approved_fen,
        "paid_fen": stated.paid_fen, "paid_on": stated.paid_on, "ended_on": stated.ended_on, "payee_name": stated.payee_name,
        "note": stated.note, "item_ids": list(taken), "items_fen": list(taken.values()), "digest": stated.digest.hex(),
    }  # fmt: skip


def event_facts(stated: StatedClaim) -> dict[str, Any]:
    """What goes with the event: amounts and days; the words stay with the facts."""
    names = ("outcome", "reported_fen", "reserve_fen", "assessed_fen", "approved_fen", "paid_fen", "paid_on", "ended_on")
    return {name: value for name in names if (value := getattr(stated, name)) is not None}
