"""Premium that moves: received, passed on, given back, paid back; what the books say, what is refused, taken back in one click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

import make
from insurance.base import db
from insurance.base.errors import Refused
from insurance.base.money import largest_remainder
from insurance.finance import actions_cases
from insurance.finance.actions_entries import about
from insurance.finance.pages_entries import way_to
from insurance.policies import actions_premium, actions_premium_read, actions_refunds, store_premium
from insurance.policies.actions_premium_read import Asked
from insurance.policies.actions_refunds import OverInsured
from insurance.policies.model import Cover, Payer
from insurance.policies.model_premium import MoveEntry, MoveKind
from insurance.policies.store import Bound
from insurance.policies.views_premium import StatementLine
from make import midterm
from make.openings import brought_in, policies, policy_row
from make.premium import CITY, COUNTY, INSURER_ACCOUNT, accounts, books, confirmed, due, line, offences, stands
from people import People


async def test_a_treasury_s_money_pays_its_dues_and_is_taken_back_in_one_click(story: People) -> None:
    await accounts(story)
    bound = await due(story)
    owed, _, _ = await stands(bound, "CITY", story)
    before = await books("1001", "1101", "1102", "2001")
    found = await line(story, owed, CITY)
    assert (found.bucket, found.offer is not None and found.offer.sure) == ("PREMIUM", True)

    made = await confirmed(found, story)

    assert (made.kind, made.payer, made.policies, made.surplus_fen) == (MoveKind.RECEIVED, Payer.CITY, 1, 0)
    assert await stands(bound, "CITY", story) == (0, owed, owed)
    assert await books("1001", "1101", "1102", "2001") == (before[0] + owed, before[1] - owed, *before[2:])
    assert await offences() == []
    (after,) = (await actions_cases.statement(found.statement_id, actor=story.maker))[1]
    assert (after.bucket, after.rule, after.case_id) == ("DONE", "PREMIUM", made.case_id)

    undone = await actions_premium.undo(made.id, "看错", actor=story.checker)

    assert (undone.undone_reason, undone.undone_by) == ("看错", story.checker.display_name)
    assert await stands(bound, "CITY", story) == (owed, owed, 0)
    assert await books("1001", "1101", "1102", "2001") == before
    (again,) = (await actions_cases.statement(found.statement_id, actor=story.maker))[1]
    assert again.bucket == "PREMIUM"
    assert (await confirmed(again, story)).id != made.id, "it may be confirmed again"
    assert await offences() == []


# -- in, on, back -------------------------------------------------------------------------------------------------------------


async def test_what_came_in_is_passed_on_and_no_more(story: People) -> None:
    await accounts(story)
    bound = await due(story)
    owed, _, _ = await stands(bound, "CITY", story)
    received = await confirmed(await line(story, owed, CITY), story)
    insurer = await _insurer(bound)
    too_much = await line(story, -(owed + 1), insurer)
    assert too_much.offer is not None
    assert too_much.offer.text == "", "nothing is offered that cannot be"
    with pytest.raises(Refused, match="付出的比可付的多"):
        await actions_premium.move(MoveEntry(line_id=too_much.id, kind=MoveKind.PASSED_ON, insurer="INS-A"), actor=story.maker)

    passed = await confirmed(await line(story, -owed, insurer), story)

    assert (passed.kind, passed.payer, passed.insurer) == (MoveKind.PASSED_ON, None, "INS-A")
    assert (await stands(bound, "CITY", story))[1:] == (0, 0)
    assert (await books("1001"))[0] == 0
    assert await offences() == []
    with pytest.raises(Refused, match="请先撤销后面的办理"):
        await actions_premium.undo(received.id, "", actor=story.maker)
    await actions_premium.undo(passed.id, "", actor=story.maker)
    await actions_premium.undo(received.id, "", actor=story.maker)
    assert await stands(bound, "CITY", story) == (owed, owed, 0)
    assert await offences() == []


async def _insurer(bound: Bound) -> str:
    name: str = await db.fetchval("SELECT i.name FROM insurer i JOIN policy p ON p.insurer_id = i.id WHERE p.id = $1", bound.id)
    return name


async def test_premium_paid_straight_to_the_insurer_moves_no_bank_of_ours(story: People) -> None:
    await accounts(story)
    mine, other = await due(story), await due(story, insurer="INS-B")
    owed, _, _ = await stands(mine, "COUNTY", story)
    before = await books("1001", "1101", "2001", "2901")
    found = await line(story, owed + 7_00, COUNTY, account=INSURER_ACCOUNT)
    assert found.offer is not None
    assert "余 7.00 元不属于应收保费" in found.offer.text

    made = await confirmed(found, story)

    assert (made.direct, made.insurer, made.surplus_fen) == (True, "INS-A", 7_00)
    assert await stands(mine, "COUNTY", story) == (0, 0, 0)
    assert (await stands(other, "COUNTY", story))[0] > 0, "another insurer's policies are none of its account"
    assert await books("1001", "1101", "2001", "2901") == (before[0], before[1] - owed, before[2] + owed, 0)
    assert await offences() == []


UNPAID = (1, 2, 3, 4, 5, 7, 99, 100, 101, 33_333, 81_667, 122_501, 244_999, 245_000)
SHARED: tuple[dict[str, str], ...] = (  # 2,450.00 yuan of premium
    {},  # by the wording: 40, 40, 20
    {"central": "816.66", "province": "816.67", "county": "816.67"},
    {"own": "2450.00"},
    {"city": "1225.00", "own": "1225.00"},
    {"province": "0.01", "city": "0.02", "county": "2449.96", "own": "0.01"},
)
REFUNDS = ["cancellation", "endorsement", "over-insurance"]


async def _refunded(how: str, story: People) -> tuple[Bound, Callable[[], Awaitable[int]]]:
    """A policy, and what gives a part of its premium back."""
    if how == "over-insurance":
        loss = await make.insured(story)
        claim = await make.reported(story, loss)
        over = [OverInsured(policy_item_id=loss.item_ids[0], sums_insured_fen=(50_000_000,), value_fen=42_000_000)]
        number = await db.fetchval("SELECT number FROM policy WHERE id = $1", loss.policy_id)

        async def excess() -> int:
            made = await actions_refunds.refund_excess(loss.policy_id, claim.id, over, actor=story.approver_a)
            assert made is not None
            return made.returned_fen

        return Bound(loss.policy_id, number, loss.project_id, Cover.INDUSTRY, 0, 0), excess
    assets = [{"regime": "ENT"}, {"code": "ZC-2", "regime": "ENT"}] if how == "endorsement" else None
    made, bound = await midterm.held(story.town, assets=assets)

    async def change() -> int:
        if how == "cancellation":
            return (await midterm.cancelled(made, bound, actor=story.town)).returned_fen
        return (await midterm.removed(made, bound, actor=story.town, effective_on="2019-09-15")).returned_fen

    return bound, change


@pytest.mark.parametrize("how", REFUNDS)
async def test_a_refund_before_the_money_makes_less_due(story: People, how: str) -> None:
    await accounts(story)
    bound, refund = await _refunded(how, story)
    before, _, _ = await stands(bound, "CITY", story)

    back = await refund()

    left, owed, held = await stands(bound, "CITY", story)
    assert 0 < before - left <= back
    assert (owed, held) == (left, 0)
    account = await _account(story, bound)
    assert (account.due_fen, account.refunded_fen, account.closing_fen) == (before, before - left, left)
    assert await offences() == []


@pytest.mark.parametrize("how", REFUNDS)
async def test_a_refund_after_the_money_goes_back_the_way_it_came(story: People, how: str) -> None:
    await accounts(story)
    bound, refund = await _refunded(how, story)
    whole, _, _ = await stands(bound, "CITY", story)
    insurer = await _insurer(bound)
    await confirmed(await line(story, whole, CITY), story)
    await confirmed(await line(story, -whole, insurer), story)

    await refund()

    credit, by_insurer, held = await stands(bound, "CITY", story)
    assert credit < 0
    assert (by_insurer, held) == (credit, 0)
    assert await offences() == []
    early = await line(story, credit, CITY)
    assert early.offer is not None
    assert early.offer.text == "", "the insurer has not given it back yet"
    with pytest.raises(Refused, match="没有可以对应的保费"):
        await actions_premium.move(MoveEntry(line_id=early.id, kind=MoveKind.PAID_BACK, payer=Payer.CITY), actor=story.maker)

    given = await confirmed(await line(story, -credit, insurer), story)
    back = await confirmed((await actions_cases.statement(early.statement_id, actor=story.maker))[1][0], story)

    assert (given.kind, back.kind) == (MoveKind.INSURER_REFUND, MoveKind.PAID_BACK)
    assert await stands(bound, "CITY", story) == (0, 0, 0)
    account = await _account(story, bound)
    assert (account.received_fen, account.paid_back_fen, account.closing_fen) == (whole, -credit, 0)
    assert await offences() == []
    with pytest.raises(Refused, match="请先撤销后面的办理"):
        await actions_premium.undo(given.id, "", actor=story.maker)


async def _account(story: People, bound: Bound) -> StatementLine:
    asked = Asked(payer=Payer.CITY, from_on=date(2018, 1, 1), until_on=story.maker.on)
    account = await actions_premium_read.statement(asked, actor=story.maker)
    return next(one for one in account.items if one.policy == bound.id)


async def test_a_refund_the_insurer_pays_back_itself_moves_no_bank_of_ours(story: People) -> None:
    await accounts(story)
    made, bound = await midterm.held(story.town)
    whole, _, _ = await stands(bound, "CITY", story)
    await confirmed(await line(story, whole, CITY, account=INSURER_ACCOUNT), story)
    await midterm.cancelled(made, bound, actor=story.town)
    credit, _, _ = await stands(bound, "CITY", story)

    back = await confirmed(await line(story, credit, CITY, account=INSURER_ACCOUNT), story)

    assert (back.kind, back.direct) == (MoveKind.PAID_BACK, True)
    assert await stands(bound, "CITY", story) == (0, 0, 0)
    assert (await books("1001"))[0] == 0
    assert await offences() == []


async def test_what_an_opening_policy_had_left_unpaid_is_due_of_each_payer(story: People) -> None:
    old = await make.project(story.town)
    assert (await brought_in("policies", policies(policy_row(code=old.code, unpaid="0.07")), story.county)).created == 1
    policy_id = await db.fetchval("SELECT policy_id FROM policy_opening")
    rows = await store_premium.positions(story.city.on, ids=[policy_id])

    assert sum(row["open_fen"] for row in rows) == 7
    assert {row["due_on"] for row in rows} == {story.county.on}
    assert await offences() == []


async def test_the_database_shares_what_is_unpaid_as_the_program_does(story: People) -> None:
    made = [await make.project(story.town) for _ in range(len(UNPAID))]
    rows = [
        policy_row(code=one.code, number=f"A-{fen}", unpaid=f"{fen // 100}.{fen % 100:02d}", **SHARED[place % len(SHARED)])
        for place, (one, fen) in enumerate(zip(made, UNPAID, strict=True))
    ]
    assert (await brought_in("policies", policies(*rows), story.county)).created == len(rows)

    wrong = []
    for row in await db.fetch("SELECT o.policy_id, o.unpaid_fen FROM policy_opening o"):
        shares = {
            one["payer"]: one["amount_fen"]
            for one in await db.fetch("SELECT payer, amount_fen FROM premium_share WHERE policy_id = $1", row["policy_id"])
        }
        own, public = shares.get("INSURED", 0), {payer: fen for payer, fen in shares.items() if payer != "INSURED"}
        parts = largest_remainder(row["unpaid_fen"], {"own": own, "public": sum(public.values())})
        expected = {"INSURED": parts["own"]} | (largest_remainder(parts["public"], public) if public else {})
        found = {one["payer"]: one["open_fen"] for one in await store_premium.positions(story.city.on, ids=[row["policy_id"]])}
        wrong += [(row["unpaid_fen"], found, expected)] if found != {payer: fen for payer, fen in expected.items() if fen} else []
    assert not wrong
    assert await offences() == []


async def test_the_entries_of_premium_say_line_and_policy_and_lead_to_the_policy(story: People) -> None:
    await accounts(story)
    bound = await due(story)
    found = await line(story, 10_00, CITY)
    await confirmed(found, story)

    subject = await db.fetchval("SELECT subject FROM transfer WHERE event = 'SUBSIDY_RECEIVED'")

    assert subject == f"line:{found.id}/policy:{bound.id}"
    assert about(subject, "zh") == f"银行流水 #{found.id} · 保单 #{bound.id}"
    assert way_to(subject) == f"/policies/{bound.id}"


async def test_the_parties_to_choose_from_are_those_whose_premium_is_open(story: People) -> None:
    await accounts(story)
    bound = await due(story)
    async with db.transaction(story.maker.scope):
        (row,) = [one for one in await store_premium.positions(story.maker.on, ids=[bound.id]) if one["payer"] == "INSURED"]
    assert await actions_premium.parties(actor=story.maker) == [(row["insured_party_id"], row["insured_name"])]

    await confirmed(await line(story, row["open_fen"], row["insured_name"]), story)

    assert await actions_premium.parties(actor=story.maker) == []
