"""Objections, recoveries, third parties, findings of fraud, drafts; who has assessed never decides."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0010"
VERSION = "1.38.0"
DESCRIPTION = "decide"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
