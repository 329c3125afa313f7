"""Where money to share comes from, pulled from the accounts and the bank: project income, income-cover payouts, fund and backstop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from insurance.access.model import Actor
from insurance.base.calendar import BEIJING
from insurance.base.errors import FieldFault, Invalid, Refused
from insurance.base.money import yuan
from insurance.base.text import Text, t
from insurance.claims import actions_income
from insurance.claims.model_income import StatementView
from insurance.policies.model import Cover
from insurance.projects import store_annual
from insurance.projects.model import Project
from insurance.sharing import store
from insurance.sharing.actions_plans import paper_fault
from insurance.sharing.model import Basis, SharingEntry, Source
from insurance.sharing.rules import backstop_gap

SETTLED = "SETTLED"
_ANEW = t("请作废这次分配（已公示的先以异议退回草案），再重新拟定")
_ALLOWED: dict[Source, frozenset[str]] = {
    Source.INCOME: frozenset({"annual_account_id", "claim_id"}),
    Source.INCOME_COVER: frozenset({"payout_id"}),
    Source.FUND: frozenset({"amount_fen", "payer", "reason", "document_id"}),
    Source.BACKSTOP: frozenset({"amount_fen", "payer", "reason", "document_id", "basis", "claim_id", "promised_fen", "repayable"}),
}  # fmt: skip
_OPTIONAL = (
    "annual_account_id",
    "claim_id",
    "payout_id",
    "amount_fen",
    "payer",
    "reason",
    "document_id",
    "basis",
    "promised_fen",
    "repayable",
)


async def pulled(project: Project, entry: SharingEntry, *, actor: Actor) -> dict[str, Any]:
    """What the sources say of an entry, as columns of the draft: the amount, and what it is measured by. Raises Invalid, Refused."""
    foreign = [name for name in _OPTIONAL if getattr(entry, name) and name not in _ALLOWED[entry.source]]
    if foreign:
        raise Invalid(t("有字段填写不正确"), [FieldFault(name, t("这种资金来源不填此项")) for name in foreign])
    match entry.source:
        case Source.INCOME:
            return await _income(project, entry, actor)
        case Source.INCOME_COVER:
            return await _payout(project, entry)
        case _:
            return await _given(project, entry, actor)


async def _income(project: Project, entry: SharingEntry, actor: Actor) -> dict[str, Any]:
    if (entry.annual_account_id is None) == (entry.claim_id is None):
        raise Invalid.field("annual_account_id", t("请选择已登记的年度收益，或收益保案件的收益报表（二者选一）"))
    if entry.claim_id is not None:
        await _income_claim(project, entry.claim_id)
        statements = await actions_income.statements(entry.claim_id, actor=actor)
        if not statements:
            raise Invalid.field("claim_id", t("这个案件还没有收益报表"))
        counts = statements[0]
        return _amount("claim_id", counts.actual_fen) | {"statement_id": counts.id, "from_on": counts.from_on, "last_on": counts.last_on}
    rows = await store_annual.of_project(project.id)
    found = next((row for row in rows if row["id"] == entry.annual_account_id), None)
    if found is None:
        raise Invalid.field("annual_account_id", t("请选择本项目已登记的年度收益"))
    if found["superseded"]:
        raise Invalid.field("annual_account_id", t("这笔年度收益已更正，请选最新一笔"))
    days = {"from_on": dt.date(found["year"], 1, 1), "last_on": dt.date(found["year"], 12, 31)}
    return _amount("annual_account_id", found["net_income_fen"]) | days


def _amount(field: str, amount_fen: int) -> dict[str, Any]:
    if amount_fen <= 0:
        raise Invalid.field(field, t("没有可分配的收益"))
    return {"amount_fen": amount_fen}


async def _payout(project: Project, entry: SharingEntry) -> dict[str, Any]:
    if entry.payout_id is None:
        raise Invalid.field("payout_id", t("请选择已到账的收益保赔款"))
    found = await store.payout_source(entry.payout_id)
    wrong: list[tuple[bool, Text]] = [
        (found is None or found["project_id"] != project.id, t("这不是本项目的赔款")),
        (found is not None and found["cover"] != Cover.INCOME, t("产业保赔款用于修复、重置资产，不是可分配的收益")),
        (found is not None and found["state"] != SETTLED, t("赔款还没有到账，到账后才能分配")),
    ]
    for bad, text in wrong:
        if bad:
            raise Invalid.field("payout_id", text)
    return {"amount_fen": found["amount_fen"], "claim_id": found["claim_id"]}


async def _given(project: Project, entry: SharingEntry, actor: Actor) -> dict[str, Any]:
    """Fund and backstop: what the paper says."""
    faults = [FieldFault(name, t("请填写")) for name in ("payer", "reason") if not getattr(entry, name).strip()]
    faults += [] if entry.amount_fen else [FieldFault("amount_fen", t("请填写"))]
    if wrong := await paper_fault(project.id, entry.document_id, "document_id"):
        faults.append(wrong)
    if entry.source is Source.BACKSTOP:
        faults += [] if entry.basis else [FieldFault("basis", t("请选择"))]
        faults += [FieldFault("claim_id", t("注明赔款到账后归还的，请指明收益保案件"))] if entry.repayable and not entry.claim_id else []
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    assert entry.amount_fen is not None
    if entry.source is Source.FUND:
        return {"amount_fen": entry.amount_fen}
    target, reached = await _measured(project, entry, actor)
    if entry.amount_fen > backstop_gap(target, reached):
        raise Invalid.field("amount_fen", _most(target, reached))
    return {"amount_fen": entry.amount_fen, "target_fen": target, "reached_fen": reached}


async def _measured(project: Project, entry: SharingEntry, actor: Actor) -> tuple[int, int]:
    """What a backstop tops up to, and what is there already."""
    ground = None if entry.claim_id is None else await _income_claim(project, entry.claim_id)
    if entry.basis is Basis.PROMISED:
        if entry.promised_fen is None:
            raise Invalid.field("promised_fen", t("请填写承诺的分红总额"))
        return entry.promised_fen, await store.dividends_of_year(project.id, actor.on.year, None)
    if ground is None or entry.claim_id is None:
        raise Invalid.field("claim_id", t("补足到保障收益，请指明收益保案件"))
    if entry.promised_fen is not None:
        raise Invalid.field("promised_fen", t("补足到保障收益，金额以保单为准，不填此项"))
    statements = await actions_income.statements(entry.claim_id, actor=actor)
    if not statements:
        raise Invalid.field("claim_id", t("这个案件还没有收益报表"))
    return _guaranteed(ground, statements)


def _guaranteed(ground: Any, statements: Sequence[StatementView]) -> tuple[int, int]:
    """What is guaranteed, and what was earned, paid and brought of it so far: by the statement that counts."""
    return ground["guaranteed_fen"], statements[0].actual_fen + ground["paid_fen"] + ground["topped_fen"]


def _most(target: int, reached: int) -> Text:
    gap = backstop_gap(target, reached)
    return t("目标 {target} 元，已到位 {reached} 元，兜底最多 {gap} 元", target=yuan(target), reached=yuan(reached), gap=yuan(gap))


async def _income_claim(project: Project, claim_id: int) -> Any:
    ground = await store.backstop_ground(claim_id, None)
    if ground is None or ground["project_id"] != project.id:
        raise Invalid.field("claim_id", t("这不是本项目的案件"))
    if ground["cover"] != Cover.INCOME:
        raise Invalid.field("claim_id", t("请指明收益保案件；产业保不涉及收益"))
    return ground


async def still_paid(row: Any) -> None:
    """Money that came back to the insurer cannot be shared on. Raises Refused."""
    if row["payout_id"] is None:
        return
    found = await store.payout_source(row["payout_id"])
    if found is None or found["state"] != SETTLED:
        raise Refused(t("赔款已退回或到账已撤销，不能继续分配"))


async def still_so(row: Any, *, actor: Actor) -> None:
    """What a distribution was drawn from is still so: paid, the newest figures, within the gap. The project is held. Raises Refused.

    The amount of a draft stays what it is; where its source has changed, it is void and drafted anew.
    """
    await still_paid(row)
    match Source(row["source"]):
        case Source.INCOME:
            await _still_newest(row, actor)
        case Source.BACKSTOP:
            await _still_missing(row, actor)


async def _still_newest(row: Any, actor: Actor) -> None:
    if row["annual_account_id"] is not None:
        accounts = await store_annual.of_project(row["project_id"])
        stale = any(one["superseded"] for one in accounts if one["id"] == row["annual_account_id"])
    else:
        stale = (await actions_income.statements(row["claim_id"], actor=actor))[0].id != row["statement_id"]
    if stale:
        raise Refused(t("这笔收益拟定之后已更正，原金额不能再用；{anew}", anew=_ANEW))


async def _still_missing(row: Any, actor: Actor) -> None:
    """A backstop is measured again: a payout, a corrected statement or another backstop may have come since it was drafted."""
    if row["basis"] == Basis.PROMISED:
        drafted_on = (await store.events(row["id"]))[0]["business_at"].astimezone(BEIJING).date()
        target, reached = row["target_fen"], await store.dividends_of_year(row["project_id"], drafted_on.year, row["id"])
    else:
        ground = await store.backstop_ground(row["claim_id"], row["id"])
        target, reached = _guaranteed(ground, await actions_income.statements(row["claim_id"], actor=actor))
    if row["amount_fen"] > backstop_gap(target, reached):
        raise Refused(t("兜底的缺口在拟定之后变小了：{most}；{anew}", most=_most(target, reached), anew=_ANEW))
