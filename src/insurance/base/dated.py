"""The file in force on a day: dated TOML, strictly decoded, with the checksum that proves which words were used."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

_PACKAGE = Path(__file__).parents[1]
_DIGEST_LINE_PARTS = 2
_NAMES = ("code", "about", "peril", "regime")  # what an entry of a list is called by
_PUBLISHED = {".toml", ".typ"}  # words and numbers, and the layout that prints them
Shape = TypeVar("Shape")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a dated file: an unknown key is an error, a decimal is finite and not negative."""

    def __post_init__(self) -> None:
        for key in self.__struct_fields__:
            value = getattr(self, key)
            if isinstance(value, Decimal) and not (value.is_finite() and value >= 0):
                raise ValueError(f"{key}: {value} is not a finite decimal of at least 0")


class Difference(msgspec.Struct, frozen=True):
    """One value that two versions state differently; None where a version does not state it."""

    key: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.key}: {self.before or '(none)'} -> {self.after or '(none)'}"


class Unsound(ValueError):
    """A dated file that cannot be used: said to whoever edits it, so in English and with its path."""


def root(name: str) -> Path:
    """The top-level folder `name`: beside `src` in a checkout, inside the package when installed from a wheel."""
    for candidate in (_PACKAGE.parents[1] / name, _PACKAGE / "_dated" / name):
        if (candidate / "README.md").is_file():
            return candidate
    raise Unsound(f"the folder {name} came neither with the checkout nor with the wheel")


@cache
def versions(folder: Path) -> tuple[tuple[date, Path], ...]:
    """All dated entries of a folder, oldest first: `2019-01-01.toml` or `2019-01-01/`. Other names are not versions."""
    found = []
    for path in folder.iterdir():
        try:
            found.append((date.fromisoformat(path.name.removesuffix(".toml")), path))
        except ValueError:
            continue
    return tuple(sorted(found))


def in_force(folder: Path, on: date) -> Path | None:
    """The entry with the latest effective date not after `on`; None when nothing was in force yet."""
    return next((path for effective, path in reversed(versions(folder)) if effective <= on), None)


def _refuse_float(written: str) -> NoReturn:
    raise ValueError(f"{written}: write decimals as text and money in whole fen")


def read(path: Path, shape: type[Shape]) -> Shape:
    """Decode one file into `shape`. Raises `Unsound` for unknown keys, wrong kinds and numbers with a point."""
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=_refuse_float)
        return msgspec.convert(tables, shape)
    except (OSError, ValueError) as fault:
        raise Unsound(f"{path}: {fault}") from fault


def _published(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if path.suffix in _PUBLISHED and path.is_file())


def checksum(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file's bytes; of a folder, of the sorted lines `digest  name` of its own files."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    lines = "".join(f"{checksum(part)}  {part.name}\n" for part in _published(path.iterdir()))
    return hashlib.sha256(lines.encode()).hexdigest()


def digest_faults(folder: Path) -> Iterator[str]:
    """What offends `CHECKSUMS`: a published file under `folder` never changes, a new version is a new file."""
    listed = {}
    for line in (folder / "CHECKSUMS").read_text(encoding="utf-8").splitlines():
        parts = line.split(maxsplit=1)
        if len(parts) != _DIGEST_LINE_PARTS or parts[1] in listed:
            yield f"CHECKSUMS: cannot read {line!r}, or the file is listed twice"
        else:
            listed[parts[1]] = parts[0]
    present = {path.relative_to(folder).as_posix(): checksum(path) for path in _published(folder.rglob("*"))}
    for name in sorted(listed.keys() | present.keys()):
        if name not in listed:
            yield f"{name}: not in CHECKSUMS; add its line"
        elif name not in present:
            yield f"{name}: was published and is gone"
        elif listed[name] != present[name]:
            yield f"{name}: changed after publication; write a new file with a new date instead"


def difference(before: Any, after: Any) -> list[Difference]:
    """What changed between two decoded versions, value by value, by key. Entries of lists go by their code."""
    old, new = (dict(_flat("", msgspec.to_builtins(version))) for version in (before, after))
    keys = sorted(old.keys() | new.keys())
    return [Difference(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}" if key else str(name), inner)
    elif isinstance(value, tuple | list) and value and isinstance(value[0], dict):
        seen: Counter[str] = Counter()
        for place, inner in enumerate(value, start=1):
            name = str(next((inner[naming] for naming in _NAMES if inner.get(naming)), place))
            seen[name] += 1
            yield from _flat(f"{key}[{name}#{seen[name]}]" if seen[name] > 1 else f"{key}[{name}]", inner)
    elif value is not None and value not in ([], ()):
        yield key, ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
