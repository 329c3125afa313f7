"""欺诈认定 (保险法 27): an approver's finding with its facts and papers, and what follows in law; signals alone never lead here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, WrongState
from insurance.base.money import yuan
from insurance.base.text import t
from insurance.claims import store_dispute, store_evidence, store_recovery
from insurance.claims.actions_move import locked, seen
from insurance.claims.actions_recovery import found_fraud
from insurance.claims.model import ClaimState, NotYours
from insurance.claims.model_recovery import WHOLE, Finding, Findings, FraudKind, NewFinding
from insurance.claims.store import Row

# The amount stands: money of it is paid or will be, and is claimed back at once instead of being taken off.
_DECIDED = frozenset({ClaimState.APPROVED, ClaimState.AGREED, ClaimState.PAYING, ClaimState.PAID, ClaimState.ZERO, ClaimState.CLOSED})


async def findings(claim_id: int, *, actor: Actor) -> Findings:
    """What was found on a claim. Raises NotFound."""
    async with db.transaction(actor.scope):
        await seen(claim_id)
        return Findings(tuple(_view(row) for row in await store_recovery.findings(claim_id)))


def _view(row: Any) -> Finding:
    kind = FraudKind(row["kind"])
    return Finding(
        id=row["id"], claim_id=row["claim_id"], policy_id=row["policy_id"], kind=kind, facts=row["facts"],
        document_ids=tuple(row["document_ids"]), false_fen=row["false_fen"], rescinds=kind in WHOLE, found_on=row["found_on"],
        found_by=row["found_by"],
    )  # fmt: skip


async def find(claim_id: int, given: NewFinding, *, actor: Actor) -> Finding:
    """Record what was found. Before the decision it opens the refusal (the whole claim, or the false part in the assessment);
    after it, what was paid is to come back.

    Raises NotFound, NotYours for whoever assessed the claim, WrongState for a withdrawn claim, Invalid by field.
    """
    async with db.transaction(actor.scope):
        row = await locked(claim_id)
        if row.state is ClaimState.WITHDRAWN:
            raise WrongState(t("案件已撤案，不作欺诈认定"))
        if actor.user_id in await store_dispute.assessors(claim_id):
            raise NotYours(t("定损人不能核赔自己定损的案件，请由本公司另一位核赔人办理"))
        await _check(claim_id, given)
        made = await store_recovery.add_finding(row, given, actor=actor)
        facts = {"kind": given.kind, "false_fen": given.false_fen, "documents": given.document_ids}
        await audit.record(actor, "fraud.found", f"claim:{claim_id}", finding=made, **facts)
        if row.state in _DECIDED:
            await found_fraud(row, made, given.kind, given.false_fen, actor=actor)
        return _view(await store_recovery.finding(made))


async def _check(claim_id: int, given: NewFinding) -> None:
    faults = []
    if not given.facts.strip():
        faults.append(FieldFault("facts", t("请写明查明的事实")))
    if not given.document_ids:
        faults.append(FieldFault("document_ids", t("认定须有证据：请先把证据存入本案材料，再在这里选择")))
    known = await store_evidence.papers_of_claim(claim_id, given.document_ids)
    faults += [
        FieldFault(f"document_ids[{place}]", t("本案材料中没有这份证据"))
        for place, one in enumerate(given.document_ids) if one not in known
    ]  # fmt: skip
    if given.kind is FraudKind.FALSE_PROOF and given.false_fen is None:
        faults.append(FieldFault("false_fen", t("请填写虚报的金额")))
    if given.kind in WHOLE and given.false_fen is not None:
        faults.append(FieldFault("false_fen", t("谎称或故意制造事故的全案不赔，不填虚报金额")))
    if faults:
        raise Invalid(t("欺诈认定有误"), faults)


# -- what decisions and orders ask ---------------------------------------------------------------------------------------


async def reasons_grounded(row: Row, codes: Collection[str]) -> list[FieldFault]:
    """Reasons that need a record of their own: a finding of fraud, or the waiver of the claim against a third party."""
    found = await store_recovery.found_kinds(row["id"])
    faults = []
    for place, code in enumerate(codes):
        if code in FraudKind.__members__ and FraudKind(code) not in found:
            faults.append(FieldFault(f"reasons[{place}]", t("以欺诈拒赔须先登记欺诈认定：事实和证据（保险法第二十七条）")))
        if code == "RIGHT_WAIVED":
            known = await store_recovery.third_party(row["id"])
            if known is None or not known["waived"]:
                faults.append(FieldFault(f"reasons[{place}]", t("请先在「第三者责任」中登记被保险人放弃请求权的事实")))
    return faults


async def check_false_parts(row: Row, lines: Collection[Any]) -> None:
    """A part refused as false rests on a finding, and is no more than what was found false. Raises Invalid."""
    named = [(place, line) for place, line in enumerate(lines) if line.refused_reason == FraudKind.FALSE_PROOF and line.refused_fen]
    if not named:
        return
    found = sum(one["false_fen"] or 0 for one in await store_recovery.findings(row["id"]))
    taken = sum(line.refused_fen for _, line in named)
    if taken > found:
        why = t("虚报部分以欺诈认定为限：已认定 {found} 元，请先由核赔人登记欺诈认定", found=yuan(found))
        raise Invalid(t("定损内容有误"), [FieldFault(f"lines[{place}].refused_fen", why) for place, _ in named])


async def stops_payment(claim_id: int) -> bool:
    """Whether a finding takes the whole claim: nothing more is paid on it."""
    return bool(await store_recovery.found_kinds(claim_id) & WHOLE)
