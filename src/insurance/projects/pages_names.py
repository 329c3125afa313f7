"""How the codes of the register are called on its pages, as choices for a form, and the places a reader may choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base.text import Text, render, t
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, PaperKind, PartyKind, Regime, Right, Status, Taxonomy

TAXONOMY_NAMES: dict[Taxonomy, Text] = {
    Taxonomy.PLANT: t("种植"),
    Taxonomy.GREENHOUSE: t("大棚、设施农业"),
    Taxonomy.BREED: t("养殖"),
    Taxonomy.FOREST: t("林业"),
    Taxonomy.PROC: t("农产品加工"),
    Taxonomy.COLD: t("冷库、仓储"),
    Taxonomy.WORKSHOP: t("扶贫车间"),
    Taxonomy.PV: t("光伏"),
    Taxonomy.ECOM: t("电商"),
    Taxonomy.TOUR: t("乡村旅游、民宿"),
    Taxonomy.MARKET: t("商铺、市场"),
    Taxonomy.MACHINE: t("农机"),
    Taxonomy.EQUITY: t("入股、资产收益"),
    Taxonomy.OTHER: t("其他"),
}
KIND_NAMES: dict[AssetKind, Text] = {
    AssetKind.OPERATING: t("经营性资产"),
    AssetKind.PUBLIC: t("公益性资产"),
    AssetKind.HOUSEHOLD: t("到户类资产"),
}
OWNERSHIP_NAMES: dict[Ownership, Text] = {
    Ownership.VILLAGE: t("村集体"),
    Ownership.TOWN: t("镇（街）集体"),
    Ownership.JOINT: t("联村共有"),
    Ownership.STATE: t("国有"),
    Ownership.COOP: t("合作社"),
    Ownership.ENTERPRISE: t("企业"),
    Ownership.FAMILY_FARM: t("家庭农场"),
    Ownership.INDIVIDUAL: t("个人"),
}
PARTY_NAMES: dict[PartyKind, Text] = {PartyKind(owner.value): name for owner, name in OWNERSHIP_NAMES.items()} | {
    PartyKind.OTHER: t("其他")
}
OPERATION_NAMES: dict[Operation, Text] = {
    Operation.SELF: t("集体自营"),
    Operation.CONTRACTED: t("承包"),
    Operation.LEASED: t("租赁"),
    Operation.COOPERATION: t("合作经营"),
    Operation.SHARE: t("入股分红"),
    Operation.ENTRUSTED: t("委托经营"),
    Operation.PRIVATE: t("个人或企业自营"),
}
SITUATION_NAMES: dict[Status, Text] = {
    Status.PLANNED: t("拟建"),
    Status.BUILDING: t("在建"),
    Status.RUNNING: t("运营"),
    Status.IDLE: t("闲置"),
    Status.DISPUTED: t("权属争议"),
    Status.DISPOSED: t("已处置"),
    Status.SCRAPPED: t("报废"),
    Status.LOST: t("灭失"),
}
FUND_NAMES: dict[Fund, Text] = {
    Fund.SPECIAL: t("财政专项扶贫资金"),
    Fund.INTEGRATED: t("统筹整合涉农资金"),
    Fund.BOND: t("地方政府债券资金"),
    Fund.EAST_WEST: t("东西部扶贫协作资金"),
    Fund.DESIGNATED: t("定点帮扶资金"),
    Fund.DONATION: t("社会捐赠资金"),
    Fund.SELF: t("自筹资金"),
    Fund.LOAN: t("贷款"),
    Fund.OTHER_FISCAL: t("其他财政资金"),
}
LEVEL_NAMES: dict[str, Text] = {
    "": t("未分级"),
    "CENTRAL": t("中央"),
    "PROVINCE": t("省级"),
    "CITY": t("市级"),
    "COUNTY": t("区（市）级"),
}
RIGHT_NAMES: dict[Right, Text] = {
    Right.OWNERSHIP: t("所有权"),
    Right.OPERATION: t("经营权"),
    Right.INCOME: t("收益权"),
    Right.BENEFIT: t("受益权"),
    Right.SUPERVISION: t("监督权"),
}
REGIME_NAMES: dict[Regime, Text] = {
    Regime.GOV: t("政府会计准则"),
    Regime.ENT: t("企业会计准则"),
    Regime.RURAL2004: t("村集体会计制度（2004）"),
    Regime.RURAL2024: t("农村集体会计制度（2024）"),
}
PAPER_NAMES: dict[PaperKind, Text] = {
    PaperKind.TITLE: t("确权文件"),
    PaperKind.APPLICATION: t("投保单（签字）"),
    PaperKind.LINK: t("带贫协议"),
    PaperKind.CONTRACT: t("承包、租赁合同"),
    PaperKind.INCOME_AGREEMENT: t("收益协议"),
    PaperKind.ACCOUNTS: t("年度收益报表"),
    PaperKind.COST: t("发票、决算、验收资料"),
    PaperKind.CHANGE: t("批改、退保申请书或通知"),
    PaperKind.PHOTO: t("照片"),
    PaperKind.OTHER: t("其他材料"),
}


def options(names: Mapping[Any, Text], language: str) -> list[tuple[str, str]]:
    """A mapping of names as the choices of a select."""
    return [(str(code), render(name, language)) for code, name in names.items()]


def counties(actor: Actor) -> list[tuple[str, str]]:
    """The counties of the actor's region, by code; empty for a county or a town office."""
    if actor.county_code is not None:
        return []
    return _below(actor.region_path)


def towns(actor: Actor, county_code: str | None = None) -> list[tuple[str, str]]:
    """The towns of the actor's county, or of the one asked for; empty for a town office and where no county is chosen."""
    if actor.town_code is not None:
        return []
    if actor.county_code is not None:
        return _below(actor.region_path)
    return _below(f"{actor.region_path}{county_code}/") if county_code else []


def all_towns(actor: Actor) -> list[tuple[str, str]]:
    """Every town of the actor's region, with its county before it where there are several."""
    if actor.town_code is not None:
        return [(actor.town_code, scopes.region_name(actor.region_path))]
    if actor.county_code is not None:
        return _below(actor.region_path)
    return [(code, county + town) for county_code, county in _below(actor.region_path) for code, town in towns(actor, county_code)]


def _below(path: str) -> list[tuple[str, str]]:
    depth = path.count("/") + 1
    found = [
        (where.split("/")[-2], name) for where, name in scopes.regions().items() if where.startswith(path) and where.count("/") == depth
    ]
    return sorted(found)
