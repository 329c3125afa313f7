"""The books on pages: opening balances typed account by account, corrected with a reason, and the trial balance as a workbook."""

from __future__ import annotations

import re

import httpx

import make
from insurance.claims.model import ClaimState
from insurance.finance import actions_ledger
from make.paper_forms import addresses, fields, fill_in
from pages.test_month_pages import sheet
from people import People, browser


async def standing(story: People) -> dict[str, int]:
    return (await actions_ledger.opened(actor=story.checker)).balances


async def test_the_checker_opens_the_books_and_corrects_them_with_a_reason(client: httpx.AsyncClient, story: People) -> None:
    checker = await browser(client, story.checker)
    page = await checker.get("/ledger/opening")

    done = await fill_in(checker, page, "/ledger/opening", on="2018-12-31", **{"debit-1001": "5万", "credit-2001": "50,000.00"})
    again = await checker.get("/ledger/opening")
    unsaid = await fill_in(checker, again, "/ledger/opening", **{"debit-1001": "60000", "credit-2001": "60000"})
    first = await standing(story)
    corrected = await fill_in(
        checker, again, "/ledger/opening", reason="漏记一万元", key="c", **{"debit-1001": "60000", "credit-2001": "60000"}
    )

    assert done.status_code == 303
    assert "期初余额已记账" in (await checker.get(done.headers["location"])).text
    assert fields(again.text, "/ledger/opening")["debit-1001"] == ["50000"]
    assert fields(again.text, "/ledger/opening")["on"] == ["2018-12-31"]
    assert unsaid.status_code == 422
    assert "更正须写明原因" in unsaid.text
    assert fields(unsaid.text, "/ledger/opening")["credit-2001"] == ["60000"]
    assert first == {"1001": 5_000_000, "2001": -5_000_000}
    assert corrected.status_code == 303
    assert await standing(story) == {"1001": 6_000_000, "2001": -6_000_000}
    rows = sheet(await checker.get("/ledger/export"))
    assert next(row for row in rows if row[0] == "1001")[-1] == 60_000
    assert rows[-1][-1] == 0


async def test_wrong_amounts_are_told_by_field_and_all_that_was_typed_stays(client: httpx.AsyncClient, story: People) -> None:
    checker = await browser(client, story.checker)
    page = await checker.get("/ledger/opening")

    unequal = await fill_in(checker, page, "/ledger/opening", on="2018-12-31", **{"debit-1001": "100", "credit-2001": "99.99"})
    wrong = await fill_in(
        checker, page, "/ledger/opening", on="2018-12-32", key="w", **{"debit-1001": "约一百", "credit-1101": "-5", "debit-2001": "1", "credit-2001": "1"}
    )  # fmt: skip
    nothing = await fill_in(checker, page, "/ledger/opening", on="2018-12-31", key="n")
    late = await fill_in(checker, page, "/ledger/opening", on="2030-01-01", key="l", **{"debit-1001": "1", "credit-2001": "1"})

    assert [one.status_code for one in (unequal, wrong, nothing, late)] == [422] * 4
    assert "借贷不平，相差 0.01 元" in unequal.text
    assert fields(unequal.text, "/ledger/opening")["credit-2001"] == ["99.99"]
    assert "100.00" in unequal.text  # the sum of the column, beside the other
    for said in ("负数填在另一栏", "只填一栏", "请填真实的日期", "有 4 处要改"):
        assert said in wrong.text
    assert 'id="e-debit-1001"' in wrong.text
    assert "至少填写两个科目" in nothing.text
    assert "日期不能晚于今天" in late.text
    assert await standing(story) == {}


async def test_others_read_the_opening_balances_and_change_nothing(client: httpx.AsyncClient, story: People) -> None:
    for actor in (story.maker, story.leader, story.auditor):
        reader = await browser(client, actor)
        assert (await reader.get("/ledger/opening")).status_code == 200
        assert "/ledger/opening" not in addresses((await reader.get("/ledger")).text)
        assert 'name="debit-1001"' not in (await reader.get("/ledger/opening")).text
        assert (await reader.post("/ledger/opening", {"on": "2018-12-31"})).status_code == 403
    office = await browser(client, story.town)
    assert (await office.get("/ledger/opening")).status_code == 403
    assert (await (await browser(client, story.maker)).get("/ledger?as_of=2019-13-01")).status_code == 422


async def test_every_balance_opens_to_its_entries_and_they_to_what_they_are_about(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.PAYING, story)
    leader, office = await browser(client, story.leader), await browser(client, story.town)

    books = await leader.get("/ledger")
    owed = await leader.get("/ledger/entries?account=2101")
    paged = await leader.get("/ledger/entries?limit=1")
    second = await leader.get(re.search(r'rel="next" href="([^"]+)"|href="([^"]+)" rel="next"', paged.text.replace("&amp;", "&"))[1])  # type: ignore[index]
    rows = sheet(await leader.get("/ledger/entries/export?account=2101&event=CLAIM_AGREED"))

    assert 'href="/ledger/entries?account=2101&amp;until=' in books.text
    assert f'href="/claims/{claim.id}"' in owed.text
    assert "40,031.01" in owed.text
    assert "达成赔偿协议" in owed.text
    assert second.status_code == 200
    assert [row[5] for row in rows[1:]] == [40_031.01, 40_031.01]
    assert (await office.get("/ledger/entries")).status_code == 403
    for wrong in ("account=9999", "event=X", "from=2019-02-30", "cursor=x"):
        assert (await leader.get(f"/ledger/entries?{wrong}")).status_code == 422
    assert "没有符合条件的记录" in (await leader.get("/ledger/entries?from=2030-01-01")).text
