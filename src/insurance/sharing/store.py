"""Distributions, their workings, shares, lists for the bank and uses in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.projects.model import Project
from insurance.sharing.model import Inputs, Purpose, Shared, SharingEntry, SharingState, SharingVerb
from insurance.sharing.rules import RULES

Row = Any
_MOST = 10_000


def _sql(name: str) -> str:
    return db.statement(__package__, name)


# -- where the money comes from ---------------------------------------------------------------------------------------------


async def payout_source(payout_id: int) -> Row:
    """A payout with its claim, held; None outside the scope."""
    return await db.fetchrow(_sql("payout_source"), payout_id)


async def backstop_ground(claim_id: int, sharing_id: int | None) -> Row:
    """What a top-up of a claim is measured by, but for the backstop itself; None outside the scope."""
    return await db.fetchrow(_sql("backstop_ground"), claim_id, sharing_id)


async def income_claims(project_id: int) -> list[Row]:
    """The claims of a project's income cover, the newest first."""
    return await db.fetch("SELECT id, number FROM claim WHERE project_id = $1 AND cover = 'INCOME' ORDER BY id DESC", project_id)


async def owed(claim_id: int, sharing_id: int | None) -> list[Row]:
    """Backstops of a claim, locked, with what is still to be repaid of each but for this distribution."""
    # Locked first, read after: a statement that had to wait for its lock still sees what hangs on the row as it was before.
    await db.execute("SELECT FROM sharing WHERE claim_id = $1 AND repayable AND state = 'CONFIRMED' ORDER BY id FOR UPDATE", claim_id)
    return await db.fetch(_sql("owed"), claim_id, sharing_id)


async def dividends_of_year(project_id: int, year: int, sharing_id: int | None) -> int:
    """What the households of a project were allotted in a year, but for the backstop that is measured by it."""
    found: int = await db.fetchval(_sql("dividends_of_year"), project_id, dt.date(year, 1, 1), dt.date(year, 12, 31), sharing_id)
    return found


async def sharable(project_id: int | None = None, limit: int = 50) -> list[Row]:
    """Money that waits to be shared, the oldest first."""
    return await db.fetch(_sql("sharable"), project_id, limit)


# -- distributions ----------------------------------------------------------------------------------------------------------


async def sharings(
    *, sharing_id: int | None = None, project_id: int | None = None, claim_id: int | None = None, state: str | None = None,
    before: int | None = None, limit: int = _MOST,
) -> list[Row]:  # fmt: skip
    """Distributions of the scope, the newest first."""
    return await db.fetch(_sql("sharings"), sharing_id, project_id, claim_id, state, before, limit)


async def project_of(sharing_id: int) -> int | None:
    """The project a distribution is of; None outside the scope."""
    found: int | None = await db.fetchval("SELECT project_id FROM sharing WHERE id = $1", sharing_id)
    return found


async def lock_project(project_id: int) -> None:
    """Hold what a project's distributions are measured by and paid on until the end of the transaction: one person at a time.

    Before any distribution of it is locked. Rows that only name the project are written meanwhile.
    """
    await db.execute("SELECT FROM project WHERE id = $1 FOR NO KEY UPDATE", project_id)


async def lock(sharing_id: int) -> Row:
    """A distribution, held; None outside the scope."""
    return await db.fetchrow("SELECT * FROM sharing WHERE id = $1 FOR UPDATE", sharing_id)


async def add(project: Project, entry: SharingEntry, facts: Mapping[str, Any], *, actor: Actor) -> int:
    """A draft; answers its id. `facts`: what was pulled (amount, claim, statement, days, target)."""
    number = await db.fetchval("SELECT nextval('sharing_number')")
    columns = {
        "number": f"FP{actor.on.year}-{number:06d}", "project_id": project.id, "region_path": project.region_path, "source": entry.source,
        "annual_account_id": entry.annual_account_id, "payout_id": entry.payout_id, "claim_id": entry.claim_id,
        "payer": entry.payer.strip(),
        "reason": entry.reason.strip(), "document_id": entry.document_id, "basis": entry.basis, "repayable": entry.repayable,
        "state": SharingState.DRAFT, "made_by": actor.user_id, "made_at": actor.at, "made_on": actor.on,
    } | dict(facts)  # fmt: skip
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    found: int = await db.fetchval(
        f"INSERT INTO sharing ({', '.join(columns)}) VALUES ({places}) RETURNING id",  # noqa: S608  # own column names
        *columns.values(),
    )
    return found


async def change(row: Row, target: SharingState, columns: Mapping[str, Any]) -> None:
    """Write a move: the state, one version more, and what goes with it."""
    values = {"state": target} | dict(columns)
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, start=2))
    await db.execute(f"UPDATE sharing SET {sets}, version = version + 1 WHERE id = $1", row["id"], *values.values())  # noqa: S608


async def add_event(
    row: Row, version: int, verb: SharingVerb, source: SharingState | None, target: SharingState, *, actor: Actor, reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """What was done, under the version it led to."""
    await db.execute(
        "INSERT INTO sharing_event (sharing_id, project_id, region_path, version, verb, from_state, to_state, business_at, actor_id, role,"
        " reason, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row["id"], row["project_id"], row["region_path"], version, verb, source, target, actor.at, actor.user_id, actor.role, reason,
        dict(facts or {}),
    )  # fmt: skip


async def add_working(
    row: Row, no: int, plan_id: int, list_id: int | None, inputs: Inputs, shared: Shared, repaid: Mapping[str, int], *, actor: Actor
) -> None:
    """A calculation with its shares; the sum is checked when the transaction ends. `repaid`: number of a backstop → its id."""
    shares = shared.shares
    await db.execute(
        _sql("working_add"), row["id"], no, row["project_id"], row["region_path"], plan_id, list_id, RULES, msgspec.to_builtins(inputs),
        msgspec.to_builtins(shared.steps), inputs.amount_fen, actor.user_id, actor.at, [one.purpose.value for one in shares],
        [one.key for one in shares], [repaid[one.key] if one.purpose is Purpose.REPAYMENT else None for one in shares],
        [one.amount_fen for one in shares],
    )  # fmt: skip


async def working(sharing_id: int, no: int) -> Row:
    """One calculation."""
    return await db.fetchrow("SELECT * FROM sharing_working WHERE sharing_id = $1 AND no = $2", sharing_id, no)


async def shares(sharing_id: int, no: int) -> list[Row]:
    """Its shares, each with what was used of it."""
    return await db.fetch(_sql("shares"), sharing_id, no)


async def events(sharing_id: int) -> list[Row]:
    """What was done, in order."""
    return await db.fetch(_sql("events"), sharing_id)


# -- lists for the bank -----------------------------------------------------------------------------------------------------


async def payable(row: Row, on: dt.date, *, with_units: bool) -> list[Row]:
    """The shares that wait for a list, each with its account."""
    return await db.fetch(_sql("payable"), row["id"], row["working_no"], with_units, on, row["project_id"])


async def next_list_number(on: dt.date) -> str:
    """The next number (gaps allowed)."""
    number = await db.fetchval("SELECT nextval('sharing_pay_list_number')")
    return f"FKD{on:%Y%m%d}-{number:06d}"


async def add_pay_list(row: Row, number: str, lines: Sequence[Row], sha256: bytes, *, actor: Actor) -> int:
    """A list with its lines; answers its id. A share that is on another live list is refused by the unique index."""
    columns = ("purpose", "key", "holder_name", "bank_name", "account_cipher", "account_digest", "account_tail", "amount_fen")
    found: int = await db.fetchval(
        _sql("pay_list_add"), number, row["id"], row["project_id"], row["region_path"], row["working_no"],
        sum(line["amount_fen"] for line in lines), sha256, actor.user_id, actor.at, actor.on,
        *([line[name] for line in lines] for name in columns),
    )  # fmt: skip
    return found


async def pay_lists(sharing_id: int) -> list[Row]:
    """The lists of a distribution, oldest first."""
    return await db.fetch(_sql("pay_lists"), sharing_id)


async def lock_pay_list(pay_list_id: int) -> Row:
    """A list, held; None outside the scope."""
    return await db.fetchrow("SELECT * FROM sharing_pay_list WHERE id = $1 FOR UPDATE", pay_list_id)


async def pay_list(pay_list_id: int) -> Row:
    """A list; None outside the scope."""
    return await db.fetchrow("SELECT * FROM sharing_pay_list WHERE id = $1", pay_list_id)


async def pay_lines(pay_list_id: int) -> list[Row]:
    """Its lines as they were put in."""
    return await db.fetch("SELECT * FROM sharing_pay_line WHERE pay_list_id = $1 ORDER BY ordinal", pay_list_id)


async def pay(pay_list_id: int, paid_on: dt.date, document_id: int, *, actor: Actor) -> None:
    """The list is paid: every line is a use."""
    await db.execute("UPDATE sharing_pay_list SET state = 'PAID', paid_on = $2, version = version + 1 WHERE id = $1", pay_list_id, paid_on)
    await db.execute(_sql("pay_list_paid"), pay_list_id, paid_on, document_id, actor.user_id, actor.at)


async def void_pay_list(pay_list_id: int, reason: str) -> None:
    """The list is void; its shares wait for another."""
    await db.execute(
        "UPDATE sharing_pay_list SET state = 'CANCELLED', cancelled_reason = $2, version = version + 1 WHERE id = $1", pay_list_id, reason
    )
    await db.execute("UPDATE sharing_pay_line SET live = false WHERE pay_list_id = $1", pay_list_id)


# -- uses -------------------------------------------------------------------------------------------------------------------


async def add_use(
    row: Row, purpose: Purpose, key: str, amount_fen: int, used_on: dt.date, document_id: int, note: str, *, actor: Actor
) -> None:
    """A use of a share."""
    await db.execute(
        "INSERT INTO sharing_use (sharing_id, project_id, region_path, working_no, purpose, key, amount_fen, used_on, document_id, note,"
        " made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row["id"], row["project_id"], row["region_path"], row["working_no"], purpose, key, amount_fen, used_on, document_id, note,
        actor.user_id, actor.at,
    )  # fmt: skip


async def use(use_id: int) -> Row:
    """One use; None outside the scope."""
    return await db.fetchrow("SELECT * FROM sharing_use WHERE id = $1", use_id)


async def uses(sharing_id: int) -> list[Row]:
    """The uses of a distribution in their order."""
    return await db.fetch(_sql("uses"), sharing_id)


async def take_back(use_id: int, on: dt.date, reason: str, *, actor: Actor) -> None:
    """Take a use back; the share may be paid anew."""
    await db.execute(_sql("use_take_back"), use_id, on, reason, actor.user_id, actor.at)


async def check_deferred() -> None:
    """Ask the checks of the transaction's end now, so that a refusal can be told in words."""
    await db.execute("SET CONSTRAINTS sharing_use_within IMMEDIATE")
    await db.execute("SET CONSTRAINTS sharing_use_within DEFERRED")
