"""What programs and pages are told where one insurer follows another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from insurance.base.money import Fen
from insurance.policies.model import Cover, Period
from insurance.policies.views_quotes import RuleView

_Code = Annotated[str, Meta(min_length=1, max_length=40)]


class RuleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `from_on` the insurer takes these covers of these counties, until somebody changes it again."""

    counties: Annotated[list[_Code], Meta(min_length=1, max_length=100)]
    covers: Annotated[list[Cover], Meta(min_length=1, max_length=2)]
    insurer: _Code
    from_on: date


class TakenBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a change that has not begun is taken back."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What follows for one county and cover.

    `ending` policies end the day before and are renewed with the new insurer; `later` ones run on with theirs and are renewed with the
    new one when they end. `early` ones are bound already for a period after the day with somebody else: they will be in conflict.
    Claims that are open stay with their insurer, with their reserves. `changes` is false where the new insurer has the county already.
    """

    county_code: str
    county: str
    cover: Cover
    insurer_before: str | None
    changes: bool
    ending: int
    later: int
    early: int
    own: int
    open_claims: int
    reserve_fen: Fen


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What a change did: the new rules, how many pairs had this insurer already, and the policies it put in conflict."""

    made: list[RuleView]
    unchanged: int
    conflicts: list[int]


class ConflictView(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that stands with another insurer than the rule of its first day names. `cause`: CHOSEN when bound, RULE changed later."""

    policy: int
    number: str
    cover: Cover
    county_code: str
    county: str
    town: str
    project: int
    project_name: str
    starts_on: date
    last_day: date
    insurer: str
    insurer_name: str
    rule_insurer: str
    rule_insurer_name: str
    cause: str
    found_on: date


def foreseen_view(row: Mapping[str, Any], insurer_id: int) -> Foreseen:
    """A row of `sql/change_foreseen.sql`."""
    same = ("county_code", "county", "ending", "later", "early", "own", "open_claims", "reserve_fen")
    return Foreseen(
        cover=Cover(row["cover"]), insurer_before=row["insurer_name"], changes=row["insurer_id"] != insurer_id,
        **{name: row[name] for name in same},
    )  # fmt: skip


def conflict_view(row: Mapping[str, Any]) -> ConflictView:
    """A row of `sql/insurer_conflicts.sql`."""
    renamed = ("policy", "project", "cover", "last_day")
    return ConflictView(
        policy=row["id"], project=row["project_id"], cover=Cover(row["cover"]),
        last_day=Period(row["starts_on"], row["ends_before"]).last_day,
        **{name: row[name] for name in ConflictView.__struct_fields__ if name not in renamed},
    )  # fmt: skip
