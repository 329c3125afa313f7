"""What is shown of a policy in mid-term: its endorsements and the trial of one, with every text in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base.money import Fen
from insurance.base.text import Text, render
from insurance.policies.held import Held, Reckoned
from insurance.policies.model import Cover, Judgement, Payer
from insurance.policies.model_midterm import EndorsementKind, Ground
from insurance.policies.views import JudgementView, StepView, judgement_view, revived, step_views

_DAY = timedelta(days=1)


class DifferenceView(msgspec.Struct, frozen=True):
    """What one payer owes more (above zero) or gets back (below it)."""

    payer: Payer
    amount_fen: Fen


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """What an endorsement does to a line that stood on the schedule."""

    item: int
    asset: int
    name: str
    charged_fen: Fen
    returned_fen: Fen
    restored_fen: Fen


class SideView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule that joined or left by an endorsement; `item` is null while it is only tried out."""

    item: int | None
    asset: int
    name: str
    sum_insured_fen: Fen
    premium_fen: Fen


class EndorsementView(msgspec.Struct, frozen=True, kw_only=True):
    """批单. `difference_fen` above zero is due, below it given back; id and number are null while it is only tried out.

    `last_day` is the last day with cover where the endorsement ends it (null: it does not, or there was none).
    """

    id: int | None
    number: str | None
    policy: int
    policy_number: str
    cover: Cover
    kind: EndorsementKind
    ground: Ground | None
    effective_on: date
    made_on: date
    made_by: str | None
    reason: str
    document: int | None
    document_name: str | None
    claim: int | None
    terms_version: str
    charged_fen: Fen
    returned_fen: Fen
    difference_fen: Fen
    shares: list[DifferenceView]
    premium_before_fen: Fen
    premium_after_fen: Fen
    sum_before_fen: Fen
    sum_after_fen: Fen
    added: list[SideView]
    ended: list[SideView]
    lines: list[LineView]
    insured_before: str | None
    insured_after: str | None
    ends_cover: bool
    last_day: date | None
    steps: list[StepView]
    eligibility: JudgementView | None
    notes: list[str]


def endorsement_view(row: Any, language: str) -> EndorsementView:
    """A row of `sql/endorsements.sql`."""
    same = ("id", "number", "policy_number", "effective_on", "made_on", "reason", "terms_version", "charged_fen", "returned_fen",
            "premium_before_fen", "premium_after_fen", "sum_before_fen", "sum_after_fen", "insured_before", "insured_after",
            "document_name")  # fmt: skip
    judged = row["judgement"]
    return EndorsementView(
        **{name: row[name] for name in same},
        policy=row["policy_id"],
        cover=Cover(row["cover"]),
        kind=EndorsementKind(row["kind"]),
        ground=Ground(row["ground"]) if row["ground"] else None,
        made_by=row["made_by_name"],
        document=row["document_id"],
        claim=row["claim_id"],
        difference_fen=row["charged_fen"] - row["returned_fen"],
        shares=_shares({Payer(payer): fen for payer, fen in row["shares"].items()}),
        added=msgspec.convert(row["added"], list[SideView]),
        ended=msgspec.convert(row["ended"], list[SideView]),
        lines=msgspec.convert(row["lines"], list[LineView]),
        ends_cover=row["ends_before"] is not None,
        last_day=_last_day(row["ends_before"]),
        steps=step_views(row["steps"], language),
        eligibility=judgement_view(msgspec.convert(revived(judged), Judgement), language) if judged else None,
        notes=[render(Text(note["msgid"], note["params"]), language) for note in row["notes"]],
    )


def _last_day(ends_before: date | None) -> date | None:
    return None if ends_before is None else ends_before - _DAY


def _shares(shares: Mapping[Payer, Fen]) -> list[DifferenceView]:
    return [DifferenceView(payer, shares[payer]) for payer in Payer if payer in shares]


def reckoned_view(reckoned: Reckoned, actor: Actor) -> EndorsementView:
    """What the endorsement would be, nothing of it written."""
    held, plan, worked = reckoned.held, reckoned.plan, reckoned.worked
    language = actor.language
    changed = plan.insured_party_id is not None
    return EndorsementView(
        id=None,
        number=None,
        policy=held.id,
        policy_number=held.number,
        cover=held.cover,
        kind=plan.kind,
        ground=plan.ground,
        effective_on=plan.effective_on,
        made_on=actor.on,
        made_by=actor.display_name,
        reason=plan.reason,
        document=plan.document_id,
        document_name=None,
        claim=plan.claim_id,
        terms_version=held.terms_version,
        charged_fen=worked.charged_fen,
        returned_fen=worked.returned_fen,
        difference_fen=worked.charged_fen - worked.returned_fen,
        shares=_shares(worked.shares),
        premium_before_fen=held.premium_fen,
        premium_after_fen=held.premium_fen + worked.charged_fen - worked.returned_fen,
        sum_before_fen=held.sum_insured_fen,
        sum_after_fen=reckoned.sum_insured_fen,
        added=[
            SideView(item=None, asset=one.asset_id, name=one.name, sum_insured_fen=one.sum_insured_fen, premium_fen=one.premium_fen)
            for one in worked.items
        ],
        ended=_ended(held, plan.ends),
        lines=_lines(held, reckoned),
        insured_before=held.insured_name if changed else None,
        insured_after=plan.insured_name,
        ends_cover=plan.ends_before is not None,
        last_day=_last_day(plan.ends_before),
        steps=[StepView(s.step, s.rule, dict(s.inputs), s.result_fen, render(s.text, language)) for s in worked.steps],
        eligibility=judgement_view(plan.judgement, language) if plan.judgement else None,
        notes=[render(note, language) for note in plan.notes],
    )


def _ended(held: Held, ends: Iterable[int]) -> list[SideView]:
    going = set(ends)
    return [
        SideView(item=one.id, asset=one.asset_id, name=one.name, sum_insured_fen=one.sum_insured_fen, premium_fen=one.premium_fen)
        for one in held.lines
        if one.id in going
    ]


def _lines(held: Held, reckoned: Reckoned) -> list[LineView]:
    known = {line.id: line for line in held.schedule}
    return [
        LineView(
            item=one.policy_item_id, asset=known[one.policy_item_id].asset_id, name=known[one.policy_item_id].name,
            charged_fen=one.charged_fen, returned_fen=one.returned_fen, restored_fen=one.restored_fen,
        )
        for one in reckoned.worked.lines
    ]  # fmt: skip
