"""The register over HTTP: what is made answers 201 with its place, every refusal its status, once per key."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import make
from insurance.base import db
from insurance.base.spreadsheet import read_table_file
from make.projects import GREENHOUSE, PDF, PROJECT, register, row
from people import Api, People, api

NEW: dict[str, Any] = PROJECT | {"assets": [GREENHOUSE]}
ACCOUNT = {"holder_name": "石门村股份经济合作社", "bank_name": "峄城农村商业银行", "account_number": "9140114010142050001234"}
REPORT = {"id", "state", "rows", "created", "updated", "unchanged", "faulty", "faults", "notes", "version"}


def fields(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return [fault["field"] for fault in answer.json()["errors"]]


async def test_a_project_is_made_once_per_key_and_found_where_it_says(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)

    made = await town.post("/projects", NEW, key="one")
    again = await town.post("/projects", NEW, key="one")
    twice = await town.post("/projects", NEW, key="two")

    assert made.status_code == again.status_code == 201
    assert made.json() == again.json()
    assert made.headers["location"] == f"/api/v1/projects/{made.json()['id']}"
    assert (await town.get(f"/projects/{made.json()['id']}")).status_code == 200
    assert twice.status_code == 409
    assert await db.fetchval("SELECT count(*) FROM project") == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"town_code": "370481001"}, 422, ["town_code"]),
        ({"name": " "}, 422, ["name"]),
        ({"colour": "red"}, 422, ["colour"]),
        ({"assets": [GREENHOUSE | {"cost_fen": 1.5}]}, 422, ["assets[0].cost_fen"]),
        ({"assets": [GREENHOUSE | {"cost_fen": 2**70}]}, 422, ["assets[0].cost_fen"]),
        ({"name": "x" * 201}, 422, ["name"]),
        ({"name": "a\x00b"}, 422, [""]),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_made(
    client: httpx.AsyncClient, story: People, change: dict[str, Any], status: int, field: list[str]
) -> None:
    refused = await (await api(client, story.town)).post("/projects", NEW | change)

    assert (refused.status_code, fields(refused)) == (status, field)
    assert await db.fetchval("SELECT count(*) FROM project") == 0


async def test_an_edit_answers_the_project_and_a_lost_update_both_values(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)
    made = (await town.post("/projects", NEW)).json()

    changed = await town.post(f"/projects/{made['id']}", {"version": 1, "operation": "LEASED"}, method="PATCH")
    lost = await town.post(f"/projects/{made['id']}", {"version": 1, "operation": "SHARE"}, method="PATCH")
    versionless = await town.post(f"/projects/{made['id']}", {"operation": "SHARE"}, method="PATCH")

    assert (changed.status_code, changed.json()["operation"], changed.json()["version"]) == (200, "LEASED", 2)
    assert (lost.status_code, fields(lost)) == (409, ["operation"])
    assert "LEASED" in lost.json()["errors"][0]["text"]
    assert "SHARE" in lost.json()["errors"][0]["text"]
    assert (versionless.status_code, fields(versionless)) == (422, ["version"])


async def test_the_net_value_is_the_contracts(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)
    made = (await town.post("/projects", NEW)).json()
    asset = made["assets"][0]["id"]

    worth = await town.get(f"/projects/{made['id']}/net-value", as_of="2019-08-11")
    today = await town.get(f"/projects/{made['id']}/net-value")

    assert worth.json() == {
        "as_of": "2019-08-11",
        "cost_fen": 86_000_000,
        "depreciation_fen": 17_020_833,
        "impairment_fen": 0,
        "net_value_fen": 68_979_167,
        "incomplete_assets": 0,
        "assets": [
            {
                "id": asset, "project_id": made["id"], "name": "钢架大棚", "code": None, "cost_fen": 86_000_000, "months": 25,
                "depreciation_fen": 17_020_833, "impairment_fen": 0, "net_value_fen": 68_979_167, "regime": "RURAL2004",
                "in_use_on": "2017-06-15", "life_months": 120, "residual_rate": "0.05", "situation": "RUNNING",
            }
        ],
    }  # fmt: skip
    assert today.json()["as_of"] == "2019-08-30"
    for day in ("2019-02-30", "20190811", "x", "１９-08-11", "9999-01-01"):
        wrong = await town.get(f"/projects/{made['id']}/net-value", as_of=day)
        assert (wrong.status_code, fields(wrong)) == (422, ["as_of"])


async def test_impairment_retirement_and_declared_cover_each_raise_the_version(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)
    made = (await town.post("/projects", NEW)).json()
    here, asset = f"/projects/{made['id']}", made["assets"][0]["id"]

    impaired = await town.post(
        f"{here}/impairments", {"version": 1, "asset_id": asset, "from_on": "2019-08-11", "amount_fen": 300_000, "reason": "雪灾"}
    )
    cover = {"version": 2, "insurer_name": "某公司", "cover": "INDUSTRY", "starts_on": "2019-01-01", "last_day": "2019-12-31"}
    declared = await town.post(f"{here}/declared-covers", cover)
    retired = await town.post(f"{here}/assets/{asset}/retirement", {"version": 3, "retired_on": "2019-08-20", "situation": "LOST"})

    assert [(answer.status_code, answer.json()["version"]) for answer in (impaired, declared, retired)] == [(201, 2), (201, 3), (200, 4)]
    assert (await town.get(f"{here}/net-value", as_of="2019-08-11")).json()["net_value_fen"] == 68_679_167
    assert (await town.get(f"{here}/net-value", as_of="2019-08-20")).json()["assets"] == []
    gone = await town.post(f"{here}/assets/{asset}/retirement", {"version": 4, "retired_on": "2019-08-20", "situation": "LOST"})
    unknown = await town.post(f"{here}/assets/{asset}/retirement", {"version": 4, "retired_on": "2019-08-20", "situation": "RUNNING"})
    assert (gone.status_code, unknown.status_code) == (409, 422)


async def test_a_register_goes_in_by_upload_commit_and_undo(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)
    content = register(row(), row(project="冷库", cost="abc"))

    tried = await town.upload("/register-imports", "台账.csv", content, key="k")
    again = await town.upload("/register-imports", "台账.csv", content, key="k")  # another boundary, the same file
    other = await town.upload("/register-imports", "台账.csv", content + b"\r\n", key="k")
    assert (tried.status_code, set(tried.json())) == (201, REPORT)
    assert tried.json() == again.json()
    assert other.status_code == 422
    assert [tried.json()[name] for name in ("rows", "created", "updated", "unchanged", "faulty")] == [2, 1, 0, 0, 1]
    assert [(fault["cell"], fault["code"]) for fault in tried.json()["faults"]] == [("G3", "amount-unreadable")]
    where = tried.headers["location"].removeprefix("/api/v1")
    shown = (await town.get(where)).json()
    assert (shown["report"], shown["line"]["file_name"]) == (tried.json(), "台账.csv")

    stored = await town.post(f"{where}/commit", {"version": 1})
    refused = await town.post(f"{where}/commit")
    assert (stored.status_code, stored.json()["state"], refused.status_code) == (200, "COMMITTED", 409)
    assert await db.fetchval("SELECT count(*) FROM project") == 1

    workbook = await town.get(f"{where}/annotated")
    assert workbook.headers["content-disposition"].endswith("%E6%A0%B8%E5%AF%B9_%E5%8F%B0%E8%B4%A6.xlsx")
    assert (await read_table_file(workbook.content)).sheets[0].columns[-1][0] == "核对意见"

    undone = await town.post(f"{where}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "UNDONE")
    assert await db.fetchval("SELECT count(*) FROM project") == 0


async def test_the_list_of_imports_goes_on_where_it_stopped(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)
    ids = [(await town.upload("/register-imports", f"{n}.csv", register(row(cost=str(n))))).json()["id"] for n in range(3)]

    first = (await town.get("/register-imports", limit=2)).json()
    second = (await town.get("/register-imports", limit=2, cursor=first["next_cursor"])).json()

    assert [line["id"] for line in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    for wrong in ({"limit": "0"}, {"limit": "²"}, {"limit": "201"}, {"cursor": "x"}, {"cursor": "9" * 30}):
        assert (await town.get("/register-imports", **wrong)).status_code == 422


async def test_a_file_that_is_no_register_is_said_to_be_none(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)

    for content in (b"", PDF, b"hello"):
        refused = await town.upload("/register-imports", "a.xlsx", content)
        assert (refused.status_code, fields(refused)) == (422, ["file"])
    headers = {"authorization": f"Bearer {town._token}"}
    keyless = await client.post("/api/v1/register-imports", files={"file": ("a.csv", register(row()))}, headers=headers)
    as_json = await town.post("/register-imports", {"file": "x"})
    nothing = await client.post(
        "/api/v1/register-imports", data={"a": "b"}, files={"other": ("a", b"x")}, headers=headers | {"idempotency-key": "k"}
    )
    broken = await client.post(
        "/api/v1/register-imports", content=b"x", headers=headers | {"idempotency-key": "k", "content-type": "multipart/form-data"}
    )

    assert [answer.status_code for answer in (keyless, as_json, nothing, broken)] == [400, 415, 422, 422]
    assert sorted(fields(nothing)) == ["a", "other"]


async def test_a_paper_comes_back_as_a_download_that_cannot_run(client: httpx.AsyncClient, story: People) -> None:
    town = await api(client, story.town)
    made = (await town.post("/projects", NEW)).json()

    filed = await town.upload(f"/projects/{made['id']}/documents", "确权.pdf", PDF, {"kind": "TITLE", "dated_on": "2018-03-01"})
    wrong = await town.upload(f"/projects/{made['id']}/documents", "a.svg", b"<svg onload='x'/>", {"kind": "TITLE"})
    content = await town.get(filed.headers["location"].removeprefix("/api/v1"))

    assert (filed.status_code, filed.json()["name"], filed.json()["dated_on"]) == (201, "确权.pdf", "2018-03-01")
    assert (wrong.status_code, fields(wrong)) == (422, ["file"])
    assert content.content == PDF
    assert content.headers["content-type"] == "application/pdf"
    assert content.headers["content-disposition"] == "attachment; filename=\"file\"; filename*=UTF-8''%E7%A1%AE%E6%9D%83.pdf"
    assert content.headers["x-content-type-options"] == "nosniff"
    assert content.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert [paper["id"] for paper in (await town.get(f"/projects/{made['id']}/documents")).json()["items"]] == [filed.json()["id"]]


async def test_an_account_is_entered_shown_masked_and_changed_by_two(client: httpx.AsyncClient, story: People) -> None:
    town, county = await api(client, story.town), await api(client, story.county)
    here = f"/projects/{(await town.post('/projects', NEW)).json()['id']}/payee-accounts"

    first = await town.post(here, ACCOUNT)
    change = await town.post(here, ACCOUNT | {"account_number": "9140114010142050009999"})
    where = change.headers["location"].removeprefix("/api/v1")
    early = await county.post(f"{where}/approval")
    paper = await town.upload(f"{where}/documents", "变更.pdf", PDF)
    own = await town.post(f"{where}/approval")
    approved = await county.post(f"{where}/approval")

    statuses = [answer.status_code for answer in (first, change, early, paper, own, approved)]
    assert statuses == [201, 201, 409, 201, 409, 200]
    listed = await county.get(here)
    assert [(one["account"], one["state"]) for one in listed.json()["items"]] == [("****1234", "ENDED"), ("****9999", "CURRENT")]
    assert ACCOUNT["account_number"] not in listed.text + first.text
    assert (await town.get(where)).json() == approved.json() == listed.json()["items"][1]


async def places(town: Api) -> list[tuple[str, str, Any]]:
    """Everything of one project: how it is asked for, and with what."""
    made = (await town.post("/projects", NEW)).json()
    here, asset = f"/projects/{made['id']}", made["assets"][0]["id"]
    tried = (await town.upload("/register-imports", "a.csv", register(row()))).json()["id"]
    account = (await town.post(f"{here}/payee-accounts", ACCOUNT)).json()["id"]
    paper = (await town.upload(f"{here}/documents", "a.pdf", PDF, {"kind": "TITLE"})).json()["id"]
    impairment = {"version": 1, "asset_id": asset, "from_on": "2019-08-11", "amount_fen": 1, "reason": "x"}
    return [
        ("PATCH", here, {"version": 1, "name": "x"}),
        ("GET", f"{here}/net-value", None),
        ("POST", f"{here}/impairments", impairment),
        ("POST", f"{here}/assets/{asset}/retirement", {"version": 1, "retired_on": "2019-08-20", "situation": "LOST"}),
        ("POST", f"{here}/declared-covers", {"version": 1, "insurer_name": "x", "cover": "INCOME", "starts_on": "2019-01-01",
                                             "last_day": "2019-01-02"}),
        ("GET", f"{here}/documents", None),
        ("FILE", f"{here}/documents", {"kind": "TITLE"}),
        ("GET", f"{here}/payee-accounts", None),
        ("POST", f"{here}/payee-accounts", ACCOUNT),
        ("GET", f"/payee-accounts/{account}", None),
        ("FILE", f"/payee-accounts/{account}/documents", {}),
        ("POST", f"/payee-accounts/{account}/approval", None),
        ("GET", f"/documents/{paper}", None),
        ("GET", f"/register-imports/{tried}", None),
        ("GET", f"/register-imports/{tried}/annotated", None),
        ("POST", f"/register-imports/{tried}/commit", None),
        ("POST", f"/register-imports/{tried}/undo", None),
    ]  # fmt: skip


async def asked(who: Api, method: str, path: str, body: Any) -> int:
    if method == "GET":
        return (await who.get(path)).status_code
    if method == "FILE":
        return (await who.upload(path, "a.pdf", PDF, body)).status_code
    return (await who.post(path, body, method=method)).status_code


async def test_nothing_of_a_project_is_there_for_another_county(client: httpx.AsyncClient, story: People) -> None:
    stranger = await api(client, story.other_county)

    found = {
        (method, path): await asked(stranger, method, path, body) for method, path, body in await places(await api(client, story.town))
    }

    assert {place: status for place, status in found.items() if status != 404} == {}


@pytest.mark.parametrize(
    ("who", "reads"),
    [("leader", {"net-value", "documents"}), ("maker", {"net-value", "documents", "payee-accounts"}), ("admin", set())],
)
async def test_a_role_does_only_its_own(client: httpx.AsyncClient, story: People, who: str, reads: set[str]) -> None:
    person = await api(client, getattr(story, who))

    for method, path, body in await places(await api(client, story.town)):
        allowed = method == "GET" and any(part in reads for part in path.split("/"))
        assert await asked(person, method, path, body) == (200 if allowed else 403), path
    assert (await person.post("/projects", NEW)).status_code == 403


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "１", "x"])
async def test_a_number_that_is_no_id_is_nothing(client: httpx.AsyncClient, story: People, number: str) -> None:
    town = await api(client, story.town)

    assert (await town.get(f"/documents/{number}")).status_code == 404
    assert (await town.get(f"/projects/{number}/net-value")).status_code == 404
    assert (await make.project(story.town)).id
