"""Reading dates of a register: the styles offices use, year and month alone, Excel serials, terms from … to …."""

from __future__ import annotations

import datetime as dt
import re

from insurance.base.money import half_width
from insurance.base.spreadsheet import Cell
from insurance.base.text import t
from insurance.projects.register_cells import NOTE, Flaw, Reading, as_text, flawed, noted, shown

_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(18_264, 73_051)  # 1950-01-01 … 2100-01-01: everything else is a year, a month or a mistake
_LONGEST = 60  # characters: longer texts are no dates, and the patterns below need not meet them
_YEARS = range(1950, 2101)
_MIDNIGHT = re.compile(r"[T ]\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?")
_MONTH = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})月?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")  # with or without a time of day
_AMBIGUOUS_MONTH = re.compile(r"((?:19|20)[0-9]{2})\.1")
_YEAR = re.compile(r"([0-9]{4})年?度?")
_YEARS_FROM_TO = re.compile(r"([0-9]{4})年?[-~—–至]+([0-9]{4})年?度?")
_ISO_FROM_TO = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{6,8})-([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{6,8})")
_FROM_TO = re.compile(r"(.+?)(?:至|到|~|—+|–+|--+)(.+)")
_FROM_TO_HYPHEN = re.compile(r"(.*?[0-9]{4}[./年][^-]*)-(.+)")
_BLANK = frozenset(["", "-", "--", "—", "——", "/", "无", "暂无"])


def day(cell: Cell) -> Reading:
    """One day; the first of the month where only year and month are given, noted."""
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return Reading(cell) if cell.year in _YEARS else _unreadable(cell)
    if isinstance(cell, float) and cell % 1 and (ambiguous := _AMBIGUOUS_MONTH.fullmatch(repr(cell))):
        example = f"{ambiguous[1]}-10"
        text = t("“{shown}”分不清是 1 月还是 10 月。请写成 {example} 的样子。", shown=shown(cell), example=example)
        return flawed("date-ambiguous", text)
    written = as_text(cell)
    if len(written) > _LONGEST:
        return _unreadable(cell)
    written = re.sub(r"\s+", "", _MIDNIGHT.sub("", half_width(written)))
    if written in _BLANK:
        return Reading(None)
    found = _DAY.fullmatch(written) or _COMPACT.fullmatch(written) or _MONTH.fullmatch(written)
    if found is None:
        return _serial_or_year(written, cell)
    year, month, *rest = (int(part) for part in found.groups() if part)
    if not 1 <= month <= 12:
        return flawed("month-range", t("月份应为 01–12。"))
    try:
        value = dt.date(year, month, rest[0] if rest else 1)
    except ValueError:
        return _unreadable(cell)
    if year not in _YEARS:
        return _unreadable(cell)
    if rest:
        return Reading(value)
    return noted(value, "day-missing", t("只有年月，按 {day} 读取。", day=value.isoformat()))


def _serial_or_year(written: str, cell: Cell) -> Reading:
    serial = _SERIAL.fullmatch(written)
    if serial and int(serial[1]) in _SERIALS:
        value = _EXCEL_EPOCH + dt.timedelta(days=int(serial[1]))
        return noted(value, "date-serial", t("按 Excel 日期序号读取为 {day}。", day=value.isoformat()))
    if _YEAR.fullmatch(written) and int(written[:4]) in _YEARS:
        return flawed("date-without-month", t("只有年份。请补上月份，如 {example}。", example=f"{written[:4]}-06"))
    return _unreadable(cell)


def year(cell: Cell) -> Reading:
    """A year; of two, the first, noted."""
    if isinstance(cell, dt.date):
        return Reading(cell.year)
    written = re.sub(r"\s+", "", half_width(as_text(cell)))
    if written in _BLANK:
        return Reading(None)
    if (found := _YEAR.fullmatch(written)) and int(found[1]) in _YEARS:
        return Reading(int(found[1]))
    if (found := _YEARS_FROM_TO.fullmatch(written)) and int(found[1]) in _YEARS:
        return noted(int(found[1]), "first-year", t("跨年度，按第一年 {year} 读取。", year=found[1]))
    return flawed("year-unreadable", t("“{shown}”不是年度。请写四位年份。", shown=shown(cell)))


def term(cell: Cell) -> Reading:
    """Two days, from … to …; a month as the end means its last day. What cannot be read is noted and keeps no row out."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return noted(None, "term-unreadable", _TERM)
    written = re.sub(r"\s+", "", half_width(cell)).removesuffix("止").replace("起至", "至").replace("起-", "至")
    if written in _BLANK:
        return Reading(None)
    iso = _ISO_FROM_TO.fullmatch(written)
    found = iso or _FROM_TO.fullmatch(written) or _FROM_TO_HYPHEN.fullmatch(written)
    if found is None:
        return noted(None, "term-unreadable", _TERM)
    start, end = day(found[1]), day(found[2])
    if start.value is None or end.value is None or end.value < start.value:
        return noted(None, "term-unreadable", _TERM)
    last = end.value
    if any(flaw.code == "day-missing" for flaw in end.flaws):
        last = (last.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    flaws = (*start.flaws, *end.flaws)[:1]
    if flaws:
        flaws = (Flaw("day-missing", NOTE, t("起止只有年月，按 {start} 至 {end} 读取。", start=str(start.value), end=str(last))),)
    return Reading((start.value, last), flaws)


_TERM = t("起止时间未读取。应写成 2017-06-01至2027-05-31，且止不早于起。")


def _unreadable(cell: Cell) -> Reading:
    return flawed("date-unreadable", t("“{shown}”不是有效日期。请写成 2017-06-15。", shown=shown(cell)))
