"""Papers and uploaded workbooks: kept once under the hash of their content, typed by content, never by name."""

from __future__ import annotations

import asyncio
import codecs
import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Collection
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from insurance.base import file_store
from insurance.base.errors import InsuranceError, Invalid
from insurance.base.file_store import folder as folder
from insurance.base.file_store import use as use
from insurance.base.spreadsheet import refused
from insurance.base.spreadsheet_frames import Limits, Unusable
from insurance.base.spreadsheet_zip import Package
from insurance.base.text import t

MOST_BYTES = 10_000_000
_PIECE = 1 << 16
_HEAD = 1024  # readers of PDF look for its mark this far in
_MACROS_OF_OLD = "_VBA_PROJECT".encode("utf-16-le")  # in the directory of an .xls
_LONGEST_NAME = 120
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")


class Media(StrEnum):
    """What a file is, by its content."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    TEXT = "text/plain"


_ENDINGS: dict[Media, tuple[str, ...]] = {
    Media.PDF: (".pdf",),
    Media.JPEG: (".jpg", ".jpeg"),
    Media.PNG: (".png",),
    Media.XLSX: (".xlsx",),
    Media.XLS: (".xls",),
    Media.TEXT: (".csv", ".txt"),
}
_MAGIC: tuple[tuple[bytes, Media], ...] = (
    (b"%PDF-", Media.PDF),
    (b"\xff\xd8\xff", Media.JPEG),
    (b"\x89PNG\r\n\x1a\n", Media.PNG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Media.XLS),
)
_NO_TEXT = (b"GIF8", b"RIFF", b"%!PS", b"{\\rtf", b"#!")  # readable as text, and something else to another program
WORKBOOKS = frozenset({Media.XLSX, Media.XLS, Media.TEXT})
PAPERS = frozenset(Media)


class Kept(msgspec.Struct, frozen=True):
    """A stored content: its SHA-256, what it is, how long."""

    sha256: bytes
    media: Media
    byte_count: int


class Damaged(InsuranceError):
    """500: a stored file is missing or no longer what was stored."""

    status, code = 500, "file-damaged"


class Arrived(msgspec.Struct, frozen=True):
    """A content not yet stored: the open file it lies in, its SHA-256, length, and what it is (None: of no kind we take)."""

    file: IO[bytes]
    sha256: bytes
    byte_count: int
    media: Media | None


def place_of(sha256: bytes) -> Path:
    """The path of a content in the local folder."""
    local = file_store.folder()
    if local is None:
        raise RuntimeError("the files lie in a bucket")
    return local / file_store.key_of(sha256)


async def weigh(content: bytes | IO[bytes]) -> Arrived:
    """Hash a content piece by piece and see what it is; an upload lies on the disk meanwhile, not in memory.

    Raises Invalid (field `file`) when it is empty or above 10 MB; what lies beyond is not read.
    """
    return await asyncio.to_thread(_weigh, BytesIO(content) if isinstance(content, bytes) else content)


async def keep(content: bytes | Arrived, accept: Collection[Media] = PAPERS) -> Kept:
    """Store a content; the same content twice is stored once. On return it is on the disk, or in the bucket.

    Raises Invalid (field `file`) when it is empty, above 10 MB, of no kind in `accept`, or a workbook with macros or a bomb;
    Busy when the store is away.
    """
    arrived = await weigh(content) if isinstance(content, bytes) else content
    media = accepted(arrived, accept)
    await asyncio.to_thread(_keep, arrived)
    return Kept(arrived.sha256, media, arrived.byte_count)


def accepted(arrived: Arrived, accept: Collection[Media] = PAPERS) -> Media:
    """What the content is. Raises Invalid (field `file`) for a kind that is not taken here."""
    if arrived.media is None or arrived.media not in accept:
        kinds = "PDF、JPG、PNG、Excel、CSV" if accept == PAPERS else "Excel、CSV"
        raise Invalid.field("file", t("不支持这种文件，可以上传：{kinds}", kinds=kinds))
    return arrived.media


async def content_of(sha256: bytes) -> bytes:
    """The content as it was stored. Raises Damaged when it is missing or was changed, Busy when the store is away."""
    return await asyncio.to_thread(_content_of, sha256)


def _weigh(file: IO[bytes]) -> Arrived:
    digest, length = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_PIECE):
        length += len(piece)
        if length > MOST_BYTES:
            raise Invalid.field("file", t("文件超过 {most} MB，请压缩或拆分后再传", most=MOST_BYTES // 1_000_000))
        digest.update(piece)
    if not length:
        raise Invalid.field("file", t("文件里没有内容，请检查是否选错了文件"))
    return Arrived(file, digest.digest(), length, media_of(file))


def _keep(arrived: Arrived) -> None:
    if arrived.media in (Media.XLSX, Media.XLS):
        arrived.file.seek(0)
        _check_workbook(arrived.file.read())
    file_store.put(arrived.sha256, arrived.file)


def _check_workbook(content: bytes) -> None:
    """A paper is only filed, not read; still nobody is handed macros or a bomb out of the file. Raises Invalid."""
    if _MACROS_OF_OLD in content and not content.startswith(b"PK"):
        raise refused("macros")
    try:
        if content.startswith(b"PK"):
            Package(content, Limits())
    except Unusable as unusable:
        raise refused(unusable.code, unusable.params) from None


def _content_of(sha256: bytes) -> bytes:
    content = file_store.get(sha256)
    if content is None:
        raise Damaged(t("原文件不在存储中，请联系管理员"))
    if hashlib.sha256(content).digest() != sha256:
        raise Damaged(t("原文件与登记时不一致，请联系管理员"))
    return content


def media_of(content: bytes | IO[bytes]) -> Media | None:
    """What a content is, by its signs; None for anything that is not accepted at all (pages, drawings, programs)."""
    file = BytesIO(content) if isinstance(content, bytes) else content
    file.seek(0)
    head = file.read(_HEAD)
    for magic, media in _MAGIC:
        if head.startswith(magic):
            return media
    if head.startswith(b"PK\x03\x04"):
        return Media.XLSX if _is_workbook(file) else None
    return Media.TEXT if _is_text(file, head) else None


def _is_workbook(file: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _is_text(file: IO[bytes], head: bytes) -> bool:
    """Readable text that no browser would take for a page or a drawing, and no reader of documents for a PDF (%PDF- near its start)."""
    return (
        b"%PDF-" not in head and not head.startswith(_NO_TEXT) and any(_reads_as(encoding, file) for encoding in ("utf-8-sig", "gb18030"))
    )


def _reads_as(encoding: str, file: IO[bytes]) -> bool:
    decoder, begun = codecs.getincrementaldecoder(encoding)(), False
    file.seek(0)
    while True:
        piece = file.read(_PIECE)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            return False
        if _CONTROL.search(text):
            return False
        if not begun and (first := text.lstrip()):
            begun = True
            if first.startswith("<"):
                return False
        if not piece:
            return True


def safe_name(name: str, media: Media) -> str:
    """A file name without folders, control signs or a false ending; never empty, at most 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = _NOT_IN_A_NAME.sub("_", last).strip(" .")
    if _DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    endings = _ENDINGS[media]
    stem, dot, ending = plain.rpartition(".")
    if dot + ending.lower() not in endings:
        stem, dot, ending = plain, "", endings[0]
    return f"{stem.encode('utf-8', 'replace').decode('utf-8')[: _LONGEST_NAME - 6] or t('文件')}{dot}{ending}"
