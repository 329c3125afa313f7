"""An office's list of policies in force and of past claims as CSV, with honest defaults."""

from __future__ import annotations

from typing import Any

import httpx

from insurance.access.model import Actor
from insurance.base import db
from insurance.checks.recomputed import RECOMPUTED
from insurance.checks.stored import STORED
from insurance.claims import openings
from insurance.policies import actions_opening
from insurance.policies.actions_opening import OpeningReport
from insurance.projects import actions_payees
from insurance.projects.entries import AccountEntry
from insurance.projects.model import Project
from make.claims import ACCOUNT
from make.projects import project
from people import People, api

Answer = dict[str, Any]

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


CLAIM_COLUMNS = {
    "number": "赔案号", "policy": "保单号", "loss": "出险日期", "peril": "出险原因", "reported": "报案日期", "reported_yuan": "报损金额",
    "reserve": "未决金额", "assessed": "定损金额", "approved": "赔款金额", "paid": "已付金额", "paid_on": "付款日期", "ended": "结案日期",
    "outcome": "状态", "payee": "收款户名", "asset_code": "资产编号", "asset": "资产名称", "remark": "备注",
}  # fmt: skip
CLAIM: dict[str, Any] = {
    "number": "枣赔2019-003", "policy": "鲁产保2019-0007", "loss": "2019-05-04", "peril": "大风", "reported": "2019-05-05",
    "reported_yuan": "30000", "assessed": "28000", "approved": "25200", "paid": "25200", "paid_on": "2019-06-20", "outcome": "已结案",
    "payee": "石门村股份经济合作社",
}  # fmt: skip
OPEN_CLAIM: dict[str, Any] = {
    "number": "枣赔2019-010", "outcome": "未决", "loss": "2019-08-11", "peril": "暴雨", "reported": "2019-08-12", "reserve": "45000",
    "assessed": None, "approved": None, "paid": None, "paid_on": None,
}  # fmt: skip


def claim_row(**known: Any) -> dict[str, Any]:
    """One row of 历史赔案; a column with None stays blank."""
    return {name: value for name, value in (CLAIM | known).items() if value is not None}


def claims(*rows: dict[str, Any]) -> bytes:
    """A workbook of past claims, as UTF-8 CSV."""
    return table(CLAIM_COLUMNS, rows)


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


# -- over HTTP ----------------------------------------------------------------------------------------------------------


async def tried(client: httpx.AsyncClient, actor: Actor, content: bytes, kind: str = "claims") -> Answer:
    """A dry run over HTTP."""
    answer = await (await api(client, actor)).upload("/opening-imports", "期初.csv", content, {"kind": kind})
    assert answer.status_code == 201, answer.text
    report: Answer = answer.json()
    assert report["rows"] == report["created"] + report["unchanged"] + report["faulty"]
    return report


async def taken_in(client: httpx.AsyncClient, actor: Actor, content: bytes, kind: str = "claims") -> Answer:
    """A dry run and its commit over HTTP; the commit does what the dry run said."""
    report = await tried(client, actor, content, kind)
    answer = await (await api(client, actor)).post(f"/opening-imports/{report['id']}/commit", {"version": report["version"]})
    assert answer.status_code == 200, answer.text
    stored: Answer = answer.json()
    assert (stored["created"], stored["unchanged"], stored["faults"]) == (report["created"], report["unchanged"], report["faults"])
    return stored


def counts(report: Answer) -> tuple[int, int, int]:
    """Created, unchanged, faulty."""
    return report["created"], report["unchanged"], report["faulty"]


def noted(report: Answer) -> set[str]:
    """The codes of the notes."""
    return {note["code"] for note in report["notes"]}


async def the_claim(client: httpx.AsyncClient, actor: Actor, number: str = "枣赔2019-003") -> Answer:
    """A claim by its number, as its reader sees it."""
    reader = await api(client, actor)
    (line,) = (await reader.get("/claims", q=number)).json()["items"]
    found: Answer = (await reader.get(f"/claims/{line['id']}")).json()
    return found


async def a_new_loss(client: httpx.AsyncClient, story: People, loss_fen: int) -> Answer:
    """A loss of 11 August on the policy that was taken over, led to its approval; the claim as it then stands."""
    office, adjuster, approver = [await api(client, who) for who in (story.town, story.adjuster_a, story.approver_a)]
    (policy,) = (await office.get("/policies")).json()["items"]
    report = {"policy_id": policy["id"], "loss_at": "2019-08-11T06:00:00+08:00", "reported_fen": 4_600_000, "peril": "RAINSTORM"}
    claim: Answer = (await office.post("/claims", report)).json()
    lines = [{"policy_item_id": (await office.get(f"/policies/{policy['id']}")).json()["items"][0]["id"], "loss_fen": loss_fen}]
    for verb, body in (
        ("acceptance", {}),
        ("survey", {"visited_at": "2019-08-29T09:00:00+08:00", "place": "1号棚", "cause": "暴雨", "findings": "倒塌", "reserve_fen": 4_500_000}),
        ("assessment", {"lines": lines}),
    ):  # fmt: skip
        answer = await adjuster.post(f"/claims/{claim['id']}/{verb}", body | {"version": claim["version"]})
        assert answer.status_code == 200, answer.text
        claim = answer.json()
    answer = await approver.post(f"/claims/{claim['id']}/approval", {"version": claim["version"]})
    assert answer.status_code == 200, answer.text
    approved: Answer = answer.json()
    return approved


async def insured(story: People, *, assets: list[Answer] | None = None, **known: Any) -> Project:
    """A project of the town with an old policy, and its owner's account."""
    made = await project(story.town, assets=assets)
    await brought_in("policies", policies(policy_row(code=made.code, **known)), story.county)
    entry = AccountEntry(holder_name="石门村股份经济合作社", bank_name="峄城农村商业银行坛山支行", account_number=ACCOUNT)
    if not await actions_payees.accounts_of(made.id, actor=story.town):
        await actions_payees.enter_account(made.id, entry, actor=story.town)
    return made
