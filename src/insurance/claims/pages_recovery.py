"""第三者责任、追偿、欺诈认定 of a claim: one page with one form open at a time, and what the claim's own page shows of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import FieldFault, Forbidden, Invalid, Refused
from insurance.base.text import Text, render, t
from insurance.claims import actions, actions_evidence, actions_fraud, actions_recovery, actions_third_party
from insurance.claims.model import Claim
from insurance.claims.model_recovery import (
    FraudKind,
    MovementKind,
    NewFinding,
    NewRecovery,
    Receipt,
    RecoveryKind,
    ThirdParty,
    ThirdPartyAnswers,
    WriteOff,
)
from insurance.claims.model_verbs import Amount, Long, Short
from insurance.claims.names import QUESTIONS
from insurance.claims.pages_forms import carried_out
from insurance.claims.store import Row
from insurance.web import forms
from insurance.web.forms import FormState, kept
from insurance.web.render import onward

KIND_NAMES: dict[RecoveryKind, Text] = {
    RecoveryKind.SUBROGATION: t("代位追偿"), RecoveryKind.SALVAGE: t("残值"), RecoveryKind.OVERPAID: t("多付退回"),
    RecoveryKind.FRAUD: t("欺诈追回"),
}  # fmt: skip
MOVEMENT_NAMES: dict[MovementKind, Text] = {
    MovementKind.RECEIVED: t("收回"), MovementKind.WRITTEN_OFF: t("放弃"), MovementKind.REDUCED: t("不再应收"),
}  # fmt: skip
FRAUD_NAMES: dict[FraudKind, Text] = {
    FraudKind.FALSE_EVENT: t("谎称发生保险事故"), FraudKind.STAGED_EVENT: t("故意制造保险事故"),
    FraudKind.FALSE_PROOF: t("伪造证明或夸大损失"),
}  # fmt: skip
_LABELS: dict[str, Text] = {
    "caused": QUESTIONS["caused"], "name": t("第三者"), "family": t("是否被保险人的家庭成员或其组成人员"), "intent": t("是否故意造成"),
    "paid_fen": t("已从第三者取得的赔偿"), "waived": QUESTIONS["waived"], "waived_on": t("放弃之日"), "note": t("说明"), "kind": t("类别"),
    "counterparty": t("向谁追偿"), "basis": t("依据"), "expected_fen": t("应收金额"), "since_on": t("起始之日"),
    "received_fen": t("收回金额"), "received_on": t("收到之日"), "amount_fen": t("放弃金额"), "written_off_on": t("放弃追偿之日"),
    "reason": t("缘由"), "facts": t("查明的事实"), "document_ids": t("证据"), "false_fen": t("虚报金额"),
}  # fmt: skip


class YesNo(StrEnum):
    """An answer to a question that may also be open."""

    YES = "yes"
    NO = "no"


class ThirdPartyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The questions as they are answered on paper: yes, no, or not asked yet."""

    caused: YesNo | None = None
    name: Short = ""
    family: YesNo | None = None
    intent: YesNo | None = None
    paid_fen: Amount | None = None
    waived: YesNo | None = None
    waived_on: date | None = None
    note: Long = ""

    def answers(self) -> ThirdPartyAnswers:
        """As the action takes them."""
        said = {
            name: None if (one := getattr(self, name)) is None else one is YesNo.YES for name in ("caused", "family", "intent", "waived")
        }
        return ThirdPartyAnswers(name=self.name, paid_fen=self.paid_fen, waived_on=self.waived_on, note=self.note, **said)


# name → the act of `MAY`; what the form sends; what is done with it for the claim or the recovery
_FORMS: dict[str, tuple[str, type[msgspec.Struct], Callable[[int, Any, Actor], Awaitable[Any]]]] = {
    "third-party": ("third-party.write", ThirdPartyForm, lambda at, given, who: actions_third_party.answer(at, given.answers(), actor=who)),
    "recoveries": ("recovery.write", NewRecovery, lambda at, given, who: actions_recovery.open_recovery(at, given, actor=who)),
    "fraud-findings": ("fraud.find", NewFinding, lambda at, given, who: actions_fraud.find(at, given, actor=who)),
    "receipts": ("recovery.write", Receipt, lambda at, given, who: actions_recovery.receipt(at, given, actor=who)),
    "write-offs": ("recovery.write-off", WriteOff, lambda at, given, who: actions_recovery.write_off(at, given, actor=who)),
}  # fmt: skip
_OF_RECOVERY = ("receipts", "write-offs")


# -- the section of the claim's page ---------------------------------------------------------------------------------------


async def recoveries_section(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """第三者责任和追偿, as far as the claim's page shows it."""
    del row
    third = await actions_third_party.answers(claim.id, actor=actor)
    return {
        "third_party": third, "unasked": unasked(third), "kind_names": KIND_NAMES, "fraud_names": FRAUD_NAMES,
        "recoveries": (await actions_recovery.recoveries(claim.id, actor=actor)).items if may(actor.role, "recovery.read") else (),
        "findings": (await actions_fraud.findings(claim.id, actor=actor)).items if may(actor.role, "fraud.read") else (),
    }  # fmt: skip


def unasked(third: ThirdParty) -> list[Text]:
    """The questions nobody has asked yet, in words."""
    return [QUESTIONS[name] for name in third.unanswered]


# -- the page --------------------------------------------------------------------------------------------------------------


async def _page(
    request: Req, claim_id: int, wanted: str | None, *, recovery_id: int | None = None, failed: FormState | None = None, status: int = 200
) -> Response[str]:
    actor: Actor = request.user
    say = actor.language
    async with db.transaction(actor.scope):
        claim = await actions.one(claim_id, actor=actor)
        shown = await recoveries_section(claim, Row(), actor)
        papers = (await actions_evidence.on_file(claim_id, actor=actor)).items if may(actor.role, "fraud.find") else ()
    chosen = next((one for one in shown["recoveries"] if one.id == recovery_id), None)
    if wanted not in _FORMS or not may(actor.role, _FORMS[wanted][0]) or (wanted in _OF_RECOVERY and chosen is None):
        wanted = None
    return show(
        request, "claims/recoveries.html", status=status, claim=claim, wanted=wanted, chosen=chosen, papers=papers,
        labels={name: render(word, say) for name, word in _LABELS.items()},
        form=failed or _start(wanted, shown["third_party"]), movement_names=MOVEMENT_NAMES,
        kinds=[(kind.value, render(word, say)) for kind, word in KIND_NAMES.items() if kind is not RecoveryKind.FRAUD],
        fraud_kinds=[(kind.value, render(word, say)) for kind, word in FRAUD_NAMES.items()],
        open_forms=[name for name, (act, _, _) in _FORMS.items() if may(actor.role, act)], **shown,
    )  # fmt: skip


def _start(wanted: str | None, third: ThirdParty) -> FormState:
    """What is known is not asked again: the third party's form starts from the newest answers."""
    if wanted != "third-party":
        return FormState()
    words = {True: YesNo.YES, False: YesNo.NO, None: None}
    known = {name: words[getattr(third, name)] for name in ("caused", "family", "intent", "waived")}
    plain = {name: getattr(third, name) or None for name in ("name", "waived_on", "note")}
    return forms.filled(**known, **plain, paid_fen=third.paid_fen)


@get("/claims/{claim_id:int}/recoveries", guards=[needs("recovery.read")])
async def recoveries_page(request: Req, claim_id: Id) -> Response[str]:
    """What comes back on a claim; `?form=` opens one form, `&recovery=` says of which recovery."""
    asked = request.query_params.get("recovery", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    return await _page(request, claim_id, request.query_params.get("form"), recovery_id=number)


async def _send(request: Req, name: str, at: int, claim_id: int) -> Response[str]:
    body: Mapping[str, list[str]] = await typed(request)
    _, shape, act = _FORMS[name]
    try:
        given = forms.read(body, shape)

        async def run() -> str:
            await act(at, given, request.user)
            return f"/claims/{claim_id}/recoveries"

        return await carried_out(request, run)
    except (Invalid, Refused, Forbidden) as fault:
        faults = [FieldFault(re.sub(r"\[\d+\]$", "", one.field), one.text) for one in fault.faults] or [FieldFault("", fault.text)]
        return await _page(
            request, claim_id, name, recovery_id=at if name in _OF_RECOVERY else None, failed=kept(body, faults), status=fault.status
        )


def _routes(name: str) -> list[Any]:
    """The POST of one form, and its address asked for anew: of a claim, or of a recovery."""
    act = _FORMS[name][0]
    of_recovery = name in _OF_RECOVERY
    path = f"/recoveries/{{recovery_id:int}}/{name}" if of_recovery else f"/claims/{{claim_id:int}}/{name}"

    if of_recovery:

        @post(path, guards=[needs(act)], status_code=303, name=f"page-{name}")
        async def send_movement(request: Req, recovery_id: Id) -> Response[str]:
            claim_id = (await actions_recovery.recovery(recovery_id, actor=request.user)).claim_id
            return await _send(request, name, recovery_id, claim_id)

        @get(path, guards=[needs("recovery.read")], name=f"page-{name}-again")
        async def movement_again(request: Req, recovery_id: Id) -> Response[str]:
            claim_id = (await actions_recovery.recovery(recovery_id, actor=request.user)).claim_id
            return onward(f"/claims/{claim_id}/recoveries?form={name}&recovery={recovery_id}", view(request))

        return [send_movement, movement_again]

    @post(path, guards=[needs(act)], status_code=303, name=f"page-{name}")
    async def send(request: Req, claim_id: Id) -> Response[str]:
        await actions.one(claim_id, actor=request.user)
        return await _send(request, name, claim_id, claim_id)

    @get(path, guards=[needs("recovery.read")], name=f"page-{name}-again")
    async def again(request: Req, claim_id: Id) -> Response[str]:
        await actions.one(claim_id, actor=request.user)
        return onward(f"/claims/{claim_id}/recoveries?form={name}", view(request))

    return [send] if name == "recoveries" else [send, again]


HANDLERS = [recoveries_page, *(handler for name in _FORMS for handler in _routes(name))]
