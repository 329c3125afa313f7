"""Clocks by the law of the items: regimes and kind kept with the claim; verbs of the calendar."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0003"
VERSION = "1.38.0"
DESCRIPTION = "clocks"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
