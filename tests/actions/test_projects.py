"""Projects by hand: registered, edited with what stood before kept, impaired, retired; what an office may not do."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

import make
from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.projects import actions, store, store_facts
from insurance.projects.entries import DeclaredCoverEntry, ImpairmentEntry, ProjectEdit, RetirementEntry
from insurance.projects.model import Fund, Operation, PartyKind, Project, Right, Status
from people import People


def edit(version: int, **fields: Any) -> ProjectEdit:
    return msgspec.convert({"version": version} | fields, ProjectEdit)


def on(actor: Actor, day: date) -> Actor:
    return msgspec.structs.replace(actor, at=clock.at(day), on=day)


async def audited(subject: str) -> list[str]:
    return [row["verb"] for row in await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", subject)]


async def test_a_project_entered_by_hand_stands_with_its_assets_money_and_rights(story: People) -> None:
    made = await make.project(story.town, name="石榴大棚", operator={"name": "石门果蔬专业合作社"})

    assert made == await store.project(made.id)
    assert (made.town, made.village, made.version, made.source) == ("坛山街道", "石门村", 1, "HAND")
    assert made.code.startswith("370404001-")
    assert [(a.name, a.cost_fen, [(f.fund, f.level, f.amount_fen) for f in a.funds]) for a in made.assets] == [
        ("钢架大棚", 86_000_000, [(Fund.SPECIAL, "CENTRAL", 86_000_000)])
    ]
    assert {(r.right, r.party.name, r.party.kind) for r in made.rights} == {
        (Right.OWNERSHIP, "石门村股份经济合作社", PartyKind.VILLAGE),
        (Right.OPERATION, "石门果蔬专业合作社", PartyKind.COOP),
    }
    assert await audited(f"project:{made.id}") == ["project.registered"]


async def test_two_projects_of_a_village_share_its_place_and_its_owner(story: People) -> None:
    first = await make.project(story.town)
    second = await make.project(story.county, owner={"name": "石门村股份经济合作社 "})

    assert first.region_path == second.region_path
    assert first.owner == second.owner
    assert (await make.project(story.town, village="前村")).region_path != first.region_path


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"town_code": "370481001"}, Invalid, "town_code"),  # another county's town
        ({"town_code": "370404999"}, Invalid, "town_code"),  # no town at all
        ({"name": "  "}, Invalid, "name"),
        ({"name": "a\x07b"}, Invalid, "name"),
        ({"title_on": "0018-03-01"}, Invalid, "title_on"),
        ({"contract_from": "2019-01-01", "contract_until": "2018-01-01"}, Invalid, "contract_until"),
        ({"owner": {"name": "某公司", "credit_code": "91110000600037341M"}}, Invalid, "owner.credit_code"),
        ({"assets": [{"funds": [{"fund": "LOAN", "amount_fen": 1}, {"fund": "LOAN", "amount_fen": 2}]}]}, Invalid, "assets[0].funds"),
        ({"assets": [{}, {}]}, Refused, None),  # two assets of one name
    ],
)
async def test_a_refused_registration_leaves_no_trace(
    story: People, fields: dict[str, Any], refusal: type[InsuranceError], field: str | None
) -> None:
    with pytest.raises(refusal) as refused:
        await make.project(story.town, **fields)

    assert [fault.field for fault in refused.value.faults] == ([field] if field else [])
    assert await db.fetchval("SELECT count(*) FROM project") == 0
    assert await db.fetchval("SELECT count(*) FROM audit_event") == 0


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"taxonomy": "CASTLE"}, "taxonomy"),
        ({"households": -1}, "households"),
        ({"built_year": 1066}, "built_year"),
        ({"assets": [{"cost_fen": 10**14}]}, "cost_fen"),
        ({"assets": [{"residual_rate": "1.5"}]}, "residual_rate"),
        ({"assets": [{"residual_rate": "0.1234567"}]}, "residual_rate"),
        ({"assets": [{"life_months": 0}]}, "life_months"),
        ({"assets": [{"in_use_on": "2017-02-30"}]}, "in_use_on"),
        ({"state": "PAID"}, "state"),
    ],
)
def test_what_no_field_can_hold_is_not_read(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=what):
        make.entry(**wrong)


async def test_the_same_project_is_registered_once(story: People) -> None:
    await make.project(story.town, name="石榴大棚")

    with pytest.raises(Refused):
        await make.project(story.county, name="石榴 大棚")

    assert await make.project(story.town, name="石榴大棚", village="前村")


async def test_two_counties_may_number_alike_and_one_county_may_not(story: People) -> None:
    await make.project(story.town, code="XM-1")
    await make.project(story.other_town, code="XM-1", town_code=make.projects.JINGHE_TOWN)

    with pytest.raises(Refused):
        await make.project(story.county, code="XM-1")


async def test_an_edit_changes_only_what_it_names_and_keeps_what_stood_before(story: People) -> None:
    made = await make.project(story.town)

    changed = await actions.edit(
        made.id,
        edit(
            1,
            operation="LEASED",
            distribution=None,
            assets=[{"id": made.assets[0].id, "cost_fen": 87_000_000}, {"name": "烘干房", "cost_fen": 100}],
        ),
        actor=story.county,
    )

    assert (changed.version, changed.operation, changed.households) == (2, Operation.LEASED, 37)
    assert [(a.name, a.cost_fen) for a in changed.assets] == [("钢架大棚", 87_000_000), ("烘干房", 100)]
    assert changed.assets[0].funds == made.assets[0].funds
    before = await db.fetchval("SELECT before FROM project_change WHERE project_id = $1 AND version = 1", made.id)
    assert before["project"]["operation"] == "SELF"
    assert [asset["cost_fen"] for asset in before["assets"]] == [86_000_000]
    assert await audited(f"project:{made.id}") == ["project.registered", "project.changed"]


async def test_the_same_values_again_change_nothing(story: People) -> None:
    made = await make.project(story.town)

    same = edit(1, operation="SELF", owner={"name": "石门村股份经济合作社"}, assets=[{"id": made.assets[0].id, "residual_rate": "0.050"}])
    again = await actions.edit(made.id, same, actor=story.town)

    assert again == made
    assert await audited(f"project:{made.id}") == ["project.registered"]


async def test_a_right_passes_on_and_the_old_holding_ends(story: People) -> None:
    made = await make.project(story.town, operator={"name": "甲专业合作社"}, contract_from="2018-01-01")

    changed = await actions.edit(made.id, edit(1, operator={"name": "乙有限公司"}), actor=story.town)

    operation = [(r.party.name, r.from_on, r.until_on) for r in changed.rights if r.right is Right.OPERATION]
    assert operation == [("甲专业合作社", date(2018, 1, 1), story.town.on), ("乙有限公司", story.town.on, None)]
    assert changed.operator is not None
    assert changed.operator.kind is PartyKind.ENTERPRISE
    emptied = await actions.edit(made.id, edit(2, operator=None), actor=story.town)
    assert emptied.operator is None
    assert all(r.until_on for r in emptied.rights if r.right is Right.OPERATION)


async def test_a_lost_update_shows_both_values_and_changes_nothing(story: People) -> None:
    made = await make.project(story.town)
    await actions.edit(made.id, edit(1, operation="LEASED", households=40), actor=story.county)

    with pytest.raises(LostUpdate) as lost:
        await actions.edit(made.id, edit(1, operation="SELF", households=40, owner={"name": "别人"}), actor=story.town)

    assert [(f.field, str(f.text)) for f in lost.value.faults] == [
        ("operation", "现在是“LEASED”，您提交的是“SELF”"),
        ("owner", "现在是“石门村股份经济合作社”，您提交的是“别人”"),
    ]
    stands = await store.project(made.id)
    assert stands is not None
    assert (stands.version, stands.operation) == (2, Operation.LEASED)


@pytest.mark.parametrize("who", ["other_county", "other_town"])
async def test_a_project_of_another_county_is_not_there(story: People, who: str) -> None:
    made = await make.project(story.town)
    stranger: Actor = getattr(story, who)
    impairment = ImpairmentEntry(1, made.assets[0].id, date(2019, 1, 1), 1, "x")
    retirement = RetirementEntry(1, date(2019, 1, 1), "LOST")
    cover = DeclaredCoverEntry(1, "某公司", "INDUSTRY", date(2019, 1, 1), date(2019, 12, 31))

    for act in (
        actions.edit(made.id, edit(1, name="x"), actor=stranger),
        actions.impair(made.id, impairment, actor=stranger),
        actions.retire(made.id, made.assets[0].id, retirement, actor=stranger),
        actions.declare_cover(made.id, cover, actor=stranger),
    ):
        with pytest.raises(NotFound):
            await act

    async with db.transaction(stranger.scope):
        assert await store.project(made.id) is None
        assert await store.search(stranger) == []
        assert await store_facts.facts_of(stranger, stranger.on) == []


async def test_a_project_entered_by_hand_is_found_by_town_text_and_key(story: People) -> None:
    names = [
        (await make.project(story.town, name=name)).name
        for name in ("甲大棚", "乙大棚", "丙_车间")  # code point order: 丙 乙 甲
    ]
    await make.project(story.other_town, town_code=make.projects.JINGHE_TOWN)

    async def found(**how: Any) -> list[str]:
        async with db.transaction(story.county.scope):
            return [line.name for line in await store.search(story.county, sort="name", **how)]

    first = await store.search(story.county, sort="name", limit=1)
    assert await found() == sorted(names)
    assert await found(descending=True) == sorted(names, reverse=True)
    assert await found(after=store.sort_key(first[0], "name")) == sorted(names)[1:]
    assert await found(q="大棚") == ["乙大棚", "甲大棚"]
    assert await found(q="_") == ["丙_车间"]
    assert await found(towns=["370404"]) == sorted(names)
    assert await found(towns=["370404002"]) == []
    assert await found(within=[first[0].id]) == [first[0].name]
    assert await found(without=[first[0].id]) == sorted(names)[1:]
    assert len(await store.search(story.city)) == 4


async def test_an_impairment_counts_from_its_day_and_never_exceeds_the_cost(story: People) -> None:
    made = await make.project(story.town)
    asset = made.assets[0].id

    impaired = await actions.impair(made.id, ImpairmentEntry(1, asset, date(2019, 8, 11), 300_000, "雪灾"), actor=story.town)

    assert [(i.from_on, i.amount_fen) for i in impaired.impairments] == [(date(2019, 8, 11), 300_000)]
    assert impaired.version == 2
    for entry, field in (
        (ImpairmentEntry(2, asset, date(2019, 8, 11), 85_700_001, "x"), "amount_fen"),
        (ImpairmentEntry(2, asset, date(2019, 8, 31), 1, "x"), "from_on"),
        (ImpairmentEntry(2, asset + 1, date(2019, 8, 11), 1, "x"), "asset_id"),
    ):
        with pytest.raises(Invalid) as refused:
            await actions.impair(made.id, entry, actor=story.town)
        assert [fault.field for fault in refused.value.faults] == [field]
    with pytest.raises(LostUpdate):
        await actions.impair(made.id, ImpairmentEntry(1, asset, date(2019, 8, 11), 1, "x"), actor=story.town)
    with pytest.raises(Invalid):
        await actions.edit(made.id, edit(2, assets=[{"id": asset, "cost_fen": 299_999}]), actor=story.town)
    assert await audited(f"project:{made.id}") == ["project.registered", "project.impaired"]


async def test_an_asset_retires_once(story: People) -> None:
    made = await make.project(story.town)
    asset = made.assets[0].id

    with pytest.raises(Invalid):
        await actions.retire(made.id, asset, RetirementEntry(1, date(2019, 8, 31), "LOST"), actor=story.town)
    gone = await actions.retire(made.id, asset, RetirementEntry(1, date(2019, 8, 12), "LOST"), actor=story.town)

    assert (gone.assets[0].retired_on, gone.assets[0].situation) == (date(2019, 8, 12), Status.LOST)
    with pytest.raises(WrongState):
        await actions.retire(made.id, asset, RetirementEntry(2, date(2019, 8, 12), "LOST"), actor=story.town)
    with pytest.raises(NotFound):
        await actions.retire(made.id, asset + 1, RetirementEntry(2, date(2019, 8, 12), "LOST"), actor=story.town)


async def test_facts_are_those_of_the_day_asked(story: People) -> None:
    made = await make.project(on(story.town, date(2019, 1, 5)), ownership="VILLAGE")
    leased = edit(1, operation="LEASED", assets=[{"id": made.assets[0].id, "funds": [{"fund": "LOAN", "amount_fen": 5}]}])
    await actions.edit(made.id, leased, actor=on(story.town, date(2019, 6, 1)))
    await actions.edit(made.id, edit(2, operation="SHARE"), actor=on(story.town, date(2019, 8, 1)))

    seen = {}
    for day in (date(2019, 5, 31), date(2019, 6, 1), date(2019, 7, 31), date(2019, 8, 1)):
        (facts,) = await store_facts.facts_of(story.town, day)
        seen[day] = (facts.operation, facts.funds, facts.version)

    special, loan = {Fund.SPECIAL: 86_000_000}, {Fund.LOAN: 5}
    assert seen == {
        date(2019, 5, 31): (Operation.SELF, special, 3),
        date(2019, 6, 1): (Operation.LEASED, loan, 3),
        date(2019, 7, 31): (Operation.LEASED, loan, 3),
        date(2019, 8, 1): (Operation.SHARE, loan, 3),
    }


async def test_what_nobody_stated_is_unknown_and_not_no(story: People) -> None:
    bare: dict[str, Any] = {"owner": None, "title_disputed": None, "income_basis": None, "asset_kind": None, "assets": []}
    await make.project(story.town, **bare)

    (facts,) = await store_facts.facts_of(story.town, story.town.on)

    assert (facts.link_agreement, facts.insurable_interest, facts.income_basis, facts.funds, facts.net_value_fen) == (None,) * 5
    assert facts.owner_kinds == ()


async def test_declared_cover_is_a_fact_of_eligibility(story: People) -> None:
    made = await make.project(story.town)

    entry = DeclaredCoverEntry(1, "某财产保险公司", "INDUSTRY", date(2019, 1, 1), date(2019, 12, 31), 5_000)
    declared = await actions.declare_cover(made.id, entry, actor=story.town)
    (facts,) = await store_facts.facts_of(story.town, story.town.on)

    assert facts.declared_covers == declared.declared_covers
    assert [(c.insurer_name, c.starts_on, c.ends_before) for c in facts.declared_covers] == [
        ("某财产保险公司", date(2019, 1, 1), date(2020, 1, 1))
    ]
    with pytest.raises(Invalid):
        backwards = DeclaredCoverEntry(2, "某公司", "INDUSTRY", date(2019, 1, 2), date(2019, 1, 1))
        await actions.declare_cover(made.id, backwards, actor=story.town)


async def test_an_insurer_sees_no_project_it_holds_no_grant_for(story: People) -> None:
    made: Project = await make.project(story.town)

    async with db.transaction(story.adjuster_a.scope):
        assert await store.project(made.id) is None
    await db.execute("INSERT INTO project_grant (project_id, insurer_id, from_on) VALUES ($1, $2, '2019-01-01')", made.id, story.insurer_a)
    async with db.transaction(story.adjuster_a.scope):
        assert await store.project(made.id) == made
    async with db.transaction(story.adjuster_b.scope):
        assert await store.project(made.id) is None
