"""What a statement settles: as many claims as it pays, by as many statements to the database as one claim takes."""

from __future__ import annotations

from collections import Counter

import pytest

import make
from asked import count_statements
from insurance.base import db
from insurance.claims import actions, settlement
from insurance.claims.model import Claim, ClaimState
from insurance.finance.model import Side
from make.claims import claim_in, trail
from make.copies import paying
from people import People

FEW, MANY = 3, 30
PAYS, ACCOUNT = 4_003_101, "6222020000000000000"


async def _banked(claim: Claim, count: int, first: int, story: People) -> list[int]:
    """A statement that pays so many claims like this one; answers their ids."""
    ids, tokens = await paying(claim, count, story, first=first)
    lines = [(story.maker.on, PAYS, "石门村股份经济合作社", ACCOUNT, f"{token} 赔款") for token in tokens]
    content = make.bank_file(lines, opening_fen=PAYS * count + first)
    await settlement.read_statement(content, f"{first}.csv", Side.PAYER, "", actor=story.maker)
    return ids


async def test_thirty_claims_are_settled_by_as_many_statements_as_three(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = await claim_in(ClaimState.PAYING, story)
    await _banked(claim, 1, 1, story)  # whatever is read once and kept has been read
    asked = count_statements(monkeypatch)
    found = []
    for count, first in ((FEW, 11), (MANY, 101)):
        asked.clear()
        ids = await _banked(claim, count, first, story)
        found.append(Counter(asked))
        for claim_id in (ids[0], ids[-1]):
            paid = await actions.one(claim_id, actor=story.maker)
            (event,) = await actions.history(claim_id, actor=story.maker)
            assert (paid.state, paid.paid_fen, paid.reserve_fen, paid.version) == (ClaimState.PAID, PAYS, 0, claim.version + 1)
            assert {clock.code: clock.state for clock in paid.clocks}["PAYMENT"] == "done"
            assert (event.verb, event.from_state, event.to_state) == ("settled", ClaimState.PAYING, ClaimState.PAID)
            assert await trail(paid) == ["claim.settled"]

    few, many = found
    assert many == few, "statements do not grow with the claims"
    assert few.total() > 5


async def test_what_arrived_and_what_did_not_after_all_are_settled_in_one_act(story: People) -> None:
    claim = await claim_in(ClaimState.PAYING, story)
    (gone, stays), (comes,) = await _banked(claim, 2, 1, story), (await paying(claim, 1, story, first=11))[0]
    state = "UPDATE payout SET state = $2, settled_on = $3, version = version + 1 WHERE part_id = (SELECT id FROM claim_part WHERE claim_id = $1)"
    async with db.transaction(story.maker.scope):
        await db.execute(state, gone, "RELEASED", None)
        await db.execute(state, comes, "SETTLED", story.maker.on)

    assert await settlement.settle(actor=story.checker) == 2

    found = {one: await actions.one(one, actor=story.maker) for one in (gone, stays, comes)}
    assert [(one.state, one.paid_fen, one.reserve_fen) for one in found.values()] == [
        (ClaimState.PAYING, 0, PAYS), (ClaimState.PAID, PAYS, 0), (ClaimState.PAID, PAYS, 0),
    ]  # fmt: skip
    assert [await trail(one) for one in found.values()] == [["claim.settled", "claim.unsettled"], ["claim.settled"], ["claim.settled"]]
    rows = await db.fetch(
        "SELECT subject, event, amount_fen FROM transfer WHERE subject = ANY ($1) AND event LIKE 'ESTIMATE%' ORDER BY id",
        [f"claim:{gone}", f"claim:{comes}"],
    )
    assert [(row["subject"], row["event"]) for row in rows] == [
        (f"claim:{gone}", "ESTIMATE_RELEASED"), (f"claim:{gone}", "ESTIMATE_RAISED"), (f"claim:{comes}", "ESTIMATE_RELEASED"),
    ]  # fmt: skip
    assert await settlement.settle(actor=story.checker) == 0
