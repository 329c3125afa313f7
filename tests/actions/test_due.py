"""A change of the register leaves no policy silently behind: which ones need an endorsement, of which kind, and what would follow."""

from __future__ import annotations

from datetime import date

import pytest

from insurance.policies import actions, actions_due
from insurance.policies.model import Cover, Result
from insurance.projects import actions as projects
from insurance.projects.entries import RetirementEntry
from make.midterm import COLD_STORE, change_paper, changed, endorsed, held, joined
from make.policies import bind
from people import People


@pytest.mark.parametrize(
    ("known", "kinds", "income"),
    [
        ({"operation": "LEASED"}, ["MODE_CHANGED"], "终止"),
        ({"ownership": "COOP"}, ["OWNERSHIP_CHANGED"], "终止"),
        ({"ownership": "TOWN"}, ["OWNERSHIP_CHANGED"], "继续"),
        ({"situation": "IDLE"}, ["SITUATION_CHANGED"], "终止"),
        ({"operation": None}, ["MODE_CHANGED"], "先补齐资料"),
        ({"owner": {"name": "泉头村股份经济合作社"}}, ["INSURED_CHANGED"], "变更被保险人"),
        ({"operation": "LEASED", "situation": "IDLE"}, ["MODE_CHANGED", "SITUATION_CHANGED"], "终止"),
        ({"households": 40}, [], ""),
    ],
)
async def test_both_covers_of_a_changed_project_are_named(story: People, known: dict[str, object], kinds: list[str], income: str) -> None:
    made, asset = await held(story.county)
    other = await bind(made, actor=story.county, cover=Cover.INCOME)
    await changed(made, actor=story.county, **known)

    due = await actions_due.due(actor=story.county)

    assert [one.policy for one in due] == ([asset.id, other.id] if kinds else [])
    assert all(one.kinds == kinds for one in due)
    assert not kinds or income in due[1].texts[0]
    assert await actions_due.chosen_ids(None, "endorsement", actor=story.county) == [one.policy for one in due]
    assert await actions_due.due(actor=story.other_county) == []
    assert [one.policy for one in await actions_due.due(actor=story.adjuster_a)] == [one.policy for one in due]


async def test_an_endorsement_settles_what_was_due(story: People) -> None:
    made, bound = await held(story.county)
    await changed(made, actor=story.county, operation="LEASED", situation="IDLE")

    await endorsed(bound, "MODE_CHANGED", actor=story.county)
    (left,) = await actions_due.due(actor=story.county)
    await endorsed(bound, "SITUATION_CHANGED", actor=story.county)

    assert (left.kinds, left.result) == (["SITUATION_CHANGED"], Result.REFER)
    assert await actions_due.due(actor=story.county) == []


async def test_a_cover_that_has_ended_is_due_nothing(story: People) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    await changed(made, actor=story.county, operation="LEASED", situation="IDLE")

    await endorsed(bound, "MODE_CHANGED", actor=story.county)

    assert await actions_due.due(actor=story.county) == []


async def test_an_asset_that_left_the_register_is_still_on_the_schedule_until_it_is_taken_off(story: People) -> None:
    made, bound = await held(story.county)
    await joined(made, bound, actor=story.county)
    made = await changed(made, actor=story.county, households=41)
    going = next(asset for asset in made.assets if asset.name == COLD_STORE["name"])
    retired = await projects.retire(
        made.id,
        going.id,
        RetirementEntry(version=made.version, retired_on=date(2019, 8, 30), situation="DISPOSED"),
        actor=story.county,
    )

    (due,) = await actions_due.due(actor=story.county)
    signed = await change_paper(made, story.county)
    await endorsed(bound, "ASSET_REMOVED", actor=story.county, document=signed, assets=[{"asset": going.id}])

    assert retired.id == made.id
    assert due.kinds == ["ASSET_REMOVED"]
    assert await actions_due.due(actor=story.county) == []
    assert len((await actions.policy(bound.id, actor=story.county)).items) == 1
