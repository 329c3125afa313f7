"""The sections of a claim's page that stand on their own: each gathers what its template draws, inside the page's transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from insurance.access.model import Actor
from insurance.claims import pages_income, pages_joint, pages_signals
from insurance.claims.model import Claim
from insurance.claims.pages_clocks import clocks_section
from insurance.claims.pages_decision import objections_section
from insurance.claims.pages_letters import letters_section
from insurance.claims.pages_opening_facts import opening_section
from insurance.claims.pages_premium import premium_section
from insurance.claims.pages_recovery import recoveries_section
from insurance.claims.store import Row

Section = Callable[[Claim, Row, Actor], Awaitable[dict[str, Any]]]
SECTIONS: tuple[Section, ...] = (
    clocks_section, objections_section, pages_income.section, pages_joint.section, letters_section, recoveries_section,
    opening_section, pages_signals.section, premium_section,
)  # fmt: skip


async def gathered(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """What all sections show of a claim, by the names their templates use."""
    shown: dict[str, Any] = {}
    for section in SECTIONS:
        shown |= await section(claim, row, actor)
    return shown
