"""Policies in mid-term: what an office fills in, with honest defaults, and a policy whose first asset was insured as in A2."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.policies import actions_cancel, actions_endorse
from insurance.policies.entries import CancellationEntry, EndorsementEntry
from insurance.policies.model import Cover
from insurance.policies.store import Bound
from insurance.policies.views_midterm import EndorsementView
from insurance.projects import actions as projects
from insurance.projects.model import Project
from make.policies import edit, on_day, paper, policy
from make.projects import project

BOUND_ON, STARTS_ON = date(2018, 12, 30), date(2019, 1, 1)


async def held(
    actor: Actor, *, cover: Cover = Cover.INDUSTRY, assets: list[dict[str, Any]] | None = None, **known: Any
) -> tuple[Project, Bound]:
    """A project of this office insured for the year 2019; A2's greenhouse unless told otherwise (258,108 fen of premium)."""
    office = on_day(actor, BOUND_ON)
    made = await project(office, assets=[{"regime": "ENT"}] if assets is None else assets, **known)
    return made, await policy(made, actor=office, cover=cover, starts_on=STARTS_ON)


async def version(bound: Bound, actor: Actor) -> int:
    """The version of a policy as it stands."""
    async with db.transaction(actor.scope):
        return int(await db.fetchval("SELECT version FROM policy WHERE id = $1", bound.id))


async def change_paper(made: Project, actor: Actor, kind: str = "CHANGE") -> int:
    """A signed paper for a change, on file of the project."""
    async with db.transaction(actor.scope):
        filed = await db.fetchval(
            "SELECT id FROM document WHERE subject_kind = 'project' AND subject_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 1",
            made.id,
            kind,
        )
    return int(filed) if filed else await paper(made, kind, actor=actor)


COLD_STORE: dict[str, Any] = {
    "name": "冷库", "cost_fen": 36_500_000, "residual_rate": "0.05", "life_months": 120, "in_use_on": "2019-08-15", "situation": "RUNNING",
    "regime": "ENT",
}  # fmt: skip


async def joined(made: Project, bound: Bound, *, actor: Actor, **known: Any) -> EndorsementView:
    """A cold store built in August 2019 joins the schedule on 31 August (36,500,000 fen, 43,050 of premium)."""
    made = await changed(made, actor=actor, assets=[COLD_STORE])
    signed = await change_paper(made, actor)
    asked = {"effective_on": "2019-08-31", "document": signed, "assets": [{"asset": made.assets[-1].id}]} | known
    return await endorsed(bound, "ASSET_ADDED", actor=actor, **asked)


async def removed(made: Project, bound: Bound, *, actor: Actor, **known: Any) -> EndorsementView:
    """The first asset leaves the schedule."""
    signed = await change_paper(made, actor)
    asked = {"document": signed, "assets": [{"asset": made.assets[0].id}]} | known
    return await endorsed(bound, "ASSET_REMOVED", actor=actor, **asked)


def entry(kind: str, **known: Any) -> EndorsementEntry:
    """An endorsement as an office sends it."""
    return msgspec.convert({"version": 1, "kind": kind, "reason": "项目变化"} | known, EndorsementEntry)


async def endorsed(bound: Bound, kind: str, *, actor: Actor, **known: Any) -> EndorsementView:
    """An endorsement of the policy as it stands, recorded."""
    given = entry(kind, **({"version": await version(bound, actor)} | known))
    return await actions_endorse.endorse(bound.id, given, actor=actor)


async def changed(made: Project, *, actor: Actor, **known: Any) -> Project:
    """The project with other facts in the register."""
    async with db.transaction(actor.scope):
        current = int(await db.fetchval("SELECT version FROM project WHERE id = $1", made.id))
    return await projects.edit(made.id, edit(current, **known), actor=actor)


def cancellation(ground: str, **known: Any) -> CancellationEntry:
    """A cancellation as an office sends it."""
    return msgspec.convert({"version": 1, "ground": ground, "reason": "项目已出让"} | known, CancellationEntry)


async def cancelled(made: Project, bound: Bound, *, actor: Actor, **known: Any) -> EndorsementView:
    """The policy as it stands, cancelled by the policyholder."""
    signed = await change_paper(made, actor)
    given = cancellation("WISH", **({"version": await version(bound, actor), "document": signed} | known))
    return await actions_cancel.cancel(bound.id, given, actor=actor)
