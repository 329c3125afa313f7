"""Pages of finance that move no claim: payouts, their release, statements and their lines."""

from __future__ import annotations

from collections import Counter

from litestar import Response, Router, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.base.errors import Invalid, NotFound
from insurance.base.text import Text, render, t
from insurance.finance import actions, actions_matching, pages_ledger, pages_payments
from insurance.finance.actions_matching import MATCHED, SUGGESTED
from insurance.finance.model import FindingKind, PayoutState
from insurance.finance.views import LineView

STATES: dict[PayoutState, tuple[Text, str]] = {
    PayoutState.ORDERED: (t("待复核"), "due"),
    PayoutState.RELEASED: (t("已放行"), "az"),
    PayoutState.SETTLED: (t("已到账"), "ok"),
    PayoutState.RETURNED: (t("已退汇"), "bad"),
    PayoutState.CANCELLED: (t("已作废"), ""),
}
BUCKETS: dict[str, tuple[Text, str]] = {
    MATCHED: (t("已匹配"), "ok"),
    SUGGESTED: (t("建议"), "due"),
    FindingKind.RETURNED: (t("退汇"), "bad"),
    FindingKind.DUPLICATE: (t("重复付款"), "bad"),
    FindingKind.OTHER_SIDE: (t("对方同笔"), ""),
    FindingKind.AMOUNT: (t("金额不符"), "bad"),
    FindingKind.NOT_OPEN: (t("指令未放行"), "bad"),
    FindingKind.AMBIGUOUS: (t("多笔候选"), "due"),
    FindingKind.UNKNOWN: (t("未匹配"), "due"),
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
    head, lines = await actions_matching.statement(statement_id, actor=request.user)
    view = request.query_params.get("view", "open" if head.open else "all")
    if view not in {"open", "matched", "all"}:
        raise NotFound(t("没有这个页面，或不在您的范围内"))
    counts = Counter(line.bucket if line.bucket in {MATCHED, SUGGESTED} else "OTHER" for line in lines)
    say = request.user.language
    tabs = [
        {"word": render(word, say), "href": f"?view={name}", "n": n, "here": view == name}
        for name, word, n in (
            ("open", t("要处理"), counts[SUGGESTED] + counts["OTHER"]),
            ("matched", t("已匹配"), counts[MATCHED]),
            ("all", t("全部"), len(lines)),
        )
    ]
    shown = [line for line in lines if view == "all" or (line.bucket == MATCHED) == (view == "matched")]
    return show(
        request,
        "finance/statement.html",
        statement=head,
        lines=sorted(shown, key=_urgent),
        counts={name: counts[name] for name in (MATCHED, SUGGESTED, "OTHER")},
        tabs=tabs,
        buckets=BUCKETS,
    )


def _urgent(line: LineView) -> tuple[int, int]:
    return {MATCHED: 2, SUGGESTED: 0}.get(line.bucket, 1), line.id


router = Router(path="", route_handlers=[release, statement_page, *pages_payments.HANDLERS, *pages_ledger.HANDLERS])
