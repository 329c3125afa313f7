"""What Piccolo needs to find the migrations."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(app_name="insurance", migrations_folder_path=str(Path(__file__).parent / "steps"), table_classes=[], commands=[])
