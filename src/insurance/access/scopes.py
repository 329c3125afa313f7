"""Names of scopes for the shell: which city, county, town or insurer the reader stands for (read once at start)."""

from __future__ import annotations

from insurance.access import store
from insurance.access.model import Actor

_regions: dict[str, str] = {}
_insurers: dict[int, str] = {}


async def load() -> None:
    """Read region and insurer names (system scope)."""
    _regions.update(await store.region_names())
    _insurers.update({i["id"]: i["name"] for i in await store.insurers()})


def name_insurer(insurer_id: int, name: str) -> None:
    """An insurer entered since the start."""
    _insurers[insurer_id] = name


def scope_name(actor: Actor) -> str:
    """'峄城区', '坛山街道' or the insurer's name."""
    if actor.insurer_id is not None:
        return _insurers.get(actor.insurer_id, "")
    return _regions.get(actor.region_path, "")


def region_name(path: str) -> str:
    """The name of a path, empty when unknown."""
    return _regions.get(path, "")


def place(path: str) -> str:
    """'峄城区坛山街道…': the names from the county down."""
    parts = path.strip("/").split("/")
    steps = ["/".join(parts[: i + 1]) + "/" for i in range(1, len(parts))] or [path]
    return "".join(_regions.get(step, "") for step in steps)


def insurer_name(insurer_id: int) -> str:
    """The insurer's name, empty when unknown."""
    return _insurers.get(insurer_id, "")


def regions() -> dict[str, str]:
    """All names by path."""
    return dict(_regions)


def counties() -> dict[str, str]:
    """Every county's name by its code, in the order of the codes."""
    return {path.split("/")[1]: name for path, name in sorted(_regions.items()) if path.count("/") == 2}


def insurers() -> dict[int, str]:
    """All insurers' names by id."""
    return dict(_insurers)
