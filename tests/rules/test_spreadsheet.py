"""Workbooks in and out: what a cell becomes, which files are refused and why, what limits hold, what an export keeps."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import TableFile, address, read_table_file
from insurance.base.spreadsheet_frames import Limits
from insurance.base.spreadsheet_out import Column, Mark, Shape, annotate, write_workbook
from insurance.base.text import t


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


# What a cell becomes


async def test_a_cell_keeps_how_it_was_typed_and_where_it_stands() -> None:
    def fill(page: Any) -> None:
        page["B3"], page["C3"], page["D3"] = "０１２", 658000.25, dt.date(2017, 6, 15)
        page["B4"], page["C4"], page["D4"] = True, 12, dt.datetime(2017, 6, 15, 8, 30)

    file = await read_table_file(one(fill))

    assert file.origin == "xlsx"
    [sheet] = file.sheets
    assert sheet.columns == [
        ["", "", "", ""],
        ["", "", "０１２", "TRUE"],
        ["", "", 658000.25, 12.0],
        ["", "", dt.date(2017, 6, 15), dt.datetime(2017, 6, 15, 8, 30)],
    ]
    assert address(3, 3) == "D4"
    assert address(8, 27, "台账") == "台账!AB9"


async def test_an_old_workbook_is_read_like_a_new_one() -> None:
    def fill(page: Any) -> None:
        page.write(1, 1, "石门村")
        page.write(1, 2, dt.date(2017, 6, 15), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        page.write(2, 2, 658000.25)

    file = await read_table_file(xls(fill))

    assert file.origin == "xls"
    assert file.sheets[0].columns == [["", "", ""], ["", "石门村", ""], ["", dt.date(2017, 6, 15), 658000.25]]


@pytest.mark.parametrize("make", ["xlsx", "xls"])
async def test_a_cell_under_a_merged_one_repeats_it_and_one_beside_it_does_not(make: str) -> None:
    def fill_xlsx(page: Any) -> None:
        for row in (["镇街", "村"], ["坛山街道", "一村"], [None, "二村"], [None, "三村"], ["合并", None]):
            page.append(row)
        page.merge_cells("A2:A4")
        page.merge_cells("A5:B5")

    def fill_xls(page: Any) -> None:
        page.write_merge(1, 3, 0, 0, "坛山街道")
        page.write_merge(4, 4, 0, 1, "合并")
        page.write(0, 0, "镇街")
        for row, name in enumerate(["村", "一村", "二村", "三村"]):
            page.write(row, 1, name)

    assert await columns(one(fill_xlsx) if make == "xlsx" else xls(fill_xls)) == [
        ["镇街", "坛山街道", "坛山街道", "坛山街道", "合并"],
        ["村", "一村", "二村", "三村", ""],
    ]


async def test_formulas_are_read_by_their_stored_value_and_marked() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["原值", "净值"])
        page.write_number(1, 0, 100)
        page.write_formula(1, 1, "=A2*0.95", None, 95)
        page.write_formula(2, 1, '=A2&"元"', None, "100元")
    sheet = (await read_table_file(out.getvalue())).sheets[0]

    assert sheet.columns[1] == ["净值", 95.0, "100元"]
    assert sheet.formulas == {1: {1, 2}}


async def test_a_formula_far_down_a_long_sheet_is_found() -> None:
    """The sheet is scanned in blocks: a formula at any place, also across the edge of two blocks, must be seen."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(30_000):
            page.write_string(row, 0, f"第{row}行的说明文字,足够长以便跨越读取块的边界")
            page.write_formula(row, 1, "=1+1", None, 2)
    sheet = (await read_table_file(out.getvalue())).sheets[0]

    assert sheet.formulas == {1: set(range(30_000))}


async def test_formulas_and_errors_of_an_old_workbook_are_marked() -> None:
    def fill(page: Any) -> None:
        page.write(0, 0, "净值")
        page.write(1, 0, xlwt.Formula("1+1"))
        page.row(2).set_cell_error(0, 0x2A)  # #N/A

    sheet = (await read_table_file(xls(fill))).sheets[0]

    assert sheet.formulas == {0: {1}}
    assert sheet.broken == {0: {2}}


async def test_a_cell_that_shows_an_excel_error_is_marked_and_blank() -> None:
    def fill(page: Any) -> None:
        page.append(["净值"])
        page["A2"] = "#REF!"

    sheet = (await read_table_file(one(fill))).sheets[0]

    assert sheet.columns == [["净值", ""]]
    assert sheet.broken == {0: {1}}


async def test_hidden_sheets_are_named_and_not_read() -> None:
    def fill(book: Any) -> None:
        book.active.title = "台账"
        book.active["A1"] = "a"
        hidden = book.create_sheet("旧台账")
        hidden["A1"], hidden.sheet_state = "b", "hidden"
        book.create_sheet("空表")

    file = await read_table_file(xlsx(fill))

    assert [sheet.name for sheet in file.sheets] == ["台账"]
    assert file.hidden == ["旧台账"]


async def test_formatting_far_outside_the_data_does_not_count() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "项目名称")
        page.write_blank(900_000, 300, None, book.add_format({"bold": True}))

    assert await columns(out.getvalue()) == [["项目名称"]]


async def test_a_comment_on_a_cell_changes_nothing() -> None:
    def fill(page: Any) -> None:
        page["A1"] = "项目名称"
        page["A1"].comment = Comment("请核对", "区办")

    assert await columns(one(fill)) == [["项目名称"]]


async def test_many_rows_arrive_whole_and_in_order() -> None:
    rows = [[f"项目{i}", "坛山街道" if i % 2 else "阴平镇", i, dt.date(2016, 1, 1) + dt.timedelta(days=i % 900)] for i in range(5000)]
    content = one(lambda page: [page.append(row) for row in rows])

    [sheet] = (await read_table_file(content)).sheets

    assert [list(row) for row in sheet.rows()] == rows


# CSV

CSV_TEXT = "项目名称,资产原值\r\n石门村大棚,658000\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_a_csv_is_read_in_the_encodings_offices_use(encoding: str) -> None:
    file = await read_table_file(CSV_TEXT.encode(encoding))

    assert file.origin == "csv"
    assert file.sheets[0].columns == [["项目名称", "石门村大棚"], ["资产原值", "658000"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1,5;2\n", [["a", "1,5"], ["b", "2"]]),
        ("a\tb\n1\t2\n", [["a", "1"], ["b", "2"]]),
        ("a,b\r1,2\r", [["a", "1"], ["b", "2"]]),
        ('台账,,\n"a,x",b,c\n1,"2\n3",4\n', [["台账", "a,x", "1"], ["", "b", "2\n3"], ["", "c", "4"]]),
        ("a,b\n1\n", [["a", "1"], ["b", ""]]),
        ("sep=;\na;b\n", [["", "a"], ["", "b"]]),
        ('a,b\n="0012",2\n', [["a", "0012"], ["b", "2"]]),
        ("a,b\n\n1,2\n,\n,\n", [["a", "", "1"], ["b", "", "2"]]),
        ("a,b" + "," * 200 + "\n1,2\n", [["a", "1"], ["b", "2"]]),
    ],
)
async def test_a_csv_keeps_its_rows_and_places(text: str, expected: list[list[str]]) -> None:
    assert await columns(text.encode()) == expected


# Refused files


def lying_bomb() -> bytes:
    """A sheet of 30 MB whose directory entry says 0.9 MB."""
    honest = rezipped(small(), lambda name, body: b" " * 30_000_000 if name.endswith("sheet1.xml") else body)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    return honest.replace(struct.pack("<I", member.file_size), struct.pack("<I", 900_000))


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
    "a steep part": (lambda: rezipped(small(), extra={"xl/media/a.xml": b" " * 2_000_000}), "压缩比过高"),
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


# Out


async def test_an_export_keeps_ids_as_text_and_money_to_the_fen() -> None:
    rows = [
        ["0123456789012345678", 99_999_999_999_999, dt.date(2017, 6, 15), Decimal("0.05"), 3],
        ["1E5", 30, None, None, None],
        ["", -1, None, None, None],
    ]
    heads = [Column("账号"), Column("原值", Shape.MONEY), Column("日期", Shape.DATE), Column("率", Shape.RATE), Column("户", Shape.COUNT)]

    [sheet] = (await read_table_file(write_workbook(heads, rows, title="台账/2019"))).sheets

    assert sheet.name == "台账2019"
    assert sheet.columns == [
        ["账号", "0123456789012345678", "1E5", ""],
        ["原值", 999_999_999_999.99, 0.3, -0.01],
        ["日期", dt.date(2017, 6, 15), "", ""],
        ["率", 0.05, "", ""],
        ["户", 3.0, "", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "http://x.test", "\t=1", "123456789012345678", "{=1}"])
async def test_no_text_of_an_export_becomes_a_formula_link_or_number(text: str) -> None:
    content = write_workbook([Column("备注")], [[text]])
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]

    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert (await columns(content))[0][1] == text


async def annotated_example() -> tuple[TableFile, bytes]:
    def fill(page: Any) -> None:
        page.append(["台账"])
        page.append(["项目名称", "资产原值", "启用时间"])
        page.append(["=危险", "abc", dt.date(2017, 6, 15)])
        page.append(["好", 100.5, None])

    def as_text(page: Any) -> None:
        fill(page)
        page["A3"].data_type = "s"

    file = await read_table_file(one(as_text))
    marks = [
        Mark(0, 2, 1, t("“{x}”不是金额", x="abc"), error=True),
        Mark(0, 2, 2, t("请确认"), error=False),
        Mark(0, 3, 2, t("缺少日期"), error=True),
    ]
    return file, annotate(file.sheets, marks, headings={0: 1})


async def test_the_annotated_copy_has_the_same_cells_and_one_more_column() -> None:
    file, copy = await annotated_example()

    [sheet] = (await read_table_file(copy)).sheets

    assert sheet.columns[:3] == file.sheets[0].columns
    assert sheet.columns[3] == ["", "核对意见", "“abc”不是金额\n请确认", "缺少日期"]


async def test_the_annotated_copy_paints_errors_red_and_says_why_in_a_comment() -> None:
    _, copy = await annotated_example()
    page = openpyxl.load_workbook(io.BytesIO(copy)).active

    looks = {cell: page[cell].fill.start_color.rgb for cell in ("B3", "C3", "C4", "B4")}
    assert looks["B3"] == looks["C4"] == "FFF8C9C4"
    assert looks["C3"] == "FFFCEFC7"
    assert looks["B4"] == "00000000"
    assert page["B3"].comment.text == "“abc”不是金额"
    assert page["B4"].comment is None
    assert page["A3"].data_type == "s"


def test_the_lying_bomb_really_lies() -> None:
    with zipfile.ZipFile(io.BytesIO(lying_bomb())) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    assert member.file_size == 900_000
    assert len(zlib.compress(b" " * 900_000)) < member.compress_size
