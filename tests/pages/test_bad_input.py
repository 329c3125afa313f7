"""Bad input: refused by field, with a text that says the way out in both languages; on the page nothing typed is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

import make
from insurance.claims import actions
from insurance.claims.model import Claim, ClaimState
from make.claims import assess, claim_in, item_of
from make.paper_forms import fields, fill_in
from people import People, api, browser

S = ClaimState
_REPORT: dict[str, Any] = {"loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 4_600_000, "peril": "RAINSTORM"}
_SURVEY: dict[str, Any] = {
    "visited_at": "2019-08-29T10:00:00+08:00", "place": "1号棚", "cause": "暴雨", "findings": "倒塌", "reserve_fen": 4_500_000,
}  # fmt: skip


class Bad(msgspec.Struct):
    """What is sent wrongly over HTTP, the field that is told, the way out in both languages; and the same typed into the form."""

    path: str  # "" is a loss report; else the verb
    state: ClaimState | None
    who: str
    body: dict[str, Any]
    field: str
    zh: str
    en: str
    typed: dict[str, str] | None = None
    form_field: str = ""
    status: int = 422


BAD: dict[str, Bad] = {
    "loss over value": Bad(
        "assessment", S.OPENED, "adjuster_a", {"lines": [{"loss_fen": 9_999_999_999}]}, "lines[0].loss_fen",
        "全损填 689,791.67 元", "for a total loss fill in 689,791.67", {"lines-0-loss_fen": "99999999.99"}, "lines-0-loss_fen",
    ),
    "unit confusion in an assessment": Bad(
        "assessment", S.OPENED, "adjuster_a", {"lines": [{"loss_fen": 456_789_000_000}]}, "lines[0].loss_fen",
        "单位是元还是万元", "ten thousands", {"lines-0-loss_fen": "456789万"}, "lines-0-loss_fen",
    ),
    "unit confusion in a report": Bad(
        "", None, "town", {"reported_fen": 46_000_000_000}, "reported_fen",
        "单位是元还是万元", "in yuan or in ten thousands", {"reported_fen": "46000万"}, "reported_fen",
    ),
    "an amount in words": Bad(
        "", None, "town", {"reported_fen": "4.6万"}, "reported_fen",
        "/schema/openapi.json", "/schema/openapi.json", {"reported_fen": "四万六"}, "reported_fen",
    ),
    "loss before inception": Bad(
        "", None, "town", {"loss_at": "2019-03-01T06:00:00+08:00"}, "loss_at",
        "自 2019-03-02 起", "begins on 2019-03-02", {"loss_at": "2019-03-01T06:00"}, "loss_at",
    ),
    "loss after expiry": Bad(
        "", None, "town", {"loss_at": "2018-03-01T06:00:00+08:00"}, "loss_at",
        "改选出险时有效的保单", "choose the policy in force then", {"loss_at": "2018-03-01T06:00"}, "loss_at",
    ),
    "loss tomorrow": Bad(
        "", None, "town", {"loss_at": "2019-08-31T06:00:00+08:00"}, "loss_at",
        "不能晚于今天（2019-08-30）", "later than today (2019-08-30)", {"loss_at": "2019-08-31T06:00"}, "loss_at",
    ),
    "unknown peril": Bad(
        "", None, "town", {"peril": "LOCUSTS"}, "peril",
        "/schema/openapi.json", "/schema/openapi.json", {"peril": "LOCUSTS"}, "peril",
    ),
    "peril that is not insured": Bad(
        "", None, "town", {"peril": "QUAKE"}, "peril",
        "承保的有：台风、大风、暴雨", "those that are: Typhoon, Gale", {"peril": "QUAKE"}, "peril",
    ),
    "visit in the future": Bad(
        "survey", S.ACCEPTED, "adjuster_a", _SURVEY | {"visited_at": "2019-08-31T10:00:00+08:00"}, "visited_at",
        "今天（2019-08-30）", "after today (2019-08-30)",
        {"visited_at": "2019-08-31T10:00", "place": "1号棚", "findings": "倒塌三跨"}, "visited_at",
    ),
    "visit before the loss": Bad(
        "survey", S.ACCEPTED, "adjuster_a", _SURVEY | {"visited_at": "2019-08-10T10:00:00+08:00"}, "visited_at",
        "应在出险之后", "comes after the loss", {"visited_at": "2019-08-10T10:00", "place": "1号棚", "findings": "倒塌三跨"}, "visited_at",
    ),
    "notice hung tomorrow": Bad(
        "publicity", S.ASSESSING, "town", {"place": "公开栏", "posted_on": "2019-08-31"}, "posted_on",
        "不能晚于今天（2019-08-30）", "not later than today (2019-08-30)", {"place": "公开栏", "posted_on": "2019-08-31"}, "posted_on",
    ),
    "papers before the notice": Bad(
        "papers", S.SUPPLEMENT, "town", {"received_on": "2019-08-29", "note": "已送达"}, "received_on",
        "补充资料不会早于通知", "notice", {"received_on": "2019-08-29", "note": "已送达"}, "received_on",
    ),
    "notice that leaves a paper out": Bad(
        "papers-notice", S.OPENED, "adjuster_a", {"papers": ["TITLE"]}, "papers",
        "还缺：出险通知书", "tick none to ask for all", {"papers": "TITLE", "note": "缺权属证明"}, "papers",
    ),
    "nothing proved": Bad(
        "declinature", S.ASSESSING, "approver_a", {"reasons": ["EXCLUDED"], "exclusion": "WEAR", "note": "锈蚀"}, "explained",
        "有证明的请勾选", "Tick if it is proved", {"reasons": "EXCLUDED", "exclusion": "WEAR", "note": "锈蚀"}, "explained",
    ),
    "no finding on record": Bad(
        "declinature", S.ASSESSING, "approver_a", {"reasons": ["FALSE_EVENT"], "note": "并无暴雨"}, "reasons[0]",
        "须先登记欺诈认定", "record the finding of fraud first", {"reasons": "FALSE_EVENT", "note": "并无暴雨"}, "reasons",
    ),
    "more ahead than is certain": Bad(
        "interim-payment", S.ASSESSING, "approver_a", {"amount_fen": 5_000_000}, "amount_fen",
        "还可支付 40,031.01 元", "40,031.01 yuan", {"amount_fen": "5万"}, "amount_fen",
    ),
    "known before it happened": Bad(
        "reopening", S.CLOSED, "approver_a", {"reason": "漏赔", "knew_on": "2019-08-01"}, "knew_on",
        "不会在出险之前", "before it happens", {"reason": "漏赔", "knew_on": "2019-08-01"}, "knew_on",
    ),
    "papers asked for after approval": Bad(
        "papers-notice", S.APPROVED, "adjuster_a", {}, "",
        "可以办的有：签署赔偿协议", "What can be done: sign the agreement", status=409,
    ),
    "papers handed in that nobody asked for": Bad(
        "papers", S.OPENED, "town", {}, "", "案件现在是「已立案」", 'is now "opened"', status=409,
    ),
    "an assessment after the payment": Bad(
        "assessment", S.CLOSED, "adjuster_a", {"lines": [{"loss_fen": 1}]}, "",
        "可以办的有：重开案件", "What can be done: reopen", status=409,
    ),
    "a version that is over": Bad(
        "publicity", S.ASSESSING, "town", {"version": 1, "place": "公开栏"}, "",
        "请刷新后再办", "", {"version": "1", "place": "东村公开栏"}, "", 409,
    ),
}  # fmt: skip


async def _ground(bad: Bad, story: People) -> tuple[Claim | None, dict[str, Any], str]:
    """The claim in its state (none for a report), the JSON body as it should be but for what is bad, and where the form is."""
    if bad.state is None:
        loss = await make.insured(story)
        return None, {"policy_id": loss.policy_id} | _REPORT | bad.body, f"/claims/new?policy={loss.policy_id}"
    claim = await claim_in(bad.state, story)
    body: dict[str, Any] = {"version": claim.version} | bad.body
    if "lines" in body:
        body["lines"] = [{"policy_item_id": await item_of(claim, story.adjuster_a)} | line for line in body["lines"]]
    return claim, body, f"/claims/{claim.id}?do={bad.path}"


@pytest.mark.parametrize("name", BAD)
async def test_the_field_and_the_way_out_are_told_in_both_languages(client: httpx.AsyncClient, story: People, name: str) -> None:
    bad = BAD[name]
    claim, body, _ = await _ground(bad, story)
    person = await api(client, getattr(story, bad.who))
    path = f"/claims/{claim.id}/{bad.path}" if claim else "/claims"

    chinese = await person.post(path, body)
    english = await person.post(path, body, headers={"accept-language": "en"})

    assert (chinese.status_code, english.status_code) == (bad.status, bad.status), chinese.text
    for answer, way_out in ((chinese, bad.zh), (english, bad.en)):
        told = answer.json()
        assert [error["field"] for error in told["errors"]] == ([bad.field] if bad.field else []), told
        assert way_out in " ".join([told["detail"], *(error["text"] for error in told["errors"])]), told
    if claim:
        assert (await actions.one(claim.id, actor=story.city)).version == claim.version


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.typed])
async def test_on_the_page_nothing_typed_is_lost(client: httpx.AsyncClient, story: People, name: str) -> None:
    bad = BAD[name]
    claim, _, form = await _ground(bad, story)
    assert bad.typed is not None
    person = await browser(client, getattr(story, bad.who))
    page = await person.get(form)
    action = f"/claims/{claim.id}/{bad.path}" if claim else "/claims"
    whole = {} if claim else {"loss_at": "2019-08-11T06:00", "peril": "RAINSTORM", "reported_fen": "4.6万"}
    typed = whole | bad.typed

    told = await fill_in(person, page, action, **typed)

    assert told.status_code == bad.status, told.text[:3000]
    if bad.form_field:
        assert f'href="#f-{bad.form_field}"' in told.text
    shown = fields(told.text, action)
    lost = {field: value for field, value in typed.items() if field != "version" and value not in shown.get(field, [])}
    assert not {field for field in lost if lost[field] not in {"LOCUSTS", "QUAKE"}}, "a choice that is not offered cannot be shown"


async def test_a_claim_moved_meanwhile_keeps_what_was_typed_and_says_who_moved_it(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    person = await browser(client, story.town)
    page = await person.get(f"/claims/{claim.id}?do=publicity")
    await assess(claim, story)

    told = await fill_in(person, page, f"/claims/{claim.id}/publicity", place="东村公开栏")

    assert told.status_code == 409
    assert "adjuster-a" in told.text
    assert fields(told.text, f"/claims/{claim.id}/publicity")["place"] == ["东村公开栏"]
    assert date(2019, 8, 30) == story.town.on
