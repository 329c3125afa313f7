"""Reads that only pages ask for: parts without a live order, disasters of a town, what a worklist and a disaster count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from insurance.access.model import Actor
from insurance.base import db


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def parts_without_order(*, claim_id: int | None = None, limit: int = 200) -> list[Any]:
    """Money of the scope that no order is under way for, oldest first; whether it may be ordered now is the lifecycle's to say."""
    return await db.fetch(_sql("parts_without_order"), claim_id, limit)


async def disasters_of(town_code: str, starts_on: date, ends_before: date) -> list[Any]:
    """Disasters that reached a town in a period, newest first."""
    return await db.fetch(_sql("disasters_of_town"), town_code, starts_on, ends_before)


async def counts(states: Sequence[str], now: datetime, tomorrow: datetime, soon: datetime, *, actor: Actor) -> Any:
    """How many claims in these states are late, end today, end before `soon`, wait for papers; and all of them."""
    return await db.fetchrow(
        _sql("worklist_counts"), list(states), actor.insurer_id, actor.county_code, actor.town_code, now, tomorrow, soon
    )


async def disaster_counts(disaster_id: int, *, actor: Actor) -> list[Any]:
    """The claims of a disaster by county and cover, with their amounts in fen, as far as the reader's scope shows them."""
    return await db.fetch(_sql("disaster_counts"), disaster_id, actor.insurer_id, actor.county_code, actor.town_code)


async def silent_count(disaster_id: int, *, actor: Actor) -> int:
    """How many insured projects of a disaster's towns have no claim for it."""
    return int(await db.fetchval(_sql("silent_count"), disaster_id, actor.county_code, actor.town_code))
