"""Bank lines dealt with many at a time: what was ticked on a statement, or among all that waits."""

from __future__ import annotations

from litestar import Response, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, typed
from insurance.base.errors import InsuranceError, Invalid, Refused, WrongState
from insurance.claims import settlement
from insurance.claims.pages_forms import carried_out
from insurance.finance import actions_cases as cases
from insurance.finance.pages_exceptions import exceptions_answer
from insurance.finance.pages_lines import picked
from insurance.finance.pages_statement import statement_answer
from insurance.web.view import Note


def _said(fault: InsuranceError) -> tuple[Note, ...]:
    faults = fault.faults if isinstance(fault, Invalid) else ()
    return (Note(faults[0].text if faults else fault.text, "bad"),)


@post("/statements/{statement_id:int}", guards=[needs("statement.write")], status_code=303)
async def deal_on_statement(request: Req, statement_id: Id) -> Response[str]:
    """Confirm and deal with what was ticked on a statement, all or nothing."""
    form = await typed(request)
    await cases.statement(statement_id, actor=request.user)
    try:
        given = picked(form, statement_id)

        async def act() -> str:
            await settlement.deal(given, actor=request.user)
            return f"/statements/{statement_id}?done={len(given.picks)}"

        return await carried_out(request, act)
    except (Invalid, Refused, WrongState) as fault:
        return await statement_answer(request, statement_id, status=fault.status, notes=_said(fault))


@post("/exceptions", guards=[needs("statement.write")], status_code=303)
async def deal_with_exceptions(request: Req) -> Response[str]:
    """The same among the lines of every statement."""
    form = await typed(request)
    try:
        given = picked(form)

        async def act() -> str:
            await settlement.deal(given, actor=request.user)
            return f"/exceptions?done={len(given.picks)}"

        return await carried_out(request, act)
    except (Invalid, Refused, WrongState) as fault:
        return await exceptions_answer(request, status=fault.status, notes=_said(fault))


HANDLERS = [deal_on_statement, deal_with_exceptions]
