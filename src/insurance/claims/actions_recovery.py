"""Money that is to come back to the insurer (追偿): opened by a decision or by hand, received, written off; a record with its own balance.

The programme's books have no account for it (`domain` chart of accounts): nothing here is posted to the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused, WrongState
from insurance.base.money import Fen, yuan
from insurance.base.text import Text, render, t, translate
from insurance.claims import rules_recovery, store, store_recovery
from insurance.claims.actions_letters import issue
from insurance.claims.actions_move import day_or_today, locked, lost_update, not_after_today, not_before, seen, stated
from insurance.claims.model_letters import LetterKind
from insurance.claims.model_recovery import (
    FraudKind,
    Movement,
    MovementKind,
    NewRecovery,
    Receipt,
    Recoveries,
    Recovery,
    RecoveryKind,
    WriteOff,
)
from insurance.claims.rules_recovery import Held
from insurance.claims.store import Row
from insurance.finance.model import IN_FLIGHT
from insurance.policies.model import Step

_MANUAL = {RecoveryKind.SUBROGATION, RecoveryKind.SALVAGE, RecoveryKind.OVERPAID}
_RETURNS = (RecoveryKind.OVERPAID, RecoveryKind.FRAUD)
_SALVAGE_STEP = "L-59"  # the insurer's part of salvage in the working of an assessment
OVERPAID_WHY = t("重新核定后多付的赔款")
SALVAGE_WHY = t("残值按保险人应得部分移交（保险法第五十九条）")
FRAUD_WHY = t("欺诈所得赔款（保险法第二十七条）")


def _text(why: Text) -> str:
    """A ground the program writes: kept in the source language, translated when it is shown."""
    return render(why, "zh")


# -- read -----------------------------------------------------------------------------------------------------------------


async def recoveries(claim_id: int, *, actor: Actor) -> Recoveries:
    """The recoveries of a claim. Raises NotFound."""
    async with db.transaction(actor.scope):
        await seen(claim_id)
        rows = await store_recovery.of_claim(claim_id)
    return Recoveries(tuple(_view(row, actor) for row in rows))


async def recovery(recovery_id: int, *, actor: Actor) -> Recovery:
    """One recovery. Raises NotFound."""
    async with db.transaction(actor.scope):
        return _view(await _found(recovery_id), actor)


async def _found(recovery_id: int) -> Any:
    row = await store_recovery.one(recovery_id)
    if row is None:
        raise NotFound(t("没有这笔追偿，或不在您的范围内"))
    return row


def _view(row: Any, actor: Actor) -> Recovery:
    movements = tuple(
        Movement(
            kind=MovementKind(one["kind"]), amount_fen=one["amount_fen"], left_fen=one["left_fen"],
            moved_on=date.fromisoformat(one["moved_on"]), reason=translate(one["reason"], actor.language), made_by=one["made_by"],
        )
        for one in row["movements"]
    )  # fmt: skip
    return Recovery(
        id=row["id"], claim_id=row["claim_id"], kind=RecoveryKind(row["kind"]), counterparty=row["counterparty"],
        basis=translate(row["basis"], actor.language), expected_fen=row["expected_fen"], received_fen=row["received_fen"],
        written_off_fen=row["written_off_fen"], reduced_fen=row["reduced_fen"], left_fen=_left(row), since_on=row["since_on"],
        prescribed_on=rules_recovery.prescribed_on(row["since_on"]), opened_on=row["opened_on"], opened_by=row["opened_by"],
        movements=movements, version=len(movements) + 1,
    )  # fmt: skip


def _left(row: Any) -> Fen:
    left: Fen = row["expected_fen"] - row["received_fen"] - row["written_off_fen"] - row["reduced_fen"]
    return left


# -- opened by hand -----------------------------------------------------------------------------------------------------


async def open_recovery(claim_id: int, given: NewRecovery, *, actor: Actor) -> Recovery:
    """Register what is to come back. A subrogation begins with the payment and goes as far as it (保险法 60-62).

    Raises NotFound, Invalid by field, WrongState before anything was paid, Refused where the right was waived or is barred.
    """
    async with db.transaction(actor.scope):
        row = await locked(claim_id)
        if given.kind not in _MANUAL:
            raise Invalid.field("kind", t("欺诈追回随欺诈认定自动登记，不手工登记"))
        counterparty = stated("counterparty", given.counterparty, t("请填写向谁追偿"))
        basis = stated("basis", given.basis, t("请写明追偿依据"))
        since_on = day_or_today(given.since_on, actor)
        if given.kind is RecoveryKind.SUBROGATION:
            since_on = await _check_subrogation(row, given)
        not_after_today("since_on", since_on, actor)
        not_before("since_on", since_on, row["loss_on"], t("不能早于出险日"))
        made = await store_recovery.add(row, given.kind, counterparty, basis, given.expected_fen, since_on, actor=actor)
        await _audited(actor, "opened", made, claim_id, kind=given.kind, expected_fen=given.expected_fen)
        if given.kind is RecoveryKind.SUBROGATION:
            await issue(LetterKind.SUBROGATION, claim_id, actor=actor, third_party=counterparty)
        return _view(await _found(made), actor)


async def _check_subrogation(row: Row, given: NewRecovery) -> date:
    """The day from which the right stands: the first payment, unless a later one is named."""
    paid_on = await store_recovery.first_paid_on(row["id"])
    if paid_on is None:
        raise WrongState(t("赔款支付之日起才取得代位求偿权（保险法第六十条），请在到账后登记"))
    known = await store_recovery.third_party(row["id"])
    if known is None or not known["caused"]:
        raise Invalid.field("kind", t("请先在「第三者责任」中登记造成损失的第三者"))
    if known["waived"] and (known["waived_on"] is None or known["waived_on"] <= paid_on):
        raise Refused(t("被保险人在赔付前已放弃对第三者的请求权，保险人不承担赔偿责任，也无权追偿；已付的请按多付登记（保险法第六十一条）"))
    if known["family"] and not known["intent"]:
        raise Refused(t("对被保险人的家庭成员或其组成人员，除故意造成事故的以外不得追偿（保险法第六十二条）"))
    since_on = given.since_on or paid_on
    not_before("since_on", since_on, paid_on, t("代位求偿权自赔付之日（{day}）起", day=paid_on.isoformat()))
    latest = await store.latest_assessment(row["id"])
    due = dict.fromkeys(RecoveryKind, 0)
    for one in await store_recovery.of_claim(row["id"]):
        due[RecoveryKind(one["kind"])] += one["expected_fen"] - one["reduced_fen"]
    indemnity = row["paid_fen"] - sum(due[kind] for kind in _RETURNS)  # what is to come back from the insured was no indemnity
    most = rules_recovery.subrogation_most(indemnity, known["paid_fen"] or 0, _deducted(latest), due[given.kind])
    if given.expected_fen > most:
        raise Invalid.field("expected_fen", t("最多 {most} 元：已付赔款减去被保险人已从第三者取得、尚未扣除的部分", most=yuan(most)))
    return since_on


def _deducted(latest: Any) -> Fen:
    """Money of third parties that the assessment took off already."""
    if latest is None:
        return 0
    lines = latest["inputs"]["given"].get("lines") or ()
    return sum(line.get("third_party_fen") or 0 for line in lines)


# -- movements --------------------------------------------------------------------------------------------------------------


async def receipt(recovery_id: int, given: Receipt, *, actor: Actor) -> Recovery:
    """Something came in. Raises NotFound, LostUpdate, Invalid by field (never more than is expected)."""
    day = day_or_today(given.received_on, actor)
    return await _moved(
        recovery_id, MovementKind.RECEIVED, given.version, ("received_fen", given.received_fen), ("received_on", day), given.reason, actor
    )


async def write_off(recovery_id: int, given: WriteOff, *, actor: Actor) -> Recovery:
    """Give up the rest or a part of it, with the reason. Raises NotFound, LostUpdate, Invalid by field."""
    day = day_or_today(given.written_off_on, actor)
    return await _moved(
        recovery_id, MovementKind.WRITTEN_OFF, given.version, ("amount_fen", given.amount_fen), ("written_off_on", day), given.reason, actor
    )


async def _moved(
    recovery_id: int, kind: MovementKind, version: int, amount: tuple[str, Fen], day: tuple[str, date], reason: str, actor: Actor
) -> Recovery:
    async with db.transaction(actor.scope):
        claim_id = (await _found(recovery_id))["claim_id"]
        row = await store.lock(claim_id)  # the claim is the lock of everything that hangs on it
        found = await _found(recovery_id)
        assert row is not None
        if len(found["movements"]) + 1 != version:
            raise lost_update()
        faults = []
        if amount[1] > _left(found):
            faults.append(FieldFault(amount[0], t("最多 {left} 元", left=yuan(_left(found)))))
        if day[1] > actor.on:
            faults.append(FieldFault(day[0], t("日期不能晚于今天（{today}）", today=actor.on.isoformat())))
        if day[1] < found["since_on"]:
            faults.append(FieldFault(day[0], t("不能早于追偿起始日 {day}", day=found["since_on"].isoformat())))
        if not reason.strip():
            faults.append(FieldFault("reason", t("请写明缘由")))
        if faults:
            raise Invalid(t("追偿记录有误"), faults)
        with db.refusing({"recovery_movement_recovery_id_ordinal_key": t("这笔追偿刚被他人改动，请刷新后再办")}):
            await store_recovery.move(row, recovery_id, kind, amount[1], day[1], reason.strip(), actor=actor, place=version)
        done = "received" if kind is MovementKind.RECEIVED else "written-off"
        await _audited(actor, done, recovery_id, claim_id, amount_fen=amount[1])
        return _view(await _found(recovery_id), actor)


async def _audited(actor: Actor, done: str, recovery_id: int, claim_id: int, **facts: Any) -> None:
    await audit.record(actor, f"recovery.{done}", f"recovery:{recovery_id}", claim=claim_id, **facts)


# -- opened by a decision --------------------------------------------------------------------------------------------------


async def ordered_less_returned(row: Row) -> Fen:
    """What a new assessment takes off: every part ever approved and what was paid before a past claim was taken over, less what
    the insured gave back of it.
    """
    parts: Fen = row["opening_paid_fen"] + sum(part["amount_fen"] for part in await store.parts(row["id"]))
    return max(0, parts - await store_recovery.came_back(row["id"]))


async def decided(row: Row, decision_id: int, *, actor: Actor, recovery_fen: Fen | None, steps: Sequence[Step] = ()) -> None:
    """After a decision: what was paid too much is to come back, what no longer is falls away; salvage that goes to the insurer.

    `recovery_fen` is what the amount leaves over of the money paid; None: nothing was owed, so all of it is to come back.
    """
    held = await store_recovery.of_claim(row["id"])
    came_back = await store_recovery.came_back(row["id"])
    wanted = await _paid(row) if recovery_fen is None else recovery_fen + came_back
    fraud = bool(await store_recovery.found_kinds(row["id"]))
    kind, why = (RecoveryKind.FRAUD, FRAUD_WHY) if fraud else (RecoveryKind.OVERPAID, OVERPAID_WHY)
    await _bring(row, _returns(held), wanted, kind, why, actor=actor, decision_id=decision_id)
    salvage = sum(step.result_fen for step in steps if step.rule == _SALVAGE_STEP)
    wrecks = [one for one in held if one["kind"] == RecoveryKind.SALVAGE and one["decision_id"]]
    await _bring(row, wrecks, salvage, RecoveryKind.SALVAGE, SALVAGE_WHY, actor=actor, decision_id=decision_id)


async def found_fraud(row: Row, finding_id: int, kind: FraudKind, false_fen: Fen | None, *, actor: Actor) -> None:
    """After a finding on a decided claim: what was paid on it, all of it or the false part, is to come back."""
    due = sum(one["expected_fen"] - one["reduced_fen"] for one in _returns(await store_recovery.of_claim(row["id"])))
    if kind is FraudKind.FALSE_PROOF:  # the rest is still paid, so what is approved counts as paid
        wanted = min(row["opening_paid_fen"] + sum(part["amount_fen"] for part in await store.parts(row["id"])), due + (false_fen or 0))
    else:
        wanted = await _paid(row, *IN_FLIGHT)
    if wanted > due:
        made = await store_recovery.add(
            row, RecoveryKind.FRAUD, await _insured(row), _text(FRAUD_WHY), wanted - due, actor.on, actor=actor, finding_id=finding_id
        )
        await _audited(actor, "opened", made, row["id"], kind=RecoveryKind.FRAUD, expected_fen=wanted - due)


def _returns(held: Sequence[Any]) -> list[Any]:
    """What the insured owes back because a decision or a finding says so; a bank's own mistake is registered by hand and apart."""
    return [one for one in held if one["kind"] in _RETURNS and (one["decision_id"] or one["fraud_finding_id"])]


async def _paid(row: Row, *on_its_way: str) -> Fen:
    counted = ("SETTLED", *on_its_way)
    paid: Fen = sum(part["amount_fen"] for part in await store.parts(row["id"]) if part["payout_state"] in counted)
    before: Fen = row["opening_paid_fen"]  # a past claim, before it was taken over
    return before + paid


async def _bring(row: Row, held: Sequence[Any], wanted_fen: Fen, kind: RecoveryKind, why: Text, *, actor: Actor, decision_id: int) -> None:
    """Bring what is to come back to the wanted amount, by a recovery more or by less expected of those there are."""
    known = [Held(one["id"], one["expected_fen"] - one["reduced_fen"], one["received_fen"], _left(one)) for one in held]
    changed = rules_recovery.change(known, wanted_fen)
    for recovery_id, less in changed.less_fen.items():
        await store_recovery.move(row, recovery_id, MovementKind.REDUCED, less, actor.on, _text(t("重新核定，不再应收")), actor=actor)
        await _audited(actor, "reduced", recovery_id, row["id"], amount_fen=less)
    if changed.more_fen:
        made = await store_recovery.add(
            row, kind, await _insured(row), _text(why), changed.more_fen, actor.on, actor=actor, decision_id=decision_id
        )
        await _audited(actor, "opened", made, row["id"], kind=kind, expected_fen=changed.more_fen)


async def _insured(row: Row) -> str:
    """From whom it is to come back: the insured, by name; the project where the policy names none."""
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    name = await store_recovery.party_name(policy["insured_party_id"])
    return name or str(row["project_name"])
