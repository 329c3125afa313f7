"""The audit trail: one row per act in the act's own transaction, sealed into a signed chain in batches."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import msgspec

from insurance.access import clock
from insurance.access.keys import keys
from insurance.access.model import Actor, AuditLine
from insurance.base import db

_INSERT = """INSERT INTO audit_event (recorded_at, business_at, actor_id, role, scope_region, scope_insurer, verb, subject, facts,
 request_id, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""


def _digest(*fields: object) -> bytes:
    """Keyed digest over every column, length-prefixed so that no two rows share one text."""
    body = bytearray(b"audit-event-1")
    for field in fields:
        text = (field.isoformat() if isinstance(field, datetime) else "" if field is None else str(field)).encode()
        body += len(text).to_bytes(4, "big") + text
    return hmac.digest(bytes.fromhex(keys().audit), bytes(body), hashlib.sha256)


def _row(actor: Actor, verb: str, subject: str, facts: dict[str, Any], recorded_at: datetime) -> tuple[object, ...]:
    scope = actor.scope
    business_at = actor.at.astimezone(clock.BEIJING)
    body = msgspec.json.encode(facts, order="sorted").decode()
    digest = _digest(
        recorded_at.isoformat(), business_at.isoformat(), actor.user_id or None, actor.role, scope.region, scope.insurer,
        verb, subject, body, actor.request_id,
    )  # fmt: skip
    return (recorded_at, business_at, actor.user_id or None, actor.role, scope.region, scope.insurer, verb, subject, body,
            actor.request_id, digest)  # fmt: skip


async def record(actor: Actor, verb: str, subject: str, **facts: Any) -> None:
    """One row (`claim.approved`, `claim:417`), in the transaction of the act. Facts hold amounts, codes and ids, never personal data."""
    await db.execute(_INSERT, *_row(actor, verb, subject, facts, clock.real_now()))


async def record_many(actor: Actor, verb: str, lines: list[tuple[str, dict[str, Any]]]) -> None:
    """One row per subject for an act on many (an import's projects, a batch of policies)."""
    now = clock.real_now()
    await db.executemany(_INSERT, [_row(actor, verb, subject, facts, now) for subject, facts in lines])


async def read(*, subject: str | None, before: int | None, limit: int) -> list[AuditLine]:
    """The newest rows first, optionally of one subject."""
    rows = await db.fetch(db.statement(__package__, "audit_read"), subject, before, limit)
    return [
        AuditLine(
            id=r["id"], recorded_at=r["recorded_at"], business_at=r["business_at"], actor=r["actor"], role=r["role"],
            verb=r["verb"], subject=r["subject"], facts=msgspec.json.decode(r["facts"]), request_id=r["request_id"],
        )
        for r in rows
    ]  # fmt: skip


async def seal() -> int:
    """Chain and sign every row whose transaction is over; answers how many. Runs in the system's scope, one sealer at a time."""
    if not await db.fetchval("SELECT pg_try_advisory_xact_lock(370401)"):
        return 0
    last = await db.fetchrow("SELECT seq, until_xid::text AS until_xid, digest FROM audit_seal ORDER BY seq DESC LIMIT 1")
    start = last["until_xid"] if last else "0"
    horizon = await db.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    digests = [r["digest"] for r in await _between(start, horizon)]
    if not digests:
        return 0
    seq = last["seq"] + 1 if last else 1
    previous = last["digest"] if last else bytes(32)
    rows_digest = hashlib.sha256(b"".join(digests)).digest()
    digest = _seal_digest(seq, start, horizon, len(digests), rows_digest, previous)
    await db.execute(
        "INSERT INTO audit_seal VALUES ($1, $2::text::xid8, $3::text::xid8, $4, $5, $6, $7, $8, $9)",
        seq, start, horizon, len(digests), rows_digest, previous, digest, keys().signer().sign(digest), clock.real_now(),
    )  # fmt: skip
    return len(digests)


async def _between(start: str, end: str) -> list[Any]:
    return await db.fetch("SELECT * FROM audit_event WHERE xid >= $1::text::xid8 AND xid < $2::text::xid8 ORDER BY xid, id", start, end)


def _seal_digest(seq: int, start: str, end: str, count: int, rows_digest: bytes, previous: bytes) -> bytes:
    head = f"audit-seal-1|{seq}|{start}|{end}|{count}|".encode()
    return hashlib.sha256(head + rows_digest + previous).digest()


async def verify() -> list[str]:
    """Walk every row and every seal; answers the offences, worst first seen. Empty means whole.

    `anchor` comparison (the newest seal kept outside the database) is the caller's: see `jobs.check_anchor`.
    """
    from cryptography.exceptions import InvalidSignature

    offences: list[str] = []
    public = keys().signer().public_key()
    previous, start = bytes(32), "0"
    for seal_row in await db.fetch("SELECT *, from_xid::text AS f, until_xid::text AS u FROM audit_seal ORDER BY seq"):
        rows = await _between(seal_row["f"], seal_row["u"])
        rows_digest = hashlib.sha256(b"".join(r["digest"] for r in rows)).digest()
        expected = _seal_digest(seal_row["seq"], start, seal_row["u"], len(rows), rows_digest, previous)
        if expected != seal_row["digest"] or seal_row["f"] != start or seal_row["previous"] != previous:
            offences.append(f"seal {seal_row['seq']} does not fit its rows")
        try:
            public.verify(seal_row["signature"], seal_row["digest"])
        except InvalidSignature:
            offences.append(f"seal {seal_row['seq']} is not signed by this program")
        previous, start = seal_row["digest"], seal_row["u"]
    for row in await db.fetch("SELECT * FROM audit_event ORDER BY id"):
        digest = _digest(
            row["recorded_at"].isoformat(), row["business_at"].astimezone(clock.BEIJING).isoformat(), row["actor_id"], row["role"],
            row["scope_region"], row["scope_insurer"], row["verb"], row["subject"], row["facts"], row["request_id"],
        )  # fmt: skip
        if digest != row["digest"]:
            offences.append(f"audit row {row['id']} was changed")
    return offences
