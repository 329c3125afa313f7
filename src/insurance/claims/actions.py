"""The verbs of a claim between its report and its decision, and after it: acceptance to survey, papers, publicity, agreement, the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from insurance.access.model import OFFICES, Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused, WrongState
from insurance.base.text import render, t
from insurance.claims import store
from insurance.claims.actions_letters import issue
from insurance.claims.actions_move import book, day_or_today, moment, not_after_today, not_before, put, seen, stated, take
from insurance.claims.actions_opening import opening_step, versions
from insurance.claims.actions_owed import owed_no_longer
from insurance.claims.actions_premium import unpaid_premium
from insurance.claims.asked import asked_for
from insurance.claims.clocks import publicity_ends
from insurance.claims.model import Claim, ClaimState, Event, NotYours, PartKind, Side, Verb, WorkingStep
from insurance.claims.model_letters import LetterKind
from insurance.claims.model_verbs import (
    Acceptance,
    Agreement,
    Assignment,
    Because,
    Closure,
    Papers,
    PapersNotice,
    Publicity,
    Survey,
)
from insurance.claims.names import VERB_NAMES
from insurance.claims.procedure import procedure_of
from insurance.claims.store import Row
from insurance.claims.views import claim_view, missing_signatures, reported_by_office_of, side_of
from insurance.finance.model import IN_FLIGHT
from insurance.finance.model import Event as LedgerEvent
from insurance.finance.rules import postings


async def one(claim_id: int, *, actor: Actor) -> Claim:
    """One claim of the actor's scope."""
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        return claim_view(row, actor, await store.parts(claim_id), await unpaid_premium(row))


async def history(claim_id: int, *, actor: Actor) -> list[Event]:
    """What happened to a claim, in order."""
    async with db.transaction(actor.scope):
        await seen(claim_id)
        rows = await store.history(claim_id)
    return [
        Event(
            at=r["business_at"].astimezone(BEIJING), on=r["business_on"], verb=Verb(r["verb"]),
            name=render(VERB_NAMES[Verb(r["verb"])], actor.language),
            from_state=ClaimState(r["from_state"]) if r["from_state"] else None, to_state=ClaimState(r["to_state"]),
            by=r["display_name"], role=r["role"], reason=r["reason"], facts=r["facts"], recorded_at=r["recorded_at"].astimezone(BEIJING),
            version=r["claim_version"],
        )
        for r in rows
    ]  # fmt: skip


async def working(claim_id: int, *, actor: Actor, version: int | None = None) -> list[WorkingStep]:
    """The amount of the newest assessment, or of an older version, step by step; empty before the first.

    Of a past claim that was taken over one step says what was stated. NotFound: no such version.
    """
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        found = await store.latest_assessment(claim_id, version)
        if found is None and version is None and row["opening"]:
            return [opening_step(await versions(claim_id, actor=actor), actor.language)]
    if found is None and version is not None:
        raise NotFound(t("没有这一版定损"))
    return [] if found is None else store.steps_of(found, actor.language)


# -- from acceptance to the opened case -----------------------------------------------------------------------------------


def _check_proofs(proofs_on: date | None, row: Row, actor: Actor) -> None:
    not_after_today("proofs_on", proofs_on, actor)
    not_before("proofs_on", proofs_on, row["loss_on"], t("索赔资料不会早于出险日"))


async def acceptance(claim_id: int, given: Acceptance, *, actor: Actor) -> Claim:
    """Accept the report (受理)."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.ACCEPTANCE, given.version, actor=actor)
        _check_proofs(given.proofs_on, row, actor)
        return await put(row, Verb.ACCEPTANCE, actor=actor, proofs_on=given.proofs_on, facts=_note(given.note))


async def assignment(claim_id: int, given: Assignment, *, actor: Actor) -> Claim:
    """Plan the visit (安排查勘)."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.ASSIGNMENT, given.version, actor=actor)
        not_before("visit_at", _day(given.visit_at), row["loss_on"], t("查勘不会早于出险"))
        facts = {"visit_at": given.visit_at, "surveyor": given.surveyor}
        return await put(row, Verb.ASSIGNMENT, actor=actor, facts=facts)


def _day(instant: datetime) -> date:
    try:
        return instant.astimezone(BEIJING).date()
    except OverflowError:
        raise Invalid(t("日期超出范围")) from None


async def survey(claim_id: int, given: Survey, *, actor: Actor) -> Claim:
    """Record the visit and open the case with a reserve (查勘立案)."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.SURVEY, given.version, actor=actor)
        if row.state is ClaimState.OPENED and row["surveyed"]:
            raise WrongState(t("案件已查勘立案，不能再次查勘"))
        faults = [
            FieldFault(field, t("请填写此项")) for field in ("place", "cause", "findings") if not str(getattr(given, field)).strip()
        ]  # fmt: skip
        if given.visited_at < row["loss_at"] or _day(given.visited_at) > actor.on:
            faults.append(FieldFault("visited_at", t("查勘应在出险之后、今天（{today}）之前或当天", today=actor.on.isoformat())))
        if faults:
            raise Invalid(t("查勘记录有误"), faults)
        _check_proofs(given.proofs_on, row, actor)
        _check_harvest(given.harvest_on, row)
        await store.add_survey(
            row, given.visited_at, given.place.strip(), given.cause.strip(), given.findings.strip(), given.reserve_fen, actor=actor
        )  # fmt: skip
        row["surveyed"] = True
        claim = await put(
            row, Verb.SURVEY, actor=actor, at=given.visited_at, proofs_on=given.proofs_on, harvest_on=given.harvest_on,
            facts={"reserve_fen": given.reserve_fen, "visited_at": given.visited_at} | _on("harvest_on", given.harvest_on),
            reserve_fen=given.reserve_fen,
        )  # fmt: skip
        await issue(LetterKind.SURVEY_RECORD, claim_id, actor=actor)
        return claim


def _check_harvest(harvest_on: date | None, row: Row) -> None:
    """Only where a term of the claim runs from the harvest is its day asked for."""
    if harvest_on is not None and not any(clock.starts_by == "harvest" for clock in procedure_of(row).clocks):
        raise Invalid.field("harvest_on", t("本案没有从收获日起算的时限，不用填"))
    not_before("harvest_on", harvest_on, row["loss_on"], t("收获不会早于出险"))


def _on(name: str, day: date | None) -> dict[str, date]:
    return {} if day is None else {name: day}


# -- papers -----------------------------------------------------------------------------------------------------------


async def papers_notice(claim_id: int, given: PapersNotice, *, actor: Actor) -> Claim:
    """Ask once for all papers that are missing (一次性通知, 保险法 22). What is missing but not named is refused: it must be all."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.PAPERS_NOTICE, given.version, actor=actor)
        received_on = day_or_today(given.received_on, actor)
        not_after_today("received_on", received_on, actor)
        not_before("received_on", received_on, row["reported_on"], t("通知不会早于报案"))
        papers = await asked_for(row)
        missing = tuple(one.paper for one in papers if one.required and not one.on_file)
        known = {one.paper.code for one in papers}
        asked = tuple(dict.fromkeys(given.papers)) or tuple(paper.code for paper in missing)
        if not asked:
            raise Invalid.field("papers", t("资料已齐，没有可以通知补充的"))
        if unknown := [code for code in asked if code not in known]:
            raise Invalid.field("papers", t("理赔程序不要求这些资料：{codes}", codes=unknown))
        if left_out := [{"zh": f"{one.zh}（{one.code}）", "en": f"{one.en} ({one.code})"} for one in missing if one.code not in asked]:
            raise Invalid.field("papers", t("须一次性列全，还缺：{papers}；不勾选则通知全部缺件", papers=left_out))
        facts = {"papers": asked, "received_on": received_on, **_note(given.note), **await _second_request(claim_id, asked)}
        claim = await put(
            row, Verb.PAPERS_NOTICE, actor=actor, at=moment(received_on, actor), facts=facts,
            keep={"asked_on": received_on, "handed_in_on": None},
        )  # fmt: skip
        await issue(LetterKind.PAPERS_NOTICE, claim_id, actor=actor)
        return claim


async def _second_request(claim_id: int, asked: Sequence[str]) -> dict[str, Any]:
    """Papers asked for before: known then, so asking again breaches 保险法 22. Nothing is refused; the event says it.

    Whatever was required and missing at an earlier notice stood on it, for a notice that leaves one out is not taken.
    """
    before = {code for event in await store.history(claim_id) if event["verb"] == Verb.PAPERS_NOTICE for code in event["facts"]["papers"]}
    again = [code for code in asked if code in before]
    return {"breach": "L-22", "asked_again": again} if again else {}


async def papers(claim_id: int, given: Papers, *, actor: Actor) -> Claim:
    """The office hands the papers in; then the adjuster confirms that all have arrived, and the claim goes back to where it was."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.PAPERS, given.version, actor=actor)
        asked_on = date.fromisoformat(row["facts"]["asked_on"])
        handed_in = row["facts"].get("handed_in_on")
        if actor.role in OFFICES:
            received_on = day_or_today(given.received_on, actor)
            _check_received(received_on, asked_on, actor)
            facts = {"received_on": received_on, **_note(given.note)}
            return await put(row, Verb.PAPERS, actor=actor, to=ClaimState.SUPPLEMENT, facts=facts, keep={"handed_in_on": received_on})
        if handed_in is None:
            raise WrongState(t("扶贫办尚未提交补充资料"))
        received_on = given.received_on or date.fromisoformat(handed_in)
        _check_received(received_on, asked_on, actor)
        return await put(
            row, Verb.PAPERS, actor=actor, to=ClaimState(row["resume_state"]), at=moment(received_on, actor), proofs_on=received_on,
            facts={"received_on": received_on, **_note(given.note)}, keep={"asked_on": None, "handed_in_on": None},
        )  # fmt: skip


def _check_received(day: date, asked_on: date, actor: Actor) -> None:
    not_after_today("received_on", day, actor)
    not_before("received_on", day, asked_on, t("补充资料不会早于通知"))


def _note(note: str) -> dict[str, str]:
    return {"note": note.strip()} if note.strip() else {}


# -- publicity, agreement --------------------------------------------------------------------------------------------


async def publicity(claim_id: int, given: Publicity, *, actor: Actor) -> Claim:
    """Hang the result in the village (村级公示); approval waits until the window has run out."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.PUBLICITY, given.version, actor=actor)
        place = stated("place", given.place, t("请填写公示地点"))
        posted_on = day_or_today(given.posted_on, actor)
        not_after_today("posted_on", posted_on, actor)
        latest = await store.latest_assessment(claim_id)
        not_before("posted_on", posted_on, _day(latest["assessed_at"]), t("公示不会早于定损"))
        ends_at = publicity_ends(procedure_of(row), posted_on)
        claim = await put(
            row, Verb.PUBLICITY, actor=actor, at=moment(posted_on, actor), facts={"posted_on": posted_on, "place": place},
            keep={"window_ends_at": ends_at},
        )  # fmt: skip
        await issue(LetterKind.PUBLIC_NOTICE, claim_id, actor=actor)
        return claim


async def agreement(claim_id: int, given: Agreement, *, actor: Actor) -> Claim:
    """Sign the settlement (赔偿协议): the first side's signature stays with the claim, the other side's moves it; ten days begin."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.AGREEMENT, given.version, actor=actor)
        side, missing = side_of(actor), missing_signatures(row)
        if side not in missing:
            raise WrongState(t("贵方已经签字，等待另一方签字"))
        signed_on = day_or_today(given.signed_on, actor)
        not_after_today("signed_on", signed_on, actor)
        not_before("signed_on", signed_on, date.fromisoformat(row["facts"]["approved_on"]), t("签字不会早于核赔"))
        signed = {**row["facts"].get("signed", {}), side.value: signed_on.isoformat()}
        last_on = max(date.fromisoformat(day) for day in signed.values())
        both = set(signed) == {one.value for one in Side}
        claim = await put(
            row, Verb.AGREEMENT, actor=actor, to=ClaimState.AGREED if both else ClaimState.APPROVED,
            at=moment(last_on, actor) if both else None, facts={"signed_on": signed_on, "side": side.value}, keep={"signed": signed},
        )  # fmt: skip
        if both:
            final = [part for part in claim.parts if part.kind is PartKind.FINAL][-1]
            await book(postings(LedgerEvent.CLAIM_AGREED, final.amount_fen), row, actor)
        return claim


# -- the end ----------------------------------------------------------------------------------------------------------


async def withdrawal(claim_id: int, given: Because, *, actor: Actor) -> Claim:
    """Withdraw the claim (撤案), by the reporting office and before any money was paid or ordered."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.WITHDRAWAL, given.version, actor=actor)
        if not reported_by_office_of(row, actor):
            raise NotYours(t("只有报案单位可以撤案"))
        reason = stated("reason", given.reason, t("请写明撤案原因"))
        if row["paid_fen"] or await _in_flight(claim_id):
            raise Refused(t("已有赔款支付或正在支付，不能撤案"))
        await owed_no_longer(row, actor)
        return await put(row, Verb.WITHDRAWAL, actor=actor, reason=reason, reserve_fen=0)


async def _in_flight(claim_id: int) -> bool:
    return any(part["payout_state"] in IN_FLIGHT for part in await store.parts(claim_id))


async def closure(claim_id: int, given: Closure, *, actor: Actor) -> Claim:
    """Close the file (结案), once no payment is under way."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.CLOSURE, given.version, actor=actor)
        if await _in_flight(claim_id):
            raise Refused(t("有赔款正在支付，到账后才能结案"))
        return await put(row, Verb.CLOSURE, actor=actor, facts=_note(given.note))
