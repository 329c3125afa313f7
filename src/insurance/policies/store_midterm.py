"""Reads and writes of policies in mid-term: a policy held for a change, its endorsements, what its claims say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.money import Fen
from insurance.policies.held import ClaimOf, Held
from insurance.policies.model import PolicyState
from insurance.policies.model_midterm import EndorsementKind
from insurance.policies.rules_midterm import Footing, Worked
from insurance.policies.store import add_items, period_of


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def held(policy_id: int, *, lock: bool) -> Held | None:
    """The policy with its parts, held until the end of the transaction if `lock`; None outside the scope."""
    row = await db.fetchrow(_sql("policy_held") + ("FOR NO KEY UPDATE OF p" if lock else ""), policy_id)
    if row is None:
        return None
    lines = await db.fetch(_sql("policy_lines"), policy_id)
    borne = await db.fetch(_sql("premium_borne"), policy_id)
    same = {name: row[name] for name in Held.__struct_fields__ if name in row}
    return msgspec.convert(
        same
        | {
            "period": period_of(row),
            "schedule": [dict(line) for line in lines],
            "claims": await claims_of(policy_id),
            "borne_fen": {share["payer"]: share["amount_fen"] for share in borne},
        },
        Held,
    )


async def claims_of(policy_id: int) -> tuple[ClaimOf, ...]:
    """The claims of a policy, oldest first."""
    return tuple(msgspec.convert(dict(row), ClaimOf) for row in await db.fetch(_sql("policy_claims"), policy_id))


async def paper_of(document_id: int, project_id: int) -> str | None:
    """The kind of a paper on file of a project; None where there is no such paper."""
    kind: str | None = await db.fetchval(
        "SELECT kind FROM document WHERE id = $1 AND subject_kind = 'project' AND subject_id = $2", document_id, project_id
    )
    return kind


class NewEndorsement(msgspec.Struct, frozen=True, kw_only=True):
    """What is written of an endorsement, and where it leaves the policy; None leaves what stands."""

    kind: EndorsementKind
    ground: str | None
    effective_on: date
    reason: str
    document_id: int | None
    claim_id: int | None
    inputs: Any
    footing: Footing
    worked: Worked
    judgement: Any
    notes: Sequence[Any]
    state: PolicyState
    sum_insured_fen: Fen
    ends: Sequence[int]  # lines of the schedule that end on the day
    insured_party_id: int | None
    ends_before: date | None
    never_covered: bool
    known: Mapping[str, str | None]  # ownership, operation, situation it was judged by
    application_document_id: int | None
    title_document_id: int | None


async def add_endorsement(before: Held, new: NewEndorsement, *, on: date, by: int) -> tuple[int, str] | None:
    """Write an endorsement and bring the policy to where it leaves it; None when somebody else changed the policy meanwhile."""
    worked, lines = new.worked, new.worked.lines
    changed = None if new.insured_party_id == before.insured_party_id else new.insured_party_id
    made = await db.fetchrow(
        _sql("endorsement_add"), before.id, before.version + 1, new.kind.value, new.ground, new.effective_on, on, new.reason,
        new.document_id, new.claim_id, new.inputs, new.footing, list(worked.steps), new.judgement, worked.charged_fen, worked.returned_fen,
        new.sum_insured_fen, changed, new.ends_before, by, [one.policy_item_id for one in lines], [one.charged_fen for one in lines],
        [one.returned_fen for one in lines], [one.restored_fen for one in lines], [payer.value for payer in worked.shares],
        list(worked.shares.values()), list(new.notes),
    )  # fmt: skip
    assert made is not None
    version = await db.fetchval(
        _sql("policy_endorse"), before.id, before.version, new.state.value, new.sum_insured_fen,
        before.premium_fen + worked.charged_fen - worked.returned_fen, new.insured_party_id,
        None if new.never_covered else new.ends_before, new.never_covered, new.known["ownership"], new.known["operation"],
        new.known["situation"], new.application_document_id, new.title_document_id,
    )  # fmt: skip
    if version is None:
        return None
    if new.ends:
        await db.execute(
            "UPDATE policy_item SET until_on = greatest(value_from_on, $2::date), ended_by = $3 WHERE id = ANY ($1::bigint[])",
            list(new.ends), new.effective_on, made["id"],
        )  # fmt: skip
    if worked.items:
        await add_items([(before.id, item, new.effective_on) for item in worked.items], endorsement_id=made["id"])
    return made["id"], made["number"]


async def endorsements(*, policy_id: int | None = None, endorsement_id: int | None = None, kind: str | None = None) -> list[Any]:
    """Endorsements of a policy, or one of them, oldest first."""
    return await db.fetch(_sql("endorsements"), policy_id, endorsement_id, kind)


async def excess_of(policy_id: int, claim_id: int) -> int | None:
    """The endorsement that gave back over-insurance for a claim, if there is one."""
    found: int | None = await db.fetchval(
        "SELECT id FROM endorsement WHERE policy_id = $1 AND claim_id = $2 AND kind = 'EXCESS_REFUND'", policy_id, claim_id
    )
    return found


async def stored_endorsements(after: int, limit: int) -> list[Any]:
    """Endorsements as they were stored, by id, for the check of every amount."""
    return await db.fetch(_sql("stored_endorsements"), after, limit)


# -- renewal, expiry, what is due ---------------------------------------------------------------------------------------


async def to_renew(policy_ids: Sequence[int]) -> dict[int, Any]:
    """Policies as a renewal starts from them, by id; one outside the scope is absent."""
    return {row["id"]: row for row in await db.fetch(_sql("policies_to_renew"), list(policy_ids))}


async def expiring(
    actor: Actor, first: date, last: date, *, cover: str | None = None, towns: Sequence[str] | None = None, limit: int | None = None
) -> list[int]:
    """Ids of the policies of the actor's scope whose last day lies in these days and that nobody renewed, the first to end first."""
    rows = await db.fetch(
        _sql("policies_expiring"), first, last, cover, actor.county_code, actor.town_code, list(towns) if towns else None,
        actor.insurer_id, limit,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def endorsements_due(actor: Actor, on: date, project_ids: Sequence[int] | None = None) -> list[Any]:
    """Policies in force that the register no longer fits, with the kinds of endorsement each needs."""
    ids = None if project_ids is None else list(project_ids)
    return await db.fetch(_sql("endorsements_due"), on, ids, actor.county_code, actor.town_code, actor.insurer_id)


async def expire(on: date) -> list[Any]:
    """End the policies whose last day is past; answers each with the state it had."""
    return await db.fetch(_sql("policies_expire"), on)
