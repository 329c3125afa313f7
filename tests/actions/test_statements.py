"""Bank statements: all or nothing, nothing twice, every match with its reason, undone again."""

from __future__ import annotations

from datetime import date

import pytest

import make
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, WrongState
from insurance.finance import actions, actions_cases, actions_matching, store
from insurance.finance.model import PayoutState, Side
from insurance.finance.views import StatementView
from make.finance import ACCOUNT, PAYEE
from people import People

DAY = date(2019, 8, 30)


async def read(story: People, content: bytes, name: str = "流水.csv") -> StatementView:
    return await actions_matching.read_file(content, name, Side.PAYER, "", actor=story.maker)


async def test_a_line_that_names_its_order_is_matched_and_the_books_move(story: People) -> None:
    made = await make.released(story, 400_310_1)

    found = await read(story, make.bank_file([(DAY, 400_310_1, PAYEE, ACCOUNT, f"{made.token} 赔款"), (DAY, 500, "手续费", "", "手续费")]))
    _, lines = await actions_cases.statement(found.id, actor=story.maker)

    assert (found.lines, found.new_lines, found.matched, found.open) == (2, 2, 1, 1)
    assert [(line.bucket, line.rule) for line in lines] == [("MATCHED", "M1"), ("FEE", None)]
    assert "付款编号" in lines[0].reason
    settled = await actions.payout(made.id, actor=story.maker)
    assert (settled.state, settled.settled_on) == (PayoutState.SETTLED, DAY)
    assert {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await store.trial_balance(DAY) if r["debit_fen"] or r["credit_fen"]} == {
        "1201": -400_310_1,
        "2101": 400_310_1,
    }


async def test_without_a_token_account_amount_and_day_decide_and_another_name_is_only_suggested(story: People) -> None:
    sure, unsure = await make.released(story, 100_00), await make.released(story, 200_00)

    found = await read(story, make.bank_file([(DAY, 100_00, PAYEE, ACCOUNT, "赔款"), (DAY, 200_00, "另一个户名", ACCOUNT, "赔款")]))
    _, lines = await actions_cases.statement(found.id, actor=story.maker)

    assert [(line.bucket, line.rule) for line in lines] == [("MATCHED", "M3"), ("SUGGESTED", "M3")]
    assert lines[0].payout_id == sure.id
    assert [c.payout_id for c in lines[1].candidates] == [unsure.id]

    await actions_matching.match(found.id, lines[1].id, unsure.id, actor=story.maker)
    _, (_, confirmed) = await actions_cases.statement(found.id, actor=story.maker)

    assert (confirmed.bucket, confirmed.payout_id) == ("MATCHED", unsure.id)


async def test_the_same_file_and_overlapping_rows_store_nothing_twice(story: People) -> None:
    rows = [(DAY, 100_00 + n, PAYEE, ACCOUNT, f"第{n}笔") for n in range(4)]
    content = make.bank_file(rows[:3])
    first = await read(story, content)

    again = await read(story, content, "另存的名字.csv")
    longer = await read(story, make.bank_file(rows))

    assert (again.id, again.repeated) == (first.id, True)
    assert (longer.lines, longer.new_lines, longer.known_lines) == (4, 1, 3)


async def test_a_match_is_undone_and_only_suggested_afterwards(story: People) -> None:
    made = await make.released(story, 100_00)
    found = await read(story, make.bank_file([(DAY, 100_00, PAYEE, ACCOUNT, made.token)]))
    _, (line,) = await actions_cases.statement(found.id, actor=story.maker)
    assert line.match_id

    (back,) = await actions_matching.undo(line.match_id, "对错了", actor=story.checker)
    again = await actions_matching.match_waiting(actor=story.maker)
    _, (after,) = await actions_cases.statement(found.id, actor=story.maker)

    assert (back.state, back.settled_on) == (PayoutState.RELEASED, None)
    assert again == 0
    assert after.bucket == "SUGGESTED"
    assert sum(abs(r["debit_fen"] - r["credit_fen"]) for r in await store.trial_balance(make.next_day())) == 0
    with pytest.raises(NotFound):
        await actions_matching.undo(line.match_id, "再撤", actor=story.checker)


async def test_an_order_released_after_the_file_came_in_is_matched_later(story: People) -> None:
    made = await make.order(story, 100_00)
    found = await read(story, make.bank_file([(DAY, 100_00, PAYEE, ACCOUNT, made.token)]))
    assert found.matched == 0

    await actions.release(made.id, made.version, actor=story.checker)

    assert await actions_matching.match_waiting(actor=story.checker) == 1


@pytest.mark.parametrize(("amount", "field"), [(99_99, "payout_id")])
async def test_a_hand_cannot_match_what_does_not_fit(story: People, amount: int, field: str) -> None:
    made = await make.released(story, 100_00)
    found = await read(story, make.bank_file([(DAY, amount, PAYEE, ACCOUNT, "赔款")]))
    _, (line,) = await actions_cases.statement(found.id, actor=story.maker)

    with pytest.raises(Invalid) as refused:
        await actions_matching.match(found.id, line.id, made.id, actor=story.maker)
    with pytest.raises(NotFound):
        await actions_matching.match(found.id + 1, line.id, made.id, actor=story.maker)

    assert [f.field for f in refused.value.faults] == [field]


async def test_what_is_not_released_cannot_be_matched(story: People) -> None:
    made = await make.order(story, 100_00)
    found = await read(story, make.bank_file([(DAY, 100_00, PAYEE, ACCOUNT, made.token)]))
    _, (line,) = await actions_cases.statement(found.id, actor=story.maker)

    assert line.bucket == "NOT_OPEN"
    with pytest.raises(WrongState):
        await actions_matching.match(found.id, line.id, made.id, actor=story.maker)


async def test_bank_files_are_for_finance(story: People) -> None:
    await read(story, make.bank_file([(DAY, 100_00, PAYEE, ACCOUNT, "赔款")]))

    for reader in (story.city, story.adjuster_a, story.leader):
        async with db.transaction(reader.scope):
            assert await db.fetchval("SELECT count(*) FROM bank_line") == 0
