"""Signals about the photos of a claim: found when a photo is filed or the report corrected, told with their reason, explained by notes."""

from __future__ import annotations

from datetime import datetime

from insurance.access import audit, scopes
from insurance.access.model import Actor
from insurance.access.outlines import outline
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid, NotFound
from insurance.base.text import render, t
from insurance.claims import store, store_signals
from insurance.claims.actions_move import seen
from insurance.claims.model_evidence import Explanation, OtherClaim, Signal, SignalKind, SignalNote
from insurance.claims.rules_signals import Shot, Told, reason, signals
from insurance.claims.signal_thresholds import thresholds_on
from insurance.claims.store import Row


async def look(row: Row, document_id: int | None = None, *, actor: Actor) -> None:
    """Hold a claim's photos (or the one named) against claim and city; inside the act's transaction. What was found before stays."""
    by = thresholds_on(actor.on)
    found = []
    for shot in await store_signals.shots(row["id"], by.kinds, document_id):
        told = Told(
            inception_on=shot["inception_on"], loss_at=row["loss_at"], filed_at=shot["filed_at"], outline=outline(row["county_code"])
        )  # fmt: skip
        seen = signals(Shot(shot["taken_at"], shot["latitude"], shot["longitude"]), told, by)
        found += [(shot["document_id"], one) for one in seen]
    await store_signals.add(row, found, actor=actor)
    await store_signals.add_pictures(row["id"], document_id, by.like_bits, by.kinds, actor=actor)


async def of_claim(claim_id: int, *, actor: Actor) -> tuple[Signal, ...]:
    """The signals of a claim, those not explained first. Raises NotFound."""
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        rows = await store_signals.of(claim_id)
    county = scopes.region_name("/".join(row["region_path"].split("/")[:2]) + "/")
    return tuple(_signal(one, county, actor.language) for one in rows)


def _signal(row: Row, county: str, language: str) -> Signal:
    other = None if row["other_id"] is None else OtherClaim(row["other_id"], row["other_number"])
    kind = SignalKind(row["kind"])
    notes = tuple(SignalNote(n["note"], n["by"], datetime.fromisoformat(n["at"]).astimezone(BEIJING)) for n in row["notes"])
    return Signal(
        row["id"], kind, row["document_id"], row["file_name"], render(reason(kind, row["facts"], county, other), language),
        row["found_at"].astimezone(BEIJING), bool(notes), other, notes,
    )  # fmt: skip


async def explain(claim_id: int, signal_id: int, given: Explanation, *, actor: Actor) -> Signal:
    """Note why a signal is none after all; the signal stays, and so does every note. Raises NotFound, Invalid (`note`)."""
    note = given.note.strip()
    if not note:
        raise Invalid.field("note", t("请写明原因"))
    async with db.transaction(actor.scope):
        row = await store.lock(claim_id)
        if row is None or not await store_signals.known(claim_id, signal_id):
            raise NotFound(t("没有这个提示，或不在您的范围内"))
        await store_signals.add_note(row, signal_id, note, actor=actor)
        await audit.record(actor, "claim.signal-explained", f"claim:{claim_id}", signal=signal_id)
        return next(one for one in await of_claim(claim_id, actor=actor) if one.id == signal_id)
