"""Papers and photos of a claim: filed by hash, asked for by the procedure; the claim form starts the insurer's terms."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid, NotFound
from insurance.base.text import t
from insurance.claims import lifecycle, store
from insurance.claims.actions_move import put
from insurance.claims.model import AskedPaper, Claim, ClaimState, EvidenceItem, Verb
from insurance.claims.procedure import PaperRule, Procedure, procedure_by
from insurance.claims.views import claim_view
from insurance.policies.model import Cover, Peril
from insurance.projects.documents import file_paper

CLAIM_FORM = "CLAIM_FORM"  # 索赔申请书
OTHER = "OTHER"  # whatever else helps to see


class Evidence(msgspec.Struct, frozen=True):
    """What is on file of a claim, and what the procedure asks for; `missing` are the required papers that are not on file."""

    items: tuple[EvidenceItem, ...]
    asked: tuple[AskedPaper, ...]
    missing: tuple[str, ...]
    next_cursor: str | None = None


def _name(paper: PaperRule, actor: Actor) -> str:
    return paper.en if actor.language == "en" else paper.zh


async def file(claim_id: int, kind: str, name: str, content: bytes, dated_on: date | None = None, *, actor: Actor) -> Claim:
    """File a paper or photo of a claim. The same content again changes nothing. Raises NotFound, Invalid (`file`, `kind`, `dated_on`).

    The first claim form starts the terms of decision and advance (保险法 23, 25): the claim moves one version on.
    """
    async with db.transaction(actor.scope):
        row = await store.claim(claim_id)
        if row is None:
            raise NotFound(t("没有这个案件，或不在您的范围内"))
        procedure = procedure_by(row["procedure_version"])
        if kind != OTHER and kind not in {paper.code for paper in procedure.papers}:
            raise Invalid.field("kind", t("理赔程序中没有这种材料"))
        await file_paper(actor, "claim", claim_id, row["region_path"], row["insurer_id"], kind, name, content, dated_on)
        if kind == CLAIM_FORM:
            held = await store.lock(claim_id)
            assert held is not None
            if "proofs_on" not in held["facts"] and _starts_terms(held.state, actor):
                return await put(held, Verb.PROOFS, actor=actor, proofs_on=actor.on)
            row = held
        return claim_view(row, actor, await store.parts(claim_id))


def _starts_terms(state: ClaimState, actor: Actor) -> bool:
    return Verb.PROOFS in {edge.verb for edge in lifecycle.TABLE if state in edge.sources and actor.role in edge.roles}


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
