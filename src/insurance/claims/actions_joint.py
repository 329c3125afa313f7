"""双险联合核算 read: both claims of a project hit twice, as far as the reader may see them; the other insurer's only as totals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.text import render
from insurance.claims import actions_income, store, store_income
from insurance.claims.actions_assessment import inputs_of
from insurance.claims.actions_move import seen
from insurance.claims.assessed import Basis, IncomeBasis, OutageBasis, compute
from insurance.claims.model import ClaimState
from insurance.claims.model_income import Joint, JointAsset, JointIncome, JointItem, JointStep, SetOff
from insurance.claims.rules_joint import set_off_of, shortfall, together
from insurance.claims.store import Row
from insurance.policies.model import Period

_NOTHING_PAID = (ClaimState.REJECTED, ClaimState.ZERO, ClaimState.WITHDRAWN)


async def joint(claim_id: int, *, actor: Actor) -> Joint:
    """The joint worksheet of a claim of either cover; without the other cover's claim it is empty. NotFound outside the scope."""
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        income_id = await store_income.income_beside(claim_id)
        income = None if income_id is None else await store.claim(income_id)
        return await _worksheet(row, income, actor)


async def _worksheet(row: Row, income: Row | None, actor: Actor) -> Joint:
    if income is None:  # there is none, or it lies with another insurer: the two are not told apart
        return Joint(claim_id=row["id"])
    wording = await actions_income.income_wording(income)
    assert wording is not None  # it is an income claim
    latest = await store.latest_assessment(income["id"])
    basis = None if latest is None else inputs_of(latest).basis
    days = None if basis is None else actions_income.days_of(basis)
    days = days or Period(income["loss_on"], income["loss_on"] + timedelta(days=1))
    now, waiting = await store_income.asset_cover(income["id"], days, wording.set_off)
    assets = tuple(_asset(one) for one in await store_income.assets_beside(income["id"], days, wording.set_off))
    found = Joint(
        claim_id=row["id"], income=_income(income, basis, now), assets=assets, assets_hidden=set_off_of(assets) != now, set_off=now,
        waiting=waiting.at_all,
    )  # fmt: skip
    if not isinstance(basis, IncomeBasis | OutageBasis):
        return found
    found = msgspec.structs.replace(found, stale=basis.set_off != now)
    if found.assets_hidden or all(asset.total_fen is None for asset in assets):
        return found
    assert found.income is not None
    both = together(assets, shortfall(basis), found.income.payout_fen or 0)
    steps = tuple(JointStep(step.rule, step.result_fen, render(step.text, actor.language)) for step in both.steps)
    return msgspec.structs.replace(found, economic_loss_fen=both.economic_loss_fen, paid_fen=both.paid_fen, steps=steps)


def _asset(stored: Any) -> JointAsset:
    total, survey = stored["total_fen"], stored["survey_fen"]
    return JointAsset(
        id=stored["id"], number=stored["number"], state=stored["state"], insurer_name=stored["insurer_name"], loss_on=stored["loss_on"],
        peril=stored["peril"], items=tuple(JointItem(**item) for item in stored["items"]), rescue_fen=stored["rescue_fen"],
        rescue_paid_fen=0 if total is None else max(0, total - stored["indemnity_fen"] - survey), survey_fen=survey, total_fen=total,
    )  # fmt: skip


def _income(row: Row, basis: Basis | None, now: SetOff) -> JointIncome:
    known = {"id": row["id"], "number": row["number"], "state": row["state"], "insurer_name": row["insurer_name"]}
    if not isinstance(basis, IncomeBasis | OutageBasis):
        return JointIncome(**known)
    days = actions_income.days_of(basis)
    assert days is not None  # every income basis has days
    nothing = row.state in _NOTHING_PAID or (row.state is ClaimState.CLOSED and row["approved_fen"] is None)
    renewed = msgspec.structs.replace(basis, set_off=now)
    return JointIncome(
        **known, from_on=days.starts_on, last_on=days.last_day,
        guaranteed_fen=basis.period.guaranteed_fen if isinstance(basis, IncomeBasis) else basis.guaranteed_fen,
        shortfall_fen=shortfall(basis), payout_fen=0 if nothing else compute(basis).indemnity_fen,
        payout_now_fen=0 if nothing else compute(renewed).indemnity_fen,
    )  # fmt: skip
