"""The three books over the database: what is stored of a list, what counts of it, and every class as orders, lists and the bank make it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

import make
from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, WrongState
from insurance.base.money import yuan
from insurance.base.text import render
from insurance.claims import actions, actions_books, actions_decision, settlement
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_books import Comparison, Difference, InsurerListView, Item, ListPeriod, Sums, Withdrawing
from insurance.claims.model_verbs import InterimPayment, Order
from insurance.finance import actions as finance
from insurance.finance import actions_cases
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.views import PayoutView, StatementView
from make import finance as make_finance
from make.books import list_file
from make.claims import ACCOUNT
from people import People

DAY = date(2019, 8, 30)
AUGUST = (date(2019, 8, 1), DAY)
NAME = "石门村股份经济合作社"
FEN = 40_031_01
_D = Difference


async def paying(story: People) -> tuple[Claim, PayoutView]:
    """A claim whose order the checker has released."""
    claim = await make.claim_in(ClaimState.PAYING, story)
    order = claim.parts[-1].payout
    assert order is not None
    payout = await finance.payout(order.id, actor=story.maker)
    if payout.state == "ORDERED":
        payout = await finance.release(payout.id, payout.version, actor=story.checker)
    return claim, payout


def row(claim: Claim, fen: Any = FEN, name: str = NAME, account: str = ACCOUNT, day: date = DAY, remark: str = "") -> tuple[Any, ...]:
    return claim.number, name, account, fen, day.isoformat(), remark


async def taken_in(
    story: People, rows: Sequence[Sequence[Any]], *, actor: Actor | None = None, period: tuple[date, date] = AUGUST, insurer: str = ""
) -> InsurerListView:  # fmt: skip
    given = ListPeriod(from_on=period[0], until_on=period[1], insurer=insurer)
    return await actions_books.read_file(list_file(rows), "八月支付清单.csv", given, actor=actor or story.adjuster_a)


async def bank(story: People, lines: list[tuple[int, str]], opening_fen: int = 10**10) -> StatementView:
    """A statement of the payer: (fen paid out, negative for money that came back; what the line says)."""
    out, balance = io.StringIO(), opening_fen
    write = csv.writer(out)
    write.writerow(["账号", make_finance.PAYER])
    write.writerow(["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"])
    for number, (fen, said) in enumerate(lines, 1):
        balance -= fen
        cells = [yuan(fen), ""] if fen > 0 else ["", yuan(-fen)]
        write.writerow([DAY, f"LS{opening_fen}{number:04d}", *cells, yuan(balance), NAME, ACCOUNT, said])
    return await settlement.read_statement(out.getvalue().encode("gb18030"), "八月.csv", Side.PAYER, "", actor=story.maker)


async def books(actor: Actor, **asked: Any) -> Comparison:
    return await actions_books.comparison(actor=actor, **asked)


async def only(actor: Actor, **asked: Any) -> Item:
    (item,) = (await books(actor, **asked)).items
    return item


# -- every class, as it comes about -------------------------------------------------------------------------------------------


async def test_what_all_three_agree_on_is_only_counted(story: People) -> None:
    claim, payout = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款"), (500, "手续费")])
    await taken_in(story, [row(claim)])

    found = await books(story.maker)

    assert found.items == ()
    assert found.agreed == found.total == Sums(1, FEN, FEN, FEN)
    assert await books(story.adjuster_a) == await books(story.leader) == await books(story.auditor) == found


@pytest.mark.parametrize(
    ("listed", "kind", "words"),
    [
        ([{"fen": 40_013_01}], _D.AMOUNT, "相差 -18.00 元"),
        ([{"name": "石门村股份经济合作杜"}], _D.PAYEE, "合作杜"),
        ([{"account": "6222020000000000001"}], _D.PAYEE, "尾号 0001"),
        ([{}, {}], _D.DUPLICATE, "清单列了 2 次"),
        ([], _D.NOT_YET, "清单还没有"),
    ],
)
async def test_a_list_may_differ(story: People, listed: list[dict[str, Any]], kind: Difference, words: str) -> None:
    claim, payout = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款")])
    if listed:
        await taken_in(story, [row(claim, **one) for one in listed])

    item = await only(story.adjuster_a)

    assert (item.kind, item.claim_id, item.payout_id, item.payout_number) == (kind, claim.id, payout.id, payout.number)
    assert words in render(item.reason, "zh")
    assert (item.ours_fen, item.bank_fen) == (FEN, FEN)


async def test_a_list_that_leaves_a_payment_of_its_days_out_misses_it(story: People) -> None:
    claim, payout = await paying(story)
    other, second = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款"), (FEN, f"{second.token} 赔款")])
    await taken_in(story, [row(other)])

    item = await only(story.maker)

    assert (item.kind, item.claim_id, item.insurer_fen) == (_D.MISSING, claim.id, 0)


async def test_money_that_came_back_is_returned_until_it_is_paid_again(story: People) -> None:
    claim, payout = await paying(story)
    await taken_in(story, [row(claim)])
    read = await bank(story, [(FEN, f"{payout.token} 赔款"), (-FEN, f"{payout.token} 退汇")])
    before = await only(story.adjuster_a)
    waiting = await actions_cases.exceptions(actor=story.maker)
    await settlement.resolve_line(read.id, waiting[0].id, Resolution(action=CaseAction.RETURN, code="BE01"), actor=story.maker)

    after = await only(story.adjuster_a)

    assert (before.kind, before.bank_fen, after.kind, after.bank_fen) == (_D.RETURNED, 0, _D.RETURNED, 0)
    again = await settlement.order_payout(
        Order(claim_id=claim.id, version=(await actions.one(claim.id, actor=story.maker)).version), actor=story.maker
    )
    await finance.release(again.id, again.version, actor=story.checker)
    await bank(story, [(FEN, f"{again.token} 赔款")], opening_fen=9 * 10**9)
    assert (await books(story.adjuster_a)).items == ()


async def test_a_second_payment_of_the_bank_is_a_duplicate_before_and_after_finance_deals_with_it(story: People) -> None:
    claim, payout = await paying(story)
    await taken_in(story, [row(claim)])
    read = await bank(story, [(FEN, f"{payout.token} 赔款"), (FEN, f"{payout.token} 赔款")])
    before = await only(story.adjuster_a)
    (waiting,) = await actions_cases.exceptions(actor=story.maker)

    await settlement.resolve_line(read.id, waiting.id, Resolution(action=CaseAction.RECOVERY, note="银行重复扣款"), actor=story.maker)

    after = await only(story.adjuster_a)
    assert (before.kind, before.bank_fen) == (after.kind, after.bank_fen) == (_D.DUPLICATE, 2 * FEN)


async def test_what_was_paid_beyond_the_order_stays_a_difference_until_it_is_back(story: People) -> None:
    claim, payout = await paying(story)
    await taken_in(story, [row(claim)])
    read = await bank(story, [(FEN + 77_77, f"{payout.token} 赔款")])
    before = await only(story.adjuster_a)
    (waiting,) = await actions_cases.exceptions(actor=story.maker)

    await settlement.resolve_line(read.id, waiting.id, Resolution(action=CaseAction.OVER), actor=story.maker)

    after = await only(story.adjuster_a)
    assert (before.kind, before.bank_fen) == (after.kind, after.bank_fen) == (_D.AMOUNT, FEN + 77_77)


async def test_a_payment_the_bank_reversed_is_returned_before_and_after_finance_nets_it(story: People) -> None:
    claim, payout = await paying(story)
    await taken_in(story, [row(claim)])
    await bank(story, [(FEN, f"{payout.token} 赔款")])
    read = await bank(story, [(-FEN, f"{payout.token} 冲正")], opening_fen=10**10 - FEN)
    before = await only(story.adjuster_a)
    (waiting,) = await actions_cases.exceptions(actor=story.maker)
    netted = Resolution(action=CaseAction.PAIR, pair_line_id=waiting.pair_line_id)

    await settlement.resolve_line(read.id, waiting.id, netted, actor=story.maker)

    after = await only(story.adjuster_a)
    assert (waiting.bucket, before.kind, before.bank_fen) == ("REVERSAL", _D.RETURNED, 0)
    assert (after.kind, after.bank_fen) == (_D.NOT_YET, 0)  # awaited again


async def test_an_amount_one_fen_off_at_the_bank_shows_before_anybody_confirms_it(story: People) -> None:
    claim, payout = await paying(story)
    await taken_in(story, [row(claim)])
    await bank(story, [(FEN - 1, f"{payout.token} 赔款")])

    item = await only(story.maker)

    assert (item.kind, item.bank_fen) == (_D.AMOUNT, FEN - 1)


async def test_a_part_that_has_arrived_waits_for_the_rest(story: People) -> None:
    claim, payout = await paying(story)
    await taken_in(story, [row(claim)])
    read = await bank(story, [(10_000_00, f"{payout.token} 赔款")])
    (waiting,) = await actions_cases.exceptions(actor=story.maker)
    await settlement.resolve_line(read.id, waiting.id, Resolution(action=CaseAction.PART), actor=story.maker)

    item = await only(story.maker)

    assert (item.kind, item.bank_fen) == (_D.NOT_YET, 10_000_00)
    assert "余 30,031.01 元还没有" in render(item.reason, "zh")


async def test_a_payment_that_names_only_the_claim_counts_for_it(story: People) -> None:
    claim = await make.claim_in(ClaimState.AGREED, story)
    await taken_in(story, [row(claim)])
    await bank(story, [(FEN, f"赔款 {claim.number}")])

    assert (await books(story.adjuster_a)).items == ()
    assert (await books(story.adjuster_a)).agreed == Sums(1, FEN, FEN, FEN)


async def test_an_advance_is_owed_from_its_approval_and_a_final_part_only_from_the_agreement(story: People) -> None:
    claim = await make.claim_in(ClaimState.ASSESSING, story)
    await actions_decision.interim_payment(claim.id, InterimPayment(version=claim.version, amount_fen=1_000_000), actor=story.approver_a)
    approved = await make.claim_in(ClaimState.APPROVED, story)

    item = await only(story.maker)

    assert (item.kind, item.claim_id, item.ours_fen, item.ours_on) == (_D.NOT_YET, claim.id, 1_000_000, DAY)
    await taken_in(story, [row(approved)])
    found = {one.claim_id: one for one in (await books(story.maker)).items}
    assert (found[approved.id].kind, found[approved.id].ours_fen) == (_D.MISSING, 0)
    assert "还没有达成协议" in render(found[approved.id].reason, "zh")


async def test_a_day_before_knows_nothing_of_the_day(story: People) -> None:
    claim, payout = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款")])
    await taken_in(story, [row(claim, fen=1_00)])

    assert (await books(story.maker, as_of=date(2019, 8, 29))).total == Sums()
    assert (await books(story.maker, as_of=DAY)).total.number == 1
    with pytest.raises(Invalid) as refused:
        await books(story.maker, as_of=make.next_day())
    assert refused.value.faults[0].field == "as_of"


# -- lists: what is stored, what counts --------------------------------------------------------------------------------------


async def test_the_same_file_again_stores_nothing_and_says_so(story: People) -> None:
    claim, _ = await paying(story)

    first = await taken_in(story, [row(claim)])
    again = await taken_in(story, [row(claim)], actor=story.approver_a)

    assert (first.repeated, again.repeated, again.id) == (False, True, first.id)
    assert (first.rows, first.new_rows, first.sum_fen) == (1, 1, FEN)
    assert await db.fetchval("SELECT count(*) FROM insurer_list_row") == 1


async def test_a_row_in_two_lists_counts_once_and_a_second_payment_in_one_twice(story: People) -> None:
    claim, payout = await paying(story)
    other, second = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款"), (FEN, f"{second.token} 赔款")])
    await taken_in(story, [row(claim)])

    late = await taken_in(story, [row(other), row(claim, name="石门村股份经济合作杜")], period=(date(2019, 7, 1), DAY))

    assert (late.rows, late.new_rows) == (2, 1)
    assert (await books(story.maker)).total == Sums(2, 2 * FEN, 2 * FEN, 2 * FEN)
    assert (await only(story.maker)).kind is _D.PAYEE  # the newer list is what the insurer says now
    await taken_in(story, [row(claim), row(claim), row(other)], period=(date(2019, 8, 2), DAY))
    assert (await only(story.maker)).kind is _D.DUPLICATE


async def test_a_withdrawn_list_stays_and_counts_no_longer(story: People) -> None:
    claim, payout = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款")])
    made = await taken_in(story, [row(claim, fen=1_00)])
    right = await taken_in(story, [row(claim)], period=(date(2019, 8, 15), DAY))

    gone = await actions_books.withdraw(made.id, Withdrawing(version=made.version, reason=" 列错了金额 "), actor=story.approver_a)

    assert (await books(story.maker)).agreed.number == 1
    assert (gone.withdrawn_reason, gone.version, gone.rows) == ("列错了金额", made.version + 1, 1)
    with pytest.raises(WrongState):
        await actions_books.withdraw(made.id, Withdrawing(version=gone.version, reason="再撤"), actor=story.maker)
    with pytest.raises(LostUpdate):
        await actions_books.withdraw(right.id, Withdrawing(version=right.version + 1, reason="旧页面"), actor=story.maker)
    with pytest.raises(Invalid):
        await actions_books.withdraw(right.id, Withdrawing(version=right.version, reason="  "), actor=story.maker)
    back = await taken_in(story, [row(claim, fen=1_00)])
    assert (back.repeated, back.id > right.id) == (False, True)
    rows = await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", f"insurer-list:{made.id}")
    assert [one["verb"] for one in rows] == ["insurer-list.read", "insurer-list.withdrawn"]
    assert not await audit.verify()


async def test_a_list_with_one_fault_stores_nothing(story: People) -> None:
    claim, _ = await paying(story)

    with pytest.raises(Invalid) as refused:
        await taken_in(story, [row(claim), row(claim, account="6.22202E+18"), row(claim, day=date(2019, 9, 1))])

    assert {fault.field for fault in refused.value.faults} == {"D4", "F5"}
    assert not await db.fetchval("SELECT count(*) FROM insurer_list")


@pytest.mark.parametrize(
    ("period", "field"), [((DAY, date(2019, 8, 1)), "until_on"), ((date(2019, 8, 1), date(2019, 8, 31)), "until_on")]
)  # fmt: skip
async def test_a_period_runs_forward_and_not_beyond_today(story: People, period: tuple[date, date], field: str) -> None:
    claim, _ = await paying(story)

    with pytest.raises(Invalid) as refused:
        await taken_in(story, [row(claim)], period=period)

    assert [fault.field for fault in refused.value.faults] == [field]


async def test_an_account_is_kept_as_a_digest_and_its_tail(story: People) -> None:
    claim, _ = await paying(story)
    await taken_in(story, [row(claim)])

    stored = await db.fetchrow("SELECT r::text AS whole, length(account_digest) AS long, account_tail FROM insurer_list_row r")

    assert stored is not None
    assert ACCOUNT not in stored["whole"]
    assert (stored["long"], stored["account_tail"]) == (32, "0000")


# -- who ------------------------------------------------------------------------------------------------------------------------


async def test_finance_says_whose_list_it_is_and_an_insurer_has_only_its_own(story: People) -> None:
    claim, _ = await paying(story)

    with pytest.raises(Invalid) as unsaid:
        await taken_in(story, [row(claim)], actor=story.maker)
    with pytest.raises(Invalid) as unknown:
        await taken_in(story, [row(claim)], actor=story.maker, insurer="X")
    with pytest.raises(NotFound):
        await taken_in(story, [row(claim)], actor=story.adjuster_b, insurer=str(story.insurer_a))
    made = await taken_in(story, [row(claim)], actor=story.checker, insurer=str(story.insurer_a))

    assert [fault.field for error in (unsaid, unknown) for fault in error.value.faults] == ["insurer", "insurer"]
    assert made.insurer_id == story.insurer_a
    assert [one.id for one in await actions_books.lists(actor=story.adjuster_a)] == [made.id]
    assert await actions_books.lists(actor=story.adjuster_b) == []
    assert (await books(story.adjuster_b)).total == Sums()
    for foreign in (
        actions_books.one_list(made.id, actor=story.adjuster_b),
        actions_books.withdraw(made.id, Withdrawing(version=1, reason="x"), actor=story.adjuster_b),
        actions_books.insurer_named(str(story.insurer_a), actor=story.adjuster_b),
    ):
        with pytest.raises(NotFound):
            await foreign


async def test_what_an_insurer_lists_of_anothers_claim_is_missing_here_and_tells_nothing(story: People) -> None:
    claim, payout = await paying(story)
    await bank(story, [(FEN, f"{payout.token} 赔款")])
    await taken_in(story, [row(claim, remark=payout.token)], actor=story.adjuster_b)

    item = await only(story.adjuster_b)

    assert (item.kind, item.claim_id, item.bank_fen, item.ours_fen) == (_D.MISSING, None, 0, 0)
    assert {(one.kind, one.insurer_id) for one in (await books(story.maker)).items} == {
        (_D.MISSING, story.insurer_b), (_D.NOT_YET, story.insurer_a),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["city", "county", "town", "leader", "auditor", "admin"])
async def test_offices_and_readers_upload_nothing(story: People, who: str) -> None:
    claim, _ = await paying(story)

    with pytest.raises(Forbidden):
        await taken_in(story, [row(claim)], actor=story.everybody()[who])


async def test_the_rows_are_behind_the_wall_too(story: People) -> None:
    claim, _ = await paying(story)
    await taken_in(story, [row(claim)])
    seen = {}
    for name, actor in story.everybody().items():
        async with db.transaction(actor.scope):
            seen[name] = await db.fetchval("SELECT (SELECT count(*) FROM insurer_list) + (SELECT count(*) FROM insurer_list_row)")

    readers = {name for name, count in seen.items() if count == 2}

    assert readers == {"adjuster_a", "approver_a", "maker", "checker", "leader", "auditor"}
    assert not any(seen[name] for name in seen.keys() - readers)
