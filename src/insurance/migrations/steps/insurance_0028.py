"""References, guards and sums of what a bank file writes are checked once for all rows of a statement."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0028"
VERSION = "1.38.0"
DESCRIPTION = "by_set"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
