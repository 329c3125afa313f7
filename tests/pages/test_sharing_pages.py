"""收益分配 by forms: from the plan to the last use, who sees which button, forms that lose nothing, the notice, the export."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.access import clock
from insurance.access.model import Actor
from insurance.base.spreadsheet import read_table_file
from insurance.claims.model import ClaimState
from insurance.policies.model import Cover
from insurance.sharing import actions, actions_plans, shown
from insurance.sharing.model import Reasoned, SharingEntry, SharingState, Source
from make import sharing as made
from make.paper_forms import addresses, fill_in
from people import Browser, People, browser


@pytest.fixture
def september() -> Any:
    """The business day after an objection period that began at the end of August."""
    before = clock.pinned()
    yield lambda: clock.pin(date(2019, 9, 9))
    clock.pin(before or date(2019, 8, 30))


async def offices(client: httpx.AsyncClient, story: People) -> tuple[Browser, Browser, Browser]:
    return await browser(client, story.town), await browser(client, story.county), await browser(client, story.maker)


async def test_from_the_plan_to_the_last_use_by_forms_only(client: httpx.AsyncClient, story: People, september: Any) -> None:
    project = await make.project(story.town)
    paper = await made.paper(project, "OTHER", story.town)
    await made.income(project, story)
    town, county, maker = await offices(client, story)
    here = f"/sharing/projects/{project.id}"
    unit = {"purposes-1-weight": "30"} | {f"purposes-1-{name}": value for name, value in made.UNIT.items()}
    answers = [
        await fill_in(
            town, await town.get(f"{here}?form=plan"), f"{here}/plans", shown_on="2019-01-05", voted_on="2019-01-20",
            from_on="2019-01-20", document_id=str(paper), **{"purposes-0-weight": "70"}, **unit,
        ),
        await town.post(
            f"{here}/lists", {"checked_on": "2019-02-01"},
            files={"file": ("名单.csv", made.household_file([made.household(n) for n in range(1, 38)]))},
        ),
    ]  # fmt: skip
    (listed,) = await actions_plans.lists(project.id, actor=story.town)
    list_page = await county.get(f"/sharing/lists/{listed.id}")
    answers.append(await fill_in(county, list_page, f"/sharing/lists/{listed.id}/confirmation"))
    answers.append(await fill_in(town, await town.get(here), f"{here}/drafts"))
    (line,) = await shown.lines(actor=story.town)
    there = f"/sharing/{line.id}"
    answers.append(
        await fill_in(
            town, await town.get(f"{there}?form=publication"), f"{there}/publication", posted_on="2019-08-30", place="村务公开栏",
            document_id=str(paper),
        )
    )  # fmt: skip
    early = await county.get(there)
    september()
    answers.append(await fill_in(county, await county.get(there), f"{there}/confirmation"))
    answers.append(await fill_in(maker, await maker.get(there), f"{there}/pay-lists"))
    found = await shown.whole(line.id, actor=story.town)
    pay_list = found.pay_lists[0]
    sheet = await maker.get(f"{there}/pay-lists/{pay_list.id}/workbook")
    at = f"{there}/pay-lists/{pay_list.id}/payment"
    answers.append(
        await fill_in(
            maker, await maker.get(f"{there}?form=payment&of={pay_list.id}"), at, paid_on="2019-09-09", document_id=str(paper)
        )
    )  # fmt: skip
    answers.append(
        await fill_in(
            town, await town.get(f"{there}?form=uses"), f"{there}/uses", purpose="MUTUAL_AID", amount_fen="15792", used_on="2019-09-09",
            document_id=str(paper),
        )
    )  # fmt: skip

    done = await shown.whole(line.id, actor=story.town)
    assert [answer.status_code for answer in answers] == [303] * len(answers), [answer.text[:500] for answer in answers]
    assert (done.head.state, done.head.open_fen) == (SharingState.CONFIRMED, 0)
    assert f"{there}/confirmation" not in addresses(early.text), "the objection period is not over"
    assert (await read_table_file(sheet.content)).sheets[0].columns[2][1] == made.card(1)
    page = (await town.get(there)).text
    assert "52,640.00" in page
    assert "36,848.00 元 × 1 ÷ 37 = 995.89 元，余 7/37；最大余额加 1 分" in page
    assert made.card(1) not in page
    assert made.card(1) not in list_page.text
    assert made.resident_id(1) not in list_page.text


async def test_a_form_that_is_refused_keeps_what_was_typed(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.town)
    paper = await made.paper(project, "OTHER", story.town)
    town = await browser(client, story.town)
    here = f"/sharing/projects/{project.id}"

    refused = await fill_in(
        town, await town.get(f"{here}?form=plan"), f"{here}/plans", shown_on="2019-01-15", voted_on="2019-01-20", from_on="2019-01-20",
        document_id=str(paper), reserve_per_mille="50",
        **{"purposes-1-weight": "30", "purposes-1-payee_name": "王建国", "purposes-1-payee_bank": "农商行", "purposes-1-payee_account": "12345678"},
    )  # fmt: skip
    money = await fill_in(
        town,
        await town.get(f"{here}?form=draft"),
        f"{here}/drafts",
        source="BACKSTOP",
        amount_fen="1万",
        payer="峄城区财政局",
        reason="兜底",
    )

    assert refused.status_code == 422
    for kept in ("2019-01-15", "王建国", "12345678", 'value="50"', "至少公布 10 天", "集体资金只能付给单位账户"):
        assert kept in refused.text
    assert 'id="e-purposes-1-payee_name"' in refused.text
    assert money.status_code == 422
    assert "1万" in money.text
    assert "请选择本项目已存档的材料" in money.text
    assert await actions_plans.plans(project.id, actor=story.town) == []


async def test_a_list_with_faults_shows_each_cell_and_stores_nothing(client: httpx.AsyncClient, story: People) -> None:
    project = await make.project(story.town)
    town = await browser(client, story.town)
    file = made.household_file([made.household(1), made.household(2, card="6222020000000000001")])

    refused = await town.post(f"/sharing/projects/{project.id}/lists", {"checked_on": "2019-08-01"}, files={"file": ("a.csv", file)})

    assert refused.status_code == 422
    assert "E3" in refused.text
    assert "银行卡号不正确" in refused.text
    assert "2019-08-01" in refused.text
    assert "6222020000000000001" not in refused.text
    assert await actions_plans.lists(project.id, actor=story.town) == []


async def test_a_use_above_the_share_comes_back_with_what_was_typed(client: httpx.AsyncClient, story: People) -> None:
    found = await made.used(story, (await make.project(story.town)).id)
    town = await browser(client, story.town)
    here = f"/sharing/{found.head.id}"
    paper = await made.photo(found, story)

    refused = await fill_in(
        town, await town.get(f"{here}?form=uses"), f"{here}/uses", purpose="MUTUAL_AID", amount_fen="15792.01", used_on="2019-08-30",
        document_id=str(paper), note="被褥",
    )  # fmt: skip
    back = await fill_in(
        town, await town.get(f"{here}?form=return&of={found.uses[0].id}"), f"{here}/uses/{found.uses[0].id}/return",
        returned_on="2019-08-30", reason="卡已销户",
    )  # fmt: skip

    assert refused.status_code == 422
    for kept in ("15792.01", "被褥", "这一份只余 15,792.00 元"):
        assert kept in refused.text
    assert back.status_code == 303
    page = (await town.get(here)).text
    assert "卡已销户" in page
    assert "已 10 天" in page


_BUTTONS = {
    "town": {"publication", "recalculation", "cancellation"}, "county": {"publication", "recalculation", "cancellation"}, "maker": set(),
    "leader": set(), "auditor": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", sorted(_BUTTONS))
async def test_each_role_sees_its_own_buttons_and_no_name(client: httpx.AsyncClient, story: People, who: str) -> None:
    found = await made.drafted(story)
    reader: Actor = story.everybody()[who]
    page = await (await browser(client, reader)).get(f"/sharing/{found.head.id}")

    verbs = {verb for verb in found.open_verbs if f"/{verb}" in page.text or f"form={verb}" in page.text}
    assert page.status_code == 200
    assert verbs == _BUTTONS[who]
    assert "王**" in page.text
    assert "王第1" not in page.text


@pytest.mark.parametrize("who", ["adjuster_a", "approver_b", "admin"])
async def test_an_insurer_is_shown_nothing_of_it(client: httpx.AsyncClient, story: People, who: str) -> None:
    found = await made.drafted(story)
    person = await browser(client, story.everybody()[who])

    for path in (
        "/sharing",
        "/sharing/export",
        f"/sharing/{found.head.id}",
        f"/sharing/{found.head.id}/notice",
        f"/sharing/projects/{found.head.project_id}",
    ):
        assert (await person.get(path)).status_code == 403
    assert "/sharing" not in addresses((await person.get("/account/password")).text)


async def test_the_notice_has_the_plans_numbers_and_masked_names(client: httpx.AsyncClient, story: People) -> None:
    found = await made.published(story)
    page = (await (await browser(client, story.leader)).get(f"/sharing/{found.head.id}/notice")).text

    for told in ("收益分配公示表", "52,640.00", "伍万贰仟陆佰肆拾元整", "贫困户分红 70", "互助养老 30", "001 王**", "995.90", "2019-09-06"):
        assert told in page
    assert made.card(1)[-4:] not in page, "no account, not even its tail"


async def test_the_list_is_filtered_sorted_and_exported_as_seen(client: httpx.AsyncClient, story: People) -> None:
    first = await made.used(story, (await make.project(story.town)).id)
    second = await made.drafted(story, amount_fen=10_000)
    void = await made.drafted(story, amount_fen=20_000)
    await actions.cancel(void.head.id, Reasoned(version=1, reason="不分了"), actor=story.town)
    city = await browser(client, story.city)

    async def order(query: str) -> list[str]:
        export = await city.get(f"/sharing/export{query}")
        page = await city.get(f"/sharing{query}")
        numbers = (await read_table_file(export.content)).sheets[0].columns[0][1:-1]
        assert [one for one in numbers if str(one) in page.text] == numbers
        return [str(one) for one in numbers]

    a, b, c = first.head.number, second.head.number, void.head.number
    assert await order("") == [c, b, a]
    assert await order("?sort=-open") == [a, b, c]
    assert await order("?sort=amount") == [b, c, a]
    assert await order("?state=CONFIRMED") == [a]
    assert await order("?open=1&sort=open") == [b, a]
    assert await order(f"?q={b}") == [b]
    assert await order("?county=370481") == []
    foot = (await read_table_file((await city.get("/sharing/export")).content)).sheets[0]
    assert [column[-1] for column in foot.columns[6:9]] == [52_740, 36_848, 15_892]


async def test_money_waits_until_it_is_shared_and_claim_and_project_lead_to_it(client: httpx.AsyncClient, story: People) -> None:
    covered = await made.income_claim(story)
    town = await browser(client, story.town)
    waits = await town.get("/sharing")
    claim = await town.get(f"/claims/{covered.claim.id}")
    asked = await town.get(f"/sharing?claim={covered.claim.id}")
    project = await town.get(f"/projects/{covered.project.id}")

    entry = SharingEntry(project_id=covered.project.id, source=Source.INCOME_COVER, payout_id=made.payout_of(covered.claim))
    found = await actions.draft(entry, actor=story.town)
    then = await town.get(f"/sharing?claim={covered.claim.id}")

    assert covered.claim.number in waits.text
    assert f"/sharing?claim={covered.claim.id}" in addresses(claim.text) or f'href="/sharing?claim={covered.claim.id}"' in claim.text
    assert "去分配" in asked.text
    assert f'href="/sharing/projects/{covered.project.id}"' in project.text
    assert found.head.number in then.text
    assert "去分配" not in then.text
    adjuster = await (await browser(client, story.adjuster_a)).get(f"/claims/{covered.claim.id}")
    assert "/sharing" not in adjuster.text


async def test_an_asset_claim_leads_to_no_distribution(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.PAID, story, loss=await make.insured(story, Cover.INDUSTRY))

    assert "/sharing?claim" not in (await (await browser(client, story.town)).get(f"/claims/{claim.id}")).text


async def test_pages_speak_english_too(client: httpx.AsyncClient, story: People) -> None:
    found = await made.published(story)
    city = await browser(client, story.city)

    for path, word in (
        ("/sharing", "Money is"),
        (f"/sharing/{found.head.id}", "Where the money is"),
        (f"/sharing/projects/{found.head.project_id}", "Plan"),
    ):
        page = await city.get(f"{path}?lang=en")
        assert page.status_code == 200
        assert word in page.text or "Project income" in page.text
