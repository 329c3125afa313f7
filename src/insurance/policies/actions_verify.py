"""The proof of every stored amount: each policy and endorsement worked out again from what it rests on, by the words it was sold with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.policies import store, store_midterm
from insurance.policies.actions_underwriting import Grounds, price
from insurance.policies.model import Cover, Payer, Quote, QuoteItem
from insurance.policies.rules_midterm import Footing, work_out
from insurance.policies.rules_opening import StatedPolicy, opening_quote
from insurance.policies.rules_quote import InsuredAsset
from insurance.policies.terms import terms_by
from insurance.policies.views import revived

_BATCH = 500


def recompute(row: Any) -> Quote:
    """The quote of a row of `sql/stored_policies.sql`, worked out anew. Refused where its terms are gone or changed.

    An opening policy is worked out from what was stated and the assets as they were known then.
    """
    if row["opening"]:
        stated = msgspec.convert(row["stated"], StatedPolicy)
        assets = msgspec.convert(row["assets"], tuple[InsuredAsset, ...])
        return opening_quote(stated, assets, terms_by(stated.cover, row["terms_version"], row["terms_checksum"]))
    grounds = msgspec.convert(revived(row["judgement"]), Grounds)
    return price(Cover(row["cover"]), store.period_of(row), grounds, (row["terms_version"], row["terms_checksum"]))


def offences(row: Any) -> Iterator[str]:
    """What differs between a stored policy and its working; for whoever runs the check, so in English."""
    try:
        anew = recompute(row)
    except (InsuranceError, msgspec.ValidationError) as wrong:
        yield f"policy {row['number']}: {wrong}"
        return
    if row["opening"] and row["digest"] != msgspec.convert(row["stated"], StatedPolicy).digest:
        yield f"policy {row['number']}: what was stated at the opening was changed"
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


# -- endorsements -------------------------------------------------------------------------------------------------------


def endorsement_offences(row: Any) -> Iterator[str]:
    """What differs between a row of `sql/stored_endorsements.sql` and its working."""
    name = f"endorsement {row['number']} of policy {row['policy_number']}"
    try:
        footing = msgspec.convert(revived(row["basis"]), Footing)
        worked = work_out(footing, terms_by(Cover(row["cover"]), row["terms_version"], row["terms_checksum"]))
    except (InsuranceError, msgspec.ValidationError) as wrong:
        yield f"{name}: {wrong}"
        return
    for amount in ("charged_fen", "returned_fen"):
        if row[amount] != getattr(worked, amount):
            yield f"{name}: {amount} is {row[amount]}, worked out anew {getattr(worked, amount)}"
    if row["shares"] != {payer.value: fen for payer, fen in worked.shares.items()}:
        yield f"{name}: the shares differ"
    if row["lines"] != [msgspec.to_builtins(line) for line in worked.lines]:
        yield f"{name}: what it does to the lines of the schedule differs"
    if row["steps"] != msgspec.json.decode(msgspec.json.encode(worked.steps)):
        yield f"{name}: its steps come out otherwise"
    yield from _added_offences(name, row, worked.items)


def _added_offences(name: str, row: Any, items: tuple[QuoteItem, ...]) -> Iterator[str]:
    same = ("asset_id", "net_value_fen", "sum_insured_fen", "premium_fen", "regime_of_law")
    anew = [{key: getattr(item, key) for key in same} | {"month_values": list(item.month_values_fen)} for item in items]
    if row["added"] != anew:
        yield f"{name}: the lines it added come out otherwise"
    joined = sum(item.sum_insured_fen for item in items)
    if row["sum_after_fen"] - row["sum_before_fen"] != joined - row["ended_sum_fen"]:
        yield f"{name}: the sum insured changes by something else than its lines"


async def verify_endorsements(*, actor: Actor) -> tuple[int, list[str]]:
    """Check every endorsement in scope; answers how many there are, and the offences (empty: all well)."""
    found: list[str] = []
    count = last = 0
    async with db.transaction(actor.scope):
        while rows := await store_midterm.stored_endorsements(last, _BATCH):
            for row in rows:
                found += endorsement_offences(row)
            count, last = count + len(rows), rows[-1]["id"]
    return count, found
