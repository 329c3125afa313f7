"""What the calendar does to one claim: a case nobody opened opens itself; the day has come to pay ahead. The program decides no money."""

from __future__ import annotations

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Refused
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.claims import clocks, store
from insurance.claims.actions_move import put, take
from insurance.claims.actions_recovery import ordered_less_returned
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.procedure import procedure_of
from insurance.claims.rules_advance import certain_fen
from insurance.claims.store import Row


async def opening(claim_id: int, *, actor: Actor) -> Claim:
    """Open a case that nobody opened in its term (自动立案), with the reported loss as its reserve, as of the end of the term.

    Raises WrongState where it is opened already, Refused while the term still runs.
    """
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.OPENING, None, actor=actor)
        term = clocks.open_run(row.runs, clocks.OPENING)
        if term is None or actor.at <= term.due_at:
            raise Refused(t("立案时限未满"))
        clock = procedure_of(row).clock(clocks.OPENING)
        row["surveyed"] = False
        return await put(
            row, Verb.OPENING, actor=actor, at=term.due_at, reserve_fen=row["reported_fen"],
            facts={"rule": clock.rule, "article": clock.article, "reserve_fen": row["reported_fen"]},
        )  # fmt: skip


async def advance_due(claim_id: int, *, actor: Actor) -> Claim:
    """Note once that the day of advance has come, and the amount that is certain by then (保险法 25); an approver decides.

    Raises Refused where the day has not come, was noted before, or nothing is certain.
    """
    async with db.transaction(actor.scope):
        row = await take(claim_id, Verb.ADVANCE_DUE, None, actor=actor)
        term = clocks.open_run(row.runs, clocks.ADVANCE)
        if term is None or actor.on < term.due_at.date() or "advance_due" in row["facts"]:
            raise Refused(t("先予支付日未到，或已经提示"))
        amount = await _certain(row)
        if amount == 0:
            raise Refused(t("还没有可以确定的金额"))
        clock = procedure_of(row).clock(clocks.ADVANCE)
        return await put(
            row, Verb.ADVANCE_DUE, actor=actor, facts={"rule": clock.rule, "article": clock.article, "certain_fen": amount},
            keep={"advance_due": {"on": actor.on, "amount_fen": amount}},
        )  # fmt: skip


async def _certain(row: Row) -> Fen:
    latest = await store.latest_assessment(row["id"])
    decided = await store.decisions(row["id"])
    refused = bool(decided) and decided[0]["outcome"] == ClaimState.REJECTED and decided[0]["assessment_id"] == latest["id"]
    ordered = await ordered_less_returned(row)
    return certain_fen(await store.totals(row["id"]), ordered, disputed=row.state is ClaimState.DISPUTED, refused=refused)
