"""The bank statements read so far, for lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.finance import store_bank as bank
from insurance.finance.views import StatementView, statement_view


async def statements(*, actor: Actor, before: int | None = None, limit: int = 50, **wanted: Any) -> list[StatementView]:
    """Statements, newest first; see `store_bank.statements` for what may be wanted."""
    async with db.transaction(actor.scope):
        return [statement_view(r) for r in await bank.statements(before=before, limit=limit, **wanted)]


async def statement_accounts(*, actor: Actor) -> list[tuple[str, str]]:
    """The accounts statements have come of: last digits and holder."""
    async with db.transaction(actor.scope):
        return await bank.statement_accounts()


async def statements_of(ids: Iterable[int], *, actor: Actor) -> dict[int, StatementView]:
    """These statements, by id."""
    async with db.transaction(actor.scope):
        return {row["id"]: statement_view(row) for row in await bank.statements_of(sorted(ids))}
