"""Papers tied to their subjects: rows only, the contents lie in `base.files`."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.files import Kept


class FiledPaper(msgspec.Struct, frozen=True):
    """A paper on file: what it is of, what it is, and who filed it when."""

    id: int
    subject_kind: str
    subject_id: int
    kind: str
    name: str
    media: str
    byte_count: int
    sha256: str
    dated_on: date | None
    filed_by: str | None
    filed_at: datetime


_COLUMNS = """SELECT d.id, d.subject_kind, d.subject_id, d.kind, d.file_name AS name, d.media, d.byte_count,
 encode(d.content_sha256, 'hex') AS sha256, d.dated_on, (SELECT n.display_name FROM user_names(ARRAY[d.filed_by]) n) AS filed_by, d.filed_at
 FROM document d"""


async def add(
    actor: Actor,
    subject: tuple[str, int],
    region_path: str,
    insurer_id: int | None,
    kind: str,
    name: str,
    kept: Kept,
    dated_on: date | None,
) -> int | None:
    """A new paper; answers its id, None when this very content is on file there as this kind."""
    found: int | None = await db.fetchval(
        "INSERT INTO document (region_path, insurer_id, subject_kind, subject_id, kind, content_sha256, media, byte_count, file_name,"
        " dated_on, filed_by, filed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING id",
        region_path, insurer_id, *subject, kind, kept.sha256, kept.media.value, kept.byte_count, name, dated_on, actor.user_id, actor.at,
    )  # fmt: skip
    return found


async def same(subject: tuple[str, int], kind: str, sha256: bytes) -> FiledPaper | None:
    """The paper of this content on file there as this kind."""
    row = await db.fetchrow(
        f"{_COLUMNS} WHERE d.subject_kind = $1 AND d.subject_id = $2 AND d.kind = $3 AND d.content_sha256 = $4", *subject, kind, sha256
    )
    return None if row is None else FiledPaper(**row)


async def one(document_id: int) -> FiledPaper | None:
    """One paper, as far as the scope shows it."""
    row = await db.fetchrow(f"{_COLUMNS} WHERE d.id = $1", document_id)
    return None if row is None else FiledPaper(**row)


async def of(subject_kind: str, subject_id: int) -> list[FiledPaper]:
    """All papers of a subject, as filed."""
    rows = await db.fetch(f"{_COLUMNS} WHERE d.subject_kind = $1 AND d.subject_id = $2 ORDER BY d.id", subject_kind, subject_id)
    return [FiledPaper(**row) for row in rows]


async def filed_today(user_id: int, sha256: bytes) -> tuple[int, bool]:
    """Bytes a person has filed in the last 24 hours, and whether they ever filed this very content."""
    row = await db.fetchrow(db.statement(__package__, "filed_today"), user_id, sha256)
    assert row is not None
    return row["byte_count"], row["known"]
