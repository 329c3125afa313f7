"""Piccolo's configuration: the engine and the one chain of migrations."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from insurance.base.engine import DB as DB  # Piccolo looks for this name here

APP_REGISTRY = AppRegistry(apps=["insurance.migrations.piccolo_app"])
