"""Reads and writes of drafts: what one person has typed into a form and not yet sent. Only the person sees them."""

from __future__ import annotations

from typing import Any

from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db


async def keep(subject: str, verb: str, version: int, cipher: bytes, *, actor: Actor) -> None:
    """The newest draft of this person for this form takes the place of the one before."""
    await db.execute(
        "INSERT INTO draft (user_id, subject, verb, version, body_cipher, saved_at, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (user_id, subject, verb) DO UPDATE SET version = EXCLUDED.version, body_cipher = EXCLUDED.body_cipher,"
        " saved_at = EXCLUDED.saved_at, recorded_at = EXCLUDED.recorded_at",
        actor.user_id, subject, verb, version, cipher, actor.at, clock.real_now(),
    )  # fmt: skip


async def find(subject: str, verb: str, *, actor: Actor) -> Any:
    """The person's draft for this form, or None."""
    return await db.fetchrow(
        "SELECT version, body_cipher, saved_at FROM draft WHERE user_id = $1 AND subject = $2 AND verb = $3", actor.user_id, subject, verb
    )


async def drop(subject: str, verb: str, *, actor: Actor) -> None:
    """Forget it."""
    await db.execute("DELETE FROM draft WHERE user_id = $1 AND subject = $2 AND verb = $3", actor.user_id, subject, verb)


async def expire() -> int:
    """Forget what has lain for thirty days, as far as the scope shows it: only the system's does. Answers how many."""
    tag = await db.execute("DELETE FROM draft WHERE recorded_at < now() - interval '30 days'")
    return int(tag.rpartition(" ")[2])
