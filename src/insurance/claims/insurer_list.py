"""An insurer's list of payments (理赔支付清单) in: rows of a workbook or CSV, all or nothing, checked against its totals; no database."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import FEN_PER_YUAN
from insurance.base.spreadsheet import Cell, Sheet
from insurance.base.text import Text, t
from insurance.claims.model_books import ListRow
from insurance.claims.opening_claims import OWN_NUMBER
from insurance.finance import cells
from insurance.finance.headings import Label, Printed, printed
from insurance.finance.rules import find_tokens
from insurance.projects.register_cells import BLANK, ERROR, Flaw, Reader, Reading, code_reader, flawed, text_reader
from insurance.projects.register_columns import find_heading, scale_of
from insurance.projects.register_words import Vocabulary, plain
from insurance.projects.sheet_reader import Counts, Layout, SheetReader

MOST_ROWS = 100_000
_MOST_FAULTS = 100
_VOCABULARY = Vocabulary(Path(__file__).parent / "data" / "insurer_list.toml")
_IDLE = frozenset({"serial"})
_LAYOUT = Layout(_VOCABULARY.headings, "amount_fen", _IDLE, _IDLE | {"claim_number", "name", "token"})
_COUNT = re.compile(r"([0-9]+)笔?")
_YEAR_TO_DATE = "累计"


def number_key(number: str) -> str:
    """A claim number as it is compared: half width, no spaces, upper case."""
    return plain(number).upper()


def claim_number_in(text: str) -> str:
    """Our own claim number in a text (赔款 LA2019-0000123), or empty."""
    found = OWN_NUMBER.search(number_key(text))
    return found[0] if found else ""


def row_key(insurer_id: int, row: ListRow, nth: int) -> bytes:
    """What makes a row itself in any list of the insurer; `nth` (from 0) tells apart rows of one list that are equal in the rest."""
    parts = (str(insurer_id), row.claim_number or row.token, row.paid_on.isoformat(), str(row.amount_fen), str(nth))
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def row_keys(insurer_id: int, rows: Sequence[ListRow]) -> list[bytes]:
    """The keys of a list's rows."""
    seen: Counter[tuple[str, dt.date, int]] = Counter()
    keys = []
    for row in rows:
        itself = row.claim_number or row.token, row.paid_on, row.amount_fen
        keys.append(row_key(insurer_id, row, seen[itself]))
        seen[itself] += 1
    return keys


def read_list(sheets: Sequence[Sheet], from_on: dt.date, until_on: dt.date) -> list[ListRow]:
    """The rows of every sheet that has the heading of a payment list, all paid within the period.

    Raises Invalid with a fault per cell (never with a name or number in it) when a row cannot be read, lies outside the period, or a
    printed total or count differs from the rows. Call it off the event loop.
    """
    counts, rows = Counts(), list[ListRow]()
    found = False
    for number, sheet in enumerate(sheets):
        heading = find_heading(sheet, _LAYOUT.headings, _LAYOUT.anchor)
        if heading is None:
            continue
        found = True
        reader = SheetReader(sheet, number, heading, _LAYOUT, several=len(sheets) > 1)
        rows += _Rows(reader, counts, from_on, until_on).read()
        reader.close(counts)
    if not found:
        raise Invalid.field("file", t("没有找到清单表头：前 15 行中应有一行写明赔案号、支付金额、支付日期等列名，至少三个"))
    faults = [FieldFault(one.cell, one.text) for one in counts.faults if one.severity == ERROR]
    if not rows and not faults:
        faults.append(FieldFault("file", t("表头下没有支付记录")))
    if len(rows) > MOST_ROWS:
        faults.append(FieldFault("file", t("一份清单最多 {most} 行", most=MOST_ROWS)))
    if faults:
        raise Invalid(t("清单没有导入，请按提示修改后重新上传"), faults[:_MOST_FAULTS])
    return rows


class _Rows:
    """The rows of one sheet."""

    def __init__(self, reader: SheetReader, counts: Counts, from_on: dt.date, until_on: dt.date) -> None:
        self.reader, self.counts, self.period = reader, counts, (from_on, until_on)

    def read(self) -> list[ListRow]:
        """The rows that are data; what is wrong becomes a fault of its cell."""
        reader = self.reader
        reader.skip(self.counts)
        reader.note_cells()
        self._check_unit()
        columns = [reader.read_column(field, one) for field, one in _READERS.items()]
        rows = list[ListRow]()
        since = overall = 0
        whole = True  # every amount so far could be read: else the sums say nothing
        beside = list(range(reader.heading.last_row))
        for at, *values in zip(reader.lines(), *columns, strict=False):
            if at in reader.skipped or self._is_note(at, values):
                beside.append(at)
                since = self._check_total(at, since, overall) if whole else since
                continue
            row = self._row(at, *values)
            whole = whole and row is not None
            if row is not None:
                rows.append(row)
                since, overall = since + row.amount_fen, overall + row.amount_fen
        if whole:
            self._check_counts(len(rows), beside)
        return rows

    def _is_note(self, at: int, values: Sequence[object]) -> bool:
        """Labelled figures below the table, with neither amount nor day: 总笔数：12."""
        fen, day = values[3], values[4]
        return fen is None and day is None and at not in self.reader.bad and next(iter(self._printed(at)), None) is not None

    def _printed(self, at: int) -> Iterator[Printed]:
        return printed([column[at] for column in self.reader.sheet.columns], at, self.reader.name)

    def _fault(self, at: int, field: str, text: Text) -> None:
        self.reader.fault(at, field, Flaw("insurer-list", ERROR, text))

    def _check_unit(self) -> None:
        heading = self.reader.heading
        if scale_of(heading.columns["amount_fen"].unit, heading.money_unit) != FEN_PER_YUAN:
            self._fault(heading.last_row, "amount_fen", t("支付清单应以元为单位"))

    def _row(
        self, at: int, number: str | None, token: str | None, name: str | None, fen: int | None, day: dt.date | None, account: str | None,
        remark: str | None,
    ) -> ListRow | None:  # fmt: skip
        if at in self.reader.bad:
            return None
        said = " ".join(filter(None, (token, remark)))
        tokens = find_tokens(said)
        claim = claim_number_in(number or "") or number_key(number or "") or claim_number_in(said)
        if not fen:
            self._fault(at, "amount_fen", t("没有支付金额"))
        elif day is None:
            self._fault(at, "paid_on", t("没有支付日期"))
        elif not self.period[0] <= day <= self.period[1]:
            self._fault(at, "paid_on", t("支付日期不在清单的期间内"))
        elif not claim and not tokens:
            self._fault(at, "claim_number", t("没有赔案号，备注里也没有付款编号"))
        elif len(tokens) > 1:
            self._fault(at, "remark", t("一行只能有一个付款编号"))
        else:
            return ListRow(
                place=f"{at + 1}" if not self.reader.name else f"{self.reader.name}!{at + 1}", claim_number=claim,
                token=tokens[0] if tokens else "", name=name or "", account=account or "", amount_fen=fen, paid_on=day, remark=remark or "",
            )  # fmt: skip
        return None

    def _check_total(self, at: int, since: int, overall: int) -> int:
        """A totals row must say the sum of the rows since the last one, or of all so far; answers the sum to go on from."""
        words = [plain(cell) for column in self.reader.sheet.columns if isinstance(cell := column[at], str) and "计" in cell]
        fen = cells.fen(self.reader.sheet.columns[self.reader.index["amount_fen"]][at])
        if not words or not isinstance(fen, int) or any(_YEAR_TO_DATE in word for word in words):
            return since
        if fen not in (since, overall):
            self._fault(at, "amount_fen", t("合计与各行之和不符"))
        return 0

    def _check_counts(self, rows: int, beside: Sequence[int]) -> None:
        """How many payments the file says it holds, above or below the table."""
        for at in beside:
            for item in self._printed(at):
                stated = _COUNT.fullmatch(cells.compact(item.cell)) if item.label is Label.COUNT else None
                if stated and int(stated[1]) != rows:
                    self._fault(at, "amount_fen", t("笔数与各行不符"))


# -- cells --------------------------------------------------------------------------------------------------------------------


def _amount(cell: Cell) -> Reading:
    found = _DATE if isinstance(cell, dt.date) else cells.fen(cell)
    return flawed("amount", found) if isinstance(found, Text) else BLANK if found is None else Reading(found)


def _day(cell: Cell) -> Reading:
    found = cells.moment(cell)
    return flawed("day", found) if isinstance(found, Text) else BLANK if found is None else Reading(found[0])


def _account(cell: Cell) -> Reading:
    found = cells.account_number(cell)
    return flawed("account", found) if isinstance(found, Text) else Reading(found or None)


_DATE = t("金额单元格是日期格式，请改为数值格式后重新录入")
_READERS: dict[str, Reader] = {
    "claim_number": code_reader(60), "token": code_reader(60), "name": text_reader(200), "amount_fen": _amount, "paid_on": _day,
    "account": _account, "remark": text_reader(500),
}  # fmt: skip
