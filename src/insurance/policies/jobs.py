"""What the clock does to policies: cover whose last day is past expires; safe to run twice."""

from __future__ import annotations

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.policies import store, store_midterm
from insurance.policies.lifecycle import PolicyVerb
from insurance.policies.model import PolicyState


async def tick(*, actor: Actor) -> dict[str, int]:
    """One round; answers what was done. A policy somebody is changing at this moment waits for the next one."""
    async with db.transaction(actor.scope):
        rows = await store_midterm.expire(actor.on)
        for state in sorted({row["was"] for row in rows}):
            ids = [row["id"] for row in rows if row["was"] == state]
            facts: list[dict[str, object]] = [{} for _ in ids]
            await store.add_events(
                ids, PolicyVerb.EXPIRE, PolicyState(state), PolicyState.EXPIRED, facts, on=actor.on, by=None
            )  # fmt: skip
        await audit.record_many(actor, "policy.expired", [(f"policy:{row['id']}", {"number": row["number"]}) for row in rows])
    return {"policies_expired": len(rows)}
