"""Quotes: a price with its whole working, kept, for one project or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError, NotFound
from insurance.base.text import t
from insurance.policies import store
from insurance.policies.actions_underwriting import Ask, Priced, underwrite
from insurance.policies.views_quotes import QuoteView, quote_view


async def quote(ask: Ask, *, actor: Actor) -> QuoteView:
    """Price one cover of one project and keep it. A project that may not be insured is refused with every reason."""
    made = (await quote_many([ask], actor=actor))[0]
    if isinstance(made, InsuranceError):
        raise made
    return made


async def quote_many(asks: Sequence[Ask], *, actor: Actor) -> list[QuoteView | InsuranceError]:
    """Price many; each is answered with its quote or its refusal, in the order asked."""
    async with db.transaction(actor.scope):
        outcomes = await underwrite(asks, actor=actor, binding=False)
        priced = [outcome for outcome in outcomes if isinstance(outcome, Priced)]
        kept = await store.add_quotes(
            [
                store.NewQuote(
                    project_id=p.project.id, region_path=p.project.region_path, insurer_id=p.insurer_id, quote=p.quote,
                    body={"quote": p.quote, "judgement": p.grounds.judgement, "wishes": p.ask.wishes},
                )
                for p in priced
            ],
            made_by=actor.user_id,
            made_at=actor.at,
        )  # fmt: skip
        lines: list[tuple[str, dict[str, Any]]] = [
            (
                f"quote:{quote_id}",
                {"project": p.project.id, "cover": p.ask.cover, "premium_fen": p.quote.premium_fen, "insurer": p.insurer_id},
            )
            for quote_id, p in zip(kept, priced, strict=True)
        ]
        await audit.record_many(actor, "quote.made", lines)
        rows = {row["id"]: row for row in await store.quotes(ids=kept, limit=len(kept))}
    views = iter([quote_view(rows[quote_id], actor.language) for quote_id in kept])
    return [next(views) if isinstance(outcome, Priced) else outcome for outcome in outcomes]


async def one_quote(quote_id: int, *, actor: Actor) -> QuoteView:
    """A quote of the scope."""
    found = await quotes(ids=[quote_id], actor=actor)
    if not found:
        raise NotFound(t("没有这份报价，或不在您的范围内"))
    return found[0]


async def quotes(
    *, actor: Actor, ids: Sequence[int] | None = None, project_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[QuoteView]:
    """Quotes of the scope, newest first."""
    async with db.transaction(actor.scope):
        rows = await store.quotes(
            ids=ids, project_id=project_id, before=before, limit=limit, county=actor.county_code, town=actor.town_code,
            insurer=actor.insurer_id,
        )  # fmt: skip
    return [quote_view(row, actor.language) for row in rows]
