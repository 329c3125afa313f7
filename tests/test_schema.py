"""The Table classes mirror the schema that the migrations make: same tables, columns, types and nullability."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from piccolo.columns import Array, Column
from piccolo.table import Table

from insurance.base import db

SOURCES = Path(__file__).parents[1] / "src" / "insurance"
CONTEXTS = sorted(path.parent.name for path in SOURCES.glob("*/tables.py"))
# Tables that only named SQL touches.
WITHOUT_CLASS = {
    "migration": "the migration runner's own",
    "region_alias": "read by the register's own statement",
    "session": "on the way of every request: named SQL",
    "api_token": "on the way of every request: named SQL",
    "idempotency": "on the way of every POST: named SQL",
    "audit_event": "append-only, written by one statement",
    "audit_seal": "append-only, written by one statement",
    "setting": "three statements in all",
    "claim_transition": "the database guard's copy of the verb table",
}
TYPES = {
    "TEXT": "text",
    "BIGINT": "int8",
    "BIGSERIAL": "int8",
    "INTEGER": "int4",
    "BOOLEAN": "bool",
    "DATE": "date",
    "TIMESTAMPTZ": "timestamptz",
    "BYTEA": "bytea",
    "JSONB": "jsonb",
    "NUMERIC": "numeric",
    "DATERANGE": "daterange",
}
_COLUMNS = """SELECT column_name, udt_name, is_nullable = 'YES' AS nullable FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name"""
_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"


def classes() -> dict[str, type[Table]]:
    """Every Table class of every context, by its table."""
    found: dict[str, type[Table]] = {}
    for path in sorted(SOURCES.glob("*/tables*.py")):
        module = importlib.import_module(f"insurance.{path.parent.name}.{path.stem}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Table) and thing.__module__ == module.__name__:
                found[thing._meta.tablename] = thing
    return found


CLASSES = classes()


def _kind(column: Column) -> str:
    if isinstance(column, Array):
        return "_" + _kind(column.base_column)
    return TYPES[column.column_type]


def test_every_context_that_stores_has_its_classes() -> None:
    assert {"access", "claims", "finance", "policies", "projects"} <= set(CONTEXTS)


@pytest.mark.parametrize("name", sorted(CLASSES))
async def test_a_class_says_what_its_table_is(pool: None, name: str) -> None:
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        stored = {(r["column_name"], r["udt_name"], r["nullable"]) for r in await db.fetch(_COLUMNS, name)}

    mirrored = {(c._meta.name, _kind(c), c._meta.null) for c in CLASSES[name]._meta.columns}

    assert mirrored == stored


async def test_every_table_has_a_class_or_a_reason_why_not(pool: None) -> None:
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        stored = {r["table_name"] for r in await db.fetch(_TABLES)}

    assert stored == set(CLASSES) | set(WITHOUT_CLASS)
    assert not set(CLASSES) & set(WITHOUT_CLASS)


# What was agreed to, sent, booked or closed: the columns that may still follow, and no other.
MAY_FOLLOW = {
    "paying_account": {"approved_by", "version"},
    "payment_file": {"state", "cancelled_by", "cancelled_reason", "version"},
    "payment_file_line": {"live"},
    "bank_match": {"undone_by", "undone_at", "undone_reason"},
    "line_case": {"undone_by", "undone_at", "undone_reason"},
    "beneficiary_list": {"confirmed_by", "confirmed_at", "version"},
    "sharing_pay_list": {"state", "paid_on", "cancelled_reason", "version"},
    "sharing_pay_line": {"live"},
    "premium_move": {"undone_by", "undone_at", "undone_reason"},
    "premium_move_share": {"undone_on"},
    "month_close": {"reopened_by", "reopened_at", "reopened_reason", "version"},
    "insurer_list": {"withdrawn_by", "withdrawn_at", "withdrawn_reason", "version"},
}


@pytest.mark.parametrize("name", sorted(MAY_FOLLOW))
async def test_the_program_may_change_only_what_follows_of_money(pool: None, name: str) -> None:
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        rows = await db.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1"
            " AND has_column_privilege(current_schema() || '.' || table_name, column_name, 'UPDATE')",
            name,
        )

    assert {row["column_name"] for row in rows} == MAY_FOLLOW[name]
