"""What is known of photos beside their papers, and the pictures people are shown instead of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.files import Kept
from insurance.base.picture_frames import Picture

Copied = tuple[Picture, Kept]  # what a child read of a photo, and its copy as stored


class Shown(msgspec.Struct, frozen=True):
    """Which contents stand for a photo: the copy without its camera's words, and the thumbnail once it was made."""

    copy_sha256: bytes
    thumbnail_sha256: bytes | None


def taken_at(picture: Picture) -> datetime | None:
    """When the camera says the photo was taken; a camera that knows no offset was in Beijing's."""
    if picture.taken is None:
        return None
    try:
        when = datetime.fromisoformat(picture.taken)
        return when.replace(tzinfo=BEIJING) if when.tzinfo is None else when
    except ValueError:  # an offset beyond a day
        return None


async def add(document_ids: list[int], claim_id: int | None, copied: Copied) -> None:
    """Note what was read of a photo beside each of its papers."""
    picture, copy = copied
    await db.execute(
        db.statement(__package__, "photo_add"), document_ids, claim_id, picture.width_px, picture.height_px, taken_at(picture),
        _degrees(picture.latitude), _degrees(picture.longitude), picture.device, picture.likeness, copy.sha256,
    )  # fmt: skip


def _degrees(said: str | None) -> Decimal | None:
    return None if said is None else Decimal(said)


async def shown(document_id: int) -> Shown | None:
    """The pictures of a photo; None when the paper is no photo or lies outside the scope."""
    row = await db.fetchrow("SELECT copy_sha256, thumbnail_sha256 FROM photo WHERE document_id = $1", document_id)
    return None if row is None else Shown(**row)


async def without_thumbnail(limit: int) -> list[Any]:
    """Photos that have none yet, oldest first: `document_id`, `copy_sha256`."""
    return await db.fetch("SELECT document_id, copy_sha256 FROM photo WHERE thumbnail_sha256 IS NULL ORDER BY document_id LIMIT $1", limit)


async def set_thumbnail(document_id: int, sha256: bytes) -> bool:
    """Note the thumbnail, once; False when another round was first."""
    tag = await db.execute(
        "UPDATE photo SET thumbnail_sha256 = $2 WHERE document_id = $1 AND thumbnail_sha256 IS NULL", document_id, sha256
    )
    return tag == "UPDATE 1"
