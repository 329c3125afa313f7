"""A story per letter, through HTTP as the role that does the verb: what the law wants said stands in facts, print page and PDF alike."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import make
from insurance.access.model import Actor
from insurance.claims import actions, actions_evidence
from insurance.claims.model import Claim, ClaimState
from insurance.policies.model import Cover
from make.claims import item_of
from make.letters import close, letters_of, page_words, pdf_words
from make.paper_forms import fill_in
from make.projects import PDF
from people import People, api, browser

_S = ClaimState
NASTY = '#import "x": * *粗* $x$ <script>1</script> {insured}'
PAID = "¥40,031.01 人民币肆万零叁拾壹元零壹分"
INSURED = "石门村股份经济合作社"


async def done(client: httpx.AsyncClient, who: Actor, claim: Claim, verb: str, **said: Any) -> None:
    """The verb over the API by this person."""
    answer = await (await api(client, who)).post(f"/claims/{claim.id}/{verb}", {"version": claim.version, **said})
    assert answer.status_code in (200, 201), answer.text


async def says(client: httpx.AsyncClient, reader: Actor, claim: Claim, kind: str, statements: list[str]) -> dict[str, Any]:
    """The newest letter of a kind, after each statement was found in its blocks, on its page and in its PDF."""
    letter: dict[str, Any] = (await letters_of(await api(client, reader), claim.id))[kind]
    address = f"/claims/{claim.id}/letters/{letter['id']}"
    page = await (await browser(client, reader)).get(address)
    pdf = await (await api(client, reader)).get(f"{address}/pdf")
    blocks = "".join(block["text"] + "".join("".join(row) for row in block["rows"]) for block in letter["content"]["blocks"])

    assert (page.status_code, pdf.status_code) == (200, 200)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("attachment")
    for words in (close(blocks), page_words(page.text), pdf_words(pdf.content)):
        assert not [one for one in statements if close(one) not in words]
    for words in (page_words(page.text), pdf_words(pdf.content)):
        assert letter["content"]["code"] in words
        assert letter["number"] in words
    return letter


# -- one story each -------------------------------------------------------------------------------------------------------


async def test_the_notice_of_missing_papers_says_all_at_once_and_that_the_term_stops(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.OPENED, story)
    await actions_evidence.file(claim.id, "SCENE", "现场.pdf", PDF, actor=story.town)

    await done(client, story.adjuster_a, claim, "papers-notice", received_on="2019-08-30", note="气象证明可由镇街代办")
    letter = await says(client, story.town, claim, "PAPERS_NOTICE", [
        claim.number, claim.policy.number, INSURED, "2019年8月30日", "权属证明（确权文件、合同）", "保险利益", "气象证明", "达到保险条款约定的标准",
        "以上为本案需要补充的全部资料", "请交峄城区坛山街道扶贫办", "送交、邮寄保险公司甲理赔部门", "停止计算", "通知书发出日期", "通知书送达日期", "联系人adjuster-a",
        "保险公司甲（盖章）", "《中华人民共和国保险法》第二十二条", "气象证明可由镇街代办",
    ])  # fmt: skip

    missing = (await (await api(client, story.town)).get(f"/claims/{claim.id}/evidence")).json()["missing"]
    assert [paper["code"] for paper in letter["facts"]["papers"]] == missing
    assert all(paper["why"] for paper in letter["facts"]["papers"])
    assert (letter["facts"]["sent_on"], letter["facts"]["arrived_on"]) == ("2019-08-30", "2019-08-30")
    assert [one["step"] for one in letter["deliveries"]] == ["SENT", "RECEIVED"]


async def test_a_refusal_says_what_why_by_which_clause_and_where_to_turn(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.ASSESSING, story)
    await actions_evidence.file(claim.id, "WEATHER", "气象证明.pdf", PDF, actor=story.town)

    await done(client, story.approver_a, claim, "declinature", reasons=["THRESHOLD_NOT_MET"], note="24 小时雨量 12.4 毫米")
    letter = await says(client, story.town, claim, "REFUSAL", [
        claim.number, claim.policy.number, INSURED, "2019年8月11日因暴雨受损", "于2019年8月30日作出核定", "24 小时雨量 12.4 毫米",
        "《扶贫项目资产灾害保险（产业保）》条款 第五条（三）暴雨：1 小时降雨量不低于 16 毫米", "保险法 第十四条", "气象数据未达到保险条款约定的标准",
        "本案全部损失不予赔付", "气象证明", "现场查勘记录", "申请复核", "投诉", "12378", "仲裁", "人民法院", "2021年8月11日", "保险公司甲（盖章）",
        "第二十四条",
    ])  # fmt: skip

    assert letter["facts"]["whole"] is True
    assert letter["amount_fen"] is None
    assert not (await api_lines(client, story.town, claim, "SETTLEMENT"))


async def api_lines(client: httpx.AsyncClient, who: Actor, claim: Claim, kind: str) -> list[Any]:
    """The letters of a kind, in a list."""
    listed = (await (await api(client, who)).get(f"/claims/{claim.id}/letters")).json()["items"]
    return [line for line in listed if line["kind"] == kind]


async def test_a_part_is_refused_in_a_letter_of_its_own_beside_the_settlement(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.OPENED, story)
    line = {
        "policy_item_id": await item_of(claim, story.adjuster_a), "loss_fen": 4_567_890, "refused_fen": 1_000_000, "refused_reason": "LATE_NOTICE",
    }  # fmt: skip
    await done(client, story.adjuster_a, claim, "assessment", lines=[line], note="迟报十日，水泵损坏程度已无法确定")
    assessed = await actions.one(claim.id, actor=story.approver_a)

    await done(client, story.approver_a, assessed, "approval")
    refusal = await says(client, story.town, claim, "REFUSAL", [
        "下列部分损失不予赔付", "¥10,000.00 人民币壹万元整", "钢架大棚", "45,678.90", "10,000.00", "致使部分损失无法确定", "保险法 第二十一条",
        "出险通知：知道出险后 48 小时内", "迟报十日，水泵损坏程度已无法确定", "另见赔款确认书", "申请复核",
    ])  # fmt: skip
    settlement = await says(client, story.town, claim, "SETTLEMENT", ["见同日的拒赔通知书", "扣除不予赔付部分后"])

    assert (refusal["facts"]["whole"], refusal["facts"]["refused_fen"]) == (False, 1_000_000)
    assert settlement["facts"]["refused"] is True


async def test_the_settlement_says_items_steps_amount_payee_and_what_it_settles(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.ASSESSING, story)

    await done(client, story.approver_a, claim, "approval")
    letter = await says(client, story.town, claim, "SETTLEMENT", [
        "保险人保险公司甲", f"被保险人{INSURED}", claim.number, claim.policy.number, "钢架大棚", "689,791.67", "45,678.90", "1,200.00",
        "有效保险金额", "损失金额", "扣除免赔后", "应付赔款", "40,031.01", PAID, "10日内", f"户名{INSURED}", "峄城农村商业银行坛山支行", "账号****0000",
        "本次保险事故在保险单", "即告了结", "代位行使", "残值经协商作价¥1,200.00", "代表人（签名）", "经办人（签名）", "签署日期",
    ])  # fmt: skip

    steps = (await (await api(client, story.town)).get(f"/claims/{claim.id}/working")).json()
    told = [step["result_fen"] for step in letter["facts"]["steps"] if step["result_fen"] is not None]
    assert told == [step["result_fen"] for step in steps]
    assert letter["amount_fen"] == 4_003_101
    assert letter["deliveries"] == []


async def test_the_advance_says_what_is_determined_and_that_the_rest_follows(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.ASSESSING, story)

    await done(client, story.approver_a, claim, "interim-payment", amount_fen=1_000_000, note="棚体损失已经查清")
    first = await says(client, story.town, claim, "ADVANCE", [
        "第二十五条", "可以确定的部分及依据：已完成的定损", PAID, "棚体损失已经查清", "¥10,000.00 人民币壹万元整", "支付相应的差额", INSURED, "****0000",
    ])  # fmt: skip
    again = await actions.one(claim.id, actor=story.approver_a)
    await done(client, story.approver_a, again, "interim-payment", amount_fen=500_000)
    await says(client, story.town, claim, "ADVANCE", ["此前已预付¥10,000.00人民币壹万元整", "¥5,000.00 人民币伍仟元整"])
    assessed = await actions.one(claim.id, actor=story.approver_a)
    await done(client, story.approver_a, assessed, "approval")
    await says(
        client,
        story.town,
        claim,
        "SETTLEMENT",
        ["减：已预付赔款¥15,000.00 人民币壹万伍仟元整", "¥25,031.01 人民币贰万伍仟零叁拾壹元零壹分"],
    )

    assert first["amount_fen"] == 1_000_000


async def test_rights_pass_by_a_letter_the_adjuster_issues(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    adjuster = await api(client, story.adjuster_a)

    made = await adjuster.post(f"/claims/{claim.id}/letters", {"kind": "SUBROGATION", "third_party": "某运输公司"})
    await says(client, story.town, claim, "SUBROGATION", [
        claim.number, "2019年8月11日因暴雨受损", "第三者“某运输公司”", PAID, "第六十条", "权利转让给贵公司", "协助贵公司", "代表人（签名）",
    ])  # fmt: skip

    assert made.status_code == 201
    assert made.headers["location"] == f"/api/v1/claims/{claim.id}/letters/{made.json()['id']}"


async def test_the_record_of_the_survey_says_what_was_seen(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.ACCEPTED, story, account_of_loss="三号棚进水")

    await done(client, story.adjuster_a, claim, "survey", visited_at="2019-08-29T10:05:00+08:00", place="3号棚", cause="暴雨积水",
               findings="倒塌三跨，已拍照", reserve_fen=4_500_000)  # fmt: skip
    await says(client, story.town, claim, "SURVEY_RECORD", [
        claim.number, claim.policy.number, INSURED, "三号棚进水", "2019年8月29日10时05分", "3号棚", "暴雨积水", "倒塌三跨，已拍照", "查勘人adjuster-a",
        "查勘人（签名）",
    ])  # fmt: skip
    letter = (await letters_of(await api(client, story.town), claim.id))["SURVEY_RECORD"]

    assert "45,000" not in str(letter["content"])  # the insurer's own estimate is not the village's business


async def test_an_income_claim_is_settled_in_words_of_income(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story, cover=Cover.INCOME)
    claim = await make.claim_in(_S.OPENED, story, loss=loss)
    outage = {"damaged_on": "2019-08-11", "resumed_on": "2019-08-30", "earned_daily_fen": 0}
    await done(client, story.adjuster_a, claim, "assessment", outage=outage)

    await done(client, story.approver_a, await actions.one(claim.id, actor=story.approver_a), "approval")
    letter = await says(client, story.town, claim, "SETTLEMENT", ["扶贫项目收益保险（收益保）", "停产损失", "应付赔款"])

    assert (letter["facts"]["items"], letter["facts"]["no_salvage"]) == ([], False)
    assert "残值" not in str(letter["content"])


# -- the public notice ----------------------------------------------------------------------------------------------------

PERSON: dict[str, Any] = {"ownership": "INDIVIDUAL", "operation": "PRIVATE", "owner": {"name": "王小明"}, "link_agreement": True}
PLANTED = ["王小明", "110105194912310021", "13800001234", "6222020000000000000", "0632-7712345", "高血压", "残疾证"]


async def persons_claim(story: People, state: ClaimState = _S.ASSESSING) -> Claim:
    """A claim of a person, with personal data wherever somebody may have typed them."""
    asset = {"name": "王小明大棚 110105194912310021"}
    loss = await make.insured(story, name="王小明种植项目（13800001234）", assets=[asset], **PERSON)
    told = "户主王小明，身份证110105194912310021，患高血压，残疾证 37040，账号6222020000000000000"
    return await make.claim_in(state, story, loss=loss, account_of_loss=told)


async def test_a_public_notice_says_what_the_village_must_know(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.ASSESSING, story)

    await done(client, story.town, claim, "publicity", place="石门村村务公开栏", posted_on="2019-08-30")
    letter = await says(client, story.town, claim, "PUBLIC_NOTICE", [
        "村（居）石门村", "钢架大棚", INSURED, "损失合计¥45,678.90", f"拟赔付金额{PAID}", "石门村村务公开栏",
        "2019年8月30日起至2019年9月2日二十四时止，不少于3日", "向峄城区坛山街道扶贫办提出", "公示期满前不予核赔", "峄城区坛山街道扶贫办（盖章）",
    ])  # fmt: skip

    assert (letter["facts"]["from_on"], letter["facts"]["last_on"], letter["facts"]["days"]) == ("2019-08-30", "2019-09-02", 3)  # T10
    assert [(one["step"], one["how"]) for one in letter["deliveries"]] == [("SENT", "BOARD")]


async def test_a_public_notice_carries_no_personal_data(client: httpx.AsyncClient, story: People) -> None:
    claim = await persons_claim(story)
    await done(client, story.town, claim, "publicity", place="公开栏，联系王小明 13800001234 或 0632-7712345")
    letter = (await letters_of(await api(client, story.town), claim.id))["PUBLIC_NOTICE"]
    address = f"/claims/{claim.id}/letters/{letter['id']}"
    town = await browser(client, story.town)
    sheet = (await town.get(address)).text.partition("<article")[2]
    all_of_them = (await town.get("/notices?village=石门村")).text.partition("<article")[2]
    pdf = pdf_words((await (await api(client, story.town)).get(f"{address}/pdf")).content)

    assert "王**" in pdf
    assert "王**" in sheet
    assert "王**" in all_of_them
    for where in (pdf, page_words(sheet), page_words(all_of_them), str(letter["facts"]), str(letter["content"])):
        assert not [one for one in PLANTED if one in where]


async def test_the_notices_of_a_village_hang_as_one_sheet(client: httpx.AsyncClient, story: People) -> None:
    first = await make.claim_in(_S.PUBLICITY, story)
    second = await make.claim_in(_S.PUBLICITY, story, loss=await make.insured(story, village="东村"))
    objected = await make.claim_in(_S.DISPUTED, story, loss=await make.insured(story))
    town = await browser(client, story.town)

    everything, village = (await town.get("/notices")).text, (await town.get("/notices?village=东村")).text
    current = (await town.get("/notices?current=1")).text
    other = (await (await browser(client, story.other_town)).get("/notices")).text

    assert all(claim.number in everything for claim in (first, second, objected))
    assert close("120,093.03") in page_words(everything)  # three times 40,031.01
    assert (first.number in village, second.number in village) == (False, True)
    assert (first.number in current, objected.number in current) == (True, False)
    assert "没有公示" in other


# -- pages ------------------------------------------------------------------------------------------------------------------


async def test_what_people_typed_is_printed_as_it_stands(client: httpx.AsyncClient, story: People) -> None:
    loss = await make.insured(story, name=NASTY, owner={"name": NASTY}, assets=[{"name": NASTY}])
    claim = await make.claim_in(_S.APPROVED, story, loss=loss)
    letter = (await letters_of(await api(client, story.town), claim.id))["SETTLEMENT"]
    page = await (await browser(client, story.town)).get(f"/claims/{claim.id}/letters/{letter['id']}")
    pdf = await (await api(client, story.town)).get(f"/claims/{claim.id}/letters/{letter['id']}/pdf")

    assert pdf_words(pdf.content).count(close(NASTY)) >= 4
    assert "<script>1" not in page.text
    assert "&lt;script&gt;1&lt;/script&gt; {insured}" in page.text


async def test_the_page_of_a_claim_lists_its_letters_with_their_way(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.SUPPLEMENT, story)
    chinese = (await (await browser(client, story.town)).get(f"/claims/{claim.id}")).text
    english = (await (await browser(client, story.town)).get(f"/claims/{claim.id}?lang=en")).text

    assert "2019-08-30 签收（系统送达）" in chinese
    assert "One notice of all missing papers" in english
    assert "2019-08-30 Received (through the system)" in english


async def test_a_letter_stays_chinese_within_an_english_page(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    letter = (await letters_of(await api(client, story.town), claim.id))["SETTLEMENT"]
    page = (await (await browser(client, story.town)).get(f"/claims/{claim.id}/letters/{letter['id']}?lang=en")).text
    around, _, sheet = page.partition("<article")

    assert "Settlement agreement" in around
    assert "Back to the claim" in around
    assert 'lang="zh-CN"' in sheet[:100]
    assert "赔款确认书" in sheet


async def test_delivery_is_recorded_by_a_form(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.REJECTED, story)
    letter = (await letters_of(await api(client, story.town), claim.id))["REFUSAL"]
    here = f"/claims/{claim.id}/letters/{letter['id']}"
    person = await browser(client, story.adjuster_a)
    page = await person.get(here)

    wrong = await fill_in(person, page, f"{here}/delivery", step="RECEIVED", how="BY_HAND", on="2019-08-30")
    right = await fill_in(person, wrong, f"{here}/delivery", receiver="李主任")
    told = await person.get(right.headers["location"])

    assert wrong.status_code == 422
    assert "请填写签收人" in wrong.text
    assert right.status_code == 303
    assert "送达情况已登记" in told.text
    assert close("2019-08-30 签收 · 当面送交 · 李主任") in page_words(told.text)


async def test_a_correction_and_a_transfer_by_their_forms(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    letter = (await letters_of(await api(client, story.town), claim.id))["SETTLEMENT"]
    here = f"/claims/{claim.id}/letters"
    approver, adjuster = await browser(client, story.approver_a), await browser(client, story.adjuster_a)
    old = await approver.get(f"{here}/{letter['id']}")

    corrected = await fill_in(approver, old, here)
    twice = await fill_in(approver, old, here, key="another")
    empty = await fill_in(adjuster, await adjuster.get(f"{here}/new"), here)
    transferred = await fill_in(adjuster, empty, here, third_party="某运输公司")
    foreign = await adjuster.post(here, {"replaces_id": letter["id"]})

    assert (corrected.status_code, twice.status_code) == (303, 409)
    assert "已由 " + letter["number"][:-1] + "2" in (await approver.get(f"{here}/{letter['id']}")).text
    assert "已经更正过" in twice.text
    assert (empty.status_code, transferred.status_code, foreign.status_code) == (422, 303, 403)
    assert "某运输公司" in (await adjuster.get(transferred.headers["location"])).text


@pytest.mark.parametrize("who", ["other_county", "other_town", "adjuster_b", "approver_b"])
async def test_letters_of_elsewhere_are_not_there(client: httpx.AsyncClient, story: People, who: str) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    letter = (await letters_of(await api(client, story.town), claim.id))["SETTLEMENT"]
    stranger, here = getattr(story, who), f"/claims/{claim.id}/letters"
    person, reader = await api(client, stranger), await browser(client, stranger)

    asked = [
        await person.get(here), await person.get(f"{here}/{letter['id']}"), await person.get(f"{here}/{letter['id']}/pdf"),
        await reader.get(f"{here}/{letter['id']}"), await reader.get(f"{here}/{letter['id']}/pdf"),
        await person.post(f"{here}/{letter['id']}/delivery", {"step": "SENT", "how": "POST"}),
        await person.post(here, {"kind": "SUBROGATION", "third_party": "某公司"}),
    ]  # fmt: skip

    assert [answer.status_code for answer in asked] == [404] * len(asked)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"step": "LOST", "how": "POST"}, 422), ({"step": "SENT"}, 422), ({"step": "SENT", "how": "POST", "by": "x"}, 422),
     ({"step": "SENT", "how": "POST", "on": "2019-09-30"}, 422), ({"step": "SENT", "how": "POST"}, 201)],
)  # fmt: skip
async def test_a_delivery_over_the_api_is_read_strictly(
    client: httpx.AsyncClient, story: People, body: dict[str, Any], status: int
) -> None:
    claim = await make.claim_in(_S.REJECTED, story)
    letter = (await letters_of(await api(client, story.town), claim.id))["REFUSAL"]

    answer = await (await api(client, story.adjuster_a)).post(f"/claims/{claim.id}/letters/{letter['id']}/delivery", body)

    assert answer.status_code == status, answer.text


async def test_readers_and_finance_read_letters_but_record_nothing(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    letter = (await letters_of(await api(client, story.town), claim.id))["SETTLEMENT"]
    for who in (story.leader, story.auditor, story.maker):
        person = await api(client, who)
        assert (await person.get(f"/claims/{claim.id}/letters/{letter['id']}")).status_code == 200
        sent = await person.post(f"/claims/{claim.id}/letters/{letter['id']}/delivery", {"step": "SENT", "how": "POST"})
        assert sent.status_code == 403
