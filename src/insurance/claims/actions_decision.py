"""Decisions (核赔): approval, refusal, nothing payable, interim payment; never by the person who assessed, never above authority."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, Refused, WrongState
from insurance.base.money import yuan
from insurance.base.text import t
from insurance.claims import store, store_dispute
from insurance.claims.actions_assessment import inputs_of, recomputed, restate
from insurance.claims.actions_dispute import answered
from insurance.claims.actions_fraud import reasons_grounded
from insurance.claims.actions_gates import before_approval
from insurance.claims.actions_letters import issue
from insurance.claims.actions_move import book, put, stated, take
from insurance.claims.actions_owed import owed_no_longer
from insurance.claims.actions_premium import decided_despite
from insurance.claims.actions_recovery import decided, ordered_less_returned
from insurance.claims.actions_report import wording_of
from insurance.claims.assessed import AssetBasis
from insurance.claims.letter_facts import refused_parts
from insurance.claims.model import Claim, ClaimState, NotYours, OverAuthority, PartKind, Verb
from insurance.claims.model_letters import LetterKind
from insurance.claims.model_verbs import Approval, Declinature, InterimPayment, Zero
from insurance.claims.procedure import procedure_of
from insurance.claims.rules_refusal import Refused as Held
from insurance.claims.rules_refusal import cited_reasons
from insurance.claims.store import Row
from insurance.claims.views import window_ends
from insurance.finance.model import IN_FLIGHT
from insurance.finance.model import Event as LedgerEvent
from insurance.finance.rules import name_key, postings
from insurance.policies.actions_refunds import OverInsured, refund_excess
from insurance.policies.model import Cover, LegalRegime, Peril, Period
from insurance.policies.terms import terms_for
from insurance.projects import store_payees
from insurance.projects.model import Taxonomy
from insurance.projects.store_payees import Account


async def approval(claim_id: int, given: Approval, *, actor: Actor) -> Claim:
    """Approve the assessed amount (核赔通过): amount and payee are fixed here and nowhere else; money is ordered after agreement.
    Premium for over-insurance goes back with it.

    The amount is computed once more from the stored inputs. Raises Refused when it differs, when the publicity window is
    still open, when a ruleset asks for notice or papers first, when nothing is payable; NotYours for the assessor;
    OverAuthority; Invalid without a payee's account, or a decision about premium the cover waits for.
    """
    async with db.transaction(actor.scope):
        await store.lock_policy(claim_id)
        row = await take(claim_id, Verb.APPROVAL, given.version, actor=actor)
        _check_window(row, actor)
        noted = await before_approval(row, actor=actor)
        latest, computed = await recomputed(row)
        await _check_four_eyes(row, actor)
        check_authority(row, computed.total_fen, actor)
        if computed.payable_fen == 0:
            raise Refused(t("应付金额为零，请按零结案办理"))
        payee = await _payee(row, given.payee_account_id, actor)
        said = await answered(row, given, actor=actor, must=True) | await decided_despite(row, given.premium_decision, actor=actor)
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
        await decided(row, decision_id, actor=actor, recovery_fen=computed.recovery_fen, steps=computed.steps)
        await _give_back_premium(row, latest, actor)
        claim = await put(
            row, Verb.APPROVAL, actor=actor,
            facts={"approved_fen": computed.total_fen, "payable_fen": computed.payable_fen, "decision_id": decision_id} | said | noted,
            keep={"approved_on": actor.on, "signed": None, "window_ends_at": None},
            approved_fen=computed.total_fen, payee_party_id=payee.party.id, payee_account_id=payee.id,
        )  # fmt: skip
        await issue(LetterKind.SETTLEMENT, claim_id, actor=actor)
        if await refused_parts(latest):
            await issue(LetterKind.REFUSAL, claim_id, actor=actor)
        return claim


async def _give_back_premium(row: Row, assessed: Any, actor: Actor) -> None:
    """Premium for what was insured above the value goes back by an endorsement of the policy, as the working shows it (保险法 55, 56)."""
    basis = inputs_of(assessed).basis
    losses = [(item.policy_item_id, item.loss) for item in basis.items if item.loss.refund_fen] if isinstance(basis, AssetBasis) else []
    over = [
        OverInsured(policy_item_id=item_id, sums_insured_fen=(loss.sum_insured_fen, *loss.other_sums_insured_fen), value_fen=loss.value_fen)
        for item_id, loss in losses
    ]
    if over:
        await refund_excess(row["policy_id"], row["id"], over, actor=actor)


def _check_window(row: Row, actor: Actor) -> None:
    ends = window_ends(row)
    if row.state is ClaimState.PUBLICITY and (ends is None or actor.at < ends):
        last_day = row["facts"].get("window_ends_at", "")[:10]
        raise WrongState(t("公示期未满，{day} 起方可核赔", day=last_day))


async def _check_four_eyes(row: Row, actor: Actor) -> None:
    """Whoever assessed any version, or put another amount in its place, decides nothing on the claim."""
    if actor.user_id in await store_dispute.assessors(row["id"]):
        raise NotYours(t("定损人不能核赔自己定损的案件，请由本公司另一位核赔人办理"))


def level_above(row: Row, amount_fen: int, actor: Actor) -> dict[str, str] | None:
    """Who must approve so much, in both languages; None where it is within this person's authority."""
    if actor.authority_fen is not None and amount_fen <= actor.authority_fen:
        return None
    band = procedure_of(row).band_for(amount_fen)
    return {"zh": band.zh, "en": band.en}


def check_authority(row: Row, amount_fen: int, actor: Actor) -> None:
    """All money of the claim counts together, interim payments too."""
    level = level_above(row, amount_fen, actor)
    if level is None:
        return
    if actor.authority_fen is None:
        raise OverAuthority(t("您没有核赔额度；本案合计 {amount} 元，应由{level}核赔", amount=yuan(amount_fen), level=level))
    why = t(
        "本案合计 {amount} 元（含预付），超出您的核赔权限 {own} 元，应由{level}核赔",
        amount=yuan(amount_fen), own=yuan(actor.authority_fen), level=level,
    )  # fmt: skip
    raise OverAuthority(why)


async def _payee(row: Row, account_id: int | None, actor: Actor) -> Account:
    """Where the insured is paid today. The holder must be the insured, by name (brackets, spaces and width do not count)."""
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
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
    """Refuse the claim (拒赔), with reasons of the procedure that take all of it away and the facts in plain words.

    Each reason is kept with its article and the clause of the policy's own wording. Raises Invalid by field, NotYours.
    """
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.DECLINATURE, given.version, actor=actor)
        latest = await store.latest_assessment(claim_id)
        if latest is None:
            raise Refused(t("案件尚未定损"))
        await _check_four_eyes(row, actor)
        held, procedure = await held_against(row, latest), procedure_of(row)
        if ungrounded := await reasons_grounded(row, given.reasons):
            raise Invalid(t("拒赔理由有误"), ungrounded)
        reasons = cited_reasons(given.reasons, given.exclusion, explained=given.explained, refused=held, procedure=procedure)
        note = stated("note", given.note, t("请写明查明的事实和理由"))
        if any(part["payout_state"] in IN_FLIGHT for part in await store.parts(claim_id)):
            raise Refused(t("有预付赔款正在支付，请先作废付款指令，或等到账后再拒赔"))
        said = await answered(row, given, actor=actor, must=True)
        decision_id = await store.add_decision(row, _nothing(latest, ClaimState.REJECTED, note) | {"reasons": reasons}, actor=actor)
        await decided(row, decision_id, actor=actor, recovery_fen=None)
        await owed_no_longer(row, actor)
        claim = await put(
            row, Verb.DECLINATURE, actor=actor, reason=note, facts={"reason_ids": [one.code for one in reasons]} | said,
            keep={"window_ends_at": None}, reserve_fen=0,
        )  # fmt: skip
        await issue(LetterKind.REFUSAL, claim_id, actor=actor)
        return claim


async def held_against(row: Row, latest: Any) -> Held:
    """What a refusal of this claim is held against: the policy's own wording and period, and the law of what was claimed."""
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    cover, period = Cover(policy["cover"]), Period(policy["starts_on"], policy["ends_before"])
    laws: dict[LegalRegime, list[str]] = {}
    if cover is Cover.INCOME:
        industry = terms_for(Cover.INDUSTRY, policy["starts_on"]).wording
        laws[industry.regime_of_law(Taxonomy(row["taxonomy"]))] = [row["project_name"]]
    else:
        for item in await store_dispute.claimed_items(latest["id"]):
            laws.setdefault(LegalRegime(item["regime_of_law"]), []).append(item["name"])
    wording = wording_of(cover, policy["terms_version"], policy["terms_checksum"])
    return Held(cover=cover, peril=Peril(row["peril"]), period=period, wording=wording, laws=laws)


def _nothing(assessed: Any, outcome: ClaimState, note: str) -> dict[str, Any]:
    return {"assessment_id": assessed["id"], "assessor_id": assessed["assessor_id"], "outcome": outcome, "amount_fen": 0, "note": note}


async def zero(claim_id: int, given: Zero, *, actor: Actor) -> Claim:
    """Nothing is payable (零结案): only when the assessment says so, and after every interim payment has arrived."""
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.ZERO, given.version, actor=actor)
        latest, computed = await recomputed(row)
        await _check_four_eyes(row, actor)
        note = stated("note", given.note, t("请写明零结案的原因"))
        if computed.payable_fen:
            raise Refused(t("定损应付 {amount} 元，不能零结案", amount=yuan(computed.payable_fen)))
        if any(part["payout_state"] != "SETTLED" for part in await store.parts(claim_id)):
            raise Refused(t("预付赔款尚未全部到账，不能零结案"))
        said = await answered(row, given, actor=actor, must=True)
        decision_id = await store.add_decision(row, _nothing(latest, ClaimState.ZERO, note), actor=actor)
        await decided(row, decision_id, actor=actor, recovery_fen=computed.recovery_fen, steps=computed.steps)
        return await put(row, Verb.ZERO, actor=actor, reason=note, facts=said, reserve_fen=0)


async def interim_payment(claim_id: int, given: InterimPayment, *, actor: Actor) -> Claim:
    """Pay ahead what the proofs already show (先予支付, 保险法 25): a part of its own, within the estimate and the authority."""
    async with db.transaction(actor.scope):
        await store.lock_policy(claim_id)
        row = await take(claim_id, Verb.INTERIM_PAYMENT, given.version, actor=actor)
        await _check_four_eyes(row, actor)
        before = await ordered_less_returned(row)
        estimate = row["assessed_fen"] if row["assessed_fen"] is not None else row["reserve_fen"] or 0
        if before + given.amount_fen > estimate:
            left = yuan(max(0, estimate - before))
            raise Invalid.field("amount_fen", t("先予支付以已能确定的金额为限，还可支付 {left} 元", left=left))
        check_authority(row, before + given.amount_fen, actor)
        payee = await _payee(row, given.payee_account_id, actor)
        part_id = await store.add_part(row, PartKind.INTERIM, given.amount_fen, None, payee.id, actor=actor)
        await restate(row, actor)
        await book(postings(LedgerEvent.CLAIM_AGREED, given.amount_fen), row, actor)
        facts = {"amount_fen": given.amount_fen, "part_id": part_id} | ({"note": given.note.strip()} if given.note.strip() else {})
        claim = await put(row, Verb.INTERIM_PAYMENT, actor=actor, facts=facts)
        await issue(LetterKind.ADVANCE, claim_id, actor=actor)
        return claim
