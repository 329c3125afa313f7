"""Papers and photos of a claim: filed by hash, asked for by the procedure; the claim form starts the insurer's terms."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.access.model import Actor
from insurance.base import db, files
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid, NotFound
from insurance.base.files import Arrived
from insurance.base.text import t
from insurance.claims import lifecycle, store
from insurance.claims.actions_move import put
from insurance.claims.model import AskedPaper, Claim, ClaimState, EvidenceItem, Verb
from insurance.claims.procedure import PaperRule, Procedure, procedure_by
from insurance.claims.store import Row
from insurance.claims.views import claim_view
from insurance.policies.model import Cover, Peril
from insurance.projects import documents
from insurance.projects.documents import Brought

CLAIM_FORM = "CLAIM_FORM"  # 索赔申请书
OTHER = "OTHER"  # whatever else helps to see
MOST_FILES = 20  # of one claim


class Evidence(msgspec.Struct, frozen=True):
    """What is on file of a claim, and what the procedure asks for; `missing` are the required papers that are not on file."""

    items: tuple[EvidenceItem, ...]
    asked: tuple[AskedPaper, ...]
    missing: tuple[str, ...]
    next_cursor: str | None = None


def _name(paper: PaperRule, actor: Actor) -> str:
    return paper.en if actor.language == "en" else paper.zh


async def for_claim(claim_id: int, kind: str, name: str, content: bytes | Arrived, *, actor: Actor) -> Brought:
    """Check, decode and store what is to be filed, once it is clear that the claim takes it; no transaction is held meanwhile.

    Raises NotFound, Invalid (`file`, `kind`).
    """
    arrived = await files.weigh(content) if isinstance(content, bytes) else content
    async with db.transaction(actor.scope):
        row = await store.claim(claim_id)
        await _check_taken(row, kind, arrived.sha256)
    return await documents.bring_in(name, arrived, actor=actor)


async def file(claim_id: int, kind: str, name: str, content: bytes | Brought, dated_on: date | None = None, *, actor: Actor) -> Claim:
    """File a paper or photo of a claim. The same content again changes nothing. Raises NotFound, Invalid (`file`, `kind`, `dated_on`).

    The first claim form starts the terms of decision and advance (保险法 23, 25): the claim moves one version on.
    """
    brought = content if isinstance(content, Brought) else await for_claim(claim_id, kind, name, content, actor=actor)
    async with db.transaction(actor.scope):
        row = await _check_taken(await store.lock(claim_id), kind, brought.kept.sha256)
        await documents.file_paper(actor, "claim", claim_id, row["region_path"], row["insurer_id"], kind, name, brought, dated_on)
        if kind == CLAIM_FORM and "proofs_on" not in row["facts"] and _starts_terms(row.state, actor):
            return await put(row, Verb.PROOFS, actor=actor, proofs_on=actor.on)
        return claim_view(row, actor, await store.parts(claim_id))


async def _check_taken(row: Row | None, kind: str, sha256: bytes) -> Row:
    """The claim, if it takes one more file of this kind."""
    if row is None:
        raise NotFound(t("没有这个案件，或不在您的范围内"))
    if kind != OTHER and kind not in {paper.code for paper in procedure_by(row["procedure_version"]).papers}:
        raise Invalid.field("kind", t("理赔程序中没有这种材料"))
    held, known = await store.evidence_count(row["id"], kind, sha256)
    if held >= MOST_FILES and not known:
        raise Invalid.field("file", t("一个案件最多存 {most} 个文件，已经存满。请把多页合成一个 PDF 再传，或联系理赔员", most=MOST_FILES))
    return row


def _starts_terms(state: ClaimState, actor: Actor) -> bool:
    return Verb.PROOFS in {edge.verb for edge in lifecycle.TABLE if state in edge.sources and actor.role in edge.roles}


async def holds(claim_id: int, document_id: int, *, actor: Actor) -> bool:
    """Whether a paper is one of the claim's, as far as the scope shows it."""
    async with db.transaction(actor.scope):
        return await store.holds(claim_id, document_id)


async def on_file(claim_id: int, *, actor: Actor) -> Evidence:
    """What is on file and what is still asked for."""
    async with db.transaction(actor.scope):
        row = await store.claim(claim_id)
        if row is None:
            raise NotFound(t("没有这个案件，或不在您的范围内"))
        rows = await store.evidence(claim_id)
    procedure = procedure_by(row["procedure_version"])
    kinds = frozenset(r["kind"] for r in rows)
    names = {paper.code: _name(paper, actor) for paper in procedure.papers}
    items = tuple(
        EvidenceItem(
            r["id"], r["kind"], names.get(r["kind"], r["kind"]), r["file_name"], r["media"], r["byte_count"], r["dated_on"],
            r["filed_at"].astimezone(BEIJING), r["display_name"],
        )
        for r in rows
    )  # fmt: skip
    return Evidence(items, *_asked(procedure, Cover(row["cover"]), Peril(row["peril"]), kinds, actor))


def _asked(
    procedure: Procedure, cover: Cover, peril: Peril, kinds: frozenset[str], actor: Actor
) -> tuple[tuple[AskedPaper, ...], tuple[str, ...]]:
    asked = tuple(
        AskedPaper(one.paper.code, _name(one.paper, actor), one.required, one.paper.code in kinds)
        for one in procedure.papers_for(cover, peril)
    )
    return asked, tuple(paper.code for paper in asked if paper.required and not paper.on_file)
