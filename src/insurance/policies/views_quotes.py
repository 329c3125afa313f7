"""What is shown of quotes, and of acts on many: each item with its result or its refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from insurance.base.errors import InsuranceError
from insurance.base.money import Fen
from insurance.base.text import render
from insurance.policies.model import Cover, Judgement, LegalRegime, Period, Quote, QuoteItem
from insurance.policies.views import JudgementView, ShareView, StepView, judgement_view, revived


class QuoteItemView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule as quoted."""

    asset: int
    name: str
    regime_of_law: LegalRegime
    net_value_fen: Fen
    sum_insured_fen: Fen
    premium_fen: Fen
    month_values_fen: list[Fen]
    steps: list[StepView]


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """A quote with its whole working. `referrals` must be settled before it binds, and so must what `eligibility` leaves open."""

    id: int
    project: int
    project_code: str
    project_name: str
    insurer: str
    insurer_name: str
    cover: Cover
    starts_on: date
    last_day: date
    terms_version: str
    terms_checksum: str
    sum_insured_fen: Fen
    guaranteed_fen: Fen | None
    rate: Decimal
    premium_fen: Fen
    shares: list[ShareView]
    items: list[QuoteItemView]
    steps: list[StepView]
    referrals: list[str]
    eligibility: JudgementView
    made_at: datetime


def stored_quote(row: Any) -> Quote:
    """The quote in a row of `sql/quotes.sql`, its texts as texts."""
    return msgspec.convert(revived(row["body"]["quote"]), Quote)


def quote_view(row: Any, language: str) -> QuoteView:
    """A row of `sql/quotes.sql`."""
    quote = stored_quote(row)
    return QuoteView(
        id=row["id"],
        project=row["project_id"],
        project_code=row["project_code"] or "",
        project_name=row["project_name"] or "",
        insurer=row["insurer_code"],
        insurer_name=row["insurer_name"],
        cover=quote.cover,
        starts_on=quote.period.starts_on,
        last_day=quote.period.last_day,
        terms_version=quote.terms_version,
        terms_checksum=quote.terms_checksum,
        sum_insured_fen=quote.sum_insured_fen,
        guaranteed_fen=quote.guaranteed_fen,
        rate=quote.rate,
        premium_fen=quote.premium_fen,
        shares=[ShareView(share.payer, share.weight, share.amount_fen) for share in quote.shares],
        items=[_quote_item(item, language) for item in quote.items],
        steps=_steps(quote, language),
        referrals=[render(text, language) for text in quote.referrals],
        eligibility=judgement_view(msgspec.convert(revived(row["body"]["judgement"]), Judgement), language),
        made_at=row["made_at"],
    )


def _steps(working: Quote | QuoteItem, language: str) -> list[StepView]:
    return [StepView(s.step, s.rule, dict(s.inputs), s.result_fen, render(s.text, language)) for s in working.steps]


def _quote_item(item: QuoteItem, language: str) -> QuoteItemView:
    same = ("name", "regime_of_law", "net_value_fen", "sum_insured_fen", "premium_fen")
    return QuoteItemView(
        **{name: getattr(item, name) for name in same},
        asset=item.asset_id,
        month_values_fen=list(item.month_values_fen),
        steps=_steps(item, language),
    )


class FaultView(msgspec.Struct, frozen=True):
    """One thing that is missing or wrong; for eligibility `field` is the code of the test."""

    field: str
    text: str


class RefusalView(msgspec.Struct, frozen=True):
    """Why one item of many was not done; the others were."""

    code: str
    text: str
    errors: list[FaultView]


def refusal_view(refused: InsuranceError, language: str) -> RefusalView:
    """A refusal in the reader's language."""
    faults = [FaultView(fault.field, render(fault.text, language)) for fault in refused.faults]
    return RefusalView(refused.code, render(refused.text, language), faults)


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """Which insurer takes a county's projects of a cover; without `last_day` until a newer rule begins."""

    id: int
    county_code: str
    county: str
    cover: Cover
    insurer: str
    insurer_name: str
    from_on: date
    last_day: date | None


def rule_view(row: Mapping[str, Any]) -> RuleView:
    """A row of `sql/insurer_rules.sql`."""
    last_day = None if row["ends_before"] is None else Period(row["from_on"], row["ends_before"]).last_day
    return RuleView(
        id=row["id"], county_code=row["county_code"], county=row["county"], cover=Cover(row["cover"]), insurer=row["insurer_code"],
        insurer_name=row["insurer_name"], from_on=row["from_on"], last_day=last_day,
    )  # fmt: skip
