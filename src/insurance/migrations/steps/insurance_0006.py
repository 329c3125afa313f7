"""Policies in mid-term: endorsements, lines of the schedule with their days, cover that ends early, renewals."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0006"
VERSION = "1.38.0"
DESCRIPTION = "midterm"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
