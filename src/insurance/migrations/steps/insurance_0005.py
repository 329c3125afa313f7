"""Income statements with their proof, past years' accounts, and what the two covers set off against each other."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0005"
VERSION = "1.38.0"
DESCRIPTION = "income"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
