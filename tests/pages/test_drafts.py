"""What is typed into a claim's form outlives leaving the page, a refusal, a conflict and a sign-out; it is one's own, and forgotten in time."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

import make
from insurance.access.model import Role
from insurance.base import db
from insurance.claims import actions, actions_drafts, jobs
from insurance.claims.actions_drafts import REPORT
from insurance.claims.model import ClaimState
from insurance.claims.pages_forms import VERBS
from make.claims import assess, claim_in
from make.paper_forms import fields, fill_in
from people import Browser, People, browser

S = ClaimState
# verb → state it starts from, who, and something typed that is kept
TYPED: dict[str, tuple[ClaimState, str, dict[str, Any]]] = {
    "correction": (S.REPORTED, "town", {"account_of_loss": "四号棚也进水"}),
    "acceptance": (S.REPORTED, "adjuster_a", {"note": "资料另送"}),
    "assignment": (S.ACCEPTED, "adjuster_a", {"surveyor": "李查勘"}),
    "survey": (S.ACCEPTED, "adjuster_a", {"findings": "倒塌三跨，棚膜全损"}),
    "papers-notice": (S.OPENED, "adjuster_a", {"note": "寄送镇街"}),
    "papers": (S.SUPPLEMENT, "town", {"note": "已送达"}),
    "assessment": (S.OPENED, "adjuster_a", {"lines-0-loss_fen": "45,678.90", "note": "修复三跨"}),
    "publicity": (S.ASSESSING, "town", {"place": "东村公开栏"}),
    "objection": (S.PUBLICITY, "town", {"reason": "漏列水泵"}),
    "approval": (S.ASSESSING, "approver_a", {"note": "同意"}),
    "declinature": (S.ASSESSING, "approver_a", {"reasons": ["EXCLUDED"], "exclusion": "WEAR", "note": "锈蚀"}),
    "zero": (S.ASSESSING, "approver_a", {"note": "低于免赔额"}),
    "agreement": (S.APPROVED, "town", {"signed_on": "2019-08-30"}),
    "interim-payment": (S.ASSESSING, "approver_a", {"amount_fen": "1万"}),
    "withdrawal": (S.OPENED, "town", {"reason": "自行修复"}),
    "closure": (S.PAID, "adjuster_a", {"note": "资料齐全"}),
    "reopening": (S.CLOSED, "approver_a", {"reason": "漏赔"}),
}


def typed_again(page: httpx.Response, action: str, typed: dict[str, Any]) -> dict[str, Any]:
    """The same fields as the page now fills them in."""
    shown = fields(page.text, action)
    return {name: shown.get(name, [""]) if isinstance(value, list) else shown.get(name, [""])[0] for name, value in typed.items()}


async def keep(person: Browser, page: httpx.Response, action: str, **typed: Any) -> httpx.Response:
    """Press the button that keeps the form as a draft."""
    sent = fields(page.text, action) | {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    where, _, verb = action.rpartition("/")
    address = f"{where}/drafts/{verb}"
    assert f'formaction="{address}"' in page.text
    return await person.post(address, {name: values for name, values in sent.items() if name != "csrf"})


def test_every_form_is_tried() -> None:
    assert set(TYPED) == {verb.value for verb in VERBS}


@pytest.mark.parametrize("verb", TYPED)
async def test_a_draft_is_kept_offered_continued_and_gone_when_sent(client: httpx.AsyncClient, story: People, verb: str) -> None:
    state, who, typed = TYPED[verb]
    claim = await claim_in(state, story)
    here, action = f"/claims/{claim.id}?do={verb}", f"/claims/{claim.id}/{verb}"
    person = await browser(client, story.everybody()[who])
    plain = await person.get(here)

    kept = await keep(person, plain, action, **typed)
    later = await person.get(here)
    again = await person.get(f"{here}&draft=1")
    await person.post(f"/claims/{claim.id}/drafts/{verb}/discard")
    without = await person.get(here)

    assert (kept.status_code, kept.headers["location"]) == (303, f"{here}&draft=1")
    assert "有您 2019-08-30" in later.text
    assert "有您 2019-08-30" not in plain.text
    assert typed_again(later, action, typed) == typed_again(plain, action, typed), "offered, not put in unasked"
    assert typed_again(again, action, typed) == typed
    assert "正在填写" in again.text
    assert "有您 2019-08-30" not in without.text


async def test_what_was_kept_is_sent_and_then_gone(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    action, here = f"/claims/{claim.id}/survey", f"/claims/{claim.id}?do=survey"
    person = await browser(client, story.adjuster_a)
    typed = {"visited_at": "2019-08-29T10:00", "place": "3号棚", "findings": "倒塌三跨"}
    await keep(person, await person.get(here), action, **typed)

    done = await fill_in(person, await person.get(f"{here}&draft=1"), action)

    assert done.status_code == 303, done.text[:3000]
    assert (await actions.one(claim.id, actor=story.city)).state is S.OPENED
    assert await actions_drafts.find(f"claim:{claim.id}", "survey", actor=story.adjuster_a) is None


async def test_a_refused_form_is_there_after_signing_in_again(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    action, here = f"/claims/{claim.id}/survey", f"/claims/{claim.id}?do=survey"
    person = await browser(client, story.adjuster_a)

    refused = await fill_in(person, await person.get(here), action, findings="倒塌三跨", visited_at="2019-09-30T10:00")
    anew = await browser(client, story.adjuster_a)  # another session
    again = await anew.get(f"{here}&draft=1")

    assert refused.status_code == 422
    assert "草稿已存" in refused.text
    assert "有您 2019-08-30" in (await anew.get(here)).text
    assert fields(again.text, action)["findings"] == ["倒塌三跨"]


async def test_a_conflict_keeps_it_and_says_that_the_claim_has_moved(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    action, here = f"/claims/{claim.id}/assessment", f"/claims/{claim.id}?do=assessment"
    person = await browser(client, story.adjuster_a)
    page = await person.get(here)
    await assess(claim, story, loss_fen=3_000_000)

    conflict = await fill_in(person, page, action, **{"lines-0-loss_fen": "40000"})
    again = await person.get(f"{here}&draft=1")
    done = await fill_in(person, again, action)

    assert conflict.status_code == 409
    assert "存草稿后案件有变化" in again.text
    assert fields(again.text, action)["lines-0-loss_fen"] == ["40000"]
    assert done.status_code == 303, "the draft goes with the version of today"


async def test_while_somebody_types_the_form_keeps_itself(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    person = await browser(client, story.adjuster_a)
    headers = {"hx-request": "true", "hx-target": "kept-draft"}
    address = f"/claims/{claim.id}/drafts/survey"

    kept = await person.post(address, {"version": claim.version, "findings": "倒塌"}, headers=headers)
    empty = await person.post(address, {"version": claim.version, "findings": " "}, headers=headers)

    assert kept.status_code == 200
    assert "草稿已存 2019-08-30" in kept.text
    assert "<html" not in kept.text
    assert empty.text.strip() == ""
    draft = await actions_drafts.find(f"claim:{claim.id}", "survey", actor=story.adjuster_a)
    assert draft is not None
    assert draft.body == {"findings": ["倒塌"]}


async def test_a_session_that_ended_leads_nobody_away_from_what_is_typed(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    address = f"/claims/{claim.id}/drafts/survey"
    gone = Browser(client, "no-such-session")

    told = await gone.post(address, {"findings": "x"}, headers={"hx-request": "true", "hx-target": "kept-draft"})
    button = await gone.post(address, {"findings": "x"})
    after = await (await browser(client, story.adjuster_a)).get(address)

    assert told.status_code == 401
    assert "hx-redirect" not in told.headers
    assert told.headers["hx-retarget"] == "#notes"
    assert "请另开窗口登录" in told.text
    assert (button.status_code, button.headers["location"]) == (303, f"/login?next=%2Fclaims%2F{claim.id}%2Fdrafts%2Fsurvey")
    assert (after.status_code, after.headers["location"]) == (303, f"/claims/{claim.id}?do=survey")


async def test_a_report_is_kept_too(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story)
    here, address = f"/claims/new?policy={loss.policy_id}", f"/policies/{loss.policy_id}/report-draft"
    person = await browser(client, story.town)
    typed = {"loss_at": "2019-08-11T06:00", "peril": "RAINSTORM", "reported_fen": "4.6万"}

    sent = fields((await person.get(here)).text, "/claims") | {name: [value] for name, value in typed.items()} | {"reported_fen": ["十万"]}
    kept = await person.post(address, {name: values for name, values in sent.items() if name != "csrf"})
    again = await person.get(f"{here}&draft=1")
    refused = await fill_in(person, again, "/claims")
    done = await fill_in(person, refused, "/claims", reported_fen="4.6万")

    assert kept.headers["location"] == f"{here}&draft=1"
    assert fields(again.text, "/claims")["reported_fen"] == ["十万"]
    assert (refused.status_code, done.status_code) == (422, 303)
    assert await actions_drafts.find(f"policy:{loss.policy_id}", REPORT, actor=story.town) is None


async def test_a_report_is_discarded_and_asked_for_after_signing_in(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story)
    person = await browser(client, story.town)
    address = f"/policies/{loss.policy_id}/report-draft"
    await person.post(address, {"account_of_loss": "进水"})

    back = await person.get(address)
    gone = await person.post(f"{address}/discard")

    assert back.headers["location"] == gone.headers["location"] == f"/claims/new?policy={loss.policy_id}"
    assert await actions_drafts.find(f"policy:{loss.policy_id}", REPORT, actor=story.town) is None


async def test_a_draft_is_nobody_elses_and_not_readable_in_the_table(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    await actions_drafts.keep(f"claim:{claim.id}", "survey", {"findings": ["张三的大棚倒塌"]}, actor=story.adjuster_a)

    page = await (await browser(client, story.approver_a)).get(f"/claims/{claim.id}?do=survey")
    seen = {}
    for name, actor in story.everybody().items():
        async with db.transaction(actor.scope):
            seen[name] = await db.fetchval("SELECT count(*) FROM draft")
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        system = await db.fetchval("SELECT count(*) FROM draft")
    async with db.transaction(story.adjuster_a.scope):
        stored = await db.fetchval("SELECT body_cipher FROM draft")

    assert "张三" not in page.text
    assert {name for name, count in seen.items() if count} == {"adjuster_a"}
    assert system == 0
    assert "张三".encode() not in stored


async def test_after_thirty_days_the_tick_forgets_it(story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    await actions_drafts.keep(f"claim:{claim.id}", "survey", {"findings": ["x"]}, actor=story.adjuster_a)
    await actions_drafts.keep(f"claim:{claim.id}", "assignment", {"surveyor": ["x"]}, actor=story.adjuster_a)
    async with db.transaction(story.adjuster_a.scope):
        await db.execute("UPDATE draft SET recorded_at = now() - interval '31 days' WHERE verb = 'survey'")
    system = msgspec.structs.replace(story.city, user_id=0, role=Role.SYSTEM)

    first = await jobs.tick(actor=system)
    again = await jobs.tick(actor=system)

    assert (first["drafts_forgotten"], again["drafts_forgotten"]) == (1, 0)
    assert await actions_drafts.find(f"claim:{claim.id}", "assignment", actor=story.adjuster_a) is not None


@pytest.mark.parametrize("who", ["other_county", "adjuster_b"])
async def test_elsewhere_there_is_no_form_to_keep(client: httpx.AsyncClient, story: People, who: str) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    stranger = await browser(client, getattr(story, who))

    for path in (f"/claims/{claim.id}/drafts/survey", f"/claims/{claim.id}/drafts/survey/discard"):
        assert (await stranger.post(path, {"findings": "x"})).status_code == 404
    own = await browser(client, story.adjuster_a)
    assert (await own.post(f"/claims/{claim.id}/drafts/no-such", {"findings": "x"})).status_code == 404


async def test_a_form_too_long_to_keep_says_so(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ACCEPTED, story)
    person = await browser(client, story.adjuster_a)

    told = await person.post(f"/claims/{claim.id}/drafts/survey", {f"findings-{n}": "长" * 2000 for n in range(60)})

    assert told.status_code == 422
    assert "内容太长" in told.text
