"""What the forms of a decision offer: reasons with the wording's exclusions, the objection to answer, who may approve; objections told."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims import actions_dispute, actions_third_party, store, store_dispute
from insurance.claims.actions_decision import held_against, level_above
from insurance.claims.model import Claim
from insurance.claims.model_decision import Against, ObjectionOutcome
from insurance.claims.names import AGAINST_NAMES, OUTCOME_NAMES, QUESTIONS
from insurance.claims.procedure import ReasonScope, procedure_of
from insurance.claims.rules_refusal import EXCLUSIONS, fitting
from insurance.claims.store import Row


async def objection_offers(claim_id: int, say: str) -> dict[str, Any]:
    """The objection that waits for its answer, with the outcomes to choose from; None where none waits."""
    waiting = await store_dispute.open_objection(claim_id)
    if waiting is None:
        return {"objection": None}
    outcomes = [(one.value, render(OUTCOME_NAMES[one], say)) for one in ObjectionOutcome]
    return {"objection": dict(waiting) | {"name": render(AGAINST_NAMES[Against(waiting["against"])], say)}, "outcomes": outcomes}


async def refusal_offers(row: Row, say: str) -> dict[str, Any]:
    """The reasons that fit this claim, and the exclusions of the policy's own wording."""
    english = say == "en"
    held = await held_against(row, await store.latest_assessment(row["id"]))
    found = fitting(procedure_of(row), held)
    return {
        "reasons": [
            (one.code, one.en if english else one.zh, one.article, one.clause == EXCLUSIONS, one.scope is ReasonScope.PART) for one in found
        ],
        "exclusions": [(one.code, f"{one.clause} {one.en if english else one.zh}") for one in held.wording.exclusions],
    }


async def decision_offers(row: Row, total_fen: int, actor: Actor) -> dict[str, Any]:
    """The objection to answer, whether the amount is this person's to approve, and what nobody has asked about third parties."""
    third = await actions_third_party.answers(row["id"], actor=actor)
    offers = {"above": above_authority(row, total_fen, actor), "unasked": [QUESTIONS[name] for name in third.unanswered]}
    return await objection_offers(row["id"], actor.language) | offers


def above_authority(row: Row, total_fen: int, actor: Actor) -> Text | None:
    """Who must approve where it is more than this person may; None where it is not."""
    level = level_above(row, total_fen, actor)
    return None if level is None else t("本案合计 {amount} 元，应由{level}核赔", amount=yuan(total_fen), level=level)


async def objections_section(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """异议: what was said against the results of the claim, and the answers."""
    del row
    found = await actions_dispute.objections(claim.id, actor=actor)
    return {
        "objections": [
            {
                "name": AGAINST_NAMES[one.against], "by": one.raised_by or one.entered_by, "on": one.raised_on, "reason": one.reason,
                "outcome": OUTCOME_NAMES[one.outcome] if one.outcome else None, "answer": one.answer, "answered_on": one.answered_on,
                "answered_by": one.answered_by,
            }
            for one in found.items
        ]
    }  # fmt: skip
