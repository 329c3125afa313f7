"""Claims whose items are worth what they cost, assessed line by line, under words and sums a test chooses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from insurance.base import db
from insurance.base.errors import Invalid
from insurance.claims import actions, actions_assessment, store
from insurance.claims.actions_assessment import Assessed
from insurance.claims.assessed import Insured
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Assessment, LossLine
from insurance.policies.model import Cover, Peril
from insurance.policies.terms import terms_by
from make.claims import claim_in, insured
from people import People

AT_COST: dict[str, Any] = {"residual_rate": "1"}  # never depreciates: the value is the cost on every day
NEW_TERMS = terms_by(Cover.INDUSTRY, "2020-01-01").wording
NO_DEDUCTIBLE = {"deductible_explained": False}


def asset(cost_fen: int, **known: Any) -> dict[str, Any]:
    return AT_COST | {"cost_fen": cost_fen, "funds": [{"fund": "SPECIAL", "amount_fen": cost_fen, "level": "CENTRAL"}]} | known


async def opened(story: People, *assets: dict[str, Any], peril: Peril = Peril.RAINSTORM, **project: Any) -> Claim:
    """A case just opened whose items are worth what they cost."""
    named = [{"name": f"{place}号棚"} | one for place, one in enumerate(assets, start=1)]
    return await claim_in(ClaimState.OPENED, story, loss=await insured(story, assets=named, **project), peril=peril, reported_fen=100)


async def items_of(claim: Claim, story: People) -> list[int]:
    async with db.transaction(story.adjuster_a.scope):
        rows = await db.fetch("SELECT id FROM policy_item WHERE policy_id = $1 ORDER BY id", claim.policy.id)
    return [row["id"] for row in rows]


async def whole(claim: Claim, story: People, *lines: dict[str, Any], **known: Any) -> Assessed:
    """The adjuster's assessment of the first items; answers it as it is read back."""
    items = await items_of(claim, story)
    found = tuple(LossLine(**({"policy_item_id": item} | line)) for item, line in zip(items, lines, strict=False))
    given = Assessment(version=claim.version, lines=found, **known)
    await actions_assessment.assessment(claim.id, given, actor=story.adjuster_a)
    return await actions_assessment.assessed(claim.id, actor=story.city)


async def refused_at(claim: Claim, story: People, *lines: dict[str, Any], **known: Any) -> dict[str, str]:
    """What the refusal names, with its text."""
    with pytest.raises(Invalid) as refusal:
        await whole(claim, story, *lines, **known)
    return {fault.field: str(fault.text) for fault in refusal.value.faults}


def step(assessed: Assessed, rule: str) -> Any:
    (found,) = [one for one in assessed.steps if one.rule == rule]
    return found


def sold(monkeypatch: pytest.MonkeyPatch, **change: Any) -> None:
    """Every policy as if it had been sold with other words."""
    words = msgspec.structs.replace(NEW_TERMS, **change)
    monkeypatch.setattr(actions_assessment, "wording_of", lambda *_: words)


def schedule(monkeypatch: pytest.MonkeyPatch, **change: Any) -> None:
    """Every line of every schedule as if it had been bound with other sums."""
    real = store.insured

    async def changed(policy: Any, row: Any) -> Insured:
        found = await real(policy, row)
        items = {key: msgspec.structs.replace(item, **change) for key, item in found.items.items()}
        return msgspec.structs.replace(found, items=items)

    monkeypatch.setattr(store, "insured", changed)


async def claim_of(assessed: Assessed, story: People) -> Claim:
    async with db.transaction(story.city.scope):
        claim_id = await db.fetchval("SELECT claim_id FROM assessment WHERE id = $1", assessed.id)
    return await actions.one(claim_id, actor=story.city)
