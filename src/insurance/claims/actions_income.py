"""Income claims: statements filed with their proof, and what an assessment of the income cover rests on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING, deadline
from insurance.base.errors import FieldFault, Invalid, LostUpdate, Refused, WrongState
from insurance.base.text import Text, render, t
from insurance.claims import store, store_evidence, store_income
from insurance.claims.actions_move import locked, seen
from insurance.claims.actions_report import wording_of
from insurance.claims.assessed import Basis, IncomeBasis, Insured, OutageBasis
from insurance.claims.assessed_income import claimed_days, outage_days, period_faults
from insurance.claims.lifecycle import BEFORE_APPROVAL
from insurance.claims.model_income import (
    CountedStatement,
    FiledStatement,
    IncomeFacts,
    StatementEntry,
    StatementLine,
    StatementLineView,
    StatementView,
)
from insurance.claims.model_verbs import Assessment
from insurance.claims.names import LINE_NAMES
from insurance.claims.rules_statement import actual_of, counted
from insurance.claims.store import Row
from insurance.policies.model import Cover, LineKind, Period
from insurance.policies.wording import IncomeWording


async def income_wording(row: Row) -> IncomeWording | None:
    """The words of the income cover a claim is judged by; None for the asset cover."""
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    wording = wording_of(Cover(policy["cover"]), policy["terms_version"], policy["terms_checksum"])
    return wording if isinstance(wording, IncomeWording) else None


_OVERTAKEN = t("收益报表以案卷中最新一份为准，更正须指明它，请刷新后再办")


# -- statements -----------------------------------------------------------------------------------------------------------


async def file_statement(claim_id: int, given: StatementEntry, *, actor: Actor) -> StatementView:
    """File an income statement (收益报表) for the insured; a correction supersedes the statement before and leaves it on file.

    Raises NotFound, WrongState after the decision, LostUpdate where another statement counts by now, Invalid by field
    (`lines[0].kind`, `lines[2].document_id`, `signed_by`, …).
    """
    async with db.transaction(actor.scope):
        row = await locked(claim_id)
        wording = await income_wording(row)
        if wording is None:
            raise Refused(t("产业保按资产定损，不填收益报表"))
        if row.state not in BEFORE_APPROVAL:
            raise WrongState(t("案件已核定，不能再交收益报表；有异议的请先提出异议或重开案件"))
        await _check(row, given, wording, actor)
        current = await store_income.statements(claim_id)
        if given.supersedes_id != (current[0]["id"] if current else None):
            raise LostUpdate(_OVERTAKEN)
        with db.refusing({"income_statement_one_chain": _OVERTAKEN, "income_statement_superseded_once": _OVERTAKEN}):
            statement_id = await store_income.add_statement(row, given, actor=actor)
        filed = {"statement": statement_id, "from_on": given.from_on, "last_on": given.last_on, "supersedes": given.supersedes_id}
        await audit.record(actor, "income-statement.filed", f"claim:{claim_id}", **filed)
        made = await store_income.statements(claim_id)
        return _view(made[0], wording, actor)


async def _check(row: Row, given: StatementEntry, wording: IncomeWording, actor: Actor) -> None:
    """Everything that is wrong with a statement, by field."""
    policy = await store.policy_of(row["policy_id"], row["loss_on"])
    cover = Period(policy["starts_on"], policy["ends_before"])
    closed_on = given.closed_on or given.signed_on
    end = await store_income.cover_end(row["policy_id"])
    facts, days = IncomeFacts(mode_ended_on=end.mode_ended_on), {"loss_on": row["loss_on"], "today": actor.on}
    faults = period_faults(given.from_on, given.last_on, cover, facts, **days, first="from_on", last="last_on")
    wrong: list[tuple[bool, str, Text]] = [
        (closed_on < given.last_on, "closed_on" if given.closed_on else "signed_on", t("账目在期间结束后才能结清、签字")),
        (given.signed_on < closed_on, "signed_on", t("签字不能早于账目结清")),
        (given.signed_on > actor.on, "signed_on", t("日期不能晚于今天")),
        (not given.signed_by.strip(), "signed_by", t("收益报表须有签字人")),
        (not given.lines, "lines", t("至少填一项收支")),
    ]
    faults += [FieldFault(field, text) for bad, field, text in wrong if bad]
    named = [line.document_id for line in given.lines if line.document_id is not None]
    on_file = await store_evidence.papers_of_claim(row["id"], named) if named else frozenset()
    for place, line in enumerate(given.lines):
        if wording.counting(line.kind) is None:
            faults.append(FieldFault(f"lines[{place}].kind", t("本保单的条款没有这种收支项目")))
        if line.document_id is not None and line.document_id not in on_file:
            faults.append(FieldFault(f"lines[{place}].document_id", t("凭证须先存入本案案卷")))
    if faults:
        raise Invalid(t("收益报表有误"), faults)


async def statements(claim_id: int, *, actor: Actor) -> list[StatementView]:
    """The statements of a claim, the one that counts first; empty before the first. NotFound outside the scope."""
    async with db.transaction(actor.scope):
        row = await seen(claim_id)
        wording = await income_wording(row)
        found = [] if wording is None else await store_income.statements(claim_id)
        return [] if wording is None else [_view(one, wording, actor) for one in found]


def _filed(stored: Any) -> FiledStatement:
    lines = tuple(
        StatementLine(kind=LineKind(one["kind"]), amount_fen=one["amount_fen"], document_id=one["document_id"], note=one["note"])
        for one in stored["lines"]
    )  # fmt: skip
    return FiledStatement(stored["id"], stored["from_on"], stored["last_on"], lines)


def _view(stored: Any, wording: IncomeWording, actor: Actor) -> StatementView:
    due_on = deadline(stored["closed_on"], wording.claim_within_days).due_on
    lines = tuple(
        StatementLineView(
            ordinal=one["ordinal"], kind=LineKind(one["kind"]), name=render(LINE_NAMES[LineKind(one["kind"])], actor.language),
            counts=wording.counting(LineKind(one["kind"])), amount_fen=one["amount_fen"], document_id=one["document_id"],
            file_name=one["file_name"], note=one["note"],
        )
        for one in stored["lines"]
    )  # fmt: skip
    return StatementView(
        id=stored["id"], claim_id=stored["claim_id"], from_on=stored["from_on"], last_on=stored["last_on"], lines=lines,
        actual_fen=actual_of(counted(_filed(stored), wording)),
        unproved_fen=sum(line.amount_fen for line in lines if line.document_id is None), signed_on=stored["signed_on"],
        signed_by=stored["signed_by"], closed_on=stored["closed_on"], due_on=due_on,
        late_days=max(0, (stored["first_filed_on"] - due_on).days), supersedes_id=stored["supersedes_id"],
        superseded=stored["superseded"], filed_by=stored["display_name"], filed_at=stored["filed_at"].astimezone(BEIJING),
        note=stored["note"],
    )  # fmt: skip


# -- the basis of an assessment ----------------------------------------------------------------------------------------------


async def facts_of(row: Row, insured: Insured, wording: IncomeWording, given: Assessment, *, today: date) -> IncomeFacts:
    """What an income assessment rests on, as statement, other claims and the asset cover stand now. Raises Invalid by field."""
    end = await store_income.cover_end(row["policy_id"])
    facts = IncomeFacts(
        statement=await _that_counts(row["id"]), paid=tuple(await store_income.paid_days(row["policy_id"], row["id"])),
        mode_ended_on=end.mode_ended_on, ended_early=end.ended_early,
    )  # fmt: skip
    days = claimed_days(given, insured, facts, loss_on=row["loss_on"], today=today)
    set_off, _ = await store_income.asset_cover(row["id"], days, wording.set_off)
    return msgspec.structs.replace(facts, set_off=set_off)


async def _that_counts(claim_id: int) -> FiledStatement | None:
    found = await store_income.statements(claim_id)
    return _filed(found[0]) if found else None


def days_of(basis: Basis) -> Period | None:
    """The days an income basis is about; None for the asset cover."""
    if isinstance(basis, IncomeBasis):
        return Period(basis.from_on, basis.last_on + timedelta(days=1))
    if isinstance(basis, OutageBasis):
        return outage_days(basis.damaged_on, basis.resumed_on)
    return None


async def check_asset_cover_assessed(row: Row, basis: Basis) -> None:
    """The income cover is decided after the asset cover where it depends on it: crops destroyed, repair or rescue costs booked.

    Raises Refused while an asset claim of the same days has no assessment.
    """
    wording, days = await income_wording(row), days_of(basis)
    if wording is None or days is None:
        return
    _, waiting = await store_income.asset_cover(row["id"], days, wording.set_off)
    booked = isinstance(basis, IncomeBasis) and basis.statement is not None and _books_repair(basis.statement)
    if waiting.of_yield or (booked and waiting.at_all):
        raise Refused(t("同期产业保赔案尚未定损，先定产业保，再核收益保，以免同一损失重复赔付"))


def _books_repair(statement: CountedStatement) -> bool:
    return any(line.kind in (LineKind.REPAIR_COST, LineKind.RESCUE_COST) and line.amount_fen for line in statement.lines)
