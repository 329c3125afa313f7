"""The proof of every stored amount: each policy priced again from what it rests on, by the words it was sold with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.policies import store
from insurance.policies.actions_underwriting import Grounds, price
from insurance.policies.model import Cover, Payer, Quote
from insurance.policies.views import revived

_BATCH = 500


def recompute(row: Any) -> Quote:
    """The quote of a row of `sql/stored_policies.sql`, worked out anew. Refused where its terms are gone or changed."""
    grounds = msgspec.convert(revived(row["judgement"]), Grounds)
    return price(Cover(row["cover"]), store.period_of(row), grounds, (row["terms_version"], row["terms_checksum"]))


def offences(row: Any) -> Iterator[str]:
    """What differs between a stored policy and its working; for whoever runs the check, so in English."""
    try:
        anew = recompute(row)
    except (InsuranceError, msgspec.ValidationError) as wrong:
        yield f"policy {row['number']}: {wrong}"
        return
    for name in ("sum_insured_fen", "guaranteed_fen", "premium_fen"):
        if row[name] != getattr(anew, name):
            yield f"policy {row['number']}: {name} is {row[name]}, worked out anew {getattr(anew, name)}"
    if row["shares"] != {share.payer.value: share.amount_fen for share in anew.shares}:
        yield f"policy {row['number']}: the shares of the premium differ"
    if sum(row["shares"].get(payer.value, 0) for payer in Payer) != row["premium_fen"]:
        yield f"policy {row['number']}: the shares do not add up to the premium"
    yield from _item_offences(row, anew)


def _item_offences(row: Any, anew: Quote) -> Iterator[str]:
    items = {item.asset_id: item for item in anew.items}
    if items.keys() != {stored["asset_id"] for stored in row["items"]}:
        yield f"policy {row['number']}: the schedule has other assets"
        return
    for stored in row["items"]:
        item = items[stored["asset_id"]]
        same = ("net_value_fen", "sum_insured_fen", "premium_fen", "regime_of_law")
        if any(stored[name] != getattr(item, name) for name in same) or stored["month_values"] != list(item.month_values_fen):
            yield f"policy {row['number']}: asset {item.asset_id} differs"
    if row["items"] and sum(stored["sum_insured_fen"] for stored in row["items"]) != row["sum_insured_fen"]:
        yield f"policy {row['number']}: the lines do not add up to the sum insured"
    if row["items"] and sum(stored["premium_fen"] for stored in row["items"]) != row["premium_fen"]:
        yield f"policy {row['number']}: the lines do not add up to the premium"


async def verify(*, actor: Actor) -> tuple[int, list[str]]:
    """Check every policy in scope; answers how many there are, and the offences (empty: all well)."""
    found: list[str] = []
    count = last = 0
    async with db.transaction(actor.scope):
        while rows := await store.stored_policies(last, _BATCH):
            for row in rows:
                found += offences(row)
            count, last = count + len(rows), rows[-1]["id"]
    return count, found
