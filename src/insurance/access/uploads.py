"""Files over HTTP: a multipart body read strictly, done once by its content, and a stored file handed out inert."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile
from litestar.enums import MediaType

from insurance.access.http import MAX_FIELD, Req
from insurance.access.once import perform
from insurance.base.errors import FieldFault, Invalid, Unreadable, WrongMediaType
from insurance.base.text import t

_LONGEST_KEY = 255
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


class Upload(msgspec.Struct, frozen=True):
    """One file and the texts that came with it; the name is the sender's and nothing is to be made of it unchecked."""

    name: str
    content: bytes
    fields: dict[str, str]

    @property
    def digest(self) -> bytes:
        """The same file with the same texts gives the same digest, whatever boundary the sender drew."""
        stated = msgspec.json.encode([sorted(self.fields.items()), self.name])
        return hashlib.sha256(hashlib.sha256(stated).digest() + hashlib.sha256(self.content).digest()).digest()


async def read_upload(request: Req, fields: Collection[str] = (), *, hidden: Collection[str] = ("key", "csrf")) -> Upload:
    """The one part `file` and the texts of `fields` (absent ones are left out), of a form or of the API.

    Raises WrongMediaType (415), Unreadable (400) and Invalid (422) for a missing file or an unknown field.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "multipart/form-data":
        raise WrongMediaType(t("请以 multipart/form-data 上传文件"))
    try:
        form = await request.form()
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(t("请求无法读懂")) from None
    texts: dict[str, str] = {}
    files: list[UploadFile] = []
    faults: list[FieldFault] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(value)
            if name != "file" or len(files) > 1:
                faults.append(FieldFault(name[:50], t("一次只传一个文件，字段名为 file")))
        elif name in fields and name not in texts:
            texts[name] = value
        elif name not in hidden:
            faults.append(FieldFault(name[:50], t("表单里有不认识或重复的字段")))
    faults += [FieldFault(n, t("内容过长，或有不允许的空字符")) for n, v in texts.items() if len(v) > MAX_FIELD or "\x00" in v]
    contents = [await file.read() for file in files]
    for file in files:
        await file.close()
    if not files:
        faults.append(FieldFault("file", t("请选择要上传的文件")))
    if faults:
        raise Invalid(faults[0].text, faults)
    return Upload(files[0].filename, contents[0], {name: value.strip() for name, value in texts.items() if value.strip()})


async def once_uploaded(
    request: Req, upload: Upload, act: Callable[[], Awaitable[Any]], *, status: int = 200, location: Callable[[Any], str] | None = None
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
