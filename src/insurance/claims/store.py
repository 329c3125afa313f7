"""Reads and writes of claims, their events, assessments, decisions and parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.text import render
from insurance.claims.assessed import Earlier, Insured, ScheduleItem
from insurance.claims.clocks import ClockRun
from insurance.claims.model import ClaimState, Verb, WorkingStep
from insurance.claims.model_verbs import Report
from insurance.policies.model import LegalRegime, Period
from insurance.policies.views import revived
from insurance.projects.model import Taxonomy


def _sql(name: str) -> str:
    return db.statement(__package__, name)


_CLOCKS = msgspec.json.Decoder(tuple[ClockRun, ...])


class Row(dict[str, Any]):
    """A claim as `sql/claim.sql` reads it."""

    @property
    def runs(self) -> tuple[ClockRun, ...]:
        """The clocks as stored."""
        stored: str | tuple[ClockRun, ...] = self["clocks"]
        return _CLOCKS.decode(stored) if isinstance(stored, str) else stored

    @property
    def state(self) -> ClaimState:
        """The state as a word."""
        return ClaimState(self["state"])


async def lock(claim_id: int) -> Row | None:
    """The claim, held until the end of the transaction; None outside the scope."""
    return next(iter(await lock_all([claim_id])), None)


async def lock_all(claim_ids: Sequence[int]) -> list[Row]:
    """The claims by their number, held until the end of the transaction; those outside the scope are left out."""
    rows = await db.fetch(_sql("claim") + "WHERE c.id = ANY ($1::bigint[]) ORDER BY c.id FOR UPDATE OF c", claim_ids)
    return [Row(row) for row in rows]


async def claim(claim_id: int) -> Row | None:
    """One claim, as far as the scope shows it."""
    row = await db.fetchrow(_sql("claim") + "WHERE c.id = $1", claim_id)
    return None if row is None else Row(row)


async def reported_under(given: Report, loss_on: date, *, actor: Actor) -> Row | None:
    """The policy a report is about, held against the day of loss (columns of `sql/claim_policy.sql`). None: no such policy."""
    row = await db.fetchrow(
        _sql("claim_policy"), given.policy_id, given.project_id, given.project_code, given.cover, loss_on, given.disaster_id, given.peril,
        actor.region_path, actor.county_code,
    )  # fmt: skip
    return None if row is None else Row(row)


async def report(
    policy: Row, given: Report, loss_on: date, procedure: str, clocks: Sequence[ClockRun], due: tuple[datetime | None, str | None], *,
    actor: Actor,
) -> Any:  # fmt: skip
    """The claim made under the policy (id and number); None where the same loss is reported already."""
    return await db.fetchrow(
        _sql("claim_report"), policy["policy_id"], policy["disaster_id"], policy["peril"], loss_on, given.loss_at, actor.at, actor.on,
        actor.user_id, actor.role, actor.region_path, given.reported_fen, given.account_of_loss, procedure, policy["regimes"],
        policy["taxonomy"], clocks, *due,
    )  # fmt: skip


async def project_known(project_id: int | None, code: str | None, county: str | None) -> bool:
    """Whether exactly one project of the scope is meant."""
    found = await db.fetchval(
        "SELECT count(*) FROM project WHERE id = $1 OR ($1 IS NULL AND code = $2 AND ($3::text IS NULL OR county_code = $3))",
        project_id, code, county,
    )  # fmt: skip
    return bool(found == 1)


async def like(policy_id: int, disaster_id: int | None, peril: str, loss_on: date, *, other_than: int | None = None) -> str | None:
    """The number of the live claim for the same loss, if there is one."""
    found: str | None = await db.fetchval(_sql("claim_like"), policy_id, disaster_id, peril, loss_on, other_than)
    return found


async def disaster(disaster_id: int) -> Any:
    """Code, name and window of a disaster the scope shows, or None."""
    return await db.fetchrow("SELECT id, code, name, from_on, until_on FROM disaster WHERE id = $1", disaster_id)


_SAID = ("reserve_fen", "assessed_fen", "approved_fen", "paid_fen", "payee_party_id", "payee_account_id")


class Move(NamedTuple):
    """One verb on a claim as it was read: where it leads, its clocks and most urgent term, what goes with the event and with the claim.

    `columns`: amounts and payee by name; what is not named stays as it is.
    """

    row: Row
    verb: Verb
    target: ClaimState
    clocks: Sequence[ClockRun]
    due: tuple[datetime | None, str | None]
    reason: str
    facts: Mapping[str, Any]
    keep: Mapping[str, Any]
    columns: Mapping[str, Any]

    def stored(self) -> tuple[Any, ...]:
        """What the statement takes of it, in the order of `sql/claim_move.sql`."""
        row, target = self.row, self.target
        # where a supplement leads back to stays known for as long as it lasts
        resume = (row["resume_state"] or row["state"]) if target is ClaimState.SUPPLEMENT else None
        said = (self.columns.get(name) for name in _SAID)
        return (
            row["id"], row["version"], target, self.verb, resume, self.clocks, *self.due, self.keep, *said, self.reason, self.facts,
            row["state"],
        )  # fmt: skip


async def move(moves: Sequence[Move], *, actor: Actor) -> list[Row]:
    """Write moves of different claims and their events at once; answers the claims as they then stand, in the order of the moves.

    A claim that somebody else has moved first is left out.
    """
    columns = [list(column) for column in zip(*(one.stored() for one in moves), strict=True)]
    made = {row["id"]: row for row in await db.fetch(_sql("claim_move"), *columns, actor.at, actor.on, actor.user_id or None, actor.role)}
    return [Row({**one.row, **made[one.row["id"]]}) for one in moves if one.row["id"] in made]


async def correct(row: Row, fields: Mapping[str, Any], clocks: Sequence[ClockRun], facts: Mapping[str, Any], *, actor: Actor) -> bool:
    """Write the corrected report and its event; False when somebody else was first."""
    tag = await db.execute(
        _sql("claim_correct"), row["id"], row["version"],
        *(fields[name] for name in ("loss_on", "loss_at", "reported_fen", "peril", "disaster_id", "account_of_loss")),
        clocks, actor.at, actor.on, actor.user_id, actor.role, facts,
    )  # fmt: skip
    return tag == "INSERT 0 1"


async def history(claim_id: int) -> list[Any]:
    """The events in order, with names."""
    return await db.fetch(_sql("claim_history"), claim_id)


async def parts(claim_id: int) -> list[Any]:
    """The money of a claim, each part with its newest order."""
    return (await parts_of([claim_id]))[claim_id]


async def parts_of(claim_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The money of each claim, part by part with its newest order; none for a claim without parts."""
    found: dict[int, list[Any]] = {claim_id: [] for claim_id in claim_ids}
    for row in await db.fetch(_sql("claim_parts"), list(claim_ids)):
        found[row["claim_id"]].append(row)
    return found


async def add_part(row: Row, kind: str, amount_fen: int, decision_id: int | None, account_id: int, *, actor: Actor) -> int:
    """One part more of its kind; answers its id. The unique ordinal refuses a twin."""
    found: int = await db.fetchval(
        "INSERT INTO claim_part (claim_id, region_path, insurer_id, kind, ordinal, amount_fen, decision_id, payee_account_id, approved_by,"
        " approved_on) SELECT $1, $2, $3, $4::text, 1 + count(*), $5, $6, $7, $8, $9 FROM claim_part WHERE claim_id = $1 AND kind = $4"
        " RETURNING id",
        row["id"], row["region_path"], row["insurer_id"], kind, amount_fen, decision_id, account_id, actor.user_id, actor.on,
    )  # fmt: skip
    return found


async def add_survey(row: Row, visited_at: datetime, place: str, cause: str, findings: str, reserve_fen: int, *, actor: Actor) -> None:
    """The record of a visit."""
    await db.execute(
        "INSERT INTO survey (claim_id, region_path, insurer_id, visited_at, place, cause, findings, reserve_fen, surveyed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row["id"], row["region_path"], row["insurer_id"], visited_at, place, cause, findings, reserve_fen, actor.user_id,
    )  # fmt: skip


async def survey(claim_id: int) -> Any:
    """The newest record of a visit, or None."""
    return await db.fetchrow("SELECT * FROM survey WHERE claim_id = $1 ORDER BY id DESC LIMIT 1", claim_id)


# -- assessment and decision --------------------------------------------------------------------------------------------


async def policy_of(policy_id: int, on: date) -> Any:
    """The policy's own promises of a day: period, sums, terms, insured. A loss is judged by what stood on its day."""
    return await db.fetchrow(_sql("insured"), policy_id, on)


async def policy_known(policy_id: int) -> Any:
    """Whether the scope shows the policy; None where it does not."""
    return await db.fetchval("SELECT id FROM policy WHERE id = $1", policy_id)


async def insured(policy: Any, claim_row: Row) -> Insured:
    """What the policy still promises to this claim: the schedule of the day of loss, and what earlier claims took of it."""
    rows = await db.fetch(_sql("schedule"), policy["id"], claim_row["loss_on"], claim_row["id"])
    items = [
        ScheduleItem(
            r["id"], r["asset_id"], r["name"], LegalRegime(r["regime_of_law"]), r["sum_insured_fen"], r["value_from_on"],
            tuple(r["month_values"]), r["premium_fen"], r["quantity"], r["unit"], Taxonomy(r["taxonomy"]) if r["taxonomy"] else None,
            r["given_back_fen"],
        )
        for r in rows
    ]  # fmt: skip
    return Insured(
        period=Period(policy["starts_on"], policy["ends_before"]),
        sum_insured_fen=policy["sum_insured_fen"],
        guaranteed_fen=policy["guaranteed_fen"],
        items={item.id: item for item in items},
        earlier=await _earlier(claim_row, {r["id"]: r["restored_fen"] for r in rows}),
    )


async def _earlier(row: Row, restored_fen: Mapping[int, int]) -> Earlier:
    """What the other claims took; of each item less what was restored of it by the day of loss (恢复保险金额)."""
    by_item: dict[int, int] = {}
    event = total = 0
    for other in await db.fetch(_sql("earlier"), row["policy_id"], row["id"]):
        taken = other["indemnity_fen"]
        total += taken
        same = other["disaster_id"] == row["disaster_id"] if row["disaster_id"] else other["loss_on"] == row["loss_on"]
        event += taken if same else 0
        if other["policy_item_id"] is not None:
            by_item[other["policy_item_id"]] = by_item.get(other["policy_item_id"], 0) + taken
    return Earlier({item: max(0, taken - restored_fen.get(item, 0)) for item, taken in by_item.items()}, event, total)


async def lock_policy(claim_id: int) -> None:
    """Hold the policy of a claim: amounts under one policy are fixed one after the other."""
    await db.fetchval(_sql("policy_lock"), claim_id)


async def add_assessment(row: Row, columns: Sequence[Any], lines: Sequence[Sequence[Any]]) -> Any:
    """A new version (columns and lines in the order of `sql/assessment_add.sql`); answers id and version."""
    turned = [list(column) for column in zip(*lines, strict=True)] if lines else [[] for _ in range(8)]
    return await db.fetchrow(_sql("assessment_add"), row["id"], row["region_path"], row["insurer_id"], *columns, *turned)


async def latest_assessment(claim_id: int, version: int | None = None) -> Any:
    """The newest version, or the one asked for; None where there is none."""
    return await db.fetchrow(_sql("assessment_latest"), claim_id, version)


async def assessment_lines(assessment_id: int) -> list[Any]:
    """The lines of a version, with names."""
    return await db.fetch(_sql("assessment_lines"), assessment_id)


async def add_decision(row: Row, columns: Mapping[str, Any], *, actor: Actor) -> int:
    """The decision for the version the claim is about to have; answers its id."""
    found: int = await db.fetchval(
        "INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen,"
        " payee_party_id, payee_account_id, reasons, note, decided_by, decided_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        row["id"], row["region_path"], row["insurer_id"], row["version"] + 1,
        *(columns.get(name) for name in ("assessment_id", "assessor_id", "outcome", "amount_fen", "payee_party_id", "payee_account_id")),
        columns.get("reasons", []), columns.get("note", ""), actor.user_id, actor.at,
    )  # fmt: skip
    return found


async def decisions(claim_id: int) -> list[Any]:
    """All decisions, newest first."""
    return await db.fetch("SELECT * FROM decision WHERE claim_id = $1 ORDER BY claim_version DESC", claim_id)


async def group_size(row: Row, laws: Sequence[str], *, by_village: bool) -> int:
    """How many live claims of its disaster lie in the claim's village (or town), itself among them, with items of these laws."""
    project_id = row["project_id"] if by_village else None
    found: int = await db.fetchval(
        _sql("group_size"), row["disaster_id"], row["insurer_id"], row["town_code"], project_id, list(laws)
    )  # fmt: skip
    return found


async def totals(claim_id: int) -> list[int]:
    """What each assessment of a claim came to, in fen, oldest first."""
    rows = await db.fetch("SELECT total_fen FROM assessment WHERE claim_id = $1 ORDER BY version", claim_id)
    return [row["total_fen"] for row in rows]


async def to_open(now: datetime) -> list[int]:
    """Cases that nobody opened within their term."""
    return [row["id"] for row in await db.fetch(_sql("to_open"), now)]


async def to_advance(end_of_today: datetime) -> list[int]:
    """Claims whose day of advance has come and was not noted yet."""
    return [row["id"] for row in await db.fetch(_sql("to_advance"), end_of_today)]


async def to_settle() -> list[int]:
    """Claims whose paid amount may no longer be what the bank says."""
    return [row["id"] for row in await db.fetch(_sql("to_settle"))]


async def to_close(paid_before: date, ended_before: date) -> list[tuple[int, int]]:
    """Claims that close by themselves, with their versions."""
    return [(row["id"], row["version"]) for row in await db.fetch(_sql("to_close"), paid_before, ended_before)]


async def claim_of_part(part_id: int) -> int | None:
    """Which claim a part belongs to; None outside the scope."""
    found: int | None = await db.fetchval("SELECT claim_id FROM claim_part WHERE id = $1", part_id)
    return found


async def claims_of_parts(part_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The claim of each part, its id and number; parts outside the scope are left out."""
    rows = await db.fetch(_sql("claims_of_parts"), list(part_ids))
    return {row["part_id"]: (row["claim_id"], row["number"]) for row in rows}


def steps_of(assessment: Any, language: str) -> list[WorkingStep]:
    """The stored working of an assessment in a language."""
    return [
        WorkingStep(s["step"], s["rule"], s["inputs"], s["result_fen"], render(revived(s["text"]), language)) for s in assessment["steps"]
    ]
