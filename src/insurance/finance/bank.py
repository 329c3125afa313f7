"""Bank statements in: a table of cells becomes a checked statement, all or nothing; no database here."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.finance.bank_table import Movement, Sides, Table
from insurance.finance.headings import Column, Label, Row, find_header
from insurance.finance.model import BankLine, Direction, Side, Statement


class Reading(NamedTuple):
    """One way to understand a file, oldest movement first. `signed_fen`: money in is positive."""

    movements: Sequence[Movement]
    signed_fen: Sequence[int]
    ledger_view: bool
    breaks: tuple[int, ...]  # places in `movements` whose balance does not follow from the one before
    disorder: int  # how often the days run backwards

    @property
    def misfit(self) -> tuple[int, int]:
        """How badly it fits. Among equals the bank's own view of 借/贷 wins, then oldest first."""
        return len(self.breaks), self.disorder


class Sheet(Protocol):
    """One sheet of a file, as `base.spreadsheet` reads it."""

    name: str

    def rows(self) -> Iterable[Row]:
        """Row by row from the sheet's first row and column on; a blank cell is "" or None."""


def read_statement(sheets: Sequence[Sheet], side: Side, account: str = "") -> Statement:
    """Read the one table of one account in a bank's file; other sheets may hold anything but a second such table.

    `side` says whose account it is, `account` its number where the file does not print it. Raises Invalid with a fault
    per cell (field = cell address, or `account`, or `file`) when any row cannot be read, a printed total differs, or no
    reading of 借/贷 and of the order of rows makes the running balance come out. Faults hold no personal data.
    """
    tables = []
    for sheet in sheets:
        rows = list(sheet.rows())
        header = find_header(rows)
        if header:
            tables.append((rows, header, sheet.name if len(sheets) > 1 else ""))
    if len(tables) != 1:
        wrong = t("文件中有多张流水表，请每个账户单独上传") if tables else t("没有找到流水表头：至少要有日期、金额等三个已知列名")
        raise Invalid.field("file", wrong)
    rows, header, name = tables[0]
    table = Table(rows, header, account, name)
    reading = _choose(table)
    _check_totals(table, reading)
    table.refuse_faults()
    return _statement(table, reading, side)


def line_key(
    account: str, booked_on: dt.date, reference: str, amount_fen: Fen, direction: Direction, balance_fen: int | None, nth: int
) -> bytes:
    """What makes a movement itself in any file; `nth` (from 0) tells apart movements equal in everything else."""
    balance = "" if balance_fen is None else str(balance_fen)
    parts = (account, booked_on.isoformat(), reference, str(amount_fen), direction.value, balance, str(nth))
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


# -- what 借 means, and which row is the oldest -------------------------------------------------------------------------


def _choose(table: Table) -> Reading:
    """The reading in which every balance follows from the one before; raises, naming the first row that breaks."""
    readings = list(_readings(table))
    has_balance = any(movement.balance_fen is not None for movement in table.movements)
    if not has_balance and not (table.opening and table.closing) and len({r.ledger_view for r in readings}) > 1:
        table.fault(table.header.row, table.place(Column.DEBIT, Column.FLAG), t("没有余额列，无法判断借贷方向"))
        table.refuse_faults()
    best = min(readings, key=lambda reading: reading.misfit)
    if best.breaks:
        at = best.movements[best.breaks[0]].at
        table.fault(at, table.place(Column.BALANCE), t("第{row}行的余额与上一笔不衔接，借贷方向或行序有误，或缺少流水", row=at + 1))
        table.refuse_faults()
    return best


def _readings(table: Table) -> Iterator[Reading]:
    """All ways to read the file, the likelier first."""
    sides = [movement.sides for movement in table.movements]
    views = (False,) if any(side.outright for side in sides) else (False, True)
    doubled = any(side.flagged and side.out_fen + side.in_fen < 0 for side in sides)
    for bare in (False, True) if doubled else (False,):
        for ledger_view in views:
            signed = [_signed(side, ledger_view=ledger_view, bare=bare) for side in sides]
            for step in (1, -1):
                movements, oldest_first = table.movements[::step], signed[::step]
                days = [(m.day, m.time) if m.time else (m.day,) for m in movements]
                disorder = sum(later < earlier for earlier, later in pairwise(days))
                breaks = tuple(_breaks(table, movements, oldest_first))
                yield Reading(movements, oldest_first, ledger_view, breaks, disorder)


def _signed(side: Sides, *, ledger_view: bool, bare: bool) -> int:
    """Money in positive. `bare`: the minus sign only repeats the flag, and is dropped."""
    amount = abs(side.in_fen) - abs(side.out_fen) if bare else side.in_fen - side.out_fen
    return -amount if ledger_view else amount


def _breaks(table: Table, movements: Sequence[Movement], signed_fen: Sequence[int]) -> Iterator[int]:
    """Places where the balance is not the one before plus the movement; rows without a balance are summed over."""
    expected = table.opening.value if table.opening else None
    for place, (movement, amount) in enumerate(zip(movements, signed_fen, strict=True)):
        expected = None if expected is None else expected + amount
        if movement.balance_fen is not None:
            if expected not in (None, movement.balance_fen):
                yield place
            expected = movement.balance_fen
    if table.closing and expected not in (None, table.closing.value):
        yield len(movements) - 1


def _check_totals(table: Table, reading: Reading) -> None:
    """Counts and totals printed beside the table must agree with its rows."""
    sides = [movement.sides for movement in reading.movements]
    out_fen, in_fen = sum(side.out_fen for side in sides), sum(side.in_fen for side in sides)
    paid, received = (in_fen, out_fen) if reading.ledger_view else (out_fen, in_fen)
    seen = {
        Label.COUNT: len(sides),
        Label.DEBIT_TOTAL: out_fen,
        Label.CREDIT_TOTAL: in_fen,
        Label.OUT_TOTAL: paid,
        Label.IN_TOTAL: received,
    }
    for label, stated in table.totals:
        if abs(stated.value) != abs(seen[label]):
            wrong: Text = t("笔数与各行不符") if label is Label.COUNT else t("合计与各行之和不符")
            table.faults.append(FieldFault(stated.address, wrong))


# -- the statement ------------------------------------------------------------------------------------------------------


def _statement(table: Table, reading: Reading, side: Side) -> Statement:
    lines = tuple(_lines(table.account, reading, side))
    first, last = lines[0], lines[-1]
    opening, closing = table.opening and table.opening.value, table.closing and table.closing.value
    if first.balance_fen is not None:
        opening = first.balance_fen - reading.signed_fen[0]
    if last.balance_fen is not None:
        closing = last.balance_fen
    days = [line.booked_on for line in lines]
    return Statement(
        account=table.account,
        holder=table.holder,
        side=side,
        lines=lines,
        in_fen=sum(line.amount_fen for line in lines if line.direction is Direction.IN),
        out_fen=sum(line.amount_fen for line in lines if line.direction is Direction.OUT),
        opening_fen=opening,
        closing_fen=closing,
        from_on=min(days),
        until_on=max(days),
    )


def _lines(account: str, reading: Reading, side: Side) -> Iterator[BankLine]:
    seen: Counter[tuple[object, ...]] = Counter()
    for movement, signed in zip(reading.movements, reading.signed_fen, strict=True):
        direction = Direction.IN if signed > 0 else Direction.OUT
        itself = (account, movement.day, movement.reference, abs(signed), direction, movement.balance_fen)
        yield BankLine(
            key=line_key(*itself, nth=seen[itself]),
            account=account,
            side=side,
            booked_on=movement.day,
            booked_time=movement.time,
            direction=direction,
            amount_fen=abs(signed),
            balance_fen=movement.balance_fen,
            counterparty_name=movement.name,
            counterparty_account=movement.account,
            counterparty_bank=movement.bank,
            narrative=movement.narrative,
            reference=movement.reference,
        )
        seen[itself] += 1
