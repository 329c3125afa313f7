"""The page of the books: the trial balance of a day."""

from __future__ import annotations

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.query import day_of
from insurance.base.errors import Invalid
from insurance.finance import actions_ledger as actions
from insurance.web.forms import FormState
from insurance.web.view import Note


@get("/ledger", guards=[needs("ledger.read")])
async def ledger_page(request: Req) -> Response[str]:
    """The trial balance as of a day."""
    actor = request.user
    typed = request.query_params.get("as_of") or actor.on.isoformat()
    notes: tuple[Note, ...] = ()
    try:
        found = await actions.balances(day_of(typed, "as_of") or actor.on, actor=actor)
    except Invalid as fault:
        notes = (Note(fault.faults[0].text, "bad"),)
        found = await actions.balances(actor.on, actor=actor)
    return show(
        request, "finance/ledger.html", status=422 if notes else 200, notes=notes, books=found, form=FormState(values={"as_of": [typed]})
    )  # fmt: skip


HANDLERS = [ledger_page]
