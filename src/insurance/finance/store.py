"""Reads and writes of transfers, payouts, statements, lines and matches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from insurance.base import db
from insurance.base.text import t
from insurance.finance.model import Event, PayoutState, Transfer


def _sql(name: str) -> str:
    return db.statement(__package__, name)


class Entry(NamedTuple):
    """A transfer and what it is about: subject ('policy:12', 'claim:7', 'payout:3', 'line:9'), scope, day."""

    transfer: Transfer
    subject: str
    region_path: str
    insurer_id: int | None
    booked_on: dt.date


def entry_of(payout: Any, transfer: Transfer, booked_on: dt.date) -> Entry:
    """A transfer about an order, by its row."""
    return Entry(transfer, f"payout:{payout['id']}", payout["region_path"], payout["insurer_id"], booked_on)


async def post(entries: Sequence[Entry], *, made_by: int | None) -> None:
    """Write transfers of one or many subjects at once; a POST or VOID ends its subject's pending one."""
    if entries:
        what = [entry.transfer for entry in entries]
        with db.refusing({"transfer_open_month": t("其中有已结账月份的业务，请先由另一人重开该月")}):
            await _post(entries, what, made_by)


async def _post(entries: Sequence[Entry], what: Sequence[Transfer], made_by: int | None) -> None:
    await db.execute(
            _sql("post_transfers"), [one.kind.value for one in what], [one.event.value for one in what], [one.debit for one in what],
            [one.credit for one in what], [one.amount_fen for one in what], [e.booked_on for e in entries], [e.subject for e in entries],
            [e.region_path for e in entries], [e.insurer_id for e in entries], made_by or None,
        )  # fmt: skip


async def post_transfers(
    transfers: Iterable[Transfer], *, subject: str, region_path: str, insurer_id: int | None, booked_on: dt.date, made_by: int | None
) -> None:
    """Write an act's transfers on one subject."""
    await post([Entry(one, subject, region_path, insurer_id, booked_on) for one in transfers], made_by=made_by)


async def post_many(entries: Sequence[tuple[str, str, int, Transfer]], *, booked_on: dt.date, made_by: int | None) -> None:
    """Write posted transfers of many subjects at once: (subject, region path, insurer id, transfer)."""
    await post(
        [Entry(transfer, subject, region, insurer, booked_on) for subject, region, insurer, transfer in entries], made_by=made_by
    )  # fmt: skip


async def reverse_subjects(subjects: Sequence[str], *, booked_on: dt.date, made_by: int | None) -> None:
    """Reverse what stands posted on subjects (what was reversed already nets to nothing)."""
    rows = await db.fetch(_sql("standing_transfers"), list(subjects))
    entries = [
        Entry(
            Transfer(Event.REVERSAL, r["credit"], r["debit"], r["amount_fen"]), r["subject"], r["region_path"], r["insurer_id"], booked_on
        )
        for r in rows
    ]  # fmt: skip
    await post(entries, made_by=made_by)


async def next_payout_number() -> int:
    """The next of the sequence (gaps allowed)."""
    return int(await db.fetchval("SELECT nextval('payout_number')"))


async def add_payout(*columns: Any) -> int:
    """Insert an order (columns in the order of `sql/payout_add.sql`); answers its id."""
    return int(await db.fetchval(_sql("payout_add"), *columns))


async def lock_payout(payout_id: int) -> Any:
    """The row, locked; None outside the scope."""
    return await db.fetchrow(_sql("payout_lock"), payout_id)


async def move_payout(payout_id: int, state: PayoutState, **columns: Any) -> None:
    """Set the state and further columns, one version up."""
    names = list(columns)
    places = "".join(f", {name} = ${i}" for i, name in enumerate(names, 3))
    await db.execute(
        f"UPDATE payout SET state = $2, version = version + 1{places} WHERE id = $1",  # noqa: S608  # column names are ours
        payout_id, state.value, *[columns[n] for n in names],
    )  # fmt: skip


async def payouts(
    *, state: str | None = None, insurer: int | None = None, county: str | None = None, q: str | None = None,
    before: int | None = None, limit: int = 50, payout_id: int | None = None, mode: str | None = None,
) -> list[Any]:  # fmt: skip
    """Payouts of the scope, newest first."""
    return await db.fetch(_sql("payouts"), state, insurer, county, q, before, limit, payout_id, mode)


async def payouts_total(
    *, state: str | None = None, insurer: int | None = None, county: str | None = None, q: str | None = None, mode: str | None = None
) -> tuple[int, int]:
    """How many of them there are in all, and their sum in fen."""
    (row,) = await db.fetch(_sql("payouts_total"), state, insurer, county, q, mode)
    return row["number"], row["amount_fen"]


async def trial_balance(on: dt.date, recorded_by: dt.datetime | None = None) -> list[Any]:
    """Every account's debit and credit turnover up to and with the day, as far as it was recorded by the instant."""
    return await db.fetch(_sql("trial_balance"), on, recorded_by)


async def opening_transfers() -> list[Transfer]:
    """The opening entries that stand, the books held until the end of the transaction: those not reversed."""
    await db.execute("SELECT pg_advisory_xact_lock(370401)")
    rows = await db.fetch(_sql("opening_transfers"))
    return [Transfer(Event.OPENING, r["debit"], r["credit"], r["amount_fen"]) for r in rows]


async def opened_on() -> dt.date | None:
    """The day of the opening entries that were made last."""
    found: dt.date | None = await db.fetchval(
        "SELECT booked_on FROM transfer WHERE subject = 'opening' AND event = 'OPENING' ORDER BY id DESC LIMIT 1"
    )
    return found


async def transfers(wanted: Sequence[Any], after: Sequence[Any], limit: int) -> list[Any]:
    """Posted transfers, the latest day first. `wanted`: account, from, until, event, subject, each or None; `after`: a day and an id."""
    return await db.fetch(_sql("transfers_sought"), *wanted, *after, limit)


async def transfers_total(wanted: Sequence[Any]) -> tuple[int, int, int]:
    """How many of them there are, and their sums in fen in debit and credit of the account."""
    (row,) = await db.fetch(_sql("transfers_total"), *wanted)
    return row["number"], row["debit_fen"], row["credit_fen"]
