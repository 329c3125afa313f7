"""A movement of a recovery stands at the place its maker has seen free."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0024"
VERSION = "1.38.0"
DESCRIPTION = "places"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
