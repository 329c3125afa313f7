"""Reads and writes of signals about photos and of the notes that explain them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.rules_signals import Found
from insurance.claims.store import Row

_LOCK = 370408


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def hold() -> None:
    """One photo of the city after the other until the transaction ends, so that of two that come at once the later sees the earlier.

    Taken before any claim is locked: what is found is noted on other claims too.
    """
    await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def shots(claim_id: int, kinds: Sequence[str], document_id: int | None) -> list[Any]:
    """The photos of a claim that are worth a question, or the one named."""
    return await db.fetch(_sql("signal_shots"), claim_id, list(kinds), document_id)


async def add(row: Row, found: Sequence[tuple[int, Found]], *, actor: Actor) -> None:
    """Keep what photos' own words say, by paper."""
    if found:
        await db.execute(
            _sql("signals_add"), row["id"], row["region_path"], row["insurer_id"], actor.at, [document for document, _ in found],
            [one.kind.value for _, one in found], [one.facts for _, one in found],
        )  # fmt: skip


async def add_pictures(claim_id: int, document_id: int | None, most_bits: int, kinds: Sequence[str], *, actor: Actor) -> None:
    """Look for the pictures of a claim in all other claims, and keep what is found on both sides."""
    await db.fetch(_sql("signal_pictures_of"), claim_id, document_id, most_bits, list(kinds), actor.at)


async def of(claim_id: int) -> list[Any]:
    """The signals of a claim with their notes, those not explained first."""
    return await db.fetch(_sql("signals"), claim_id)


async def known(claim_id: int, signal_id: int) -> bool:
    """Whether a signal is one of the claim's."""
    return bool(await db.fetchval("SELECT true FROM claim_signal WHERE id = $1 AND claim_id = $2", signal_id, claim_id))


async def add_note(row: Row, signal_id: int, note: str, *, actor: Actor) -> None:
    """How somebody explains a signal."""
    await db.execute(
        "INSERT INTO signal_note (signal_id, claim_id, region_path, insurer_id, note, noted_by, noted_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        signal_id, row["id"], row["region_path"], row["insurer_id"], note, actor.user_id, actor.at,
    )  # fmt: skip
