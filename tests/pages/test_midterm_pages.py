"""The pages of a policy in mid-term: what is due, the form worked out before it is recorded, the endorsement printed, renewal of many."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest

from insurance.access import clock
from insurance.base import db
from insurance.policies.model import Cover
from make.midterm import COLD_STORE, cancelled, change_paper, changed, endorsed, held, joined, removed
from make.projects import PDF
from people import Browser, People, browser


def spoken(page: str) -> str:
    """The text of a page, tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_a_let_project_is_told_worked_out_and_endorsed_on_the_pages(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town, cover=Cover.INCOME)
    office = await browser(client, story.town)
    await changed(made, actor=story.town, operation="LEASED")

    project, policy = await office.get(f"/projects/{made.id}"), await office.get(f"/policies/{bound.id}")
    listed = await office.get("/policies?due=endorsement")
    path = f"/policies/{bound.id}/endorse"
    form = {"kind": "MODE_CHANGED", "version": "1", "effective_on": "2019-08-12", "reason": "8 月 12 日起出租"}
    empty = await office.get(f"{path}?kind=MODE_CHANGED")
    tried = await office.post(path, form | {"trial": "1"})
    count = await db.fetchval("SELECT count(*) FROM endorsement")
    done = await office.post(path, form)
    printed = await office.get(done.headers["location"])

    for page in (project, policy, empty):
        assert "需要批改" in page.text
        assert "不再符合收益保条件（I-MODE）" in page.text
    assert bound.number in listed.text
    assert (tried.status_code, count) == (200, 0)
    assert "试算结果" in tried.text
    assert "8 月 12 日起出租" in tried.text  # what was typed is still there
    assert "至 2019-08-11 二十四时终止" in tried.text
    assert done.status_code == 303
    text = spoken(printed.text)
    assert "批单号：PG2019-" in text
    assert "应退保险费" in text
    assert "未到期 142 天" in text
    assert "保险责任至 2019-08-11 二十四时终止。" in text
    after = spoken((await office.get(f"/policies/{bound.id}")).text)
    assert "经营方式变更 8 月 12 日起出租" in after
    assert "（原至 2019-12-31）" in after
    assert "需要批改" not in after


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"reason": ""}, 422, "请填写"),
        ({"effective_on": "2019-08-31"}, 422, "不能晚于今天"),
        ({"effective_on": "31.8."}, 422, "请填真实的日期"),
        ({"version": "9"}, 409, "有人改过这份保单"),
        ({}, 409, "台账中没有这项变化"),
        ({"document": "9"}, 422, "不是该项目已收存的相应材料"),
    ],
)
async def test_a_form_comes_back_with_what_was_typed_and_what_is_wrong(
    client: httpx.AsyncClient, story: People, form: dict[str, str], status: int, says: str
) -> None:
    _, bound = await held(story.town)
    office = await browser(client, story.town)
    typed = {"kind": "MODE_CHANGED", "version": "1", "effective_on": "2019-08-12", "reason": "对外出租"} | form

    answers = [await office.post(f"/policies/{bound.id}/endorse", typed | more) for more in ({"trial": "1"}, {})]

    for answer in answers:
        assert answer.status_code == status
        assert says in answer.text
        assert typed["reason"] in answer.text
        assert 'name="version" value="1"' in answer.text  # the version that stands now


async def test_assets_are_chosen_on_the_form_and_a_fault_stands_at_its_row(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    made = await changed(made, actor=story.town, assets=[COLD_STORE])
    signed = await change_paper(made, story.town)
    office = await browser(client, story.town)
    path = f"/policies/{bound.id}/endorse"
    new = str(made.assets[-1].id)
    form = {"kind": "ASSET_ADDED", "version": "1", "reason": "新建冷库", "document": str(signed), "assets-0-asset": new}

    page = await office.get(f"{path}?kind=ASSET_ADDED")
    off = await office.post(path, form | {"assets-0-sum_insured_fen": "10000"})
    tried = await office.post(path, form | {"trial": "1"})
    done = await office.post(path, form)

    assert "冷库" in page.text
    assert "365,000.00" in page.text
    assert "钢架大棚" not in spoken(page.text)
    assert (off.status_code, "须核定" in off.text) == (409, True)
    assert "430.50" in tried.text
    assert done.status_code == 303
    policy = spoken((await office.get(f"/policies/{bound.id}")).text)
    assert "自 2019-08-31 起承保" in policy
    assert "合计 2 项" in policy
    sheet = spoken((await office.get(f"/policies/{bound.id}/print")).text)
    assert "冷库" in sheet
    assert (await office.get(f"{path}?kind=SUM_CHANGED")).text.count('name="assets-') == 4
    assert "没有因出险减少的保险金额" in (await office.get(f"{path}?kind=REINSTATE")).text
    assert (await office.get(f"{path}?kind=CANCELLATION")).status_code == 422


async def test_what_left_the_schedule_is_still_told(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    await joined(made, bound, actor=story.town)
    await removed(made, bound, actor=story.town, effective_on="2019-09-15")

    page = spoken((await (await browser(client, story.adjuster_a)).get(f"/policies/{bound.id}")).text)

    assert "已不在清单内的标的（1 项）" in page
    assert "2019-01-01 至 2019-09-14" in page
    assert "合计 1 项" in page


async def test_a_policy_is_cancelled_on_its_page_with_its_claims_in_view(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    signed = await change_paper(made, story.town)
    office = await browser(client, story.town)
    path = f"/policies/{bound.id}/cancel"
    form = {"ground": "WISH", "version": "1", "reason": "项目已出让", "document": str(signed)}

    page = await office.get(path)
    wrong = await office.post(path, form | {"document": ""})
    tried = await office.post(path, form | {"trial": "1"})
    done = await office.post(path, form)

    assert "没有赔案。" in page.text
    assert (wrong.status_code, "请选择已收存的书面材料" in wrong.text) == (422, True)
    assert "876.86" in tried.text
    assert done.status_code == 303
    printed = spoken((await office.get(done.headers["location"])).text)
    assert "退保、解除合同 ：投保人退保（保险法第五十四条）" in printed or "退保、解除合同：投保人退保（保险法第五十四条）" in printed
    policy = await office.get(f"/policies/{bound.id}")
    assert "已退保" in policy.text
    assert f'href="{path}"' not in policy.text
    assert (await office.post(path, form | {"version": "2"})).status_code == 409


async def renewing(client: httpx.AsyncClient, story: People) -> Browser:
    """The office in December."""
    clock.pin(date(2019, 12, 1))
    return await browser(client, story.town)


@pytest.fixture
def december() -> object:
    """Business goes on in December 2019; the tests' own day comes back after it."""
    before = clock.pinned()
    clock.pin(date(2019, 12, 1))
    yield
    clock.pin(before)


@pytest.mark.usefixtures("december")
async def test_many_are_renewed_after_one_application_for_all(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    other, income = await held(story.town, cover=Cover.INCOME)
    office = await browser(client, story.town)

    page = await office.get("/policies/renew?expiring=30")
    single = await office.get(f"/policies/{bound.id}/renew")
    form = {"id": [str(made.id), str(other.id)]}
    filed = await office.post("/policies/renew/papers?expiring=30", form, files={"file": ("续保投保单.pdf", PDF, "application/pdf")})
    ready = await office.get("/policies/renew?expiring=30")
    key = {"key": "once", "id": [str(bound.id), str(income.id)]}
    done, again = await office.post("/policies/renew", key), await office.post("/policies/renew", key)

    assert "续保须有新签字的投保单" in page.text
    assert "续保须有新签字的投保单" in single.text
    assert filed.status_code == 303
    assert filed.headers["location"] == "/policies/renew?expiring=30"
    assert "2 份可以续保" in ready.text
    assert "已续保 2 份" in done.text
    assert spoken(again.text) == spoken(done.text) or "已续保 2 份" in again.text
    assert await db.fetchval("SELECT count(*) FROM policy WHERE renewed_from IS NOT NULL") == 2
    assert "已续保，看下一期保单" in (await office.get(f"/policies/{bound.id}")).text
    assert "没有要续保的保单" in (await office.get("/policies/renew?expiring=30")).text
    assert (await office.post("/policies/renew", {"key": "none"})).status_code == 422


@pytest.mark.usefixtures("december")
async def test_what_was_refused_says_why_on_the_page(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    office = await browser(client, story.town)

    refused = await office.post("/policies/renew", {"id": [str(bound.id)]})
    wrong = await office.post(
        "/policies/renew/papers?expiring=30", {"id": [str(made.id)]}, files={"file": ("a.exe", b"MZ\x90\x00\x03", "x/y")}
    )

    assert "没办成的 1 份" in refused.text
    assert "续保须有新签字的投保单" in refused.text
    assert wrong.status_code in (415, 422)
    assert "续保须有新签字的投保单" in wrong.text


@pytest.mark.parametrize("who", ["adjuster_a", "maker", "leader", "auditor"])
async def test_readers_see_endorsements_and_no_buttons(client: httpx.AsyncClient, story: People, who: str) -> None:
    made, bound = await held(story.town, cover=Cover.INCOME)
    await changed(made, actor=story.town, operation="LEASED")
    due = await (await browser(client, story.everybody()[who])).get(f"/policies/{bound.id}")
    done = await endorsed(bound, "MODE_CHANGED", actor=story.town, effective_on="2019-08-12")
    person = await browser(client, story.everybody()[who])

    page = await person.get(f"/policies/{bound.id}")

    assert "需要批改" in due.text
    for way in ("endorse", "cancel", "renew"):
        assert f'href="/policies/{bound.id}/{way}' not in due.text
        assert (await person.get(f"/policies/{bound.id}/{way}")).status_code == 403
    assert (await person.get("/policies/renew")).status_code == 403
    assert f"/endorsements/{done.id}" in page.text
    assert (await person.get(f"/policies/{bound.id}/endorsements/{done.id}")).status_code == 200


async def test_a_cancelled_policy_is_found_by_its_state(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await held(story.town)
    await cancelled(made, bound, actor=story.town)

    listed = await (await browser(client, story.town)).get("/policies?state=CANCELLED&cover=INDUSTRY")

    assert bound.number in listed.text
    assert "2019-08-29" in listed.text
