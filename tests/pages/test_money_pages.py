"""Money on pages: ordered, released, cancelled, matched with the bank and taken apart again; the claim follows each time."""

from __future__ import annotations

import re
from typing import Any

import httpx

import make
from insurance.claims import actions
from insurance.claims.model import Claim, ClaimState
from insurance.finance import actions as finance
from insurance.finance import actions_cases
from insurance.finance.views import PayoutView
from make.claims import ACCOUNT
from make.paper_forms import addresses, fields, fill_in
from pages.test_month_pages import sheet
from people import Browser, People, browser

PAYEE = "石门村股份经济合作社"


async def now(claim: Claim, story: People) -> Claim:
    return await actions.one(claim.id, actor=story.city)


async def newest(story: People) -> PayoutView:
    return (await finance.payouts(actor=story.maker, limit=1))[0]


async def test_the_maker_orders_what_was_agreed_once(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    maker = await browser(client, story.maker)
    page = await maker.get("/payouts")

    done = await fill_in(maker, page, "/payouts")
    again = await fill_in(maker, page, "/payouts", key="another")

    assert "40,031.01" in page.text
    assert done.status_code == 303
    assert again.status_code == 409
    assert "不能制单" in again.text
    assert (await now(claim, story)).state is ClaimState.PAYING
    assert len(await finance.payouts(actor=story.maker)) == 1


async def test_the_maker_orders_from_the_page_of_the_claim(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    maker = await browser(client, story.maker)
    page = await maker.get(f"/claims/{claim.id}")

    stale = await maker.post(f"/claims/{claim.id}/payout", {"version": claim.version - 1})
    done = await fill_in(maker, page, f"/claims/{claim.id}/payout")

    assert "肆万零叁拾壹元零壹分" in page.text
    assert stale.status_code == 409
    assert done.status_code == 303
    assert (await now(claim, story)).state is ClaimState.PAYING


async def test_an_interim_part_is_ordered_before_the_decision(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    approver = await browser(client, story.approver_a)
    page = await approver.get(f"/claims/{claim.id}?do=interim-payment")
    await fill_in(approver, page, f"/claims/{claim.id}/interim-payment", amount_fen="1万")
    maker = await browser(client, story.maker)

    done = await fill_in(maker, await maker.get("/payouts"), "/payouts")

    assert done.status_code == 303
    assert (await newest(story)).amount_fen == 1_000_000
    assert (await now(claim, story)).state is ClaimState.ASSESSING


async def test_who_orders_does_not_release(client: httpx.AsyncClient, story: People) -> None:
    await make.claim_in(ClaimState.AGREED, story)
    maker, checker = await browser(client, story.maker), await browser(client, story.checker)
    await fill_in(maker, await maker.get("/payouts"), "/payouts")
    release = f"/payouts/{(await newest(story)).id}/release"

    assert release not in addresses((await maker.get("/payouts")).text)
    assert "/payouts" not in addresses((await checker.get("/payouts")).text)
    assert (await fill_in(checker, await checker.get("/payouts"), release)).status_code == 303


async def test_an_order_is_cancelled_with_a_reason_and_made_anew(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    maker = await browser(client, story.maker)
    await fill_in(maker, await maker.get("/payouts"), "/payouts")
    cancel = f"/payouts/{(await newest(story)).id}/cancellation"
    page = await maker.get("/payouts")

    without = await fill_in(maker, page, cancel)
    done = await fill_in(maker, page, cancel, reason="户名有误", key="second")
    twice = await fill_in(maker, page, cancel, reason="户名有误", key="third")
    anew = await fill_in(maker, await maker.get("/payouts"), "/payouts")

    assert without.status_code == 422
    assert "请写明作废原因" in without.text
    assert (done.status_code, twice.status_code, anew.status_code) == (303, 409, 303)
    assert (await now(claim, story)).state is ClaimState.PAYING


async def test_offices_insurers_and_readers_see_payouts_and_order_none(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)

    for actor in (story.town, story.adjuster_a, story.leader, story.auditor):
        reader = await browser(client, actor)
        page = await reader.get("/payouts")
        assert addresses(page.text) == {"/sign-out"}
        assert claim.number not in page.text
        assert (await reader.post("/payouts", {"part_id": 1})).status_code == 403
    assert (await (await browser(client, story.maker)).get("/payouts?state=NONE")).status_code == 404


async def test_orders_are_filtered_linked_to_their_claims_summed_and_exported_as_seen(client: httpx.AsyncClient, story: People) -> None:
    first, second = await make.claim_in(ClaimState.PAYING, story), await make.claim_in(ClaimState.PAYING, story)
    maker, leader = await browser(client, story.maker), await browser(client, story.leader)

    everything = await maker.get("/payouts")
    one = await maker.get(f"/payouts?q={second.number}&mode=DIRECT&insurer={story.insurer_a}")
    none = await maker.get("/payouts?mode=AGENT")
    paged = await maker.get("/payouts?limit=1")
    rows = sheet(await maker.get(f"/payouts/export?q={second.number}"))

    assert "合计 2 笔" in everything.text
    assert "80,062.02" in everything.text
    assert f'href="/claims/{first.id}"' in everything.text
    assert first.number not in one.text
    assert "合计 1 笔" in one.text
    assert "没有符合条件的记录" in none.text
    assert 'rel="next"' in paged.text
    assert "80,062.02" in paged.text  # of the whole, not of the page
    assert ([row[2] for row in rows[1:]], rows[-1][6]) == ([second.number, None], 40_031.01)
    assert (await leader.get("/payouts/export")).status_code == 200
    for wrong in ("mode=X", "cursor=x", "limit=0"):
        assert (await maker.get(f"/payouts?{wrong}")).status_code == 422
    assert f"/payouts?q={second.number}" not in (await maker.get("/payouts?insurer=abc")).text


# -- with the bank ------------------------------------------------------------------------------------------------------


async def _upload(who: Browser, lines: list[Any], **typed: Any) -> httpx.Response:
    file = {"file": ("流水.csv", make.bank_file(lines))}
    return await fill_in(who, await who.get("/statements"), "/statements", file, **({"side": "PAYER", "account": ""} | typed))


async def test_a_statement_pays_the_claim_and_its_match_can_be_taken_apart(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.PAYING, story)
    maker = await browser(client, story.maker)
    payout = await newest(story)
    lines = [(story.maker.on, payout.amount_fen, PAYEE, ACCOUNT, f"{payout.token} 赔款")]

    read = await _upload(maker, lines)
    paid = await now(claim, story)
    page = await maker.get(f"{read.headers['location']}?view=matched")
    undo = next(to for to in addresses(page.text) if to.endswith("/undo"))
    undone = await fill_in(maker, page, undo)
    unpaid = await now(claim, story)
    twice = await fill_in(maker, page, undo, key="again")
    waiting = await maker.get(undone.headers["location"])
    here = read.headers["location"]
    again = await fill_in(maker, waiting, f"{here}/matches")

    assert read.status_code == 303
    assert (paid.state, paid.paid_fen) == (ClaimState.PAID, payout.amount_fen)
    assert payout.number in page.text
    assert (undone.status_code, unpaid.state, unpaid.paid_fen) == (303, ClaimState.PAYING, 0)
    assert twice.status_code == 404
    assert again.status_code == 303
    assert (await now(claim, story)).state is ClaimState.PAID


async def test_a_line_that_came_before_the_release_is_matched_afterwards(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    maker, checker = await browser(client, story.maker), await browser(client, story.checker)
    await fill_in(maker, await maker.get("/payouts"), "/payouts")
    payout = await newest(story)
    read = await _upload(maker, [(story.maker.on, payout.amount_fen, PAYEE, ACCOUNT, f"{payout.token} 赔款")])
    early = await now(claim, story)
    await fill_in(checker, await checker.get("/payouts"), f"/payouts/{payout.id}/release")
    here = read.headers["location"]

    done = await fill_in(maker, await maker.get(here), f"{here}/rematch")

    assert early.state is ClaimState.PAYING
    assert done.status_code == 303
    assert (await now(claim, story)).state is ClaimState.PAID


async def test_a_fee_is_dealt_with_on_the_page_and_taken_back(client: httpx.AsyncClient, story: People) -> None:
    maker = await browser(client, story.maker)
    here = (await _upload(maker, [(story.maker.on, 500, "", "", "手续费")])).headers["location"]
    page = await maker.get(here)
    resolve = next(to for to in addresses(page.text) if to.endswith("/resolution"))

    done = await fill_in(maker, page, resolve)
    page = await maker.get(f"{here}?view=matched")
    undone = await fill_in(maker, page, next(to for to in addresses(page.text) if to.startswith("/resolutions/")))

    assert (done.status_code, undone.status_code) == (303, 303)
    assert "记手续费" in page.text
    assert resolve in addresses((await maker.get(here)).text)


async def test_a_file_that_cannot_be_read_is_refused_whole_and_keeps_the_form(client: httpx.AsyncClient, story: People) -> None:
    maker = await browser(client, story.maker)
    page = await maker.get("/statements")

    nothing = await fill_in(maker, page, "/statements", {"file": ("", b"")}, side="PAYER", account="6222")
    no_table = await fill_in(maker, page, "/statements", {"file": ("a.csv", b"a,b\n1,2\n")}, side="PAYER", account="6222")
    no_side = await _upload(maker, [(story.maker.on, 1, PAYEE, ACCOUNT, "")], side="")

    for refused in (nothing, no_table, no_side):
        assert refused.status_code == 422, refused.text[:2000]
        assert 'id="errors"' in refused.text
    assert fields(no_table.text, "/statements")["account"] == ["6222"]
    assert fields(no_table.text, "/statements")["side"] == ["PAYER"]


async def test_the_same_file_again_says_so_and_stores_nothing(client: httpx.AsyncClient, story: People) -> None:
    maker = await browser(client, story.maker)
    lines = [(story.maker.on, 500, "", "", "手续费")]

    first, second = await _upload(maker, lines), await _upload(maker, lines)
    page = await maker.get(second.headers["location"])

    assert "这份对账单已经导入过" in page.text
    assert f'href="{first.headers["location"]}"' in page.text
    assert len(re.findall(r'href="/statements/\d+"', (await maker.get("/statements")).text)) == 1


async def test_a_hand_match_of_another_amount_is_refused(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.PAYING, story)
    maker = await browser(client, story.maker)
    payout = await newest(story)
    read = await _upload(maker, [(story.maker.on, payout.amount_fen - 1, PAYEE, ACCOUNT, "赔款")])
    here = read.headers["location"]
    _, lines = await actions_cases.statement(int(here.rsplit("/", 1)[1]), actor=story.maker)

    refused = await maker.post(f"{here}/matches", {"line_id": lines[0].id, "payout_id": payout.id})
    expired = await maker.post(f"{here}/matches", {"line_id": "x", "payout_id": payout.id})

    assert (refused.status_code, expired.status_code) == (422, 422)
    assert "金额不同" in refused.text
    assert (await now(claim, story)).state is ClaimState.PAYING


async def test_bank_files_are_for_finance_and_auditors(client: httpx.AsyncClient, story: People) -> None:
    for name, status in {"maker": 200, "checker": 200, "auditor": 200, "town": 403, "adjuster_a": 403, "leader": 403}.items():
        reader = await browser(client, getattr(story, name))
        assert (await reader.get("/statements")).status_code == status
    auditor = await browser(client, story.auditor)
    assert addresses((await auditor.get("/statements")).text) == {"/sign-out"}
    assert (await auditor.post("/statements", {})).status_code == 403
