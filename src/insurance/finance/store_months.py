"""Reads and writes of the month's end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from insurance.base import db


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def programme_account() -> Any:
    """The programme's own account, the one whose bank balance the books keep; None without one."""
    return await db.fetchrow(
        "SELECT id, holder_name, account_digest, account_tail FROM paying_account WHERE insurer_id IS NULL AND approved_by IS NOT NULL"
        " AND until_on IS NULL ORDER BY id LIMIT 1"
    )


async def bank_balance(account_digest: bytes, on: dt.date) -> int | None:
    """What the bank says after the last line booked by the day."""
    found: int | None = await db.fetchval(_sql("programme_balance"), account_digest, on)
    return found


async def lines_unbooked(account_digest: bytes, on: dt.date) -> list[Any]:
    """Lines the books do not know."""
    return await db.fetch(_sql("lines_unbooked"), account_digest, on)


async def bookings_unbanked(on: dt.date) -> list[Any]:
    """Postings the bank has not shown."""
    return await db.fetch(_sql("bookings_unbanked"), on)


async def statement_reaches(account_digest: bytes, on: dt.date) -> bool:
    """Whether a statement on file covers the day or a later one."""
    return bool(
        await db.fetchval("SELECT true FROM bank_statement WHERE account_digest = $1 AND until_on >= $2 LIMIT 1", account_digest, on)
    )


async def months(month: dt.date | None = None) -> list[Any]:
    """Closings, the newest month first; reopened ones stay."""
    return await db.fetch(_sql("months"), month)


async def lock_month(month_id: int) -> Any:
    """A closing, locked; None for whoever may not see it."""
    return await db.fetchrow("SELECT * FROM month_close WHERE id = $1 FOR UPDATE", month_id)


async def close_month(month: dt.date, facts: Any, *, by: int, at: dt.datetime) -> int:
    """Freeze a month; answers the id."""
    found: int = await db.fetchval(
        "INSERT INTO month_close (month, facts, closed_by, closed_at) VALUES ($1, $2, $3, $4) RETURNING id", month, facts, by, at
    )
    return found


async def reopen_month(month_id: int, reason: str, *, by: int, at: dt.datetime) -> None:
    """Open it again; the row stays."""
    await db.execute(
        "UPDATE month_close SET reopened_by = $2, reopened_at = $3, reopened_reason = $4, version = version + 1 WHERE id = $1",
        month_id, by, at, reason,
    )  # fmt: skip


async def money_paid_in() -> list[Any]:
    """Money that came onto the programme's account to be passed on."""
    return await db.fetch(_sql("money_paid_in"))


async def money_passed_on() -> list[Any]:
    """What that account paid to insured, by insurer and day."""
    return await db.fetch(_sql("money_passed_on"))
