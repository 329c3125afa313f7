"""An office's list of policies in force and of past claims as CSV, with honest defaults."""

from __future__ import annotations

from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.checks.recomputed import RECOMPUTED
from insurance.checks.stored import STORED
from insurance.claims import openings
from insurance.policies import actions_opening
from insurance.policies.actions_opening import OpeningReport

POLICY_COLUMNS = {
    "number": "保单号", "cover": "险种", "code": "项目编号", "project": "项目名称", "town": "镇街", "village": "村", "insurer": "保险公司",
    "starts": "起保日期", "last": "终保日期", "sum": "保险金额", "sum_wan": "保险金额(万元)", "premium": "保险费", "central": "中央补贴",
    "province": "省级补贴", "city": "市级补贴", "county": "县级补贴", "own": "自缴保费", "unpaid": "未缴保费", "guaranteed": "保障收益",
    "terms": "条款版本", "insured": "被保险人", "asset_code": "资产编号", "asset": "资产名称", "item_sum": "该项保额", "remark": "备注",
}  # fmt: skip
POLICY: dict[str, Any] = {
    "number": "鲁产保2019-0007", "cover": "产业保", "insurer": "INS-A", "starts": "2019-03-01", "last": "2020-02-29", "sum": "700000.00",
    "premium": "2450.00",
}  # fmt: skip


def policy_row(**known: Any) -> dict[str, Any]:
    """One row of 在保保单; a column with None stays blank."""
    return {name: value for name, value in (POLICY | known).items() if value is not None}


def policies(*rows: dict[str, Any]) -> bytes:
    """A workbook of policies in force, as UTF-8 CSV."""
    return table(POLICY_COLUMNS, rows)


def table(columns: dict[str, str], rows: tuple[dict[str, Any], ...]) -> bytes:
    """Rows under the headings that any of them uses."""
    used = [name for name in columns if any(name in row for row in rows)]
    lines = [",".join(columns[name] for name in used)]
    lines += [",".join(f'"{row.get(name, "")}"' for name in used) for row in rows]
    return "\r\n".join(lines).encode()


def cell(rows: tuple[dict[str, Any], ...], columns: dict[str, str], name: str, number: int = 0) -> str:
    """The address of a column's cell in the n-th row of data."""
    used = [one for one in columns if any(one in row for row in rows)]
    return f"{chr(ord('A') + used.index(name))}{number + 2}"


async def offences() -> list[str]:
    """What the checks of `insurance verify` find that ask the database alone, inside the story at hand."""
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        return [f"{check.name}: {offence}" for ask in (*STORED, *RECOMPUTED) for check in (await ask(),) for offence in check.offences]


async def brought_in(kind: str, content: bytes, actor: Actor) -> OpeningReport:
    """A workbook tried and taken in by its office, without HTTP."""
    which = openings.KINDS[kind]
    tried = await actions_opening.report(which, await actions_opening.read(which, content, f"{kind}.csv", actor=actor), actor=actor)
    reading = await actions_opening.reading_of(which, tried.id, actor=actor)
    return await actions_opening.commit(which, tried.id, reading, actor=actor, version=tried.version)
