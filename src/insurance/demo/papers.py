"""Small papers and pictures of the demo: readable PDF pages in Chinese, and plain pictures that stand for photos."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw

from insurance.claims.model_evidence import Reading
from insurance.policies.model import Peril

_LINE, _TOP, _LEFT, _SIZE = 22, 780, 60, 12
_LINES_PER_PAGE = 32
_SIZE_PX = (480, 320)
_SONG = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
    b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>"
)


def paper(title: str, lines: Sequence[str]) -> bytes:
    """A PDF: the title, then the lines, over as many pages as they need. The viewer's own Song typeface is used."""
    every = [title, "", *lines]
    pages = [every[first : first + _LINES_PER_PAGE] for first in range(0, len(every), _LINES_PER_PAGE)]
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        _SONG,
    ]
    for number, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {6 + 2 * number} 0 R >>".encode()
        )
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in page)
        stream = f"BT /F1 {_SIZE} Tf {_LINE} TL {_LEFT} {_TOP} Td\n{shown}ET".encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _pdf(objects)


def _pdf(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def measured(claim_number: str, peril: Peril) -> Reading | None:
    """What the weather certificate of a claim of the demo says: rain above the wording's 24 hours, wind above its grade; invented."""
    dice = random.Random(claim_number)
    station: dict[str, Any] = {"station_name": "示范气象站（示例）", "certificate_number": f"示例气证〔2019〕{dice.randrange(100, 999)}号"}
    if peril is Peril.RAINSTORM:
        day = dice.randrange(520, 1400)
        hours = {"rain_mm_1h": day // 4, "rain_mm_12h": day * 3 // 4, "rain_mm_24h": day}
        return Reading(**(station | {name: Decimal(tenths) / 10 for name, tenths in hours.items()}))
    if peril in (Peril.GALE, Peril.TYPHOON):
        return Reading(**station, wind_ms=Decimal(dice.randrange(173, 260)) / 10)
    return None


def picture(subject: str) -> bytes:
    """A drawing that stands for a photo of damage (PNG): a greenhouse under its sky, with debris. Another subject is another picture, to
    people and to the fingerprint by which photos are compared.
    """
    dice = random.Random(subject)
    image = Image.new("RGB", _SIZE_PX, (dice.randrange(90, 190), dice.randrange(120, 200), dice.randrange(150, 230)))
    draw = ImageDraw.Draw(image)
    width, height = _SIZE_PX
    for _ in range(4):  # clouds
        _blot(draw, dice, (0, width), (0, height // 2), (30, 110), 225)
    ground = dice.randrange(height // 2, height * 3 // 4)
    draw.rectangle((0, ground, width, height), fill=(dice.randrange(70, 150), dice.randrange(80, 130), dice.randrange(40, 80)))
    left, span = dice.randrange(-40, width // 2), dice.randrange(width // 3, width)
    for rib in range(0, span, span // 7):  # the arches that stand, lower towards where they fell
        high = dice.randrange(height // 6, height // 2) * (span - rib // 2) // span
        draw.arc(
            (left + rib, ground - high, left + rib + span // 3, ground + high), 180, 360, fill=(235, 238, 240), width=dice.randrange(3, 9)
        )
    for _ in range(14):  # film, tiles, mud
        _blot(draw, dice, (0, width), (ground - 60, height), (12, 70), dice.randrange(30, 240))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _blot(
    draw: ImageDraw.ImageDraw, dice: random.Random, across: tuple[int, int], down: tuple[int, int], reach: tuple[int, int], grey: int
) -> None:
    x, y, r = dice.randrange(*across), dice.randrange(*down), dice.randrange(*reach)
    corners = [(x + dice.randrange(-r, r), y + dice.randrange(-r, r) // 2) for _ in range(6)]
    draw.polygon(corners, fill=(grey, grey, max(0, grey - dice.randrange(40))))
