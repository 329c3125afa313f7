"""Premium given back for over-insurance 超额、重复保险 (保险法 55, 56): the claim side finds it, the policy gives it back, once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.money import Fen
from insurance.base.text import render, t
from insurance.policies import store_midterm
from insurance.policies.actions_midterm import hold, write
from insurance.policies.held import Held, HeldLine, Plan, reckon
from insurance.policies.model_midterm import EndorsementKind, Excess
from insurance.policies.rules_midterm import Footing
from insurance.policies.views_midterm import EndorsementView, endorsement_view


class OverInsured(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule whose sums insured (its own first, then those of other insurers) exceed its value, in fen."""

    policy_item_id: int
    sums_insured_fen: tuple[Fen, ...]
    value_fen: Fen


async def refund_excess(policy_id: int, claim_id: int, lines: Sequence[OverInsured], *, actor: Actor) -> EndorsementView | None:
    """Give back the premium of the void part of these sums: premium x (S - V) / S of each line, S over all insurers.

    Once for a policy and claim: asked again, the first endorsement answers and nothing is written. None where nothing is due. Also for
    a policy that has ended meanwhile. Raises NotFound outside the scope, Invalid for a line the policy never had.
    """
    async with db.transaction(actor.scope):
        held = await hold(policy_id)
        endorsement_id = await store_midterm.excess_of(policy_id, claim_id)
        if endorsement_id is None:
            plan = _plan(held, claim_id, lines, actor)
            reckoned = reckon(held, plan)
            if not reckoned.worked.returned_fen:
                return None
            endorsement_id = await write(reckoned, actor=actor)
        return endorsement_view((await store_midterm.endorsements(endorsement_id=endorsement_id))[0], actor.language)


def _plan(held: Held, claim_id: int, lines: Sequence[OverInsured], actor: Actor) -> Plan:
    known = {line.id: line for line in held.schedule}
    if not {one.policy_item_id for one in lines} <= known.keys():
        raise Invalid.field("policy_item_id", t("该资产不在保险清单内"))
    excess = tuple(
        Excess(
            policy_item_id=one.policy_item_id, name=known[one.policy_item_id].name, premium_fen=_kept(known[one.policy_item_id]),
            sums_insured_fen=one.sums_insured_fen, value_fen=one.value_fen, given_back_fen=known[one.policy_item_id].excess_fen,
        )
        for one in lines
    )  # fmt: skip
    return Plan(
        kind=EndorsementKind.EXCESS_REFUND,
        effective_on=actor.on,
        reason=render(t("保险金额超过保险价值的部分无效，退还相应的保险费（保险法第五十五条、第五十六条）"), "zh"),
        inputs={"lines": lines},
        footing=Footing(excess=excess, borne_fen=held.borne_fen),
        claim_id=claim_id,
    )


def _kept(line: HeldLine) -> Fen:
    """The premium of a line that has not gone back for other reasons: of what went back nothing goes back again."""
    return max(0, line.premium_fen - (line.returned_fen - line.excess_fen))
