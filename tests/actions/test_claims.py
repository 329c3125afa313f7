"""The verbs of a claim: what each does, and every way it refuses."""

from __future__ import annotations

import pytest

from insurance.claims.model import ClaimState
from make.claims import claim_in
from people import People


@pytest.mark.parametrize("state", list(ClaimState))
async def test_the_verbs_lead_to_every_state(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)

    assert claim.state is state
