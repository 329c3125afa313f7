"""Where claims meet money: orders, their cancellation, what the bank settled pulled back; papers on file of a claim."""

from __future__ import annotations

from datetime import date

import pytest

import make
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.claims import actions, actions_decision, actions_evidence, settlement
from insurance.claims.model import Claim, ClaimState, PartKind, Verb
from insurance.claims.model_verbs import Agreement, Approval, Because, Cancellation, Closure, HandMatch, InterimPayment, Order
from insurance.finance import actions as finance
from insurance.finance.model import PayoutState, Side
from insurance.finance.views import PayoutView
from make.claims import assess, claim_in, trail
from make.projects import PDF
from people import People

S = ClaimState
PAYS = 4_003_101
OWNER, ACCOUNT = "石门村股份经济合作社", "6222020000000000000"


async def order(claim: Claim, story: People, part_id: int | None = None) -> PayoutView:
    return await settlement.order_payout(Order(claim_id=claim.id, version=claim.version, part_id=part_id), actor=story.maker)


async def release(made: PayoutView, story: People) -> PayoutView:
    return await finance.release(made.id, made.version, actor=story.checker)


async def bank_says(story: People, *paid: PayoutView) -> int:
    """A statement of the payer's account with a line for each payout; answers its id."""
    lines = [(story.maker.on, one.amount_fen, one.payee_name, ACCOUNT, f"{one.token} 赔款") for one in paid]
    read = await settlement.read_statement(make.bank_file(lines), "八月.csv", Side.PAYER, "", actor=story.checker)
    return read.id


async def now(claim: Claim, story: People) -> Claim:
    return await actions.one(claim.id, actor=story.maker)


async def match_of(payout: PayoutView) -> int:
    return int(await db.fetchval("SELECT id FROM bank_match WHERE payout_id = $1 AND undone_at IS NULL", payout.id))


# -- the order --------------------------------------------------------------------------------------------------------------------


async def test_an_order_takes_amount_and_payee_from_the_approval(story: People) -> None:
    claim = await claim_in(S.AGREED, story)

    made = await order(claim, story)

    after = await now(claim, story)
    assert (made.state, made.amount_fen, made.payee_name, made.payee_account) == (PayoutState.ORDERED, PAYS, OWNER, "****0000")
    assert after.state is S.PAYING
    assert after.parts[-1].payout is not None
    assert after.parts[-1].payout.number == made.number
    assert (await trail(claim))[-1] == "claim.payout-ordered"


async def test_nothing_is_ordered_before_agreement_or_twice(story: People) -> None:
    claim = await claim_in(S.APPROVED, story)

    with pytest.raises(WrongState):
        await order(claim, story)
    agreed = await claim_in(S.AGREED, story)
    await order(agreed, story)
    with pytest.raises(WrongState):
        await order(await now(agreed, story), story)


async def test_an_order_names_the_version_it_saw_and_a_part_of_the_claim(story: People) -> None:
    claim = await claim_in(S.AGREED, story)

    with pytest.raises(LostUpdate):
        await settlement.order_payout(Order(claim_id=claim.id, version=1), actor=story.maker)
    with pytest.raises(Invalid):
        await order(claim, story, part_id=2**40)
    with pytest.raises(NotFound):
        await settlement.order_payout(Order(claim_id=2**40, version=1), actor=story.maker)
    assert await db.fetchval("SELECT count(*) FROM payout") == 0


@pytest.mark.parametrize("who", ["checker", "approver_a", "adjuster_a", "city", "auditor"])
async def test_only_the_maker_orders_money(story: People, who: str) -> None:
    claim = await claim_in(S.AGREED, story)

    with pytest.raises(Forbidden):
        await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=getattr(story, who))


async def test_a_cancelled_order_leaves_an_agreed_claim_that_may_be_ordered_anew(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    made = await order(claim, story)

    with pytest.raises(Invalid):
        await settlement.cancel_payout(made.id, Cancellation(version=made.version, reason=" "), actor=story.maker)
    gone = await settlement.cancel_payout(made.id, Cancellation(version=made.version, reason="账户待核"), actor=story.checker)
    again = await order(await now(claim, story), story)

    assert (gone.state, gone.closed_reason) == (PayoutState.CANCELLED, "账户待核")
    assert again.token != made.token
    assert [event.verb for event in await actions.history(claim.id, actor=story.city)][-3:] == [
        Verb.PAYOUT, Verb.ORDER_CANCELLED, Verb.PAYOUT,
    ]  # fmt: skip


async def test_a_released_order_is_not_cancelled(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    released = await release(await order(claim, story), story)

    with pytest.raises(WrongState):
        await settlement.cancel_payout(released.id, Cancellation(version=released.version, reason="x"), actor=story.maker)
    assert (await now(claim, story)).state is S.PAYING


# -- the bank ---------------------------------------------------------------------------------------------------------------------


async def test_a_matched_line_pays_the_claim_and_the_books_end_even(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    released = await release(await order(claim, story), story)

    await bank_says(story, released)

    paid = await now(claim, story)
    assert (paid.state, paid.paid_fen, paid.reserve_fen, paid.due_clock) == (S.PAID, PAYS, 0, None)
    assert {clock.code: clock.state for clock in paid.clocks}["PAYMENT"] == "done"
    rows = await db.fetch(
        "SELECT a.code, coalesce(sum(t.amount_fen) FILTER (WHERE t.debit = a.code), 0)"
        " - coalesce(sum(t.amount_fen) FILTER (WHERE t.credit = a.code), 0) AS fen FROM account a"
        " LEFT JOIN transfer t ON a.code IN (t.debit, t.credit) AND t.kind IN ('POSTED', 'POST') AND t.event NOT LIKE 'PREMIUM%' GROUP BY 1"
    )
    assert {row["code"]: row["fen"] for row in rows if row["fen"]} == {}, "owed and paid, estimated and released"


async def test_settling_twice_changes_nothing(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    await bank_says(story, await release(await order(claim, story), story))
    version = (await now(claim, story)).version

    assert await settlement.settle(actor=story.checker) == 0
    assert (await now(claim, story)).version == version


async def test_an_undone_match_lets_the_claim_be_paid_again_and_the_estimate_stand(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    released = await release(await order(claim, story), story)
    await bank_says(story, released)

    await settlement.undo_match(await match_of(released), "金额看错", actor=story.maker)

    undone = await now(claim, story)
    assert (undone.state, undone.paid_fen, undone.reserve_fen, undone.due_clock) == (S.PAYING, 0, PAYS, "PAYMENT")
    assert (await trail(claim))[-2:] == ["claim.settled", "claim.unsettled"]


async def test_the_match_of_a_closed_claim_stays(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    released = await release(await order(claim, story), story)
    await bank_says(story, released)
    paid = await now(claim, story)
    await actions.closure(claim.id, Closure(version=paid.version), actor=story.adjuster_a)

    with pytest.raises(Refused, match="已结案"):
        await settlement.undo_match(await match_of(released), "x", actor=story.maker)
    assert (await finance.payout(released.id, actor=story.maker)).state is PayoutState.SETTLED, "the refusal undid the undoing"


async def test_a_person_says_which_payout_a_line_pays(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    released = await release(await order(claim, story), story)
    line = (story.maker.on, released.amount_fen, "某村", "6228480000000000001", "赔款")
    read = await settlement.read_statement(make.bank_file([line]), "八月.csv", Side.PAYER, "", actor=story.maker)
    line_id = await db.fetchval("SELECT id FROM bank_line WHERE statement_id = $1", read.id)

    assert (await now(claim, story)).state is S.PAYING
    await settlement.match(read.id, HandMatch(line_id=line_id, payout_id=released.id), actor=story.maker)

    assert (await now(claim, story)).state is S.PAID


async def test_a_claim_is_paid_when_every_part_has_arrived(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = InterimPayment(version=claim.version, amount_fen=2_000_000)
    claim = await actions_decision.interim_payment(claim.id, given, actor=story.approver_a)
    early = await release(await order(claim, story), story)
    await bank_says(story, early)
    claim = await now(claim, story)
    assert (claim.state, claim.paid_fen) == (S.ASSESSING, 2_000_000), "a fact of a payout, not a state of the claim"

    claim = await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)
    for signer in (story.town, story.adjuster_a):
        claim = await actions.agreement(claim.id, Agreement(version=claim.version), actor=signer)
    final = await release(await order(claim, story), story)
    lines = [(story.maker.on, final.amount_fen, final.payee_name, ACCOUNT, f"{final.token} 赔款")]
    await settlement.read_statement(make.bank_file(lines, opening_fen=5_000_000_00), "续.csv", Side.PAYER, "", actor=story.checker)

    paid = await now(claim, story)
    assert (paid.state, paid.paid_fen, paid.approved_fen) == (S.PAID, PAYS, PAYS)
    assert [(part.kind, part.amount_fen) for part in paid.parts] == [(PartKind.INTERIM, 2_000_000), (PartKind.FINAL, 2_003_101)]


async def test_a_refused_claim_owes_no_interim_payment(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = InterimPayment(version=claim.version, amount_fen=2_000_000)
    claim = await actions_decision.interim_payment(claim.id, given, actor=story.approver_a)
    withdrawn = await actions.withdrawal(claim.id, Because(version=claim.version, reason="x"), actor=story.town)

    with pytest.raises(WrongState):
        await order(withdrawn, story)


async def test_the_last_payment_of_a_reopened_claim_pays_it_again(story: People) -> None:
    claim = await claim_in(S.REOPENED, story)
    claim = await assess(claim, story, loss_fen=5_567_890)
    claim = await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)

    assert (claim.state, claim.paid_fen, claim.approved_fen) == (S.APPROVED, PAYS, 4_903_101)
    assert await settlement.settle(actor=story.maker) == 0, "what was paid before is known already"


# -- papers on file -------------------------------------------------------------------------------------------------------------


async def test_the_first_claim_form_starts_the_insurers_terms_once(story: People) -> None:
    claim = await claim_in(S.OPENED, story)

    filed = await actions_evidence.file(claim.id, "CLAIM_FORM", "索赔申请书.pdf", PDF, date(2019, 8, 30), actor=story.town)
    again = await actions_evidence.file(claim.id, "CLAIM_FORM", "又一份.pdf", PDF + b"%", actor=story.town)

    assert (filed.version, filed.due_clock) == (claim.version + 1, "DECISION")
    assert again.version == filed.version
    assert (await actions.history(claim.id, actor=story.city))[-1].verb is Verb.PROOFS


async def test_what_is_on_file_and_what_is_missing_is_listed(story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    await actions_evidence.file(claim.id, "TITLE", "确权.pdf", PDF, actor=story.town)
    await actions_evidence.file(claim.id, "TITLE", "确权.pdf", PDF, actor=story.town)
    await actions_evidence.file(claim.id, "OTHER", "航拍.pdf", PDF, actor=story.adjuster_a)

    listed = await actions_evidence.on_file(claim.id, actor=story.approver_a)

    assert [(item.kind, item.file_name, item.filed_by) for item in listed.items] == [
        ("TITLE", "确权.pdf", "town"), ("OTHER", "航拍.pdf", "adjuster-a"),
    ]  # fmt: skip
    assert "TITLE" not in listed.missing
    assert {"CLAIM_FORM", "WEATHER", "LOSS_LIST"} <= set(listed.missing), "rain asks for the weather office's certificate"
    assert "VET" not in {paper.code for paper in listed.asked}


@pytest.mark.parametrize("kind", ["", "NO_SUCH", "claim_form"])
async def test_a_paper_has_a_kind_the_procedure_knows(story: People, kind: str) -> None:
    claim = await claim_in(S.REPORTED, story)

    with pytest.raises(Invalid):
        await actions_evidence.file(claim.id, kind, "a.pdf", PDF, actor=story.town)


async def test_papers_of_another_scope_are_not_found(story: People) -> None:
    claim = await claim_in(S.REPORTED, story)

    with pytest.raises(NotFound):
        await actions_evidence.file(claim.id, "TITLE", "a.pdf", PDF, actor=story.adjuster_b)
    with pytest.raises(NotFound):
        await actions_evidence.on_file(claim.id, actor=story.other_town)
