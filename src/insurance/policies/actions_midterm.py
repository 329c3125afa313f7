"""What every change of a policy in mid-term shares: the policy held, its papers asked for, the endorsement written, booked and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, LostUpdate, NotFound
from insurance.base.text import t
from insurance.finance import store as finance_store
from insurance.finance.model import Event
from insurance.finance.rules import postings
from insurance.policies import lifecycle, store, store_midterm
from insurance.policies.held import Held, Reckoned
from insurance.policies.lifecycle import PolicyVerb
from insurance.policies.model import Payer
from insurance.policies.model_midterm import EndorsementKind
from insurance.policies.rules_midterm import Worked
from insurance.policies.store_midterm import NewEndorsement
from insurance.projects.model import PaperKind

_VERBS = {EndorsementKind.CANCELLATION: PolicyVerb.CANCEL, EndorsementKind.EXCESS_REFUND: PolicyVerb.REFUND}


async def hold(policy_id: int, version: int | None = None, *, lock: bool = True) -> Held:
    """The policy of a change; held until the end of the transaction if `lock`. Raises NotFound, LostUpdate (another version)."""
    found = await store_midterm.held(policy_id, lock=lock)
    if found is None:
        raise NotFound(t("没有这份保单，或不在您的范围内"))
    if version not in (None, found.version):
        raise lost_update()
    return found


def lost_update() -> LostUpdate:
    """Somebody else was first."""
    return LostUpdate(t("您打开后有人改过这份保单，请核对后重新提交"))


async def paper(held: Held, document_id: int | None, kinds: Sequence[PaperKind], field: str = "document") -> None:
    """Refuse without a paper of one of these kinds on file of the project (none asked for: any paper of it will do, or none)."""
    if document_id is None:
        if kinds:
            raise Invalid.field(field, t("请选择已收存的书面材料（批改、退保申请书等）"))
        return
    kind = await store_midterm.paper_of(document_id, held.project_id)
    if kind is None or (kinds and kind not in {one.value for one in kinds}):
        raise Invalid.field(field, t("这不是该项目已收存的相应材料"))


async def write(reckoned: Reckoned, *, actor: Actor) -> int:
    """Record the endorsement: schedule, shares, books, event and audit row; answers its id. Raises WrongState, LostUpdate."""
    held, plan, worked = reckoned.held, reckoned.plan, reckoned.worked
    verb = PolicyVerb.LAPSE if plan.never_covered and plan.ground is None else _VERBS.get(plan.kind, PolicyVerb.ENDORSE)
    state = lifecycle.after(verb, held.state)
    known = {"ownership": held.known_ownership, "operation": held.known_operation, "situation": held.known_situation}
    new = NewEndorsement(
        kind=plan.kind, ground=plan.ground, effective_on=plan.effective_on, reason=plan.reason, document_id=plan.document_id,
        claim_id=plan.claim_id, inputs=plan.inputs, footing=plan.footing, worked=worked, judgement=plan.judgement,
        notes=plan.notes, state=state,
        sum_insured_fen=reckoned.sum_insured_fen, ends=plan.ends, insured_party_id=plan.insured_party_id or held.insured_party_id,
        ends_before=plan.ends_before, never_covered=plan.never_covered or held.never_covered, known={**known, **plan.known},
        application_document_id=plan.application_document_id or held.application_document_id,
        title_document_id=plan.title_document_id or held.title_document_id,
    )  # fmt: skip
    with db.refusing({"endorsement_policy_id_policy_version_key": lost_update().text}):
        made = await store_midterm.add_endorsement(held, new, on=actor.on, by=actor.user_id)
    if made is None:
        raise lost_update()
    endorsement_id, number = made
    facts: dict[str, Any] = {"endorsement": endorsement_id, "number": number, "kind": plan.kind, "effective_on": plan.effective_on}
    await store.add_events([held.id], verb, held.state, state, [facts], on=actor.on, by=actor.user_id)
    await _book(held, worked, actor)
    amounts = {"charged_fen": worked.charged_fen, "returned_fen": worked.returned_fen}
    ground = {"ground": plan.ground} if plan.ground else {}
    await audit.record(actor, _audit_verb(verb), f"policy:{held.id}", **facts, **ground, **amounts)
    return endorsement_id


def _audit_verb(verb: PolicyVerb) -> str:
    words = {PolicyVerb.CANCEL: "cancelled", PolicyVerb.LAPSE: "lapsed", PolicyVerb.REFUND: "refunded"}
    return f"policy.{words.get(verb, 'endorsed')}"


async def _book(held: Held, worked: Worked, actor: Actor) -> None:
    """Premium due and premium given back, each by who bears it. What is given back of premium that was paid is owed to its payer."""
    transfers = [
        transfer
        for event, shares in ((Event.PREMIUM_DUE, worked.charged), (Event.REFUND, worked.returned))
        for transfer in postings(event, sum(shares.values()) - shares.get(Payer.INSURED, 0), shares.get(Payer.INSURED, 0))
    ]
    await finance_store.post_transfers(
        transfers, subject=f"policy:{held.id}", region_path=held.region_path, insurer_id=held.insurer_id, booked_on=actor.on,
        made_by=actor.user_id,
    )  # fmt: skip


def inside(held: Held, day: date, *, earliest: date, field: str = "effective_on") -> None:
    """Raises Invalid for a day before `earliest` or after the last day of cover."""
    if not earliest <= day < held.period.ends_before:
        first, last = earliest.isoformat(), held.period.last_day.isoformat()
        raise Invalid.field(field, t("应在 {first} 至 {last} 之间", first=first, last=last))


def unused(field: str) -> FieldFault:
    """A field that this kind of change does not take."""
    return FieldFault(field, t("这种批改不填这一项"))
