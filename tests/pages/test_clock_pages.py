"""What a reader sees of the terms: article and mark, ruleset, provisional days; who holds the claim; what presses first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from typing import Any

import httpx
import pytest

from insurance.access import actions as access
from insurance.access import clock
from insurance.base.calendar import BEIJING
from insurance.claims import actions, jobs
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Papers, PapersNotice
from insurance.policies.model import Peril
from make.claims import all_on, assess, claim_in, insured, reported
from make.policies import on_day
from people import People, api, browser

S = ClaimState
DAY, ADVANCE_ON = date(2019, 8, 30), date(2019, 10, 29)


@pytest.fixture(autouse=True)
def _pinned() -> Iterator[None]:
    """Whatever day a test moves the calendar to, the next one begins on the story's."""
    yield
    clock.pin(DAY)


def table(page: str, section: str) -> list[str]:
    """The rows of a section's tables as text."""
    inside = page.split(f'id="{section}"', 1)[1].split("</section>", 1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", inside, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


def text(page: str, section: str) -> str:
    inside = page.split(f'id="{section}"', 1)[1].split("</section>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split())


async def of_2023(story: People, day: date = date(2023, 8, 14), **known: Any) -> tuple[Claim, People]:
    on = all_on(story, day)
    loss = await insured(story, bound_on=date(day.year, 3, 1), **known)
    claim = await reported(on, loss, loss_at=datetime(day.year, day.month, day.day - 2, 6, tzinfo=BEIJING), peril=Peril.FLOOD)
    clock.pin(day)
    return claim, on


# -- terms ----------------------------------------------------------------------------------------------------------------


async def test_every_term_says_its_article_and_how_well_it_is_founded(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)

    page = (await (await browser(client, story.adjuster_a)).get(f"/claims/{claim.id}")).text

    rows = {row.split()[0]: row for row in table(page, "clocks")[1:]}
    assert set(rows) == {"查勘", "立案", "核定", "先予支付", "索赔时效"}
    assert rows["查勘"].endswith("保险条款：接到报案后 24 小时内查勘 二手")
    assert rows["立案"].endswith("未核实")
    assert rows["核定"].endswith("保险法 第二十三条；司法解释（二）第十五条 已核实")
    assert "适用 2019-01-01 版理赔程序" in text(page, "clocks")
    assert "期间计算：民法总则 第二百条至第二百零四条 已核实" in text(page, "clocks")
    assert "规则集" not in text(page, "clocks"), "a greenhouse falls under none"


async def test_a_crop_of_2023_shows_the_ruleset_its_mark_and_what_is_disputed(client: httpx.AsyncClient, story: People) -> None:
    claim, on = await of_2023(story, taxonomy="PLANT")

    page = (await (await browser(client, on.county)).get(f"/claims/{claim.id}")).text

    rows = {row.split()[0]: row for row in table(page, "clocks")[1:]}
    assert {"受理", "查勘", "立案", "核定损失", "索赔时效"} == set(rows)
    assert "NX2022" in rows["受理"]
    assert rows["核定损失"].endswith("另一来源为 10 日，本系统按设定 未核实")
    assert "规则集 NX2022：农业保险承保理赔管理办法（银保监规〔2022〕4号） 二手" in text(page, "clocks")
    assert "民法典" in text(page, "clocks")


async def test_a_crop_of_2019_names_the_interim_rules(client: httpx.AsyncClient, story: People) -> None:
    claim = await reported(story, await insured(story, taxonomy="PLANT"))

    page = (await (await browser(client, story.town)).get(f"/claims/{claim.id}")).text

    assert "规则集 INTERIM2015：农业保险承保理赔管理暂行办法（保监发〔2015〕31号） 二手" in text(page, "clocks")


async def test_terms_and_holders_in_english(client: httpx.AsyncClient, story: People) -> None:
    claim, on = await of_2023(story, taxonomy="PLANT")

    page = (await (await browser(client, on.adjuster_a)).get(f"/claims/{claim.id}?lang=en")).text

    shown = text(page, "clocks")
    assert "Acceptance NX2022" in shown
    assert "another source says 10 days; here it is a setting" in shown
    assert "Unverified" in shown
    assert "Days are counted by: Civil Code" in shown
    assert "In whose hands" in text(page, "holders")
    assert "Insurer" in text(page, "holders")


async def test_beyond_the_published_holidays_the_page_says_so(client: httpx.AsyncClient, story: People) -> None:
    claim, on = await of_2023(story, date(2026, 12, 28))

    page = (await (await browser(client, on.adjuster_a)).get(f"/claims/{claim.id}")).text
    told = (await (await api(client, on.adjuster_a)).get(f"/claims/{claim.id}")).json()

    assert "节假日安排只公布到 2026 年，到期日暂定：立案" in page
    assert "暂定" in next(row for row in table(page, "clocks") if row.startswith("立案"))
    assert {one["code"] for one in told["clocks"] if one["provisional"]} == {"OPENING"}


async def test_the_json_of_a_term_has_mark_and_ruleset(client: httpx.AsyncClient, story: People) -> None:
    claim, on = await of_2023(story, taxonomy="BREED")

    told = (await (await api(client, on.adjuster_a)).get(f"/claims/{claim.id}")).json()

    found = {one["code"]: (one["mark"], one["ruleset"]) for one in told["clocks"]}
    assert found["LOSS_FIXED"] == ("unverified", "NX2022")
    assert found["PRESCRIPTION"] == ("verified", None)
    assert told["holder"] == "insurer"


# -- who holds it -------------------------------------------------------------------------------------------------------


async def test_the_time_in_each_hand_adds_up_on_the_page_and_in_json(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    await actions.papers_notice(claim.id, PapersNotice(version=claim.version), actor=on_day(story.adjuster_a, date(2019, 9, 2)))
    fresh = await actions.one(claim.id, actor=story.town)
    await actions.papers(claim.id, Papers(version=fresh.version), actor=on_day(story.town, date(2019, 9, 9)))
    clock.pin(date(2019, 9, 10))

    told = (await (await api(client, story.county)).get(f"/claims/{claim.id}/holders")).json()
    page = (await (await browser(client, story.town)).get(f"/claims/{claim.id}")).text

    assert [(one["holder"], one["passed_by"]) for one in told["spans"]] == [
        ("insurer", "report"), ("insured", "papers-notice"), ("insurer", "papers"),
    ]  # fmt: skip
    assert sum(one["seconds"] for one in told["spans"]) == sum(one["seconds"] for one in told["by_holder"]) == told["elapsed_seconds"]
    assert told["spans"][1]["seconds"] == 7 * 86_400
    assert told["holder"] == "insurer"
    assert "被保险人 7 天 0 小时" in text(page, "holders")


@pytest.mark.parametrize(("who", "status"), [
    ("town", 200), ("county", 200), ("city", 200), ("adjuster_a", 200), ("approver_a", 200), ("maker", 200), ("leader", 200), ("auditor", 200),
    ("other_county", 404), ("other_town", 404), ("adjuster_b", 404), ("approver_b", 404), ("admin", 403),
])  # fmt: skip
async def test_who_may_see_in_whose_hands_a_claim_lay(client: httpx.AsyncClient, story: People, who: str, status: int) -> None:
    claim = await claim_in(S.ACCEPTED, story)

    answer = await (await api(client, getattr(story, who))).get(f"/claims/{claim.id}/holders")

    assert answer.status_code == status


async def test_a_row_of_the_worklist_says_who_holds_the_claim(client: httpx.AsyncClient, story: People) -> None:
    await claim_in(S.SUPPLEMENT, story)
    await claim_in(S.AGREED, story)

    zh = (await (await browser(client, story.county)).get("/worklist?view=all")).text
    en = (await (await browser(client, story.county)).get("/worklist?view=all&lang=en")).text

    for page, words in ((zh, ("被保险人", "财务", "在谁手里")), (en, ("Insured", "Finance", "In whose hands"))):
        assert all(word in page for word in words), [word for word in words if word not in page]


async def test_papers_handed_in_wait_for_the_adjuster(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.SUPPLEMENT, story)
    await actions.papers(claim.id, Papers(version=claim.version), actor=story.town)

    page = (await (await browser(client, story.adjuster_a)).get("/worklist")).text

    row = page.split(claim.number, 1)[1].split("</tr>", 1)[0]
    assert "保险公司" in row
    assert "材料已交，待确认" in row


# -- what presses ---------------------------------------------------------------------------------------------------------


async def test_the_day_of_advance_stands_first_in_the_approvers_worklist(client: httpx.AsyncClient, story: People) -> None:
    due, waiting = await claim_in(S.ASSESSING, story), await claim_in(S.SUPPLEMENT, story)
    fresh = await claim_in(S.ASSESSING, all_on(story, date(2019, 10, 25)))
    await jobs.tick(actor=on_day(access.system("370400"), ADVANCE_ON))
    clock.pin(ADVANCE_ON)

    approver = await browser(client, story.approver_a)
    page, english = (await approver.get("/worklist")).text, (await approver.get("/worklist?lang=en")).text
    narrowed = (await approver.get("/worklist?state=ASSESSING")).text
    adjuster = (await (await browser(client, story.adjuster_a)).get("/worklist")).text

    first = page.index("先予支付日已到（保险法第二十五条）")
    assert first < page.index(due.number) < page.index(fresh.number)
    assert page.count(due.number) == 1
    assert 'class="pager"' not in page, "what stands above the pages is not counted in their rows"
    assert waiting.number not in page, "nothing is assessed, nothing certain"
    assert "Day of advance has come (Insurance Law, art. 25)" in english
    assert "先予支付日已到（保险法第二十五条）" not in narrowed
    assert due.number in narrowed
    assert "先予支付日已到（保险法第二十五条）" not in adjuster


async def test_in_a_dispute_the_payment_ahead_is_the_approvers_next_step_with_the_amount_filled_in(
    client: httpx.AsyncClient, story: People
) -> None:
    claim = await claim_in(S.DISPUTED, story)
    await jobs.tick(actor=on_day(access.system("370400"), ADVANCE_ON))
    clock.pin(ADVANCE_ON)
    approver = await browser(client, story.approver_a)

    listed, page = (await approver.get("/worklist")).text, (await approver.get(f"/claims/{claim.id}")).text
    told = (await (await api(client, story.approver_a)).get(f"/claims/{claim.id}")).json()

    assert f"/claims/{claim.id}?do=interim-payment#do-interim-payment" in listed
    assert "先予支付日已到（2019-10-29）：材料已能确定 40,031.01 元" in page
    assert re.search(r'name="amount_fen"[^>]*value="40031.01"', page)
    assert told["advance_due"] == {"on": "2019-10-29", "amount_fen": 4_003_101}


async def test_a_case_that_opened_itself_says_so_and_offers_the_survey(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.REPORTED, story)
    await jobs.tick(actor=on_day(access.system("370400"), date(2019, 9, 10)))
    clock.pin(date(2019, 9, 10))

    page = (await (await browser(client, story.adjuster_a)).get(f"/claims/{claim.id}")).text

    assert "已自动立案，待查勘" in page
    assert f'action="/claims/{claim.id}/survey"' in page
    assert "自动立案" in text(page, "history")
    assert "报案后 10 日内立案" in text(page, "history")


async def test_a_second_request_and_an_approval_without_papers_are_told(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    for _ in range(2):
        fresh = await actions.one(claim.id, actor=story.adjuster_a)
        await actions.papers_notice(claim.id, PapersNotice(version=fresh.version), actor=story.adjuster_a)
        for actor in (story.town, story.adjuster_a):
            fresh = await actions.one(claim.id, actor=actor)
            await actions.papers(claim.id, Papers(version=fresh.version), actor=actor)
    approved = await claim_in(S.APPROVED, story)
    office = await browser(client, story.town)

    asked, lacking = (await office.get(f"/claims/{claim.id}")).text, (await office.get(f"/claims/{approved.id}")).text

    assert "2019-08-30 再次索要先前已通知补充的材料：" in asked
    assert "保险法第二十二条要求一次性通知" in asked
    assert "2019-08-30 核赔时必备材料还缺：" in lacking


async def test_before_the_approval_the_page_says_what_the_rules_ask_for(client: httpx.AsyncClient, story: People) -> None:
    day = date(2023, 8, 14)
    on = all_on(story, day)
    loss = await insured(story, bound_on=date(2023, 3, 1), taxonomy="PLANT")
    opened = await claim_in(S.OPENED, on, loss=loss, loss_at=datetime(2023, 8, 12, 6, tzinfo=BEIJING))
    opened = await assess(opened, on, salvage_fen=0)
    clock.pin(day)
    approver = await browser(client, on.approver_a)

    page = await approver.get(f"/claims/{opened.id}?do=approval")
    refused = await (await api(client, on.approver_a)).post(f"/claims/{opened.id}/approval", {"version": opened.version})

    assert "核赔前须补齐材料：" in page.text
    assert refused.status_code == 409
    assert "农业保险承保理赔管理办法" in refused.json()["detail"]
