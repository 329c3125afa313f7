"""Lines in part, together and with a fee, and lines that pay nothing: what is stored, what the books say, taken back in one click."""

from __future__ import annotations

from datetime import date

import asyncpg
import pytest

import make
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.checks.stored import stored
from insurance.finance import actions, actions_cases, actions_matching, store
from insurance.finance.model import PayoutState, Rule, Side
from insurance.finance.model_cases import CaseAction, Resolution, Share
from insurance.finance.views import MATCHED_BY_HAND, LineView
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from people import People

DAY = date(2019, 8, 30)
Row = make.AccountRow


async def read(story: People, rows: list[Row], account: str = PROGRAMME, opening_fen: int = 10**9) -> tuple[int, list[LineView]]:
    found = await actions_matching.read_file(make.account_file(rows, account, opening_fen), "流水.csv", Side.PAYER, "", actor=story.maker)
    return found.id, (await actions_cases.statement(found.id, actor=story.maker))[1]


async def lines_of(story: People, statement_id: int) -> list[LineView]:
    return (await actions_cases.statement(statement_id, actor=story.maker))[1]


async def state(payout_id: int, story: People) -> PayoutState:
    return (await actions.payout(payout_id, actor=story.maker)).state


async def books(*codes: str) -> tuple[int, ...]:
    rows = {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await store.trial_balance(make.next_day())}
    assert sum(rows.values()) == 0
    return tuple(rows[code] for code in codes)


async def offences() -> list[str]:
    found = [await stored(name) for name in ("ledger_payouts", "ledger_shape", "payouts_live", "payouts_matched")]
    return [offence for check in found for offence in check.offences]


# -- confirmed by a person -----------------------------------------------------------------------------------------------------


async def test_orders_booked_in_one_line_are_confirmed_and_undone_together(story: People) -> None:
    one, two = await make.released(story, 100_00), await make.released(story, 250_00)
    statement, (line,) = await read(story, [(-350_00, PAYEE, ACCOUNT, "赔款")])
    assert (line.bucket, line.rule, [c.payout_id for c in line.candidates]) == ("SUGGESTED", "M5", [one.id, two.id])

    await actions_matching.match_proposed(statement, line.id, "M5", actor=story.maker)
    (after,) = await lines_of(story, statement)

    assert (after.bucket, [(p.payout_id, p.amount_fen) for p in after.pays]) == ("MATCHED", [(one.id, 100_00), (two.id, 250_00)])
    assert (await state(one.id, story), await state(two.id, story)) == (PayoutState.SETTLED, PayoutState.SETTLED)
    assert await offences() == []
    assert after.match_id is not None
    await actions_matching.undo(after.match_id, "看错", actor=story.checker)
    assert (await state(one.id, story), await state(two.id, story)) == (PayoutState.RELEASED, PayoutState.RELEASED)
    assert await offences() == []
    with pytest.raises(NotFound):
        await actions_matching.undo(after.match_id, "再撤", actor=story.checker)


async def test_one_order_in_two_lines_is_settled_when_both_are_there(story: People) -> None:
    order = await make.released(story, 300_00)
    statement, lines = await read(story, [(-100_00, PAYEE, ACCOUNT, "一"), (-200_00, PAYEE, ACCOUNT, "二")])
    assert {(line.bucket, line.rule) for line in lines} == {("SUGGESTED", "M6")}

    await actions_matching.match_proposed(statement, lines[1].id, "M6", actor=story.maker)

    assert [line.bucket for line in await lines_of(story, statement)] == ["MATCHED", "MATCHED"]
    assert await state(order.id, story) is PayoutState.SETTLED
    assert await books("2101", "1201") == (300_00, -300_00)
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'payout.settled'") == 2, "one a match"
    assert await offences() == []


async def test_a_short_line_makes_the_order_partial_and_the_rest_settles_it(story: People) -> None:
    order = await make.released(story, 300_00)
    statement, (line,) = await read(story, [(-100_00, PAYEE, ACCOUNT, order.token)])
    assert (line.bucket, line.actions) == ("SHORT", ["PART", "RECOVERY", "NOTE"])

    await actions_cases.resolve(statement, line.id, Resolution(action=CaseAction.PART), actor=story.maker)
    assert await state(order.id, story) is PayoutState.PARTIAL
    assert await offences() == []
    rest, (left,) = await read(story, [(-200_00, PAYEE, ACCOUNT, order.token)], opening_fen=2 * 10**9)
    assert (left.bucket, left.rule) == ("SUGGESTED", "M6")
    await actions_matching.match_proposed(rest, left.id, "M6", actor=story.maker)
    assert await state(order.id, story) is PayoutState.SETTLED
    assert await offences() == []

    (done,) = await lines_of(story, rest)
    assert done.match_id is not None
    await actions_matching.undo(done.match_id, "", actor=story.maker)
    assert await state(order.id, story) is PayoutState.PARTIAL
    assert await offences() == []


async def test_a_known_fee_on_top_is_booked_apart_and_reversed_with_its_match(story: People) -> None:
    paying = await make.paying_account(story, programme=True)
    order = await make.released(story, 300_00, paying=paying)
    statement, (line,) = await read(story, [(-305_00, PAYEE, ACCOUNT, "赔款")])
    assert (line.bucket, line.rule) == ("SUGGESTED", "M7")

    await actions_matching.match_proposed(statement, line.id, "M7", actor=story.maker)

    assert await state(order.id, story) is PayoutState.SETTLED
    assert await books("1001", "1901", "5001") == (-305_00, 0, 5_00)
    (done,) = await lines_of(story, statement)
    assert [(one.amount_fen, one.fee_fen) for one in done.pays] == [(300_00, 5_00)]
    await actions_matching.undo(done.match_id or 0, "", actor=story.maker)
    assert await books("1001", "1901", "5001") == (0, -300_00, 0)
    assert await offences() == []


async def test_a_proposal_that_no_longer_holds_is_refused(story: People) -> None:
    await make.released(story, 100_00)
    statement, (line,) = await read(story, [(-105_00, PAYEE, ACCOUNT, "赔款")])

    with pytest.raises(Refused, match="已经变化"):
        await actions_matching.match_proposed(statement, line.id, "M5", actor=story.maker)
    with pytest.raises(NotFound):
        await actions_matching.match_proposed(statement, line.id + 1, "M7", actor=story.maker)


@pytest.mark.parametrize(
    ("amount", "fee", "field"),
    [(99_99, 0, "amount_fen"), (100_01, 0, "amount_fen"), (99_00, 1_00, "fee_fen"), (95_00, 5_00, None)],
)
async def test_shares_give_a_line_away_whole_with_known_fees_only(story: People, amount: int, fee: int, field: str | None) -> None:
    order = await make.released(story, 100_00)
    _, (line,) = await read(story, [(-100_00, "别人", "6228480000000000001", "赔款")])
    share = Share(line_id=line.id, payout_id=order.id, amount_fen=amount, fee_fen=fee)

    if field is None:
        await actions_matching.confirm((share,), Rule.HAND, MATCHED_BY_HAND, actor=story.maker)
        assert await state(order.id, story) is PayoutState.PARTIAL
        return
    with pytest.raises(Invalid) as refused:
        await actions_matching.confirm((share,), Rule.HAND, MATCHED_BY_HAND, actor=story.maker)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert await db.fetchval("SELECT count(*) FROM bank_match") == 0


async def test_no_order_gets_more_than_it_awaits(story: People) -> None:
    order = await make.released(story, 100_00)
    _, lines = await read(story, [(-80_00, "甲", "1", "一"), (-80_00, "乙", "2", "二")])
    shares = [Share(line_id=line.id, payout_id=order.id, amount_fen=80_00) for line in lines]

    with pytest.raises(Invalid, match="金额"):
        await actions_matching.confirm(shares, Rule.HAND, MATCHED_BY_HAND, actor=story.maker)
    await actions_matching.confirm(shares[:1], Rule.HAND, MATCHED_BY_HAND, actor=story.maker)
    with pytest.raises(Invalid):
        await actions_matching.confirm(shares[1:], Rule.HAND, MATCHED_BY_HAND, actor=story.maker)
    with pytest.raises(Refused, match="已经匹配"):
        await actions_matching.confirm(shares[:1], Rule.HAND, MATCHED_BY_HAND, actor=story.maker)


# -- exceptions ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "kind", "action", "moved"),
    [
        ((-5_00, "", "", "手续费"), "FEE", CaseAction.FEE, {"5001": 5_00, "1001": -5_00}),
        ((900_00, "不知何人", "6228", "往来款"), "UNKNOWN", CaseAction.SUSPENSE, {"1001": 900_00, "2901": -900_00}),
        ((900_00, "甲保险公司", "6228", "拨款"), "PAID_IN", CaseAction.PAID_IN, {"1001": 900_00, "1201": -900_00}),
        ((-900_00, "不知何人", "6228", "付款"), "UNKNOWN", CaseAction.RECOVERY, {"1221": 900_00, "1001": -900_00}),
    ],
)
async def test_a_line_of_the_programmes_account_is_booked_and_taken_back(
    story: People, row: Row, kind: str, action: CaseAction, moved: dict[str, int]
) -> None:
    await make.paying_account(story, programme=True)
    await db.execute("UPDATE insurer SET name = '甲保险公司' WHERE id = $1", story.insurer_a)
    statement, (line,) = await read(story, [row])
    assert (line.bucket, action.value in line.actions, line.days, line.age) == (kind, True, 0, 0)
    assert line.next_step

    await actions_cases.resolve(statement, line.id, Resolution(action=action, note="查"), actor=story.maker)

    assert await books(*moved) == tuple(moved.values())
    (done,) = await lines_of(story, statement)
    assert (done.bucket, done.rule) == ("DONE", action.value)
    with pytest.raises(Refused, match="已经处理"):
        await actions_cases.resolve(statement, line.id, Resolution(action=action, note="再"), actor=story.maker)
    assert done.case_id is not None
    assert await actions_cases.take_back(done.case_id, "查明", actor=story.checker) == line.id
    assert await books(*moved) == (0,) * len(moved)
    assert [one.bucket for one in await lines_of(story, statement)] == [kind]
    with pytest.raises(NotFound):
        await actions_cases.take_back(done.case_id, "再撤", actor=story.checker)


async def test_an_insurers_own_account_moves_no_books(story: People) -> None:
    statement, (line,) = await read(story, [(-5_00, "", "", "手续费")], account="1610020009200012345")

    await actions_cases.resolve(statement, line.id, Resolution(action=CaseAction.FEE), actor=story.maker)

    assert await db.fetchval("SELECT count(*) FROM transfer") == 0


async def test_returned_money_comes_back_by_its_line(story: People) -> None:
    order = await make.released(story, 100_00)
    statement, lines = await read(story, [(-100_00, PAYEE, ACCOUNT, order.token), (100_00, PAYEE, ACCOUNT, "退汇 账户已销户")])
    assert [line.bucket for line in lines] == ["MATCHED", "RETURNED"]

    back = await actions_cases.resolve(statement, lines[1].id, Resolution(action=CaseAction.RETURN), actor=story.maker)

    assert back is not None
    assert (back.state, back.return_code, back.returned_on) == (PayoutState.RETURNED, "AC04", DAY)
    assert await books("2101", "1201") == (0, 0)
    assert await offences() == []
    done = (await lines_of(story, statement))[1]
    with pytest.raises(Refused, match="不能撤销"):
        await actions_cases.take_back(done.case_id or 0, "", actor=story.maker)


async def test_a_reversal_is_netted_with_its_other_half_and_both_stay(story: People) -> None:
    statement, lines = await read(story, [(-77_00, "甲", "1", "付错"), (77_00, "甲", "1", "冲正"), (-9_00, "乙", "2", "x")])
    assert [line.bucket for line in lines] == ["REVERSAL", "REVERSAL", "UNKNOWN"]

    with pytest.raises(Invalid):
        await actions_cases.resolve(statement, lines[0].id, Resolution(action=CaseAction.PAIR, pair_line_id=lines[2].id), actor=story.maker)
    await actions_cases.resolve(statement, lines[0].id, Resolution(action=CaseAction.PAIR, pair_line_id=lines[1].id), actor=story.maker)

    assert [line.bucket for line in await lines_of(story, statement)] == ["DONE", "DONE", "UNKNOWN"]
    assert [one.id for one in await actions_cases.exceptions(actor=story.maker)] == [lines[2].id]
    with pytest.raises(asyncpg.UniqueViolationError, match="line_case_pair_once"):  # whoever comes second, the database decides
        await db.execute(
            "INSERT INTO line_case (line_id, pair_line_id, kind, action, amount_fen, made_by, made_at, booked_on)"
            " SELECT $1, pair_line_id, kind, action, amount_fen, made_by, made_at, booked_on FROM line_case WHERE line_id = $2",
            lines[2].id, lines[0].id,
        )  # fmt: skip


async def test_an_action_fits_the_kind_and_a_note_says_why(story: People) -> None:
    statement, (line,) = await read(story, [(-5_00, "", "", "手续费")])

    with pytest.raises(Refused, match="不能这样"):
        await actions_cases.resolve(statement, line.id, Resolution(action=CaseAction.RETURN), actor=story.maker)
    with pytest.raises(Invalid) as refused:
        await actions_cases.resolve(statement, line.id, Resolution(action=CaseAction.NOTE), actor=story.maker)
    with pytest.raises(NotFound):
        await actions_cases.resolve(statement + 1, line.id, Resolution(action=CaseAction.FEE), actor=story.maker)

    assert [fault.field for fault in refused.value.faults] == ["note"]


async def test_money_in_suspense_is_listed_with_its_age_until_it_is_found_out(story: People) -> None:
    statement, (line,) = await read(story, [(900_00, "不知何人", "6228", "往来款")])
    await actions_cases.resolve(statement, line.id, Resolution(action=CaseAction.SUSPENSE, note="待查"), actor=story.maker)

    ((row, age),) = await actions_cases.suspense(actor=story.auditor)

    assert (row["line_id"], row["amount_fen"], row["note"], age) == (line.id, 900_00, "待查", (0, 0))
    await actions_cases.take_back(row["case_id"], "查明", actor=story.maker)
    assert await actions_cases.suspense(actor=story.auditor) == []


async def test_a_return_of_another_amount_is_not_booked_as_the_order(story: People) -> None:
    account = await make.paying_account(story, programme=True)
    payout = await make.released(story, paying=account)
    await read(story, [(-payout.amount_fen, PAYEE, ACCOUNT, payout.token)])
    statement, (line,) = await read(story, [(payout.amount_fen - 5_00, PAYEE, ACCOUNT, f"{payout.token}退汇")], opening_fen=2 * 10**9)
    before = await books("1001", "1902", "2101")

    with pytest.raises(Refused, match="退回的金额"):
        await actions_cases.resolve(statement, line.id, Resolution(action=CaseAction.RETURN, payout_id=payout.id), actor=story.maker)

    assert line.bucket == "RETURNED"
    assert await books("1001", "1902", "2101") == before
    assert await state(payout.id, story) is PayoutState.SETTLED


async def test_an_order_of_the_programme_is_not_settled_by_what_an_insurer_pays(story: People) -> None:
    order = await make.released(story, paying=await make.paying_account(story, programme=True))
    content = make.bank_file([(order.ordered_on, order.amount_fen, PAYEE, ACCOUNT, order.token)])
    found = await actions_matching.read_file(content, "别处.csv", Side.PAYER, "", actor=story.maker)
    (line,) = await lines_of(story, found.id)

    assert (line.bucket, line.candidates) == ("UNKNOWN", [])
    with pytest.raises(Invalid) as refused:
        await actions_matching.match(found.id, line.id, order.id, actor=story.maker)
    assert [fault.field for fault in refused.value.faults] == ["payout_id"]
    assert await state(order.id, story) is PayoutState.RELEASED
