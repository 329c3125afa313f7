"""A workbook in: sheets by column, read by a child process under limits, so that no file can take the service down."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from insurance.base.errors import Busy, InsuranceError, Invalid
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
)
from insurance.base.text import Text, t

Cell = str | int | float | dt.date | dt.datetime  # the Python type is how the cell was typed; "" is a blank cell

_FIX_SAVE = t("请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。")
_REFUSALS = {
    "empty": t("文件里没有内容。请检查是否选错了文件。"),
    "too-large": t("文件超过 {limit} MB。请删去图片和无关的工作表，或按镇街拆分后上传。"),
    "too-many-rows": t("表格超过 {limit} 行。请按区市或镇街拆分后上传。"),
    "too-many-columns": t("表格超过 {limit} 列。请删去无关的列后上传。"),
    "too-much-memory": t("表格太大或单元格散布太广，读取时超出内存限制。请删去数据以外的行列，或拆分后上传。"),
    "too-slow": t("文件读取超时，已停止。请删去数据以外的行列，或拆分后上传。"),
    "damaged": t("文件已损坏或没有传完整。请重新打开、另存为 .xlsx 后再上传。"),
    "not-a-workbook": t("这不是 Excel 工作簿，也不是 CSV 文本。{fix}", fix=_FIX_SAVE),
    "binary-workbook": t("不支持 .xlsb 格式。{fix}", fix=_FIX_SAVE),
    "web-page": t("这是网页另存的表格，不是真正的 Excel 工作簿。{fix}", fix=_FIX_SAVE),
    "office-xml": t("这是 XML 格式的表格。{fix}", fix=_FIX_SAVE),
    "bomb": t("压缩包内容异常：解压后过大（上限 {limit} MB）或压缩比过高，已拒收。{fix}", fix=_FIX_SAVE),
    "too-many-members": t("压缩包内文件超过 {limit} 个，已拒收。{fix}", fix=_FIX_SAVE),
    "odd-members": t("压缩包内有重名或路径异常的文件，已拒收。{fix}", fix=_FIX_SAVE),
    "document-type": t("工作簿内含 DOCTYPE 或 ENTITY 声明，已拒收。{fix}", fix=_FIX_SAVE),
    "macros": t("工作簿带宏，已拒收。请另存为不带宏的 .xlsx 再上传。"),
    "password": t("工作簿设有打开密码。请取消密码后再上传。"),
    "dates-1904": t("工作簿使用 1904 日期系统，日期会差四年。请在 Excel 选项中取消“使用 1904 日期系统”，核对日期后再上传。"),
    "encoding": t("文本编码无法识别。请另存为 UTF-8 或 GB18030（ANSI）编码的 CSV。"),
    "nul-bytes": t("文件里有 NUL 字节，不是 CSV 文本。{fix}", fix=_FIX_SAVE),
    "open-quote": t("CSV 第 {line} 行附近的引号没有成对。请修正后再上传。"),
}
_SLOTS = asyncio.Semaphore(2)  # children at a time: each may take 400 MB
_PACKAGE_ROOT = str(Path(__file__).parents[2])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from insurance.base.spreadsheet_worker import main; main()"
_decoder = msgspec.msgpack.Decoder(Frame)


class Sheet(msgspec.Struct):
    """One sheet by column; every column has `height` cells, a cell under a vertically merged one repeats it."""

    name: str  # "" for a CSV
    height: int
    columns: list[list[Cell]]
    merged: list[Span] = []
    formulas: dict[int, set[int]] = {}  # column → rows that hold a formula (the stored value is in `columns`)
    broken: dict[int, set[int]] = {}  # column → rows that show an Excel error; their value is blank

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Row by row, each as long as the sheet is wide."""
        return zip(*self.columns, strict=True)


class TableFile(msgspec.Struct):
    """What a file held: its visible sheets that are not empty."""

    origin: str  # xlsx, xls or csv, by content
    hidden: list[str]  # names of hidden sheets: never read
    sheets: list[Sheet]


def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int, sheet: str = "") -> str:
    """The cell as a clerk names it: E9, or 台账!E9."""
    return f"{sheet}!{column_letters(column)}{row + 1}" if sheet else f"{column_letters(column)}{row + 1}"


async def read_table_file(content: bytes, limits: Limits | None = None) -> TableFile:
    """Read an .xlsx, .xls or .csv, told apart by content. Raises Invalid with the fault and its fix."""
    limits = limits or Limits()
    if len(content) > limits.file_bytes:
        raise refused("too-large", {"limit": limits.file_bytes // 1_000_000})
    async with _SLOTS:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START, _PACKAGE_ROOT, msgspec.json.encode(limits).decode()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            limit=1 << 22,
        )
        try:
            async with asyncio.timeout(limits.wall_seconds):
                return await _converse(child, content)
        except TimeoutError as error:
            raise refused("too-slow") from error
        finally:
            if child.stdout and not child.stdout.at_eof():  # it has not ended by itself
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            await child.wait()


async def _converse(child: asyncio.subprocess.Process, content: bytes) -> TableFile:
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a child that died says so by its exit
        child.stdin.write(content)
        await child.stdin.drain()
        child.stdin.close()
    found = TableFile("", [], [])
    while True:
        try:
            (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
            frame = _decoder.decode(await child.stdout.readexactly(length))
        except asyncio.IncompleteReadError as error:
            raise _died(await child.wait()) from error
        match frame:
            case Opening(origin, hidden):
                found.origin, found.hidden = origin, hidden
            case Begin(head):
                found.sheets.append(_sheet(head))
            case Block():
                _append(found.sheets[-1], frame)
            case Refusal(code=reason, params=params):
                await child.stdout.read()  # to the end: the child leaves by itself
                raise refused(reason, params)
            case Finished():
                await child.stdout.read()
                for sheet in found.sheets:
                    if any(len(column) != sheet.height for column in sheet.columns):
                        raise refused("damaged")
                    _fill_down(sheet)
                return found


def _died(code: int) -> InsuranceError:
    """What the exit of a child that did not finish means: killed by a limit, broken by the file, or never started."""
    if code == -signal.SIGXCPU:
        return refused("too-slow")
    if code < 0:
        return refused("too-much-memory")
    return refused("damaged") if code == CRASHED else Busy(t("读取程序没有启动，文件没有导入。请稍后再试。"))


def _sheet(head: SheetHead) -> Sheet:
    sheet = Sheet(head.name, head.height, [[] for _ in range(head.width)], head.merged)
    for places, row_sets in ((head.formulas, sheet.formulas), (head.broken, sheet.broken)):
        for row, column in places:
            row_sets.setdefault(column, set()).add(row)
    for column in range(head.first_column):
        sheet.columns[column] = [""] * head.height
    return sheet


def _append(sheet: Sheet, block: Block) -> None:
    for number, rows in block.dates.items():
        cells = block.plain[number]
        for row in rows:
            cells[row] = dt.date.fromisoformat(cells[row])
    for number, rows in block.instants.items():
        cells = block.plain[number]
        for row in rows:
            cells[row] = dt.datetime.fromisoformat(cells[row])
    first = len(sheet.columns) - block.width
    for number, cells in block.plain.items():
        sheet.columns[first + number].extend(cells)
    for number, (values, places) in block.packed.items():
        sheet.columns[first + number].extend(map(values.__getitem__, memoryview(places).cast("H")))


def _fill_down(sheet: Sheet) -> None:
    """A blank cell under a merged cell repeats the one above (ranges of one column never overlap, see the child)."""
    for top, left, bottom, _ in sheet.merged:
        cells = sheet.columns[left]
        for row in range(top + 1, bottom + 1):
            if cells[row] == "":
                cells[row] = cells[top]


def refused(code: str, params: dict[str, object] | None = None) -> Invalid:
    """Why a workbook is not taken, and how to mend it (field `file`); `code` is that of `Unusable`."""
    text = _REFUSALS[code]
    return Invalid.field("file", Text(text.msgid, text.params | (params or {})))
