"""Six districts' workbooks the way their offices keep them, and the city's corrections: contents, good rows, planted faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import msgspec
import xlsxwriter

from insurance.access.clock import at
from insurance.demo.building import REGISTER_ON, Project
from insurance.demo.cells import Formula, Raw, raw
from insurance.demo.city import City
from insurance.demo.faults import Duplicate, Planted, Wrong, plan
from insurance.demo.layouts import CORRECTIONS, LAYOUTS, Layout, stated
from insurance.projects.register_rows import RegisterRow

_MOST_PROJECTS = 5_000  # of one file: offices of a larger city hand in several


class Line(msgspec.Struct, frozen=True):
    """One row of a register: the asset, and what was written wrongly in it on purpose."""

    project: Project
    asset: int
    wrong: Mapping[str, Raw] = {}

    @property
    def row(self) -> RegisterRow:
        """The asset as it truly is."""
        return self.project.rows[self.asset]


class Workbook(msgspec.Struct, frozen=True, kw_only=True):
    """One file as an office hands it in, and what reading it must come to."""

    layout: Layout
    file_name: str
    content: bytes
    good: tuple[RegisterRow, ...]
    planted: tuple[Planted, ...] = ()

    @property
    def rows(self) -> int:
        """Data rows in the file: good ones, faulty ones, and rows that stand twice."""
        return len(self.good) + len(self.planted)


class Delivery(msgspec.Struct, frozen=True):
    """Everything the offices hand in."""

    workbooks: tuple[Workbook, ...]
    corrections: Workbook

    @property
    def planted(self) -> list[Planted]:
        """Every row that is wrong on purpose."""
        return [planted for workbook in self.workbooks for planted in workbook.planted]


def deliver(city: City) -> Delivery:
    """The workbooks of all districts; the rows that are wrong in them stand right in the corrections."""
    workbooks: list[Workbook] = []
    late: list[tuple[Layout, Line]] = []
    for county_code in city.counties:
        layout = LAYOUTS[county_code]
        projects = city.of_county(county_code)
        wrongs = plan(projects)
        for part, first in enumerate(range(0, len(projects), _MOST_PROJECTS), start=1):
            lines = [line for project in projects[first : first + _MOST_PROJECTS] for line in _lines(project, wrongs)]
            workbooks.append(_workbook(layout, lines, wrongs, part))
            late += [(layout, line) for line in lines if line.wrong]
    late_rows = tuple(stated(line.row, layout) for layout, line in late)
    content = _content(CORRECTIONS, [list(_cells(CORRECTIONS, row, {}, number)) for number, row in enumerate(late_rows)], [])
    return Delivery(tuple(workbooks), Workbook(layout=CORRECTIONS, file_name=CORRECTIONS.file_name, content=content, good=late_rows))


def _lines(project: Project, wrongs: Sequence[Wrong]) -> Iterator[Line]:
    for asset in range(len(project.rows)):
        here = [wrong for wrong in wrongs if wrong.project is project and wrong.asset == asset]
        cells = {wrong.field: wrong.cell for wrong in here if not isinstance(wrong.cell, Duplicate)}
        yield Line(project, asset, cells)
        for _ in range(len(here) - len(cells)):
            yield Line(project, asset)


def _workbook(layout: Layout, lines: list[Line], wrongs: Sequence[Wrong], part: int) -> Workbook:
    seen: set[tuple[int, int]] = set()
    good: list[RegisterRow] = []
    planted: list[Planted] = []
    written: list[list[Raw]] = []
    for number, line in enumerate(lines):
        written.append(list(_cells(layout, line.row, line.wrong, number)))
        place = id(line.project), line.asset
        if line.wrong or place in seen:
            wrong = next(one for one in wrongs if one.project is line.project and one.asset == line.asset)
            planted.append(Planted(layout.county_code, wrong.field, wrong.code, line.row.project_name, line.row.asset_name or ""))
        else:
            good.append(stated(line.row, layout))
        seen.add(place)
    name = layout.file_name if part == 1 else layout.file_name.replace(".", f"-{part}.")
    return Workbook(layout=layout, file_name=name, content=_content(layout, written, lines), good=tuple(good), planted=tuple(planted))


def _cells(layout: Layout, row: RegisterRow, wrong: Mapping[str, Raw], number: int) -> Iterator[Raw]:
    kept = row if layout is CORRECTIONS else stated(row, layout)
    for field in layout.headings:
        cell = wrong[field] if field in wrong else raw(layout, kept, field, number)
        if layout.formulas and field == "net_value_fen" and isinstance(cell, int | float):
            cell = Formula("={cost_fen}{row}-{depreciation_fen}{row}", cell)
        yield cell


def _content(layout: Layout, written: list[list[Raw]], lines: list[Line]) -> bytes:
    return _text(layout, written) if layout.form != "xlsx" else _Page(layout).content(written, lines)


def _text(layout: Layout, written: list[list[Raw]]) -> bytes:
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(layout.headings.values())
    sheet.writerows(["" if cell is None else cell for cell in cells] for cells in written)
    return out.getvalue().encode(layout.form)


class _Page:
    """Writes the one sheet of a workbook."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._out = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
        self._book.set_properties({"created": at(REGISTER_ON)})  # or the same city would come in other bytes each time
        self._sheet = self._book.add_worksheet("台账")
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._bold = self._book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1})
        self._middle = self._book.add_format({"valign": "vcenter"})
        self._fields = list(layout.headings)
        self._letters = {field: xlsxwriter.utility.xl_col_to_name(column) for column, field in enumerate(self._fields)}

    def content(self, written: list[list[Raw]], lines: list[Line]) -> bytes:
        """Titles, heading, rows with totals between them, footers."""
        row = self._heading()
        places: list[int] = []
        for number, cells in enumerate(written):
            if self._layout.town_totals and number and lines[number].row.town_code != lines[number - 1].row.town_code:
                row = self._total(row, lines, number, "小计")
            for column, cell in enumerate(cells):
                self._write(row, column, cell)
            places.append(row)
            row += 1
        if self._layout.town_totals:
            row = self._total(row, lines, len(lines), "小计")
            row = self._total(row, lines, len(lines), "合计")
        if self._layout.merged:
            self._merge(written, lines, places)
        for footer in self._layout.footers:
            row += 1
            self._sheet.write_string(row, 0, footer)
        self._book.close()
        return self._out.getvalue()

    def _heading(self) -> int:
        last = len(self._fields) - 1
        for row, title in enumerate(self._layout.titles):
            self._sheet.merge_range(row, 0, row, last, title, self._bold)
        top = len(self._layout.titles)
        headings = list(self._layout.headings.values())
        if not any("|" in heading for heading in headings):
            for column, heading in enumerate(headings):
                self._sheet.write_string(top, column, heading, self._bold)
            return top + 1
        for column, heading in enumerate(headings):
            if "|" in heading:
                self._sheet.write_string(top + 1, column, heading.split("|")[1], self._bold)
            else:
                self._sheet.merge_range(top, column, top + 1, column, heading, self._bold)
        for group, members in groupby(enumerate(headings), key=lambda pair: pair[1].split("|")[0] if "|" in pair[1] else None):
            columns = [column for column, _ in members]
            if group:
                self._sheet.merge_range(top, columns[0], top, columns[-1], group, self._bold)
        return top + 2

    def _total(self, row: int, lines: list[Line], until: int, word: str) -> int:
        town = lines[until - 1].row.town_code
        summed = [line.row for line in lines[:until] if word == "合计" or line.row.town_code == town]
        self._sheet.write_string(row, self._fields.index("town"), word, self._bold)
        for column, field in enumerate(self._fields):
            if field.endswith("_fen"):
                self._sheet.write_number(row, column, sum(getattr(one, field) or 0 for one in summed) / self._layout.unit_fen)
        return row + 1

    def _write(self, row: int, column: int, cell: Raw) -> None:
        if cell is None:
            return
        if isinstance(cell, Formula):
            text = cell.text.format(row=row + 1, **self._letters)
            self._sheet.write_formula(row, column, text, None, cell.stored)
        elif isinstance(cell, date):
            self._sheet.write_datetime(row, column, cell, self._day)
        elif isinstance(cell, str):
            self._sheet.write_string(row, column, cell)
        else:
            self._sheet.write_number(row, column, cell)

    def _merge(self, written: list[list[Raw]], lines: list[Line], places: list[int]) -> None:
        """Town, village and project stand once over all their rows."""

        def blocks(*fields: str) -> Iterator[list[int]]:
            def stands_for(number: int) -> tuple[Any, ...]:
                return tuple(getattr(lines[number].row, field) for field in fields)

            for _, members in groupby(range(len(lines)), key=stands_for):
                yield list(members)

        for field, key in (
            ("town", ("town_code",)),
            ("village", ("town_code", "village")),
            ("project_code", ("project_code",)),
            ("project_name", ("project_code",)),
        ):
            column = self._fields.index(field)
            for block in blocks(*key):
                cell = written[block[0]][column]
                if len(block) > 1 and isinstance(cell, str):
                    self._sheet.merge_range(places[block[0]], column, places[block[-1]], column, cell, self._middle)
