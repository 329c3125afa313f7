"""What a statement settles: as many claims as it pays, by as many statements to the database as one claim takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import make
from insurance.base import db
from insurance.claims import actions, settlement
from insurance.claims.model import Claim, ClaimState
from insurance.finance.model import Side
from make.claims import claim_in, trail
from make.copies import paying
from people import People

ASKING = ("fetch", "fetchrow", "fetchval", "execute", "executemany")
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
    asked: Counter[str] = Counter()

    def counted(name: str, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def asking(*given: Any, **more: Any) -> Any:
            asked[name] += 1
            return await ask(*given, **more)

        return asking

    await _banked(claim, 1, 1, story)  # whatever is read once and kept has been read
    for name in ASKING:
        monkeypatch.setattr(db, name, counted(name, getattr(db, name)))
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
