"""A register sheet without an office: some divisions, headings with a cell for each, a row and what was noticed in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from insurance.base.spreadsheet import Cell, Sheet
from insurance.projects.model import AssetKind, Operation, Ownership, Status, Taxonomy
from insurance.projects.register import ParsedRegister, RegisterRow, parse_register
from insurance.projects.register_places import Region, Regions

CITY, COUNTY, TOWN, VILLAGE = "370400", "370404", "370404001", "370404001205"
REGIONS = Regions(
    [
        Region(CITY, "枣庄市", "370000"),
        Region("370402", "市中区", CITY),
        Region("370403", "薛城区", CITY),
        Region(COUNTY, "峄城区", CITY),
        Region("370405", "台儿庄区", CITY),
        Region("370481", "滕州市", CITY),
        Region("370402001", "中心街街道", "370402"),
        Region("370402101", "税郭镇", "370402"),
        Region("370403004", "张范街道", "370403"),
        Region("370403005", "常庄街道", "370403"),
        Region(TOWN, "坛山街道", COUNTY),
        Region("370404002", "吴林街道", COUNTY),
        Region("370404100", "古邵镇", COUNTY),
        Region("370404101", "阴平镇", COUNTY),
        Region("370405104", "马兰屯镇", "370405"),
        Region("370481113", "木石镇", "370481"),
        Region(VILLAGE, "石门村", TOWN),
    ]
)


def sheet(*rows: list[Cell], name: str = "", merged: list[tuple[int, int, int, int]] | None = None) -> Sheet:
    width = max(map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    made = Sheet(name, len(rows), [list(column) for column in zip(*padded, strict=True)], merged or [])
    for top, left, bottom, _ in made.merged:  # as the reader leaves it
        for row in range(top + 1, bottom + 1):
            made.columns[left][row] = made.columns[left][row] or made.columns[left][top]
    return made


def parse(*rows: list[Cell], within: str = CITY, **more: Any) -> ParsedRegister:
    parsed = parse_register([sheet(*rows, **more)], REGIONS, within)
    assert parsed.read == len(parsed.rows) + parsed.duplicates + parsed.faulty
    return parsed


HEAD: list[Cell] = ["镇街", "村", "项目名称"]
FACTS: list[Cell] = ["坛山街道", "石门村", "石榴大棚"]


def read_one(heading: str, cell: Cell, within: str = CITY) -> tuple[RegisterRow | None, list[tuple[str, str, str]]]:
    """One row with one more column: the row, and (cell, code, severity) of what was noticed."""
    parsed = parse([*HEAD, heading], [*FACTS, cell], within=within)
    return (parsed.rows[0].row if parsed.rows else None), [(f.cell, f.code, f.severity) for f in parsed.faults]


HEADINGS: list[tuple[str, Cell, str, Any]] = [
    ("项目编号 项目编码", "XM-1", "project_code", "XM-1"),
    ("项目类型 产业类型", "光伏", "taxonomy", Taxonomy.PV),
    ("资产名称", "1号棚", "asset_name", "1号棚"),
    ("资产类别 资产性质 资产性质(经营性/公益性/到户类)", "经营性", "asset_kind", AssetKind.OPERATING),
    ("资产编号 资产编码", "ZC-1", "asset_code", "ZC-1"),
    ("坐落 地址 具体位置", "村东", "place", "村东"),
    ("规格型号 规格", "8m×80m", "spec", "8m×80m"),
    ("数量 数量(座)", 2.5, "quantity", Decimal("2.5")),
    ("单位 计量单位", "座", "measure", "座"),
    ("建设年度 实施年度", "2017年", "build_year", 2017),
    ("开工日期 开工时间", "2017-06-15", "started_on", dt.date(2017, 6, 15)),
    ("竣工日期 验收日期", "2017-06-15", "completed_on", dt.date(2017, 6, 15)),
    ("投入使用日期 启用时间", "2017-06-15", "in_use_on", dt.date(2017, 6, 15)),
    ("总投资 总投资(元)", 658000, "invested_fen", 65_800_000),
    ("总投资(万元) 总投资\uff08万元\uff09 总投资/万元 总投资\uff1a万元 总投资(单位:万元)", 65.8, "invested_fen", 65_800_000),
    ("财政专项扶贫资金 1.财政专项扶贫资金", 658000, "special_fen", 65_800_000),
    ("其中:中央 其中\uff1a中央 中央资金 中央", 1, "special_central_fen", 100),
    ("省级 其中:省级", 1, "special_province_fen", 100),
    ("市级 市级资金", 1, "special_city_fen", 100),
    ("县级 区级", 1, "special_county_fen", 100),
    ("整合涉农资金 统筹整合涉农资金", 1, "integrated_fen", 100),
    ("东西协作资金 东西部扶贫协作资金", 1, "east_west_fen", 100),
    ("社会捐赠 社会捐赠资金", 1, "donation_fen", 100),
    ("自筹资金 自筹", 1, "self_fen", 100),
    ("地方政府债券 债券资金", 1, "bond_fen", 100),
    ("定点帮扶 定点帮扶资金", 1, "designated_fen", 100),
    ("贷款 银行贷款", 1, "loan_fen", 100),
    ("其他财政资金 其它财政资金", 1, "other_fiscal_fen", 100),
    ("资产原值 账面原值 资产价值 资产原值*", 1, "cost_fen", 100),
    ("使用年限 折旧年限 折旧年限(年)", 10, "life_months", 120),
    ("残值率 残值率(%) 残值率\uff08\uff05\uff09", "5%", "residual_rate", Decimal("0.05")),
    ("累计折旧 累计折旧(元)", 1, "depreciation_fen", 100),
    ("资产净值 账面净值", 1, "net_value_fen", 100),
    ("所有权人", "石门村股份经济合作社", "owner", "石门村股份经济合作社"),
    ("产权归属 权属", "村集体", "ownership", Ownership.VILLAGE),
    ("确权日期 确权时间", "2018-01-02", "title_on", dt.date(2018, 1, 2)),
    ("确权文号", "峄确字1号", "title_paper", "峄确字1号"),
    ("经营权人 经营主体 承包(租)方 承包\uff08租\uff09方", "某合作社", "operator", "某合作社"),
    ("经营方式 运营方式", "集体自营", "operation", Operation.SELF),
    ("合同编号", "HT-1", "contract_no", "HT-1"),
    ("合同起止时间 合同期限", "2017-06-01至2027-05-31", "contract_term", (dt.date(2017, 6, 1), dt.date(2027, 5, 31))),
    ("收益权人", "石门村", "income_owner", "石门村"),
    ("受益对象 受益村", "石门村", "beneficiary", "石门村"),
    ("受益户数 受益贫困户数", "35户", "households", 35),
    ("受益人数 受益人口", 120.0, "people", 120),
    ("年收益 年度收益(元)", 50000, "annual_income_fen", 5_000_000),
    ("年度收益(万元)", 5, "annual_income_fen", 5_000_000),
    ("收益率(%)", 8, "yield_rate", Decimal("0.08")),
    ("分配方式 收益分配方式", "七三", "distribution", "七三"),
    ("监督单位", "街道", "supervisor", "街道"),
    ("管护责任人 保管人", "某人", "keeper", "某人"),
    ("联系电话 电话", 13800000000.0, "phone", "13800000000"),
    ("资产状态 使用状态", "在用", "state", Status.RUNNING),
    ("是否投保产业保 产业保", "是", "industry_stated", True),
    ("是否投保收益保 收益保", "无", "income_stated", False),
    ("保单号 保单编号", "P1", "policy_stated", "P1"),
    ("保险期限 保险期间", "一年", "period_stated", "一年"),
    ("备注", "好", "remark", "好"),
]
