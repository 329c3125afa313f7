"""Many lines at once: what was ticked is confirmed and dealt with together or not at all, and each is undone by itself."""

from __future__ import annotations

import pytest

import make
from actions.test_bank_cases import books, lines_of, offences, read, state
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, NotFound, Refused
from insurance.claims import settlement
from insurance.finance import actions_batch, actions_cases, actions_matching
from insurance.finance.actions_batch import Choice, choice
from insurance.finance.model import PayoutState, Side
from insurance.finance.model_cases import CaseAction, Pick, Picks
from insurance.finance.views import LineView
from make.finance import ACCOUNT, PAYEE
from people import People

_A = CaseAction


def ticked(lines: list[LineView]) -> tuple[Pick, ...]:
    """Everything that has an obvious step."""
    chosen = [(line, choice(line, Side.PAYER)) for line in lines]
    return tuple(Pick(line_id=line.id, rule=one.rule, action=one.action) for line, one in chosen if one is not None)


async def mixed(story: People) -> tuple[int, list[LineView]]:
    """A statement of the programme's account: two proposals, a fee, a reversal, an insurer's advance, money nobody knows."""
    account = await make.paying_account(story, programme=True)
    for fen in (100_00, 250_00):
        await make.released(story, fen, paying=account)
    insurer = await db.fetchval("SELECT name FROM insurer ORDER BY id LIMIT 1")
    return await read(
        story,
        [
            (350_00, insurer, "1", "赔款"), (-100_00, PAYEE, "", "赔款"), (-250_00, PAYEE, "", "赔款"), (-5_00, "", "", "手续费"),
            (-70_00, "某", "7", "冲正"), (70_00, "某", "7", "冲正"), (30_00, "张某", "9", "误汇"),
        ],
    )  # fmt: skip


async def test_what_was_ticked_is_done_in_one_act_and_each_is_undone_by_itself(story: People) -> None:
    statement, lines = await mixed(story)

    dealt, returned = await actions_batch.deal(Picks(statement_id=statement, picks=ticked(lines)), actor=story.maker)
    after = await lines_of(story, statement)

    assert (dealt.confirmed, dealt.resolved, returned) == (2, 5, [])
    assert [line.bucket for line in after] == ["DONE", "MATCHED", "MATCHED", "DONE", "DONE", "DONE", "DONE"]
    assert await books("1001", "1201", "1901", "2901", "5001") == (350_00 - 350_00 - 5_00 + 30_00, -350_00, 0, -30_00, 5_00)
    assert await offences() == []
    settled = await db.fetch("SELECT subject FROM audit_event WHERE verb = 'payout.settled'")
    assert len(settled) == len({row["subject"] for row in settled}) == 2
    first = after[1].match_id
    assert first is not None
    await actions_matching.undo(first, "看错", actor=story.checker)
    assert [line.bucket for line in await lines_of(story, statement)].count("MATCHED") == 1
    assert await offences() == []


@pytest.mark.parametrize("wrong", ["rule", "action", "both", "neither", "elsewhere"])
async def test_a_line_that_is_no_longer_what_was_ticked_stops_all_of_them(story: People, wrong: str) -> None:
    statement, lines = await mixed(story)
    picks = list(ticked(lines))
    picks[0] = {
        "rule": Pick(line_id=lines[0].id, rule="M4"), "action": Pick(line_id=lines[0].id, action=_A.FEE),
        "both": Pick(line_id=lines[0].id, rule="M4", action=_A.PAID_IN), "neither": Pick(line_id=lines[0].id),
        "elsewhere": Pick(line_id=10**9, action=_A.FEE),
    }[wrong]  # fmt: skip

    with pytest.raises(Refused, match="重新勾选"):
        await actions_batch.deal(Picks(statement_id=statement, picks=tuple(picks)), actor=story.maker)

    assert {line.bucket for line in await lines_of(story, statement)}.isdisjoint({"MATCHED", "DONE"})
    assert await offences() == []


async def test_nothing_is_done_twice_nor_of_another_statement(story: People) -> None:
    statement, lines = await mixed(story)
    given = Picks(statement_id=statement, picks=ticked(lines))

    with pytest.raises(Invalid, match="只能勾选一次"):
        await actions_batch.deal(Picks(statement_id=statement, picks=(given.picks[0], given.picks[0])), actor=story.maker)
    with pytest.raises(NotFound):
        await actions_batch.deal(Picks(statement_id=10**9, picks=given.picks), actor=story.maker)
    await actions_batch.deal(given, actor=story.maker)
    with pytest.raises(Refused, match="重新勾选"):
        await actions_batch.deal(given, actor=story.checker)
    with pytest.raises(Forbidden):
        await settlement.deal(given, actor=story.auditor)
    assert await offences() == []


async def test_lines_of_several_statements_are_dealt_with_from_the_list_of_all_that_waits(story: People) -> None:
    await make.paying_account(story, programme=True)
    await read(story, [(-5_00, "", "", "手续费")])
    await read(story, [(-6_00, "", "", "手续费")], opening_fen=2 * 10**9)
    waiting = await actions_cases.exceptions(actor=story.maker)

    dealt = await settlement.deal(Picks(picks=ticked(waiting)), actor=story.maker)

    assert dealt.resolved == 2
    assert await actions_cases.exceptions(actor=story.maker) == []
    assert await books("5001", "1001") == (11_00, -11_00)


async def test_a_return_ticked_with_its_payment_gives_the_money_back(story: People) -> None:
    account = await make.paying_account(story, programme=True)
    made = await make.released(story, 100_00, paying=account)
    statement, lines = await read(story, [(-100_00, PAYEE, "", "赔款"), (100_00, PAYEE, ACCOUNT, f"退汇 {made.token}")])

    dealt, returned = await actions_batch.deal(Picks(statement_id=statement, picks=ticked(lines)), actor=story.maker)

    assert (dealt.confirmed, dealt.resolved, [one.id for one in returned]) == (1, 1, [made.id])
    assert await state(made.id, story) is PayoutState.RETURNED
    assert await books("1001", "1901", "1902") == (0, 0, 0)
    assert await offences() == []


async def test_only_what_rule_and_name_prove_is_ticked_beforehand(story: People) -> None:
    account = await make.paying_account(story, programme=True)
    sure, other = await make.released(story, 100_00, paying=account), await make.released(story, 200_00, paying=account)
    gone = await make.released(story, 300_00, paying=account)
    _, lines = await read(
        story,
        [
            (-100_00, PAYEE, "", "赔款"), (-200_00, "另一个户名", ACCOUNT, "赔款"), (-300_00, PAYEE, ACCOUNT, gone.token),
            (-300_00, PAYEE, ACCOUNT, gone.token), (-5_00, "", "", "手续费"), (300_00, PAYEE, ACCOUNT, f"退 {gone.token}"),
            (9_00, "张某", "9", "误汇"), (-9_99, "李某", "8", "购物"),
        ],
    )  # fmt: skip

    chosen = [choice(line, Side.PAYER) for line in lines if line.bucket != "MATCHED"]

    assert sure.id != other.id
    assert chosen == [
        Choice("M4", None, True), Choice("M3", None, False), Choice(None, _A.RECOVERY, False), Choice(None, _A.FEE, True),
        Choice(None, _A.RETURN, False), Choice(None, _A.SUSPENSE, False), None,
    ]  # fmt: skip
    assert all(choice(line, Side.PAYEE) != Choice("M4", None, True) for line in lines)
