"""Loss assessment (定损): what is claimed held against policy and wording, the amount with every step, a new version each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.text import Text, t
from insurance.claims import actions_income, store
from insurance.claims.actions_dispute import answered
from insurance.claims.actions_fraud import check_false_parts
from insurance.claims.actions_move import put, take
from insurance.claims.actions_recovery import ordered_less_returned
from insurance.claims.actions_report import wording_of
from insurance.claims.assessed import AssetBasis, Basis, compute, refunds_due
from insurance.claims.assessed_ground import Ground, basis_of
from insurance.claims.model import Claim, Verb, WorkingStep
from insurance.claims.model_verbs import Assessment
from insurance.claims.rules_override import Computed
from insurance.claims.store import Row
from insurance.policies.model import Cover, Peril
from insurance.policies.wording import IncomeWording


class Inputs(msgspec.Struct, frozen=True):
    """What is stored with an assessment: as it was filled in, what it rests on, and what it was held against (None before
    that was kept).
    """

    given: Assessment
    basis: Basis
    ground: Ground | None = None


class AssessedLine(msgspec.Struct, frozen=True):
    """One asset of an assessment, in fen; `refused_reason` is the code of the procedure's reason."""

    ordinal: int
    policy_item_id: int | None
    name: str
    value_fen: int
    sum_insured_fen: int
    reported_fen: int | None
    loss_fen: int
    salvage_fen: int
    net_fen: int
    note: str
    salvage_to_insurer: bool = False
    third_party_fen: int = 0
    refused_fen: int = 0
    refused_reason: str | None = None


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment: its version and the newest one's, lines, totals in fen, working.

    `computed_fen` is the total before an override, None without one; `recovery_fen` what was paid ahead too much;
    `insurer_salvage_fen` the insurer's part of salvage that goes to it; `refund_due_fen` premium to give back for what was
    insured above the value, no part of the claim.
    """

    id: int
    version: int
    newest: int
    assessor_id: int
    assessor: str | None
    assessed_at: str
    terms_version: str
    given: Assessment
    lines: tuple[AssessedLine, ...]
    indemnity_fen: int
    total_fen: int
    computed_fen: int | None
    payable_fen: int
    recovery_fen: int
    insurer_salvage_fen: int
    refund_due_fen: int
    steps: tuple[WorkingStep, ...]
    note: str


async def assessment(claim_id: int, given: Assessment, *, actor: Actor) -> Claim:
    """Assess the loss (定损); the amount follows from policy, wording and what earlier claims of the policy took."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.ASSESSMENT, given.version, actor=actor)
        await check_false_parts(row, given.lines)
        policy = await store.policy_of(row["policy_id"], row["loss_on"])
        inputs = await resolve(row, policy, given, day_of_assessment=actor.on)
        computed = compute(inputs.basis)
        await _keep(row, policy, inputs, computed, actor.user_id, actor)
        said = await answered(row, given, actor=actor, must=False)
        return await put(
            row, Verb.ASSESSMENT, actor=actor, proofs_on=actor.on,
            facts={"total_fen": computed.total_fen, "payable_fen": computed.payable_fen} | said,
            assessed_fen=computed.total_fen, reserve_fen=max(0, computed.total_fen - row["paid_fen"]),
        )  # fmt: skip


async def resolve(row: Row, policy: Any, given: Assessment, *, day_of_assessment: date) -> Inputs:
    """What an assessment rests on, as the policy and its other claims stand now. Raises Invalid by field."""
    cover = Cover(policy["cover"])
    ground = Ground(
        cover=cover, insured=await store.insured(policy, row), peril=Peril(row["peril"]), loss_on=row["loss_on"],
        assessed_on=day_of_assessment, procedure=row["procedure_version"],
        interim_paid_fen=await ordered_less_returned(row),
    )  # fmt: skip
    wording = wording_of(cover, policy["terms_version"], policy["terms_checksum"])
    if isinstance(wording, IncomeWording):
        facts = await actions_income.facts_of(row, ground.insured, wording, given, today=day_of_assessment)
        ground = msgspec.structs.replace(ground, income=facts)
    return Inputs(given, basis_of(given, ground, wording), ground.about(given))


async def _as_it_stands(row: Row, policy: Any, latest: Any) -> tuple[Inputs, Computed]:
    """What the newest assessment would rest on today, and its amount. Raises Refused where what was filled in no longer fits."""
    try:
        inputs = await resolve(row, policy, inputs_of(latest).given, day_of_assessment=_day(latest))
        return inputs, compute(inputs.basis)
    except Invalid as gone:
        raise _changed() from gone


def _changed() -> Refused:
    return Refused(t("定损后依据有变化（同一保单的其他赔款、预付赔款、收益报表或同期产业保赔款），请重新定损"))


async def _keep(row: Row, policy: Any, inputs: Inputs, computed: Computed, assessor_id: int, actor: Actor) -> int:
    lines = [
        (
            item.policy_item_id, item.loss.value_fen, item.loss.sum_insured_fen, item.reported_fen, item.loss.loss_fen,
            item.loss.salvage_fen, computed.nets_fen[item.key], item.note,
        )
        for item in (inputs.basis.items if isinstance(inputs.basis, AssetBasis) else ())
    ]  # fmt: skip
    columns = (
        assessor_id, actor.at, policy["terms_version"], policy["terms_checksum"], inputs, computed.steps, computed.indemnity_fen,
        computed.total_fen, computed.payable_fen, inputs.given.note.strip(),
    )  # fmt: skip
    made = await store.add_assessment(row, columns, lines)
    return int(made["id"])


async def restate(row: Row, actor: Actor) -> None:
    """After an interim payment: the same assessment once more, with what was ordered taken off. The assessor stays the same."""
    latest = await store.latest_assessment(row["id"])
    if latest is None:
        return
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    inputs, computed = await _as_it_stands(row, policy, latest)
    await _keep(row, policy, inputs, computed, latest["assessor_id"], actor)


def inputs_of(assessed: Any) -> Inputs:
    """The stored inputs of an assessment."""
    return msgspec.convert(assessed["inputs"], Inputs, str_keys=True)


def _day(assessed: Any) -> date:
    day: date = assessed["assessed_at"].astimezone(BEIJING).date()
    return day


async def recomputed(row: Row) -> tuple[Any, Computed]:
    """The newest assessment and its amount, computed once more from the stored inputs.

    Raises Refused when what it rests on has changed since (another claim of the policy, an interim payment, the income
    statement, the asset cover of the same days), or when the stored amount is not what the inputs give.
    """
    latest = await store.latest_assessment(row["id"])
    if latest is None:
        raise Refused(t("案件尚未定损"))
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    inputs, computed = await _as_it_stands(row, policy, latest)
    if inputs.basis != inputs_of(latest).basis:
        raise _changed()
    if computed.payable_fen:
        await actions_income.check_asset_cover_assessed(row, inputs.basis)
    stored = (latest["indemnity_fen"], latest["total_fen"], latest["payable_fen"])
    if stored != (computed.indemnity_fen, computed.total_fen, computed.payable_fen):
        raise Refused(_differs())
    return latest, computed


def _differs() -> Text:
    return t("复算金额与定损结果不一致，不能核赔，请查明原因")


async def assessed(claim_id: int, *, actor: Actor, version: int | None = None) -> Assessed:
    """The newest assessment of a claim, or an older version of it. NotFound where there is none."""
    async with db.transaction(actor.scope):
        row = await store.claim(claim_id)
        found = None if row is None else await store.latest_assessment(claim_id, version)
        if found is None:
            raise NotFound(t("没有这个案件的定损，或不在您的范围内"))
        lines = await store.assessment_lines(found["id"])
    inputs = inputs_of(found)
    steps = tuple(store.steps_of(found, actor.language))
    overridden = [step.inputs["computed_fen"] for step in steps if step.rule == "override"]
    return Assessed(
        id=found["id"], version=found["version"], newest=found["newest"], assessor_id=found["assessor_id"], assessor=found["assessor"],
        assessed_at=found["assessed_at"].astimezone(BEIJING).isoformat(), terms_version=found["terms_version"], given=inputs.given,
        lines=_lines(lines, inputs), indemnity_fen=found["indemnity_fen"], total_fen=found["total_fen"],
        computed_fen=overridden[0] if overridden else None, payable_fen=found["payable_fen"], recovery_fen=_told(steps, "recovery"),
        insurer_salvage_fen=_told(steps, "L-59"), refund_due_fen=sum(refunds_due(inputs.basis).values()), steps=steps,
        note=found["note"],
    )  # fmt: skip


def _told(steps: Sequence[WorkingStep], rule: str) -> int:
    """What the steps of a rule come to, in fen."""
    return sum(step.result_fen for step in steps if step.rule == rule)


def _lines(rows: Sequence[Any], inputs: Inputs) -> tuple[AssessedLine, ...]:
    """The stored lines with what their inputs say beside the amounts."""
    losses = [item.loss for item in inputs.basis.items] if isinstance(inputs.basis, AssetBasis) else []
    return tuple(
        AssessedLine(
            **row, salvage_to_insurer=loss.salvage_to_insurer, third_party_fen=loss.third_party_fen,
            refused_fen=loss.refused.amount_fen if loss.refused else 0, refused_reason=loss.refused.code if loss.refused else None,
        )
        for row, loss in zip(rows, losses, strict=True)
    )  # fmt: skip
