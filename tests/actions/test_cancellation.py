"""退保和解除合同: what goes back and to whom, which losses run off, and when the law no longer lets anybody."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

import make
from insurance.access import clock
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.claims import actions_report
from insurance.claims.model import ClaimState
from insurance.policies import actions, actions_cancel, actions_verify, store
from insurance.policies.entries import CancellationEntry
from insurance.policies.model import Cover, Payer, PolicyState
from insurance.policies.store import Bound
from insurance.policies.terms import terms_by
from insurance.policies.views_midterm import EndorsementView
from insurance.projects import store as projects_store
from make import midterm
from make.claims import Loss, report_of
from make.midterm import cancellation as entry
from make.midterm import change_paper, held
from make.policies import bind, faults, on_day, policy
from people import People

TODAY = date(2019, 8, 30)


async def cancelled(bound: Bound, ground: str, *, actor: Any, **known: Any) -> EndorsementView:
    """The policy as it stands cancelled; the trial says the same before."""
    given = entry(ground, **({"version": await midterm.version(bound, actor)} | known))
    tried = await actions_cancel.preview(bound.id, given, actor=actor)
    done = await actions_cancel.cancel(bound.id, given, actor=actor)
    same = ("returned_fen", "shares", "steps", "last_day", "notes", "lines", "premium_after_fen")
    assert [getattr(tried, name) for name in same] == [getattr(done, name) for name in same]
    assert (await actions_cancel.cancellation(bound.id, actor=actor)).id == done.id
    return done


async def refused(policy_id: int, given: CancellationEntry, actor: Any) -> InsuranceError:
    """What stands against it; nothing is written."""
    with pytest.raises(InsuranceError) as wrong:
        await actions_cancel.cancel(policy_id, given, actor=actor)
    assert await db.fetchval("SELECT count(*) FROM endorsement WHERE kind = 'CANCELLATION'") == 0
    return wrong.value


# -- by the policyholder ----------------------------------------------------------------------------------------------------


async def test_a_policy_cancelled_on_a_day_gives_its_days_back_and_answers_for_the_days_before(story: People) -> None:
    made, bound = await held(story.town)
    loss = Loss(made.id, made.code, bound.id, ())
    open_claim = await actions_report.report(report_of(loss), actor=story.town)
    signed = await change_paper(made, story.town)

    done = await cancelled(bound, "WISH", actor=story.town, document=signed)

    # from 30 August 124 of 365 days: 258,108 x 124 / 365 = 87,686.0
    assert (done.returned_fen, done.last_day) == (87_686, date(2019, 8, 29))
    assert [(one.payer, one.amount_fen) for one in done.shares] == [
        (Payer.CITY, -35_074),
        (Payer.COUNTY, -35_074),
        (Payer.INSURED, -17_538),
    ]
    assert open_claim.number in done.notes[0]
    whole = await actions.policy(bound.id, actor=story.town)
    assert (whole.state, whole.last_day, whole.premium_fen) == (PolicyState.CANCELLED, date(2019, 8, 29), 258_108 - 87_686)
    assert await store.policy_on(bound.id, date(2019, 8, 29)) is not None
    assert await store.policy_on(bound.id, TODAY) is None
    late = await actions_report.report(report_of(loss, loss_at=clock.at(date(2019, 8, 29), 6)), actor=story.town)
    assert late.state is ClaimState.REPORTED
    with pytest.raises(Invalid):
        await actions_report.report(report_of(loss, loss_at=clock.at(TODAY, 6)), actor=story.town)
    books = await db.fetchval("SELECT sum(amount_fen) FROM transfer WHERE subject = $1 AND event = 'REFUND'", f"policy:{bound.id}")
    assert books == 87_686
    assert await actions_verify.verify(actor=story.city) == (1, [])
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'policy.cancelled'") == 1


@pytest.mark.parametrize(("fee", "back"), [(0, 258_108), (5_000, 253_108), (9_999_999, 0)])
async def test_before_the_first_day_all_of_it_goes_back_less_a_fee(
    story: People, monkeypatch: pytest.MonkeyPatch, fee: int, back: int
) -> None:
    made = await make.project(on_day(story.town, date(2018, 12, 30)), assets=[{"regime": "ENT"}])
    bound = await policy(made, actor=on_day(story.town, date(2018, 12, 30)), starts_on=date(2019, 1, 1))
    terms = terms_by(Cover.INDUSTRY, "2019-01-01")
    changed = msgspec.structs.replace(terms, wording=msgspec.structs.replace(terms.wording, cancellation_fee_fen=fee))
    monkeypatch.setattr(actions_cancel, "terms_by", lambda *_: changed)
    early = on_day(story.town, date(2018, 12, 31))
    signed = await change_paper(made, early)

    done = await cancelled(bound, "WISH", actor=early, document=signed)

    whole = await actions.policy(bound.id, actor=early)
    assert (done.returned_fen, whole.state, whole.premium_fen) == (back, PolicyState.CANCELLED, 258_108 - back)
    assert await store.policy_on(bound.id, date(2019, 1, 1)) is None
    monkeypatch.undo()
    assert (await bind(made, actor=early, starts_on=date(2019, 1, 1))).id != bound.id  # the period is free again


async def test_another_policy_may_begin_where_the_cancelled_one_ends_and_no_earlier(story: People) -> None:
    made, bound = await held(story.town)
    signed = await change_paper(made, story.town)
    await cancelled(bound, "WISH", actor=story.town, document=signed, effective_on="2019-10-01")

    with pytest.raises(Refused, match="已有保单"):
        await bind(made, actor=story.town, starts_on=date(2019, 9, 30))
    assert (await bind(made, actor=story.town, starts_on=date(2019, 10, 1))).id != bound.id
    assert await store.policy_on(bound.id, date(2019, 9, 30)) is not None


# -- after a loss -----------------------------------------------------------------------------------------------------------


async def paid_loss(story: People, *, paid_on: date = date(2019, 8, 20)) -> tuple[Bound, int, str]:
    """A policy from 2 March 2019 with a partial loss of 4,003,101 paid on a day, and a signed paper."""
    loss = await make.insured(story)
    claim = await make.claim_in(ClaimState.APPROVED, story, loss=loss)
    part = await db.fetchval("SELECT id FROM claim_part WHERE claim_id = $1", claim.id)
    row = await db.fetchrow("SELECT region_path, insurer_id FROM claim WHERE id = $1", claim.id)
    assert row is not None
    await db.execute(
        "INSERT INTO payout (number, part_id, region_path, insurer_id, token, amount_fen, payee_name, payee_bank, payee_account_cipher,"
        " payee_account_digest, payee_account_tail, state, ordered_by, ordered_at, ordered_on, released_by, settled_on)"
        " VALUES ('ZF-1', $1, $2, $3, 'SB190812001237', 4003101, 'x', 'x', 'x', 'x', '0000', 'SETTLED', $4, now(), $5, $6, $5)",
        part, row["region_path"], row["insurer_id"], story.maker.user_id, paid_on, story.checker.user_id,
    )  # fmt: skip
    project = await projects_store.project(loss.project_id)
    assert project is not None
    whole = await actions.policy(loss.policy_id, actor=story.city)
    bound = Bound(loss.policy_id, whole.number, loss.project_id, Cover.INDUSTRY, whole.sum_insured_fen, whole.premium_fen)
    return bound, await change_paper(project, story.town), claim.number


async def test_after_a_partial_loss_the_undamaged_part_goes_back(story: People) -> None:
    bound, signed, claim = await paid_loss(story)

    done = await cancelled(bound, "AFTER_LOSS", actor=story.town, document=signed)

    days, left = 366, (date(2020, 3, 2) - TODAY).days
    intact = bound.sum_insured_fen - 4_003_101
    assert done.returned_fen == round(bound.premium_fen * left * intact / days / bound.sum_insured_fen)
    assert claim in done.notes[0]
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])


@pytest.mark.parametrize(
    ("paid_on", "known", "says"),
    [
        (date(2019, 7, 31), {}, None),  # the thirtieth day
        (date(2019, 7, 30), {}, "三十日"),
        (date(2019, 8, 20), {"ground": "AFTER_LOSS_INSURER"}, "notice_on"),
        (date(2019, 8, 20), {"ground": "AFTER_LOSS_INSURER", "notice_on": "2019-08-31"}, "notice_on"),
        (date(2019, 7, 1), {"ground": "AFTER_LOSS_INSURER", "notice_on": "2019-08-01"}, "三十日"),
        (date(2019, 8, 20), {"ground": "AFTER_LOSS_INSURER", "notice_on": "2019-08-20", "effective_on": "2019-09-04"}, "effective_on"),
        (date(2019, 8, 20), {"ground": "AFTER_LOSS_INSURER", "notice_on": "2019-08-20", "effective_on": "2019-09-05"}, None),
        (date(2019, 8, 20), {"notice_on": "2019-08-20"}, "notice_on"),  # the policyholder's own act has no notice
        (date(2019, 8, 20), {"known_on": "2019-08-20"}, "known_on"),
    ],
)
async def test_the_law_gives_thirty_days_and_the_insurer_fifteen_days_notice(
    story: People, paid_on: date, known: dict[str, Any], says: str | None
) -> None:
    bound, signed, _ = await paid_loss(story, paid_on=paid_on)
    given = entry(**{"ground": "AFTER_LOSS", "document": signed, **known})

    if says is None:
        assert (await actions_cancel.cancel(bound.id, given, actor=story.town)).returned_fen > 0
        return
    wrong = await refused(bound.id, given, story.town)
    assert faults(wrong) == {says} if says.isascii() else says in str(wrong.text)


async def test_without_a_paid_loss_article_58_opens_nothing(story: People) -> None:
    made, bound = await held(story.town)

    wrong = await refused(bound.id, entry("AFTER_LOSS", document=await change_paper(made, story.town)), story.town)

    assert "第五十八条" in str(wrong.text)


# -- rescinded by the insurer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ground", "back", "stands"),
    [("NONDISCLOSURE", 87_686, True), ("NONDISCLOSURE_SERIOUS", 258_108, False), ("NONDISCLOSURE_INTENT", 0, False)],
)
async def test_a_rescission_gives_back_by_its_fault(story: People, ground: str, back: int, stands: bool) -> None:
    made, bound = await held(story.town)
    signed = await change_paper(made, story.town)

    done = await cancelled(bound, ground, actor=story.town, document=signed, known_on="2019-08-20")

    assert done.returned_fen == back
    assert (await store.policy_on(bound.id, date(2019, 8, 11)) is not None) is stands
    assert any("保险人" in note for note in done.notes)
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])


@pytest.mark.parametrize(
    ("today", "known_on", "says"),
    [
        (TODAY, "2019-07-31", None),
        (TODAY, "2019-07-30", "三十日"),
        (TODAY, "2018-12-30", "订立合同时"),
        (TODAY, "2019-08-31", "known_on"),
        (TODAY, None, "known_on"),
        (date(2019, 12, 31), "2019-12-31", None),
    ],
)
async def test_the_right_to_rescind_lapses(story: People, today: date, known_on: str | None, says: str | None) -> None:
    made, bound = await held(story.town)
    office = on_day(story.town, today)
    given = entry("NONDISCLOSURE", document=await change_paper(made, office), known_on=known_on)

    if says is None:
        assert (await actions_cancel.cancel(bound.id, given, actor=office)).ground == "NONDISCLOSURE"
        return
    wrong = await refused(bound.id, given, office)
    assert faults(wrong) == {says} if says.isascii() else says in str(wrong.text)


@pytest.mark.parametrize(("months", "open_still"), [(8, True), (7, False)])  # a policy of a year never gets two years old: a shorter term
async def test_long_after_the_conclusion_nobody_rescinds(
    story: People, monkeypatch: pytest.MonkeyPatch, months: int, open_still: bool
) -> None:
    made, bound = await held(story.town)
    given = entry("NONDISCLOSURE", document=await change_paper(made, story.town), known_on="2019-08-20")
    monkeypatch.setattr(actions_cancel, "RESCIND_MONTHS", months)

    if open_still:  # concluded on 30 December 2018: the last day is 30 August 2019
        assert (await actions_cancel.cancel(bound.id, given, actor=story.town)).ends_cover
    else:
        assert "二年" in str((await refused(bound.id, given, story.town)).text)


async def test_what_was_approved_is_not_unmade_by_a_rescission(story: People) -> None:
    bound, signed, claim = await paid_loss(story)

    wrong = await refused(bound.id, entry("NONDISCLOSURE_INTENT", document=signed, known_on="2019-08-20"), story.town)

    assert claim in str(wrong.text)


# -- by state, version and scope ------------------------------------------------------------------------------------------------


async def test_a_cancellation_is_refused_twice_stale_without_paper_and_from_elsewhere(story: People) -> None:
    made, bound = await held(story.town)
    signed = await change_paper(made, story.town)

    assert faults(await refused(bound.id, entry("WISH"), story.town)) == {"document"}
    assert faults(await refused(bound.id, entry("WISH", document=signed, effective_on="2019-08-29"), story.town)) == {"effective_on"}
    assert faults(await refused(bound.id, entry("WISH", document=signed, effective_on="2020-01-01"), story.town)) == {"effective_on"}
    assert isinstance(await refused(bound.id, entry("WISH", document=signed, version=7), story.town), LostUpdate)
    assert isinstance(await refused(bound.id, entry("WISH", document=signed), story.other_town), NotFound)
    with pytest.raises(NotFound):
        await actions_cancel.cancellation(bound.id, actor=story.town)
    await cancelled(bound, "WISH", actor=story.town, document=signed)
    with pytest.raises(WrongState):
        await actions_cancel.cancel(bound.id, entry("WISH", document=signed, version=2), actor=story.town)
