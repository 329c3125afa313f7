"""The audit trail: one row per act in the act's own transaction, sealed into a signed chain in batches."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from insurance.access import clock
from insurance.access.keys import keys, raw
from insurance.access.model import Actor, AuditLine
from insurance.base import db

_COLUMNS = "recorded_at, business_at, actor_id, role, scope_region, scope_insurer, verb, request_id, subject, facts, digest"
_INSERT = f"INSERT INTO audit_event ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"  # noqa: S608  # our own names
_INSERT_MANY = f"""INSERT INTO audit_event ({_COLUMNS})
SELECT $1, $2, $3, $4, $5, $6, $7, $8, n.subject, n.facts, substring($11::bytea FROM 32 * n.place::integer - 31 FOR 32)
FROM unnest(string_to_array($9::text, $12), string_to_array($10::text, $12)) WITH ORDINALITY AS n (subject, facts, place)
ORDER BY n.place"""  # noqa: S608
_MANY = 100  # rows whose digests are worth a thread
_BETWEEN = "\x1e"  # no subject holds it, and JSON writes it otherwise


def _digest(*fields: object) -> bytes:
    """Keyed digest over every column, length-prefixed so that no two rows share one text."""
    return _sealed(b"audit-event-1" + b"".join(map(_framed, fields)))


def _sealed(body: bytes) -> bytes:
    return hmac.digest(raw(keys().audit), body, "sha256")


def _framed(field: object) -> bytes:
    text = (field.isoformat() if isinstance(field, datetime) else "" if field is None else str(field)).encode()
    return len(text).to_bytes(4, "big") + text


def _common(actor: Actor, verb: str) -> tuple[object, ...]:
    """What all rows of an act share, in the order of the columns."""
    scope = actor.scope
    return (clock.real_now(), actor.at.astimezone(clock.BEIJING), actor.user_id or None, actor.role, scope.region, scope.insurer, verb,
            actor.request_id)  # fmt: skip


def _own(common: tuple[object, ...], lines: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, str, bytes]]:
    """What each row has of its own: subject, facts as text, digest (over the columns, the request last)."""
    *before, request = common
    head, tail = b"audit-event-1" + b"".join(map(_framed, before)), _framed(request)
    for subject, facts in lines:
        body = msgspec.json.encode(facts, order="sorted").decode()
        yield subject, body, _sealed(head + _framed(subject) + _framed(body) + tail)


async def record(actor: Actor, verb: str, subject: str, **facts: Any) -> None:
    """One row (`claim.approved`, `claim:417`), in the transaction of the act. Facts hold amounts, codes and ids, never personal data."""
    common = _common(actor, verb)
    (own,) = _own(common, [(subject, facts)])
    await db.execute(_INSERT, *common, *own)


async def record_many(actor: Actor, verb: str, lines: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """One row per subject for an act on many (an import's projects, a batch of policies, the payouts of a statement)."""
    if len(lines) < _MANY:
        await write(prepared(actor, verb, lines))
    else:
        await write(await asyncio.to_thread(prepared, actor, verb, lines))


class Prepared(NamedTuple):
    """Rows of one act, digests and all, still to be written: what they share, and each row's subject, facts and digest."""

    common: tuple[object, ...]
    own: list[tuple[str, str, bytes]]


def prepared(actor: Actor, verb: str, lines: Sequence[tuple[str, dict[str, Any]]]) -> Prepared:
    """`record_many` without the writing: for a thread, while the database is busy."""
    common = _common(actor, verb)
    return Prepared(common, list(_own(common, lines)))


async def write(rows: Prepared) -> None:
    """Write what was prepared, in the transaction of the act."""
    if rows.own:
        subjects, facts, digests = zip(*rows.own, strict=True)
        # joined: of an array every element is encoded by itself
        await db.execute(_INSERT_MANY, *rows.common, _BETWEEN.join(subjects), _BETWEEN.join(facts), b"".join(digests), _BETWEEN)


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
