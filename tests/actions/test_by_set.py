"""What is checked once for all rows of a statement: references, guards of orders, and two transactions at one line."""

from __future__ import annotations

import asyncpg
import pytest

import make
from insurance.base import db
from people import People

_TRANSFER = """INSERT INTO transfer (kind, pending_id, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id, made_by)
SELECT n.kind, n.pending, 'REVERSAL', n.debit, n.credit, 100, '2019-08-30', 'line:1', n.region, n.insurer, n.by
FROM (VALUES ('POSTED', NULL::bigint, '1001', '2001', '370400/', NULL::bigint, NULL::bigint), ({})) AS n (kind, pending, debit, credit, region, insurer, by)"""


@pytest.mark.parametrize(
    ("second", "constraint"),
    [
        ("'POST', 0, '1001', '2001', '370400/', NULL, NULL", "transfer_pending_id_fkey"),
        ("'POSTED', NULL, '0000', '2001', '370400/', NULL, NULL", "transfer_debit_fkey"),
        ("'POSTED', NULL, '1001', '0000', '370400/', NULL, NULL", "transfer_credit_fkey"),
        ("'POSTED', NULL, '1001', '2001', '370400/nowhere/', NULL, NULL", "transfer_region_path_fkey"),
        ("'POSTED', NULL, '1001', '2001', '370400/', 0, NULL", "transfer_insurer_id_fkey"),
        ("'POSTED', NULL, '1001', '2001', '370400/', NULL, 0", "transfer_made_by_fkey"),
    ],
)
async def test_a_transfer_refers_to_what_exists(story: People, second: str, constraint: str) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        async with db.transaction(story.maker.scope):
            await db.execute(_TRANSFER.format(second))
    assert refused.value.constraint_name == constraint


async def test_a_line_and_a_match_refer_to_what_exists(story: People) -> None:
    order = await make.released(story, 100_00)
    (line,) = await make.unmatched_lines(story, 100_00)
    for line_id, payout_id, made_by, constraint in (
        (0, order.id, story.maker.user_id, "bank_match_line_id_fkey"),
        (line, 0, story.maker.user_id, "bank_match_payout_id_fkey"),
        (line, order.id, 0, "bank_match_made_by_fkey"),
    ):
        with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
            await make.share(story, (line_id, payout_id, 100_00), made_by=made_by)
        assert refused.value.constraint_name == constraint

    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        async with db.transaction(story.maker.scope):
            await db.execute("UPDATE bank_line SET statement_id = 0 WHERE id = $1", line)
    assert refused.value.constraint_name == "bank_line_statement_id_fkey"


@pytest.mark.parametrize(
    "change",
    ["payout SET id = -id, version = version + 1", "bank_line SET id = -id", "bank_statement SET id = -id", "insurer SET id = -id",
     "region SET path = path || 'x/'"],
)  # fmt: skip
async def test_what_is_referred_to_keeps_its_key(story: People, change: str) -> None:
    await make.released(story, 100_00)
    await make.unmatched_lines(story, 100_00)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await db.execute(f"UPDATE {change}")


async def test_what_is_referred_to_stays_even_for_its_owner(story: People) -> None:
    refused = await db.fetch(
        "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgenabled = 'O' AND tgfoid = 'refuse_change'::regproc"
        " AND tgtype & 8 > 0 AND tgtype & 32 > 0"  # of DELETE and TRUNCATE
    )
    referring = await db.fetch("SELECT confrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'f' AND NOT conenforced")

    assert {row["name"] for row in referring} == {
        "account", "app_user", "bank_line", "bank_statement", "insurer", "payout", "region", "transfer"
    }  # fmt: skip
    assert {row["name"] for row in referring} <= {row["name"] for row in refused}


@pytest.mark.parametrize(
    "change",
    [
        "amount_fen = amount_fen + 1, version = version + 1",
        "payee_name = 'x', version = version + 1",
        "state = 'SETTLED', settled_on = '2019-08-30'",  # the version stays
        "state = 'CANCELLED', version = version + 1",  # not after its release
        "version = version + 1",  # from a state to itself is no step
    ],
)
async def test_an_order_changes_only_as_it_may(story: People, change: str) -> None:
    order = await make.released(story, 100_00)

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(story.maker.scope):
            await db.execute(f"UPDATE payout SET {change} WHERE id = $1", order.id)


async def test_orders_are_settled_in_place(story: People) -> None:
    """No index holds what settling changes: the row's next version is found through the same entries."""
    indexed = await db.fetch(
        "SELECT pg_get_indexdef(indexrelid) AS said FROM pg_index WHERE indrelid = 'payout'::regclass"
        " AND pg_get_indexdef(indexrelid) ~ '(state|settled_on|version)'"
    )
    assert [row["said"] for row in indexed] == []
    assert await db.fetchval("SELECT reloptions FROM pg_class WHERE oid = 'payout'::regclass") == ["fillfactor=50"]
