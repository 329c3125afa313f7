"""The shapes of the files in top-level `policies/`: what a cover promises, in numbers. Formulas stand in the rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from insurance.base.dated import Words
from insurance.base.money import Fen
from insurance.policies.model import Basis, Counting, Cover, Guarantee, LegalRegime, LineKind, Payer, Peril
from insurance.projects.model import Fund, Status, Taxonomy


class Mark(StrEnum):
    """How well a value is founded."""

    VERIFIED = "verified"  # read in the full text of the law or of the article
    SECONDARY = "secondary"  # read in a secondary source
    UNVERIFIED = "unverified"  # known to practitioners, not read in a source
    ASSUMED = "assumed"  # nothing fixes it: a setting


class FundRule(StrEnum):
    """Whether a source of money counts as fiscal poverty money for 产业保; a source not named does not."""

    ACCEPT = "accept"
    NOTE = "note"  # counts, and the policy says so
    REFER = "refer"  # somebody must decide


class DeductibleMode(StrEnum):
    """How the fixed and the proportional deductible work together."""

    GREATER = "greater"
    LESSER = "lesser"
    SUM = "sum"
    FIXED = "fixed"
    RATE = "rate"


class Source(Words, frozen=True):
    """Where a value comes from. `about` is the dotted key of a table or value of the file."""

    about: str
    text: str
    mark: Mark


class PerilTerms(Words, frozen=True):
    """An insured peril and its measurable test; `regimes` names the items it is insured for."""

    code: Peril
    zh: str
    en: str
    clause: str
    regimes: tuple[LegalRegime, ...] = tuple(LegalRegime)
    wind_ms: Decimal | None = None
    rain_mm_1h: Decimal | None = None
    rain_mm_12h: Decimal | None = None
    rain_mm_24h: Decimal | None = None
    within_km: Decimal | None = None


class Exclusion(Words, frozen=True):
    """What is not insured 责任免除."""

    code: str
    zh: str
    en: str
    clause: str


class Premium(Words, frozen=True):
    """Rate on the sum insured for a year, and the payers' weights of its split. `cover_waits_for`: the payers whose part must have come
    in before a loss is covered as agreed; a wording that does not state it waits for nobody.
    """

    rate: Decimal
    payers: dict[Payer, int]
    cover_waits_for: tuple[Payer, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.rate <= 1:
            raise ValueError("rate: above 0, at most 1")
        if min(self.payers.values(), default=-1) < 0 or not any(self.payers.values()):
            raise ValueError("payers: weights of at least 0, not all of them 0")
        if len(set(self.cover_waits_for)) < len(self.cover_waits_for) or not all(self.payers.get(one) for one in self.cover_waits_for):
            raise ValueError("cover_waits_for: payers that bear a part, each once")


class Notice(Words, frozen=True):
    """When a loss must be told, and how long after inception losses are not yet covered."""

    within_hours: int
    waiting_days: int


class IndustryEligibility(Words, frozen=True):
    """Switches of the tests A-ROUTE and A-STATUS."""

    fiscal_funds: dict[Fund, FundRule]
    refer_when: tuple[Status, ...]


class SumInsured(Words, frozen=True):
    """Basis of the sum insured; off net value by more than `band` is referred. `first_loss`: under-insurance brings no average
    (第一危险赔偿方式, 保险法 55: unless agreed otherwise).
    """

    basis: Basis
    band: Decimal
    round_down_to_fen: int
    first_loss: bool = False


class Deductible(Words, frozen=True):
    """免赔: taken from one event; the rate is on the loss after average."""

    mode: DeductibleMode
    clause: str
    fixed_fen: Fen | None = None
    rate: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rate is not None and self.rate > 1:
            raise ValueError("rate: at most 1")
        needs_fixed, needs_rate = self.mode is DeductibleMode.FIXED, self.mode is DeductibleMode.RATE
        if (needs_fixed and self.fixed_fen is None) or (needs_rate and self.rate is None):
            raise ValueError(f"mode {self.mode} without its value")


class Limits(Words, frozen=True):
    """Caps beside the sum insured, per event and per year of cover; absent means none."""

    event_fen: Fen | None = None
    year_fen: Fen | None = None


class Sublimit(Words, frozen=True):
    """A cap on an item's indemnity, as a share of its sum insured, for one peril."""

    peril: Peril
    share: Decimal


class Rescue(Words, frozen=True):
    """施救费: whether under-insurance reduces it too."""

    average: bool


class FilmStep(Words, frozen=True):
    """Share of the value of a greenhouse film up to an age in months; the last step has no end."""

    share: Decimal
    up_to_months: int | None = None


class Grade(Words, frozen=True):
    """A grade of partial loss. Without `share` the actual repair is paid, up to `up_to` of the value."""

    code: str
    zh: str
    en: str
    share: Decimal | None = None
    up_to: Decimal | None = None


class Stage(Words, frozen=True):
    """A growth stage: the share of the sum per mu or head that is insured then."""

    code: str
    zh: str
    en: str
    share: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.share > 1:
            raise ValueError(f"{self.code}: share at most 1")


class Growth(Words, frozen=True):
    """Crops or animals of one kind: their stages; a degree of loss below `start_of_pay` pays nothing, from `total_loss` on all."""

    code: Taxonomy
    stages: tuple[Stage, ...]
    start_of_pay: Decimal = Decimal(0)
    total_loss: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.start_of_pay <= self.total_loss <= 1 or not self.total_loss:
            raise ValueError(f"{self.code}: start_of_pay up to total_loss, above 0 and at most 1")

    def stage(self, code: str | None) -> Stage | None:
        """A stage by its code."""
        return next((stage for stage in self.stages if stage.code == code), None)

    def counted(self, degree: Decimal) -> Decimal:
        """The degree of loss that pays: 0 below the start of pay, the whole from the total loss on."""
        return Decimal(0) if degree < self.start_of_pay else Decimal(1) if degree >= self.total_loss else degree


class PartialLoss(Words, frozen=True):
    """Grades an assessor may choose from; repair at or above `constructive_total` of the value is a total loss."""

    constructive_total: Decimal
    grades: tuple[Grade, ...]


class CoverWording(Words, frozen=True, kw_only=True):
    """What both covers state. `cancellation_fee_fen` is kept of the premium when a policy is cancelled before its first day (保险法 54):
    a wording that does not state it takes none, which is assumed.
    """

    effective_from: date
    zh: str
    en: str
    sources: tuple[Source, ...]
    period_months: int
    premium: Premium
    notice: Notice
    perils: tuple[PerilTerms, ...]
    exclusions: tuple[Exclusion, ...]
    cancellation_fee_fen: Fen = 0

    def peril(self, code: Peril) -> PerilTerms | None:
        """The terms of a peril, None when it is not insured."""
        return next((peril for peril in self.perils if peril.code is code), None)


class IndustryWording(CoverWording, frozen=True, tag_field="cover", tag=Cover.INDUSTRY.value):
    """产业保: what `policies/industry/<effective date>.toml` holds."""

    eligibility: IndustryEligibility
    sum_insured: SumInsured
    deductible: Deductible
    limits: Limits
    rescue: Rescue
    film: tuple[FilmStep, ...]
    partial_loss: PartialLoss
    items_of_law: dict[Taxonomy, LegalRegime]
    sublimits: tuple[Sublimit, ...] = ()
    agri_salvage_agreed: bool = False  # 农业保险条例 13: unless agreed, the salvage of agricultural items is the farmer's
    growth: tuple[Growth, ...] = ()

    def regime_of_law(self, taxonomy: Taxonomy) -> LegalRegime:
        """Which law an item of this kind falls under; what is not named is property."""
        return self.items_of_law.get(taxonomy, LegalRegime.PROPERTY)

    def film_share(self, age_months: int) -> Decimal:
        """Share of the value left of a greenhouse film of this age (months, at least 0)."""
        return next(step.share for step in self.film if step.up_to_months is None or age_months <= step.up_to_months)

    def growth_of(self, taxonomy: Taxonomy | None) -> Growth | None:
        """The stages of a kind of crops or animals; None where the wording measures no loss by them."""
        return next((growth for growth in self.growth if growth.code is taxonomy), None)

    def sublimit_share(self, peril: Peril) -> Decimal | None:
        """The cap for a peril as a share of an item's sum insured; None when there is none."""
        return next((sublimit.share for sublimit in self.sublimits if sublimit.peril is peril), None)


class GuaranteedIncome(Words, frozen=True):
    """How the guaranteed income is set: a rate on the special fund's principal, or a level of the mean of years.

    Only the share of `funds` in mixed money bears a guarantee, whichever way it is set.
    """

    basis: Guarantee
    funds: tuple[Fund, ...]
    principal_rate: Decimal
    mean_years: int
    coverage: Decimal


class IncomePayout(Words, frozen=True):
    """The numbers of the payout formula; `limit_share` of the guaranteed income caps what a period pays."""

    clause: str
    trigger: Decimal
    deductible_fixed_fen: Fen
    deductible_rate: Decimal
    cover_ratio: Decimal
    limit_share: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.trigger <= 1:
            raise ValueError("trigger: above 0, at most 1")


class Interruption(Words, frozen=True):
    """The daily form for an outage."""

    waiting_days: int
    max_indemnity_days: int


class Joint(Words, frozen=True):
    """双险联合核算: which of the asset cover's indemnity stands in for yield, so that it counts as income here: on items of these laws
    that were measured by their growth stage or are of a consumable class (消耗性生物资产), but of no productive one (生产性生物资产).
    """

    yield_laws: tuple[LegalRegime, ...] = ()
    consumable_classes: tuple[str, ...] = ()
    productive_classes: tuple[str, ...] = ()


# What a statement's lines counted as before the wording stated it (the file of 2019 is published and may not change).
_COUNTS_OF_2019: dict[LineKind, Counting] = {
    **dict.fromkeys((LineKind.SALES, LineKind.GENERATION, LineKind.RENT, LineKind.OTHER_INCOME), Counting.INCOME),
    **dict.fromkeys((LineKind.CROP_PAYOUT, LineKind.PRICE_SUBSIDY), Counting.ADDED),
    **dict.fromkeys((kind for kind in LineKind if kind.endswith("_COST")), Counting.COST),
    **dict.fromkeys((LineKind.ASSET_PAYOUT, LineKind.CAPITAL_GRANT, LineKind.DISPOSAL_GAIN, LineKind.CLAIMED_REPAIR), Counting.LEFT_OUT),
}
_JOINT_OF_2019 = Joint(
    (LegalRegime.AGRI,), ("CONSUMABLE", "消耗性生物资产"),
    ("PRODUCTIVE", "生产性生物资产", "林木类生产性生物资产", "畜类生产性生物资产"),
)  # fmt: skip


class IncomeWording(CoverWording, frozen=True, tag_field="cover", tag=Cover.INCOME.value):
    """收益保: what `policies/income/<effective date>.toml` holds."""

    guarantee: GuaranteedIncome
    payout: IncomePayout
    interruption: Interruption
    claim_within_days: int  # after the accounts of the period are closed
    counts: dict[LineKind, Counting] = msgspec.field(default_factory=dict)  # empty: as in 2019
    joint: Joint | None = None  # absent: as in 2019

    def counting(self, kind: LineKind) -> Counting | None:
        """How a line of a statement counts; None for a kind the wording does not know."""
        return (self.counts or _COUNTS_OF_2019).get(kind)

    @property
    def kinds(self) -> tuple[LineKind, ...]:
        """The kinds of lines a statement may have, in their order."""
        return tuple(kind for kind in LineKind if self.counting(kind) is not None)

    @property
    def set_off(self) -> Joint:
        """What of the asset cover's pay-out counts as income."""
        return self.joint or _JOINT_OF_2019


Wording = TypeVar("Wording", IndustryWording, IncomeWording, IndustryWording | IncomeWording)


class Terms(msgspec.Struct, Generic[Wording], frozen=True):
    """A wording as it was sold: cover, version (its effective date) and the SHA-256 of its bytes."""

    cover: Cover
    version: str
    checksum: str
    wording: Wording
