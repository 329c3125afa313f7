"""Words of the two covers: codes, the facts a project is judged by, judgements and quotes. No rule, no storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from insurance.base.money import Fen
from insurance.base.text import Text
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy


class Cover(StrEnum):
    """险种."""

    INDUSTRY = "INDUSTRY"  # 产业保
    INCOME = "INCOME"  # 收益保

    @property
    def folder(self) -> str:
        """The name under top-level `policies/`, and the key in answers of the API."""
        return self.value.lower()


class PolicyState(StrEnum):
    """保单状态."""

    PROPOSED = "PROPOSED"  # 已投保待承保
    IN_FORCE = "IN_FORCE"  # 有效
    ENDORSED = "ENDORSED"  # 有效,已批改
    CANCELLED = "CANCELLED"  # 已退保
    EXPIRED = "EXPIRED"  # 期满
    LAPSED = "LAPSED"  # 失效


class Peril(StrEnum):
    """保险事故."""

    TYPHOON = "TYPHOON"
    GALE = "GALE"
    RAINSTORM = "RAINSTORM"
    FLOOD = "FLOOD"
    WATERLOG = "WATERLOG"
    HAIL = "HAIL"
    SNOW = "SNOW"
    FREEZE = "FREEZE"
    LIGHTNING = "LIGHTNING"
    TORNADO = "TORNADO"
    DROUGHT = "DROUGHT"
    FIRE = "FIRE"
    EXPLOSION = "EXPLOSION"
    GEO = "GEO"
    FALL = "FALL"
    QUAKE = "QUAKE"
    DISEASE = "DISEASE"
    PEST = "PEST"


class LegalRegime(StrEnum):
    """Which law an insured item falls under (农业保险条例 2, 16, 32); decided per item."""

    AGRI = "AGRI"  # 种植、养殖、森林
    AGRI_RELATED = "AGRI_RELATED"  # 涉农财产
    PROPERTY = "PROPERTY"  # 企业和集体财产


class Payer(StrEnum):
    """Who bears a share of the premium."""

    CENTRAL = "CENTRAL"
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    INSURED = "INSURED"


class Basis(StrEnum):
    """How the sum insured of an asset is set."""

    AGREED_NAV = "AGREED_NAV"  # 定值: a month table equal to net asset value
    NAV_AT_START = "NAV_AT_START"  # 不定值: net asset value at inception, down to 100 yuan
    REPLACEMENT = "REPLACEMENT"  # 重置价值


class Guarantee(StrEnum):
    """How the guaranteed income of a year is set."""

    PRINCIPAL_RATE = "PRINCIPAL_RATE"  # 专项资金本金 x 约定收益率
    MEAN_OF_YEARS = "MEAN_OF_YEARS"  # 近年平均收益 x 保障水平


class IncomeBasis(StrEnum):
    """What stands on file for the guaranteed income."""

    AGREEMENT = "AGREEMENT"
    ACCOUNTS = "ACCOUNTS"


class LineKind(StrEnum):
    """A kind of line of an income statement (收益报表)."""

    SALES = "SALES"  # 销售收入
    GENERATION = "GENERATION"  # 发电收入
    RENT = "RENT"  # 租金收入
    OTHER_INCOME = "OTHER_INCOME"  # 其他经营收入
    CROP_PAYOUT = "CROP_PAYOUT"  # 农险赔款
    PRICE_SUBSIDY = "PRICE_SUBSIDY"  # 价格补贴
    MATERIAL_COST = "MATERIAL_COST"  # 种苗、饲料、原料
    LABOUR_COST = "LABOUR_COST"  # 人工
    UTILITY_COST = "UTILITY_COST"  # 水电气费
    SELLING_COST = "SELLING_COST"  # 运输、包装、销售费
    SITE_COST = "SITE_COST"  # 土地、场地租金
    UPKEEP_COST = "UPKEEP_COST"  # 日常维护费
    REPAIR_COST = "REPAIR_COST"  # 灾后修复费
    RESCUE_COST = "RESCUE_COST"  # 施救费
    OTHER_COST = "OTHER_COST"  # 其他直接成本
    ASSET_PAYOUT = "ASSET_PAYOUT"  # 产业保赔款
    CAPITAL_GRANT = "CAPITAL_GRANT"  # 项目建设补助
    DISPOSAL_GAIN = "DISPOSAL_GAIN"  # 资产处置收益
    CLAIMED_REPAIR = "CLAIMED_REPAIR"  # 已向产业保索赔的修复费


class Counting(StrEnum):
    """How a line of an income statement counts towards the actual income."""

    INCOME = "INCOME"  # what the project earned
    ADDED = "ADDED"  # pay-outs and subsidies in place of what it would have earned
    COST = "COST"  # direct cost of earning it
    LEFT_OUT = "LEFT_OUT"  # does not count


class Result(StrEnum):
    """What a judgement comes to."""

    ELIGIBLE = "ELIGIBLE"
    REFER = "REFER"
    INELIGIBLE = "INELIGIBLE"


class Period(msgspec.Struct, frozen=True):
    """Days of cover as a canonical range: `ends_before` is the first day without cover."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_on:
            raise ValueError("a period has at least one day")

    @property
    def last_day(self) -> date:
        """The last day with cover, as people read it."""
        return self.ends_before - timedelta(days=1)

    @property
    def days(self) -> int:
        """Days with cover."""
        return (self.ends_before - self.starts_on).days

    def covers(self, day: date) -> bool:
        """Whether `day` has cover."""
        return self.starts_on <= day < self.ends_before


class Paper(msgspec.Struct, frozen=True):
    """The document that proves a fact, and its date."""

    document: Text | str
    on: date | None = None


class OtherCover(msgspec.Struct, frozen=True):
    """Cover of the same item by another policy: one of ours, or one declared from outside."""

    insurer: str
    policy: str
    period: Period
    sum_insured_fen: Fen | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a project on a day. None is "not known", never "no"."""

    on: date
    kind: AssetKind | None = None
    taxonomy: Taxonomy | None = None
    ownership: Ownership | None = None
    mixed_title: bool = False  # collectives share the title with others
    operator: Ownership | None = None  # what the holder of the operating right is
    operation: Operation | None = None
    status: Status | None = None
    funds: Mapping[Fund, Fen] | None = None  # by source; a source that is not named gave nothing
    title_on: date | None = None
    title_paper: str | None = None
    title_disputed: bool | None = None
    net_value_fen: Fen | None = None
    incomplete_assets: int = 0  # assets without cost, day of use or life
    link: bool | None = None  # 带贫协议 on file
    households: int | None = None
    interest: bool | None = None  # the insured owns the item or bears its risk by contract
    income_basis: IncomeBasis | None = None
    income_basis_on: date | None = None
    applied_on: date | None = None  # the day of the signed application
    other_covers: tuple[OtherCover, ...] | None = None
    papers: Mapping[str, Paper] = {}  # by the name of the fact it proves


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """The fact that decided, and the paper and day it rests on."""

    fact: Text
    document: Text | str | None = None
    on: date | None = None


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One test. `passed` None: not yet proven. `enrolment`: must hold to bind, but is no part of the result."""

    code: str
    passed: bool | None
    text: Text
    evidence: Evidence
    remedy: Text | None = None
    fails_to: Result = Result.INELIGIBLE
    enrolment: bool = False


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """Eligibility for one cover on a day, with every reason and what to note on the policy."""

    cover: Cover
    on: date
    result: Result
    reasons: tuple[Reason, ...]
    notes: tuple[Text, ...] = ()

    @property
    def failing(self) -> tuple[str, ...]:
        """Codes of the tests that failed."""
        return tuple(reason.code for reason in self.reasons if reason.passed is False)

    @property
    def unproven(self) -> tuple[str, ...]:
        """Codes of the tests that nothing on file decides."""
        return tuple(reason.code for reason in self.reasons if reason.passed is None)

    @property
    def remedies(self) -> tuple[Text, ...]:
        """What would make the project eligible."""
        return tuple(reason.remedy for reason in self.reasons if reason.remedy and not reason.enrolment)

    @property
    def ready_to_bind(self) -> bool:
        """Eligible, and every enrolment check holds."""
        return self.result is Result.ELIGIBLE and all(r.passed for r in self.reasons if r.enrolment)


class Step(msgspec.Struct, frozen=True):
    """One line of a working: what was put in, by which rule, what came out (fen, rounded for display)."""

    step: int
    rule: str
    inputs: Mapping[str, Any]
    result_fen: Fen
    text: Text


class QuoteItem(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule 保险清单. `month_values_fen[0]` holds from the first day of cover."""

    asset_id: int
    name: str
    regime_of_law: LegalRegime
    net_value_fen: Fen
    sum_insured_fen: Fen
    premium_fen: Fen
    month_values_fen: tuple[Fen, ...]
    steps: tuple[Step, ...] = ()


class PremiumShare(msgspec.Struct, frozen=True):
    """What one payer owes of the premium; `weight` as in the wording."""

    payer: Payer
    weight: int
    amount_fen: Fen


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A price for one project and cover. `referrals` say why somebody must look before it binds.

    `guaranteed_fen` is the guaranteed income of a whole year, None for the asset cover.
    """

    cover: Cover
    terms_version: str
    terms_checksum: str
    period: Period
    items: tuple[QuoteItem, ...]
    sum_insured_fen: Fen
    guaranteed_fen: Fen | None
    rate: Decimal
    premium_fen: Fen
    shares: tuple[PremiumShare, ...]
    referrals: tuple[Text, ...]
    steps: tuple[Step, ...]


class InsuredItem(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule as it was bound; `month_values_fen[0]` holds from `value_from_on` through its month."""

    id: int
    asset_id: int
    asset_code: str | None
    name: str
    specification: str
    place: str
    quantity: Decimal | None
    unit: str
    regime_of_law: LegalRegime
    net_value_fen: Fen
    sum_insured_fen: Fen
    premium_fen: Fen
    value_from_on: date
    month_values_fen: tuple[Fen, ...]


class PolicyInForce(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that covered a day, with its schedule (empty for 收益保): what a claim is judged by."""

    id: int
    number: str
    project_id: int
    region_path: str
    insurer_id: int
    cover: Cover
    state: PolicyState
    period: Period
    terms_version: str
    terms_checksum: str
    insured_party_id: int | None
    sum_insured_fen: Fen
    guaranteed_fen: Fen | None
    bound_on: date
    items: tuple[InsuredItem, ...] = ()


class InsuredProject(msgspec.Struct, frozen=True, kw_only=True):
    """A policy of a town and its project, as a disaster asks who is insured."""

    policy_id: int
    number: str
    cover: Cover
    project_id: int
    project_code: str
    project_name: str
    county_code: str
    town_code: str
    insurer_id: int
    sum_insured_fen: Fen
    period: Period
