"""Everything the environment decides, in one frozen struct."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """Read once. `database_url` None means the PostgreSQL of the wheel under `data`; `files` None, a folder there too."""

    data: Path
    database_url: str | None
    migration_url: str | None
    city: str
    host: str
    port: int
    secure: bool
    address: str
    files: str | None = None
    s3_endpoint: str | None = None

    def __post_init__(self) -> None:
        if self.files is not None and not self.files.startswith("s3://"):
            raise ValueError("INSURANCE_FILES is s3://bucket/prefix; without it files lie in the data folder")

    @property
    def schema(self) -> str:
        """One city, one schema."""
        return f"city_{self.city}"


def default_data() -> Path:
    """Root's home is closed to the account PostgreSQL runs under, so root's data lives in /var/lib."""
    if os.name != "nt" and os.geteuid() == 0:
        return Path("/var/lib/insurance")
    return Path.home() / ".local" / "share" / "insurance"


@cache
def settings() -> Settings:
    """The settings of this process: INSURANCE_DATA, DATABASE_URL, MIGRATION_URL, INSURANCE_CITY, HOST, PORT, INSURANCE_SECURE,
    INSURANCE_FILES, INSURANCE_S3_ENDPOINT, INSURANCE_ADDRESS (where people outside reach it; printed on letters).
    """
    env = os.environ
    host, port = env.get("HOST", "127.0.0.1"), int(env.get("PORT", "8000"))
    return Settings(
        data=Path(env.get("INSURANCE_DATA") or default_data()),
        database_url=env.get("DATABASE_URL") or None,
        migration_url=env.get("MIGRATION_URL") or env.get("DATABASE_URL") or None,
        city=env.get("INSURANCE_CITY", "370400"),
        host=host,
        port=port,
        secure=env.get("INSURANCE_SECURE", "") == "1",
        address=(env.get("INSURANCE_ADDRESS") or f"http://{host}:{port}").rstrip("/"),
        files=env.get("INSURANCE_FILES") or None,
        s3_endpoint=env.get("INSURANCE_S3_ENDPOINT") or None,
    )
