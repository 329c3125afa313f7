"""Insurers that change: what is known of them, rules that give way, policies in conflict, and how long each sees the register."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from insurance.migrations.run import step

ID = "0018"
VERSION = "1.38.0"
DESCRIPTION = "handover"


async def forwards() -> MigrationManager:
    """Run the folder's files in order, in the one transaction of the migration."""
    return step(ID, DESCRIPTION)
