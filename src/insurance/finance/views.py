"""What finance shows of a payout, a statement and its lines: account numbers only by their last four digits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from insurance.base.text import Text, t
from insurance.finance.lifecycle import open_verbs
from insurance.finance.model import PayoutState
from insurance.finance.model_payments import PayoutMode


class PayoutView(msgspec.Struct, frozen=True, kw_only=True):
    """支付指令 as people and programs read it."""

    id: int
    number: str
    token: str
    part_id: int
    state: PayoutState
    amount_fen: int
    payee_name: str
    payee_bank: str
    payee_account: str
    memo: str
    insurer_id: int
    region_path: str
    ordered_on: dt.date
    ordered_by: str | None
    released_by: str | None
    settled_on: dt.date | None
    returned_on: dt.date | None
    return_code: str | None
    closed_reason: str | None
    mode: PayoutMode
    paying_account_id: int | None
    open_verbs: list[str]
    version: int


def payout_view(row: Any, role: str) -> PayoutView:
    """A row of `sql/payouts.sql` for a reader of this role."""
    state = PayoutState(row["state"])
    return PayoutView(
        id=row["id"], number=row["number"], token=row["token"], part_id=row["part_id"], state=state, amount_fen=row["amount_fen"],
        payee_name=row["payee_name"], payee_bank=row["payee_bank"], payee_account="****" + row["payee_account_tail"], memo=row["memo"],
        insurer_id=row["insurer_id"], region_path=row["region_path"], ordered_on=row["ordered_on"], ordered_by=row["ordered_name"],
        released_by=row["released_name"], settled_on=row["settled_on"], returned_on=row["returned_on"],
        return_code=row["return_code"], closed_reason=row["closed_reason"], mode=PayoutMode(row["mode"]),
        paying_account_id=row["paying_account_id"],
        open_verbs=[verb.value for verb in open_verbs(state, role)], version=row["version"],
    )  # fmt: skip


class StatementView(msgspec.Struct, frozen=True, kw_only=True):
    """对账单: counts tie, lines = new_lines + known_lines; matched + open = stored lines of this file.

    `holder` and `programme` where it shows a registered paying account, the latter the programme's own.
    """

    id: int
    file_name: str
    account: str
    holder: str | None
    programme: bool
    side: str
    lines: int
    new_lines: int
    known_lines: int
    matched: int
    open: int
    in_fen: int
    out_fen: int
    opening_fen: int | None
    closing_fen: int | None
    from_on: dt.date | None
    until_on: dt.date | None
    read_by: str | None
    read_at: dt.datetime
    repeated: bool = False


def statement_view(row: Any, *, repeated: bool = False) -> StatementView:
    """A row of `sql/statements.sql`; `repeated` when this very file had been read before."""
    return StatementView(
        id=row["id"], file_name=row["file_name"], account="****" + row["account_tail"], holder=row["holder_name"],
        programme=row["programme"], side=row["side"], lines=row["line_count"],
        new_lines=row["new_line_count"], known_lines=row["line_count"] - row["new_line_count"], matched=row["matched_count"],
        open=row["stored_count"] - row["matched_count"], in_fen=row["in_fen"], out_fen=row["out_fen"], opening_fen=row["opening_fen"],
        closing_fen=row["closing_fen"], from_on=row["from_on"], until_on=row["until_on"], read_by=row["read_name"],
        read_at=row["read_at"], repeated=repeated,
    )  # fmt: skip


class Candidate(msgspec.Struct, frozen=True):
    """A payout a line may pay, and by which rule."""

    payout_id: int
    number: str
    token: str
    payee_name: str
    amount_fen: int
    rule: str


class Offer(msgspec.Struct, frozen=True):
    """A step another context offers about a line: what it would do, in words; `href` is where it is looked at and changed.

    `fields` are what confirms it in one click, sent to `post_to`; `sure` when the line can hardly be anything else.
    """

    action: str
    text: str
    href: str
    post_to: str
    fields: dict[str, str]
    sure: bool


class Paid(msgspec.Struct, frozen=True):
    """What a matched line pays of an order; a fee on top is the bank's (negative: taken off what the payee got), a surplus owed back."""

    payout_id: int
    number: str
    token: str
    payee_name: str
    amount_fen: int
    fee_fen: int
    surplus_fen: int = 0


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One bank line in exactly one bucket: MATCHED (rule, reason, orders), DONE (what was done), SUGGESTED (confirm in one click), or the
    kind of its exception with its next step, the actions open for it, and how many days it has waited (`age` 0 fresh … 3 old).
    """

    id: int
    statement_id: int
    booked_on: dt.date
    value_on: dt.date | None
    direction: str
    amount_fen: int
    balance_fen: int | None
    counterparty_name: str
    counterparty_account: str
    narrative: str
    reference: str
    bucket: str
    match_id: int | None = None
    case_id: int | None = None
    payout_id: int | None = None
    payout_number: str | None = None
    rule: str | None = None
    reason: str = ""
    next_step: str = ""
    actions: list[str] = []
    pair_line_id: int | None = None
    return_code: str = ""
    days: int = 0
    age: int = 0
    pays: list[Paid] = []
    candidates: list[Candidate] = []
    offer: Offer | None = None


MATCHED_BY_HAND: Text = t("人工确认")
