"""Premium and subsidy as they come in, go on to the insurer, and go back."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0015"
VERSION = "1.38.0"
DESCRIPTION = "premium"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
