"""What a bank line pays in part or together with others, and what was done about lines that pay nothing."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0012"
VERSION = "1.38.0"
DESCRIPTION = "bank"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
