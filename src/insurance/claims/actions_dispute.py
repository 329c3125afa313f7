"""What is said against a result, and what is taken up again: objections, their answers, reopening."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import prescription
from insurance.base.errors import FieldFault, Invalid, Refused, WrongState
from insurance.base.text import t
from insurance.claims import store_dispute
from insurance.claims.actions_move import not_after_today, not_before, put, seen, stated, take
from insurance.claims.actions_owed import owed_again
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.model_decision import Against, ObjectionOutcome, Objections
from insurance.claims.model_decision import Objection as Raised
from insurance.claims.model_verbs import Objection, Reopening
from insurance.claims.store import Row
from insurance.claims.views import window_ends


class Answering(Protocol):
    """What an assessment or a decision says to the objection before it."""

    @property
    def objection_outcome(self) -> ObjectionOutcome | None:
        """Whether it is right."""

    @property
    def objection_answer(self) -> str:
        """Why."""


async def objection(claim_id: int, given: Objection, *, actor: Actor) -> Claim:
    """Somebody objects to the published or refused result (异议); it is assessed anew and the objection answered.

    Raises WrongState once the public notice has hung its time: what comes later is a request for review.
    """
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.OBJECTION, given.version, actor=actor)
        against = Against.PUBLICITY if row.state is ClaimState.PUBLICITY else Against.REJECTED
        ends = window_ends(row)
        if against is Against.PUBLICITY and ends is not None and actor.at >= ends:
            last_day = row["facts"]["window_ends_at"][:10]
            raise WrongState(
                t(
                    "公示异议期已满（{day} 0 时止），不再受理公示异议；请把复核申请书存入本案材料，由保险公司核赔前复核，结案后可申请重开",
                    day=last_day,
                )
            )
        reason = stated("reason", given.reason, t("请写明异议内容"))
        raised_by = given.raised_by.strip()
        await store_dispute.add_objection(row, against, raised_by, reason, actor=actor)
        if against is Against.REJECTED:
            await owed_again(row, actor)
        return await put(
            row, Verb.OBJECTION, actor=actor, reason=reason, facts={"raised_by": raised_by}, keep={"window_ends_at": None}
        )  # fmt: skip


async def answered(row: Row, given: Answering, *, actor: Actor, must: bool) -> dict[str, Any]:
    """Answer the objection that waits, inside the act that answers it; gives the facts for the act's event.

    `must`: a decision answers whatever waits. An assessment must answer what was said against the published result it replaces;
    what was said against a refusal may wait for the decision. Raises Invalid (`objection_answer`, `objection_outcome`).
    """
    waiting = await store_dispute.open_objection(row["id"])
    answer, outcome = given.objection_answer.strip(), given.objection_outcome
    if waiting is None:
        if answer or outcome is not None:
            raise Invalid.field("objection_answer", t("本案没有待答复的异议，请删去这一项"))
        return {}
    if not (answer or outcome or must or waiting["against"] == Against.PUBLICITY):
        return {}
    faults = []
    if not answer:
        faults.append(FieldFault("objection_answer", t("请答复异议：{reason}", reason=waiting["reason"])))
    if outcome is None:
        faults.append(FieldFault("objection_outcome", t("请选择异议是否成立")))
    if faults:
        raise Invalid(t("异议须先答复"), faults)
    assert outcome is not None
    await store_dispute.answer_objection(waiting["id"], row, outcome, answer, actor=actor)
    await audit.record(actor, "objection.answered", f"claim:{row['id']}", objection=waiting["id"], outcome=outcome)
    return {"objection_id": waiting["id"], "objection_outcome": outcome, "objection_answer": answer}


async def objections(claim_id: int, *, actor: Actor) -> Objections:
    """What was said against a claim's results and how it was answered, newest first. Raises NotFound."""
    async with db.transaction(actor.scope):
        await seen(claim_id)
        rows = await store_dispute.objections(claim_id)
    return Objections(
        tuple(
            Raised(
                id=r["id"], against=Against(r["against"]), raised_by=r["raised_by"], reason=r["reason"], raised_on=r["raised_on"],
                entered_by=r["entered_by"], outcome=None if r["outcome"] is None else ObjectionOutcome(r["outcome"]), answer=r["answer"],
                answered_on=r["answered_on"], answered_by=r["answered_by"],
            )
            for r in rows
        )
    )  # fmt: skip


async def reopening(claim_id: int, given: Reopening, *, actor: Actor) -> Claim:
    """Open a closed claim again (重开), before the right to claim is prescribed (保险法 26).

    Two years from the day the insured knew: the day of loss, unless later knowledge is stated. What was paid stays paid.
    """
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.REOPENING, given.version, actor=actor)
        reason = stated("reason", given.reason, t("请写明重开原因"))
        last_day = prescription(_knew_on(given, row, actor))
        if actor.on > last_day:
            why = t("索赔时效已于 {day} 届满，不能重开；被保险人知道出险更晚的，请填写知道之日并在原因中说明依据", day=last_day.isoformat())
            raise Refused(why)
        facts = {"knew_on": given.knew_on} if given.knew_on else {}
        await owed_again(row, actor)
        with db.refusing({"claim_one_live": t("同一损失已另有在办案件，不能重开")}):
            return await put(row, Verb.REOPENING, actor=actor, reason=reason, facts=facts)


def _knew_on(given: Reopening, row: Row, actor: Actor) -> date:
    """When the insured knew of the loss: between the loss and the report."""
    loss_on: date = row["loss_on"]
    if given.knew_on is None:
        return loss_on
    not_after_today("knew_on", given.knew_on, actor)
    not_before("knew_on", given.knew_on, loss_on, t("不会在出险之前就知道出险"))
    if given.knew_on > row["reported_on"]:
        raise Invalid.field("knew_on", t("报案之日（{day}）已经知道出险", day=row["reported_on"].isoformat()))
    return given.knew_on
