"""The wall around a scoped table, so that every later step raises it in one line."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0002"
VERSION = "1.38.0"
DESCRIPTION = "wall"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
