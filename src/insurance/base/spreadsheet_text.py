"""A .csv: its encoding (UTF-8, GB18030, UTF-16 with mark), its delimiter, its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from insurance.base.spreadsheet_frames import Limits, Unusable

_DELIMITERS = ",\t;|,"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WEB_PAGE = re.compile(r"\s*(<!doctype|<html|<head|<body|<table|<style|<meta|mime-version:)", re.IGNORECASE)
_OFFICE_XML = re.compile(r"\s*<\?xml", re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r'="(.*)"\Z', re.DOTALL)  # the way programs keep leading zeros for Excel: ="0123"


def decode(content: bytes) -> str:
    """The text of the file, without byte order mark; refuses what is no text or no known encoding."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
        if b"\0" in content:
            raise Unusable("nul-bytes")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _WEB_PAGE.match(text):
            raise Unusable("web-page")
        if _OFFICE_XML.match(text):
            raise Unusable("office-xml")
        if _CONTROL.search(text):
            raise Unusable("not-a-workbook")
        return text
    raise Unusable("encoding")


def rows(content: bytes, limits: Limits) -> list[list[str]]:
    """All records, each as long as it was written; blank records stay so that addresses hold."""
    text = decode(content)
    told = re.match(r"sep=(.)\r?\n?", text)
    delimiter = told[1] if told else _delimiter(text)
    kept_as_text = '="' in text
    found: list[list[str]] = []
    filled = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if told and not found:
                record.clear()
            if len(record) > limits.columns:
                while record and not record[-1].strip():
                    record.pop()
                if len(record) > limits.columns:
                    raise Unusable("too-many-columns", limit=limits.columns)
            if kept_as_text:
                record = [m[1] if (m := _KEPT_AS_TEXT.match(cell)) else cell for cell in record]  # noqa: PLW2901
            found.append(record)
            if any(record):
                filled = len(found)
                if filled > limits.rows:
                    raise Unusable("too-many-rows", limit=limits.rows)
    except csv.Error as error:
        raise Unusable("open-quote", line=len(found) + 1) from error
    if not filled:
        raise Unusable("empty")
    return found[:filled]


def _delimiter(text: str) -> str:
    """The sign that splits the first lines into the most columns, the same number on most lines."""
    lines = text[:200_000].splitlines()[:30]
    best, best_score = ",", 0
    for sign in _DELIMITERS:
        widths = Counter(len(record) for record in _records(lines, sign) if record)
        width, lines_of_it = max(widths.items(), key=lambda item: (item[0] - 1) * item[1], default=(1, 0))
        if (width - 1) * lines_of_it > best_score:
            best, best_score = sign, (width - 1) * lines_of_it
    return best


def _records(lines: list[str], sign: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=sign))
    except csv.Error:
        return []
