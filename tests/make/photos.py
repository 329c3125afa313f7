"""Photos as cameras write them, and as attackers do: pictures that differ, EXIF of any content, tails and bombs."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageDraw

IN_TOWN = (34.766, 117.585)  # Tanshan town, county 370404
IN_JINAN = (36.651, 117.120)


def scene(seed: int = 1, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture with shapes: another seed is another picture to a person and to a hash."""
    dice = random.Random(seed)  # noqa: S311  # it must repeat itself
    image = Image.new("RGB", size, (dice.randrange(256), dice.randrange(256), dice.randrange(256)))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = dice.randrange(size[0]), dice.randrange(size[1])
        reach = dice.randrange(size[0] // 10, size[0] // 3)
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=tuple(dice.randrange(256) for _ in range(3)))
    return image


def exif(taken: str | None = None, at: tuple[float, float] | None = None, device: tuple[str, str] | None = None, **tags: Any) -> Image.Exif:
    """What a camera writes: `taken` "2019:08:12 09:30:00", `at` latitude and longitude, `device` make and model."""
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = 1  # without a tag of the first folder the others are not written
    if device:
        made[ExifTags.Base.Make], made[ExifTags.Base.Model] = device
    if taken:
        made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if at:
        told = made.get_ifd(ExifTags.IFD.GPSInfo)
        told[ExifTags.GPS.GPSLatitudeRef], told[ExifTags.GPS.GPSLongitudeRef] = "N" if at[0] >= 0 else "S", "E" if at[1] >= 0 else "W"
        told[ExifTags.GPS.GPSLatitude], told[ExifTags.GPS.GPSLongitude] = _parts(at[0]), _parts(at[1])
    for name, value in tags.items():
        made[ExifTags.Base[name]] = value
    return made


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = abs(degrees)
    minutes = whole % 1 * 60
    return float(int(whole)), float(int(minutes)), round(minutes % 1 * 60, 3)


def jpeg(seed: int = 1, written: Image.Exif | None = None, size: tuple[int, int] = (320, 240), quality: int = 90) -> bytes:
    """A JPEG of a scene."""
    return saved(scene(seed, size), "JPEG", exif=written or Image.Exif(), quality=quality)


def png(seed: int = 1) -> bytes:
    """A PNG of a scene."""
    return saved(scene(seed), "PNG")


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def flood(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
