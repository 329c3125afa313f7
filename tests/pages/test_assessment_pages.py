"""The assessment on the page: what the register knows is filled in, wrong inputs come back as typed, overrides and old versions show."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

import make
from insurance.base import db
from insurance.claims import actions, actions_assessment, pages_offers
from insurance.claims.model import Claim, ClaimState
from insurance.policies.model import Peril
from insurance.projects import actions as projects
from insurance.projects.entries import DeclaredCoverEntry
from make.assessments import NEW_TERMS, asset, opened, sold
from make.claims import assess
from make.paper_forms import fields, fill_in
from people import Browser, People, browser


async def form_of(person: Browser, claim: Claim) -> tuple[httpx.Response, str]:
    """The page with the loss table, and where it is sent."""
    return await person.get(f"/claims/{claim.id}?do=assessment"), f"/claims/{claim.id}/assessment"


async def declare(claim: Claim, story: People, insurer: str, sum_fen: int | None, first: date, last: date) -> None:
    async with db.transaction(story.town.scope):
        version = await db.fetchval("SELECT version FROM project WHERE id = $1", claim.project.id)
    entry = DeclaredCoverEntry(version, insurer, "INDUSTRY", first, last, sum_fen)
    await projects.declare_cover(claim.project.id, entry, actor=story.town)


async def test_the_common_case_is_a_loss_and_nothing_else(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000))
    person = await browser(client, story.adjuster_a)
    page, action = await form_of(person, claim)

    done = await fill_in(person, page, action, **{"lines-0-loss_fen": "1万"})

    assert '<details class="mt2" open' not in page.text, "what is rarely needed is folded away"
    assert done.status_code == 303
    assert (await actions.one(claim.id, actor=story.city)).assessed_fen == 900_000


async def test_covers_the_register_declares_are_filled_in_line_by_line(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000), asset(30_000_000), asset(5_000_000))
    await declare(claim, story, "某财产保险公司", 20_000_001, date(2019, 8, 1), date(2019, 8, 31))
    await declare(claim, story, "另一家公司", None, date(2019, 1, 1), date(2019, 12, 31))
    await declare(claim, story, "已到期的公司", 90_000_000, date(2018, 1, 1), date(2019, 8, 10))
    person = await browser(client, story.adjuster_a)
    page, action = await form_of(person, claim)

    shown = fields(page.text, action)
    done = await fill_in(person, page, action, **{"lines-1-loss_fen": "10000"})

    assert [shown[f"lines-{row}-other_sums_insured_fen"][0] for row in range(3)] == ["44444.45", "133333.34", "22222.22"]
    assert shown["lines-0-other_insurers"] == ["某财产保险公司", ""]
    assert "台账申报：出险日另由某财产保险公司承保，保额 200,000.01 元" in page.text
    assert "台账申报：出险日另由另一家公司承保，未报保额" in page.text
    assert "已到期的公司" not in page.text
    assert done.status_code == 303, done.text[:2000]
    seen = await actions_assessment.assessed(claim.id, actor=story.city)
    assert [(line.policy_item_id, line.loss_fen) for line in seen.lines] == [(seen.given.lines[0].policy_item_id, 1_000_000)]
    assert (seen.given.lines[0].other_insurers, seen.given.lines[0].other_sums_insured_fen) == (("某财产保险公司",), (13_333_334,))
    again, _ = await form_of(person, await actions.one(claim.id, actor=story.city))
    assert fields(again.text, action)["lines-1-other_insurers"] == ["某财产保险公司", ""], "the second time it starts from the first"
    other = await person.get(f"/claims/{claim.id}/working")
    assert "某财产保险公司分担" in other.text


async def test_another_countys_declared_covers_are_not_seen(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000))
    await declare(claim, story, "某财产保险公司", 20_000_001, date(2019, 8, 1), date(2019, 8, 31))

    refused = await (await browser(client, story.adjuster_b)).get(f"/claims/{claim.id}?do=assessment")

    assert refused.status_code == 404


async def test_everything_wrong_comes_back_by_field_with_all_that_was_typed(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000), asset(20_000_000))
    person = await browser(client, story.adjuster_a)
    page, action = await form_of(person, claim)
    typed: dict[str, Any] = {
        "lines-1-loss_fen": "20万零", "lines-1-salvage_fen": "1", "lines-1-film_age_months": "三", "override_reason": "凭感觉",
        "lines-1-other_insurers": ["甲保险", "乙保险"], "lines-1-other_sums_insured_fen": ["100", "约两百"], "note": "见照片",
    }  # fmt: skip

    refused = await fill_in(person, page, action, **typed)

    assert refused.status_code == 422
    shown = fields(refused.text, action)
    assert {name: shown[name] for name in typed} == {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    for field in ("lines-1-loss_fen", "lines-1-film_age_months", "lines-1-other_sums_insured_fen", "override_amount_fen"):
        assert f'id="e-{field}"' in refused.text
    assert "请填改定金额，或清空改定理由" in refused.text
    assert refused.text.count('<details class="mt2" open') == 2, "the line and the override are open, the other line is not"
    mended = {"lines-1-loss_fen": "20万", "lines-1-film_age_months": "", "lines-1-other_sums_insured_fen": ["100", "200"],
              "override_reason": ""}  # fmt: skip
    done = await fill_in(person, refused, action, **mended)
    assert done.status_code == 303, done.text[:2000]
    assert (await actions_assessment.assessed(claim.id, actor=story.city)).given.note == "见照片"


async def test_what_the_rules_refuse_stands_beside_its_field(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000), asset(20_000_000))
    person = await browser(client, story.adjuster_a)
    page, action = await form_of(person, claim)
    typed = {"lines-1-loss_fen": "200000.01", "override_amount_fen": "1", "override_reason": "x"}

    above = await fill_in(person, page, action, **typed)
    refused = await fill_in(person, above, action, **{"lines-1-loss_fen": "10", "lines-1-refused_fen": "11"})
    beyond = await fill_in(person, refused, action, **{"lines-1-refused_fen": "", "override_amount_fen": "300万"})

    assert "损失金额不能大于出险日价值 200,000.00 元；全损填 200,000.00 元" in above.text
    assert 'id="e-lines-1-loss_fen"' in above.text
    assert 'id="e-lines-1-refused_reason"' in refused.text
    assert 'id="e-override_amount_fen"' in beyond.text
    assert "改定金额最多 200,000.00 元" in beyond.text


async def test_sheep_are_counted_on_the_page(client: httpx.AsyncClient, story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    flock = asset(63_000_000, name="湖羊", quantity="420", unit="只")
    claim = await opened(story, flock, taxonomy="BREED", peril=Peril.DISEASE)
    person = await browser(client, story.adjuster_a)
    before, action = await form_of(person, claim)
    sold(monkeypatch)
    monkeypatch.setattr(pages_offers, "wording_of", lambda *_: NEW_TERMS)
    page, _ = await form_of(person, claim)

    typed = {"lines-0-stage": "REARING", "lines-0-units": "３７", "lines-0-degree": "100%", "deductible_explained": []}
    done = await fill_in(person, page, action, **typed)

    assert "lines-0-stage" not in fields(before.text, action), "the terms of 2019 know no stages"
    assert "lines-0-salvage_fen" not in fields(page.text, action), "the salvage of animals is the farmer's"
    assert "承保 420 只" in page.text
    assert done.status_code == 303, done.text[:2000]
    assert (await actions.one(claim.id, actor=story.city)).assessed_fen == 4_440_000
    again, _ = await form_of(person, claim)
    shown = fields(again.text, action)
    assert [shown[f"lines-0-{name}"] for name in ("stage", "units", "degree")] == [["REARING"], ["37"], ["1"]]


async def test_an_override_stands_out_for_whoever_decides(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000))
    person = await browser(client, story.adjuster_a)
    page, action = await form_of(person, claim)
    typed = {"lines-0-loss_fen": "10000", "override_amount_fen": "8000", "override_reason": "按评估报告"}
    done = await fill_in(person, page, action, **typed)

    decider = await browser(client, story.approver_a)
    told = "合计是改定的：计算 9,000.00 元，改定 8,000.00 元"
    decision = (await decider.get(f"/claims/{claim.id}?do=approval")).text
    printed = (await decider.get(f"/claims/{claim.id}/working")).text
    english = (await decider.get(f"/claims/{claim.id}/working?lang=en")).text

    assert done.status_code == 303
    assert decision.count(told) == 2, "beside the button and above the working"
    assert decision.count("差额 −1,000.00 元。理由：按评估报告") == 2
    assert told in printed
    assert "computed 9,000.00 yuan, overridden with 8,000.00 yuan, a difference of -1,000.00 yuan. Reason: 按评估报告" in english
    again, _ = await form_of(person, claim)
    assert fields(again.text, action)["override_amount_fen"] == ["8000"]


async def test_an_older_working_stays_readable_and_says_which_one_counts(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    await assess(claim, story, loss_fen=3_000_000)
    person = await browser(client, story.town)
    here = f"/claims/{claim.id}/working"

    newest, first = (await person.get(here)).text, (await person.get(f"{here}?version=1")).text

    assert "第 2 次 · adjuster-a" in newest
    assert "为准。" not in newest
    assert "40,031.01" in first
    assert "这是第 1 次定损的计算书，以第 2 次为准。" in first
    assert f'href="{here}?version=2"' in first
    assert [(await person.get(f"{here}?version={version}")).status_code for version in ("3", "0", "x", "9" * 12)] == [404, 422, 422, 422]
    assert (await (await browser(client, story.adjuster_b)).get(f"{here}?version=1")).status_code == 404


async def test_every_step_of_the_printed_working_has_rule_inputs_and_a_sentence(client: httpx.AsyncClient, story: People) -> None:
    claim = await opened(story, asset(10_000_000), asset(20_000_000))
    person = await browser(client, story.adjuster_a)
    page, action = await form_of(person, claim)
    typed = {
        "lines-0-loss_fen": "10000", "lines-0-refused_fen": "500", "lines-0-refused_reason": "LATE_NOTICE", "lines-1-film_age_months": "20",
        "lines-0-salvage_fen": "30", "lines-0-salvage_to_insurer": "1", "lines-0-other_sums_insured_fen": ["10万"],
        "lines-0-other_insurers": ["某公司"], "override_amount_fen": "3000", "override_reason": "x", "deductible_explained": [],
    }  # fmt: skip
    assert (await fill_in(person, page, action, **typed)).status_code == 303

    for language in ("zh", "en"):
        reader = msgspec.structs.replace(story.city, language=language)
        steps = await actions.working(claim.id, actor=reader)
        printed = (await person.get(f"/claims/{claim.id}/working?lang={language}")).text
        for step in steps:
            assert step.text in printed.replace("&#39;", "'"), step
            assert f'<span class="t2">{step.rule}</span>' in printed
            assert "{" not in step.text
    rules = {step.rule for step in steps}
    assert rules >= {"L-55c", "film", "loss", "refused", "L-60", "L-56", "L-56-other", "L-17", "L-59", "L-56-refund", "override", "payable"}
    assert printed.count("保险法") == 2, "only the article of the reason, which the procedure gives in Chinese, is not translated"
