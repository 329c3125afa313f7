"""What a distribution consists of: plans and lists as they are entered, verbs as they are asked for, amounts as they are worked out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.base.money import MOST_FEN, Fen
from insurance.base.text import Text, t
from insurance.policies.model import Step

RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Amount = Annotated[Fen, Meta(ge=1, le=MOST_FEN)]
Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Weight = Annotated[int, Meta(ge=0, le=1_000_000)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Why = Annotated[str, Meta(min_length=1, max_length=500)]
MOST_WEIGHT = 1_000_000
LONGEST_KEY = 40


class Source(StrEnum):
    """Where the money comes from."""

    INCOME = "INCOME"  # 项目收益
    INCOME_COVER = "INCOME_COVER"  # 收益保赔款
    FUND = "FUND"  # 扶贫专项基金
    BACKSTOP = "BACKSTOP"  # 区市财政兜底


class Purpose(StrEnum):
    """What a share is for. REPAYMENT and RESERVE come before the plan's own purposes."""

    REPAYMENT = "REPAYMENT"
    RESERVE = "RESERVE"
    DIVIDEND = "DIVIDEND"
    MUTUAL_AID = "MUTUAL_AID"
    POSTS = "POSTS"
    VILLAGE = "VILLAGE"
    FUND = "FUND"
    OTHER = "OTHER"


class Basis(StrEnum):
    """What a backstop tops up to."""

    GUARANTEED = "GUARANTEED"  # the guaranteed income of the policy
    PROMISED = "PROMISED"  # what the households were promised


class SharingState(StrEnum):
    """Where a distribution stands."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class SharingVerb(StrEnum):
    """What is done to a distribution."""

    DRAFT = "draft"
    RECALCULATE = "recalculation"
    PUBLISH = "publication"
    OBJECT = "objection"
    CONFIRM = "confirmation"
    CANCEL = "cancellation"
    LIST = "pay-list"
    PAY = "pay-list-payment"
    VOID_LIST = "pay-list-cancellation"
    USE = "use"
    TAKE_BACK = "return"


PLANNED = (Purpose.DIVIDEND, Purpose.MUTUAL_AID, Purpose.POSTS, Purpose.VILLAGE, Purpose.FUND, Purpose.OTHER)
SOURCE_NAMES: dict[Source, Text] = {
    Source.INCOME: t("项目收益"), Source.INCOME_COVER: t("收益保赔款"), Source.FUND: t("扶贫专项基金"), Source.BACKSTOP: t("区市财政兜底"),
}  # fmt: skip
PURPOSE_NAMES: dict[Purpose, Text] = {
    Purpose.REPAYMENT: t("归还财政垫付"), Purpose.RESERVE: t("公积公益金"), Purpose.DIVIDEND: t("贫困户分红"),
    Purpose.MUTUAL_AID: t("互助养老"),
    Purpose.POSTS: t("公益岗位"), Purpose.VILLAGE: t("村级公益事业"), Purpose.FUND: t("转入扶贫专项基金"), Purpose.OTHER: t("其他用途"),
}  # fmt: skip
BASIS_NAMES: dict[Basis, Text] = {Basis.GUARANTEED: t("补足到保障收益"), Basis.PROMISED: t("补足到承诺贫困户的分红")}
STATE_NAMES: dict[SharingState, Text] = {
    SharingState.DRAFT: t("草案"), SharingState.PUBLISHED: t("公示中"), SharingState.CONFIRMED: t("已确认"),
    SharingState.CANCELLED: t("已作废"),
}  # fmt: skip


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dated terms (`claims/sharing/*.toml`) with the source of each."""

    mark: str
    source: str
    plan_shown_days: int
    objection_working_days: int
    list_months: int


# -- what is entered --------------------------------------------------------------------------------------------------------


class PurposeEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One purpose of a plan with its weight; every one but the dividend names the account of the unit that gets it."""

    purpose: Purpose
    weight: Weight
    payee_name: Annotated[str, Meta(max_length=100)] = ""
    payee_bank: Annotated[str, Meta(max_length=100)] = ""
    payee_account: Annotated[str, Meta(max_length=60)] = ""


class PlanEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """分配方案: shown from a day, voted on a day, in force from a day; its paper is one of the project's."""

    project_id: RowId
    shown_on: dt.date
    voted_on: dt.date
    from_on: dt.date
    document_id: RowId
    reserve_per_mille: Annotated[int, Meta(ge=0, le=999)] = 0
    purposes: Annotated[list[PurposeEntry], Meta(max_length=6)]
    note: Annotated[str, Meta(max_length=500)] = ""


class SharingEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money to share. What the accounts or the bank say is pulled; only fund and backstop state their amount, with a paper.

    INCOME: `annual_account_id`, or `claim_id` for that claim's income statement. INCOME_COVER: `payout_id`.
    FUND, BACKSTOP: `amount_fen, payer, reason, document_id`; BACKSTOP also `basis`, with `claim_id` or `promised_fen`.
    """

    project_id: RowId
    source: Source
    annual_account_id: RowId | None = None
    claim_id: RowId | None = None
    payout_id: RowId | None = None
    amount_fen: Amount | None = None
    payer: Annotated[str, Meta(max_length=100)] = ""
    reason: Annotated[str, Meta(max_length=500)] = ""
    document_id: RowId | None = None
    basis: Basis | None = None
    promised_fen: Amount | None = None
    repayable: bool = False


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version was read."""

    version: Version


class Reasoned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version was read, and why: an objection (without its maker's name), or why something is void."""

    version: Version
    reason: Why


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """公示: where, from which day, and the photo or paper of it."""

    version: Version
    posted_on: dt.date
    place: Line
    document_id: RowId


class ListWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """付款名单: the households' shares that wait; with `with_units` also whole shares of the plan's units."""

    version: Version
    with_units: bool = False


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bank has paid a list: the day, and the bank's receipt among the project's papers."""

    version: Version
    paid_on: dt.date
    document_id: RowId


class UseEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """用途: money of a purpose was spent, handed over, kept as reserve or paid back."""

    version: Version
    purpose: Purpose
    key: Annotated[str, Meta(max_length=LONGEST_KEY)] = ""
    amount_fen: Amount
    used_on: dt.date
    document_id: RowId
    note: Annotated[str, Meta(max_length=500)] = ""


class Return(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The money came back (card closed, receipt wrong): the share may be paid anew."""

    version: Version
    returned_on: dt.date
    reason: Why


# -- the calculation --------------------------------------------------------------------------------------------------------


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """All a distribution is worked out from, as it was: kept with it, so that it comes out the same for ever."""

    amount_fen: Fen
    repay_fen: dict[str, Fen] = {}  # number of the backstop → what is still to be repaid of it
    reserve_per_mille: int = 0
    purposes: dict[Purpose, int]
    households: dict[str, int] = {}
    dividend_only: bool = False  # a top-up of what the households were promised is theirs alone


class Share(msgspec.Struct, frozen=True):
    """One share: of a purpose, of a household of the dividend, of a backstop that is repaid."""

    purpose: Purpose
    key: str
    amount_fen: Fen


class Shared(msgspec.Struct, frozen=True):
    """The result: shares that add up to the amount, and how they came about."""

    shares: tuple[Share, ...]
    steps: tuple[Step, ...]


class Part(msgspec.Struct, frozen=True):
    """How one share of a split came about: floor of total × weight ÷ sum, the remainder, and whether a left-over fen went to it."""

    key: str
    weight: int
    floor_fen: Fen
    remainder: int
    extra: bool

    @property
    def amount_fen(self) -> Fen:
        """The share."""
        return self.floor_fen + self.extra
