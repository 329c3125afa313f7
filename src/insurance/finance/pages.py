"""Pages of finance that move no claim: the states of payouts and their release; the other pages stand in files of their own."""

from __future__ import annotations

from litestar import Response, Router, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, submit, typed
from insurance.base.errors import Invalid
from insurance.base.text import Text, t
from insurance.finance import (
    actions,
    pages_entries,
    pages_exceptions,
    pages_ledger,
    pages_ledger_opening,
    pages_months,
    pages_paid_in,
    pages_payments,
    pages_statement,
    pages_statements,
)
from insurance.finance.model import PayoutState

STATES: dict[PayoutState, tuple[Text, str]] = {
    PayoutState.ORDERED: (t("待复核"), "due"),
    PayoutState.RELEASED: (t("已放行"), "az"),
    PayoutState.PARTIAL: (t("部分到账"), "due"),
    PayoutState.SETTLED: (t("已到账"), "ok"),
    PayoutState.RETURNED: (t("已退汇"), "bad"),
    PayoutState.CANCELLED: (t("已作废"), ""),
}


def whole(form: dict[str, list[str]], name: str) -> int:
    """A hidden number field; a page that was tampered with or has expired is Invalid."""
    text = form.get(name, [""])[0]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid.field(name, t("页面已过期，请刷新后重新提交"))
    return int(text)


@post("/payouts/{payout_id:int}/release", guards=[needs("payout.release")], status_code=303)
async def release(request: Req, payout_id: Id) -> Response[str]:
    """The second person lets the order go."""
    form = await typed(request)

    async def act() -> str:
        await actions.release(payout_id, whole(form, "version"), actor=request.user)
        return "/payouts?state=RELEASED"

    return await submit(request, act)


router = Router(
    path="",
    route_handlers=[
        release,
        *pages_statement.HANDLERS,
        *pages_statements.HANDLERS,
        *pages_exceptions.HANDLERS,
        *pages_payments.HANDLERS,
        *pages_ledger.HANDLERS,
        *pages_entries.HANDLERS,
        *pages_ledger_opening.HANDLERS,
        *pages_months.HANDLERS,
        *pages_paid_in.HANDLERS,
    ],
)
