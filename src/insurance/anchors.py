"""Anchors: the newest seal of the audit trail, kept in a file outside the database, so that a cut or rewritten trail shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from insurance.base import db

_TAIL = 4096  # an anchor takes some 350 bytes


class Anchor(msgspec.Struct, frozen=True):
    """A seal as it stood when it was made; digest and signature in hex."""

    seq: int
    rows: int
    digest: str
    signature: str
    sealed_at: str


def place(folder: Path) -> Path:
    """The file under the data folder."""
    return folder / "anchors.jsonl"


def read(folder: Path) -> list[Anchor]:
    """All anchors, oldest first; none when the file is not there yet."""
    path = place(folder)
    return [msgspec.json.decode(line, type=Anchor) for line in path.read_bytes().splitlines() if line] if path.exists() else []


def last_seq(folder: Path) -> int:
    """The newest anchored seal, 0 when there is none; reads only the end of the file."""
    path = place(folder)
    if not path.exists():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = [line for line in file.read().splitlines() if line]
    return msgspec.json.decode(lines[-1], type=Anchor).seq if lines else 0


async def seals(after: int = 0) -> list[Anchor]:
    """The stored seals behind `after`, in order; in the system's scope."""
    rows = await db.fetch("SELECT seq, row_count, digest, signature, sealed_at FROM audit_seal WHERE seq > $1 ORDER BY seq", after)
    return [_anchor(row) for row in rows]


def _anchor(row: Any) -> Anchor:
    return Anchor(row["seq"], row["row_count"], row["digest"].hex(), row["signature"].hex(), row["sealed_at"].isoformat())


def append(folder: Path, made: list[Anchor]) -> None:
    """Write anchors down, on the disk when this returns."""
    if made:
        with os.fdopen(os.open(place(folder), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(b"".join(msgspec.json.encode(anchor) + b"\n" for anchor in made))
            file.flush()
            os.fsync(file.fileno())


def begin_anew(folder: Path) -> None:
    """The schema was thrown away on purpose: its anchors are put aside, not compared with the next trail."""
    path = place(folder)
    if path.exists():
        number = 1 + sum(1 for _ in folder.glob("anchors-*.jsonl"))
        path.rename(folder / f"anchors-{number}.jsonl")


def offences(anchors: list[Anchor], stored: list[Anchor]) -> list[str]:
    """Where the trail is no longer what was anchored: a seal gone, or another in its place."""
    by_seq = {seal.seq: seal for seal in stored}
    return [
        f"seal {anchor.seq} was anchored at {anchor.sealed_at} and is {'gone' if anchor.seq not in by_seq else 'another now'}"
        for anchor in anchors
        if by_seq.get(anchor.seq) != anchor
    ]
