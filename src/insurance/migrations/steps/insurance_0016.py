"""The lists of payments that insurers hand in, to be compared with our books and the bank."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0016"
VERSION = "1.38.0"
DESCRIPTION = "books"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
