"""A wording may make cover wait for premium: payer and days are named, nothing is held up silently, the approver states a decision."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest

import make
from insurance.base import db
from insurance.base.dated import Unsound, read
from insurance.base.errors import Invalid
from insurance.checks.recomputed import assessments_recomputed, policies_recomputed
from insurance.claims import actions, actions_decision
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Approval
from insurance.policies import actions_premium
from insurance.policies.wording import IndustryWording
from make import premium
from make.claims import Loss, insured
from make.waiting import waiting_terms
from people import People, api, browser

DUE_ON = date(2019, 3, 1)  # bound, so due; the loss is of 11 August: 163 days


@pytest.fixture
async def loss(story: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loss:
    """A project insured by words whose cover waits for the insured's own premium."""
    waiting_terms(tmp_path, monkeypatch)
    await premium.accounts(story)
    return await insured(story)


async def _own_part(loss: Loss, story: People) -> tuple[int, str]:
    async with db.transaction(story.city.scope):
        row = await db.fetchrow(
            "SELECT s.amount_fen, o.name FROM premium_share s JOIN policy p ON p.id = s.policy_id JOIN party o ON o.id = p.insured_party_id"
            " WHERE s.policy_id = $1 AND s.payer = 'INSURED'", loss.policy_id,
        )  # fmt: skip
    assert row is not None
    return row["amount_fen"], row["name"]


async def _assessed(loss: Loss, story: People) -> Claim:
    return await make.claim_in(ClaimState.ASSESSING, story, loss=loss)


async def test_reporting_survey_and_assessment_go_on_and_the_claim_names_payer_amount_and_days(story: People, loss: Loss) -> None:
    owed, _ = await _own_part(loss, story)

    claim = await _assessed(loss, story)

    (unpaid,) = claim.premium_unpaid
    assert (unpaid.payer, unpaid.amount_fen, unpaid.due_on, unpaid.days) == ("INSURED", owed, DUE_ON, 163)


async def test_an_approval_without_a_decision_about_it_is_refused_with_payer_and_days(story: People, loss: Loss) -> None:
    claim = await _assessed(loss, story)

    with pytest.raises(Invalid) as refused:
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)

    (fault,) = refused.value.faults
    assert fault.field == "premium_decision"
    assert fault.text.params["who"].startswith("被保险人欠 ")
    assert "163 天" in fault.text.params["who"]
    assert (await actions.one(claim.id, actor=story.town)).state is ClaimState.ASSESSING


async def test_the_decision_stays_with_the_approval(story: People, loss: Loss) -> None:
    owed, _ = await _own_part(loss, story)
    claim = await _assessed(loss, story)
    given = Approval(version=claim.version, premium_decision="投保人已签分期缴费协议，照赔")

    approved = await actions_decision.approval(claim.id, given, actor=story.approver_a)

    assert approved.state is ClaimState.APPROVED
    event = (await actions.history(claim.id, actor=story.town))[-1]
    assert event.facts["premium_decision"] == "投保人已签分期缴费协议，照赔"
    assert event.facts["premium_unpaid"] == [{"payer": "INSURED", "unpaid_fen": owed, "days": 163}]
    assert (await policies_recomputed()).offences == []
    assert (await assessments_recomputed()).offences == []


async def test_premium_that_came_in_by_the_day_of_loss_asks_for_nothing(story: People, loss: Loss) -> None:
    owed, name = await _own_part(loss, story)
    moved = await premium.confirmed(await premium.line(story, owed, name, day=date(2019, 8, 11)), story)

    claim = await _assessed(loss, story)

    assert claim.premium_unpaid == ()
    with pytest.raises(Invalid) as refused:
        given = Approval(version=claim.version, premium_decision="照赔")
        await actions_decision.approval(claim.id, given, actor=story.approver_a)
    assert [fault.field for fault in refused.value.faults] == ["premium_decision"]
    assert (await actions_decision.approval(claim.id, Approval(version=claim.version), actor=story.approver_a)).premium_unpaid == ()

    await actions_premium.undo(moved.id, "是别人的钱", actor=story.checker)
    assert (await actions.one(claim.id, actor=story.town)).premium_unpaid != (), "a line taken back was never premium"


@pytest.mark.parametrize(("day", "paid", "left"), [(date(2019, 8, 12), 0, 0), (date(2019, 8, 11), -1, 1)])
async def test_a_day_late_or_a_fen_short_is_not_in_full(story: People, loss: Loss, day: date, paid: int, left: int) -> None:
    owed, name = await _own_part(loss, story)
    await premium.confirmed(await premium.line(story, owed + paid, name, day=day), story)

    (unpaid,) = (await _assessed(loss, story)).premium_unpaid

    assert unpaid.amount_fen == (left or owed)


async def test_the_pages_of_claim_and_policy_say_it(client: httpx.AsyncClient, story: People, loss: Loss) -> None:
    claim = await _assessed(loss, story)
    screen = await browser(client, story.approver_a)

    shown = (await screen.get(f"/claims/{claim.id}?do=approval")).text
    policy = (await screen.get(f"/policies/{loss.policy_id}")).text
    told = (await (await api(client, story.adjuster_a)).get(f"/claims/{claim.id}")).json()

    assert "条款约定保费到账才承担责任" in shown
    assert "到出险日已 163 天" in shown
    assert 'name="premium_decision"' in shown
    assert "条款约定保费到账才承担责任" in policy
    assert "182 天" in policy  # to the business day
    assert [one["days"] for one in told["premium_unpaid"]] == [163]
    answer = await (await api(client, story.approver_a)).post(f"/claims/{claim.id}/approval", {"version": claim.version})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["premium_decision"]


async def test_a_wording_that_does_not_say_so_waits_for_nobody(story: People) -> None:
    claim = await make.claim_in(ClaimState.APPROVED, story)

    assert claim.premium_unpaid == ()


@pytest.mark.parametrize("payers", ['["INSURED", "INSURED"]', '["CENTRAL"]', '["VILLAGE"]'])
def test_a_wording_cannot_wait_for_who_bears_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, payers: str) -> None:
    waiting = waiting_terms(tmp_path, monkeypatch) / "industry" / "2019-02-01.toml"
    waiting.write_text(waiting.read_text("utf-8").replace('["INSURED"]', payers), "utf-8")

    with pytest.raises(Unsound):
        read(waiting, IndustryWording)
