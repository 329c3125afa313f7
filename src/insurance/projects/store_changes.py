"""When a project was changed and by whom; what stood before each change lies beside it in the table."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.base import db


class Change(msgspec.Struct, frozen=True):
    """One change: the version it led to, its business day, and who made it."""

    version: int
    on: date
    by: str | None


async def changes(project_id: int) -> list[Change]:
    """The changes of a project, oldest first."""
    rows = await db.fetch(
        "SELECT c.version, c.business_on, (SELECT n.display_name FROM user_names(ARRAY[c.made_by]) n) AS by FROM project_change c"
        " WHERE c.project_id = $1 ORDER BY c.version",
        project_id,
    )
    return [Change(row["version"] + 1, row["business_on"], row["by"]) for row in rows]
