"""One account's table in a bank file: its movements as they stand there, what is printed around them, and every fault."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from insurance.base.errors import FieldFault, Invalid
from insurance.base.spreadsheet import address
from insurance.base.text import Text, t
from insurance.finance import cells
from insurance.finance.headings import (
    Column,
    Header,
    Label,
    Printed,
    Row,
    RowKind,
    printed,
    row_kind,
)
from insurance.finance.model import Direction

_MOST_FAULTS = 100
_NUMBER = re.compile(r"[A-Za-z]{0,4}[0-9]{6,34}")
_COUNT = re.compile(r"([0-9]+)笔?")
_YUAN = {"", "人民币", "人民币元", "CNY", "RMB", "156", "001", "01"}
_PAIRS = ((Column.OUT, Column.IN, True), (Column.DEBIT, Column.CREDIT, False))
_AMOUNTS = (Column.OUT, Column.IN, Column.DEBIT, Column.CREDIT, Column.AMOUNT)

Moment = tuple[dt.date, dt.time | None]


class Sides(NamedTuple):
    """A movement's amount in fen on its side; red entries are negative."""

    out_fen: int  # 支出, or 借 as the bank means it
    in_fen: int
    outright: bool  # said in 收/支, not in 借/贷
    flagged: bool  # one amount with a flag: a minus sign may only say the same again


class Movement(NamedTuple):
    """A row of the table before anybody decided what 借 means."""

    at: int
    day: dt.date
    time: dt.time | None
    sides: Sides
    balance_fen: int | None
    name: str
    account: str
    bank: str
    narrative: str
    reference: str


class Stated(NamedTuple):
    """A figure printed beside the movements, in fen (a count as it is), and where."""

    value: int
    address: str


class Table:
    """Reads the rows once; `faults` gathers what is wrong, `refuse_faults` raises it."""

    def __init__(self, rows: Sequence[Row], header: Header, account: str, sheet: str) -> None:
        self.header, self.columns, self.sheet = header, header.columns, sheet
        self.faults: list[FieldFault] = []
        self.account, self.holder = "", ""
        self.opening: Stated | None = None
        self.closing: Stated | None = None
        self.totals: list[tuple[Label, Stated]] = []
        self._since_total: Counter[Column] = Counter()
        self._overall: Counter[Column] = Counter()
        self._after_total = False
        self._take_account(Printed(Label.ACCOUNT, account, "account"))
        for column in header.in_wan:
            self.fault(header.row, column, t("银行流水应以元为单位"))
        for at, row in enumerate(rows[: header.row]):
            self._note(row, at)
        read = (self._movement(row, at) for at, row in enumerate(rows[header.row + 1 :], header.row + 1))
        self.movements = [movement for movement in read if movement]
        self._check_end(rows)
        if not self.account:
            self.faults.append(FieldFault("account", t("文件中没有本方账号，请填写")))
        if not self.movements and not self.faults:
            self.fault(header.row, 0, t("表头下没有流水"))
        self.refuse_faults()

    def _check_end(self, rows: Sequence[Row]) -> None:
        """A file that was cut off ends in a row without its balance, or with a part of its reference, and nothing after: what it says of
        amount or reference may be a part, and would stand beside the whole later.
        """
        if not self.movements or self.movements[-1].at != len(rows) - 1:
            return
        *others, last = self.movements
        balance, reference = (max(self.columns.get(kind, [-1])) for kind in (Column.BALANCE, Column.REFERENCE))
        unbalanced = balance >= 0 and last.balance_fen is None and not _filled(rows[last.at][balance:])
        shorter = len(last.reference) < min((len(movement.reference) for movement in others), default=0)
        if unbalanced and (not others or any(movement.balance_fen is not None for movement in others)):
            self.fault(last.at, balance, t("最后一行没有余额，文件可能没有传完整"))
        elif reference >= 0 and shorter and not _filled(rows[last.at][reference + 1 :]):
            self.fault(last.at, reference, t("最后一行的流水号比其他各行短，文件可能没有传完整"))

    def fault(self, at: int, column: int, text: Text) -> None:
        """Note what is wrong with the cell in zero-based row and column."""
        self.faults.append(FieldFault(address(at, column, self.sheet), text))

    def refuse_faults(self) -> None:
        """A statement is all or nothing: one fault refuses the file."""
        if self.faults:
            raise Invalid(t("银行流水未导入，请按提示修改后重新上传"), self.faults[:_MOST_FAULTS])

    def place(self, *kinds: Column) -> int:
        """The column where a fault of this kind is shown."""
        return next((self.columns[kind][0] for kind in kinds if kind in self.columns), 0)

    def _cell(self, row: Row, kind: Column) -> object:
        """The first filled cell among the columns of a kind."""
        places = self.columns.get(kind, ())
        if len(places) == 1:
            return row[places[0]] if places[0] < len(row) else None
        return next((row[at] for at in places if at < len(row) and cells.plain(row[at])), None)

    # -- movements ----------------------------------------------------------------------------------------------------

    def _movement(self, row: Row, at: int) -> Movement | None:
        """The row as a movement; None for totals, repeated headers, notes, empty rows and faulty ones."""
        moment = self._moment(row)
        dated = isinstance(moment, tuple)
        amounts = {kind: cells.fen(self._cell(row, kind)) for kind in _AMOUNTS if kind in self.columns}
        moving = any(isinstance(amount, int) and amount for amount in amounts.values()) or self._is_garbled(row, amounts)
        kind = row_kind(row)
        if kind is RowKind.CARRIED and not moving:
            self._carry(row, at)
        elif kind is RowKind.PART_TOTAL or (kind is RowKind.WHOLE_TOTAL and not dated):
            self._total(at, amounts, whole=kind is RowKind.WHOLE_TOTAL)
        elif not dated and (not moving or self._is_footer(row, at)):
            self._note(row, at)
        else:
            return self._checked(row, at, moment, amounts)
        return None

    def _moment(self, row: Row) -> Moment | Text | None:
        """Booking day before trading day; the time from its own column where the day has none."""
        clock = self._cell(row, Column.TIME)
        fault: Text | None = None
        for kind in (Column.BOOKED, Column.TRADED):
            read = cells.moment(self._cell(row, kind))
            if isinstance(read, tuple):
                return read[0], read[1] or _clock(clock)
            fault = fault or read
        return fault or cells.moment(clock)

    def _is_garbled(self, row: Row, amounts: dict[Column, int | Text | None]) -> bool:
        """A balance beside an amount that cannot be read: a movement, not a note."""
        unread = any(isinstance(amount, Text) for amount in amounts.values())
        return unread and isinstance(cells.fen(self._cell(row, Column.BALANCE)), int)

    def _is_footer(self, row: Row, at: int) -> bool:
        """Labelled figures, or what follows a totals row, where a balance column would give a hidden movement away."""
        noted = self._after_total or next(printed(row, at, self.sheet), None) is not None
        return noted and Column.BALANCE in self.columns

    def _checked(self, row: Row, at: int, moment: Moment | Text | None, amounts: dict[Column, int | Text | None]) -> Movement | None:
        before = len(self.faults)
        if not isinstance(moment, tuple):
            self.fault(at, self.place(Column.BOOKED, Column.TRADED, Column.TIME), moment or t("有金额但没有日期"))
        figures: dict[Column, int] = {}
        for kind, amount in amounts.items():
            if isinstance(amount, Text):
                self.fault(at, self.place(kind), amount)
            elif amount:
                figures[kind] = amount
        sides = self._sides(row, at, figures) if len(self.faults) == before else None
        balance = cells.fen(self._cell(row, Column.BALANCE))
        if isinstance(balance, Text):
            self.fault(at, self.place(Column.BALANCE), balance)
        account = self._word(at, Column.ACCOUNT, cells.account_number(self._cell(row, Column.ACCOUNT)))
        reference = self._word(at, Column.REFERENCE, cells.reference(self._cell(row, Column.REFERENCE)))
        self._check_own(row, at)
        if not isinstance(moment, tuple) or isinstance(balance, Text) or sides is None or len(self.faults) > before:
            return None
        self._after_total = False
        self._since_total.update(figures)
        self._overall.update(figures)
        name, bank = (cells.plain(self._cell(row, kind)) for kind in (Column.NAME, Column.BANK))
        return Movement(at, *moment, sides, balance, name, account, bank, self._narrative(row), reference)

    def _sides(self, row: Row, at: int, figures: dict[Column, int]) -> Sides | None:
        """The one amount of a row and its side; None with a fault noted when it is not clear."""
        for out, into, outright in _PAIRS:
            if out in self.columns and into in self.columns:
                if (out in figures) == (into in figures):
                    self.fault(at, self.place(out), t("收入和支出应当且只能有一个金额"))
                    return None
                return Sides(figures.get(out, 0), figures.get(into, 0), outright, flagged=False)
        if Column.AMOUNT not in figures:
            self.fault(at, self.place(Column.AMOUNT), t("有日期但没有金额"))
            return None
        amount = figures[Column.AMOUNT]
        if Column.FLAG not in self.columns:
            return Sides(max(-amount, 0), max(amount, 0), outright=True, flagged=False)
        way = cells.direction(self._cell(row, Column.FLAG))
        if isinstance(way, Text):
            self.fault(at, self.place(Column.FLAG), way)
            return None
        return Sides(*((amount, 0) if way[0] is Direction.OUT else (0, amount)), outright=way[1], flagged=True)

    def _narrative(self, row: Row) -> str:
        """All text columns in the file's order, each text once."""
        parts = [cells.plain(row[at]) for at in sorted(self.columns.get(Column.NARRATIVE, ())) if at < len(row)]
        return "；".join(dict.fromkeys(filter(None, parts)))

    def _word(self, at: int, kind: Column, read: str | Text) -> str:
        if isinstance(read, str):
            return read
        self.fault(at, self.place(kind), read)
        return ""

    def _check_own(self, row: Row, at: int) -> None:
        """The row must be of this account, and in yuan."""
        for kind, label in (
            (Column.OWN_ACCOUNT, Label.ACCOUNT),
            (Column.OWN_NAME, Label.HOLDER),
            (Column.CURRENCY, Label.CURRENCY),
        ):
            if kind in self.columns:
                self._take(Printed(label, self._cell(row, kind), address(at, self.place(kind), self.sheet)))

    # -- what is printed around the movements ---------------------------------------------------------------------------

    def _note(self, row: Row, at: int) -> None:
        for item in printed(row, at, self.sheet):
            self._take(item)

    def _take(self, item: Printed) -> None:
        """Take up one labelled value; words where a figure belongs are no figure to check against."""
        if item.label is Label.ACCOUNT:
            self._take_account(item)
        elif item.label is Label.HOLDER:
            self.holder = self.holder or cells.plain(item.cell)
        elif item.label is Label.CURRENCY:
            if cells.compact(item.cell).upper() not in _YUAN:
                self.faults.append(FieldFault(item.address, t("只接受人民币流水")))
        elif item.label is Label.COUNT:
            found = _COUNT.fullmatch(cells.compact(item.cell))
            if found:
                self.totals.append((item.label, Stated(int(found[1]), item.address)))
        else:
            amount = cells.fen(item.cell)
            if isinstance(amount, int):
                self._state(item.label, Stated(amount, item.address))

    def _state(self, label: Label, stated: Stated) -> None:
        """Of several printed pages the first opening and the last closing balance count."""
        if label is Label.OPENING:
            self.opening = self.opening or stated
        elif label is Label.CLOSING:
            self.closing = stated
        else:
            self.totals.append((label, stated))

    def _take_account(self, item: Printed) -> None:
        read = cells.account_number(item.cell)
        if isinstance(read, Text):
            self.faults.append(FieldFault(item.address, read))
            return
        found = _NUMBER.match(read)
        if found and self.account and found[0] != self.account:
            self.faults.append(FieldFault(item.address, t("本方账号与文件中其他位置或所选账户不一致")))
        elif found:
            self.account = found[0]

    def _carry(self, row: Row, at: int) -> None:
        """期初余额 and 期末余额 as rows of the table."""
        balance = cells.fen(self._cell(row, Column.BALANCE))
        words = {cells.compact(cell) for cell in row}
        for word, label in (("期初余额", Label.OPENING), ("期末余额", Label.CLOSING)):
            if word in words and isinstance(balance, int):
                self._state(label, Stated(balance, address(at, self.place(Column.BALANCE), self.sheet)))

    def _total(self, at: int, amounts: dict[Column, int | Text | None], *, whole: bool) -> None:
        """A totals row. The whole's must agree with the movements since the last one, or with all of them so far."""
        self._after_total = True
        if not whole:
            return
        sums_hold = not self.faults  # a row that could not be read is missing from the sums
        for kind, stated in amounts.items():
            told = sums_hold and isinstance(stated, int) and kind is not Column.AMOUNT
            if told and stated not in (self._since_total[kind], self._overall[kind]):
                self.fault(at, self.place(kind), t("合计与各行之和不符"))
        self._since_total.clear()


def _clock(cell: object) -> dt.time | None:
    """The time of day in a time column, which some banks fill with day and time. It decides nothing: no fault."""
    read = cells.time_of_day(cell)
    if isinstance(read, dt.time):
        return read
    moment = cells.moment(cell)
    return moment[1] if isinstance(moment, tuple) else None


def _filled(cells_of_row: Sequence[object]) -> bool:
    return any(cells.plain(cell) for cell in cells_of_row)
