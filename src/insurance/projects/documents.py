"""Filing papers and handing them out: any subject files through here, each inside its own scope."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import date

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db, files, pictures
from insurance.base.errors import Busy, InsuranceError, Invalid, NotFound, Refused
from insurance.base.files import Arrived, Kept, Media
from insurance.base.text import t
from insurance.projects import store, store_documents, store_photos
from insurance.projects.model import PaperKind
from insurance.projects.store_documents import FiledPaper
from insurance.projects.store_photos import Copied

MOST_A_DAY = 500_000_000  # bytes one person may file in 24 hours
_AT_A_TIME = 40  # thumbnails of one round
log = logging.getLogger("insurance")
_KIND = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")


class Brought(msgspec.Struct, frozen=True):
    """A content that is stored and may be filed: its name made safe, and what was read of it if it is a photo."""

    name: str
    kept: Kept
    copied: Copied | None


async def bring_in(name: str, content: bytes | Arrived, *, actor: Actor) -> Brought:
    """Check and store what is to be filed, before any transaction: a photo is decoded and its copy made.

    Raises Invalid (`file`) for what is not taken, or when the person's quota of the day is used up.
    """
    arrived = await files.weigh(content) if isinstance(content, bytes) else content
    media = files.accepted(arrived)
    async with db.transaction(actor.scope):
        filed, known = await store_documents.filed_today(actor.user_id, arrived.sha256)
    if not known and filed + arrived.byte_count > MOST_A_DAY:
        raise Invalid.field("file", t("24 小时内上传已达 {most} MB 的限额，请明天再传，或由同事上传", most=MOST_A_DAY // 1_000_000))
    copied = None
    if media in pictures.PICTURES:
        arrived.file.seek(0)
        picture = await pictures.read(await asyncio.to_thread(arrived.file.read))
        copied = msgspec.structs.replace(picture, copy=b""), await files.keep(picture.copy)
    return Brought(files.safe_name(name, media), await files.keep(arrived), copied)


async def file_paper(
    actor: Actor,
    subject_kind: str,
    subject_id: int,
    region_path: str,
    insurer_id: int | None,
    kind: str,
    name: str,
    content: bytes | Arrived | Brought,
    dated_on: date | None = None,
) -> FiledPaper:
    """File a paper to a subject (`project`, `policy`, `claim`, `account`, `import`) that the caller found in the actor's scope.

    The row copies the subject's region and insurer. The same content again as the same kind changes nothing and answers
    the paper on file. Raises Invalid (`file`, `kind`, `dated_on`).
    """
    if not _KIND.fullmatch(kind):
        raise Invalid.field("kind", t("没有这种材料"))
    if dated_on is not None and dated_on > actor.on:
        raise Invalid.field("dated_on", t("材料日期不能晚于今天"))
    brought = content if isinstance(content, Brought) else await bring_in(name, content, actor=actor)
    kept = brought.kept
    subject = (subject_kind, subject_id)
    async with db.transaction(actor.scope):
        document_id = await store_documents.add(actor, subject, region_path, insurer_id, kind, brought.name, kept, dated_on)
        if document_id is None:
            on_file = await store_documents.same(subject, kind, kept.sha256)
            if on_file is None:
                raise Refused(t("与已有记录冲突，数据未保存"))
            return on_file
        if brought.copied is not None:
            await store_photos.add([document_id], subject_id if subject_kind == "claim" else None, brought.copied)
        await audit.record(
            actor, "document.filed", f"{subject_kind}:{subject_id}", document=document_id, kind=kind, sha256=kept.sha256.hex()
        )
        return await _one(document_id)


async def for_project(project_id: int, kind: str, name: str, content: bytes | Arrived, *, actor: Actor) -> Brought:
    """Bring in what is to be filed to a project, once it is clear that it may be. Raises NotFound, Invalid."""
    async with db.transaction(actor.scope):
        await _region_of(project_id, kind)
    return await bring_in(name, content, actor=actor)


async def file_for_project(
    project_id: int, kind: str, name: str, content: bytes | Brought, dated_on: date | None = None, *, actor: Actor
) -> FiledPaper:
    """File a paper of a project. Raises NotFound, Invalid."""
    brought = content if isinstance(content, Brought) else await for_project(project_id, kind, name, content, actor=actor)
    async with db.transaction(actor.scope):
        region_path = await _region_of(project_id, kind)
        return await file_paper(actor, "project", project_id, region_path, actor.insurer_id, kind, name, brought, dated_on)


async def _region_of(project_id: int, kind: str) -> str:
    """Where a project lies that may get a paper of this kind."""
    if kind not in PaperKind.__members__:
        raise Invalid.field("kind", t("没有这种材料"))
    found = await store.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return found.region_path


async def papers_of(subject_kind: str, subject_id: int, *, actor: Actor) -> list[FiledPaper]:
    """The papers of a subject that the actor may see; whether the subject itself may be seen is the caller's to ask."""
    async with db.transaction(actor.scope):
        return await store_documents.of(subject_kind, subject_id)


async def hand_out(document_id: int, *, actor: Actor) -> tuple[FiledPaper, bytes]:
    """A paper and its content, checked against its hash; each original that leaves is told to the audit trail. Raises NotFound.

    A photo goes out as it was filed, with what its camera wrote into it, only to who handles the case; others get its copy.
    """
    async with db.transaction(actor.scope):
        paper = await _one(document_id)
        photo = await store_photos.shown(document_id)
    if photo is not None and not may(actor.role, "photo.original"):
        name = files.safe_name(f"{paper.name.rpartition('.')[0]}.jpg", Media.JPEG)
        paper = msgspec.structs.replace(paper, name=name, media=Media.JPEG.value)
        return paper, await files.content_of(photo.copy_sha256)
    content = await files.content_of(bytes.fromhex(paper.sha256))  # outside: the store may be slow, a connection is not to wait for it
    subject = f"{paper.subject_kind}:{paper.subject_id}"
    async with db.transaction(actor.scope):
        await audit.record(actor, "document.handed-out", subject, document=document_id, sha256=paper.sha256)
    return paper, content


async def picture(document_id: int, *, small: bool = False, actor: Actor) -> bytes:
    """What people are shown of a photo (JPEG): its copy, or the thumbnail once it was made. Raises NotFound."""
    async with db.transaction(actor.scope):
        photo = await store_photos.shown(document_id)
    wanted = None if photo is None else photo.thumbnail_sha256 if small else photo.copy_sha256
    if wanted is None:
        raise NotFound(t("没有这张照片，或不在您的范围内"))
    return await files.content_of(wanted)


async def make_thumbnails(*, actor: Actor) -> int:
    """Make the thumbnails that are missing, a handful at a time; answers how many. A second round at the same time harms nothing."""
    async with db.transaction(actor.scope):
        waiting = await store_photos.without_thumbnail(_AT_A_TIME)
    made = 0
    for row in waiting:
        try:
            kept = await files.keep(await pictures.thumbnail(await files.content_of(row["copy_sha256"])))
        except Busy:
            break  # the store is away, or the machine is full: the next round
        except InsuranceError:
            log.exception("no thumbnail of document %s", row["document_id"])
            continue
        async with db.transaction(actor.scope):
            made += await store_photos.set_thumbnail(row["document_id"], kept.sha256)
    return made


async def _one(document_id: int) -> FiledPaper:
    found = await store_documents.one(document_id)
    if found is None:
        raise NotFound(t("没有这份材料，或不在您的范围内"))
    return found
