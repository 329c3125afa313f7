"""Where money is paid from, the files that carry orders to the bank, money that came back."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0011"
VERSION = "1.38.0"
DESCRIPTION = "payments"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
