"""Where contents lie: a local folder or a bucket of an S3 service, each once under its own hash, safe when `put` returns."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from insurance.base.errors import Busy
from insurance.base.text import t
from insurance.settings import settings

_PIECE = 1 << 16


class _Held:
    folder: Path | None = None


def use(folder: Path | None) -> None:
    """Keep files in this folder instead of where the settings say (tests, a restore); None goes back to the settings."""
    _Held.folder = folder


def folder() -> Path | None:
    """The local folder files are kept in: `<data>/files` unless told otherwise; None when they lie in a bucket."""
    if _Held.folder is not None:
        return _Held.folder
    return None if settings().files else settings().data / "files"


def key_of(sha256: bytes) -> str:
    """The name of a content in the store: two levels of folders, so that none grows large."""
    name = sha256.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"


def put(sha256: bytes, file: IO[bytes]) -> None:
    """Store a content whose hash is known, write-once; a twin is no error, a damaged twin is mended. Blocks: call it in a thread.

    Nothing half-written is ever seen under the name. Raises Busy when the store is away.
    """
    key, place = key_of(sha256), _place(sha256)
    with _reached():
        if place is not None:
            _open_folders(place.parent)
        store = _store()
        file.seek(0)
        try:
            obstore.put(store, key, file, mode="create")
        except AlreadyExistsError:
            # A crash of the machine can leave a name without its content; that was never acknowledged, and heals here.
            if _digest(key) != sha256:
                file.seek(0)
                obstore.put(store, key, file, mode="overwrite", use_multipart=False)
        if place is not None:
            _to_the_disk(place)


def get(sha256: bytes) -> bytes | None:
    """The content of a name, unchecked; None when it is not there. Blocks. Raises Busy when the store is away."""
    with _reached():
        try:
            return bytes(obstore.get(_store(), key_of(sha256)).bytes())
        except FileNotFoundError:
            return None


def _digest(key: str) -> bytes:
    found = hashlib.sha256()
    for piece in obstore.get(_store(), key).stream(min_chunk_size=_PIECE):
        found.update(piece)
    return found.digest()


def _place(sha256: bytes) -> Path | None:
    local = folder()
    return None if local is None else local / key_of(sha256)


def _store() -> LocalStore | S3Store:
    local = folder()
    if local is not None:
        return _local(local)
    return _bucket(settings().files or "", settings().s3_endpoint)


@cache
def _local(where: Path) -> LocalStore:
    return LocalStore(where, mkdir=True)


@cache
def _bucket(address: str, endpoint: str | None) -> S3Store:
    """`s3://bucket/prefix`; keys and region come from the usual AWS_… variables, an endpoint of one's own is spoken to by path."""
    short = timedelta(seconds=2)
    own: Any = {"endpoint": endpoint, "virtual_hosted_style_request": False} if endpoint else {}
    return S3Store.from_url(
        address,
        **own,
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "connect_timeout": short},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
    )


@contextmanager
def _reached() -> Iterator[None]:
    """A store that is away, over-full or not there at all, in our words."""
    try:
        yield
    except (BaseError, OSError) as away:
        raise Busy(t("文件存储暂时不可用，文件没有保存，请稍后再试")) from away


def _open_folders(path: Path) -> None:
    for parent in (path.parent.parent, path.parent, path):
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _to_the_disk(place: Path) -> None:
    """Content first, then the names that lead to it; for its owner only."""
    with place.open("rb") as handle:
        place.chmod(0o600)
        os.fsync(handle.fileno())
    for parent in (place.parent, place.parent.parent, place.parent.parent.parent):
        _sync_folder(parent)


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return  # folders cannot be opened there
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
