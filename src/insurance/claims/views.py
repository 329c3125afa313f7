"""A stored claim as a reader sees it: clocks as they stand now, and the verbs that are open to this very person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from insurance.access.model import OFFICES, Actor
from insurance.base.calendar import BEIJING
from insurance.claims import clocks, lifecycle
from insurance.claims.model import (
    AdvanceDue,
    Claim,
    ClaimState,
    DisasterRef,
    InsurerRef,
    Part,
    PartKind,
    PartPayout,
    PolicyRef,
    ProjectRef,
    Side,
    UnpaidPremium,
    Verb,
)
from insurance.claims.procedure import procedure_of
from insurance.claims.rules_holders import Lies, holder_of
from insurance.claims.store import Row


def side_of(actor: Actor) -> Side:
    """Whose signature this person gives."""
    return Side.OFFICE if actor.role in OFFICES else Side.ADJUSTER


def missing_signatures(row: Row) -> tuple[Side, ...]:
    """The sides whose signature of the agreement is awaited."""
    if row.state is not ClaimState.APPROVED:
        return ()
    signed = row["facts"].get("signed", {})
    return tuple(side for side in Side if side not in signed)


def lies(row: Row) -> Lies:
    """How a stored claim lies there, as far as its holder depends on it."""
    facts = row["facts"]
    return Lies(
        row.state, handed_in="handed_in_on" in facts, signed=frozenset(map(Side, facts.get("signed", {}))), window_ends_at=window_ends(row)
    )


def window_ends(row: Row) -> datetime | None:
    """When the public notice of a claim has hung long enough, None without one."""
    said = row["facts"].get("window_ends_at")
    return None if said is None else datetime.fromisoformat(said)


def reported_by_office_of(row: Row, actor: Actor) -> bool:
    """Whether this person works in the office that reported the claim."""
    return actor.role in OFFICES and bool(row["reported_from"] == actor.region_path)


def open_verbs(row: Row, actor: Actor) -> tuple[str, ...]:
    """What this person may do now: the table's verbs, less those that wait for something or are another office's."""
    ends = window_ends(row)
    waits = {
        Verb.CORRECTION: not reported_by_office_of(row, actor),
        Verb.WITHDRAWAL: not reported_by_office_of(row, actor),
        Verb.SURVEY: row.state is ClaimState.OPENED and row["surveyed"],
        Verb.AGREEMENT: side_of(actor) not in missing_signatures(row),
        Verb.PAPERS: actor.role not in OFFICES and "handed_in_on" not in row["facts"],
        Verb.APPROVAL: row.state is ClaimState.PUBLICITY and (ends is None or actor.at < ends),
        Verb.OBJECTION: row.state is ClaimState.PUBLICITY and ends is not None and actor.at >= ends,
    }
    return tuple(verb.value for verb in lifecycle.open_verbs(row.state, actor.role) if not waits.get(verb))


def claim_view(row: Row, actor: Actor, parts: Iterable[Any] = (), premium_unpaid: tuple[UnpaidPremium, ...] = ()) -> Claim:
    """The claim for this reader."""
    procedure = procedure_of(row)
    due_at = row["due_at"]
    return Claim(
        id=row["id"],
        number=row["number"],
        state=row.state,
        cover=row["cover"],
        policy=PolicyRef(row["policy_id"], row["policy_number"]),
        project=ProjectRef(row["project_id"], row["project_code"], row["project_name"], row["county_code"], row["town_code"]),
        insurer=InsurerRef(row["insurer_id"], row["insurer_code"], row["insurer_name"]),
        disaster=DisasterRef(row["disaster_id"], row["disaster_code"], row["disaster_name"]) if row["disaster_id"] else None,
        peril=row["peril"],
        loss_at=row["loss_at"].astimezone(BEIJING),
        reported_at=row["reported_at"].astimezone(BEIJING),
        reported_fen=row["reported_fen"],
        reserve_fen=row["reserve_fen"],
        assessed_fen=row["assessed_fen"],
        approved_fen=row["approved_fen"],
        paid_fen=row["paid_fen"],
        due_at=due_at.astimezone(BEIJING) if due_at else None,
        due_clock=row["due_clock"],
        clocks=clocks.views(row.runs, procedure, actor.at, actor.language),
        open_verbs=open_verbs(row, actor),
        missing_signatures=missing_signatures(row),
        account_of_loss=row["account_of_loss"],
        closed_on=row["closed_on"],
        version=row["version"],
        holder=holder_of(lies(row), actor.at),
        advance_due=_advance_due(row),
        opening=row["opening"],
        parts=tuple(_part(part) for part in parts),
        premium_unpaid=premium_unpaid,
    )


def _advance_due(row: Row) -> AdvanceDue | None:
    noted = row["facts"].get("advance_due")
    return None if noted is None else AdvanceDue(date.fromisoformat(noted["on"]), noted["amount_fen"])


def _part(row: Any) -> Part:
    order = None
    if row["payout_id"] is not None:
        order = PartPayout(row["payout_id"], row["payout_number"], row["payout_state"], row["payout_version"], row["settled_on"])
    return Part(row["id"], PartKind(row["kind"]), row["ordinal"], row["amount_fen"], row["approved_on"], order)
