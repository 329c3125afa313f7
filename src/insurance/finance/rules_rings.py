"""Where a walk returns: which steps between balances lie on a ring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

Balance = int | None  # where it is not known, every step leads from nowhere to nowhere


class Edge(NamedTuple):
    """A step from one balance to another."""

    before: Balance
    after: Balance


def rings(edges: Iterable[Edge]) -> dict[Balance, int]:
    """For every balance a number; two have the same number when each can be reached from the other (Kosaraju's way, linear)."""
    ahead: defaultdict[Balance, list[Balance]] = defaultdict(list)
    behind: defaultdict[Balance, list[Balance]] = defaultdict(list)
    for edge in edges:
        ahead[edge.before].append(edge.after)
        behind[edge.after].append(edge.before)
    seen: set[Balance] = set()
    finished: list[Balance] = []
    for start in list(ahead):
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(ahead[start]))]
        while path:
            at, left = path[-1]
            following = next((one for one in left if one not in seen), at)
            if following == at:
                finished.append(at)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(ahead[following])))
    found: dict[Balance, int] = {}
    for number, start in enumerate(reversed(finished)):
        pile = [start]
        while pile:
            at = pile.pop()
            if at not in found:
                found[at] = number
                pile.extend(behind[at])
    return found


def on_ring(edge: Edge, ring: dict[Balance, int]) -> bool:
    """Whether the walk that makes this step can make it again."""
    return ring[edge.before] == ring[edge.after]
