"""移交包: what the old insurer keeps and what the new one takes over on a day, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.policies.model import Cover, Payer


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One county and cover that goes from one insurer to another on a day."""

    on: date
    county_code: str
    county: str
    cover: Cover
    old_id: int
    old: str
    old_name: str
    new_id: int
    new: str
    new_name: str

    @property
    def pair(self) -> tuple[str, Cover]:
        """The county and the cover."""
        return self.county_code, self.cover


class _Of(msgspec.Struct, frozen=True, kw_only=True):
    """A line belongs to a county and a cover."""

    county_code: str
    cover: Cover


class EndingPolicy(_Of, frozen=True, kw_only=True):
    """A policy of the old insurer that stands on the day before; `ends_with_it`, else it runs on to its own end."""

    policy: int
    number: str
    project_code: str
    project_name: str
    town: str
    starts_on: date
    last_day: date
    sum_insured_fen: Fen
    premium_fen: Fen
    ends_with_it: bool
    followed_by: str | None
    followed_insurer: str | None


class OpenClaim(_Of, frozen=True, kw_only=True):
    """An open claim that stays. `outstanding_fen`: approved, else assessed, else the reserve, less what was paid."""

    claim: int
    number: str
    policy_number: str
    project_code: str
    project_name: str
    disaster: str | None
    loss_on: date
    reported_on: date
    state: str
    due_at: datetime | None
    due_clock: str | None
    reserve_fen: Fen
    assessed_fen: Fen | None
    approved_fen: Fen | None
    paid_fen: Fen
    outstanding_fen: Fen


class InTransit(_Of, frozen=True, kw_only=True):
    """A payout that is ordered and not arrived, or came back and was not ordered anew."""

    number: str
    claim_number: str
    payee_name: str
    payee_account_tail: str
    amount_fen: Fen
    state: str
    ordered_on: date
    returned_on: date | None


class ToComeBack(_Of, frozen=True, kw_only=True):
    """A recovery that is not settled."""

    recovery: int
    claim_number: str
    kind: str
    counterparty: str
    since_on: date
    expected_fen: Fen
    left_fen: Fen


class UnpaidPremium(_Of, frozen=True, kw_only=True):
    """What of a policy's premium is open by the books, payer by payer (below zero: to go back)."""

    policy: int
    number: str
    project_code: str
    project_name: str
    premium_fen: Fen
    open_fen: dict[str, Fen]

    @property
    def insured_fen(self) -> Fen:
        """The insured's own part."""
        return self.open_fen.get(Payer.INSURED, 0)

    @property
    def subsidy_fen(self) -> Fen:
        """The parts of the public payers."""
        return sum(self.open_fen.values()) - self.insured_fen


class GoingProject(_Of, frozen=True, kw_only=True):
    """A project the new insurer takes over, as it needs it to quote. `result`: eligibility of the cover, None for who sees too little."""

    project: int
    code: str
    name: str
    town: str
    village: str
    taxonomy: str
    owner: str | None
    net_value_fen: Fen | None
    asset_count: int
    sum_insured_fen: Fen | None
    guaranteed_fen: Fen | None
    result: str | None


class Experience(_Of, frozen=True, kw_only=True):
    """The claims of a project under the old insurer: how many, when, for how much."""

    project_code: str
    project_name: str
    claims: int
    open: int
    first_on: date
    last_on: date
    reported_fen: Fen
    approved_fen: Fen
    paid_fen: Fen


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The control totals of one change, or of all: each is what its sheet adds up to."""

    ending: int
    ending_sum_insured_fen: Fen
    ending_premium_fen: Fen
    running_on: int
    open_claims: int
    reserve_fen: Fen
    approved_fen: Fen
    paid_fen: Fen
    outstanding_fen: Fen
    in_transit: int
    in_transit_fen: Fen
    recoveries: int
    recoveries_fen: Fen
    unpaid_subsidy_fen: Fen
    unpaid_insured_fen: Fen
    projects: int
    net_value_fen: Fen


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """The handover of a day for one reader. `insurer`: the version of one insurer; None: the office's, with everything."""

    on: date
    made_at: datetime
    insurer: str | None
    changes: list[Change]
    policies: list[EndingPolicy]
    claims: list[OpenClaim]
    payouts: list[InTransit]
    recoveries: list[ToComeBack]
    premiums: list[UnpaidPremium]
    projects: list[GoingProject]
    experience: list[Experience]

    def sums(self, pair: tuple[str, Cover] | None = None) -> Sums:
        """The control totals of one county and cover, None: of all."""
        policies, claims = _of(self.policies, pair), _of(self.claims, pair)
        payouts, recoveries = _of(self.payouts, pair), _of(self.recoveries, pair)
        premiums, projects = _of(self.premiums, pair), _of(self.projects, pair)
        ending = [one for one in policies if one.ends_with_it]
        return Sums(
            ending=len(ending),
            ending_sum_insured_fen=sum(one.sum_insured_fen for one in ending),
            ending_premium_fen=sum(one.premium_fen for one in ending),
            running_on=len(policies) - len(ending),
            open_claims=len(claims),
            reserve_fen=sum(one.reserve_fen for one in claims),
            approved_fen=sum(one.approved_fen or 0 for one in claims),
            paid_fen=sum(one.paid_fen for one in claims),
            outstanding_fen=sum(one.outstanding_fen for one in claims),
            in_transit=len(payouts),
            in_transit_fen=sum(one.amount_fen for one in payouts),
            recoveries=len(recoveries),
            recoveries_fen=sum(one.left_fen for one in recoveries),
            unpaid_subsidy_fen=sum(one.subsidy_fen for one in premiums),
            unpaid_insured_fen=sum(one.insured_fen for one in premiums),
            projects=len(projects),
            net_value_fen=sum(one.net_value_fen or 0 for one in projects),
        )


def _of(lines: Sequence[Any], pair: tuple[str, Cover] | None) -> list[Any]:
    return [one for one in lines if pair is None or (one.county_code, one.cover) == pair]


def kept_by(changes: Iterable[Change], insurer_id: int | None) -> list[Change]:
    """The changes in which this insurer (None: any) is the old one: what stays with it is its own."""
    return [one for one in changes if insurer_id in (None, one.old_id)]


def taken_by(changes: Iterable[Change], insurer_id: int | None) -> list[Change]:
    """The changes in which this insurer (None: any) is the new one."""
    return [one for one in changes if insurer_id in (None, one.new_id)]
