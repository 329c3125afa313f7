"""Files over HTTP: a multipart body read strictly, done once by its content, and a stored file handed out inert."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from typing import IO, Any, Protocol
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile
from litestar.enums import MediaType

from insurance.access.http import MAX_FIELD, Req
from insurance.access.once import perform
from insurance.base.errors import FieldFault, Invalid, Unreadable, WrongMediaType
from insurance.base.files import Arrived, weigh
from insurance.base.text import t

_LONGEST_KEY = 255
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


class Digested(Protocol):
    """What an upload is told apart by: the same file with the same texts gives the same digest, whatever boundary the sender drew."""

    @property
    def digest(self) -> bytes:
        """32 bytes."""
        ...


class Upload(msgspec.Struct, frozen=True):
    """One file in memory and the texts that came with it; the name is the sender's and nothing is to be made of it unchecked."""

    name: str
    content: bytes
    fields: dict[str, str]

    @property
    def digest(self) -> bytes:
        """See `Digested`."""
        return _digest(self.name, self.fields, hashlib.sha256(self.content).digest())


class Paper(msgspec.Struct, frozen=True):
    """One file that still lies on the disk, weighed, and the texts that came with it."""

    name: str
    arrived: Arrived
    fields: dict[str, str]

    @property
    def digest(self) -> bytes:
        """See `Digested`."""
        return _digest(self.name, self.fields, self.arrived.sha256)


class Sent(msgspec.Struct, frozen=True):
    """A file of a body: the sender's name for it, and where it lies until the request is over."""

    name: str
    file: IO[bytes]


class Received(msgspec.Struct, frozen=True):
    """All files of a body, and its texts."""

    files: list[Sent]
    fields: dict[str, str]


def _digest(name: str, fields: dict[str, str], content: bytes) -> bytes:
    stated = msgspec.json.encode([sorted(fields.items()), name])
    return hashlib.sha256(hashlib.sha256(stated).digest() + content).digest()


@asynccontextmanager
async def received(
    request: Req, fields: Collection[str] = (), *, most: int = 1, hidden: Collection[str] = ("key", "csrf")
) -> AsyncIterator[Received]:
    """The parts `file` (one to `most`) and the texts of `fields` (absent ones are left out), of a form or of the API.

    The body went to the disk piece by piece and is gone when the block ends. Raises WrongMediaType (415), Unreadable (400) and
    Invalid (422) for a missing file or an unknown field.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "multipart/form-data":
        raise WrongMediaType(t("请以 multipart/form-data 上传文件"))
    try:
        form = await request.form()
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(t("请求无法读懂")) from None
    parts = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    try:
        yield _read(form.multi_items(), fields, most, hidden)
    finally:
        for part in parts:
            await part.close()


def _read(items: Iterable[tuple[str, Any]], fields: Collection[str], most: int, hidden: Collection[str]) -> Received:
    texts: dict[str, str] = {}
    files: list[Sent] = []
    faults: list[FieldFault] = []
    for name, value in items:
        if isinstance(value, UploadFile):
            files.append(Sent(value.filename, value.file))
            if name != "file" or len(files) > most:
                told = t("一次只传一个文件，字段名为 file") if most == 1 else t("一次最多传 {most} 个文件，字段名为 file", most=most)
                faults.append(FieldFault(name[:50], told))
        elif name in fields and name not in texts:
            texts[name] = value
        elif name not in hidden and not (name == "file" and not value):  # a browser sends an empty text for a field left alone
            faults.append(FieldFault(name[:50], t("表单里有不认识或重复的字段")))
    faults += [FieldFault(n, t("内容过长，或有不允许的空字符")) for n, v in texts.items() if len(v) > MAX_FIELD or "\x00" in v]
    if not files:
        faults.append(FieldFault("file", t("请选择要上传的文件")))
    if faults:
        raise Invalid(faults[0].text, faults)
    return Received(files, {name: value.strip() for name, value in texts.items() if value.strip()})


@asynccontextmanager
async def streamed(request: Req, fields: Collection[str] = (), *, hidden: Collection[str] = ("key", "csrf")) -> AsyncIterator[Paper]:
    """The one part `file`, weighed where it lies, and the texts of `fields`. Raises what `received` and `files.weigh` raise."""
    async with received(request, fields, hidden=hidden) as sent:
        yield Paper(sent.files[0].name, await weigh(sent.files[0].file), sent.fields)


async def read_upload(request: Req, fields: Collection[str] = (), *, hidden: Collection[str] = ("key", "csrf")) -> Upload:
    """The one part `file` whole, for what must have it in memory (a workbook), and the texts of `fields`. Raises what `received` raises."""
    async with received(request, fields, hidden=hidden) as sent:
        content = await asyncio.to_thread(sent.files[0].file.read)
        return Upload(sent.files[0].name, content, sent.fields)


async def once_uploaded(
    request: Req, upload: Digested, act: Callable[[], Awaitable[Any]], *, status: int = 200, location: Callable[[Any], str] | None = None
) -> Response[bytes]:
    """`once` for an upload: what counts as the same body is the file and its texts. Needs an Idempotency-Key too."""

    async def run() -> tuple[int, str | None, bytes]:
        result = await act()
        return status, location(result) if location else None, msgspec.json.encode(result)

    route = f"{request.method} {request.url.path}"
    stored, where, body = await perform(request.user, route, require_key(request), upload.digest, run)
    media = MediaType.JSON if stored < 400 else "application/problem+json"
    return Response(body, status_code=stored, media_type=media, headers={"Location": where} if where else None)


def require_key(request: Req) -> str:
    """The Idempotency-Key; asked for before a large file is looked at. Raises Unreadable (400)."""
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= _LONGEST_KEY or not key.isprintable():
        raise Unreadable(t("缺少 Idempotency-Key 请求头（1 至 255 个可见字符）"))
    return key


def handed_out(content: bytes, name: str, media: str) -> Response[bytes]:
    """A stored file as a download: never shown by the browser inside the site, whatever it holds."""
    disposition = f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media, headers={**_INERT, "Content-Disposition": disposition})


def shown_inside(jpeg: bytes) -> Response[bytes]:
    """A picture this program itself has encoded, for its own pages; still nothing a browser could take for anything else."""
    return Response(jpeg, media_type="image/jpeg", headers=_INERT)
