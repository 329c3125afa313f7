"""An office's register taken in: what is created, updated, left alone or held out, and how it is undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import msgspec
import pytest

import make
import server
from committed import SYSTEM, own_pool
from conftest import WORKER
from insurance.access.model import Actor
from insurance.base import db, files
from insurance.base.errors import InsuranceError, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.base.spreadsheet import read_table_file
from insurance.projects import actions, actions_import, documents, store, store_facts
from insurance.projects.actions_import import ImportReport
from insurance.projects.entries import ProjectEdit
from insurance.projects.model import Fund, Operation, PartyKind, Project, Right, Status
from make.projects import PDF, register, row
from people import People

Counts = tuple[int, int, int, int]


def counts(report: ImportReport) -> Counts:
    assert report.rows == report.created + report.updated + report.unchanged + report.faulty
    return report.created, report.updated, report.unchanged, report.faulty


async def taken_in(content: bytes, actor: Actor) -> ImportReport:
    tried = await actions.dry_run(content, "台账.csv", actor=actor)
    stored = await actions.commit(tried.id, version=tried.version, actor=actor)
    assert counts(stored) == counts(tried)
    return stored


async def the_project(actor: Actor, **how: Any) -> Project:
    (line,) = await store.search(actor, **how)
    found = await store.project(line.id)
    assert found is not None
    return found


async def edited(project: Project, actor: Actor, **fields: Any) -> Project:
    return await actions.edit(project.id, msgspec.convert({"version": project.version} | fields, ProjectEdit), actor=actor)


async def test_a_dry_run_changes_nothing_and_the_commit_stores_every_good_row(story: People) -> None:
    content = register(row(), row(asset="2号棚"), row(project="冷库", cost="八十六"), row(project="车间", village="前村"))

    tried = await actions.dry_run(content, "C:\\台账\\峄城.csv", actor=story.town)
    assert (tried.state, counts(tried)) == ("DRY", (3, 0, 0, 1))
    assert [(fault.cell, fault.code) for fault in tried.faults] == [("G4", "amount-unreadable")]
    assert await db.fetchval("SELECT count(*) FROM project") == 0

    stored = await actions.commit(tried.id, actor=story.town)
    assert (stored.state, counts(stored), stored.faults) == ("COMMITTED", (3, 0, 0, 1), tried.faults)
    assert [line.name for line in await store.search(story.town, sort="name")] == ["石榴大棚", "车间"]
    line, _ = await actions_import.shown(tried.id, actor=story.town)
    assert (line.file_name, line.made_by) == ("峄城.csv", "town")
    verbs = await db.fetch("SELECT verb, subject FROM audit_event ORDER BY id")
    assert [tuple(verb) for verb in verbs] == [("register.read", f"import:{tried.id}"), ("register.committed", f"import:{tried.id}")]


async def test_a_row_becomes_a_project_with_its_asset_money_and_rights(story: People) -> None:
    cooperative = row(
        project_code="XM-1", asset_code="ZC-9", operator="石门果蔬专业合作社", operation="承包", own="60000", cost="920000", remark="东区",
        insured="是",
    )  # fmt: skip
    await taken_in(register(cooperative), story.town)

    made = await the_project(story.town)

    assert (made.code, made.source, made.version, made.operation, made.situation, made.title_disputed) == (
        "XM-1", "IMPORT", 1, Operation.CONTRACTED, Status.RUNNING, False,
    )  # fmt: skip
    assert (made.town, made.village, made.households, made.stated_cover) == ("坛山街道", "石门村", 37, {"industry": True})
    (asset,) = made.assets
    assert (asset.code, asset.cost_fen, asset.life_months, asset.in_use_on) == ("ZC-9", 92_000_000, 120, date(2017, 6, 15))
    assert {(f.fund, f.level): f.amount_fen for f in asset.funds} == {
        (Fund.SPECIAL, "CENTRAL"): 50_000_000, (Fund.SPECIAL, ""): 36_000_000, (Fund.SELF, ""): 6_000_000,
    }  # fmt: skip
    assert asset.stated == {"remark": "东区"}
    assert {(r.right, r.party.name, r.party.kind, r.from_on) for r in made.rights} == {
        (Right.OWNERSHIP, "石门村股份经济合作社", PartyKind.VILLAGE, date(2018, 3, 1)),
        (Right.OPERATION, "石门果蔬专业合作社", PartyKind.COOP, None),
    }
    assert await db.fetchval("SELECT count(*) FROM policy") == 0  # stated cover makes none


async def test_the_same_file_twice_changes_nothing_and_says_so(story: People) -> None:
    content = register(row(), row(asset="2号棚"), row())  # the third repeats the first word for word
    await taken_in(content, story.town)
    before = await the_project(story.town)

    again = await actions.dry_run(content, "台账.csv", actor=story.town)
    stored = await actions.commit(again.id, actor=story.town)

    assert counts(again) == counts(stored) == (0, 0, 3, 0)
    assert again.notes[0].code == "imported-before"
    assert await the_project(story.town) == before
    assert await db.fetchval("SELECT count(*) FROM project_change") == 0


async def test_a_changed_row_updates_and_what_it_does_not_state_stays(story: People) -> None:
    await taken_in(register(row(), row(asset="2号棚")), story.town)
    changed = register(row(cost="870000", special=None, central=None, households=None, operator="甲专业合作社"), row(asset="2号棚"))

    assert counts(await taken_in(changed, story.town)) == (0, 1, 1, 0)

    made = await the_project(story.town)
    assert (made.version, made.households, made.operator.name if made.operator else None) == (2, 37, "甲专业合作社")
    assert [(a.cost_fen, sum(f.amount_fen for f in a.funds)) for a in made.assets] == [
        (87_000_000, 86_000_000),
        (86_000_000, 86_000_000),
    ]
    before = await db.fetchval("SELECT before FROM project_change WHERE project_id = $1", made.id)
    assert [asset["cost_fen"] for asset in before["assets"]] == [86_000_000, 86_000_000]


async def test_an_edit_by_hand_outlives_the_same_file_and_yields_to_a_changed_row(story: People) -> None:
    content = register(row())
    await taken_in(content, story.town)
    await edited(await the_project(story.town), story.town, operation="LEASED")

    await taken_in(content, story.town)
    assert (await the_project(story.town)).operation is Operation.LEASED

    await taken_in(register(row(households="38")), story.town)
    assert (await the_project(story.town)).operation is Operation.SELF


async def test_a_register_finds_the_project_that_was_entered_by_hand(story: People) -> None:
    by_hand = await make.project(story.town, name="石榴大棚", assets=[{"name": "1号棚"}])

    assert counts(await taken_in(register(row(cost="900000")), story.town)) == (0, 1, 0, 0)

    made = await the_project(story.town)
    assert (made.id, made.source, [a.cost_fen for a in made.assets]) == (by_hand.id, "HAND", [90_000_000])


async def test_a_right_passes_on_by_a_register_and_the_old_holding_ends(story: People) -> None:
    await taken_in(register(row(operator="甲专业合作社")), story.town)
    await taken_in(register(row(operator="乙有限公司")), story.town)

    made = await the_project(story.town)

    assert [(r.party.name, r.until_on) for r in made.rights if r.right is Right.OPERATION] == [
        ("甲专业合作社", story.town.on),
        ("乙有限公司", None),
    ]
    facts = await store_facts.facts_of(story.town, story.town.on)
    assert [one.operator.name for one in facts if one.operator] == ["乙有限公司"]


@pytest.mark.parametrize(
    ("states", "situation", "disputed"),
    [
        (["运营", "闲置"], Status.RUNNING, False),
        (["闲置", "在建"], Status.BUILDING, False),
        (["报废"], Status.SCRAPPED, False),
        (["权属争议", "运营"], Status.RUNNING, True),
        ([None], None, False),
    ],
)
async def test_a_project_is_as_its_assets_are(story: People, states: list[str | None], situation: Status | None, disputed: bool) -> None:
    await taken_in(register(*(row(asset=f"{n}号棚", state=state) for n, state in enumerate(states))), story.town)

    made = await the_project(story.town)

    assert (made.situation, made.title_disputed) == (situation, disputed)
    assert [a.retired_on for a in made.assets] == [story.town.on if state == "报废" else None for state in states]


async def test_an_office_takes_in_only_its_own_towns(story: People) -> None:
    content = register(row(), row(town="荆河街道", project="城区车间"))

    assert counts(await actions.dry_run(content, "a.csv", actor=story.town)) == (1, 0, 0, 1)
    assert counts(await actions.dry_run(content, "a.csv", actor=story.county)) == (1, 0, 0, 1)
    assert counts(await actions.dry_run(content, "a.csv", actor=story.city)) == (2, 0, 0, 0)


async def test_an_import_of_another_county_is_not_there(story: People) -> None:
    tried = await actions.dry_run(register(row()), "a.csv", actor=story.town)

    for act in (
        actions.commit(tried.id, actor=story.other_county),
        actions.undo(tried.id, actor=story.other_county),
        actions_import.shown(tried.id, actor=story.other_county),
        actions_import.annotated(tried.id, actor=story.other_county),
    ):
        with pytest.raises(NotFound):
            await act
    assert await actions_import.listed(None, 10, actor=story.other_county) == []
    assert [line.id for line in await actions_import.listed(None, 10, actor=story.county)] == [tried.id]


async def test_a_number_another_town_uses_holds_back_its_own_row_only(story: People) -> None:
    wulin = msgspec.structs.replace(story.town, region_path="370400/370404/370404002/")
    await taken_in(register(row(project_code="XM-1")), story.town)
    content = register(row(town="吴林街道", project_code="XM-1", project="别的"), row(town="吴林街道", project_code="XM-2"))

    unseen = await actions.dry_run(content, "a.csv", actor=wulin)  # this town cannot see the other's project
    stored = await actions.commit(unseen.id, actor=wulin)
    seen = await actions.dry_run(content, "a.csv", actor=story.county)

    assert counts(stored) == (1, 0, 0, 1)
    assert [(fault.cell, fault.code) for fault in stored.faults] == [("C2", "project-code-taken")]
    assert counts(seen) == (0, 0, 1, 1)
    assert seen.faults == stored.faults
    assert (await the_project(story.town)).name == "石榴大棚"


async def test_villages_are_numbered_on_within_their_town(story: People) -> None:
    await taken_in(register(row(village="前村"), row(village="后村", project="b")), story.town)
    await taken_in(register(row(village="东村", project="c"), row(village=None, project="d")), story.town)

    paths = {line.name: (await store.project(line.id)) for line in await store.search(story.town)}

    assert await db.fetchval("SELECT array_agg(code ORDER BY code) FROM region WHERE level = 'village'") == [
        "370404001v1", "370404001v2", "370404001v3",
    ]  # fmt: skip
    assert paths["d"] is not None
    assert (paths["d"].region_path, paths["d"].village) == ("370400/370404/370404001/", "")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\x01\x02\x03", b"%PDF-1.4", "项目,备注\r\na,b".encode()])
async def test_what_is_no_register_is_refused_whole(story: People, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        await actions.dry_run(content, "a.csv", actor=story.town)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert await db.fetchval("SELECT count(*) FROM register_import") == 0


async def test_the_commit_stores_exactly_the_file_that_was_tried(story: People) -> None:
    tried = await actions.dry_run(register(row()), "a.csv", actor=story.town)
    other = await actions_import.read(register(row(cost="1")), "a.csv", actor=story.town)

    with pytest.raises(Refused):
        await actions.commit(tried.id, actor=story.town, reading=other)
    with pytest.raises(LostUpdate):
        await actions.commit(tried.id, version=2, actor=story.town)
    place = files.place_of(await db.fetchval("SELECT content_sha256 FROM register_import WHERE id = $1", tried.id))
    content = place.read_bytes()
    place.write_bytes(content + b" ")
    actions_import._remember(None)
    with pytest.raises(files.Damaged):
        await actions.commit(tried.id, actor=story.town)

    place.write_bytes(content)
    assert (await actions.commit(tried.id, actor=story.town)).state == "COMMITTED"


async def test_an_import_is_committed_once(story: People) -> None:
    stored = await taken_in(register(row()), story.town)

    with pytest.raises(WrongState):
        await actions.commit(stored.id, actor=story.town)


async def test_undoing_removes_what_was_created_and_restores_what_was_changed(story: People) -> None:
    await taken_in(register(row(operator="甲专业合作社"), row(project="b", asset="b")), story.town)
    before = await the_project(story.town, q="石榴")
    parties = await db.fetchval("SELECT count(*) FROM party")
    second = register(row(operator="乙有限公司", cost="1", special="2"), row(asset="2号棚"), row(project="c", owner="丙有限公司"))
    stored = await taken_in(second, story.county)
    assert counts(stored) == (2, 1, 0, 0)

    undone = await actions.undo(stored.id, version=stored.version, actor=story.county)

    after = await the_project(story.town, q="石榴")
    assert undone.state == "UNDONE"
    assert after == msgspec.structs.replace(before, version=3)  # the same, and its history is longer
    assert [line.name for line in await store.search(story.town, sort="name")] == ["b", "石榴大棚"]
    assert await db.fetchval("SELECT count(*) FROM party") == parties
    assert counts(await taken_in(second, story.county)) == (2, 1, 0, 0)
    with pytest.raises(WrongState):
        await actions.undo(stored.id, actor=story.county)


async def paper(made: Project, actor: Actor) -> None:
    await documents.file_for_project(made.id, "PHOTO", "照片.pdf", PDF, actor=actor)


async def change(made: Project, actor: Actor) -> None:
    await edited(made, actor, households=99)


async def quote(made: Project, actor: Actor) -> None:
    insurer = await db.fetchval("SELECT min(id) FROM insurer")
    await db.execute(
        "INSERT INTO quote (project_id, region_path, insurer_id, cover, period, terms_version, terms_checksum, body, made_by, made_at)"
        " VALUES ($1, $2, $3, 'INDUSTRY', '[2019-01-01,2020-01-01)', 'v', 'c', '{}', $4, now())",
        made.id, made.region_path, insurer, actor.user_id,
    )  # fmt: skip


async def policy(made: Project, actor: Actor) -> None:
    await make.policies.policy(made, actor=actor)


@pytest.mark.parametrize(
    ("rest", "what"), [(paper, {"document"}), (change, {"change"}), (quote, {"quote"}), (policy, {"policy", "document"})]
)
async def test_an_import_on_which_something_rests_is_not_undone(story: People, rest: Any, what: set[str]) -> None:
    stored = await taken_in(register(row()), story.town)
    await rest(await the_project(story.town), story.town)

    with pytest.raises(Refused) as refused:
        await actions.undo(stored.id, actor=story.town)

    assert {fault.field for fault in refused.value.faults} == what
    assert await the_project(story.town)


async def test_a_policy_bound_before_a_change_does_not_hold_it_and_one_bound_after_does(story: People) -> None:
    await taken_in(register(row()), story.town)
    await policy(await the_project(story.town), story.town)
    await db.execute("UPDATE policy SET recorded_at = recorded_at - interval '1 day', version = version + 1")
    await db.execute("UPDATE document SET recorded_at = recorded_at - interval '1 day'")
    changed = await taken_in(register(row(cost="1")), story.town)
    await actions.undo(changed.id, actor=story.town)
    again = await taken_in(register(row(cost="2")), story.town)
    await paper(await the_project(story.town), story.town)

    with pytest.raises(Refused):
        await actions.undo(again.id, actor=story.town)


async def test_a_later_import_of_the_same_project_keeps_the_first_from_being_undone(story: People) -> None:
    first = await taken_in(register(row()), story.town)
    second = await taken_in(register(row(cost="1")), story.town)

    with pytest.raises(Refused):
        await actions.undo(first.id, actor=story.town)
    await actions.undo(second.id, actor=story.town)
    with pytest.raises(Refused):  # undoing is a change too: the history is kept, so the first stays
        await actions.undo(first.id, actor=story.town)


async def test_the_annotated_workbook_says_at_each_row_what_is_wrong(story: People) -> None:
    tried = await actions.dry_run(register(row(), row(project="b", cost="八十")), "峄城.csv", actor=story.town)

    name, content = await actions_import.annotated(tried.id, actor=story.town)

    (sheet,) = (await read_table_file(content)).sheets
    remarks = sheet.columns[-1]
    assert name == "核对_峄城.xlsx"
    assert remarks[0] == "核对意见"
    assert tried.faults[0].text in str(remarks[2])


@pytest.fixture
async def committed(pool: None) -> AsyncIterator[People]:
    """A database of its own, in which everything is really committed."""
    name = f"t_{WORKER}_import"
    async with own_pool(await asyncio.to_thread(server.fresh_database, name), name, connections=8):
        async with db.transaction(SYSTEM):
            people = await make.people()
        yield people


@pytest.mark.committed
async def test_eight_commits_at_once_store_the_import_once(committed: People) -> None:
    town = committed.town
    tried = await actions.dry_run(register(row(), row(asset="2号棚")), "a.csv", actor=town)

    outcomes = await asyncio.gather(*(actions.commit(tried.id, actor=town) for _ in range(8)), return_exceptions=True)

    stored = [outcome for outcome in outcomes if isinstance(outcome, ImportReport)]
    assert [counts(report) for report in stored] == [(2, 0, 0, 0)]
    assert all(isinstance(outcome, InsuranceError) for outcome in outcomes if outcome not in stored)
    async with db.transaction(SYSTEM):
        assert await db.fetchval("SELECT count(*) FROM asset") == 2
        assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'register.committed'") == 1


@pytest.mark.committed
async def test_two_offices_at_once_number_villages_and_projects_apart(committed: People) -> None:
    people = committed
    contents = [register(*(row(village=f"{who}{n}村", project=f"{who}{n}") for n in range(5))) for who in "甲乙丙丁"]
    tried = [await actions.dry_run(content, "a.csv", actor=people.county) for content in contents]

    stored = await asyncio.gather(*(actions.commit(report.id, actor=people.county) for report in tried))

    assert [counts(report) for report in stored] == [(5, 0, 0, 0)] * 4
    async with db.transaction(SYSTEM):
        assert await db.fetchval("SELECT count(DISTINCT region_path) FROM project") == 20
