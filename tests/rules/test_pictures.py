"""Photos under limits: what is read of them, what is shown instead of them, and what is refused."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from itertools import combinations
from typing import Any

import msgspec
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from insurance.base import pictures
from insurance.base.errors import Busy, Invalid
from insurance.base.picture_frames import Limits, Picture
from make import photos

TAIL = b"<html><script>alert(1)</script></html>"
ZIP_TAIL = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def bits_apart(one: Picture, other: Picture) -> int:
    assert one.likeness is not None
    assert other.likeness is not None
    return ((one.likeness ^ other.likeness) & (2**64 - 1)).bit_count()


async def test_what_a_camera_wrote_is_kept_apart_and_not_in_the_copy() -> None:
    written = photos.exif("2019:08:12 09:30:00", photos.IN_TOWN, ("HUAWEI", "HUAWEI P30"))

    read = await pictures.read(photos.jpeg(1, written))

    assert (read.width_px, read.height_px, read.taken, read.device) == (320, 240, "2019-08-12T09:30:00", "HUAWEI P30")
    assert (read.latitude, read.longitude) == ("34.766000", "117.585000")
    copy = opened(read.copy)
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (320, 240))
    assert not copy.getexif()
    assert set(copy.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("make", [photos.jpeg, photos.png])
@pytest.mark.parametrize("tail", [TAIL, ZIP_TAIL, b"%PDF-1.7 /OpenAction", b"MZ\x90\x00"])
async def test_nothing_behind_the_end_of_a_picture_is_shown(make: Any, tail: bytes) -> None:
    plain, with_tail = make(2), make(2) + tail

    shown = (await pictures.read(with_tail)).copy

    assert shown == (await pictures.read(plain)).copy
    assert tail not in shown


async def test_a_comment_a_profile_or_a_text_does_not_reach_the_copy() -> None:
    script = "<script>alert(1)</script>"
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", script)
    told.add_itxt("XML:com.adobe.xmp", script)
    for content in (
        photos.saved(photos.scene(3), "JPEG", comment=script, icc_profile=script.encode(), xmp=script.encode()),
        photos.saved(photos.scene(3), "PNG", pnginfo=told, icc_profile=script.encode()),
    ):
        assert script.encode() not in (await pictures.read(content)).copy


SEEN: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
    "grey": (photos.scene(4).convert("L"), "JPEG", {}),
    "print colours": (photos.scene(4).convert("CMYK"), "JPEG", {}),
    "palette": (photos.scene(4).convert("P"), "PNG", {}),
    "see-through": (photos.scene(4).convert("RGBA"), "PNG", {}),
    "grey and see-through": (photos.scene(4).convert("LA"), "PNG", {}),
    "black and white": (photos.scene(4).convert("1"), "PNG", {}),
    "16 bits": (photos.scene(4).convert("I;16"), "PNG", {}),
    "moving": (photos.scene(4), "PNG", {"save_all": True, "append_images": [photos.scene(5)]}),
    "step by step": (photos.scene(4), "JPEG", {"progressive": True}),
}


@pytest.mark.parametrize("name", SEEN)
async def test_every_way_of_writing_a_picture_is_shown_as_plain_colours(name: str) -> None:
    image, kind, how = SEEN[name]

    copy = opened((await pictures.read(photos.saved(image, kind, **how))).copy)

    assert (copy.format, copy.mode, copy.size, getattr(copy, "n_frames", 1)) == ("JPEG", "RGB", (320, 240), 1)


async def test_a_picture_held_sideways_is_shown_upright_and_counts_as_the_same() -> None:
    sideways = photos.saved(photos.scene(6).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=photos.exif(Orientation=6), quality=95)

    turned, upright = await pictures.read(sideways), await pictures.read(photos.jpeg(6))

    assert opened(turned.copy).size == (320, 240)
    assert bits_apart(turned, upright) <= 4


async def test_a_large_photo_is_shown_smaller_and_its_thumbnail_smaller_still() -> None:
    read = await pictures.read(photos.jpeg(7, size=(5200, 3900), quality=60))

    assert (read.width_px, read.height_px) == (5200, 3900)
    assert max(opened(read.copy).size) == Limits().copy_side_px
    assert opened(await pictures.thumbnail(read.copy)).size == (320, 240)


UNKNOWN: dict[str, Image.Exif | None] = {
    "nothing": None,
    "a clock never set": photos.exif("0000:00:00 00:00:00"),
    "a clock at its epoch": photos.exif("1980:01:01 00:00:00"),
    "no day": photos.exif("2019:02:30 10:00:00"),
    "words": photos.exif("yesterday"),
    "no fix": photos.exif(at=(0.0, 0.0)),
}


@pytest.mark.parametrize("name", UNKNOWN)
async def test_what_a_camera_did_not_know_is_not_known(name: str) -> None:
    read = await pictures.read(photos.jpeg(8, UNKNOWN[name]))

    assert (read.taken, read.latitude, read.longitude) == (None, None, None)


async def test_an_offset_of_the_camera_is_kept_and_signs_that_cannot_be_shown_are_not() -> None:
    written = photos.exif("2019:08:12 09:30:00", device=("X\x00", "Y\u202e" * 100))
    written.get_ifd(0x8769)[0x9011] = "+09:00"

    read = await pictures.read(photos.jpeg(8, written))

    assert read.taken == "2019-08-12T09:30:00+09:00"
    assert read.device is not None
    assert read.device.isprintable()
    assert len(read.device) <= 80


@pytest.mark.parametrize("degrees", [IFDRational(1, 0), 91.0, IFDRational(2**32 - 1, 1)])
async def test_a_position_that_is_none_is_not_known(degrees: Any) -> None:
    written = photos.exif(at=photos.IN_TOWN)
    written.get_ifd(0x8825)[2] = (degrees, 0.0, 0.0)

    assert (await pictures.read(photos.jpeg(8, written))).latitude is None


# -- the same picture, by what it shows -----------------------------------------------------------------------------------


async def test_a_picture_written_anew_is_still_the_same_and_another_is_not() -> None:
    different = [await pictures.read(photos.jpeg(seed)) for seed in range(10, 18)]
    smaller = photos.scene(10).resize((200, 150))
    paler = photos.scene(10).point(lambda value: min(255, value * 1.1))
    anew = [photos.saved(smaller, "JPEG", quality=50), photos.saved(paler, "JPEG", quality=70), photos.png(10)]

    assert [bits for content in anew if (bits := bits_apart(different[0], await pictures.read(content))) > 6] == []
    assert all(bits_apart(one, other) > 12 for one, other in combinations(different, 2))
    assert all(bits_apart(one, other) == bits_apart(other, one) for one, other in combinations(different, 2))


@pytest.mark.parametrize("image", [Image.new("RGB", (300, 200), "white"), Image.new("L", (300, 200), 7), Image.linear_gradient("L")])
async def test_a_picture_without_anything_to_see_is_like_no_other(image: Image.Image) -> None:
    assert (await pictures.read(photos.saved(image, "PNG"))).likeness is None


# -- refused --------------------------------------------------------------------------------------------------------------


def repeated_text() -> bytes:
    """A PNG whose text unpacks to 50 MB."""
    png = photos.png(1)
    bomb = b"Comment\x00\x00" + zlib.compress(bytes(50_000_000), 9)
    return png[:33] + photos.chunk(b"zTXt", bomb) + png[33:]


REFUSED = {
    "pixel flood": (photos.flood(100_000, 100_000), "4000"),
    "a little too large": (photos.flood(8001, 5000), "4000"),
    "empty of pixels": (photos.flood(600, 400), "打不开"),
    "script in its head": (b"\xff\xd8\xff\xe0<script>alert(1)</script>", "打不开"),
    "cut off": (photos.jpeg(1)[:2000], "打不开"),
    "only its mark": (b"\xff\xd8\xff", "打不开"),
    "gif called png": (b"\x89PNG\r\n\x1a\nGIF89a", "打不开"),
    "gif": (photos.saved(photos.scene(1), "GIF"), "打不开"),
    "bmp": (photos.saved(photos.scene(1), "BMP"), "打不开"),
    "tiff": (photos.saved(photos.scene(1), "TIFF"), "打不开"),
    "text bomb": (repeated_text(), "打不开"),
    "a part that lies about its length": (photos.png(1)[:8] + struct.pack(">I", 2**31 - 1) + photos.png(1)[12:], "打不开"),
    "nothing": (b"", "打不开"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_photo_is_refused_with_the_way_out(name: str) -> None:
    content, why = REFUSED[name]

    with pytest.raises(Invalid) as refused:
        await pictures.read(content)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert why in str(refused.value.text)


LIMITS = {
    "memory": (msgspec.structs.replace(Limits(), memory_bytes=20 * 2**20), "内存"),
    "time": (msgspec.structs.replace(Limits(), wall_seconds=0), "超时"),
    "processor": (msgspec.structs.replace(Limits(), cpu_seconds=0), "超时"),
}


@pytest.mark.parametrize("name", LIMITS)
async def test_a_child_that_meets_a_limit_costs_its_file_and_nothing_else(name: str) -> None:
    limits, why = LIMITS[name]
    large = photos.saved(Image.new("RGBA", (8000, 5000)), "PNG", compress_level=1)

    with pytest.raises(Invalid) as refused:
        await pictures.read(large, limits)

    assert why in str(refused.value.text)
    assert (await pictures.read(photos.jpeg(1))).width_px == 320


async def test_a_child_that_does_not_start_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_START", "import sys; sys.exit(1)")

    with pytest.raises(Busy):
        await pictures.read(photos.jpeg(1))


async def test_requests_go_on_while_photos_are_read() -> None:
    steps = 0

    async def others() -> None:
        nonlocal steps
        while True:
            await asyncio.sleep(0.005)
            steps += 1

    going = asyncio.create_task(others())
    await asyncio.gather(*(pictures.read(photos.jpeg(9, size=(3000, 2000))) for _ in range(3)))
    going.cancel()

    assert steps > 20
