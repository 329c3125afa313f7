"""A cover whose wording waits for premium: the claim names payer, amount and days, and whoever approves says what was decided about it."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base.errors import Invalid
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims.model import UnpaidPremium
from insurance.claims.store import Row
from insurance.policies.actions_premium_read import waits
from insurance.policies.model import Cover
from insurance.policies.names import PAYER_NAMES


async def unpaid_premium(row: Row) -> tuple[UnpaidPremium, ...]:
    """Whose premium had not come in in full on the day of loss, where the wording waits for it; runs inside the caller's transaction."""
    found = await waits(row["policy_id"], Cover(row["cover"]), row["terms_version"], row["terms_checksum"], row["loss_on"])
    return tuple(UnpaidPremium(payer=one.payer.value, amount_fen=one.amount_fen, due_on=one.due_on, days=one.days) for one in found)


def said_of(one: UnpaidPremium) -> Text:
    """One payer in words."""
    name = next(name for payer, name in PAYER_NAMES.items() if payer == one.payer)
    return t("{payer}欠 {amount} 元，到出险日已 {days} 天", payer=name, amount=yuan(one.amount_fen), days=one.days)


async def decided_despite(row: Row, decision: str, *, actor: Actor) -> dict[str, Any]:
    """What was decided about premium that had not come in, as facts of the approval; nothing where the cover waited for none.

    Reporting, survey and assessment are never held up by it. Raises Invalid (`premium_decision`) naming payer and days where no decision is
    stated, and where there is nothing to decide.
    """
    found, said = await unpaid_premium(row), decision.strip()
    if not found:
        if said:
            raise Invalid.field("premium_decision", t("本案不等保费，请删去这一项"))
        return {}
    if not said:
        who = render(t("；"), actor.language).join(render(said_of(one), actor.language) for one in found)
        raise Invalid.field("premium_decision", t("条款约定保费到账才承担责任。{who}。请写明如何决定", who=who))
    return {
        "premium_unpaid": [{"payer": one.payer, "unpaid_fen": one.amount_fen, "days": one.days} for one in found],
        "premium_decision": said,
    }
