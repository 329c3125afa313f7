"""Words of a claim: states, verbs, clocks, parts, and the claim as people and programs read it. No rule, no storage."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from insurance.base.errors import Forbidden
from insurance.base.money import Fen
from insurance.policies.wording import Mark


class ClaimState(StrEnum):
    """赔案状态."""

    REPORTED = "REPORTED"  # 已报案
    ACCEPTED = "ACCEPTED"  # 已受理
    SURVEYING = "SURVEYING"  # 查勘中
    OPENED = "OPENED"  # 已立案
    SUPPLEMENT = "SUPPLEMENT"  # 待补充资料
    ASSESSING = "ASSESSING"  # 定损核定中
    PUBLICITY = "PUBLICITY"  # 公示中
    DISPUTED = "DISPUTED"  # 异议复核
    APPROVED = "APPROVED"  # 核赔通过
    AGREED = "AGREED"  # 已达成赔偿协议
    PAYING = "PAYING"  # 付款中
    PAID = "PAID"  # 已赔付
    REJECTED = "REJECTED"  # 拒赔
    WITHDRAWN = "WITHDRAWN"  # 撤案
    ZERO = "ZERO"  # 零结案
    CLOSED = "CLOSED"  # 结案归档
    REOPENED = "REOPENED"  # 重开


class Verb(StrEnum):
    """What is done to a claim. The last ones follow from papers, orders, bank matches and the calendar; nobody posts them as such."""

    REPORT = "report"  # 报案
    CORRECTION = "correction"  # 更正报案
    ACCEPTANCE = "acceptance"  # 受理
    ASSIGNMENT = "assignment"  # 安排查勘
    SURVEY = "survey"  # 查勘立案
    PAPERS_NOTICE = "papers-notice"  # 一次性通知补充资料
    PAPERS = "papers"  # 补齐资料
    ASSESSMENT = "assessment"  # 定损
    PUBLICITY = "publicity"  # 公示
    OBJECTION = "objection"  # 异议
    APPROVAL = "approval"  # 核赔通过
    DECLINATURE = "declinature"  # 拒赔
    ZERO = "zero"  # 零结案
    AGREEMENT = "agreement"  # 达成赔偿协议
    INTERIM_PAYMENT = "interim-payment"  # 先予支付
    WITHDRAWAL = "withdrawal"  # 撤案
    CLOSURE = "closure"  # 结案
    REOPENING = "reopening"  # 重开
    PAYOUT = "payout"  # 制单付款
    PROOFS = "proofs"  # 收到索赔申请
    ORDER_CANCELLED = "order-cancelled"  # 付款指令作废
    SETTLED = "settled"  # 赔款到账
    UNSETTLED = "unsettled"  # 到账撤销
    OPENING = "opening"  # 自动立案
    REFUSAL_SENT = "refusal-sent"  # 拒赔通知书送达
    ADVANCE_DUE = "advance-due"  # 先予支付日已到
    OPENING_ENTRY = "opening-entry"  # 期初录入: a past claim taken over
    OPENING_CORRECTION = "opening-correction"  # 期初更正


class ClockState(StrEnum):
    """How a term stands: `due` ends on this business day, `late` has run out, `paused` does not count."""

    RUNNING = "running"
    PAUSED = "paused"
    DUE = "due"
    LATE = "late"
    DONE = "done"


class PartKind(StrEnum):
    """Which money of a claim: ahead of the decision (先予支付) or by it."""

    INTERIM = "INTERIM"
    FINAL = "FINAL"


class Side(StrEnum):
    """Whose signature: of the office for the insured, of the insurer."""

    OFFICE = "office"
    ADJUSTER = "adjuster"


class BallHolder(StrEnum):
    """In whose hands a claim lies: who must act before it goes on."""

    INSURER = "insurer"
    OFFICE = "office"
    INSURED = "insured"  # papers and signature are the insured's, the office passes them on
    FINANCE = "finance"
    BANK = "bank"
    NOBODY = "nobody"  # the claim has ended


class NotYours(Forbidden):
    """403: the act is open to the role, but not to this person."""

    code = "not-yours"


class OverAuthority(Forbidden):
    """403: the amount is above what this person may approve."""

    code = "over-authority"


class PolicyRef(msgspec.Struct, frozen=True):
    """The policy a claim is made under."""

    id: int
    number: str


class ProjectRef(msgspec.Struct, frozen=True):
    """The insured project, and where it lies."""

    id: int
    code: str
    name: str
    county_code: str
    town_code: str


class InsurerRef(msgspec.Struct, frozen=True):
    """The insurer who answers."""

    id: int
    code: str
    name: str


class DisasterRef(msgspec.Struct, frozen=True):
    """The event many claims belong to."""

    id: int
    code: str
    name: str


class ClockView(msgspec.Struct, frozen=True, kw_only=True):
    """A term of a claim as it stands now.

    A term of days ends with its last day; `rolled_from` is the counted day where a rest day moved it. A paused term shows
    the end it would have if it went on today. `minimum`: the term must run out before the next step, nobody is late.
    `mark` says how well the term is founded, `ruleset` whose it is (None: of law or wording), `disputed_days` what another
    source says of a term that is a setting.
    """

    code: str
    name: str
    article: str
    mark: Mark
    holder: str
    start_at: datetime
    due_at: datetime
    state: ClockState
    rolled_from: date | None
    provisional: bool
    done_at: datetime | None = None
    minimum: bool = False
    pauses: tuple[tuple[date, date | None], ...] = ()
    ruleset: str | None = None
    disputed_days: int | None = None


class AdvanceDue(msgspec.Struct, frozen=True):
    """The day of advance has come (保险法 25): noted on which day, and the amount that was certain then, in fen."""

    on: date
    amount_fen: Fen


class PartPayout(msgspec.Struct, frozen=True):
    """The newest payout order of a part."""

    id: int
    number: str
    state: str
    version: int
    settled_on: date | None


class Part(msgspec.Struct, frozen=True):
    """Money of a claim that may be ordered: approved by whom and when, and its order."""

    id: int
    kind: PartKind
    ordinal: int
    amount_fen: Fen
    approved_on: date
    payout: PartPayout | None


class UnpaidPremium(msgspec.Struct, frozen=True, kw_only=True):
    """A payer whose premium the cover waits for and that had not come in in full on the day of loss, `days` after it was due."""

    payer: str
    amount_fen: Fen
    due_on: date
    days: int


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """赔案 as it now stands. Amounts in fen; `assessed_fen` and `approved_fen` are totals before interim payments.

    `reserve_fen` is what is still expected to be paid (未决赔款). `missing_signatures` names the sides whose signature of
    the agreement is awaited. `holder` must act before the claim goes on. `advance_due` stands until something is paid ahead
    or the claim is decided. `parts` and `premium_unpaid` are filled for one claim and left empty in lists.
    """

    id: int
    number: str
    state: ClaimState
    cover: str
    policy: PolicyRef
    project: ProjectRef
    insurer: InsurerRef
    disaster: DisasterRef | None
    peril: str
    loss_at: datetime
    reported_at: datetime
    reported_fen: Fen
    reserve_fen: Fen | None
    assessed_fen: Fen | None
    approved_fen: Fen | None
    paid_fen: Fen
    due_at: datetime | None
    due_clock: str | None
    clocks: tuple[ClockView, ...]
    open_verbs: tuple[str, ...]
    missing_signatures: tuple[Side, ...]
    account_of_loss: str
    closed_on: date | None
    version: int
    holder: BallHolder
    advance_due: AdvanceDue | None = None
    opening: bool = False
    parts: tuple[Part, ...] = ()
    premium_unpaid: tuple[UnpaidPremium, ...] = ()


class Event(msgspec.Struct, frozen=True):
    """One line of a claim's history: what, when (business and recorded), by whom, from where to where."""

    at: datetime
    on: date
    verb: Verb
    name: str
    from_state: ClaimState | None
    to_state: ClaimState
    by: str | None
    role: str
    reason: str
    facts: dict[str, Any]
    recorded_at: datetime
    version: int


class WorkingStep(msgspec.Struct, frozen=True):
    """One step of the amount: rule, inputs, result in fen, a sentence."""

    step: int
    rule: str
    inputs: dict[str, Any]
    result_fen: Fen
    text: str


class Town(msgspec.Struct, frozen=True):
    """A town of a disaster."""

    code: str
    name: str


class Disaster(msgspec.Struct, frozen=True, kw_only=True):
    """灾害: its window of days (both counted) and towns, and how many claims were reported and are still open."""

    id: int
    code: str
    name: str
    peril: str
    from_on: date
    until_on: date
    towns: tuple[Town, ...]
    reported: int
    open: int
    version: int


class InsuredCover(msgspec.Struct, frozen=True):
    """A policy of a project that has not reported; sum insured in fen."""

    policy_id: int
    policy_number: str
    cover: str
    insurer_id: int
    sum_insured_fen: Fen


class Unreported(msgspec.Struct, frozen=True):
    """An insured project in a disaster's towns with no claim for it."""

    project: ProjectRef
    covers: tuple[InsuredCover, ...]
