"""Letters in the database: issued with their verb, never changed, corrected by a new one, their file made once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

import make
from insurance.access.actions import system
from insurance.access.model import Actor
from insurance.base import db, files
from insurance.base.errors import Busy, Invalid, NotFound, Refused, WrongState
from insurance.base.text import t
from insurance.claims import actions, actions_decision, actions_letters, jobs, letter_pdf
from insurance.claims.model import Claim, ClaimState, ClockState, ClockView, NotYours, Verb
from insurance.claims.model_letters import Delivery, DeliveryHow, DeliveryStep, LetterIssue, LetterKind, LetterLine
from insurance.claims.model_verbs import Approval
from insurance.claims.procedure_letters import letters_by
from make.claims import later
from make.letters import pdf_words
from make.policies import faults
from make.recovery import COUNTERPARTY, subrogation, third_party
from people import People

SYSTEM = db.Scope(0, "SYSTEM", "370400/")
_K = LetterKind


async def letter(claim: Claim, kind: LetterKind, actor: Actor) -> LetterLine:
    """The newest letter of a kind."""
    return [line for line in await actions_letters.of_claim(claim.id, actor=actor) if line.kind is kind][-1]


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (ClaimState.ACCEPTED, []),
        (ClaimState.OPENED, [_K.SURVEY_RECORD]),
        (ClaimState.SUPPLEMENT, [_K.SURVEY_RECORD, _K.PAPERS_NOTICE]),
        (ClaimState.DISPUTED, [_K.SURVEY_RECORD, _K.PUBLIC_NOTICE]),
        (ClaimState.APPROVED, [_K.SURVEY_RECORD, _K.SETTLEMENT]),
        (ClaimState.REJECTED, [_K.SURVEY_RECORD, _K.REFUSAL]),
        (ClaimState.ZERO, [_K.SURVEY_RECORD]),
        (ClaimState.WITHDRAWN, []),
    ],
)
async def test_a_letter_comes_with_its_verb_and_with_no_other(story: People, state: ClaimState, kinds: list[LetterKind]) -> None:
    claim = await make.claim_in(state, story)
    found = await actions_letters.of_claim(claim.id, actor=story.city)

    assert [line.kind for line in found] == kinds
    assert [line.number for line in found] == [f"{claim.number}-{sign}1" for sign in map(_sign, kinds)]


def _sign(kind: LetterKind) -> str:
    return letters_by("2019-01-01").words[kind].sign


async def test_a_refused_verb_leaves_no_letter(story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story, loss=await make.insured(story, payee=False))

    with pytest.raises(Invalid):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)

    assert [line.kind for line in await actions_letters.of_claim(claim.id, actor=story.city)] == [_K.SURVEY_RECORD]


@pytest.mark.parametrize("table", ["letter", "letter_delivery", "letter_pdf"])
@pytest.mark.parametrize("change", ["UPDATE {} SET claim_id = claim_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_of_a_letter_can_be_changed(story: People, table: str, change: str) -> None:
    claim = await make.claim_in(ClaimState.SUPPLEMENT, story)
    await actions_letters.pdf(claim.id, (await letter(claim, _K.PAPERS_NOTICE, story.town)).id, actor=story.town)

    for role in ("insurance_app", "insurance_owner"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(SYSTEM):
                if role == "insurance_owner" and await db.fetchval("SELECT current_user") != role:
                    await db.execute("SET LOCAL ROLE insurance_owner")
                await db.execute(change.format(table))


async def test_what_was_issued_stays_whatever_the_claim_becomes(story: People) -> None:
    claim = await make.claim_in(ClaimState.APPROVED, story)
    issued = await letter(claim, _K.SETTLEMENT, story.town)
    before = await actions_letters.one(claim.id, issued.id, actor=story.town)
    name, content = await actions_letters.pdf(claim.id, issued.id, actor=story.town)
    async with db.transaction(SYSTEM):
        await db.execute("UPDATE project SET name = '另一个名字'")
        await db.execute("UPDATE party SET name = '另一个单位'")
    after = await actions_letters.one(claim.id, issued.id, actor=story.town)

    assert (after.facts, after.content) == (before.facts, before.content)
    assert (await actions_letters.pdf(claim.id, issued.id, actor=story.town)) == (name, content)
    assert name == f"赔款确认书 {claim.number}-QR1.pdf"


async def test_a_file_is_made_once_and_kept_by_its_hash(story: People) -> None:
    claim = await make.claim_in(ClaimState.OPENED, story)
    issued = await letter(claim, _K.SURVEY_RECORD, story.auditor)
    assert issued.pdf is None

    _, first = await actions_letters.pdf(claim.id, issued.id, actor=story.auditor)  # a reader who may write nothing
    _, again = await actions_letters.pdf(claim.id, issued.id, actor=story.town)
    kept = await letter(claim, _K.SURVEY_RECORD, story.town)

    assert first == again
    assert kept.pdf is not None
    assert (kept.pdf.sha256, kept.pdf.byte_count) == (hashlib.sha256(first).hexdigest(), len(first))
    async with db.transaction(SYSTEM):
        rows = await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", f"letter:{issued.id}")
    assert [row["verb"] for row in rows] == ["letter.issued", "letter.pdf-made"]


async def test_the_clock_makes_the_files_that_wait(story: People) -> None:
    claim = await make.claim_in(ClaimState.SUPPLEMENT, story)
    actor = system("370400")

    first, second = await jobs.tick(actor=actor), await jobs.tick(actor=actor)

    assert (first["letters_made"], second["letters_made"]) == (2, 0)
    assert all(line.pdf for line in await actions_letters.of_claim(claim.id, actor=story.town))


async def test_a_letter_that_cannot_be_drawn_holds_back_no_other(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await make.claim_in(ClaimState.SUPPLEMENT, story)
    actor, draw = system("370400"), letter_pdf.render
    bad = (await actions_letters.of_claim(claim.id, actor=story.town))[0]

    async def breaks(letters: Any, layout: Any) -> list[bytes]:
        if any(bad.number in str(content) for content, _ in letters):
            raise RuntimeError("letters could not be drawn")
        return await draw(letters, layout)

    monkeypatch.setattr(letter_pdf, "render", breaks)
    done = await jobs.tick(actor=actor)
    monkeypatch.undo()

    assert done["letters_made"] == 1
    assert [line.id for line in await actions_letters.of_claim(claim.id, actor=story.town) if not line.pdf] == [bad.id]


async def test_letters_wait_while_the_store_is_away(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    await make.claim_in(ClaimState.SUPPLEMENT, story)

    async def away(*_: Any) -> None:
        raise Busy(t("文件存放处没有应答"))

    monkeypatch.setattr(files, "keep", away)
    assert (await jobs.tick(actor=system("370400")))["letters_made"] == 0


# -- corrections and letters by hand ----------------------------------------------------------------------------------------


async def test_a_corrected_letter_is_a_new_one_that_names_the_old(story: People) -> None:
    claim = await make.claim_in(ClaimState.SUPPLEMENT, story)
    wrong = await letter(claim, _K.PAPERS_NOTICE, story.adjuster_a)
    given = LetterIssue(replaces_id=wrong.id)

    made = await actions_letters.issue_by_hand(claim.id, given, actor=story.adjuster_a)
    old = await actions_letters.one(claim.id, wrong.id, actor=story.adjuster_a)
    _, content = await actions_letters.pdf(claim.id, made.id, actor=story.adjuster_a)

    assert (made.number, made.replaces, old.replaced_by) == (f"{claim.number}-BC2", wrong.number, made.number)
    assert (old.content.code, old.facts["number"]) != (made.content.code, made.facts["number"])
    assert f"更正并代替{wrong.number}" in pdf_words(content)
    assert made.deliveries == ()
    with pytest.raises(Refused, match="已经更正过"):
        await actions_letters.issue_by_hand(claim.id, given, actor=story.adjuster_a)


async def test_rights_are_transferred_once_the_amount_is_fixed(story: People) -> None:
    early = await make.claim_in(ClaimState.ASSESSING, story)
    approved = await make.claim_in(ClaimState.APPROVED, story, loss=await make.insured(story))
    given = LetterIssue(kind=_K.SUBROGATION, third_party="某运输公司")

    with pytest.raises(WrongState):
        await actions_letters.issue_by_hand(early.id, given, actor=story.adjuster_a)
    made = await actions_letters.issue_by_hand(approved.id, given, actor=story.adjuster_a)
    corrected = await actions_letters.issue_by_hand(approved.id, LetterIssue(replaces_id=made.id), actor=story.adjuster_a)

    assert (made.facts["third_party"], made.amount_fen) == ("某运输公司", 4_003_101)
    assert corrected.facts["third_party"] == "某运输公司"


@pytest.mark.parametrize(
    ("who", "given", "refusal", "field"),
    [
        ("adjuster_a", LetterIssue(), Invalid, "kind"),
        ("adjuster_a", LetterIssue(kind=_K.SETTLEMENT), Invalid, "kind"),
        ("adjuster_a", LetterIssue(kind=_K.SUBROGATION, third_party=" "), Invalid, "third_party"),
        ("adjuster_a", LetterIssue(replaces_id=2**62), Invalid, "replaces_id"),
        ("town", LetterIssue(kind=_K.SUBROGATION, third_party="某公司"), NotYours, None),
        ("adjuster_b", LetterIssue(kind=_K.SUBROGATION, third_party="某公司"), NotFound, None),
        ("other_town", LetterIssue(kind=_K.SUBROGATION, third_party="某公司"), NotFound, None),
    ],
)
async def test_a_letter_by_hand_is_refused(
    story: People, who: str, given: LetterIssue, refusal: type[Exception], field: str | None
) -> None:
    claim = await make.claim_in(ClaimState.APPROVED, story)
    before = await actions_letters.of_claim(claim.id, actor=story.city)

    with pytest.raises(refusal) as refused:
        await actions_letters.issue_by_hand(claim.id, given, actor=getattr(story, who))

    assert [fault.field for fault in getattr(refused.value, "faults", [])] == ([field] if field else [])
    assert await actions_letters.of_claim(claim.id, actor=story.city) == before


@pytest.mark.parametrize(("kind", "state", "who"), [
    (_K.PAPERS_NOTICE, ClaimState.SUPPLEMENT, "approver_a"), (_K.SETTLEMENT, ClaimState.APPROVED, "adjuster_a"),
    (_K.REFUSAL, ClaimState.REJECTED, "town"), (_K.PUBLIC_NOTICE, ClaimState.PUBLICITY, "adjuster_a"),
])  # fmt: skip
async def test_only_the_role_of_the_verb_corrects_its_letter(story: People, kind: LetterKind, state: ClaimState, who: str) -> None:
    claim = await make.claim_in(state, story)
    wrong = await letter(claim, kind, story.city)

    with pytest.raises(NotYours):
        await actions_letters.issue_by_hand(claim.id, LetterIssue(replaces_id=wrong.id), actor=getattr(story, who))


async def test_a_correction_keeps_its_kind(story: People) -> None:
    claim = await make.claim_in(ClaimState.APPROVED, story)
    settled = await letter(claim, _K.SETTLEMENT, story.city)

    with pytest.raises(Invalid) as refused:
        await actions_letters.issue_by_hand(claim.id, LetterIssue(kind=_K.REFUSAL, replaces_id=settled.id), actor=story.approver_a)

    assert faults(refused.value) == {"kind"}


# -- its way ------------------------------------------------------------------------------------------------------------------


async def test_sent_and_received_are_recorded_and_never_taken_back(story: People) -> None:
    claim = await make.claim_in(ClaimState.REJECTED, story)
    issued = await letter(claim, _K.REFUSAL, story.adjuster_a)
    sent = Delivery(step=DeliveryStep.SENT, how=DeliveryHow.POST)
    received = Delivery(step=DeliveryStep.RECEIVED, how=DeliveryHow.POST, receiver="李主任")

    await actions_letters.deliver(claim.id, issued.id, sent, actor=story.adjuster_a)
    told = await actions_letters.deliver(claim.id, issued.id, received, actor=later(story.town, 2))

    assert [(d.step, d.on, d.receiver, d.recorded_by) for d in told.deliveries] == [
        (DeliveryStep.SENT, story.adjuster_a.on, "", "adjuster-a"),
        (DeliveryStep.RECEIVED, story.town.on + timedelta(days=2), "李主任", "town"),
    ]


async def test_what_the_verb_says_of_the_way_is_recorded_with_it(story: People) -> None:
    asked = await make.claim_in(ClaimState.SUPPLEMENT, story)
    hung = await make.claim_in(ClaimState.PUBLICITY, story, loss=await make.insured(story))

    notice, sheet = await letter(asked, _K.PAPERS_NOTICE, story.city), await letter(hung, _K.PUBLIC_NOTICE, story.city)

    assert [(d.step, d.how) for d in notice.deliveries] == [
        (DeliveryStep.SENT, DeliveryHow.ELECTRONIC), (DeliveryStep.RECEIVED, DeliveryHow.ELECTRONIC),
    ]  # fmt: skip
    assert [(d.step, d.how, d.receiver) for d in sheet.deliveries] == [(DeliveryStep.SENT, DeliveryHow.BOARD, "村务公开栏")]


@pytest.mark.parametrize(
    ("days", "receiver", "field"), [(1, "李主任", "on"), (-1, "李主任", "on"), (0, " ", "receiver")]
)  # fmt: skip
async def test_a_delivery_that_cannot_be_is_refused(story: People, days: int, receiver: str, field: str) -> None:
    claim = await make.claim_in(ClaimState.REJECTED, story)
    issued = await letter(claim, _K.REFUSAL, story.adjuster_a)
    on = story.adjuster_a.on + timedelta(days=days)
    given = Delivery(step=DeliveryStep.RECEIVED, how=DeliveryHow.BY_HAND, on=on, receiver=receiver)

    with pytest.raises(Invalid) as refused:
        await actions_letters.deliver(claim.id, issued.id, given, actor=story.adjuster_a)

    assert faults(refused.value) == {field}


# -- verification -------------------------------------------------------------------------------------------------------------


async def test_the_code_on_a_letter_opens_it_and_no_other_does(story: People) -> None:
    claim = await make.claim_in(ClaimState.APPROVED, story)
    issued = await actions_letters.one(claim.id, (await letter(claim, _K.SETTLEMENT, story.town)).id, actor=story.town)

    found = await actions_letters.verified(issued.content.code.lower())
    slip = issued.code[:-1] + ("0" if issued.code[-1] != "0" else "1")

    assert found is not None
    assert (found.id, found.facts, found.content) == (issued.id, issued.facts, issued.content)
    assert found.pdf is not None  # made for whoever wants to compare a file
    assert await actions_letters.verified(slip) is None
    assert await actions_letters.verified("") is None


# -- what a letter does to its claim ------------------------------------------------------------------------------------------


async def _refusal_clock(claim: Claim, actor: Actor) -> ClockView:
    return next(clock for clock in (await actions.one(claim.id, actor=actor)).clocks if clock.code == "REFUSAL_NOTICE")


async def test_the_three_days_of_a_refusal_end_when_its_notice_goes_out(story: People) -> None:
    claim = await make.claim_in(ClaimState.REJECTED, story)
    issued = await letter(claim, _K.REFUSAL, story.adjuster_a)
    waiting = await _refusal_clock(claim, later(story.adjuster_a, 10))
    sent = Delivery(step=DeliveryStep.SENT, how=DeliveryHow.POST, on=story.adjuster_a.on + timedelta(days=1))

    await actions_letters.deliver(claim.id, issued.id, sent, actor=later(story.adjuster_a, 2))
    ended = await _refusal_clock(claim, later(story.adjuster_a, 10))
    await actions_letters.deliver(claim.id, issued.id, sent, actor=later(story.adjuster_a, 3))  # again: nothing more to end
    now = await actions.one(claim.id, actor=story.adjuster_a)

    assert (waiting.state, ended.state) == (ClockState.LATE, ClockState.DONE)
    assert ended.done_at is not None
    assert ended.done_at.date() == sent.on
    assert (now.state, now.version) == (ClaimState.REJECTED, claim.version + 1)
    assert (await actions.history(claim.id, actor=story.city))[-1].verb is Verb.REFUSAL_SENT


async def test_the_delivery_of_other_letters_leaves_the_claim_as_it_is(story: People) -> None:
    claim = await make.claim_in(ClaimState.APPROVED, story)
    settled = await letter(claim, _K.SETTLEMENT, story.adjuster_a)

    await actions_letters.deliver(claim.id, settled.id, Delivery(step=DeliveryStep.SENT, how=DeliveryHow.POST), actor=story.adjuster_a)

    assert (await actions.one(claim.id, actor=story.city)).version == claim.version


async def test_a_subrogation_issues_the_transfer_of_rights(story: People) -> None:
    claim = await make.claim_in(ClaimState.PAID, story)
    await third_party(claim, story.adjuster_a)

    await subrogation(claim, story.adjuster_a)
    issued = await letter(claim, _K.SUBROGATION, story.adjuster_a)

    assert (await actions_letters.one(claim.id, issued.id, actor=story.city)).facts["third_party"] == COUNTERPARTY
