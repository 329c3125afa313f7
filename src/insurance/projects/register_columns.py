"""Finding the heading of an office's workbook: which row, which columns, in which unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

import msgspec

from insurance.base.money import FEN_PER_WAN, FEN_PER_YI, FEN_PER_YUAN, Fen
from insurance.base.spreadsheet import Sheet
from insurance.projects.register_words import REGISTER, plain

_ROWS_LOOKED_AT = 15
_MOST_HEADING_ROWS = 3
_FEWEST_NAMES = 3

MONEY_UNITS = {"元": FEN_PER_YUAN, "千元": 100_000, "万元": FEN_PER_WAN, "亿元": FEN_PER_YI}
_OTHER_UNITS = frozenset(
    [*"年月%个座台套栋处间口眼棵株头只羽户人亩m米吨", "个月", "m2", "m3", "平方米", "平方", "千瓦", "kw", "公里", "km"]
)
_UNIT_WORD = re.compile(r"(?:单位:?)?([^/:]+?)(?:/[年月户人])?")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_UNIT_AT_END = re.compile(r"[/:,_-]?(亿元|万元|千元)$|[/:,_-](元)$")
_PREAMBLE_UNIT = re.compile(r"单位[:]?\(?(亿元|万元|千元|元)")
_LEADING = re.compile(r"^(?:其中[:,]?|[一二三四五六七八九十]+、|[0-9]+[.、])+(?=.)")
_SUM_OF_GROUP = frozenset(["小计", "合计", "总额", "金额", "计"])
_NUMBERING = re.compile(r"\(?(?:[0-9]{1,2}|[甲乙丙丁戊己庚]|[a-z]{1,2})\)?(?:=.*)?")


class HeadColumn(msgspec.Struct, frozen=True):
    """One column that is read."""

    index: int
    unit: str | None  # as written in the heading: 万元, 月, %, 亩 …


class Heading(msgspec.Struct, frozen=True):
    """Where the heading stands and what it means."""

    last_row: int
    first_data_row: int
    columns: dict[str, HeadColumn]  # field → column
    unknown: list[int]  # columns with a heading that nothing here knows
    repeated: list[int]  # columns whose field stands further left already
    money_unit: str | None  # 单位:万元 above the table, for columns without a unit of their own


def find_heading(sheet: Sheet, headings: Mapping[str, str] = REGISTER.headings, anchor: str = "project_name") -> Heading | None:
    """The rows (one to three, within the first fifteen) that name the most known columns, at least three.

    `headings`: word as compared → field; `anchor`: the field that must be among them.
    """
    best: tuple[int, int, int, int] | None = None
    for first in range(min(_ROWS_LOOKED_AT, sheet.height)):
        for rows in range(1, _MOST_HEADING_ROWS + 1):
            last = first + rows - 1
            if last >= sheet.height or not _only_text(sheet, last):
                break
            known, _, _ = _mapping(_labels(sheet, first, last), headings)
            found = len(known), -rows, first, last  # a title above the heading names no more columns: fewer rows win
            if anchor in known and len(known) >= _FEWEST_NAMES and (best is None or found[:2] > best[:2]):
                best = found
    if best is None:
        return None
    _, _, first, last = best
    while first and last - first + 1 < _MOST_HEADING_ROWS and _heads(sheet, first - 1):
        first -= 1
    known, unknown, repeated = _mapping(_labels(sheet, first, last), headings)
    data, more_units = _after_heading(sheet, last + 1)
    columns = {field: HeadColumn(column.index, column.unit or more_units.get(column.index)) for field, column in known.items()}
    return Heading(
        last_row=last,
        first_data_row=data,
        columns=columns,
        unknown=unknown,
        repeated=repeated,
        money_unit=_preamble_unit(sheet, first),
    )


def scale_of(unit: str | None, money_unit: str | None) -> Fen:
    """Fen per unit of an amount under a heading of that unit; `money_unit` stood above the table; yuan unless either says so."""
    return MONEY_UNITS.get(unit or "") or MONEY_UNITS.get(money_unit or "") or FEN_PER_YUAN


def _heads(sheet: Sheet, row: int) -> bool:
    """Whether a row belongs to the heading below it: a merge reaches down into it, or it names a unit of money."""
    if any(top == row and bottom > row for top, _, bottom, _ in sheet.merged):
        return True
    names = [plain(str(column[row])) for column in sheet.columns]
    return any(_split_unit(name)[1] in MONEY_UNITS for name in names if not _PREAMBLE_UNIT.search(name))


def _only_text(sheet: Sheet, row: int) -> bool:
    return all(isinstance(column[row], str) for column in sheet.columns)


def _labels(sheet: Sheet, first: int, last: int) -> list[list[str]]:
    """For each column its headings from the top down, a merged or group heading repeated over its columns."""
    grid = [[str(column[row]) for column in sheet.columns] for row in range(first, last + 1)]
    for top, left, bottom, right in sheet.merged:
        if first <= top <= last:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, right + 1):
                    grid[row - first][column] = str(sheet.columns[left][top])
    for upper, lower in pairwise(grid):  # a group heading whose merge got lost, as in a CSV
        for column in range(1, len(upper)):
            grouped = lower[column].strip() and lower[column - 1].strip() and lower[column - 1] != upper[column - 1]
            if not upper[column].strip() and upper[column - 1].strip() and grouped:
                upper[column] = upper[column - 1]
    return [list(dict.fromkeys(name for name in names if name.strip())) for names in zip(*grid, strict=True)]


def _mapping(labels: list[list[str]], headings: Mapping[str, str]) -> tuple[dict[str, HeadColumn], list[int], list[int]]:
    known: dict[str, HeadColumn] = {}
    unknown: list[int] = []
    repeated: list[int] = []
    for index, names in enumerate(labels):
        if not names:
            continue
        split = [_split_unit(plain(name)) for name in names]
        unit = next((unit for _, unit in reversed(split) if unit), None)
        stack = [name for name, _ in split if name]
        field = _field(stack, headings) if stack else None
        if field is None:
            unknown.append(index)
        elif field in known:
            repeated.append(index)
        else:
            known[field] = HeadColumn(index, unit)
    return known, unknown, repeated


def _field(names: list[str], headings: Mapping[str, str]) -> str | None:
    """The field a stack of headings names: read as one word, the lowest with each above it, the lowest alone."""
    lowest = names[-1]
    above = names[:-1]
    if above and lowest in _SUM_OF_GROUP:
        return _field(above, headings)
    candidates = ["".join(names), *(group + lowest for group in above), lowest]
    for candidate in candidates:
        for form in _forms(candidate):
            if form in headings:
                return headings[form]
    return None


def _forms(name: str) -> Iterable[str]:
    yield name
    stripped = _LEADING.sub("", name.strip("*:;。,#"))
    yield stripped
    yield _IN_BRACKETS.sub("", stripped)
    yield _IN_BRACKETS.sub(lambda found: found[1], stripped)


def _split_unit(name: str) -> tuple[str, str | None]:
    """A heading as compared, without its unit, and the unit."""
    for found in _IN_BRACKETS.finditer(name):
        if unit := _unit(found[1]):
            return name[: found.start()] + name[found.end() :], unit
    if found_at_end := _UNIT_AT_END.search(name):
        return name[: found_at_end.start()], found_at_end[1] or found_at_end[2]
    return name, None


def _unit(text: str) -> str | None:
    word = _UNIT_WORD.fullmatch(text)
    return word[1] if word and (word[1] in MONEY_UNITS or word[1] in _OTHER_UNITS) else None


def _after_heading(sheet: Sheet, row: int) -> tuple[int, dict[int, str]]:
    """The first row of data, past a row of units only or of column numbers (甲 乙 1 2 3), and those units."""
    units: dict[int, str] = {}
    while row < sheet.height:
        cells = {index: plain(_written(column[row])) for index, column in enumerate(sheet.columns) if column[row] != ""}
        if not cells:
            row += 1
            continue
        found = {index: unit for index, text in cells.items() if (unit := _unit(text.strip("()")))}
        if len(found) == len(cells):
            units |= found
        elif len(cells) < _FEWEST_NAMES or not all(_NUMBERING.fullmatch(text) for text in cells.values()):
            break
        row += 1
    return row, units


def _written(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _preamble_unit(sheet: Sheet, first: int) -> str | None:
    for row in range(first):
        for column in sheet.columns:
            found = _PREAMBLE_UNIT.search(plain(str(column[row])))
            if found:
                return found[1]
    return None
