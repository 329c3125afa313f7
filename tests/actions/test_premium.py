"""Premium that moves: received, passed on, given back, paid back; what the books say, what is refused, taken back in one click."""

from __future__ import annotations

from insurance.finance import actions_cases
from insurance.policies import actions_premium
from insurance.policies.model import Payer
from insurance.policies.model_premium import MoveKind
from make.premium import (
    CITY,
    accounts,
    books,
    confirmed,
    due,
    line,
    offences,
    stands,
)
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
