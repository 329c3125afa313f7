"""What a project's money is shared by: the plan on file (分配方案) and the list of households (受益户名单)."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from typing import Any

from insurance.access import audit
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.base.spreadsheet import read_table_file
from insurance.base.text import t
from insurance.projects import store as projects
from insurance.projects import store_documents
from insurance.projects.model import Project
from insurance.sharing import store_plans as store
from insurance.sharing.households import read_households
from insurance.sharing.model import PlanEntry
from insurance.sharing.rules import account_number, list_until, plan_faults
from insurance.sharing.store import lock_project
from insurance.sharing.terms import terms_on
from insurance.sharing.views import HouseholdView, ListView, PlanView, household_view, plan_view

_TWIN = t("方案刚被他人登记了新版本，请刷新后再办")


async def project_of(project_id: int) -> Project:
    """A project of the scope. Raises NotFound."""
    found = await projects.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return found


async def project(project_id: int, *, actor: Actor) -> Project:
    """The same, read by itself."""
    async with db.transaction(actor.scope):
        return await project_of(project_id)


async def paper_fault(project_id: int, document_id: int | None, field: str) -> FieldFault | None:
    """What is wrong with a paper that must be one of the project's."""
    paper = None if document_id is None else await store_documents.one(document_id)
    if paper is None or (paper.subject_kind, paper.subject_id) != ("project", project_id):
        return FieldFault(field, t("请选择本项目已存档的材料"))
    return None


# -- plans ------------------------------------------------------------------------------------------------------------------


def _plans(rows: list[Any], today: dt.date) -> list[PlanView]:
    current = next((row["id"] for row in rows if row["from_on"] <= today), None)
    return [plan_view(row, row["id"] == current) for row in rows]


async def plans(project_id: int | None, *, actor: Actor) -> list[PlanView]:
    """The versions of a project's plan, the newest first. Raises NotFound, Invalid without a project."""
    if project_id is None:
        raise Invalid.field("project", t("请指明项目"))
    async with db.transaction(actor.scope):
        await project_of(project_id)
        return _plans(await store.plans(project_id=project_id), actor.on)


async def plan(plan_id: int, *, actor: Actor) -> PlanView:
    """One version. Raises NotFound."""
    async with db.transaction(actor.scope):
        rows = await store.plans(plan_id=plan_id)
        if not rows:
            raise NotFound(t("没有这个分配方案，或不在您的范围内"))
        every = _plans(await store.plans(project_id=rows[0]["project_id"]), actor.on)
    return next(one for one in every if one.id == plan_id)


async def file_plan(entry: PlanEntry, *, actor: Actor) -> PlanView:
    """File a further version of a project's plan (分配方案); earlier ones stay as they are. Raises NotFound, Invalid by field.

    Everything but the dividend goes to the account of a unit: neither a person's name nor a household's card is taken.
    """
    async with db.transaction(actor.scope):
        project = await project_of(entry.project_id)
        await lock_project(project.id)
        faults = plan_faults(entry, terms_on(entry.voted_on), actor.on)
        if wrong := await paper_fault(project.id, entry.document_id, "document_id"):
            faults.append(wrong)
        for place, one in enumerate(entry.purposes):
            number = account_number(one.payee_account)
            if number and await store.card_of_household(project.id, [number]):  # at most six purposes
                faults.append(FieldFault(f"purposes[{place}].payee_account", t("这是受益户的银行卡，集体资金只能付给单位账户")))
        if faults:
            raise Invalid(t("分配方案有误"), faults)
        with db.refusing({"sharing_plan_version": _TWIN}):
            plan_id = await store.add_plan(project, entry, actor=actor)
        await audit.record(
            actor, "sharing-plan.filed", f"sharing-plan:{plan_id}", project=project.id, from_on=entry.from_on, document=entry.document_id,
            reserve_per_mille=entry.reserve_per_mille, weights={one.purpose.value: one.weight for one in entry.purposes},
        )  # fmt: skip
        return await plan(plan_id, actor=actor)


# -- lists ------------------------------------------------------------------------------------------------------------------


def _lists(rows: list[Any], actor: Actor) -> list[ListView]:
    terms = terms_on(actor.on)
    current = next((row["id"] for row in rows if row["confirmed_by"] is not None and row["checked_on"] <= actor.on), None)
    return [
        ListView(
            id=row["id"], project_id=row["project_id"], checked_on=row["checked_on"], until_on=list_until(row["checked_on"], terms),
            households=row["line_count"], weights=int(row["weights"]), entered_by=row["entered_by"], entered_on=row["entered_on"],
            confirmed_by=row["confirmed_by"], in_force=row["id"] == current,
            may_confirm=row["confirmed_by"] is None and row["entered_by_id"] != actor.user_id, version=row["version"],
        )
        for row in rows
    ]  # fmt: skip


async def lists(project_id: int | None, *, actor: Actor) -> list[ListView]:
    """The lists of a project's households, the newest check first. Raises NotFound, Invalid without a project."""
    if project_id is None:
        raise Invalid.field("project", t("请指明项目"))
    async with db.transaction(actor.scope):
        await project_of(project_id)
        return _lists(await store.lists(project_id=project_id), actor)


async def household_list(list_id: int, *, actor: Actor) -> tuple[ListView, list[HouseholdView]]:
    """One list with its households, masked. Raises NotFound."""
    async with db.transaction(actor.scope):
        rows = await store.lists(list_id=list_id)
        if not rows:
            raise NotFound(t("没有这份名单，或不在您的范围内"))
        every = _lists(await store.lists(project_id=rows[0]["project_id"]), actor)
        found = await store.households(list_id)
    return next(one for one in every if one.id == list_id), [household_view(row) for row in found]


async def bring_in_list(project_id: int, checked_on: dt.date | None, content: bytes, *, actor: Actor) -> ListView:
    """Read a list of households as it was checked on a day (usually today): all of it or nothing.

    The same file of the same check changes nothing and answers the list on file. The file itself is not kept: it holds whole numbers.
    Raises NotFound, Invalid with each fault by its cell, LostUpdate where a plan was filed meanwhile.
    """
    day = checked_on or actor.on
    async with db.transaction(actor.scope):
        project = await project_of(project_id)
        units = await store.unit_accounts(project_id)
    if day > actor.on:
        raise Invalid.field("checked_on", t("日期不能晚于今天"))
    if list_until(day, terms_on(actor.on)) < actor.on:
        raise Invalid.field("checked_on", t("核查已超过 {months} 个月，请重新核查受益户", months=terms_on(actor.on).list_months))
    table = await read_table_file(content)
    households = await asyncio.to_thread(read_households, table.sheets, lambda card: keys().equality_digest(card) in units)
    digest = hashlib.sha256(content).digest()
    async with db.transaction(actor.scope):
        await lock_project(project.id)
        if await store.unit_accounts(project.id) != units:
            raise LostUpdate(_TWIN)
        list_id = await store.add_list(project, digest, day, households, actor=actor)
        if list_id is None:
            list_id = await store.same_list(project.id, digest, day)
            assert list_id is not None, "the twin is stored"
        else:
            await audit.record(
                actor,
                "beneficiary-list.entered",
                f"beneficiary-list:{list_id}",
                project=project.id,
                households=len(households),
                checked_on=day,
            )
        return (await household_list(list_id, actor=actor))[0]


async def confirm_list(list_id: int, version: int, *, actor: Actor) -> ListView:
    """The second person agrees to a list (复核名单): from now on it may be shared by.

    Raises NotFound, WrongState, LostUpdate, Forbidden for whoever brought it in.
    """
    async with db.transaction(actor.scope):
        row = await store.lock_list(list_id)
        if row is None:
            raise NotFound(t("没有这份名单，或不在您的范围内"))
        if row["confirmed_by"] is not None:
            raise WrongState(t("这份名单已经复核"))
        if row["version"] != version:
            raise LostUpdate(t("名单已被他人改动，请刷新后再办"))
        if row["entered_by"] == actor.user_id:
            raise Forbidden(t("导入人不能复核自己导入的名单，须由另一人办理"))
        await store.confirm_list(list_id, actor=actor)
        await audit.record(actor, "beneficiary-list.confirmed", f"beneficiary-list:{list_id}", project=row["project_id"])
        return (await household_list(list_id, actor=actor))[0]


async def in_force(project_id: int, *, actor: Actor) -> tuple[Any, Any]:
    """The plan of today (Refused without one), and the list that counts today, None without one. A list that is too old is refused."""
    found = await store.plan_on(project_id, actor.on)
    if found is None:
        raise Refused(t("项目没有生效的分配方案，请先登记经表决的方案"))
    households = await store.list_on(project_id, actor.on)
    if households is not None and list_until(households["checked_on"], terms_on(actor.on)) < actor.on:
        raise Refused(t("受益户名单核查于 {day}，已超过一年，须重新核查后再分配", day=households["checked_on"].isoformat()))
    return found, households
