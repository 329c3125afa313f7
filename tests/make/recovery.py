"""What hangs on a paid claim: a third party, a subrogation with a receipt, a finding of fraud."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.claims import actions_evidence, actions_fraud, actions_recovery, actions_third_party
from insurance.claims.model import Claim
from insurance.claims.model_recovery import (
    Finding,
    FraudKind,
    NewFinding,
    NewRecovery,
    Receipt,
    Recovery,
    RecoveryKind,
    ThirdParty,
    ThirdPartyAnswers,
)
from make.projects import PDF
from people import People

COUNTERPARTY = "坛山水利工程队"


async def third_party(claim: Claim, actor: Actor, **known: Any) -> ThirdParty:
    """Somebody else caused the loss and has paid nothing."""
    fields: dict[str, Any] = {"caused": True, "name": COUNTERPARTY, "family": False, "paid_fen": 0, "waived": False} | known
    return await actions_third_party.answer(claim.id, ThirdPartyAnswers(**fields), actor=actor)


async def subrogation(claim: Claim, actor: Actor, **known: Any) -> Recovery:
    """The insurer claims from them."""
    fields: dict[str, Any] = {
        "kind": RecoveryKind.SUBROGATION,
        "counterparty": COUNTERPARTY,
        "basis": "挖断排水渠",
        "expected_fen": 1_000_000,
    }
    return await actions_recovery.open_recovery(claim.id, NewRecovery(**(fields | known)), actor=actor)


async def receipt(recovery: Recovery, actor: Actor, received_fen: int, **known: Any) -> Recovery:
    """Some of it comes in."""
    fields: dict[str, Any] = {"version": recovery.version, "received_fen": received_fen, "reason": "还款"}
    return await actions_recovery.receipt(recovery.id, Receipt(**(fields | known)), actor=actor)


async def paper(claim: Claim, actor: Actor) -> int:
    """A paper of the claim; its id."""
    await actions_evidence.file(claim.id, "OTHER", "鉴定.pdf", PDF, actor=actor)
    found = await actions_evidence.on_file(claim.id, actor=actor)
    return next(item.id for item in found.items if item.kind == "OTHER")


async def finding(claim: Claim, actor: Actor, kind: FraudKind, **known: Any) -> Finding:
    """An approver finds fraud, on a paper of the claim."""
    fields: dict[str, Any] = {"kind": kind, "facts": "维修发票系伪造", "document_ids": (await paper(claim, actor),)}
    return await actions_fraud.find(claim.id, NewFinding(**(fields | known)), actor=actor)


async def everything(claim: Claim, story: People) -> int:
    """All of it on a paid claim; the id of the subrogation."""
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)
    await receipt(opened, story.adjuster_a, 400_000)
    await finding(claim, story.approver_a, FraudKind.FALSE_PROOF, false_fen=1)
    return opened.id
