"""A loss under a real policy, and claims brought to any state by the verbs themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.claims import actions, actions_assessment, actions_decision, actions_dispute, actions_report, settlement
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_decision import ObjectionOutcome
from insurance.claims.model_verbs import (
    Acceptance,
    Agreement,
    Approval,
    Assessment,
    Assignment,
    Because,
    Closure,
    Declinature,
    LossLine,
    Objection,
    Order,
    PapersNotice,
    Publicity,
    Reopening,
    Report,
    Survey,
    Zero,
)
from insurance.finance import actions as finance
from insurance.policies.model import Cover, Peril
from insurance.projects import actions_payees
from insurance.projects.entries import AccountEntry
from make.policies import on_day, policy
from make.projects import project
from people import People

BOUND_ON = date(2019, 3, 1)
LOSS_AT = clock.at(date(2019, 8, 11), 6)
ACCOUNT = "6222020000000000000"


class Loss(msgspec.Struct):
    """A project of the town with its policy: what a report needs."""

    project_id: int
    project_code: str
    policy_id: int
    item_ids: tuple[int, ...]


async def insured(
    story: People, cover: Cover = Cover.INDUSTRY, *, insurer: str = "INS-A", office: Actor | None = None, payee: bool = True,
    assets: list[dict[str, Any]] | None = None, bound_on: date = BOUND_ON, **known: Any,
) -> Loss:  # fmt: skip
    """A project insured from the day after `bound_on` (2 March 2019) for a year, with its owner's account on file."""
    office = on_day(office or story.town, bound_on)
    made = await project(office, assets=assets, **known)
    if payee:
        owner = made.owner.name if made.owner else ""
        entry = AccountEntry(holder_name=owner, bank_name="峄城农村商业银行坛山支行", account_number=ACCOUNT)
        if not await actions_payees.accounts_of(made.id, actor=office):
            await actions_payees.enter_account(made.id, entry, actor=office)
    bound = await policy(made, actor=office, cover=cover, insurer=insurer)
    async with db.transaction(office.scope):
        items = await db.fetch("SELECT id FROM policy_item WHERE policy_id = $1 ORDER BY id", bound.id)
    return Loss(made.id, made.code, bound.id, tuple(row["id"] for row in items))


def report_of(loss: Loss, **known: Any) -> Report:
    """A report of rain on 11 August 2019 under the policy."""
    fields: dict[str, Any] = {"policy_id": loss.policy_id, "loss_at": LOSS_AT, "reported_fen": 4_600_000, "peril": Peril.RAINSTORM}
    return Report(**(fields | known))


async def reported(story: People, loss: Loss | None = None, *, office: Actor | None = None, **known: Any) -> Claim:
    """A claim of the town, just reported."""
    loss = loss or await insured(story)
    return await actions_report.report(report_of(loss, **known), actor=office or story.town)


def lines(loss_fen: int = 4_567_890, **known: Any) -> dict[str, Any]:
    """One asset line, without its item."""
    return {"loss_fen": loss_fen, "salvage_fen": 120_000} | known


async def item_of(claim: Claim, actor: Actor) -> int:
    """The first line of the schedule."""
    async with db.transaction(actor.scope):
        return int(await db.fetchval("SELECT min(id) FROM policy_item WHERE policy_id = $1", claim.policy.id))


async def assess(claim: Claim, story: People, **known: Any) -> Claim:
    """The adjuster's assessment of one line; A3 of the reference unless told otherwise. An objection before it is upheld."""
    line = LossLine(policy_item_id=await item_of(claim, story.adjuster_a), **lines(**known))
    answer: dict[str, Any] = {"objection_outcome": ObjectionOutcome.UPHELD, "objection_answer": "已补列"}
    given = Assessment(version=claim.version, lines=(line,), **(answer if claim.state is ClaimState.DISPUTED else {}))
    return await actions_assessment.assessment(claim.id, given, actor=story.adjuster_a)


def later(actor: Actor, days: int) -> Actor:
    """The same person some days on."""
    return msgspec.structs.replace(actor, at=actor.at + timedelta(days=days), on=actor.on + timedelta(days=days))


def all_on(story: People, day: date) -> People:
    """Everybody at nine o'clock of another business day."""
    return msgspec.structs.replace(story, **{name: on_day(actor, day) for name, actor in story.everybody().items()})


_LOSS_BELOW_DEDUCTIBLE = 150_000


async def claim_in(state: ClaimState, story: People, **known: Any) -> Claim:
    """A claim in this state, led there by the verbs. `known` goes to the report."""
    way = _Way(story, await reported(story, **known))
    await way.to(state)
    return way.claim


async def way(claim: Claim, story: People, *steps: str) -> Claim:
    """The claim led on by these steps (`approve`, `sign_office`, `pay` …)."""
    on = _Way(story, claim)
    for step in steps:
        on.claim = await getattr(on, step)()
    return on.claim


class _Way:
    """One claim on its way."""

    def __init__(self, story: People, claim: Claim) -> None:
        self.story, self.claim = story, claim

    async def to(self, state: ClaimState) -> None:
        for step in _STEPS[state]:
            self.claim = await getattr(self, step)()

    async def accept(self) -> Claim:
        return await actions.acceptance(self.claim.id, Acceptance(version=self.claim.version), actor=self.story.adjuster_a)

    async def assign(self) -> Claim:
        given = Assignment(version=self.claim.version, visit_at=self.story.adjuster_a.at)
        return await actions.assignment(self.claim.id, given, actor=self.story.adjuster_a)

    async def survey(self) -> Claim:
        given = Survey(
            version=self.claim.version, visited_at=self.story.adjuster_a.at, place="1号棚", cause="暴雨积水", findings="倒塌三跨",
            reserve_fen=4_500_000,
        )  # fmt: skip
        return await actions.survey(self.claim.id, given, actor=self.story.adjuster_a)

    async def ask_papers(self) -> Claim:
        return await actions.papers_notice(self.claim.id, PapersNotice(version=self.claim.version), actor=self.story.adjuster_a)

    async def assess(self) -> Claim:
        return await assess(self.claim, self.story)

    async def assess_nothing(self) -> Claim:
        return await assess(self.claim, self.story, loss_fen=_LOSS_BELOW_DEDUCTIBLE)

    async def publish(self) -> Claim:
        return await actions.publicity(self.claim.id, Publicity(version=self.claim.version, place="村务公开栏"), actor=self.story.town)

    async def object(self) -> Claim:
        return await actions_dispute.objection(self.claim.id, Objection(version=self.claim.version, reason="漏列"), actor=self.story.town)

    async def approve(self) -> Claim:
        return await actions_decision.approval(self.claim.id, Approval(version=self.claim.version), actor=self.story.approver_a)

    async def decline(self) -> Claim:
        given = Declinature(version=self.claim.version, reasons=("THRESHOLD_NOT_MET",), note="雨量不足")
        return await actions_decision.declinature(self.claim.id, given, actor=self.story.approver_a)

    async def zero(self) -> Claim:
        return await actions_decision.zero(self.claim.id, Zero(version=self.claim.version, note="低于免赔额"), actor=self.story.approver_a)

    async def sign_office(self) -> Claim:
        return await actions.agreement(self.claim.id, Agreement(version=self.claim.version), actor=self.story.town)

    async def sign_adjuster(self) -> Claim:
        return await actions.agreement(self.claim.id, Agreement(version=self.claim.version), actor=self.story.adjuster_a)

    async def order(self) -> Claim:
        made = await settlement.order_payout(Order(claim_id=self.claim.id, version=self.claim.version), actor=self.story.maker)
        await finance.release(made.id, made.version, actor=self.story.checker)
        return await actions.one(self.claim.id, actor=self.story.maker)

    async def pay(self) -> Claim:
        payout = self.claim.parts[-1].payout
        assert payout is not None
        async with db.transaction(self.story.maker.scope):
            await db.execute(
                "UPDATE payout SET state = 'SETTLED', settled_on = $2, version = version + 1 WHERE id = $1", payout.id, self.story.maker.on
            )
        await settlement.settle(actor=self.story.maker)
        return await actions.one(self.claim.id, actor=self.story.maker)

    async def withdraw(self) -> Claim:
        return await actions.withdrawal(self.claim.id, Because(version=self.claim.version, reason="不再索赔"), actor=self.story.town)

    async def close(self) -> Claim:
        return await actions.closure(self.claim.id, Closure(version=self.claim.version), actor=self.story.adjuster_a)

    async def reopen(self) -> Claim:
        return await actions_dispute.reopening(
            self.claim.id, Reopening(version=self.claim.version, reason="漏赔"), actor=self.story.approver_a
        )


_TO_OPENED = ["accept", "survey"]
_TO_ASSESSING = [*_TO_OPENED, "assess"]
_TO_AGREED = [*_TO_ASSESSING, "approve", "sign_office", "sign_adjuster"]
_TO_PAID = [*_TO_AGREED, "order", "pay"]
_STEPS: dict[ClaimState, list[str]] = {
    ClaimState.REPORTED: [],
    ClaimState.ACCEPTED: ["accept"],
    ClaimState.SURVEYING: ["accept", "assign"],
    ClaimState.OPENED: _TO_OPENED,
    ClaimState.SUPPLEMENT: [*_TO_OPENED, "ask_papers"],
    ClaimState.ASSESSING: _TO_ASSESSING,
    ClaimState.PUBLICITY: [*_TO_ASSESSING, "publish"],
    ClaimState.DISPUTED: [*_TO_ASSESSING, "publish", "object"],
    ClaimState.APPROVED: [*_TO_ASSESSING, "approve"],
    ClaimState.AGREED: _TO_AGREED,
    ClaimState.PAYING: [*_TO_AGREED, "order"],
    ClaimState.PAID: _TO_PAID,
    ClaimState.REJECTED: [*_TO_ASSESSING, "decline"],
    ClaimState.WITHDRAWN: ["withdraw"],
    ClaimState.ZERO: [*_TO_OPENED, "assess_nothing", "zero"],
    ClaimState.CLOSED: [*_TO_PAID, "close"],
    ClaimState.REOPENED: [*_TO_PAID, "close", "reopen"],
}


async def trail(claim: Claim) -> list[str]:
    """The audit verbs of a claim, oldest first, read as the system."""
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        rows = await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", f"claim:{claim.id}")
    return [row["verb"] for row in rows]


def instant(day: date, hour: int = 9) -> datetime:
    """A business instant."""
    return clock.at(day, hour)
