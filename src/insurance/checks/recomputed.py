"""Checks that work an amount out anew, by the words it was decided with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from insurance.access.actions import system
from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.checks.model import MOST, Asked, Check
from insurance.claims.actions_assessment import inputs_of
from insurance.claims.assessed import compute
from insurance.policies import actions_verify
from insurance.settings import settings

_ASSESSMENTS = """SELECT a.id, a.version, c.number, a.inputs, a.steps, a.indemnity_fen, a.total_fen, a.payable_fen,
ARRAY(SELECT l.net_fen FROM assessment_line l WHERE l.assessment_id = a.id ORDER BY l.ordinal) AS nets
FROM assessment a JOIN claim c ON c.id = a.claim_id WHERE a.id > $1 ORDER BY a.id LIMIT 500"""


async def policies_recomputed() -> Check:
    """Every policy priced again from its grounds by its own version of the terms."""
    count, found = await actions_verify.verify(actor=system(settings().city))
    return Check("policies_recomputed", found[:MOST], f"every amount of a policy comes out the same by its own terms ({count:,} policies)")


def _offences(row: Any) -> Iterator[str]:
    """What differs between a stored assessment and its working."""
    name = f"claim {row['number']}, assessment {row['version']}"
    try:
        anew = compute(inputs_of(row).basis)
    except (InsuranceError, msgspec.ValidationError) as wrong:
        yield f"{name}: {wrong}"
        return
    for amount in ("indemnity_fen", "total_fen", "payable_fen"):
        if row[amount] != getattr(anew, amount):
            yield f"{name}: {amount} is {row[amount]}, worked out anew {getattr(anew, amount)}"
    if row["nets"] != list(anew.nets_fen.values()):
        yield f"{name}: its lines come to other amounts"
    if row["steps"] != msgspec.json.decode(msgspec.json.encode(anew.steps)):
        yield f"{name}: its steps come out otherwise"


async def assessments_recomputed() -> Check:
    """Every assessment worked out again from its kept inputs: the same lines and steps to the last fen."""
    found: list[str] = []
    count = last = 0
    while rows := await db.fetch(_ASSESSMENTS, last):
        for row in rows:
            found += _offences(row)
        count, last = count + len(rows), rows[-1]["id"]
    return Check("assessments_recomputed", found[:MOST], f"every assessment comes out the same from its inputs ({count:,} assessments)")


RECOMPUTED: tuple[Asked, ...] = (policies_recomputed, assessments_recomputed)
