"""批改: what each kind of endorsement takes and leaves, in fen; refusals are in `test_endorsements_refused`."""

from __future__ import annotations

from datetime import date

import pytest

import make
from insurance.access import clock
from insurance.base import db
from insurance.base.errors import NotFound, Refused
from insurance.claims.model import ClaimState
from insurance.policies import actions, actions_endorse, actions_refunds, actions_verify, store
from insurance.policies.actions_refunds import OverInsured
from insurance.policies.model import Cover, Payer, PolicyState
from insurance.projects import documents
from insurance.projects import store as projects_store
from make.midterm import change_paper, changed, endorsed, entry, held, joined, removed
from make.policies import bind, policy
from make.projects import PDF
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


async def test_an_asset_that_leaves_gives_its_days_back_to_whoever_paid(story: People) -> None:
    # two of the same greenhouse: 516,215 of premium, half of it each line's; from 12 August 142 of 365 days are left
    made, bound = await held(story.county, assets=[{"regime": "ENT"}, {"regime": "ENT", "name": "二号大棚"}])

    done = await removed(made, bound, actor=story.county, effective_on="2019-08-12")

    assert done.returned_fen == done.lines[0].returned_fen == 100_415  # 258,108 x 142 / 365 = 100,414.6
    assert [(one.payer, one.amount_fen) for one in done.shares] == [
        (Payer.CITY, -40_166),
        (Payer.COUNTY, -40_166),
        (Payer.INSURED, -20_083),
    ]
    whole = await actions.policy(bound.id, actor=story.county)
    assert [item.name for item in whole.items] == ["二号大棚"]
    assert [(item.name, item.last_day) for item in whole.past_items] == [("钢架大棚", date(2019, 8, 11))]
    assert whole.sum_insured_fen == 73_745_000
    assert sum(share.amount_fen for share in whole.shares) == whole.premium_fen == 516_215 - 100_415
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])


async def test_another_sum_ends_the_old_line_and_begins_a_new_one(story: People) -> None:
    # without a sum of its own: net value of the day. A1a on 31 August: 26 months posted, 68,298,333
    made, bound = await held(story.county)
    signed = await change_paper(made, story.county)

    done = await endorsed(
        bound, "SUM_CHANGED", actor=story.county, effective_on="2019-08-31", document=signed, assets=[{"asset": made.assets[0].id}]
    )

    assert [(one.sum_insured_fen, one.premium_fen) for one in done.added] == [(68_298_333, 80_555)]  # x 0.35 % x 123 / 365
    assert done.returned_fen == 86_979  # 258,108 x 123 / 365
    assert done.difference_fen == 80_555 - 86_979
    whole = await actions.policy(bound.id, actor=story.county, months=True)
    assert (whole.sum_insured_fen, len(whole.items), len(whole.past_items)) == (68_298_333, 1, 1)
    assert whole.items[0].month_values_fen is not None
    assert len(whole.items[0].month_values_fen) == 5
    assert await actions_verify.verify(actor=story.city) == (1, [])
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])


async def test_a_restored_sum_can_be_restored_in_part_and_again(story: People) -> None:
    loss = await make.insured(story)
    claim = await make.claim_in(ClaimState.APPROVED, story, loss=loss)
    project = await projects_store.project(loss.project_id)
    assert project is not None
    signed = await change_paper(project, story.town)
    bound = store.Bound(loss.policy_id, "", loss.project_id, Cover.INDUSTRY, 0, 0)
    asset = project.assets[0].id

    first = await endorsed(
        bound,
        "REINSTATE",
        actor=story.town,
        document=signed,
        assets=[{"asset": asset, "restored_fen": 1_000_000}],
        effective_on="2019-09-01",
    )
    second = await endorsed(bound, "REINSTATE", actor=story.town, document=signed, effective_on="2019-10-01")

    assert claim.approved_fen == 4_003_101
    assert [line.restored_fen for line in first.lines + second.lines] == [1_000_000, 3_003_101]
    assert (first.charged_fen, second.charged_fen) == (1_755, 4_406)  # x 0.35 % x 183 and 153 days / 365
    assert first.sum_after_fen == first.sum_before_fen
    with pytest.raises(Refused, match="没有因出险减少的保险金额"):
        await endorsed(bound, "REINSTATE", actor=story.town, document=signed)
    assert await actions_verify.verify_endorsements(actor=story.city) == (2, [])


async def test_the_new_owner_steps_in_and_the_premium_stays(story: People) -> None:
    made, bound = await held(story.county)
    await changed(made, actor=story.county, owner={"name": "泉头村股份经济合作社"})
    signed = await change_paper(made, story.county)

    done = await endorsed(bound, "INSURED_CHANGED", actor=story.county, effective_on="2019-08-12", document=signed)

    assert (done.insured_before, done.insured_after) == ("石门村股份经济合作社", "泉头村股份经济合作社")
    assert (done.difference_fen, done.shares, done.steps) == (0, [], [])
    assert (await actions.policy(bound.id, actor=story.county)).insured == "泉头村股份经济合作社"


async def test_an_asset_cover_goes_on_when_the_mode_changes_and_ends_when_nothing_is_left(story: People) -> None:
    made, bound = await held(story.county)
    await changed(made, actor=story.county, operation="LEASED")
    goes_on = await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-12")
    await changed(made, actor=story.county, situation="DISPOSED")
    ends = await endorsed(bound, "SITUATION_CHANGED", actor=story.county, effective_on="2019-08-20")

    assert (goes_on.ends_cover, goes_on.difference_fen) == (False, 0)
    assert "第五十二条" in goes_on.notes[0]
    assert (ends.ends_cover, ends.last_day, ends.returned_fen) == (True, date(2019, 8, 19), 94_757)  # 258,108 x 134 / 365
    assert await actions_verify.verify_endorsements(actor=story.city) == (2, [])


async def test_an_income_cover_that_no_longer_fits_before_it_begins_lapses_and_costs_nothing(story: People) -> None:
    made = await make.project(story.county)
    bound = await policy(made, actor=story.county, cover=Cover.INCOME, starts_on=date(2019, 10, 1))
    await changed(made, actor=story.county, operation="LEASED")

    done = await endorsed(bound, "MODE_CHANGED", actor=story.county)

    whole = await actions.policy(bound.id, actor=story.county)
    assert (whole.state, whole.premium_fen, done.returned_fen) == (PolicyState.LAPSED, 0, bound.premium_fen)
    assert await store.policy_on(bound.id, date(2019, 10, 1)) is None
    again = await changed(made, actor=story.county, operation="SELF")
    assert (await bind(again, actor=story.county, cover=Cover.INCOME, starts_on=date(2019, 10, 1))).id != bound.id


async def test_a_paper_that_was_named_wrongly_is_put_right(story: People) -> None:
    made, bound = await held(story.county)
    right = await documents.file_for_project(made.id, "TITLE", "正确的确权文件.pdf", PDF, actor=story.county)

    done = await endorsed(bound, "CORRECTION", actor=story.county, title=right.id)

    assert done.difference_fen == 0
    papers = {paper.kind: paper.document for paper in (await actions.policy(bound.id, actor=story.county)).papers}
    assert papers["TITLE"] == right.id


async def test_a_void_part_of_the_sum_is_given_back_once_for_a_claim(story: People) -> None:
    loss = await make.insured(story)
    claim = await make.claim_in(ClaimState.ASSESSING, story, loss=loss)
    bought = (await actions.policy(loss.policy_id, actor=story.city)).premium_fen
    over = [OverInsured(policy_item_id=loss.item_ids[0], sums_insured_fen=(50_000_000,), value_fen=42_000_000)]

    done = await actions_refunds.refund_excess(loss.policy_id, claim.id, over, actor=story.approver_a)
    again = await actions_refunds.refund_excess(loss.policy_id, claim.id, over, actor=story.approver_a)

    assert done is not None
    assert again is not None
    assert (done.returned_fen, again.id) == (round(bought * 8 / 50), done.id)
    assert (done.kind, done.claim) == ("EXCESS_REFUND", claim.id)
    within = [OverInsured(policy_item_id=loss.item_ids[0], sums_insured_fen=(42_000_000,), value_fen=42_000_000)]
    other = await make.reported(story, loss, loss_at=clock.at(date(2019, 8, 10), 6))
    assert await actions_refunds.refund_excess(loss.policy_id, other.id, within, actor=story.approver_a) is None
    with pytest.raises(NotFound):
        await actions_refunds.refund_excess(loss.policy_id, other.id, over, actor=story.approver_b)
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])
