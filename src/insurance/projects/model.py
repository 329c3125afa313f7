"""Words of the asset register: codes of `docs/reference.md` §codes, and the shapes that pass between floors."""

from __future__ import annotations

from enum import StrEnum


class AssetKind(StrEnum):
    """资产类别."""

    OPERATING = "OPERATING"  # 经营性
    PUBLIC = "PUBLIC"  # 公益性
    HOUSEHOLD = "HOUSEHOLD"  # 到户类


class Ownership(StrEnum):
    """权属."""

    VILLAGE = "VILLAGE"  # 村集体
    TOWN = "TOWN"  # 镇(街)集体
    JOINT = "JOINT"  # 联村共有(按份)
    STATE = "STATE"  # 国有
    COOP = "COOP"  # 合作社
    ENTERPRISE = "ENTERPRISE"  # 企业
    FAMILY_FARM = "FAMILY_FARM"  # 家庭农场
    INDIVIDUAL = "INDIVIDUAL"  # 个人


class Operation(StrEnum):
    """经营方式."""

    SELF = "SELF"  # 集体自营
    CONTRACTED = "CONTRACTED"  # 承包
    LEASED = "LEASED"  # 租赁
    COOPERATION = "COOPERATION"  # 合作经营
    SHARE = "SHARE"  # 入股分红
    ENTRUSTED = "ENTRUSTED"  # 委托经营
    PRIVATE = "PRIVATE"  # 个人或企业自营


class Fund(StrEnum):
    """资金来源."""

    SPECIAL = "SPECIAL"  # 财政专项扶贫资金
    INTEGRATED = "INTEGRATED"  # 统筹整合涉农资金
    BOND = "BOND"  # 地方政府债券
    EAST_WEST = "EAST_WEST"  # 东西部扶贫协作
    DESIGNATED = "DESIGNATED"  # 定点帮扶
    DONATION = "DONATION"  # 社会捐赠
    SELF = "SELF"  # 自筹
    LOAN = "LOAN"  # 贷款
    OTHER_FISCAL = "OTHER_FISCAL"  # 其他财政


class Status(StrEnum):
    """资产状态."""

    PLANNED = "PLANNED"  # 拟建
    BUILDING = "BUILDING"  # 在建
    RUNNING = "RUNNING"  # 运营
    IDLE = "IDLE"  # 闲置
    DISPUTED = "DISPUTED"  # 权属争议
    DISPOSED = "DISPOSED"  # 已处置
    SCRAPPED = "SCRAPPED"  # 报废
    LOST = "LOST"  # 灭失


class Taxonomy(StrEnum):
    """项目类型."""

    PLANT = "PLANT"  # 种植
    GREENHOUSE = "GREENHOUSE"  # 大棚/设施农业
    BREED = "BREED"  # 养殖
    FOREST = "FOREST"  # 林业
    PROC = "PROC"  # 农产品加工
    COLD = "COLD"  # 冷库/仓储
    WORKSHOP = "WORKSHOP"  # 扶贫车间
    PV = "PV"  # 光伏
    ECOM = "ECOM"  # 电商
    TOUR = "TOUR"  # 乡村旅游/民宿
    MARKET = "MARKET"  # 商铺/市场
    MACHINE = "MACHINE"  # 农机
    EQUITY = "EQUITY"  # 入股/资产收益
    OTHER = "OTHER"  # 其他


class Regime(StrEnum):
    """折旧制度."""

    GOV = "GOV"  # 政府会计准则第3号
    ENT = "ENT"  # 企业准则、所得税法实施条例 59
    RURAL2004 = "RURAL2004"  # 财会〔2004〕12号
    RURAL2024 = "RURAL2024"  # 财会〔2023〕14号
