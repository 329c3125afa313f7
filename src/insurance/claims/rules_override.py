"""改定: a total that somebody puts in the place of the computed one, with the reason and the difference shown; pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import Fen, largest_remainder, yuan
from insurance.base.text import t
from insurance.claims.model_verbs import Override
from insurance.claims.working import Working
from insurance.policies.model import Step

_LAST = frozenset({"payable", "recovery"})  # steps that follow from the total


class Computed(msgspec.Struct, frozen=True):
    """What a claim comes to, in fen; `nets_fen` is each item's indemnity by its key, `left_fen` the most it may be."""

    indemnity_fen: Fen
    total_fen: Fen
    payable_fen: Fen
    recovery_fen: Fen
    nets_fen: Mapping[str, Fen]
    steps: tuple[Step, ...]
    left_fen: Mapping[str, Fen]


def overridden(computed: Computed, override: Override, interim_paid_fen: Fen) -> Computed:
    """Replace the total: costs stay as computed and the rest is indemnity, shared over the items as far as each may be paid.

    Raises Invalid (`override.amount_fen`, `override.reason`): never above the sums insured that are left and the costs, never
    without a reason.
    """
    if not override.reason.strip():
        raise Invalid.field("override.reason", t("改定金额须写明理由"))
    costs = computed.total_fen - computed.indemnity_fen
    most = sum(computed.left_fen.values()) + costs
    amount = override.amount_fen
    if amount > most:
        raise Invalid.field("override.amount_fen", t("改定金额最多 {most} 元：有效保险金额余额加施救、查勘费用", most=yuan(most)))
    indemnity = max(0, amount - costs)
    nets = _shared(indemnity, computed.nets_fen, computed.left_fen)
    working = Working(step for step in computed.steps if step.rule not in _LAST)
    difference, reason = amount - computed.total_fen, override.reason.strip()
    told = {"computed": yuan(computed.total_fen), "amount": yuan(amount), "difference": yuan(difference), "reason": reason}
    text = t("计算 {computed} 元，改定为 {amount} 元，相差 {difference} 元。理由：{reason}", **told)
    working.add(
        "override", amount, text, computed_fen=computed.total_fen, override_fen=amount, difference_fen=difference, most_fen=most,
        reason=reason,
    )  # fmt: skip
    payable, recovery = working.less_interim(amount, interim_paid_fen)
    return Computed(indemnity, amount, payable, recovery, nets, tuple(working.steps), computed.left_fen)


def _shared(indemnity: Fen, nets: Mapping[str, Fen], left: Mapping[str, Fen]) -> Mapping[str, Fen]:
    """The items' new indemnities: less in proportion to what each was to get, more in proportion to what each may still get."""
    before = sum(nets.values())
    if not nets or indemnity == before:
        return nets
    if indemnity < before:
        return largest_remainder(indemnity, nets)
    more = largest_remainder(indemnity - before, {key: left[key] - net for key, net in nets.items()})
    return {key: net + more[key] for key, net in nets.items()}
