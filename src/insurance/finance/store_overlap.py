"""Reads and writes of what stands on the days of a file without transaction numbers: its lines, stretch by stretch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from insurance.base import db
from insurance.finance.rules_overlap import Step, Stretch, step_of
from insurance.finance.store_bank import as_line


async def standing(account_digest: bytes, keys: Sequence[bytes], days: Sequence[dt.date]) -> dict[dt.date, list[Stretch]]:
    """The stretches of earlier files, by day: where one of these keys stands, or where two files have shared a line already."""
    found = [row["booked_on"] for row in await db.fetch(_sql("overlap_days"), account_digest, list(keys), list(days))]
    rows = await db.fetch(_sql("overlap_lines"), account_digest, found) if found else []
    parted: dict[dt.date, list[list[Any]]] = {day: [] for day in found}
    for row in rows:
        stretches = parted[row["booked_on"]]
        last = stretches[-1][-1] if stretches else None
        if last and (row["statement_id"], row["ordinal"]) == (last["statement_id"], last["ordinal"] + 1):
            stretches[-1].append(row)
        else:
            stretches.append([row])
    return {day: [_stretch(rows) for rows in stretches] for day, stretches in parted.items()}


def _sql(name: str) -> str:
    return db.statement(__package__, name)


def _stretch(rows: Sequence[Any]) -> Stretch:
    before, day, after = rows[0]["before_on"], rows[0]["booked_on"], rows[-1]["after_on"]
    return Stretch(tuple(map(_step, rows)), before is not None and before < day, after is not None and after > day)


def _step(row: Any) -> Step:
    return step_of(as_line(row), row["counterparty_tail"], again=row["shown_again"])


async def mark_shown_again(keys: Sequence[bytes]) -> None:
    """Lines that another file shows too."""
    if keys:
        await db.execute("UPDATE bank_line SET shown_again = true WHERE line_key = ANY ($1::bytea[]) AND NOT shown_again", list(keys))
