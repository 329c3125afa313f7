"""What is shown of eligibility and policies, with every text in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.base.text import Text, render
from insurance.policies.eligibility import Judgements
from insurance.policies.model import (
    Cover,
    Judgement,
    LegalRegime,
    Payer,
    PolicyState,
    Result,
)
from insurance.policies.store import insured_item, period_of

# -- eligibility --------------------------------------------------------------------------------------------------------


class EvidenceView(msgspec.Struct, frozen=True):
    """The fact that decided, and the paper and day it rests on."""

    fact: str
    document: str | None
    on: date | None


class ReasonView(msgspec.Struct, frozen=True):
    """One test. `passed` null: not yet proven. `enrolment`: must hold to bind, but is no part of the result."""

    code: str
    passed: bool | None
    text: str
    evidence: EvidenceView
    remedy: str | None
    enrolment: bool


class JudgementView(msgspec.Struct, frozen=True):
    """One cover: the result, every test, what to note on the policy."""

    result: Result
    reasons: list[ReasonView]
    notes: list[str]


class EligibilityView(msgspec.Struct, frozen=True):
    """Both covers of a project on a day."""

    as_of: date
    industry: JudgementView
    income: JudgementView


def judgement_view(judgement: Judgement, language: str) -> JudgementView:
    """A judgement in the reader's language."""
    reasons = [
        ReasonView(
            code=reason.code,
            passed=reason.passed,
            text=render(reason.text, language),
            evidence=EvidenceView(
                render(reason.evidence.fact, language),
                render(reason.evidence.document, language) if reason.evidence.document else None,
                reason.evidence.on,
            ),
            remedy=None if reason.remedy is None else render(reason.remedy, language),
            enrolment=reason.enrolment,
        )
        for reason in judgement.reasons
    ]
    return JudgementView(judgement.result, reasons, [render(note, language) for note in judgement.notes])


def eligibility_view(judged: Judgements, as_of: date, language: str) -> EligibilityView:
    """Both covers in the reader's language."""
    return EligibilityView(as_of, judgement_view(judged.industry, language), judgement_view(judged.income, language))


# -- what stands in jsonb -------------------------------------------------------------------------------------------------


def revived(value: Any) -> Any:
    """JSON from the database with its texts as texts again, however deep they lie."""
    if isinstance(value, dict):
        parts = {name: revived(part) for name, part in value.items()}
        return Text(parts["msgid"], parts.get("params", {})) if "msgid" in parts and parts.keys() <= {"msgid", "params"} else parts
    return [revived(part) for part in value] if isinstance(value, list) else value


class StepView(msgspec.Struct, frozen=True):
    """One line of a working."""

    step: int
    rule: str
    inputs: dict[str, Any]
    result_fen: Fen
    text: str


def step_views(steps: Iterable[Any], language: str) -> list[StepView]:
    """Steps as they were stored, in the reader's language."""
    return [StepView(s["step"], s["rule"], s["inputs"], s["result_fen"], render(revived(s["text"]), language)) for s in steps]


# -- policies -------------------------------------------------------------------------------------------------------------


class PolicyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in a list. `last_day` is the last day with cover."""

    id: int
    number: str
    cover: Cover
    state: PolicyState
    project: int
    project_code: str
    project_name: str
    county_code: str
    town_code: str
    town: str
    insurer: str
    insurer_name: str
    starts_on: date
    last_day: date
    sum_insured_fen: Fen
    guaranteed_fen: Fen | None
    premium_fen: Fen
    terms_version: str
    bound_on: date | None
    version: int


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule; `month_values_fen` only where asked for: the first holds from `value_from_on` through its month.

    `id` is the `policy_item_id` of an assessment. It is insured from `value_from_on`, through `last_day` where an endorsement ended it.
    """

    id: int
    asset: int
    asset_code: str | None
    name: str
    specification: str
    place: str
    quantity: str | None
    unit: str
    regime_of_law: LegalRegime
    net_value_fen: Fen
    sum_insured_fen: Fen
    premium_fen: Fen
    value_from_on: date
    last_day: date | None
    month_values_fen: list[Fen] | None
    steps: list[StepView]


class ShareView(msgspec.Struct, frozen=True):
    """What one payer owes of the premium."""

    payer: Payer
    weight: int
    amount_fen: Fen


class EventView(msgspec.Struct, frozen=True):
    """Something that happened to the policy."""

    verb: str
    from_state: PolicyState | None
    to_state: PolicyState
    on: date
    actor: str | None
    facts: dict[str, Any]


class PaperView(msgspec.Struct, frozen=True):
    """A paper the policy rests on; its name and day are null where the reader may not see the paper itself."""

    document: int
    kind: str
    name: str | None
    on: date | None


class PolicyWhole(PolicyLine, frozen=True, kw_only=True):
    """A policy with its schedule, shares, working, papers, the judgement it was bound on, and what happened to it.

    `items` stand on the schedule, `past_items` did until an endorsement; sums and premium are with every endorsement. `sold_last_day` is
    the last day as it was sold. `renewed_from` and `renewed_by` are the policies before and after it.
    `opening`: an old policy taken over as it was stated; it was not judged here, so `eligibility` is null.
    """

    insured: str | None
    insured_code: str | None
    applied_by: str | None
    terms_checksum: str
    items: list[ItemView]
    past_items: list[ItemView]
    sold_last_day: date
    renewed_from: int | None
    renewed_by: int | None
    shares: list[ShareView]
    steps: list[StepView]
    eligibility: JudgementView | None
    opening: bool
    papers: list[PaperView]
    events: list[EventView]


def _line(row: Any) -> dict[str, Any]:
    same = ("id", "number", "county_code", "town_code", "town", "sum_insured_fen", "guaranteed_fen", "premium_fen", "terms_version",
            "bound_on", "version", "starts_on", "insurer_name")  # fmt: skip
    return {name: row[name] for name in same} | {
        "cover": Cover(row["cover"]),
        "state": PolicyState(row["state"]),
        "project": row["project_id"],
        "project_code": row["project_code"] or "",
        "project_name": row["project_name"] or "",
        "insurer": row["insurer_code"],
        "last_day": period_of(row).last_day,
    }


def policy_line(row: Any) -> PolicyLine:
    """A row of `sql/policies.sql`."""
    return PolicyLine(**_line(row))


def policy_whole(
    row: Any, items: Sequence[Any], shares: Iterable[Any], events: Iterable[Any], language: str, *, months: bool
) -> PolicyWhole:
    """A row of `sql/policy.sql` with the rows of its parts; `months` adds the month tables."""
    judgement = None if row["opening"] else msgspec.convert(revived(row["judgement"]["judgement"]), Judgement)
    papers = [
        PaperView(row[f"{which}_document_id"], which.upper(), row[f"{which}_name"], row[f"{which}_on"])
        for which in ("application", "title")
        if row[f"{which}_document_id"] is not None
    ]
    return PolicyWhole(
        **_line(row),
        insured=row["insured_name"],
        insured_code=row["insured_code"],
        applied_by=row["applied_by_name"],
        terms_checksum=row["terms_checksum"],
        sold_last_day=row["sold_before"] - timedelta(days=1),
        renewed_from=row["renewed_from"],
        renewed_by=row["renewed_by"],
        items=[_item_view(item, language, months=months) for item in items if item["until_on"] is None],
        past_items=[_item_view(item, language, months=months) for item in items if item["until_on"] is not None],
        shares=[ShareView(Payer(s["payer"]), s["weight"], s["amount_fen"]) for s in shares],
        steps=step_views(row["steps"], language),
        eligibility=judgement_view(judgement, language) if judgement else None,
        opening=row["opening"],
        papers=papers,
        events=[_event_view(event) for event in events],
    )


def _event_view(row: Any) -> EventView:
    before = PolicyState(row["from_state"]) if row["from_state"] else None
    return EventView(row["verb"], before, PolicyState(row["to_state"]), row["business_on"], row["actor"], row["facts"])


def _item_view(row: Any, language: str, *, months: bool) -> ItemView:
    item = insured_item(row)
    same = ("asset_code", "name", "specification", "place", "unit", "regime_of_law", "net_value_fen", "sum_insured_fen", "premium_fen",
            "value_from_on")  # fmt: skip
    return ItemView(
        **{name: getattr(item, name) for name in same},
        id=item.id,
        asset=item.asset_id,
        quantity=None if item.quantity is None else f"{item.quantity.normalize():f}",
        last_day=None if row["until_on"] is None else row["until_on"] - timedelta(days=1),
        month_values_fen=list(item.month_values_fen) if months else None,
        steps=step_views(row["steps"], language),
    )
