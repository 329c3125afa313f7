"""What people send with each verb of a claim: one strict shape per verb, unknown fields refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from insurance.base.money import MOST_FEN
from insurance.claims.model_decision import ObjectionOutcome
from insurance.finance.model_cases import Share
from insurance.policies.model import Cover, Peril

_MOST_ID = 2**63 - 1
RowId = Annotated[int, Meta(ge=1, le=_MOST_ID)]
Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Amount = Annotated[int, Meta(ge=0, le=MOST_FEN)]
Income = Annotated[int, Meta(ge=-MOST_FEN, le=MOST_FEN)]
Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=4000)]
Instant = Annotated[datetime, Meta(tz=True)]
Quantity = Annotated[str, Meta(pattern=r"\A[0-9]{1,9}(?:\.[0-9]{1,6})?\Z")]  # decimals travel as texts
MOST_LINES = 200
MOST_REPORTS = 1000


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """报案: a policy, or a project (id or code) and a cover. Without `peril` the disaster's counts; amounts in fen."""

    loss_at: Instant
    reported_fen: Amount
    policy_id: RowId | None = None
    project_id: RowId | None = None
    project_code: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    cover: Cover | None = None
    disaster_id: RowId | None = None
    peril: Peril | None = None
    account_of_loss: Long = ""


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many loss reports of one disaster, each its own claim; their `disaster_id` may be left out."""

    reports: Annotated[tuple[Report, ...], Meta(min_length=1, max_length=MOST_REPORTS)]


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """更正报案: what is not named stays. `disaster_id` null takes the claim off its disaster."""

    version: Version
    loss_at: Instant | UnsetType = UNSET
    reported_fen: Amount | UnsetType = UNSET
    peril: Peril | UnsetType = UNSET
    disaster_id: RowId | UnsetType | None = UNSET
    account_of_loss: Long | UnsetType = UNSET


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """受理. `proofs_on`: the day the claim form with proofs came in, if it has."""

    version: Version
    proofs_on: date | None = None
    note: Long = ""


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """安排查勘: when, and by whom."""

    version: Version
    visit_at: Instant
    surveyor: Short = ""


class Survey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """查勘立案: the visit as it was, and the reserve in fen that opens the case.

    `harvest_on`: of a crop that is partly lost, where the term to fix the loss runs from the harvest (N-5).
    """

    version: Version
    visited_at: Instant
    place: Short
    cause: Short
    findings: Long
    reserve_fen: Amount
    proofs_on: date | None = None
    harvest_on: date | None = None


class PapersNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """一次性通知补充资料: codes of papers (all that are missing if none is named), and the day the notice arrived."""

    version: Version
    papers: Annotated[tuple[Short, ...], Meta(max_length=50)] = ()
    received_on: date | None = None
    note: Long = ""


class Papers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """补齐资料: the day on which the papers were handed in (office) or all had arrived (adjuster)."""

    version: Version
    received_on: date | None = None
    note: Long = ""


class LossLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of the schedule, measured in one way: its loss in fen; a grade of partial loss with the repair cost; crops or
    animals by growth stage, `units` (mu or head) lost of those insured and the `degree` 0…1 of loss. A film is measured by its
    age too. Value and sum insured come from the policy.

    `refused_fen` is the part not answered for, by a reason of the procedure. `other_insurers` names those whose sums are given.
    `salvage_to_insurer`: the wreck goes to the insurer, its worth is not deducted.
    """

    policy_item_id: RowId
    loss_fen: Amount | None = None
    grade: Short | None = None
    repair_fen: Amount | None = None
    film_age_months: Annotated[int, Meta(ge=0, le=1200)] | None = None
    stage: Short | None = None
    units: Quantity | None = None
    degree: Quantity | None = None
    refused_fen: Amount = 0
    refused_reason: Short | None = None
    reported_fen: Amount | None = None
    salvage_fen: Amount = 0
    salvage_to_insurer: bool = False
    third_party_fen: Amount = 0
    other_sums_insured_fen: Annotated[tuple[Amount, ...], Meta(max_length=20)] = ()
    other_insurers: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    rescue_fen: Amount = 0
    survey_fen: Amount = 0
    note: Short = ""


class IncomeLoss(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The income of a period of cover (both days counted), in fen: by a statement on file, which names its days itself, or by
    typed figures; without days, of the whole period of the policy.
    """

    actual_fen: Income | None = None
    other_income_fen: Income = 0
    statement_id: RowId | None = None
    from_on: date | None = None
    last_on: date | None = None


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An interruption: damaged, resumed, and what the project still earned a day, in fen."""

    damaged_on: date
    resumed_on: date
    earned_daily_fen: Amount = 0


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """改定: the total in fen that takes the place of the computed one, and why."""

    amount_fen: Amount
    reason: Long


class Assessment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """定损: lines for the asset cover; `income` or `outage` for the income cover.

    `deductible_explained` false: the insurer cannot prove that the deductible was explained (保险法 17), so none is taken.
    `objection_outcome` and `objection_answer` answer the objection that led here.
    """

    version: Version
    lines: Annotated[tuple[LossLine, ...], Meta(max_length=MOST_LINES)] = ()
    income: IncomeLoss | None = None
    outage: Outage | None = None
    deductible_explained: bool = True
    override: Override | None = None
    note: Long = ""
    objection_outcome: ObjectionOutcome | None = None
    objection_answer: Long = ""


class Publicity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """村级公示: where and since when the notice hangs."""

    version: Version
    place: Short
    posted_on: date | None = None


class Objection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """异议: who objects (the insured or a villager) and why."""

    version: Version
    reason: Long
    raised_by: Short = ""


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """核赔通过: the payee's account, the insured's current one if none is named.

    `premium_decision`: what was decided where the cover waits for premium that had not come in on the day of loss; asked for only there.
    """

    version: Version
    payee_account_id: RowId | None = None
    note: Long = ""
    premium_decision: Long = ""
    objection_outcome: ObjectionOutcome | None = None
    objection_answer: Long = ""


class Declinature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """拒赔: codes of the reasons, and the facts found in plain words.

    A reason that rests on an exclusion names which one of the policy's wording (`exclusion`), and says that it is proved to have
    been pointed out and explained when the contract was made (`explained`, 保险法 17).
    """

    version: Version
    reasons: Annotated[tuple[Short, ...], Meta(max_length=20)]
    note: Long
    exclusion: Short | None = None
    explained: bool = False
    objection_outcome: ObjectionOutcome | None = None
    objection_answer: Long = ""


class Zero(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """零结案: nothing is payable."""

    version: Version
    note: Long
    objection_outcome: ObjectionOutcome | None = None
    objection_answer: Long = ""


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """赔偿协议: the day on which this side signed, today if none is named."""

    version: Version
    signed_on: date | None = None


class InterimPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """先予支付: an amount in fen that the proofs already show."""

    version: Version
    amount_fen: Annotated[int, Meta(ge=1, le=MOST_FEN)]
    payee_account_id: RowId | None = None
    note: Long = ""


class Because(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A verb that needs a reason: withdrawal."""

    version: Version
    reason: Long


class Reopening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """重开: why, and the day on which the insured knew of the loss if that was later than the loss."""

    version: Version
    reason: Long
    knew_on: date | None = None


class Closure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """结案."""

    version: Version
    note: Long = ""


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """灾害: its code, name, main peril, first and last day, and the codes of its towns."""

    code: Annotated[str, Meta(pattern=r"\A[A-Z0-9-]{3,30}\Z")]
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    peril: Peril
    from_on: date
    until_on: date
    towns: Annotated[tuple[Short, ...], Meta(min_length=1, max_length=100)]


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A payout order for a claim: the part that awaits one if none is named; `version` is the claim's.

    `paying_account_id`: the account the money leaves; the insurer's own where none is named.
    """

    claim_id: RowId
    version: Version
    part_id: RowId | None = None
    paying_account_id: RowId | None = None


class Cancellation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why an order is cancelled; `version` is the payout's."""

    version: Version
    reason: Long


class HandMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person says what a bank line pays: an order (`payout_id`), what the rules propose for it (`rule`), or shares of lines and
    orders. Without any of them, the lines that wait are matched by rule.
    """

    line_id: RowId | None = None
    payout_id: RowId | None = None
    rule: Annotated[str, Meta(pattern=r"\AM[1-7]\Z")] | None = None
    shares: Annotated[tuple[Share, ...], Meta(max_length=20)] = ()
