"""The problem rows of an uploaded workbook as a small Excel grid: row numbers, column letters, cells, and what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from insurance.base.spreadsheet import Cell, Sheet, column_letters
from insurance.projects.import_remarks import ImportFault
from insurance.projects.register_columns import Heading, find_heading
from insurance.projects.register_words import REGISTER

MOST_ROWS = 100  # the rest stands in the annotated workbook
_FEWEST_COLUMNS = 8
_MOST_COLUMNS = 12
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_LONGEST_CELL = 60


class GridShape(msgspec.Struct, frozen=True):
    """Which columns of a kind of workbook are shown: the one no row is without, the usual ones, and which of them are wide."""

    headings: Mapping[str, str]
    anchor: str
    usual: tuple[str, ...]
    wide: tuple[str, ...]


REGISTER_SHAPE = GridShape(
    REGISTER.headings,
    "project_name",
    ("project_name", "town", "village", "asset_name", "ownership", "operation", "cost_fen", "in_use_on", "life_months", "special_fen"),
    ("project_name", "asset_name"),
)


class GridColumn(msgspec.Struct, frozen=True):
    """A column that is shown; `wide` for names, `number` for amounts and counts."""

    letters: str
    heading: str
    wide: bool
    number: bool


class GridRow(msgspec.Struct, frozen=True):
    """A problem row as Excel numbers it: its cells, which of them are faulty, and every fault; `after` are sound rows before it."""

    number: int
    after: tuple[int, int] | None
    cells: tuple[str, ...]
    faulty: tuple[bool, ...]
    faults: tuple[ImportFault, ...]


class Grid(msgspec.Struct, frozen=True):
    """One sheet's problem rows; `name` is empty where the file has only one, `hidden` counts rows that are not shown.

    `rest` are the rows after the last one, None where there are none or problem rows are hidden.
    """

    name: str
    heading_row: int
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    hidden: int
    rest: tuple[int, int] | None


def grids(sheets: Sequence[Sheet], faults: Iterable[ImportFault], shape: GridShape = REGISTER_SHAPE) -> list[Grid]:
    """The problem rows of every sheet that has some, at most `MOST_ROWS` of each."""
    by_sheet: dict[str, dict[int, list[tuple[int, ImportFault]]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        name, _, cell = fault.cell.rpartition("!")
        found = _ADDRESS.fullmatch(cell)
        if found:
            by_sheet[name][int(found[2])].append((_index(found[1]), fault))
    made = []
    for name, rows in by_sheet.items():
        sheet = next((one for one in sheets if one.name == name), sheets[0] if sheets and not name else None)
        heading = find_heading(sheet, shape.headings, shape.anchor) if sheet else None
        if sheet is not None and heading is not None:
            made.append(_grid(sheet, name, heading, rows, shape))
    return made


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _grid(
    sheet: Sheet, name: str, heading: Heading, rows: dict[int, list[tuple[int, ImportFault]]], shape: GridShape
) -> Grid:  # fmt: skip
    numbers = sorted(rows)[:MOST_ROWS]
    shown = _columns(heading, shape, {column for number in numbers for column, _ in rows[number]})
    fields = {column.index: field for field, column in heading.columns.items()}
    columns = tuple(
        GridColumn(
            column_letters(index),
            _text(sheet.columns[index][heading.last_row]) or _text(sheet.columns[index][max(heading.last_row - 1, 0)]),
            fields.get(index) in shape.wide,
            fields.get(index, "").endswith(("_fen", "_months", "_rate", "quantity", "households", "people")),
        )
        for index in shown
    )
    made, last = [], heading.first_data_row
    for number in numbers:
        faulty = {column for column, _ in rows[number]}
        cells = tuple(_text(sheet.columns[index][number - 1]) if number <= sheet.height else "" for index in shown)
        after = (last + 1, number - 1) if number - 1 > last else None
        made.append(GridRow(number, after, cells, tuple(index in faulty for index in shown), tuple(f for _, f in rows[number])))
        last = number
    rest = (last + 1, sheet.height) if len(numbers) == len(rows) and last < sheet.height else None
    return Grid(name, heading.last_row + 1, columns, tuple(made), len(rows) - len(numbers), rest)


def _columns(heading: Heading, shape: GridShape, faulty: set[int]) -> list[int]:
    """The column no row is without, what is faulty, and usual columns up to eight, in the order of the sheet."""
    chosen = [heading.columns[shape.anchor].index, *sorted(faulty)]
    for field in shape.usual:
        if field in heading.columns and len(set(chosen)) < _FEWEST_COLUMNS:
            chosen.append(heading.columns[field].index)
    return sorted(list(dict.fromkeys(chosen))[:_MOST_COLUMNS])


def _text(cell: Cell) -> str:
    """A cell as Excel would show it, about."""
    if isinstance(cell, float):
        text = str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else str(cell)
    elif isinstance(cell, dt.datetime):
        text = cell.date().isoformat()
    else:
        text = cell.isoformat() if isinstance(cell, dt.date) else str(cell)
    text = text.replace("\n", " ")
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
