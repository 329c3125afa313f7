"""双险联合核算 over HTTP: the worksheet as JSON, as a section of both claims, and to print; nothing of the other insurer's claim."""

from __future__ import annotations

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.claims import actions
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Acceptance, Survey
from make.claims import Loss, reported
from make.income import PERIOD, assess_asset, assess_income, both_covers
from people import People, api, browser


async def opened(story: People, loss: Loss, adjuster: Actor) -> Claim:
    claim = await reported(story, loss, reported_fen=1_000_000)
    claim = await actions.acceptance(claim.id, Acceptance(version=claim.version), actor=adjuster)
    visit = Survey(version=claim.version, visited_at=adjuster.at, place="地头", cause="暴雨", findings="绝收", reserve_fen=1_000_000)
    return await actions.survey(claim.id, visit, actor=adjuster)


async def settled(story: People, *, asset_insurer: str = "INS-A") -> tuple[Claim, Claim]:
    """Both claims of one project, assessed: the asset claim and the income claim."""
    both = await both_covers(story, asset_insurer=asset_insurer)
    adjuster = story.adjuster_a if asset_insurer == "INS-A" else story.adjuster_b
    asset = await assess_asset(await opened(story, both.asset, adjuster), adjuster, loss_fen=2_000_000, rescue_fen=100_000)
    income = await opened(story, both.income, story.adjuster_a)
    return asset, await assess_income(income, story.adjuster_a, income={"actual_fen": 500_000} | PERIOD)


async def test_the_worksheet_as_json(client: httpx.AsyncClient, story: People) -> None:
    asset, income = await settled(story)
    town = await api(client, story.town)

    told = (await town.get(f"/claims/{asset.id}/joint")).json()

    assert (told["claim_id"], told["income"]["number"], told["assets"][0]["number"]) == (asset.id, income.number, asset.number)
    assert told["set_off"] == {"yield_fen": 1_800_000, "repair_fen": 0, "rescue_fen": 100_000}
    assert (told["economic_loss_fen"], told["paid_fen"], told["stale"]) == (3_011_726, 2_789_381, False)
    assert told["steps"][-1]["text"] == "两个险种共赔 27,893.81 元，不超过损失 30,117.26 元"


async def test_both_claims_show_it_and_it_prints(client: httpx.AsyncClient, story: People) -> None:
    asset, income = await settled(story)
    town = await browser(client, story.town)

    for claim in (asset, income):
        page = (await town.get(f"/claims/{claim.id}")).text
        assert 'id="joint"' in page
        assert f"/claims/{claim.id}/joint" in page
        printed = await town.get(f"/claims/{claim.id}/joint")
        assert printed.status_code == 200
        for word in ("双险联合核算表", asset.number, income.number, "代替收成，计入收益", "30,117.26", "27,893.81"):
            assert word in printed.text


async def test_a_changed_asset_claim_warns_on_the_page(client: httpx.AsyncClient, story: People) -> None:
    asset, income = await settled(story)
    await assess_asset(asset, story.adjuster_a, loss_fen=2_500_000)

    page = (await (await browser(client, story.adjuster_a)).get(f"/claims/{income.id}")).text

    assert "收益保定损之后产业保有变化" in page
    assert "5,293.81" in page  # what the income cover would pay now


async def test_the_other_insurers_claim_shows_as_totals_only(client: httpx.AsyncClient, story: People) -> None:
    asset, income = await settled(story, asset_insurer="INS-B")
    mine, theirs = await browser(client, story.adjuster_a), await browser(client, story.adjuster_b)

    page = (await mine.get(f"/claims/{income.id}")).text
    printed = (await mine.get(f"/claims/{income.id}/joint")).text

    for text in (page, printed):
        assert "由另一家保险公司承保" in text
        assert "18,000.00" in text
        assert asset.number not in text
        assert asset.insurer.name not in text
    assert (await mine.get(f"/claims/{asset.id}/joint")).status_code == 404
    assert 'id="joint"' not in (await theirs.get(f"/claims/{asset.id}")).text
    assert (await theirs.get(f"/claims/{asset.id}/joint")).headers["location"] == f"/claims/{asset.id}"


@pytest.mark.parametrize("who", ["other_county", "other_town", "adjuster_b", "approver_b"])
async def test_what_lies_elsewhere_is_not_there(client: httpx.AsyncClient, story: People, who: str) -> None:
    asset, _ = await settled(story)
    stranger = story.everybody()[who]

    assert (await (await api(client, stranger)).get(f"/claims/{asset.id}/joint")).status_code == 404
    assert (await (await browser(client, stranger)).get(f"/claims/{asset.id}/joint")).status_code == 404


async def test_the_admin_reads_no_claims(client: httpx.AsyncClient, story: People) -> None:
    asset, _ = await settled(story)

    assert (await (await api(client, story.admin)).get(f"/claims/{asset.id}/joint")).status_code == 403


async def test_a_claim_alone_answers_empty_and_has_no_page(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)

    told = await (await api(client, story.town)).get(f"/claims/{claim.id}/joint")
    led = await (await browser(client, story.town)).get(f"/claims/{claim.id}/joint")

    assert (told.status_code, told.json()["income"], told.json()["assets"]) == (200, None, [])
    assert (led.status_code, led.headers["location"]) == (303, f"/claims/{claim.id}")
