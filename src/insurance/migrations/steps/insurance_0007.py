"""A real office starts: policies in force and past claims come in as opening facts, with their old numbers."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0007"
VERSION = "1.38.0"
DESCRIPTION = "opening"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
