"""Months that are closed: nothing is booked in them until they are reopened."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0014"
VERSION = "1.38.0"
DESCRIPTION = "months"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
