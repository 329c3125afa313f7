"""The banks' tariffs for a transfer, read once from their data file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from insurance.base.money import Fen


@cache
def known_fees() -> frozenset[Fen]:
    """Tariffs in fen (domain.md 6.5 M7: a known fee tariff)."""
    text = (resources.files("insurance.finance") / "data" / "fees.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text)["fees_fen"])
