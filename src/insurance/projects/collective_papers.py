"""One paper that speaks for many projects: the insured list of a town (投保清单), a sheet of titles (确权登记表)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound
from insurance.base.text import t
from insurance.projects import documents, store_photos
from insurance.projects.documents import Brought
from insurance.projects.model import PaperKind


async def file_for_projects(
    project_ids: Collection[int], kind: PaperKind, name: str, content: bytes | Brought, dated_on: date | None = None, *, actor: Actor
) -> int:
    """File one paper to every project it names, kept once; answers how many did not have it on file.

    Raises NotFound when one of them is not in scope, Invalid (`file`, `dated_on`).
    """
    if dated_on is not None and dated_on > actor.on:
        raise Invalid.field("dated_on", t("材料日期不能晚于今天"))
    brought = content if isinstance(content, Brought) else await documents.bring_in(name, content, actor=actor)
    kept = brought.kept
    wanted = sorted(set(project_ids))
    async with db.transaction(actor.scope):
        rows = await db.fetch(
            db.statement(__package__, "document_add_many"), wanted, actor.insurer_id, kind.value, kept.sha256, kept.media.value,
            kept.byte_count, brought.name, dated_on, actor.user_id, actor.at,
        )  # fmt: skip
        if len(rows) < len(wanted):
            raise NotFound(t("没有这个项目，或不在您的范围内"))
        new = [(f"project:{r['project_id']}", r["document_id"]) for r in rows if r["document_id"] is not None]
        if brought.copied is not None:
            await store_photos.add([document for _, document in new], None, brought.copied)
        said = {"kind": kind.value, "sha256": kept.sha256.hex()}
        await audit.record_many(actor, "document.filed", [(subject, {"document": document, **said}) for subject, document in new])
        return len(new)
