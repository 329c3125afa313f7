"""Files that are refused, each with its reason, and the limits of the reading child."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from insurance.base.spreadsheet import read_table_file
from insurance.base.spreadsheet_frames import Limits
from make.workbooks import one, refusal, rezipped, small, xls, xlsx


def lying_bomb() -> bytes:
    """A sheet of 30 MB whose directory entry says 0.9 MB."""
    honest = rezipped(small(), lambda name, body: b" " * 30_000_000 if name.endswith("sheet1.xml") else body)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    return honest.replace(struct.pack("<I", member.file_size), struct.pack("<I", 900_000))


def steep_part() -> bytes:
    """One part packed 1,000 : 1 beside one that cannot be packed: the whole looks harmless."""
    return rezipped(small(), extra={"xl/media/a.xml": b" " * 2_000_000, "xl/media/b.png": os.urandom(1_000_000)})


def renamed_stream(name: str) -> bytes:
    """An old workbook whose stream got another name, as the package of an encrypted .xlsx has."""
    old, new = "Workbook".encode("utf-16-le"), name.encode("utf-16-le")
    content = xls(lambda page: page.write(0, 0, "a"))
    at = content.rindex(old)
    entry = content[at : at + 128]
    changed = new.ljust(64, b"\0") + struct.pack("<H", len(new) + 2) + entry[66:]
    return content[:at] + changed + content[at + 128 :]


def with_record(number: int, body: bytes) -> bytes:
    """An old workbook in which the second record (INTERFACEHDR or what follows BOF) is another one."""
    content = xls(lambda page: page.write(0, 0, "a"))
    start = content.index(b"\x09\x08\x10\x00")  # BOF of the workbook globals
    second = start + 4 + 16
    length = struct.unpack_from("<H", content, second + 2)[0]
    assert length >= len(body)
    return content[:second] + struct.pack("<H", number) + content[second + 2 : second + 4] + body + content[second + 4 + len(body) :]


def with_vba_storage() -> bytes:
    content = xls(lambda page: page.write(0, 0, "a"))
    at = content.rindex("Workbook".encode("utf-16-le")) + 128  # the free directory entry behind it
    name = "_VBA_PROJECT_CUR".encode("utf-16-le")
    return content[:at] + name.ljust(64, b"\0") + struct.pack("<HB", len(name) + 2, 1) + content[at + 67 :]


def declaring(text: bytes) -> bytes:
    return rezipped(small(), lambda name, body: text + body if name.endswith("sheet1.xml") else body)


def late_declaration() -> bytes:
    padding = "".join(f"<!-- {number * 7919} -->" for number in range(150_000)).encode()
    return rezipped(small(), lambda name, body: body + padding + b"<!DOCTYPE a>" if "styles" in name else body)


def duplicate_member() -> bytes:
    out = io.BytesIO(small())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


def flagged_encrypted() -> bytes:
    content = bytearray(small())
    content[6] |= 1
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def word_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", b"<document/>")
    return out.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing at all": (lambda: b"", "没有内容"),
    "a workbook of empty sheets": (lambda: one(lambda _: None), "没有内容"),
    "a text of line breaks": (lambda: b"\n\n\n", "没有内容"),
    "a web page renamed .xls": ("<html><table><tr><td>项目名称".encode, "网页"),
    "a web page in GB18030": (lambda: "\r\n<!DOCTYPE html><table>项目".encode("gb18030"), "网页"),
    "XML of Excel 2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "XML 格式"),
    "a truncated workbook": (lambda: small()[:2000], "损坏"),
    "a workbook with a broken part": (lambda: small().replace(b"PK\x03\x04", b"PK\x03\x05", 1), "损坏"),
    "a truncated old workbook": (lambda: xls(lambda page: page.write(0, 0, "a"))[:700], "损坏"),
    "an OLE head and nothing more": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(64), "损坏"),
    "a zip that is no workbook": (word_document, "不是 Excel 工作簿"),
    "an .xlsb": (lambda: rezipped(word_document(), extra={"xl/workbook.bin": b"x"}), ".xlsb"),
    "a zip bomb": (lambda: rezipped(small(), extra={"xl/media/a.xml": b" " * 20_000_000}), "解压后过大"),
    "a steep part": (steep_part, "压缩比过高"),
    "a part that lies about its size": (lying_bomb, "解压后过大"),
    "too many parts": (lambda: rezipped(small(), extra={f"x{i}.xml": b"x" for i in range(200)}), "超过 200 个"),
    "a path out of the package": (lambda: rezipped(small(), extra={"../x.xml": b"x"}), "路径异常"),
    "a part twice": (duplicate_member, "重名"),
    "a document type": (lambda: declaring(b'<!DOCTYPE a [<!ENTITY b "c">]>'), "DOCTYPE"),
    "a document type far down": (late_declaration, "DOCTYPE"),
    "macros": (lambda: rezipped(small(), extra={"xl/vbaProject.bin": b"x"}), "带宏"),
    "macros in an old workbook": (with_vba_storage, "带宏"),
    "an encrypted zip": (flagged_encrypted, "密码"),
    "an encrypted workbook": (lambda: renamed_stream("EncryptedPackage"), "密码"),
    "an old workbook with a password": (lambda: with_record(0x002F, b""), "密码"),
    "another OLE file": (lambda: renamed_stream("WordDocument"), "不是 Excel 工作簿"),
    "1904 dates": (lambda: xlsx(lambda book: book.active.append(["a"]), epoch_1904=True), "1904"),
    "1904 dates in an old workbook": (lambda: xls(lambda page: page.write(0, 0, "a"), dates_1904=True), "1904"),
    "200,000 rows as text": (lambda: b"a,b\n" * 200_000, "120000 行"),
    "81 columns": (lambda: one(lambda page: page.append(["a"] * 81)), "80 列"),
    "81 columns as text": (lambda: ",".join(["a"] * 81).encode(), "80 列"),
    "NUL bytes": (lambda: b"a,b\n1,\0\n", "NUL"),
    "neither UTF-8 nor GB18030": (lambda: b"a,b\n\xff\xff,1\n", "编码"),
    "signs no text has": (lambda: b"a,b\n\x01,1\n", "不是 Excel 工作簿"),
    "a quote that never closes": (lambda: b'a,b\n"' + b"x" * 200_000, "引号"),
    "more than ten megabytes": (lambda: b"a,b\n" * 2_600_000, "10 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_file_that_is_no_workbook_is_refused_with_the_reason(name: str) -> None:
    make, reason = REFUSED[name]

    assert reason in await refusal(make())


async def test_a_workbook_of_200_000_rows_is_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(200_000):
            page.write_number(row, 0, row)

    assert "120000 行" in await refusal(out.getvalue())


async def test_a_package_that_unpacks_to_more_than_the_limit_is_refused_whatever_its_ratio() -> None:
    assert "上限 1 MB" in await refusal(rezipped(small(), extra={"a.bin": bytes(range(256)) * 4000}), Limits(unpacked_bytes=1_000_000))


async def test_rows_are_counted_over_all_sheets() -> None:
    def fill(book: Any) -> None:
        for page in (book.active, book.create_sheet()):
            for row in range(60):
                page.append([row])

    assert "100 行" in await refusal(xlsx(fill), Limits(rows=100))


async def test_two_cells_at_opposite_corners_do_not_take_the_memory() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "a")
        page.write_string(1_048_575, 16_383, "b")

    assert "内存" in await refusal(out.getvalue())


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(memory_bytes=8_000_000), "内存"), (Limits(wall_seconds=0), "超时")],
    ids=["memory", "time"],
)
async def test_a_child_beyond_its_limits_ends_and_the_reason_is_told(limits: Limits, reason: str) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(4000):
            page.write_row(row, 0, [f"文字{row}-{column}" for column in range(10)])

    assert reason in await refusal(out.getvalue(), limits)


async def test_the_event_loop_goes_on_while_a_file_is_read() -> None:
    content = one(lambda page: [page.append([f"项目{i}", i]) for i in range(3000)])
    reading = asyncio.create_task(read_table_file(content))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0.005)
        turns += 1

    assert (await reading).sheets[0].height == 3000
    assert turns > 3


def test_the_child_loads_nothing_it_does_not_need() -> None:
    names = "import insurance.base.spreadsheet_worker, sys; print('asyncio' in sys.modules, 'babel' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"})

    assert told.stdout.split() == ["False", "False"]


def test_the_lying_bomb_really_lies() -> None:
    with zipfile.ZipFile(io.BytesIO(lying_bomb())) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    assert member.file_size == 900_000
    assert len(zlib.compress(b" " * 900_000)) < member.compress_size
