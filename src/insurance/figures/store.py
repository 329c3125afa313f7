"""Reads the figures over the whole schema, inside the reader's scope; writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db


class Part(msgspec.Struct, frozen=True):
    """What of the city a reader asks about; None leaves that side open. Row-level security stands behind it."""

    county: str | None
    town: str | None
    insurer: int | None

    @classmethod
    def of(cls, actor: Actor) -> Part:
        """An office's region, an insurer's book."""
        return cls(actor.county_code, actor.town_code, actor.insurer_id)


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def projects(on: dt.date, part: Part) -> list[Any]:
    """(county_code, project_ids) on the register that day."""
    return await db.fetch(_sql("projects"), on, part.county, part.town)


async def covers(on: dt.date, part: Part) -> list[Any]:
    """(county_code, cover, project_ids, sum_insured_fen, net_value_fen) of the policies in force that day."""
    return await db.fetch(_sql("covers"), on, part.county, part.town, part.insurer)


async def claims(on: dt.date, part: Part, ended: Sequence[str]) -> list[Any]:
    """(county_code, code, name, reported, open) by the events of claims up to that day; code None: of no disaster."""
    return await db.fetch(_sql("claims"), on, part.county, part.town, part.insurer, list(ended))


async def paid(on: dt.date, part: Part) -> list[Any]:
    """(county_code, month, paid_fen) by the days the bank booked."""
    return await db.fetch(_sql("paid"), on, part.county, part.town, part.insurer)


async def disasters(on: dt.date) -> list[Any]:
    """(code, name) declared by that day, the latest first."""
    return await db.fetch(_sql("disasters"), on)


async def claims_now(part: Part, now: dt.datetime, tomorrow: dt.datetime) -> list[Any]:
    """(state, number, late, today) of the claims as they stand."""
    return await db.fetch(_sql("claims_now"), part.county, part.town, part.insurer, now, tomorrow)


async def orders_waiting() -> int:
    """How many payment orders wait for release, all over the reader's scope."""
    return int(await db.fetchval(_sql("orders_waiting")))
