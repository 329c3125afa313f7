"""What people and programs read of the three books: a difference with its reason in words, and the sums that tie."""

from __future__ import annotations

import datetime as dt

import msgspec

from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.access.scopes import insurer_name
from insurance.base.text import Text, render, t
from insurance.claims.model_books import Comparison, Difference, Item, Sums

DIFFERENCE_NAMES: dict[Difference, tuple[Text, str]] = {
    Difference.RETURNED: (t("退汇"), "bad"), Difference.DUPLICATE: (t("重复"), "bad"), Difference.AMOUNT: (t("金额不符"), "bad"),
    Difference.MISSING: (t("缺失"), "bad"), Difference.PAYEE: (t("收款人不符"), "due"), Difference.NOT_YET: (t("未达"), ""),
}  # fmt: skip


class RowPlace(msgspec.Struct, frozen=True):
    """A row of a list: where it stands in the file, and what it says."""

    id: int
    list_id: int
    place: str
    amount_fen: int
    paid_on: dt.date


class LinePlace(msgspec.Struct, frozen=True):
    """A bank line or its share, in fen: paid out positive, come back negative. `statement_id` is null for who reads no statements."""

    statement_id: int | None
    amount_fen: int
    booked_on: dt.date


class BookItem(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between the three books."""

    kind: Difference
    also: list[Difference]
    reason: str
    insurer_id: int
    insurer: str
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
    insurer_on: dt.date | None
    bank_on: dt.date | None
    rows: list[RowPlace]
    lines: list[LinePlace]


class BookSums(msgspec.Struct, frozen=True, kw_only=True):
    """How many items, what each book has of them, and by how much the other two differ from ours."""

    kind: str
    count: int
    ours_fen: int
    insurer_fen: int
    bank_fen: int
    insurer_gap_fen: int
    bank_gap_fen: int


def item_view(one: Item, actor: Actor) -> BookItem:
    """A difference for this reader."""
    reads_bank = may(actor.role, "statement.read")
    reason = render(one.reason, actor.language)
    return BookItem(
        kind=one.kind, also=list(one.also), reason=reason[:1].upper() + reason[1:], insurer_id=one.insurer_id,
        insurer=insurer_name(one.insurer_id), claim_number=one.claim_number, claim_id=one.claim_id, part_id=one.part_id,
        payout_id=one.payout_id, payout_number=one.payout_number, payee=one.payee, ours_fen=one.ours_fen, insurer_fen=one.insurer_fen,
        bank_fen=one.bank_fen, ours_on=one.ours_on, insurer_on=one.insurer_on, bank_on=one.bank_on,
        rows=[RowPlace(row.id, row.list_id, row.place, row.amount_fen, row.paid_on) for row in one.rows],
        lines=[LinePlace(line.statement_id if reads_bank else None, line.signed_fen, line.booked_on) for line in one.lines],
    )  # fmt: skip


def sums_views(found: Comparison) -> list[BookSums]:
    """AGREED, every class, and TOTAL: agreed and the classes add up to the total, whose gaps the classes' gaps explain."""
    named = [("AGREED", found.agreed), *((kind.value, sums) for kind, sums in found.by_kind.items()), ("TOTAL", found.total)]
    return [_sums(kind, sums) for kind, sums in named]


def _sums(kind: str, sums: Sums) -> BookSums:
    return BookSums(
        kind=kind, count=sums.number, ours_fen=sums.ours_fen, insurer_fen=sums.insurer_fen, bank_fen=sums.bank_fen,
        insurer_gap_fen=sums.insurer_gap_fen, bank_gap_fen=sums.bank_gap_fen,
    )  # fmt: skip
