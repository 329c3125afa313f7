"""Claims taken up again: what was paid stays paid, only the difference moves, in the claim, the books and `verify`."""

from __future__ import annotations

import pytest

import make
from insurance.base import db
from insurance.base.errors import Refused
from insurance.checks.recomputed import assessments_recomputed
from insurance.checks.stored import STORED
from insurance.claims import actions, actions_decision, actions_dispute, actions_recovery, settlement
from insurance.claims.model import Claim, ClaimState, PartKind
from insurance.claims.model_recovery import MovementKind, Recovery, RecoveryKind
from insurance.claims.model_verbs import Approval, Declinature, InterimPayment, Order, Reopening, Zero
from insurance.finance import actions as finance
from insurance.finance.model import Side
from make.claims import ACCOUNT, assess, claim_in, way
from make.recovery import receipt
from people import People

S = ClaimState
PAID = 4_003_101  # A3


async def paid_by_the_bank(claim: Claim, story: People, opening_fen: int = 5_000_000_00) -> Claim:
    """The part that waits is ordered, released and booked on a statement of its own."""
    made = await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)
    released = await finance.release(made.id, made.version, actor=story.checker)
    line = (story.maker.on, released.amount_fen, released.payee_name, ACCOUNT, f"{released.token} 赔款")
    file = make.bank_file([line], opening_fen=opening_fen)
    await settlement.read_statement(file, f"{released.token}.csv", Side.PAYER, "", actor=story.checker)
    return await actions.one(claim.id, actor=story.city)


async def taken_up_again(story: People) -> Claim:
    """Paid by the bank, closed, reopened."""
    paid = await paid_by_the_bank(await claim_in(S.AGREED, story), story)
    closed = await way(paid, story, "close")
    return await actions_dispute.reopening(closed.id, Reopening(version=closed.version, reason="漏列滴灌设备"), actor=story.approver_a)


async def balances(claim: Claim) -> dict[str, int]:
    """The claim's accounts, debit left."""
    rows = await db.fetch(
        "SELECT a.code, sum(CASE WHEN t.debit = a.code THEN t.amount_fen ELSE -t.amount_fen END)::bigint AS fen FROM transfer t"
        " JOIN account a ON a.code IN (t.debit, t.credit) WHERE t.kind IN ('POSTED', 'POST') AND (t.subject = $1 OR t.subject = ANY ("
        " SELECT 'payout:' || o.id FROM payout o JOIN claim_part p ON p.id = o.part_id WHERE p.claim_id = $2)) GROUP BY a.code",
        f"claim:{claim.id}", claim.id,
    )  # fmt: skip
    return {row["code"]: row["fen"] for row in rows if row["fen"]}


async def verified() -> list[str]:
    """What `insurance verify` would find in the books and claims as they stand."""
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        found = [await asked() for asked in (*STORED, assessments_recomputed)]
    return [offence for check in found for offence in check.offences]


async def recoveries(claim: Claim, story: People) -> tuple[Recovery, ...]:
    return (await actions_recovery.recoveries(claim.id, actor=story.leader)).items


async def test_a_higher_amount_pays_only_the_difference(story: People) -> None:
    claim = await assess(await taken_up_again(story), story, loss_fen=5_567_890)
    agreed = await way(claim, story, "approve", "sign_office", "sign_adjuster")
    owed = await balances(agreed)

    paid = await paid_by_the_bank(agreed, story, opening_fen=4_000_000_00)

    assert (agreed.paid_fen, agreed.approved_fen) == (PAID, 4_903_101)
    assert (owed["1201"], owed["2101"]) == (900_000, -900_000), "only the difference is owed anew"
    assert (paid.state, paid.paid_fen) == (S.PAID, 4_903_101)
    assert [(part.kind, part.amount_fen) for part in paid.parts] == [(PartKind.FINAL, PAID), (PartKind.FINAL, 900_000)]
    assert await balances(paid) == {}
    assert await recoveries(paid, story) == ()
    assert await verified() == []


async def test_the_same_amount_again_ends_at_zero_and_keeps_what_was_paid(story: People) -> None:
    claim = await assess(await taken_up_again(story), story)

    with pytest.raises(Refused, match="零结案"):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)
    done = await actions_decision.zero(claim.id, Zero(version=claim.version, note="复核后金额不变"), actor=story.approver_a)
    closed = await way(done, story, "close")

    assert (done.state, done.paid_fen, done.approved_fen) == (S.ZERO, PAID, PAID)
    assert [event.to_state for event in await actions.history(claim.id, actor=story.city)].count(S.PAID) == 1
    assert closed.state is S.CLOSED
    assert await balances(closed) == {}
    assert await recoveries(closed, story) == ()
    assert await verified() == []


async def test_a_lower_amount_is_a_recovery_never_a_negative_payment(story: People) -> None:
    claim = await assess(await taken_up_again(story), story, loss_fen=1_500_000, salvage_fen=0)

    done = await actions_decision.zero(claim.id, Zero(version=claim.version, note="复核后核减"), actor=story.approver_a)

    (opened,) = await recoveries(done, story)
    assert claim.assessed_fen == 1_350_000
    assert (opened.kind, opened.expected_fen, opened.counterparty) == (RecoveryKind.OVERPAID, PAID - 1_350_000, "石门村股份经济合作社")
    assert (done.paid_fen, [part.amount_fen for part in done.parts]) == (PAID, [PAID])
    assert await verified() == []


async def test_money_given_back_is_paid_again_when_the_amount_goes_up_again(story: People) -> None:
    """Paid 4,003,101, cut to 1,350,000, 1,000,000 given back, then right after all: the balance falls away, the million is paid anew."""
    claim = await assess(await taken_up_again(story), story, loss_fen=1_500_000, salvage_fen=0)
    claim = await actions_decision.zero(claim.id, Zero(version=claim.version, note="复核后核减"), actor=story.approver_a)
    (opened,) = await recoveries(claim, story)
    await receipt(opened, story.adjuster_a, 1_000_000)
    claim = await way(claim, story, "close", "reopen")
    claim = await assess(claim, story)

    approved = await way(claim, story, "approve")
    paid = await paid_by_the_bank(await way(approved, story, "sign_office", "sign_adjuster"), story, opening_fen=4_000_000_00)

    (after,) = await recoveries(paid, story)
    assert [part.amount_fen for part in approved.parts] == [PAID, 1_000_000]
    assert [(one.kind, one.amount_fen) for one in after.movements] == [
        (MovementKind.RECEIVED, 1_000_000), (MovementKind.REDUCED, PAID - 1_350_000 - 1_000_000),
    ]  # fmt: skip
    assert (after.left_fen, paid.state, paid.paid_fen) == (0, S.PAID, PAID + 1_000_000)
    assert await balances(paid) == {}
    assert await verified() == []


async def test_money_given_back_between_assessment_and_approval_asks_for_a_new_assessment(story: People) -> None:
    claim = await assess(await taken_up_again(story), story, loss_fen=1_500_000, salvage_fen=0)
    claim = await actions_decision.zero(claim.id, Zero(version=claim.version, note="复核后核减"), actor=story.approver_a)
    (opened,) = await recoveries(claim, story)
    claim = await assess(await way(claim, story, "close", "reopen"), story, loss_fen=5_567_890)
    await receipt(opened, story.adjuster_a, 1)

    with pytest.raises(Refused, match="重新定损"):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)


async def test_a_refusal_after_payment_claims_everything_back(story: People) -> None:
    claim = await assess(await taken_up_again(story), story)
    given = Declinature(version=claim.version, reasons=("NO_INTEREST",), note="出险前大棚已转让他人")

    refused = await actions_decision.declinature(claim.id, given, actor=story.approver_a)

    (opened,) = await recoveries(refused, story)
    assert (refused.state, refused.paid_fen, opened.kind, opened.expected_fen) == (S.REJECTED, PAID, RecoveryKind.OVERPAID, PAID)
    assert await verified() == []


async def test_what_a_later_decision_leaves_is_what_the_next_claim_of_the_policy_meets(story: People) -> None:
    """The sum left after earlier claims goes by the last decision: cut, it frees the sum; refused, all of it."""
    loss = await make.insured(story)
    first = await claim_in(S.CLOSED, story, loss=loss)
    again = await way(first, story, "reopen")

    async def taken() -> int:
        other = await make.reported(story, loss=loss, peril="HAIL")
        async with db.transaction(story.adjuster_a.scope):
            rows = await db.fetch(db.statement("insurance.claims", "earlier"), loss.policy_id, other.id)
        await way(other, story, "withdraw")
        return sum(row["indemnity_fen"] for row in rows)

    assert await taken() == PAID
    cut = await assess(again, story, loss_fen=1_500_000, salvage_fen=0)
    cut = await actions_decision.zero(cut.id, Zero(version=cut.version, note="核减"), actor=story.approver_a)
    assert await taken() == 1_350_000
    cut = await assess(await way(cut, story, "close", "reopen"), story)
    given = Declinature(version=cut.version, reasons=("NO_INTEREST",), note="已转让")
    await actions_decision.declinature(cut.id, given, actor=story.approver_a)
    assert await taken() == 0


# -- what was approved ahead and never paid -----------------------------------------------------------------------------------


async def ahead(story: People, amount_fen: int) -> Claim:
    """An interim payment approved, not ordered."""
    claim = await claim_in(S.ASSESSING, story)
    given = InterimPayment(version=claim.version, amount_fen=amount_fen)
    return await actions_decision.interim_payment(claim.id, given, actor=story.approver_a)


async def test_a_withdrawn_claim_owes_nothing_in_the_books(story: People) -> None:
    claim = await ahead(story, 1_000_000)
    before = await balances(claim)

    await way(claim, story, "withdraw")

    assert (before["1201"], before["2101"]) == (1_000_000, -1_000_000)
    assert await balances(claim) == {}
    assert await verified() == []


async def test_a_refused_claim_owes_it_again_when_it_is_disputed(story: People) -> None:
    claim = await way(await ahead(story, 1_000_000), story, "decline")
    refused = await balances(claim)

    disputed = await way(claim, story, "object")
    owed = await balances(disputed)
    approved = await actions_decision.approval(
        (await assess(disputed, story)).id, Approval(version=disputed.version + 1), actor=story.approver_a
    )

    assert refused == {}
    assert (owed["1201"], owed["2101"]) == (1_000_000, -1_000_000)
    assert [part.amount_fen for part in approved.parts] == [1_000_000, PAID - 1_000_000]
    assert await verified() == []


async def test_a_refused_claim_that_was_closed_owes_it_again_when_it_is_reopened(story: People) -> None:
    closed = await way(await ahead(story, 1_000_000), story, "decline", "close")
    reopened = await way(closed, story, "reopen")

    assert (await balances(reopened))["2101"] == -1_000_000
    assert (await balances(reopened))["1201"] == 1_000_000
