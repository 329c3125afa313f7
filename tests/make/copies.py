"""A claim that is being paid, many times over: copied row by row, so that there are as many as a test needs."""

from __future__ import annotations

from insurance.base import db
from insurance.claims.model import Claim
from insurance.finance import rules
from people import People

_OWN = {
    "claim": {"number": "c.number || '-' || n", "loss_on": "c.loss_on - n::integer"},  # one live claim for each loss day
    "claim_part": {"claim_id": "n", "decision_id": "NULL"},
    "payout": {"number": "c.number || '-' || n", "part_id": "n", "token": "($3::text[])[row_number() OVER (ORDER BY n)]"},
}


async def _copied(table: str, of_id: int, each: list[int], *more: object) -> list[int]:
    """A copy of a row for each number, with what must be its own; answers the ids in their order."""
    columns = await db.fetch(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1"
        " AND is_generated = 'NEVER' AND column_name <> 'id'",
        table,
    )
    names = [row["name"] for row in columns]
    said = ", ".join(_OWN[table].get(name, f"c.{name}") for name in names)
    rows = await db.fetch(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {said} FROM {table} c CROSS JOIN unnest($2::bigint[]) n"
        " WHERE c.id = $1 ORDER BY n RETURNING id",
        of_id, each, *more,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def paying(claim: Claim, count: int, story: People, *, first: int = 1) -> tuple[list[int], list[str]]:
    """So many claims like this one, whose order is on its way to the bank: their ids, and the tokens of their orders.

    `first`: where counting begins, other claims having been copied before.
    """
    (part,) = claim.parts
    assert part.payout is not None
    tokens = [rules.make_token(story.maker.on, 50_000 + first + place) for place in range(count)]
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/", "*")):
        claims = await _copied("claim", claim.id, list(range(first, first + count)))
        parts = await _copied("claim_part", part.id, claims)
        await _copied("payout", part.payout.id, parts, tokens)
    return claims, tokens
