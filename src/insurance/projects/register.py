"""Reading an office's register: every row becomes an asset with its project's facts, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from insurance.base.errors import Invalid
from insurance.base.spreadsheet import Sheet
from insurance.base.text import t
from insurance.projects.register_columns import find_heading
from insurance.projects.register_places import Regions
from insurance.projects.register_rows import CellFault, ParsedRegister, ParsedRow, RegisterRow
from insurance.projects.register_sheet import RegisterReader, Tally

__all__ = ["CellFault", "ParsedRegister", "ParsedRow", "RegisterRow", "parse_register"]


def parse_register(sheets: Sequence[Sheet], regions: Regions, within: str) -> ParsedRegister:
    """Read every sheet that has a register's heading, for the office of the region `within`.

    About a second for 100,000 rows: call it off the event loop. Raises Invalid when no sheet has such a heading.
    """
    tally = Tally()
    several = len(sheets) > 1
    unread: list[str] = []
    for number, sheet in enumerate(sheets):
        heading = find_heading(sheet)
        if heading is None:
            unread.append(sheet.name)
        else:
            RegisterReader(sheet, number, heading, several=several).read(regions, within, tally)
    if not tally.sheets:
        text = t("没有找到台账表头。前 15 行中应有一行写明“项目名称”“镇街”“资产原值”等列名，至少三个。")
        raise Invalid.field("file", text)
    tally.faults.sort(key=lambda fault: (fault.sheet, fault.row, fault.column))
    return ParsedRegister(
        rows=tally.rows,
        faults=tally.faults,
        read=tally.read,
        faulty=tally.faulty,
        duplicates=tally.duplicates,
        totals=tally.totals,
        blank=tally.blank,
        unlisted=tally.unlisted,
        remarks=tally.remarks,
        sheets=tally.sheets,
        unread_sheets=unread,
    )
