"""期初余额: what the books stood at before, account by account in debit and credit; corrected as a whole, with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Req, show, submit, typed
from insurance.access.query import day_of
from insurance.access.rules import may
from insurance.base.errors import FieldFault, InsuranceError, Invalid, Refused
from insurance.base.money import parse_yuan
from insurance.base.text import t
from insurance.finance import actions_ledger as actions
from insurance.finance.actions_ledger import Opening
from insurance.finance.model import CHART
from insurance.web.forms import FormState, kept
from insurance.web.shown import plain
from insurance.web.view import Note

_CODES = tuple(code for code, account in CHART.items() if not account.memo)
_SIDES = ("debit", "credit")
Body = Mapping[str, list[str]]


def _fen(body: Body, name: str, faults: list[FieldFault]) -> int:
    """A typed amount, nothing being 0; what is wrong with it goes to the faults."""
    text = body.get(name, [""])[0].strip()
    if not text:
        return 0
    try:
        found = parse_yuan(text)
    except Invalid:
        found = -1
    if found < 0:
        faults.append(FieldFault(name, t("请填金额，例如 82000 或 8.2万；负数填在另一栏")))
    return max(found, 0)


def opening_of(body: Body) -> Opening:
    """The opening balances as they were typed. Raises Invalid with a fault for each wrong field."""
    faults: list[FieldFault] = []
    balances = {}
    for code in _CODES:
        debit, credit = (_fen(body, f"{side}-{code}", faults) for side in _SIDES)
        if debit and credit:
            faults.append(FieldFault(f"credit-{code}", t("借方和贷方只填一栏")))
        if debit != credit:
            balances[code] = debit - credit
    try:
        on = day_of(body.get("on", [""])[0], "on")
    except Invalid as wrong:
        on, faults = None, [*faults, *wrong.faults]
    else:
        faults += [FieldFault("on", t("请填写日期"))] if on is None else []
    if not balances and not faults:
        faults = [FieldFault(f"debit-{_CODES[0]}", t("请至少填写两个科目的余额"))]
    if faults or on is None:
        raise Invalid(t("有 {n} 处要改", n=len(faults)), faults)
    return Opening(on=on, balances=balances, reason=body.get("reason", [""])[0][:500])


def _named(fault: FieldFault) -> FieldFault:
    """The fault by the field it was typed into: of an account, or of all of them at the foot."""
    _, _, code = fault.field.partition(".")
    if not fault.field.startswith("balances"):
        return fault
    return FieldFault(f"debit-{code or _CODES[0]}", fault.text)


def _sums(form: FormState) -> dict[str, int]:
    """What the typed columns come to, as far as they can be read."""
    unread: list[FieldFault] = []
    return {side: sum(_fen(form.values, f"{side}-{code}", unread) for code in _CODES) for side in _SIDES}


async def _page(request: Req, *, form: FormState | None = None, status: int = 200, notes: tuple[Note, ...] = ()) -> Response[str]:
    standing = await actions.opened(actor=request.user)
    if form is None:
        values = {"on": [standing.on.isoformat()]} if standing.on else {}
        values |= {f"{'debit' if fen > 0 else 'credit'}-{code}": [plain(abs(fen))] for code, fen in standing.balances.items()}
        form = FormState(values=values)
    return show(
        request,
        "finance/ledger_opening.html",
        status=status,
        notes=notes,
        form=form,
        standing=standing,
        accounts=[CHART[code] for code in _CODES],
        sums=_sums(form),
        write=may(request.user.role, "ledger.open"),
    )


@get("/ledger/opening", guards=[needs("ledger.read")])
async def opening_page(request: Req) -> Response[str]:
    """What the books were opened with; the form for who may enter or correct it."""
    return await _page(request)


@post("/ledger/opening", guards=[needs("ledger.open")], status_code=303)
async def open_books(request: Req) -> Response[str]:
    """Enter or correct the opening balances; with a fault all that was typed stays."""
    body = await typed(request)

    async def act() -> str:
        try:
            await actions.open_books(opening_of(body), actor=request.user)
        except InsuranceError as refused:
            refused.extra["unstored"] = True
            raise
        return "/ledger?opened=1"

    try:
        return await submit(request, act)
    except Invalid as fault:
        return await _page(request, form=kept(body, [_named(one) for one in fault.faults]), status=fault.status)
    except Refused as fault:
        return await _page(request, form=kept(body, []), status=fault.status, notes=(Note(fault.text, "bad"),))


HANDLERS = [opening_page, open_books]
