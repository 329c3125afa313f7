"""The child that reads a workbook under limits: file on standard input, frames on standard output (see spreadsheet_frames)."""

from __future__ import annotations

import datetime as dt
import gc
import io
import os
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import Any

import msgspec
import python_calamine as calamine

from insurance.base import spreadsheet_ole, spreadsheet_text
from insurance.base.restrained import restrain
from insurance.base.spreadsheet_frames import (
    CRASHED,
    LENGTH,
    Begin,
    Block,
    Finished,
    Frame,
    Limits,
    Opening,
    Refusal,
    SheetHead,
    Span,
    Unusable,
)
from insurance.base.spreadsheet_zip import Marks, Package

_ROWS_PER_BLOCK = 2048  # fits the processor cache; a packed column numbers its texts in 16 bits
_encoder = msgspec.msgpack.Encoder()


def frames(content: bytes, limits: Limits) -> Iterator[Frame]:
    """Everything there is to say about one file; raises Unusable."""
    if not content:
        raise Unusable("empty")
    if len(content) > limits.file_bytes:
        raise Unusable("too-large", limit=limits.file_bytes // 1_000_000)
    if content.startswith(b"PK"):
        yield from _workbook(content, "xlsx", Package(content, limits).marks(), limits)
    elif content.startswith(spreadsheet_ole.SIGNATURE):
        yield from _workbook(content, "xls", spreadsheet_ole.marks(content), limits)
    else:
        yield from _text(content, limits)
    yield Finished()


def _text(content: bytes, limits: Limits) -> Iterator[Frame]:
    records = spreadsheet_text.rows(content, limits)
    width = max(map(len, records))
    yield Opening("csv", [])
    yield Begin(SheetHead("", len(records), width, 0, [], [], []))
    blank = [""] * width
    yield from _blocks(record + blank[len(record) :] for record in records)


def _workbook(content: bytes, origin: str, marks: list[Marks], limits: Limits) -> Iterator[Frame]:
    try:
        book = calamine.load_workbook(io.BytesIO(content))
        sheets = book.sheets_metadata
        tables = [sheet.typ == calamine.SheetTypeEnum.WorkSheet for sheet in sheets]
        seen = [sheet.visible == calamine.SheetVisibleEnum.Visible for sheet in sheets]
        yield Opening(origin, [s.name for s, table, visible in zip(sheets, tables, seen, strict=True) if table and not visible])
        height = 0
        for index, meta in enumerate(sheets):
            if not (tables[index] and seen[index]):
                continue
            sheet = book.get_sheet_by_index(index)
            if sheet.start is None or sheet.end is None:
                continue
            height += sheet.end[0] + 1
            if height > limits.rows:
                raise Unusable("too-many-rows", limit=limits.rows)
            if sheet.end[1] >= limits.columns:
                raise Unusable("too-many-columns", limit=limits.columns)
            yield Begin(_head(sheet, meta.name, marks[index] if index < len(marks) else Marks([], [])))
            yield from _blocks(sheet.iter_rows())
    except calamine.PasswordError as error:
        raise Unusable("password") from error
    except calamine.CalamineError as error:
        raise Unusable("damaged") from error
    if not height:
        raise Unusable("empty")


def _head(sheet: calamine.CalamineSheet, name: str, marks: Marks) -> SheetHead:
    start, end = sheet.start, sheet.end
    assert start is not None
    assert end is not None
    last_row, last_column = end
    merged: list[Span] = []
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top <= last_row and left <= last_column:
            merged.append((top, left, min(bottom, last_row), min(right, last_column)))
    merged.sort(key=lambda span: (span[1], span[0]))
    for above, below in pairwise(merged):
        if above[1] == below[1] and below[0] <= above[2]:
            raise Unusable("damaged")  # merged ranges never overlap in a workbook that Excel wrote
    inside = [[p for p in places if p[0] <= last_row and p[1] <= last_column] for places in marks]
    return SheetHead(name, last_row + 1, last_column + 1, start[1], merged, inside[0], inside[1])


def _blocks(rows: Iterable[list[Any]]) -> Iterator[Block]:
    rest = iter(rows)
    while chunk := list(islice(rest, _ROWS_PER_BLOCK)):
        columns = list(zip(*chunk, strict=True))
        block = Block(len(columns), {}, {}, {}, {})
        for number, column in enumerate(columns):
            kinds = set(map(type, column))
            if kinds == {str} and len(values := list(dict.fromkeys(column))) <= len(column) // 4:
                places = {value: place for place, value in enumerate(values)}
                block.packed[number] = values, array("H", map(places.__getitem__, column)).tobytes()
                continue
            if dt.date in kinds:
                block.dates[number] = [row for row, cell in enumerate(column) if type(cell) is dt.date]
            if dt.datetime in kinds:
                block.instants[number] = [row for row, cell in enumerate(column) if type(cell) is dt.datetime]
            if bool in kinds:
                block.plain[number] = [("TRUE" if cell else "FALSE") if type(cell) is bool else cell for cell in column]
            else:
                block.plain[number] = list(column)
        yield block


def main() -> None:
    """Read the file that comes in, write frames until Finished or Refusal."""
    limits = msgspec.json.decode(sys.argv[-1], type=Limits)
    restrain(limits.memory_bytes, limits.cpu_seconds)
    gc.disable()  # nothing here forms cycles, and the process ends with the file
    out = sys.stdout.buffer

    def send(frame: Frame) -> None:
        body = _encoder.encode(frame)
        out.write(LENGTH.pack(len(body)))
        out.write(body)

    try:
        for frame in frames(sys.stdin.buffer.read(), limits):
            send(frame)
    except Unusable as refusal:
        send(Refusal(refusal.code, refusal.params))
    except MemoryError:
        send(Refusal("too-much-memory", {}))
    except BaseException:  # noqa: BLE001 the workbook library panics on some broken files; the parent is told by the exit
        os._exit(CRASHED)
    out.flush()
    os._exit(0)  # nothing is left to tidy, and freeing a hundred megabytes takes longer than leaving
