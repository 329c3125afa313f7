"""三方对账 on pages and over JSON: uploaded, compared, filtered, exported, withdrawn; by role."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

import httpx
import pytest

import make
from insurance.access import clock, store
from insurance.access.guards import cookie_name
from insurance.base.spreadsheet import read_table_file
from insurance.claims import settlement, store_books
from insurance.claims.model import Claim, ClaimState
from insurance.finance import actions as finance
from insurance.finance.model import Side
from make.books import list_file
from make.claims import ACCOUNT
from make.paper_forms import fields, fill_in
from people import People, api, browser

DAY = date(2019, 8, 30)
NAME = "石门村股份经济合作社"
FEN = 40_031_01
PERIOD = {"from_on": "2019-08-01", "until_on": "2019-08-30"}


async def paid(story: People) -> Claim:
    """A claim whose payment the bank has booked."""
    claim = await make.claim_in(ClaimState.PAYING, story)
    order = claim.parts[-1].payout
    assert order is not None
    payout = await finance.payout(order.id, actor=story.maker)
    file = make.bank_file([(DAY, FEN, NAME, ACCOUNT, f"{payout.token} 赔款")])
    await settlement.read_statement(file, "八月.csv", Side.PAYER, "", actor=story.maker)
    return claim


def listed(claim: Claim, fen: Any = FEN, name: str = NAME) -> bytes:
    return list_file([(claim.number, name, ACCOUNT, fen, DAY.isoformat(), "")])


# -- pages --------------------------------------------------------------------------------------------------------------------


async def test_an_insurer_uploads_its_list_and_sees_what_differs(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    adjuster = await browser(client, story.adjuster_a)
    before = await adjuster.get("/books")

    done = await adjuster.post("/insurer-lists", PERIOD, files={"file": ("八月.csv", listed(claim, 40_013_01))})
    page = await adjuster.get("/books")
    rows = await adjuster.get(done.headers["location"])

    assert "还没有清单" in before.text
    assert 'name="insurer"' not in before.text
    assert done.status_code == 303
    assert "金额不符" in page.text
    assert "相差 -18.00 元" in page.text
    assert f'href="/claims/{claim.id}"' in page.text
    assert "/statements/" not in page.text  # bank statements are not an insurer's to read
    assert "****0000" in rows.text
    assert ACCOUNT not in rows.text + page.text


async def test_finance_sees_where_everything_stands_and_the_sums_tie(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    maker = await browser(client, story.maker)
    form = PERIOD | {"insurer": str(story.insurer_a)}
    await maker.post("/insurer-lists", form, files={"file": ("八月.csv", listed(claim, 40_013_01))})

    page = await maker.get("/books")
    other = await maker.get(f"/books?insurer={story.insurer_b}")
    filtered = await maker.get("/books?kind=PAYEE&as_of=2019-08-30")

    assert "/statements/" in page.text
    assert "−18.00" in page.text[page.text.index('id="sums"') :]
    assert "金额不同" not in other.text
    assert "没有这类差异" in filtered.text
    assert (await maker.get("/books?kind=X")).status_code == (await maker.get("/books?as_of=2019-09-01")).status_code == 422


async def test_a_file_again_says_so_and_a_faulty_one_shows_its_cells(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    adjuster = await browser(client, story.adjuster_a)
    await adjuster.post("/insurer-lists", PERIOD, files={"file": ("八月.csv", listed(claim))})

    again = await adjuster.post("/insurer-lists", PERIOD, files={"file": ("八月.csv", listed(claim))})
    faulty = await adjuster.post("/insurer-lists", PERIOD, files={"file": ("坏.csv", listed(claim, "约四万"))})
    unsaid = await adjuster.post("/insurer-lists", {"from_on": "", "until_on": "2019-08-30"}, files={"file": ("八月.csv", listed(claim))})

    assert "这份清单已经导入过" in (await adjuster.get(again.headers["location"])).text
    assert faulty.status_code == unsaid.status_code == 422
    assert "#f-E3" in faulty.text
    assert "#f-from_on" in unsaid.text


async def test_what_is_seen_is_exported(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    adjuster = await browser(client, story.adjuster_a)
    await adjuster.post("/insurer-lists", PERIOD, files={"file": ("八月.csv", listed(claim, 40_013_01, "别人"))})

    every = await read_table_file((await adjuster.get("/books/export")).content)
    none = await read_table_file((await adjuster.get("/books/export?kind=MISSING")).content)

    rows = list(every.sheets[0].rows())
    head = next(n for n, one in enumerate(rows) if one[0] == "类别")
    assert rows[head + 1][:8] == (
        "金额不符",
        rows[head + 1][1],
        claim.number,
        rows[head + 1][3],
        rows[head + 1][4],
        40031.01,
        40013.01,
        40031.01,
    )
    assert len(rows) == head + 2
    assert len(list(none.sheets[0].rows())) == head + 1


async def test_a_list_is_withdrawn_from_its_page_with_a_reason(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    adjuster = await browser(client, story.adjuster_a)
    done = await adjuster.post("/insurer-lists", PERIOD, files={"file": ("八月.csv", listed(claim, 1_00))})
    address = done.headers["location"]
    page = await adjuster.get(address)
    assert fields(page.text, f"{address}/withdrawal")["version"] == ["1"]

    unsaid = await fill_in(adjuster, page, f"{address}/withdrawal", reason="  ")
    gone = await fill_in(adjuster, page, f"{address}/withdrawal", reason="列错了金额")
    late = await adjuster.post(f"{address}/withdrawal", {"version": "1", "reason": "又撤"})

    assert (unsaid.status_code, gone.status_code, late.status_code) == (422, 303, 409)
    assert "列错了金额" in (await adjuster.get(address)).text
    assert "已撤回" in (await adjuster.get("/books")).text
    assert "未达" in (await adjuster.get("/books")).text


async def test_readers_read_and_offices_do_not(client: httpx.AsyncClient, story: People) -> None:
    await paid(story)

    pages = {name: await (await browser(client, who)).get("/books") for name, who in story.everybody().items()}

    assert {name for name, page in pages.items() if page.status_code == 200} == {
        "adjuster_a", "approver_a", "adjuster_b", "approver_b", "maker", "checker", "leader", "auditor",
    }  # fmt: skip
    assert {page.status_code for page in pages.values()} == {200, 403}
    assert 'action="/insurer-lists"' not in pages["leader"].text + pages["auditor"].text
    assert 'href="/books"' in pages["adjuster_a"].text


async def test_the_page_reads_in_english(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    adjuster = await browser(client, story.adjuster_a)
    await adjuster.post("/insurer-lists", PERIOD, files={"file": ("八月.csv", listed(claim, 40_013_01))})
    secret = secrets.token_urlsafe(16)
    await store.open_session(secret, story.maker.user_id, "en", clock.real_now().replace(year=clock.real_now().year + 1))

    page = await client.get("/books", headers={"cookie": f"{cookie_name()}={secret}", "accept": "text/html"})

    assert "Amounts differ: our books 40,031.01 yuan, list 40,013.01 yuan, difference -18.00 yuan" in page.text


# -- JSON ---------------------------------------------------------------------------------------------------------------------


async def test_a_program_uploads_reads_and_withdraws(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    insurer = await api(client, story.adjuster_a)

    made = await insurer.upload("/insurer-lists", "八月.csv", listed(claim, 40_013_01), PERIOD)
    one = await insurer.get(f"/insurer-lists/{made.json()['id']}")
    found = (await insurer.get("/books", kind="AMOUNT", limit=1)).json()
    gone = await insurer.post(f"/insurer-lists/{made.json()['id']}/withdrawal", {"version": 1, "reason": "列错"})

    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/insurer-lists/{made.json()['id']}")
    assert [row["claim_id"] for row in one.json()["items"]] == [claim.id]
    (item,) = found["items"]
    assert (item["kind"], item["ours_fen"], item["insurer_fen"], item["bank_fen"]) == ("AMOUNT", FEN, 40_013_01, FEN)
    assert item["lines"][0]["statement_id"] is None
    sums = {row["kind"]: row for row in found["sums"]}
    assert sums["TOTAL"]["insurer_gap_fen"] == sums["AMOUNT"]["insurer_gap_fen"] == -18_00
    assert (gone.status_code, gone.json()["withdrawn_reason"]) == (200, "列错")
    assert (await insurer.get("/books")).json()["sums"][-1]["insurer_fen"] == 0
    assert [row["withdrawn_reason"] for row in (await insurer.get("/insurer-lists")).json()["items"]] == ["列错"]


async def test_programs_are_refused_by_field_state_role_and_scope(client: httpx.AsyncClient, story: People) -> None:
    claim = await paid(story)
    insurer, maker, stranger = await api(client, story.adjuster_a), await api(client, story.maker), await api(client, story.adjuster_b)
    leader, county = await api(client, story.leader), await api(client, story.county)
    made = (await insurer.upload("/insurer-lists", "八月.csv", listed(claim), PERIOD)).json()["id"]

    answers = {
        "whose": await maker.upload("/insurer-lists", "八月.csv", listed(claim), PERIOD),
        "period": await insurer.upload("/insurer-lists", "八月.csv", listed(claim), {"from_on": "2019-08-01"}),
        "day": await insurer.upload("/insurer-lists", "八月.csv", listed(claim), PERIOD | {"until_on": "八月"}),
        "field": await insurer.upload("/insurer-lists", "八月.csv", listed(claim), PERIOD | {"side": "x"}),
        "kind": await insurer.get("/books", kind="x"),
        "as_of": await insurer.get("/books", as_of="2019-09-01"),
        "unknown": await insurer.post(f"/insurer-lists/{made}/withdrawal", {"version": 1, "reason": "x", "more": 1}),
        "stale": await insurer.post(f"/insurer-lists/{made}/withdrawal", {"version": 7, "reason": "x"}),
        "elsewhere": await stranger.get(f"/insurer-lists/{made}"),
        "theirs": await stranger.get("/books", insurer=story.insurer_a),
        "leader": await leader.upload("/insurer-lists", "八月.csv", listed(claim), PERIOD),
        "office": await county.get("/books"),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "whose": 422, "period": 422, "day": 422, "field": 422, "kind": 422, "as_of": 422, "unknown": 422, "stale": 409, "elsewhere": 404,
        "theirs": 404, "leader": 403, "office": 403,
    }  # fmt: skip
    told = {name: [one["field"] for one in answers[name].json()["errors"]] for name in ("whose", "period", "day", "kind", "as_of")}
    assert told == {"whose": ["insurer"], "period": ["until_on"], "day": ["until_on"], "kind": ["kind"], "as_of": ["as_of"]}
    assert (await stranger.get("/insurer-lists")).json()["items"] == []


async def test_differences_are_read_page_by_page(client: httpx.AsyncClient, story: People) -> None:
    claims = [await make.claim_in(ClaimState.PAYING, story) for _ in range(3)]
    maker = await api(client, story.maker)
    seen: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await maker.get("/books", limit=2, **cursor)).json()
        seen += [one["claim_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert sorted(seen) == sorted(claim.id for claim in claims)


async def test_what_is_new_of_a_list_is_counted_where_it_is_shown(
    client: httpx.AsyncClient, story: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = await paid(story)
    insurer, screen = await api(client, story.adjuster_a), await browser(client, story.adjuster_a)
    for name, fen in (("八月.csv", FEN), ("八月续.csv", FEN - 1)):
        await insurer.upload("/insurer-lists", name, listed(claim, fen), PERIOD)
    both = list_file([(claim.number, NAME, ACCOUNT, fen, DAY.isoformat(), "") for fen in (FEN, FEN - 2)])
    await insurer.upload("/insurer-lists", "又一份.csv", both, PERIOD)
    asked, count = [], store_books.new_rows

    async def counted(ids: list[int]) -> dict[int, int]:
        asked.append(len(ids))
        return await count(ids)

    monkeypatch.setattr(store_books, "new_rows", counted)
    answer, page = await insurer.get("/insurer-lists"), await screen.get("/books")

    assert [(row["rows"], row["new_rows"]) for row in answer.json()["items"]] == [(2, 1), (1, 1), (1, 1)]
    assert "八月续.csv" in page.text
    assert asked == [3], "once for all lists, and not at all for the page that does not show it"
