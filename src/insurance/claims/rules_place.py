"""How far a point lies outside the outline of a county; pure. Good to a kilometre, which is all that outlines of maps allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Ring = Sequence[tuple[float, float]]  # longitude, latitude; closed
_KM_PER_DEGREE = 111.2


def outside_km(latitude: float, longitude: float, rings: Sequence[Ring]) -> float:
    """Kilometres from a point to the nearest of the rings, 0 inside one; on a plane laid at the point, right near it."""
    narrow = math.cos(math.radians(latitude))
    least = math.inf
    for ring in rings:
        plane = [((x - longitude) * narrow * _KM_PER_DEGREE, (y - latitude) * _KM_PER_DEGREE) for x, y in ring]
        sides = list(pairwise(plane))
        if sum(map(_crosses, sides)) % 2:
            return 0.0
        least = min(least, *map(_from_origin, sides))
    return least


Side = tuple[tuple[float, float], tuple[float, float]]


def _crosses(side: Side) -> bool:
    """Whether a ray from the origin eastwards crosses the side."""
    (x1, y1), (x2, y2) = side
    return (y1 > 0) != (y2 > 0) and x1 + (x2 - x1) * y1 / (y1 - y2) > 0


def _from_origin(side: Side) -> float:
    (x1, y1), (x2, y2) = side
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if not length else min(1.0, max(0.0, -(x1 * dx + y1 * dy) / length))
    return math.hypot(x1 + share * dx, y1 + share * dy)
