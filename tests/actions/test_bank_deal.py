"""Lines that somebody else deals with meanwhile, halves of reversals that are matched already, and how often waiting lines are judged."""

from __future__ import annotations

from typing import Any

import pytest

import make
from actions.test_bank_batch import mixed, ticked
from actions.test_bank_cases import lines_of, offences, read, state
from insurance.base.errors import Refused
from insurance.claims import actions, settlement
from insurance.claims.model import ClaimState
from insurance.claims.model_verbs import Closure, Order
from insurance.finance import actions as finance
from insurance.finance import actions_batch, actions_cases, actions_matching
from insurance.finance import store_bank as bank
from insurance.finance.model import PayoutState, Side
from insurance.finance.model_cases import CaseAction, Pick, Picks, Resolution
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from people import People

# -- meanwhile ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["statement", "exceptions"])
async def test_a_page_read_while_a_line_is_dealt_with_shows_what_has_become_of_it(
    story: People, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    statement, lines = await mixed(story)
    fee, near = lines[3], bank.rows_near

    async def and_meanwhile(rows: Any) -> Any:
        monkeypatch.setattr(bank, "rows_near", near)
        await actions_cases.resolve(statement, fee.id, Resolution(action=CaseAction.FEE), actor=story.checker)
        return await near(rows)

    monkeypatch.setattr(bank, "rows_near", and_meanwhile)
    if page == "statement":
        shown = {line.id: line.bucket for line in await lines_of(story, statement)}
        assert shown == {line.id: line.bucket for line in lines} | {fee.id: "DONE"}
    else:
        waiting = {line.id for line in await actions_cases.exceptions(actor=story.maker)}
        assert waiting == {line.id for line in lines} - {fee.id}


async def test_what_is_ticked_is_judged_once(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    statement, lines = await mixed(story)
    asked = []

    async def counted(*given: Any, **more: Any) -> Any:
        asked.append(len(given[0]))
        return await actions_matching.judged(*given, **more)

    monkeypatch.setattr("insurance.finance.actions_cases.judged", counted)
    await actions_batch.deal(Picks(statement_id=statement, picks=ticked(lines)), actor=story.maker)

    assert asked == [len(lines)]


# -- the halves of a reversal ---------------------------------------------------------------------------------------------------


async def test_a_half_that_a_ticked_proposal_has_matched_is_not_netted_too(story: People) -> None:
    order = await make.released(story, 300_00)
    rows = [(-100_00, PAYEE, ACCOUNT, "一"), (-200_00, PAYEE, ACCOUNT, "二"), (200_00, PAYEE, ACCOUNT, "冲正")]
    statement, (one, two, back) = await read(story, rows)
    assert [(line.bucket, line.rule) for line in (one, two, back)] == [("SUGGESTED", "M6"), ("REVERSAL", None), ("REVERSAL", None)]
    picks = (Pick(line_id=one.id, rule="M6"), Pick(line_id=two.id, action=CaseAction.PAIR))

    with pytest.raises(Refused, match="重新勾选"):
        await actions_batch.deal(Picks(statement_id=statement, picks=picks), actor=story.maker)

    assert {line.bucket for line in await lines_of(story, statement)} == {"SUGGESTED", "REVERSAL"}
    assert await state(order.id, story) is PayoutState.RELEASED
    assert await offences() == []


@pytest.mark.parametrize("closed", [False, True])
async def test_a_reversal_ticked_takes_the_payment_from_its_claim_unless_that_is_closed(story: People, closed: bool) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    ordered = await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)
    order = await finance.release(ordered.id, ordered.version, actor=story.checker)
    paid = make.account_file([(-order.amount_fen, order.payee_name, ACCOUNT, order.token)], PROGRAMME)
    await settlement.read_statement(paid, "付.csv", Side.PAYER, "", actor=story.maker)
    claim = await actions.one(claim.id, actor=story.maker)
    assert claim.state is ClaimState.PAID
    if closed:
        await actions.closure(claim.id, Closure(version=claim.version), actor=story.adjuster_a)
    back = make.account_file([(order.amount_fen, order.payee_name, ACCOUNT, f"冲正 {order.token}")], PROGRAMME, 2 * 10**9)
    read_back = await settlement.read_statement(back, "冲.csv", Side.PAYER, "", actor=story.maker)
    (line,) = await lines_of(story, read_back.id)
    given = Picks(statement_id=read_back.id, picks=(Pick(line_id=line.id, action=CaseAction.PAIR),))

    if closed:
        with pytest.raises(Refused, match="已结案"):
            await settlement.deal(given, actor=story.maker)
    else:
        assert (await settlement.deal(given, actor=story.maker)).resolved == 1

    after = await actions.one(claim.id, actor=story.maker)
    assert after.state is (ClaimState.CLOSED if closed else ClaimState.PAYING)
    assert await state(order.id, story) is (PayoutState.SETTLED if closed else PayoutState.RELEASED)
    assert await offences() == []
