"""The ground: access, finance, projects, policies, claims, and the walls between scopes."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import run_folder

ID = "0001"
VERSION = "1.38.0"
DESCRIPTION = "ground"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    manager = MigrationManager(migration_id=ID, app_name="insurance", description=DESCRIPTION)

    async def run() -> None:
        await run_folder("0001_ground")

    manager.add_raw(run)
    return manager
