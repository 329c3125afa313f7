"""Decisions (核赔): approval, refusal, nothing payable, interim payment; never by the person who assessed, never above authority."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, Refused, WrongState
from insurance.base.money import yuan
from insurance.base.text import t
from insurance.claims import store
from insurance.claims.actions_assessment import recomputed, restate
from insurance.claims.actions_move import book, put, stated, take
from insurance.claims.model import Claim, ClaimState, NotYours, OverAuthority, PartKind, Verb
from insurance.claims.model_verbs import Approval, Declinature, InterimPayment, Zero
from insurance.claims.procedure import ReasonScope, RefusalReason, procedure_by
from insurance.claims.store import Row
from insurance.claims.views import window_ends
from insurance.finance.model import Event as LedgerEvent
from insurance.finance.rules import name_key, postings
from insurance.policies.model import Cover
from insurance.projects import store_payees
from insurance.projects.store_payees import Account


async def approval(claim_id: int, given: Approval, *, actor: Actor) -> Claim:
    """Approve the assessed amount (核赔通过): amount and payee are fixed here and nowhere else; money is ordered after agreement.

    The amount is computed once more from the stored inputs. Raises Refused when it differs, when the publicity window is
    still open, when nothing is payable; NotYours for the assessor; OverAuthority; Invalid without a payee's account.
    """
    async with db.transaction(actor.scope):
        await store.lock_policy(claim_id)
        row = await take(claim_id, Verb.APPROVAL, given.version, actor=actor)
        _check_window(row, actor)
        latest, computed = await recomputed(row)
        _check_four_eyes(latest, actor)
        _check_authority(row, computed.total_fen, actor)
        if computed.payable_fen == 0:
            raise Refused(t("应付金额为零，请按零结案办理"))
        payee = await _payee(row, given.payee_account_id, actor)
        decision_id = await store.add_decision(
            row,
            {
                "assessment_id": latest["id"], "assessor_id": latest["assessor_id"], "outcome": ClaimState.APPROVED,
                "amount_fen": computed.payable_fen, "payee_party_id": payee.party.id, "payee_account_id": payee.id,
                "note": given.note.strip(),
            },
            actor=actor,
        )  # fmt: skip
        await store.add_part(row, PartKind.FINAL, computed.payable_fen, decision_id, payee.id, actor=actor)
        return await put(
            row, Verb.APPROVAL, actor=actor,
            facts={"approved_fen": computed.total_fen, "payable_fen": computed.payable_fen, "decision_id": decision_id},
            keep={"approved_on": actor.on, "signed": None, "window_ends_at": None},
            approved_fen=computed.total_fen, payee_party_id=payee.party.id, payee_account_id=payee.id,
        )  # fmt: skip


def _check_window(row: Row, actor: Actor) -> None:
    ends = window_ends(row)
    if row.state is ClaimState.PUBLICITY and (ends is None or actor.at < ends):
        last_day = row["facts"].get("window_ends_at", "")[:10]
        raise WrongState(t("公示期未满，{day} 起方可核赔", day=last_day))


def _check_four_eyes(assessed: Any, actor: Actor) -> None:
    if assessed is not None and assessed["assessor_id"] == actor.user_id:
        raise NotYours(t("定损人不能核赔自己定损的案件"))


def _check_authority(row: Row, amount_fen: int, actor: Actor) -> None:
    if actor.authority_fen is None or amount_fen > actor.authority_fen:
        band = procedure_by(row["procedure_version"]).band_for(amount_fen)
        level = band.en if actor.language == "en" else band.zh
        raise OverAuthority(t("{amount} 元超出您的核赔权限，应由{level}核赔", amount=yuan(amount_fen), level=level))


async def _payee(row: Row, account_id: int | None, actor: Actor) -> Account:
    """Where the insured is paid today. The holder must be the insured, by name (brackets, spaces and width do not count)."""
    policy = await store.policy_of(row["policy_id"])
    party_id = policy["insured_party_id"]
    payable = {} if party_id is None else await store_payees.payable_accounts([party_id], actor.on)
    found = payable.get(party_id)
    if found is None:
        raise Invalid.field("payee_account_id", t("被保险人还没有可用的收款账户"))
    if account_id not in (None, found.id):
        raise Invalid.field("payee_account_id", t("这不是被保险人可用的收款账户"))
    if name_key(found.holder_name) != name_key(found.party.name):
        raise Invalid.field("payee_account_id", t("收款账户户名与被保险人名称不一致"))
    return found


async def declinature(claim_id: int, given: Declinature, *, actor: Actor) -> Claim:
    """Refuse the claim (拒赔), with reasons of the procedure that take all of it away and the facts in plain words."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.DECLINATURE, given.version, actor=actor)
        latest = await store.latest_assessment(claim_id)
        _check_four_eyes(latest, actor)
        reasons = _reasons(given, row)
        note = stated("note", given.note, t("请写明查明的事实和理由"))
        codes = [reason.code for reason in reasons]
        told = [{"code": r.code, "zh": r.zh, "en": r.en, "article": r.article, "clause": r.clause} for r in reasons]
        await store.add_decision(row, _nothing(latest, ClaimState.REJECTED, note) | {"reasons": told}, actor=actor)
        return await put(
            row, Verb.DECLINATURE, actor=actor, reason=note, facts={"reason_ids": codes}, keep={"window_ends_at": None}, reserve_fen=0
        )  # fmt: skip


def _nothing(assessed: Any, outcome: ClaimState, note: str) -> dict[str, Any]:
    return {"assessment_id": assessed["id"], "assessor_id": assessed["assessor_id"], "outcome": outcome, "amount_fen": 0, "note": note}


def _reasons(given: Declinature, row: Row) -> list[RefusalReason]:
    """The reasons by their codes. Raises Invalid for an unknown one, or when none takes the whole claim away."""
    open_ones = {reason.code: reason for reason in procedure_by(row["procedure_version"]).reasons_for(Cover(row["cover"]))}
    faults = [FieldFault(f"reasons[{n}]", t("没有这个拒赔理由")) for n, code in enumerate(given.reasons) if code not in open_ones]
    chosen = [open_ones[code] for code in dict.fromkeys(given.reasons) if code in open_ones]
    if not faults and not any(reason.scope is ReasonScope.ALL for reason in chosen):
        faults = [FieldFault("reasons", t("至少选一条使全案不赔的理由；只减一部分的，请在定损中扣减"))]
    if faults:
        raise Invalid(t("拒赔理由有误"), faults)
    return chosen


async def zero(claim_id: int, given: Zero, *, actor: Actor) -> Claim:
    """Nothing is payable (零结案): only when the assessment says so, and after every interim payment has arrived."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.ZERO, given.version, actor=actor)
        latest, computed = await recomputed(row)
        _check_four_eyes(latest, actor)
        note = stated("note", given.note, t("请写明零结案的原因"))
        if computed.payable_fen:
            raise Refused(t("定损应付 {amount} 元，不能零结案", amount=yuan(computed.payable_fen)))
        if any(part["payout_state"] != "SETTLED" for part in await store.parts(claim_id)):
            raise Refused(t("预付赔款尚未全部到账，不能零结案"))
        await store.add_decision(row, _nothing(latest, ClaimState.ZERO, note), actor=actor)
        return await put(row, Verb.ZERO, actor=actor, reason=note, reserve_fen=0)


async def interim_payment(claim_id: int, given: InterimPayment, *, actor: Actor) -> Claim:
    """Pay ahead what the proofs already show (先予支付, 保险法 25): a part of its own, within the estimate and the authority."""
    async with db.transaction(actor.scope):
        await store.lock_policy(claim_id)
        row = await take(claim_id, Verb.INTERIM_PAYMENT, given.version, actor=actor)
        _check_four_eyes(await store.latest_assessment(claim_id), actor)
        before = sum(part["amount_fen"] for part in await store.parts(claim_id))
        estimate = row["assessed_fen"] if row["assessed_fen"] is not None else row["reserve_fen"] or 0
        if before + given.amount_fen > estimate:
            left = yuan(max(0, estimate - before))
            raise Invalid.field("amount_fen", t("先予支付以已能确定的金额为限，还可支付 {left} 元", left=left))
        _check_authority(row, before + given.amount_fen, actor)
        payee = await _payee(row, given.payee_account_id, actor)
        part_id = await store.add_part(row, PartKind.INTERIM, given.amount_fen, None, payee.id, actor=actor)
        await restate(row, actor)
        await book(postings(LedgerEvent.CLAIM_AGREED, given.amount_fen), row, actor)
        facts = {"amount_fen": given.amount_fen, "part_id": part_id} | ({"note": given.note.strip()} if given.note.strip() else {})
        return await put(row, Verb.INTERIM_PAYMENT, actor=actor, facts=facts)
