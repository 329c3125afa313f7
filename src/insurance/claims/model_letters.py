"""Words of letters (函件): their kinds, what each states, how it is printed, and what is sent about them. No rule, no storage."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from insurance.base.money import Fen
from insurance.claims.model_verbs import RowId, Short


class LetterKind(StrEnum):
    """Which letter it is."""

    PAPERS_NOTICE = "PAPERS_NOTICE"  # 一次性补充资料通知书
    REFUSAL = "REFUSAL"  # 拒赔通知书
    SETTLEMENT = "SETTLEMENT"  # 赔款确认书
    ADVANCE = "ADVANCE"  # 预付赔款通知书
    SUBROGATION = "SUBROGATION"  # 权益转让书
    PUBLIC_NOTICE = "PUBLIC_NOTICE"  # 公示
    SURVEY_RECORD = "SURVEY_RECORD"  # 查勘记录


class DeliveryStep(StrEnum):
    """What is recorded of a letter's way."""

    SENT = "SENT"
    RECEIVED = "RECEIVED"


class DeliveryHow(StrEnum):
    """How a letter went."""

    BY_HAND = "BY_HAND"  # 当面送交
    POST = "POST"  # 邮寄
    ELECTRONIC = "ELECTRONIC"  # 电子送达
    BOARD = "BOARD"  # 张贴


# -- what a letter states -----------------------------------------------------------------------------------------------


class LetterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter states. `town` with its county names the office through which papers and objections go.

    `insured_masked` is what may be shown to anybody. The laws are those in force on the day of issue, by their whole titles.
    """

    number: str
    claim_number: str
    policy_number: str
    insurer: str
    insured: str
    insured_masked: str
    project: str
    place: str
    town: str
    cover: str
    peril: str
    disaster: str | None
    loss_on: date
    reported_on: date
    issued_on: date
    issued_by: str | None
    law_insurance: str
    law_agri: str
    replaces: str | None = None


class AskedFor(msgspec.Struct, frozen=True):
    """A missing paper and why it is needed."""

    code: str
    name: str
    why: str


class PapersNoticeFacts(LetterFacts, frozen=True, kw_only=True):
    """一次性补充资料通知书: received so far, everything that is missing, when the notice went and arrived (保险法 22)."""

    received_on: date
    sent_on: date
    arrived_on: date
    papers: tuple[AskedFor, ...]
    note: str | None


class Ground(msgspec.Struct, frozen=True):
    """Why a claim or a part of it is refused: in plain words, the article of law, the wording's clause."""

    code: str
    text: str
    law: str
    clause: str | None


class OnFile(msgspec.Struct, frozen=True):
    """A paper the decision rests on."""

    name: str
    filed_on: date


class RefusedItem(msgspec.Struct, frozen=True):
    """A part of an item's loss that is not answered for, in fen, and why."""

    name: str
    loss_fen: Fen
    refused_fen: Fen
    why: str


class RefusalFacts(LetterFacts, frozen=True, kw_only=True):
    """拒赔通知书: the whole claim or a part of it (保险法 24). `refused_fen` is the loss that is not answered for, in fen."""

    assessed_on: date
    found: str | None
    whole: bool
    parts: tuple[RefusedItem, ...]
    refused_fen: Fen | None
    reported_fen: Fen
    grounds: tuple[Ground, ...]
    evidence: tuple[OnFile, ...]
    prescribed_on: date


class ItemLine(msgspec.Struct, frozen=True):
    """One item of the settlement, in fen."""

    name: str
    value_fen: Fen
    sum_insured_fen: Fen
    loss_fen: Fen
    salvage_fen: Fen
    net_fen: Fen


class StepLine(msgspec.Struct, frozen=True):
    """One step of the working: what it is called, its sentence, its result in fen. A heading of an item has no result."""

    label: str
    text: str
    result_fen: Fen | None


class PayeeFacts(LetterFacts, frozen=True, kw_only=True):
    """Where money goes: holder, bank, and the account's tail only."""

    amount_fen: Fen
    payee: str
    bank: str
    account: str


class SettlementFacts(PayeeFacts, frozen=True, kw_only=True):
    """赔款确认书 (赔偿协议): items, every step, what was paid ahead, what is payable; it settles this event."""

    approved_on: date
    items: tuple[ItemLine, ...]
    steps: tuple[StepLine, ...]
    total_fen: Fen
    interim_fen: Fen | None
    salvage_fen: Fen | None
    insurer_salvage_fen: Fen | None
    no_salvage: bool
    refused: bool
    within_days: int


class AdvanceFacts(PayeeFacts, frozen=True, kw_only=True):
    """预付赔款通知书: the part that is determined and its basis; the rest follows (保险法 25)."""

    determined_fen: Fen | None
    reserved: bool
    before_fen: Fen | None
    basis: str | None


class SubrogationFacts(LetterFacts, frozen=True, kw_only=True):
    """权益转让书: against whom, up to which amount in fen (保险法 60-63)."""

    third_party: str
    amount_fen: Fen


class PublicNoticeFacts(LetterFacts, frozen=True, kw_only=True):
    """公示: no personal data. `insured` is masked where it is a person's name; the days are both counted."""

    village: str
    posted_at: str
    items: tuple[ItemLine, ...]
    loss_fen: Fen
    amount_fen: Fen
    from_on: date
    last_on: date
    days: int


class SurveyRecordFacts(LetterFacts, frozen=True, kw_only=True):
    """查勘记录: the visit as it was."""

    surveyor: str | None
    visited_at: datetime
    survey_place: str
    cause: str
    findings: str
    account_of_loss: str | None
    photos: int | None


FACTS: dict[LetterKind, type[LetterFacts]] = {
    LetterKind.PAPERS_NOTICE: PapersNoticeFacts,
    LetterKind.REFUSAL: RefusalFacts,
    LetterKind.SETTLEMENT: SettlementFacts,
    LetterKind.ADVANCE: AdvanceFacts,
    LetterKind.SUBROGATION: SubrogationFacts,
    LetterKind.PUBLIC_NOTICE: PublicNoticeFacts,
    LetterKind.SURVEY_RECORD: SurveyRecordFacts,
}


# -- how it is printed ----------------------------------------------------------------------------------------------------


class Head(msgspec.Struct, frozen=True):
    """The head of a column: its words, its share of the width, whether figures stand under it."""

    text: str
    share: int = 1
    num: bool = False


class Printed(msgspec.Struct, frozen=True):
    """A block of a letter as it stands on paper; which fields are used follows from `kind`."""

    kind: Literal["to", "heading", "text", "small", "table", "pairs", "sign"]
    text: str = ""
    heads: tuple[Head, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Content(msgspec.Struct, frozen=True):
    """A letter as it is printed: PDF and print page both draw exactly this."""

    title: str
    number: str
    blocks: tuple[Printed, ...]
    foot: str
    code: str
    address: str


# -- what is sent and answered ----------------------------------------------------------------------------------------------


class LetterIssue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A letter by hand: a 权益转让书 naming the third party, or a new letter in place of one that states something wrong."""

    kind: LetterKind | None = None
    third_party: Annotated[str, Meta(max_length=100)] = ""
    replaces_id: RowId | None = None


class Delivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """送达: sent or received, how, on which day (today if none is named), by whom received."""

    step: DeliveryStep
    how: DeliveryHow
    on: date | None = None
    receiver: Short = ""


class DeliveryView(msgspec.Struct, frozen=True):
    """One record of a letter's way."""

    step: DeliveryStep
    how: DeliveryHow
    on: date
    receiver: str
    recorded_by: str | None
    recorded_at: datetime


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A public notice as a line of a sheet for the board; amounts in fen."""

    number: str
    claim_number: str
    village: str
    project: str
    insured: str
    insurer: str
    town: str
    disaster: str | None
    loss_fen: Fen
    amount_fen: Fen
    from_on: date
    last_on: date


class LetterPdf(msgspec.Struct, frozen=True):
    """The file of a letter: SHA-256 (hexadecimal) and length."""

    sha256: str
    byte_count: int


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in a list. `pdf` is null until the file was made: the first reading or the clock makes it."""

    id: int
    kind: LetterKind
    name: str
    number: str
    issued_on: date
    issued_by: str | None
    amount_fen: Fen | None
    replaces: str | None
    replaced_by: str | None
    pdf: LetterPdf | None
    deliveries: tuple[DeliveryView, ...]


class LetterView(LetterLine, frozen=True, kw_only=True):
    """A letter whole: what it states (amounts in fen), as it is printed, and the words' version."""

    claim_id: int
    language: str
    code: str
    words_version: str
    words_checksum: str
    facts: dict[str, Any]
    content: Content
