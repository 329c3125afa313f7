"""Claims over HTTP, by the people who do the work: from a loss report to the signed agreement, for both covers."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.claims import lifecycle
from insurance.claims.model import ClaimState, Verb
from insurance.policies.model import Cover
from make.claims import Loss, claim_in
from make.projects import PDF
from people import Api, People, api

CONTRACT = {
    "id", "number", "state", "cover", "policy", "project", "insurer", "disaster", "peril", "loss_at", "reported_at", "reported_fen",
    "assessed_fen", "approved_fen", "paid_fen", "clocks", "open_verbs", "version",
}  # fmt: skip
CLOCK = {"code", "name", "article", "start_at", "due_at", "state", "rolled_from", "provisional"}
LOSS_AT = "2019-08-11T06:00:00+08:00"


class Teller:
    """One claim followed through the service by different people."""

    def __init__(self, client: httpx.AsyncClient, story: People) -> None:
        self.client, self.story, self.people = client, story, {}  # type: ignore[var-annotated]  # filled by `of`
        self.claim: dict[str, Any] = {}

    async def of(self, actor: Actor) -> Api:
        if actor.username not in self.people:
            self.people[actor.username] = await api(self.client, actor)
        found: Api = self.people[actor.username]
        return found

    async def report(self, loss: Loss, **known: Any) -> None:
        body = {"policy_id": loss.policy_id, "loss_at": LOSS_AT, "reported_fen": 4_600_000, "peril": "RAINSTORM"} | known
        told = await (await self.of(self.story.town)).post("/claims", body)
        assert told.status_code == 201, told.text
        self.claim = told.json()
        assert told.headers["location"] == f"/api/v1/claims/{self.claim['id']}"

    async def do(self, verb: str, actor: Actor, **body: Any) -> dict[str, Any]:
        told = await (await self.of(actor)).post(f"/claims/{self.claim['id']}/{verb}", {"version": self.claim["version"]} | body)
        assert told.status_code == 200, told.text
        self.claim = told.json()
        return self.claim

    async def get(self, path: str, actor: Actor) -> Any:
        told = await (await self.of(actor)).get(f"/claims/{self.claim['id']}{path}")
        assert told.status_code == 200, told.text
        return told.json()


@pytest.fixture
def teller(client: httpx.AsyncClient, story: People) -> Teller:
    """Nobody has reported anything yet."""
    return Teller(client, story)


SURVEY = {
    "visited_at": "2019-08-30T08:30:00+08:00",
    "place": "1号棚",
    "cause": "暴雨积水",
    "findings": "倒塌三跨",
    "reserve_fen": 4_500_000,
}


async def test_an_asset_claim_goes_from_the_report_to_the_agreement(teller: Teller, story: People) -> None:
    loss = await make.insured(story)
    town, adjuster, approver = story.town, story.adjuster_a, story.approver_a

    await teller.report(loss, account_of_loss="棚体东侧倒塌")
    assert set(teller.claim) >= CONTRACT
    assert set(teller.claim["clocks"][0]) >= CLOCK
    assert teller.claim["open_verbs"] == ["correction", "withdrawal"]
    await teller.do("correction", town, reported_fen=4_700_000)
    await teller.do("acceptance", adjuster, proofs_on="2019-08-14")
    await teller.do("assignment", adjuster, visit_at="2019-08-30T08:30:00+08:00", surveyor="李查勘")
    await teller.do("survey", adjuster, **SURVEY)
    await teller.do("papers-notice", adjuster)
    assert teller.claim["state"] == "SUPPLEMENT"
    await teller.do("papers", town)
    await teller.do("papers", adjuster)
    line = {"policy_item_id": loss.item_ids[0], "loss_fen": 4_567_890, "salvage_fen": 120_000, "note": "修复三跨"}
    await teller.do("assessment", adjuster, lines=[line])
    assert (teller.claim["state"], teller.claim["assessed_fen"]) == ("ASSESSING", 4_003_101)
    await teller.do("approval", approver, note="同意")
    await teller.do("agreement", town)
    assert teller.claim["missing_signatures"] == ["adjuster"]
    await teller.do("agreement", adjuster, signed_on="2019-08-30")

    assert (teller.claim["state"], teller.claim["approved_fen"], teller.claim["paid_fen"]) == ("AGREED", 4_003_101, 0)
    payment = next(clock for clock in teller.claim["clocks"] if clock["code"] == "PAYMENT")
    assert (payment["state"], payment["due_at"], payment["provisional"]) == ("running", "2019-09-09T23:59:59+08:00", False)
    steps = await teller.get("/working", town)
    assert set(steps[0]) == {"step", "rule", "inputs", "result_fen", "text"}
    assert steps[-1]["result_fen"] == 4_003_101
    events = (await teller.get("/history", town))["items"]
    assert [event["to_state"] for event in events][-1] == "AGREED"
    assert len(events) == teller.claim["version"]
    assert await teller.get("", story.maker) == teller.claim | {"open_verbs": ["payout"]}


async def test_an_income_claim_goes_from_the_report_to_the_agreement(teller: Teller, story: People) -> None:
    loss = await make.insured(story, Cover.INCOME)

    await teller.report(loss, reported_fen=2_000_000)
    await teller.do("acceptance", story.adjuster_a)
    await teller.do("survey", story.adjuster_a, **SURVEY)
    await teller.do("assessment", story.adjuster_a, income={"actual_fen": 1_000_000, "from_on": "2019-03-02", "last_on": "2019-08-29"})
    await teller.do("publicity", story.town, place="石门村村务公开栏")
    await teller.do("objection", story.county, reason="少计一笔销售收入", raised_by="村民")
    answer = {"objection_outcome": "UPHELD", "objection_answer": "按银行流水核减该笔收入"}
    income = {"actual_fen": 900_000, "from_on": "2019-03-02", "last_on": "2019-08-29"}
    await teller.do("assessment", story.adjuster_a, income=income, **answer)
    await teller.do("approval", story.approver_a)
    await teller.do("agreement", story.adjuster_a)
    await teller.do("agreement", story.county)

    assert (teller.claim["state"], teller.claim["cover"], teller.claim["approved_fen"]) == ("AGREED", "INCOME", 2_009_381)
    assert [step["rule"] for step in await teller.get("/working", story.leader)][-2:] == ["round", "payable"]


async def test_the_same_key_gives_the_first_answer_and_one_claim(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story)
    town = await api(client, story.town)
    body = {"policy_id": loss.policy_id, "loss_at": LOSS_AT, "reported_fen": 1, "peril": "HAIL"}

    first = await town.post("/claims", body, key="one")
    twin = await town.post("/claims", body, key="one")
    other_body = await town.post("/claims", body | {"reported_fen": 2}, key="one")
    other_key = await town.post("/claims", body, key="two")

    assert (first.status_code, twin.status_code, other_body.status_code, other_key.status_code) == (201, 201, 422, 409)
    assert twin.content == first.content
    assert first.json()["number"] in other_key.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"reported_fen": "1"}, 422, "reported_fen"),
        ({"reported_fen": 1.5}, 422, "reported_fen"),
        ({"loss_at": "2019-08-11"}, 422, "loss_at"),
        ({"state": "PAID"}, 422, "state"),
        ({"version": 1}, 422, "version"),
        ({"peril": "RAIN"}, 422, "peril"),
        ({"policy_id": 2**63}, 422, "policy_id"),
        ({"policy_id": 2**62}, 422, "policy_id"),
        ({"account_of_loss": "\u0000"}, 422, ""),
    ],
)
async def test_a_report_that_cannot_be_used_names_its_field(
    client: httpx.AsyncClient, story: People, body: dict[str, Any], status: int, field: str
) -> None:
    loss = await make.insured(story)
    whole = {"policy_id": loss.policy_id, "loss_at": LOSS_AT, "reported_fen": 1, "peril": "HAIL"} | body

    told = await (await api(client, story.town)).post("/claims", whole)

    assert told.status_code == status
    assert [error["field"] for error in told.json()["errors"]] == [field]


async def test_absent_foreign_forbidden_stale_and_closed_are_told_apart(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(ClaimState.ACCEPTED, story)
    path = f"/claims/{claim.id}/acceptance"

    async def tried(actor: Actor, version: int, path: str = path) -> int:
        return (await (await api(client, actor)).post(path, {"version": version})).status_code

    assert await tried(story.adjuster_a, 1, "/claims/4611686018427387904/acceptance") == 404
    assert await tried(story.adjuster_b, claim.version) == 404
    assert await tried(story.town, claim.version) == 403
    assert await tried(story.adjuster_a, claim.version) == 409
    assert await tried(story.adjuster_a, 1, f"/claims/{claim.id}/assignment") == 422
    assert await tried(story.adjuster_a, 0) == 422


async def test_every_verb_of_the_table_has_its_route_with_its_guard(client: httpx.AsyncClient, story: People) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    claim = await claim_in(ClaimState.REPORTED, story)
    auditor = await api(client, story.auditor)
    posted = {edge.verb for edge in lifecycle.TABLE} - lifecycle.CONSEQUENCES - {Verb.REPORT, Verb.PAYOUT}

    for verb in posted:
        route = document["paths"][f"/api/v1/claims/{{claim_id}}/{verb}"]["post"]
        example = route["requestBody"]["content"]["application/json"]["example"]
        assert route["description"], verb
        assert (await auditor.post(f"/claims/{claim.id}/{verb}", example)).status_code == 403, verb


async def test_a_list_pages_by_key_and_says_when_it_ends(client: httpx.AsyncClient, story: People) -> None:
    for _ in range(3):
        await make.reported(story)
    reader = await api(client, story.adjuster_a)

    first = (await reader.get("/claims", limit=2, state="OPEN", insurer="INS-A")).json()
    rest = (await reader.get("/claims", limit=2, state="OPEN", insurer="INS-A", cursor=first["next_cursor"])).json()

    assert [len(page["items"]) for page in (first, rest)] == [2, 1]
    assert rest["next_cursor"] is None
    assert len({item["id"] for item in first["items"] + rest["items"]}) == 3
    assert set(first["items"][0]) >= CONTRACT
    assert (await reader.get("/claims", insurer="INS-B")).json()["items"] == []
    assert (await reader.get("/claims", disaster="NO-SUCH")).json()["items"] == []
    assert len((await reader.get("/claims", due_before="2019-09-01")).json()["items"]) == 3
    assert (await reader.get("/claims", due_before="2019-08-31T00:00:00+08:00")).json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [{"state": "OPENISH"}, {"limit": "0"}, {"limit": "999"}, {"limit": "２"}, {"cursor": "x"}, {"due_before": "soon"}, {"due_before": "2019-02-30"},
     {"q": "x" * 101}, {"sort": "number"}],
)  # fmt: skip
async def test_a_question_that_cannot_be_asked_is_refused(client: httpx.AsyncClient, story: People, query: dict[str, str]) -> None:
    told = await (await api(client, story.city)).get("/claims", **query)

    assert told.status_code == 422
    assert told.json()["errors"][0]["field"] == next(iter(query))


async def test_a_disaster_its_silent_projects_and_their_reports(client: httpx.AsyncClient, story: People) -> None:
    losses = [await make.insured(story) for _ in range(2)]
    city, town = await api(client, story.city), await api(client, story.town)
    declared = {
        "code": "LEKIMA-2019", "name": "台风“利奇马”", "peril": "TYPHOON", "from_on": "2019-08-10", "until_on": "2019-08-12",
        "towns": ["370404001"],
    }  # fmt: skip

    made = await city.post("/disasters", declared)
    typhoon = made.json()["id"]
    silent = (await town.get(f"/disasters/{typhoon}/unreported")).json()["items"]
    lines = [{"policy_id": one["covers"][0]["policy_id"], "loss_at": LOSS_AT, "reported_fen": 1} for one in silent]
    told = await town.post(f"/disasters/{typhoon}/reports", {"reports": [*lines, lines[0]]})

    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/disasters/{typhoon}")
    assert [one["project"]["id"] for one in silent] == [loss.project_id for loss in losses]
    assert told.status_code == 201
    assert (told.json()["reported"], told.json()["refused"]) == (2, 1)
    assert (await town.get(f"/disasters/{typhoon}/unreported")).json()["items"] == []
    assert len((await town.get(f"/disasters/{typhoon}/reports")).json()["items"]) == 2
    assert (await city.get(f"/disasters/{typhoon}")).json()["reported"] == 2
    assert (await city.get("/claims", disaster="LEKIMA-2019")).json()["items"][0]["disaster"]["id"] == typhoon
    assert (await town.post("/disasters", declared)).status_code == 403
    assert (await town.post("/disasters/999999/reports", {"reports": lines})).status_code == 404
    assert (await town.post(f"/disasters/{typhoon}/reports", {"reports": []})).status_code == 422


async def test_papers_are_filed_and_listed(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(ClaimState.OPENED, story)
    town = await api(client, story.town)
    path = f"/claims/{claim.id}/evidence"

    filed = await town.upload(path, "申请.pdf", PDF, {"kind": "CLAIM_FORM", "dated_on": "2019-08-29"}, key="paper")
    twin = await town.upload(path, "申请.pdf", PDF, {"kind": "CLAIM_FORM", "dated_on": "2019-08-29"}, key="paper")
    wrong = await town.upload(path, "页面.html", b"<html></html>", {"kind": "CLAIM_FORM"})
    listed = (await town.get(path)).json()

    assert (filed.status_code, filed.json()["due_clock"]) == (200, "DECISION")
    assert twin.content == filed.content
    assert wrong.status_code == 422
    assert [(item["kind"], item["dated_on"]) for item in listed["items"]] == [("CLAIM_FORM", "2019-08-29")]
    assert "TITLE" in listed["missing"]
    assert (await (await api(client, story.adjuster_b)).get(path)).status_code == 404
    assert (await (await api(client, story.maker)).upload(path, "a.pdf", PDF, {"kind": "TITLE"})).status_code == 403


async def test_money_is_ordered_released_matched_and_undone_over_http(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(ClaimState.AGREED, story)
    maker, checker = await api(client, story.maker), await api(client, story.checker)

    made = await maker.post("/payouts", {"claim_id": claim.id, "version": claim.version})
    order = made.json()
    gone = await maker.post(f"/payouts/{order['id']}/cancellation", {"version": order["version"], "reason": "账户待核"})
    version = (await maker.get(f"/claims/{claim.id}")).json()["version"]
    order = (await maker.post("/payouts", {"claim_id": claim.id, "version": version})).json()
    await checker.post(f"/payouts/{order['id']}/release", {"version": order["version"]})
    line = (date(2019, 8, 30), order["amount_fen"], order["payee_name"], "6222020000000000000", order["token"])
    read = await checker.upload("/statements", "八月.csv", make.bank_file([line]), {"side": "PAYER"})
    paid = (await maker.get(f"/claims/{claim.id}")).json()
    matches = (await maker.get(f"/statements/{read.json()['id']}/matches")).json()["items"]
    undone = await maker.post(f"/matches/{matches[0]['match_id']}", method="DELETE")
    again = await maker.post(f"/statements/{read.json()['id']}/matches", {"line_id": matches[0]["id"], "payout_id": order["id"]})

    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/payouts/{made.json()['id']}")
    assert (gone.status_code, gone.json()["state"]) == (200, "CANCELLED")
    assert (read.status_code, read.json()["matched"]) == (201, 1)
    assert (paid["state"], paid["paid_fen"], paid["parts"][0]["payout"]["state"]) == ("PAID", 4_003_101, "SETTLED")
    assert (undone.status_code, undone.json()["state"]) == (200, "RELEASED")
    assert (again.status_code, again.json()["line"]["bucket"]) == (201, "MATCHED")
    assert (await maker.get(f"/claims/{claim.id}")).json()["state"] == "PAID"
