"""Reading a list of beneficiary households (受益户名单) from an office's workbook, with what is wrong by cell; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from insurance.base.codes import card_fault, normal_code, resident_id_fault
from insurance.base.errors import FieldFault, Invalid
from insurance.base.spreadsheet import Cell, Sheet
from insurance.base.spreadsheet_out import Column
from insurance.base.text import Text, t
from insurance.projects.register_cells import ERROR, Flaw, Reader, Reading, code_reader, count_reader, flag, flawed, text_reader
from insurance.projects.register_columns import find_heading
from insurance.projects.register_words import Vocabulary
from insurance.projects.sheet_reader import Counts, Layout, SheetReader
from insurance.sharing.model import LONGEST_KEY, MOST_WEIGHT
from insurance.sharing.rules import key_fault

WORDS = Vocabulary(Path(__file__).parent / "data" / "households.toml")
_NEEDED = ("number", "name", "resident_id", "bank_name", "card", "weight")
_UNREAD = frozenset(["serial", "place", "people", "phone", "remark"])
_LAYOUT = Layout(WORDS.headings, "name", _UNREAD, frozenset(["serial", "number", "name", "place"]))
_MISSING = Flaw("missing", ERROR, t("不能为空。"))
MOST_HOUSEHOLDS = 20_000


class Household(msgspec.Struct, frozen=True):
    """A household as the list states it: its number, name, weight by need, and the card its dividend goes to."""

    number: str
    name: str
    resident_id: str
    bank_name: str
    card: str
    weight: int
    need: str | None = None
    cadre: bool | None = None


def _held(read: Reader, wrong: Callable[[str], Text | None]) -> Reader:
    """A reader whose value must pass a test; the fault never repeats the cell."""

    def checked(cell: Cell) -> Reading:
        reading = read(cell)
        if reading.value is None:
            return reading
        fault = wrong(str(reading.value))
        return reading if fault is None else flawed("not-valid", fault)

    return checked


def _resident_id(cell: Cell) -> Reading:
    read = _held(code_reader(30), lambda code: t("身份证号不正确，请按证件逐位核对。") if resident_id_fault(code) else None)
    reading = read(cell)
    return reading if reading.value is None else Reading(normal_code(reading.value), reading.flaws)


def _weight(cell: Cell) -> Reading:
    reading = count_reader("份分户人")(cell)
    if isinstance(reading.value, int) and reading.value > MOST_WEIGHT:
        return flawed("weight-range", t("权数最大为 {most}。", most=MOST_WEIGHT))
    return reading


_READERS: dict[str, Reader] = {
    "number": _held(code_reader(LONGEST_KEY + 20), key_fault),
    "name": text_reader(60),
    "resident_id": _resident_id,
    "bank_name": text_reader(100),
    "card": _held(code_reader(30), lambda code: t("银行卡号不正确，请按卡面逐位核对。") if card_fault(code) else None),
    "weight": _weight,
    "need": text_reader(100),
    "cadre": flag,
}


def read_households(sheets: Sequence[Sheet], of_unit: Callable[[str], bool] = lambda _: False) -> list[Household]:
    """Every household of the file, or nothing: raises Invalid with each fault by its cell. Call it off the event loop.

    `of_unit`: whether a card is the account of a unit that a plan of the project names.
    """
    counts, found = Counts(), list[Household]()
    heading_found = False
    seen: dict[tuple[str, str], int] = {}
    for number, sheet in enumerate(sheets):
        heading = find_heading(sheet, _LAYOUT.headings, _LAYOUT.anchor)
        if heading is None:
            continue
        heading_found = True
        reader = SheetReader(sheet, number, heading, _LAYOUT, several=len(sheets) > 1)
        absent = [WORDS.titles[field] for field in _NEEDED if field not in reader.index]
        if absent:
            raise Invalid.field("file", t("缺少列：{columns}", columns="、".join(absent)))
        found += _read_sheet(reader, counts, seen, of_unit)
        reader.close(counts)
    if not heading_found:
        raise Invalid.field("file", t("没有找到受益户名单的表头。前 15 行中应有一行写明“户编号”“户主姓名”“银行卡号”等列名。"))
    errors = [FieldFault(one.cell, one.text) for one in counts.faults if one.severity == ERROR]
    if errors:
        raise Invalid(t("名单有 {n} 处要改，没有存入", n=len(errors)), errors)
    if not found:
        raise Invalid.field("file", t("名单里没有受益户"))
    if len(found) > MOST_HOUSEHOLDS:
        raise Invalid.field("file", t("名单最多 {most} 户", most=MOST_HOUSEHOLDS))
    return found


def _read_sheet(
    reader: SheetReader, counts: Counts, seen: dict[tuple[str, str], int], of_unit: Callable[[str], bool]
) -> Iterator[Household]:
    reader.skip(counts)
    columns = [reader.read_column(field, _READERS[field]) for field in Household.__struct_fields__]
    for field in _NEEDED:
        reader.require(field, _MISSING)
    reader.note_cells()
    rows = list(zip(reader.lines(), *columns, strict=False))
    for row, *values in rows:
        if row in reader.skipped or row in reader.bad:
            continue
        if any(value is None for value in values[: len(_NEEDED)]):  # 无, -- and the like
            reader.fault(row, _NEEDED[[value is None for value in values].index(True)], _MISSING)
            continue
        one = Household(*values)
        for field, text in (("number", t("户编号重复。")), ("resident_id", t("身份证号重复，同一人只能列一户。")),
                            ("card", t("同一张卡不能收几户的分红，请填各户自己的卡。"))):  # fmt: skip
            if (field, getattr(one, field)) in seen:
                reader.fault(row, field, Flaw("twice", ERROR, text))
            seen[field, getattr(one, field)] = row
        if of_unit(one.card):
            reader.fault(row, "card", Flaw("unit", ERROR, t("这是分配方案中单位的账户，不是受益户的银行卡。")))
        if one.cadre and one.weight:
            reader.fault(
                row, "cadre", Flaw("official", ERROR, t("分红不得付给干部个人账户；确属享受政策户的，请改由集体研究后按规定办理。"))
            )
        yield one


def template_columns() -> list[Column]:
    """The headings of the template as an office fills it in: everything as text, so that long numbers stay whole."""
    wide = {"name", "resident_id", "card", "bank_name"}
    return [Column(title, width=26 if field in wide else 14) for field, title in WORDS.titles.items() if field not in _UNREAD]
