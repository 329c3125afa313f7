"""Checks that work a distribution out anew: by the plan and list it names, with the rules it was made with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.checks.model import MOST, Check
from insurance.sharing.model import Inputs
from insurance.sharing.rules import RULES, share

WORKINGS = """SELECT s.id, s.number, s.amount_fen AS head_fen, w.no, w.rules_version, w.inputs, w.steps, w.amount_fen, p.reserve_per_mille,
ARRAY(SELECT jsonb_build_array(h.purpose, h.key, h.amount_fen) FROM sharing_share h
      WHERE h.sharing_id = w.sharing_id AND h.working_no = w.no ORDER BY h.purpose COLLATE "C", h.key COLLATE "C") AS shares,
coalesce((SELECT jsonb_object_agg(q.purpose, q.weight) FROM sharing_plan_purpose q WHERE q.plan_id = w.plan_id), '{}') AS purposes,
coalesce((SELECT jsonb_object_agg(b.key, b.weight) FROM beneficiary b WHERE b.list_id = w.list_id), '{}') AS households
FROM sharing_working w JOIN sharing s ON s.id = w.sharing_id JOIN sharing_plan p ON p.id = w.plan_id
WHERE (w.sharing_id, w.no) > ($1::bigint, $2::integer) ORDER BY w.sharing_id, w.no LIMIT 500"""


def offences(row: Any) -> Iterator[str]:
    """What differs between a stored distribution and its working; for whoever runs the check, so in English."""
    name = f"distribution {row['number']}, working {row['no']}"
    if row["rules_version"] != RULES:
        yield f"{name}: by rules {row['rules_version']}, which nobody knows"
        return
    try:
        inputs = msgspec.convert(row["inputs"], Inputs)
        anew = share(inputs)
    except (InsuranceError, msgspec.ValidationError) as wrong:
        yield f"{name}: {wrong}"
        return
    stated = msgspec.to_builtins(inputs)
    for part in ("purposes", "households", "reserve_per_mille"):
        if stated[part] != row[part]:
            yield f"{name}: {part} of the calculation are not those of its plan and list"
    if {inputs.amount_fen, row["amount_fen"]} != {row["head_fen"]}:
        yield f"{name}: worked out for {inputs.amount_fen} fen, the distribution is over {row['head_fen']}"
    if row["shares"] != sorted([one.purpose.value, one.key, one.amount_fen] for one in anew.shares):
        yield f"{name}: its shares come out otherwise"
    if row["steps"] != msgspec.json.decode(msgspec.json.encode(anew.steps)):
        yield f"{name}: its steps come out otherwise"


async def sharings_recomputed() -> Check:
    """Every calculation of a distribution worked out again from its inputs: the same shares and steps to the fen."""
    found: list[str] = []
    count, last = 0, (0, 0)
    while rows := await db.fetch(WORKINGS, *last):
        for row in rows:
            found += offences(row)
        count, last = count + len(rows), (rows[-1]["id"], rows[-1]["no"])
    return Check(
        "sharings_recomputed", found[:MOST], f"every distribution comes out the same by its plan and list ({count:,} calculations)"
    )
