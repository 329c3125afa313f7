"""What the bank says late, twice or too much: the books end alike whichever came first, and every yuan of the programme's account is in them."""

from __future__ import annotations

from datetime import date

import pytest

import make
from insurance.access import clock
from insurance.base import db
from insurance.base.errors import Invalid, Refused, WrongState
from insurance.checks.stored import stored
from insurance.claims import actions as claims
from insurance.claims import settlement
from insurance.claims.model import ClaimState
from insurance.claims.model_verbs import Closure, Order
from insurance.finance import actions, actions_cases, actions_matching, actions_months, store
from insurance.finance.model import Direction, PayoutState, Rule, Side
from insurance.finance.model_cases import CaseAction, CaseKind, Resolution, Share, open_actions
from insurance.finance.model_payments import PayingAccountView, Return
from insurance.finance.views import MATCHED_BY_HAND, LineView, PayoutView
from make.bank_story import Line
from make.bank_writers import Stretch, message
from make.claims import all_on, claim_in
from make.finance import ACCOUNT, PAYEE, PROGRAMME
from make.policies import on_day
from people import People

DAY, NEXT = date(2019, 8, 28), date(2019, 8, 29)
CHECKS = ("ledger_payouts", "ledger_shape", "payouts_live", "payouts_matched", "audit_events")


def said(payout: PayoutView, *, fen: int | None = None, on: date = DAY, words: str | None = None) -> Line:
    """A line about an order; money out unless told otherwise."""
    amount = -payout.amount_fen if fen is None else fen
    return Line(PROGRAMME, on, amount, PAYEE, ACCOUNT, payout.token if words is None else words, frozenset(), reference=f"R{on:%d}{amount}")


async def read(story: People, *lines: Line, opening_fen: int = 10**9, side: Side = Side.PAYER) -> list[LineView]:
    """A message of these lines; answers them as they then stand."""
    content = message(Stretch(lines[0].account, opening_fen, lines))
    found = await settlement.read_statement(content, "流水.xml", side, "", actor=story.maker)
    return (await actions_cases.statement(found.id, actor=story.maker))[1]


async def released(story: People, amount_fen: int = 300_00, paying: PayingAccountView | None = None) -> PayoutView:
    return await make.released(all_on(story, DAY), amount_fen, paying=paying)


async def books() -> dict[tuple[date, str], int]:
    rows = await db.fetch(
        "SELECT booked_on, code, sum(CASE WHEN debit = code THEN amount_fen ELSE -amount_fen END)::bigint AS fen FROM transfer,"
        " LATERAL unnest(ARRAY[debit, credit]) AS code WHERE kind IN ('POSTED', 'POST') GROUP BY 1, 2"
    )
    return {(row["booked_on"], row["code"]): row["fen"] for row in rows if row["fen"]}


async def balance(*codes: str) -> tuple[int, ...]:
    rows = {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await store.trial_balance(make.next_day())}
    return tuple(rows[code] for code in codes)


async def offences() -> list[str]:
    return [offence for name in CHECKS for offence in (await stored(name)).offences]


async def resolve(story: People, line: LineView, action: CaseAction, **known: object) -> PayoutView | None:
    given = Resolution(action=action, note="核实", **known)  # type: ignore[arg-type]  # fields by name
    return await actions_cases.resolve(line.statement_id, line.id, given, actor=story.maker)


# -- money back before the payment is seen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", [False, True])
async def test_a_payment_found_after_its_return_leaves_the_books_as_if_it_had_come_first(story: People, *, agent: bool) -> None:
    paying = await make.paying_account(story, programme=True) if agent else None
    stories = []
    for late in (False, True):
        order = await released(story, paying=paying)
        paid, back = said(order), said(order, fen=order.amount_fen, on=NEXT, words=f"退汇 {order.token}")
        before = await books()
        for line in (back, paid) if late else (paid, back):
            (view,) = await read(story, line._replace(reference=f"{order.token}{line.on}"))
            if view.bucket == "RETURNED":
                await resolve(story, view, CaseAction.RETURN)
        after = await books()
        stories.append({key: fen for key in after if (fen := after[key] - before.get(key, 0))})
        now = await actions.payout(order.id, actor=story.maker)
        assert (now.state, now.returned_on) == (PayoutState.RETURNED, NEXT)
        assert (view.bucket, view.rule) == ("MATCHED", "M1") if late else view.bucket == "RETURNED"
    assert stories[0] == stories[1]
    assert await offences() == []


async def test_only_a_payment_of_the_days_before_it_came_back_is_the_returned_orders(story: People) -> None:
    order = await released(story)
    await actions.give_back(order.id, Return(version=order.version, code="AC04", returned_on=DAY), actor=story.maker)

    (later,) = await read(story, said(order, on=NEXT))
    (other,) = await read(story, said(order, fen=-299_99))

    assert (later.bucket, other.bucket) == ("NOT_OPEN", "NOT_OPEN")
    with pytest.raises(WrongState):
        await actions_matching.match(later.statement_id, later.id, order.id, actor=story.maker)


async def test_a_return_that_was_registered_before_its_line_is_not_registered_twice(story: People) -> None:
    order = await released(story, paying=await make.paying_account(story, programme=True))
    await read(story, said(order))
    paid = await actions.payout(order.id, actor=story.maker)
    await actions.give_back(order.id, Return(version=paid.version, code="AC04", returned_on=NEXT), actor=story.maker)
    (line,) = await read(story, said(order, fen=order.amount_fen, on=NEXT, words=f"退汇 {order.token}"))

    await resolve(story, line, CaseAction.RETURN)

    assert await balance("1001", "1902", "1901", "2101") == (0, 0, 0, 0)
    (again,) = await read(story, said(order, fen=order.amount_fen, on=date(2019, 8, 30), words=f"退汇 {order.token}"))
    with pytest.raises(WrongState):
        await resolve(story, again, CaseAction.RETURN)
    assert await offences() == []


# -- too much -----------------------------------------------------------------------------------------------------------------------


async def test_what_is_over_is_owed_back_and_the_order_is_paid(story: People) -> None:
    order = await released(story, 300_00, await make.paying_account(story, programme=True))
    (line,) = await read(story, said(order, fen=-370_00))
    assert (line.bucket, line.actions) == ("OVER", ["OVER", "RECOVERY"])

    paid = await resolve(story, line, CaseAction.OVER)

    assert paid is not None
    assert (paid.state, paid.settled_on) == (PayoutState.SETTLED, DAY)
    assert await balance("1001", "1901", "1221") == (-370_00, 0, 70_00)
    (done,) = (await actions_cases.statement(line.statement_id, actor=story.maker))[1]
    assert [(one.amount_fen, one.fee_fen, one.surplus_fen) for one in done.pays] == [(300_00, 0, 70_00)]
    assert await offences() == []
    await actions_matching.undo(done.match_id or 0, "看错", actor=story.checker)
    assert await balance("1001", "1901", "1221") == (0, -300_00, 0)
    assert await offences() == []


async def test_an_insurers_own_over_payment_pays_the_claim_and_moves_no_programme_books(story: People) -> None:
    claim = await claim_in(ClaimState.AGREED, story)
    made = await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)
    order = await actions.release(made.id, made.version, actor=story.checker)
    line = Line("1610020009200012345", order.ordered_on, -order.amount_fen - 1, PAYEE, ACCOUNT, order.token, frozenset(), reference="1")
    (view,) = await read(story, line)
    assert view.actions == ["OVER", "RECOVERY", "NOTE"]

    shown = await settlement.resolve_line(view.statement_id, view.id, Resolution(action=CaseAction.OVER), actor=story.maker)

    assert [one.surplus_fen for one in shown.pays] == [1]
    assert (await claims.one(claim.id, actor=story.maker)).state is ClaimState.PAID
    assert await balance("1001", "1221") == (0, 0)


async def test_nothing_is_over_before_the_order_is_paid_whole(story: People) -> None:
    order = await released(story, 300_00)
    (line,) = await read(story, said(order, fen=-370_00))
    share = Share(line_id=line.id, payout_id=order.id, amount_fen=200_00, surplus_fen=170_00)

    with pytest.raises(Invalid) as refused:
        await actions_matching.confirm((share,), Rule.HAND, MATCHED_BY_HAND, actor=story.maker)

    assert [fault.field for fault in refused.value.faults] == ["surplus_fen"]


# -- every line of the programme's account is booked ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(CaseKind))
@pytest.mark.parametrize("direction", list(Direction))
def test_on_the_programmes_account_every_action_books_in_its_direction(kind: CaseKind, direction: Direction) -> None:
    own, others = open_actions(kind, direction, programme=True), open_actions(kind, direction, programme=False)

    assert set(own) <= set(others)
    assert (CaseAction.NOTE in own) == (kind is CaseKind.OTHER_SIDE)
    usual = Direction.IN if kind in (CaseKind.RETURNED, CaseKind.PAID_IN) else Direction.OUT
    assert own or (direction is not usual)


async def test_a_note_alone_books_nothing_and_is_refused(story: People) -> None:
    await make.paying_account(story, programme=True)
    out = Line(PROGRAMME, DAY, -9_00, "某", "62284800", "往来", frozenset(), reference="1")
    lines = await read(story, out, out._replace(fen=700, reference="2"))

    assert [line.actions for line in lines] == [["RECOVERY"], ["SUSPENSE"]]
    with pytest.raises(Refused, match="都要入账"):
        await resolve(story, lines[0], CaseAction.NOTE)


async def test_the_payees_record_gives_way_to_the_programmes_own(story: People) -> None:
    """The village's statement comes first and settles the order; the account's own line then takes its place."""
    order = await released(story, 300_00, await make.paying_account(story, programme=True))
    got = Line(ACCOUNT, NEXT, 300_00, "赔付专户", PROGRAMME, order.token, frozenset(), reference="7")
    (receipt,) = await read(story, got, side=Side.PAYEE)
    assert (receipt.bucket, await books() and (await actions.payout(order.id, actor=story.maker)).settled_on) == ("MATCHED", NEXT)
    early = await actions_months.reconciliation(date(2019, 8, 1), actor=story.maker)
    assert [item.amount_fen for item in early.booked_out] == [300_00], "booked, and not yet on the account's own statement"

    (own,) = await read(story, said(order))

    assert own.bucket == "MATCHED"
    assert (await actions.payout(order.id, actor=story.maker)).settled_on == DAY
    (receipt,) = (await actions_cases.statement(receipt.statement_id, actor=story.maker))[1]
    assert (receipt.bucket, receipt.actions) == ("OTHER_SIDE", ["NOTE"])
    assert {key: fen for key, fen in (await books()).items() if key[1] == "1001"} == {(DAY, "1001"): -300_00}
    assert await offences() == []


async def test_what_a_person_confirmed_gives_way_to_nothing(story: People) -> None:
    order = await released(story, 300_00)
    (first,) = await read(story, said(order, on=NEXT, words="赔款")._replace(name="某某村委会"))
    assert first.bucket == "SUGGESTED"
    await actions_matching.match(first.statement_id, first.id, order.id, actor=story.maker)

    (named,) = await read(story, said(order))

    assert named.bucket == "DUPLICATE"
    assert (await actions.payout(order.id, actor=story.maker)).settled_on == NEXT


# -- reversed by the bank -----------------------------------------------------------------------------------------------------------


async def test_a_reversal_takes_the_match_of_its_payment_apart(story: People) -> None:
    order = await released(story, 300_00, await make.paying_account(story, programme=True))
    (paid,) = await read(story, said(order))
    (back,) = await read(story, said(order, fen=300_00, words=f"冲正 {order.token}"))
    assert (paid.bucket, back.bucket, back.pair_line_id) == ("MATCHED", "REVERSAL", paid.id)

    await resolve(story, back, CaseAction.PAIR, pair_line_id=paid.id)

    assert (await actions.payout(order.id, actor=story.maker)).state is PayoutState.RELEASED
    assert await balance("1001", "1901") == (0, -300_00)
    assert [one.bucket for one in (await actions_cases.statement(paid.statement_id, actor=story.maker))[1]] == ["DONE"]
    assert await offences() == []


async def test_a_payment_of_a_closed_claim_is_not_reversed_behind_its_back(story: People) -> None:
    claim = await claim_in(ClaimState.AGREED, story)
    made = await settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=story.maker)
    order = await actions.release(made.id, made.version, actor=story.checker)
    on = order.ordered_on
    (paid,) = await read(story, said(order, on=on))
    owing = await claims.one(claim.id, actor=story.maker)
    await claims.closure(claim.id, Closure(version=owing.version), actor=story.adjuster_a)
    (back,) = await read(story, said(order, fen=order.amount_fen, on=on, words=f"冲正 {order.token}"))

    with pytest.raises(Refused, match="已结案"):
        await settlement.resolve_line(
            back.statement_id, back.id, Resolution(action=CaseAction.PAIR, pair_line_id=paid.id), actor=story.maker
        )
    assert (await actions.payout(order.id, actor=story.maker)).state is PayoutState.SETTLED


async def test_what_is_undone_is_reversed_on_the_day_it_was_booked(story: People) -> None:
    """A match of August that is undone and made again in September leaves August as it was."""
    order = await released(story, 300_00, await make.paying_account(story, programme=True))
    (line,) = await read(story, said(order))
    before = await books()
    clock_moved = on_day(story.maker, date(2019, 9, 2))

    await actions_matching.undo(line.match_id or 0, "看错", actor=clock_moved)
    await actions_matching.match(line.statement_id, line.id, order.id, actor=clock_moved)

    assert await books() == before
    assert clock.business_now().date() == date(2019, 8, 30)
