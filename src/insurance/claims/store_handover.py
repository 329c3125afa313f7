"""Reads of a handover: what stays with the old insurers of counties and covers, and what goes to the new ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from insurance.base import db
from insurance.claims import lifecycle
from insurance.claims.model_handover import (
    Change,
    EndingPolicy,
    Experience,
    InTransit,
    OpenClaim,
    ToComeBack,
    UnpaidPremium,
)
from insurance.policies import store_premium
from insurance.policies.model import Cover

_ENDED = sorted(lifecycle.ENDED)
Line = TypeVar("Line", bound=msgspec.Struct)


def _sql(name: str) -> str:
    return db.statement(__package__, f"handover_{name}")


async def changes(county: str | None, insurer_id: int | None) -> list[Change]:
    """Every day on which one insurer follows another, of a county and with an insurer among the two where they are given."""
    rows = await db.fetch(_sql("changes"), county, insurer_id)
    return [
        Change(
            on=row["on_day"], county_code=row["county_code"], county=row["county"], cover=Cover(row["cover"]), old_id=row["old_id"],
            old=row["old_code"], old_name=row["old_name"], new_id=row["new_id"], new=row["new_code"], new_name=row["new_name"],
        )
        for row in rows
    ]  # fmt: skip


async def _kept(name: str, kept: Sequence[Change], on: date, *more: Any) -> list[Any]:
    if not kept:
        return []
    return await db.fetch(_sql(name), [c.county_code for c in kept], [c.cover.value for c in kept], [c.old_id for c in kept], on, *more)


def _lines(shape: type[Line], rows: Sequence[Any], **renamed: str) -> list[Line]:
    """Rows as lines: a field has its column's name, or the one it is renamed from."""
    return [msgspec.convert({name: row[renamed.get(name, name)] for name in shape.__struct_fields__}, shape) for row in rows]


async def policies(kept: Sequence[Change], on: date) -> list[EndingPolicy]:
    """Policies that stand on the day before."""
    rows = [dict(row) | {"last_day": date.fromordinal(row["ends_before"].toordinal() - 1)} for row in await _kept("policies", kept, on)]
    return _lines(EndingPolicy, rows, policy="id")


async def claims(kept: Sequence[Change], on: date) -> list[OpenClaim]:
    """Open claims of losses before the day."""
    return _lines(OpenClaim, await _kept("claims", kept, on, _ENDED), claim="id")


async def payouts(kept: Sequence[Change], on: date) -> list[InTransit]:
    """Money ordered and not arrived."""
    return _lines(InTransit, await _kept("payouts", kept, on))


async def recoveries(kept: Sequence[Change], on: date) -> list[ToComeBack]:
    """What is still to come back."""
    return _lines(ToComeBack, await _kept("recoveries", kept, on), recovery="id")


async def premiums(kept: Sequence[Change], on: date, today: date) -> list[UnpaidPremium]:
    """Premium that is open today, policy by policy and payer by payer, as the books have it."""
    premium_fen = {row["id"]: row["premium_fen"] for row in await _kept("premiums", kept, on)}
    found: dict[int, UnpaidPremium] = {}
    for row in await store_premium.positions(today, ids=list(premium_fen)) if premium_fen else []:
        policy_id, payer = row["policy_id"], row["payer"]
        if not row["open_fen"]:
            continue
        line = found.get(policy_id) or UnpaidPremium(
            county_code=row["county_code"], cover=Cover(row["cover"]), policy=policy_id, number=row["number"],
            project_code=row["project_code"] or "", project_name=row["project_name"], premium_fen=premium_fen[policy_id], open_fen={},
        )  # fmt: skip
        found[policy_id] = line
        line.open_fen[payer] = row["open_fen"]
    return sorted(found.values(), key=lambda one: (one.county_code, one.cover, one.policy))


async def experience(kept: Sequence[Change], on: date) -> list[Experience]:
    """Claims by project."""
    return _lines(Experience, await _kept("experience", kept, on, _ENDED))


async def projects(taken: Sequence[Change], on: date) -> list[Any]:
    """The projects that go to the new insurers."""
    if not taken:
        return []
    return await db.fetch(
        _sql("projects"), [c.county_code for c in taken], [c.cover.value for c in taken], [c.old_id for c in taken],
        [c.new_id for c in taken], on,
    )  # fmt: skip
