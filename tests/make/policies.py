"""Papers on file, asks, and policies bound the ordinary way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.policies import actions_enrol
from insurance.policies.actions_underwriting import Ask, asks_for
from insurance.policies.model import Cover
from insurance.policies.store import Bound
from insurance.projects.entries import ProjectEdit
from insurance.projects.model import Project

TO_BIND = ("APPLICATION", "TITLE")


def on_day(actor: Actor, day: date) -> Actor:
    """The same person at nine o'clock of another business day."""
    return msgspec.structs.replace(actor, at=clock.at(day), on=day)


async def paper(project: Project, kind: str, *, actor: Actor, on: date | None = None) -> int:
    """A paper of a project as a row only, its file left out; answers its id."""
    name = f"{kind}-{project.id}.pdf"
    async with db.transaction(actor.scope):
        return int(
            await db.fetchval(
                "INSERT INTO document (region_path, subject_kind, subject_id, kind, content_sha256, media, byte_count, file_name, dated_on,"
                " filed_by, filed_at) VALUES ($1, 'project', $2, $3, $4, 'application/pdf', 4, $5, $6, $7, $8) RETURNING id",
                project.region_path, project.id, kind, hashlib.sha256(name.encode()).digest(), name, on or actor.on, actor.user_id, actor.at,
            )
        )  # fmt: skip


async def papers(*projects: Project, actor: Actor, kinds: Iterable[str] = TO_BIND, on: date | None = None) -> None:
    """Application and title paper of each project on file."""
    for project in projects:
        for kind in kinds:
            await paper(project, kind, actor=actor, on=on)


async def ask(
    *projects: Project, actor: Actor, cover: Cover = Cover.INDUSTRY, insurer: str | None = "INS-A", starts_on: date | None = None
) -> list[Ask]:
    """The cover for each project, from tomorrow for a year."""
    ids = [project.id for project in projects]
    return await asks_for(ids, cover, starts_on=starts_on, last_day=None, insurer=insurer, actor=actor)


async def the_ask(project: Project, actor: Actor, **known: Any) -> Ask:
    """The cover of one project."""
    return (await ask(project, actor=actor, **known))[0]


def faults(refused: InsuranceError) -> set[str]:
    """What a refusal names."""
    return {fault.field for fault in refused.faults}


async def policy(
    project: Project, *, actor: Actor, cover: Cover = Cover.INDUSTRY, insurer: str = "INS-A", starts_on: date | None = None
) -> Bound:
    """A policy of the project, bound on the actor's day with its papers filed that day."""
    await papers(project, actor=actor)
    return await bind(project, actor=actor, cover=cover, insurer=insurer, starts_on=starts_on)


async def bind(
    project: Project, *, actor: Actor, cover: Cover = Cover.INDUSTRY, insurer: str = "INS-A", starts_on: date | None = None
) -> Bound:
    """A policy of a project that has its papers on file."""
    return await actions_enrol.enrol(await the_ask(project, actor, cover=cover, insurer=insurer, starts_on=starts_on), actor=actor)


def edit(version: int, **changed: Any) -> ProjectEdit:
    """An edit of a project as an office sends it."""
    return msgspec.convert({"version": version} | changed, ProjectEdit)
