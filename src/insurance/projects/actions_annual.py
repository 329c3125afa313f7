"""年度收益: the net income of past years by their accounts, filed by the office; a correction is a further entry of the year."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.projects import store, store_annual, store_documents
from insurance.projects.entries import AnnualEntry
from insurance.projects.model import PaperKind, Project


class AnnualAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The net income of a year in fen, the accounts that prove it, who filed it; `superseded`: a later entry of the year counts."""

    id: int
    year: int
    net_income_fen: Fen
    document_id: int
    file_name: str
    note: str
    filed_by: str | None
    filed_on: date
    superseded: bool


async def annual_accounts(project_id: int, *, actor: Actor) -> list[AnnualAccount]:
    """All entries of a project, the latest year first. Raises NotFound."""
    async with db.transaction(actor.scope):
        await _project(project_id)
        return [AnnualAccount(**row) for row in await store_annual.of_project(project_id)]


async def file_annual(project_id: int, entry: AnnualEntry, *, actor: Actor) -> AnnualAccount:
    """File the net income of a past year with its accounts; the newest entry of a year counts, none is ever changed.

    Raises NotFound, Invalid (`year`: not over; `document_id`: no accounts of this project).
    """
    async with db.transaction(actor.scope):
        project = await _project(project_id)
        await store.lock(project_id)  # nobody agrees meanwhile to share what the entry before it said
        faults = []
        if entry.year >= actor.on.year:
            faults.append(FieldFault("year", t("该年度尚未结束，账目结清后再登记")))
        paper = await store_documents.one(entry.document_id)
        of_project = paper is not None and (paper.subject_kind, paper.subject_id) == ("project", project_id)
        if paper is None or not of_project or paper.kind != PaperKind.ACCOUNTS:
            faults.append(FieldFault("document_id", t("请选择本项目已存档的年度收益报表")))
        if faults:
            raise Invalid(t("年度收益有误"), faults)
        made = await store_annual.add(project, entry, actor=actor)
        await audit.record(
            actor, "project.annual-account-filed", f"project:{project_id}", year=entry.year, net_income_fen=entry.net_income_fen,
            document=entry.document_id,
        )  # fmt: skip
        return next(AnnualAccount(**row) for row in await store_annual.of_project(project_id) if row["id"] == made)


async def _project(project_id: int) -> Project:
    found = await store.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return found
