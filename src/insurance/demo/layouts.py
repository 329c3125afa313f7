"""How each of the six offices keeps its register; the tables themselves stand in `registers.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec

from insurance.base.money import FEN_PER_YUAN, Fen
from insurance.projects.register_rows import SPECIAL_PARTS, RegisterRow

Words = Mapping[str, Mapping[str, str]]


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One office's register. `headings`: field → heading, in the order of the columns, a group heading before a bar."""

    county_code: str
    county: str
    office: str
    file_name: str
    headings: dict[str, str]
    words: dict[str, dict[str, str]]  # field → code → the word this office writes
    form: str = "xlsx"  # or the encoding of a CSV
    money: str = "number"  # number, grouped, plain, varied
    unit_fen: Fen = FEN_PER_YUAN
    days: str = "cell"  # cell, iso, slashes, characters, dots
    rates: str = "percent"  # percent, fraction, number
    lives: str = "years"  # years, written, months
    town_totals: bool = False
    merged: bool = False
    titles: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    formulas: bool = False
    other_towns: dict[str, str] = {}  # town → the name this office still writes


def stated(row: RegisterRow, layout: Layout) -> RegisterRow:
    """What of a row this office's register has a column for."""
    kept = set(layout.headings) | {"county_code", "town_code"}
    if not kept.isdisjoint(SPECIAL_PARTS):
        kept.add("special_fen")  # the sum of its parts
    return msgspec.structs.replace(row, **{field: None for field in row.__struct_fields__ if field not in kept})


def _load() -> list[Layout]:
    with (files(__package__) / "registers.toml").open("rb") as handle:
        tables: dict[str, Any] = tomllib.load(handle)
    return [msgspec.convert(table | {"words": tables["words"][table["words"]]}, Layout) for table in tables["layout"].values()]


*_DISTRICTS, CORRECTIONS = _load()
LAYOUTS: dict[str, Layout] = {layout.county_code: layout for layout in _DISTRICTS}
