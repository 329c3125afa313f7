"""JSON: one route per verb of a claim, made from one table; each answers the claim as it now stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.claims import actions, actions_assessment, actions_decision, actions_dispute, actions_report
from insurance.claims.model import Claim, Verb
from insurance.claims.model_verbs import (
    Acceptance,
    Agreement,
    Approval,
    Assessment,
    Assignment,
    Because,
    Closure,
    Correction,
    Declinature,
    InterimPayment,
    Objection,
    Papers,
    PapersNotice,
    Publicity,
    Reopening,
    Survey,
    Zero,
)

Act = Callable[..., Awaitable[Claim]]

VERBS: dict[Verb, tuple[type[msgspec.Struct], dict[str, Any], Act]] = {
    Verb.CORRECTION: (
        Correction,
        {"version": 1, "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 4_600_000},
        actions_report.correction,
    ),
    Verb.ACCEPTANCE: (Acceptance, {"version": 1, "proofs_on": "2019-08-14"}, actions.acceptance),
    Verb.ASSIGNMENT: (Assignment, {"version": 2, "visit_at": "2019-08-13T09:00:00+08:00", "surveyor": "李查勘"}, actions.assignment),
    Verb.SURVEY: (
        Survey,
        {
            "version": 3, "visited_at": "2019-08-13T09:00:00+08:00", "place": "坛山街道石门村1号棚", "cause": "暴雨积水",
            "findings": "棚体东侧倒塌三跨，棚膜全损", "reserve_fen": 4_500_000,
        },
        actions.survey,
    ),
    Verb.PAPERS_NOTICE: (PapersNotice, {"version": 4, "papers": [], "received_on": "2019-08-20"}, actions.papers_notice),
    Verb.PAPERS: (Papers, {"version": 5, "received_on": "2019-08-27"}, actions.papers),
    Verb.ASSESSMENT: (
        Assessment,
        {
            "version": 6,
            "lines": [
                {"policy_item_id": 12, "loss_fen": 4_567_890, "salvage_fen": 120_000, "refused_fen": 100, "refused_reason": "LATE_NOTICE"},
                {"policy_item_id": 13, "film_age_months": 20, "other_sums_insured_fen": [300_000], "other_insurers": ["某财产保险公司"]},
            ],
            "deductible_explained": True, "override": None, "note": "修复三跨",
        },
        actions_assessment.assessment,
    ),
    Verb.PUBLICITY: (Publicity, {"version": 7, "place": "石门村村务公开栏", "posted_on": "2019-08-30"}, actions.publicity),
    Verb.OBJECTION: (Objection, {"version": 8, "reason": "漏列滴灌设备损失", "raised_by": "被保险人"}, actions_dispute.objection),
    Verb.APPROVAL: (Approval, {"version": 8, "note": "同意"}, actions_decision.approval),
    Verb.DECLINATURE: (
        Declinature,
        {"version": 8, "reasons": ["THRESHOLD_NOT_MET"], "note": "当日最大 24 小时雨量 12 毫米，未达到 50 毫米"},
        actions_decision.declinature,
    ),
    Verb.ZERO: (Zero, {"version": 7, "note": "损失金额低于免赔额"}, actions_decision.zero),
    Verb.AGREEMENT: (Agreement, {"version": 9, "signed_on": "2019-09-20"}, actions.agreement),
    Verb.INTERIM_PAYMENT: (InterimPayment, {"version": 7, "amount_fen": 2_000_000}, actions_decision.interim_payment),
    Verb.WITHDRAWAL: (Because, {"version": 1, "reason": "损失未超过免赔额，不再索赔"}, actions.withdrawal),
    Verb.CLOSURE: (Closure, {"version": 12}, actions.closure),
    Verb.REOPENING: (Reopening, {"version": 13, "reason": "发现漏赔资产"}, actions_dispute.reopening),
}  # fmt: skip


def _route(verb: Verb, shape: type[msgspec.Struct], example: dict[str, Any], act: Act) -> HTTPRouteHandler:
    async def handle(request: Req, claim_id: Id) -> Response[bytes]:
        given = await read_json(request, shape)
        return await once(request, lambda: act(claim_id, given, actor=request.user))

    handle.__doc__ = act.__doc__
    handle.__name__ = f"claim_{verb.name.lower()}"
    guards = [needs(f"claim.{verb}")]
    return post(f"/claims/{{claim_id:int}}/{verb}", guards=guards, status_code=200, opt=takes(shape, example, Claim))(handle)


handlers = [_route(verb, *row) for verb, row in VERBS.items()]
