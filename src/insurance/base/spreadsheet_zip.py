"""An .xlsx before anything opens it: the zip directory, forbidden parts, 1904 dates, and where formulas and error cells stand."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from posixpath import join, normpath
from typing import NamedTuple

from insurance.base.spreadsheet_frames import Limits, Unusable

_BLOCK = 1 << 20
_FEED = 1 << 16
_TAIL = 4096  # a cell's opening tag and its formula tag never lie further apart
_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_DATES_1904 = re.compile(r"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']", re.IGNORECASE)


class Marks(NamedTuple):
    """Places in one sheet, (row, column) from 0."""

    formulas: list[tuple[int, int]]
    broken: list[tuple[int, int]]


class Package:
    """A checked .xlsx: its directory obeys the limits and no part declares a document type."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._content = content
        self._limits = limits
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unusable("damaged") from error
        self._members = {member.filename: member for member in members}
        _check_directory(members, limits)
        if "xl/workbook.xml" not in self._members:
            raise Unusable("binary-workbook" if "xl/workbook.bin" in self._members else "not-a-workbook")

    def marks(self) -> list[Marks]:
        """Read every part once; return the marks of the sheets in the order of the workbook."""
        book = self._text("xl/workbook.xml")
        if _DATES_1904.search(book):
            raise Unusable("dates-1904")
        parts = self._sheet_parts(book)
        found: dict[str, Marks] = {}
        for name in self._members:
            if name in parts:
                found[name] = self._scan_sheet(name)
            elif name.lower().endswith((".xml", ".rels", ".vml")):
                for _ in self._declared(name):
                    pass
        return [found.get(part, Marks([], [])) for part in parts]

    def _sheet_parts(self, book: str) -> list[str]:
        relations: dict[str, str] = {}
        if "xl/_rels/workbook.xml.rels" in self._members:
            for match in _RELATION.finditer(self._text("xl/_rels/workbook.xml.rels")):
                fields = dict(_ATTRIBUTE.findall(match[1]))
                target = fields.get("Target", "")
                relations[fields.get("Id", "")] = target[1:] if target.startswith("/") else normpath(join("xl", target))
        ids = [dict(_ATTRIBUTE.findall(match[1])) for match in _SHEET.finditer(book)]
        return [relations.get(next((v for k, v in each.items() if k.endswith(":id")), ""), "") for each in ids]

    def _text(self, name: str) -> str:
        return b"".join(self._declared(name)).decode("utf-8", "replace")

    def _declared(self, name: str) -> Iterator[bytes]:
        """The part's bytes; refuses document types and a part that unpacks to more than the directory says."""
        tail = b""
        for block in self._unpacked(name):
            if b"!" in block or b"!" in tail:  # one sign is looked for twenty times faster than a word
                window = tail + block
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise Unusable("document-type")
            tail = block[-16:]
            yield block

    def _unpacked(self, name: str) -> Iterator[bytes]:
        member = self._members[name]
        head = self._content[member.header_offset : member.header_offset + 30]
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            raise Unusable("damaged")
        start = member.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        packed = memoryview(self._content)[start : start + member.compress_size]
        if len(packed) < member.compress_size:
            raise Unusable("damaged")
        if member.compress_type == zipfile.ZIP_STORED:
            yield bytes(packed)
            return
        made = 0
        for block in _inflated(packed):
            made += len(block)
            if made > member.file_size:  # the directory lies: a bomb
                raise Unusable("bomb", limit=self._limits.unpacked_bytes // 1_000_000)
            yield block

    def _scan_sheet(self, name: str) -> Marks:
        formulas: dict[tuple[int, int], None] = {}  # a cell in the overlap of two blocks is seen twice
        broken: dict[tuple[int, int], None] = {}
        tail = b""
        for block in self._declared(name):
            if b"f" in block or b"#" in block:
                window = tail + block
                if b"<f" in window or b":f" in window:
                    formulas.update(dict.fromkeys(_places(_FORMULA, window)))
                if b"#" in window:
                    broken.update(dict.fromkeys(_places(_ERROR, window)))
            tail = block[-_TAIL:]
        return Marks(list(formulas), list(broken))


def _inflated(packed: memoryview) -> Iterator[bytes]:
    """Raw deflate, a block at a time however far it unpacks."""
    inflate = zlib.decompressobj(-15)
    at, feed = 0, b""
    while not inflate.eof:
        if not feed:
            feed = bytes(packed[at : at + _FEED])
            at += _FEED
            if not feed:
                raise Unusable("damaged")
        try:
            block = inflate.decompress(feed, _BLOCK)
        except zlib.error as error:
            raise Unusable("damaged") from error
        feed = inflate.unconsumed_tail
        if block:
            yield block


def _places(pattern: re.Pattern[bytes], window: bytes) -> Iterator[tuple[int, int]]:
    """(row, column) from 0 of the cells that match."""
    for match in pattern.finditer(window):
        if place := _PLACE.search(match[1]):
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1


def _check_directory(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {member.filename.lower() for member in members}
    if len(members) > limits.members:
        raise Unusable("too-many-members", limit=limits.members)
    if len(names) < len(members) or any(
        ".." in member.filename or "\\" in member.filename or member.filename.startswith("/") for member in members
    ):
        raise Unusable("odd-members")
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise Unusable("macros")
    if any(member.flag_bits & 1 for member in members):
        raise Unusable("password")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise Unusable("damaged")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    steep = any(m.file_size > 1_000_000 and m.file_size > limits.ratio * m.compress_size for m in members)
    if unpacked > limits.unpacked_bytes or unpacked > limits.ratio * max(packed, 1) or steep:
        raise Unusable("bomb", limit=limits.unpacked_bytes // 1_000_000)
