"""A distribution from its draft to its confirmation: worked out by the plan on file, shown to the village, agreed to by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING, add_working_days
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused
from insurance.base.text import t
from insurance.sharing import actions_sources, lifecycle, store, store_plans
from insurance.sharing.actions_plans import in_force, paper_fault, project_of
from insurance.sharing.model import Basis, Inputs, Publication, Purpose, Reasoned, SharingEntry, SharingState, SharingVerb
from insurance.sharing.rules import dividend_only, share
from insurance.sharing.shown import whole
from insurance.sharing.terms import terms_on
from insurance.sharing.views import SharingView

_ONCE = {
    "sharing_payout_once": t("这笔赔款已有分配，不能再分"),
    "sharing_income_once": t("这一期间的收益已有分配，不能再分"),
}

_MEASURED = frozenset({SharingVerb.RECALCULATE, SharingVerb.PUBLISH, SharingVerb.CONFIRM})  # one person of a project at a time


async def locked(sharing_id: int, version: int, verb: SharingVerb) -> tuple[Any, SharingState]:
    """A distribution, held, and the state the verb leads to. Raises NotFound, WrongState, LostUpdate."""
    project_id = await store.project_of(sharing_id) if verb in _MEASURED else None
    if project_id is not None:
        await store.lock_project(project_id)
    row = await store.lock(sharing_id)
    if row is None:
        raise NotFound(t("没有这次分配，或不在您的范围内"))
    target = lifecycle.after(verb, SharingState(row["state"]))
    if row["version"] != version:
        raise LostUpdate(t("分配已被他人改动，请刷新后再办"))
    return row, target


async def moved(
    row: Any,
    verb: SharingVerb,
    target: SharingState,
    *,
    actor: Actor,
    columns: Mapping[str, Any] | None = None,
    reason: str = "",
    **facts: Any,
) -> None:
    """Write a move with its event and its audit row."""
    await store.change(row, target, columns or {})
    await store.add_event(
        row, row["version"] + 1, verb, SharingState(row["state"]), target, actor=actor, reason=reason,
        facts=msgspec.to_builtins(facts),
    )  # fmt: skip
    await audit.record(actor, f"sharing.{verb.value}", f"sharing:{row['id']}", number=row["number"], **facts)


async def draft(entry: SharingEntry, *, actor: Actor) -> SharingView:
    """Draft a distribution (拟定分配): the amount is pulled from its source and worked out by the plan of today.

    Raises NotFound, Invalid by field, Refused without plan or households, or where the money is shared already (the database decides).
    """
    async with db.transaction(actor.scope):
        project = await project_of(entry.project_id)
        await store.lock_project(project.id)
        facts = await actions_sources.pulled(project, entry, actor=actor)
        with db.refusing(_ONCE):
            sharing_id = await store.add(project, entry, facts, actor=actor)
        row = await store.lock(sharing_id)
        await _work_out(row, 1, actor)
        told: dict[str, Any] = {
            "project": project.id,
            "source": entry.source.value,
            "amount_fen": row["amount_fen"],
            "payout": row["payout_id"],
        }
        await store.add_event(row, 1, SharingVerb.DRAFT, None, SharingState.DRAFT, actor=actor, facts=told)
        await audit.record(actor, "sharing.draft", f"sharing:{sharing_id}", number=row["number"], **told)
        return await whole(sharing_id, actor=actor)


async def _work_out(row: Any, no: int, actor: Actor) -> None:
    plan, households = await in_force(row["project_id"], actor=actor)
    owed = await store.owed(row["claim_id"], row["id"]) if row["payout_id"] is not None else []
    basis = Basis(row["basis"]) if row["basis"] else None
    purposes = {Purpose(one["purpose"]): one["weight"] for one in plan["purposes"]}
    inputs = Inputs(
        amount_fen=row["amount_fen"], repay_fen={one["number"]: one["owed_fen"] for one in owed if one["owed_fen"] > 0},
        reserve_per_mille=plan["reserve_per_mille"], purposes=purposes, dividend_only=dividend_only(basis),
        households=await store_plans.weights(households["id"]) if households is not None else {},
    )  # fmt: skip
    try:
        shared = share(inputs)
    except Invalid as wrong:
        raise Refused(wrong.text) from wrong
    list_id = None if households is None else households["id"]
    await store.add_working(row, no, plan["id"], list_id, inputs, shared, {one["number"]: one["id"] for one in owed}, actor=actor)


async def recalculate(sharing_id: int, version: int, *, actor: Actor) -> SharingView:
    """Work a draft out anew by plan and list as they stand today; the calculation before stays on file."""
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, version, SharingVerb.RECALCULATE)
        no = row["working_no"] + 1
        await _work_out(row, no, actor)
        maker = {"made_by": actor.user_id, "made_at": actor.at, "made_on": actor.on}
        await moved(row, SharingVerb.RECALCULATE, target, actor=actor, columns=maker | {"working_no": no}, working=no)
        return await whole(sharing_id, actor=actor)


async def publish(sharing_id: int, given: Publication, *, actor: Actor) -> SharingView:
    """Show it to the village (公示): where, from which day, with the photo or paper. Objections are open for five working days.

    Raises NotFound, WrongState, LostUpdate, Invalid by field.
    """
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.PUBLISH)
        await actions_sources.still_so(row, actor=actor)
        objected = [
            one["business_at"].astimezone(BEIJING).date() for one in await store.events(sharing_id) if one["verb"] == SharingVerb.OBJECT
        ]
        if not max([row["made_on"], *objected]) <= given.posted_on <= actor.on:
            raise Invalid.field("posted_on", t("公示不能早于计算之日，也不能晚于今天"))
        if wrong := await paper_fault(row["project_id"], given.document_id, "document_id"):
            raise Invalid(wrong.text, [wrong])
        last_on = add_working_days(given.posted_on, terms_on(given.posted_on).objection_working_days)
        columns = {
            "published_on": given.posted_on, "notice_place": given.place.strip(), "notice_document_id": given.document_id,
            "window_last_on": last_on,
        }  # fmt: skip
        told: dict[str, Any] = {"posted_on": given.posted_on, "window_last_on": last_on, "document": given.document_id}
        await moved(row, SharingVerb.PUBLISH, target, actor=actor, columns=columns, **told)
        return await whole(sharing_id, actor=actor)


_UNSHOWN = dict.fromkeys(("published_on", "notice_place", "notice_document_id", "window_last_on"))


async def object_to(sharing_id: int, given: Reasoned, *, actor: Actor) -> SharingView:
    """An objection (异议) against what is shown: it is a draft again, and must be worked out or shown anew."""
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.OBJECT)
        shown: dict[str, Any] = {"posted_on": row["published_on"], "document": row["notice_document_id"]}
        await moved(row, SharingVerb.OBJECT, target, actor=actor, columns=_UNSHOWN, reason=given.reason.strip(), **shown)
        return await whole(sharing_id, actor=actor)


async def confirm(sharing_id: int, version: int, *, actor: Actor) -> SharingView:
    """A second person agrees (确认), after the objection period.

    Raises NotFound, WrongState, LostUpdate, Refused, Forbidden for the maker.
    """
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, version, SharingVerb.CONFIRM)
        if row["made_by"] == actor.user_id:
            raise Forbidden(t("计算人不能确认自己的分配，须由另一人办理"))
        if actor.on <= row["window_last_on"]:
            raise Refused(t("公示期到 {day} 止，期满后才能确认", day=row["window_last_on"].isoformat()))
        await actions_sources.still_so(row, actor=actor)
        await _still_owed(row)
        columns = {"confirmed_by": actor.user_id, "confirmed_at": actor.at, "confirmed_on": actor.on}
        await moved(row, SharingVerb.CONFIRM, target, actor=actor, columns=columns, amount_fen=row["amount_fen"])
        return await whole(sharing_id, actor=actor)


async def _still_owed(row: Any) -> None:
    """A backstop is repaid once: two payouts of one claim may have been drafted side by side."""
    if row["payout_id"] is None:
        return
    owed = {one["id"]: one["owed_fen"] for one in await store.owed(row["claim_id"], row["id"])}
    shares = await store.shares(row["id"], row["working_no"])
    repaid = {one["repaid_id"]: one["amount_fen"] for one in shares if one["repaid_id"] is not None}
    plan_owes = sum(fen for fen in owed.values() if fen > 0)
    if any(fen > owed.get(key, 0) for key, fen in repaid.items()) or sum(repaid.values()) < min(plan_owes, row["amount_fen"]):
        raise Refused(t("财政垫付的余额已变，请提出异议退回草案，重新计算"))


async def cancel(sharing_id: int, given: Reasoned, *, actor: Actor) -> SharingView:
    """A draft is void (作废); its money waits to be shared again."""
    async with db.transaction(actor.scope):
        row, target = await locked(sharing_id, given.version, SharingVerb.CANCEL)
        reason = given.reason.strip()
        await moved(row, SharingVerb.CANCEL, target, actor=actor, columns={"closed_reason": reason}, reason=reason)
        return await whole(sharing_id, actor=actor)
