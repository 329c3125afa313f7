"""Pages of finance that move no claim: payouts, their release, statements and their lines."""

from __future__ import annotations

from collections import Counter

from litestar import Response, Router, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.base.errors import Invalid, NotFound
from insurance.base.text import Text, render, t
from insurance.finance import actions, actions_cases, api_exceptions, pages_ledger, pages_months, pages_paid_in, pages_payments
from insurance.finance.actions_cases import ACTION_NAMES, DONE, MATCHED, SUGGESTED
from insurance.finance.model import PayoutState
from insurance.finance.model_cases import CaseKind
from insurance.finance.model_payments import RETURN_REASONS
from insurance.finance.views import LineView

STATES: dict[PayoutState, tuple[Text, str]] = {
    PayoutState.ORDERED: (t("待复核"), "due"),
    PayoutState.RELEASED: (t("已放行"), "az"),
    PayoutState.PARTIAL: (t("部分到账"), "due"),
    PayoutState.SETTLED: (t("已到账"), "ok"),
    PayoutState.RETURNED: (t("已退汇"), "bad"),
    PayoutState.CANCELLED: (t("已作废"), ""),
}
BUCKETS: dict[str, tuple[Text, str]] = {
    MATCHED: (t("已匹配"), "ok"),
    DONE: (t("已处理"), "ok"),
    SUGGESTED: (t("建议"), "due"),
    CaseKind.RETURNED: (t("退汇"), "bad"),
    CaseKind.DUPLICATE: (t("重复付款"), "bad"),
    CaseKind.SHORT: (t("少付"), "bad"),
    CaseKind.OVER: (t("多付"), "bad"),
    CaseKind.FEE: (t("手续费"), "due"),
    CaseKind.REVERSAL: (t("冲正"), "due"),
    CaseKind.PAID_IN: (t("保险公司拨入"), "due"),
    CaseKind.PREMIUM: (t("保费"), "due"),
    CaseKind.OTHER_SIDE: (t("对方同笔"), ""),
    CaseKind.NOT_OPEN: (t("指令未放行"), "bad"),
    CaseKind.AMBIGUOUS: (t("多笔候选"), "due"),
    CaseKind.UNKNOWN: (t("未匹配"), "due"),
}
_PAGE = 50


def whole(form: dict[str, list[str]], name: str) -> int:
    """A hidden number field; a page that was tampered with or has expired is Invalid."""
    text = form.get(name, [""])[0]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid.field(name, t("页面已过期，请刷新后重新提交"))
    return int(text)


def payout_tabs(state: str | None, language: str) -> list[dict[str, object]]:
    """All states as tabs of the payout list."""
    tabs: list[dict[str, object]] = [{"word": render(t("全部"), language), "href": "/payouts", "here": state is None}]
    return tabs + [
        {"word": render(word, language), "href": f"/payouts?state={one}", "here": state == one} for one, (word, _) in STATES.items()
    ]


@post("/payouts/{payout_id:int}/release", guards=[needs("payout.release")], status_code=303)
async def release(request: Req, payout_id: Id) -> Response[str]:
    """The second person lets the order go."""
    form = await typed(request)

    async def act() -> str:
        await actions.release(payout_id, whole(form, "version"), actor=request.user)
        return "/payouts?state=RELEASED"

    return await submit(request, act)


@get("/statements/{statement_id:int}", guards=[needs("statement.read")])
async def statement_page(request: Req, statement_id: Id) -> Response[str]:
    """One statement, what waits first."""
    head, lines = await actions_cases.statement(statement_id, actor=request.user)
    view = request.query_params.get("view", "open" if head.open else "all")
    if view not in {"open", "matched", "all"}:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    counts = Counter(_pile(line) for line in lines)
    say = request.user.language
    tabs = [
        {"word": render(word, say), "href": f"?view={name}", "n": n, "here": view == name}
        for name, word, n in (
            ("open", t("要处理"), counts[SUGGESTED] + counts["OTHER"]),
            ("matched", t("已匹配"), counts[MATCHED]),
            ("all", t("全部"), len(lines)),
        )
    ]
    shown = [line for line in lines if view == "all" or (_pile(line) == MATCHED) == (view == "matched")]
    return show(
        request,
        "finance/statement.html",
        statement=head,
        lines=sorted(shown, key=_urgent),
        counts={name: counts[name] for name in (MATCHED, SUGGESTED, "OTHER")},
        tabs=tabs,
        buckets=BUCKETS,
        action_names=ACTION_NAMES,
        return_reasons=[(one.code, f"{render(one.name, say)} {one.code}") for one in RETURN_REASONS.values()],
    )


@get("/exceptions", guards=[needs("statement.read")])
async def exceptions_page(request: Req) -> Response[str]:
    """Every line that waits for a person, the oldest first, and money in suspense."""
    return show(
        request, "finance/exceptions.html", lines=await actions_cases.exceptions(actor=request.user), buckets=BUCKETS,
        suspense=await api_exceptions.suspense(request), action_names=ACTION_NAMES,
    )  # fmt: skip


def _pile(line: LineView) -> str:
    """Done with, to be confirmed, or an exception."""
    return MATCHED if line.bucket in {MATCHED, DONE} else line.bucket if line.bucket == SUGGESTED else "OTHER"


def _urgent(line: LineView) -> tuple[int, int]:
    return {MATCHED: 2, DONE: 2, SUGGESTED: 0}.get(line.bucket, 1), line.id


router = Router(
    path="",
    route_handlers=[
        release,
        statement_page,
        exceptions_page,
        *pages_payments.HANDLERS,
        *pages_ledger.HANDLERS,
        *pages_months.HANDLERS,
        *pages_paid_in.HANDLERS,
    ],
)
