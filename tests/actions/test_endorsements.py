"""批改: what each kind of endorsement takes and leaves, in fen; refusals are in `test_endorsements_refused`."""

from __future__ import annotations

from datetime import date

from insurance.base import db
from insurance.policies import actions, actions_endorse, actions_verify, store
from insurance.policies.model import Cover, Payer, PolicyState
from make.midterm import changed, endorsed, entry, held, joined
from people import People

TODAY = date(2019, 8, 30)


async def test_an_income_cover_ends_on_the_day_the_village_lets_the_project(story: People) -> None:
    # I1: 50,000,000 x 8 % = 4,000,000 a year, premium 120,000. Let from 12 August: 223 of 365 days earned, 142 go back
    made, bound = await held(story.county, cover=Cover.INCOME, assets=[{"funds": [{"fund": "SPECIAL", "amount_fen": 50_000_000}]}])
    await changed(made, actor=story.county, operation="LEASED")

    done = await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-12")

    assert (done.ends_cover, done.last_day) == (True, date(2019, 8, 11))
    assert (done.charged_fen, done.returned_fen, done.premium_after_fen) == (0, 46_685, 73_315)  # 120,000 x 142 / 365 = 46,684.93
    assert [(one.payer, one.amount_fen) for one in done.shares] == [
        (Payer.CITY, -18_674),
        (Payer.COUNTY, -18_674),
        (Payer.INSURED, -9_337),
    ]
    assert done.eligibility is not None
    assert done.eligibility.result == "INELIGIBLE"
    assert "I-MODE" in done.notes[0]
    whole = await actions.policy(bound.id, actor=story.county)
    assert (whole.state, whole.last_day, whole.premium_fen) == (PolicyState.ENDORSED, date(2019, 8, 11), 73_315)
    assert await store.policy_on(bound.id, date(2019, 8, 11)) is not None
    assert await store.policy_on(bound.id, date(2019, 8, 12)) is None
    books = await db.fetch("SELECT event, debit, credit, amount_fen FROM transfer WHERE subject = $1 ORDER BY id", f"policy:{bound.id}")
    assert [tuple(row) for row in books[2:]] == [("REFUND", "2001", "1101", 37_348), ("REFUND", "2001", "1102", 9_337)]
    assert await actions_verify.verify(actor=story.city) == (1, [])


async def test_an_asset_that_joins_costs_its_days_and_stands_from_its_own(story: People) -> None:
    made, bound = await held(story.county)

    done = await joined(made, bound, actor=story.county)

    # new: 36,500,000 x 0.35 % x 123 / 365
    assert (done.charged_fen, done.returned_fen) == (43_050, 0)
    assert [(one.name, one.sum_insured_fen, one.premium_fen) for one in done.added] == [("冷库", 36_500_000, 43_050)]
    assert (done.sum_before_fen, done.sum_after_fen) == (73_745_000, 110_245_000)
    whole = await actions.policy(bound.id, actor=story.county)
    assert (whole.sum_insured_fen, whole.premium_fen, whole.version) == (110_245_000, 258_108 + 43_050, 2)
    before, after = await store.policy_on(bound.id, TODAY), await store.policy_on(bound.id, date(2019, 8, 31))
    assert before is not None
    assert after is not None
    assert ([item.name for item in before.items], [item.name for item in after.items]) == (["钢架大棚"], ["钢架大棚", "冷库"])
    assert await actions_verify.verify(actor=story.city) == (1, [])


async def test_a_dry_run_says_the_same_and_writes_nothing(story: People) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    await changed(made, actor=story.county, operation="LEASED")

    tried = await actions_endorse.preview(bound.id, entry("MODE_CHANGED", effective_on="2019-08-12"), actor=story.county)

    assert (tried.id, tried.number, tried.policy) == (None, None, bound.id)
    assert await actions_endorse.endorsements(bound.id, actor=story.county) == []
    done = await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-12")
    same = ("charged_fen", "returned_fen", "shares", "steps", "premium_after_fen", "last_day", "notes", "lines", "added", "ended")
    assert [getattr(tried, name) for name in same] == [getattr(done, name) for name in same]
