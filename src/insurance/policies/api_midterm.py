"""JSON of policies in mid-term: endorsements, cancellation, renewal of one or many; tried out and done."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from msgspec import Meta

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.base.errors import InsuranceError, Invalid, NotFound
from insurance.base.text import t
from insurance.policies import actions, actions_cancel, actions_endorse, actions_renew
from insurance.policies.actions_renew import MOST, RenewalView, Renewed
from insurance.policies.api_projects import answer
from insurance.policies.entries import CancellationEntry, EndorsementEntry, RenewalEntry, RowId
from insurance.policies.model import Cover
from insurance.policies.views import PolicyWhole
from insurance.policies.views_midterm import EndorsementView
from insurance.policies.views_quotes import RefusalView, refusal_view

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


# -- cancellation -------------------------------------------------------------------------------------------------------

_CANCELLATION = {"version": 1, "ground": "WISH", "reason": "项目已出让", "document": 12}


@post(
    "/policies/{policy_id:int}/cancellation",
    guards=[needs("policy.cancel")],
    status_code=201,
    opt=takes(CancellationEntry, _CANCELLATION, EndorsementView),
)
async def cancel(request: Req, policy_id: Id) -> Response[bytes]:
    """Cancel a policy: by the policyholder, after a partial loss, or rescinded by the insurer; what is unearned goes back to the payers.

    Losses before `effective_on` run off: claims are no obstacle, they are named in the notes.
    """
    given = await read_json(request, CancellationEntry)
    where = f"/api/v1/policies/{policy_id}/cancellation"
    return await once(request, lambda: actions_cancel.cancel(policy_id, given, actor=request.user), status=201, location=lambda _: where)


@post(
    "/policies/{policy_id:int}/cancellation/trial",
    guards=[needs("policy.cancel")],
    status_code=200,
    opt=takes(CancellationEntry, _CANCELLATION, EndorsementView),
)
async def try_cancellation(request: Req, policy_id: Id) -> Response[bytes]:
    """The same tried out: what goes back, to whom and why; nothing is stored."""
    given = await read_json(request, CancellationEntry)
    return answer(await actions_cancel.preview(policy_id, given, actor=request.user))


@get("/policies/{policy_id:int}/cancellation", guards=[needs("policy.read")], opt={"answers": EndorsementView})
async def one_cancellation(request: Req, policy_id: Id) -> Response[bytes]:
    """How a policy was cancelled; 404 where it was not."""
    return answer(await actions_cancel.cancellation(policy_id, actor=request.user))


# -- renewal ------------------------------------------------------------------------------------------------------------


class RenewalsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Policies to renew: by their ids, or all that end within so many days (of a cover, of towns or counties) and were not renewed."""

    policies: Annotated[list[RowId], Meta(max_length=MOST)] = []
    expiring_within_days: Annotated[int, Meta(ge=0, le=366)] | None = None
    cover: Cover | None = None
    towns: Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=200)] = []
    insurer: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class RenewalOutcome(msgspec.Struct, frozen=True):
    """One policy of many: the policy that follows it, or why there is none."""

    policy: int
    number: str | None
    renewed_by: int | None
    renewed_number: str | None
    premium_fen: int | None
    refusal: RefusalView | None


class RenewalOutcomes(msgspec.Struct, frozen=True):
    """Each policy in the order asked; what was refused did not hold the others back."""

    renewed: int
    refused: int
    items: list[RenewalOutcome]


@post(
    "/policies/{policy_id:int}/renewal",
    guards=[needs("policy.renew")],
    status_code=201,
    opt=takes(RenewalEntry, {}, PolicyWhole),
)
async def renew(request: Req, policy_id: Id) -> Response[bytes]:
    """A new policy for the following period: value, eligibility, terms and insurer of its first day; a new signed application is needed."""
    given, actor = await read_json(request, RenewalEntry), request.user

    async def act() -> PolicyWhole:
        bound = await actions_renew.renew(policy_id, given, actor=actor)
        return await actions.policy(bound.id, actor=actor)

    return await once(request, act, status=201, location=lambda made: f"/api/v1/policies/{made.id}")


@get("/policies/{policy_id:int}/renewal", guards=[needs("policy.read")], opt={"answers": RenewalView})
async def one_renewal(request: Req, policy_id: Id) -> Response[bytes]:
    """The policy that renewed this one; without one, what a renewal would be today and what stands against it."""
    found = await actions_renew.renewals([policy_id], actor=request.user)
    if not found:
        raise NotFound(t("没有这份保单，或不在您的范围内"))
    return answer(found[0])


@post(
    "/policies/renewals",
    guards=[needs("policy.renew")],
    status_code=200,
    opt=takes(RenewalsBody, {"expiring_within_days": 60, "towns": ["370404001"]}, RenewalOutcomes),
)
async def renew_many(request: Req) -> Response[bytes]:
    """Renew many in one act; each is answered with its new policy or its refusal."""
    given, actor = await read_json(request, RenewalsBody), request.user
    if bool(given.policies) == (given.expiring_within_days is not None):
        raise Invalid.field("policies", t("请给出保单，或到期天数，二者取一"))

    async def act() -> RenewalOutcomes:
        ids = given.policies
        if given.expiring_within_days is not None:
            ids = await actions_renew.expiring(
                actor=actor, within_days=given.expiring_within_days, cover=given.cover, towns=given.towns, limit=MOST
            )  # fmt: skip
        done = await actions_renew.renew_many(ids, actor=actor, insurer=given.insurer)
        items = [_outcome(one, actor.language) for one in done]
        renewed = sum(item.renewed_by is not None for item in items)
        return RenewalOutcomes(renewed, len(items) - renewed, items)

    return await once(request, act)


def _outcome(one: Renewed, language: str) -> RenewalOutcome:
    if isinstance(one.outcome, InsuranceError):
        return RenewalOutcome(one.policy_id, one.number, None, None, None, refusal_view(one.outcome, language))
    bound = one.outcome
    return RenewalOutcome(one.policy_id, one.number, bound.id, bound.number, bound.premium_fen, None)


handlers: list[Any] = [
    endorse, try_endorsement, list_endorsements, one_endorsement, cancel, try_cancellation, one_cancellation, renew, one_renewal,
    renew_many,
]  # fmt: skip
