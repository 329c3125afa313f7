"""Decisions on a claim: who may approve what, refusal with reasons, nothing payable, money ahead of the decision."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, Refused
from insurance.claims import actions, actions_assessment, actions_decision, settlement
from insurance.claims.model import Claim, ClaimState, OverAuthority, PartKind
from insurance.claims.model_verbs import (
    Approval,
    Because,
    Declinature,
    InterimPayment,
    Order,
    Zero,
)
from insurance.policies.model import Cover
from insurance.projects import actions_payees
from insurance.projects.entries import AccountEntry
from make.claims import assess, claim_in, trail
from people import People

S = ClaimState
A3_PAYS = 4_003_101  # example A3 of the reference


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def opened(story: People, cover: Cover = Cover.INDUSTRY, **known: Any) -> Claim:
    """A case just opened under a policy of this cover."""
    loss = await make.insured(story, cover, **known.pop("insured", {}))
    return await claim_in(S.OPENED, story, loss=loss, **known)


async def approve(claim: Claim, actor: Actor, **known: Any) -> Claim:
    return await actions_decision.approval(claim.id, Approval(version=claim.version, **known), actor=actor)


async def ahead(claim: Claim, actor: Actor, amount_fen: int) -> Claim:
    return await actions_decision.interim_payment(claim.id, InterimPayment(version=claim.version, amount_fen=amount_fen), actor=actor)


# -- approval --------------------------------------------------------------------------------------------------------------------


async def test_approval_fixes_amount_payee_and_part(story: People) -> None:
    claim = await approve(await claim_in(S.ASSESSING, story), story.approver_a, note="同意")

    (decision,) = await db.fetch("SELECT * FROM decision WHERE claim_id = $1", claim.id)
    assert (claim.state, claim.approved_fen, claim.due_clock) == (S.APPROVED, A3_PAYS, None)
    assert [(part.kind, part.amount_fen, part.payout) for part in claim.parts] == [(PartKind.FINAL, A3_PAYS, None)]
    assert (decision["amount_fen"], decision["decided_by"]) == (A3_PAYS, story.approver_a.user_id)
    assert decision["payee_account_id"] is not None


async def test_the_assessor_never_decides(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    both = msgspec.structs.replace(story.approver_a, user_id=story.adjuster_a.user_id)

    with pytest.raises(Forbidden, match="定损人"):
        await approve(claim, both)
    with pytest.raises(Forbidden, match="定损人"):
        await actions_decision.zero(claim.id, Zero(version=claim.version, note="x"), actor=both)
    with pytest.raises(Forbidden, match="定损人"):
        await actions_decision.declinature(claim.id, Declinature(version=claim.version, reasons=("EXCLUDED",), note="x"), actor=both)
    with pytest.raises(Forbidden, match="定损人"):
        await ahead(claim, both, 1)
    assert (await trail(claim))[-1] == "claim.assessed"


@pytest.mark.parametrize("authority", [None, 0, A3_PAYS - 1])
async def test_above_ones_authority_is_refused(story: People, authority: int | None) -> None:
    claim = await claim_in(S.ASSESSING, story)

    with pytest.raises(OverAuthority, match="核赔岗"):
        await approve(claim, msgspec.structs.replace(story.approver_a, authority_fen=authority))
    assert (await approve(claim, msgspec.structs.replace(story.approver_a, authority_fen=A3_PAYS))).state is S.APPROVED


@pytest.mark.parametrize("change", ["payable_fen = payable_fen - 1", "indemnity_fen = 1, total_fen = 1"])
async def test_a_stored_amount_that_the_inputs_do_not_give_is_refused(story: People, change: str) -> None:
    claim = await claim_in(S.ASSESSING, story)
    async with db.transaction(story.adjuster_a.scope):
        await db.execute(f"UPDATE assessment SET {change} WHERE claim_id = $1", claim.id)

    with pytest.raises(Refused, match="复算"):
        await approve(claim, story.approver_a)


async def test_without_the_insureds_account_nothing_is_approved(story: People) -> None:
    bare = await make.insured(story, payee=False, village="无账户村", owner={"name": "无账户村股份经济合作社"})
    claim = await claim_in(S.ASSESSING, story, loss=bare)

    with pytest.raises(Invalid) as refusal:
        await approve(claim, story.approver_a)
    entry = AccountEntry(holder_name="无账户村股份经济合作社", bank_name="农商行", account_number="6222020000000000000")
    entered = await actions_payees.enter_account(bare.project_id, entry, actor=story.town)
    with pytest.raises(Invalid):
        await approve(claim, story.approver_a, payee_account_id=entered.id + 1)

    assert fields(refusal) == ["payee_account_id"]
    assert (await approve(claim, story.approver_a, payee_account_id=entered.id)).state is S.APPROVED


async def test_nothing_payable_is_not_approved_but_closed_as_nil(story: People) -> None:
    claim = await assess(await opened(story), story, loss_fen=90_000, salvage_fen=0)

    with pytest.raises(Refused, match="零结案"):
        await approve(claim, story.approver_a)
    with pytest.raises(Invalid):
        await actions_decision.zero(claim.id, Zero(version=claim.version, note=" "), actor=story.approver_a)
    done = await actions_decision.zero(claim.id, Zero(version=claim.version, note="低于免赔额"), actor=story.approver_a)

    assert (done.state, done.reserve_fen, done.approved_fen, done.parts) == (S.ZERO, 0, None, ())


async def test_a_claim_worth_something_is_not_closed_as_nil(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    with pytest.raises(Refused, match="不能零结案"):
        await actions_decision.zero(claim.id, Zero(version=claim.version, note="x"), actor=story.approver_a)


async def test_one_person_cannot_be_assessor_and_decider_in_the_database_either(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    with pytest.raises(asyncpg.CheckViolationError, match="four_eyes"):
        async with db.transaction(story.approver_a.scope):
            await db.execute(
                "INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen, decided_by,"
                " decided_at) SELECT a.claim_id, a.region_path, a.insurer_id, 9, a.id, a.assessor_id, 'ZERO', 0, a.assessor_id, now()"
                " FROM assessment a WHERE a.claim_id = $1", claim.id,
            )  # fmt: skip


# -- refusal ---------------------------------------------------------------------------------------------------------------------


async def test_a_refusal_keeps_its_reasons_and_starts_the_notice(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = Declinature(version=claim.version, reasons=("THRESHOLD_NOT_MET", "LATE_NOTICE"), note="最大 24 小时雨量 12 毫米")

    done = await actions_decision.declinature(claim.id, given, actor=story.approver_a)

    reasons = await db.fetchval("SELECT reasons FROM decision WHERE claim_id = $1", claim.id)
    assert (done.state, done.reserve_fen, done.due_clock) == (S.REJECTED, 0, "REFUSAL_NOTICE")
    assert [one["code"] for one in reasons] == ["THRESHOLD_NOT_MET", "LATE_NOTICE"]
    assert reasons[0]["article"].startswith("保险法")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"reasons": ()}, ["reasons"]),
        ({"reasons": ("LATE_NOTICE",)}, ["reasons"]),  # takes a part only
        ({"reasons": ("EXCLUDED", "NO_SUCH")}, ["reasons[1]"]),
        ({"reasons": ("MODE_CHANGED",)}, ["reasons[0]"]),  # a reason of the income cover
        ({"exclusion": None}, ["exclusion"]),
        ({"exclusion": "MODE"}, ["exclusion"]),  # stands in the other cover's wording
        ({"explained": False}, ["explained"]),
        ({"exclusion": None, "explained": False}, ["exclusion", "explained"]),
        ({"note": " "}, ["note"]),
    ],
)
async def test_a_refusal_without_good_reason_is_refused(story: People, change: dict[str, Any], faults: list[str]) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given: dict[str, Any] = {
        "version": claim.version,
        "reasons": ("EXCLUDED",),
        "exclusion": "WEAR",
        "explained": True,
        "note": "x",
    } | change

    with pytest.raises(Invalid) as refusal:
        await actions_decision.declinature(claim.id, Declinature(**given), actor=story.approver_a)

    assert fields(refusal) == faults


# -- money ahead of the decision ---------------------------------------------------------------------------------------------------


async def test_an_interim_payment_is_a_part_of_its_own_and_comes_off_the_final_one(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    paid = await ahead(claim, story.approver_a, 2_000_000)
    approved = await approve(paid, story.approver_a)

    assert (paid.state, [(p.kind, p.amount_fen) for p in paid.parts]) == (S.ASSESSING, [(PartKind.INTERIM, 2_000_000)])
    assert [(p.kind, p.amount_fen) for p in approved.parts] == [(PartKind.INTERIM, 2_000_000), (PartKind.FINAL, 2_003_101)]
    assert (approved.approved_fen, approved.assessed_fen) == (A3_PAYS, A3_PAYS)
    assert (await actions.working(claim.id, actor=story.city))[-1].inputs["interim_paid_fen"] == 2_000_000
    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert (seen.version, seen.assessor_id) == (2, story.adjuster_a.user_id), "restated, and still the assessor's"


@pytest.mark.parametrize(("state", "most"), [(S.ASSESSING, A3_PAYS), (S.SUPPLEMENT, 4_500_000)])
async def test_an_advance_goes_up_to_what_is_certain(story: People, state: ClaimState, most: int) -> None:
    claim = await claim_in(state, story)

    first = await ahead(claim, story.approver_a, 1_000_000)
    with pytest.raises(Invalid) as refusal:
        await ahead(first, story.approver_a, most - 1_000_000 + 1)
    with pytest.raises(OverAuthority):
        await ahead(first, msgspec.structs.replace(story.approver_a, authority_fen=1_500_000), 600_000)
    second = await ahead(first, story.approver_a, most - 1_000_000)

    assert fields(refusal) == ["amount_fen"]
    assert (second.state, len(second.parts)) == (state, 2)


async def test_after_a_return_to_a_lower_amount_what_was_paid_too_much_is_shown_and_nothing_is_paid(story: People) -> None:
    claim = await ahead(await claim_in(S.ASSESSING, story), story.approver_a, 2_000_000)

    lower = await assess(claim, story, loss_fen=1_500_000, salvage_fen=0)

    last = (await actions.working(claim.id, actor=story.city))[-1]
    assert (last.rule, last.result_fen) == ("recovery", 650_000)
    with pytest.raises(Refused, match="预付赔款"):
        await actions_decision.zero(claim.id, Zero(version=lower.version, note="x"), actor=story.approver_a)


async def test_a_claim_with_money_on_its_way_is_neither_withdrawn_nor_closed(story: People) -> None:
    claim = await ahead(await claim_in(S.ASSESSING, story), story.approver_a, 2_000_000)
    await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)

    with pytest.raises(Refused, match="不能撤案"):
        await actions.withdrawal(claim.id, Because(version=claim.version, reason="x"), actor=story.town)


async def test_a_reopened_claim_pays_only_the_difference(story: People) -> None:
    claim = await claim_in(S.REOPENED, story)

    more = await approve(await assess(claim, story, loss_fen=5_567_890), story.approver_a)

    assert (more.assessed_fen, more.approved_fen, more.paid_fen) == (4_903_101, 4_903_101, A3_PAYS)
    assert [part.amount_fen for part in more.parts] == [A3_PAYS, 900_000]
