"""Papers and uploaded workbooks: kept once under the hash of their content, typed by content, never by name."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Collection
from contextlib import suppress
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import msgspec

from insurance.base.errors import InsuranceError, Invalid
from insurance.base.text import t
from insurance.settings import settings

MOST_BYTES = 10_000_000
_PIECE = 1 << 16
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


class _Held:
    folder: Path | None = None


def use(folder: Path) -> None:
    """Keep files here instead of under the data folder (tests, a restore)."""
    _Held.folder = folder


def folder() -> Path:
    """Where files are kept: `<data>/files`."""
    return _Held.folder or settings().data / "files"


def place_of(sha256: bytes) -> Path:
    """The path of a content: two levels of folders, so that none grows large."""
    name = sha256.hex()
    return folder() / name[:2] / name[2:4] / name


async def keep(content: bytes, accept: Collection[Media] = PAPERS) -> Kept:
    """Store a content; the same content twice is stored once. On return it is on the disk.

    Raises Invalid (field `file`) when it is empty, above 10 MB or of no kind in `accept`.
    """
    if not content:
        raise Invalid.field("file", t("文件里没有内容，请检查是否选错了文件"))
    if len(content) > MOST_BYTES:
        raise Invalid.field("file", t("文件超过 {most} MB，请压缩或拆分后再传", most=MOST_BYTES // 1_000_000))
    return await asyncio.to_thread(_keep, content, accept)


async def content_of(sha256: bytes) -> bytes:
    """The content as it was stored. Raises Damaged when it is missing or was changed."""
    return await asyncio.to_thread(_content_of, sha256)


def _keep(content: bytes, accept: Collection[Media]) -> Kept:
    media = media_of(content)
    if media is None or media not in accept:
        kinds = "PDF、JPG、PNG、Excel、CSV" if accept == PAPERS else "Excel、CSV"
        raise Invalid.field("file", t("不支持这种文件，可以上传：{kinds}", kinds=kinds))
    digest = hashlib.sha256()
    draft = folder() / f".draft-{secrets.token_hex(8)}"
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                digest.update(piece)
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
        target = place_of(digest.digest())
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.replace(target)  # atomic; an equal content may stand there already
        for parent in (target.parent, target.parent.parent, folder()):
            _sync_folder(parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return Kept(digest.digest(), media, len(content))


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _content_of(sha256: bytes) -> bytes:
    try:
        content = place_of(sha256).read_bytes()
    except FileNotFoundError:
        raise Damaged(t("原文件不在存储中，请联系管理员")) from None
    if hashlib.sha256(content).digest() != sha256:
        raise Damaged(t("原文件与登记时不一致，请联系管理员"))
    return content


def media_of(content: bytes) -> Media | None:
    """What a content is, by its signs; None for anything that is not accepted at all (pages, drawings, programs)."""
    for magic, media in _MAGIC:
        if content.startswith(magic):
            return media
    if content.startswith(b"PK\x03\x04"):
        return Media.XLSX if _is_workbook(content) else None
    return Media.TEXT if _is_text(content) else None


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _is_text(content: bytes) -> bool:
    """Readable text that no browser would take for a page or a drawing."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _CONTROL.search(text) and not text.lstrip().startswith("<")
    return False


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
