"""An old .xls before anything opens it: the compound file's streams, password and macro marks, 1904 dates, formulas and error cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise

from insurance.base.spreadsheet_frames import Unusable
from insurance.base.spreadsheet_zip import Marks

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_END = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors

# Record numbers of the BIFF workbook stream ([MS-XLS] 2.4).
_FORMULA, _DATE_1904, _FILE_PASS, _BOUND_SHEET, _BOOL_ERROR = 0x0006, 0x0022, 0x002F, 0x0085, 0x0205


class _Compound:
    """The file system inside the file ([MS-CFB]); every chain is bounded by the number of sectors."""

    def __init__(self, content: bytes) -> None:
        try:
            self._sector = 1 << struct.unpack_from("<H", content, 30)[0]
            self._small = 1 << struct.unpack_from("<H", content, 32)[0]
            count, root, cutoff, small_start, small_count, far, far_count = struct.unpack_from("<I I 4x I I I I I", content, 44)
            if self._sector not in (512, 4096) or self._small != 64:
                raise Unusable("damaged")
            self._content, self._cutoff = content, cutoff
            tables = list(struct.unpack_from("<109I", content, 76))
            per_sector = self._sector // 4
            for _ in range(min(far_count, len(content) // self._sector)):
                block = struct.unpack(f"<{per_sector}I", self._at(far))
                tables += block[:-1]
                far = block[-1]
            used = [number for number in tables if number < _END][:count]
            self._next = [n for number in used for n in struct.unpack(f"<{per_sector}I", self._at(number))]
            small_table = self._chain(small_start) if small_count else b""
            self._small_next = [n for (n,) in struct.iter_unpack("<I", small_table)]
            self.streams = {name: (start, size) for name, start, size in self._entries(self._chain(root))}
            start, _ = self.streams.get("Root Entry", (_END, 0))
            self._small_content = self._chain(start) if start < _END else b""
        except (struct.error, IndexError) as error:
            raise Unusable("damaged") from error

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._content[start : start + self._sector].ljust(self._sector, b"\0")

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        while number < _END:
            if len(parts) > len(self._next):
                raise Unusable("damaged")
            parts.append(self._at(number))
            number = self._next[number]
        return b"".join(parts)

    @staticmethod
    def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<H B", directory, at + 64)
            if kind:
                start, size = struct.unpack_from("<I I", directory, at + 116)
                yield directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace"), start, size

    def read(self, name: str) -> bytes:
        start, size = self.streams[name]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        parts: list[bytes] = []
        while start < _END and len(parts) <= len(self._small_next):
            parts.append(self._small_content[start * self._small : (start + 1) * self._small])
            start = self._small_next[start]
        return b"".join(parts)[:size]


def marks(content: bytes) -> list[Marks]:
    """Check an .xls and return its sheets' marks in the order of the workbook."""
    compound = _Compound(content)
    names = set(compound.streams)
    if "EncryptedPackage" in names:
        raise Unusable("password")
    if names & {"_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"}:
        raise Unusable("macros")
    stream = next((name for name in ("Workbook", "Book") if name in names), None)
    if stream is None:
        raise Unusable("not-a-workbook")
    try:
        return _scan(compound.read(stream))
    except (struct.error, IndexError) as error:
        raise Unusable("damaged") from error


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """(number, offset of the body, length of the body) of every record."""
    at = 0
    while at + 4 <= len(stream):
        number, length = struct.unpack_from("<H H", stream, at)
        if at + 4 + length > len(stream):
            return
        yield number, at + 4, length
        at += 4 + length


def _scan(stream: bytes) -> list[Marks]:
    starts: list[int] = []
    formulas: list[tuple[int, int, int]] = []
    broken: list[tuple[int, int, int]] = []
    for number, at, length in _records(stream):
        if number == _FILE_PASS:
            raise Unusable("password")
        if number == _DATE_1904 and length >= 2 and struct.unpack_from("<H", stream, at)[0] == 1:
            raise Unusable("dates-1904")
        if number == _BOUND_SHEET and length >= 4:
            starts.append(struct.unpack_from("<I", stream, at)[0])
        elif number == _FORMULA and length >= 14:
            row, column = struct.unpack_from("<H H", stream, at)
            formulas.append((at, row, column))
            if stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff":
                broken.append((at, row, column))
        elif number == _BOOL_ERROR and length >= 8 and stream[at + 7]:
            row, column = struct.unpack_from("<H H", stream, at)
            broken.append((at, row, column))
    ends = dict(pairwise([*sorted(starts), len(stream)]))
    return [
        Marks(
            [(row, column) for at, row, column in formulas if start <= at < ends[start]],
            [(row, column) for at, row, column in broken if start <= at < ends[start]],
        )
        for start in starts
    ]
