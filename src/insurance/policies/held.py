"""A policy as it stands now with everything a change of it depends on, and a change planned before anything is written; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.base.text import Text
from insurance.policies.model import Cover, LegalRegime, Payer, Period, PolicyState
from insurance.policies.model_midterm import Charge, EndorsementKind, Ground
from insurance.policies.rules_midterm import Footing, Worked, consumed, work_out
from insurance.policies.terms import terms_by

_DECIDED_AT_NOTHING = ("REJECTED", "ZERO", "CLOSED")  # 拒赔, 零结案, and what became of both


class Restoration(msgspec.Struct, frozen=True):
    """A part of a line's sum that was bought back from a day on, and its premium."""

    from_on: date
    amount_fen: Fen
    premium_fen: Fen


class HeldLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule (`until_on` None: it stands); `returned_fen` of its premium was given back so far, `excess_fen`
    of that for over-insurance.
    """

    id: int
    asset_id: int
    name: str
    retired_on: date | None
    regime_of_law: LegalRegime
    sum_insured_fen: Fen
    premium_fen: Fen
    value_from_on: date
    until_on: date | None
    returned_fen: Fen
    excess_fen: Fen
    restored: tuple[Restoration, ...]


class ClaimOf(msgspec.Struct, frozen=True, kw_only=True):
    """A claim of the policy; `taken` is what its latest approval takes by line ('' for 收益保), in fen."""

    id: int
    number: str
    state: str
    loss_on: date
    live: bool
    approved_fen: Fen | None
    paid_fen: Fen
    paid_on: date | None
    taken: Mapping[str, Fen]

    @property
    def undecided(self) -> bool:
        """Nobody has said yet what the loss comes to."""
        return self.live and self.approved_fen is None and self.state not in _DECIDED_AT_NOTHING


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as it stands now, with everything a change of it depends on."""

    id: int
    number: str
    cover: Cover
    state: PolicyState
    project_id: int
    region_path: str
    insurer_id: int
    period: Period  # the days with cover
    sold_before: date
    terms_version: str
    terms_checksum: str
    insured_party_id: int | None
    insured_name: str | None
    sum_insured_fen: Fen
    premium_fen: Fen
    bound_on: date
    version: int
    opening: bool
    never_covered: bool
    known_ownership: str | None
    known_operation: str | None
    known_situation: str | None
    application_document_id: int | None  # None: an old policy taken over from paper
    title_document_id: int | None
    schedule: tuple[HeldLine, ...]
    claims: tuple[ClaimOf, ...]
    borne_fen: Mapping[Payer, Fen]

    @property
    def sold(self) -> Period:
        """The period as it was sold, which the premium was charged for."""
        return Period(self.period.starts_on, self.sold_before)

    @property
    def lines(self) -> tuple[HeldLine, ...]:
        """The lines that stand."""
        return tuple(line for line in self.schedule if line.until_on is None)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an endorsement is going to do, before anything of it is written.

    `ends` are lines of the schedule that end on the day; `insured_party_id` is who is insured from then on; `notes` are said to the
    reader.
    """

    kind: EndorsementKind
    effective_on: date
    reason: str
    inputs: Any
    footing: Footing
    ground: Ground | None = None
    document_id: int | None = None
    claim_id: int | None = None
    judgement: Any = None
    ends: tuple[int, ...] = ()
    insured_party_id: int | None = None
    insured_name: str | None = None
    ends_before: date | None = None
    never_covered: bool = False
    known: Mapping[str, str | None] = {}  # what of ownership, operation and situation is known otherwise now
    application_document_id: int | None = None
    title_document_id: int | None = None
    notes: tuple[Text, ...] = ()


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan held against its policy: the amounts, and what they leave insured."""

    held: Held
    plan: Plan
    worked: Worked
    sum_insured_fen: Fen


def taken_by(held: Held) -> dict[str, Fen]:
    """What losses have taken by line ('' for 收益保): of live claims, by their latest approval."""
    taken: dict[str, Fen] = {}
    for claim in held.claims:
        for line, fen in claim.taken.items() if claim.live else ():
            taken[line] = taken.get(line, 0) + fen
    return taken


def charges(held: Held, lines: Iterable[HeldLine] | None = None) -> tuple[Charge, ...]:
    """The premiums that still run: of each line its own and what was paid to buy its sum back; of 收益保 the one of the policy."""
    taken = taken_by(held)
    if held.cover is Cover.INCOME:
        used = min(held.sum_insured_fen, taken.get("", 0))
        one = Charge(
            policy_item_id=None, name=held.number, premium_fen=held.premium_fen, period=held.sold,
            sum_insured_fen=held.sum_insured_fen, consumed_fen=used,
        )  # fmt: skip
        return (one,)
    found: list[Charge] = []
    for line in held.lines if lines is None else lines:
        sums = [line.sum_insured_fen, *(one.amount_fen for one in line.restored)]
        premiums = [line.premium_fen - line.returned_fen, *(one.premium_fen for one in line.restored)]
        days = [line.value_from_on, *(one.from_on for one in line.restored)]
        for amount, premium, day, used in zip(sums, premiums, days, consumed(taken.get(str(line.id), 0), sums), strict=True):
            found.append(
                Charge(
                    policy_item_id=line.id, name=line.name, premium_fen=premium, period=Period(day, held.sold_before),
                    sum_insured_fen=amount, consumed_fen=used,
                )
            )  # fmt: skip
    return tuple(found)


def lowered_by(held: Held, line: HeldLine) -> Fen:
    """How far losses have lowered the sum of a line by now, what was bought back taken off."""
    return max(0, min(line.sum_insured_fen, taken_by(held).get(str(line.id), 0) - sum(one.amount_fen for one in line.restored)))


def reckon(held: Held, plan: Plan) -> Reckoned:
    """Work the plan out by the terms the policy was sold with."""
    terms = terms_by(held.cover, held.terms_version, held.terms_checksum)
    worked = work_out(plan.footing, terms)
    remaining = sum(line.sum_insured_fen for line in held.lines if line.id not in plan.ends)
    joined = sum(item.sum_insured_fen for item in worked.items)
    whole = held.sum_insured_fen if held.cover is Cover.INCOME else remaining + joined
    return Reckoned(held=held, plan=plan, worked=worked, sum_insured_fen=whole)
