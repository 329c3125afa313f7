"""Files read one after another as the store keeps them, without a database: what stands, by file and place, and what was asked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from insurance.finance.model import BankLine, Statement
from insurance.finance.rules_overlap import Overlap, Parted, Stretch, part, step_of
from make.bank import OWN, read

HEAD = ["交易日期", "交易时间", "支出", "收入", "余额", "对方户名", "对方账号", "摘要"]
DAY = dt.date(2019, 7, 1)


def row(
    fen: int, balance_fen: int | None, *, day: dt.date = DAY, time: str = "", name: str = "", account: str = "", said: str = ""
) -> list[Any]:
    """A row under `HEAD`."""
    yuan = f"{abs(fen) / 100:.2f}"
    balance = "" if balance_fen is None else f"{balance_fen / 100:.2f}"
    return [day.isoformat(), time, *(["", yuan] if fen > 0 else [yuan, ""]), balance, name, account, said]


def walk(*fens: int, opening_fen: int = 0, **known: Any) -> list[list[Any]]:
    """Rows that follow one another on one day."""
    rows = []
    for fen in fens:
        opening_fen += fen
        rows.append(row(fen, opening_fen, **known))
    return rows


def file(rows: Sequence[Sequence[Any]]) -> Statement:
    """A statement of these rows; columns that are empty throughout are left out."""
    used = [n for n in range(len(HEAD)) if n in (0, 2, 3) or any(one[n] for one in rows)]
    return read([[HEAD[n] for n in used], *[[one[n] for n in used] for one in rows]], OWN)


def returns(rows: Sequence[Sequence[Any]], day: dt.date) -> bool:
    """Whether the day's balance comes back to where it was; without balances always."""
    seen = [one[4] for one in rows if one[0] == day.isoformat()]
    signed = [float(one[3] or 0) - float(one[2] or 0) for one in rows if one[0] == day.isoformat()]
    return not all(seen) or len({f"{float(seen[0]) - signed[0]:.2f}", *seen}) <= len(seen)


class Shelf:
    """What stands after some files."""

    def __init__(self) -> None:
        self.stands: dict[tuple[int, int], BankLine] = {}
        self.again: set[bytes] = set()
        self.files = 0

    @property
    def keys(self) -> list[bytes]:
        """The keys of all lines that stand."""
        return [line.key for line in self.stands.values()]

    def take(self, found: Statement, overlap: Overlap | None = None) -> list[dt.date]:
        """Read a file; answers the days it is refused for, then nothing of it stands."""
        parted = self._part(found, overlap)
        if parted.doubtful or parted.earlier:
            return sorted({*parted.doubtful, *parted.earlier})
        known = set(self.keys)
        self.files += 1
        self.again |= set(parted.met)
        self.stands |= {(self.files, place): line for place, line in enumerate(parted.found.lines) if line.key not in known}
        return []

    def _part(self, found: Statement, overlap: Overlap | None) -> Parted:
        loose = [line for line in found.lines if not line.reference]
        days = {line.booked_on for line in loose}
        known = {line.key for line in loose} | self.again
        shared = {one.booked_on for one in self.stands.values() if one.key in known and one.booked_on in days}
        return part(found, {day: self._stretches(day) for day in sorted(shared)}, overlap)

    def _stretches(self, day: dt.date) -> list[Stretch]:
        places = sorted(place for place, line in self.stands.items() if line.booked_on == day)
        parts: list[list[tuple[int, int]]] = []
        for number, place in places:
            if parts and parts[-1][-1] == (number, place - 1):
                parts[-1].append((number, place))
            else:
                parts.append([(number, place)])
        return [self._stretch(part, day) for part in parts]

    def _stretch(self, places: list[tuple[int, int]], day: dt.date) -> Stretch:
        (number, first), (_, last) = places[0], places[-1]
        before, after = self.stands.get((number, first - 1)), self.stands.get((number, last + 1))
        lines = [self.stands[place] for place in places]
        steps = tuple(step_of(line, line.counterparty_account[-4:], again=line.key in self.again) for line in lines)
        return Stretch(steps, before is not None and before.booked_on < day, after is not None and after.booked_on > day)


def content(rows: Sequence[Sequence[Any]], account: str = OWN) -> bytes:
    """The same as a list that can be uploaded."""
    out = io.StringIO()
    csv.writer(out).writerows([["账号", account], HEAD, *rows])
    return out.getvalue().encode("gb18030")
