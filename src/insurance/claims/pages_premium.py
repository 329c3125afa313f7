"""Premium that a claim's cover waits for, as its page shows it."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base.text import render
from insurance.claims.actions_premium import said_of, unpaid_premium
from insurance.claims.model import Claim
from insurance.claims.store import Row


async def premium_section(_: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """Whose premium had not come in on the day of loss, in words."""
    return {"unpaid_premium": [render(said_of(one), actor.language) for one in await unpaid_premium(row)]}
