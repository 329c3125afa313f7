"""批改 refused: by field, by state, by day, by claim, by scope; nothing of a refused endorsement is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import make
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.claims.model import ClaimState
from insurance.policies import actions_endorse, store
from insurance.policies.actions_underwriting import NotEligible, NotReady
from insurance.policies.model import Cover
from insurance.projects import store as projects_store
from make import midterm
from make.midterm import change_paper, changed, endorsed, entry, held, joined, removed
from make.policies import faults
from people import People


async def refused(policy_id: int, given: Any, actor: Any) -> InsuranceError:
    """What stands against it; the trial says the same, and neither leaves a trace."""
    count = await db.fetchval("SELECT count(*) FROM policy_event")
    with pytest.raises(InsuranceError) as tried:
        await actions_endorse.preview(policy_id, given, actor=actor)
    with pytest.raises(InsuranceError) as done:
        await actions_endorse.endorse(policy_id, given, actor=actor)
    assert (type(tried.value), tried.value.text) == (type(done.value), done.value.text)
    assert await db.fetchval("SELECT count(*) FROM endorsement") == 0
    assert await db.fetchval("SELECT count(*) FROM policy_event") == count
    return done.value


@pytest.mark.parametrize(
    ("kind", "known", "field"),
    [
        ("EXCESS_REFUND", {}, "kind"),
        ("CANCELLATION", {}, "kind"),
        ("ASSET_ADDED", {}, "assets"),
        ("ASSET_REMOVED", {}, "assets"),
        ("ASSET_ADDED", {"assets": [{"asset": 1}, {"asset": 1}]}, "assets"),
        ("ASSET_REMOVED", {"assets": [{"asset": 1, "sum_insured_fen": 5}]}, "assets[0].sum_insured_fen"),
        ("SUM_CHANGED", {"assets": [{"asset": 1, "restored_fen": 5}]}, "assets[0].restored_fen"),
        ("REINSTATE", {"assets": [{"asset": 1, "replacement_fen": 5}]}, "assets[0].replacement_fen"),
        ("MODE_CHANGED", {"assets": [{"asset": 1}]}, "assets"),
        ("MODE_CHANGED", {"title": 1}, "title"),
        ("MODE_CHANGED", {"application": 1}, "application"),
        ("MODE_CHANGED", {"effective_on": "2019-08-31"}, "effective_on"),  # not yet
        ("MODE_CHANGED", {"effective_on": "2018-12-29"}, "effective_on"),  # before it was bound
        ("INSURED_CHANGED", {"effective_on": "2019-09-01"}, "effective_on"),
        ("REINSTATE", {"effective_on": "2019-08-29"}, "effective_on"),  # never backdated
        ("REINSTATE", {"effective_on": "2020-01-01"}, "effective_on"),
        ("ASSET_REMOVED", {"effective_on": "2020-01-01", "assets": [{"asset": 1}]}, "effective_on"),
        ("REINSTATE", {}, "document"),
        ("INSURED_CHANGED", {}, "document"),
        ("CORRECTION", {}, "application"),
        ("CORRECTION", {"title": 2**62}, "title"),
        ("CORRECTION", {"application": 2**62}, "application"),
    ],
)
async def test_a_field_that_is_wrong_is_named(story: People, kind: str, known: dict[str, Any], field: str) -> None:
    _, bound = await held(story.county)

    wrong = await refused(bound.id, entry(kind, **known), story.county)

    assert isinstance(wrong, Invalid)
    assert faults(wrong) == {field}


async def test_papers_are_those_of_the_project_and_of_their_kind(story: People) -> None:
    made, bound = await held(story.county)
    other = await make.project(story.county)
    elsewhere = await change_paper(other, story.county)
    title = await db.fetchval("SELECT id FROM document WHERE subject_id = $1 AND kind = 'TITLE'", made.id)
    assets = [{"asset": made.assets[0].id}]

    for document in (elsewhere, title, 2**62):
        wrong = await refused(bound.id, entry("ASSET_REMOVED", document=document, assets=assets), story.county)
        assert faults(wrong) == {"document"}


async def test_the_schedule_takes_what_it_has_not_and_gives_what_it_has(story: People) -> None:
    made, bound = await held(story.county)
    signed = await change_paper(made, story.county)
    asset, stranger = made.assets[0].id, (await make.project(story.county)).assets[0].id

    on_it = await refused(bound.id, entry("ASSET_ADDED", document=signed, assets=[{"asset": asset}]), story.county)
    foreign = await refused(bound.id, entry("ASSET_ADDED", document=signed, assets=[{"asset": stranger}]), story.county)
    not_on_it = await refused(bound.id, entry("ASSET_REMOVED", document=signed, assets=[{"asset": stranger}]), story.county)
    unchanged = await refused(bound.id, entry("REINSTATE", document=signed, assets=[{"asset": asset}]), story.county)
    nothing = await refused(bound.id, entry("REINSTATE", document=signed), story.county)
    everything = await refused(bound.id, entry("ASSET_REMOVED", document=signed, assets=[{"asset": asset}]), story.county)

    assert [faults(one) for one in (on_it, foreign, not_on_it, unchanged)] == [
        {"assets[0].asset"}, {"assets"}, {"assets[0].asset"}, {"assets[0].asset"},
    ]  # fmt: skip
    assert isinstance(nothing, Refused)
    assert isinstance(everything, Refused)
    assert "退保" in str(everything.text)


@pytest.mark.parametrize(("share", "ready"), [("0.96", True), ("1.01", False), ("0.9", False)])
async def test_a_new_sum_keeps_to_the_band_around_net_value(story: People, share: str, ready: bool) -> None:
    made, bound = await held(story.county)
    signed = await change_paper(made, story.county)
    wanted = round(68_298_333 * float(share))
    given = entry("SUM_CHANGED", document=signed, assets=[{"asset": made.assets[0].id, "sum_insured_fen": wanted}])

    if ready:
        assert (await actions_endorse.endorse(bound.id, given, actor=story.county)).sum_after_fen == wanted
    else:
        wrong = await refused(bound.id, given, story.county)
        assert isinstance(wrong, NotReady)
        assert faults(wrong) == {"sum_insured_fen"}


async def test_cover_is_not_extended_to_a_project_that_may_not_be_insured(story: People) -> None:
    made, bound = await held(story.county)
    made = await changed(made, actor=story.county, asset_kind="PUBLIC", assets=[midterm.COLD_STORE])
    signed = await change_paper(made, story.county)

    wrong = await refused(bound.id, entry("ASSET_ADDED", document=signed, assets=[{"asset": made.assets[-1].id}]), story.county)

    assert isinstance(wrong, NotEligible)
    assert "A-KIND" in faults(wrong)


async def test_a_sum_that_a_loss_lowered_is_first_restored_and_no_asset_leaves_before_its_claims(story: People) -> None:
    loss = await make.insured(story, assets=[{}, {"name": "二号大棚"}])
    claim = await make.claim_in(ClaimState.APPROVED, story, loss=loss)
    project = await projects_store.project(loss.project_id)
    assert project is not None
    signed, asset = await change_paper(project, story.town), project.assets[0].id

    sum_changed = await refused(loss.policy_id, entry("SUM_CHANGED", document=signed, assets=[{"asset": asset}]), story.town)
    left = await refused(
        loss.policy_id, entry("ASSET_REMOVED", document=signed, assets=[{"asset": asset}], effective_on="2019-08-11"), story.town
    )
    above = await refused(
        loss.policy_id, entry("REINSTATE", document=signed, assets=[{"asset": asset, "restored_fen": 99_000_000}]), story.town
    )

    assert "恢复保险金额" in str(sum_changed.text)
    assert claim.number in str(left.text)
    assert faults(above) == {"assets[0].restored_fen"}


async def test_an_income_cover_has_no_schedule(story: People) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    signed = await change_paper(made, story.county)

    for kind in ("ASSET_ADDED", "ASSET_REMOVED", "SUM_CHANGED", "REINSTATE"):
        wrong = await refused(bound.id, entry(kind, document=signed, assets=[{"asset": made.assets[0].id}]), story.county)
        assert faults(wrong) == {"kind"}


@pytest.mark.parametrize("kind", ["MODE_CHANGED", "OWNERSHIP_CHANGED", "SITUATION_CHANGED", "INSURED_CHANGED"])
async def test_what_the_register_does_not_say_is_not_endorsed(story: People, kind: str) -> None:
    made, bound = await held(story.county)
    signed = await change_paper(made, story.county)

    wrong = await refused(bound.id, entry(kind, document=signed), story.county)

    assert "台账" in str(wrong.text)


async def test_an_income_cover_is_not_ended_on_what_is_not_proven(story: People) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    await changed(made, actor=story.county, operation=None)

    wrong = await refused(bound.id, entry("MODE_CHANGED"), story.county)

    assert isinstance(wrong, NotEligible)
    assert faults(wrong) == {"I-MODE"}


async def test_an_asset_that_was_lost_is_settled_first(story: People) -> None:
    loss = await make.insured(story)
    claim = await make.claim_in(ClaimState.ASSESSING, story, loss=loss)
    project = await projects_store.project(loss.project_id)
    assert project is not None
    await changed(project, actor=story.town, situation="LOST")

    wrong = await refused(loss.policy_id, entry("SITUATION_CHANGED", effective_on="2019-08-11"), story.town)

    assert claim.state is ClaimState.ASSESSING
    assert "先按赔案办理" in str(wrong.text)


async def test_no_asset_leaves_before_an_undecided_claim(story: People) -> None:
    loss = await make.insured(story, assets=[{}, {"name": "二号大棚"}])
    await make.claim_in(ClaimState.ASSESSING, story, loss=loss)
    project = await projects_store.project(loss.project_id)
    assert project is not None
    signed, asset = await change_paper(project, story.town), project.assets[0].id

    wrong = await refused(
        loss.policy_id, entry("ASSET_REMOVED", document=signed, assets=[{"asset": asset}], effective_on="2019-08-11"), story.town
    )

    assert "尚未核定" in str(wrong.text)


@pytest.mark.parametrize("state", [ClaimState.REJECTED, ClaimState.ZERO])
async def test_a_claim_that_came_to_nothing_stands_in_nobodys_way(story: People, state: ClaimState) -> None:
    loss = await make.insured(story)
    await make.claim_in(state, story, loss=loss)
    project = await projects_store.project(loss.project_id)
    assert project is not None
    await changed(project, actor=story.town, situation="LOST")

    plan = await actions_endorse.preview(loss.policy_id, entry("SITUATION_CHANGED", effective_on="2019-08-30"), actor=story.town)

    assert plan.last_day is not None


async def test_a_stale_version_a_closed_policy_and_another_scope_are_refused(story: People) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    await changed(made, actor=story.county, operation="LEASED")

    assert isinstance(await refused(bound.id, entry("MODE_CHANGED", version=2), story.county), LostUpdate)
    for stranger in (story.other_county, story.other_town):
        assert isinstance(await refused(bound.id, entry("MODE_CHANGED"), stranger), NotFound)
    await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-12")
    with pytest.raises(Refused, match="已提前终止"):
        await endorsed(bound, "MODE_CHANGED", actor=story.county, effective_on="2019-08-10")
    await db.execute("UPDATE policy SET state = 'EXPIRED', version = version + 1 WHERE id = $1", bound.id)
    with pytest.raises(WrongState):
        await endorsed(bound, "MODE_CHANGED", actor=story.county)
    assert await store.policy_on(bound.id, date(2019, 8, 11)) is not None


async def test_an_asset_joins_at_most_once(story: People) -> None:
    made, bound = await held(story.county)
    await joined(made, bound, actor=story.county)

    with pytest.raises(Invalid, match="有字段填写不正确"):
        await endorsed(bound, "ASSET_ADDED", actor=story.county, document=await change_paper(made, story.county),
                       assets=[{"asset": await db.fetchval("SELECT max(id) FROM asset")}])  # fmt: skip
    left = await removed(made, bound, actor=story.county, effective_on="2019-09-15")
    assert left.ended[0].name == "钢架大棚"
