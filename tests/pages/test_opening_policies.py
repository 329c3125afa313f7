"""Policies in force taken over from a workbook through HTTP: tried, taken in, found again; every fault at its cell, nothing twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.spreadsheet import read_table_file
from insurance.policies.model import Cover
from insurance.projects.model import Project
from make.openings import POLICY_COLUMNS, cell, counts, noted, offences, policies, policy_row, taken_in, tried
from make.policies import policy
from make.projects import JINGHE_TOWN
from people import People, api

Answer = dict[str, Any]
Row = dict[str, Any]
TWO: list[Row] = [{"code": "ZC-1"}, {"code": "ZC-2", "name": "2号棚", "cost_fen": 40_000_000}]  # worth 1,007,700 yuan on 2019-03-01


KIND = "policies"


async def whole(client: httpx.AsyncClient, actor: Actor, number: str = "鲁产保2019-0007") -> Answer:
    reader = await api(client, actor)
    (line,) = (await reader.get("/policies", q=number)).json()["items"]
    found: Answer = (await reader.get(f"/policies/{line['id']}")).json()
    return found


@pytest.mark.parametrize("who", ["city", "county"])
async def test_an_office_brings_in_its_policies_and_finds_them_as_they_were(client: httpx.AsyncClient, story: People, who: str) -> None:
    office = story.everybody()[who]
    made = await make.project(story.town, assets=TWO)
    content = policies(policy_row(code=made.code))

    report = await tried(client, office, content, KIND)
    before = await db.fetchval("SELECT count(*) FROM policy")
    stored = await taken_in(client, office, content, KIND)

    assert (report["state"], counts(report), report["faults"]) == ("DRY", (1, 0, 0), [])
    assert noted(report) == {"sum-spread", "under-insured", "shares-by-terms"}
    assert before == 0
    assert (stored["id"], stored["state"]) == (report["id"], "COMMITTED"), "the same file that waits is the same import"
    found = await whole(client, office)
    assert (found["state"], found["starts_on"], found["last_day"]) == ("IN_FORCE", "2019-03-01", "2020-02-29")
    assert (found["sum_insured_fen"], found["premium_fen"], found["opening"], found["eligibility"]) == (70_000_000, 245_000, True, None)
    assert sum(item["sum_insured_fen"] for item in found["items"]) == 70_000_000
    assert [item["net_value_fen"] for item in found["items"]] == [72_383_333, 33_666_667]
    assert sum(share["amount_fen"] for share in found["shares"]) == 245_000
    assert [step["rule"] for step in found["steps"]] == ["opening"]
    assert "未经本系统核算" in found["steps"][0]["text"]
    assert [(event["verb"], event["on"]) for event in found["events"]] == [("opening", "2019-03-01")]
    assert found["insured"] == "石门村股份经济合作社"
    assert await offences() == []


async def test_what_is_stated_is_kept_line_by_line(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town, assets=TWO)
    stated = policy_row(
        code=made.code, sum=None, sum_wan="110", premium="3850", central="1540", province="770", city="385", county="385", own="770",
        terms="2019-01-01", insured="石门村股份经济合作社", asset_code="ZC-1", item_sum="750000", unpaid="1000",
    )  # fmt: skip
    second = {"number": stated["number"], "asset": "2号棚", "item_sum": "350000"}

    report = await taken_in(client, story.county, policies(stated, second), KIND)

    found = await whole(client, story.county)
    assert counts(report) == (2, 0, 0)
    assert noted(report) == {"over-insured"}
    assert [(item["asset_code"], item["sum_insured_fen"], item["premium_fen"]) for item in found["items"]] == [
        ("ZC-1", 75_000_000, 262_500), ("ZC-2", 35_000_000, 122_500),
    ]  # fmt: skip
    assert {share["payer"]: share["amount_fen"] for share in found["shares"]} == {
        "CENTRAL": 154_000, "PROVINCE": 77_000, "CITY": 38_500, "COUNTY": 38_500, "INSURED": 77_000,
    }  # fmt: skip
    due = await db.fetch("SELECT debit, amount_fen FROM transfer WHERE subject = $1 ORDER BY debit", f"policy:{found['id']}")
    assert [tuple(row) for row in due] == [("1101", 80_000), ("1102", 20_000)], "what is still unpaid is due, shared as the premium is"
    assert await offences() == []


async def test_an_income_policy_an_old_one_and_one_that_ran_out(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    income = policy_row(number="SY-1", cover="收益保", code=made.code, sum="36500", guaranteed="36500", premium="365")
    old = policy_row(number="CB-2018-1", project=made.name, town="坛山街道", village="石门", starts="2018-03-01", last="2019-02-28")

    report = await taken_in(client, story.county, policies(income, old), KIND)

    assert counts(report) == (2, 0, 0)
    assert "terms-earliest" in noted(report)
    first, second = await whole(client, story.county, "SY-1"), await whole(client, story.county, "CB-2018-1")
    assert (first["cover"], first["guaranteed_fen"], first["items"]) == ("INCOME", 3_650_000, [])
    assert (second["state"], second["terms_version"]) == ("EXPIRED", "2019-01-01")
    assert [(event["verb"], event["on"]) for event in second["events"]] == [("opening", "2018-03-01"), ("expire", "2019-03-01")]
    assert await offences() == []


Change = dict[str, Any]
FAULTS: list[tuple[str, Change, str, str]] = [
    ("no number", {"number": None, "remark": "x"}, "number", "missing"),
    ("a number of this program", {"number": "CY2019-000012"}, "number", "number-of-this-system"),
    ("a number Excel broke", {"number": "3.7E+17"}, "number", "code-became-number"),
    ("no cover", {"cover": None}, "cover", "missing"),
    ("another cover", {"cover": "车险"}, "cover", "unknown-word"),
    ("no project", {"code": None}, "code", "missing"),
    ("an unknown project", {"code": "XM-404"}, "code", "unknown-project"),
    ("a name that is not the code's", {"project": "别的项目"}, "project", "project-differs"),
    ("a town elsewhere", {"code": None, "project": "石榴大棚", "town": "荆河街道"}, "town", "town-outside"),
    ("no such town", {"code": None, "project": "石榴大棚", "town": "没有的镇"}, "town", "unknown-town"),
    ("no insurer", {"insurer": None}, "insurer", "missing"),
    ("an unknown insurer", {"insurer": "某某财险"}, "insurer", "unknown-insurer"),
    ("no first day", {"starts": None}, "starts", "missing"),
    ("a month only", {"starts": "2019-03"}, "starts", "date-without-day"),
    ("no such day", {"last": "2020-02-30"}, "last", "date-unreadable"),
    ("the wrong way round", {"last": "2019-02-01"}, "last", "period-order"),
    ("a hundred years", {"last": "2099-02-01"}, "last", "period-too-long"),
    ("begins tomorrow", {"starts": "2019-08-31"}, "starts", "starts-later"),
    ("no sum", {"sum": None}, "sum", "missing"),
    ("a sum of nothing", {"sum": "0"}, "sum", "sum-zero"),
    ("a sum in words", {"sum": "约七十万"}, "sum", "amount-unreadable"),
    ("a negative premium", {"premium": "-5"}, "premium", "amount-negative"),
    ("no premium", {"premium": None}, "premium", "missing"),
    ("shares that do not add up", {"central": "1000", "own": "1000"}, "central", "shares-differ"),
    ("more unpaid than due", {"unpaid": "9999"}, "unpaid", "unpaid-over-premium"),
    ("a guarantee of the asset cover", {"guaranteed": "5"}, "guaranteed", "guarantee-not-asked"),
    ("no guarantee of the income cover", {"cover": "收益保", "guaranteed": None, "unpaid": "0"}, "guaranteed", "missing"),
    ("words never sold", {"terms": "2015-01-01"}, "terms", "unknown-terms"),
    ("somebody without a right", {"insured": "张三"}, "insured", "unknown-insured"),
    ("a sum without an asset", {"item_sum": "700000"}, "asset_code", "missing"),
    ("an asset without a sum", {"asset_code": "ZC-1"}, "item_sum", "missing"),
    ("an asset with a sum of nothing", {"asset_code": "ZC-1", "item_sum": "0"}, "item_sum", "sum-zero"),
    ("an unknown asset", {"asset_code": "ZC-9", "item_sum": "700000"}, "asset_code", "unknown-asset"),
    ("two assets of that name", {"asset": "同名棚", "item_sum": "700000"}, "asset", "ambiguous-asset"),
    ("an asset nobody can value", {"asset": "无值棚", "item_sum": "700000"}, "asset", "asset-without-value"),
    ("lines that do not add up", {"asset_code": "ZC-1", "item_sum": "600000"}, "sum", "items-differ"),
    ("assets of the income cover", {"cover": "收益保", "guaranteed": "1", "asset_code": "ZC-1", "item_sum": "1"}, "asset_code", "assets-of-income"),
    ("a period that is covered", {"starts": "2019-08-01"}, "starts", "overlap"),
]  # fmt: skip


async def _ground(story: People) -> Project:
    """A project with assets of every sort."""
    assets = [*TWO, {"name": "同名棚", "code": "A"}, {"name": "同名棚", "code": "B"}, {"name": "无值棚", "life_months": None}]
    return await make.project(story.town, name="石榴大棚", assets=assets)


@pytest.mark.parametrize(("change", "column", "code"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
async def test_every_fault_stands_at_its_cell(client: httpx.AsyncClient, story: People, change: Change, column: str, code: str) -> None:
    made = await _ground(story)
    row = policy_row(**({"code": made.code} | change))
    if code == "overlap":
        await taken_in(client, story.county, policies(policy_row(code=made.code, number="B-1")), KIND)
    blank = {column: ""} if column not in row else {}  # the column is there, its cell is not

    report = await tried(client, story.county, policies(row | blank), KIND)

    assert counts(report) == (0, 0, 1)
    assert {(fault["cell"], fault["code"]) for fault in report["faults"]} == {(cell((row | blank,), POLICY_COLUMNS, column), code)}
    assert all(fault["text"] and "{" not in fault["text"] for fault in report["faults"])


async def test_one_faulty_row_keeps_its_policy_out_and_no_other(client: httpx.AsyncClient, story: People) -> None:
    made, other = await make.project(story.town, assets=TWO), await make.project(story.town)
    rows = (
        policy_row(code=made.code, asset_code="ZC-1", item_sum="400000"),
        policy_row(code=made.code, asset_code="ZC-9", item_sum="300000", premium="2451"),
        policy_row(code=other.code, number="B-1"),
        policy_row(code=other.code, number="B-2", starts="2019-06-01"),
        policy_row(code=other.code, number="B-1", remark="又一次"),
    )

    twice = await tried(client, story.county, policies(*rows), KIND)
    report = await taken_in(client, story.county, policies(*rows[:4]), KIND)

    assert counts(twice) == (1, 0, 4), "a number that comes twice keeps both rows out, so that the period is free"
    assert {fault["code"] for fault in twice["faults"]} == {"held-back", "row-differs", "number-twice"}
    assert counts(report) == (1, 0, 3)
    rows = (*rows[:4], {})
    assert [(fault["cell"], fault["code"]) for fault in report["faults"]] == [
        ("A2", "held-back"), (cell(rows, POLICY_COLUMNS, "premium", 1), "row-differs"), (cell(rows, POLICY_COLUMNS, "starts", 3), "overlap"),
    ]  # fmt: skip


async def test_nothing_to_spread_a_sum_over(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town, assets=[{"life_months": None}])

    report = await tried(client, story.county, policies(policy_row(code=made.code)), KIND)

    assert [fault["code"] for fault in report["faults"]] == ["nothing-to-spread"]


async def test_the_same_file_again_changes_nothing_and_another_sum_is_refused(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    content = policies(policy_row(code=made.code))
    await taken_in(client, story.county, content, KIND)

    again = await taken_in(client, story.county, content, KIND)
    insurer = await db.fetchval("SELECT name FROM insurer WHERE code = 'INS-A'")
    named = policy_row(project=made.name, town="坛山街道", village="石门村", insurer=insurer)
    by_name = await tried(client, story.city, policies(named), KIND)
    other = await tried(client, story.county, policies(policy_row(code=made.code, sum="700000.01")), KIND)

    assert counts(again) == (0, 1, 0)
    assert "imported-before" in noted(again)
    assert counts(by_name) == (0, 1, 0), "the same policy, its project and insurer by name"
    assert [fault["code"] for fault in other["faults"]] == ["already-there"]
    assert "批改" in other["faults"][0]["text"]
    assert await db.fetchval("SELECT count(*) FROM policy") == 1


async def test_a_commit_is_done_once_and_by_what_was_looked_at(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    report = await tried(client, story.county, policies(policy_row(code=made.code)), KIND)
    office = await api(client, story.county)
    address = f"/opening-imports/{report['id']}/commit"

    stale = await office.post(address, {"version": report["version"] + 1})
    first = await office.post(address, {"version": report["version"]}, key="one")
    same = await office.post(address, {"version": report["version"]}, key="one")
    again = await office.post(address, {})
    unknown = await office.post(address, {"versions": 1})

    assert [answer.status_code for answer in (stale, first, same, again, unknown)] == [409, 200, 200, 409, 422]
    assert first.json() == same.json()
    assert await db.fetchval("SELECT count(*) FROM policy") == 1


async def test_another_countys_project_is_a_fault_and_its_import_is_not_there(client: httpx.AsyncClient, story: People) -> None:
    theirs = await make.project(story.other_town, town_code=JINGHE_TOWN)
    ours = await make.project(story.town)
    report = await tried(client, story.county, policies(policy_row(code=theirs.code), policy_row(code=ours.code, number="B-1")), KIND)
    stranger = await api(client, story.other_county)

    assert [(fault["cell"], fault["code"]) for fault in report["faults"]] == [("C2", "unknown-project")]
    assert (await stranger.get(f"/opening-imports/{report['id']}")).status_code == 404
    assert (await stranger.get(f"/opening-imports/{report['id']}/annotated")).status_code == 404
    assert (await stranger.post(f"/opening-imports/{report['id']}/commit", {})).status_code == 404
    assert (await stranger.get("/opening-imports")).json()["items"] == []


async def test_a_number_taken_out_of_sight_is_told_at_the_commit(client: httpx.AsyncClient, story: People) -> None:
    theirs, ours = await make.project(story.other_town, town_code=JINGHE_TOWN), await make.project(story.town)
    await taken_in(client, story.other_county, policies(policy_row(code=theirs.code)), KIND)
    office = await api(client, story.county)
    report = await tried(
        client, story.county, policies(policy_row(code=ours.code), policy_row(code=ours.code, number="B-1", last="2019-04-01")), KIND
    )

    stored = (await office.post(f"/opening-imports/{report['id']}/commit", {})).json()

    assert counts(report) == (1, 0, 1), "the second overlaps the first"
    assert (counts(stored), [fault["code"] for fault in stored["faults"]]) == ((0, 0, 2), ["number-taken", "overlap"])
    assert await offences() == []


@pytest.mark.parametrize("who", ["town", "adjuster_a", "approver_a", "maker", "leader", "auditor", "admin"])
async def test_only_city_and_county_offices_open(client: httpx.AsyncClient, story: People, who: str) -> None:
    reader = await api(client, story.everybody()[who])

    answers = [
        await reader.upload("/opening-imports", "a.csv", policies(policy_row(code="X")), {"kind": "policies"}),
        await reader.get("/opening-imports"),
        await reader.get("/opening-imports/1"),
        await reader.post("/opening-imports/1/commit", {}),
    ]

    assert {answer.status_code for answer in answers} == {403}


async def test_an_insurer_sees_its_own_opening_policies_only(client: httpx.AsyncClient, story: People) -> None:
    first, second = await make.project(story.town), await make.project(story.town)
    await taken_in(
        client, story.county, policies(policy_row(code=first.code), policy_row(code=second.code, number="B-1", insurer="INS-B")), KIND
    )

    seen = [(await (await api(client, who)).get("/policies")).json()["items"] for who in (story.adjuster_a, story.adjuster_b)]
    facts = []
    for actor in (story.adjuster_a, story.adjuster_b):
        async with db.transaction(actor.scope):
            facts.append(await db.fetchval("SELECT array_agg(stated ->> 'number') FROM policy_opening"))
            assert await db.fetchval("SELECT count(*) FROM opening_import") == 0

    assert [[one["number"] for one in items] for items in seen] == [["鲁产保2019-0007"], ["B-1"]] == facts
    assert (await (await api(client, story.adjuster_b)).get(f"/projects/{first.id}")).status_code == 404
    assert (await (await api(client, story.adjuster_b)).get(f"/projects/{second.id}")).status_code == 200


async def test_the_wrong_kind_or_file_is_told_by_field(client: httpx.AsyncClient, story: People) -> None:
    office = await api(client, story.county)
    content = policies(policy_row(code="X"))

    answers = [
        await office.upload("/opening-imports", "a.csv", content, {"kind": "projects"}),
        await office.upload("/opening-imports", "a.csv", content),
        await office.upload("/opening-imports", "a.csv", "日期,天气,备注\n1,2,3\n".encode(), {"kind": "policies"}),
    ]

    assert [(answer.status_code, answer.json()["errors"][0]["field"]) for answer in answers] == [
        (422, "kind"),
        (422, "kind"),
        (422, "file"),
    ]


async def test_the_annotated_copy_carries_the_faults(client: httpx.AsyncClient, story: People) -> None:
    report = await tried(client, story.county, policies(policy_row(code="XM-404")), KIND)

    answer = await (await api(client, story.county)).get(f"/opening-imports/{report['id']}/annotated")

    remarks = (await read_table_file(answer.content)).sheets[0].columns[-1]
    assert remarks[0] == "核对意见"
    assert "台账里没有这个项目" in str(remarks[1])


async def test_an_opening_fact_is_never_edited(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    await taken_in(client, story.county, policies(policy_row(code=made.code)), KIND)

    for statement in (
        "UPDATE policy_opening SET unpaid_fen = 1", "DELETE FROM policy_opening", "UPDATE policy SET opening = false, version = version + 1",
    ):  # fmt: skip
        with pytest.raises(Exception, match=r"permission denied|append-only|stays"):
            async with db.transaction(story.county.scope):
                await db.execute(statement)


@pytest.mark.parametrize(("who", "number", "said"), [("town", "B-1", "city or county"), ("county", "CY2019-000001", "policy_old_number")])
async def test_the_database_takes_no_opening_policy_otherwise(story: People, who: str, number: str, said: str) -> None:
    bound = await policy(await make.project(story.town), actor=story.town)
    columns = "project_id, region_path, insurer_id, cover, terms_version, terms_checksum, sum_insured_fen, premium_fen, steps, judgement, applied_by"

    with pytest.raises(Exception, match=said):
        async with db.transaction(story.everybody()[who].scope):
            await db.execute(
                f"INSERT INTO policy ({columns}, number, state, period, bound_on, opening) SELECT {columns}, $2, 'EXPIRED',"
                " '[2018-01-01,2019-01-01)', '2018-01-01', true FROM policy WHERE id = $1",
                bound.id, number,
            )  # fmt: skip


async def test_covers_of_both_sorts_count_in_the_figures_of_their_time(client: httpx.AsyncClient, story: People) -> None:
    made = await make.project(story.town)
    rows = (
        policy_row(code=made.code, starts="2018-08-01", last="2019-07-31"),
        policy_row(code=made.code, number="B-1", cover="收益保", guaranteed="36500", sum="36500", premium="365"),
    )
    await taken_in(client, story.county, policies(*rows), KIND)
    leader = await api(client, story.leader)

    then = (await leader.get("/figures", as_of="2019-07-31")).json()
    now = (await leader.get("/figures")).json()

    assert (then["industry_insured"], then["income_insured"]) == (1, 1)
    assert (now["industry_insured"], now["income_insured"]) == (0, 1)
    assert Cover.INCOME == "INCOME"
