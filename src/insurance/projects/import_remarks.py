"""What is said of the cells of an import: stored as JSON without personal data, told in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from insurance.base.spreadsheet import Sheet
from insurance.base.spreadsheet_out import Mark, annotate
from insurance.base.text import Text, render
from insurance.projects.register_cells import ERROR
from insurance.projects.register_rows import CellFault, SheetUse

MOST_KEPT = 50_000  # faults, and as many notes


class ImportFault(msgspec.Struct, frozen=True):
    """What is wrong with one cell, without personal data."""

    cell: str
    code: str
    text: str


class ImportNote(msgspec.Struct, frozen=True):
    """How something was read that the office should know of: the first cell, and how often it was so."""

    cell: str
    code: str
    text: str
    count: int


def remark(cell: str, code: str, text: Text, **more: Any) -> dict[str, Any]:
    """One remark as it is stored."""
    return {"cell": cell, "code": code, "msgid": text.msgid, "params": text.params, **more}


def fault_remarks(faults: Iterable[CellFault]) -> Iterable[dict[str, Any]]:
    """The faults that keep a row out."""
    return (remark(fault.cell, fault.code, fault.text) for fault in faults if fault.severity == ERROR)


def note_remarks(faults: Iterable[CellFault]) -> Iterable[dict[str, Any]]:
    """Notes of one kind on one column together: the first, and how many."""
    first: dict[tuple[int, int, str], CellFault] = {}
    count: dict[tuple[int, int, str], int] = {}
    for fault in faults:
        if fault.severity != ERROR:
            key = (fault.sheet, fault.column, fault.code)
            first.setdefault(key, fault)
            count[key] = count.get(key, 0) + 1
    return (remark(fault.cell, fault.code, fault.text, count=count[key]) for key, fault in first.items())


def _said(stored: Mapping[str, Any], language: str) -> str:
    return render(Text(stored["msgid"], stored["params"]), language)


def faults_told(stored: Iterable[Mapping[str, Any]], language: str) -> list[ImportFault]:
    """Stored faults in a language."""
    return [ImportFault(f["cell"], f["code"], _said(f, language)) for f in stored]


def notes_told(stored: Iterable[Mapping[str, Any]], language: str) -> list[ImportNote]:
    """Stored notes in a language."""
    return [ImportNote(n["cell"], n["code"], _said(n, language), n["count"]) for n in stored]


def annotated_copy(sheets: Sequence[Sheet], faults: Iterable[CellFault], uses: Iterable[SheetUse], language: str) -> bytes:
    """The workbook as it came, every fault and note at its cell (xlsx); call it off the event loop."""
    marks = [Mark(f.sheet, f.row, f.column, f.text, f.severity == ERROR) for f in faults]
    return annotate(sheets, marks, headings={use.sheet: use.heading_row - 1 for use in uses}, language=language)
