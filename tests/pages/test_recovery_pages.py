"""第三者与追偿 by forms: the questions, a subrogation to its last fen, a finding of fraud; what the claim's own page shows of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from insurance.claims import actions_fraud, actions_recovery, actions_third_party
from insurance.claims.model import ClaimState
from insurance.claims.model_recovery import FraudKind
from make.claims import claim_in
from make.paper_forms import addresses, fields, fill_in
from make.recovery import everything, paper, subrogation, third_party
from people import People, browser

S = ClaimState


async def test_from_the_question_to_the_balance_by_forms_only(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.PAID, story)
    here = f"/claims/{claim.id}/recoveries"
    adjuster, approver = await browser(client, story.adjuster_a), await browser(client, story.approver_a)

    asked = await fill_in(
        adjuster, await adjuster.get(f"{here}?form=third-party"), f"/claims/{claim.id}/third-party",
        caused="yes", name="坛山水利工程队", paid_fen="0", waived="no", family="no",
    )  # fmt: skip
    opened = await fill_in(
        adjuster, await adjuster.get(f"{here}?form=recoveries"), here,
        kind="SUBROGATION", counterparty="坛山水利工程队", basis="挖断排水渠", expected_fen="1万",
    )  # fmt: skip
    (one,) = (await actions_recovery.recoveries(claim.id, actor=story.city)).items
    received = await fill_in(
        adjuster, await adjuster.get(f"{here}?form=receipts&recovery={one.id}"), f"/recoveries/{one.id}/receipts",
        received_fen="4000", reason="首期还款",
    )  # fmt: skip
    given_up = await fill_in(
        approver, await approver.get(f"{here}?form=write-offs&recovery={one.id}"), f"/recoveries/{one.id}/write-offs",
        amount_fen="6000", reason="无可供执行财产",
    )  # fmt: skip
    page = await (await browser(client, story.town)).get(here)
    shown = await (await browser(client, story.town)).get(f"/claims/{claim.id}")

    assert [answer.status_code for answer in (asked, opened, received, given_up)] == [303] * 4
    assert {answer.headers["location"] for answer in (asked, opened, received, given_up)} == {here}
    assert "首期还款" in page.text
    assert "已结清" in page.text
    assert "2022-08-30" in page.text, "when the right is prescribed"
    assert not [to for to in addresses(page.text) if "recover" in to or "third" in to], "an office reads only"
    assert "代位追偿" in shown.text


@pytest.mark.parametrize(
    ("form", "who", "typed", "field"),
    [
        ("third-party", "adjuster_a", {"caused": "yes", "note": "待查"}, "name"),
        (
            "recoveries",
            "adjuster_a",
            {"kind": "SALVAGE", "counterparty": "废品站", "basis": "钢架", "expected_fen": "一万"},
            "expected_fen",
        ),
        ("fraud-findings", "approver_a", {"kind": "FALSE_PROOF", "facts": "发票伪造"}, "document_ids"),
    ],
)
async def test_a_form_that_is_refused_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, story: People, form: str, who: str, typed: dict[str, Any], field: str
) -> None:
    claim = await claim_in(S.ASSESSING, story)
    person = await browser(client, getattr(story, who))
    action = f"/claims/{claim.id}/{form}"

    told = await fill_in(person, await person.get(f"/claims/{claim.id}/recoveries?form={form}"), action, **typed)

    assert told.status_code == 422
    assert f'href="#f-{field}"' in told.text
    assert f'id="f-{field}"' in told.text
    shown = fields(told.text, action)
    assert {name: shown[name][0] for name in typed} == typed
    assert (await person.get(action)).status_code in (200, 303)


async def test_what_stands_in_the_way_is_said_on_the_form(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await third_party(claim, story.adjuster_a)
    opened = await subrogation(claim, story.adjuster_a)
    adjuster = await browser(client, story.adjuster_a)
    page = await adjuster.get(f"/claims/{claim.id}/recoveries?form=receipts&recovery={opened.id}")
    action = f"/recoveries/{opened.id}/receipts"
    await fill_in(adjuster, page, action, received_fen="1", reason="还款", key="other")

    stale = await fill_in(adjuster, page, action, received_fen="2", reason="还款")

    assert stale.status_code == 409
    assert "已被他人改动" in stale.text
    assert fields(stale.text, action)["received_fen"] == ["2"]
    assert (await adjuster.get(action)).headers["location"].endswith(f"?form=receipts&recovery={opened.id}")


async def test_a_finding_is_recorded_on_a_paper_and_shown_to_those_it_concerns(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    document_id = await paper(claim, story.adjuster_a)
    approver = await browser(client, story.approver_a)
    page = await approver.get(f"/claims/{claim.id}/recoveries?form=fraud-findings")

    done = await fill_in(
        approver, page, f"/claims/{claim.id}/fraud-findings", kind="STAGED_EVENT", facts="监控显示人为破坏", document_ids=[str(document_id)]
    )
    own = await approver.get(f"/claims/{claim.id}/recoveries")
    office = await (await browser(client, story.town)).get(f"/claims/{claim.id}/recoveries")

    assert done.status_code == 303, done.text[:3000]
    (found,) = (await actions_fraud.findings(claim.id, actor=story.approver_a)).items
    assert (found.kind, found.document_ids) == (FraudKind.STAGED_EVENT, (document_id,))
    assert "监控显示人为破坏" in own.text
    assert "不退保险费" in own.text
    assert "监控显示人为破坏" not in office.text


async def test_before_approval_the_open_questions_are_shown_and_do_not_block(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    approver = await browser(client, story.approver_a)
    page = await approver.get(f"/claims/{claim.id}?do=approval")

    done = await fill_in(approver, page, f"/claims/{claim.id}/approval")
    await third_party(claim, story.adjuster_a)
    after = await approver.get(f"/claims/{claim.id}")

    assert "还没有询问" in page.text
    assert "3 问未答" in page.text
    assert done.status_code == 303
    assert "问未答" not in after.text
    assert (await actions_third_party.answers(claim.id, actor=story.town)).caused is True


async def test_english_readers_find_no_chinese_of_ours(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.PAID, story)
    await everything(claim, story)

    page = await (await browser(client, story.approver_a)).get(f"/claims/{claim.id}/recoveries?lang=en&form=third-party")

    assert "Subrogation" in page.text
    assert "Indemnity obtained by fraud" in page.text
    assert "Prescribed after" in page.text
