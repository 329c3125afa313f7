"""Checks that work an amount out anew, by the words it was decided with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import msgspec

from insurance.access.actions import system
from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.checks.model import MOST, Asked, Check
from insurance.checks.sharings import sharings_recomputed
from insurance.claims.actions_assessment import Inputs, inputs_of
from insurance.claims.assessed import AssetBasis, compute
from insurance.claims.assessed_ground import basis_of
from insurance.policies import actions_verify
from insurance.policies.terms import terms_by
from insurance.settings import settings

ASSESSMENTS = """SELECT a.id, a.version, c.number, c.peril, c.loss_on, c.procedure_version, p.cover, p.terms_version AS sold_version,
p.terms_checksum AS sold_checksum, a.terms_version, a.terms_checksum, a.inputs, a.steps, a.indemnity_fen, a.total_fen, a.payable_fen,
ARRAY(SELECT jsonb_build_array(l.policy_item_id, l.value_fen, l.sum_insured_fen, l.loss_fen, l.salvage_fen, l.net_fen)
      FROM assessment_line l WHERE l.assessment_id = a.id ORDER BY l.ordinal) AS lines
FROM assessment a JOIN claim c ON c.id = a.claim_id JOIN policy p ON p.id = c.policy_id WHERE a.id > $1 ORDER BY a.id LIMIT 500"""
_LINE = ("policy_item_id", "value_fen", "sum_insured_fen", "loss_fen", "salvage_fen", "net_fen")


async def policies_recomputed() -> Check:
    """Every policy priced again from its grounds by its own version of the terms."""
    count, found = await actions_verify.verify(actor=system(settings().city))
    return Check("policies_recomputed", found[:MOST], f"every amount of a policy comes out the same by its own terms ({count:,} policies)")


async def endorsements_recomputed() -> Check:
    """Every endorsement worked out again from its footing by the terms of its policy."""
    count, found = await actions_verify.verify_endorsements(actor=system(settings().city))
    return Check("endorsements_recomputed", found[:MOST], f"every endorsement comes out the same by its own terms ({count:,} endorsements)")


def offences(row: Any) -> Iterator[str]:
    """What differs between a stored assessment and its working; for whoever runs the check, so in English."""
    name = f"claim {row['number']}, assessment {row['version']}"
    try:
        inputs = inputs_of(row)
        yield from (f"{name}: {wrong}" for wrong in _input_offences(row, inputs))
        anew = compute(inputs.basis)
    except (InsuranceError, msgspec.ValidationError) as wrong:
        yield f"{name}: {wrong}"
        return
    for amount in ("indemnity_fen", "total_fen", "payable_fen"):
        if row[amount] != getattr(anew, amount):
            yield f"{name}: {amount} is {row[amount]}, worked out anew {getattr(anew, amount)}"
    items = inputs.basis.items if isinstance(inputs.basis, AssetBasis) else ()
    lines = [
        [one.policy_item_id, one.loss.value_fen, one.loss.sum_insured_fen, one.loss.loss_fen, one.loss.salvage_fen, anew.nets_fen[one.key]]
        for one in items
    ]
    yield from (f"{name}: {wrong}" for wrong in _line_offences(row["lines"], lines))
    steps = msgspec.json.decode(msgspec.json.encode(anew.steps))
    yield from (f"{name}: {wrong}" for wrong in _step_offences(row["steps"], steps))


def _input_offences(row: Any, inputs: Inputs) -> Iterator[str]:
    """Whether what was filled in, held against its ground by the words that were sold, gives the basis that is stored."""
    if (row["terms_version"], row["terms_checksum"]) != (row["sold_version"], row["sold_checksum"]):
        yield f"its terms {row['terms_version']} are not those of the policy, {row['sold_version']}"
    ground = inputs.ground
    if ground is None:  # stored before grounds were kept
        return
    told = {"cover": row["cover"], "peril": row["peril"], "loss_on": row["loss_on"], "procedure": row["procedure_version"]}
    yield from (f"inputs: {field} is {getattr(ground, field)}, the claim says {is_so}" for field, is_so in told.items()
                if getattr(ground, field) != is_so)  # fmt: skip
    basis = basis_of(inputs.given, ground, terms_by(ground.cover, row["terms_version"], row["terms_checksum"]).wording)
    stored, anew = (msgspec.to_builtins(one) for one in (inputs.basis, basis))
    if stored != anew:
        parts = sorted(part for part in stored.keys() | anew.keys() if stored.get(part) != anew.get(part))
        yield f"inputs: {', '.join(parts)} of the basis are not what was filled in under terms {row['terms_version']}"


def _line_offences(stored: Sequence[Sequence[int]], anew: Sequence[Sequence[int]]) -> Iterator[str]:
    for ordinal, (line, other) in enumerate(zip_longest(stored, anew), start=1):
        if line is None or other is None:
            yield f"line {ordinal} is {'missing' if line is None else 'one too many'}"
            continue
        for field, before, now in zip(_LINE, line, other, strict=True):
            if before != now:
                yield f"line {ordinal}: {field} is {before}, worked out anew {now}"


def _step_offences(stored: Sequence[Any], anew: Sequence[Any]) -> Iterator[str]:
    for place, (step, other) in enumerate(zip_longest(stored, anew), start=1):
        if step != other:
            said = "is missing" if step is None else "is one too many" if other is None else "comes out otherwise"
            yield f"step {place} ({(step or other)['rule']}) {said}"


async def assessments_recomputed() -> Check:
    """Every assessment worked out again from what was filled in, by the terms of its policy: the same lines and steps to the fen."""
    found: list[str] = []
    count = last = 0
    while rows := await db.fetch(ASSESSMENTS, last):
        for row in rows:
            found += offences(row)
        count, last = count + len(rows), rows[-1]["id"]
    return Check("assessments_recomputed", found[:MOST], f"every assessment comes out the same from its inputs ({count:,} assessments)")


RECOMPUTED: tuple[Asked, ...] = (policies_recomputed, endorsements_recomputed, assessments_recomputed, sharings_recomputed)
