"""Papers and photos of a claim: filed by hash, asked for by the procedure; the claim form starts the insurer's terms."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db, files
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.files import Arrived
from insurance.base.text import render, t
from insurance.claims import actions_signals, lifecycle, rules_weather, store, store_evidence, store_signals
from insurance.claims.actions_move import put, seen
from insurance.claims.asked import asked_for
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.model_evidence import AskedPaper, Compared, Evidence, EvidenceItem, Photo, Reading, WeatherProof
from insurance.claims.procedure import PaperRule, procedure_of
from insurance.claims.store import Row
from insurance.claims.views import claim_view
from insurance.policies.model import Cover, Peril
from insurance.policies.terms import terms_by
from insurance.policies.wording import PerilTerms
from insurance.projects import documents
from insurance.projects.documents import Brought

CLAIM_FORM = "CLAIM_FORM"  # 索赔申请书
OTHER = "OTHER"  # whatever else helps to see
MOST_FILES = 20  # of one claim


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


async def file(
    claim_id: int, kind: str, name: str, content: bytes | Brought, dated_on: date | None = None, reading: Reading | None = None, *,
    actor: Actor,
) -> Claim:  # fmt: skip
    """File a paper or photo of a claim. The same content again changes nothing. Raises NotFound, Invalid (`file`, `kind`, `dated_on`).

    The first claim form starts the terms of decision and advance (保险法 23, 25): the claim moves one version on. A photo is held
    against claim and city for signals; `reading` is what a weather certificate measured.
    """
    brought = content if isinstance(content, Brought) else await for_claim(claim_id, kind, name, content, actor=actor)
    async with db.transaction(actor.scope):
        if brought.copied is not None:
            await store_signals.hold()
        row = await _check_taken(await store.lock(claim_id), kind, brought.kept.sha256)
        paper = await documents.file_paper(actor, "claim", claim_id, row["region_path"], row["insurer_id"], kind, name, brought, dated_on)
        if reading is not None and not await store_evidence.keep_reading(row, paper.id, reading):
            raise Refused(t("这份证明的实测值已经登记过，与这次填的不同；要更正请上传更正后的证明"))
        if brought.copied is not None:
            await actions_signals.look(row, paper.id, actor=actor)
        if kind == CLAIM_FORM and "proofs_on" not in row["facts"] and _starts_terms(row.state, actor):
            return await put(row, Verb.PROOFS, actor=actor, proofs_on=actor.on)
        return claim_view(row, actor, await store.parts(claim_id))


async def _check_taken(row: Row | None, kind: str, sha256: bytes) -> Row:
    """The claim, if it takes one more file of this kind."""
    if row is None:
        raise NotFound(t("没有这个案件，或不在您的范围内"))
    if kind != OTHER and kind not in {paper.code for paper in procedure_of(row).papers}:
        raise Invalid.field("kind", t("理赔程序中没有这种材料"))
    held, known = await store_evidence.evidence_count(row["id"], kind, sha256)
    if held >= MOST_FILES and not known:
        raise Invalid.field("file", t("一个案件最多存 {most} 个文件，已经存满。请把多页合成一个 PDF 再传，或联系理赔员", most=MOST_FILES))
    return row


def _starts_terms(state: ClaimState, actor: Actor) -> bool:
    return Verb.PROOFS in {edge.verb for edge in lifecycle.TABLE if state in edge.sources and actor.role in edge.roles}


async def holds(claim_id: int, document_id: int, *, actor: Actor) -> bool:
    """Whether a paper is one of the claim's, as far as the scope shows it."""
    async with db.transaction(actor.scope):
        return await store_evidence.holds(claim_id, document_id)


async def on_file(claim_id: int, *, actor: Actor) -> Evidence:
    """What is on file and what is still asked for, with the reason where it is not always asked for."""
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        rows = await store_evidence.evidence(claim_id)
        asked = await asked_for(row)
    names = {paper.code: _name(paper, actor) for paper in procedure_of(row).papers}
    terms = terms_by(Cover(row["cover"]), row["terms_version"], row["terms_checksum"]).wording.peril(Peril(row["peril"]))
    items = tuple(_item(one, names.get(one["kind"], one["kind"]), terms, actor) for one in rows)
    told = tuple(
        AskedPaper(
            one.paper.code, _name(one.paper, actor), one.required, one.on_file, None if one.why is None else render(one.why, actor.language)
        )
        for one in asked
    )
    return Evidence(items, told, tuple(one.code for one in told if one.required and not one.on_file))


def _item(row: Any, name: str, terms: PerilTerms | None, actor: Actor) -> EvidenceItem:
    return EvidenceItem(
        id=row["id"], kind=row["kind"], name=name, file_name=row["file_name"], media=row["media"], byte_count=row["byte_count"],
        sha256=row["sha256"], dated_on=row["dated_on"], filed_at=row["filed_at"].astimezone(BEIJING), filed_by=row["display_name"],
        photo=_photo(row, actor) if row["is_photo"] else None, weather=_weather(row, terms, actor) if row["station_name"] else None,
    )  # fmt: skip


def _photo(row: Any, actor: Actor) -> Photo:
    """Where and when a photo was taken is personal: for who handles the case."""
    photo = Photo(row["width_px"], row["height_px"], row["has_thumbnail"])
    if not may(actor.role, "photo.original"):
        return photo
    taken_at = row["taken_at"]
    return msgspec.structs.replace(
        photo, taken_at=taken_at.astimezone(BEIJING) if taken_at else None, latitude=row["latitude"], longitude=row["longitude"],
        device=row["device"],
    )  # fmt: skip


def _weather(row: Any, terms: PerilTerms | None, actor: Actor) -> WeatherProof:
    held = rules_weather.held_against(row, terms)
    compared = tuple(Compared(one.measure, one.value, one.threshold, one.reached, render(one.text, actor.language)) for one in held)
    return WeatherProof(row["station_name"], row["station_number"], row["certificate_number"], compared)
