"""Disasters: where and when, which claims belong to them, and who is silent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import make
from insurance.access.model import Role
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.claims import actions, disasters
from insurance.claims.model import Disaster
from insurance.claims.model_verbs import Because, Declaration
from insurance.policies.model import Cover, Peril
from make.claims import reported
from people import People

LEKIMA: dict[str, Any] = {
    "code": "LEKIMA-2019", "name": "台风“利奇马”", "peril": Peril.TYPHOON, "from_on": date(2019, 8, 10), "until_on": date(2019, 8, 12),
    "towns": ("370404001",),
}  # fmt: skip


async def declare(story: People, **known: Any) -> Disaster:
    return await disasters.declare(Declaration(**(LEKIMA | known)), actor=story.city)


async def silent(disaster: Disaster, story: People, **known: Any) -> list[int]:
    return [one.project.id for one in await disasters.unreported(disaster.id, actor=known.pop("actor", story.city), **known)]


async def test_a_disaster_is_declared_with_window_and_towns(story: People) -> None:
    made = await declare(story, towns=("370404001", "370481001", "370404001"))

    assert (made.code, made.peril, made.reported, made.open, made.version) == ("LEKIMA-2019", "TYPHOON", 0, 0, 1)
    assert [town.code for town in made.towns] == ["370404001", "370481001"]
    assert [one.id for one in await disasters.many(actor=story.adjuster_a)] == [made.id]
    rows = await db.fetch("SELECT verb FROM audit_event WHERE subject = $1", f"disaster:{made.id}")
    assert [row["verb"] for row in rows] == ["disaster.declared"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until_on": date(2019, 8, 9)}, "until_on"),
        ({"from_on": date(2019, 8, 31), "until_on": date(2019, 9, 1)}, "from_on"),
        ({"towns": ("370404001", "999999999")}, "towns"),
        ({"towns": ("370404",)}, "towns"),  # a county is no town
    ],
)
async def test_a_declaration_that_cannot_be_is_refused_by_field(story: People, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await declare(story, **change)

    assert [fault.field for fault in refusal.value.faults] == [field]


async def test_a_county_declares_for_its_own_towns(story: People) -> None:
    given = Declaration(**(LEKIMA | {"towns": ("370481001",)}))

    with pytest.raises(Invalid):
        await disasters.declare(given, actor=story.county)
    made = await disasters.declare(given, actor=story.other_county)

    assert (await disasters.one(made.id, actor=story.city)).id == made.id, "seen above it"
    assert (await disasters.one(made.id, actor=story.other_town)).id == made.id, "and below it"
    with pytest.raises(NotFound):
        await disasters.one(made.id, actor=story.county)


async def test_a_code_is_used_once(story: People) -> None:
    await declare(story)

    with pytest.raises(Refused, match="编号"):
        await declare(story)


async def test_the_silent_are_the_insured_of_the_towns_without_a_claim(story: People) -> None:
    told, quiet, both = await make.insured(story), await make.insured(story), await make.insured(story)
    elsewhere = await make.insured(story, office=story.other_town, town_code="370481001", village="荆河村")
    typhoon = await declare(story)
    before = await silent(typhoon, story)

    await reported(story, told, disaster_id=typhoon.id)
    claim = await reported(story, both, disaster_id=typhoon.id)
    await reported(story, quiet)  # a claim, but not of this typhoon
    after = await silent(typhoon, story)
    gone = await actions.withdrawal(claim.id, Because(version=1, reason="误报"), actor=story.town)

    assert before == [told.project_id, quiet.project_id, both.project_id]
    assert elsewhere.project_id not in before
    assert after == [quiet.project_id]
    assert await silent(typhoon, story) == [quiet.project_id, both.project_id], "a withdrawn report is none"
    assert await silent(typhoon, story, after=quiet.project_id) == [both.project_id]
    assert await silent(typhoon, story, limit=1) == [quiet.project_id]
    assert await silent(typhoon, story, actor=story.adjuster_a) == [quiet.project_id, both.project_id]
    assert await silent(typhoon, story, actor=story.adjuster_b) == []
    assert await silent(typhoon, story, actor=story.other_town) == []
    counts = await disasters.one(typhoon.id, actor=story.city)
    assert (counts.reported, counts.open, gone.state) == (2, 1, "WITHDRAWN")


async def test_cover_after_the_window_does_not_count(story: People) -> None:
    await make.insured(story)
    winter = await declare(story, code="SNOW-2019", from_on=date(2019, 1, 10), until_on=date(2019, 1, 12), peril=Peril.SNOW)

    assert await silent(winter, story) == []


async def test_a_silent_project_is_named_with_its_covers(story: People) -> None:
    loss = await make.insured(story, Cover.INCOME)
    typhoon = await declare(story)

    (found,) = await disasters.unreported(typhoon.id, actor=story.city)

    assert found.project.id == loss.project_id
    assert [(cover.cover, cover.policy_id) for cover in found.covers] == [("INCOME", loss.policy_id)]


def test_only_city_and_county_offices_declare() -> None:
    assert {role for role in Role if may(role, "disaster.declare")} == {Role.CITY_OFFICE, Role.COUNTY_OFFICE}
