"""What the child that decodes pictures and its parent say to each other. Light: the child must start at once."""

from __future__ import annotations

import msgspec

MOST_PIXELS = 40_000_000


class Limits(msgspec.Struct, frozen=True):
    """What one picture may cost, and how large what is made of it may be."""

    pixels: int = MOST_PIXELS
    memory_bytes: int = 700 * 2**20  # on top of what the loaded decoder maps: 40 million pixels come to 160 MB, twice for a moment
    cpu_seconds: int = 20
    wall_seconds: int = 30
    copy_side_px: int = 2560
    thumbnail_side_px: int = 320


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A decoded photo: its size, what its camera wrote into it, and a copy (JPEG) without any of that.

    `taken` is ISO 8601, without offset as cameras write it unless the camera knew one. Degrees are decimal texts, WGS 84.
    `likeness` is a 64-bit difference hash as a signed integer, None for a picture too plain to be told from others.
    """

    copy: bytes
    width_px: int
    height_px: int
    taken: str | None
    latitude: str | None
    longitude: str | None
    device: str | None
    likeness: int | None


class Thumbnail(msgspec.Struct, frozen=True, tag="thumbnail"):
    """A small JPEG."""

    content: bytes


class Unshowable(msgspec.Struct, frozen=True, tag="unshowable"):
    """The picture is not taken; `code` names the reason."""

    code: str  # too-many-pixels, damaged, too-much-memory


Answer = Picture | Thumbnail | Unshowable
