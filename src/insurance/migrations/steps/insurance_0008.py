"""Photos apart from their papers, signals about them, what a weather certificate measured; insurers see a project's papers."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0008"
VERSION = "1.38.0"
DESCRIPTION = "evidence"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
