"""The child that decodes one picture under limits: file on standard input, one answer on standard output (see picture_frames)."""

from __future__ import annotations

import io
import math
import os
import re
import sys
import warnings
from datetime import datetime
from typing import Any

import imagehash
import msgspec
from PIL import ExifTags, Image, ImageOps, ImageStat, JpegImagePlugin, PngImagePlugin  # noqa: F401  # the plugins, before memory is bounded

from insurance.base.picture_frames import Answer, Limits, Picture, Thumbnail, Unshowable
from insurance.base.restrained import restrain

_FORMATS = ("JPEG", "PNG")
_PLAIN = 6.0  # standard deviation of grey below which nothing is to be seen
_FEW = 10  # bits of 64: a sheet of paper or a clear sky looks like any other
_DEVICE = 80
_WHEN = re.compile(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})")
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")


def answer(content: bytes, wanted: str, limits: Limits) -> Answer:
    """The photo, or the thumbnail, of a content; or why not."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > limits.pixels:  # told by the head of the file: nothing is decoded yet
                return Unshowable("too-many-pixels")
            return _thumbnail(image, limits) if wanted == "thumbnail" else _picture(image, limits)
    except Image.DecompressionBombError:  # so many that even opening it is refused
        return Unshowable("too-many-pixels")
    except MemoryError:
        return Unshowable("too-much-memory")
    except Exception:  # noqa: BLE001  # a decoder has many ways to say that a file is broken
        return Unshowable("damaged")


def _picture(image: Image.Image, limits: Limits) -> Picture:
    width, height = image.size
    shown = _upright(image, limits.copy_side_px)
    exif = image.getexif()  # after the pixels: a PNG may carry it at its end
    latitude, longitude = _position(exif)
    return Picture(
        copy=_jpeg(shown, 85), width_px=width, height_px=height, taken=_taken(exif), latitude=latitude, longitude=longitude,
        device=_device(exif), likeness=_likeness(shown),
    )  # fmt: skip


def _thumbnail(image: Image.Image, limits: Limits) -> Thumbnail:
    return Thumbnail(_jpeg(_upright(image, limits.thumbnail_side_px), 80))


def _upright(image: Image.Image, side: int) -> Image.Image:
    """The first frame as plain RGB of at most `side`, turned as it was held, transparent parts white; nothing else survives."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft(None, (side, side))  # decodes at an eighth, a quarter or half where that is enough
    image.load()
    found: Image.Image = image
    if found.mode.startswith("I;16"):
        found = found.convert("I").point(lambda value: value / 256).convert("L")
    elif found.mode in ("I", "F"):
        found = found.convert("L")
    elif found.mode in ("P", "PA", "1"):
        found = found.convert("RGBA")
    else:
        found = found.copy()
    found.thumbnail((side, side))
    found.info.clear()
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    if turn is not None:
        found = found.transpose(turn)
    if "A" in found.mode or "a" in found.mode:
        found = found.convert("RGBA")
        ground = Image.new("RGBA", found.size, "white")
        found = Image.alpha_composite(ground, found)
    plain = Image.new("RGB", found.size)
    plain.paste(found.convert("RGB"))
    return plain


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _likeness(image: Image.Image) -> int | None:
    if ImageStat.Stat(image.convert("L")).stddev[0] < _PLAIN:
        return None
    bits = int(str(imagehash.dhash(image)), 16)
    if not _FEW <= bits.bit_count() <= 64 - _FEW:
        return None
    return bits - (1 << 64) if bits >> 63 else bits


# -- what the camera wrote; all of it may be missing, absurd or forged -----------------------------------------------------


def _taken(exif: Image.Exif) -> str | None:
    told = exif.get_ifd(ExifTags.IFD.Exif)
    match = _WHEN.fullmatch(_text(told.get(ExifTags.Base.DateTimeOriginal)))
    if match is None:
        return None
    try:
        when = datetime(*map(int, match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001  # the parent knows where the camera was
    except ValueError:
        return None
    if when.year < 1990:  # a camera whose clock was never set
        return None
    offset = _text(told.get(ExifTags.Base.OffsetTimeOriginal))
    return when.isoformat() + (offset if _OFFSET.fullmatch(offset) else "")


def _position(exif: Image.Exif) -> tuple[str | None, str | None]:
    told = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _degrees(told.get(ExifTags.GPS.GPSLatitude), _text(told.get(ExifTags.GPS.GPSLatitudeRef)), "NS", 90)
    longitude = _degrees(told.get(ExifTags.GPS.GPSLongitude), _text(told.get(ExifTags.GPS.GPSLongitudeRef)), "EW", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:  # 0, 0 is a receiver without a fix
        return None, None
    return f"{latitude:.6f}", f"{longitude:.6f}"


def _degrees(parts: Any, side: str, sides: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found) or not 0 <= found <= most or side not in tuple(sides):
        return None
    return -found if side == sides[1] else found


def _device(exif: Image.Exif) -> str | None:
    make, model = (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    name = model if model.startswith(make) else f"{make} {model}"
    return name.strip()[:_DEVICE] or None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return "".join(sign for sign in value if sign.isprintable()).strip() if isinstance(value, str) else ""


def main() -> None:
    """Answer for the file that comes in."""
    limits, wanted = msgspec.json.decode(sys.argv[-2], type=Limits), sys.argv[-1]
    restrain(limits.memory_bytes, limits.cpu_seconds)
    warnings.simplefilter("ignore")
    found = answer(sys.stdin.buffer.read(), wanted, limits)
    sys.stdout.buffer.write(msgspec.msgpack.encode(found))
    sys.stdout.buffer.flush()
    os._exit(0)
