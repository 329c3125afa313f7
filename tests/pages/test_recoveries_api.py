"""Recoveries, third parties and findings over HTTP: what is made, where it lies, who may not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from insurance.claims.model import ClaimState
from make.claims import claim_in
from make.recovery import paper
from people import People, api

S = ClaimState
THIRD = {"caused": True, "name": "坛山水利工程队", "family": False, "paid_fen": 0, "waived": False}
SUBROGATION = {"kind": "SUBROGATION", "counterparty": "坛山水利工程队", "basis": "挖断排水渠", "expected_fen": 1_000_000}


async def test_a_subrogation_from_the_question_to_the_balance(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.PAID, story)
    adjuster, approver, town = [await api(client, who) for who in (story.adjuster_a, story.approver_a, story.town)]
    here = f"/claims/{claim.id}"

    asked = await adjuster.post(f"{here}/third-party", THIRD)
    made = await adjuster.post(f"{here}/recoveries", SUBROGATION, key="one")
    twin = await adjuster.post(f"{here}/recoveries", SUBROGATION, key="one")
    path = made.headers["location"].removeprefix("/api/v1")
    received = await adjuster.post(f"{path}/receipts", {"version": 1, "received_fen": 400_000, "reason": "首期还款"})
    stale = await adjuster.post(f"{path}/receipts", {"version": 1, "received_fen": 400_000, "reason": "首期还款"})
    forbidden = await adjuster.post(f"{path}/write-offs", {"version": 2, "amount_fen": 600_000, "reason": "无财产"})
    given_up = await approver.post(f"{path}/write-offs", {"version": 2, "amount_fen": 600_000, "reason": "无财产"})
    listed = (await town.get(f"{here}/recoveries")).json()

    assert (asked.status_code, asked.headers["location"]) == (201, f"/api/v1{here}/third-party")
    assert (made.status_code, twin.content) == (201, made.content)
    assert set(made.json()) == {
        "id", "claim_id", "kind", "counterparty", "basis", "expected_fen", "received_fen", "written_off_fen", "reduced_fen", "left_fen",
        "since_on", "prescribed_on", "opened_on", "opened_by", "movements", "version",
    }  # fmt: skip
    assert [answer.status_code for answer in (received, stale, forbidden, given_up)] == [201, 409, 403, 201]
    assert given_up.json()["left_fen"] == 0
    assert (listed["next_cursor"], [one["version"] for one in listed["items"]]) == (None, [3])
    assert (await town.get(f"{here}/third-party")).json()["unanswered"] == []
    assert (await town.get(path)).json() == listed["items"][0]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("third-party", {"caused": "yes"}, "caused"),
        ("third-party", {"paid_fen": -1}, "paid_fen"),
        ("recoveries", SUBROGATION | {"expected_fen": 0}, "expected_fen"),
        ("recoveries", SUBROGATION | {"kind": "OTHER"}, "kind"),
        ("recoveries", SUBROGATION | {"left_fen": 1}, "left_fen"),
    ],
)
async def test_a_body_that_cannot_be_used_names_its_field(
    client: httpx.AsyncClient, story: People, path: str, body: dict[str, Any], field: str
) -> None:
    claim = await claim_in(S.PAID, story)

    told = await (await api(client, story.adjuster_a)).post(f"/claims/{claim.id}/{path}", body)

    assert told.status_code == 422
    assert [error["field"] for error in told.json()["errors"]] == [field]


async def test_before_payment_the_way_out_is_told_in_both_languages(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.AGREED, story)
    adjuster = await api(client, story.adjuster_a)

    chinese = await adjuster.post(f"/claims/{claim.id}/recoveries", SUBROGATION)
    english = await adjuster.post(f"/claims/{claim.id}/recoveries", SUBROGATION, headers={"accept-language": "en"})

    assert (chinese.status_code, english.status_code) == (409, 409)
    assert "请在到账后登记" in chinese.json()["detail"]
    assert "once it has arrived" in english.json()["detail"]


async def test_a_finding_is_the_approvers_and_not_for_every_eye(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    body = {"kind": "STAGED_EVENT", "facts": "监控显示人为破坏", "document_ids": [await paper(claim, story.adjuster_a)]}
    path = f"/claims/{claim.id}/fraud-findings"

    made = await (await api(client, story.approver_a)).post(path, body)
    read = {name: (await (await api(client, actor)).get(path)).status_code for name, actor in story.everybody().items()}

    assert (made.status_code, made.json()["rescinds"]) == (201, True)
    assert {name for name, status in read.items() if status == 200} == {"city", "adjuster_a", "approver_a", "auditor"}
    assert {name for name, status in read.items() if status == 404} == {"adjuster_b", "approver_b"}
    assert (await (await api(client, story.adjuster_a)).post(path, body)).status_code == 403
