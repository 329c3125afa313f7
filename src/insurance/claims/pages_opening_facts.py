"""期初事实 of a past claim: what was stated, version by version, and the form of its correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post
from msgspec import UNSET

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import FieldFault, Forbidden, Invalid, Refused
from insurance.base.money import Fen, yuan
from insurance.base.text import Text, render, t
from insurance.claims import actions, actions_opening
from insurance.claims.model import Claim
from insurance.claims.model_opening import OPEN, Ended, OpeningCorrection, OpeningVersion, Outcome
from insurance.claims.model_verbs import Amount, Long, Short, Version
from insurance.claims.pages_forms import carried_out
from insurance.claims.store import Row
from insurance.web import forms
from insurance.web.forms import FormState, kept
from insurance.web.render import onward

OUTCOME_NAMES: dict[Outcome, Text] = {
    Outcome.PAID: t("已赔付结案"), Outcome.REJECTED: t("拒赔"), Outcome.WITHDRAWN: t("撤案"), Outcome.ZERO: t("零结案"),
    Outcome.REPORTED: t("未决，已报案"), Outcome.OPENED: t("未决，已立案"),
}  # fmt: skip
_LABELS: dict[str, Text] = {
    "outcome": t("结果"), "loss_on": t("出险日期"), "reported_fen": t("报损金额"), "assessed_fen": t("定损金额"),
    "approved_fen": t("赔款金额"), "paid_fen": t("已付金额"), "paid_on": t("付款日期"), "ended_on": t("结案日期"),
    "payee_name": t("收款户名"), "note": t("备注"), "reason": t("更正的原因"),
}  # fmt: skip
_SHOWN = (
    "reason",
    "outcome",
    "loss_on",
    "reported_fen",
    "assessed_fen",
    "approved_fen",
    "paid_fen",
    "paid_on",
    "ended_on",
    "payee_name",
    "note",
)
_OF_OPEN = ("loss_on", "reported_fen", "paid_fen", "paid_on", "payee_name", "note")


class CorrectionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The new statement whole, as it is typed; what is left empty is stated as not there."""

    version: Version
    loss_on: date
    reported_fen: Amount
    reason: Long = ""
    outcome: Ended | None = None
    assessed_fen: Amount | None = None
    approved_fen: Amount | None = None
    paid_fen: Amount = 0
    paid_on: date | None = None
    ended_on: date | None = None
    payee_name: Short = ""
    note: Long = ""

    def correction(self, *, open_claim: bool) -> OpeningCorrection:
        """As the action takes it. Raises Invalid without a reason, or without a day of closing."""
        if not self.reason.strip():
            raise Invalid.field("reason", t("请写明更正的原因"))
        if open_claim:
            return OpeningCorrection(version=self.version, reason=self.reason, **{name: getattr(self, name) for name in _OF_OPEN})
        if self.ended_on is None:
            raise Invalid.field("ended_on", t("请填写此项"))
        return OpeningCorrection(
            version=self.version, reason=self.reason, outcome=UNSET if self.outcome is None else self.outcome, ended_on=self.ended_on,
            assessed_fen=self.assessed_fen, approved_fen=self.approved_fen, **{name: getattr(self, name) for name in _OF_OPEN},
        )  # fmt: skip


async def opening_section(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """What was stated last of a past claim, for the claim's own page."""
    del row
    if not claim.opening:
        return {"opening": None}
    found = await actions_opening.versions(claim.id, actor=actor)
    return {"opening": found[-1], "opening_versions": len(found), "outcome_names": OUTCOME_NAMES}


async def _page(request: Req, claim_id: int, *, failed: FormState | None = None, status: int = 200) -> Response[str]:
    actor, say = request.user, request.user.language
    async with db.transaction(actor.scope):
        claim = await actions.one(claim_id, actor=actor)
        found = await actions_opening.versions(claim_id, actor=actor)
    if not found:  # nothing was taken over: the claim's own page says all there is
        return onward(f"/claims/{claim_id}", view(request))
    latest = found[-1]
    open_claim = latest.outcome in OPEN
    return show(
        request, "claims/opening_facts.html", status=status, claim=claim, versions=found[::-1], rows=_compared(found[::-1], say),
        labels={name: render(word, say) for name, word in _LABELS.items()}, open_claim=open_claim,
        outcomes=[(one.value, render(OUTCOME_NAMES[Outcome(one.value)], say)) for one in Ended],
        form=failed or _start(latest), may_correct=may(actor.role, "claim.opening-correction"),
    )  # fmt: skip


def _compared(found: Sequence[OpeningVersion], language: str) -> list[dict[str, Any]]:
    """One row per fact, one cell per version in the order given (newest first); `new` marks what a version says otherwise than the
    one it followed.
    """
    rows = []
    for name in _SHOWN:
        said = [_said(getattr(one, name), language) for one in found]
        before = [*said[1:], said[-1]]
        cells = [{"said": now, "new": now != then} for now, then in zip(said, before, strict=True)]
        rows.append({"word": render(_LABELS[name], language), "cells": cells})
    return rows


def _said(value: Outcome | date | Fen | str | None, language: str) -> str:
    """A stated fact for people; amounts in yuan."""
    match value:
        case Outcome():
            return render(OUTCOME_NAMES[value], language)
        case int():
            return yuan(value)
        case date():
            return f"{value:%Y-%m-%d}"
    return value or ""


def _start(latest: OpeningVersion) -> FormState:
    """The form starts from what stands."""
    known = {name: getattr(latest, name) for name in (*_OF_OPEN, "assessed_fen", "approved_fen", "ended_on")}
    return forms.filled(**known | {"outcome": None if latest.outcome in OPEN else latest.outcome.value})


@get("/claims/{claim_id:int}/opening", guards=[needs("claim.read")])
async def opening_facts_page(request: Req, claim_id: Id) -> Response[str]:
    """Every version of what was stated of a past claim, and the form that states it anew."""
    return await _page(request, claim_id)


@post("/claims/{claim_id:int}/opening-corrections", guards=[needs("claim.opening-correction")], status_code=303)
async def correct_opening_page(request: Req, claim_id: Id) -> Response[str]:
    """State a past claim anew; a fault brings the form back with what was typed."""
    body = await typed(request)
    stated = await actions_opening.versions(claim_id, actor=request.user)
    open_claim = bool(stated) and stated[-1].outcome in OPEN
    try:
        given = forms.read(body, CorrectionForm).correction(open_claim=open_claim)

        async def act() -> str:
            await actions_opening.correction(claim_id, given, actor=request.user)
            return f"/claims/{claim_id}/opening"

        return await carried_out(request, act)
    except (Invalid, Refused, Forbidden) as fault:
        faults = fault.faults or [FieldFault("", fault.text)]
        return await _page(request, claim_id, failed=kept(body, list(faults)), status=fault.status)


@get("/claims/{claim_id:int}/opening-corrections", guards=[needs("claim.read")])
async def correction_again(request: Req, claim_id: Id) -> Response[str]:
    """The form's address asked for anew leads back to its page."""
    await actions.one(claim_id, actor=request.user)
    return onward(f"/claims/{claim_id}/opening", view(request))


HANDLERS = [opening_facts_page, correct_opening_page, correction_again]
