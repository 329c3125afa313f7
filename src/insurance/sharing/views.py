"""Plans, lists and distributions as people and programs read them: persons masked, amounts with what is open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from insurance.access import scopes
from insurance.base.codes import mask_name
from insurance.base.money import Fen
from insurance.base.text import Text, render
from insurance.sharing.model import Basis, Inputs, Purpose, SharingState, Source


class PlanPurpose(msgspec.Struct, frozen=True):
    """A purpose of a plan; the account of the unit shows its last four digits."""

    purpose: Purpose
    weight: int
    payee: str | None


class PlanView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a plan; `in_force`: it is the one that counts today."""

    id: int
    project_id: int
    ordinal: int
    shown_on: dt.date
    voted_on: dt.date
    from_on: dt.date
    document_id: int
    file_name: str
    reserve_per_mille: int
    purposes: tuple[PlanPurpose, ...]
    note: str
    entered_by: str | None
    entered_on: dt.date
    in_force: bool


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list of households; `until_on` is the last day it may be shared by. `in_force`: it counts today."""

    id: int
    project_id: int
    checked_on: dt.date
    until_on: dt.date
    households: int
    weights: int
    entered_by: str | None
    entered_on: dt.date
    confirmed_by: str | None
    in_force: bool
    may_confirm: bool
    version: int


class HouseholdView(msgspec.Struct, frozen=True):
    """A household of a list, masked."""

    key: str
    name: str
    need: str
    weight: int
    resident_id: str
    card: str


class SharingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution as lists show it. `open_fen` is what no use is told of yet, `open_days` since when, from its confirmation."""

    id: int
    number: str
    project_id: int
    project_name: str
    project_code: str
    region_path: str
    place: str
    source: Source
    annual_account_id: int | None
    statement_id: int | None
    payout_id: int | None
    payout_number: str | None
    claim_id: int | None
    claim_number: str | None
    from_on: dt.date | None
    last_on: dt.date | None
    payer: str
    reason: str
    document_id: int | None
    basis: Basis | None
    target_fen: Fen | None
    reached_fen: Fen | None
    repayable: bool
    amount_fen: Fen
    used_fen: Fen
    open_fen: Fen
    open_days: int | None
    state: SharingState
    made_by: str | None
    made_on: dt.date
    published_on: dt.date | None
    notice_place: str | None
    notice_document_id: int | None
    window_last_on: dt.date | None
    confirmed_by: str | None
    confirmed_on: dt.date | None
    closed_reason: str | None
    version: int


class ShareView(msgspec.Struct, frozen=True, kw_only=True):
    """A share: what it is, whom it goes to (masked), what was used of it. `payee_state`: PAID, LISTED, OPEN."""

    purpose: Purpose
    key: str
    name: str
    weight: int | None
    account: str
    amount_fen: Fen
    used_fen: Fen
    payee_state: str
    pay_list: str | None


class StepView(msgspec.Struct, frozen=True):
    """One step of the calculation."""

    step: int
    rule: str
    inputs: dict[str, Any]
    result_fen: Fen
    text: str


class UseView(msgspec.Struct, frozen=True, kw_only=True):
    """A use, or what takes one back (`reverses_id`)."""

    id: int
    purpose: Purpose
    key: str
    amount_fen: Fen
    used_on: dt.date
    pay_list_id: int | None
    pay_list_number: str | None
    document_id: int | None
    file_name: str | None
    reverses_id: int | None
    reversed_by_id: int | None
    note: str
    made_by: str | None
    made_at: dt.datetime


class PayListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list for the bank; `returned` lines came back after it was paid."""

    id: int
    number: str
    line_count: int
    sum_fen: Fen
    state: str
    made_by: str | None
    made_on: dt.date
    paid_on: dt.date | None
    returned: int
    cancelled_reason: str | None
    version: int


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, by whom, when."""

    version: int
    verb: str
    from_state: str | None
    to_state: str
    business_at: dt.datetime
    actor: str | None
    reason: str
    facts: dict[str, Any]


class SharingView(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution whole: what was shared, by which plan and list, step by step, and every use."""

    head: SharingLine
    plan: PlanView
    list_id: int | None
    list_checked_on: dt.date | None
    inputs: Inputs
    steps: tuple[StepView, ...]
    shares: tuple[ShareView, ...]
    pay_lists: tuple[PayListView, ...]
    uses: tuple[UseView, ...]
    events: tuple[EventView, ...]
    open_verbs: tuple[str, ...]


def plan_view(row: Any, in_force: bool) -> PlanView:
    """A plan as it is read."""
    purposes = tuple(
        PlanPurpose(
            Purpose(one["purpose"]), one["weight"],
            None if one["payee_name"] is None else f"{one['payee_name']} {one['payee_bank']} ****{one['payee_tail']}",
        )
        for one in row["purposes"] or ()
    )  # fmt: skip
    names = [name for name in PlanView.__struct_fields__ if name not in {"purposes", "in_force"}]
    return PlanView(purposes=purposes, in_force=in_force, **{name: row[name] for name in names})


def line_view(row: Any, today: dt.date) -> SharingLine:
    """A row of `sql/sharings.sql`."""
    open_fen = row["amount_fen"] - row["used_fen"]
    days = (today - row["confirmed_on"]).days if row["confirmed_on"] and open_fen else None
    made = {"place", "open_fen", "open_days", "source", "state", "basis"}
    return SharingLine(
        place=scopes.place(row["region_path"]), open_fen=open_fen, open_days=days, source=Source(row["source"]),
        state=SharingState(row["state"]), basis=Basis(row["basis"]) if row["basis"] else None,
        **{name: row[name] for name in SharingLine.__struct_fields__ if name not in made},
    )  # fmt: skip


def share_view(row: Any) -> ShareView:
    """A share with its payee masked: a household's name and card; a unit's name is public."""
    person = row["purpose"] == Purpose.DIVIDEND
    tail = row["card_tail"] if person else row["payee_tail"]
    bank = row["bank_name"] if person else row["payee_bank"]
    done = row["used_fen"] >= row["amount_fen"]
    return ShareView(
        purpose=Purpose(row["purpose"]), key=row["key"], name=mask_name(row["name"] or "") if person else row["payee_name"] or "",
        weight=row["weight"], account=f"{bank} ****{tail}" if tail else "", amount_fen=row["amount_fen"], used_fen=row["used_fen"],
        payee_state="PAID" if done else "LISTED" if row["pay_list_id"] else "OPEN", pay_list=row["pay_list_number"],
    )  # fmt: skip


def household_view(row: Any) -> HouseholdView:
    """A household, masked."""
    return HouseholdView(
        row["key"], mask_name(row["name"]), row["need"], row["weight"], f"{'*' * 14}{row['resident_id_tail']}",
        f"{row['bank_name']} ****{row['card_tail']}",
    )  # fmt: skip


def step_view(step: Any, language: str) -> StepView:
    """A stored step in the reader's language."""
    text = step["text"]
    said = Text(text["msgid"], text.get("params", {})) if isinstance(text, dict) else text
    return StepView(step["step"], step["rule"], step["inputs"], step["result_fen"], render(said, language))
