"""Checks of matches and months once for a statement, so that a large statement takes seconds."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0021"
VERSION = "1.38.0"
DESCRIPTION = "in_bulk"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
