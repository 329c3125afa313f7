"""Findings of fraud (保险法 27): who finds, on what papers, and what follows before and after the decision; never from signals."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused, WrongState
from insurance.claims import actions, actions_decision, actions_fraud, actions_recovery, settlement
from insurance.claims.actions_dispute import reopening
from insurance.claims.model import Claim, ClaimState, NotYours
from insurance.claims.model_recovery import FraudKind, NewFinding, RecoveryKind
from insurance.claims.model_verbs import Declinature, InterimPayment, Order, Reopening, Zero
from insurance.finance import actions as payouts
from insurance.finance import actions_cases
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from make.claims import assess, claim_in, way
from make.finance import bank_file
from make.recovery import finding, paper
from people import People

S = ClaimState
PAID = 4_003_101  # A3


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


@pytest.mark.parametrize("kind", [FraudKind.FALSE_EVENT, FraudKind.STAGED_EVENT])
async def test_a_refusal_for_fraud_rests_on_a_finding(story: People, kind: FraudKind) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = Declinature(version=claim.version, reasons=(kind.value,), note="气象站和邻户均证明当日无暴雨")

    with pytest.raises(Invalid) as refusal:
        await actions_decision.declinature(claim.id, given, actor=story.approver_a)
    found = await finding(claim, story.approver_a, kind)
    refused = await actions_decision.declinature(claim.id, given, actor=story.approver_a)

    assert fields(refusal) == ["reasons[0]"]
    assert (found.kind, found.rescinds, found.policy_id) == (kind, True, claim.policy.id)
    assert refused.state is S.REJECTED
    assert (await actions_recovery.recoveries(claim.id, actor=story.city)).items == (), "nothing was paid"
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        kept = await db.fetchrow("SELECT verb, facts FROM audit_event WHERE subject = $1 AND verb = 'fraud.found'", f"claim:{claim.id}")
    assert kept is not None
    assert found.facts not in kept["facts"], "the facts stay in the finding"


async def test_a_false_part_is_taken_off_in_the_assessment_and_the_rest_is_paid(story: People) -> None:
    claim = await claim_in(S.OPENED, story)

    with pytest.raises(Invalid) as refusal:
        await assess(claim, story, refused_fen=800_000, refused_reason="FALSE_PROOF")
    found = await finding(claim, story.approver_a, FraudKind.FALSE_PROOF, false_fen=800_000)
    with pytest.raises(Invalid) as more:
        await assess(claim, story, refused_fen=800_001, refused_reason="FALSE_PROOF")
    claim = await assess(claim, story, refused_fen=800_000, refused_reason="FALSE_PROOF")
    approved = await way(claim, story, "approve")

    assert fields(refusal) == fields(more) == ["lines[0].refused_fen"]
    assert found.rescinds is False
    # (4,567,890 − 800,000 − 120,000) less 10 %
    assert (approved.state, approved.approved_fen) == (S.APPROVED, 3_283_101)


@pytest.mark.parametrize(
    ("kind", "change", "faults"),
    [
        (FraudKind.FALSE_EVENT, {"facts": " "}, ["facts"]),
        (FraudKind.FALSE_EVENT, {"document_ids": ()}, ["document_ids"]),
        (FraudKind.FALSE_EVENT, {"document_ids": (2**40,)}, ["document_ids[0]"]),
        (FraudKind.FALSE_EVENT, {"false_fen": 1}, ["false_fen"]),
        (FraudKind.FALSE_PROOF, {}, ["false_fen"]),
        (FraudKind.FALSE_PROOF, {"facts": "", "document_ids": ()}, ["facts", "document_ids", "false_fen"]),
    ],
)
async def test_a_finding_without_ground_names_its_fields(story: People, kind: FraudKind, change: dict[str, Any], faults: list[str]) -> None:
    claim = await claim_in(S.ASSESSING, story)

    with pytest.raises(Invalid) as refusal:
        await finding(claim, story.approver_a, kind, **change)

    assert fields(refusal) == faults


async def test_a_paper_of_another_claim_proves_nothing_here(story: People) -> None:
    claim, other = await claim_in(S.ASSESSING, story), await claim_in(S.ASSESSING, story)
    elsewhere = await paper(other, story.adjuster_a)

    with pytest.raises(Invalid) as refusal:
        await finding(claim, story.approver_a, FraudKind.FALSE_EVENT, document_ids=(elsewhere,))

    assert fields(refusal) == ["document_ids[0]"]


async def test_the_assessor_finds_nothing_and_a_withdrawn_claim_is_left_alone(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    both = msgspec.structs.replace(story.approver_a, user_id=story.adjuster_a.user_id)

    with pytest.raises(NotYours):
        await finding(claim, both, FraudKind.FALSE_EVENT)
    with pytest.raises(WrongState):
        await finding(await claim_in(S.WITHDRAWN, story), story.approver_a, FraudKind.FALSE_EVENT)


@pytest.mark.parametrize("state", [S.PAID, S.CLOSED])
@pytest.mark.parametrize(
    ("kind", "false_fen", "expected"),
    [
        (FraudKind.FALSE_EVENT, None, PAID),
        (FraudKind.STAGED_EVENT, None, PAID),
        (FraudKind.FALSE_PROOF, 800_000, 800_000),
        (FraudKind.FALSE_PROOF, PAID + 5, PAID),
    ],
)
async def test_after_the_payment_the_money_is_to_come_back(
    story: People, state: ClaimState, kind: FraudKind, false_fen: int | None, expected: int
) -> None:
    claim = await claim_in(state, story)

    await finding(claim, story.approver_a, kind, false_fen=false_fen)

    (opened,) = (await actions_recovery.recoveries(claim.id, actor=story.city)).items
    assert (opened.kind, opened.expected_fen, opened.counterparty) == (RecoveryKind.FRAUD, expected, "石门村股份经济合作社")
    assert "第二十七条" in opened.basis
    assert (await actions.one(claim.id, actor=story.city)).version == claim.version, "a finding moves no claim"


async def test_two_findings_never_claim_more_back_than_was_paid(story: People) -> None:
    claim = await claim_in(S.PAID, story)

    await finding(claim, story.approver_a, FraudKind.FALSE_PROOF, false_fen=3_000_000)
    await finding(claim, story.approver_a, FraudKind.FALSE_PROOF, false_fen=3_000_000)
    await finding(claim, story.approver_a, FraudKind.FALSE_EVENT)

    opened = (await actions_recovery.recoveries(claim.id, actor=story.city)).items
    assert [one.expected_fen for one in opened] == [3_000_000, PAID - 3_000_000]


async def test_no_more_money_goes_out_on_a_claim_that_never_was(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    await finding(claim, story.approver_a, FraudKind.STAGED_EVENT)

    with pytest.raises(Refused, match="第二十七条"):
        await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)


async def test_a_claim_taken_up_again_for_fraud_claims_the_false_part_once(story: People) -> None:
    """Found after closing, then reopened and assessed without the false part: the finding's recovery and the decision's are one."""
    claim = await claim_in(S.CLOSED, story)
    await finding(claim, story.approver_a, FraudKind.FALSE_PROOF, false_fen=800_000)
    claim = await reopening(claim.id, Reopening(version=claim.version, reason="维修发票系伪造"), actor=story.approver_a)
    claim = await assess(claim, story, refused_fen=800_000, refused_reason="FALSE_PROOF")

    closed = await actions_decision.zero(claim.id, Zero(version=claim.version, note="按实核减"), actor=story.approver_a)

    (opened,) = (await actions_recovery.recoveries(claim.id, actor=story.city)).items
    # 800,000 less 10 % was really paid for the false part
    assert (opened.kind, opened.left_fen, opened.reduced_fen) == (RecoveryKind.FRAUD, 720_000, 80_000)
    assert (closed.state, closed.paid_fen) == (S.ZERO, PAID)


async def test_money_paid_ahead_on_a_false_event_comes_back_with_the_refusal(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    ahead = InterimPayment(version=claim.version, amount_fen=1_000_000)
    claim = await actions_decision.interim_payment(claim.id, ahead, actor=story.approver_a)
    claim = await way(claim, story, "order")
    await finding(claim, story.approver_a, FraudKind.FALSE_EVENT)
    given = Declinature(version=claim.version, reasons=("FALSE_EVENT",), note="并无暴雨")

    with pytest.raises(Refused, match="正在支付"):
        await actions_decision.declinature(claim.id, given, actor=story.approver_a)
    claim = await way(claim, story, "pay")
    refused = await actions_decision.declinature(claim.id, msgspec.structs.replace(given, version=claim.version), actor=story.approver_a)

    (opened,) = (await actions_recovery.recoveries(claim.id, actor=story.city)).items
    assert (refused.state, refused.paid_fen) == (S.REJECTED, 1_000_000)
    assert (opened.kind, opened.expected_fen) == (RecoveryKind.FRAUD, 1_000_000)


async def _paid_in_part(claim: Claim, story: People) -> None:
    """The bank books all but a fen of the one order of the claim."""
    (part,) = claim.parts
    order = next(one for one in await payouts.payouts(actor=story.maker) if one.amount_fen == part.amount_fen)
    line = (story.maker.on, part.amount_fen - 1, order.payee_name, "6222020000000000000", f"{order.token} 赔款")
    read = await settlement.read_statement(bank_file([line]), "部分.csv", Side.PAYER, "", actor=story.checker)
    _, (short,) = await actions_cases.statement(read.id, actor=story.maker)
    await actions_cases.resolve(read.id, short.id, Resolution(action=CaseAction.PART), actor=story.maker)


async def test_money_of_which_a_part_has_arrived_is_still_on_its_way(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    ahead = InterimPayment(version=claim.version, amount_fen=1_000_000)
    claim = await actions_decision.interim_payment(claim.id, ahead, actor=story.approver_a)
    claim = await way(claim, story, "order")
    await _paid_in_part(claim, story)
    await finding(claim, story.approver_a, FraudKind.FALSE_EVENT)

    with pytest.raises(Refused, match="正在支付"):
        await actions_decision.declinature(
            claim.id, Declinature(version=claim.version, reasons=("FALSE_EVENT",), note="并无暴雨"), actor=story.approver_a
        )


@pytest.mark.parametrize("who", ["other_county", "adjuster_b", "approver_b"])
async def test_findings_elsewhere_are_not_there(story: People, who: str) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = NewFinding(kind=FraudKind.FALSE_EVENT, facts="x", document_ids=(await paper(claim, story.adjuster_a),))

    with pytest.raises(NotFound):
        await actions_fraud.findings(claim.id, actor=getattr(story, who))
    with pytest.raises(NotFound):
        await actions_fraud.find(claim.id, given, actor=getattr(story, who))
