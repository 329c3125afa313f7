"""The whole job over HTTP: an office's workbook in, both covers bound, a typhoon, and the money matched with the bank, to the fen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from insurance.access import clock
from make.journey import ACCOUNT, GREENHOUSE, SOLAR, STORE, VILLAGE, statement, workbook
from make.projects import PDF
from people import Api, People, api

TANSHAN, YICHENG = "370404001", "370404"
STEPS = [  # verb, state after it, word of the audit trail
    ("report", "REPORTED", "claim.reported"),
    ("acceptance", "ACCEPTED", "claim.accepted"),
    ("assignment", "SURVEYING", "claim.assigned"),
    ("survey", "OPENED", "claim.surveyed"),
    ("assessment", "ASSESSING", "claim.assessed"),
    ("approval", "APPROVED", "claim.approved"),
    ("agreement", "APPROVED", "claim.signed"),
    ("agreement", "AGREED", "claim.agreed"),
    ("payout", "PAYING", "claim.payout-ordered"),
    ("settled", "PAID", "claim.settled"),
    ("closure", "CLOSED", "claim.closed"),
]


@pytest.fixture
def today() -> Iterator[Any]:
    """`today("2019-05-06")` turns the business day; afterwards it is what it was."""
    before = clock.pinned()
    yield lambda day: clock.pin(date.fromisoformat(day))
    clock.pin(before)


class City:
    """Everybody's client, and what a request must answer."""

    def __init__(self, **people: Api) -> None:
        self.people = people

    async def get(self, who: str, path: str, **query: Any) -> Any:
        answer = await self.people[who].get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        answer = await self.people[who].post(path, body, **more)
        assert answer.status_code == status, f"{path}: {answer.text}"
        if status == 201:
            assert answer.headers["location"].startswith("/api/v1/"), path
        return answer.json()

    async def give(self, who: str, path: str, name: str, content: bytes, status: int = 201, **fields: str) -> Any:
        answer = await self.people[who].upload(path, name, content, fields)
        assert answer.status_code == status, f"{path}: {answer.text}"
        return answer.json()

    async def verb(self, who: str, claim: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
        """A verb of a claim with the version that was last seen."""
        made: dict[str, Any] = await self.post(who, f"/claims/{claim['id']}/{verb}", body | {"version": claim["version"]})
        assert made["version"] == claim["version"] + 1
        return made


@pytest.fixture
async def city(client: httpx.AsyncClient, story: People) -> City:
    """A client for everybody of the story."""
    return City(**{name: await api(client, actor) for name, actor in story.everybody().items()})


async def test_from_an_offices_workbook_to_matched_payouts(city: City, today: Any) -> None:
    today("2019-05-06")
    projects = await register(city)
    await prove(city, projects)
    policies = await enrol(city, projects)

    today("2019-08-12")
    disaster, claims = await strike(city, projects)
    asset, income = claims[GREENHOUSE], claims[SOLAR]

    asset = await survey(city, asset, "adjuster_a", today)
    asset = await settle_asset(city, asset, policies[GREENHOUSE, "INDUSTRY"], today)
    await pay(city, asset, 4_003_101, today, "2019-08-23")
    await close(city, asset, "adjuster_a", 4_003_101)

    income = await survey(city, income, "adjuster_b", today)
    income = await settle_income(city, income, today)
    await pay(city, income, 384_000, today, "2019-10-10")
    await close(city, income, "adjuster_b", 384_000)

    await figures(city, disaster)


# -- register ---------------------------------------------------------------------------------------------------------


async def register(city: City) -> dict[str, int]:
    """The workbook tried, committed, and the projects by name."""
    tried = await city.give("county", "/register-imports", "坛山台账.xlsx", workbook())
    assert (tried["rows"], tried["created"], tried["updated"], tried["unchanged"], tried["faulty"]) == (4, 3, 0, 0, 1)
    assert {fault["cell"] for fault in tried["faults"]} == {"H7", "L7"}, tried["faults"]
    assert "约三十" not in str(tried["faults"]), "a fault names the cell, not what stood in it"
    assert (await city.get("county", "/projects"))["items"] == [], "a dry run stores nothing"

    done = await city.post("county", f"/register-imports/{tried['id']}/commit", {"version": tried["version"]})
    assert (done["state"], done["created"], done["faulty"]) == ("COMMITTED", 3, 1)
    again = await city.give("county", "/register-imports", "另存为.xlsx", workbook())
    assert (again["rows"], again["created"], again["unchanged"], again["faulty"]) == (4, 0, 3, 1)

    found = (await city.get("county", "/projects", sort="name"))["items"]
    assert {item["name"]: item["town_code"] for item in found} == dict.fromkeys((GREENHOUSE, SOLAR, STORE), TANSHAN)
    assert (await city.get("other_county", "/projects"))["items"] == []
    projects = {item["name"]: item["id"] for item in found}
    value = await city.get("leader", f"/projects/{projects[GREENHOUSE]}/net-value", as_of="2019-08-11")
    assert (value["cost_fen"], value["depreciation_fen"], value["impairment_fen"], value["net_value_fen"]) == (
        86_000_000, 17_020_833, 0, 68_979_167,
    )  # fmt: skip
    return projects


async def prove(city: City, projects: dict[str, int]) -> None:
    """Facts and papers until both covers may be bound, and where the village is paid."""
    before = await city.get("county", f"/projects/{projects[SOLAR]}/eligibility")
    assert before["income"]["result"] == "REFER"
    assert {r["code"] for r in before["income"]["reasons"] if r["passed"] is not True} == {"I-BASE"}

    for name, project in projects.items():
        path = f"/projects/{project}"
        known: dict[str, Any] = {"insurable_interest": True} | (
            {"income_basis": "AGREEMENT", "income_basis_on": "2019-04-01"} if name == SOLAR else {}
        )
        version = (await city.get("county", path))["version"]
        await city.post("county", path, known | {"version": version}, method="PATCH")
        for kind in ("TITLE", "APPLICATION", *(("INCOME_AGREEMENT",) if name == SOLAR else ())):
            await city.give("county", f"{path}/documents", f"{kind}.pdf", PDF + kind.encode(), kind=kind, dated_on="2019-05-05")
    account = {"holder_name": VILLAGE, "bank_name": "峄城农村商业银行坛山支行", "account_number": ACCOUNT}
    entered = await city.post("county", f"/projects/{projects[SOLAR]}/payee-accounts", account, status=201)
    assert (entered["state"], entered["account"]) == ("CURRENT", "****1234")

    after = await city.get("county", f"/projects/{projects[SOLAR]}/eligibility", as_of="2019-05-06")
    assert (after["industry"]["result"], after["income"]["result"]) == ("ELIGIBLE", "ELIGIBLE"), after


async def enrol(city: City, projects: dict[str, int]) -> dict[tuple[str, str], int]:
    """The asset cover for all three with the county's insurer, the income cover for one with another; policy ids."""
    rule = {"county_code": YICHENG, "from_on": "2019-01-01"}
    await city.post("city", "/insurer-rules", rule | {"cover": "INDUSTRY", "insurer": "INS-A"}, status=201)
    await city.post("city", "/insurer-rules", rule | {"cover": "INCOME", "insurer": "INS-B"}, status=201)

    quote = await city.post(
        "county", "/quotes", {"project": projects[GREENHOUSE], "cover": "INDUSTRY", "starts_on": "2019-05-07"}, status=201
    )
    # 22 months are posted on 2019-05-07: 86,000,000 - 81,700,000 x 22/120
    assert (quote["insurer"], quote["sum_insured_fen"], quote["premium_fen"]) == ("INS-A", 71_021_667, 248_576)
    assert {share["payer"]: share["amount_fen"] for share in quote["shares"] if share["amount_fen"]} == {
        "CITY": 99_431, "COUNTY": 99_430, "INSURED": 49_715,
    }  # fmt: skip
    first = await city.post("county", "/policies", {"quote": quote["id"]}, status=201)
    rest = await city.post(
        "county", "/policies/bulk", {"projects": list(projects.values()), "cover": "INDUSTRY", "starts_on": "2019-05-07"}
    )
    assert (rest["bound"], rest["refused"]) == (2, 1)
    assert {item["refusal"]["code"] for item in rest["items"] if item["refusal"]} == {"already-covered"}
    income = await city.post("county", "/policies", {"project": projects[SOLAR], "cover": "INCOME", "starts_on": "2019-05-07"}, status=201)
    assert (income["insurer"], income["guaranteed_fen"]) == ("INS-B", 3_650_000)

    names = {project: name for name, project in projects.items()}
    bound = {(names[item["project"]], "INDUSTRY"): item["policy"]["id"] for item in rest["items"] if item["policy"]}
    (done,) = [line for line in (await city.get("county", "/register-imports"))["items"] if line["state"] == "COMMITTED"]
    rests = await city.people["county"].post(f"/register-imports/{done['id']}/undo", {"version": done["version"]})
    assert (rests.status_code, {error["field"] for error in rests.json()["errors"]} >= {"policy", "quote", "document"}) == (409, True)
    return bound | {(GREENHOUSE, "INDUSTRY"): first["id"], (SOLAR, "INCOME"): income["id"]}


# -- the typhoon ------------------------------------------------------------------------------------------------------


async def strike(city: City, projects: dict[str, int]) -> tuple[str, dict[str, dict[str, Any]]]:
    """利奇马: declared, two projects report at once, a third by itself and once only; its claim is withdrawn again."""
    declared = {
        "code": "LEKIMA-1909", "name": "台风利奇马", "peril": "TYPHOON", "from_on": "2019-08-10", "until_on": "2019-08-12", "towns": [TANSHAN],
    }  # fmt: skip
    disaster = await city.post("county", "/disasters", declared, status=201)
    where = f"/disasters/{disaster['id']}"
    silent = (await city.get("county", f"{where}/unreported"))["items"]
    assert {item["project"]["name"] for item in silent} == set(projects)

    loss = {"loss_at": "2019-08-11T06:00:00+08:00", "peril": "RAINSTORM"}
    reports = [
        loss | {"project_id": projects[GREENHOUSE], "cover": "INDUSTRY", "reported_fen": 5_000_000},
        loss | {"project_id": projects[SOLAR], "cover": "INCOME", "reported_fen": 500_000},
        loss | {"project_id": projects[SOLAR], "cover": "INDUSTRY", "reported_fen": 10**12},
    ]
    told = await city.post("county", f"{where}/reports", {"reports": reports}, status=201)
    assert (told["reported"], told["refused"]) == (2, 1)
    assert [error["field"] for error in told["items"][2]["errors"]] == ["reported_fen"]
    made = [item["claim"] for item in told["items"][:2]]
    assert len({claim["number"] for claim in made}) == 2
    assert [(claim["state"], claim["disaster"]["code"], claim["insurer"]["code"]) for claim in made] == [
        ("REPORTED", "LEKIMA-1909", "INS-A"), ("REPORTED", "LEKIMA-1909", "INS-B"),
    ]  # fmt: skip

    await report_once(city, projects[STORE], disaster["id"])
    silent = (await city.get("county", f"{where}/unreported"))["items"]
    assert [item["project"]["name"] for item in silent if item["project"]["name"] != SOLAR] == [STORE], "what was withdrawn is silent again"
    assert (await city.people["other_county"].get(where)).status_code in (200, 404)
    return disaster["code"], dict(zip((GREENHOUSE, SOLAR), made, strict=True))


async def report_once(city: City, project: int, disaster: int) -> None:
    """A report by itself: only with a key, once however often it is sent, never twice for one loss."""
    office = city.people["county"]
    body = {
        "project_id": project, "cover": "INDUSTRY", "disaster_id": disaster, "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 100_000,
    }  # fmt: skip

    assert (await office.post("/claims", body, headers={"idempotency-key": ""})).status_code == 400
    first = await office.post("/claims", body, key="one-report")
    again = await office.post("/claims", body, key="one-report")
    other = await office.post("/claims", body | {"reported_fen": 200_000}, key="one-report")
    twin = await office.post("/claims", body, key="another-key")

    assert (first.status_code, again.status_code, other.status_code, twin.status_code) == (201, 201, 422, 409), other.text
    assert (first.content, first.headers["location"]) == (again.content, again.headers["location"])
    claim = first.json()
    assert first.headers["location"] == f"/api/v1/claims/{claim['id']}"
    assert claim["number"] in twin.text
    corrected = await city.verb("county", claim, "correction", reported_fen=150_000)
    assert corrected["reported_fen"] == 150_000
    gone = await city.verb("county", corrected, "withdrawal", reason="现场核实无损失")
    assert gone["state"] == "WITHDRAWN"


async def survey(city: City, claim: dict[str, Any], adjuster: str, today: Any) -> dict[str, Any]:
    """受理, a visit planned and made, evidence on file."""
    other = "adjuster_b" if adjuster == "adjuster_a" else "adjuster_a"
    assert (await city.people[other].get(f"/claims/{claim['id']}")).status_code == 404
    worklist = (await city.get(adjuster, "/claims", state="REPORTED"))["items"]
    assert [item["id"] for item in worklist] == [claim["id"]]

    today("2019-08-13")
    claim = await city.verb(adjuster, claim, "acceptance", proofs_on="2019-08-12")
    claim = await city.verb(adjuster, claim, "assignment", visit_at="2019-08-13T09:30:00+08:00", surveyor="查勘一组")
    today("2019-08-14")
    claim = await city.verb(
        adjuster, claim, "survey", visited_at="2019-08-13T10:00:00+08:00", place="石门村", cause="暴雨", findings="受损属实", reserve_fen=4_500_000,
    )  # fmt: skip
    assert claim["state"] == "OPENED"
    filed = await city.give(adjuster, f"/claims/{claim['id']}/evidence", "现场.pdf", PDF + b"scene", status=200, kind="SCENE")
    assert filed == await city.get(adjuster, f"/claims/{claim['id']}"), "evidence answers the claim as it now stands"
    return claim


async def settle_asset(city: City, claim: dict[str, Any], policy: int, today: Any) -> dict[str, Any]:
    """A3 of the reference: repair 4,567,890, salvage kept 120,000, deductible greater of 100,000 and a tenth: 4,003,101."""
    today("2019-08-20")
    (item,) = (await city.get("adjuster_a", f"/policies/{policy}", months="yes"))["items"]
    line = {"policy_item_id": item["id"], "loss_fen": 4_567_890, "salvage_fen": 120_000}
    claim = await city.verb("adjuster_a", claim, "assessment", lines=[line])
    assert (claim["state"], claim["assessed_fen"]) == ("ASSESSING", 4_003_101)

    today("2019-08-21")
    refused = await city.people["adjuster_a"].post(f"/claims/{claim['id']}/approval", {"version": claim["version"]})
    stale = await city.people["approver_a"].post(f"/claims/{claim['id']}/approval", {"version": claim["version"] - 1})
    assert (refused.status_code, stale.status_code) == (403, 409)
    return await agree(city, claim, "adjuster_a", "approver_a", 4_003_101)


async def settle_income(city: City, claim: dict[str, Any], today: Any) -> dict[str, Any]:
    """I4 of the reference: 10,000 a day, 2,000 still earned, out 55 days, 7 of them waited: 384,000."""
    today("2019-10-08")
    outage = {"damaged_on": "2019-08-11", "resumed_on": "2019-10-05", "earned_daily_fen": 2_000}
    claim = await city.verb("adjuster_b", claim, "assessment", outage=outage)
    assert claim["assessed_fen"] == 384_000
    return await agree(city, claim, "adjuster_b", "approver_b", 384_000)


async def agree(city: City, claim: dict[str, Any], adjuster: str, approver: str, amount_fen: int) -> dict[str, Any]:
    """核赔 by somebody else, then both signatures; no money can be ordered before."""
    claim = await city.verb(approver, claim, "approval")
    assert (claim["state"], claim["approved_fen"], claim["missing_signatures"]) == ("APPROVED", amount_fen, ["office", "adjuster"])
    early = await city.people["maker"].post("/payouts", {"claim_id": claim["id"], "version": claim["version"]})
    assert early.status_code == 409, early.text
    claim = await city.verb("county", claim, "agreement")
    assert claim["state"] == "APPROVED"
    claim = await city.verb(adjuster, claim, "agreement")
    assert claim["state"] == "AGREED"
    steps = await city.get(adjuster, f"/claims/{claim['id']}/working")
    assert steps[-1]["result_fen"] == amount_fen
    assert all(step["text"] and step["rule"] for step in steps)
    return claim


# -- money ------------------------------------------------------------------------------------------------------------


async def pay(city: City, claim: dict[str, Any], amount_fen: int, today: Any, day: str) -> None:
    """Ordered once, released by another, booked by the bank, matched by its number."""
    today(day)
    maker, body = city.people["maker"], {"claim_id": claim["id"], "version": claim["version"]}
    assert (await maker.post("/payouts", body, headers={"idempotency-key": ""})).status_code == 400
    first = await maker.post("/payouts", body, key=f"order-{claim['id']}")
    again = await maker.post("/payouts", body, key=f"order-{claim['id']}")
    other = await maker.post("/payouts", body | {"version": 99}, key=f"order-{claim['id']}")
    twin = await maker.post("/payouts", body)
    assert (first.status_code, again.status_code, other.status_code, twin.status_code) == (201, 201, 422, 409), first.text + twin.text
    order = first.json()
    assert (first.content, first.headers["location"]) == (again.content, f"/api/v1/payouts/{order['id']}")
    assert (order["state"], order["amount_fen"], order["payee_name"]) == ("ORDERED", amount_fen, VILLAGE)
    assert ACCOUNT not in first.text

    own = await maker.post(f"/payouts/{order['id']}/release", {"version": order["version"]})
    assert own.status_code == 403
    released = await city.post("checker", f"/payouts/{order['id']}/release", {"version": order["version"]})
    assert released["state"] == "RELEASED"
    content = statement(date.fromisoformat(day), [(amount_fen, order["token"])])
    read = await city.give("maker", "/statements", "流水.csv", content)
    assert (read["lines"], read["new_lines"], read["matched"], read["open"]) == (2, 2, 1, 1)
    lines = (await city.get("auditor", f"/statements/{read['id']}/matches"))["items"]
    assert [(line["bucket"], line["rule"]) for line in lines] == [("MATCHED", "M1"), ("FEE", None)]
    assert lines[0]["reason"]
    assert (await city.get("maker", f"/payouts/{order['id']}"))["state"] == "SETTLED"
    same = await maker.upload("/statements", "再传一次.csv", content)
    assert same.json()["new_lines"] == read["new_lines"]
    assert same.json()["repeated"] is True


async def close(city: City, claim: dict[str, Any], adjuster: str, amount_fen: int) -> None:
    """已赔付, closed, and every step of it told once in history and audit."""
    paid = await city.get(adjuster, f"/claims/{claim['id']}")
    assert (paid["state"], paid["paid_fen"]) == ("PAID", amount_fen)
    closed = await city.verb(adjuster, paid, "closure")
    assert (closed["state"], closed["open_verbs"]) == ("CLOSED", [])

    events = (await city.get(adjuster, f"/claims/{claim['id']}/history"))["items"]
    assert [(event["verb"], event["to_state"]) for event in events] == [(verb, state) for verb, state, _ in STEPS]
    audited = (await city.get("auditor", "/audit", subject=f"claim:{claim['id']}"))["items"]
    told = [line["verb"] for line in reversed(audited) if line["verb"].startswith("claim.")]
    assert told == [word for _, _, word in STEPS], "exactly one audit row for every event"


async def figures(city: City, disaster: str) -> None:
    """As of a day: what was insured, open and paid by then."""
    days = ("2019-05-06", "2019-05-07", "2019-08-12", "2019-08-22", "2019-08-23", "2019-10-10")
    seen = {day: await city.get("leader", "/figures", as_of=day) for day in days}
    assert [(seen[day]["projects"], seen[day]["industry_insured"], seen[day]["income_insured"]) for day in days[:2]] == [
        (3, 0, 0),
        (3, 3, 1),
    ]
    assert [seen[day]["paid_fen"] for day in days] == [0, 0, 0, 0, 4_003_101, 4_387_101]
    assert [seen[day]["claims_open"] for day in days] == [0, 0, 2, 2, 1, 0]
    assert seen["2019-08-12"]["claims_by_disaster"] == [{"code": disaster, "name": "台风利奇马", "reported": 3, "open": 2}]
    assert [county["paid_fen"] for county in seen["2019-10-10"]["by_county"] if county["code"] == YICHENG] == [4_387_101]
    late = await city.people["leader"].get("/figures", as_of="2019-10-11")
    assert late.status_code == 422
