"""Files in a bucket: a real HTTP server of the S3 kind on a loopback port, spoken to as in production."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile

import httpx
import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

import make
from insurance.access.actions import system
from insurance.base import db, file_store, files
from insurance.base.errors import Busy, Invalid
from insurance.checks.trail import stored_files
from insurance.projects import documents
from insurance.settings import settings
from make import photos
from people import People

PDF = b"%PDF-1.7 in a bucket"


class Bucket:
    """The bucket as its owner sees it, past our program."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._store = S3Store("papers", endpoint=endpoint, virtual_hosted_style_request=False, client_options={"allow_http": True})

    def names(self) -> list[str]:
        return sorted(str(entry["path"]) for entry in obstore.list(self._store).collect())

    def change(self, name: str, content: bytes) -> None:
        obstore.put(self._store, name, content)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    served.start()
    host, port = served.get_host_and_port()
    yield f"http://{host}:{port}"
    served.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Settings that point at a bucket of this test."""
    for name, value in {
        "INSURANCE_FILES": "s3://papers/zaozhuang", "INSURANCE_S3_ENDPOINT": server, "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "cn-north-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    httpx.post(f"{server}/moto-api/reset").raise_for_status()
    httpx.put(f"{server}/papers").raise_for_status()
    held = file_store._Held.folder
    settings.cache_clear()
    files.use(None)
    yield Bucket(server)
    files.use(held)
    settings.cache_clear()


def name_of(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"zaozhuang/{digest[:2]}/{digest[2:4]}/{digest}"


async def test_a_content_lies_once_in_the_bucket_under_its_hash(bucket: Bucket) -> None:
    first, second = await files.keep(PDF), await files.keep(PDF)

    assert first == second
    assert bucket.names() == [name_of(PDF)]
    assert await files.content_of(first.sha256) == PDF
    assert files.folder() is None


async def test_an_upload_goes_to_the_bucket_from_the_disk(bucket: Bucket) -> None:
    content = b"%PDF-1.7" + bytes(3_000_000)
    with SpooledTemporaryFile(max_size=1_000_000) as spooled:
        spooled.write(content)
        kept = await files.keep(await files.weigh(spooled))

    assert kept.byte_count == len(content)
    assert await files.content_of(kept.sha256) == content


async def test_the_same_content_sent_ten_times_at_once_is_no_error(bucket: Bucket) -> None:
    kept = await asyncio.gather(*(files.keep(PDF) for _ in range(10)))

    assert len(set(kept)) == 1
    assert bucket.names() == [name_of(PDF)]


async def test_a_refused_file_leaves_nothing_in_the_bucket(bucket: Bucket) -> None:
    with pytest.raises(Invalid):
        await files.keep(b"%PDF-" + bytes(files.MOST_BYTES))

    assert bucket.names() == []


async def test_what_was_changed_in_the_bucket_is_not_handed_out_and_heals_with_the_same_content(bucket: Bucket) -> None:
    kept = await files.keep(PDF)
    bucket.change(name_of(PDF), b"%PDF-1.7 another")

    with pytest.raises(files.Damaged):
        await files.content_of(kept.sha256)
    await files.keep(PDF)
    assert await files.content_of(kept.sha256) == PDF


async def test_what_is_not_in_the_bucket_is_told_from_a_store_that_is_away(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(files.Damaged):
        await files.content_of(bytes(32))
    monkeypatch.setenv("INSURANCE_S3_ENDPOINT", "http://127.0.0.1:9")
    settings.cache_clear()
    with pytest.raises(Busy):
        await files.content_of(bytes(32))
    with pytest.raises(Busy):
        await files.keep(PDF)


@pytest.mark.parametrize("column", ["content_sha256", "copy_sha256", "thumbnail_sha256"])
async def test_verify_reads_every_file_of_the_bucket(bucket: Bucket, story: People, column: str) -> None:
    made = await make.project(story.town)
    await documents.file_for_project(made.id, "PHOTO", "棚.jpg", photos.jpeg(size=(900, 700)), actor=story.town)
    await documents.make_thumbnails(actor=system("370400"))
    row = await db.fetchrow("SELECT * FROM photo JOIN document ON id = document_id")
    assert row is not None
    before = await stored_files()
    name = row[column].hex()

    bucket.change(f"zaozhuang/{name[:2]}/{name[2:4]}/{name}", b"something else")

    assert before.offences == []
    assert [offence[:21] for offence in (await stored_files()).offences] == [f"file {name[:16]}"]
    assert len(bucket.names()) == 3


async def test_a_bucket_that_does_not_exist_takes_nothing(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSURANCE_FILES", "s3://nobody")
    settings.cache_clear()
    with pytest.raises(Busy):
        await files.keep(PDF)


def test_a_place_that_is_no_bucket_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSURANCE_FILES", "/srv/files")
    settings.cache_clear()
    with pytest.raises(ValueError, match="s3://"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()


async def test_a_store_on_a_disk_that_takes_nothing_is_away(tmp_path: Path) -> None:
    held = file_store._Held.folder
    (tmp_path / "files").write_bytes(b"not a folder")
    files.use(tmp_path / "files")
    try:
        with pytest.raises(Busy):
            await files.keep(PDF)
    finally:
        files.use(held)
