"""Words of the three books: what we owe, what an insurer lists as paid, what the bank shows, and how an item may differ between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from insurance.base.money import Fen
from insurance.base.text import Text


class Difference(StrEnum):
    """How an item differs between the books; an item has the first class that fits, in this order (see `rules_books`)."""

    RETURNED = "RETURNED"  # 退汇
    DUPLICATE = "DUPLICATE"  # 重复
    AMOUNT = "AMOUNT"  # 金额不符
    MISSING = "MISSING"  # 缺失
    PAYEE = "PAYEE"  # 收款人不符
    NOT_YET = "NOT_YET"  # 未达


class Own(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A claim part in our books as of a day. `owed_on` None: nothing was agreed or advanced by that day, the part is only known.

    `account` is a keyed digest; `names` are those of the right-holder and of the account. Days later than the day are left out.
    """

    part_id: int
    claim_id: int
    claim_number: str
    insurer_id: int
    amount_fen: Fen
    owed_on: dt.date | None
    names: tuple[str, ...] = ()
    account: str = ""
    account_tail: str = ""
    pay_due_on: dt.date | None = None  # the end of the term of payment
    payouts: tuple[int, ...] = ()  # every order of the part, the newest that was not cancelled last
    tokens: tuple[str, ...] = ()
    payout_number: str = ""
    released_on: dt.date | None = None
    returned_on: dt.date | None = None  # the newest order came back: owed again


class Listed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row an insurer lists as paid, in fen; below 0: taken back. `place` is its cell in the file."""

    id: int
    list_id: int
    insurer_id: int
    place: str
    claim_number: str
    token: str
    name: str
    account: str
    account_tail: str
    amount_fen: int
    paid_on: dt.date


class Banked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A bank line, or the share of it, that concerns an order or names a claim. `signed_fen`: paid out positive, come back negative."""

    line_id: int
    statement_id: int
    payout_id: int | None
    claim_number: str
    signed_fen: int
    booked_on: dt.date
    name: str
    account: str
    account_tail: str
    matched: bool


class Reach(msgspec.Struct, frozen=True):
    """How far the two other books go: the periods of each insurer's lists, and the last day of the bank statements it is paid on."""

    lists: Mapping[int, tuple[tuple[dt.date, dt.date], ...]] = {}
    bank_until: Mapping[int, dt.date] = {}

    def listed(self, insurer_id: int, day: dt.date) -> bool:
        """Whether a list of the insurer covers the day."""
        return any(first <= day <= last for first, last in self.lists.get(insurer_id, ()))


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One difference: its class, the reason in words, what each book has in fen and since when, and what else is the matter."""

    kind: Difference
    reason: Text
    also: tuple[Difference, ...]
    insurer_id: int
    claim_number: str
    claim_id: int | None
    part_id: int | None
    payout_id: int | None
    payout_number: str
    payee: str
    ours_fen: int
    insurer_fen: int
    bank_fen: int
    ours_on: dt.date | None
    rows: tuple[Listed, ...]
    lines: tuple[Banked, ...]

    @property
    def insurer_on(self) -> dt.date | None:
        """The last day the list has."""
        return max((row.paid_on for row in self.rows), default=None)

    @property
    def bank_on(self) -> dt.date | None:
        """The last day the bank has."""
        return max((line.booked_on for line in self.lines), default=None)


class Sums(NamedTuple):
    """How many items, and what each book has of them in fen."""

    number: int = 0
    ours_fen: int = 0
    insurer_fen: int = 0
    bank_fen: int = 0

    @property
    def insurer_gap_fen(self) -> int:
        """The list less our books."""
        return self.insurer_fen - self.ours_fen

    @property
    def bank_gap_fen(self) -> int:
        """The bank less our books."""
        return self.bank_fen - self.ours_fen


class Comparison(msgspec.Struct, frozen=True):
    """The three books side by side: what agrees is only counted and summed, every other item stands in `items` once."""

    items: tuple[Item, ...]
    agreed: Sums
    by_kind: Mapping[Difference, Sums]

    @property
    def total(self) -> Sums:
        """Everything: it equals the sums of the three books, so the gaps of the classes explain the gap to the fen."""
        return Sums(*map(sum, zip(self.agreed, *self.by_kind.values(), strict=True)))


# -- an insurer's list --------------------------------------------------------------------------------------------------------


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was read. `account` is the number itself, which is not kept."""

    place: str
    claim_number: str
    token: str
    name: str
    account: str
    amount_fen: int
    paid_on: dt.date
    remark: str


class ListPeriod(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of a list beside its content: whose, and the days it covers whole."""

    from_on: dt.date
    until_on: dt.date
    insurer: str = ""


class Withdrawing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list is taken back, with the reason."""

    version: int
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class ListHead(msgspec.Struct, frozen=True, kw_only=True):
    """赔款支付清单 as it was taken in. A withdrawn list stays but does not count."""

    id: int
    insurer_id: int
    insurer: str
    file_name: str
    from_on: dt.date
    until_on: dt.date
    rows: int
    sum_fen: int
    read_by: str | None
    read_at: dt.datetime
    withdrawn_by: str | None
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str | None
    version: int
    repeated: bool = False


class InsurerListView(ListHead, frozen=True, kw_only=True):
    """The same; `new_rows` of its rows stood in no earlier list that counts."""

    new_rows: int


class ListRowView(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a list as people read it."""

    id: int
    ordinal: int
    place: str
    claim_number: str
    claim_id: int | None
    token: str
    name: str
    account: str
    amount_fen: int
    paid_on: dt.date
    remark: str
