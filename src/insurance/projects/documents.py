"""Filing papers and handing them out: any subject files through here, each inside its own scope."""

from __future__ import annotations

import re
from datetime import date

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db, files
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.text import t
from insurance.projects import store, store_documents
from insurance.projects.model import PaperKind
from insurance.projects.store_documents import FiledPaper

_KIND = re.compile(r"[A-Z][A-Z0-9_-]{0,39}")


async def file_paper(
    actor: Actor,
    subject_kind: str,
    subject_id: int,
    region_path: str,
    insurer_id: int | None,
    kind: str,
    name: str,
    content: bytes,
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
    kept = await files.keep(content)
    subject = (subject_kind, subject_id)
    async with db.transaction(actor.scope):
        document_id = await store_documents.add(
            actor, subject, region_path, insurer_id, kind, files.safe_name(name, kept.media), kept, dated_on
        )
        if document_id is None:
            on_file = await store_documents.same(subject, kind, kept.sha256)
            if on_file is None:
                raise Refused(t("与已有记录冲突，数据未保存"))
            return on_file
        await audit.record(
            actor, "document.filed", f"{subject_kind}:{subject_id}", document=document_id, kind=kind, sha256=kept.sha256.hex()
        )
        return await _one(document_id)


async def file_for_project(
    project_id: int, kind: str, name: str, content: bytes, dated_on: date | None = None, *, actor: Actor
) -> FiledPaper:
    """File a paper of a project. Raises NotFound, Invalid."""
    if kind not in PaperKind.__members__:
        raise Invalid.field("kind", t("没有这种材料"))
    async with db.transaction(actor.scope):
        found = await store.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return await file_paper(actor, "project", project_id, found.region_path, actor.insurer_id, kind, name, content, dated_on)


async def papers_of(subject_kind: str, subject_id: int, *, actor: Actor) -> list[FiledPaper]:
    """The papers of a subject that the actor may see; whether the subject itself may be seen is the caller's to ask."""
    async with db.transaction(actor.scope):
        return await store_documents.of(subject_kind, subject_id)


async def hand_out(document_id: int, *, actor: Actor) -> tuple[FiledPaper, bytes]:
    """A paper and its content, checked against its hash. Raises NotFound."""
    async with db.transaction(actor.scope):
        paper = await _one(document_id)
    return paper, await files.content_of(bytes.fromhex(paper.sha256))


async def _one(document_id: int) -> FiledPaper:
    found = await store_documents.one(document_id)
    if found is None:
        raise NotFound(t("没有这份材料，或不在您的范围内"))
    return found
