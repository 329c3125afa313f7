"""What was approved ahead and never paid, in the books: a refused or withdrawn claim owes it no longer, one taken up again does."""

from __future__ import annotations

from insurance.access.model import Actor
from insurance.base.money import Fen
from insurance.claims import store
from insurance.claims.actions_move import book
from insurance.claims.model import PartKind
from insurance.claims.store import Row
from insurance.finance.model import Event
from insurance.finance.rules import postings, reversing


async def _approved_and_unpaid(row: Row) -> Fen:
    parts = [part for part in await store.parts(row["id"]) if part["kind"] == PartKind.INTERIM and part["payout_state"] != "SETTLED"]
    return sum(part["amount_fen"] for part in parts)


async def owed_no_longer(row: Row, actor: Actor) -> None:
    """The claim is refused or withdrawn: interim payments that were approved and never paid leave the books."""
    await book(reversing(postings(Event.CLAIM_AGREED, await _approved_and_unpaid(row))), row, actor)


async def owed_again(row: Row, actor: Actor) -> None:
    """The claim is taken up again: they may be ordered as before."""
    await book(postings(Event.CLAIM_AGREED, await _approved_and_unpaid(row)), row, actor)
