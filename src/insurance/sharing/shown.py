"""Distributions read: lists, and one whole with its steps, shares and uses."""

from __future__ import annotations

from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.text import t
from insurance.sharing import store, store_plans
from insurance.sharing.lifecycle import EDGES
from insurance.sharing.model import Inputs, Purpose, SharingState, SharingVerb
from insurance.sharing.views import (
    EventView,
    PayListView,
    SharingLine,
    SharingView,
    UseView,
    line_view,
    plan_view,
    share_view,
    step_view,
)


async def lines(
    *, actor: Actor, project_id: int | None = None, claim_id: int | None = None, state: str | None = None, before: int | None = None,
    limit: int = 10_000,
) -> list[SharingLine]:  # fmt: skip
    """Distributions of the scope, the newest first."""
    async with db.transaction(actor.scope):
        rows = await store.sharings(project_id=project_id, claim_id=claim_id, state=state, before=before, limit=limit)
    return [line_view(row, actor.on) for row in rows]


async def waiting(*, actor: Actor, project_id: int | None = None, limit: int = 50) -> list[Any]:
    """Money that waits to be shared, the oldest first."""
    async with db.transaction(actor.scope):
        return await store.sharable(project_id, limit)


async def whole(sharing_id: int, *, actor: Actor) -> SharingView:
    """One distribution. Raises NotFound."""
    async with db.transaction(actor.scope):
        rows = await store.sharings(sharing_id=sharing_id, limit=1)
        if not rows:
            raise NotFound(t("没有这次分配，或不在您的范围内"))
        row = rows[0]
        working = await store.working(sharing_id, row["working_no"])
        plan = (await store_plans.plans(plan_id=working["plan_id"]))[0]
        listed = [] if working["list_id"] is None else await store_plans.lists(list_id=working["list_id"])
        shares = await store.shares(sharing_id, row["working_no"])
        pay_lists, uses, events = await store.pay_lists(sharing_id), await store.uses(sharing_id), await store.events(sharing_id)
    return SharingView(
        head=line_view(row, actor.on), plan=plan_view(plan, in_force=True), list_id=working["list_id"],
        list_checked_on=listed[0]["checked_on"] if listed else None, inputs=msgspec.convert(working["inputs"], Inputs),
        steps=tuple(step_view(step, actor.language) for step in working["steps"]), shares=tuple(share_view(one) for one in shares),
        pay_lists=tuple(_of(PayListView, one) for one in pay_lists),
        uses=tuple(_of(UseView, one, purpose=Purpose(one["purpose"])) for one in uses),
        events=tuple(_of(EventView, one) for one in events), open_verbs=_open(row, actor),
    )  # fmt: skip


def _of(shape: Any, row: Any, **given: Any) -> Any:
    return shape(**{name: row[name] for name in shape.__struct_fields__ if name not in given}, **given)


def _open(row: Any, actor: Actor) -> tuple[str, ...]:
    """What this person may do to it now."""
    found = [verb for verb, edge in EDGES.items() if edge.source == SharingState(row["state"]) and may(actor.role, edge.act)]
    over = row["window_last_on"] is not None and actor.on > row["window_last_on"]
    if SharingVerb.CONFIRM in found and (row["made_by_id"] == actor.user_id or not over):
        found.remove(SharingVerb.CONFIRM)
    if row["used_fen"] == row["amount_fen"]:
        found = [verb for verb in found if verb not in {SharingVerb.LIST, SharingVerb.USE}]
    return tuple(verb.value for verb in found)


async def income_claims(project_id: int, *, actor: Actor) -> list[tuple[int, str]]:
    """The income claims of a project (id, number), the newest first: what a backstop may be about."""
    async with db.transaction(actor.scope):
        return [(row["id"], row["number"]) for row in await store.income_claims(project_id)]
