"""Money that comes back to the insurer: subrogation and its bars, receipts and write-offs, third parties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

import make
from insurance.base import db
from insurance.base.errors import Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.claims import actions_decision, actions_recovery, actions_third_party
from insurance.claims.model import ClaimState
from insurance.claims.model_recovery import MovementKind, RecoveryKind, ThirdPartyAnswers, WriteOff
from insurance.claims.model_verbs import Declinature, Zero
from make.claims import assess, claim_in
from make.recovery import COUNTERPARTY, receipt, subrogation, third_party
from people import People

S = ClaimState
PAID = 4_003_101  # A3


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


# -- subrogation -----------------------------------------------------------------------------------------------------------


async def test_a_subrogation_begins_with_the_payment_and_goes_as_far_as_it(story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)

    opened = await subrogation(claim, story.adjuster_a, expected_fen=PAID)
    with pytest.raises(Invalid) as more:
        await subrogation(claim, story.adjuster_a, expected_fen=1)

    assert (opened.kind, opened.since_on, opened.prescribed_on) == (RecoveryKind.SUBROGATION, story.maker.on, date(2022, 8, 30))
    assert (opened.expected_fen, opened.left_fen, opened.received_fen, opened.version) == (PAID, PAID, 0, 1)
    assert opened.opened_by == story.adjuster_a.display_name
    assert fields(more) == ["expected_fen"]
    assert "最多 0.00 元" in str(more.value.faults[0].text)


async def test_before_the_payment_there_is_nothing_to_subrogate(story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    await third_party(claim, story.adjuster_a)

    with pytest.raises(WrongState, match="第六十条"):
        await subrogation(claim, story.adjuster_a)


async def test_what_the_insured_got_already_is_not_claimed_twice(story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a, paid_fen=1_000_000)

    with pytest.raises(Invalid) as refusal:
        await subrogation(claim, story.adjuster_a, expected_fen=PAID - 1_000_000 + 1)

    assert fields(refusal) == ["expected_fen"]
    assert (await subrogation(claim, story.adjuster_a, expected_fen=PAID - 1_000_000)).left_fen == PAID - 1_000_000


async def test_what_the_assessment_took_off_stays_claimable(story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    claim = await assess(claim, story, third_party_fen=1_000_000)
    paid = await make.way(claim, story, "approve", "sign_office", "sign_adjuster", "order", "pay")
    await third_party(paid, story.adjuster_a, paid_fen=1_000_000)

    assert (await subrogation(paid, story.adjuster_a, expected_fen=paid.paid_fen)).left_fen == paid.paid_fen


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"waived": True}, "第六十一条"),
        ({"waived": True, "waived_on": date(2019, 8, 20)}, "第六十一条"),
        ({"family": True}, "第六十二条"),
    ],
)
async def test_a_waiver_before_payment_and_family_bar_it(story: People, known: dict[str, Any], why: str) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a, **known)

    with pytest.raises(Refused, match=why):
        await subrogation(claim, story.adjuster_a)


async def test_family_that_meant_it_is_no_bar(story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a, family=True, intent=True)

    assert (await subrogation(claim, story.adjuster_a)).left_fen == 1_000_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": RecoveryKind.FRAUD}, "kind"),
        ({"counterparty": " "}, "counterparty"),
        ({"basis": ""}, "basis"),
        ({"since_on": date(2019, 8, 29)}, "since_on"),  # before the payment
        ({"since_on": date(2019, 8, 31)}, "since_on"),
        ({"kind": RecoveryKind.SALVAGE, "since_on": date(2019, 8, 1)}, "since_on"),
    ],
)
async def test_a_recovery_that_cannot_be_names_its_field(story: People, change: dict[str, Any], field: str) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)

    with pytest.raises(Invalid) as refusal:
        await subrogation(claim, story.adjuster_a, **change)

    assert fields(refusal) == [field]


@pytest.mark.parametrize("asked", [None, {"caused": False, "name": "", "family": None, "paid_fen": None, "waived": None}])
async def test_without_a_third_party_there_is_nobody_to_claim_from(story: People, asked: dict[str, Any] | None) -> None:
    claim = await claim_in(S.PAID, story)
    if asked is not None:
        await third_party(claim, story.adjuster_a, **asked)

    with pytest.raises(Invalid) as refusal:
        await subrogation(claim, story.adjuster_a)

    assert fields(refusal) == ["kind"]


# -- movements -------------------------------------------------------------------------------------------------------------


async def test_what_comes_in_and_what_is_given_up_leave_a_balance(story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)

    first = await receipt(opened, story.adjuster_a, 400_000, reason="首期还款")
    given_up = WriteOff(version=first.version, amount_fen=600_000, reason="无可供执行财产")
    last = await actions_recovery.write_off(opened.id, given_up, actor=story.approver_a)

    assert (last.received_fen, last.written_off_fen, last.left_fen, last.version) == (400_000, 600_000, 0, 3)
    assert [(one.kind, one.amount_fen, one.left_fen, one.reason) for one in last.movements] == [
        (MovementKind.RECEIVED, 400_000, 600_000, "首期还款"), (MovementKind.WRITTEN_OFF, 600_000, 0, "无可供执行财产"),
    ]  # fmt: skip
    assert last.movements[1].made_by == story.approver_a.display_name
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        verbs = [r["verb"] for r in await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", f"recovery:{opened.id}")]
        assert await db.fetchval("SELECT count(*) FROM transfer WHERE subject LIKE 'recovery:%'") == 0
    assert verbs == ["recovery.opened", "recovery.received", "recovery.written-off"]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"received_fen": 1_000_001}, ["received_fen"]),
        ({"received_on": date(2019, 8, 31)}, ["received_on"]),
        ({"received_on": date(2019, 8, 29)}, ["received_on"]),
        ({"reason": " "}, ["reason"]),
        ({"received_fen": 1_000_001, "reason": ""}, ["received_fen", "reason"]),
    ],
)
async def test_a_receipt_that_cannot_be_names_its_fields(story: People, change: dict[str, Any], faults: list[str]) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)

    with pytest.raises(Invalid) as refusal:
        await receipt(opened, story.adjuster_a, **({"received_fen": 1} | change))

    assert fields(refusal) == faults
    assert (await actions_recovery.recovery(opened.id, actor=story.town)).movements == ()


async def test_the_second_of_two_who_read_the_same_balance_is_told(story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)
    await receipt(opened, story.adjuster_a, 1)

    with pytest.raises(LostUpdate):
        await receipt(opened, story.approver_a, 1)


async def test_the_database_alone_never_overdraws_and_never_changes(story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)
    add = (
        "INSERT INTO recovery_movement (recovery_id, claim_id, region_path, insurer_id, claim_version, kind, amount_fen, moved_on, reason,"
        " made_by, made_at, left_fen, ordinal) SELECT r.id, r.claim_id, r.region_path, r.insurer_id, 1, 'RECEIVED', $2, r.since_on, 'x',"
        " r.opened_by, now(), 5, $3::integer FROM recovery r WHERE r.id = $1"
    )

    async with db.transaction(story.adjuster_a.scope):
        await db.execute(add, opened.id, 400_000, None)
        stored = await db.fetchrow("SELECT ordinal, left_fen FROM recovery_movement WHERE recovery_id = $1", opened.id)
    assert stored is not None
    assert tuple(stored) == (1, 600_000), "place and balance are the database's own"
    for place, amount_fen, offence in ((2, 600_001, "recovery_not_overdrawn"), (9, 1, "leaves a gap"), (1, 600_001, "ordinal_key")):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=offence):
            async with db.transaction(story.adjuster_a.scope):
                await db.execute(add, opened.id, amount_fen, place)
    for statement in ("UPDATE recovery SET expected_fen = 1", "UPDATE recovery_movement SET amount_fen = 1", "DELETE FROM recovery",
                      "UPDATE third_party SET caused = false", "UPDATE fraud_finding SET facts = 'x'"):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(story.adjuster_a.scope):
                await db.execute(statement)


@pytest.mark.parametrize("who", ["other_county", "other_town", "adjuster_b", "approver_b"])
async def test_recoveries_elsewhere_are_not_there(story: People, who: str) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)
    stranger = getattr(story, who)

    for call in (
        actions_recovery.recoveries(claim.id, actor=stranger),
        actions_recovery.recovery(opened.id, actor=stranger),
        actions_third_party.answers(claim.id, actor=stranger),
        subrogation(claim, stranger),
        receipt(opened, stranger, 1),
        third_party(claim, stranger),
    ):
        with pytest.raises(NotFound):
            await call
    assert [one.id for one in (await actions_recovery.recoveries(claim.id, actor=story.leader)).items] == [opened.id]


# -- third parties -----------------------------------------------------------------------------------------------------------


async def test_the_three_questions_are_open_until_they_are_asked(story: People) -> None:
    claim = await claim_in(S.OPENED, story)

    nothing = await actions_third_party.answers(claim.id, actor=story.town)
    some = await third_party(claim, story.adjuster_a, paid_fen=None, waived=None)
    none_ = await actions_third_party.answer(claim.id, ThirdPartyAnswers(caused=False), actor=story.approver_a)

    assert nothing.unanswered == ("caused", "paid_fen", "waived")
    assert (some.unanswered, some.name, some.answered_by) == (("paid_fen", "waived"), COUNTERPARTY, story.adjuster_a.display_name)
    assert (none_.unanswered, none_.caused, none_.answered_on) == ((), False, story.approver_a.on)
    assert await db.fetchval("SELECT count(*) FROM third_party WHERE claim_id = $1", claim.id) == 2


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"name": " "}, ["name"]),
        ({"caused": None}, ["name"]),
        ({"caused": False, "paid_fen": 5, "waived": True}, ["name", "paid_fen", "waived"]),
        ({"intent": True}, ["intent"]),
        ({"waived_on": date(2019, 8, 20)}, ["waived_on"]),
        ({"waived": True, "waived_on": date(2019, 8, 10)}, ["waived_on"]),
        ({"waived": True, "waived_on": date(2019, 8, 31)}, ["waived_on"]),
    ],
)
async def test_answers_that_do_not_fit_together_name_their_fields(story: People, change: dict[str, Any], faults: list[str]) -> None:
    claim = await claim_in(S.OPENED, story)

    with pytest.raises(Invalid) as refusal:
        await third_party(claim, story.adjuster_a, **change)

    assert fields(refusal) == faults


@pytest.mark.parametrize("state", [S.CLOSED, S.WITHDRAWN])
async def test_on_a_claim_that_is_over_nobody_asks_any_more(story: People, state: ClaimState) -> None:
    with pytest.raises(WrongState):
        await third_party(await claim_in(state, story), story.adjuster_a)


async def test_a_waiver_is_a_reason_to_refuse_once_it_is_on_record(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    given = Declinature(version=claim.version, reasons=("RIGHT_WAIVED",), note="被保险人 8 月 20 日书面放弃对施工方的索赔")

    with pytest.raises(Invalid) as refusal:
        await actions_decision.declinature(claim.id, given, actor=story.approver_a)
    await third_party(claim, story.adjuster_a, waived=True, waived_on=story.town.on - timedelta(days=10))

    assert fields(refusal) == ["reasons[0]"]
    assert (await actions_decision.declinature(claim.id, given, actor=story.approver_a)).state is S.REJECTED


async def test_money_the_insured_must_give_back_was_no_indemnity_to_subrogate(story: People) -> None:
    claim = await claim_in(S.CLOSED, story)
    claim = await assess(await make.way(claim, story, "reopen"), story, loss_fen=1_500_000, salvage_fen=0)
    await actions_decision.zero(claim.id, Zero(version=claim.version, note="核减"), actor=story.approver_a)
    await third_party(claim, story.adjuster_a)

    with pytest.raises(Invalid) as refusal:
        await subrogation(claim, story.adjuster_a, expected_fen=1_350_001)

    assert fields(refusal) == ["expected_fen"]
    assert (await subrogation(claim, story.adjuster_a, expected_fen=1_350_000)).left_fen == 1_350_000


# -- salvage -----------------------------------------------------------------------------------------------------------------


async def test_the_wreck_that_goes_to_the_insurer_is_registered_with_the_approval(story: People) -> None:
    """A6b of the reference: fully insured, the whole of the salvage; its share under a lower sum is in tests/rules (A6c)."""
    claim = await claim_in(S.OPENED, story)
    claim = await assess(claim, story, loss_fen=60_000_000, salvage_fen=1_850_000, salvage_to_insurer=True)
    assert (await actions_recovery.recoveries(claim.id, actor=story.city)).items == (), "nothing before the decision"

    approved = await make.way(claim, story, "approve")

    (opened,) = (await actions_recovery.recoveries(approved.id, actor=story.city)).items
    assert (opened.kind, opened.expected_fen, opened.since_on) == (RecoveryKind.SALVAGE, 1_850_000, story.approver_a.on)
    assert "第五十九条" in opened.basis


async def test_a_new_decision_brings_the_salvage_to_what_it_says(story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    claim = await assess(claim, story, loss_fen=60_000_000, salvage_fen=1_850_000, salvage_to_insurer=True)
    claim = await make.way(claim, story, "approve", "sign_office", "sign_adjuster", "order", "pay", "close", "reopen")
    claim = await assess(claim, story, loss_fen=61_000_000, salvage_fen=1_000_000, salvage_to_insurer=True)
    await make.way(claim, story, "approve")

    (opened,) = (await actions_recovery.recoveries(claim.id, actor=story.city)).items
    assert (opened.expected_fen, opened.reduced_fen, opened.left_fen) == (1_850_000, 850_000, 1_000_000)
