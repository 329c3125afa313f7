"""Past claims (期初赔案) in the database: what a workbook asks, what it makes, and every version of what was stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.clocks import ClockRun
from insurance.claims.model_opening import OpeningVersion, Outcome
from insurance.claims.opening_claims import InsuredItem, Loss, PolicyOf
from insurance.claims.store import Row
from insurance.policies.model import Cover, LegalRegime, Peril, Period


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def policies(numbers: Sequence[str]) -> dict[str, PolicyOf]:
    """The policies of the scope by number, each with its schedule."""
    return {row["number"]: _policy(row) for row in await db.fetch(_sql("opening_policies"), list(numbers))}


def _policy(row: Any) -> PolicyOf:
    return PolicyOf(
        id=row["id"], region_path=row["region_path"], insurer_id=row["insurer_id"], cover=Cover(row["cover"]),
        terms_version=row["terms_version"], terms_checksum=row["terms_checksum"], starts_on=row["starts_on"],
        period=Period(row["starts_on"], row["ends_before"]) if row["stands"] else None, sum_insured_fen=row["sum_insured_fen"],
        taxonomy=row["taxonomy"], regimes=tuple(LegalRegime(law) for law in row["regimes"]),
        items=msgspec.convert(row["items"], tuple[InsuredItem, ...]),
    )  # fmt: skip


async def numbers(wanted: Sequence[str]) -> dict[str, bytes | None]:
    """Which of the claim numbers exist in scope, with the digest of what was first stated (None: no past claim)."""
    return {row["number"]: row["digest"] for row in await db.fetch(_sql("opening_numbers"), list(wanted))}


async def live(policy_ids: Sequence[int]) -> dict[Loss, str]:
    """The live claims of policies, by policy, cause and day of loss."""
    rows = await db.fetch(_sql("opening_live"), list(policy_ids))
    return {(row["policy_id"], Peril(row["peril"]), row["loss_on"]): row["number"] for row in rows}


async def add_claims(given: Sequence[Mapping[str, Any]], import_id: int, *, actor: Actor) -> dict[str, Any]:
    """Write past claims (columns of `sql/opening_claims_add.sql`) with their one event and what was stated.

    Answers id, region path and insurer of each number that was written.
    """
    rows = await db.fetch(_sql("opening_claims_add"), list(given), actor.user_id, actor.role, actor.region_path, import_id, actor.on)
    return {row["number"]: row for row in rows}


async def versions(claim_id: int) -> list[Any]:
    """Every version of what was stated, oldest first."""
    return await db.fetch(_sql("opening_versions"), claim_id)


def version_of(row: Any) -> OpeningVersion:
    """A row of `versions` as people read it."""
    known = {name: row[name] for name in OpeningVersion.__struct_fields__ if name != "outcome"}
    return OpeningVersion(**known, outcome=Outcome(row["outcome"]))


async def decided_here(claim_id: int) -> bool:
    """Whether the claim has been decided in this program since."""
    return bool(await db.fetchval("SELECT EXISTS (SELECT FROM decision WHERE claim_id = $1)", claim_id))


async def correct(
    row: Row, columns: Mapping[str, Any], runs: Sequence[ClockRun], due: tuple[datetime | None, str | None], facts: Mapping[str, Any],
    reason: str, *, actor: Actor,
) -> bool:  # fmt: skip
    """Write a new version of what was stated, the claim following it, and its event; False when somebody else was first."""
    made = await db.fetchval(
        _sql("opening_correct"), row["id"], row["version"], columns, runs, actor.at, actor.on, actor.user_id, actor.role, reason, facts,
        *due,
    )  # fmt: skip
    return made is not None
