"""What a form of a claim sends, as the verb takes it; and faults told back by the field the person typed into."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Response

from insurance.access.http import Req, submit
from insurance.base.errors import FieldFault, InsuranceError, Invalid
from insurance.base.money import half_width
from insurance.base.text import t
from insurance.claims import actions, actions_assessment, actions_decision, actions_dispute, actions_report
from insurance.claims.model import Claim, Verb
from insurance.claims.model_decision import ObjectionOutcome
from insurance.claims.model_verbs import (
    Acceptance,
    Agreement,
    Amount,
    Approval,
    Assessment,
    Assignment,
    Because,
    Closure,
    Correction,
    Declinature,
    Income,
    IncomeLoss,
    InterimPayment,
    Long,
    Objection,
    Outage,
    Override,
    Papers,
    PapersNotice,
    Publicity,
    Reopening,
    RowId,
    Survey,
    Version,
    Zero,
)
from insurance.web import forms

Body = Mapping[str, list[str]]
Act = Callable[..., Awaitable[Claim]]
# Verb → what its form sends, and the action it calls.
VERBS: dict[Verb, tuple[type[msgspec.Struct], Act]] = {
    Verb.CORRECTION: (Correction, actions_report.correction),
    Verb.ACCEPTANCE: (Acceptance, actions.acceptance),
    Verb.ASSIGNMENT: (Assignment, actions.assignment),
    Verb.SURVEY: (Survey, actions.survey),
    Verb.PAPERS_NOTICE: (PapersNotice, actions.papers_notice),
    Verb.PAPERS: (Papers, actions.papers),
    Verb.ASSESSMENT: (Assessment, actions_assessment.assessment),
    Verb.PUBLICITY: (Publicity, actions.publicity),
    Verb.OBJECTION: (Objection, actions_dispute.objection),
    Verb.APPROVAL: (Approval, actions_decision.approval),
    Verb.DECLINATURE: (Declinature, actions_decision.declinature),
    Verb.ZERO: (Zero, actions_decision.zero),
    Verb.AGREEMENT: (Agreement, actions.agreement),
    Verb.INTERIM_PAYMENT: (InterimPayment, actions_decision.interim_payment),
    Verb.WITHDRAWAL: (Because, actions.withdrawal),
    Verb.CLOSURE: (Closure, actions.closure),
    Verb.REOPENING: (Reopening, actions_dispute.reopening),
}
NO_DISASTER = "none"  # the choice that takes a claim off its disaster
_LINE = re.compile(r"lines\[(\d+)\]\.(.+)")
_ROW = re.compile(r"lines-(\d+)-(.+)")
_PREFILLED = frozenset({"policy_item_id", "other_sums_insured_fen", "other_insurers"})
_DECIMALS = frozenset({"units", "degree"})
_PERCENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,4})?)%")


class IncomeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """定损 of the income cover as it is typed: by statement, by the accounts of a period, or by the days of an interruption."""

    version: Version
    statement_id: RowId | None = None
    actual_fen: Income | None = None
    other_income_fen: Income = 0
    from_on: date | None = None
    last_on: date | None = None
    damaged_on: date | None = None
    resumed_on: date | None = None
    earned_daily_fen: Amount = 0
    deductible_explained: bool = True
    note: Long = ""
    objection_outcome: ObjectionOutcome | None = None
    objection_answer: Long = ""


class OverrideForm(msgspec.Struct, frozen=True, kw_only=True):
    """改定 as it is typed; left empty there is none."""

    override_amount_fen: Amount | None = None
    override_reason: Long = ""


def read_verb(verb: Verb, body: Body) -> Any:
    """The struct of the verb. Raises Invalid by the names of the form's fields."""
    shape, _ = VERBS[verb]
    if verb is Verb.CORRECTION and body.get("disaster_id", [""])[0] == NO_DISASTER:
        without = {name: values for name, values in body.items() if name != "disaster_id"}
        return msgspec.structs.replace(forms.read(without, shape), disaster_id=None)
    if verb is Verb.ASSESSMENT:
        return _assessment(body)
    return forms.read(body, shape)


def _assessment(body: Body) -> Assessment:
    """The loss, and the override if there is one; the faults of both are told at once."""
    own = {name: values for name, values in body.items() if name in OverrideForm.__struct_fields__}
    faults: list[FieldFault] = []
    given = override = None
    try:
        given = _loss({name: values for name, values in body.items() if name not in own})
    except Invalid as wrong:
        faults += wrong.faults
    try:
        override = _override(forms.read(own, OverrideForm))
    except Invalid as wrong:
        faults += wrong.faults
    if faults or given is None:
        raise Invalid(t("有 {n} 处要改", n=len(faults)), faults)
    return msgspec.structs.replace(given, override=override)


def _override(typed: OverrideForm) -> Override | None:
    if typed.override_amount_fen is None:
        if typed.override_reason:
            raise Invalid.field("override_amount_fen", t("请填改定金额，或清空改定理由"))
        return None
    return Override(amount_fen=typed.override_amount_fen, reason=typed.override_reason)


def _loss(body: Body) -> Assessment:
    """Lines that hold nothing but their item were not damaged; without lines it is an income claim."""
    rows = line_rows(body)
    if rows is not None:
        kept = {
            name: _decimals(values) if at and at[2] in _DECIMALS else values
            for name, values in body.items()
            if not (at := _ROW.fullmatch(name)) or int(at[1]) in rows
        }
        return forms.read(kept, Assessment)
    typed = forms.read(body, IncomeForm)
    common: dict[str, Any] = {"version": typed.version, "deductible_explained": typed.deductible_explained, "note": typed.note}
    common |= {"objection_outcome": typed.objection_outcome, "objection_answer": typed.objection_answer}
    income = outage = None
    if typed.damaged_on is not None or typed.resumed_on is not None:
        if typed.damaged_on is None or typed.resumed_on is None:
            field = "damaged_on" if typed.damaged_on is None else "resumed_on"
            raise Invalid.field(field, t("停产日和恢复日都要填"))
        outage = Outage(damaged_on=typed.damaged_on, resumed_on=typed.resumed_on, earned_daily_fen=typed.earned_daily_fen)
    by_statement = typed.statement_id is not None and outage is None  # the form offers the statement unasked
    if typed.actual_fen is not None or by_statement:
        income = IncomeLoss(
            actual_fen=typed.actual_fen, other_income_fen=typed.other_income_fen, from_on=typed.from_on, last_on=typed.last_on,
            statement_id=typed.statement_id if by_statement else None,
        )  # fmt: skip
    return Assessment(income=income, outage=outage, **common)


def _decimals(values: Sequence[str]) -> list[str]:
    """Numbers as people type them (`80%`, `３７`, `1,200`) as plain decimals; what is none is told by its field."""
    found = []
    for text in values:
        compact = half_width(text).replace(",", "").replace(" ", "")
        percent = _PERCENT.fullmatch(compact)
        found.append(f"{Decimal(percent[1]) / 100:f}" if percent else compact)
    return found


def line_rows(body: Body) -> list[int] | None:
    """The rows of the loss table in which something was typed, in order; None when there is no such table.

    What the register declares of other insurers stands in every row: it says nothing of a loss.
    """
    named = [(int(at[1]), at[2], values) for name, values in body.items() if (at := _ROW.fullmatch(name))]
    if not named:
        return None
    return sorted({row for row, field, values in named if field not in _PREFILLED and any(one.strip() for one in values)})


def as_typed(faults: Sequence[FieldFault], body: Body) -> list[FieldFault]:
    """An action's faults (`lines[1].loss_fen`, `income.from_on`) by the fields of the form (`lines-4-loss_fen`, `from_on`)."""
    rows = line_rows(body) or []
    told = []
    for fault in faults:
        field = fault.field
        if (at := _LINE.fullmatch(field)) and int(at[1]) < len(rows):
            field = f"lines-{rows[int(at[1])]}-{at[2]}"
        field = re.sub(r"\[\d+\]$", "", field.removeprefix("income.").removeprefix("outage.")).replace("override.", "override_")
        told.append(FieldFault("" if field in {"lines", "income", "outage", "version"} else field, fault.text))
    return told


async def carried_out(request: Req, act: Callable[[], Awaitable[str]]) -> Response[str]:
    """`submit`, but a refusal is not remembered under the form's key: nothing happened, and the form is shown again."""

    async def run() -> str:
        try:
            return await act()
        except InsuranceError as refused:
            refused.extra["unstored"] = True
            raise

    return await submit(request, run)
