"""Past years' income on file, and a cover guaranteed by its mean: from the accounts through quote and policy to the claim."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.base import dated, db
from insurance.claims import actions
from insurance.claims.model import ClaimState
from insurance.policies import actions_verify
from insurance.policies.model import Cover
from insurance.projects import actions_annual
from insurance.projects.entries import AnnualEntry
from insurance.projects.model import Project
from make.claims import BOUND_ON, Loss
from make.income import PERIOD, assess_income
from make.paper_forms import fill_in
from make.policies import on_day, paper, policy
from make.projects import PDF, project
from people import People, api, browser

SHIPPED = dated.root("policies")
YEARS = {2015: 9_000_000, 2016: 900_000, 2017: 1_000_000, 2018: 1_100_001}


@pytest.fixture
def by_mean_of_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Terms that guarantee 80 % of the mean of at most three past years, in force from 2019 on, in a folder of this test's own."""
    copy = tmp_path / "policies"
    shutil.copytree(SHIPPED, copy)
    path = copy / "income" / "2019-01-01.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('basis = "PRINCIPAL_RATE"', 'basis = "MEAN_OF_YEARS"', 1), encoding="utf-8")
    root = dated.root
    monkeypatch.setattr(dated, "root", lambda name: copy if name == "policies" else root(name))
    yield
    monkeypatch.undo()


async def with_accounts(office: Actor, years: dict[int, int], **known: Any) -> Project:
    """A project whose past incomes are on file with their accounts."""
    made = await project(office, **known)
    document = await paper(made, "ACCOUNTS", actor=office)
    for year, fen in years.items():
        entry = AnnualEntry(year=year, net_income_fen=fen, document_id=document)
        await actions_annual.file_annual(made.id, entry, actor=office)
    return made


@pytest.mark.usefixtures("by_mean_of_years")
async def test_the_office_files_accounts_and_a_quote_takes_their_mean(client: httpx.AsyncClient, story: People) -> None:
    made = await project(story.town, income_basis=None)
    town = await api(client, story.town)
    at = f"/projects/{made.id}/annual-accounts"
    without = await town.post("/quotes", {"project": made.id, "cover": "INCOME", "insurer": "INS-A"})
    filed = await town.upload(f"/projects/{made.id}/documents", "2018年报表.pdf", PDF, {"kind": "ACCOUNTS"})
    for year, fen in YEARS.items():
        told = await town.post(at, {"year": year, "net_income_fen": fen, "document_id": filed.json()["id"]})
        assert (told.status_code, told.headers["location"]) == (201, f"/api/v1{at}")

    quote = await town.post("/quotes", {"project": made.id, "cover": "INCOME", "insurer": "INS-A"})

    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "past_years_fen")
    assert (quote.status_code, quote.json()["guaranteed_fen"]) == (201, 800_000)  # mean 1,000,000.33 x 80 %; 2015 is too old
    assert quote.json()["steps"][0]["inputs"]["years_fen"] == [900_000, 1_000_000, 1_100_001]
    listed = (await town.get(at)).json()["items"]
    assert [(one["year"], one["file_name"]) for one in listed][:2] == [(2018, "2018年报表.pdf"), (2017, "2018年报表.pdf")]
    eligibility = (await town.get(f"/projects/{made.id}/eligibility")).json()["income"]["reasons"]
    assert {reason["code"]: reason["passed"] for reason in eligibility}["I-BASE"] is True, "accounts on file are a base"


@pytest.mark.usefixtures("by_mean_of_years")
async def test_the_mean_of_years_goes_through_policy_and_claim(story: People) -> None:
    office = on_day(story.town, BOUND_ON)
    made = await with_accounts(office, YEARS)

    bound = await policy(made, actor=office, cover=Cover.INCOME)
    loss = Loss(made.id, made.code, bound.id, ())
    claim = await make.claim_in(ClaimState.OPENED, story, loss=loss, reported_fen=500_000)
    claim = await assess_income(claim, story.adjuster_a, income={"actual_fen": 100_000} | PERIOD)

    steps = await actions.working(claim.id, actor=story.city)
    assert (steps[0].rule, steps[0].result_fen) == ("part-period", 396_712)  # 181 of 365 days of 800,000
    assert claim.assessed_fen == 237_370  # (396,712 - 100,000) x 80 %
    assert await actions_verify.verify(actor=story.city) == (1, [])


@pytest.mark.usefixtures("by_mean_of_years")
async def test_only_the_special_share_of_mixed_money_is_guaranteed(story: People) -> None:
    office = on_day(story.town, BOUND_ON)
    funds = [{"fund": "SPECIAL", "amount_fen": 60_000_000, "level": "CENTRAL"}, {"fund": "SELF", "amount_fen": 40_000_000}]
    made = await with_accounts(office, YEARS, assets=[{"cost_fen": 100_000_000, "funds": funds}])

    bound = await policy(made, actor=office, cover=Cover.INCOME)

    async with db.transaction(office.scope):
        assert await db.fetchval("SELECT guaranteed_fen FROM policy WHERE id = $1", bound.id) == 480_000


@pytest.mark.usefixtures("by_mean_of_years")
async def test_a_corrected_year_counts_by_its_newest_entry_and_only_from_its_day_on(client: httpx.AsyncClient, story: People) -> None:
    made = await with_accounts(on_day(story.town, BOUND_ON), {2018: 1_000_000})
    town = await api(client, story.town)
    document = (await town.get(f"/projects/{made.id}/documents")).json()["items"][0]["id"]
    await town.post(f"/projects/{made.id}/annual-accounts", {"year": 2018, "net_income_fen": 2_000_000, "document_id": document})

    now = await town.post("/quotes", {"project": made.id, "cover": "INCOME", "insurer": "INS-A"})
    entries = (await town.get(f"/projects/{made.id}/annual-accounts")).json()["items"]
    then = await policy(made, actor=on_day(story.town, BOUND_ON), cover=Cover.INCOME)

    assert now.json()["guaranteed_fen"] == 1_600_000
    assert [(one["net_income_fen"], one["superseded"]) for one in entries] == [(2_000_000, False), (1_000_000, True)]
    async with db.transaction(story.town.scope):
        assert await db.fetchval("SELECT guaranteed_fen FROM policy WHERE id = $1", then.id) == 800_000


async def test_without_accounts_the_registers_figure_stands(story: People) -> None:
    """The shipped terms guarantee by principal: past years change nothing there."""
    office = on_day(story.town, BOUND_ON)
    made = await with_accounts(office, YEARS, annual_income_fen=5)

    bound = await policy(made, actor=office, cover=Cover.INCOME)

    async with db.transaction(office.scope):
        assert await db.fetchval("SELECT guaranteed_fen FROM policy WHERE id = $1", bound.id) == 6_880_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year": 2019}, "year"),
        ({"year": 1989}, "year"),
        ({"document_id": 2**40}, "document_id"),
        ({"document_id": "title"}, "document_id"),
        ({"document_id": "elsewhere"}, "document_id"),
        ({"net_income_fen": 10**14}, "net_income_fen"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_year_that_cannot_be_is_refused_by_field(
    client: httpx.AsyncClient, story: People, change: dict[str, Any], field: str
) -> None:
    made, other = await project(story.town), await project(story.town)
    documents = {
        "accounts": await paper(made, "ACCOUNTS", actor=story.town), "title": await paper(made, "TITLE", actor=story.town),
        "elsewhere": await paper(other, "ACCOUNTS", actor=story.town),
    }  # fmt: skip
    body: dict[str, Any] = {"year": 2018, "net_income_fen": 5, "document_id": "accounts"} | change
    body["document_id"] = documents.get(body["document_id"], body["document_id"])

    told = await (await api(client, story.town)).post(f"/projects/{made.id}/annual-accounts", body)

    assert told.status_code == 422
    assert [fault["field"] for fault in told.json()["errors"]] == [field]


@pytest.mark.parametrize("who", ["adjuster_a", "approver_a", "maker", "checker", "leader", "auditor", "admin"])
async def test_only_offices_file_years(client: httpx.AsyncClient, story: People, who: str) -> None:
    made = await project(story.town)
    body = {"year": 2018, "net_income_fen": 5, "document_id": 1}

    assert (await (await api(client, story.everybody()[who])).post(f"/projects/{made.id}/annual-accounts", body)).status_code == 403


@pytest.mark.parametrize("who", ["other_county", "other_town", "adjuster_b"])
async def test_years_of_a_project_elsewhere_are_not_there(client: httpx.AsyncClient, story: People, who: str) -> None:
    made = await with_accounts(story.town, {2018: 5})
    stranger = story.everybody()[who]

    assert (await (await api(client, stranger)).get(f"/projects/{made.id}/annual-accounts")).status_code == 404
    assert (await (await browser(client, stranger)).get(f"/projects/{made.id}/annual-accounts")).status_code == 404
    async with db.transaction(stranger.scope):
        assert await db.fetchval("SELECT count(*) FROM annual_account") == 0


async def test_an_insurer_sees_the_years_of_what_it_insures(story: People) -> None:
    office = on_day(story.town, BOUND_ON)
    made = await with_accounts(office, {2018: 5})
    await policy(made, actor=office, cover=Cover.INCOME)

    found = await actions_annual.annual_accounts(made.id, actor=story.adjuster_a)

    assert [one.net_income_fen for one in found] == [5]


async def test_a_year_is_registered_by_form(client: httpx.AsyncClient, story: People) -> None:
    made = await project(story.town)
    town = await browser(client, story.town)
    action = f"/projects/{made.id}/annual-accounts"
    bare = (await town.get(action)).text
    await paper(made, "ACCOUNTS", actor=story.town)
    document = (await (await api(client, story.town)).get(f"/projects/{made.id}/documents")).json()["items"][0]["id"]
    page = await town.get(action)

    wrong = await fill_in(town, page, action, year="2019", net_income_fen="-5万", document_id=str(document))
    done = await fill_in(town, page, action, year="2018", net_income_fen="-5万", document_id=str(document))

    assert "请先上传" in bare
    assert wrong.status_code == 422
    assert 'href="#f-year"' in wrong.text
    assert 'value="-5万"' in wrong.text
    assert (done.status_code, done.headers["location"]) == (303, f"{action}?done=1")
    shown = (await town.get(f"{action}?done=1")).text
    assert "年度收益已登记" in shown
    assert "-50,000.00" in shown.replace("−", "-")
    assert action in (await town.get(f"/projects/{made.id}")).text
