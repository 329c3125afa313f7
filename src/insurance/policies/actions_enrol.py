"""Enrolment 投保承保: policies bound with schedule, shares, books and the insurer's view; one project or hundreds in one act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError, NotFound
from insurance.base.text import t
from insurance.finance import store as finance_store
from insurance.finance.model import Event
from insurance.finance.rules import postings
from insurance.policies import actions_handover, lifecycle, store, store_handover
from insurance.policies.actions_underwriting import AlreadyCovered, Ask, Outcome, Priced, Quoted, Wish, underwrite
from insurance.policies.lifecycle import PolicyVerb
from insurance.policies.model import Cover, Payer, Period
from insurance.policies.store import Bound, NewPolicy
from insurance.policies.views_quotes import stored_quote
from insurance.projects.model import PaperKind

_PROPOSED = lifecycle.after(PolicyVerb.PROPOSE, None)
_IN_FORCE = lifecycle.after(PolicyVerb.BIND, _PROPOSED)


async def enrol(ask: Ask, *, actor: Actor) -> Bound:
    """Bind one policy. Refused with everything that stands against it."""
    bound = (await enrol_many([ask], actor=actor))[0]
    if isinstance(bound, InsuranceError):
        raise bound
    return bound


async def enrol_many(asks: Sequence[Ask], *, actor: Actor) -> list[Bound | InsuranceError]:
    """Bind many in one act; each is answered with its policy or its refusal, in the order asked.

    What is refused does not hold the others back. Two policies of one project and cover never overlap: the database
    decides, also between two people at the same moment.
    """
    async with db.transaction(actor.scope):
        await store_handover.keep_rules()
        await store.hold_projects(ask.project_id for ask in asks)
        outcomes = await _without_covered(await underwrite(asks, actor=actor, binding=True))
        priced = [outcome for outcome in outcomes if isinstance(outcome, Priced)]
        bound = await store.add_policies([_new(p) for p in priced], state=_IN_FORCE, applied_by=actor.user_id, bound_on=actor.on)
        by_project = {(b.project_id, b.cover): b for b in bound}
        written = [(by_project[key], p) for p in priced if (key := (p.project.id, p.ask.cover)) in by_project]
        if written:
            await _finish(written, actor)
    return [_answer(outcome, by_project) for outcome in outcomes]


async def _without_covered(outcomes: list[Outcome]) -> list[Outcome]:
    """Refuse, naming the policy, what is covered already or asked for twice."""
    places = [place for place, outcome in enumerate(outcomes) if isinstance(outcome, Priced)]
    asks = [outcome.ask for outcome in outcomes if isinstance(outcome, Priced)]
    standing = await store.standing([(ask.project_id, ask.cover, ask.period) for ask in asks])
    seen: set[tuple[int, Cover]] = set()
    for number, (place, ask) in enumerate(zip(places, asks, strict=True)):
        row = standing.get(number)
        if row is not None:
            last = store.period_of(row).last_day.isoformat()
            text = t("已有保单 {number}，保险期间 {first} 至 {last}", number=row["number"], first=row["starts_on"].isoformat(), last=last)
            outcomes[place] = AlreadyCovered(text)
        elif (ask.project_id, ask.cover) in seen:
            outcomes[place] = AlreadyCovered(t("同一项目在本次办理中列了两次"))
        seen.add((ask.project_id, ask.cover))
    return outcomes


def _new(priced: Priced) -> NewPolicy:
    project = priced.project
    return NewPolicy(
        project_id=project.id,
        region_path=project.region_path,
        insurer_id=priced.insurer_id,
        insured_party_id=project.owner.id if project.owner else None,
        quote=priced.quote,
        judgement=priced.grounds,
        application_document_id=project.papers[PaperKind.APPLICATION].id,
        title_document_id=project.papers[PaperKind.TITLE].id,
        renewed_from=priced.ask.renews.policy_id if priced.ask.renews else None,
    )


async def _finish(written: Sequence[tuple[Bound, Priced]], actor: Actor) -> None:
    """Events, the insurer's view of the register, premium due, the audit trail."""
    ids = [bound.id for bound, _ in written]
    applied: list[dict[str, Any]] = [{"application": p.project.papers[PaperKind.APPLICATION].id} for _, p in written]
    facts = [
        {"premium_fen": p.quote.premium_fen}
        | ({"quote": p.ask.quoted.id} if p.ask.quoted else {})
        | ({"renews": p.ask.renews.policy_id} if p.ask.renews else {})
        for _, p in written
    ]  # fmt: skip
    await store.add_events(ids, PolicyVerb.PROPOSE, None, _PROPOSED, applied, on=actor.on, by=actor.user_id)
    await store.add_events(ids, PolicyVerb.BIND, _PROPOSED, _IN_FORCE, facts, on=actor.on, by=actor.user_id)
    await store.grant_register(ids, actor.on)
    await actions_handover.told(await store_handover.find_conflicts(actor, "CHOSEN", policy_ids=ids), "CHOSEN", actor)
    due = [
        (f"policy:{bound.id}", priced.project.region_path, priced.insurer_id, transfer)
        for bound, priced in written
        for transfer in postings(Event.PREMIUM_DUE, *_due(priced))
    ]
    await finance_store.post_many(due, booked_on=actor.on, made_by=actor.user_id)
    lines: list[tuple[str, dict[str, Any]]] = [
        (
            f"policy:{bound.id}",
            {
                "number": bound.number, "project": p.project.id, "cover": bound.cover, "insurer": p.insurer_id,
                "sum_insured_fen": p.quote.sum_insured_fen, "premium_fen": p.quote.premium_fen, "terms": p.quote.terms_version,
            },
        )
        for bound, p in written
    ]  # fmt: skip
    await audit.record_many(actor, "policy.bound", lines)


def _due(priced: Priced) -> tuple[int, int]:
    """Subsidy and the insured's own part of the premium, in fen."""
    own = sum(share.amount_fen for share in priced.quote.shares if share.payer is Payer.INSURED)
    return priced.quote.premium_fen - own, own


def _answer(outcome: Outcome, bound: dict[tuple[int, Cover], Bound]) -> Bound | InsuranceError:
    if not isinstance(outcome, Priced):
        return outcome
    return bound.get((outcome.project.id, outcome.ask.cover)) or AlreadyCovered(t("这段时间已有同一险种的保单"))


async def asks_of_quotes(quote_ids: Iterable[int], *, actor: Actor) -> list[Ask]:
    """What quotes ask for, in their order. Raises NotFound when one is not in scope; a start that is past is left to `enrol`."""
    wanted = list(quote_ids)
    async with db.transaction(actor.scope):
        rows = {
            row["id"]: row
            for row in await store.quotes(ids=wanted, limit=len(wanted), county=actor.county_code, town=actor.town_code)
        }  # fmt: skip
    if not rows.keys() >= set(wanted):
        raise NotFound(t("没有这份报价，或不在您的范围内"))
    return [_ask_of(rows[quote_id]) for quote_id in wanted]


def _ask_of(row: Any) -> Ask:
    return Ask(
        project_id=row["project_id"],
        cover=Cover(row["cover"]),
        period=Period(row["starts_on"], row["ends_before"]),
        insurer_id=row["insurer_id"],
        wishes=msgspec.convert(row["body"]["wishes"], tuple[Wish, ...]),
        quoted=Quoted(row["id"], stored_quote(row)),
    )
