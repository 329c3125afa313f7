"""Words of premium that moves: who pays, what a bank line is of it, how a policy and payer stand, what is asked of a clerk."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.base.money import MOST_FEN, Fen
from insurance.policies.model import Payer

_RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class MoveKind(StrEnum):
    """What a bank line is of the premium."""

    RECEIVED = "RECEIVED"  # 收到保费、补贴
    PASSED_ON = "PASSED_ON"  # 保费付保险公司
    INSURER_REFUND = "INSURER_REFUND"  # 保险公司退来
    PAID_BACK = "PAID_BACK"  # 退还付款方


OF_A_PAYER = frozenset({MoveKind.RECEIVED, MoveKind.PAID_BACK})  # the others are of an insurer


class Target(msgspec.Struct, frozen=True):
    """Whose premium a line is: a payer (a county's treasury, an insured party) or an insurer; a county or an insurer may narrow it.

    `direct`: the line is on the insurer's own account, the programme's bank does not move.
    """

    kind: MoveKind
    payer: Payer | None = None
    county_code: str | None = None
    party_id: int | None = None
    insurer_id: int | None = None
    direct: bool = False


class Standing(msgspec.Struct, frozen=True):
    """How a policy and payer stand, in fen: `open_fen` owed by the payer (below zero: to go back to it), `owed_fen` owed to the insurer
    (below zero: owed by it), `held_fen` held by the programme. `due_on`: the oldest day of what is open, else of the first due.
    """

    policy_id: int
    number: str
    payer: Payer
    region_path: str
    insurer_id: int
    due_on: dt.date
    open_fen: int
    owed_fen: int
    held_fen: int


class Share(msgspec.Struct, frozen=True):
    """So much of a line is of this policy and payer."""

    policy_id: int
    number: str
    payer: Payer
    region_path: str
    insurer_id: int
    amount_fen: Fen


class Allocation(msgspec.Struct, frozen=True):
    """A line shared out: Σ shares + surplus = the line."""

    shares: tuple[Share, ...]
    surplus_fen: Fen

    @property
    def shared_fen(self) -> Fen:
        """What policies take of it."""
        return sum(share.amount_fen for share in self.shares)


class Treasury(msgspec.Struct, frozen=True):
    """The public payer a name stands for."""

    payer: Payer
    county_code: str | None = None


class Due(msgspec.Struct, frozen=True):
    """Premium due of a payer from a day on; below zero: given back."""

    payer: Payer
    booked_on: dt.date
    amount_fen: int


class Unpaid(msgspec.Struct, frozen=True):
    """A payer whose part the cover waits for, on a day: how much of it had not come in, since when, how many days."""

    payer: Payer
    amount_fen: Fen
    due_on: dt.date
    days: int


class MoveEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a clerk says a line is. `expected_fen`: what policies were shown to take of it; refused where that has changed since."""

    line_id: _RowId
    kind: MoveKind
    payer: Payer | None = None
    county_code: str | None = None
    party_id: _RowId | None = None
    insurer: str | None = None
    expected_fen: Annotated[int, Meta(ge=1, le=MOST_FEN)] | None = None
    note: Annotated[str, Meta(max_length=500)] = ""
