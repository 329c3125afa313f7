"""Steps about a bank line that other contexts know: they offer them, carry them out by `deal_with`, and hear when one is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import NotFound, Refused
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.finance import store
from insurance.finance import store_bank as bank
from insurance.finance.model_cases import CaseAction, CaseKind
from insurance.finance.views import Offer

Offering = Callable[[Sequence[Any], Actor], Awaitable[Mapping[int, Offer]]]
TakenBack = Callable[[int, str, dt.date, Actor], Awaitable[Sequence[str]]]


class Step(NamedTuple):
    """What a context above finance does about lines: `offers` looks at rows that wait and answers an offer by line id; `taken_back` undoes
    what hangs on a case (its id, the reason, the day its entries are reversed) and answers the subjects of those entries.
    """

    offers: Offering
    taken_back: TakenBack


_steps: dict[CaseAction, Step] = {}


def register(action: CaseAction, step: Step) -> None:
    """A context says once, when it is loaded, what it does about lines."""
    _steps[action] = step


async def offers(rows: Sequence[Any], actor: Actor) -> dict[int, Offer]:
    """What other contexts would do about lines that wait, by line id; runs inside the reader's transaction."""
    found: dict[int, Offer] = {}
    for step in _steps.values():
        found |= await step.offers(rows, actor)
    return found


async def undo_of(action: CaseAction, case_id: int, reason: str, on: dt.date, actor: Actor) -> Sequence[str]:
    """Undo what hangs on a case of another context; answers the subjects to be reversed. Refused where something was built on it."""
    if action is not CaseAction.PREMIUM:
        return ()
    return await _steps[action].taken_back(case_id, reason, on, actor)


async def line(line_id: int) -> Any:
    """A line, held until the end of the transaction, with whether it is `matched` or `resolved`. Raises NotFound."""
    row = (await bank.lock_lines([line_id])).get(line_id)
    if row is None:
        raise NotFound(t("没有这笔流水"))
    return row


async def hold_line(line_id: int) -> Any:
    """A line that waits, held until the end of the transaction. Raises NotFound, Refused where it is dealt with already."""
    row = await line(line_id)
    if row["matched"] or row["resolved"]:
        raise Refused(t("这笔流水已经处理"))
    return row


async def deal_with(
    held: Any, kind: CaseKind, action: CaseAction, entries: Sequence[store.Entry], *, note: str, surplus_fen: Fen = 0, actor: Actor,
    **facts: Any,
) -> int:  # fmt: skip
    """A held line is dealt with: its case, its entries, its audit row; answers the case. `surplus_fen` of it is in suspense."""
    with db.refusing({"line_case_once": t("这笔流水已经处理")}):
        case_id = await bank.add_case(
            held["id"], kind, action, held["amount_fen"], held["booked_on"], payout_id=None, pair_line_id=None, note=note,
            made_by=actor.user_id, made_at=actor.at, surplus_fen=surplus_fen,
        )  # fmt: skip
    await store.post(entries, made_by=actor.user_id)
    await audit.record(
        actor, f"line.{action.value.lower()}", f"line:{held['id']}", case=case_id, amount_fen=held["amount_fen"], **facts
    )  # fmt: skip
    return case_id
