"""Net incomes of past years, by their accounts on file; the newest entry of a year counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.projects.entries import AnnualEntry
from insurance.projects.model import Project


async def add(project: Project, entry: AnnualEntry, *, actor: Actor) -> int:
    """A further entry; answers its id."""
    found: int = await db.fetchval(
        "INSERT INTO annual_account (project_id, region_path, year, net_income_fen, document_id, note, filed_by, filed_at, filed_on)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        project.id, project.region_path, entry.year, entry.net_income_fen, entry.document_id, entry.note.strip(), actor.user_id, actor.at,
        actor.on,
    )  # fmt: skip
    return found


async def of_project(project_id: int) -> list[Any]:
    """All entries of a project, the latest year and its newest entry first."""
    return await db.fetch(db.statement(__package__, "annual_accounts"), project_id)


async def years_of(project_ids: Sequence[int] | None, as_of: date) -> dict[int, dict[int, int]]:
    """Net income by year of each project (None: all in scope), as far as accounts were on file on the day."""
    rows = await db.fetch(db.statement(__package__, "annual_years"), project_ids, as_of)
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["project_id"], {})[row["year"]] = row["net_income_fen"]
    return found
