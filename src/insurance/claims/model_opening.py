"""Words of a past claim (期初赔案): what was stated of it, and how a wrong statement is corrected by a new one."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from insurance.base.money import Fen
from insurance.claims.model import ClaimState
from insurance.claims.model_verbs import Amount, Long, Short, Version
from insurance.policies.model import Peril


class Outcome(StrEnum):
    """How a past claim stood when it was taken over: ended with or without money, or still open."""

    PAID = "PAID"  # 已赔付结案
    REJECTED = "REJECTED"  # 拒赔
    WITHDRAWN = "WITHDRAWN"  # 撤案
    ZERO = "ZERO"  # 零结案
    REPORTED = "REPORTED"  # 未决,已报案
    OPENED = "OPENED"  # 未决,已立案

    @property
    def state(self) -> ClaimState:
        """The state the claim comes in at."""
        return ClaimState(self.value) if self in OPEN else ClaimState.CLOSED


OPEN = frozenset({Outcome.REPORTED, Outcome.OPENED})


class Ended(StrEnum):
    """The outcomes a correction may state: an open claim goes its way by the verbs."""

    PAID = "PAID"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    ZERO = "ZERO"


class StatedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What is stated of a past claim; amounts in fen, taken as they are and never worked out here."""

    number: str
    policy_id: int
    peril: Peril
    reported_on: date
    outcome: Outcome
    loss_on: date
    reported_fen: Fen
    reserve_fen: Fen | None = None
    assessed_fen: Fen | None = None
    approved_fen: Fen | None = None
    paid_fen: Fen = 0
    paid_on: date | None = None
    ended_on: date | None = None
    payee_name: str = ""
    note: str = ""

    @property
    def digest(self) -> bytes:
        """SHA-256 of what is stated, the note aside: equal digests mean the same claim."""
        return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(self, note=""), order="deterministic")).digest()


class OpeningCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """期初更正: what is not named stays; amounts in fen, `reason` says why. What was stated before stays visible.

    Of an open claim only the loss (`loss_on`, `reported_fen`) and what was paid ahead can be corrected: the rest goes the
    normal way.
    """

    version: Version
    reason: Annotated[str, Meta(min_length=1, max_length=4000)]
    outcome: Ended | UnsetType = UNSET
    loss_on: date | UnsetType = UNSET
    reported_fen: Amount | UnsetType = UNSET
    assessed_fen: Amount | UnsetType | None = UNSET
    approved_fen: Amount | UnsetType | None = UNSET
    paid_fen: Amount | UnsetType = UNSET
    paid_on: date | UnsetType | None = UNSET
    ended_on: date | UnsetType = UNSET
    payee_name: Short | UnsetType = UNSET
    note: Long | UnsetType = UNSET


class OpeningVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of what was stated: the first came with the workbook, the others are corrections with their reason."""

    version: int
    claim_version: int
    outcome: Outcome
    loss_on: date
    reported_fen: Fen
    reserve_fen: Fen | None
    assessed_fen: Fen | None
    approved_fen: Fen | None
    paid_fen: Fen
    paid_on: date | None
    ended_on: date | None
    payee_name: str
    note: str
    reason: str
    entered_by: str | None
    entered_on: date
