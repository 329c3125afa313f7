"""今天要办: what waits for this reader, each line a number and the page that lists exactly so many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from insurance.access.model import FINANCE, OFFICES, Actor, Role
from insurance.access.rules import may
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.text import Text, t
from insurance.claims.model import ClaimState
from insurance.claims.pages_offers import ready_parts
from insurance.claims.pages_stages import turn_states
from insurance.figures import store
from insurance.finance import actions_months, actions_statements
from insurance.finance.views import StatementView
from insurance.policies import actions_due, actions_renew
from insurance.policies import pages_register as register

_S = ClaimState
_ENDS_SOON = 60  # days
_ONE_BY_ONE = 3  # so many statements have a line each
_EVERY_OPEN = [state for state in _S if state is not _S.CLOSED]  # what the worklist shows as 全部在办


class Task(msgspec.Struct, frozen=True):
    """One line: how many, what, where they are listed, why it matters, what the button says."""

    number: int
    word: Text
    href: str
    detail: Text | str = ""
    button: Text | None = None
    tone: str = ""


class InState(msgspec.Struct, frozen=True):
    """Claims of one state: all, late, ending today."""

    number: int = 0
    late: int = 0
    today: int = 0


class Claims(msgspec.Struct, frozen=True):
    """The claims of the reader's scope by state, as they stand now."""

    by_state: Mapping[ClaimState, InState]

    def of(self, *states: ClaimState) -> InState:
        """The sums over states."""
        found = [self.by_state[state] for state in states if state in self.by_state]
        return InState(sum(one.number for one in found), sum(one.late for one in found), sum(one.today for one in found))

    @property
    def late(self) -> int:
        """Claims not closed with a term that has passed."""
        return self.of(*_EVERY_OPEN).late


async def claims_now(actor: Actor) -> Claims:
    """How the claims stand at the actor's instant."""
    tomorrow = dt.datetime.combine(actor.on + dt.timedelta(days=1), dt.time(), BEIJING)
    async with db.transaction(actor.scope):
        rows = await store.claims_now(store.Part.of(actor), actor.at, tomorrow)
    return Claims({ClaimState(row["state"]): InState(row["number"], row["late"], row["today"]) for row in rows})


async def tasks(claims: Claims, *, actor: Actor) -> list[Task]:
    """What waits for the actor's role, the most pressing first; lines of nothing are left out."""
    found: list[Task] = []
    if actor.role in OFFICES:
        found = [*_late(claims), *_of_office(claims), *await _of_policies(actor), *await _of_register(actor)]
    elif actor.role is Role.ADJUSTER:
        found = _of_adjuster(claims.of(*turn_states(actor.role)), claims)
    elif actor.role is Role.APPROVER:
        found = _of_approver(claims.of(*turn_states(actor.role)), claims)
    elif actor.role in FINANCE:
        found = await _of_finance(actor)
    elif may(actor.role, "claim.read"):
        found = _late(claims)
    return [task for task in found if task.number]


def _late(claims: Claims) -> list[Task]:
    href, why = "/worklist?due=late&view=all", t("法定或合同时限已过，尚未办结")
    return [Task(claims.late, t("件理赔已超期"), href, why, t("查看"), "bad")]


def _of_office(claims: Claims) -> list[Task]:
    supplement, assessed, approved = (claims.of(state).number for state in (_S.SUPPLEMENT, _S.ASSESSING, _S.APPROVED))
    return [
        Task(supplement, t("件理赔等补充材料"), "/worklist?state=SUPPLEMENT", t("补正期间核定时限暂停"), t("去补材料"), "due"),
        Task(assessed, t("件已定损，待公示"), "/worklist?state=ASSESSING", t("公示期满无异议后核赔"), t("去公示"), "due"),
        Task(approved, t("件赔偿协议待签字"), "/worklist?state=APPROVED", t("双方签字之日起 10 日内付款"), t("去签字"), "due"),
    ]  # fmt: skip


async def _of_policies(actor: Actor) -> list[Task]:
    """Policies that the register no longer fits, and those that end soon without a renewal."""
    due = await actions_due.due_ids(actor=actor)
    ending = await actions_renew.expiring(actor=actor, within_days=_ENDS_SOON)
    soon = t("份保单 {n} 天内到期，尚未续保", n=_ENDS_SOON)
    return [
        Task(len(due), t("份保单需要批改"), "/policies?due=endorsement", t("项目资料已有变化"), t("去批改"), "due"),
        Task(len(ending), soon, f"/policies/renew?expiring={_ENDS_SOON}", t("净值、资格重新核定"), t("去续保")),
    ]


async def _of_register(actor: Actor) -> list[Task]:
    number = register.counts(await register.register_lines(actor))
    return [
        Task(number["refer"], t("个项目待补资料"), "/projects?view=refer", t("资格尚未证实，补齐后方可投保"), t("去补齐"), "due"),
        Task(number["open-industry"], t("个项目可保产业保，尚未投保"), "/projects?view=open-industry", "", t("去投保")),
        Task(number["open-income"], t("个项目可保收益保，尚未投保"), "/projects?view=open-income", "", t("去投保")),
    ]  # fmt: skip


def _of_adjuster(mine: InState, claims: Claims) -> list[Task]:
    return [
        Task(mine.late, t("件轮到您办的理赔已超期"), "/worklist?due=late", t("法定或合同时限已过，尚未办结"), t("去办"), "bad"),
        Task(mine.today, t("件今天到期"), "/worklist?due=today", "", t("去办"), "due"),
        Task(claims.of(_S.REPORTED).number, t("件新报案待受理"), "/worklist?state=REPORTED", t("受理后安排查勘"), t("去受理")),
        Task(mine.number, t("件轮到您办，全部"), "/worklist", t("按时限先后排列"), t("打开")),
    ]


def _of_approver(mine: InState, claims: Claims) -> list[Task]:
    return [
        Task(mine.late, t("件轮到您办的理赔已超期"), "/worklist?due=late", t("法定或合同时限已过，尚未办结"), t("去办"), "bad"),
        Task(claims.of(_S.ASSESSING).number, t("件已定损，待核赔"), "/worklist?state=ASSESSING", "", t("去核赔"), "due"),
        Task(claims.of(_S.PUBLICITY).number, t("件公示中，期满后核赔"), "/worklist?state=PUBLICITY", "", t("查看")),
    ]


async def _of_finance(actor: Actor) -> list[Task]:
    found: list[Task] = []
    async with db.transaction(actor.scope):
        if may(actor.role, "payout.order"):
            found.append(Task(len(await ready_parts()), t("笔赔款待制单"), "/payouts", "", t("去制单"), "due"))
        if may(actor.role, "payout.release"):
            found.append(Task(await store.orders_waiting(), t("笔付款指令待复核"), "/payouts?state=ORDERED", "", t("去复核"), "due"))
    statements = [one for one in await actions_statements.statements(actor=actor) if one.open]
    month = await actions_months.month_to_close(actor=actor) if may(actor.role, "month.close") else None
    if month is not None:
        found.append(Task(1, t("个月待结账"), f"/months?month={month}", f"{month:%Y-%m}", t("去结账")))
    return [*found, *_of_bank(statements)]


def _of_bank(waiting: Iterable[StatementView]) -> list[Task]:
    """Bank lines without a match: a line for each statement, or one for all where they are many."""
    each = [
        Task(one.open, t("笔银行流水待核对"), f"/statements/{one.id}", one.file_name, t("去核对"))
        for one in waiting
    ]  # fmt: skip
    if len(each) <= _ONE_BY_ONE:
        return each
    every = t("分在 {n} 份对账单", n=len(each))
    return [Task(sum(one.number for one in each), t("笔银行流水待核对"), "/statements", every, t("去核对"))]
