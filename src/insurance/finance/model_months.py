"""Words of a month's end: the reconciliation statement of the programme's account, and its closing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.base.money import Fen


class Item(msgspec.Struct, frozen=True):
    """One entry of the statement: a bank line we have not booked, or a posting the bank has not shown."""

    on: dt.date
    text: str
    amount_fen: Fen
    line_id: int | None = None
    subject: str = ""


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """余额调节表 of a month's last day, in fen: book + bank in not booked - bank out not booked = bank + booked in not at the bank -
    booked out not at the bank; `difference_fen` must be 0 to close. `bank_fen` None: no statement reaches the day.
    """

    month: dt.date
    as_of: dt.date
    account: str
    book_fen: int
    bank_fen: int | None
    bank_in: tuple[Item, ...]
    bank_out: tuple[Item, ...]
    booked_in: tuple[Item, ...]
    booked_out: tuple[Item, ...]

    @property
    def book_adjusted_fen(self) -> int:
        """What the books would say with all that the bank has."""
        return self.book_fen + _sum(self.bank_in) - _sum(self.bank_out)

    @property
    def bank_adjusted_fen(self) -> int | None:
        """What the bank would say with all that is booked."""
        return None if self.bank_fen is None else self.bank_fen + _sum(self.booked_in) - _sum(self.booked_out)

    @property
    def difference_fen(self) -> int | None:
        """What the two still differ by."""
        return None if self.bank_adjusted_fen is None else self.book_adjusted_fen - self.bank_adjusted_fen


def _sum(items: tuple[Item, ...]) -> Fen:
    return sum(item.amount_fen for item in items)


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """月结: which month, as its first day."""

    month: dt.date


class Reopening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a closed month is opened again, by another person."""

    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class MonthView(msgspec.Struct, frozen=True, kw_only=True):
    """A closed month, with the statement it was closed by; reopened ones stay."""

    id: int
    month: dt.date
    closed_by: str | None
    closed_at: dt.datetime
    reopened_by: str | None
    reopened_at: dt.datetime | None
    reopened_reason: str | None
    facts: dict[str, object]
    version: int
