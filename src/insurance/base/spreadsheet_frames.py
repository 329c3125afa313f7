"""What the reading child and its parent say to each other: limits, frames, refusals. Light: the child must start at once."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

LENGTH = struct.Struct(">I")  # every frame on the pipe: 4 bytes of length, then msgpack
CRASHED = 3  # the child's exit when a file broke the reader itself
Span = tuple[int, int, int, int]  # first row, first column, last row, last column; all from 0


class Limits(msgspec.Struct, frozen=True):
    """What a file may cost (reliability of imports); all are settings of one reading."""

    file_bytes: int = 10_000_000
    rows: int = 120_000  # over all sheets
    columns: int = 80
    members: int = 200  # of the zip
    unpacked_bytes: int = 200_000_000
    ratio: int = 100  # unpacked : packed
    memory_bytes: int = 400 * 2**20  # on top of what the bare interpreter maps
    cpu_seconds: int = 20
    wall_seconds: int = 40


class Unusable(Exception):
    """The file cannot be read; `code` names the refusal, `params` fill its text (numbers only, never cell contents)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class SheetHead(msgspec.Struct, array_like=True):
    """One visible sheet, sent before its rows."""

    name: str
    height: int
    width: int
    first_column: int  # the columns before it are empty and are not sent
    merged: list[Span]
    formulas: list[tuple[int, int]]  # (row, column) of cells that hold a formula
    broken: list[tuple[int, int]]  # cells that show an Excel error (#REF!, #N/A …)


class Opening(msgspec.Struct, tag="opening", array_like=True):
    """The first frame."""

    origin: str  # xlsx, xls or csv
    hidden: list[str]


class Begin(msgspec.Struct, tag="begin", array_like=True):
    """A new sheet starts; the Block frames that follow belong to it."""

    head: SheetHead


class Block(msgspec.Struct, tag="block", array_like=True):
    """Some rows by column (from the sheet's first); dates travel as ISO text, their rows are listed apart."""

    width: int
    plain: dict[int, list[Any]]
    packed: dict[int, tuple[list[str], bytes]]  # few different texts: they, and for each row its place among them (uint16)
    dates: dict[int, list[int]]
    instants: dict[int, list[int]]


class Refusal(msgspec.Struct, tag="refusal", array_like=True):
    """Why nothing more comes."""

    code: str
    params: dict[str, Any]


class Finished(msgspec.Struct, tag="finished", array_like=True):
    """The last frame: without it the child died on the way."""


Frame = Opening | Begin | Block | Refusal | Finished
