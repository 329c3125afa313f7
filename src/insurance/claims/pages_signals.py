"""What a claim's page shows beside its papers: signals about its photos, and the papers its project has on file."""

from __future__ import annotations

from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base.text import render
from insurance.claims import actions_signals, store_evidence
from insurance.claims.model import Claim
from insurance.claims.store import Row
from insurance.projects import documents
from insurance.projects.pages_names import PAPER_NAMES


async def section(claim: Claim, _: Row, actor: Actor) -> dict[str, Any]:
    """`signals` None where the reader may not see them, or where there is no photo to ask about."""
    papers = await documents.papers_of("project", claim.project.id, actor=actor)
    names = {kind.value: render(name, actor.language) for kind, name in PAPER_NAMES.items()}
    asked = may(actor.role, "signal.read") and await store_evidence.has_photos(claim.id)
    return {
        "signals": await actions_signals.of_claim(claim.id, actor=actor) if asked else None,
        "project_papers": [msgspec.structs.replace(one, kind=names.get(one.kind, one.kind)) for one in papers],
    }
