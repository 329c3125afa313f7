"""Income statements over HTTP and by form: the office files for the insured, the adjuster too; everybody else is told why not."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

import make
from insurance.access.rules import may
from insurance.base import db
from insurance.claims import actions, actions_income
from insurance.claims.model import Claim, ClaimState
from insurance.policies.model import Cover, LineKind
from make.income import STATEMENT, assess_asset, assess_income, both_covers, file_statement, proof
from make.paper_forms import fields, fill_in
from people import People, api, browser

SURVEY = {"visited_at": "2019-08-30T08:30:00+08:00", "place": "1号棚", "cause": "暴雨", "findings": "减产", "reserve_fen": 2_000_000}


@pytest.fixture
async def claim(story: People) -> Claim:
    """A case just opened under an income policy."""
    return await make.claim_in(ClaimState.OPENED, story, loss=await make.insured(story, Cover.INCOME))


async def test_an_income_claim_goes_from_the_report_to_the_agreement_by_its_statement(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story, Cover.INCOME)
    town, adjuster, approver = await api(client, story.town), await api(client, story.adjuster_a), await api(client, story.approver_a)
    made = await town.post("/claims", {
        "policy_id": loss.policy_id, "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 2_000_000, "peril": "RAINSTORM",
    })  # fmt: skip
    at = f"/claims/{made.json()['id']}"
    await adjuster.post(f"{at}/acceptance", {"version": 1})
    await adjuster.post(f"{at}/survey", {"version": 2} | SURVEY)
    await town.upload(f"{at}/evidence", "销售单.pdf", make.projects.PDF, {"kind": "INCOME_ACCOUNTS"})
    paper = (await town.get(f"{at}/evidence")).json()["items"][0]["id"]
    lines = [{"kind": "SALES", "amount_fen": 1_800_000, "document_id": paper}, {"kind": "LABOUR_COST", "amount_fen": 800_000}]

    filed = await town.post(f"{at}/income-statements", STATEMENT | {"lines": lines})
    assert (filed.status_code, filed.headers["location"]) == (201, f"/api/v1{at}/income-statements")
    assert [(line["name"], line["file_name"]) for line in filed.json()["lines"]] == [("销售收入", "销售单.pdf"), ("人工", None)]
    assessed = await adjuster.post(f"{at}/assessment", {"version": 3, "income": {"statement_id": filed.json()["id"]}})
    assert (assessed.status_code, assessed.json()["assessed_fen"]) == (200, 1_929_381)
    approved = await approver.post(f"{at}/approval", {"version": assessed.json()["version"]})
    await town.post(f"{at}/agreement", {"version": approved.json()["version"]})
    agreed = await adjuster.post(f"{at}/agreement", {"version": approved.json()["version"] + 1})

    assert (agreed.json()["state"], agreed.json()["approved_fen"]) == ("AGREED", 1_929_381)
    steps = (await town.get(f"{at}/working")).json()
    assert [step["rule"] for step in steps][:3] == ["part-period", "statement-income", "statement-costs"]
    listed = (await town.get(f"{at}/income-statements")).json()
    assert (len(listed["items"]), listed["next_cursor"], listed["items"][0]["actual_fen"]) == (1, None, 1_000_000)


@pytest.mark.parametrize("who", ["city", "county", "town", "adjuster_a", "approver_a", "maker", "checker", "leader", "auditor", "admin"])
async def test_offices_and_the_adjuster_file_and_all_readers_read(client: httpx.AsyncClient, story: People, claim: Claim, who: str) -> None:
    actor = story.everybody()[who]
    person = await api(client, actor)

    read = await person.get(f"/claims/{claim.id}/income-statements")
    filed = await person.post(f"/claims/{claim.id}/income-statements", STATEMENT)

    assert read.status_code == (200 if may(actor.role, "claim.read") else 403)
    assert filed.status_code == (201 if who in {"city", "county", "town", "adjuster_a"} else 403)


@pytest.mark.parametrize("who", ["other_county", "other_town", "adjuster_b"])
async def test_what_lies_elsewhere_is_not_there(client: httpx.AsyncClient, story: People, claim: Claim, who: str) -> None:
    person, page = await api(client, story.everybody()[who]), await browser(client, story.everybody()[who])
    address = f"/claims/{claim.id}/income-statements"

    assert (await person.get(address)).status_code == 404
    assert (await person.post(address, STATEMENT)).status_code == 404
    assert (await page.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"lines": [{"kind": "GAMBLING", "amount_fen": 1}]}, 422, "lines[0].kind"),
        ({"lines": [{"kind": "SALES", "amount_fen": -1}]}, 422, "lines[0].amount_fen"),
        ({"lines": [{"kind": "SALES", "amount_fen": 1.5}]}, 422, "lines[0].amount_fen"),
        ({"lines": []}, 422, "lines"),
        ({"signed_by": ""}, 422, "signed_by"),
        ({"last_on": "2020-12-31"}, 422, "last_on"),
        ({"lines": [{"kind": "SALES", "amount_fen": 1, "document_id": 2**40}]}, 422, "lines[0].document_id"),
        ({"colour": "red"}, 422, "colour"),
        ({"supersedes_id": 2**40}, 409, None),
    ],
)
async def test_what_is_wrong_is_told_by_field(
    client: httpx.AsyncClient, story: People, claim: Claim, change: dict[str, Any], status: int, field: str | None
) -> None:
    told = await (await api(client, story.town)).post(f"/claims/{claim.id}/income-statements", STATEMENT | change)

    assert told.status_code == status, told.text
    if field is not None:
        assert field in [fault["field"] for fault in told.json()["errors"]]


async def test_a_statement_is_filed_once_per_key(client: httpx.AsyncClient, story: People, claim: Claim) -> None:
    town = await api(client, story.town)

    first = await town.post(f"/claims/{claim.id}/income-statements", STATEMENT, key="one")
    again = await town.post(f"/claims/{claim.id}/income-statements", STATEMENT, key="one")
    other = await town.post(f"/claims/{claim.id}/income-statements", STATEMENT | {"note": "另一份"}, key="one")
    second = await town.post(f"/claims/{claim.id}/income-statements", STATEMENT)

    assert first.json() == again.json()
    assert (other.status_code, second.status_code) == (422, 409)
    assert len(await actions_income.statements(claim.id, actor=story.town)) == 1


# -- pages ------------------------------------------------------------------------------------------------------------------------


async def test_the_office_fills_in_the_form_and_the_adjuster_assesses_by_it(client: httpx.AsyncClient, story: People, claim: Claim) -> None:
    paper = await proof(claim, story.town)
    town, adjuster = await browser(client, story.town), await browser(client, story.adjuster_a)
    action = f"/claims/{claim.id}/income-statements"

    assert action in (await town.get(f"/claims/{claim.id}")).text
    page = await town.get(action)
    typed: dict[str, Any] = {
        "last_on": "2019-08-29", "signed_on": "2019-08-30", "signed_by": "王五",
        "lines-0-kind": "SALES", "lines-0-amount_fen": "1.8万", "lines-0-document_id": str(paper),
        "lines-3-kind": "LABOUR_COST", "lines-3-amount_fen": "8,000.00",
    }  # fmt: skip
    wrong = await fill_in(town, page, action, **(typed | {"lines-3-kind": "", "signed_by": ""}))
    filed = await fill_in(town, page, action, **typed)

    assert wrong.status_code == 422
    assert 'href="#f-lines-3-kind"' in wrong.text
    assert 'value="8,000.00"' in wrong.text
    assert (filed.status_code, filed.headers["location"]) == (303, f"/claims/{claim.id}?done=income-statement#income-statement")
    shown = (await adjuster.get(f"/claims/{claim.id}?done=income-statement")).text
    assert "收益报表已存入案卷" in shown
    assert "未附凭证" in shown
    assert "流水.pdf" in shown
    done = await fill_in(adjuster, await adjuster.get(f"/claims/{claim.id}"), f"/claims/{claim.id}/assessment")
    assert done.status_code == 303
    assert (await actions.one(claim.id, actor=story.town)).assessed_fen == 1_929_381


async def test_a_fault_of_the_action_is_told_at_the_row_it_was_typed_in(client: httpx.AsyncClient, story: People, claim: Claim) -> None:
    other = await make.claim_in(ClaimState.OPENED, story, loss=await make.insured(story, Cover.INCOME))
    elsewhere = await proof(other, story.town)
    town = await browser(client, story.town)
    form = {
        "from_on": "2019-03-02", "last_on": "2019-08-29", "signed_on": "2019-08-30", "signed_by": "王五", "lines-2-kind": "SALES",
        "lines-2-amount_fen": "100", "lines-5-kind": "RENT", "lines-5-amount_fen": "5", "lines-5-document_id": str(elsewhere),
    }  # fmt: skip

    told = await town.post(f"/claims/{claim.id}/income-statements", form)

    assert told.status_code == 422
    assert 'href="#f-lines-5-document_id"' in told.text


async def test_a_statement_without_lines_says_so_and_keeps_what_was_typed(client: httpx.AsyncClient, story: People, claim: Claim) -> None:
    town = await browser(client, story.town)
    form = {"from_on": "2019-03-02", "last_on": "2019-08-29", "signed_on": "2019-08-30", "signed_by": "王五"}

    told = await town.post(f"/claims/{claim.id}/income-statements", form)

    assert told.status_code == 422
    assert "至少填一项收支" in told.text
    assert 'value="王五"' in told.text


async def test_english_readers_find_no_chinese_of_ours(client: httpx.AsyncClient, story: People) -> None:
    both = await both_covers(
        story, name="Farm 1", village="", owner={"name": "Coop"}, assets=[{"name": "Leek", "asset_class": "CONSUMABLE"}]
    )
    made = await make.claim_in(ClaimState.OPENED, story, loss=both.income, reported_fen=1_000_000)
    asset = await make.claim_in(ClaimState.OPENED, story, loss=both.asset)
    await assess_asset(asset, story.adjuster_a, loss_fen=2_000_000, rescue_fen=5)
    lines = [{"kind": kind.value, "amount_fen": 5} for kind in LineKind]
    statement = await file_statement(made, story.town, signed_by="A. Smith", lines=lines)
    await assess_income(made, story.adjuster_a, income={"statement_id": statement.id})
    person = await browser(client, story.adjuster_a)
    await db.execute("UPDATE session SET language = 'en'")

    pages = ("income-statements", "joint", "working")
    found = {place: _chinese((await person.get(f"/claims/{made.id}/{place}")).text) for place in pages}
    whole = (await person.get(f"/claims/{made.id}")).text
    for name in ("income-statement", "joint", "working"):
        found[f"#{name}"] = _chinese(whole[whole.index(f'id="{name}"') :].split("</section>")[0])

    assert {place: words for place, words in found.items() if words - {made.insurer.name}} == {}


def _chinese(page: str) -> set[str]:
    """Chinese words of a page but for names of people and places and the language link."""
    main = page[page.index("<main") :] if "<main" in page else page
    shown = re.sub(r"<[^>]*lang=\"zh-CN\"[^>]*>[^<]*", "", main)
    return set(re.findall(r"[一-鿿]+", re.sub(r"<[^>]+>", " ", shown)))


async def test_a_correction_starts_from_what_is_on_file_and_a_stale_one_says_so(
    client: httpx.AsyncClient, story: People, claim: Claim
) -> None:
    first = await file_statement(claim, story.town, closed_on="2019-08-29")
    town = await browser(client, story.town)
    action = f"/claims/{claim.id}/income-statements"
    page = await town.get(action)
    assert "更正收益报表" in page.text
    assert fields(page.text, action)["lines-0-kind"] == ["SALES"]
    assert fields(page.text, action)["lines-0-amount_fen"] == ["18000"]
    second = await file_statement(claim, story.adjuster_a, supersedes_id=first.id)

    stale = await fill_in(town, page, action, signed_on="2019-08-30")
    mended = await fill_in(town, stale, action)

    assert stale.status_code == 409
    assert "以案卷中最新一份为准" in stale.text
    assert mended.status_code == 303
    assert (await actions_income.statements(claim.id, actor=story.town))[0].supersedes_id == second.id
    assert "已更正 2 次" in (await town.get(f"/claims/{claim.id}")).text


async def test_an_asset_claim_has_no_statement_and_its_form_leads_back(client: httpx.AsyncClient, story: People) -> None:
    asset = await make.claim_in(ClaimState.OPENED, story)
    town = await browser(client, story.town)

    led = await town.get(f"/claims/{asset.id}/income-statements")

    assert (led.status_code, led.headers["location"]) == (303, f"/claims/{asset.id}")
    assert 'id="income-statement"' not in (await town.get(f"/claims/{asset.id}")).text


async def test_late_is_shown_on_the_page(client: httpx.AsyncClient, story: People, claim: Claim) -> None:
    await file_statement(claim, make.claims.later(story.town, 60))

    page = (await (await browser(client, story.adjuster_a)).get(f"/claims/{claim.id}")).text

    assert "迟 30 天" in page
    assert "保险法第二十一条" in page
