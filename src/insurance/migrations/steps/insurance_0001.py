"""The ground: access, finance, projects, policies, claims, and the walls between scopes."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0001"
VERSION = "1.38.0"
DESCRIPTION = "ground"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
