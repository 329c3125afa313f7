"""What a bank line pays beyond its order, and lines found by their day."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0022"
VERSION = "1.38.0"
DESCRIPTION = "surplus"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
