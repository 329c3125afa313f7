"""Loss reports: under which policy, for which cause, when; many at once; corrected before acceptance."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Forbidden, Invalid, LostUpdate, Refused, WrongState
from insurance.claims import actions, actions_report, disasters, store_lists
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Acceptance, Correction, Declaration, Report, Reports
from insurance.claims.store_lists import Wanted
from insurance.policies.model import Cover, Peril
from make.claims import LOSS_AT, Loss, instant, later, report_of, reported, trail
from people import People

TOWNS = ("370404001", "370481001")


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def lekima(story: People, **known: Any) -> int:
    """The typhoon of August 2019 over two towns."""
    given: dict[str, Any] = {
        "code": "LEKIMA-2019", "name": "台风“利奇马”", "peril": Peril.TYPHOON, "from_on": date(2019, 8, 10), "until_on": date(2019, 8, 12),
        "towns": TOWNS,
    }  # fmt: skip
    return (await disasters.declare(Declaration(**(given | known)), actor=story.city)).id


async def test_a_report_becomes_a_numbered_claim_with_its_clocks(story: People) -> None:
    loss = await make.insured(story)

    claim = await actions_report.report(report_of(loss), actor=story.town)

    assert claim.number.startswith("LA2019-")
    assert len(claim.number) == len("LA2019-0000123")
    assert (claim.state, claim.version, claim.paid_fen, claim.reported_fen) == (ClaimState.REPORTED, 1, 0, 4_600_000)
    assert (claim.due_clock, claim.due_at) == ("SURVEY", story.town.at + timedelta(hours=24))
    assert {clock.code for clock in claim.clocks} == {"SURVEY", "OPENING", "PRESCRIPTION"}
    assert (claim.insurer.code, claim.disaster, claim.cover) == ("INS-A", None, "INDUSTRY")
    assert claim == await actions.one(claim.id, actor=story.town), "what was answered is what is stored"
    assert await trail(claim) == ["claim.reported"]


@pytest.mark.parametrize("by", ["policy", "project", "code"])
async def test_a_report_finds_its_policy_by_number_project_or_code(story: People, by: str) -> None:
    loss = await make.insured(story)
    ways: dict[str, dict[str, Any]] = {
        "policy": {"policy_id": loss.policy_id},
        "project": {"policy_id": None, "project_id": loss.project_id, "cover": Cover.INDUSTRY},
        "code": {"policy_id": None, "project_code": loss.project_code, "cover": Cover.INDUSTRY},
    }

    claim = await actions_report.report(report_of(loss, **ways[by]), actor=story.county)

    assert (claim.policy.id, claim.project.id) == (loss.policy_id, loss.project_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"loss_at": instant(date(2019, 3, 1))}, "loss_at"),  # the day before cover begins
        ({"loss_at": instant(date(2019, 1, 15))}, "loss_at"),
        ({"loss_at": instant(date(2019, 8, 31))}, "loss_at"),  # not yet
        ({"peril": Peril.QUAKE}, "peril"),
        ({"peril": Peril.DISEASE}, "peril"),  # a greenhouse falls under no such law
        ({"peril": None}, "peril"),
        ({"reported_fen": 10**14 - 1}, "reported_fen"),
        ({"cover": Cover.INCOME}, "cover"),
        ({"project_id": 1}, "project_id"),
        ({"project_code": "another"}, "project_code"),
        ({"disaster_id": 2**40}, "disaster_id"),
        ({"policy_id": 2**40}, "policy_id"),
        ({"policy_id": None}, "policy_id"),
        ({"policy_id": None, "project_id": 2**40, "cover": Cover.INDUSTRY}, "project_id"),
        ({"policy_id": None, "project_code": "no such", "cover": Cover.INDUSTRY}, "project_code"),
        ({"policy_id": None, "project_id": 1, "project_code": "both", "cover": Cover.INDUSTRY}, "policy_id"),
        ({"loss_at": datetime(1, 1, 1, tzinfo=BEIJING)}, "loss_at"),
    ],
)
async def test_a_report_the_policy_does_not_answer_for_is_refused_by_field(story: People, change: dict[str, Any], field: str) -> None:
    loss = await make.insured(story)

    with pytest.raises(Invalid) as refusal:
        await actions_report.report(report_of(loss, **change), actor=story.town)

    assert fields(refusal) == [field]
    assert await db.fetchval("SELECT count(*) FROM claim") == 0, "a refused report leaves no claim"


async def test_a_project_without_the_cover_that_day_says_so_at_the_moment_of_loss(story: People) -> None:
    loss = await make.insured(story)

    with pytest.raises(Invalid) as refusal:
        await actions_report.report(report_of(loss, policy_id=None, project_id=loss.project_id, cover=Cover.INCOME), actor=story.town)

    assert fields(refusal) == ["loss_at"]


@pytest.mark.parametrize("who", ["other_town", "other_county"])
async def test_another_offices_policy_is_no_policy(story: People, who: str) -> None:
    loss = await make.insured(story)
    actor: Actor = getattr(story, who)

    with pytest.raises(Invalid) as refusal:
        await actions_report.report(report_of(loss), actor=actor)

    assert fields(refusal) == ["policy_id"]


async def test_only_offices_report(story: People) -> None:
    loss = await make.insured(story)

    for actor in (story.adjuster_a, story.approver_a, story.maker, story.leader, story.auditor):
        with pytest.raises(Forbidden):
            await actions_report.report(report_of(loss), actor=actor)


async def test_the_same_loss_twice_names_the_claim_that_stands(story: People) -> None:
    loss = await make.insured(story)
    first = await reported(story, loss)

    with pytest.raises(Refused, match=first.number):
        await reported(story, loss, reported_fen=1, loss_at=LOSS_AT + timedelta(hours=5))
    other = await reported(story, loss, peril=Peril.GALE)

    assert other.id != first.id


async def test_a_disaster_lends_its_peril_and_holds_the_day_to_its_window(story: People) -> None:
    loss, typhoon = await make.insured(story), await lekima(story)

    with pytest.raises(Invalid) as refusal:
        await reported(story, loss, disaster_id=typhoon, loss_at=instant(date(2019, 8, 13)))
    claim = await reported(story, loss, disaster_id=typhoon, peril=None)
    rain = await reported(story, loss, disaster_id=typhoon, peril=Peril.RAINSTORM)

    assert fields(refusal) == ["loss_at"]
    assert claim.disaster is not None
    assert (claim.peril, claim.disaster.code, rain.peril) == ("TYPHOON", "LEKIMA-2019", "RAINSTORM")


# -- many at once ------------------------------------------------------------------------------------------------------------


async def test_many_reports_are_many_claims_and_a_refused_line_undoes_no_other(story: People) -> None:
    typhoon = await lekima(story)
    losses = [await make.insured(story) for _ in range(3)]
    before = await reported(story, losses[1], disaster_id=typhoon)
    lines = [report_of(loss) for loss in losses]
    lines += [report_of(losses[0], reported_fen=10**13), report_of(losses[2], disaster_id=typhoon + 1), report_of(losses[2], peril=None)]

    told = await actions_report.reports(typhoon, Reports(tuple(lines)), actor=story.town)

    assert (told.reported, told.refused) == (3, 3)
    assert [item.place for item in told.items] == list(range(6))
    assert [item.errors[0]["field"] if item.errors else None for item in told.items] == [
        None,
        "",
        None,
        "reported_fen",
        "disaster_id",
        None,
    ]
    assert before.number in told.items[1].errors[0]["text"]
    made = [item.claim for item in told.items if item.claim]
    assert len({claim.number for claim in made}) == 3
    assert {claim.disaster.id for claim in made if claim.disaster} == {typhoon}
    assert [await trail(claim) for claim in made] == [["claim.reported"]] * 3


# -- corrected ---------------------------------------------------------------------------------------------------------------


async def test_a_report_is_corrected_by_its_office_before_acceptance(story: People) -> None:
    loss, typhoon = await make.insured(story), await lekima(story)
    claim = await reported(story, loss)
    given = Correction(version=1, loss_at=instant(date(2019, 8, 10)), reported_fen=900, disaster_id=typhoon, account_of_loss="棚膜破损")

    changed = await actions_report.correction(claim.id, given, actor=story.town)

    assert (changed.state, changed.version, changed.reported_fen, changed.peril) == (ClaimState.REPORTED, 2, 900, "RAINSTORM")
    assert changed.disaster is not None
    assert {clock.code: clock.due_at.date() for clock in changed.clocks}["PRESCRIPTION"] == date(2021, 8, 10)
    event = (await actions.history(claim.id, actor=story.city))[-1]
    assert event.facts["reported_fen"] == {"from": 4_600_000, "to": 900}
    assert await trail(claim) == ["claim.reported", "claim.corrected"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"loss_at": instant(date(2019, 8, 31))}, "loss_at"),
        ({"loss_at": instant(date(2019, 2, 1))}, "loss_at"),
        ({"reported_fen": 10**13}, "reported_fen"),
        ({"peril": Peril.QUAKE}, "peril"),
        ({"disaster_id": 2**40}, "disaster_id"),
    ],
)
async def test_a_correction_is_held_against_the_policy_like_a_report(story: People, change: dict[str, Any], field: str) -> None:
    claim = await reported(story)

    with pytest.raises(Invalid) as refusal:
        await actions_report.correction(claim.id, Correction(version=1, **change), actor=story.town)

    assert fields(refusal) == [field]
    assert await trail(claim) == ["claim.reported"]


async def test_a_correction_may_not_collide_with_another_claim(story: People) -> None:
    loss = await make.insured(story)
    first, second = await reported(story, loss), await reported(story, loss, peril=Peril.GALE)

    with pytest.raises(Refused, match=first.number):
        await actions_report.correction(second.id, Correction(version=1, peril=Peril.RAINSTORM), actor=story.town)


async def test_nobody_else_corrects_and_nothing_after_acceptance(story: People) -> None:
    claim = await reported(story)
    given = Correction(version=1, reported_fen=1)

    with pytest.raises(Forbidden, match="报案单位"):
        await actions_report.correction(claim.id, given, actor=story.city)
    with pytest.raises(LostUpdate):
        await actions_report.correction(claim.id, msgspec.structs.replace(given, version=2), actor=story.town)
    await actions.acceptance(claim.id, Acceptance(version=1), actor=story.adjuster_a)
    with pytest.raises(WrongState):
        await actions_report.correction(claim.id, msgspec.structs.replace(given, version=2), actor=story.town)


# -- the worklist --------------------------------------------------------------------------------------------------------------


async def page(actor: Actor, **known: Any) -> list[str]:
    async with db.transaction(actor.scope):
        return [row["number"] for row in await store_lists.claims(Wanted(**known), actor=actor)]


async def test_the_list_goes_by_the_most_urgent_clock_and_pages_by_key(story: People) -> None:
    losses: list[Loss] = [await make.insured(story) for _ in range(3)]
    claims: list[Claim] = [
        await reported(story, losses[0], office=later(story.town, 2)),
        await reported(story, losses[1]),
        await reported(story, losses[2], office=later(story.town, 1)),
    ]
    await reported(story, losses[0], peril=Peril.HAIL)
    numbers = [claims[1].number, claims[2].number, claims[0].number]

    whole = [number for number in await page(story.town) if number in numbers]
    first = await page(story.adjuster_a, limit=2)
    last_due = claims[1].due_at
    async with db.transaction(story.adjuster_a.scope):
        (row,) = await store_lists.claims(Wanted(q=first[1]), actor=story.adjuster_a)
    rest = await page(story.adjuster_a, after=(row["due_at"], row["id"]))

    assert whole == numbers
    assert len({*first, *rest}) == 4
    assert await page(story.city, due_before=last_due) == []
    assert await page(story.adjuster_b) == []
    assert await page(story.other_town) == []
    assert await page(story.adjuster_a, insurer_id=story.insurer_b) == [], "another insurer's list is empty, not one's own"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"states": ["REPORTED"]}, 1),
        ({"states": ["REPORTED", "ACCEPTED"]}, 2),
        ({"states": ["CLOSED"]}, 0),
        ({"county": "370404"}, 2),
        ({"county": "370481"}, 0),
        ({"town": "370404001"}, 2),
        ({"q": "石榴"}, 2),
        ({"q": "%"}, 0),
        ({"q": "la2019"}, 2),
    ],
)
async def test_filters_narrow_the_list(story: People, wanted: dict[str, Any], found: int) -> None:
    first = await reported(story)
    await reported(story)
    await actions.acceptance(first.id, Acceptance(version=1), actor=story.adjuster_a)

    assert len(await page(story.city, **wanted)) == found


def test_a_report_is_read_strictly() -> None:
    for wrong in (
        {"loss_at": "2019-08-11T06:00:00", "reported_fen": 1},  # no offset
        {"loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": -1},
        {"loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 10**14},
        {"loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": True},
        {"loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 1, "state": "PAID"},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(wrong), type=Report)
