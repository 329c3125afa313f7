"""What runs by the clock: claims that close, thumbnails, the audit trail sealed and anchored; safe to run twice, one at a time."""

from __future__ import annotations

import asyncio
import logging

from insurance import anchors
from insurance.access import audit, store
from insurance.access.actions import system
from insurance.base import db
from insurance.settings import settings

_EVERY = 20  # seconds between seals
log = logging.getLogger("insurance")


async def tick() -> dict[str, int]:
    """One round; answers what was done.

    Nothing while a demo is being built: it has a clock of its own, and the real one runs years ahead of it.
    """
    from insurance.claims import jobs
    from insurance.policies import jobs as policy_jobs
    from insurance.projects import documents

    actor = system(settings().city)
    async with db.transaction(actor.scope):
        if await store.setting("demo") == "LOADING":
            return {}
    done = await policy_jobs.tick(actor=actor)
    done |= await jobs.tick(actor=actor)
    async with db.transaction(actor.scope):
        done["audit_rows_sealed"] = await audit.seal()
    await anchor()
    done["thumbnails_made"] = await documents.make_thumbnails(actor=actor)
    return done


async def anchor() -> None:
    """Write down every committed seal that the file of anchors does not hold yet."""
    known = await asyncio.to_thread(anchors.last_seq, settings().data)
    async with db.transaction(system(settings().city).scope):
        made = await anchors.seals(after=known)
    await asyncio.to_thread(anchors.append, settings().data, made)


async def tick_forever() -> None:
    """Rounds while the service lives; a round that fails is logged and the next one tries again."""
    while True:
        await asyncio.sleep(_EVERY)
        try:
            await tick()
        except Exception:
            log.exception("tick failed")
