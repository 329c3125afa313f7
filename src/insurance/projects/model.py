"""Words of the asset register: codes of `docs/reference.md` §codes, and the shapes that pass between floors."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from insurance.base.money import Fen


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


class Right(StrEnum):
    """五权."""

    OWNERSHIP = "OWNERSHIP"  # 所有权
    OPERATION = "OPERATION"  # 经营权
    INCOME = "INCOME"  # 收益权
    BENEFIT = "BENEFIT"  # 受益权
    SUPERVISION = "SUPERVISION"  # 监督权


class PartyKind(StrEnum):
    """What a holder of rights is: the kinds of ownership, and OTHER where nobody said."""

    VILLAGE = "VILLAGE"
    TOWN = "TOWN"
    JOINT = "JOINT"
    STATE = "STATE"
    COOP = "COOP"
    ENTERPRISE = "ENTERPRISE"
    FAMILY_FARM = "FAMILY_FARM"
    INDIVIDUAL = "INDIVIDUAL"
    OTHER = "OTHER"


class PaperKind(StrEnum):
    """Papers of a project."""

    TITLE = "TITLE"  # 确权文件
    APPLICATION = "APPLICATION"  # 投保单(签字)
    LINK = "LINK"  # 带贫协议
    CONTRACT = "CONTRACT"  # 承包、租赁合同
    INCOME_AGREEMENT = "INCOME_AGREEMENT"  # 收益约定
    ACCOUNTS = "ACCOUNTS"  # 年度收益报表
    COST = "COST"  # 发票、决算、验收
    CHANGE = "CHANGE"  # 批改、退保申请书，或保险人的书面通知
    PHOTO = "PHOTO"  # 照片
    OTHER = "OTHER"


class Party(msgspec.Struct, frozen=True):
    """Who holds a right; an office's or unit's name is public, a person's is personal."""

    id: int
    kind: PartyKind
    name: str
    credit_code: str | None = None


class RightHolding(msgspec.Struct, frozen=True):
    """One of the five rights, its holder, and from when until when (the day it ended)."""

    right: Right
    party: Party
    from_on: date | None = None
    until_on: date | None = None


class FundAmount(msgspec.Struct, frozen=True):
    """Money of one source in an asset; `level` splits 专项 by who gave it, empty where that is not stated."""

    fund: Fund
    amount_fen: Fen
    level: str = ""


class Asset(msgspec.Struct, frozen=True):
    """An asset as it is registered; what it is worth on a day is `NetValue`'s."""

    id: int
    name: str
    code: str | None
    specification: str
    place: str
    quantity: Decimal | None
    unit: str
    asset_class: str | None
    cost_fen: Fen | None
    residual_rate: Decimal | None
    life_months: int | None
    in_use_on: date | None
    regime: Regime | None
    situation: Status | None
    retired_on: date | None
    stated_net_value_fen: Fen | None
    stated: dict[str, Any]
    funds: tuple[FundAmount, ...] = ()


class Impairment(msgspec.Struct, frozen=True):
    """减值准备: counts from its day on."""

    id: int
    asset_id: int
    from_on: date
    amount_fen: Fen
    reason: str


class DeclaredCover(msgspec.Struct, frozen=True):
    """Cover by an insurer outside the system, as the office declared it. `ends_before`: the first day without it."""

    id: int
    insurer_name: str
    cover: str
    starts_on: date
    ends_before: date
    sum_insured_fen: Fen | None = None


class Project(msgspec.Struct, frozen=True):
    """A project as it stands, with everything that hangs on it."""

    id: int
    version: int
    code: str
    name: str
    region_path: str
    county_code: str
    county: str
    town_code: str
    town: str
    village: str
    taxonomy: Taxonomy
    asset_kind: AssetKind | None
    ownership: Ownership | None
    operation: Operation | None
    situation: Status | None
    built_year: int | None
    owner: Party | None
    operator: Party | None
    title_on: date | None
    title_paper: str | None
    title_disputed: bool | None
    contract_number: str | None
    contract_from: date | None
    contract_until: date | None
    link_agreement: bool | None
    insurable_interest: bool | None
    households: int | None
    people: int | None
    annual_income_fen: Fen | None
    income_basis: str | None
    income_basis_on: date | None
    distribution: str | None
    stated_cover: dict[str, Any]
    source: str
    registered_at: datetime
    retired_on: date | None
    assets: tuple[Asset, ...]
    rights: tuple[RightHolding, ...]
    impairments: tuple[Impairment, ...]
    declared_covers: tuple[DeclaredCover, ...]


class ProjectLine(msgspec.Struct, frozen=True):
    """A project in a list."""

    id: int
    code: str
    name: str
    county_code: str
    town_code: str
    town: str
    village: str
    taxonomy: Taxonomy
    asset_kind: AssetKind | None
    ownership: Ownership | None
    operation: Operation | None
    situation: Status | None
    registered_at: datetime
    version: int


class OnFile(msgspec.Struct, frozen=True):
    """The newest paper of a kind: its document, and the day it bears (else the day it was filed)."""

    id: int
    name: str
    on: date


class ProjectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What was known of a project on a day, as eligibility asks. None is "not known", never "no"."""

    id: int
    code: str
    name: str
    region_path: str
    county_code: str
    town_code: str
    version: int
    on: date
    taxonomy: Taxonomy
    asset_kind: AssetKind | None
    ownership: Ownership | None
    operation: Operation | None
    situation: Status | None
    owner: Party | None
    operator: Party | None
    owner_kinds: tuple[PartyKind, ...]  # of everybody who holds title on the day
    title_on: date | None
    title_paper: str | None
    title_disputed: bool | None
    link_agreement: bool | None
    insurable_interest: bool | None
    households: int | None
    people: int | None
    annual_income_fen: Fen | None
    income_basis: str | None
    income_basis_on: date | None
    contract_until: date | None
    retired_on: date | None
    funds: dict[Fund, Fen] | None  # by source; None where no asset states its money
    papers: dict[str, OnFile]  # by kind
    declared_covers: tuple[DeclaredCover, ...]
    stated_cover: dict[str, Any]
    net_value_fen: Fen | None  # None without assets
    cost_fen: Fen | None
    asset_count: int
    incomplete_assets: int  # without cost, day of use or life
    annual_accounts: dict[int, Fen] = {}  # net income by year, as far as accounts are on file


class AssetValue(msgspec.Struct, frozen=True):
    """What one asset is worth on a day. Amounts are None where cost, day of use or life is not known."""

    id: int
    project_id: int
    name: str
    code: str | None
    cost_fen: Fen | None
    months: int | None
    depreciation_fen: Fen | None
    impairment_fen: Fen
    net_value_fen: Fen | None
    regime: Regime
    in_use_on: date | None
    life_months: int | None
    residual_rate: Decimal
    situation: Status | None


class NetValue(msgspec.Struct, frozen=True):
    """What a project is worth on a day: the sums of its valued assets, and how many could not be valued."""

    as_of: date
    cost_fen: Fen
    depreciation_fen: Fen
    impairment_fen: Fen
    net_value_fen: Fen
    incomplete_assets: int
    assets: tuple[AssetValue, ...]
