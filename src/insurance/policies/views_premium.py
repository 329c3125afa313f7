"""What is shown of premium that moves: positions of policies and payers, arrears, statements, movements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.policies.model import Payer
from insurance.policies.model_premium import MoveKind, Share


class ShareView(msgspec.Struct, frozen=True):
    """So much of a movement is of a policy and payer."""

    policy: int
    number: str
    payer: Payer
    amount_fen: Fen


class Look(msgspec.Struct, frozen=True):
    """What a line would become."""

    text: str
    shared_fen: Fen
    surplus_fen: Fen
    shares: list[ShareView]


class MoveView(msgspec.Struct, frozen=True, kw_only=True):
    """A bank line that is premium; `shares` only where one movement is asked for. `surplus_fen` is in suspense."""

    id: int
    line_id: int
    statement_id: int
    case_id: int
    kind: MoveKind
    payer: Payer | None
    county_code: str | None
    party: str | None
    insurer: str | None
    direct: bool
    amount_fen: Fen
    surplus_fen: Fen
    booked_on: dt.date
    counterparty_name: str
    policies: int
    made_by: str | None
    undone_by: str | None
    undone_at: dt.datetime | None
    undone_reason: str | None
    shares: list[ShareView]


def share_view(share: Share) -> ShareView:
    """A share of an allocation."""
    return ShareView(share.policy_id, share.number, share.payer, share.amount_fen)


def move_view(row: Any, shares: Iterable[Any]) -> MoveView:
    """A row of `sql/premium_moves.sql` with its shares."""
    same = ("id", "line_id", "statement_id", "case_id", "county_code", "direct", "amount_fen", "surplus_fen", "booked_on",
            "counterparty_name", "undone_at", "undone_reason")  # fmt: skip
    return MoveView(
        **{name: row[name] for name in same}, kind=MoveKind(row["kind"]), payer=Payer(row["payer"]) if row["payer"] else None,
        party=row["party_name"] or None, insurer=row["insurer_code"], policies=row["shares"], made_by=row["made_name"],
        undone_by=row["undone_name"],
        shares=[ShareView(s["policy_id"], s["number"], Payer(s["payer"]), s["amount_fen"]) for s in shares],
    )  # fmt: skip


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """A policy and payer: due - refunded - received + paid back = open (below zero: to go back to the payer). `due_on`, `days`: of the
    oldest due that is open. `owed_fen` is owed to the insurer (below zero: by it), `held_fen` held by the programme.
    """

    policy: int
    number: str
    cover: str
    project: int
    project_name: str
    county_code: str
    insurer: str
    payer: Payer
    insured: str
    party: int | None
    due_fen: Fen
    refunded_fen: Fen
    received_fen: Fen
    paid_back_fen: Fen
    open_fen: int
    owed_fen: int
    held_fen: int
    first_on: dt.date | None
    due_on: dt.date | None
    days: int | None
    days30_fen: Fen
    days60_fen: Fen
    days90_fen: Fen
    older_fen: Fen


def position(row: Any, day: dt.date) -> Position:
    """A row of `sql/premium_positions.sql`."""
    same = ("number", "cover", "project_name", "county_code", "due_fen", "refunded_fen", "received_fen", "paid_back_fen", "open_fen",
            "owed_fen", "held_fen", "first_on", "due_on", "days30_fen", "days60_fen", "days90_fen", "older_fen")  # fmt: skip
    return Position(
        **{name: row[name] for name in same}, policy=row["policy_id"], project=row["project_id"], insurer=row["insurer_code"],
        payer=Payer(row["payer"]), insured=row["insured_name"], party=row["insured_party_id"],
        days=(day - row["due_on"]).days if row["due_on"] else None,
    )  # fmt: skip


class Arrears(msgspec.Struct, frozen=True, kw_only=True):
    """A payer's dues in a county with an insurer, and how old what is open is (days since it was booked as due)."""

    payer: Payer
    county_code: str
    county: str
    insurer: str
    insurer_name: str
    policies: int
    open_policies: int
    due_fen: Fen
    refunded_fen: Fen
    received_fen: Fen
    paid_back_fen: Fen
    open_fen: int
    arrears_fen: Fen
    credit_fen: Fen
    owed_fen: int
    held_fen: int
    due_on: dt.date | None
    days30_fen: Fen
    days60_fen: Fen
    days90_fen: Fen
    older_fen: Fen


def arrears(row: Any) -> Arrears:
    """A row of `sql/premium_arrears.sql`."""
    same = {name: row[name] for name in Arrears.__struct_fields__ if name not in ("payer", "insurer")}
    return Arrears(**same, payer=Payer(row["payer"]), insurer=row["insurer_code"])


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in a payer's account: opening + due - refunded - received + paid back = closing."""

    policy: int
    number: str
    project_name: str
    county_code: str
    insurer_name: str
    opening_fen: int
    due_fen: int
    refunded_fen: int
    received_fen: int
    paid_back_fen: int
    closing_fen: int


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """对账单 of a payer for a period; the sums are those of its lines."""

    payer: Payer
    payer_name: str
    county_code: str | None
    insurer: str | None
    party: int | None
    from_on: dt.date
    until_on: dt.date
    opening_fen: int
    due_fen: int
    refunded_fen: int
    received_fen: int
    paid_back_fen: int
    closing_fen: int
    items: list[StatementLine]


def statement_line(row: Any) -> StatementLine:
    """A row of `sql/premium_statement.sql`."""
    same = {name: row[name] for name in StatementLine.__struct_fields__ if name != "policy"}
    return StatementLine(**same, policy=row["policy_id"])
