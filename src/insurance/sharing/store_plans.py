"""Plans on file and lists of households in the database; card and identity numbers encrypted, found again by keyed digests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.projects.model import Project
from insurance.sharing.households import Household
from insurance.sharing.model import PlanEntry, Purpose
from insurance.sharing.rules import account_number


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def plans(*, project_id: int | None = None, plan_id: int | None = None) -> list[Any]:
    """Versions of a plan, the newest first."""
    return await db.fetch(_sql("plans"), project_id, plan_id)


async def plan_on(project_id: int, on: dt.date) -> Any:
    """The version in force on a day: the newest of those that hold by then; None without one."""
    return next((row for row in await plans(project_id=project_id) if row["from_on"] <= on), None)


async def add_plan(project: Project, entry: PlanEntry, *, actor: Actor) -> int:
    """A further version; answers its id. One that was entered in the same moment is refused by the unique ordinal."""
    plan_id = int(
        await db.fetchval(
            _sql("plan_add"), project.id, project.region_path, entry.from_on, entry.shown_on, entry.voted_on, entry.document_id,
            entry.reserve_per_mille, entry.note.strip(), actor.user_id, actor.at, actor.on,
        )
    )  # fmt: skip
    lines = []
    for one in entry.purposes:
        number = account_number(one.payee_account)
        payee: tuple[Any, ...] = (None,) * 5
        if one.purpose is not Purpose.DIVIDEND:
            hidden, digest = keys().hide(number), keys().equality_digest(number)
            payee = one.payee_name.strip(), one.payee_bank.strip(), hidden, digest, number[-4:]
        lines.append((plan_id, project.id, project.region_path, one.purpose, one.weight, *payee))
    await db.executemany(
        "INSERT INTO sharing_plan_purpose (plan_id, project_id, region_path, purpose, weight, payee_name, payee_bank, payee_account_cipher,"
        " payee_account_digest, payee_account_tail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        lines,
    )
    return plan_id


async def card_of_household(project_id: int, numbers: Sequence[str]) -> bool:
    """Whether one of these accounts is a household's card on any list of the project."""
    digests = [keys().equality_digest(number) for number in numbers]
    return bool(
        await db.fetchval("SELECT true FROM beneficiary WHERE project_id = $1 AND card_digest = ANY ($2) LIMIT 1", project_id, digests)
    )


async def unit_accounts(project_id: int) -> frozenset[bytes]:
    """The accounts of units that any version of a project's plan names, as digests."""
    rows = await db.fetch(
        "SELECT payee_account_digest FROM sharing_plan_purpose WHERE project_id = $1 AND payee_account_digest IS NOT NULL", project_id
    )
    return frozenset(row["payee_account_digest"] for row in rows)


# -- lists ------------------------------------------------------------------------------------------------------------------


async def lists(*, project_id: int | None = None, list_id: int | None = None) -> list[Any]:
    """Lists of households, the newest check first."""
    return await db.fetch(_sql("lists"), project_id, list_id)


async def list_on(project_id: int, on: dt.date) -> Any:
    """The list that counts on a day: the newest check by then that a second person agreed to; None without one."""
    known = (row for row in await lists(project_id=project_id) if row["checked_on"] <= on and row["confirmed_by"] is not None)
    return next(known, None)


async def same_list(project_id: int, content_sha256: bytes, checked_on: dt.date) -> int | None:
    """The list this very file made as of this check."""
    found: int | None = await db.fetchval(
        "SELECT id FROM beneficiary_list WHERE project_id = $1 AND content_sha256 = $2 AND checked_on = $3",
        project_id,
        content_sha256,
        checked_on,
    )
    return found


async def add_list(
    project: Project, content_sha256: bytes, checked_on: dt.date, households: Sequence[Household], *, actor: Actor
) -> int | None:
    """A list with its households; answers its id, None when the very file is in already."""
    list_id: int | None = await db.fetchval(
        "INSERT INTO beneficiary_list (project_id, region_path, checked_on, content_sha256, line_count, entered_by, entered_at, entered_on)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ON CONSTRAINT beneficiary_list_once DO NOTHING RETURNING id",
        project.id, project.region_path, checked_on, content_sha256, len(households), actor.user_id, actor.at, actor.on,
    )  # fmt: skip
    if list_id is None:
        return None
    held = keys()
    await db.executemany(
        "INSERT INTO beneficiary (list_id, project_id, region_path, key, name, need, weight, resident_id_cipher, resident_id_digest,"
        " resident_id_tail, bank_name, card_cipher, card_digest, card_tail)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        [
            (list_id, project.id, project.region_path, one.number, one.name, one.need or "", one.weight, held.hide(one.resident_id),
             held.equality_digest(one.resident_id), one.resident_id[-4:], one.bank_name, held.hide(one.card),
             held.equality_digest(one.card), one.card[-4:])
            for one in households
        ],
    )  # fmt: skip
    return list_id


async def households(list_id: int) -> list[Any]:
    """The households of a list by key, without their numbers."""
    return await db.fetch(
        "SELECT key, name, need, weight, resident_id_tail, bank_name, card_tail FROM beneficiary WHERE list_id = $1"
        ' ORDER BY key COLLATE "C"',
        list_id,
    )


async def weights(list_id: int) -> dict[str, int]:
    """Key → weight of a list."""
    return {row["key"]: row["weight"] for row in await households(list_id)}


async def lock_list(list_id: int) -> Any:
    """A list, held; None for whoever may not see it."""
    return await db.fetchrow("SELECT * FROM beneficiary_list WHERE id = $1 FOR UPDATE", list_id)


async def confirm_list(list_id: int, *, actor: Actor) -> None:
    """A second person agrees: the list holds."""
    await db.execute(
        "UPDATE beneficiary_list SET confirmed_by = $2, confirmed_at = $3, version = version + 1 WHERE id = $1",
        list_id,
        actor.user_id,
        actor.at,
    )
