"""A workbook out: registers and lists with text-typed numbers and exact money, and the annotated copy of a workbook that came in."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import xlsxwriter

from insurance.base.spreadsheet import Cell, Sheet
from insurance.base.spreadsheet_rows import Book, sheet_name
from insurance.base.spreadsheet_rows import Column as Column
from insurance.base.spreadsheet_rows import Shape as Shape
from insurance.base.text import Text, render, t

_OPTIONS = {
    "constant_memory": True,  # rows leave for a temporary file as they come
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST_TEXT = 32_767  # characters Excel keeps in one cell
_REMARKS = t("核对意见")
_RED, _AMBER = "#F8C9C4", "#FCEFC7"


class Mark(msgspec.Struct, frozen=True):
    """One remark on a cell of a workbook that came in; `error` paints it red, else it is a note."""

    sheet: int
    row: int
    column: int
    text: Text
    error: bool


class SheetOut(msgspec.Struct, frozen=True):
    """One sheet of a workbook: its name, its columns, its rows as they come."""

    title: Text | str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def write_workbook(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, title: Text | str = "", language: str = "zh",
    made_at: dt.datetime | None = None,
) -> bytes:  # fmt: skip
    """One sheet: headings frozen, ids as text, money (whole fen) as yuan with two decimals; None leaves a blank.

    With `made_at` the workbook holds no other clock: the same rows give the same bytes.
    What somebody types below the last row is typed the same way.
    """
    return write_sheets([SheetOut(title, columns, rows)], language=language, made_at=made_at)


def write_sheets(sheets: Iterable[SheetOut], *, language: str = "zh", made_at: dt.datetime | None = None) -> bytes:
    """A workbook of several sheets, each as `write_workbook` has it."""
    out = io.BytesIO()
    book = Book(out, language=language, made_at=made_at)
    for sheet in sheets:
        with book.sheet(sheet.title, sheet.columns) as page:
            page.add(sheet.rows)
    book.close()
    return out.getvalue()


def annotate(sheets: Sequence[Sheet], marks: Iterable[Mark], *, headings: Mapping[int, int] | None = None, language: str = "zh") -> bytes:
    """The same rows as they came in; marked cells coloured and commented, and 核对意见 as the last column of each sheet.

    `headings`: sheet → its heading row (else the first row), where the new column gets its name.
    Takes about a second per ten thousand rows: call it off the event loop.
    """
    by_sheet: dict[int, dict[int, dict[int, list[Mark]]]] = {}
    for mark in marks:
        by_sheet.setdefault(mark.sheet, {}).setdefault(mark.row, {}).setdefault(mark.column, []).append(mark)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = {
            (error, dated): book.add_format({"bg_color": _RED if error else _AMBER} | ({"num_format": Shape.DATE.value} if dated else {}))
            for error in (True, False)
            for dated in (True, False)
        }
        date = book.add_format({"num_format": Shape.DATE.value})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        taken: set[str] = set()
        for number, sheet in enumerate(sheets):
            page = book.add_worksheet(sheet_name(sheet.name, number + 1, taken))
            page.set_column(0, max(len(sheet.columns) - 1, 0), 14)
            page.set_column(len(sheet.columns), len(sheet.columns), 60)
            here = by_sheet.get(number, {})
            page.freeze_panes((headings or {}).get(number, 0) + 1, 0)
            _write_annotated(page, sheet, here, (headings or {}).get(number, 0), (formats, date, wrapped), language)
    return out.getvalue()


def _write_annotated(
    page: Any, sheet: Sheet, marked: dict[int, dict[int, list[Mark]]], heading: int, looks: tuple[Any, Any, Any], language: str
) -> None:
    formats, date, wrapped = looks
    for row, cells in enumerate(sheet.rows()):
        here = marked.get(row, {})
        for column, cell in enumerate(cells):
            remarks = here.get(column)
            dated = isinstance(cell, dt.date)
            look = formats[any(r.error for r in remarks), dated] if remarks else date if dated else None
            _write_as_read(page, row, column, cell, look)
            if remarks:
                page.write_comment(row, column, "\n".join(render(r.text, language) for r in remarks), {"x_scale": 2})
        words = [render(_REMARKS, language)] if row == heading else []
        words += [render(r.text, language) for remarks in here.values() for r in remarks]
        if words:
            page.write_string(row, len(cells), "\n".join(words)[:_LONGEST_TEXT], wrapped)


def _write_as_read(page: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if cell == "":
        if look is not None:
            page.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        page.write_string(row, column, cell[:_LONGEST_TEXT], look)
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, cell, look)
    elif math.isfinite(cell):
        page.write_number(row, column, cell, look)
    else:
        page.write_string(row, column, str(cell), look)
