"""How the codes of the two covers, and the facts they are judged by, are called in texts."""

from __future__ import annotations

from insurance.base.text import Text, t
from insurance.policies.model import Basis, Cover, IncomeBasis, LegalRegime, Payer, PolicyState, Result
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status

COVER_NAMES: dict[Cover, Text] = {Cover.INDUSTRY: t("产业保"), Cover.INCOME: t("收益保")}
STATE_NAMES: dict[PolicyState, Text] = {
    PolicyState.PROPOSED: t("待承保"),
    PolicyState.IN_FORCE: t("有效"),
    PolicyState.ENDORSED: t("有效（已批改）"),
    PolicyState.CANCELLED: t("已退保"),
    PolicyState.EXPIRED: t("期满"),
    PolicyState.LAPSED: t("失效"),
}
RESULT_NAMES: dict[Result, Text] = {
    Result.ELIGIBLE: t("符合"),
    Result.REFER: t("待核定"),
    Result.INELIGIBLE: t("不符合"),
}
PAYER_NAMES: dict[Payer, Text] = {
    Payer.CENTRAL: t("中央财政"),
    Payer.PROVINCE: t("省财政"),
    Payer.CITY: t("市财政"),
    Payer.COUNTY: t("区（市）财政"),
    Payer.INSURED: t("被保险人"),
}
BASIS_NAMES: dict[Basis, Text] = {
    Basis.AGREED_NAV: t("按月约定净值"),
    Basis.NAV_AT_START: t("起保日净值"),
    Basis.REPLACEMENT: t("重置价值"),
}
INCOME_BASIS_NAMES: dict[IncomeBasis, Text] = {
    IncomeBasis.AGREEMENT: t("收益协议"),
    IncomeBasis.ACCOUNTS: t("一年以上收益账目"),
}
REGIME_OF_LAW_NAMES: dict[LegalRegime, Text] = {
    LegalRegime.AGRI: t("农业保险"),
    LegalRegime.AGRI_RELATED: t("涉农保险"),
    LegalRegime.PROPERTY: t("财产保险"),
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
