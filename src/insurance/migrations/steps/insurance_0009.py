"""Letters of a claim, their delivery, and the PDF that was made of each."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0009"
VERSION = "1.38.0"
DESCRIPTION = "letters"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
