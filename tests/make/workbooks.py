"""Workbooks as bytes, and what reading them gives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import read_table_file
from insurance.base.spreadsheet_frames import Limits


def xlsx(fill: Callable[[Any], object], *, epoch_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(fill: Callable[[Any], None], *, dates_1904: bool = False) -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = dates_1904
    fill(book.add_sheet("台账"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one(fill: Callable[[Any], object]) -> bytes:
    return xlsx(lambda book: fill(book.active))


def rezipped(content: bytes, change: Callable[[str, bytes], bytes] | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)) if change else old.read(name))
        for name, body in (extra or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def small() -> bytes:
    return one(lambda page: page.append(["项目名称", "坛山街道石门村大棚"]))


async def refusal(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        await read_table_file(content, limits)
    assert refused.value.faults[0].field == "file"
    return str(refused.value)


async def columns(content: bytes) -> list[list[Any]]:
    return (await read_table_file(content)).sheets[0].columns
