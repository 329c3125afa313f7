"""Files by content: what they are, how they are named, how they lie on the disk."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from insurance.base import files
from insurance.base.errors import Invalid
from insurance.base.files import Media


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Files of this test lie here."""
    before = files.folder()
    files.use(tmp_path / "files")
    yield tmp_path / "files"
    files.use(before)


def archive(*names: str, bomb: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if bomb else zipfile.ZIP_STORED) as made:
        for name in names:
            made.writestr(name, b"x")
        if bomb:
            made.writestr("xl/worksheets/sheet1.xml", bytes(bomb))
    return out.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
KINDS: list[tuple[bytes, Media | None]] = [
    (b"%PDF-1.7\n", Media.PDF),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", Media.JPEG),
    (b"\x89PNG\r\n\x1a\n....", Media.PNG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", Media.XLS),
    (XLSX, Media.XLSX),
    ("项目,金额\r\n".encode(), Media.TEXT),
    ("项目,金额\r\n".encode("utf-8-sig"), Media.TEXT),
    ("项目,金额\r\n".encode("gb18030"), Media.TEXT),
    (archive("word/document.xml", "[Content_Types].xml"), None),
    (archive("a.txt"), None),
    (XLSX[:30], None),
    (b"MZ\x90\x00", None),
    (b"\x7fELF", None),
    (b"GIF89a\x01\x00", None),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
    (b"\xef\xbb\xbf  <html>", None),
    (b"a,b\x00c", None),
    (b"\xff\xfe\x80", None),
    (b" %PDF-1.7", None),  # a reader of documents would take it for one, we do not
    (b"GIF89a/*" + b" " * 40 + b"*/=1;alert(1)", None),
    (b"#!/bin/sh\nrm -r /", None),
    (b"%!PS-Adobe-3.0", None),
    (b"a" * 1020 + b"%PDF", Media.TEXT),  # too far in for any reader
    (("甲" * 30_000).encode("gb18030"), Media.TEXT),  # a sign lies across two pieces
    (b"a," * 40_000 + b"\xff", None),
]


@pytest.mark.parametrize(("content", "media"), KINDS, ids=[f"{n}-{media}" for n, (_, media) in enumerate(KINDS)])
def test_a_file_is_what_it_holds_and_not_what_it_is_called(content: bytes, media: Media | None) -> None:
    assert files.media_of(content) is media


@pytest.mark.parametrize(
    ("name", "media", "safe"),
    [
        ("确权书.pdf", Media.PDF, "确权书.pdf"),
        ("../../etc/x.jpg", Media.JPEG, "x.jpg"),
        ("..\\..\\x.JPEG", Media.JPEG, "x.JPEG"),
        ("a\r\nX: y.jpg", Media.JPEG, "a__X_ y.jpg"),
        ("CON.jpg", Media.JPEG, "_CON.jpg"),
        ("invoice.exe", Media.PDF, "invoice.exe.pdf"),
        ("\u202egpj.exe", Media.PDF, "_gpj.exe.pdf"),
        ("", Media.XLSX, "文件.xlsx"),
        ("...", Media.PNG, "文件.png"),
        ("台账.CSV", Media.TEXT, "台账.CSV"),
        ("x" * 500 + ".pdf", Media.PDF, "x" * 114 + ".pdf"),
    ],
)
def test_a_name_keeps_nothing_that_could_lead_astray(name: str, media: Media, safe: str) -> None:
    assert files.safe_name(name, media) == safe


async def test_a_content_is_kept_once_under_its_hash_for_its_owner_only(folder: Path) -> None:
    first, second = await files.keep(b"%PDF-1.7"), await files.keep(b"%PDF-1.7")

    digest = hashlib.sha256(b"%PDF-1.7").hexdigest()
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert first == second
    assert (first.sha256.hex(), first.byte_count) == (digest, 8)
    assert [path.relative_to(folder).parts for path in kept] == [(digest[:2], digest[2:4], digest)]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert await files.content_of(first.sha256) == b"%PDF-1.7"


MACROS = archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")
OLD_MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "_VBA_PROJECT_CUR".encode("utf-16-le")
REFUSED = {
    "empty": b"",
    "program": b"MZ\x90\x00",
    "too large": b"%PDF-" + b"x" * files.MOST_BYTES,
    "macros": MACROS,
    "old macros": OLD_MACROS,
    "bomb": archive("[Content_Types].xml", "xl/workbook.xml", bomb=5_000_000),
    "twice the same part": archive("[Content_Types].xml", "xl/workbook.xml", "xl/Workbook.xml"),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
async def test_a_refused_file_leaves_nothing_on_the_disk(folder: Path, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        await files.keep(content)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert not [path for path in folder.rglob("*") if path.is_file()]


async def test_a_register_may_be_a_workbook_only(folder: Path) -> None:
    with pytest.raises(Invalid):
        await files.keep(b"%PDF-1.7", files.WORKBOOKS)

    assert (await files.keep(XLSX, files.WORKBOOKS)).media is Media.XLSX


async def test_a_content_that_was_changed_or_lost_is_not_handed_out(folder: Path) -> None:
    kept = await files.keep(b"%PDF-1.7")
    files.place_of(kept.sha256).write_bytes(b"%PDF-1.8")

    with pytest.raises(files.Damaged):
        await files.content_of(kept.sha256)
    assert await files.keep(b"%PDF-1.7") == kept  # the same content again mends it
    assert await files.content_of(kept.sha256) == b"%PDF-1.7"
    files.place_of(kept.sha256).unlink()
    with pytest.raises(files.Damaged):
        await files.content_of(kept.sha256)
