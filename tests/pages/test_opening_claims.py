"""Past claims taken over from a workbook through HTTP: finished ones as they ended, open ones on their way, corrected by a new statement."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import make
from insurance.base import db
from make.openings import (
    CLAIM_COLUMNS,
    OPEN_CLAIM,
    a_new_loss,
    cell,
    claim_row,
    claims,
    counts,
    insured,
    noted,
    offences,
    taken_in,
    the_claim,
    tried,
)
from people import People, api

Answer = dict[str, Any]
TWO: list[Answer] = [{"code": "ZC-1"}, {"code": "ZC-2", "name": "2号棚", "cost_fen": 40_000_000}]


@pytest.mark.parametrize("who", ["city", "county"])
async def test_finished_claims_come_in_as_they_ended(client: httpx.AsyncClient, story: People, who: str) -> None:
    office = story.everybody()[who]
    await insured(story)
    rows = (
        claim_row(remark="原系统结案"),
        claim_row(number="B-2", loss="2019-05-10", outcome="拒赔", approved="0", paid=None, paid_on=None, reported="2019-05-11"),
        claim_row(number="B-3", loss="2019-05-11", outcome="撤案", assessed=None, approved=None, paid=None, paid_on=None, reported="2019-05-12"),
        claim_row(number="B-4", loss="2019-05-12", outcome="零结案", approved="0", paid="0", paid_on=None, reported="2019-05-13", ended="2019-07-01"),
    )  # fmt: skip

    report = await taken_in(client, office, claims(*rows))

    assert (counts(report), report["faults"]) == ((4, 0, 0), [])
    assert noted(report) == {"ended-from"}
    paid = await the_claim(client, office)
    assert (paid["state"], paid["opening"], paid["closed_on"]) == ("CLOSED", True, "2019-06-20")
    assert [paid[name] for name in ("reported_fen", "assessed_fen", "approved_fen", "paid_fen")] == [
        3_000_000,
        2_800_000,
        2_520_000,
        2_520_000,
    ]
    assert (paid["reported_at"][:10], paid["clocks"], paid["parts"]) == ("2019-05-05", [], [])
    others = [await the_claim(client, office, number) for number in ("B-2", "B-3", "B-4")]
    assert [(one["state"], one["paid_fen"], one["closed_on"]) for one in others] == [
        ("CLOSED", 0, "2019-05-11"), ("CLOSED", 0, "2019-05-12"), ("CLOSED", 0, "2019-07-01"),
    ]  # fmt: skip
    reader = await api(client, story.adjuster_a)
    (step,) = (await reader.get(f"/claims/{paid['id']}/working")).json()
    assert (step["rule"], step["result_fen"], step["text"]) == ("opening", 2_520_000, "期初录入，未经本系统核算")
    (event,) = (await reader.get(f"/claims/{paid['id']}/history")).json()["items"]
    assert (event["verb"], event["name"], event["from_state"], event["to_state"], event["on"]) == (
        "opening-entry", "期初录入", None, "CLOSED", "2019-05-05",
    )  # fmt: skip
    (stated,) = (await reader.get(f"/claims/{paid['id']}/opening")).json()
    assert (stated["version"], stated["outcome"], stated["note"], stated["payee_name"]) == (1, "PAID", "原系统结案", "石门村股份经济合作社")
    assert await offences() == []


async def test_what_was_paid_before_counts_in_the_figures_by_its_day(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row(), claim_row(**OPEN_CLAIM)))
    leader = await api(client, story.leader)

    before, after, open_then = [(await leader.get("/figures", as_of=day)).json() for day in ("2019-06-19", "2019-06-20", "2019-05-30")]
    now = (await leader.get("/figures")).json()

    assert [figure["paid_fen"] for figure in (before, after, now)] == [0, 2_520_000, 2_520_000]
    assert [figure["claims_open"] for figure in (open_then, after, now)] == [1, 0, 1], "it stood open until the day it ended"
    assert [month["paid_fen"] for month in now["paid_by_month"]] == [2_520_000]
    assert (await (await api(client, story.other_county)).get("/figures")).json()["paid_fen"] == 0


async def test_an_open_claim_goes_on_with_the_clocks_of_its_notice_to_approval(client: httpx.AsyncClient, story: People) -> None:
    await insured(story, assets=TWO)
    rows = (claim_row(**OPEN_CLAIM | {"paid": "5000", "paid_on": "2019-08-20"}), claim_row(**OPEN_CLAIM | {
        "number": "B-2", "loss": "2019-08-10", "outcome": "已报案", "reserve": None}))  # fmt: skip
    report = await taken_in(client, story.county, claims(*rows))
    adjuster, approver = await api(client, story.adjuster_a), await api(client, story.approver_a)
    opened, reported = await the_claim(client, story.county, "枣赔2019-010"), await the_claim(client, story.county, "B-2")

    assert (counts(report), noted(report)) == ((2, 0, 0), set())
    assert (opened["state"], opened["reserve_fen"], opened["paid_fen"]) == ("OPENED", 4_500_000, 500_000)
    assert (reported["state"], reported["reserve_fen"]) == ("REPORTED", None)
    running = {clock["code"]: clock for clock in opened["clocks"]}
    assert running["SURVEY"]["start_at"].startswith("2019-08-12T00:00")
    assert running["SURVEY"]["state"] == "late"
    assert running["OPENING"]["state"] == "done"
    assert {"survey", "assessment"} <= set((await adjuster.get(f"/claims/{opened['id']}")).json()["open_verbs"])
    book = await db.fetchval("SELECT sum(amount_fen) FROM transfer WHERE subject = $1 AND debit = '9001'", f"claim:{opened['id']}")
    assert book == 4_500_000
    items = await db.fetch("SELECT id FROM policy_item ORDER BY id")
    body = {"version": opened["version"], "lines": [{"policy_item_id": items[0]["id"], "loss_fen": 4_567_890}]}
    assessed = (await adjuster.post(f"/claims/{opened['id']}/assessment", body)).json()
    working = (await adjuster.get(f"/claims/{opened['id']}/working")).json()
    approved = await approver.post(f"/claims/{opened['id']}/approval", {"version": assessed["version"]})

    assert assessed["state"] == "ASSESSING"
    assert working[-1]["inputs"]["interim_paid_fen"] == 500_000
    assert approved.status_code == 200, approved.text
    (part,) = approved.json()["parts"]
    assert part["amount_fen"] == assessed["assessed_fen"] - 500_000, "what was paid ahead is taken off"
    assert (await adjuster.post(f"/claims/{reported['id']}/acceptance", {"version": 1})).json()["state"] == "ACCEPTED"
    assert await offences() == []


async def test_a_new_loss_on_an_old_policy_runs_to_approval_less_what_was_taken(client: httpx.AsyncClient, story: People) -> None:
    await insured(story, sum="65000")  # far below its value of 723,833.33 on the first day
    await taken_in(client, story.county, claims(claim_row(approved="60000", paid="60000")))

    approved = await a_new_loss(client, story, 68_000_000)

    assert approved["state"] == "APPROVED"
    assert approved["approved_fen"] == 500_000, "65,000 yuan insured, 60,000 of them taken by the past claim"
    assert await offences() == []


async def test_a_past_claim_is_reopened_and_keeps_what_was_paid(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row()))
    claim = await the_claim(client, story.county)
    adjuster, approver = await api(client, story.adjuster_a), await api(client, story.approver_a)

    reopened = (await approver.post(f"/claims/{claim['id']}/reopening", {"version": claim["version"], "reason": "漏赔"})).json()
    item = await db.fetchval("SELECT min(id) FROM policy_item")
    body = {"version": reopened["version"], "lines": [{"policy_item_id": item, "loss_fen": 4_000_000}]}
    assessed = (await adjuster.post(f"/claims/{claim['id']}/assessment", body)).json()
    approved = (await approver.post(f"/claims/{claim['id']}/approval", {"version": assessed["version"]})).json()

    assert (reopened["state"], reopened["paid_fen"], reopened["closed_on"]) == ("REOPENED", 2_520_000, None)
    assert approved["parts"][0]["amount_fen"] == approved["approved_fen"] - 2_520_000
    late = await (await api(client, story.county)).post(
        f"/claims/{claim['id']}/opening-corrections", {"version": approved["version"], "reason": "晚了", "note": "x"}
    )
    assert late.status_code == 409
    assert await offences() == []


Change = dict[str, Any]
FAULTS: list[tuple[str, Change, str, str]] = [
    ("no number", {"number": None}, "number", "missing"),
    ("a number of this program", {"number": "LA2019-0000012"}, "number", "number-of-this-system"),
    ("no policy", {"policy": None}, "policy", "missing"),
    ("an unknown policy", {"policy": "P-404"}, "policy", "unknown-policy"),
    ("no day of loss", {"loss": None}, "loss", "missing"),
    ("before the cover", {"loss": "2019-02-01"}, "loss", "loss-outside-period"),
    ("a loss after its notice", {"loss": "2019-05-06"}, "loss", "days-order"),
    ("no cause", {"peril": None}, "peril", "missing"),
    ("an unknown cause", {"peril": "被盗"}, "peril", "unknown-word"),
    ("no notice", {"reported": None}, "reported", "missing"),
    ("a notice to come", {"reported": "2019-09-05", "paid_on": "2019-09-06"}, "reported", "day-later"),
    ("no amount at all", {"reported_yuan": None, "assessed": None, "approved": None}, "reported_yuan", "missing"),
    ("no outcome", {"outcome": None}, "outcome", "missing"),
    ("an unknown outcome", {"outcome": "不详"}, "outcome", "unknown-word"),
    ("closed without an indemnity", {"approved": None, "paid": None, "paid_on": None}, "approved", "approved-missing"),
    ("closed and not paid up", {"paid": "20000"}, "paid", "paid-differs"),
    ("paid on no day", {"paid_on": None}, "paid_on", "paid-without-day"),
    ("a day of no payment", {"outcome": "未决", "paid": None, "approved": None}, "paid", "day-without-paid"),
    ("paid before its notice", {"paid_on": "2019-05-04"}, "paid_on", "days-order"),
    ("ended before its notice", {"ended": "2019-05-04"}, "ended", "days-order"),
    ("an indemnity of a refusal", {"outcome": "拒赔", "paid": None, "paid_on": None}, "approved", "money-of-refused"),
    ("a payment of a withdrawal", {"outcome": "撤案", "approved": None}, "paid", "money-of-refused"),
    ("an asset that is not insured", {"asset_code": "ZC-9"}, "asset_code", "unknown-asset"),
    ("an amount in words", {"assessed": "约三万"}, "assessed", "amount-unreadable"),
    ("a month only", {"loss": "2019-05"}, "loss", "date-without-day"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "code"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
async def test_every_fault_stands_at_its_cell(client: httpx.AsyncClient, story: People, change: Change, column: str, code: str) -> None:
    await insured(story)
    row = claim_row(**change)
    blank = {column: ""} if column not in row else {}

    report = await tried(client, story.county, claims(row | blank))

    assert counts(report) == (0, 0, 1)
    found = {(fault["cell"], fault["code"]) for fault in report["faults"]}
    assert (cell((row | blank,), CLAIM_COLUMNS, column), code) in found
    assert len(found) == 1 or code == "day-later"
    assert all(fault["text"] and "{" not in fault["text"] for fault in report["faults"])


async def test_the_same_loss_or_number_twice(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    rows = (
        claim_row(),
        claim_row(number="B-2"),
        claim_row(loss="2019-05-10", reported="2019-05-11"),
        claim_row(number="B-4", outcome="撤案", approved=None, paid=None, paid_on=None),
    )
    report = await taken_in(client, story.county, claims(*rows))
    again = await taken_in(client, story.county, claims(*rows[:1], rows[3]))
    other = await tried(client, story.county, claims(claim_row(approved="25000", paid="25000")))

    assert (counts(report), [fault["code"] for fault in report["faults"]]) == ((2, 0, 2), ["same-loss", "number-twice"])
    assert counts(again) == (0, 2, 0)
    assert [fault["code"] for fault in other["faults"]] == ["already-there"]
    assert await db.fetchval("SELECT count(*) FROM claim") == 2
    assert await offences() == []


async def test_the_indemnity_is_taken_from_the_named_asset_or_shared(client: httpx.AsyncClient, story: People) -> None:
    await insured(story, assets=TWO)
    named, shared = claim_row(asset_code="ZC-2"), claim_row(number="B-2", loss="2019-05-10", reported="2019-05-11")

    report = await taken_in(client, story.county, claims(named, shared))

    taken = await db.fetch("SELECT items_fen FROM claim_opening ORDER BY claim_id")
    assert "shared-over-items" in noted(report)
    assert [list(row["items_fen"]) for row in taken] == [[2_520_000], [1_720_000, 800_000]], "as 477,777.78 to 222,222.22 insured"


async def test_an_insurer_sees_its_own_past_claims_only(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await insured(story, number="B-P", insurer="INS-B")
    await taken_in(client, story.county, claims(claim_row(), claim_row(number="B-1", policy="B-P")))

    seen = []
    for actor in (story.adjuster_a, story.adjuster_b):
        seen.append([one["number"] for one in (await (await api(client, actor)).get("/claims")).json()["items"]])
        async with db.transaction(actor.scope):
            assert await db.fetchval("SELECT count(*) FROM claim_opening") == 1
    claim = await the_claim(client, story.county)

    assert seen == [["枣赔2019-003"], ["B-1"]]
    assert (await (await api(client, story.adjuster_b)).get(f"/claims/{claim['id']}/opening")).status_code == 404


async def test_another_countys_policy_is_a_fault(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)

    report = await tried(client, story.other_county, claims(claim_row()))

    assert [fault["code"] for fault in report["faults"]] == ["unknown-policy"]


async def test_the_database_alone_keeps_opening_facts(client: httpx.AsyncClient, story: People) -> None:
    await insured(story)
    await taken_in(client, story.county, claims(claim_row()))
    claim, own = await the_claim(client, story.county), await make.reported(story)
    moved = "last_verb = 'opening-correction', version = version + 1"

    for who, statement in (
        (story.county, "UPDATE claim_opening SET paid_fen = 1"),
        (story.county, "DELETE FROM claim_opening"),
        (story.county, f"UPDATE claim SET opening = false, {moved} WHERE id = {claim['id']}"),
        (story.county, f"UPDATE claim SET {moved} WHERE id = {own.id}"),
        (story.town, f"UPDATE claim SET {moved} WHERE id = {claim['id']}"),
        (story.approver_a, f"UPDATE claim SET opening_paid_fen = 1, last_verb = 'reopening', state = 'REOPENED', version = 2 WHERE id = {claim['id']}"),
    ):  # fmt: skip
        with pytest.raises(Exception, match=r"permission denied|append-only|stays|may not go|new one"):
            async with db.transaction(who.scope):
                await db.execute(statement)
