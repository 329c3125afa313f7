"""A project with honest defaults, an office's register as CSV, a paper; files of tests go to a folder of their own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import files
from insurance.projects import actions
from insurance.projects.entries import ProjectEntry
from insurance.projects.model import Project

_FOLDER = Path(tempfile.mkdtemp(prefix="insurance-files-"))
files.use(_FOLDER)
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)

TANSHAN_TOWN, JINGHE_TOWN = "370404001", "370481001"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

# The golden case of the reference: a village greenhouse of special funds, run by the village (A1a: 68,979,167 fen on 2019-08-11).
GREENHOUSE: dict[str, Any] = {
    "name": "钢架大棚",
    "cost_fen": 86_000_000,
    "residual_rate": "0.05",
    "life_months": 120,
    "in_use_on": "2017-06-15",
    "situation": "RUNNING",
    "funds": [{"fund": "SPECIAL", "amount_fen": 86_000_000, "level": "CENTRAL"}],
}
PROJECT: dict[str, Any] = {
    "town_code": TANSHAN_TOWN,
    "village": "石门村",
    "name": "石榴大棚",
    "taxonomy": "GREENHOUSE",
    "asset_kind": "OPERATING",
    "ownership": "VILLAGE",
    "operation": "SELF",
    "situation": "RUNNING",
    "owner": {"name": "石门村股份经济合作社"},
    "title_on": "2018-03-01",
    "title_paper": "确权〔2018〕12号",
    "title_disputed": False,
    "income_basis": "AGREEMENT",
    "households": 37,
}


def entry(*, assets: list[dict[str, Any]] | None = None, **known: Any) -> ProjectEntry:
    """A project as an office enters it; `assets` of its own, else one greenhouse."""
    chosen = [GREENHOUSE] if assets is None else [GREENHOUSE | asset for asset in assets]
    return msgspec.convert(PROJECT | known | {"assets": chosen}, ProjectEntry)


_made = 0


async def project(actor: Actor, *, assets: list[dict[str, Any]] | None = None, **known: Any) -> Project:
    """A project in the register, entered by this office; each with a name of its own unless one is given."""
    global _made  # noqa: PLW0603  # a counter of names
    _made += 1
    return await actions.register(entry(assets=assets, **({"name": f"石榴大棚{_made}号"} | known)), actor=actor)


COLUMNS = {
    "town": "镇街", "village": "村", "project_code": "项目编号", "project": "项目名称", "taxonomy": "项目类型", "asset": "资产名称",
    "asset_code": "资产编号", "kind": "资产性质", "cost": "资产原值", "special": "财政专项扶贫资金", "central": "中央", "own": "自筹资金",
    "life": "使用年限", "rate": "残值率(%)", "in_use": "投入使用日期", "owner": "所有权人", "ownership": "权属", "title_on": "确权日期",
    "operator": "经营主体", "operation": "经营方式", "state": "资产状态", "households": "受益户数", "insured": "是否投保产业保",
    "remark": "备注",
}  # fmt: skip
ROW: dict[str, Any] = {
    "town": "坛山街道", "village": "石门村", "project": "石榴大棚", "taxonomy": "大棚", "asset": "1号棚", "kind": "经营性",
    "cost": "860000", "special": "860000", "central": "500000", "life": "10", "rate": "5", "in_use": "2017-06-15",
    "owner": "石门村股份经济合作社", "ownership": "村集体", "title_on": "2018-03-01", "operation": "集体自营", "state": "运营",
    "households": "37",
}  # fmt: skip


def row(**known: Any) -> dict[str, Any]:
    """One line of a register; a column with None stays blank."""
    return {name: value for name, value in (ROW | known).items() if value is not None}


def register(*rows: dict[str, Any], columns: list[str] | None = None) -> bytes:
    """An office's register as UTF-8 CSV; the columns are those any row uses."""
    used = columns or [name for name in COLUMNS if any(name in one for one in rows)]
    lines = [",".join(COLUMNS[name] for name in used)]
    lines += [",".join(f'"{one.get(name, "")}"' for name in used) for one in rows]
    return "\r\n".join(lines).encode()
