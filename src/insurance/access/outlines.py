"""Outlines of counties, generalised and of a map's own grid (see regions/SOURCES.md): good to a kilometre, no legal boundary."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

Ring = tuple[tuple[float, float], ...]


@cache
def _outlines() -> dict[str, tuple[Ring, ...]]:
    text = (resources.files("insurance.access") / "regions" / "outlines.geojson").read_text("utf-8")
    return {
        feature["id"]: tuple(tuple((float(x), float(y)) for x, y in ring) for ring in feature["geometry"]["coordinates"])
        for feature in json.loads(text)["features"]
    }


def outline(county_code: str) -> tuple[Ring, ...]:
    """The rings of a county, longitude before latitude; empty for a county whose outline is not known."""
    return _outlines().get(county_code, ())
