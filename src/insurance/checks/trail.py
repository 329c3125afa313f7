"""Checks of what must not have been changed: the audit trail, its anchors, the stored files."""

from __future__ import annotations

import asyncio

from insurance import anchors
from insurance.access import audit
from insurance.base import db, files
from insurance.base.errors import InsuranceError
from insurance.checks.model import MOST, Asked, Check
from insurance.claims.actions_letters import letter_digest
from insurance.settings import settings


async def audit_trail() -> Check:
    """Every row and every seal, link by link."""
    found = await audit.verify()
    rows, sealed = await db.fetchval("SELECT count(*) FROM audit_event"), await db.fetchval("SELECT count(*) FROM audit_seal")
    return Check("audit_trail", found[:MOST], f"rows and seals are as they were written ({rows:,} rows, {sealed:,} seals)")


async def audit_anchors() -> Check:
    """The seals against the file of anchors."""
    kept = await asyncio.to_thread(anchors.read, settings().data)
    found = anchors.offences(kept, await anchors.seals())
    return Check("audit_anchors", found[:MOST], f"every anchored seal still stands ({len(kept):,} anchors)")


async def stored_files() -> Check:
    """Every paper, workbook, letter, shown copy and thumbnail is there, with the content it was stored with."""
    rows = await db.fetch(db.statement("insurance.checks", "stored_files"))
    found = []
    for row in rows:
        try:
            await files.content_of(row["content_sha256"])
        except InsuranceError as damaged:
            found.append(f"file {row['content_sha256'].hex()[:16]}: {damaged.text}")
    return Check("stored_files", found[:MOST], f"every file is there with its content ({len(rows):,} files)")


_LETTERS = """SELECT l.id, l.number, l.facts, l.content, e.facts::jsonb ->> 'digest' AS issued
FROM letter l LEFT JOIN audit_event e ON e.subject = 'letter:' || l.id AND e.verb = 'letter.issued'
WHERE l.id > $1 ORDER BY l.id LIMIT 500"""


async def letters() -> Check:
    """Every letter says what the sealed trail says it said when it was issued."""
    found: list[str] = []
    count = last = 0
    while rows := await db.fetch(_LETTERS, last):
        found += [
            f"letter {row['number']} is not what was issued" for row in rows if letter_digest(row["facts"], row["content"]) != row["issued"]
        ]
        count, last = count + len(rows), rows[-1]["id"]
    return Check("letters", found[:MOST], f"every letter says what was issued ({count:,} letters)")


TRAIL: tuple[Asked, ...] = (audit_trail, audit_anchors, stored_files, letters)
