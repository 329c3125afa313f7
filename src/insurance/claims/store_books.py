"""Reads and writes of insurers' payment lists, and the three books as of a day, each with one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.model_books import Banked, Listed, ListRow, Own

_STAGED = (
    "ordinal integer, place text, row_key bytea, claim_number text, token text, payee_name text, account_digest bytea, account_tail text,"
    " amount_fen bigint, paid_on date, remark text"
)
_STAGED_COLUMNS = [part.split()[0] for part in _STAGED.split(", ")]


def _sql(name: str) -> str:
    return db.statement(__package__, name)


# -- lists --------------------------------------------------------------------------------------------------------------------


async def list_of(insurer_id: int, sha256: bytes) -> int | None:
    """The list this very file became and that still counts."""
    found: int | None = await db.fetchval(
        "SELECT id FROM insurer_list WHERE insurer_id = $1 AND content_sha256 = $2 AND withdrawn_at IS NULL", insurer_id, sha256
    )  # fmt: skip
    return found


async def add_list(
    insurer_id: int, sha256: bytes, file_name: str, period: tuple[dt.date, dt.date], rows: Sequence[ListRow], keys: Sequence[bytes],
    digests: Sequence[bytes | None], *, region_path: str, actor: Actor,
) -> int:  # fmt: skip
    """Store a list with its rows; answers its id."""
    list_id: int = await db.fetchval(
        "INSERT INTO insurer_list (region_path, insurer_id, content_sha256, file_name, from_on, until_on, row_count, sum_fen,"
        " read_by, read_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        region_path, insurer_id, sha256, file_name, *period, len(rows), sum(row.amount_fen for row in rows), actor.user_id, actor.at,
    )  # fmt: skip
    staged = [
        (n, row.place, key, row.claim_number, row.token, row.name, digest, row.account[-4:], row.amount_fen, row.paid_on, row.remark)
        for n, (row, key, digest) in enumerate(zip(rows, keys, digests, strict=True), 1)
    ]
    await db.stage("staged_list_row", _STAGED, _STAGED_COLUMNS, staged)
    await db.execute(_sql("insurer_rows_add"), list_id)
    await db.execute("DROP TABLE staged_list_row")
    return list_id


async def lists(*, list_id: int | None = None, insurer_id: int | None = None, before: int | None = None, limit: int = 50) -> list[Any]:
    """Lists, newest first."""
    return await db.fetch(_sql("insurer_lists"), list_id, insurer_id, before, limit)


async def new_rows(list_ids: Sequence[int]) -> dict[int, int]:
    """How many rows of each list stand in no earlier one that counts; a list without any is left out."""
    return {row["list_id"]: row["new_count"] for row in await db.fetch(_sql("insurer_lists_new"), list(list_ids))}


async def rows_of(list_id: int, after: int, limit: int) -> list[Any]:
    """Rows of a list in file order after an ordinal."""
    return await db.fetch(_sql("insurer_list_rows"), list_id, after, limit)


async def lock_list(list_id: int) -> Any:
    """A list, locked; None when there is none in the scope."""
    return await db.fetchrow("SELECT * FROM insurer_list WHERE id = $1 FOR UPDATE", list_id)


async def withdraw(list_id: int, reason: str, *, actor: Actor) -> None:
    """Mark it withdrawn; list and rows stay."""
    await db.execute(
        "UPDATE insurer_list SET withdrawn_by = $2, withdrawn_at = $3, withdrawn_reason = $4, version = version + 1 WHERE id = $1",
        list_id, actor.user_id, actor.at, reason,
    )  # fmt: skip


# -- the three books ----------------------------------------------------------------------------------------------------------


def _by(day: dt.date | None, as_of: dt.date) -> dt.date | None:
    """A day, if it had come by then."""
    return day if day is not None and day <= as_of else None


async def own(insurer_id: int | None, as_of: dt.date) -> list[Own]:
    """Our book: claim parts of the scope."""
    rows = await db.fetch(_sql("books_own"), insurer_id, as_of)
    return [
        Own(
            part_id=r["part_id"], claim_id=r["claim_id"], claim_number=r["number"], insurer_id=r["insurer_id"], amount_fen=r["amount_fen"],
            owed_on=_by(r["owed_on"], as_of),
            names=tuple(dict.fromkeys(filter(None, (r["party_name"], r["holder_name"], r["payee_name"])))),
            account=r["account_digest"].hex() if r["account_digest"] else "", account_tail=r["account_tail"] or "",
            pay_due_on=r["pay_due_on"], payouts=tuple(r["payouts"] or ()), tokens=tuple(r["tokens"] or ()),
            payout_number=r["payout_number"] or "", released_on=_by(r["released_on"], as_of), returned_on=_by(r["returned_on"], as_of),
        )
        for r in rows
    ]  # fmt: skip


async def listed(insurer_id: int | None, as_of: dt.date) -> list[Listed]:
    """The insurers' book: the rows that count, each once."""
    rows = await db.fetch(_sql("books_listed"), insurer_id, as_of)
    return [
        Listed(
            id=r["id"], list_id=r["list_id"], insurer_id=r["insurer_id"], place=r["place"], claim_number=r["claim_number"],
            token=r["token"],
            name=r["payee_name"], account=r["account_digest"].hex() if r["account_digest"] else "", account_tail=r["account_tail"],
            amount_fen=r["amount_fen"], paid_on=r["paid_on"],
        )
        for r in rows
    ]  # fmt: skip


async def claims_named(numbers: Sequence[str]) -> dict[tuple[int, str], int]:
    """The claims of the scope among these numbers, by insurer and number."""
    rows = await db.fetch("SELECT id, number, insurer_id FROM claim WHERE number = ANY ($1::text[])", list(numbers))
    return {(r["insurer_id"], r["number"]): r["id"] for r in rows}


async def banked(as_of: dt.date) -> list[Banked]:
    """The bank's book, of what is matched or resolved; only who may read bank lines gets any."""
    return [
        Banked(
            line_id=r["line_id"], statement_id=r["statement_id"], payout_id=r["payout_id"], claim_number="", signed_fen=r["signed_fen"],
            booked_on=r["booked_on"], name=r["name"], account=r["digest"].hex() if r["digest"] else "", account_tail=r["tail"],
            matched=r["matched"],
        )
        for r in await db.fetch(_sql("books_banked"), as_of)
    ]  # fmt: skip


async def bank_reach() -> dict[int, dt.date]:
    """The last day of the bank statements each insurer's payments are seen on."""
    return {r["insurer_id"]: r["until_on"] for r in await db.fetch(_sql("books_reach")) if r["until_on"] is not None}


async def periods(insurer_id: int | None) -> dict[int, tuple[tuple[dt.date, dt.date], ...]]:
    """The periods of the lists that count, by insurer."""
    rows = await db.fetch(
        "SELECT DISTINCT insurer_id, from_on, until_on FROM insurer_list"
        " WHERE withdrawn_at IS NULL AND ($1::bigint IS NULL OR insurer_id = $1)",
        insurer_id,
    )
    found: dict[int, tuple[tuple[dt.date, dt.date], ...]] = {}
    for r in rows:
        found[r["insurer_id"]] = (*found.get(r["insurer_id"], ()), (r["from_on"], r["until_on"]))
    return found
