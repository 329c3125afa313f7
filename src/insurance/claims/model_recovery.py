"""Words of what comes back to the insurer: recoveries and their movements, third parties, findings of fraud. No rule, no storage."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.base.money import MOST_FEN, Fen
from insurance.claims.model_verbs import Amount, Long, RowId, Short, Version

Positive = Annotated[int, Meta(ge=1, le=MOST_FEN)]


class RecoveryKind(StrEnum):
    """Why something is to come back."""

    SUBROGATION = "SUBROGATION"  # 代位追偿
    SALVAGE = "SALVAGE"  # 残值归保险人
    OVERPAID = "OVERPAID"  # 多付退回
    FRAUD = "FRAUD"  # 欺诈追回


class MovementKind(StrEnum):
    """What a movement did to a recovery."""

    RECEIVED = "RECEIVED"  # 收回
    WRITTEN_OFF = "WRITTEN_OFF"  # 放弃
    REDUCED = "REDUCED"  # 重新核定后不再应收


class FraudKind(StrEnum):
    """What was found (保险法 27)."""

    FALSE_EVENT = "FALSE_EVENT"  # 谎称发生保险事故
    STAGED_EVENT = "STAGED_EVENT"  # 故意制造保险事故
    FALSE_PROOF = "FALSE_PROOF"  # 伪造证明、夸大损失


WHOLE = frozenset({FraudKind.FALSE_EVENT, FraudKind.STAGED_EVENT})  # what takes the whole claim, and lets the insurer rescind

# -- what people send -----------------------------------------------------------------------------------------------------


class NewRecovery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """登记追偿: from whom, on what ground, how much is expected (fen), and since when; today if no day is named, of a
    subrogation the day of the first payment.
    """

    kind: RecoveryKind
    counterparty: Short
    basis: Long
    expected_fen: Positive
    since_on: date | None = None


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """收回一笔, in fen. `version` is the recovery's; the day is today if none is named."""

    version: Version
    received_fen: Positive
    reason: Long
    received_on: date | None = None


class WriteOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """放弃追偿, in fen, and why."""

    version: Version
    amount_fen: Positive
    reason: Long
    written_off_on: date | None = None


class ThirdPartyAnswers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """第三者责任: whether somebody else caused the loss, what the insured already got from them (fen), whether the claim against
    them was waived. Null: not asked yet. `family`: kin or staff of the insured, `intent`: acted on purpose.
    """

    caused: bool | None = None
    name: Short = ""
    family: bool | None = None
    intent: bool | None = None
    paid_fen: Amount | None = None
    waived: bool | None = None
    waived_on: date | None = None
    note: Long = ""


class NewFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """欺诈认定: what, the facts, the papers of the claim it rests on; `false_fen` is the false part where only a part is false."""

    kind: FraudKind
    facts: Long
    document_ids: Annotated[tuple[RowId, ...], Meta(max_length=50)]
    false_fen: Positive | None = None


# -- what people read -----------------------------------------------------------------------------------------------------


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of a recovery, in fen; `left_fen` is what was still expected after it."""

    kind: MovementKind
    amount_fen: Fen
    left_fen: Fen
    moved_on: date
    reason: str
    made_by: str | None


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """追偿 as it stands, in fen. The right is prescribed after `prescribed_on`; `version` counts the movements."""

    id: int
    claim_id: int
    kind: RecoveryKind
    counterparty: str
    basis: str
    expected_fen: Fen
    received_fen: Fen
    written_off_fen: Fen
    reduced_fen: Fen
    left_fen: Fen
    since_on: date
    prescribed_on: date
    opened_on: date
    opened_by: str | None
    movements: tuple[Movement, ...]
    version: int


class Recoveries(msgspec.Struct, frozen=True):
    """The recoveries of a claim, oldest first."""

    items: tuple[Recovery, ...]
    next_cursor: str | None = None


class ThirdParty(msgspec.Struct, frozen=True, kw_only=True):
    """The newest answers, by whom and when; `unanswered` names the questions nobody has asked yet."""

    caused: bool | None = None
    name: str = ""
    family: bool | None = None
    intent: bool | None = None
    paid_fen: Fen | None = None
    waived: bool | None = None
    waived_on: date | None = None
    note: str = ""
    answered_on: date | None = None
    answered_by: str | None = None
    unanswered: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """欺诈认定. `rescinds`: it gives the insurer the right to rescind the policy and to keep the premium (保险法 27)."""

    id: int
    claim_id: int
    policy_id: int
    kind: FraudKind
    facts: str
    document_ids: tuple[int, ...]
    false_fen: Fen | None
    rescinds: bool
    found_on: date
    found_by: str | None


class Findings(msgspec.Struct, frozen=True):
    """The findings of a claim, oldest first."""

    items: tuple[Finding, ...]
    next_cursor: str | None = None
