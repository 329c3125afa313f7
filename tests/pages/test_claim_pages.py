"""The pages of a claim: every state for every reader, every verb by its form, and the whole way by forms only."""

from __future__ import annotations

import io
import re
from typing import Any

import httpx
import msgspec
import pytest
from python_calamine import CalamineWorkbook

import make
from insurance.base import db
from insurance.claims import actions
from insurance.claims.model import Claim, ClaimState
from insurance.policies.model import Cover
from make.claims import ACCOUNT, assess, later
from make.paper_forms import addresses, fields, fill_in
from people import People, browser

_S = ClaimState
FOREIGN = {"other_county", "other_town", "adjuster_b", "approver_b"}
# verb → state it starts from, who, what is typed, state after; then what is typed wrongly, and the field that is told.
VERBS: dict[str, tuple[ClaimState, str, dict[str, Any], ClaimState, dict[str, Any], str]] = {
    "correction": (_S.REPORTED, "town", {"reported_fen": "5万"}, _S.REPORTED, {"reported_fen": "八万多"}, "reported_fen"),
    "acceptance": (_S.REPORTED, "adjuster_a", {"note": "资料另送"}, _S.ACCEPTED, {"proofs_on": "2019-09-30"}, "proofs_on"),
    "assignment": (_S.ACCEPTED, "adjuster_a", {"visit_at": "2019-08-31T10:00"}, _S.SURVEYING, {"visit_at": ""}, "visit_at"),
    "survey": (
        _S.ACCEPTED,
        "adjuster_a",
        {"visited_at": "2019-08-29T10:00", "place": "3号棚", "findings": "倒塌三跨"},
        _S.OPENED,
        {"visited_at": "2019-09-30T10:00", "place": "3号棚", "findings": "倒塌三跨"},
        "visited_at",
    ),
    "papers-notice": (_S.OPENED, "adjuster_a", {}, _S.SUPPLEMENT, {"papers": ["TITLE"]}, "papers"),
    "papers": (_S.SUPPLEMENT, "town", {"note": "已送达"}, _S.SUPPLEMENT, {"received_on": "2019-10-01"}, "received_on"),
    "assessment": (
        _S.OPENED,
        "adjuster_a",
        {"lines-0-loss_fen": "45,678.90", "lines-0-salvage_fen": "1200"},
        _S.ASSESSING,
        {"lines-0-loss_fen": "99999999"},
        "lines-0-loss_fen",
    ),
    "publicity": (_S.ASSESSING, "town", {"place": "东村公开栏"}, _S.PUBLICITY, {"place": ""}, "place"),
    "objection": (_S.PUBLICITY, "town", {"reason": "漏列水泵"}, _S.DISPUTED, {"reason": ""}, "reason"),
    "approval": (_S.ASSESSING, "approver_a", {}, _S.APPROVED, {"payee_account_id": "999999"}, "payee_account_id"),
    "declinature": (
        _S.ASSESSING,
        "approver_a",
        {"reasons": ["THRESHOLD_NOT_MET"], "note": "雨量不足"},
        _S.REJECTED,
        {"note": "雨量不足"},
        "reasons",
    ),
    "agreement": (_S.APPROVED, "town", {}, _S.APPROVED, {"signed_on": "2019-10-01"}, "signed_on"),
    "interim-payment": (_S.ASSESSING, "approver_a", {"amount_fen": "1万"}, _S.ASSESSING, {"amount_fen": "100万"}, "amount_fen"),
    "withdrawal": (_S.OPENED, "town", {"reason": "自行修复"}, _S.WITHDRAWN, {"reason": ""}, "reason"),
    "closure": (_S.PAID, "adjuster_a", {}, _S.CLOSED, {"note": "长" * 4001}, "note"),
    "reopening": (_S.CLOSED, "approver_a", {"reason": "漏赔"}, _S.REOPENED, {"reason": ""}, "reason"),
}


async def now(claim: Claim, story: People) -> Claim:
    return await actions.one(claim.id, actor=story.city)


@pytest.mark.parametrize("state", ClaimState)
async def test_every_state_has_its_page_for_every_reader(client: httpx.AsyncClient, story: People, state: ClaimState) -> None:
    claim = await make.claim_in(state, story)

    for name, actor in story.everybody().items():
        page = await (await browser(client, actor)).get(f"/claims/{claim.id}")
        expected = 403 if name == "admin" else 404 if name in FOREIGN else 200
        assert page.status_code == expected, (name, page.text[:3000])
        own = await actions.one(claim.id, actor=actor) if expected == 200 else None
        if own and not own.open_verbs:
            assert not {to for to in addresses(page.text) if to.startswith(f"/claims/{claim.id}/")} - {f"/claims/{claim.id}/evidence"}


@pytest.mark.parametrize("verb", VERBS)
async def test_a_verb_is_done_by_its_form_and_refused_with_what_was_typed_kept(client: httpx.AsyncClient, story: People, verb: str) -> None:
    state, who, typed, after, wrong, field = VERBS[verb]
    claim = await make.claim_in(state, story)
    person = await browser(client, story.everybody()[who])
    page = await person.get(f"/claims/{claim.id}?do={verb}")
    action = f"/claims/{claim.id}/{verb}"

    refused = await fill_in(person, page, action, **wrong)
    untouched = await now(claim, story)
    done = await fill_in(person, refused, action, **(dict.fromkeys(wrong, "") | dict(fields(page.text, action)) | typed))

    assert refused.status_code == 422, refused.text[:3000]
    assert f'href="#f-{field}"' in refused.text
    shown = fields(refused.text, action)
    kept = {name: [value] if isinstance(value, str) else value for name, value in wrong.items() if name != "payee_account_id"}  # a choice
    assert {name: shown[name] for name in kept} == kept
    assert (untouched.state, untouched.version) == (state, claim.version)
    assert done.status_code == 303, done.text[:3000]
    assert done.headers["location"] == f"/claims/{claim.id}?done={verb}"
    assert (await now(claim, story)).state is after
    assert "已办理" in (await person.get(done.headers["location"])).text


async def test_the_way_from_report_to_closing_by_forms_only(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story)
    people = {name: await browser(client, getattr(story, name)) for name in ("town", "adjuster_a", "approver_a", "maker", "checker")}

    async def do(who: str, path: str, action: str, files: Any = None, **typed: Any) -> str:
        answer = await fill_in(people[who], await people[who].get(path), action, files, **typed)
        assert answer.status_code == 303, answer.text[:3000]
        return str(answer.headers["location"])

    told = await do(
        "town", f"/claims/new?policy={loss.policy_id}", "/claims", loss_at="2019-08-11T06:00", peril="RAINSTORM", reported_fen="4.6万"
    )
    claim_id = int(re.findall(r"\d+", told)[0])
    here = f"/claims/{claim_id}"
    await do("adjuster_a", "/worklist", f"{here}/acceptance")
    await do("adjuster_a", here, f"{here}/survey", visited_at="2019-08-29T10:00", place="1号棚", findings="倒塌三跨")
    await do("adjuster_a", here, f"{here}/evidence", {"file": ("棚.txt", "现场记录".encode())}, kind="SCENE")
    await do("adjuster_a", here, f"{here}/assessment", **{"lines-0-loss_fen": "45678.90", "lines-0-salvage_fen": "1200"})
    before = (await people["approver_a"].get(here)).text
    await do("approver_a", here, f"{here}/approval")
    await do("town", here, f"{here}/agreement")
    await do("adjuster_a", here, f"{here}/agreement")
    await do("maker", "/payouts", "/payouts")
    released = (await people["checker"].get("/payouts?state=ORDERED")).text
    payout = next(to for to in addresses(released) if to.endswith("/release"))
    await do("checker", "/payouts?state=ORDERED", payout)
    token = re.findall(r"SB\d{12}", released)[0]
    lines = [(story.maker.on, 4_003_101, "石门村股份经济合作社", ACCOUNT, f"{token} 赔款")]
    statement = await do("maker", "/statements", "/statements", {"file": ("流水.csv", make.bank_file(lines))}, side="PAYER", account="")
    paid = await actions.one(claim_id, actor=story.city)
    await do("adjuster_a", here, f"{here}/closure")

    assert "40,031.01" in before
    assert "肆万零叁拾壹元零壹分" in before
    assert "现场记录" not in before
    assert "棚.txt" in before
    assert "LA2019" in (await people["maker"].get(statement)).text or "FK2019" in (await people["maker"].get(statement)).text
    assert (paid.state, paid.paid_fen) == (ClaimState.PAID, 4_003_101)
    assert (await actions.one(claim_id, actor=story.city)).state is ClaimState.CLOSED


async def test_an_outdated_form_says_what_changed_and_keeps_what_was_typed(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    person = await browser(client, story.adjuster_a)
    page = await person.get(f"/claims/{claim.id}?do=assessment")
    await assess(claim, story, loss_fen=3_000_000)

    answer = await fill_in(person, page, f"/claims/{claim.id}/assessment", **{"lines-0-loss_fen": "40000", "note": "核实后"})
    again = await fill_in(person, answer, f"/claims/{claim.id}/assessment")

    assert answer.status_code == 409
    assert "案件已被他人改动" in answer.text
    assert "adjuster-a：定损" in answer.text
    assert fields(answer.text, f"/claims/{claim.id}/assessment")["lines-0-loss_fen"] == ["40000"]
    assert again.status_code == 303
    assert (await now(claim, story)).version == claim.version + 2


async def test_a_form_whose_time_is_over_gives_back_what_was_typed(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.REPORTED, story)
    town = await browser(client, story.town)
    page = await town.get(f"/claims/{claim.id}?do=correction")
    await fill_in(await browser(client, story.adjuster_a), await (await browser(client, story.adjuster_a)).get("/worklist"),
                  f"/claims/{claim.id}/acceptance")  # fmt: skip

    answer = await fill_in(town, page, f"/claims/{claim.id}/correction", account_of_loss="四号棚也进水")

    assert answer.status_code == 409
    assert "您填的内容没有保存" in answer.text
    assert "四号棚也进水" in answer.text


async def test_a_form_that_came_back_can_be_reloaded_and_asked_for_alone(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    person = await browser(client, story.approver_a)
    here = f"/claims/{claim.id}"

    again = await person.get(f"{here}/declinature?lang=zh")
    alone = await person.get(f"{here}?do=declinature", **{"hx-request": "true"})

    assert (again.status_code, again.headers["location"]) == (303, f"{here}?do=declinature")
    assert alone.text.lstrip().startswith('<div class="stack" id="do">')
    assert f"{here}/declinature" in addresses(alone.text)
    assert (await person.get(f"{here}/evidence")).headers["location"] == f"{here}#papers"


async def test_a_double_click_is_one_act(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.REPORTED, story)
    person = await browser(client, story.adjuster_a)
    form = {"key": "the-same", "version": claim.version}

    answers = [await person.post(f"/claims/{claim.id}/acceptance", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await actions.history(claim.id, actor=story.city)) == 2


async def test_a_refusal_is_not_kept_under_the_key_of_the_form(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    person = await browser(client, story.approver_a)
    form = {"key": "the-same", "version": claim.version}

    refused = await person.post(f"/claims/{claim.id}/approval", form | {"payee_account_id": "999999"})
    done = await person.post(f"/claims/{claim.id}/approval", form)

    assert (refused.status_code, done.status_code) == (422, 303)


async def test_nobody_decides_above_authority(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        await db.execute("UPDATE app_user SET authority_fen = 100 WHERE id = $1", story.approver_a.user_id)
    person = await browser(client, story.approver_a)

    answer = await fill_in(person, await person.get(f"/claims/{claim.id}"), f"/claims/{claim.id}/approval", note="同意")

    assert answer.status_code == 403
    assert "超出您的核赔权限" in answer.text
    assert "同意" in answer.text


async def test_nothing_payable_is_closed_at_zero_and_not_approved(client: httpx.AsyncClient, story: People) -> None:
    opened = await make.claim_in(ClaimState.OPENED, story)
    claim = await assess(opened, story, loss_fen=150_000)
    person = await browser(client, story.approver_a)
    page = await person.get(f"/claims/{claim.id}")

    done = await fill_in(person, page, f"/claims/{claim.id}/zero", note="低于免赔额")

    assert "do=approval" not in page.text
    assert done.status_code == 303
    assert (await now(claim, story)).state is ClaimState.ZERO


async def test_an_income_claim_is_assessed_by_accounts_or_by_days_never_both(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.OPENED, story, loss=await make.insured(story, Cover.INCOME))
    person = await browser(client, story.adjuster_a)
    action = f"/claims/{claim.id}/assessment"
    page = await person.get(f"/claims/{claim.id}")

    neither = await fill_in(person, page, action)
    half = await fill_in(person, page, action, damaged_on="2019-08-11")
    done = await fill_in(person, page, action, damaged_on="2019-08-11", resumed_on="2019-08-28", note="停电")

    assert neither.status_code == half.status_code == 422
    assert 'href="#f-resumed_on"' in half.text
    assert done.status_code == 303
    assert (await now(claim, story)).assessed_fen


async def test_a_paper_goes_on_file_and_comes_back_to_those_who_may_see_it(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.OPENED, story)
    town = await browser(client, story.town)
    action = f"/claims/{claim.id}/evidence"
    page = await town.get(f"/claims/{claim.id}")

    without = await fill_in(town, page, action, {"file": ("", b"")}, kind="TITLE")
    unknown = await fill_in(town, page, action, {"file": ("a.txt", b"paper")}, kind="NO_SUCH")
    filed = await fill_in(town, page, action, {"file": ("证.txt", "确权".encode())}, kind="TITLE", dated_on="2018-03-01")
    shown = (await town.get(f"/claims/{claim.id}")).text
    file = re.findall(rf"{action}/\d+", shown)[0]
    got = await town.get(file)

    assert (without.status_code, unknown.status_code, filed.status_code) == (422, 422, 303)
    assert fields(without.text, action)["kind"] == ["TITLE"]
    assert got.content.decode() == "确权"
    assert got.headers["content-disposition"].startswith("attachment")
    assert (await (await browser(client, story.adjuster_b)).get(file)).status_code == 404
    assert (await town.get(f"{action}/999999")).status_code == 404


async def test_readers_have_no_buttons(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)

    for actor in (story.leader, story.auditor):
        reader = await browser(client, actor)
        for path in (f"/claims/{claim.id}", "/claims", "/worklist", f"/claims/{claim.id}/working", "/disasters"):
            page = await reader.get(path)
            assert page.status_code == 200
            assert addresses(page.text) == {"/sign-out"}, path


async def test_a_foreign_claim_is_not_there(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.REPORTED, story)

    for actor in (story.adjuster_b, story.other_town, story.other_county):
        stranger = await browser(client, actor)
        verb = "acceptance" if actor.insurer_id else "withdrawal"
        assert (await stranger.post(f"/claims/{claim.id}/{verb}", {"version": 1, "reason": "x"})).status_code == 404
        assert (await stranger.get(f"/claims/{claim.id}/working")).status_code == 404
        assert claim.number not in (await stranger.get("/claims")).text
        assert claim.number not in (await stranger.get("/worklist?view=all")).text
    assert (await now(claim, story)).version == claim.version


async def test_the_printed_working_tells_every_step_and_the_amount_in_words(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    reader = await browser(client, story.city)

    page = (await reader.get(f"/claims/{claim.id}/working")).text
    steps = await actions.working(claim.id, actor=story.city)

    assert all(step.text in page for step in steps)
    assert "肆万零叁拾壹元零壹分" in page
    assert "_fen" not in page
    assert (await reader.get(f"/claims/{(await make.claim_in(ClaimState.OPENED, story)).id}/working")).status_code == 404


async def test_the_worklist_hands_each_role_its_own_work_by_deadline(client: httpx.AsyncClient, story: People) -> None:
    reported = await make.claim_in(ClaimState.REPORTED, story)
    assessing = await make.claim_in(ClaimState.ASSESSING, story)
    agreed = await make.claim_in(ClaimState.AGREED, story)

    async def numbers(who: str, query: str = "") -> list[str]:
        page = await (await browser(client, getattr(story, who))).get(f"/worklist{query}")
        return re.findall(r"LA2019-\d+", page.text)

    assert await numbers("adjuster_a") == [reported.number]
    assert await numbers("approver_a") == [assessing.number]
    assert await numbers("maker") == [agreed.number]
    assert await numbers("town") == [assessing.number]
    assert await numbers("adjuster_a", "?view=all") == [reported.number, agreed.number, assessing.number]
    assert await numbers("adjuster_a", "?view=all&due=soon") == [reported.number]
    assert await numbers("adjuster_a", "?view=all&due=late") == []
    assert await numbers("leader") == [reported.number, agreed.number, assessing.number]


async def test_a_late_claim_stands_first_and_says_by_how_much(client: httpx.AsyncClient, story: People) -> None:
    late = await make.reported(story, office=msgspec.structs.replace(later(story.town, -5)))
    fresh = await make.claim_in(ClaimState.REPORTED, story)

    page = (await (await browser(client, story.adjuster_a)).get("/worklist")).text

    assert page.index(late.number) < page.index(fresh.number)
    assert "超 4 天" in page
    assert re.search(r"剩 \d+ 小时", page)


@pytest.mark.parametrize("query", ["?due=someday", "?state=NONE", "?cursor=x", "?limit=0", "?sort=name"])
async def test_a_worklist_asked_for_nonsense_says_so(client: httpx.AsyncClient, story: People, query: str) -> None:
    assert (await (await browser(client, story.adjuster_a)).get(f"/worklist{query}")).status_code == 422


async def test_the_list_is_filtered_paged_and_exported_as_seen(client: httpx.AsyncClient, story: People) -> None:
    claims = [await make.claim_in(ClaimState.REPORTED, story) for _ in range(3)]
    opened = await make.claim_in(ClaimState.OPENED, story)
    city = await browser(client, story.city)

    async def numbers(query: str) -> list[str]:
        return list(dict.fromkeys(re.findall(r"LA2019-\d+", (await city.get(f"/claims{query}")).text)))

    first = (await city.get("/claims?limit=2")).text
    following = re.findall(r'href="(/claims\?[^"]*cursor=[^"]+)"', first)[0].replace("&amp;", "&")
    second = (await city.get(following)).text
    book = await city.get("/claims/export?state=REPORTED")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()

    assert await numbers("?state=OPENED") == [opened.number]
    assert await numbers(f"?q={opened.number}") == [opened.number]
    assert await numbers("?stage=ended") == []
    assert await numbers("?town=370481001") == []
    assert {*re.findall(r"LA2019-\d+", first)} | {*re.findall(r"LA2019-\d+", second)} == {one.number for one in [*claims, opened]}
    assert [row[0] for row in rows[1:]] == await numbers("?state=REPORTED")
    assert rows[1][13] == 46000.0


async def test_english_readers_find_no_chinese_of_ours(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    reader = await browser(client, story.approver_a)

    page = (await reader.get(f"/claims/{claim.id}?lang=en")).text

    assert "How the amount was worked out" in page
    assert "You can now" in page
    assert "应付赔款" not in page
