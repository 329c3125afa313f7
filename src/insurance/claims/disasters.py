"""Disasters (灾害): declared with towns and window, the claims that belong to them, and who has not reported."""

from __future__ import annotations

from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound
from insurance.base.text import t
from insurance.claims import store_lists
from insurance.claims.model import Disaster, InsuredCover, ProjectRef, Town, Unreported
from insurance.claims.model_verbs import Declaration


async def declare(given: Declaration, *, actor: Actor) -> Disaster:
    """Declare a disaster for towns of the actor's region. Raises Invalid by field, Refused for a code that is taken."""
    faults = []
    if given.until_on < given.from_on:
        faults.append(FieldFault("until_on", t("结束日不能早于开始日")))
    if given.from_on > actor.on:
        faults.append(FieldFault("from_on", t("日期不能晚于今天")))
    async with db.transaction(actor.scope):
        found = await store_lists.towns(given.towns, actor.region_path)
        unknown = [code for code in given.towns if code not in found]
        if unknown:
            faults.append(FieldFault("towns", t("没有这些镇街，或不在您的范围内：{codes}", codes="、".join(unknown))))
        if faults:
            raise Invalid(t("灾害登记有误"), faults)
        with db.refusing({"disaster_code_key": t("灾害编号已被使用")}):
            disaster_id = await store_lists.add_disaster(
                given.code, given.name.strip(), given.peril, actor.region_path, given.from_on, given.until_on, actor.user_id, actor.at,
                sorted(set(found.values())),
            )  # fmt: skip
        await audit.record(actor, "disaster.declared", f"disaster:{disaster_id}", code=given.code, peril=given.peril, towns=len(found))
        return await one(disaster_id, actor=actor)


async def one(disaster_id: int, *, actor: Actor) -> Disaster:
    """One disaster of the scope, with its counts as the actor may see them."""
    async with db.transaction(actor.scope):
        rows = await store_lists.disasters(disaster_id=disaster_id, limit=1)
    if not rows:
        raise NotFound(t("没有这场灾害，或不在您的范围内"))
    return _view(rows[0])


async def many(*, actor: Actor, before: int | None = None, limit: int = 50) -> list[Disaster]:
    """Disasters of the scope, newest first."""
    async with db.transaction(actor.scope):
        return [_view(row) for row in await store_lists.disasters(before=before, limit=limit)]


async def unreported(disaster_id: int, *, actor: Actor, after: int = 0, limit: int = 50) -> list[Unreported]:
    """Insured projects in the towns with cover in the window and no claim for this disaster, by project."""
    async with db.transaction(actor.scope):
        await one(disaster_id, actor=actor)
        rows = await store_lists.unreported(disaster_id, after=after, limit=limit, actor=actor)
    return [
        Unreported(
            ProjectRef(row["id"], row["code"], row["name"], row["county_code"], row["town_code"]),
            msgspec.convert(row["covers"], tuple[InsuredCover, ...]),
        )
        for row in rows
    ]


def _view(row: Any) -> Disaster:
    return Disaster(
        id=row["id"], code=row["code"], name=row["name"], peril=row["peril"], from_on=row["from_on"], until_on=row["until_on"],
        towns=msgspec.convert(row["towns"], tuple[Town, ...]), reported=row["reported"], open=row["open"], version=row["version"],
    )  # fmt: skip
