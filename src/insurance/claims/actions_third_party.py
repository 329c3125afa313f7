"""第三者责任: three questions on every claim — did somebody else cause it, what did they pay already, was the claim against them waived."""

from __future__ import annotations

from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, WrongState
from insurance.base.text import t
from insurance.claims import store_recovery
from insurance.claims.actions_move import locked, seen
from insurance.claims.model import ClaimState
from insurance.claims.model_recovery import ThirdParty, ThirdPartyAnswers

_OVER = frozenset({ClaimState.WITHDRAWN, ClaimState.CLOSED})


async def answers(claim_id: int, *, actor: Actor) -> ThirdParty:
    """What is known; the questions nobody has asked are named. Raises NotFound."""
    async with db.transaction(actor.scope):
        await seen(claim_id)
        return _view(await store_recovery.third_party(claim_id))


def _view(row: Any) -> ThirdParty:
    if row is None:
        return ThirdParty(unanswered=("caused", "paid_fen", "waived"))
    known = dict(row)
    return ThirdParty(**known, unanswered=unanswered(known))


def unanswered(known: dict[str, Any]) -> tuple[str, ...]:
    """The questions still open: where nobody else caused the loss there is only one."""
    if known["caused"] is False:
        return ()
    return tuple(name for name in ("caused", "paid_fen", "waived") if known[name] is None)


async def answer(claim_id: int, given: ThirdPartyAnswers, *, actor: Actor) -> ThirdParty:
    """Keep the answers as they are now; earlier ones stay on record. Raises NotFound, WrongState, Invalid by field."""
    async with db.transaction(actor.scope):
        row = await locked(claim_id)
        if row.state in _OVER:
            raise WrongState(t("案件已结案或撤案，不再登记第三者责任"))
        _check(given, row, actor)
        await store_recovery.add_third_party(row, given, actor=actor)
        facts = {"caused": given.caused, "paid_fen": given.paid_fen, "waived": given.waived}
        await audit.record(actor, "third-party.answered", f"claim:{claim_id}", **facts)
        return _view(await store_recovery.third_party(claim_id))


def _check(given: ThirdPartyAnswers, row: Any, actor: Actor) -> None:
    faults = []
    if given.caused and not given.name.strip():
        faults.append(FieldFault("name", t("请填写第三者的名称")))
    if not given.caused:
        named = {"name": given.name.strip(), "family": given.family, "paid_fen": given.paid_fen, "waived": given.waived}
        faults += [FieldFault(name, t("没有第三者的，这一项不填")) for name, value in named.items() if value]
    if given.intent and not given.family:
        faults.append(FieldFault("intent", t("只对家庭成员或组成人员填写是否故意")))
    if given.waived_on is not None and not given.waived:
        faults.append(FieldFault("waived_on", t("没有放弃的，不填放弃之日")))
    elif given.waived_on is not None and not row["loss_on"] <= given.waived_on <= actor.on:
        faults.append(FieldFault("waived_on", t("放弃之日应在出险日与今天之间")))
    if faults:
        raise Invalid(t("第三者责任填写有误"), faults)
