"""The pages around a decision: an objection told and answered, a refusal with its clause, who may approve."""

from __future__ import annotations

import httpx

from insurance.base import db
from insurance.claims import actions
from insurance.claims.model import ClaimState
from make.claims import claim_in
from make.paper_forms import fields, fill_in
from people import People, api, browser

S = ClaimState


async def test_an_objection_is_shown_asked_for_and_answered_by_the_form(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.DISPUTED, story)
    here = f"/claims/{claim.id}"
    adjuster, town = await browser(client, story.adjuster_a), await browser(client, story.town)
    page = await adjuster.get(f"{here}?do=assessment")
    loss = {"lines-0-loss_fen": "50000"}

    silent = await fill_in(adjuster, page, f"{here}/assessment", **loss)
    done = await fill_in(adjuster, silent, f"{here}/assessment", objection_outcome="PARTLY", objection_answer="水泵属实，滴灌已在清单内")
    shown = await town.get(here)
    told = (await (await api(client, story.county)).get(f"{here}/objections")).json()

    assert "漏列" in page.text
    assert silent.status_code == 422
    assert 'href="#f-objection_answer"' in silent.text
    assert fields(silent.text, f"{here}/assessment")["lines-0-loss_fen"] == ["50000"]
    assert done.status_code == 303, done.text[:3000]
    assert "异议部分成立" in shown.text
    assert "水泵属实，滴灌已在清单内" in shown.text
    assert [(one["outcome"], one["answer"]) for one in told["items"]] == [("PARTLY", "水泵属实，滴灌已在清单内")]
    assert told["next_cursor"] is None


async def test_a_refusal_is_made_by_the_form_and_shows_article_and_clause(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    here = f"/claims/{claim.id}"
    approver = await browser(client, story.approver_a)
    page = await approver.get(f"{here}?do=declinature")
    typed = {"reasons": ["EXCLUDED"], "note": "钢架锈蚀折断，非暴雨所致"}

    unproved = await fill_in(approver, page, f"{here}/declinature", **typed)
    done = await fill_in(approver, unproved, f"{here}/declinature", exclusion="WEAR", explained="1")
    shown = await (await browser(client, story.town)).get(here)
    english = await (await browser(client, story.leader)).get(f"{here}?lang=en")

    assert unproved.status_code == 422
    assert 'href="#f-exclusion"' in unproved.text
    assert 'href="#f-explained"' in unproved.text
    assert fields(unproved.text, f"{here}/declinature")["note"] == ["钢架锈蚀折断，非暴雨所致"]
    assert done.status_code == 303, done.text[:3000]
    assert "第七条（五） 自然磨损、锈蚀、固有缺陷" in shown.text
    assert "Wear, rust, inherent defect" in english.text


async def test_the_form_says_who_must_approve_what_is_above_ones_authority(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        await db.execute("UPDATE app_user SET authority_fen = 4003100, version = version + 1 WHERE id = $1", story.approver_a.user_id)
    approver = await browser(client, story.approver_a)

    page = await approver.get(f"/claims/{claim.id}?do=approval")
    refused = await fill_in(approver, page, f"/claims/{claim.id}/approval")

    assert "应由核赔岗核赔" in page.text
    assert refused.status_code == 403
    assert "超出您的核赔权限 40,031.00 元" in refused.text


async def test_reopening_takes_later_knowledge_by_the_form(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.CLOSED, story)
    approver = await browser(client, story.approver_a)
    page = await approver.get(f"/claims/{claim.id}?do=reopening")

    wrong = await fill_in(approver, page, f"/claims/{claim.id}/reopening", reason="漏赔", knew_on="2019-08-01")
    done = await fill_in(approver, wrong, f"/claims/{claim.id}/reopening", knew_on="2019-08-20")

    assert (wrong.status_code, done.status_code) == (422, 303)
    assert 'href="#f-knew_on"' in wrong.text
    assert (await actions.one(claim.id, actor=story.city)).state is S.REOPENED
