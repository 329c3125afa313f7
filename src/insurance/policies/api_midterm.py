"""JSON of policies in mid-term: endorsements tried out and recorded."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.policies import actions_endorse
from insurance.policies.api_projects import answer
from insurance.policies.entries import EndorsementEntry
from insurance.policies.views_midterm import EndorsementView

_ENDORSEMENT = {"version": 1, "kind": "MODE_CHANGED", "effective_on": "2019-08-12", "reason": "项目自 8 月 12 日起对外出租"}


class EndorsementPage(msgspec.Struct, frozen=True):
    """All endorsements of a policy, oldest first."""

    items: list[EndorsementView]
    next_cursor: str | None = None


def _at(made: EndorsementView) -> str:
    return f"/api/v1/policies/{made.policy}/endorsements/{made.id}"


@post(
    "/policies/{policy_id:int}/endorsements",
    guards=[needs("policy.endorse")],
    status_code=201,
    opt=takes(EndorsementEntry, _ENDORSEMENT, EndorsementView),
)
async def endorse(request: Req, policy_id: Id) -> Response[bytes]:
    """Endorse a policy: an asset joins or leaves, another sum, another insured, a fact judged anew, a sum restored, a paper put right.

    Amounts follow from the policy's own terms; where 收益保 no longer applies it ends from the day of the change.
    """
    given = await read_json(request, EndorsementEntry)
    return await once(request, lambda: actions_endorse.endorse(policy_id, given, actor=request.user), status=201, location=_at)


@post(
    "/policies/{policy_id:int}/endorsements/trial",
    guards=[needs("policy.endorse")],
    status_code=200,
    opt=takes(EndorsementEntry, _ENDORSEMENT, EndorsementView),
)
async def try_endorsement(request: Req, policy_id: Id) -> Response[bytes]:
    """The same tried out: the difference, the refund, every step; nothing is stored, id and number are null."""
    given = await read_json(request, EndorsementEntry)
    return answer(await actions_endorse.preview(policy_id, given, actor=request.user))


@get("/policies/{policy_id:int}/endorsements", guards=[needs("policy.read")], opt={"answers": EndorsementPage})
async def list_endorsements(request: Req, policy_id: Id) -> Response[bytes]:
    """What changed of a policy since it was bound."""
    return answer(EndorsementPage(await actions_endorse.endorsements(policy_id, actor=request.user)))


@get("/policies/{policy_id:int}/endorsements/{endorsement_id:int}", guards=[needs("policy.read")], opt={"answers": EndorsementView})
async def one_endorsement(request: Req, policy_id: Id, endorsement_id: Id) -> Response[bytes]:
    """One endorsement with its whole working."""
    return answer(await actions_endorse.endorsement(policy_id, endorsement_id, actor=request.user))


handlers: list[Any] = [endorse, try_endorsement, list_endorsements, one_endorsement]
