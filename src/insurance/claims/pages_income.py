"""收益报表 on pages: the section of a claim that shows the statement that counts, and the form that files or corrects one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, typed, view
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, LostUpdate, Refused
from insurance.base.text import Text, render, t
from insurance.claims import actions, actions_evidence, actions_income, store
from insurance.claims.actions_move import seen
from insurance.claims.lifecycle import BEFORE_APPROVAL
from insurance.claims.model import Claim
from insurance.claims.model_income import StatementEntry, StatementView
from insurance.claims.names import COUNTING_NAMES, LINE_NAMES
from insurance.claims.pages_forms import as_typed, carried_out
from insurance.claims.store import Row
from insurance.policies.model import Cover
from insurance.web import forms
from insurance.web.forms import FormState
from insurance.web.render import onward

FILE = "income-statement.file"
_SPARE_ROWS, _FEWEST_ROWS = 6, 16  # rows a form offers beyond those in use
_LABELS: dict[str, Text] = {
    "from_on": t("报表期间起"), "last_on": t("报表期间止"), "closed_on": t("账目结清之日"), "signed_on": t("签字之日"),
    "signed_by": t("签字人"), "note": t("说明"), "lines": t("收支项目"),
}  # fmt: skip
_LINE_LABELS: dict[str, Text] = {"kind": t("项目"), "amount_fen": t("金额"), "document_id": t("凭证"), "note": t("备注")}


async def section(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """The statements of an income claim, the one that counts first, and whether this reader may file another."""
    if claim.cover != Cover.INCOME:
        return {"statements": None}
    return {
        "statements": await actions_income.statements(claim.id, actor=actor),
        "counting_names": COUNTING_NAMES,
        "may_file_statement": may(actor.role, FILE) and row.state in BEFORE_APPROVAL,
    }


@get("/claims/{claim_id:int}/income-statements", guards=[needs(FILE)])
async def statement_form(request: Req, claim_id: Id) -> Response[str]:
    """The form for an income statement; where one is on file, it is corrected here. An asset claim has none."""
    claim = await actions.one(claim_id, actor=request.user)
    if claim.cover != Cover.INCOME or claim.state not in BEFORE_APPROVAL:
        return onward(f"/claims/{claim_id}", view(request))
    return await _form(request, claim)


@post("/claims/{claim_id:int}/income-statements", guards=[needs(FILE)], status_code=303)
async def file_statement(request: Req, claim_id: Id) -> Response[str]:
    """File the statement; what is wrong is told by field and nothing typed is lost."""
    body: Mapping[str, list[str]] = await typed(request)
    try:
        given = forms.read(body, StatementEntry)

        async def act() -> str:
            await actions_income.file_statement(claim_id, given, actor=request.user)
            return f"/claims/{claim_id}?done=income-statement#income-statement"

        return await carried_out(request, act)
    except (Invalid, Refused) as fault:
        claim = await actions.one(claim_id, actor=request.user)
        faults = as_typed(fault.faults, body) if fault.faults else [FieldFault("", fault.text)]
        return await _form(request, claim, forms.kept(body, faults), status=fault.status, renewed=isinstance(fault, LostUpdate))


async def _form(request: Req, claim: Claim, form: FormState | None = None, *, status: int = 200, renewed: bool = False) -> Response[str]:
    """The form as it starts, or as it was typed; `renewed`: it now corrects the statement that counts by now."""
    actor: Actor = request.user
    async with db.transaction(actor.scope):
        row = await seen(claim.id)
        wording = await actions_income.income_wording(row)
        policy = await store.policy_of(row["policy_id"], row["loss_on"])
        found = await actions_income.statements(claim.id, actor=actor)
        papers = (await actions_evidence.on_file(claim.id, actor=actor)).items
    current = found[0] if found else None
    form = form or _start(current, policy["starts_on"])
    if renewed and current is not None:
        form = FormState(form.values | {"supersedes_id": [str(current.id)]}, form.faults)
    used = form.rows("lines")
    rows = list(range(max(_FEWEST_ROWS, (used[-1] + 1 if used else 0) + _SPARE_ROWS)))
    return show(
        request,
        "claims/income_statement.html",
        status=status,
        claim=claim,
        current=current,
        form=form,
        labels=_labels(rows, actor.language),
        rows=rows,
        shown=max(_SPARE_ROWS, len(used) + 2),
        kinds=_kinds(wording.kinds if wording else (), wording, actor.language),
        papers=[(paper.id, paper.file_name) for paper in papers],
        within_days=wording.claim_within_days if wording else 0,
    )


def _start(current: StatementView | None, starts_on: date) -> FormState:
    """A correction starts from the statement that counts, a first one from the first day of cover."""
    if current is None:
        return forms.filled(from_on=starts_on)
    lines = [{"kind": line.kind, "amount_fen": line.amount_fen, "document_id": line.document_id, "note": line.note or None}
             for line in current.lines]  # fmt: skip
    values = {f"lines-{place}-{name}": value for place, line in enumerate(lines) for name, value in line.items()}
    return forms.filled(
        from_on=current.from_on, last_on=current.last_on, closed_on=current.closed_on, signed_by=current.signed_by,
        note=current.note or None, supersedes_id=current.id, **values,
    )  # fmt: skip


def _kinds(kinds: Any, wording: Any, language: str) -> list[tuple[str, str]]:
    """The kinds the wording knows, each with how it counts."""
    return [
        (kind.value, f"{render(COUNTING_NAMES[wording.counting(kind)], language)} · {render(LINE_NAMES[kind], language)}") for kind in kinds
    ]


def _labels(rows: list[int], language: str) -> dict[str, str]:
    words = {name: render(word, language) for name, word in _LABELS.items()}
    for row in rows:
        for name, word in _LINE_LABELS.items():
            words[f"lines-{row}-{name}"] = render(t("第 {n} 行{what}", n=row + 1, what=word), language)
    return words


HANDLERS = [statement_form, file_statement]
