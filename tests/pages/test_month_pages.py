"""The month's end over HTTP, without script: thirty lines of all kinds, a few forms, a difference of 0.00, a closed month, and its workbooks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date

import httpx
import openpyxl
import pytest

from insurance.access import clock
from insurance.base import db
from insurance.finance import actions_batch, actions_cases, actions_ledger, actions_months
from insurance.finance.actions_ledger import Opening
from insurance.finance.model_cases import Pick, Picks
from make.claims import all_on
from make.month import CLOSED_ON, LINES, MONTH, OPENING_FEN, Month, month
from make.paper_forms import addresses, fields, fill_in
from people import Browser, People, api, browser


@pytest.fixture
def september() -> Iterator[None]:
    """The business day on which August is closed."""
    before = clock.pinned()
    clock.pin(CLOSED_ON)
    yield
    clock.pin(before)


async def opened(story: People) -> Month:
    """The books opened, twenty orders paid, and the bank's file about them."""
    opening = Opening(on=date(2019, 7, 31), balances={"1001": OPENING_FEN, "2001": -OPENING_FEN})
    await actions_ledger.open_books(opening, actor=all_on(story, CLOSED_ON).checker)
    return await month(story, await db.fetchval("SELECT name FROM insurer WHERE id = $1", story.insurer_a))


async def uploaded(maker: Browser, made: Month) -> str:
    """The address of the statement."""
    read = await fill_in(maker, await maker.get("/statements"), "/statements", {"file": ("八月.xlsx", made.file())})
    assert read.status_code == 303, read.text[:2000]
    return str(read.headers["location"])


def step_of(page: str, words: str) -> str:
    """What the button of one kind sends."""
    found = re.search(rf'name="kind"\s+value="([^"]+)"\s*>\s*{words}', page)
    assert found, words
    return found[1]


def sheet(answer: httpx.Response) -> list[tuple[object, ...]]:
    """The rows of a workbook that was handed out."""
    assert answer.status_code == 200, answer.text[:500]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.active is not None
    return list(book.active.iter_rows(values_only=True))


@pytest.mark.usefixtures("september")
async def test_thirty_lines_are_reconciled_and_the_month_closed_by_plain_forms(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker = await browser(client, story.maker)
    here = await uploaded(maker, made)

    page = await maker.get(here)
    assert "书面差额" in page.text
    assert len(fields(page.text, here)["pick"]) == 13  # six lines of proposals, two advances, both halves of a reversal, three fees
    done = await fill_in(maker, page, here)
    for words in ("登记退汇 1 笔", "立追偿 1 笔", "挂暂收款 1 笔"):
        page = await maker.get(done.headers["location"])
        done = await fill_in(maker, page, here, kind=step_of(page.text, words), key=words)
    last = await maker.get(done.headers["location"])
    months = await maker.get(f"/months?month={MONTH}")
    closed = await fill_in(maker, months, "/months")
    after = await maker.get(closed.headers["location"])

    assert "这份对账单全部处理完毕" in last.text
    assert f'href="/months?month={MONTH}"' in last.text
    assert "银行与账面一致" in last.text
    assert "可以结账" in months.text
    assert closed.status_code == 303
    assert "已结账" in after.text
    assert "/months" not in addresses(after.text)
    found = (await (await api(client, story.maker)).get("/reconciliation", month=str(MONTH))).json()
    assert (found["difference_fen"], found["bank_fen"], found["book_fen"]) == (0, made.closing_fen, made.closing_fen)
    assert await actions_cases.exceptions(actor=story.maker) == []
    rows = sheet(await maker.get(f"/months/export?month={MONTH}"))
    assert rows[-1] == ("差额", None, 0)
    assert ("银行余额", None, made.closing_fen / 100) in rows


@pytest.mark.usefixtures("september")
async def test_what_is_in_the_way_of_closing_is_said_before_anybody_tries(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker, leader = await browser(client, story.maker), await browser(client, story.leader)
    nothing = await maker.get(f"/months?month={MONTH}")
    await uploaded(maker, made)
    waiting, read = await maker.get("/months?month=2019-08"), await leader.get(f"/months?month={MONTH}")
    refused = await maker.post("/months", {"month": str(MONTH)})

    assert "专户对账单还没有导入到 2019-08-31" in nothing.text
    assert "还有 16 笔专户流水没有处理" in waiting.text
    assert 'href="/exceptions"' in waiting.text
    assert "/months" not in addresses(waiting.text)
    assert 'href="/exceptions"' not in read.text  # a leader may not open them
    assert refused.status_code == 409
    assert "还有 16 笔专户流水没有处理" in refused.text
    assert await actions_months.closings(actor=story.maker) == []


async def test_nothing_ticked_or_a_tampered_form_is_told_on_the_page(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker, auditor = await browser(client, story.maker), await browser(client, story.auditor)
    here = await uploaded(maker, made)

    for where in (here, "/exceptions"):
        page = await maker.get(where)
        nothing = await fill_in(maker, page, where, pick=[])
        assert nothing.status_code == 422
        assert "请先勾选要处理的流水" in nothing.text
        for wrong in ("x:FEE", "1:NONE", "1"):
            assert (await fill_in(maker, page, where, pick=[wrong], key=wrong)).status_code == 422
        stale = await fill_in(maker, page, where, pick=["1:M1"], key="stale")
        assert stale.status_code == 409
        assert "请核对后重新勾选" in stale.text
        assert (await auditor.post(where, {"pick": "1:FEE"})).status_code == 403
        assert 'name="pick"' not in (await auditor.get(where)).text
    assert (await maker.get("/statements/999999")).status_code == 404
    assert (await maker.post("/statements/999999", {"pick": "1:FEE"})).status_code == 404


async def test_what_waits_is_filtered_dealt_with_and_exported_as_seen(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker = await browser(client, story.maker)
    here = await uploaded(maker, made)

    fees = await maker.get("/exceptions?kind=FEE&sort=-amount")
    rows = sheet(await maker.get("/exceptions/export?kind=FEE&sort=-amount"))
    done = await fill_in(maker, fees, "/exceptions")
    none = await maker.get("/exceptions?kind=FEE")
    everything = sheet(await maker.get(f"{here}/export"))

    assert [row[2] for row in rows[1:]] == [10, 5, 0.5, 15.5]
    assert "合计 3 笔" in fees.text
    assert done.status_code == 303
    assert "没有符合条件的记录" in none.text
    assert len(everything) == 1 + len(made.lines) + 1
    assert sum(row[1] or 0 for row in everything[1:-1]) == everything[-1][1]  # type: ignore[misc]  # numbers or blank
    assert (await maker.get("/exceptions?kind=NONE")).status_code == 422
    assert (await maker.get(f"{here}/export?view=x")).status_code == 404


async def test_statements_are_filtered_and_exported_as_seen(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker = await browser(client, story.maker)
    here = await uploaded(maker, made)

    found = await maker.get("/statements?account=0001&waiting=1&q=八月")
    none = await maker.get("/statements?account=9999")
    rows = sheet(await maker.get("/statements/export?account=0001"))

    assert f'href="{here}"' in found.text
    assert "专户" in found.text
    assert "没有符合条件的记录" in none.text
    assert [row[5] for row in rows[1:]] == [LINES] * 2
    assert rows[1][10] == made.closing_fen / 100
    assert (await maker.get("/statements?waiting=2")).status_code == 422


async def test_programs_deal_with_many_lines_at_once(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker, auditor, office = [await api(client, one) for one in (story.maker, story.auditor, story.town)]
    read = await maker.upload("/statements", "八月.xlsx", made.file(), {"side": "PAYER"})
    statement = read.json()["id"]
    waiting = [line for line in (await maker.get("/exceptions")).json()["items"] if line["bucket"] == "FEE"]
    body = {"statement_id": statement, "picks": [{"line_id": line["id"], "action": "FEE"} for line in waiting]}

    done = await maker.post("/resolutions", body, key="fees")
    again = await maker.post("/resolutions", body, key="fees")
    stale = await maker.post("/resolutions", body)

    assert (done.status_code, done.json()) == (201, {"confirmed": 0, "resolved": 3})
    assert done.headers["location"] == "/api/v1/exceptions"
    assert again.json() == done.json()
    assert stale.status_code == 409
    assert (await maker.post("/resolutions", {"statement_id": statement, "picks": []})).status_code == 422
    assert (await maker.post("/resolutions", body | {"more": 1})).status_code == 422
    assert (await maker.post("/resolutions", body | {"statement_id": 999_999})).status_code == 404
    for other in (auditor, office):
        assert (await other.post("/resolutions", body)).status_code == 403


@pytest.mark.usefixtures("september")
async def test_a_month_that_is_over_is_on_the_list_of_the_day_until_it_is_closed(client: httpx.AsyncClient, story: People) -> None:
    made = await opened(story)
    maker = await browser(client, story.maker)
    await uploaded(maker, made)

    before = await maker.get("/")
    await actions_batch.deal(Picks(picks=await everything(story)), actor=story.maker)
    await fill_in(maker, await maker.get(f"/months?month={MONTH}"), "/months")
    after = await maker.get("/")

    assert f'href="/months?month={MONTH}"' in before.text
    assert "待结账" in before.text
    assert "待结账" not in after.text


async def everything(story: People) -> tuple[Pick, ...]:
    """All that waits, by its obvious step."""
    waiting = await actions_cases.exceptions(actor=story.maker)
    chosen = [(line.id, actions_batch.choice(line, "PAYER")) for line in waiting]
    return tuple(Pick(line_id=line_id, rule=one.rule, action=one.action) for line_id, one in chosen if one)
