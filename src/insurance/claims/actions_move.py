"""How every verb begins and ends: the claim locked in the actor's scope and asked whether the verb is open; one move, one audit row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base.calendar import midnight
from insurance.base.errors import Invalid, LostUpdate, NotFound
from insurance.base.text import Text, t
from insurance.claims import clocks, lifecycle, store
from insurance.claims.actions_premium import unpaid_premium
from insurance.claims.clocks import Happening
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.procedure import procedure_of
from insurance.claims.store import Move, Row
from insurance.claims.views import claim_view
from insurance.finance import rules as ledger
from insurance.finance import store as ledger_store
from insurance.finance.model import Event as LedgerEvent
from insurance.finance.store import Entry

AUDIT = {
    Verb.REPORT: "reported",
    Verb.CORRECTION: "corrected",
    Verb.ACCEPTANCE: "accepted",
    Verb.ASSIGNMENT: "assigned",
    Verb.SURVEY: "surveyed",
    Verb.PAPERS_NOTICE: "papers-asked",
    Verb.PAPERS: "papers-received",
    Verb.ASSESSMENT: "assessed",
    Verb.PUBLICITY: "published",
    Verb.OBJECTION: "objected",
    Verb.APPROVAL: "approved",
    Verb.DECLINATURE: "declined",
    Verb.ZERO: "zeroed",
    Verb.AGREEMENT: "agreed",
    Verb.INTERIM_PAYMENT: "interim-approved",
    Verb.WITHDRAWAL: "withdrawn",
    Verb.CLOSURE: "closed",
    Verb.REOPENING: "reopened",
    Verb.PAYOUT: "payout-ordered",
    Verb.PROOFS: "proofs-received",
    Verb.ORDER_CANCELLED: "order-cancelled",
    Verb.SETTLED: "settled",
    Verb.UNSETTLED: "unsettled",
    Verb.OPENING: "opened",
    Verb.REFUSAL_SENT: "refusal-sent",
    Verb.OPENING_ENTRY: "opening-entered",
    Verb.OPENING_CORRECTION: "opening-corrected",
    Verb.ADVANCE_DUE: "advance-due",
}
_AUDIT_STAYING = {Verb.AGREEMENT: "signed", Verb.PAPERS: "papers-handed-in"}  # the first of two persons
_AUDITED = ("_fen", "_on", "_id", "_ids")


async def seen(claim_id: int) -> Row:
    """The stored claim, or NotFound."""
    row = await store.claim(claim_id)
    if row is None:
        raise NotFound(t("没有这个案件，或不在您的范围内"))
    return row


async def locked(claim_id: int) -> Row:
    """The stored claim, nobody else's until the end of the transaction, or NotFound."""
    row = await store.lock(claim_id)
    if row is None:
        raise NotFound(t("没有这个案件，或不在您的范围内"))
    return row


def lost_update() -> LostUpdate:
    """Somebody else was first."""
    return LostUpdate(t("案件已被他人改动，请刷新后再办"))


async def take(claim_id: int, verb: Verb, version: int | None, *, actor: Actor) -> Row:
    """The claim, locked, with the verb open to this role. Raises NotFound, WrongState, Forbidden, LostUpdate.

    `version` None: the program itself acts on what it finds.
    """
    row = await locked(claim_id)
    lifecycle.targets(verb, row.state, actor.role)
    if version is not None and row["version"] != version:
        raise lost_update()
    return row


async def put(row: Row, verb: Verb, *, actor: Actor, **what: Any) -> Claim:
    """Write the move: state, clocks, event, books of the estimate, audit; answers the claim as it now stands. `what`: see `planned`."""
    (moved,) = await put_all([planned(row, verb, actor=actor, **what)], actor=actor)
    return claim_view(moved, actor, await store.parts(row["id"]), await unpaid_premium(moved))


def planned(
    row: Row,
    verb: Verb,
    *,
    actor: Actor,
    to: ClaimState | None = None,
    at: datetime | None = None,
    proofs_on: date | None = None,
    harvest_on: date | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    keep: dict[str, Any] | None = None,
    **columns: Any,
) -> Move:
    """A move not yet written: the state by the verb table, the clocks by the claim's procedure.

    `at` is the instant that counts in law where it is not now; `facts` go with the event (texts stay there, amounts, days
    and ids also into the audit), `keep` with the claim.
    """
    target = lifecycle.after(verb, row.state, actor.role, to)
    if proofs_on is not None and "proofs_on" not in row["facts"]:
        keep = {"proofs_on": proofs_on, **(keep or {})}
    else:
        proofs_on = None
    procedure = procedure_of(row)
    happening = Happening(verb=verb, source=row.state, target=target, at=at or actor.at, proofs_on=proofs_on, harvest_on=harvest_on)
    runs = clocks.advance(row.runs, happening, procedure)
    if "advance_due" in row["facts"] and clocks.open_run(runs, clocks.ADVANCE) is None:
        keep = {**(keep or {}), "advance_due": None}  # paid ahead, or decided
    said = (facts or {}) | ({"proofs_on": proofs_on} if proofs_on else {}) | ({"effective_at": at} if at else {})
    return Move(row, verb, target, runs, clocks.urgent(runs, procedure), reason, said, keep or {}, columns)


async def put_all(moves: Sequence[Move], *, actor: Actor) -> list[Row]:
    """Write moves of different claims, by as many statements as one takes: states, events, books of the estimate, audit.

    Answers the claims as they now stand, in the order of the moves. Raises LostUpdate where somebody else was first with one.
    """
    moved = await store.move(moves, actor=actor)
    if len(moved) != len(moves):
        raise lost_update()
    estimates = [entry for one, after in zip(moves, moved, strict=True) for entry in _estimate(one.row, after, actor)]
    await ledger_store.post(estimates, made_by=actor.user_id)
    acts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for one in moves:
        row, target = one.row, one.target
        done = _AUDIT_STAYING.get(one.verb, AUDIT[one.verb]) if target is row.state else AUDIT[one.verb]
        noted = {name: value for name, value in one.facts.items() if name.endswith(_AUDITED)}
        acts.setdefault(done, []).append((f"claim:{row['id']}", {"from": row["state"], "to": target.value} | noted))
    for done, lines in acts.items():
        await audit.record_many(actor, f"claim.{done}", lines)
    return moved


def _estimate(before: Row, after: Row, actor: Actor) -> list[Entry]:
    """The memo books follow the reserve (未决赔款估计, 9001 and 9002)."""
    old, new = before["reserve_fen"] or 0, after["reserve_fen"] or 0
    transfers = ledger.postings(LedgerEvent.ESTIMATE_RELEASED, old) if new == 0 else ledger.estimate_change(old, new)
    return [Entry(one, f"claim:{before['id']}", before["region_path"], before["insurer_id"], actor.on) for one in transfers]


async def book(transfers: list[Any], row: Row, actor: Actor) -> None:
    """Write transfers on the claim."""
    await ledger_store.post_transfers(
        transfers, subject=f"claim:{row['id']}", region_path=row["region_path"], insurer_id=row["insurer_id"], booked_on=actor.on,
        made_by=actor.user_id,
    )  # fmt: skip


def day_or_today(day: date | None, actor: Actor) -> date:
    """The day that was named, or the business day."""
    return actor.on if day is None else day


def moment(day: date, actor: Actor) -> datetime | None:
    """The instant a named day stands for: None for today (now counts), else its midnight."""
    return None if day == actor.on else midnight(day)


def not_after_today(field: str, day: date | None, actor: Actor) -> None:
    """A day that has not come cannot have happened."""
    if day is not None and day > actor.on:
        raise Invalid.field(field, t("日期不能晚于今天（{today}）", today=actor.on.isoformat()))


def not_before(field: str, day: date | None, first: date, why: Text) -> None:
    """A day that comes too early, and why."""
    if day is not None and day < first:
        raise Invalid.field(field, why)


def stated(field: str, text: str, why: Text) -> str:
    """A text that must not be empty."""
    if not text.strip():
        raise Invalid.field(field, why)
    return text.strip()
