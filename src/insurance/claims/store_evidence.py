"""Reads and writes of a claim's papers: what is on file, what decides which are asked for, what certificates measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from insurance.base import db
from insurance.claims.model_evidence import Reading
from insurance.claims.store import Row


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def evidence(claim_id: int) -> list[Any]:
    """Papers and photos on file."""
    return await db.fetch(_sql("evidence"), claim_id)


async def evidence_count(claim_id: int, kind: str, sha256: bytes) -> tuple[int, bool]:
    """How many files a claim holds, and whether this content is one of them as this kind."""
    row = await db.fetchrow(_sql("evidence_count"), claim_id, kind, sha256)
    assert row is not None
    return row["files"], row["known"]


async def holds(claim_id: int, document_id: int) -> bool:
    """Whether a paper is one of the claim's."""
    query = "SELECT true FROM document WHERE id = $1 AND subject_kind = 'claim' AND subject_id = $2"
    return bool(await db.fetchval(query, document_id, claim_id))


async def has_photos(claim_id: int) -> bool:
    """Whether a claim has photos on file."""
    return bool(await db.fetchval("SELECT EXISTS (SELECT FROM photo WHERE claim_id = $1)", claim_id))


async def kinds_on_file(claim_id: int) -> frozenset[str]:
    """The kinds of papers on file."""
    rows = await db.fetch("SELECT DISTINCT kind FROM document WHERE subject_kind = 'claim' AND subject_id = $1", claim_id)
    return frozenset(row["kind"] for row in rows)


async def situation(claim_id: int) -> Any:
    """What of a claim decides which papers are asked for."""
    row = await db.fetchrow(_sql("evidence_situation"), claim_id)
    assert row is not None
    return row


_READING = ("station_name", "station_number", "certificate_number", "wind_ms", "rain_mm_1h", "rain_mm_12h", "rain_mm_24h")


async def keep_reading(row: Row, document_id: int, reading: Reading) -> bool:
    """Keep what a certificate measured; False when something else is kept of it already."""
    told = {name: getattr(reading, name) for name in _READING}
    await db.execute(_sql("reading_add"), document_id, row["id"], row["region_path"], row["insurer_id"], *told.values())
    kept = await db.fetchrow("SELECT * FROM weather_proof WHERE document_id = $1", document_id)
    return kept is not None and {name: kept[name] for name in _READING} == told


async def papers_of_claim(claim_id: int, document_ids: Iterable[int]) -> frozenset[int]:
    """Which of these papers lie with the claim."""
    rows = await db.fetch(
        "SELECT id FROM document WHERE subject_kind = 'claim' AND subject_id = $1 AND id = ANY ($2::bigint[])", claim_id, list(document_ids)
    )
    return frozenset(row["id"] for row in rows)
